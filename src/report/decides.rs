//! What a flag decides, as lines: part of a read among the facts.

use serde::Serialize;

use crate::model::{Branch, Inventory, ReadId};
use crate::text::{Files, Span};

/// Code that runs by a flag.
#[derive(Serialize)]
pub(super) struct Decides<'a> {
    path: &'a str,
    lines: [u32; 2],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    equals: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<[u32; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    off: Option<[u32; 2]>,
}

/// What the read of an id decides, in the order of the files.
pub(super) fn decides<'a>(
    files: &'a Files,
    inventory: &'a Inventory,
    read: ReadId,
) -> Vec<Decides<'a>> {
    let first = inventory.branches.partition_point(|branch| branch.read < read);
    let own = inventory.branches[first..].iter().take_while(|branch| branch.read == read);
    own.map(|branch| of_branch(files, branch)).collect()
}

fn of_branch<'a>(files: &'a Files, branch: &'a Branch) -> Decides<'a> {
    let lines = |span: Span| {
        let lines = files.get(span.file).lines();
        let line = |offset: u32| u32::try_from(lines.line(offset) + 1).unwrap_or(u32::MAX);
        [line(span.range.start), line(span.range.end)]
    };
    Decides {
        path: files.get(branch.span.file).path.as_str(),
        lines: lines(branch.span),
        equals: &branch.equals,
        on: branch.on.map(lines),
        off: branch.off.map(lines),
    }
}
