//! Folders that are called after something else and an environment: `shop-dev` beside `shop-prod`.
//!
//! One such name proves nothing: `dev-tools` is no environment's. Folders that differ in the word alone, with a file of the
//! same name in them, prove each other; then what else has the rest of the name and that file is their sibling:
//! `shop-admin`.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::family::{counts, is_more_than_tests};
use super::mark::{Mark, Proof, Token, parted};
use super::vocabulary::{BASES, CONTRACTS, PLAIN};
use crate::model::Class;

/// The paths that are one but for the word.
type Family = (u16, Class, String);

/// Gives the sources in such folders their environment.
pub(super) fn find(sources: &[Sourced], marks: &mut [Mark]) {
    let open: Vec<usize> =
        (0..sources.len()).filter(|&at| fits(&sources[at], &marks[at])).collect();
    let tokens: BTreeMap<usize, Vec<Token>> =
        open.iter().map(|&at| (at, parted(&sources[at].path, sources[at].class))).collect();
    let mut names: BTreeMap<Family, BTreeSet<String>> = BTreeMap::new();
    for (at, token) in tokens.iter().flat_map(|(at, all)| all.iter().map(move |it| (*at, it))) {
        names.entry(family(&sources[at], token)).or_default().insert(token.canonical.clone());
    }
    names.retain(|_, names| names.len() >= 2 && is_more_than_tests(names));
    for &at in &open {
        let source = &sources[at];
        let own = tokens[&at].iter().find(|token| names.contains_key(&family(source, token)));
        marks[at].token = own.cloned().or_else(|| sibling(source, &names));
    }
    join(sources, marks, &open);
}

/// What lies in the folder of an environment belongs to it, whatever its siblings lack.
fn join(sources: &[Sourced], marks: &mut [Mark], open: &[usize]) {
    let mut folders: BTreeMap<(u16, Class, &str), Token> = BTreeMap::new();
    for &at in open {
        let source = &sources[at];
        if let Some(token) = &marks[at].token {
            let folder = &source.path[..token.folder.len()];
            folders.insert((source.root, source.class, folder), token.clone());
        }
    }
    for &at in open {
        if marks[at].token.is_some() {
            continue;
        }
        let source = &sources[at];
        let mut around = source.path.rmatch_indices('/').map(|(end, _)| &source.path[..end]);
        let found = around.find_map(|folder| {
            let token = folders.get(&(source.root, source.class, folder))?;
            Some((folder, token))
        });
        marks[at].token = found.map(|(folder, token)| {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            let family = format!("{folder}/{{env}}{}", &source.path[folder.len()..]);
            Token { family, reason: format!("it is in the folder `{name}`"), ..token.clone() }
        });
    }
}

fn fits(source: &Sourced, mark: &Mark) -> bool {
    matches!(source.class, Class::Cluster | Class::Infrastructure | Class::Dotenv)
        && mark.token.is_none()
        && source.section.is_none()
        && counts(source, mark)
}

fn family(source: &Sourced, token: &Token) -> Family {
    (source.root, source.class, token.family.clone())
}

/// What a source is that stands where the environments stand and has none of their words.
fn sibling(source: &Sourced, names: &BTreeMap<Family, BTreeSet<String>>) -> Option<Token> {
    let mut here =
        names.keys().filter(|(root, class, _)| (*root, *class) == (source.root, source.class));
    here.find_map(|(_, _, family)| {
        let (before, behind) = family.split_once("{env}")?;
        let name = source.path.strip_prefix(before)?.strip_suffix(behind)?;
        let plain = name.to_lowercase();
        let is_other = [PLAIN, BASES, CONTRACTS].iter().any(|all| all.contains(&plain.as_str()));
        let is_name = !name.is_empty() && !name.contains('/') && !is_other;
        let folder = source.path.len() - behind.len() + behind.find('/')?;
        is_name.then(|| Token {
            family: family.clone(),
            reason: format!("it stands where others have an environment's name: `{name}`"),
            is_folder: true,
            proof: Proof::Contained,
            folder: source.path[..folder].to_owned(),
            ..Token::unknown(name)
        })
    })
}
