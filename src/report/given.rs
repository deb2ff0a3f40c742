//! How one definition and one read are shown, for people and for programs: what `explain`, `diff` and `impact` share.
//!
//! Never shows a value that is withheld. Letters tell withheld values apart where there are several.

use std::collections::BTreeSet;

use serde::Serialize;

use super::clean;
use super::flag_state::FlagSaid;
use crate::model::key::fold;
use crate::model::{Absence, Definition, Digest, Inventory, KeyId, Namespace, Read, Value};
use crate::text::{Files, Span};

/// The longest value that stands on a line.
const LONG: usize = 60;

/// Where something stands.
#[derive(Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Place {
    /// The place of a span.
    pub(super) fn of(files: &Files, span: Span) -> Self {
        let (start, _) = files.positions(span);
        Self { path: files.get(span.file).path.clone(), line: start.line, column: start.column }
    }

    /// As a person writes it: `app/db.py:3:10`.
    pub(super) fn text(&self) -> String {
        format!("{}:{}:{}", clean(&self.path), self.line, self.column)
    }
}

/// A definition.
#[derive(Clone, Serialize)]
pub(super) struct Given {
    /// The key as its source calls it.
    pub(super) key: String,
    #[serde(flatten)]
    pub(super) place: Place,
    pub(super) source: &'static str,
    pub(super) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) redacted: Option<String>,
    /// The value as it is written, where it asks for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) asks: Option<String>,
    /// The names that whoever starts the process may set, and that would make it another value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) unless: Vec<String>,
    /// What its provider says of it, for a flag of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flag: Option<FlagSaid>,
    /// Where the value is written, where that is elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) written: Vec<Written>,
    /// What gave way to it, nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) over: Vec<Written>,
}

/// A text in another file.
#[derive(Clone, Serialize)]
pub(super) struct Written {
    #[serde(flatten)]
    pub(super) place: Place,
    pub(super) text: String,
}

impl Given {
    /// What is shown of a definition.
    pub(super) fn of(
        files: &Files,
        inventory: &Inventory,
        definition: &Definition,
        marks: &Marks,
    ) -> Self {
        Self {
            key: written(files, inventory, definition),
            place: Place::of(files, definition.key_span),
            source: inventory.source(definition.source).kind,
            state: definition.value.state(),
            value: definition.value.shown().map(str::to_owned),
            redacted: marks.shown(&definition.value),
            asks: definition.filled.as_ref().map(|filled| filled.asks.clone()),
            unless: definition.filled.as_ref().map_or_else(Vec::new, |it| it.unless.clone()),
            flag: definition.flag.as_deref().map(FlagSaid::of),
            written: texts(files, definition, &definition.written),
            over: texts(files, definition, &definition.lost),
        }
    }

    /// The value on one line.
    pub(super) fn text(&self) -> String {
        if self.unless.is_empty() {
            return self.bare();
        }
        let names: Vec<String> = self.unless.iter().map(|name| clean(name)).collect();
        format!("{} unless {} is set", self.bare(), names.join(" or "))
    }

    fn bare(&self) -> String {
        if let Some(flag) = self.flag.as_ref().filter(|_| self.redacted.is_none()) {
            return flag.text();
        }
        match (&self.redacted, &self.value) {
            (Some(mark), _) => mark.clone(),
            (None, Some(text)) if self.state == "value" => quoted(text),
            (None, Some(text)) if self.state != "empty" => {
                // The state stands in the same column, and the two must fit it.
                let room = LONG - self.state.len();
                format!("\"{}\" ({})", cut(text, room), self.state)
            }
            _ if self.state == "reference" => "set by code".to_owned(),
            _ => self.state.to_owned(),
        }
    }
}

/// What stands at places that have to do with a definition; withheld with its value.
fn texts(files: &Files, definition: &Definition, spans: &[Span]) -> Vec<Written> {
    let text = |span: &Span| {
        let shown = files.get(span.file).shown(span.range);
        if definition.value.is_redacted() { "[redacted]".to_owned() } else { shown }
    };
    let mut spans = spans.to_vec();
    // A value may give way twice on its way.
    spans.dedup();
    spans.iter().map(|span| Written { place: Place::of(files, *span), text: text(span) }).collect()
}

/// What a source calls a key: an object's entry may go on under another name.
fn written(files: &Files, inventory: &Inventory, definition: &Definition) -> String {
    let key = inventory.key(definition.key);
    // Of a flag with a file of its own no part of the text is the name.
    if definition.flag.is_some() {
        return key.name.clone();
    }
    let written = files.get(definition.key_span.file).shown(definition.key_span.range);
    let written = written.trim_matches(['"', '\'', ':', ' ']);
    let is_name = !written.is_empty()
        && written.len() <= LONG
        && written.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c));
    // Of a dotted path only the last part stands where the value does.
    let is_part = key.namespace != Namespace::Env && fold(&key.name).ends_with(&fold(written));
    if is_name && !is_part { written.to_owned() } else { key.name.clone() }
}

