//! The setting in which a library of flags keeps them, as a column of a reader of settings.

/// A setting in which a library keeps flags: each as an entry, or alone in a setting that begins so.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlagsIn {
    /// The setting.
    pub setting: String,
    /// The row that answers instead, of the same form.
    pub reader: String,
    /// A word of what code imports of the library: without it the project has settings of its own.
    pub library: String,
}

impl FlagsIn {
    /// The flag that a setting holds: alone, or as an entry.
    pub fn flag<'k>(&self, setting: &'k str) -> Option<&'k str> {
        let rest = setting.strip_prefix(self.setting.as_str())?;
        rest.strip_prefix(['_', '.']).filter(|flag| !flag.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::FlagsIn;

    #[test]
    fn a_setting_holds_one_flag_or_has_it_as_an_entry() {
        let kept =
            FlagsIn { setting: "FLAGS".to_owned(), reader: String::new(), library: String::new() };
        assert_eq!(kept.flag("FLAGS_RYE"), Some("RYE"));
        assert_eq!(kept.flag("FLAGS.rye"), Some("rye"));
        assert!(
            ["FLAGS", "FLAGS_", "FLAGSHIP", "NO_FLAGS_RYE"]
                .iter()
                .all(|it| kept.flag(it).is_none())
        );
    }
}
