//! Labels and phrases that findings share. Never shows a value that is withheld.

use super::Context;
use crate::finding::{Label, LabelRole};
use crate::graph::{Effective, Presence};
use crate::model::{Definition, EnvironmentId, KeyId, Read, SourceId, Value, Withdrawal};
use crate::text::Span;

/// How many labels of one kind a finding carries: more help nobody.
const MOST: usize = 12;

/// Secret contents of one finding, told apart by letters in the order in which they are met.
#[derive(Default)]
pub(super) struct Marks<'a> {
    met: Vec<&'a Value>,
}

impl<'a> Marks<'a> {
    /// A value as it may be shown.
    pub(super) fn show(&mut self, value: &'a Value) -> String {
        match value {
            Value::Secret(_) => {
                let at = self.met.iter().position(|met| met.same(value) == Some(true));
                let at = at.unwrap_or_else(|| {
                    self.met.push(value);
                    self.met.len() - 1
                });
                let letter = u8::try_from(at % 26).map_or('?', |at| char::from(b'A' + at));
                format!("[redacted] {letter}")
            }
            Value::Encrypted => "[redacted]".to_owned(),
            Value::Computed => "a value that code sets".to_owned(),
            Value::PassThrough => "a value from outside".to_owned(),
            Value::Empty => "an empty value".to_owned(),
            other => format!("`{}`", short(other.shown().unwrap_or_default())),
        }
    }
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    let mut cut: String = line.chars().take(60).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// The label of a read.
pub(super) fn of_read(read: &Read, message: impl Into<String>) -> Label {
    let (span, message) = (read.span, message.into());
    Label { span, role: LabelRole::Read, message, environment: None }
}

/// The label of a place in the code that says what a read comes to.
pub(super) fn of_place(span: Span, message: &str) -> Label {
    Label { span, role: LabelRole::Read, message: message.to_owned(), environment: None }
}

/// What to say of a read that takes part, with its default where that may be shown.
pub(super) fn reads_it(read: &Read) -> String {
    let default = read.default.as_ref().filter(|default| !default.redacted);
    match default.and_then(|default| default.text.as_deref()) {
        Some(text) if !text.is_empty() => format!("read here; `{}` by default", short(text)),
        _ => "read here".to_owned(),
    }
}

/// The label of a definition: its value where it has one.
pub(super) fn of_definition(
    definition: &Definition,
    environment: Option<EnvironmentId>,
    message: impl Into<String>,
) -> Label {
    let span = definition.value_span.map_or(definition.key_span, |value| {
        let mut span = definition.key_span;
        if value.file == span.file {
            span.range = span.range.cover(value.range);
        }
        span
    });
    Label { span, role: LabelRole::Definition, message: message.into(), environment }
}

/// The label of the place where a patch takes a key from a workload.
pub(super) fn of_withdrawal(one: &Withdrawal) -> Label {
    let message = format!("removed from `{}`", one.scope.name());
    Label { span: one.span, role: LabelRole::Definition, message, environment: None }
}

/// Cuts a list of labels to a length that can be read, each place once.
pub(super) fn readable(mut labels: Vec<Label>, primary: &Label) -> Vec<Label> {
    let mut met = std::collections::BTreeSet::from([primary.span]);
    labels.retain(|label| met.insert(label.span));
    labels.truncate(MOST);
    labels
}

/// The names in a row: "staging", "staging and production", "a, b and c", each in backticks.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.dedup();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, [one])) => format!("{one} and {last}"),
        Some((last, rest)) if rest.len() < 6 => format!("{} and {last}", rest.join(", ")),
        Some(_) => format!("{} and {} others", names[..4].join(", "), names.len() - 4),
    }
}

/// The verb for a list of that length.
pub(super) fn verb<'w>(count: usize, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}

impl<'a> Context<'a> {
    /// The names of environments in a row.
    pub(super) fn listed(&self, environments: &[EnvironmentId]) -> String {
        listed(environments.iter().map(|id| self.graph.inventory.environment(*id).name.as_str()))
    }

    /// The effective values of a key in an environment; none where it is absent or unknown.
    pub(super) fn values(&self, key: KeyId, environment: EnvironmentId) -> Vec<Effective<'a>> {
        match self.graph.presence(key, environment) {
            Presence::Set(values) => values,
            Presence::Absent | Presence::Unknown(_) => Vec::new(),
        }
    }

    /// Where definitions count, as the end of a phrase: in environments of their own, or for all that share them.
    pub(super) fn given(&self, environments: &[EnvironmentId], all: &[&Definition]) -> String {
        let inventory = self.graph.inventory;
        let is_base = |source: SourceId| {
            let layers = inventory.environments.iter().flat_map(|environment| &environment.layers);
            layers.filter(|layer| layer.source == source).all(|layer| layer.is_base)
        };
        match environments {
            [] => String::new(),
            [_, _, ..] if all.iter().filter(|d| !d.commented).all(|d| is_base(d.source)) => {
                format!(" for {} alike", self.listed(environments))
            }
            _ => format!(" in {}", self.listed(environments)),
        }
    }

    /// Whether the environment is a developer's or a test's own.
    pub(super) fn is_local(&self, environment: EnvironmentId) -> bool {
        self.graph.inventory.environment(environment).is_local
    }
}

/// Who reads a key that no running code reads.
pub(super) fn by_tests(is_named: bool, is_read: bool) -> &'static str {
    match (is_named, is_read) {
        (_, true) => "only tests read it",
        (true, false) => "only tests name it",
        (false, false) => "no code reads it",
    }
}