/// A read.
#[derive(Clone, Serialize)]
pub(super) struct ReadBy {
    /// The key as the code calls it.
    pub(super) key: String,
    #[serde(flatten)]
    pub(super) place: Place,
    /// The function or class around it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) function: String,
    pub(super) component: String,
    pub(super) reader: String,
    pub(super) absence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<String>,
    pub(super) via: &'static str,
    pub(super) when: &'static str,
    pub(super) test: bool,
    pub(super) conditional: bool,
}

impl ReadBy {
    /// What is shown of a read of `key`.
    pub(super) fn of(files: &Files, inventory: &Inventory, read: &Read, key: KeyId) -> Self {
        let default = read.default.as_ref().filter(|_| read.absence == Absence::Default);
        Self {
            key: inventory.key(key).name.clone(),
            place: Place::of(files, read.span),
            function: read.function.clone(),
            component: read.component.clone(),
            reader: read.reader.clone(),
            absence: read.absence.as_str(),
            default: default.and_then(|default| {
                if default.redacted { Some("[redacted]".to_owned()) } else { default.text.clone() }
            }),
            via: read.via.as_str(),
            when: read.when.as_str(),
            test: read.in_test,
            conditional: read.conditional,
        }
    }

    /// What it does without a value: `required`, `default "30"`.
    pub(super) fn absence(&self) -> String {
        match (self.absence, &self.default) {
            ("default", Some(default)) if default == "[redacted]" => {
                "default [redacted]".to_owned()
            }
            ("default", Some(default)) => format!("default {}", quoted(default)),
            (absence, _) => absence.to_owned(),
        }
    }
}

/// The use of a field that is filled from a key: the code that the value goes to.
#[derive(Clone, Serialize)]
pub(super) struct UsedBy {
    /// The field as it is written there.
    pub(super) field: String,
    #[serde(flatten)]
    pub(super) place: Place,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) function: String,
    pub(super) component: String,
}

impl UsedBy {
    /// The uses of the fields that these reads declare, by place; those of tests left out.
    pub(super) fn of<'r>(
        files: &Files,
        inventory: &Inventory,
        reads: impl IntoIterator<Item = &'r Read>,
    ) -> Vec<Self> {
        let declared: BTreeSet<Span> =
            reads.into_iter().flat_map(|read| [read.span, read.key_span]).collect();
        let uses = inventory.uses.iter().filter(|one| !one.in_test);
        let uses = uses.filter(|one| declared.contains(&one.declared)).map(|one| Self {
            field: one.name.clone(),
            place: Place::of(files, one.span),
            function: one.function.clone(),
            component: one.component.clone(),
        });
        uses.collect()
    }
}

/// The lines of reads and uses: a text that names the key there is not told again.
pub(super) struct Listed(BTreeSet<(String, u32)>);

/// The lines of these reads and uses.
pub(super) fn listed(reads: &[ReadBy], uses: &[UsedBy]) -> Listed {
    let places = reads.iter().map(|read| &read.place).chain(uses.iter().map(|one| &one.place));
    Listed(places.map(|place| (place.path.clone(), place.line)).collect())
}

impl Listed {
    /// Whether something stands on the line of `place`.
    pub(super) fn holds(&self, place: &Place) -> bool {
        self.0.contains(&(place.path.clone(), place.line))
    }
}

/// Letters for withheld values, where there are several to tell apart.
pub(super) struct Marks(Vec<Digest>);

impl Marks {
    /// The letters of these values, in the order in which they are met.
    pub(super) fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut digests = Vec::new();
        for value in values {
            if let Value::Secret(digest) = value
                && !digests.contains(digest)
            {
                digests.push(*digest);
            }
        }
        Self(digests)
    }

    /// What stands for a withheld value; `None` for one that may be shown.
    pub(super) fn shown(&self, value: &Value) -> Option<String> {
        let Value::Secret(digest) = value else {
            return value.is_redacted().then(|| "[redacted]".to_owned());
        };
        let at =
            self.0.iter().position(|known| known == digest).and_then(|at| u8::try_from(at).ok());
        Some(match at {
            Some(at) if self.0.len() > 1 && at < 26 => {
                format!("[redacted] {}", char::from(b'A' + at))
            }
            _ => "[redacted]".to_owned(),
        })
    }
}

/// How many workloads are named on a line.
const NAMES: usize = 3;

/// Workloads in a row; of many the first ones and how many more there are.
pub(super) fn workloads<S: std::borrow::Borrow<str>>(names: &[S]) -> String {
    if names.len() <= NAMES + 1 {
        return clean(&names.join(", "));
    }
    format!("{} and {} more", clean(&names[..NAMES].join(", ")), names.len() - NAMES)
}

/// A value on one line, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// A text on one line, cut where it is long.
pub(super) fn shortened(text: &str) -> String {
    cut(text, LONG)
}

fn cut(text: &str, room: usize) -> String {
    let cut: String = text.chars().take(room).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{more}", clean(&cut))
}
