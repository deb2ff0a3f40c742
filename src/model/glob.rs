//! Names against globs: `*` stands for any run of characters, all else for itself.
//!
//! Knows no paths: a `*` crosses every character.

/// Whether `name` is one of the names that `glob` stands for. Takes time in the length of the two, never exponential.
pub fn matches(glob: &str, name: &str) -> bool {
    let (glob, name) = (glob.as_bytes(), name.as_bytes());
    let (mut at_glob, mut at_name) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at_name < name.len() {
        match glob.get(at_glob) {
            Some(b'*') => {
                retry = Some((at_glob, at_name));
                at_glob += 1;
            }
            Some(byte) if *byte == name[at_name] => {
                at_glob += 1;
                at_name += 1;
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                at_glob = star + 1;
                at_name = from + 1;
            }
        }
    }
    glob[at_glob..].iter().all(|byte| *byte == b'*')
}

/// The part of a glob before its first `*`.
pub fn literal_prefix(glob: &str) -> &str {
    glob.split('*').next().unwrap_or("")
}

/// How many characters of a glob are written out: a glob with few of them says little.
pub fn weight(glob: &str) -> usize {
    glob.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_run() {
        for (glob, name, expected) in [
            ("*", "", true),
            ("*", "ANY", true),
            ("*_URL", "PAY_URL", true),
            ("*_URL", "PAY_URL_OLD", false),
            ("FEATURE_*", "FEATURE_", true),
            ("A*B*C", "AxxBxBxC", true),
            ("A*B*C", "AxxBxBx", false),
            ("EXACT", "EXACT", true),
            ("EXACT", "EXACTLY", false),
            ("", "", true),
            ("", "A", false),
        ] {
            assert_eq!(matches(glob, name), expected, "{glob} {name}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let name = "a".repeat(2_000);
        assert!(!matches(&format!("{}b", "*a".repeat(100)), &name));
    }
}
