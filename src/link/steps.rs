//! The files of the tree that steps of pipelines start, and the variables that they get there.
//!
//! Which file a command means is decided by what is there; whether anything else runs it is asked of all texts later.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::BuildFacts;
use crate::facts::build::Program;
use crate::model::inventory::Stepped;
use crate::model::key::is_env_name;
use crate::text::relative::{folder, joined};
use crate::text::{FileId, Files, Span};

/// Make files that lead to one another beyond this are nobody's.
const MAX_TARGETS: usize = 32;

/// What the steps of all pipelines start.
pub(super) fn find(builds: &[(FileId, BuildFacts)], files: &Files) -> BTreeMap<FileId, Stepped> {
    let mut found: BTreeMap<FileId, Stepped> = BTreeMap::new();
    if builds.iter().all(|(_, facts)| facts.steps.is_empty()) {
        return found;
    }
    let tree = Tree::of(builds, files);
    for (id, facts) in builds {
        let file = files.get(*id);
        let base = file.path.find(".git").map_or("", |at| file.path[..at].trim_end_matches('/'));
        for step in &facts.steps {
            for (program, ways) in tree.started((file.root, base), &step.programs) {
                let one = found.entry(program).or_default();
                one.ways.extend(ways.into_iter().chain([*id]));
                for (name, range) in &step.gives {
                    one.gives.entry(name.clone()).or_insert(Span::new(*id, *range));
                }
                let at = Span::new(*id, step.range);
                for taken in &step.takes {
                    let path = joined(base, &taken.path);
                    let path = path.as_deref();
                    let known = path.and_then(|path| tree.files.get(&(file.root, path)).copied());
                    let Some(known) = known else {
                        one.hides = one.hides.or(Some(at));
                        continue;
                    };
                    for name in exported(&files.get(known).text, taken.marks_all) {
                        one.gives.entry(name.to_owned()).or_insert(at);
                    }
                }
            }
        }
    }
    found
}

/// The variables that a shell exports which takes in this text.
fn exported(text: &str, marks_all: bool) -> impl Iterator<Item = &str> {
    text.lines().filter_map(move |line| {
        let line = line.trim_start();
        let marked = line.strip_prefix("export ");
        let said = marked.or(marks_all.then_some(line))?;
        said.trim_start().split_once('=').map(|(name, _)| name).filter(|name| is_env_name(name))
    })
}

/// The files and the targets of make files, by root and path.
struct Tree<'a> {
    files: BTreeMap<(u16, &'a str), FileId>,
    /// The paths of each name of a file.
    named: BTreeMap<(u16, &'a str), Vec<&'a str>>,
    targets: BTreeMap<(u16, &'a str, &'a str), (FileId, &'a [Program])>,
}

impl<'a> Tree<'a> {
    fn of(builds: &'a [(FileId, BuildFacts)], files: &'a Files) -> Self {
        let all = files.iter().map(|(id, file)| ((file.root, file.path.as_str()), id));
        let mut named: BTreeMap<(u16, &str), Vec<&str>> = BTreeMap::new();
        for (_, file) in files.iter() {
            named.entry((file.root, file.name())).or_default().push(&file.path);
        }
        let mut targets = BTreeMap::new();
        for (id, facts) in builds {
            let file = files.get(*id);
            for (name, programs) in &facts.targets {
                let place = (file.root, folder(&file.path), name.as_str());
                targets.insert(place, (*id, programs.as_slice()));
            }
        }
        Self { files: all.collect(), named, targets }
    }

    /// The files that programs are, with the make files that lead to each. `base` is where the pipeline's paths begin.
    fn started(
        &self,
        (root, base): (u16, &str),
        programs: &[Program],
    ) -> Vec<(FileId, BTreeSet<FileId>)> {
        let mut found = Vec::new();
        let mut met = BTreeSet::new();
        let first = programs.iter().map(|one| (one, base, BTreeSet::new()));
        let mut open: Vec<(&Program, &str, BTreeSet<FileId>)> = first.collect();
        while let Some((program, base, ways)) = open.pop() {
            match program {
                Program::At(paths) => {
                    let paths = paths.iter().filter_map(|path| joined(base, path));
                    let mut file =
                        paths.filter_map(|path| self.files.get(&(root, path.as_str())).copied());
                    found.extend(file.next().map(|file| (file, ways.clone())));
                }
                Program::Ending(end) => {
                    let file = self.ending(root, base, end);
                    found.extend(file.map(|file| (file, ways.clone())));
                }
                Program::Target { folder, name } => {
                    let Some(folder) = joined(base, folder) else { continue };
                    let Some((id, programs)) = self.targets.get(&(root, folder.as_str(), name))
                    else {
                        continue;
                    };
                    if met.len() < MAX_TARGETS && met.insert((*id, name)) {
                        let ways: BTreeSet<FileId> = ways.into_iter().chain([*id]).collect();
                        open.extend(programs.iter().map(|one| (one, "", ways.clone())));
                    }
                }
            }
        }
        found
    }

    /// The one file below `base` whose path ends so.
    fn ending(&self, root: u16, base: &str, end: &str) -> Option<FileId> {
        let is_it = |path: &str| {
            let rest = path.strip_prefix(base).and_then(|path| path.strip_suffix(end));
            rest.is_some_and(|before| {
                before.is_empty() || before.ends_with('/') || end.starts_with('/')
            })
        };
        let name = end.rsplit('/').next().unwrap_or(end);
        let mut all = self.named.get(&(root, name))?.iter().filter(|path| is_it(path));
        let first = all.next()?;
        all.next().is_none().then(|| self.files.get(&(root, *first)).copied()).flatten()
    }
}
