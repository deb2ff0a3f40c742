//! What goes with a flag, were it taken out as it stands: branches, functions, keys, tests.

use serde::Serialize;

use super::super::{clean, count};
use super::{One, Place, Teller};
use crate::lifecycle::Flag;
use crate::model::{KeyId, Read};
use crate::text::Span;

/// How many names are shown on a line.
const SHOWN: usize = 6;

/// What goes with a flag.
#[derive(Serialize)]
pub(super) struct Removal {
    branches: Vec<Piece>,
    /// The functions that only these branches call.
    helpers: Vec<HelperLine>,
    keys: Vec<Going>,
    /// The lines of branches and functions.
    lines: u32,
}

/// A piece of code.
#[derive(Serialize)]
struct Piece {
    #[serde(flatten)]
    place: Place,
    end_line: u32,
}

/// A function that only the code that goes calls.
#[derive(Serialize)]
struct HelperLine {
    name: String,
    #[serde(flatten)]
    piece: Piece,
}

/// A key that only the code that goes uses.
#[derive(Serialize)]
struct Going {
    key: String,
    at: Vec<Place>,
}

impl Teller<'_> {
    /// What goes with a flag.
    pub(super) fn removal(&self, flag: &Flag<'_>) -> Removal {
        let piece = |span: &Span| {
            let (_, end) = self.files.positions(*span);
            Piece { place: self.place(*span), end_line: end.line }
        };
        let branches: Vec<Piece> = flag.leaves.branches.iter().map(piece).collect();
        let helpers = flag.leaves.helpers.iter();
        let helpers: Vec<HelperLine> = helpers
            .map(|one| HelperLine { name: one.name.clone(), piece: piece(&one.span) })
            .collect();
        let going = |(key, reads): &(KeyId, Vec<&Read>)| Going {
            key: self.graph.inventory.key(*key).name.clone(),
            at: reads.iter().map(|read| self.place(read.span)).collect(),
        };
        let lines = |piece: &Piece| piece.end_line.saturating_sub(piece.place.line) + 1;
        Removal {
            lines: branches.iter().chain(helpers.iter().map(|one| &one.piece)).map(lines).sum(),
            keys: flag.leaves.keys.iter().map(going).collect(),
            branches,
            helpers,
        }
    }
}

impl Removal {
    /// The number of lines that go.
    pub(super) fn lines(&self) -> u32 {
        self.lines
    }

    /// The names of the functions that go.
    pub(super) fn helpers(&self) -> Vec<&str> {
        self.helpers.iter().map(|one| one.name.as_str()).collect()
    }

    /// The names of the keys that go.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.keys.iter().map(|one| one.key.as_str()).collect()
    }

    /// How many branches go.
    pub(super) fn branches(&self) -> usize {
        self.branches.len()
    }
}

/// What goes with a flag, as phrases.
pub(super) fn phrases(one: &One) -> Vec<String> {
    let removal = &one.removal;
    let mut parts = Vec::new();
    if let Some(first) = removal.branches.first() {
        let lines = count(removal.lines as usize, "line");
        let branches = match removal.branches.len() {
            1 => "1 branch".to_owned(),
            number => format!("{number} branches"),
        };
        parts.push(format!("{branches} ({lines} in all), first {}", first.place.text()));
    }
    if !removal.helpers.is_empty() {
        parts.push(format!("only called there: {}", named(&removal.helpers())));
    }
    if !removal.keys.is_empty() {
        parts.push(format!("only read there: {}", named(&removal.keys())));
    }
    if let Some(first) = one.tests.first() {
        let places = match one.tests.len() {
            1 => "1 place".to_owned(),
            number => format!("{number} places"),
        };
        parts.push(format!("{places} of tests, first {}", first.text()));
    }
    parts
}

fn named(all: &[&str]) -> String {
    let shown: Vec<_> = all.iter().take(SHOWN).map(|name| format!("`{}`", clean(name))).collect();
    let more = all.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    shown.join(", ") + &more
}
