//! Which names and texts look like credentials, and which texts only stand for a value.
//!
//! Judges spelling alone. What a file is (a Secret, an encrypted file) is known where files are read.

mod words;

use super::key::fold;
use words::{
    ABOUT, BOUNDS, CREDENTIALS, KEY_KINDS, LAST_CREDENTIALS, PARTS, PLACEHOLDER_PARTS,
    PLACEHOLDERS, PREFIXES,
};

/// What stands where a text is withheld.
pub const WITHHELD: &str = "[redacted]";

/// Whether a name looks like that of a credential: `DB_PASSWORD`, `github.token`, but not `TOKEN_TTL`.
pub fn looks_secret_name(name: &str) -> bool {
    let folded = fold(name);
    let words: Vec<&str> = folded.split('_').collect();
    let Some(last) = words.last() else { return false };
    if ABOUT.contains(last) || words.iter().any(|word| BOUNDS.contains(word)) || folded == "pwd" {
        return false;
    }
    LAST_CREDENTIALS.contains(last)
        || words.iter().any(|word| CREDENTIALS.contains(word))
        || words.windows(2).any(|pair| {
            matches!(pair[1], "key" | "keys" | "string") && KEY_KINDS.contains(&pair[0])
        })
}

/// Whether a text looks like a credential, whatever its name.
pub fn looks_secret_value(text: &str) -> bool {
    is_credential(text) || is_random(text.trim())
}

/// Whether a definition must not be shown, for its name or for its value.
pub fn looks_secret(name: &str, text: &str) -> bool {
    is_credential(text)
        || (is_random(text.trim()) && !names_public_id(name))
        || (looks_secret_name(name) && !is_harmless(text))
}

/// A known shape of credential.
fn is_credential(text: &str) -> bool {
    let text = text.trim();
    PARTS.iter().any(|part| text.contains(part))
        || (text.len() >= 16 && PREFIXES.iter().any(|prefix| text.starts_with(prefix)))
        || has_password(text)
}

/// Whether a text only stands for a value: `changeme`, `<your-key>`, `((var))`, `[API_URL]`.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.len() > 200 {
        return false;
    }
    let encloses = |open: &str, close: &str| {
        text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    };
    let is_name = |text: &str| {
        text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let is_named = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|name| name.contains('_') && is_name(name));
    if is_named {
        return true;
    }
    if encloses("<", ">") || encloses("((", "))") || encloses("[your", "]") || encloses("__", "__")
    {
        return true;
    }
    let lower = text.to_ascii_lowercase();
    PLACEHOLDERS.contains(&lower.as_str())
        || PLACEHOLDER_PARTS.iter().any(|part| starts_word(&lower, part))
        || (text.len() >= 3 && text.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.')))
}

/// Whether a text is a boolean or a number too small to be a credential: shown whatever its name.
pub fn is_harmless(text: &str) -> bool {
    let text = text.trim();
    let word = text.to_ascii_lowercase();
    matches!(word.as_str(), "" | "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null")
        || (text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a name says that its value identifies what is public: a commit, a digest, a version.
fn names_public_id(name: &str) -> bool {
    let folded = fold(name);
    let last = folded.rsplit('_').next().unwrap_or("");
    matches!(
        last,
        "checksum"
            | "commit"
            | "digest"
            | "id"
            | "image"
            | "ref"
            | "rev"
            | "revision"
            | "sha"
            | "sha256"
            | "tag"
            | "version"
    ) && !looks_secret_name(name)
}

fn starts_word(text: &str, part: &str) -> bool {
    text.match_indices(part)
        .any(|(at, _)| !text.get(..at).unwrap_or("").ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// `scheme://user:password@host`, where the password is written out.
fn has_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = text.get(at + 3..).unwrap_or("");
        let end =
            rest.find(|c: char| matches!(c, '/' | '?' | '#' | '"' | '\'') || c.is_whitespace());
        let authority = rest.get(..end.unwrap_or(rest.len()).min(1024)).unwrap_or("");
        let Some((login, _)) = authority.rsplit_once('@') else { return false };
        let Some((_, password)) = login.split_once(':') else { return false };
        !password.is_empty()
            && !password.starts_with(['$', '{', '<', '(', '%', '*'])
            && !is_placeholder(password)
    })
}

/// Long, of many different characters, with no shape of words, paths or ids.
fn is_random(text: &str) -> bool {
    if !(24..=4096).contains(&text.len()) || text.starts_with(['/', '.']) {
        return false;
    }
    let mut seen = [false; 128];
    let (mut letters, mut digits, mut others, mut changes) = (0, 0, 0, 0);
    let mut before = None;
    for byte in text.bytes() {
        let class = match byte {
            b'A'..=b'Z' => 'A',
            b'a'..=b'z' => 'a',
            b'0'..=b'9' => '0',
            b'+' | b'/' | b'=' | b'_' | b'-' => '-',
            _ => return false,
        };
        match class {
            '0' => digits += 1,
            '-' => others += 1,
            _ => letters += 1,
        }
        changes += usize::from(before.replace(class).is_some_and(|before| before != class));
        seen[usize::from(byte)] = true;
    }
    let distinct = seen.iter().filter(|seen| **seen).count();
    if others == 0 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return text.len() >= 32 && distinct >= 8 && digits > 0 && letters > 0;
    }
    // Words and numbers change from one kind of character to another far less often than random text does.
    let has_cases = text.bytes().any(|b| b.is_ascii_uppercase())
        && text.bytes().any(|b| b.is_ascii_lowercase());
    has_cases
        && digits > 0
        && others * 6 <= text.len()
        && distinct >= 14
        && changes * 3 >= text.len()
}

#[cfg(test)]
mod tests {
    use super::{is_placeholder, looks_secret_name, looks_secret_value};

    #[test]
    fn names_of_credentials_are_told_from_names_about_them() {
        for name in [
            "DB_PASSWORD",
            "apiKey",
            "github.token",
            "SECRET_KEY_BASE",
            "SENTRY_DSN",
            "SMTP_PASS",
            "APP_KEY",
        ] {
            assert!(looks_secret_name(name), "{name}");
        }
        for name in [
            "TOKEN_EXPIRY_SECONDS",
            "PASSWORD_MIN_LENGTH",
            "AUTH_URL",
            "SECRET_NAME",
            "TOKENIZER",
            "MAX_TOKENS",
            "PWD",
            "ENABLE_TOKEN_REFRESH",
            "CACHE_KEY",
            "COMPASS",
        ] {
            assert!(!looks_secret_name(name), "{name}");
        }
    }

    #[test]
    fn credentials_are_seen_in_values() {
        for text in [
            "postgres://app:hunter2@db/app",
            "-----BEGIN RSA PRIVATE KEY-----",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "9f86d081884c7d659a2feaa0c55ad015",
        ] {
            assert!(looks_secret_value(text), "{text}");
        }
        for text in [
            "postgres://app:${DB_PASSWORD}@db/app",
            "http://localhost:8080/path",
            "my-long-service-name-in-production",
            "com.example.service.Handler2",
            "/usr/local/lib/Python310/site-packages",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",
        ] {
            assert!(!looks_secret_value(text), "{text}");
        }
    }

    #[test]
    fn placeholders_are_told_from_values() {
        for text in
            ["changeme", "<your key>", "((db_password))", "[API_URL]", "your-api-key", "XXXXXXXX"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            "https://example.com",
            "[::1]",
            "todos",
            "info",
            "yours",
            "behaviour-x",
            "__init__.py",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
