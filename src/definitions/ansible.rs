//! Variables of Ansible: inventories, groups, hosts and roles.
//!
//! A play hands them on through templates and tasks, so they reach a process under names that are not seen here. Maps of
//! variables for containers (`bakery_env: { OVEN_COUNT: 4 }`) are told apart. Files that a vault holds whole are opaque.

pub(super) mod inventory;
pub(super) mod tasks;

use super::context::{Asks, Context, as_elder, env, note_opaque, note_problems};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax};
use crate::facts::{Entry, SourceFacts};
use crate::model::{Namespace, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "ansible", paths: is_variables, needles: &[], claims, extract };

/// Folders that hold plays, and beside them the files that `vars_files` and `include_vars` name.
const PLAYS: &[&str] = &["ansible", "playbooks", "plays", "provisioning"];

/// `group_vars/…`, `host_vars/…`, `roles/NAME/vars/…`, `defaults/main.yml` of a role alone, `ansible/vars/…`.
fn is_variables(path: &str) -> bool {
    let mut folders = path.rsplit('/').skip(1);
    let (inner, holder) = (folders.next().unwrap_or(""), folders.nth(1).unwrap_or(""));
    let is_variables = ["group_vars", "host_vars"];
    let mut all = path.rsplit('/').skip(1);
    // A role may be a repository of its own.
    let is_beside_plays =
        || inner == "vars" && path.rsplit('/').skip(1).any(|folder| PLAYS.contains(&folder));
    let is_main = || matches!(paths::name(path).split('.').next(), Some("main"));
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
        && (all.any(|folder| is_variables.contains(&folder))
            || matches!(inner, "defaults" | "vars") && (holder == "roles" || is_main())
            || is_beside_plays())
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(Node::is_map)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("ansible");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        let entries = root.entries();
        for pair in &entries {
            if hands_variables(pair) {
                let giving = Giving { references: &[("{{", "}}")], scope: None, scalar: None };
                giving.map(context, pair.value, &mut facts);
            } else {
                variable(context, pair, &mut facts);
            }
        }
        if let Some(first) = entries.first() {
            note_opaque("what plays hand on through templates", first.key_range, &mut facts);
        }
    }
    if facts.entries.is_empty() && facts.problems.is_empty() { Vec::new() } else { vec![facts] }
}

/// Whether a map has the variables of a process: by its name, or by the case of its keys.
fn hands_variables(pair: &Pair<'_>) -> bool {
    let entries = pair.value.entries();
    let last = paths::words(pair.key).pop().unwrap_or_default();
    let is_named = matches!(last.as_str(), "env" | "environment" | "envs" | "envvars");
    let is_upper = |key: &str| {
        key.len() > 1
            && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    let upper = entries.iter().filter(|pair| is_upper(pair.key)).count();
    !entries.is_empty()
        && entries.iter().all(|pair| !pair.value.is_map() && !pair.value.is_list())
        && (upper == entries.len() || is_named && upper * 2 > entries.len())
}

fn variable(context: Context<'_>, pair: &Pair<'_>, facts: &mut SourceFacts) {
    let range = pair.value.resolved().range();
    let is_compound = pair.value.text().is_none();
    let value = if is_compound && super::dotted::holds_secret(pair.value) {
        let outline = super::context::outline(pair.value);
        super::secret::withhold(outline.as_bytes(), range, context.sealer, facts)
    } else if is_compound && context.raw(range).contains("!vault") {
        Value::Encrypted
    } else {
        as_elder(pair.value, context.value(pair.key, pair.value, Asks::None, facts))
    };
    let range = (!pair.value.is_null()).then_some(range);
    let entry = env(pair.key, pair.key_range, value, range);
    facts.entries.push(Entry { namespace: Namespace::Setting, ..entry });
}
