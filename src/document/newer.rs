//! Scalars as parsers of YAML 1.2 in JavaScript see them, and print them as text: GitHub's of workflows, js-yaml of serverless.
//!
//! `True` is a truth value, `010` is 10, `1.10` is 1.1. `yes`, `12:30` and dates stay text. What only some of these parsers take
//! for something else stays as it is: `1_000`, `0b11`, `+.5`, numbers with more digits than all of them keep.

/// What a plain scalar comes to; `None` where the words stay as they are.
pub fn scalar(text: &str) -> Option<String> {
    let shown = match text {
        "True" | "TRUE" => "true".to_owned(),
        "False" | "FALSE" => "false".to_owned(),
        _ => number(text)?,
    };
    (shown != text).then_some(shown)
}

/// More digits than a number of every parser keeps.
const MOST_DIGITS: usize = 15;

fn number(text: &str) -> Option<String> {
    let based = |sign: &str, base| {
        let digits = text.strip_prefix(sign)?;
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
        u32::from_str_radix(digits, base).ok().filter(|_| is_plain).map(|it| it.to_string())
    };
    based("0x", 16).or_else(|| based("0o", 8)).or_else(|| decimal(text))
}

fn decimal(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix('-').or_else(|| text.strip_prefix('+')).unwrap_or(text);
    let (digits, power) = match unsigned.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, Some(power)),
        None => (unsigned, None),
    };
    let (before, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_signed_dot = before.is_empty() && unsigned != text;
    let count = before.len() + behind.len();
    let is_power = |power: &str| {
        let digits = power.strip_prefix(['-', '+']).unwrap_or(power);
        !digits.is_empty() && are_digits(digits)
    };
    if !are_digits(before)
        || !are_digits(behind)
        || is_signed_dot
        || !(1..=MOST_DIGITS).contains(&count)
        || !power.is_none_or(is_power)
    {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    // Beyond, some print powers of ten.
    let is_printed_plain = number == 0.0 || (1e-4..1e15).contains(&number.abs());
    is_printed_plain.then(|| if number == 0.0 { "0".to_owned() } else { number.to_string() })
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn words_come_to_what_javascript_prints() {
        for (text, shown) in [
            ("True", "true"),
            ("FALSE", "false"),
            ("010", "10"),
            ("08", "8"),
            ("0o10", "8"),
            ("0x1F", "31"),
            ("1.10", "1.1"),
            ("1.0", "1"),
            ("10.", "10"),
            (".5", "0.5"),
            ("1e3", "1000"),
            ("1E+3", "1000"),
            ("+5", "5"),
            ("-0", "0"),
            ("00", "0"),
            ("-1.50", "-1.5"),
        ] {
            assert_eq!(scalar(text).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn others_stay_as_they_are() {
        for text in [
            "yes",
            "on",
            "true",
            "5",
            "1.5",
            "1_000",
            "12:30",
            "12:30:00",
            "2026-01-31",
            "0X1f",
            "0b11",
            "+.5",
            "0o8",
            "+0x1",
            "0x+1",
            "1e400",
            "1e21",
            "0.0000001",
            "",
            ".",
            "-",
            "e5",
            "1e",
            "tRUE",
            "12345678901234567890",
            "1.23456789012345678",
            ".inf",
            "~",
        ] {
            assert_eq!(scalar(text), None, "{text}");
        }
    }
}
