//! What every format needs to turn a node into an entry.
//!
//! Knows values and ranges, no format.

use super::hcl_value;
use super::paths;
use super::secret::{self, Sealer, Written};
use crate::document::elder;
use crate::document::interpolation::{self, Found};
use crate::document::repeats::refused;
use crate::document::{Document, Node, Syntax};
use crate::facts::{Ask, Entry, OpaqueFact, SourceFacts};
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::model::secrecy::looks_secret_value;
use crate::model::{Attribution, Namespace, Scalar, ScalarKind, Scope, Value};
use crate::text::{File, TextRange};

/// The file at work.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The file.
    pub file: &'a File,
    /// What withholds secrets.
    pub sealer: &'a Sealer,
    /// Whether a template engine has yet to fill the file in.
    pub is_template: bool,
}

/// What a value may ask for in the syntax of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing.
    None,
    /// `${X}`.
    Dollar,
    /// `${X}` and `${X:default}`, as Spring has them.
    Defaults,
    /// `$(X)`, as Kubernetes has it.
    Parenthesis,
}

impl<'a> Context<'a> {
    /// A source of the file that says nothing yet.
    pub(super) fn source(self, kind: &'static str) -> SourceFacts {
        let mut facts = SourceFacts::new(kind);
        facts.role = paths::role(&self.file.path);
        facts
    }

    /// The text under a range.
    pub(super) fn raw(self, range: TextRange) -> &'a str {
        range.slice(&self.file.text)
    }

    /// The value of a scalar node under `name`; a list or map is one compound value.
    pub(super) fn value(
        self,
        name: &str,
        node: Node<'_>,
        asks: Asks,
        facts: &mut SourceFacts,
    ) -> Value {
        let meant = node.resolved();
        let range = meant.range();
        let raw = self.raw(range);
        if Syntax::of(&self.file.path) == Some(Syntax::Hcl) && !hcl_value::is_literal(self, meant) {
            return hcl_value::reference(self, name, meant, facts);
        }
        if meant.tag().is_some_and(|tag| matches!(tag, "!vault" | "!encrypted" | "!Encrypted")) {
            return Value::Encrypted;
        }
        let asks_of = asks;
        let asks = asked(raw, range, asks);
        let whole = if node.text().is_none() { outline(meant) } else { String::new() };
        let text = node.text().unwrap_or(&whole);
        // Kubernetes leaves `${X}` as it is: a tool before it has yet to fill it in.
        let is_filled_before = asks_of == Asks::Parenthesis
            && interpolation::find(raw, 0).iter().any(|found| raw.contains(&braced(found)));
        let written = Written { name, text, raw, range, kind: node.kind(), asks };
        match secret::judge(&written, self.sealer, facts) {
            Value::Literal(scalar) if is_filled_before => {
                Value::Reference { text: scalar.text, needs: Vec::new() }
            }
            value => value,
        }
    }
}

/// The value of a node whose reader is a parser of YAML 1.1.
pub(super) fn as_elder(node: Node<'_>, value: Value) -> Value {
    as_read(node, value, elder::scalar)
}

/// The value of a node whose plain scalars its reader takes for others.
pub(super) fn as_read(node: Node<'_>, value: Value, by: fn(&str) -> Option<String>) -> Value {
    match value {
        Value::Literal(scalar)
            if !matches!(node.kind(), ScalarKind::Text | ScalarKind::Compound) =>
        {
            let text = by(&scalar.text).unwrap_or_else(|| scalar.text.clone());
            Value::Literal(Scalar { text, ..scalar })
        }
        value => value,
    }
}

fn braced(found: &Found) -> String {
    format!("${{{}", found.interpolation.name)
}

/// More of a list than anybody compares by eye.
const MAX_OUTLINE: usize = 4096;

/// A list or map as one text that does not depend on how it is laid out.
pub(super) fn outline(node: Node<'_>) -> String {
    let mut text = String::new();
    draw(node, &mut text, 32);
    text
}

fn draw(node: Node<'_>, text: &mut String, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    if let Some(scalar) = node.text() {
        text.push_str(scalar);
        return;
    }
    let (open, close) = if node.is_map() { ('{', '}') } else { ('[', ']') };
    text.push(open);
    let mut separator = "";
    for item in node.items() {
        text.push_str(separator);
        separator = ", ";
        draw(item, text, below);
        if text.len() > MAX_OUTLINE {
            break;
        }
    }
    for pair in node.entries() {
        text.push_str(separator);
        separator = ", ";
        text.push_str(pair.key);
        text.push_str(": ");
        draw(pair.value, text, below);
        if text.len() > MAX_OUTLINE {
            text.push('…');
            break;
        }
    }
    text.push(close);
}

/// The interpolations of a text.
pub(super) fn asked(raw: &str, range: TextRange, asks: Asks) -> Vec<Found> {
    match asks {
        Asks::None => Vec::new(),
        Asks::Dollar => interpolation::find(raw, range.start as usize),
        Asks::Defaults => interpolation::find_defaults(raw, range.start as usize),
        Asks::Parenthesis => interpolation::find_parenthesis(raw, range.start as usize),
    }
}

/// An entry of the process environment that nobody in particular gets.
pub(super) fn env(
    name: &str,
    key_range: TextRange,
    value: Value,
    value_range: Option<TextRange>,
) -> Entry {
    Entry {
        name: name.to_owned(),
        namespace: Namespace::Env,
        value,
        key_range,
        value_range,
        written: Vec::new(),
        lost: Vec::new(),
        scope: None,
        attribution: Attribution::Project,
        turn: 0,
        commented: false,
        note: None,
        used_here: false,
        answer: None,
        flag: None,
    }
}

/// Records what a text asks for.
pub(super) fn note_asks(
    raw: &str,
    range: TextRange,
    name: &str,
    scope: Option<&Scope>,
    facts: &mut SourceFacts,
) {
    note_asked(Asks::Dollar, raw, range, name, scope, facts);
}

/// The same in the syntax of its format.
pub(super) fn note_asked(
    asks: Asks,
    raw: &str,
    range: TextRange,
    name: &str,
    scope: Option<&Scope>,
    facts: &mut SourceFacts,
) {
    if !raw.contains('$') {
        return;
    }
    // The line of a question is shown, and what stands beside it may be a credential.
    if looks_secret_value(raw) {
        facts.secrets.push(range);
    }
    for interpolation in secret::asks(asked(raw, range, asks), name, facts) {
        facts.asks.push(Ask { interpolation, scope: scope.cloned() });
    }
}

/// Notes that a source gives keys which no file shows.
pub(super) fn note_opaque(what: &str, range: TextRange, facts: &mut SourceFacts) {
    facts.opaque.push(OpaqueFact::new(what, None, range));
}

/// The same for a file whose reader, which is called `by`, refuses it where a key stands in a map twice.
pub(super) fn note_refused(document: &Document, by: Option<&str>, facts: &mut SourceFacts) {
    note_problems(document, facts);
    facts.problems.extend(by.into_iter().flat_map(|by| refused(document, by)));
}

/// Hands the problems of a document on, and says where aliases were cut off.
pub(super) fn note_problems(document: &Document, facts: &mut SourceFacts) {
    facts.problems.extend(document.problems.iter().cloned());
    if document.is_exhausted() {
        facts.problems.push(FileProblem {
            message:
                "has aliases that stand for more than configuration can hold; the rest was not read"
                    .to_owned(),
            range: document.root().map_or(TextRange { start: 0, end: 0 }, Node::range),
            kind: ProblemKind::Partial,
        });
    }
}
