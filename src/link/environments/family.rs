//! Siblings: sources whose paths differ in one name only.
//!
//! Two known words in one place prove each other; a file with the keys of its siblings is one of them whatever its
//! name. Decides which doubtful words are environments.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::cut::possible_families;
use super::mark::{Mark, Proof, Token};
use super::repeated;
use super::vocabulary::{BASES, CONTRACTS, PLAIN};
use super::{clusters, overlays, parts, twins};
use crate::model::Class;
use crate::model::{KeyId, Role};

/// The sources that share a path but for one name.
#[derive(Debug, Default)]
struct Family {
    /// The environments that known words name, by their canonical word.
    names: BTreeSet<String>,
    /// Every name.
    all: BTreeSet<String>,
    /// The spellings of each canonical word.
    spellings: BTreeMap<String, BTreeSet<String>>,
    /// The first members, to compare with.
    members: Vec<usize>,
}

impl Family {
    fn is_strong(&self) -> bool {
        self.names.len() >= 2
    }

    fn is_more_than_tests(&self) -> bool {
        is_more_than_tests(&self.names)
    }
}

/// Whether not all of these environments are called like suites of tests, whose folders stand beside each other too.
pub(super) fn is_more_than_tests(names: &BTreeSet<String>) -> bool {
    let tests = ["ci", "docker", "e2e", "integration", "local", "test"];
    names.iter().any(|name| !tests.contains(&name.as_str()))
}

type Families = BTreeMap<(u16, Class, String), Family>;

/// How many members of a family are compared with.
const COMPARED: usize = 8;

/// How well an environment's name is proved by the siblings of its sources.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// The most environments in one family with it.
    pub(crate) largest: BTreeMap<String, usize>,
    /// In how many families of two or more it is.
    pub(crate) families: BTreeMap<String, usize>,
}

/// Decides which tokens stand, and finds those that only siblings show.
pub(crate) fn settle(sources: &[Sourced], marks: &mut [Mark]) -> Evidence {
    let families = collect(sources, marks);
    let proved = proved(sources, marks, &families);
    for (source, mark) in sources.iter().zip(marks.iter_mut()) {
        judge(source, mark, &families, (sources, &proved));
    }
    parts::find(sources, marks);
    clusters::tell_apart(sources, marks);
    twins::tell_apart(sources, marks);
    let families = collect(sources, marks);
    split_spellings(marks, &families);
    find_siblings(sources, marks, &families);
    find_modes(sources, marks);
    repeated::find(sources, marks);
    overlays::find(sources, marks);
    evidence(&collect(sources, marks))
}

pub(super) fn counts(source: &Sourced, mark: &Mark) -> bool {
    mark.aside.is_none() && !mark.is_contract && source.role == Role::Values
}

fn collect(sources: &[Sourced], marks: &[Mark]) -> Families {
    let mut families = Families::new();
    for (at, (source, mark)) in sources.iter().zip(marks).enumerate() {
        let Some(token) = mark.token.as_ref().filter(|_| counts(source, mark)) else { continue };
        let family = families.entry((source.root, source.class, token.family.clone())).or_default();
        if token.proof >= Proof::Doubtful {
            family.names.insert(token.canonical.clone());
            let spellings = family.spellings.entry(token.canonical.clone()).or_default();
            spellings.insert(token.stem.to_lowercase());
        }
        family.all.insert(token.raw.to_lowercase());
        if family.members.len() < COMPARED {
            family.members.push(at);
        }
    }
    families
}

/// The folders that are an environment's: files beside those that prove it are that environment's, too.
type Proved = BTreeSet<(u16, Class, String)>;

fn proved(sources: &[Sourced], marks: &[Mark], families: &Families) -> Proved {
    let all = sources.iter().zip(marks).filter(|(source, mark)| counts(source, mark));
    let tokens = all.filter_map(|(source, mark)| Some((source, mark.token.as_ref()?)));
    let folders = tokens
        .filter(|(source, token)| token.is_folder && stands(source, token, families, sources));
    folders.map(|(source, token)| (source.root, source.class, token.folder.clone())).collect()
}

fn stands(source: &Sourced, token: &Token, families: &Families, sources: &[Sourced]) -> bool {
    let family = families.get(&(source.root, source.class, token.family.clone()));
    match token.proof {
        Proof::Sure => true,
        Proof::Doubtful => {
            family.is_some_and(|it| it.is_strong() && (!token.is_folder || it.is_more_than_tests()))
        }
        Proof::Contained => family.is_some_and(|it| it.all.len() >= 2),
        Proof::Unknown => family.is_some_and(|it| {
            !it.names.is_empty()
                && it.members.iter().any(|&member| is_known_and_alike(source, &sources[member]))
        }),
    }
}

fn judge(
    source: &Sourced,
    mark: &mut Mark,
    families: &Families,
    (sources, proved): (&[Sourced], &Proved),
) {
    let Some(token) = &mark.token else { return };
    let is_beside = token.proof <= Proof::Contained
        && proved.contains(&(source.root, source.class, token.folder.clone()));
    if is_beside || stands(source, token, families, sources) {
        return;
    }
    if let Some(beyond) = mark.beyond.take() {
        mark.token = Some(beyond);
        return;
    }
    let is_suite = matches!(token.canonical.as_str(), "ci" | "e2e" | "integration" | "test");
    if token.is_folder && token.proof == Proof::Doubtful && is_suite {
        mark.aside = Some("a test's own values");
    }
    mark.is_developers = token.is_folder && token.local;
    mark.token = None;
}

