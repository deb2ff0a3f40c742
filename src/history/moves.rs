//! Which configuration files are others that were moved: gone and come in one commit, with the same in them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::entries::Sealed;
use super::git::line::Id;
use super::git::steps::Step;

/// How much of a file must be found in another to be taken for it, in percent.
const ALIKE: usize = 50;
/// More pairs in one commit are not compared one by one: what moves by the dozen moves as it is, or keeps its name.
const MOST_PAIRS: usize = 100;

/// By the commit and the path that is new: the path before, and its last text.
pub(super) type Moves = FxHashMap<(u32, String), (String, Id)>;

/// A file with a text of it.
type Text<'t> = (&'t str, Id);

/// Says of two texts how much they are alike, in percent.
type Alike<'a> = dyn Fn(Text<'_>, Text<'_>) -> usize + 'a;

/// Files that are gone, or come, in one commit.
#[derive(Default)]
struct Moving<'a> {
    gone: Vec<Text<'a>>,
    come: Vec<Text<'a>>,
}

/// Finds what moved. `alike` says how much of one text is in another, in percent.
pub(super) fn find<'a>(
    files: impl Iterator<Item = (&'a str, &'a [Step])>,
    alike: &Alike<'_>,
) -> Moves {
    let mut by_commit: BTreeMap<u32, Moving<'a>> = BTreeMap::new();
    for (path, steps) in files {
        for step in steps {
            match (step.old, step.new) {
                (Some(old), None) => {
                    by_commit.entry(step.commit).or_default().gone.push((path, old));
                }
                (None, Some(new)) => {
                    by_commit.entry(step.commit).or_default().come.push((path, new));
                }
                _ => {}
            }
        }
    }
    let mut moves = Moves::default();
    for (commit, moving) in by_commit {
        for (from, to) in moving.pairs(alike) {
            moves.insert((commit, to.to_owned()), (from.0.to_owned(), from.1));
        }
    }
    moves
}

impl<'a> Moving<'a> {
    /// What moved where: first what is the same, then what is called the same, then what is most alike.
    fn pairs(mut self, alike: &Alike<'_>) -> Vec<(Text<'a>, &'a str)> {
        let mut pairs = Vec::new();
        self.take(&mut pairs, |(path, id)| (id, name(path)), &|_, _| true);
        self.take(&mut pairs, |(_, id)| id, &|_, _| true);
        self.take(&mut pairs, |(path, _)| name(path), &|gone, come| alike(gone, come) >= ALIKE);
        if self.gone.len() * self.come.len() > MOST_PAIRS {
            return pairs;
        }
        let mut all = Vec::new();
        for (from, gone) in self.gone.iter().enumerate() {
            for (to, come) in self.come.iter().enumerate() {
                let likeness = alike(*gone, *come);
                if likeness >= ALIKE && ending(gone.0) == ending(come.0) {
                    all.push((std::cmp::Reverse(likeness), from, to));
                }
            }
        }
        all.sort_unstable();
        let (mut froms, mut tos) = (Vec::new(), Vec::new());
        for (_, from, to) in all {
            if !froms.contains(&from) && !tos.contains(&to) {
                pairs.push((self.gone[from], self.come[to].0));
                froms.push(from);
                tos.push(to);
            }
        }
        pairs
    }

    /// Takes the pairs out that share a `mark` and `fit`, each file once.
    fn take<K: Ord>(
        &mut self,
        pairs: &mut Vec<(Text<'a>, &'a str)>,
        mark: impl Fn(Text<'a>) -> K,
        fit: &dyn Fn(Text<'_>, Text<'_>) -> bool,
    ) {
        let mut marked: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for (at, gone) in self.gone.iter().enumerate().rev() {
            marked.entry(mark(*gone)).or_default().push(at);
        }
        let mut taken = vec![false; self.gone.len()];
        let gone = &self.gone;
        self.come.retain(|come| {
            let same = marked.get_mut(&mark(*come));
            let Some((all, at)) = same.and_then(|all| all.last().copied().map(|at| (all, at)))
            else {
                return true;
            };
            if !fit(gone[at], *come) {
                return true;
            }
            all.pop();
            taken[at] = true;
            pairs.push((gone[at], come.0));
            false
        });
        let mut taken = taken.into_iter();
        self.gone.retain(|_| !taken.next().unwrap_or(false));
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn ending(path: &str) -> &str {
    name(path).rsplit('.').next().unwrap_or_default()
}

/// How much two contents have in common, in percent of the larger one.
pub(super) fn likeness(one: &[(u64, Sealed)], other: &[(u64, Sealed)]) -> usize {
    let most = one.len().max(other.len());
    if most == 0 {
        return 0;
    }
    let shared = one.iter().filter(|entry| other.binary_search(entry).is_ok()).count();
    shared * 100 / most
}

#[cfg(test)]
mod tests {
    use super::{find, likeness};
    use crate::history::git::steps::Step;

    #[test]
    fn what_goes_and_comes_in_one_commit_may_have_moved() {
        let id = |byte: u8| Some([byte; 20]);
        let step = |commit, old, new| [Step { commit, old, new }];
        let all = [
            ("deploy/prod.env", step(4, id(1), None)),
            ("deploy/staging.env", step(4, id(2), None)),
            ("envs/prod.env", step(4, None, id(3))),
            ("envs/stage.env", step(4, None, id(2))),
            ("envs/other.env", step(5, None, id(1))),
        ];
        let files = all.iter().map(|(path, steps)| (*path, steps.as_slice()));
        let moves =
            find(files, &|gone, come| if (gone.1[0], come.1[0]) == (1, 3) { 70 } else { 0 });
        let from =
            |commit, path: &str| moves.get(&(commit, path.to_owned())).map(|it| it.0.as_str());
        assert_eq!(from(4, "envs/prod.env"), Some("deploy/prod.env"));
        assert_eq!(from(4, "envs/stage.env"), Some("deploy/staging.env"));
        assert_eq!(from(5, "envs/other.env"), None, "it came in another commit");
        assert_eq!(likeness(&[(1, [0; 16]), (2, [0; 16])], &[(2, [0; 16])]), 50);
    }
}
