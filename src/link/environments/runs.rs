//! The runs of compose: which files are started together, which of those are a developer's own, and which stand apart.
//!
//! Two runs that give a service different values are never up at once: they are two environments, or one of them is
//! none. Knows what the files were given to compose for, not what they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::draft::Draft;
use super::mark::{Mark, Proof, Token, mark};
use crate::facts::Told;
use crate::model::Class;
use crate::model::Value;
use crate::text::relative::folder;

/// Values by service and name.
pub(crate) type Given = BTreeMap<(String, String), Value>;

/// One run of compose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Its number: the parts of one run share it.
    pub(crate) id: usize,
    /// The paths of its files, in the order in which they are laid over one another.
    pub(crate) files: Vec<String>,
    /// How it is known.
    pub(crate) told: Told,
    /// The services that run code of the project, as far as is known.
    pub(crate) services: BTreeSet<String>,
    /// What it gives services, by service and name.
    pub(crate) given: Given,
}

impl Run {
    /// The folder that its paths are seen from.
    fn folder(&self) -> &str {
        self.files.first().map_or("", |path| folder(path))
    }

    /// Whether it cannot be up beside what gives services these values.
    fn differs_from(&self, given: &Given) -> bool {
        let differs = |(place, value): (&(String, String), &Value)| {
            given.get(place).is_some_and(|other| value.same(other) == Some(false))
        };
        self.given.iter().any(differs)
    }

    /// Whether nothing but what it holds says that it stands alone.
    fn may_be_laid(&self) -> bool {
        self.files.len() == 1 && self.told == Told::Guessed
    }

    /// What its files are called beyond environments and plain words.
    pub(super) fn words(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for word in self.files.iter().map(|path| mark(path, Class::Compose).rest) {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        words.join("-")
    }
}

/// Words of files for what is deployed, though they name no environment.
const DEPLOYED: &[&str] = &["deploy", "deployment", "release", "swarm", "vps"];

/// A word of the same, where another run of the folder has other values: alone it may be a part that a developer starts.
const PART: &str = "server";

/// Whether the words of a run's files say that it is deployed.
pub(super) fn is_deployed(words: &str) -> bool {
    has_word(words, |word| DEPLOYED.contains(&word))
}

fn has_word(words: &str, is_it: impl Fn(&str) -> bool) -> bool {
    words.split(['-', '_']).any(is_it)
}

/// Of the paths of a run the last that names an environment.
pub(crate) fn naming<'p>(
    paths: impl DoubleEndedIterator<Item = &'p str> + ExactSizeIterator,
) -> Option<usize> {
    let mut paths = paths.enumerate().rev();
    paths.find(|(_, path)| mark(path, Class::Compose).token.is_some()).map(|(at, _)| at)
}

/// The runs of one folder that are for one environment, or for none that is named.
type Group<'a> = BTreeMap<usize, (&'a Run, Vec<usize>)>;

/// Finds the runs that cannot be up together: each gets an environment of its own, or is marked as idle.
pub(super) fn tell_apart(sources: &[Sourced], marks: &mut [Mark]) {
    let mut groups: BTreeMap<(u16, &str, Option<String>), Group<'_>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        let Some(run) = source.run.as_ref().filter(|_| source.left.is_none()) else { continue };
        if marks[at].aside.is_none() && !marks[at].is_contract {
            let name = marks[at].token.as_ref().map(|token| {
                format!("{} {}", token.canonical, token.region.as_deref().unwrap_or(""))
            });
            let group = groups.entry((source.root, run.folder(), name)).or_default();
            group.entry(run.id).or_insert_with(|| (run, Vec::new())).1.push(at);
        }
    }
    let mut taken: BTreeSet<String> =
        marks.iter().filter_map(|mark| Some(mark.token.as_ref()?.canonical.clone())).collect();
    let laid_under = laid_under(&groups);
    for ((root, ..), group) in &groups {
        let mut runs: Vec<&(&Run, Vec<usize>)> = group.values().collect();
        let is_laid = |run: &Run| {
            let is_alone = run.files.len() == 1 && matches!(run.told, Told::Usual | Told::Guessed);
            is_alone && run.files.first().is_some_and(|file| laid_under.contains(&(*root, file)))
        };
        for at in runs.iter().filter(|(run, _)| is_laid(run)).flat_map(|(_, members)| members) {
            if marks[*at].token.is_none() {
                marks[*at].idle =
                    Some("other compose files are laid over it, and nothing runs it alone");
            }
        }
        runs.retain(|(_, members)| members.iter().all(|at| marks[*at].idle.is_none()));
        runs.sort_by_key(|(run, _)| {
            let is_usual = matches!(run.told, Told::Usual | Told::Plain);
            (!is_usual, std::cmp::Reverse(run.told), run.files.len(), &run.files)
        });
        settle(&runs, marks, &mut taken);
    }
}

