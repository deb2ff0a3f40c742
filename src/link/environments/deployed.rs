//! Runs of compose that jobs of pipelines deploy: each is an environment, and no developer's.
//!
//! Goes by the files that the commands of a job name. What a script of the tree starts, and what a job starts without naming
//! files, is not seen.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::draft::{Draft, Member};
use super::mark::{Mark, Proof, Token, find_whole};
use super::runs::{self, Run};
use crate::assemble::{Command, Commands};
use crate::definitions::tries;
use crate::facts::Told;
use crate::link::precedence::{Breadth, is_usual};
use crate::model::{Inventory, Kind};
use crate::text::relative::{folder, joined};

/// What deploys runs, by their numbers: the jobs, by their places in the list, and whether their variables are there for compose.
pub(super) type Starters = BTreeMap<usize, BTreeMap<usize, bool>>;

/// Finds the runs that jobs of pipelines deploy.
pub(super) fn starters(sources: &[Sourced]) -> Starters {
    let mut found = Starters::new();
    if sources.iter().all(|source| source.scripts.is_empty()) {
        return found;
    }
    let mut runs: BTreeMap<(u16, usize), BTreeMap<usize, &Run>> = BTreeMap::new();
    for source in sources {
        if let Some(run) = source.run.as_ref().filter(|run| matches!(run.told, Told::Written(_))) {
            runs.entry((source.root, run.files.len())).or_default().insert(run.id, run);
        }
    }
    for (at, source) in sources.iter().enumerate() {
        for script in &source.scripts {
            for command in Commands::of(&script.text).iter().filter(Command::stays) {
                let Some(known) = runs.get(&(source.root, command.files.len())) else { continue };
                let gone = command.folder().unwrap_or_default();
                let here = joined(&script.folder, &gone).unwrap_or_default();
                let Some(id) = started(known, &here, &command.files) else { continue };
                *found.entry(id).or_default().entry(at).or_default() |= script.is_own;
            }
        }
    }
    found
}

/// Which of the runs with so many files a command in a folder starts: on another machine the folder may be called otherwise.
fn started(runs: &BTreeMap<usize, &Run>, here: &str, files: &[&str]) -> Option<usize> {
    let is_seen_from = |run: &Run, place: &str| {
        let mut both = run.files.iter().zip(files);
        both.all(|(path, written)| joined(place, written).as_ref() == Some(path))
    };
    let mut found = runs.iter().filter(|(_, run)| is_seen_from(run, here));
    if let Some((id, _)) = found.next() {
        return Some(*id);
    }
    let first = joined("", files.first()?)?;
    let mut found = runs.iter().filter(|(_, run)| {
        let place = run.files.first().and_then(|path| path.strip_suffix(&first));
        place.is_some_and(|place| is_seen_from(run, place))
    });
    match (found.next(), found.next()) {
        (Some((id, _)), None) => Some(*id),
        _ => None,
    }
}

/// Notes the jobs whose variables are there for compose.
pub(super) fn note(inventory: &mut Inventory, sources: &[Sourced], starters: &Starters) {
    for source in sources {
        let Some(all) = source.run.as_ref().and_then(|run| starters.get(&run.id)) else { continue };
        let own = all.iter().filter(|(_, is_own)| **is_own);
        let shells: Vec<_> = own.map(|(at, _)| sources[*at].id).collect();
        if !shells.is_empty() {
            inventory.shells.insert(source.id, shells);
        }
    }
}

/// Gives the runs that are deployed, and the jobs that do, the environments that they are.
pub(super) fn place(sources: &[Sourced], starters: &Starters, marks: &mut [Mark]) {
    let members = members(sources, marks);
    let usual = usual(sources);
    for (id, members) in &members {
        let Some(run) = members.first().and_then(|at| sources[*at].run.as_ref()) else { continue };
        let jobs: Vec<usize> = starters.get(id).into_iter().flatten().map(|(at, _)| *at).collect();
        let words = run.words();
        let is_called_so = matches!(run.told, Told::Written(_)) && runs::is_deployed(&words);
        let is_tried = tries(&words);
        if is_tried || jobs.is_empty() && !is_called_so || usual.contains(id) {
            continue;
        }
        let own = members.iter().find_map(|at| marks[*at].token.clone());
        let token = match own {
            Some(own) if own.local => continue,
            Some(own) => own,
            None => {
                let (all, known) = named(sources, &jobs, marks);
                if known.len() > 1 {
                    for at in members {
                        marks[*at].deployed_to.clone_from(&known);
                    }
                    continue;
                }
                let is_one = |token: &&Token| all.len() == 1 || token.is_deployed_to();
                let token = all.values().find(is_one).cloned();
                let by = jobs.first().map(|at| sources[*at].path.as_str());
                token_of(token, by, run, &words)
            }
        };
        for at in members {
            marks[*at].token.get_or_insert_with(|| token.clone());
        }
        let started = run.files.last().map_or("", String::as_str);
        for at in jobs {
            let mark = &mut marks[at];
            mark.aside = None;
            let reason = format!("it deploys `{started}`");
            mark.token.get_or_insert_with(|| Token { reason, ..token.clone() });
        }
    }
}

