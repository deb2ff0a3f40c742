//! The words that name environments, regions, folders and contracts in paths.
//!
//! Knows words, not files. A word that is missing here can still be an environment by its likeness to siblings.

/// A word for an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it is written, in lower case, with `-` between parts.
    pub(crate) written: &'static str,
    /// The word that stands for all its spellings.
    pub(crate) canonical: &'static str,
    /// Whether it means an environment wherever it stands; other words need a sign beside them.
    pub(crate) sure: bool,
    /// Whether such an environment is a developer's or a test's own.
    pub(crate) local: bool,
}

const fn deployed(written: &'static str, canonical: &'static str, sure: bool) -> Word {
    Word { written, canonical, sure, local: false }
}

const fn local(written: &'static str, canonical: &'static str, sure: bool) -> Word {
    Word { written, canonical, sure, local: true }
}

/// Sorted by `written`.
pub(crate) const WORDS: &[Word] = &[
    deployed("canary", "canary", false),
    local("ci", "ci", false),
    deployed("demo", "demo", false),
    local("dev", "dev", false),
    local("devcontainer", "devcontainer", false),
    local("devel", "dev", false),
    local("develop", "dev", false),
    local("development", "dev", true),
    local("devstack", "devstack", true),
    local("docker", "docker", false),
    local("docker-compose", "docker", false),
    local("docker-dev", "dev", false),
    local("dockerdev", "dev", false),
    local("e2e", "e2e", false),
    deployed("ephemeral", "ephemeral", false),
    deployed("integ", "integration", false),
    deployed("integration", "integration", false),
    deployed("live", "live", false),
    local("local", "local", false),
    local("localhost", "local", false),
    deployed("non-prod", "nonprod", true),
    deployed("non-production", "nonprod", true),
    deployed("nonprod", "nonprod", true),
    deployed("perf", "perf", false),
    deployed("prd", "prod", true),
    deployed("pre-prod", "preprod", true),
    deployed("pre-production", "preprod", true),
    deployed("preprod", "preprod", true),
    deployed("preproduction", "preprod", true),
    deployed("preview", "review", false),
    deployed("prod", "prod", true),
    deployed("production", "prod", true),
    deployed("qa", "qa", false),
    deployed("review", "review", false),
    deployed("sandbox", "sandbox", false),
    deployed("stage", "staging", false),
    deployed("staging", "staging", true),
    deployed("stg", "staging", true),
    local("test", "test", false),
    local("testing", "test", false),
    local("tests", "test", false),
    deployed("training", "training", false),
    deployed("uat", "uat", true),
];

/// The word that `text` is, in any case and with any separator.
pub(crate) fn word(text: &str) -> Option<&'static Word> {
    let plain = text.to_lowercase().replace(['_', '.'], "-");
    let at = WORDS.binary_search_by(|word| word.written.cmp(plain.as_str())).ok()?;
    WORDS.get(at)
}

/// Areas that a region's name begins with; a bare one is a region only beside an environment's word.
const AREAS: &[&str] = &[
    "af",
    "africa",
    "ap",
    "apac",
    "apj",
    "asia",
    "au",
    "australia",
    "ca",
    "canada",
    "central",
    "cn",
    "east",
    "emea",
    "eu",
    "europe",
    "global",
    "il",
    "jp",
    "latam",
    "me",
    "na",
    "north",
    "row",
    "sa",
    "south",
    "uk",
    "us",
    "west",
];

/// Directions inside a region's name: `us-east-1`, `europe-west4`, `asia-northeast1`.
const DIRECTIONS: &[&str] = &[
    "central",
    "centralus",
    "east",
    "eastus",
    "gov",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
    "westus",
];

/// Words before the name of a region: who runs it, and what it is among the regions.
const BEFORE_REGIONS: &[&str] = &[
    "aks",
    "aws",
    "azure",
    "backup",
    "dr",
    "eks",
    "failover",
    "gcp",
    "gke",
    "primary",
    "secondary",
    "standby",
];

/// Names of regions of AWS in short, without their numbers: `use1`, `apse2`.
const SHORT: &[&str] = &[
    "afs", "ape", "apne", "aps", "apse", "cac", "caw", "cnn", "cnnw", "euc", "eun", "eus", "euw",
    "ilc", "mec", "mes", "sae", "use", "usw",
];

/// Whether a text is the name of a region in short: `use1`, `euw2`, `apne1`.
fn is_short_region(plain: &str) -> bool {
    let bare = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    bare.len() + 1 == plain.len() && SHORT.contains(&bare)
}

/// Whether `text` can be a region beside an environment's word: `us`, `eu-west-1`, `westeurope`, `primary-us-east-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let plain = text.to_lowercase().replace(['_', '.'], "-");
    let rest = plain.split_once('-').filter(|(first, _)| BEFORE_REGIONS.contains(first));
    let plain = rest.map_or(plain.as_str(), |(_, rest)| rest);
    if is_short_region(plain) {
        return true;
    }
    let mut parts = plain.split('-');
    let first = parts.next().unwrap_or("");
    let bare = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let leads = AREAS.contains(&bare)
        || matches!(bare, "westeurope" | "northeurope" | "eastus" | "westus" | "centralus");
    leads
        && parts.all(|part| {
            let bare = part.trim_end_matches(|c: char| c.is_ascii_digit());
            part.len() <= 2 && part.chars().all(|c| c.is_ascii_alphanumeric())
                || DIRECTIONS.contains(&bare)
        })
}

