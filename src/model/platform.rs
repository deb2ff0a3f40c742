//! What platforms give by themselves to all that runs on them: the rows of `grammars/platforms.yaml`.
//!
//! Knows names only: where something runs is told by the sources and the workloads of an environment.

use std::sync::OnceLock;

use serde::Deserialize;

/// A platform with the keys that it gives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Its name.
    #[serde(rename = "platform")]
    pub name: String,
    /// The kinds of sources that say where something runs on it.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// What descriptions of workloads say of those that run on it.
    #[serde(default)]
    pub on: Vec<String>,
    /// The keys.
    pub keys: Vec<String>,
    /// Where that is told.
    pub told: String,
}

impl Platform {
    /// All rows, sorted by name.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Platform>> = OnceLock::new();
        ALL.get_or_init(|| serde_yaml::from_str(ROWS).expect("a test parses the table"))
    }

    /// Whether it gives a key of this name.
    pub fn gives(&self, name: &str) -> bool {
        self.keys.binary_search_by(|key| key.as_str().cmp(name)).is_ok()
    }
}

const ROWS: &str = include_str!("../../grammars/platforms.yaml");

#[cfg(test)]
mod tests {
    use super::Platform;
    use crate::model::Kind;

    #[test]
    fn rows_are_sorted_and_name_kinds() {
        let rows = Platform::all();
        assert!(rows.is_sorted_by(|one, two| one.name < two.name));
        for row in rows {
            assert!(row.keys.is_sorted_by(|one, two| one < two), "{}", row.name);
            assert!(!(row.told.is_empty() || row.kinds.is_empty() && row.on.is_empty()));
            assert!(row.kinds.iter().all(|kind| Kind::known(kind).is_some()), "{}", row.name);
        }
    }
}
