//! What may give an environment keys and cannot be seen: a Secret or a chart that is not in the tree.

use std::collections::BTreeSet;
use std::io;

use serde::Serialize;

use super::text::styles;
use super::{clean, count};
use crate::model::{Environment, Inventory, SourceId};
use crate::text::Files;

/// Something that cannot be seen. Its fields are part of the wire format of `envs --format json`.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Unseen<'a> {
    path: &'a str,
    line: u32,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<&'a str>,
}

/// What of an environment cannot be seen, by place.
pub(super) fn unseen<'a>(
    files: &'a Files,
    inventory: &'a Inventory,
    environment: &Environment,
) -> BTreeSet<Unseen<'a>> {
    let layers: BTreeSet<SourceId> = environment.layers.iter().map(|layer| layer.source).collect();
    let here = inventory.opaque.iter().filter(|one| layers.contains(&one.source));
    let told = here.map(|one| Unseen {
        path: &files.get(one.span.file).path,
        line: files.positions(one.span).0.line,
        what: &one.what,
        workload: one.whom.workload(),
    });
    told.collect()
}

/// Writes what cannot be seen for people: each place in a line, and the workloads that ask for it.
pub(super) fn write(all: &BTreeSet<Unseen<'_>>, out: &mut dyn io::Write) -> io::Result<()> {
    let dim = styles::DIM;
    let all: Vec<&Unseen<'_>> = all.iter().collect();
    let is_same = |one: &&Unseen<'_>, other: &&Unseen<'_>| {
        (one.path, one.line, one.what) == (other.path, other.line, other.what)
    };
    for same in all.chunk_by(is_same) {
        let Some(one) = same.first() else { continue };
        let workload = match (one.workload, same.len()) {
            (None, _) => String::new(),
            (Some(name), 1) => format!(": for {}", clean(name)),
            (Some(_), many) => format!(": for {}", count(many, "workload")),
        };
        let (path, what) = (clean(one.path), clean(one.what));
        writeln!(out, "  unseen  {path}:{}  {dim}{what}{workload}{dim:#}", one.line)?;
    }
    Ok(())
}
