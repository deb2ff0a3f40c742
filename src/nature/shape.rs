//! What a text looks like: a number, a switch, an address. Decides nothing about keys.

/// The words that mean yes, in lower case.
const YES: &[&str] = &["1", "enable", "enabled", "on", "t", "true", "y", "yes"];
/// The words that mean no.
const NO: &[&str] =
    &["", "0", "disable", "disabled", "f", "false", "n", "no", "none", "null", "off"];

/// Whether a text reads as a switch that is on or off.
pub fn switch(text: &str) -> Option<bool> {
    let text = text.trim().to_ascii_lowercase();
    if YES.contains(&text.as_str()) {
        return Some(true);
    }
    NO.contains(&text.as_str()).then_some(false)
}

/// A number, with the unit after it where it has one: `30`, `1.5`, `60s`, `512Mi`.
pub fn quantity(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-' || c == '_'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number = number.replace('_', "").parse().ok()?;
    let is_unit =
        unit.len() <= 7 && unit.trim().chars().all(|c| c.is_ascii_alphabetic() || c == '%');
    is_unit.then_some((number, unit.trim()))
}

/// Whether a text is a number and nothing else.
pub fn is_number(text: &str) -> bool {
    quantity(text).is_some_and(|(_, unit)| unit.is_empty())
}

/// Whether two texts mean the same however they are written: `5` and `5.0`, `True` and `true`.
pub fn alike(one: &str, two: &str, as_switch: bool) -> bool {
    let (one, two) = (bare(one), bare(two));
    if one == two || (as_switch && switch(one).is_some() && switch(one) == switch(two)) {
        return true;
    }
    if let (Some((n, unit)), Some((m, other))) = (quantity(one), quantity(two)) {
        return unit == other && (n - m).abs() < f64::EPSILON;
    }
    let is_word = ["true", "false", "none", "null"].contains(&one.to_ascii_lowercase().as_str());
    is_word && one.eq_ignore_ascii_case(two)
}

/// Whether a text says that there is no value: `unset`, `no-hostname-set`, `<not set>`, `-`.
pub fn says_absent(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.is_empty() && !text.is_empty()
        || matches!(
            words[..],
            ["absent" | "missing" | "na" | "none" | "null" | "undefined" | "unknown" | "unset"]
                | ["n", "a"]
                | [
                    "no" | "not",
                    ..,
                    "available" | "configured" | "defined" | "found" | "provided" | "set",
                ]
        )
}

/// A text without the quotes and spaces around it.
pub fn bare(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}

/// Whether a text says where something is: a URL, a host, an address, a path, an ARN, an e-mail.
pub fn is_address(text: &str) -> bool {
    let text = text.trim();
    let is_host = |text: &str| {
        let mut labels = text.split('.');
        labels.clone().count() > 1
            && labels.all(|label| {
                !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            })
            && text.chars().any(|c| c.is_ascii_alphabetic())
    };
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let has_port = !port.is_empty() && port.chars().all(|c| c.is_ascii_digit());
    text.contains("://")
        || text.starts_with(['/', '~'])
        || text.starts_with("arn:")
        || (text.contains('@') && !text.contains(' '))
        || host == "localhost"
        || (has_port && !host.is_empty() && !host.contains(' '))
        || is_host(host) && quantity(text).is_none()
        || text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// Whether a text points at the machine itself, as a default for development does.
pub fn is_loopback(text: &str) -> bool {
    ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"]
        .iter()
        .any(|host| text.contains(host))
}

/// Whether a tool fills the text in before anybody reads it.
pub fn is_template(text: &str) -> bool {
    ["{{", "${", "$(", "<%", "#{", "%("].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::{alike, is_address, quantity, switch};

    #[test]
    fn texts_are_told_apart() {
        assert_eq!(switch("On"), Some(true));
        assert_eq!(switch("maybe"), None);
        assert_eq!(quantity("60s"), Some((60.0, "s")));
        assert_eq!(quantity("thirty"), None);
        assert!(alike("5", "5.0", false) && alike("'x'", "x", false) && alike("yes", "1", true));
        assert!(!alike("yes", "1", false) && !alike("5", "6", false) && !alike("5s", "5", false));
        for text in ["https://a.test", "db.internal:5432", "10.0.0.1", "/srv/x", "redis:6379"] {
            assert!(is_address(text), "{text}");
        }
        for text in ["60", "1.5", "true", "info", "60s", ""] {
            assert!(!is_address(text), "{text}");
        }
    }
}
