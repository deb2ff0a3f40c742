//! Names that are one key in several conventions: `database.pool_size`, `DATABASE_POOL_SIZE`,
//! `/production/database/pool_size`.
//!
//! Names alone prove little, so a join has a confidence and a reason, and a single common word joins nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::inventory::SameKey;
use crate::model::key::fold;
use crate::model::{Confidence, Definition, Inventory, Key, KeyId, KeyRef, Namespace, Read};
use crate::text::Files;

/// Words that are in the configuration of most programs: alone they say nothing.
const GENERIC: &[&str] = &[
    "address",
    "api_key",
    "base_url",
    "debug",
    "enabled",
    "endpoint",
    "env",
    "environment",
    "host",
    "hostname",
    "id",
    "interval",
    "key",
    "level",
    "log_level",
    "max",
    "min",
    "mode",
    "name",
    "password",
    "path",
    "port",
    "region",
    "secret",
    "size",
    "timeout",
    "token",
    "ttl",
    "type",
    "url",
    "user",
    "username",
    "version",
    "workers",
];

/// The most names that are joined under one folded name; more are a coincidence.
const MOST: usize = 16;

/// The pairs of names that are one key, sorted.
pub fn join(inventory: &Inventory) -> Vec<SameKey> {
    let evidence = Evidence::of(inventory);
    let mut by_fold: BTreeMap<String, Vec<KeyId>> = BTreeMap::new();
    let named = inventory.keys_by_name().filter(|(key, id)| {
        // What a module of settings gives is no name of anything outside.
        key.namespace != Namespace::Flag && !evidence.given_by_code.contains(id)
    });
    for (key, id) in named {
        by_fold.entry(bare(&fold(&key.name), &evidence.environments)).or_default().push(id);
    }
    let mut pairs = BTreeSet::new();
    for (folded, ids) in &by_fold {
        pair_within(inventory, &evidence, folded, ids, &mut pairs);
        pair_with_prefix(inventory, &evidence, folded, ids, &by_fold, &mut pairs);
    }
    pairs.extend(declared(inventory));
    pairs.extend(inventory.mapped.iter().cloned());
    // Of two reasons for one pair the surer stands.
    let mut surest: BTreeMap<(KeyId, KeyId), SameKey> = BTreeMap::new();
    for pair in pairs {
        let place = (pair.one, pair.other);
        match surest.get(&place) {
            Some(known) if known.confidence >= pair.confidence => {}
            _ => {
                surest.insert(place, pair);
            }
        }
    }
    surest.into_values().collect()
}

/// The names that a loader itself takes for one key: the path in a file and the variable, whatever its case.
fn declared(inventory: &Inventory) -> Vec<SameKey> {
    let by_upper = inventory.variables();
    let mut pairs = Vec::new();
    for read in &inventory.reads {
        let KeyRef::Exact(key) = read.key else { continue };
        let own = inventory.key(key);
        let own = std::iter::once(own).filter(|own| own.namespace == Namespace::Env);
        for name in own.chain(&read.aliases) {
            let known = match (name.namespace, read.any_case) {
                (Namespace::Env, true) => {
                    by_upper.get(&name.name.to_uppercase()).cloned().unwrap_or_default()
                }
                _ => inventory.id(name).into_iter().collect(),
            };
            for other in known.into_iter().filter(|other| *other != key).take(MOST) {
                let reason = format!("`{}` takes it by either name", read.reader);
                pairs.push(same(key, other, Confidence::High, reason));
            }
        }
    }
    pairs
}

/// Settings of Spring and the variables that it takes for them: `oven.max-count` is `OVEN_MAXCOUNT`. Only names with a
/// dash need this; others are alike as they stand.
pub(crate) fn relaxed(inventory: &Inventory, files: &Files) -> Vec<SameKey> {
    let is_of_spring = |definition: &Definition| {
        super::precedence::is_of_spring(files.get(definition.key_span.file).name())
    };
    let mut seen = BTreeSet::new();
    let mut pairs = Vec::new();
    for definition in &inventory.definitions {
        let key = inventory.key(definition.key);
        let is_dashed = key.namespace == Namespace::Setting && key.name.contains('-');
        if !is_dashed || !seen.insert(definition.key) || !is_of_spring(definition) {
            continue;
        }
        let variable = key.name.replace('-', "").replace('.', "_").to_uppercase();
        if let Some(other) = inventory.id(&Key::env(&variable)) {
            let reason = "Spring takes it by either name".to_owned();
            pairs.push(same(definition.key, other, Confidence::High, reason));
        }
    }
    pairs
}

/// What the project itself says about how its names are made.
struct Evidence {
    /// Folded names of environments: the first part of a parameter's path.
    environments: BTreeSet<String>,
    /// First words of names in the process environment, with how many names begin with each.
    prefixes: BTreeMap<String, usize>,
    /// How many names in the process environment there are.
    env_names: usize,
    /// Keys that code reads.
    read: BTreeSet<KeyId>,
    /// Keys that something defines.
    defined: BTreeSet<KeyId>,
    /// Keys that modules of settings give.
    given_by_code: BTreeSet<KeyId>,
    /// Sections of which a loader says by which variables it takes their fields.
    named: BTreeSet<String>,
    /// The variables by which loaders take a setting, in upper case, where each that takes it says so.
    taken: BTreeMap<KeyId, BTreeSet<String>>,
}

