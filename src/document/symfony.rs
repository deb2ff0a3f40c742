//! Scalars as Symfony's parser of YAML sees them: of neither version of YAML.
//!
//! `0o10` and `010` are 8, `1_000` is a number, and so is what a sign stands before or a day: its second since 1970. `yes` and
//! `12:30` are text. Times with a clock stay as they are written.

/// What a plain scalar comes to; `None` where the words stay as they are.
pub fn scalar(text: &str) -> Option<String> {
    let shown = match text.to_ascii_lowercase().as_str() {
        "true" => "true".to_owned(),
        "false" => "false".to_owned(),
        _ => octal(text).or_else(|| number(text)).or_else(|| day(text))?,
    };
    (shown != text).then_some(shown)
}

/// `0o17`, also with a sign.
fn octal(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text).strip_prefix("0o")?;
    let sign = if text.starts_with('-') { "-" } else { "" };
    let is_octal = digits.bytes().all(|byte| matches!(byte, b'0'..=b'7' | b'_'));
    let number = u64::from_str_radix(&digits.replace('_', ""), 8).ok().filter(|_| is_octal)?;
    Some(format!("{sign}{number}"))
}

fn number(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_all = |part: &str, test: fn(u8) -> bool| !part.is_empty() && part.bytes().all(test);
    let is_whole = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && is_all(unsigned, |byte| byte.is_ascii_digit() || byte == b'_');
    let plain = if is_whole { text.replace('_', "") } else { text.to_owned() };
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    if is_all(digits, |byte| byte.is_ascii_digit()) {
        let sign = if plain.starts_with('-') { "-" } else { "" };
        let is_octal = digits.len() > 1
            && digits.starts_with('0')
            && is_all(digits, |byte| matches!(byte, b'0'..=b'7'));
        return Some(match u64::from_str_radix(digits, 8) {
            Ok(number) if is_octal => format!("{sign}{number}"),
            // What an integer does not keep, such as `08`, stays a text.
            _ => plain,
        });
    }
    if let Some(digits) = text.strip_prefix("0x") {
        let is_hex = is_all(digits, |byte| byte.is_ascii_hexdigit() || byte == b'_');
        let number = u64::from_str_radix(&digits.replace('_', ""), 16).ok().filter(|_| is_hex)?;
        return Some(number.to_string());
    }
    float(text, unsigned)
}

/// What PHP takes for a number with a point or an exponent, or Symfony for one with `_`. It is shown as PHP makes a text of it.
fn float(text: &str, unsigned: &str) -> Option<String> {
    let has_exponent = unsigned.contains(['e', 'E']);
    let is_begun =
        unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.' && !unsigned.contains('_'));
    let is_float = is_begun
        && unsigned.bytes().all(|byte| {
            byte.is_ascii_digit() || b".eE+-".contains(&byte) || byte == b'_' && !has_exponent
        });
    let plain = text.replace('_', "");
    // More digits than a float keeps stay as they are.
    let number: f64 = plain.parse().ok().filter(|_| is_float && plain.len() <= 15)?;
    // PHP writes others with an exponent.
    let is_plain = number == 0.0 || (1e-4..1e14).contains(&number.abs());
    is_plain.then(|| format!("{number}"))
}

/// A day as the second on which it begins.
fn day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let is_day = is_plain && year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let date = jiff::civil::Date::new(year, month, day).ok().filter(|_| is_day)?;
    let begins = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(begins.timestamp().as_second().to_string())
}

#[cfg(test)]
mod tests {
    use super::scalar;

    /// What `Yaml::parse` of Symfony 5.4 gives for each, as texts of PHP.
    #[test]
    fn scalars_are_those_of_the_parser() {
        for (written, meant) in [
            ("yes", None),
            ("Off", None),
            ("TRUE", Some("true")),
            ("true", None),
            ("010", Some("8")),
            ("-010", Some("-8")),
            ("+010", Some("10")),
            ("0o10", Some("8")),
            ("0o8", None),
            ("08", None),
            ("0x1F", Some("31")),
            ("-0x1F", None),
            ("0xG", None),
            ("0b11", None),
            ("1_000", Some("1000")),
            ("1__000", Some("1000")),
            ("1_000.5", Some("1000.5")),
            ("1,000", None),
            ("_1", None),
            ("+5", Some("5")),
            ("+1.5", Some("1.5")),
            ("12", None),
            ("-0", None),
            ("1.10", Some("1.1")),
            ("1.0", Some("1")),
            (".5", Some("0.5")),
            ("1e3", Some("1000")),
            ("1.5e3", Some("1500")),
            ("1_0e2", None),
            ("12:30", None),
            ("12:30:00", None),
            ("2026-01-31", Some("1769817600")),
            ("2026-1-3", Some("1767398400")),
            ("2026-13-31", None),
            ("0.1.2", None),
            ("10.0.0.1", None),
            ("12345678901234567890", None),
            ("-", None),
            ("--", None),
            ("", None),
        ] {
            assert_eq!(scalar(written).as_deref(), meant, "{written}");
        }
    }
}
