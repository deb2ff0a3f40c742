//! What names tell of flags that a project keeps itself: what declares them, and what asks whether one is on.
//!
//! Knows words only. That something declares flags is believed where something asks for them.

use super::Nature;

/// What a flag is called.
const FLAG: &str = "feature features flag flags switch switches toggle toggles";

/// What may follow that in the name of what declares them.
const FORM: &str = "definition definitions enum id ids key keys kind map metadata name names registry value values";

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

/// Whether a constant that is called so holds the name of a flag: `FLAG_NEW_TILL`, `NEW_TILL_FEATURE_FLAG`.
pub fn names_flag(name: &str) -> bool {
    let nature = Nature::of(name);
    let begins =
        nature.words.first().is_some_and(|word| super::lists("feature ff flag toggle", word));
    nature.words.len() > 1
        && (begins || super::lists("feature flag toggle", nature.last()))
        && !names_part(name)
}

/// Whether a constant that is called so holds a part of how flags are handed over: `FLAG_URL_PARAM`, `FEATURE_PREFIX`.
pub fn names_part(name: &str) -> bool {
    let table = "\
        arg argument cookie header namespace param parameter params path prefix separator suffix url";
    super::lists(table, Nature::of(name).last())
}

/// Whether a method that is called so says how a member is spelled, or takes that: `as_str`, `from_str`, `name`.
pub fn spells(name: &str) -> bool {
    Nature::of(name).has("as code fmt from id key name parse slug str string to try")
}

/// Whether what is called so is the state that a flag has where nothing else says: `default`, `enabled_by_default`.
pub fn is_state(name: &str) -> bool {
    Nature::of(name).has("active default enabled on")
}

/// Whether objects of a class that is called so are flags: `FeatureFlag`, `ExperimentalOption`.
pub fn makes(name: &str) -> bool {
    declares(name) || Nature::of(name).has("experiment experimental gate killswitch")
}

/// Whether a class that is called so keeps the states of flags in its fields: `FeatureFlags`, `Toggles`, `ExperimentalFeatures`. Features alone are what
/// a model is trained on, flags alone those of a command line.
pub fn keeps_states(name: &str) -> bool {
    let nature = Nature::of(name);
    let of_features = nature.has("experiment experimental experiments feature features");
    let is_kept = nature.has("flag flags switches togglable toggle toggleable toggles");
    let is_tried = nature.has("experimental") && nature.has("feature features");
    of_features && is_kept || is_tried || nature.has("experiments toggles")
}

/// Whether a file is a module of flags by its name: `flags.py`, `shop/features/names.py`.
pub fn is_home(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let stem = |part: &str| part.split('.').next().unwrap_or(part).to_owned();
    let file = parts.next().map(stem).unwrap_or_default();
    let is_index = matches!(file.as_str(), "__init__" | "mod" | "lib");
    let own = if is_index { parts.next().map(stem).unwrap_or_default() } else { file };
    declares(&own)
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
    use super::{asks, declares, gives, is_home, keeps_states, makes, names_flag};

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
    fn names_tell_what_keeps_flags() {
        assert!(
            names_flag("FLAG_GLAZE") && names_flag("GLAZE_FEATURE_FLAG") && !names_flag("FLAG")
        );
        assert!(!names_flag("FEATURES") && !names_flag("GLAZE"));
        assert!(!names_flag("FEATURE_FLAG_URL_PARAM") && !names_flag("FLAG_PREFIX"));
        assert!(makes("FeatureFlag") && makes("ExperimentalOption") && !makes("Option"));
        assert!(keeps_states("FeatureFlags") && keeps_states("Toggles"));
        assert!(keeps_states("TogglableFeatures") && keeps_states("ExperimentalFeatures"));
        assert!(!keeps_states("TextFeatures") && !keeps_states("TcpFlags"));
        assert!(is_home("shop/flags.py") && is_home("shop/features/__init__.py"));
        assert!(!is_home("shop/models.py") && !is_home("features/steps.py"));
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
