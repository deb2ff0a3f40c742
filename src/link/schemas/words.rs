//! Names that speak of settings.

/// Whether a text names a file of settings.
pub(in crate::link) fn is_settings_file(text: &str) -> bool {
    let is_data = [".toml", ".yaml", ".yml", ".ini", ".conf", ".cfg", ".properties", ".hcl"];
    let is_json = [".json", ".json5", ".ron"];
    let ends = |endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
    ends(&is_data)
        || ends(&is_json) && is_settings_word(text)
        // What ends with a dash begins the name of something else: `find("MERCHANT_CONFIG_{id}")`.
        || text.len() < 60 && is_settings_word(text) && !text.ends_with(['_', '-'])
}

/// Whether a name speaks of settings: by one of its words, or by a word that `app` stands before.
pub(in crate::link) fn is_settings_word(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["config", "setting", "conf", "cfg", "options", "feature_flags", "features", "secrets"];
    let lower = name.to_ascii_lowercase();
    WORDS.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let (before, from) = (&name[..at], &name[at..]);
            // `autoconfig`, `reconfigured` are other words.
            let begins = !before.ends_with(|last: char| last.is_ascii_lowercase())
                || from.starts_with(|first: char| first.is_ascii_uppercase())
                || lower[..at].ends_with("app");
            // `conference`, `confirm` as well.
            let ends = *word != "conf"
                || !lower[at + 4..].starts_with(|next: char| next.is_ascii_lowercase());
            // `configure` is done to anything; a `configuration` is one.
            let is_verb = *word == "config"
                && ["ure", "uring"].iter().any(|it| lower[at + 6..].starts_with(it));
            begins && ends && !is_verb && !lower[..at].ends_with("auto")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{is_settings_file, is_settings_word};

    #[test]
    fn words_of_settings_are_told_from_others() {
        for name in [
            "AppConfig",
            "CONFIG_PATH",
            "settings",
            "conf",
            "app.conf",
            "site_conf",
            "appsettings",
            "MyCfg",
            "load_configuration",
        ] {
            assert!(is_settings_word(name), "{name}");
        }
        for name in [
            "conference",
            "confirm_order",
            "payload",
            "body",
            "autoconfig",
            "AutoConfigToken",
            "preconfigured",
            "configure",
            "is_configured",
        ] {
            assert!(!is_settings_word(name), "{name}");
        }
        assert!(!is_settings_file("orders.json"));
        assert!(!is_settings_file("MERCHANT_CONFIG_"));
        assert!(is_settings_file("config"));
        assert!(!is_settings_file("orders.json"));
    }
}
