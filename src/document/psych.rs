//! Scalars as Ruby's parser of YAML, Psych, sees them: Rails, GitLab.
//!
//! As other parsers of YAML 1.1 do, but that a comma parts digits as well, that `12:30` is hours and minutes, and that `1e3` is
//! text. Dates and times stay as they are written, and so do symbols.

/// What a plain scalar comes to; `None` where the words stay as they are.
pub fn scalar(text: &str) -> Option<String> {
    let shown = match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" => "true".to_owned(),
        "no" | "false" | "off" => "false".to_owned(),
        _ => number(text)?,
    };
    (shown != text).then_some(shown)
}

/// What a plain number comes to; `None` where the words stay as they are.
pub fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (if text.starts_with('-') { "-" } else { "" }, digits),
        None => ("", text),
    };
    let shown = match digits.split(':').collect::<Vec<_>>()[..] {
        [hours, minutes] => clock(sign, [hours, minutes, "0"])?.to_string(),
        [hours, minutes, seconds] => clock(sign, [hours, minutes, seconds])?.to_string(),
        [_] => match digits.split_once('.') {
            Some((before, behind)) => float(sign, before, behind)?,
            None => whole(sign, digits)?,
        },
        _ => return None,
    };
    (shown != text).then_some(shown)
}

/// Hours, minutes and seconds as seconds: the hours alone have the sign, the others are below 60.
fn clock(sign: &str, parts: [&str; 3]) -> Option<i64> {
    let place = |part: &str| part.parse::<i64>().ok().filter(|at| part.len() <= 2 && *at < 60);
    let is_plain = parts[0].starts_with(|c: char| c.is_ascii_digit())
        && parts[1..].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let hours: i64 = parts[0].replace('_', "").parse().ok().filter(|_| is_plain)?;
    let hours = if sign == "-" { -hours } else { hours };
    hours.checked_mul(3600)?.checked_add(place(parts[1])? * 60 + place(parts[2])?)
}

/// A number with a point; an exponent must have a sign.
fn float(sign: &str, before: &str, behind: &str) -> Option<String> {
    let (places, exponent) = match behind.split_once(['e', 'E']) {
        Some((places, exponent)) => (places, Some(exponent)),
        None => (behind, None),
    };
    let is_all = |text: &str, more: &[u8]| {
        text.bytes().all(|byte| byte.is_ascii_digit() || more.contains(&byte))
    };
    let is_begun = before.is_empty() || before.starts_with(|c: char| c.is_ascii_digit());
    let is_float = is_begun
        && is_all(before, b"_,")
        && is_all(places, b"")
        && before.len() + places.len() > 0
        && exponent.is_none_or(|it| {
            it.strip_prefix(['+', '-']).is_some_and(|rest| !rest.is_empty() && is_all(rest, b""))
        });
    // More digits than a float keeps stay as they are.
    if !is_float || before.len() + behind.len() > 15 {
        return None;
    }
    let plain = format!("{}{before}.{places}e{}", sign, exponent.unwrap_or("0"));
    let number: f64 = plain.replace(['_', ','], "").parse().ok()?;
    Some(format!("{number:?}"))
}

/// A whole number, in the base that its first signs tell.
fn whole(sign: &str, digits: &str) -> Option<String> {
    let (rest, base) = match digits.strip_prefix('0').filter(|rest| !rest.is_empty()) {
        None => (digits, 10),
        Some(rest) => match (rest.strip_prefix('x'), rest.strip_prefix('b')) {
            (Some(rest), _) => (rest, 16),
            (_, Some(rest)) => (rest, 2),
            _ => (rest, 8),
        },
    };
    let parts: Vec<&str> = rest.split(['_', ',']).collect();
    // A decimal number has digits on both sides of each comma.
    let is_apart = base != 10 || !parts.iter().any(|part| part.is_empty());
    let plain = parts.concat();
    let is_plain = is_apart && plain.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let number = u64::from_str_radix(&plain, base).ok().filter(|_| is_plain)?;
    Some(if number == 0 { "0".to_owned() } else { format!("{sign}{number}") })
}

#[cfg(test)]
mod tests {
    use super::{number, scalar};

    /// What `YAML.load` of Psych 4.0 gives for each, as texts.
    #[test]
    fn numbers_are_those_of_the_parser() {
        for (written, meant) in [
            ("010", Some("8")),
            ("-010", Some("-8")),
            ("+010", Some("8")),
            ("0o10", None),
            ("08", None),
            ("00", Some("0")),
            ("-0", Some("0")),
            ("0_7", Some("7")),
            ("1_000", Some("1000")),
            ("1__000", None),
            ("1_", None),
            ("_1", None),
            ("1,000", Some("1000")),
            ("1,000.5", Some("1000.5")),
            ("1,,0", None),
            ("0x1F", Some("31")),
            ("-0x1F", Some("-31")),
            ("0x_1F", Some("31")),
            ("0X1F", None),
            ("0b11", Some("3")),
            ("0B11", None),
            ("0b12", None),
            ("+5", Some("5")),
            ("+1.5", Some("1.5")),
            ("12:30:00", Some("45000")),
            ("12:30", Some("45000")),
            ("01:30", Some("5400")),
            ("-1:30", Some("-1800")),
            ("190:20:30", Some("685230")),
            ("1:61", None),
            ("1:2:3:4", None),
            ("1.10", Some("1.1")),
            (".5", Some("0.5")),
            ("5.", Some("5.0")),
            (".", None),
            ("1.5e+3", Some("1500.0")),
            ("1.5e3", None),
            ("010.5", Some("10.5")),
            ("08.5", Some("8.5")),
            ("1e5", None),
            ("yes", None),
            ("2026-01-31", None),
            ("12", None),
            ("0.1.2", None),
            ("10.0.0.1:80", None),
            (":12", None),
            ("-", None),
            ("+", None),
            ("", None),
        ] {
            assert_eq!(number(written).as_deref(), meant, "{written}");
        }
    }

    #[test]
    fn words_are_those_of_the_parser() {
        for (written, meant) in [
            ("yes", Some("true")),
            ("On", Some("true")),
            ("oFF", Some("false")),
            ("TRUE", Some("true")),
            ("true", None),
            ("y", None),
            ("nil", None),
            ("010", Some("8")),
        ] {
            assert_eq!(scalar(written).as_deref(), meant, "{written}");
        }
    }
}
