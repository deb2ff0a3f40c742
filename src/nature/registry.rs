//! What names tell of flags that a project keeps itself: what declares them, and what asks whether one is on.
//!
//! Knows words only. That something declares flags is believed where something asks for them.

use super::Nature;

/// What a flag is called.
const FLAG: &str = "feature features flag flags switch switches toggle toggles";

/// What may follow that in the name of what declares them.
const FORM: &str = "enum id ids key keys kind map name names registry value values";

/// Words of a question.
const QUESTION: &str = "\
    active allowed allows disabled enabled feature features flag flags has inactive off on supports \
    switch toggle toggled";

/// Words of what gives a flag a state, and asks nothing.
const GIVING: &str = "\
    activate add clear create deactivate delete disable enable insert override patch put register \
    remove reset save set store unset update write";

/// Whether what is called so may declare flags: `FeatureFlag`, `AdminFlagValue`, `FEATURES`.
pub fn declares(name: &str) -> bool {
    let nature = Nature::of(name);
    let last = nature.last();
    nature.has(FLAG) && (super::lists(FLAG, last) || super::lists(FORM, last))
}

/// Whether a function that is called so asks for the state of a flag: `is_enabled`, `has_feature`.
pub fn asks(name: &str) -> bool {
    let nature = Nature::of(name);
    nature.has(QUESTION) && !gives(name)
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
        for name in ["FeatureExtractor", "FlagParser", "Size", "SwitchBoard", "Settings"] {
            assert!(!declares(name), "{name}");
        }
    }

    #[test]
    fn names_tell_who_asks() {
        for name in ["enabled", "has_feature", "isEnabled", "flag_is_active", "is_on"] {
            assert!(asks(name), "{name}");
        }
        for name in ["set_flag", "enable_feature", "append", "disable"] {
            assert!(!asks(name), "{name}");
        }
        assert!(gives("set_flag") && !gives("enabled"));
    }
}
