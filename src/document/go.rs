//! Scalars as programs written in Go see them: what Go's library for YAML takes plain words for, and how Go prints it.
//!
//! Knows the untyped reading alone: a truth value is `true` or `false`, and a number may be written in other bases, with `_`
//! between its digits, or with a `0` that makes it octal.

/// What a variable comes to that a plain scalar of YAML gives: `017` is `15`, `1.10` is `1.1`, `True` is `true`. `None` where the
/// words stay as they are.
pub fn scalar(text: &str) -> Option<String> {
    let shown = match text {
        "True" | "TRUE" => "true".to_owned(),
        "False" | "FALSE" => "false".to_owned(),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => float(f64::NAN),
        _ => number(text).or_else(|| day(text))?,
    };
    (shown != text).then_some(shown)
}

/// `2026-01-31`: a time to the library, and printed as one.
fn day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let within = |part: &str, most: u32| {
        part.len() <= 2 && part.parse().is_ok_and(|part: u32| (1..=most).contains(&part))
    };
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let is_day = is_plain && year.len() == 4 && within(month, 12) && within(day, 31);
    is_day.then(|| format!("{year}-{month:0>2}-{day:0>2} 00:00:00 +0000 UTC"))
}

fn number(text: &str) -> Option<String> {
    let first = text.trim_start_matches(['+', '-']).chars().next()?;
    if !first.is_ascii_digit() && first != '.' {
        return None;
    }
    let plain = text.replace('_', "");
    if let Some(whole) = whole(&plain) {
        return Some(whole.to_string());
    }
    let is_float = plain.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && plain.bytes().any(|byte| byte.is_ascii_digit());
    is_float.then(|| plain.parse().ok().map(float)).flatten()
}

/// A whole number of 64 bits, in the base that its first signs tell.
fn whole(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (if text.starts_with('-') { -1 } else { 1 }, digits),
        None => (1, text),
    };
    let lower = digits.to_ascii_lowercase();
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    let marked = bases.iter().find_map(|(mark, base)| Some((lower.strip_prefix(mark)?, *base)));
    let (digits, base) = marked.unwrap_or(match lower.strip_prefix('0') {
        Some(rest) if !rest.is_empty() => (rest, 8),
        _ => (lower.as_str(), 10),
    });
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let number = i128::from_str_radix(digits, base).ok().filter(|_| is_plain)? * sign;
    let fits = number >= i128::from(i64::MIN) && number <= i128::from(u64::MAX);
    fits.then_some(number)
}

/// A float as `%v` prints it.
pub fn float(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        }
        .to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::{float, scalar};

    #[test]
    fn numbers_are_printed_as_go_prints_them() {
        let all = [1.0, 8080.0, 1_000_000.0, 1_234_567.5, 0.5, 0.00001, -3.25, 0.0];
        let shown: Vec<_> = all.into_iter().map(float).collect();
        assert_eq!(shown, ["1", "8080", "1e+06", "1.2345675e+06", "0.5", "1e-05", "-3.25", "0"]);
    }

    #[test]
    fn plain_words_are_taken_as_the_library_takes_them() {
        let all = [
            ("017", Some("15")),
            ("0o17", Some("15")),
            ("0x1F", Some("31")),
            ("0b11", Some("3")),
            ("08", Some("8")),
            ("1_000", Some("1000")),
            ("2026-01-31", Some("2026-01-31 00:00:00 +0000 UTC")),
            ("2026-1-3", Some("2026-01-03 00:00:00 +0000 UTC")),
            ("2026-13-31", None),
            ("555-12-34", None),
            ("+1", Some("1")),
            ("1.10", Some("1.1")),
            ("1.0", Some("1")),
            ("1e3", Some("1000")),
            ("100000000.5", Some("1.000000005e+08")),
            (".inf", Some("+Inf")),
            (".nan", Some("NaN")),
            ("True", Some("true")),
            ("yes", None),
            ("1:30", None),
            ("1.2.3", None),
            ("8080", None),
            ("12345678901234567890", None),
            ("-", None),
            ("deadbeef", None),
        ];
        for (text, shown) in all {
            assert_eq!(scalar(text).as_deref(), shown, "{text}");
        }
    }
}