/// Lays runs that are deployed to several environments into these.
pub(super) fn lay(sources: &[Sourced], marks: &[Mark], found: &mut [Draft]) {
    for (at, mark) in marks.iter().enumerate().filter(|(_, mark)| !mark.deployed_to.is_empty()) {
        let stands = Kind::of(sources[at].kind).stands.reason();
        let reason = format!("pipelines deploy it to several environments; {stands}");
        let own = found.iter_mut().filter(|draft| mark.deployed_to.contains(&draft.canonical));
        for draft in own {
            let (breadth, reason, written) = (Breadth::All, reason.clone(), String::new());
            draft.members.push(Member { source: at, breadth, reason, written });
        }
    }
}

/// The sources of each run that may be an environment's.
fn members(sources: &[Sourced], marks: &[Mark]) -> BTreeMap<usize, Vec<usize>> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        let mark = &marks[at];
        let is_out = source.left.is_some() || mark.aside.is_some() || mark.is_contract;
        if let Some(run) = source.run.as_ref().filter(|_| !is_out) {
            members.entry(run.id).or_default().push(at);
        }
    }
    members
}

/// The environments that jobs name, and those among them that are environments whatever else is there.
fn named(
    sources: &[Sourced],
    jobs: &[usize],
    marks: &[Mark],
) -> (BTreeMap<String, Token>, BTreeSet<String>) {
    let token = |at: &usize| {
        let unknown = || sources[*at].section.as_deref().map(Token::unknown);
        marks[*at].token.clone().or_else(unknown)
    };
    let all: BTreeMap<String, Token> =
        jobs.iter().filter_map(token).map(|token| (token.canonical.clone(), token)).collect();
    let known = all.iter().filter(|(_, token)| token.is_deployed_to());
    let known = known.map(|(name, _)| name.clone()).collect();
    (all, known)
}

/// The environment that a run is: the one that its job names, else one of its own, called by what sets its files apart or by what
/// deploys it.
fn token_of(named: Option<Token>, by: Option<&str>, run: &Run, words: &str) -> Token {
    let by_name = by.map(|by| runs::stem(by).trim_start_matches('.'));
    let name = match by_name {
        _ if !words.is_empty() => words,
        Some(name) => name,
        None => "deploy",
    };
    let token = named.unwrap_or_else(|| {
        let known = find_whole(name).filter(|token| !token.local);
        known.unwrap_or_else(|| Token::unknown(name))
    });
    let reason = match by {
        Some(by) => format!("`{by}` deploys it"),
        None => format!("it says `{words}`"),
    };
    Token {
        proof: Proof::Sure,
        // Where a pipeline deploys is nobody's own machine.
        local: token.local && token.canonical != "dev",
        family: format!("run of {}", run.files.join(" ")),
        is_folder: false,
        folder: String::new(),
        reason,
        ..token
    }
}

/// The runs that whoever names no file starts, where no other folder has one: a developer's as well.
fn usual(sources: &[Sourced]) -> BTreeSet<usize> {
    let is_base = |path: &str| is_usual(path.rsplit('/').next().unwrap_or(path));
    let is_over = |path: &str| path.contains(".override.");
    let all: BTreeMap<usize, (u16, &Run)> = sources
        .iter()
        .filter_map(|it| Some((it.run.as_ref()?.id, (it.root, it.run.as_ref()?))))
        .collect();
    let mut bases: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
    let mut laid: BTreeSet<(u16, &str)> = BTreeSet::new();
    for (root, run) in all.values() {
        match run.files.as_slice() {
            [base] if is_base(base) => {
                bases.entry(*root).or_default().insert(folder(base));
            }
            [base, over] if is_base(base) && is_over(over) => {
                bases.entry(*root).or_default().insert(folder(base));
                laid.insert((*root, base));
            }
            _ => {}
        }
    }
    let is_so = |root: u16, run: &Run| {
        let is_one = match run.files.as_slice() {
            [base] => is_base(base) && !laid.contains(&(root, base.as_str())),
            [base, over] => is_base(base) && is_over(over),
            _ => false,
        };
        let place = run.files.first().map_or("", |path| folder(path));
        is_one && (place.is_empty() || bases.get(&root).is_some_and(|all| all.len() == 1))
    };
    all.into_iter().filter(|(_, (root, run))| is_so(*root, run)).map(|(id, _)| id).collect()
}
