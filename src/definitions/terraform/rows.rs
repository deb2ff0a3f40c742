//! Which resources give code its variables, and where the keys stand in them: the rows of `grammars/terraform.yaml`.
//!
//! A resource that is not there gives none, as far as is known.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// A path of attributes and blocks.
pub(super) type Path = Vec<String>;

/// A row: resources whose keys stand in the same places.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// The types of the resources.
    types: Vec<String>,
    /// The kind of source that they are.
    #[serde(default = "terraform")]
    pub(super) kind: String,
    /// The platform that its workloads run on, by the word of `platforms.yaml`.
    pub(super) platform: Option<String>,
    /// Maps of names to values.
    #[serde(default)]
    pub(super) maps: Vec<Path>,
    /// Maps of names to values that are withheld whatever they look like.
    #[serde(default)]
    pub(super) secret_maps: Vec<Path>,
    /// Blocks or objects, each with a name and a value.
    #[serde(default)]
    pub(super) items: Vec<Items>,
    /// Texts such as `NAME=value`.
    #[serde(default)]
    pub(super) assignments: Vec<Path>,
    /// The containers of a task of ECS.
    #[serde(default)]
    pub(super) tasks: Vec<Path>,
    /// Whether blocks of containers stand anywhere in it.
    #[serde(default)]
    pub(super) containers: bool,
    /// The entries of a ConfigMap.
    #[serde(default)]
    pub(super) objects: Vec<Path>,
    /// The entries of a Secret.
    #[serde(default)]
    pub(super) secret_objects: Vec<Path>,
    /// Manifests of Kubernetes.
    #[serde(default)]
    pub(super) manifests: Vec<Path>,
    /// Whether it is a release of a Helm chart.
    #[serde(default)]
    pub(super) chart: bool,
    /// Secrets whose text is a map of keys.
    #[serde(default)]
    pub(super) bundles: Vec<Path>,
    /// Whether it only holds variables, which services of other resources take: it is no workload.
    #[serde(default)]
    pub(super) set: bool,
    /// The resource is one key.
    pub(super) one: Option<Single>,
}

fn terraform() -> String {
    "terraform".to_owned()
}

/// Items in one place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Items {
    /// The place.
    pub(super) at: Path,
    /// What holds the name of an item.
    pub(super) name: String,
    /// What holds its value, or leads to it.
    pub(super) values: Vec<String>,
    /// Whether that leads to it, whatever it is called.
    #[serde(default)]
    pub(super) leads: bool,
}

/// A resource that is one key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Single {
    /// What holds the name; the key is what stands behind its last slash.
    pub(super) name: String,
    /// What holds the value; empty where another resource gives it.
    pub(super) values: Vec<String>,
    /// Whether the value may be lines of a dotenv file, each of which is a key.
    #[serde(default)]
    pub(super) lines: bool,
    /// What names the environment.
    #[serde(default)]
    pub(super) environment: Vec<String>,
    /// Whether it is secret.
    #[serde(default)]
    pub(super) secret: bool,
    /// It is secret where these attributes have one of these values.
    #[serde(default)]
    pub(super) secret_where: BTreeMap<String, Vec<String>>,
}

const ROWS: &str = include_str!("../../../grammars/terraform.yaml");

fn rows() -> &'static [Row] {
    static TABLE: OnceLock<Vec<Row>> = OnceLock::new();
    TABLE.get_or_init(|| serde_yaml::from_str(ROWS).expect("a test parses the table"))
}

/// The row of a resource.
pub(super) fn row(resource: &str) -> Option<&'static Row> {
    static BY_TYPE: OnceLock<BTreeMap<&'static str, &'static Row>> = OnceLock::new();
    let by_type = BY_TYPE.get_or_init(|| {
        let named = |row: &'static Row| row.types.iter().map(move |name| (name.as_str(), row));
        rows().iter().flat_map(named).collect()
    });
    by_type.get(resource).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::rows;

    #[test]
    fn rows_are_sorted_and_no_resource_has_two() {
        let mut seen = BTreeSet::new();
        assert!(rows().is_sorted_by(|one, two| one.types[0] < two.types[0]));
        for row in rows() {
            assert!(row.types.is_sorted(), "{:?}", row.types);
            assert!(row.types.iter().all(|name| seen.insert(name)), "{:?}", row.types);
        }
    }
}
