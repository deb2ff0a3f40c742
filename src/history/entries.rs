//! What a version of a configuration file gives, as numbers: which entry, of which key, with which value.
//!
//! Values are sealed under the key of this run, so that two versions can be compared and nothing of them can be kept.
//! An entry is the same in two versions where the file calls it the same: order and layout do not count.

use std::sync::Arc;

use super::words::{hashed, mixed};
use crate::definitions::{self, Sealer};
use crate::document::{self, Node, Syntax};
use crate::facts::{BindingFact, Entry as Fact, SourceFacts};
use crate::model::{FlagState, Namespace, Percent, Scope, Serves, Value};
use crate::text::{File, TextRange, guarded};

/// The kind of the sources whose other values go into templates.
const OF_CHARTS: &str = "helm-values";
/// More values than a chart takes.
const MOST_VALUES: usize = 20_000;

/// A value under the key of this run.
pub(super) type Sealed = [u8; 16];

/// One entry of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Which one of the file it is.
    pub(super) identity: u64,
    /// The key that it gives something; 0 for what gives none by itself.
    pub(super) key: u64,
    pub(super) value: Sealed,
    /// Where its name stands.
    pub(super) key_range: TextRange,
    /// Where its value stands.
    pub(super) value_range: Option<TextRange>,
}

/// The number of a key.
pub(super) fn key(namespace: Namespace, name: &str) -> u64 {
    Number::of(namespace.as_str()).and(name).end()
}

/// What a text at a path gives; nothing where it is no configuration.
pub(super) fn of(path: &str, text: Arc<str>, sealer: &Sealer) -> Vec<Entry> {
    let file = File::new(path, text);
    let facts = guarded(|| definitions::extract(&file, sealer)).unwrap_or_default();
    let mut found = Vec::new();
    for one in &facts {
        let source = of_source(one);
        found.extend(one.entries.iter().map(|fact| entry(fact, source, sealer)));
        found.extend(one.bindings.iter().filter_map(|fact| binding(fact, source, sealer)));
    }
    if facts.iter().any(|one| one.kind == OF_CHARTS) {
        for (at, document) in document::parse(&file.text, Syntax::Yaml).iter().enumerate() {
            let name = Number::of("value").and(&at.to_string());
            let mut values = Values { sealer, found: &mut found, left: MOST_VALUES };
            document.root().into_iter().for_each(|root| values.below(root, name, 32));
        }
    }
    number_twins(&mut found);
    found
}

/// Entries of one name in one place are told apart by their order.
fn number_twins(found: &mut [Entry]) {
    let mut seen: rustc_hash::FxHashMap<u64, u64> = rustc_hash::FxHashMap::default();
    for one in found {
        let before = seen.entry(one.identity).or_default();
        if *before > 0 {
            one.identity = mixed(one.identity.wrapping_add(*before));
        }
        *before += 1;
    }
}

fn of_source(facts: &SourceFacts) -> Number {
    let mut number = Number::of(facts.kind).and(facts.section.as_deref().unwrap_or_default());
    if let Some(object) = &facts.object {
        let kind = if object.is_secret { "secret" } else { "object" };
        number = number.and(kind).and(&object.name);
        number = number.and(object.namespace.as_deref().unwrap_or_default());
    }
    number
}

fn of_scope(number: Number, scope: Option<&Scope>) -> Number {
    match scope {
        None => number.and(""),
        Some(Scope::Workload(name)) => number.and("workload").and(name),
        Some(Scope::Object(name)) => number.and("object").and(name),
    }
}

fn entry(fact: &Fact, source: Number, sealer: &Sealer) -> Entry {
    let identity = of_scope(source, fact.scope.as_ref());
    let mut value = text_of(&fact.value);
    if let Some(flag) = &fact.flag {
        tell(flag, &mut value);
    }
    Entry {
        identity: identity.and(fact.namespace.as_str()).and(&fact.name).end(),
        key: key(fact.namespace, &fact.name),
        value: sealer.seal_bytes(&value).0,
        key_range: fact.key_range,
        value_range: fact.value_range,
    }
}

fn binding(fact: &BindingFact, source: Number, sealer: &Sealer) -> Option<Entry> {
    let to = fact.to.as_deref()?;
    let identity = of_scope(source, fact.scope.as_ref()).and("binding").and(to).end();
    let from = [fact.object.name.as_str(), fact.entry.as_deref().unwrap_or_default()];
    let value = sealer.seal(&from.join("\0")).0;
    let key = key(Namespace::Env, to);
    Some(Entry { identity, key, value, key_range: fact.range, value_range: None })
}

