//! What goes with a flag, were it taken out as it stands: branches, functions, keys, tests.

use serde::Serialize;

use super::super::{clean, count};
use super::{One, Place, Teller};
use crate::lifecycle::{Either, Flag, Leaves};
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

/// What would go with a flag, on and off.
#[derive(Serialize)]
pub(super) struct RemovalIf {
    on: Removal,
    off: Removal,
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
        self.going(&flag.leaves)
    }

    /// What would go with a flag of which nobody sees what it comes to.
    pub(super) fn removal_if(&self, either: &Either<'_>) -> RemovalIf {
        RemovalIf { on: self.going(&either.on), off: self.going(&either.off) }
    }

    fn going(&self, leaves: &Leaves<'_>) -> Removal {
        let piece = |span: &Span| {
            let (_, end) = self.files.positions(*span);
            Piece { place: self.place(*span), end_line: end.line }
        };
        let branches: Vec<Piece> = leaves.branches.iter().map(piece).collect();
        let helpers = leaves.helpers.iter();
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
            keys: leaves.keys.iter().map(going).collect(),
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

    fn phrases(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if let Some(first) = self.branches.first() {
            let lines = count(self.lines as usize, "line");
            let branches = match self.branches.len() {
                1 => "1 branch".to_owned(),
                number => format!("{number} branches"),
            };
            parts.push(format!("{branches} ({lines} in all), first {}", first.place.text()));
        }
        if !self.helpers.is_empty() {
            parts.push(format!("only called there: {}", named(&self.helpers())));
        }
        if !self.keys.is_empty() {
            parts.push(format!("only read there: {}", named(&self.keys())));
        }
        parts
    }
}

impl RemovalIf {
    fn ways(&self) -> [(&'static str, &Removal); 2] {
        [("on", &self.on), ("off", &self.off)]
    }
}

/// What goes with a flag, as phrases.
pub(super) fn phrases(one: &One) -> Vec<String> {
    let mut parts = one.removal.phrases();
    for (word, removal) in one.removal_if.iter().flat_map(RemovalIf::ways) {
        let goes = removal.phrases();
        if !goes.is_empty() {
            parts.push(format!("if {word}: {}", goes.join(", ")));
        }
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
