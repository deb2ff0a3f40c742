//! Which provider of flags a reader asks, told by the package that the reader is of.
//!
//! Knows names only. What a project registers behind a common interface is not seen.

/// Whom a reader asks for flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// One provider, by the family of its sources.
    One(&'static str),
    /// Whichever stands behind it.
    Any,
    /// Something that writes no files which are read here.
    Other,
}

/// Packages and whom they ask. Sorted.
const PACKAGES: &[(&str, Asked)] = &[
    ("UnleashClient", Asked::One("unleash")),
    ("appconfig_agent", Asked::One("appconfig")),
    ("aws_lambda_powertools", Asked::One("powertools")),
    ("boto3", Asked::One("appconfig")),
    ("configcatclient", Asked::One("configcat")),
    ("dmutils", Asked::One("flask-featureflags")),
    ("edx_toggles", Asked::One("waffle")),
    ("eppo_client", Asked::One("eppo")),
    ("featureflag", Asked::Other),
    ("featuremanagement", Asked::One("feature-management")),
    ("flagger", Asked::Other),
    ("flags", Asked::One("django-flags")),
    ("flagsmith", Asked::One("flagsmith")),
    ("flask", Asked::One("flask-featureflags")),
    ("flask_featureflags", Asked::One("flask-featureflags")),
    ("flask_unleash", Asked::One("unleash")),
    ("flipt", Asked::One("flipt")),
    ("flipt_client", Asked::One("flipt")),
    ("gargoyle", Asked::Other),
    ("growthbook", Asked::One("growthbook")),
    ("growthbook_rust", Asked::One("growthbook")),
    ("gutter", Asked::Other),
    ("launchdarkly_server_sdk", Asked::One("launchdarkly")),
    ("ldclient", Asked::One("launchdarkly")),
    ("lms", Asked::One("waffle")),
    ("mitol", Asked::One("posthog")),
    ("openedx", Asked::One("waffle")),
    ("optimizely", Asked::Other),
    ("posthog", Asked::One("posthog")),
    ("posthog_rs", Asked::One("posthog")),
    ("posthoganalytics", Asked::One("posthog")),
    ("sentry", Asked::One("flagpole")),
    ("splitio", Asked::One("split")),
    ("statsig", Asked::One("statsig")),
    ("statsig_python_core", Asked::One("statsig")),
    ("statsig_rust", Asked::One("statsig")),
    ("superset", Asked::Other),
    ("unleash_api_client", Asked::One("unleash")),
    ("waffle", Asked::One("waffle")),
];

/// Whom a reader asks.
pub fn asked(reader: &str) -> Asked {
    let end = reader.find(['.', ':', '(']).unwrap_or(reader.len());
    let package = &reader[..end];
    let at = PACKAGES.binary_search_by(|(known, _)| (*known).cmp(package));
    at.map_or(Asked::Any, |at| PACKAGES[at].1)
}

/// The provider of a kind of source: the files in place of a service are its own.
pub fn family(kind: &str) -> &str {
    kind.strip_suffix("-file").filter(|family| *family == "launchdarkly").unwrap_or(kind)
}

/// Kinds of sources that are copies of what a server of the provider keeps: which of its environments one is of, it says itself
/// or nothing does. Sorted.
const COPIES: &[&str] = &[
    "configcat",
    "eppo",
    "flagsmith",
    "growthbook",
    "launchdarkly",
    "posthog",
    "split",
    "statsig",
    "unleash",
    "waffle",
];

/// Whether a kind of source is a copy of what a server keeps.
pub fn is_copy(kind: &str) -> bool {
    COPIES.binary_search(&kind).is_ok()
}

/// Whether a kind of source stands in for the service where code is tested or developed: what is served elsewhere it does not say.
pub fn is_stand_in(kind: &str) -> bool {
    family(kind) != kind
}

impl Asked {
    /// Whether what a kind of source gives may answer.
    pub fn fits(self, kind: &str) -> bool {
        match self {
            Self::One(own) => own == family(kind),
            Self::Any => true,
            Self::Other => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, PACKAGES, asked};

    #[test]
    fn packages_are_sorted() {
        assert!(PACKAGES.is_sorted_by_key(|(package, _)| package));
        assert!(super::COPIES.is_sorted());
    }

    #[test]
    fn packages_tell_the_provider() {
        assert!(asked("ldclient.get().variation").fits("launchdarkly-file"));
        assert!(!asked("waffle.flag_is_active").fits("flagd"));
        assert!(asked("openfeature.api.get_client().get_boolean_value").fits("flagd"));
        assert!(super::is_stand_in("launchdarkly-file") && !super::is_stand_in("launchdarkly"));
        assert_eq!(asked("optimizely.Optimizely().is_feature_enabled"), Asked::Other);
    }
}
