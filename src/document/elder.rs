//! Scalars as parsers of YAML 1.1 see them: SnakeYAML of Spring, PyYAML of Ansible, Psych of GitLab.
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

/// What Ruby's parser, Psych, makes of a plain number: as the others do, but that a comma parts digits as well, and that
/// `12:30` is hours and minutes, of which the hours alone have the sign. `None` where the words stay as they are.
pub fn number_of_ruby(text: &str) -> Option<String> {
    let digits = text.trim_start_matches(['+', '-']);
    if text.len() > digits.len() + 1 || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let shown = match text.split(':').collect::<Vec<_>>()[..] {
        [hours, minutes] => clock(&[hours, minutes, "0"]).map(|it| it.to_string()),
        [hours, minutes, seconds] => clock(&[hours, minutes, seconds]).map(|it| it.to_string()),
        [_] if digits.contains(",,") => None,
        [_] => {
            let plain = text.replace(',', "");
            number(&plain).or_else(|| plain.parse::<i64>().is_ok().then_some(plain))
        }
        _ => None,
    }?;
    (shown != text).then_some(shown)
}

/// Hours, minutes and seconds as seconds; the latter two have two places at most and are below 60.
fn clock(parts: &[&str; 3]) -> Option<i64> {
    let is_place = |part: &str| part.len() <= 2 && part.parse::<u64>().is_ok_and(|at| at < 60);
    let hours: i64 = parts[0].replace('_', "").parse().ok()?;
    let (minutes, seconds): (i64, i64) = (parts[1].parse().ok()?, parts[2].parse().ok()?);
    let is_clock = is_place(parts[1]) && is_place(parts[2]);
    is_clock.then(|| hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)).flatten()
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
    use super::{number_of_ruby, scalar};

    /// What `YAML.load` of Psych 4.0 gives for each, as texts.
    #[test]
    fn numbers_of_ruby_are_those_of_its_parser() {
        for (written, meant) in [
            ("010", Some("8")),
            ("-010", Some("-8")),
            ("0o10", None),
            ("08", None),
            ("1_000", Some("1000")),
            ("1,000", Some("1000")),
            ("1,000.5", Some("1000.5")),
            ("1,,0", None),
            ("0x1F", Some("31")),
            ("0b11", Some("3")),
            ("+5", Some("5")),
            ("12:30:00", Some("45000")),
            ("12:30", Some("45000")),
            ("01:30", Some("5400")),
            ("-1:30", Some("-1800")),
            ("190:20:30", Some("685230")),
            ("1:61", None),
            ("1:2:3:4", None),
            ("1.10", Some("1.1")),
            ("1e5", None),
            ("yes", None),
            ("2026-01-31", None),
            ("12", None),
            ("10.0.0.1:80", None),
        ] {
            assert_eq!(number_of_ruby(written).as_deref(), meant, "{written}");
        }
    }

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
