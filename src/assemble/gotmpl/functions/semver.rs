//! Versions: `semverCompare`, `semver`.
//!
//! A version with a word behind it (`1.2.3-beta`) fits a bound only where the bound has one too.

use std::cmp::Ordering;

use super::{Row, word};
use crate::assemble::gotmpl::value::Value;

pub(super) static ROWS: &[Row] = &[
    ("semver", |all| {
        let text = word(all, 0)?;
        let version = Version::of(&text).ok_or_else(|| format!("gets no version: `{text}`"))?;
        Ok(Value::map([
            ("Major", Value::int(version.numbers[0])),
            ("Metadata", Value::str("")),
            ("Minor", Value::int(version.numbers[1])),
            ("Original", Value::str(text)),
            ("Patch", Value::int(version.numbers[2])),
            ("Prerelease", Value::str(version.word)),
        ]))
    }),
    ("semverCompare", |all| {
        let (bounds, text) = (word(all, 0)?, word(all, 1)?);
        let version = Version::of(&text).ok_or_else(|| format!("gets no version: `{text}`"))?;
        Ok(Value::bool(bounds.split("||").any(|bounds| fits(bounds, &version))))
    }),
];

#[derive(Clone, Debug)]
struct Version {
    numbers: [i64; 3],
    /// How many of the numbers were written.
    written: usize,
    word: String,
}

impl Version {
    fn of(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let text = text.split('+').next().unwrap_or(text);
        let (numbers, word) = text.split_once('-').unwrap_or((text, ""));
        let mut version = Self { numbers: [0; 3], written: 0, word: word.to_owned() };
        for part in numbers.split('.') {
            if matches!(part, "x" | "X" | "*" | "") {
                break;
            }
            *version.numbers.get_mut(version.written)? = part.parse().ok()?;
            version.written += 1;
        }
        (version.written > 0 || numbers.starts_with(['x', 'X', '*'])).then_some(version)
    }

    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.word.is_empty(), other.word.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => words(&self.word, &other.word),
            }
        })
    }

    /// The first version behind those that begin with the first `count` numbers of this one.
    fn behind(&self, count: usize) -> Self {
        let mut numbers = [0; 3];
        for (at, number) in self.numbers.iter().enumerate().take(count) {
            numbers[at] = *number;
        }
        if let Some(last) = count.checked_sub(1).and_then(|at| numbers.get_mut(at)) {
            *last += 1;
        } else {
            numbers = [i64::MAX; 3];
        }
        Self { numbers, written: 3, word: String::new() }
    }
}

fn words(one: &str, two: &str) -> Ordering {
    let mut theirs = two.split('.');
    for part in one.split('.') {
        let Some(other) = theirs.next() else { return Ordering::Greater };
        let order = match (part.parse::<u64>(), other.parse::<u64>()) {
            (Ok(part), Ok(other)) => part.cmp(&other),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => part.cmp(other),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    if theirs.next().is_some() { Ordering::Less } else { Ordering::Equal }
}

/// Whether the version fits all bounds.
fn fits(bounds: &str, version: &Version) -> bool {
    if let Some((low, high)) = bounds.split_once(" - ") {
        return fits_one(">=", low, version) && fits_one("<=", high, version);
    }
    let signs = |c: char| matches!(c, '=' | '!' | '<' | '>' | '~' | '^');
    let mut rest = bounds.trim();
    let mut holds = true;
    while !rest.is_empty() {
        let body = rest.trim_start_matches(signs);
        let sign = rest.get(..rest.len() - body.len()).unwrap_or("");
        let body = body.trim_start();
        let end = body.find(|c: char| c == ',' || c.is_whitespace() || signs(c));
        let (bound, tail) = body.split_at(end.unwrap_or(body.len()));
        holds &= fits_one(sign, bound, version);
        let next = tail.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
        if next.len() == rest.len() {
            return false;
        }
        rest = next;
    }
    holds
}

fn fits_one(sign: &str, bound: &str, version: &Version) -> bool {
    let Some(bound) = Version::of(bound) else { return false };
    if !version.word.is_empty() && bound.word.is_empty() {
        return false;
    }
    let order = version.cmp(&bound);
    let below = |count: usize| order.is_ge() && version.cmp(&bound.behind(count)).is_lt();
    match sign {
        "" | "=" | "==" => {
            if bound.written < 3 {
                bound.written == 0 || below(bound.written)
            } else {
                order.is_eq()
            }
        }
        "!=" => order.is_ne(),
        ">" => {
            if bound.written < 3 {
                version.cmp(&bound.behind(bound.written)).is_ge()
            } else {
                order.is_gt()
            }
        }
        "<" => order.is_lt(),
        ">=" | "=>" => order.is_ge(),
        "<=" | "=<" => {
            order.is_le()
                || (bound.written < 3 && version.cmp(&bound.behind(bound.written)).is_lt())
        }
        "~" | "~>" => below(bound.written.min(2)),
        "^" => {
            let first = bound.numbers.iter().position(|number| *number > 0).unwrap_or(2);
            below((first + 1).min(bound.written.max(1)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, fits};

    #[test]
    fn bounds_hold_as_the_library_says() {
        let fits = |bounds: &str, version: &str| {
            let version = Version::of(version).expect("is a version");
            bounds.split("||").any(|bounds| fits(bounds, &version))
        };
        for (bounds, version) in [
            (">=1.19-0", "v1.36.0"),
            (">= 1.10.0, < 3", "2.1"),
            ("^1.2.3", "1.9.0"),
            ("~1.2", "1.2.9"),
            ("1.x", "1.5.0"),
            ("<1.14-0 || >=2", "2.0.0"),
            (">=1.21.0-0", "1.21.3-eks-1"),
            ("*", "1.0.0"),
        ] {
            assert!(fits(bounds, version), "{bounds} {version}");
        }
        for (bounds, version) in [
            (">=1.21.0", "1.21.3-eks-1"),
            ("^0.2.3", "0.3.0"),
            ("~1.2", "1.3.0"),
            ("<1.14-0", "1.36.0"),
        ] {
            assert!(!fits(bounds, version), "{bounds} {version}");
        }
    }
}