/// What makes a value another one. What cannot be known, as of an encrypted text, is the same always.
fn text_of(value: &Value) -> Vec<u8> {
    let (kind, text): (u8, &[u8]) = match value {
        Value::Literal(scalar) => (b'l', scalar.text.as_bytes()),
        Value::Secret(digest) => (b's', &digest.0),
        Value::Empty => (b'e', b""),
        Value::Placeholder(text) => (b'p', text.as_bytes()),
        Value::Reference { text, .. } => (b'r', text.as_bytes()),
        Value::Encrypted => (b'x', b""),
        Value::Computed => (b'c', b""),
        Value::PassThrough => (b'-', b""),
    };
    [&[kind], text].concat()
}

/// What a provider serves: names, dates and owners are no value.
fn tell(flag: &FlagState, value: &mut Vec<u8>) {
    let served = match &flag.serves {
        Serves::Default => "default".to_owned(),
        Serves::One(one) => format!("one {one}"),
        Serves::Share { value, share: Percent(share) } => format!("share {share} {value}"),
        Serves::Targeted => "targeted".to_owned(),
        Serves::Unknown => String::new(),
    };
    value.push(0);
    value.extend_from_slice(served.as_bytes());
    value.push(u8::from(flag.is_archived));
}

/// Every value of a tree, by the names on the way to it.
struct Values<'a> {
    sealer: &'a Sealer,
    found: &'a mut Vec<Entry>,
    left: usize,
}

impl Values<'_> {
    fn below(&mut self, node: Node<'_>, name: Number, depth: usize) {
        if depth == 0 || self.left == 0 || node.is_alias() {
            return;
        }
        if let Some(text) = node.text() {
            self.left -= 1;
            let (value, range) = (self.sealer.seal(text).0, node.range());
            let identity = name.end();
            let value_range = Some(range);
            self.found.push(Entry { identity, key: 0, value, key_range: range, value_range });
            return;
        }
        for pair in node.entries() {
            self.below(pair.value, name.and(pair.key), depth - 1);
        }
        for (at, item) in node.items().into_iter().enumerate() {
            // Items of lists go by their names where they have one: their order changes.
            let own = ["name", "key", "id"].iter().find_map(|key| item.get(key)?.text());
            let name = own.map_or_else(|| name.and("#").and(&at.to_string()), |own| name.and(own));
            self.below(item, name, depth - 1);
        }
    }
}

/// A number that is made of texts, one after another.
#[derive(Clone, Copy)]
struct Number(u64);

impl Number {
    fn of(text: &str) -> Self {
        Self(0xa076_1d64_78bd_642f).and(text)
    }

    fn and(self, text: &str) -> Self {
        Self(hashed(hashed(self.0, text.as_bytes()), &[0xff]))
    }

    fn end(self) -> u64 {
        mixed(self.0).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::{key, of};
    use crate::definitions::Sealer;
    use crate::model::Namespace;

    #[test]
    fn an_entry_is_the_same_wherever_it_stands_in_its_file() {
        let sealer = Sealer::new();
        let old = of("prod.env", "OVEN=1\nTIN=2\nAPI_TOKEN=Sauerteig4711\n".into(), &sealer);
        let new =
            of("prod.env", "# heat\nTIN=2\n\nOVEN=3\nAPI_TOKEN=Sauerteig4711\n".into(), &sealer);
        let by = |all: &[super::Entry], name: &str| {
            let number = key(Namespace::Env, name);
            let one = all.iter().find(|one| one.key == number).expect("it is there");
            (one.identity, one.value)
        };
        assert_eq!(by(&old, "TIN"), by(&new, "TIN"));
        assert_eq!(by(&old, "API_TOKEN"), by(&new, "API_TOKEN"));
        assert_eq!(by(&old, "OVEN").0, by(&new, "OVEN").0);
        assert_ne!(by(&old, "OVEN").1, by(&new, "OVEN").1);
    }

    #[test]
    fn what_a_chart_puts_into_templates_goes_by_its_names() {
        let sealer = Sealer::new();
        let old = "oven:\n  heat: 200\n  pans:\n    - name: tin\n      size: 3\n";
        let new = "oven:\n  pans:\n    - name: lid\n      size: 1\n    - name: tin\n      size: 4\n  heat: 200\n";
        let old = of("chart/values.yaml", old.into(), &sealer);
        let new = of("chart/values.yaml", new.into(), &sealer);
        let kept = old.iter().filter(|one| new.iter().any(|other| other.identity == one.identity));
        let (same, other): (Vec<_>, Vec<_>) = kept.partition(|one| {
            new.iter().any(|other| (other.identity, other.value) == (one.identity, one.value))
        });
        assert_eq!((old.len(), same.len(), other.len()), (3, 2, 1), "heat and name, then size");
    }
}