fn is_known_and_alike(one: &Sourced, other: &Sourced) -> bool {
    one.path != other.path && alike(&one.keys, &other.keys)
}

/// Whether two sorted lists of keys have at least half of their keys in common.
fn alike(one: &[KeyId], other: &[KeyId]) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let common = one.iter().filter(|key| other.binary_search(key).is_ok()).count();
    2 * common >= one.len() + other.len() - common
}

/// Two spellings of a word in one family are two environments: `dev` beside `development`.
fn split_spellings(marks: &mut [Mark], families: &Families) {
    let many =
        families.values().flat_map(|family| &family.spellings).filter(|(_, all)| all.len() >= 2);
    let split: BTreeSet<String> = many.map(|(canonical, _)| canonical.clone()).collect();
    for token in marks.iter_mut().filter_map(|mark| mark.token.as_mut()) {
        if split.contains(&token.canonical) {
            token.canonical = token.stem.to_lowercase();
        }
    }
}

/// Gives a token to sources without one, or with more beside it than the word, that are like a family's members.
fn find_siblings(sources: &[Sourced], marks: &mut [Mark], families: &Families) {
    for (source, mark) in sources.iter().zip(marks.iter_mut()) {
        let can = counts(source, mark)
            && !matches!(source.class, Class::Compose | Class::Image | Class::Pipeline);
        if !can || source.section.is_some() || source.keys.is_empty() {
            continue;
        }
        let current = mark.token.as_ref();
        if current.is_some_and(|token| mark.rest.is_empty() || token.is_folder) {
            continue;
        }
        let found =
            possible_families(&source.path, source.class).into_iter().find_map(|(name, family)| {
                let plain = name.to_lowercase();
                let is_other =
                    [PLAIN, BASES, CONTRACTS].iter().any(|words| words.contains(&plain.as_str()));
                let extends = current.is_none_or(|token| {
                    plain != token.raw.to_lowercase() && plain.contains(&token.raw.to_lowercase())
                });
                let known = families.get(&(source.root, source.class, family.clone()))?;
                let needed = if current.is_some() { 2 } else { 1 };
                let mut members = known.members.iter().map(|&at| &sources[at]);
                let twin = members.find(|other| is_known_and_alike(source, other))?;
                let stands = !is_other && extends && known.names.len() >= needed;
                stands.then(|| (name, family, twin.path.clone()))
            });
        if let Some((name, family, twin)) = found {
            mark.token = Some(sibling(&name, family, &format!("its keys are those of `{twin}`")));
        }
    }
}

fn sibling(name: &str, family: String, reason: &str) -> Token {
    Token { family, reason: reason.to_owned(), ..Token::unknown(name) }
}

/// `.env.mainnet` and `.env.testnet`: modes of unknown names, if they have the same keys; one alone stands in for `.env` if it
/// has the keys of that.
fn find_modes(sources: &[Sourced], marks: &mut [Mark]) {
    let mut modes: BTreeMap<(u16, &str), Vec<(usize, &str)>> = BTreeMap::new();
    let mut plain: BTreeMap<(u16, &str), usize> = BTreeMap::new();
    for (at, (source, mark)) in sources.iter().zip(marks.iter()).enumerate() {
        let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        let open = mark.token.is_none() && counts(source, mark);
        let name = file.strip_prefix(".env.").filter(|name| !name.contains('.'));
        if let Some(name) = name.filter(|_| open) {
            modes.entry((source.root, folder)).or_default().push((at, name));
        }
        if file == ".env" && open {
            plain.insert((source.root, folder), at);
        }
    }
    for ((root, folder), found) in modes {
        let own = plain.get(&(root, folder)).copied();
        let others = found.iter().take(COMPARED).map(|(at, _)| *at).chain(own);
        let others: Vec<usize> = others.collect();
        let twin = |at: usize| {
            let mut others = others.iter().filter(|other| **other != at);
            others.find(|other| alike(&sources[at].keys, &sources[**other].keys)).copied()
        };
        let alike: Vec<_> =
            found.iter().filter_map(|(at, name)| Some((*at, *name, twin(*at)?))).collect();
        for (at, name, twin) in alike {
            let reason = if Some(twin) == own {
                "it has the keys of the `.env` beside it"
            } else {
                "its siblings have the same keys"
            };
            marks[at].token = Some(sibling(name, format!("{folder}/.env.{{env}}"), reason));
        }
    }
}

fn evidence(families: &Families) -> Evidence {
    let mut evidence = Evidence::default();
    for family in families.values().filter(|family| family.is_strong()) {
        for name in &family.names {
            let largest = evidence.largest.entry(name.clone()).or_default();
            *largest = (*largest).max(family.names.len());
            *evidence.families.entry(name.clone()).or_default() += 1;
        }
    }
    evidence
}
