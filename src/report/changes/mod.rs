//! What changed between two states of a project, for people and for programs: code that needs configuration first, then
//! configuration with the code that it reaches, then what code has given up.

mod text;

pub use text::write_text;

use std::io;
use std::path::Path;

use serde::Serialize;

use super::given::{Given, Marks, ReadBy, UsedBy};
use crate::inquiry::diff::Side;
use crate::inquiry::since::{Change, GivenChange, Need, ReadChange, Since, State};
use crate::model::{Definition, Value};

/// What changed. Its fields are the wire format of `impact --since --format json`.
#[derive(Serialize)]
pub struct Changes {
    schema: &'static str,
    since: String,
    /// Roots that are taken as they are now.
    unchanged_roots: Vec<String>,
    files: Vec<String>,
    environments: Environments,
    summary: Summary,
    keys: Vec<One>,
}

#[derive(Serialize)]
struct Environments {
    added: Vec<String>,
    removed: Vec<String>,
}

#[derive(Serialize)]
struct Summary {
    missing: usize,
    code: usize,
    values: usize,
    given_up: usize,
}

#[derive(Serialize)]
struct One {
    key: String,
    namespace: &'static str,
    liveness: &'static str,
    /// The part of the text that it stands in.
    #[serde(skip)]
    section: Section,
    missing_in: Vec<String>,
    values: Vec<ValueChange>,
    read_changes: Vec<ReadLine>,
    needs: Vec<NeedLine>,
    reads: Vec<ReadBy>,
    uses: Vec<UsedBy>,
    definitions: Vec<Given>,
    without_effect: Vec<Silent>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Code,
    Values,
    GivenUp,
    Rest,
}

#[derive(Serialize)]
struct ValueChange {
    environment: String,
    workloads: Vec<String>,
    others: bool,
    before: OneSide,
    after: OneSide,
}

#[derive(Serialize)]
struct OneSide {
    presence: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<Given>,
}

#[derive(Serialize)]
struct ReadLine {
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<ReadBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<ReadBy>,
}

#[derive(Serialize)]
struct NeedLine {
    environment: String,
    local: bool,
    #[serde(flatten)]
    given: OneSide,
    absence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    missing: bool,
}

#[derive(Serialize)]
struct Silent {
    definition: Given,
    wins: Given,
}

/// What there is to say of the changes since `revision`; `unchanged` are the roots that are taken as they are now.
pub fn changes<'p>(
    since: &Since<'_>,
    old: State<'_>,
    new: State<'_>,
    revision: &str,
    unchanged: impl Iterator<Item = &'p Path>,
) -> Changes {
    let told = Told { old, new };
    let keys: Vec<One> = since.keys.iter().map(|one| told.one(one)).collect();
    let of = |section: Section| keys.iter().filter(|one| one.section == section).count();
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect();
    Changes {
        schema: "keydrift.changes/1",
        since: revision.to_owned(),
        unchanged_roots: unchanged.map(|root| root.display().to_string()).collect(),
        files: crate::inquiry::since::changed_files(old.files, new.files),
        environments: Environments {
            added: names(&since.new_environments),
            removed: names(&since.old_environments),
        },
        summary: Summary {
            missing: keys.iter().filter(|one| !one.missing_in.is_empty()).count(),
            code: of(Section::Code),
            values: keys.iter().filter(|one| !one.values.is_empty()).count(),
            given_up: of(Section::GivenUp),
        },
        keys,
    }
}

struct Told<'a> {
    old: State<'a>,
    new: State<'a>,
}

