//! Names that a text does not write whole: their beginning with a value behind it, and the last part of a setting.
//!
//! Sees words, not meaning: what the value may be is not known, so every name with that beginning may be meant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Inventory, KeyId, KeyRef, Namespace, Via};
use crate::text::TextRange;

/// A beginning of a name with a value behind it. Words are of ASCII, and so are names.
static FORM: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    let value = r#"(?:\$\{|\$\(|\$[A-Za-z]|#\{|["'`][ \t]*[+.][ \t]*[A-Za-z$(])"#;
    Regex::new(&format!(r"(?-u:\b)([A-Z][A-Z0-9_]{{2,}}_){value}"))
});

/// How many names one beginning may stand for: more say that it is no name.
const MOST: usize = 64;

/// The unread variables by name.
pub(super) fn variables(
    inventory: &Inventory,
    unread: &BTreeSet<KeyId>,
) -> BTreeMap<String, KeyId> {
    let keys = unread.iter().map(|id| (inventory.key(*id), *id));
    keys.filter(|(key, _)| key.namespace == Namespace::Env)
        .map(|(key, id)| (key.name.clone(), id))
        .collect()
}

/// The variables of which a text writes the beginning and puts a value behind it: `TOKEN_${stage}`, `"TOKEN_" + stage`.
pub(super) fn begun(
    text: &str,
    variables: &BTreeMap<String, KeyId>,
) -> impl Iterator<Item = (Vec<KeyId>, TextRange)> {
    let regex = FORM.as_ref().ok().filter(|_| !variables.is_empty());
    let mut found = Vec::new();
    for one in regex.iter().flat_map(|regex| regex.captures_iter(text)) {
        let Some(start) = one.get(1) else { continue };
        let with_it = variables.range(start.as_str().to_owned()..);
        let with_it = with_it.take_while(|(name, _)| name.starts_with(start.as_str()));
        let keys: Vec<KeyId> = with_it.map(|(_, id)| *id).take(MOST + 1).collect();
        if !keys.is_empty() && keys.len() <= MOST {
            found.push((keys, TextRange::new(start.start(), start.end())));
        }
    }
    found.into_iter()
}

/// The unread settings of sections whose fields code declares, with the lengths of their names.
pub(super) fn closed(inventory: &Inventory, unread: &BTreeSet<KeyId>) -> BTreeMap<KeyId, usize> {
    let section = |id: KeyId| {
        let key = inventory.key(id);
        let parts = key.name.rsplit_once('.').filter(|_| key.namespace == Namespace::Setting);
        parts.map(|(section, _)| section)
    };
    let declared: BTreeSet<&str> = inventory
        .reads
        .iter()
        .filter(|read| read.via == Via::Schema && !read.in_test)
        .filter_map(|read| match read.key {
            KeyRef::Exact(id) => section(id),
            KeyRef::Pattern { .. } => None,
        })
        .collect();
    let inside = unread.iter().filter(|id| section(**id).is_some_and(|it| declared.contains(it)));
    inside.map(|id| (*id, inventory.key(*id).name.len())).collect()
}
