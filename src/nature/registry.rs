//! What names tell of flags that a project keeps itself: what declares them, and what asks whether one is on.
//!
//! Knows words only. That something declares flags is believed where something asks for them.

use super::Nature;

/// What a flag is called.
const FLAG: &str = "feature features flag flags switch switches toggle toggles";

/// What may follow that in the name of what declares them.
const FORM: &str = "enum id ids key keys kind map name names registry value values";

/// Words of a question.
const QUESTION: &str = "active allowed disabled enabled has inactive supports toggled";

/// Words with which a question about a flag may begin.
const ASKING: &str =
    "can check evaluate feature flag get has is read resolve should test toggle use";

/// Words of what gives a flag a state, and asks nothing.
const GIVING: &str = "\
    activate add clear create deactivate delete disable enable insert override patch put register \
    remove reset save set store unset update write";

/// Whether what is called so may declare flags: `FeatureFlag`, `AdminFlagValue`, `FEATURES`.
pub fn declares(name: &str) -> bool {
    let nature = Nature::of(name);
    let mut words = nature.words.iter().rev().skip_while(|word| super::lists(FORM, word));
    words.next().is_some_and(|word| super::lists(FLAG, word))
}

/// Whether a function that is called so asks for the state of a flag: `is_enabled`, `has_feature`. What is called like a class
/// makes something.
pub fn asks(name: &str) -> bool {
    if name.starts_with(|first: char| first.is_ascii_uppercase()) || gives(name) {
        return false;
    }
    let nature = Nature::of(name);
    let begins = nature.words.first().is_some_and(|word| super::lists(ASKING, word));
    nature.has(QUESTION) || begins && (nature.has(FLAG) || matches!(nature.last(), "on" | "off"))
}

/// Whether it gives one a state.
pub fn gives(name: &str) -> bool {
    Nature::of(name).has(GIVING)
}

#[cfg(test)]
mod tests {
    use super::{asks, declares, gives};

    #[test]
    fn names_tell_what_declares_flags() {
        for name in
            ["Feature", "FEATURES", "AdminFlagValue", "FeatureFlagName", "toggles", "OvenSwitch"]
        {
            assert!(declares(name), "{name}");
        }
        for name in
            ["FeatureExtractor", "FlagParser", "FeatureHealthProviderName", "SwitchBoard", "Keys"]
        {
            assert!(!declares(name), "{name}");
        }
    }

    #[test]
    fn names_tell_who_asks() {
        for name in ["enabled", "has_feature", "isEnabled", "flag_is_active", "is_on"] {
            assert!(asks(name), "{name}");
        }
        assert!(asks("feature") && !asks("features_of"));
        for name in ["set_flag", "enable_feature", "append", "FeatureHealthEvent", "depends_on"] {
            assert!(!asks(name), "{name}");
        }
        assert!(gives("set_flag") && !gives("enabled"));
    }
}
