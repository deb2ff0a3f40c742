//! What a change of a text says: read before and after, compared by what was to change and nothing else.

use std::collections::BTreeMap;

use super::Refusal;
use crate::document::{Document, Node};
use crate::facts::{Entry, ObjectName, SourceFacts};
use crate::model::{Namespace, Scope, Value};
use crate::text::TextRange;

/// What tells one entry from another, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    kind: &'static str,
    section: Option<String>,
    object: Option<ObjectName>,
    scope: Option<Scope>,
    namespace: Namespace,
    name: String,
    commented: bool,
}

type Told = BTreeMap<Mark, Vec<(Value, TextRange)>>;

/// Entries that only one of two readings has.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    /// Those that are gone.
    pub(super) gone: Vec<(String, TextRange)>,
    /// Those that are new.
    pub(super) new: Vec<(String, Value)>,
}

/// What became of the entries of a file.
pub(super) fn change(before: &[SourceFacts], after: &[SourceFacts]) -> Change {
    let (mut old, mut new) = (told(before), told(after));
    let mut change = Change::default();
    for (mark, values) in &mut old {
        let others = new.entry(mark.clone()).or_default();
        values.retain(|(value, _)| match others.iter().position(|(other, _)| other == value) {
            Some(at) => {
                others.remove(at);
                false
            }
            None => true,
        });
        change.gone.extend(values.iter().map(|(_, range)| (mark.name.clone(), *range)));
    }
    for (mark, values) in new {
        change.new.extend(values.into_iter().map(|(value, _)| (mark.name.clone(), value)));
    }
    change
}

fn told(facts: &[SourceFacts]) -> Told {
    let mut told = Told::new();
    for source in facts {
        for entry in &source.entries {
            let place = (essence(&entry.value), entry.key_range);
            told.entry(mark(source, entry)).or_default().push(place);
        }
    }
    told
}

fn mark(source: &SourceFacts, entry: &Entry) -> Mark {
    Mark {
        kind: source.kind,
        section: source.section.clone(),
        object: source.object.clone(),
        scope: entry.scope.clone(),
        namespace: entry.namespace,
        name: entry.name.clone(),
        commented: entry.commented,
    }
}

/// A value without places.
fn essence(value: &Value) -> Value {
    match value {
        Value::Reference { text, .. } => Value::Reference { text: text.clone(), needs: Vec::new() },
        other => other.clone(),
    }
}

/// Whether all that is no entry is as it was, but for what stood at `gone`.
pub(super) fn is_rest_alike(
    before: &[SourceFacts],
    after: &[SourceFacts],
    gone: &[TextRange],
) -> bool {
    rest(before, gone) == rest(after, &[])
}

/// What a file says beside its entries, without places, sorted.
fn rest(facts: &[SourceFacts], gone: &[TextRange]) -> Vec<[String; 3]> {
    let mut all = Vec::new();
    let is_gone = |range: TextRange| gone.iter().any(|one| one.contains(range));
    let scope = |scope: &Option<Scope>| {
        scope.as_ref().map_or_else(String::new, |scope| scope.name().to_owned())
    };
    for source in facts {
        let mut say = |what: &str, one: &str, two: String| {
            all.push([what.to_owned(), one.to_owned(), two]);
        };
        for one in source.bindings.iter().filter(|one| !is_gone(one.range)) {
            say("binding", one.to.as_deref().unwrap_or("*"), scope(&one.scope));
        }
        for one in source.asks.iter().filter(|one| !is_gone(one.interpolation.range)) {
            say("ask", &one.interpolation.name, scope(&one.scope));
        }
        for one in source.includes.iter().filter(|one| !is_gone(one.range)) {
            say("include", &one.path, scope(&one.scope));
        }
        for one in source.opaque.iter().filter(|one| !is_gone(one.range)) {
            say("opaque", &one.what, one.whom.workload().unwrap_or_default().to_owned());
        }
        for one in &source.workloads {
            say("workload", &one.name, one.image.clone().unwrap_or_default());
        }
        for one in &source.settings {
            // Its value stands in the tree, which is compared too.
            say("setting", &one.path, one.workload.clone());
        }
        for one in source.problems.iter().filter(|one| !is_gone(one.range)) {
            say("problem", &one.message, String::new());
        }
    }
    all.sort();
    all
}

/// Deeper than configuration goes.
const MAX_DEPTH: usize = 64;
/// More scalars than configuration has.
const MAX_LEAVES: usize = 400_000;

/// The scalars of trees by the keys that lead to them, sorted; those that stand at `gone` left out.
pub(super) fn leaves(trees: &[Document], gone: &[TextRange]) -> Result<Vec<String>, Refusal> {
    let mut all = Vec::new();
    for root in trees.iter().filter_map(Document::root) {
        let mut path = String::new();
        gather(root, gone, &mut path, &mut all, MAX_DEPTH);
    }
    if all.len() > MAX_LEAVES || trees.iter().any(Document::is_exhausted) {
        return Err(Refusal::new("the file holds more than can be compared"));
    }
    all.sort_unstable();
    Ok(all)
}

/// Refuses where anything but the texts of scalars has become another: as many came as are gone, in the same places.
pub(super) fn replaced(before: &[Document], after: &[Document]) -> Result<(), Refusal> {
    let (old, new) = (leaves(before, &[])?, leaves(after, &[])?);
    let (gone, come) = (without(&old, &new), without(&new, &old));
    let place = |leaf: &&String| leaf.rsplit_once('\0').map(|(path, _)| path.to_owned());
    let places = |all: &[&String]| all.iter().map(place).collect::<Vec<_>>();
    if places(&gone) == places(&come) && (!come.is_empty() || before.is_empty()) {
        Ok(())
    } else {
        Err(Refusal::new("more than the entry would change"))
    }
}

/// What one sorted list has more than another.
pub(super) fn without<'a>(one: &'a [String], other: &[String]) -> Vec<&'a String> {
    let mut rest = other.iter().peekable();
    let mut more = Vec::new();
    for leaf in one {
        while rest.next_if(|other| *other < leaf).is_some() {}
        if rest.next_if(|other| *other == leaf).is_none() {
            more.push(leaf);
        }
    }
    more
}

fn gather(
    node: Node<'_>,
    gone: &[TextRange],
    path: &mut String,
    all: &mut Vec<String>,
    depth: usize,
) {
    let Some(below) = depth.checked_sub(1) else { return };
    if all.len() > MAX_LEAVES {
        return;
    }
    let length = path.len();
    if let Some(text) = node.text() {
        all.push(format!("{path}\0{text}"));
        return;
    }
    for entry in node.entries() {
        if gone.iter().any(|one| one.contains(entry.key_range)) {
            continue;
        }
        path.push('\0');
        path.push_str(entry.key);
        gather(entry.value, gone, path, all, below);
        path.truncate(length);
    }
    for item in node.items() {
        if gone.iter().any(|one| one.contains(item.range())) {
            continue;
        }
        path.push_str("\0[]");
        gather(item, gone, path, all, below);
        path.truncate(length);
    }
}
