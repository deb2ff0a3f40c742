//! Snapshots of running environments: what a cluster, a container or a platform really gives its processes.
//!
//! A snapshot is named by whoever has it, so its form is told by its content alone, never by its path. What it gives is
//! compared with what is declared; it is no layer. What nobody wrote in a manifest (status, service links, objects that
//! the cluster itself makes) is left out where the form tells it.

mod cluster;
mod flat;
mod jobs;
mod names;
mod services;
mod traces;

use super::context::{Context, note_problems};
use super::secret::Sealer;
use crate::document::{self, Document, Syntax};
use crate::facts::{SnapshotFacts, SourceFacts};
use crate::model::Role;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{File, TextRange};

/// A form of snapshot: a row of [`FORMS`].
struct Form {
    /// Whether documents are of this form.
    claims: fn(&[Document]) -> bool,
    /// What they show.
    extract: fn(Context<'_>, &[Document]) -> Vec<SnapshotFacts>,
}

/// The forms that have a tree, most specific first.
static FORMS: &[&Form] = &[
    &cluster::FORM,
    &flat::CONTAINERS,
    &flat::TASKS,
    &flat::PARAMETERS,
    &services::FUNCTIONS,
    &services::STORES,
    &jobs::FORM,
    &flat::PAIRS,
    &flat::VARIABLES,
    &names::FORM,
];

/// What the commands are that give a snapshot, for a file that none of them gave.
const COMMANDS: &str = "`kubectl get -o yaml`, `docker inspect`, `heroku config --json`, \
    `aws ssm get-parameters-by-path`, `aws lambda get-function-configuration`, \
    `vault kv get`, `nomad job inspect`, `flyctl secrets list --json` and `printenv`";

/// What a snapshot shows. A file of no known form gives one part that says so.
pub fn snapshot(file: &File, sealer: &Sealer) -> Vec<SnapshotFacts> {
    let context = Context { file, sealer, is_template: false };
    let is_json = file.text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    let documents = document::parse(&file.text, if is_json { Syntax::Json } else { Syntax::Yaml });
    let form = FORMS.iter().find(|form| (form.claims)(&documents));
    let mut parts = match form {
        Some(form) => (form.extract)(context, &documents),
        None if !is_json => flat::dump(context).into_iter().collect(),
        None => Vec::new(),
    };
    let is_known = form.is_some() || !parts.is_empty();
    if is_known && (is_json || form.is_some()) {
        let mut broken = SourceFacts::new("live");
        for document in &documents {
            note_problems(document, &mut broken);
        }
        if !broken.problems.is_empty() {
            parts.push(SnapshotFacts::of(broken));
        }
    }
    if !is_known {
        parts.push(unknown(&documents, is_json));
    }
    for part in &mut parts {
        part.source.role = Role::Snapshot;
    }
    parts
}

fn unknown(documents: &[Document], is_json: bool) -> SnapshotFacts {
    let mut facts = SourceFacts::new("live");
    if is_json {
        for document in documents {
            note_problems(document, &mut facts);
        }
    }
    if facts.problems.is_empty() {
        facts.problems.push(FileProblem {
            message: format!("is no snapshot that is known, which are those of {COMMANDS}"),
            range: TextRange { start: 0, end: 0 },
            kind: ProblemKind::Unread,
        });
    }
    SnapshotFacts::of(facts)
}
