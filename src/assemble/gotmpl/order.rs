//! The order in which Go's YAML libraries write the keys of a map: numbers in names by what they count.
//!
//! The older library, which `toYaml` has, and the newer one differ in names that part after a digit. The older one's order
//! has circles (`a10`, `a1x`, `a2`), in which no sort of the standard library may be trusted with it.

use std::cmp::Ordering;

/// Longer than maps are that people write; those keep the order they have.
const MOST: usize = 1_000;

/// Puts keys, which stand in the order of their bytes, in the order in which they are written.
pub(super) fn arrange<T>(keys: &mut [T], text: fn(&T) -> &str, is_newer: bool) {
    if keys.len() > MOST {
        return;
    }
    for end in 1..keys.len() {
        let mut at = end;
        while at > 0 && compare(text(&keys[at]), text(&keys[at - 1]), is_newer).is_lt() {
            keys.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// How two keys follow each other; `is_newer` is the library of `toYamlPretty`.
fn compare(one: &str, two: &str, is_newer: bool) -> Ordering {
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    let Some(at) = one.iter().zip(&two).position(|(one, two)| one != two) else {
        return one.len().cmp(&two.len());
    };
    let (first, second) = (one[at], two[at]);
    match (first.is_alphabetic(), second.is_alphabetic()) {
        (true, true) => return first.cmp(&second),
        (false, false) => {}
        (is_letter, _) => {
            let after_digit = is_newer && at > 0 && one[at - 1].is_numeric();
            return if is_letter == after_digit { Ordering::Less } else { Ordering::Greater };
        }
    }
    // A zero inside a number counts; one at its start does not.
    let has_zero = first == '0' || second == '0';
    let before = one[..at].iter().rev().take_while(|c| c.is_numeric());
    let start = u64::from(has_zero && before.into_iter().any(|c| *c != '0'));
    let (first_count, first_end) = number(&one, at, start);
    let (second_count, second_end) = number(&two, at, start);
    first_count.cmp(&second_count).then(first_end.cmp(&second_end)).then(first.cmp(&second))
}

/// The number that the digits from `at` on go on with, and where they end.
fn number(text: &[char], at: usize, start: u64) -> (u64, usize) {
    let mut count = start;
    let mut end = at;
    while let Some(digit) = text.get(end).and_then(|c| c.to_digit(10)) {
        count = count.wrapping_mul(10).wrapping_add(u64::from(digit));
        end += 1;
    }
    (count, end)
}

#[cfg(test)]
mod tests {
    use super::arrange;

    fn arranged(keys: &str, is_newer: bool) -> String {
        let mut keys: Vec<&str> = keys.split(' ').collect();
        keys.sort_unstable();
        arrange(&mut keys, |key| key, is_newer);
        keys.join(" ")
    }

    /// What Helm 4.3.1 prints for maps of these keys.
    #[test]
    fn keys_follow_each_other_as_helm_prints_them() {
        let all = "_ 1 01 2 10 A Z a a-b a.b a_x a1 a2 a02 a10 a20b a100b ab ax dp1 dp02 z é";
        assert_eq!(arranged(all, false), all);
        assert_eq!(arranged(all, true), all);
        assert_eq!(arranged("a1x a1_", false), "a1_ a1x");
        assert_eq!(arranged("a1x a1_", true), "a1x a1_");
        let circle = arranged("a10 a1x a2", false);
        assert!(circle.contains("a1x"), "{circle}");
    }
}
