//! What each commit of a line changed: trees compared by the names of their entries, so that only folders that changed
//! are opened and no text is.

use git2::{ObjectType, Oid, Repository, Tree, TreeEntry};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::Error;
use super::super::scope::Scope;
use super::line::Id;
use super::{Git, bytes};

/// Folders that are nested deeper are left alone.
const DEEPEST: usize = 64;
/// The most that is kept of one history: a tree can say that it holds more files than there is room for.
const MOST: usize = 1_500_000;
/// The most entries that a thread looks at in one go.
const MOST_SEEN: usize = 40_000_000;
/// The mode of a symbolic link.
const LINK: i32 = 0o120_000;
/// How many commits a thread takes at once.
const CHUNK: usize = 128;

/// A file in one commit: what it was and what it is, `None` where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::history) struct Step {
    pub(in crate::history) commit: u32,
    pub(in crate::history) old: Option<Id>,
    pub(in crate::history) new: Option<Id>,
}

/// Two trees to compare, one of which may be none, and the place of the later one in its line.
pub(in crate::history) struct Pair {
    pub(in crate::history) commit: u32,
    pub(in crate::history) old: Option<Id>,
    pub(in crate::history) new: Id,
}

/// What was found in many pairs.
#[derive(Default)]
pub(in crate::history) struct Found {
    /// By path from the top of the repository, in the order of the pairs.
    pub(in crate::history) steps: Vec<(String, Step)>,
    /// The last commit for which something is not here, with a name of what.
    pub(in crate::history) lost: Option<(u32, Id)>,
    /// There was more than can be kept.
    pub(in crate::history) is_cut: bool,
}

impl Git {
    /// What changed from pair to pair, of the files in `scope`.
    pub(in crate::history) fn steps(&self, pairs: &[Pair], scope: &Scope) -> Result<Found, Error> {
        let chunks: Vec<Result<Found, Error>> = pairs
            .par_chunks(CHUNK)
            .map(|chunk| {
                self.with(|git| {
                    let mut walk = Walk { git, scope, commit: 0, seen: 0, found: Found::default() };
                    for pair in chunk {
                        walk.commit = pair.commit;
                        walk.compare("", (oid(pair.old), oid(Some(pair.new))), None, 0);
                    }
                    Ok(walk.found)
                })
            })
            .collect();
        let mut all = Found::default();
        for chunk in chunks {
            let chunk = chunk?;
            all.is_cut |= chunk.is_cut || all.steps.len() + chunk.steps.len() > MOST;
            if !all.is_cut {
                all.steps.extend(chunk.steps);
            }
            all.lost = all.lost.max(chunk.lost);
        }
        Ok(all)
    }
}

struct Walk<'a> {
    git: &'a Repository,
    scope: &'a Scope,
    commit: u32,
    /// Entries that were looked at.
    seen: usize,
    found: Found,
}

/// An entry of a tree: what it is, and its object.
type Entry = (Kind, Oid);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    /// A link or another repository: nothing that is looked at.
    Other,
}

impl<'a> Walk<'a> {
    /// Compares two folders, one of which may not be there. `above` is the tree that holds them.
    fn compare(
        &mut self,
        folder: &str,
        (old, new): (Option<Oid>, Option<Oid>),
        above: Option<&Tree<'_>>,
        depth: usize,
    ) {
        self.found.is_cut |= self.found.steps.len() > MOST || self.seen > MOST_SEEN;
        if old == new || depth > DEEPEST || self.found.is_cut {
            return;
        }
        let (before, after) = (self.tree(old), self.tree(new));
        // A later tree that is not here changes nothing as far as is known; an earlier one is taken for empty.
        let Some(tree) = after.as_ref().or(before.as_ref().filter(|_| new.is_none())) else {
            return;
        };
        let holds = |name: &str| tree.get_name(name).is_some();
        let beside = |name: &str| above.is_some_and(|above| above.get_name(name).is_some());
        if !self.scope.enters(folder, &holds, &beside) {
            return;
        }
        let olds = before.iter().flat_map(Tree::iter);
        let mut olds: FxHashMap<Vec<u8>, Entry> =
            olds.map(|entry| (entry.name_bytes().to_vec(), (kind(&entry), entry.id()))).collect();
        let place = (folder, tree, depth);
        self.seen += olds.len();
        for entry in after.iter().flat_map(Tree::iter) {
            self.seen += 1;
            let was = olds.remove(entry.name_bytes());
            let is = (kind(&entry), entry.id());
            if was != Some(is) {
                self.changed(place, entry.name_bytes(), was, Some(is));
            }
        }
        let mut gone: Vec<_> = olds.into_iter().collect();
        gone.sort_unstable_by(|one, two| one.0.cmp(&two.0));
        for (name, was) in gone {
            self.changed(place, &name, Some(was), None);
        }
    }

    fn changed(
        &mut self,
        (folder, tree, depth): (&str, &Tree<'_>, usize),
        name: &[u8],
        old: Option<Entry>,
        new: Option<Entry>,
    ) {
        let name = String::from_utf8_lossy(name);
        let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
        let of = |kind: Kind, entry: Option<Entry>| {
            entry.filter(|(own, _)| *own == kind).map(|(_, id)| id)
        };
        let folders = (of(Kind::Folder, old), of(Kind::Folder, new));
        if folders != (None, None) {
            self.compare(&path, folders, Some(tree), depth + 1);
        }
        let (old, new) = (of(Kind::File, old), of(Kind::File, new));
        if old != new && self.scope.takes(&path) {
            let (old, new) = (old.map(bytes), new.map(bytes));
            self.found.steps.push((path, Step { commit: self.commit, old, new }));
        }
    }

    fn tree(&mut self, id: Option<Oid>) -> Option<Tree<'a>> {
        let id = id?;
        let tree = self.git.find_tree(id).ok();
        if tree.is_none() {
            self.found.lost = self.found.lost.max(Some((self.commit, bytes(id))));
        }
        tree
    }
}

fn kind(entry: &TreeEntry<'_>) -> Kind {
    match (entry.kind(), entry.filemode()) {
        (Some(ObjectType::Tree), _) => Kind::Folder,
        (Some(ObjectType::Blob), mode) if mode != LINK => Kind::File,
        _ => Kind::Other,
    }
}

fn oid(id: Option<Id>) -> Option<Oid> {
    Oid::from_bytes(&id?).ok()
}