impl Evidence {
    fn of(inventory: &Inventory) -> Self {
        let mut environments: BTreeSet<String> = BTreeSet::new();
        for environment in &inventory.environments {
            environments.insert(fold(&environment.name));
            environments.extend(environment.group.as_deref().map(fold));
        }
        let mut prefixes = BTreeMap::new();
        let mut env_names = 0;
        for (key, _) in inventory.keys_by_name().filter(|(key, _)| key.namespace == Namespace::Env)
        {
            env_names += 1;
            if let Some((first, _)) = fold(&key.name).split_once('_') {
                *prefixes.entry(first.to_owned()).or_default() += 1;
            }
        }
        let reads = inventory.reads.iter().filter(|read| !read.in_test);
        let exact = reads.filter_map(|read| match read.key {
            KeyRef::Exact(key) => Some(key),
            KeyRef::Pattern { .. } => None,
        });
        let read = exact.collect();
        let defined = inventory.definitions.iter().map(|definition| definition.key).collect();
        let of_module = |one: &&Definition| inventory.source(one.source).is_module();
        let computed = inventory.definitions.iter().filter(of_module);
        let given_by_code = computed.map(|definition| definition.key).collect();
        let (named, taken) = (named_sections(inventory), taken(inventory));
        Self { environments, prefixes, env_names, read, defined, given_by_code, named, taken }
    }

    /// Whether a variable looks like those by which loaders take a setting, and is none of them: `APP__DB_HOST` where
    /// `APP__DB__HOST` is `db.host`.
    fn is_missed(&self, inventory: &Inventory, one: KeyId, other: KeyId) -> bool {
        let (setting, variable) = match inventory.key(one).namespace {
            Namespace::Setting => (one, inventory.key(other)),
            _ => (other, inventory.key(one)),
        };
        let Some(taken) = self.taken.get(&setting) else { return false };
        let name = variable.name.to_uppercase();
        let first = |name: &str| name.split('_').next().map(str::to_owned);
        variable.namespace == Namespace::Env
            && !taken.contains(&name)
            && taken.iter().any(|known| first(known) == first(&name))
    }

    /// Whether a setting that no field takes stands in a section whose fields have variables of their own: a variable
    /// that is only called alike is none of them.
    fn is_stray(&self, inventory: &Inventory, id: KeyId) -> bool {
        let key = inventory.key(id);
        let section = key.name.rsplit_once('.').map(|(section, _)| section);
        key.namespace == Namespace::Setting
            && !self.read.contains(&id)
            && section.is_some_and(|section| self.named.contains(section))
    }

    /// Whether one name is read and the other defined: what a join would explain.
    fn completes(&self, one: KeyId, other: KeyId) -> bool {
        let half = |read: KeyId, defined: KeyId| {
            self.read.contains(&read)
                && !self.defined.contains(&read)
                && self.defined.contains(&defined)
        };
        half(one, other) || half(other, one)
    }

    /// Whether `prefix` begins so many names that it is the project's own.
    fn is_project(&self, prefix: &str) -> bool {
        let count = self.prefixes.get(prefix).copied().unwrap_or(0);
        count >= 3 && 2 * count >= self.env_names
    }
}

fn named_sections(inventory: &Inventory) -> BTreeSet<String> {
    let is_named = |read: &&Read| read.aliases.iter().any(|key| key.namespace == Namespace::Env);
    let named = inventory.reads.iter().filter(is_named).filter_map(|read| match read.key {
        KeyRef::Exact(key) => Some(inventory.key(key)),
        KeyRef::Pattern { .. } => None,
    });
    let settings = named.filter(|key| key.namespace == Namespace::Setting);
    settings.filter_map(|key| Some(key.name.rsplit_once('.')?.0.to_owned())).collect()
}

fn taken(inventory: &Inventory) -> BTreeMap<KeyId, BTreeSet<String>> {
    let mut taken: BTreeMap<KeyId, Option<BTreeSet<String>>> = BTreeMap::new();
    for read in inventory.reads.iter().filter(|read| !read.in_test) {
        let KeyRef::Exact(key) = read.key else { continue };
        let variables = read.aliases.iter().filter(|key| key.namespace == Namespace::Env);
        let names: BTreeSet<String> = variables.map(|key| key.name.to_uppercase()).collect();
        let known = taken.entry(key).or_insert_with(|| Some(BTreeSet::new()));
        match known {
            Some(known) if !names.is_empty() => known.extend(names),
            _ => *known = None,
        }
    }
    taken.into_iter().filter_map(|(key, names)| Some((key, names?))).collect()
}

