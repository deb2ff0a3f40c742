//! Overlays that no word names: `overlays/smaug` beside `overlays/curator`, each built by itself and on nothing's behalf.
//!
//! By kustomize's convention the folders in `overlays/` are what is deployed. Where one of them is called like an environment,
//! the others may be features of it (`overlays/gpu`), and keys that are alike decide; where none is, each is an environment of
//! its own, and no more than likely.

use std::collections::BTreeSet;

use super::Sourced;
use super::family::counts;
use super::mark::{Mark, Proof, Token};
use super::vocabulary::{BASES, CONTAINERS, CONTRACTS, PLAIN, aside};
use crate::definitions::is_kustomization;
use crate::model::Class;
use crate::text::relative::folder;

/// Folders whose children are overlays, beside those that hold environments.
const HOLDERS: &[&str] = &["clusters", "env", "environment", "overlay", "overlays"];

/// Gives what is built of such an overlay its environment.
pub(super) fn find(sources: &[Sourced], marks: &mut [Mark]) {
    let mut named: BTreeSet<(u16, &str)> = BTreeSet::new();
    for (source, mark) in sources.iter().zip(marks.iter()).filter(|(source, _)| is_built(source)) {
        if let Some((holder, _)) = held(&source.path).filter(|_| mark.token.is_some()) {
            named.insert((source.root, holder));
        }
    }
    // What is built of programs of others alone, as the tool that deploys is, is no place for this project's code.
    let founding = sources.iter().filter(|source| is_built(source) && source.founds);
    let founded: BTreeSet<&str> =
        founding.filter_map(|source| Some(held(&source.path)?.1)).collect();
    for (source, mark) in sources.iter().zip(marks.iter_mut()) {
        let open = mark.token.is_none() && counts(source, mark) && is_built(source);
        let Some((holder, name)) = held(&source.path).filter(|_| open) else { continue };
        let is_founded = founded.is_empty() || founded.contains(name);
        if named.contains(&(source.root, holder)) || !is_name(name) || !is_founded {
            continue;
        }
        let whole = folder(&source.path);
        mark.token = Some(Token {
            proof: Proof::Contained,
            family: format!("{holder}/{{env}}{}", &source.path[whole.len()..]),
            reason: format!(
                "nothing is built on the overlay `{name}`, and no overlay beside it is called like an environment"
            ),
            is_folder: true,
            folder: whole.to_owned(),
            ..Token::unknown(name)
        });
    }
}

/// Whether kustomize prints it: nothing else is made of its kustomization.
fn is_built(source: &Sourced) -> bool {
    source.class == Class::Cluster && source.is_assembled && is_kustomization(&source.path)
}

/// The folder that holds the folder of a file, and what that is called there, if it holds overlays.
fn held(path: &str) -> Option<(&str, &str)> {
    let (holder, name) = folder(path).rsplit_once('/')?;
    let last = holder.rsplit('/').next()?.to_lowercase();
    let holds = HOLDERS.contains(&last.as_str()) || CONTAINERS.contains(&last.as_str());
    holds.then_some((holder, name))
}

fn is_name(name: &str) -> bool {
    let plain = name.to_lowercase();
    let is_other = [PLAIN, BASES, CONTRACTS].iter().any(|all| all.contains(&plain.as_str()));
    !is_other && aside(name).is_none()
}
