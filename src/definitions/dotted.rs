//! One setting for each leaf of a tree, under its dotted path.
//!
//! Knows maps, what their reader takes plain words for, and what a value asks for. Lists are one value each.

use super::context::{Asks, Context, as_read, env, note_asked, outline};
use super::secret;
use super::spring;
use super::yaml_readers::Reader;
use crate::document::{Entry as Pair, Node, Syntax, template};
use crate::facts::{Entry, SourceFacts};
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::model::{Namespace, Value};

/// Deeper than settings go.
const MAX_DEPTH: usize = 48;

/// A file of settings at work.
#[derive(Clone, Copy)]
pub(super) struct Dotted<'a> {
    /// The file.
    pub(super) context: Context<'a>,
    /// The program that reads it, where that is known.
    pub(super) reader: Option<&'static Reader>,
}

impl Dotted<'_> {
    /// Adds all entries of a map below `path`.
    pub(super) fn settings<'n>(
        self,
        map: Node<'n>,
        path: &mut Vec<&'n str>,
        facts: &mut SourceFacts,
    ) {
        for pair in map.entries() {
            self.setting(&pair, path, facts);
        }
    }

    /// Adds what one entry below `path` gives.
    pub(super) fn setting<'n>(
        self,
        pair: &Pair<'n>,
        path: &mut Vec<&'n str>,
        facts: &mut SourceFacts,
    ) {
        // A key that a template names is no key before the template has run.
        if template::is_open(self.context.raw(pair.key_range)) {
            return;
        }
        path.push(pair.key);
        let is_full = pair.value.is_map() && !pair.value.entries().is_empty();
        if is_full && path.len() < MAX_DEPTH {
            self.settings(pair.value, path, facts);
        } else if pair.value.tag() != Some("!reset") {
            let value = self.value(pair, path, facts);
            let range = (!pair.value.is_null()).then(|| pair.value.resolved().range());
            let entry = env(&path.join("."), pair.key_range, value, range);
            facts.entries.push(Entry { namespace: Namespace::Setting, ..entry });
        }
        path.pop();
    }

    fn value(self, pair: &Pair<'_>, path: &[&str], facts: &mut SourceFacts) -> Value {
        let context = self.context;
        // What a secret is called may stand in the table around it: `api.key`.
        let name = path.get(path.len().saturating_sub(2)..).unwrap_or(path).join(".");
        let range = pair.value.resolved().range();
        let raw = context.raw(range);
        if pair.value.text().is_none() && holds_secret(pair.value) {
            return secret::withhold(outline(pair.value).as_bytes(), range, context.sealer, facts);
        }
        let syntax = Syntax::of(&context.file.path);
        let asks = raw.contains("${") && matches!(syntax, Some(Syntax::Properties | Syntax::Yaml));
        let asks = match asks {
            true if spring::is_named(&context.file.path) => Asks::Defaults,
            true => Asks::Dollar,
            false => Asks::None,
        };
        if asks != Asks::None {
            note_asked(asks, raw, range, &name, None, facts);
        }
        let value = context.value(&name, pair.value, asks, facts);
        match self.reader {
            Some(reader) => as_read(pair.value, value, reader.scalar),
            None => value,
        }
    }
}

/// Whether anything in a list or map looks like a credential.
pub(super) fn holds_secret(node: Node<'_>) -> bool {
    holds_secret_within(node, MAX_DEPTH)
}

fn holds_secret_within(node: Node<'_>, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else { return true };
    if let Some(text) = node.text() {
        return looks_secret_value(text);
    }
    let named = |pair: &Pair<'_>| {
        looks_secret_name(pair.key) && pair.value.text().is_some_and(|text| !text.is_empty())
    };
    node.entries().iter().any(|pair| named(pair) || holds_secret_within(pair.value, below))
        || node.items().into_iter().any(|item| holds_secret_within(item, below))
}
