//! Scalars as parsers of YAML 1.1 see them: SnakeYAML of Spring, PyYAML of Ansible. Ruby's goes further: `psych`.
//!
//! `yes` is a truth value, `010` is octal, `1_000` a number, `12:30:00` one to the base of 60. What only some of these
//! parsers take for something else stays as it is: dates, `1e3`.

/// What a plain scalar comes to; `None` where the words stay as they are.
pub fn scalar(text: &str) -> Option<String> {
    let shown = match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "True" | "TRUE" => "true".to_owned(),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" | "False" | "FALSE" => "false".to_owned(),
        _ => number(text)?,
    };
    (shown != text).then_some(shown)
}

fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (if text.starts_with('-') { "-" } else { "" }, digits),
        None => ("", text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = digits.replace('_', "");
    let whole = match plain.split_once(['.', ':']) {
        None => whole(&plain)?.to_string(),
        Some((_, _)) if plain.contains(':') => sixties(&plain)?.to_string(),
        Some((before, behind)) => {
            let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            let number: f64 =
                plain.parse().ok().filter(|_| is_plain(before) && is_plain(behind))?;
            // More digits than a float keeps stay as they are.
            if plain.len() > 15 {
                return None;
            }
            format!("{number:?}")
        }
    };
    Some(format!("{sign}{whole}"))
}

/// A whole number, in the base that its first signs tell.
fn whole(digits: &str) -> Option<u64> {
    let (digits, base) = match digits.strip_prefix('0') {
        None | Some("") => (digits, 10),
        Some(rest) => match (rest.strip_prefix('x'), rest.strip_prefix('b')) {
            (Some(digits), _) => (digits, 16),
            (_, Some(digits)) => (digits, 2),
            _ => (rest, 8),
        },
    };
    u64::from_str_radix(digits, base).ok().filter(|_| !digits.starts_with('+'))
}

/// `12:30:00`: a number to the base of 60, of which only the first place may be larger.
fn sixties(text: &str) -> Option<u64> {
    let mut places = text.split(':');
    let first = places.next().filter(|first| !first.starts_with('0'))?;
    places.try_fold(first.parse().ok()?, |number: u64, place| {
        let place: u64 = place.parse().ok().filter(|at| *at < 60 && place.len() <= 2)?;
        number.checked_mul(60)?.checked_add(place)
    })
}

#[cfg(test)]
mod tests {
    use super::scalar;

    /// What `yaml.safe_load` of PyYAML 6 gives for each, as texts.
    #[test]
    fn words_and_numbers_are_those_of_the_parser() {
        for (written, meant) in [
            ("yes", Some("true")),
            ("Off", Some("false")),
            ("TRUE", Some("true")),
            ("true", None),
            ("y", None),
            ("010", Some("8")),
            ("0o10", None),
            ("08", None),
            ("0x1F", Some("31")),
            ("0b11", Some("3")),
            ("1_000", Some("1000")),
            ("+12", Some("12")),
            ("-010", Some("-8")),
            ("12", None),
            ("0", None),
            ("12:30:00", Some("45000")),
            ("12:30", Some("750")),
            ("12:61", None),
            ("08:30", None),
            ("1.10", Some("1.1")),
            ("1.0", None),
            ("1.2.3", None),
            ("1e3", None),
            ("2020-01-01", None),
            ("a", None),
            ("", None),
            ("-", None),
            ("10.0.0.1:80", None),
        ] {
            assert_eq!(scalar(written).as_deref(), meant, "{written}");
        }
    }
}