impl Told<'_> {
    fn one(&self, one: &Change<'_>) -> One {
        let inventory = self.new.graph.inventory;
        let sides = one.given.iter().flat_map(|change| &change.sides);
        let sides = sides.chain(one.needs.iter().map(|need| &need.side)).filter_map(value);
        let left = one.left.iter().map(|definition| &definition.value);
        let marks = Marks::of(sides.chain(left));
        let given =
            |definition: &Definition| Given::of(self.new.files, inventory, definition, &marks);
        let missing = one.needs.iter().filter(|need| need.is_missing);
        let reads = one.reached.iter();
        let reads = reads.map(|(key, read)| ReadBy::of(self.new.files, inventory, read, *key));
        let section = match () {
            () if one.is_of_code() => Section::Code,
            () if one.is_forsaken() => Section::GivenUp,
            () if !one.given.is_empty() || !one.silent.is_empty() => Section::Values,
            () => Section::Rest,
        };
        let silent = one.silent.iter();
        One {
            key: one.key.name.clone(),
            namespace: one.key.namespace.as_str(),
            liveness: one.standing.as_str(),
            section,
            missing_in: missing.map(|need| need.environment.name.clone()).collect(),
            values: one.given.iter().map(|change| self.value_change(change, &marks)).collect(),
            read_changes: one.reads.iter().map(|change| self.read_change(change)).collect(),
            needs: one.needs.iter().map(|need| self.need(need, &marks)).collect(),
            reads: reads.collect(),
            uses: UsedBy::of(self.new.files, inventory, one.reached.iter().map(|(_, read)| *read)),
            definitions: one.left.iter().map(|definition| given(definition)).collect(),
            without_effect: silent
                .map(|(one, wins)| Silent { definition: given(one), wins: given(wins) })
                .collect(),
        }
    }

    fn value_change(&self, change: &GivenChange<'_>, marks: &Marks) -> ValueChange {
        ValueChange {
            environment: change.environment.name.clone(),
            workloads: change.workloads.iter().map(|name| (*name).to_owned()).collect(),
            others: change.is_for_others,
            before: side(self.old, &change.sides[0], marks),
            after: side(self.new, &change.sides[1], marks),
        }
    }

    fn read_change(&self, change: &ReadChange<'_>) -> ReadLine {
        let now = |key, read| ReadBy::of(self.new.files, self.new.graph.inventory, read, key);
        let then = |read: &crate::model::Read| {
            let crate::model::KeyRef::Exact(key) = read.key else { return None };
            Some(ReadBy::of(self.old.files, self.old.graph.inventory, read, key))
        };
        match change {
            ReadChange::Added(key, read) => {
                ReadLine { change: "added", before: None, after: Some(now(*key, read)) }
            }
            ReadChange::Removed(read) => {
                ReadLine { change: "removed", before: then(read), after: None }
            }
            ReadChange::Changed { key, old, new } => {
                ReadLine { change: "changed", before: then(old), after: Some(now(*key, new)) }
            }
        }
    }

    fn need(&self, need: &Need<'_>, marks: &Marks) -> NeedLine {
        let default = need.read.default.as_ref();
        let default = default.filter(|_| need.read.absence == crate::model::Absence::Default);
        let hidden = || "[redacted]".to_owned();
        NeedLine {
            environment: need.environment.name.clone(),
            local: need.environment.is_local,
            given: side(self.new, &need.side, marks),
            absence: need.read.absence.as_str(),
            default: default.and_then(|default| {
                if default.redacted { Some(hidden()) } else { default.text.clone() }
            }),
            missing: need.is_missing,
        }
    }
}

fn side(state: State<'_>, side: &Side<'_>, marks: &Marks) -> OneSide {
    let (presence, because, effective) = match side {
        Side::Set(one) => {
            ("set", Vec::new(), Some(Given::of(state.files, state.graph.inventory, one, marks)))
        }
        Side::Absent => ("absent", Vec::new(), None),
        Side::Unknown(opaque) => {
            let mut because: Vec<String> = opaque.iter().map(|one| one.what.clone()).collect();
            because.dedup();
            ("unknown", because, None)
        }
    };
    OneSide { presence, because, effective }
}

fn value<'a>(side: &Side<'a>) -> Option<&'a Value> {
    match side {
        Side::Set(definition) => Some(&definition.value),
        _ => None,
    }
}

/// Writes the changes for programs.
pub fn write_json(all: &Changes, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, all)?;
    out.write_all(b"\n")
}