/// Folders whose children are environments, whatever their names.
pub(crate) const CONTAINERS: &[&str] = &["environments", "envs", ".envs", "inventories", "stages"];

/// Folders whose children are environments if a known one is among them.
pub(crate) const LIKELY_CONTAINERS: &[&str] =
    &["clusters", "deployments", "env", "environment", "overlay", "overlays", "profiles"];

/// Words of a file's name that say nothing of what environment it is for.
pub(crate) const PLAIN: &[&str] = &[
    "all",
    "app",
    "application",
    "appsettings",
    "base",
    "common",
    "conf",
    "config",
    "configuration",
    "core",
    "default",
    "defaults",
    "env",
    "environment",
    "global",
    "main",
    "options",
    "params",
    "properties",
    "secrets",
    "service",
    "settings",
    "shared",
    "terraform",
    "values",
    "variables",
    "vars",
];

/// Words that mark a file as shared by every environment.
pub(crate) const BASES: &[&str] =
    &["all", "base", "common", "default", "defaults", "global", "shared"];

/// Words of a file's name that make it a contract.
pub(crate) const CONTRACTS: &[&str] = &[
    "dist", "example", "examples", "sample", "samples", "schema", "skel", "skeleton", "template",
    "tmpl", "tpl",
];

/// Folders whose sources are no environment's, and what they are.
pub(crate) const ASIDE: &[(&str, &str)] = &[
    (".azure-pipelines", "configuration of the build pipeline"),
    (".buildkite", "configuration of the build pipeline"),
    (".ci", "configuration of the build pipeline"),
    (".circleci", "configuration of the build pipeline"),
    (".devcontainer", "a development container's own values"),
    (".drone", "configuration of the build pipeline"),
    (".git", "not part of the project"),
    (".github", "configuration of the build pipeline"),
    (".gitlab", "configuration of the build pipeline"),
    (".idea", "an editor's own values"),
    (".venv", "a dependency's own values"),
    (".vscode", "an editor's own values"),
    (".woodpecker", "configuration of the build pipeline"),
    ("__fixtures__", "a test's own values"),
    ("__mocks__", "a test's own values"),
    ("__tests__", "a test's own values"),
    ("benches", "a benchmark's own values"),
    ("benchmark", "a benchmark's own values"),
    ("benchmarks", "a benchmark's own values"),
    ("bower_components", "a dependency's own values"),
    ("cypress", "a test's own values"),
    ("doc", "an example in the documentation"),
    ("docs", "an example in the documentation"),
    ("documentation", "an example in the documentation"),
    ("example", "an example"),
    ("examples", "an example"),
    ("fixture", "a test's own values"),
    ("fixtures", "a test's own values"),
    ("i18n", "texts in several languages"),
    ("locale", "texts in several languages"),
    ("locales", "texts in several languages"),
    ("migrations", "a migration"),
    ("node_modules", "a dependency's own values"),
    ("playwright", "a test's own values"),
    ("sample", "an example"),
    ("samples", "an example"),
    ("site-packages", "a dependency's own values"),
    ("snapshots", "a test's own values"),
    ("spec", "a test's own values"),
    ("specs", "a test's own values"),
    ("test", "a test's own values"),
    ("test-data", "a test's own values"),
    ("test_data", "a test's own values"),
    ("testdata", "a test's own values"),
    ("tests", "a test's own values"),
    ("third-party", "a dependency's own values"),
    ("third_party", "a dependency's own values"),
    ("tutorial", "an example"),
    ("tutorials", "an example"),
    ("vendor", "a dependency's own values"),
];

/// What the sources of a folder of this name are, where they are no environment's.
pub(crate) fn aside(folder: &str) -> Option<&'static str> {
    let plain = folder.to_lowercase();
    let at = ASIDE.binary_search_by(|(name, _)| (*name).cmp(plain.as_str())).ok()?;
    ASIDE.get(at).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::{
        AREAS, ASIDE, BASES, BEFORE_REGIONS, CONTRACTS, DIRECTIONS, PLAIN, SHORT, WORDS, is_region,
        word,
    };

    #[test]
    fn tables_are_sorted() {
        assert!(WORDS.is_sorted_by_key(|word| word.written));
        assert!(ASIDE.is_sorted_by_key(|row| row.0));
        for table in [AREAS, BEFORE_REGIONS, SHORT, BASES, CONTRACTS, DIRECTIONS, PLAIN] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }

    #[test]
    fn words_have_many_spellings() {
        for text in ["Production", "prd", "PROD"] {
            assert_eq!(word(text).map(|word| word.canonical), Some("prod"));
        }
        assert_eq!(word("non_prod").map(|word| word.canonical), Some("nonprod"));
        assert_eq!(word("load"), None);
    }

    #[test]
    fn regions_are_told_from_words() {
        for text in [
            "us",
            "eu-west-1",
            "us_east_1",
            "europe-west4",
            "us-gov-west-1",
            "eu1",
            "westeurope",
            "apac",
            "use1",
            "euw2",
            "primary-us-east-1",
            "gcp-us-central1",
        ] {
            assert!(is_region(text), "{text}");
        }
        for text in [
            "gpu",
            "static",
            "redis",
            "payments",
            "use",
            "user",
            "1",
            "primary",
            "aws",
            "primary-db",
            "case1",
        ] {
            assert!(!is_region(text), "{text}");
        }
    }
}
