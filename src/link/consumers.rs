//! Who else reads a key, so that a living key is never called dead; and which keys a platform sets by itself.
//!
//! A catalog by name. It knows no versions and does not look whether the project uses the reader at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::config::{Config, fits_name};
use crate::document::interpolation;
use crate::model::inventory::Consumer;
use crate::model::{
    Attribution, Inventory, KeyId, KeyRef, Namespace, Runs, Scope, SourceId, Workload,
};

/// A row of the catalog.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The reader, or the platform that sets the keys.
    pub who: String,
    /// Globs of names.
    pub keys: Vec<String>,
    /// Globs of the dotted names of settings.
    #[serde(default)]
    pub settings: Vec<String>,
    /// Why that is known, as a phrase.
    pub reason: String,
    /// The platform sets the keys: a read of them is never missing.
    pub provided: bool,
    /// The packages and programs that read the keys beside code of the process itself; empty where anything may.
    #[serde(default)]
    pub read_by: Vec<String>,
}

const CATALOG: &str = include_str!("../../grammars/consumers.yaml");

/// The catalog, in the order of `who`.
pub fn catalog() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| serde_yaml::from_str(CATALOG).expect("a test parses the catalog"))
}

/// The catalog by name, made once: every key of a project is looked up in it, and most of its rows are whole names.
struct Names {
    whole: BTreeMap<&'static str, Vec<usize>>,
    globs: Vec<(&'static str, usize)>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names { whole: BTreeMap::new(), globs: Vec::new() };
        for (at, row) in catalog().iter().enumerate() {
            for key in &row.keys {
                if key.contains(['*', '?', '[', '{', '\\']) {
                    names.globs.push((key.as_str(), at));
                } else {
                    names.whole.entry(key.as_str()).or_default().push(at);
                }
            }
        }
        names
    })
}

/// The rows that name `key`, a name in the process environment. One that names it whole comes first.
pub(super) fn rows_of(key: &str) -> Vec<&'static Row> {
    let whole = names().whole.get(key).map_or(&[][..], Vec::as_slice);
    let mut found = whole.to_vec();
    for (glob, at) in &names().globs {
        if !found.contains(at) && fits_name(glob, key) {
            found.push(*at);
        }
    }
    found.into_iter().map(|at| &catalog()[at]).collect()
}

/// The rows that name a setting.
fn rows_of_setting(key: &str) -> Vec<&'static Row> {
    let names = |row: &&Row| row.settings.iter().any(|glob| fits_name(glob, key));
    catalog().iter().filter(names).collect()
}

/// Whether a platform sets `key` by itself, so that no environment has to define it.
pub fn is_provided(key: &str) -> bool {
    rows_of(key).iter().any(|row| row.provided)
}

/// Notes the consumers of every key that is defined or read: of the catalog, of third-party images, of the policy.
pub fn add(inventory: &mut Inventory, config: &Config) {
    let mut images: BTreeSet<(KeyId, String)> = BTreeSet::new();
    let mut known: BTreeSet<KeyId> = BTreeSet::new();
    known.extend(inventory.reads.iter().filter_map(|read| match read.key {
        KeyRef::Exact(key) => Some(key),
        KeyRef::Pattern { .. } => None,
    }));
    for definition in &inventory.definitions {
        known.insert(definition.key);
        if let Attribution::Image(image) = &definition.attribution {
            images.insert((definition.key, image.clone()));
        }
    }
    let mut found = of_nameless_images(inventory);
    found.extend(of_charts(inventory));
    for key in known {
        let name = &inventory.key(key).name;
        if config.is_consumed_elsewhere(name) {
            let (who, reason) = ("something outside this tree", "the policy says so");
            found.push(Consumer { key, who: who.to_owned(), reason: reason.to_owned() });
        }
        let rows = match inventory.key(key).namespace {
            Namespace::Env => rows_of(name),
            Namespace::Setting => rows_of_setting(name),
            Namespace::Flag => Vec::new(),
        };
        found.extend(rows.into_iter().map(|row| Consumer {
            key,
            who: row.who.clone(),
            reason: row.reason.clone(),
        }));
    }
    found.extend(images.into_iter().map(|(key, image)| Consumer {
        key,
        reason: "it is set for a container of an image that is not built here".to_owned(),
        who: format!("the image `{image}`"),
    }));
    inventory.consumers.extend(found);
    inventory.consumers.sort_by(|one, other| {
        (one.key, &one.who, &one.reason).cmp(&(other.key, &other.who, &other.reason))
    });
    inventory.consumers.dedup();
}

