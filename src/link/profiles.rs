//! Modules of settings as sources: which names each gives, and which modules it takes in.
//!
//! What a name comes to is the code's own affair: only that it is given is told, but for the flags of django-flags. Which environment a module serves is
//! decided like that of any other source: by its path, and by the selectors that environments set.

mod conditions;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::assigned::speaks;
use super::chains::Chain;
use super::chains::flagged::imports;
use super::program::Program;
use super::unit::Unit;
use super::written_flags;
use crate::definitions;
use crate::facts::code::{Expr, ItemKind};
use crate::facts::{CodeFacts, Entry, Include, OpaqueFact, SourceFacts};
use crate::lang::catalog::{Catalog, ReaderRow};
use crate::model::{Attribution, Namespace, Source, Value};
use crate::text::{FileId, Files, TextRange};

/// The modules that give names which `chains` ask for, and the files that write flags.
pub(super) fn sources(
    program: &Program<'_>,
    chains: &[Chain<'_>],
    catalogs: &[(&'static str, Catalog)],
    files: &Files,
) -> Vec<(FileId, Vec<SourceFacts>)> {
    let mut asked: BTreeMap<&[String], (&ReaderRow, FxHashSet<&str>)> = BTreeMap::new();
    let is_deployed = |chain: &&Chain<'_>| {
        chain.row.profiles && !chain.frames.last().is_some_and(|at| program.site(*at).in_test)
    };
    for chain in chains.iter().filter(is_deployed) {
        let (_, names) = asked
            .entry(chain.row.assigned_in.as_slice())
            .or_insert_with(|| (chain.row, FxHashSet::default()));
        names.extend(chain.keys.iter().map(String::as_str));
    }
    let has_flags = asks_django_flags(program, chains);
    let rows = catalogs.iter().flat_map(|(_, catalog)| catalog.rows());
    for row in rows.filter(|row| has_flags && row.profiles) {
        asked.entry(&row.assigned_in).or_insert_with(|| (row, FxHashSet::default()));
    }
    let mut modules: BTreeMap<usize, Vec<SourceFacts>> = BTreeMap::new();
    for (row, names) in asked.into_values() {
        let all = program.settings_modules(row);
        let sometimes = program.taken_in_sometimes(&all, files);
        for file in all {
            modules.entry(file).or_insert_with(|| {
                let text = &files.get(program.files[file].id).text;
                let mut own = module(program, file, &names, text);
                if sometimes.contains(&file) {
                    own.entries.iter_mut().for_each(|entry| entry.answer = None);
                }
                let flags = has_flags.then(|| flags(program, file, &own, files));
                std::iter::once(own).chain(flags).collect()
            });
        }
    }
    // A module that gives nothing and takes in no other says nothing.
    let giving = |facts: &SourceFacts| !facts.entries.is_empty() || !facts.includes.is_empty();
    let told = modules.into_iter().map(|(file, all)| {
        (program.files[file].id, all.into_iter().filter(giving).collect::<Vec<_>>())
    });
    let told = told.filter(|(_, all)| !all.is_empty());
    told.chain(written_flags::sources(program, catalogs)).collect()
}

/// Leaves out what classes of settings say of flags where code does not take in the library whose flags they are.
pub(super) fn keep_flags_of_libraries(
    sources: &mut Vec<(FileId, Vec<SourceFacts>)>,
    code: &[(FileId, CodeFacts)],
) {
    let is_of_library = |one: &SourceFacts| one.kind == definitions::FLAGS_OF_CLASSES;
    if !sources.iter().flat_map(|(_, all)| all).any(is_of_library)
        || code.iter().any(|(_, facts)| imports(facts, definitions::LIBRARY_OF_CLASSES))
    {
        return;
    }
    for (_, all) in sources.iter_mut() {
        all.retain(|one| !is_of_library(one));
    }
    sources.retain(|(_, all)| !all.is_empty());
}

/// Whether the project has flags of django-flags: code asks for them, or they are among its applications.
fn asks_django_flags(program: &Program<'_>, chains: &[Chain<'_>]) -> bool {
    let is_asked =
        |chain: &Chain<'_>| chain.row.reader.all().iter().any(|name| name.starts_with("flags."));
    let is_listed = |kind: &ItemKind| {
        match kind {
        ItemKind::Value(Expr::List(names)) => names
            .iter()
            .any(|name| matches!(name, Expr::Text(name) if name == "flags" || name.starts_with("flags."))),
        _ => false,
    }
    };
    let mut items = program.files.iter().flat_map(|unit| &unit.facts.items);
    chains.iter().any(is_asked)
        || items.any(|item| item.name == "INSTALLED_APPS" && is_listed(&item.kind))
}

/// The flags that a module gives; it takes in what the module takes in.
fn flags(program: &Program<'_>, file: usize, own: &SourceFacts, files: &Files) -> SourceFacts {
    let unit = &program.files[file];
    let mut facts = SourceFacts::new("django-flags");
    facts.entries = conditions::entries(unit, &files.get(unit.id).text);
    if !facts.entries.is_empty() {
        facts.includes.clone_from(&own.includes);
    }
    facts
}

fn module(program: &Program<'_>, file: usize, names: &FxHashSet<&str>, text: &str) -> SourceFacts {
    let unit = &program.files[file];
    let mut facts = SourceFacts::new(Source::MODULE);
    for item in &unit.facts.items {
        if let ItemKind::Glob(path) = &item.kind {
            let taken = program.globbed(file, path);
            let outside = || format!("the names of `{}`, which is not in the tree", path.rest);
            if taken.is_empty() {
                let (what, range) = (outside(), item.range);
                facts.opaque.push(OpaqueFact::new(what, None, range));
            }
            let in_branch = is_inside(text, item.range);
            facts.includes.extend(taken.into_iter().map(|other| {
                let path = relative(unit.path, program.files[other].path);
                Include {
                    path,
                    required: false,
                    scope: None,
                    order: 0,
                    in_branch,
                    range: item.range,
                }
            }));
        }
    }
    facts.secrets.clone_from(&unit.facts.secrets);
    let given = unit.facts.given.iter().map(|(name, _)| name.as_str());
    let used = used(text, &given.filter(|name| names.contains(name)).collect());
    for (name, range) in &unit.facts.given {
        if names.contains(name.as_str()) {
            let used_here = used.contains(name.as_str());
            let answer = answer(unit, name, *range, text);
            facts.entries.push(Entry { used_here, answer, ..entry(name, *range) });
        }
    }
    if let Some(range) = unit.facts.hidden_names {
        let what = "names that its code makes when it runs".to_owned();
        facts.opaque.push(OpaqueFact::new(what, None, range));
    }
    facts
}

/// Whether what stands at a range is part of a block: a branch, an attempt.
fn is_inside(text: &str, range: TextRange) -> bool {
    let before = text.get(..range.start as usize);
    let line = before.and_then(|text| text.rsplit('\n').next()).unwrap_or_default();
    line.starts_with([' ', '\t'])
}

/// The yes or no that a module gives a name at its top, where it says so once, whatever runs, and takes in no others after that.
fn answer(unit: &Unit<'_>, name: &str, range: TextRange, text: &str) -> Option<bool> {
    let takes_in = |kind: &ItemKind| matches!(kind, ItemKind::Glob(_));
    if unit.facts.items.iter().any(|item| takes_in(&item.kind) && item.range.start > range.start) {
        return None;
    }
    let mut all = unit.facts.items.iter().filter(|item| item.name == name);
    let (one, none) = (all.next()?, all.next());
    let start = range.start as usize;
    let is_at_the_margin = start == 0 || text.as_bytes().get(start - 1) == Some(&b'\n');
    match one.kind {
        ItemKind::Value(Expr::Bool(answer)) if none.is_none() && one.range == range => {
            is_at_the_margin.then_some(answer)
        }
        _ => None,
    }
}

/// The names of a module that it uses itself, by the words of its text in one walk: what stands in quotes, behind a dot or
/// in a comment is another's, and what `=` follows is given, not used.
fn used<'n>(text: &str, given: &FxHashSet<&'n str>) -> FxHashSet<&'n str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = FxHashSet::default();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let mut rest = line;
        while let Some(start) = rest.find(is_part) {
            let before = rest[..start].chars().next_back();
            let word = &rest[start..];
            let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
            let after = word[end..].trim_start_matches(' ');
            let is_given = after.starts_with('=') && !after.starts_with("==");
            if !is_given && !matches!(before, Some('"' | '\'' | '.')) {
                found.extend(given.get(&word[..end]));
            }
            rest = &word[end..];
        }
    }
    found
}