/// A folded name without the environment that it begins with.
fn bare(folded: &str, environments: &BTreeSet<String>) -> String {
    let parts = folded.match_indices('_').map(|(at, _)| at);
    let cut = parts.take(3).find(|&at| environments.contains(&folded[..at]));
    cut.map_or(folded, |at| &folded[at + 1..]).to_owned()
}

fn is_generic(folded: &str) -> bool {
    GENERIC.binary_search(&folded).is_ok()
}

fn pair_within(
    inventory: &Inventory,
    evidence: &Evidence,
    folded: &str,
    ids: &[KeyId],
    pairs: &mut BTreeSet<SameKey>,
) {
    if ids.len() < 2 || ids.len() > MOST {
        return;
    }
    for (at, &one) in ids.iter().enumerate() {
        for &other in &ids[at + 1..] {
            let (first, second) = (inventory.key(one), inventory.key(other));
            if evidence.is_stray(inventory, one)
                || evidence.is_stray(inventory, other)
                || evidence.is_missed(inventory, one, other)
            {
                continue;
            }
            let both_env = first.namespace == Namespace::Env && second.namespace == Namespace::Env;
            // A single word or a generic name needs more: one side read, the other defined.
            let is_weak = !folded.contains('_') || is_generic(folded);
            let completes = evidence.completes(one, other);
            if is_weak && (!completes || both_env) {
                continue;
            }
            let confidence = if is_weak || both_env { Confidence::Low } else { Confidence::Medium };
            let reason =
                "the names are the same but for case, separators and the environment's name";
            pairs.insert(same(one, other, confidence, reason.to_owned()));
        }
    }
}

/// `APP_DATABASE_URL` is `database.url` where most names begin with `APP_`, or where `APP__` sets the prefix apart.
fn pair_with_prefix(
    inventory: &Inventory,
    evidence: &Evidence,
    folded: &str,
    ids: &[KeyId],
    by_fold: &BTreeMap<String, Vec<KeyId>>,
    pairs: &mut BTreeSet<SameKey>,
) {
    let Some((prefix, rest)) = folded.split_once('_') else { return };
    let Some(others) = by_fold.get(rest).filter(|others| others.len() <= MOST) else { return };
    for &one in ids.iter().filter(|id| inventory.key(**id).namespace == Namespace::Env).take(MOST) {
        let is_apart = inventory.key(one).name.to_lowercase().starts_with(&format!("{prefix}__"));
        for &other in others.iter().filter(|id| inventory.key(**id).namespace == Namespace::Setting)
        {
            if evidence.is_missed(inventory, one, other) {
                continue;
            }
            let is_weak = !rest.contains('_') || is_generic(rest);
            let is_project = evidence.is_project(prefix);
            let (confidence, why) = match (is_apart, is_project) {
                (true, _) if !is_weak || is_project => {
                    (Confidence::High, "`__` sets the prefix apart")
                }
                (true, _) => (Confidence::Medium, "`__` sets the prefix apart"),
                (false, true) if !is_weak => {
                    (Confidence::Medium, "most names of the project begin with it")
                }
                _ => continue,
            };
            let reason = format!("the prefix `{}` is the project's: {why}", prefix.to_uppercase());
            pairs.insert(same(one, other, confidence, reason));
        }
    }
}

fn same(one: KeyId, other: KeyId, confidence: Confidence, reason: String) -> SameKey {
    SameKey { one: one.min(other), other: one.max(other), confidence, reason }
}

#[cfg(test)]
mod tests {
    use super::{GENERIC, join};
    use crate::model::{Confidence, Inventory, Key};

    fn joined(keys: &[Key]) -> Vec<(String, String, Confidence)> {
        let mut inventory = Inventory::default();
        for key in keys {
            inventory.intern(key.clone());
        }
        let name = |id| inventory.key(id).name.clone();
        join(&inventory)
            .into_iter()
            .map(|it| (name(it.one), name(it.other), it.confidence))
            .collect()
    }

    #[test]
    fn generic_words_are_sorted() {
        assert!(GENERIC.is_sorted());
    }

    #[test]
    fn conventions_of_one_name_are_joined() {
        let found = joined(&[Key::setting("database.pool_size"), Key::env("DATABASE_POOL_SIZE")]);
        assert_eq!(
            found,
            [(
                "database.pool_size".to_owned(),
                "DATABASE_POOL_SIZE".to_owned(),
                Confidence::Medium
            )]
        );
    }

    #[test]
    fn a_prefix_set_apart_is_the_projects() {
        let found = joined(&[Key::setting("server.host"), Key::env("LOCKER__SERVER__HOST")]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].2, Confidence::High);
    }

    #[test]
    fn single_words_are_not_joined() {
        assert_eq!(joined(&[Key::setting("port"), Key::env("PORT")]), []);
        assert_eq!(joined(&[Key::setting("log.level"), Key::env("LOG_LEVEL")]), []);
        assert_eq!(joined(&[Key::setting("pool.size"), Key::env("DATABASE_POOL_SIZE")]), []);
    }
}
