//! The places of a program that may ask for a flag by a name of its own: calls, and what decides.
//!
//! Knows no flag: which of the names are some, those who walk over the places say.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::sites;
use crate::facts::code::{Form, Path};
use crate::link::chains::Frame;
use crate::link::program::Program;
use crate::reads::is_test_path;
use crate::text::TextRange;

/// Where something is asked.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) file: usize,
    pub(super) range: TextRange,
    pub(super) in_test: bool,
    pub(super) at_start: bool,
    pub(super) conditional: bool,
}

impl Spot {
    /// That of a site.
    pub(super) fn of(program: &Program<'_>, frame: Frame) -> Self {
        let site = program.site(frame);
        Self {
            file: frame.file,
            range: site.range,
            in_test: site.in_test,
            at_start: site.at_start,
            conditional: site.conditional,
        }
    }

    /// That of any expression of a file.
    fn at(program: &Program<'_>, file: usize, range: TextRange) -> Self {
        let unit = &program.files[file];
        let around = || unit.facts.functions.iter().filter(|one| one.range.contains(range));
        Self {
            file,
            range,
            in_test: is_test_path(unit.path) || around().any(|one| one.in_test),
            at_start: around().next().is_none(),
            conditional: false,
        }
    }
}

/// A name that code calls, follows or decides by.
pub(super) struct Named<'p> {
    pub(super) spot: Spot,
    pub(super) path: &'p Path,
    /// It decides what runs, or what a function gives.
    pub(super) decides: bool,
}

/// All such places, each once, whose path has a segment that `knows` knows.
pub(super) fn named<'p>(program: &'p Program<'_>, knows: &dyn Fn(&str) -> bool) -> Vec<Named<'p>> {
    let fits =
        |path: &Path| path.rest.split('.').any(|segment| knows(segment.trim_end_matches("()")));
    let mut found: BTreeMap<(usize, TextRange), Named<'p>> = BTreeMap::new();
    for (frame, site) in sites(program) {
        if site.form == Form::Call && fits(&site.callee) {
            let (spot, path) = (Spot::of(program, frame), &site.callee);
            found.insert((spot.file, spot.range), Named { spot, path, decides: false });
        }
    }
    for (file, unit) in program.files.iter().enumerate() {
        let facts = unit.facts;
        let calls = facts.calls.iter().map(|call| (call.range, &call.callee));
        let members = facts.members.iter().filter(|member| !member.is_called);
        let members = members.map(|member| (member.range, &member.path));
        for (range, path) in calls.chain(members).filter(|(_, path)| fits(path)) {
            let spot = Spot::at(program, file, range);
            let one = Named { spot, path, decides: false };
            found.entry((file, range)).or_insert(one);
        }
        let deciding = facts.decisions.iter().filter(|one| !one.holding.of_share);
        let answers = facts.answers.iter().filter(|one| !one.is_number);
        let deciding = deciding.map(|one| &one.subject).chain(answers.map(|one| &one.subject));
        let mut seen = FxHashSet::default();
        for subject in deciding.filter(|subject| seen.insert(subject.range)) {
            let Some(path) = subject.path.as_ref().filter(|path| fits(path)) else { continue };
            let new = || {
                let spot = Spot::at(program, file, subject.range);
                Named { spot, path, decides: true }
            };
            found.entry((file, subject.range)).or_insert_with(new).decides = true;
        }
    }
    found.into_values().collect()
}
