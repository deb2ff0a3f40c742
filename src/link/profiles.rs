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
use super::written_flags;
use crate::definitions;
use crate::facts::code::{Expr, ItemKind};
use crate::facts::{CodeFacts, Entry, Include, OpaqueFact, SourceFacts};
use crate::lang::catalog::{Catalog, ReaderRow};
use crate::model::{Attribution, Namespace, Source, Value};
use crate::text::{FileId, Files, TextRange, is_word};

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
        for file in program.settings_modules(row) {
            modules.entry(file).or_insert_with(|| {
                let text = &files.get(program.files[file].id).text;
                let own = module(program, file, &names, text);
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
            facts.includes.extend(taken.into_iter().map(|other| {
                let path = relative(unit.path, program.files[other].path);
                Include { path, required: false, scope: None, order: 0, range: item.range }
            }));
        }
    }
    facts.secrets.clone_from(&unit.facts.secrets);
    for (name, range) in &unit.facts.given {
        if names.contains(name.as_str()) {
            let used_here = names_itself(text, name, *range);
            facts.entries.push(Entry { used_here, ..entry(name, *range) });
        }
    }
    if let Some(range) = unit.facts.hidden_names {
        let what = "names that its code makes when it runs".to_owned();
        facts.opaque.push(OpaqueFact::new(what, None, range));
    }
    facts
}

/// Whether a module uses a name that it gives, by the words of its text: what stands in quotes or behind a dot is another's.
fn names_itself(text: &str, name: &str, assigned: TextRange) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let end = start + name.len();
        let line = text[..start].rsplit('\n').next().unwrap_or_default();
        let is_other = line.ends_with(['"', '\'', '.']) || line.trim_start().starts_with('#');
        let gives = text[end..].trim_start_matches(' ').starts_with('=')
            && !text[end..].trim_start_matches(' ').starts_with("==");
        start != assigned.start as usize && is_word(text, start, end) && !is_other && !gives
    })
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
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn ways_lead_from_a_folder_to_a_file() {
        assert_eq!(relative("shop/settings/production.py", "shop/settings/base.py"), "base.py");
        assert_eq!(
            relative("shop/settings/production.py", "conf/common.py"),
            "../../conf/common.py"
        );
        assert_eq!(relative("settings.py", "shop/defaults.py"), "shop/defaults.py");
    }
}