/// Settings in files that a chart gets as its values.
fn of_charts(inventory: &Inventory) -> Vec<Consumer> {
    let is_setting = |key: KeyId| inventory.key(key).namespace == Namespace::Setting;
    let all = inventory.definitions.iter().filter(|one| inventory.charted.contains(&one.source));
    let keys: BTreeSet<KeyId> = all.map(|one| one.key).filter(|key| is_setting(*key)).collect();
    let consumer = |key| Consumer {
        key,
        who: "a chart".to_owned(),
        reason: "its file is handed to the chart as values".to_owned(),
    };
    keys.into_iter().map(consumer).collect()
}

/// What is set for services whose image is a variable that nothing in the tree gives: nobody knows what is in it.
fn of_nameless_images(inventory: &Inventory) -> Vec<Consumer> {
    let is_nameless = |workload: &&Workload| {
        let image = workload.image.as_deref().unwrap_or_default();
        let is_compose = inventory.source(workload.source).kind == "compose";
        is_compose && workload.runs == Runs::Unknown && is_one_variable(image)
    };
    let nameless: BTreeSet<(SourceId, &str)> = inventory
        .workloads
        .iter()
        .filter(is_nameless)
        .map(|workload| (workload.source, workload.name.as_str()))
        .collect();
    let all = inventory.definitions.iter().filter_map(|definition| match &definition.scope {
        Some(Scope::Workload(name)) if nameless.contains(&(definition.source, name.as_str())) => {
            let who = format!("the image of `{name}`");
            let reason = "its name is a variable that nothing in the tree gives".to_owned();
            Some(Consumer { key: definition.key, who, reason })
        }
        _ => None,
    });
    all.collect()
}

/// Whether a text is `$X` or `${X…}` and nothing else.
fn is_one_variable(text: &str) -> bool {
    match interpolation::find(text, 0).first() {
        Some(found) => {
            let range = found.interpolation.range;
            range.start == 0 && range.end as usize == text.len()
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{catalog, is_provided, rows_of};

    #[test]
    fn the_catalog_is_sorted_and_complete() {
        assert!(
            catalog().is_sorted_by(|one, other| one.who < other.who),
            "rows are in the order of `who`"
        );
        for row in catalog() {
            assert!(!row.keys.is_empty() && !row.reason.is_empty(), "{}", row.who);
            assert!(row.keys.is_sorted_by(|one, other| one < other), "{}", row.who);
            assert!(row.settings.is_sorted_by(|one, other| one < other), "{}", row.who);
            assert!(row.read_by.is_sorted_by(|one, other| one < other), "{}", row.who);
            assert!(
                row.keys.iter().all(|key| key.len() > 1 && !key.starts_with("**")),
                "{}",
                row.who
            );
        }
    }

    #[test]
    fn runtimes_and_tools_read_keys() {
        for (key, who) in [
            ("RUST_LOG", "Rust standard library and logging"),
            ("PYTHONUNBUFFERED", "Python"),
            ("OTEL_SERVICE_NAME", "OpenTelemetry"),
            ("GOOGLE_API_KEY", "Google AI clients"),
            ("DOTNET_EnableDiagnostics", ".NET"),
            ("HTTPS_PROXY", "HTTP clients"),
            ("S3_USE_SIGV4", "boto"),
        ] {
            assert_eq!(rows_of(key).first().map(|row| row.who.as_str()), Some(who), "{key}");
        }
        assert!(rows_of("PAYMENT_TIMEOUT").is_empty());
    }

    #[test]
    fn platforms_set_keys() {
        for key in
            ["HOME", "KUBERNETES_PORT", "CARTS_SERVICE_HOST", "CI", "GITHUB_SHA", "OUT_DIR", "DYNO"]
        {
            assert!(is_provided(key), "{key}");
        }
        for key in
            ["DATABASE_URL", "AWS_REGION", "RUST_LOG", "SERVICE_HOST_NAME", "GITHUB_CLIENT_ID"]
        {
            assert!(!is_provided(key), "{key}");
        }
    }
}