/// An entry of which only the name is known.
pub(super) fn entry(name: &str, key_range: TextRange) -> Entry {
    Entry {
        name: name.to_owned(),
        namespace: Namespace::Setting,
        value: Value::Computed,
        key_range,
        value_range: None,
        written: Vec::new(),
        lost: Vec::new(),
        scope: None,
        attribution: Attribution::Project,
        turn: 0,
        commented: false,
        note: None,
        flag: None,
        used_here: false,
        answer: None,
    }
}

/// The way from the folder of one path to another path.
fn relative(from: &str, to: &str) -> String {
    let folders: Vec<&str> = from.split('/').collect();
    let parts: Vec<&str> = to.split('/').collect();
    let folders = &folders[..folders.len() - 1];
    let same = folders.iter().zip(&parts).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", folders.len() - same);
    up.chain(parts[same..].iter().copied()).collect::<Vec<_>>().join("/")
}

impl Program<'_> {
    /// The modules of settings of a row, and those whose names they take in.
    fn settings_modules(&self, row: &ReaderRow) -> BTreeSet<usize> {
        let mut open: Vec<usize> = (0..self.files.len())
            .filter(|file| self.files[*file].module.iter().any(|part| speaks(row, part)))
            .collect();
        let mut found = BTreeSet::new();
        while let Some(file) = open.pop() {
            if !found.insert(file) {
                continue;
            }
            for item in &self.files[file].facts.items {
                if let ItemKind::Glob(path) = &item.kind {
                    open.extend(self.globbed(file, path));
                }
            }
        }
        found
    }

    /// The modules that others take in under a condition, and what those take in: none of their answers is sure.
    fn taken_in_sometimes(&self, modules: &BTreeSet<usize>, files: &Files) -> BTreeSet<usize> {
        let globs = |file: usize| {
            let items = self.files[file].facts.items.iter();
            items.filter_map(move |item| match &item.kind {
                ItemKind::Glob(path) => Some((item.range, self.globbed(file, path))),
                _ => None,
            })
        };
        let text = |file: usize| &files.get(self.files[file].id).text;
        let all = modules.iter().flat_map(|file| globs(*file).map(move |glob| (*file, glob)));
        let inside = all.filter(|(file, (range, _))| is_inside(text(*file), *range));
        let mut open: Vec<usize> = inside.flat_map(|(_, (_, taken))| taken).collect();
        let mut found = BTreeSet::new();
        while let Some(file) = open.pop() {
            if found.insert(file) {
                open.extend(globs(file).flat_map(|(_, taken)| taken));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::{relative, used};

    #[test]
    fn ways_lead_from_a_folder_to_a_file() {
        assert_eq!(relative("shop/settings/production.py", "shop/settings/base.py"), "base.py");
        assert_eq!(
            relative("shop/settings/production.py", "conf/common.py"),
            "../../conf/common.py"
        );
        assert_eq!(relative("settings.py", "shop/defaults.py"), "shop/defaults.py");
    }

    #[test]
    fn a_module_uses_what_it_does_not_only_give() {
        let given: FxHashSet<&str> =
            ["HOST", "PORT", "URL", "MODE", "LEVEL", "TILL", "NAME"].into_iter().collect();
        let text = "HOST = 'a'\nPORT=1\nURL = f'{HOST}:{PORT}'\nif MODE == 'x':\n    pass\n# LEVEL\n\
                    LEVEL = get('LEVEL')\nTILL = shop.TILL\nNAME_OF = 2\n";
        let mut found: Vec<&str> = used(text, &given).into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, ["HOST", "MODE", "PORT"]);
    }
}