/// The files that others are laid over by a run that is written or for a named environment.
fn laid_under<'a>(
    groups: &BTreeMap<(u16, &str, Option<String>), Group<'a>>,
) -> BTreeSet<(u16, &'a String)> {
    let mut found = BTreeSet::new();
    for ((root, _, name), group) in groups {
        for (run, _) in group.values() {
            if name.is_none() && !matches!(run.told, Told::Written(_)) {
                continue;
            }
            if let Some((_, below)) = run.files.split_last() {
                found.extend(below.iter().map(|file| (*root, file)));
            }
        }
    }
    found
}

const OTHER_RUN: &str =
    "another run, which gives the same services other values, is its environment";

/// Keeps the first run and all that can be up beside it; the others stand apart.
fn settle(runs: &[&(&Run, Vec<usize>)], marks: &mut [Mark], taken: &mut BTreeSet<String>) {
    let mut up = Given::new();
    for (run, members) in runs {
        if !run.differs_from(&up) {
            up.extend(run.given.iter().map(|(place, value)| (place.clone(), value.clone())));
            continue;
        }
        // What is called an override and laid over nothing that is known starts nothing alone.
        let is_part = run.may_be_laid() && members.iter().any(|at| marks[*at].is_override);
        let named = members.first().and_then(|at| marks[*at].token.clone());
        let words = run.words();
        let name = match &named {
            _ if is_part => None,
            // What differs between two ways to deploy one environment is no drift.
            Some(place) if !place.local || words.is_empty() => None,
            Some(place) => Some(format!("{}-{words}", place.raw)),
            None if words.is_empty() => run.files.last().map(|path| stem(path).to_owned()),
            None => Some(words.clone()),
        };
        let is_deployed = is_deployed(&words) || has_word(&words, |word| word == PART);
        let own = name.filter(|name| taken.insert(name.to_lowercase())).map(|name| Token {
            // Without a command that says so, it may be meant to be laid over another file after all.
            proof: if run.told == Told::Guessed { Proof::Doubtful } else { Proof::Sure },
            local: !is_deployed,
            family: format!("run of {}", run.files.join(" ")),
            reason: format!("{} apart from the others", listed(&run.files)),
            ..Token::unknown(&name)
        });
        for at in members {
            let mark = &mut marks[*at];
            mark.is_override = false;
            mark.idle = own.is_none().then_some(OTHER_RUN);
            mark.token = own.clone().or_else(|| mark.token.take());
        }
    }
}

/// What a file is called, without its ending.
pub(super) fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

fn listed(files: &[String]) -> String {
    let quoted: Vec<String> = files.iter().map(|path| format!("`{path}`")).collect();
    format!("{} {}", quoted.join(" and "), if quoted.len() == 1 { "runs" } else { "run" })
}

/// Whether the run at `at` may be what a run of the environment is laid over, though nothing says so: the environment's
/// file looks complete, and starts the same services.
pub(super) fn may_lie_under(sources: &[Sourced], at: usize, draft: &Draft) -> bool {
    let Some(base) = sources[at].run.as_ref().filter(|base| base.told != Told::Guessed) else {
        return false;
    };
    draft.members.iter().any(|member| {
        let other = &sources[member.source];
        other.root == sources[at].root
            && other.run.as_ref().is_some_and(|run| {
                run.may_be_laid()
                    && run.id != base.id
                    && mark(&other.path, other.class).token.is_some()
                    && run.folder() == base.folder()
                    && run.services.intersection(&base.services).next().is_some()
            })
    })
}
