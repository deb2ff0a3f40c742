//! The environments that the policy declares, which override everything that could be inferred.

use std::collections::BTreeSet;

use super::deployed::Starters;
use super::mark::mark;
use super::place::infer;
use super::vocabulary::{BASES, word};
use super::{Plan, Planned, PlannedLayer, Sourced};
use crate::config::{Config, DeclaredEnvironment, PathGlobs};
use crate::link::precedence::Breadth;
use crate::model::{Confidence, Role};
use crate::text::{FileId, Files};

/// The plan that the policy declares. An environment without `files` gets what is inferred for its name.
pub(super) fn plan(
    (sources, starters): (&[Sourced], &Starters),
    files: &Files,
    config: &Config,
) -> Plan {
    let base = PathGlobs::new(&config.base);
    let needs_inference = config.environments.iter().any(|declared| declared.files.is_empty());
    let inferred = if needs_inference { infer(sources, starters, config) } else { Plan::default() };
    let with_files = config.environments.iter().filter(|declared| !declared.files.is_empty());
    let all: Vec<_> = with_files.map(|declared| PathGlobs::new(&declared.files)).collect();
    let mut plan = Plan::default();
    for declared in &config.environments {
        let mut environment = empty(declared);
        if declared.files.is_empty() {
            take_inferred(&mut environment, &inferred, declared, &mut plan.complaints);
        } else {
            complain(sources, files, declared, &mut plan.complaints);
            environment.layers = layers(sources, &base, &all, declared);
        }
        plan.environments.push(environment);
    }
    plan.asides = inferred.asides;
    plan.asides.extend((0..sources.len()).map(|at| (at, aside(sources, at))));
    plan
}

fn empty(declared: &DeclaredEnvironment) -> Planned {
    Planned {
        name: declared.name.clone(),
        group: declared.group.clone(),
        local: declared.local.unwrap_or(false),
        confidence: Confidence::High,
        reason: "the policy declares it".to_owned(),
        layers: Vec::new(),
    }
}

fn aside(sources: &[Sourced], at: usize) -> String {
    match sources[at].role {
        Role::Template => "a template".to_owned(),
        Role::Snapshot => "a snapshot of a running system".to_owned(),
        Role::Values => "no declared environment names it".to_owned(),
    }
}

fn take_inferred(
    environment: &mut Planned,
    inferred: &Plan,
    declared: &DeclaredEnvironment,
    complaints: &mut Vec<String>,
) {
    let canonical =
        |name: &str| word(name).map_or(name.to_lowercase(), |word| word.canonical.to_owned());
    let same = inferred.environments.iter().find(|other| other.name == declared.name);
    let found = same.or_else(|| {
        let mut others = inferred.environments.iter();
        others.find(|other| canonical(&other.name) == canonical(&declared.name))
    });
    match found {
        Some(found) => {
            environment.layers.clone_from(&found.layers);
            environment.group = environment.group.take().or_else(|| found.group.clone());
            environment.local = declared.local.unwrap_or(found.local);
            // The policy says that it exists. What it consists of is as sure as it was.
            environment.confidence = found.confidence;
        }
        None => complaints.push(format!(
            "the environment `{}` is declared without `files`, and no file was found that names it",
            declared.name
        )),
    }
}

fn complain(
    sources: &[Sourced],
    files: &Files,
    declared: &DeclaredEnvironment,
    complaints: &mut Vec<String>,
) {
    let own = PathGlobs::new(&declared.files);
    let made = sources.iter().filter(|source| own.fits(&source.path));
    let inputs: BTreeSet<FileId> = made.flat_map(|source| source.inputs.iter().copied()).collect();
    for pattern in &declared.files {
        let glob = PathGlobs::new(std::slice::from_ref(pattern));
        // What a tool takes into a file that is declared is there by that: the parts that a compose file includes.
        let is_there = sources.iter().any(|source| glob.fits(&source.path))
            || inputs.iter().any(|id| glob.fits(&files.get(*id).path));
        if !is_there {
            let name = &declared.name;
            complaints.push(format!(
                "the environment `{name}` declares `{pattern}`, and no configuration file fits it"
            ));
        }
    }
}

fn layers(
    sources: &[Sourced],
    base: &PathGlobs,
    all: &[PathGlobs],
    declared: &DeclaredEnvironment,
) -> Vec<PlannedLayer> {
    let own = PathGlobs::new(&declared.files);
    let mut layers = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        if source.role != Role::Values
            || !serves(source, &declared.name)
            || is_made_for_another(sources, source, &declared.name)
            || is_another_run(sources, source, &[&own, base])
        {
            continue;
        }
        let (breadth, order, reason) =
            match (own.last_fit(&source.path), base.last_fit(&source.path)) {
                (Some(order), _) => {
                    let pattern = &declared.files[order];
                    let reason = format!("the policy declares `{pattern}`");
                    (breadth(all, &source.path), usize::MAX / 2 + order, reason)
                }
                (None, Some(order)) => {
                    (Breadth::All, order, "the policy declares it as shared".to_owned())
                }
                (None, None) => continue,
            };
        let (is_override, is_taken_in) = (false, false);
        layers.push(PlannedLayer { source: at, breadth, reason, is_override, order, is_taken_in });
    }
    layers
}

/// How many of the environments that declare files declare this one.
fn breadth(all: &[PathGlobs], path: &str) -> Breadth {
    match all.iter().filter(|globs| globs.fits(path)).count() {
        0 | 1 => Breadth::One,
        many if many == all.len() => Breadth::All,
        _ => Breadth::Group,
    }
}

/// Whether a tool makes it for another environment, and has made one of the same file for this.
fn is_made_for_another(sources: &[Sourced], source: &Sourced, name: &str) -> bool {
    let canonical = |name: &str| word(name).map(|word| word.canonical.to_owned());
    let own = canonical(name);
    let made_for = |one: &Sourced| Some(mark(one.made_by.as_deref()?, one.class).token?.canonical);
    let Some(other) = made_for(source) else { return false };
    let is_same = |one: &&Sourced| (one.root, &one.path) == (source.root, &source.path);
    Some(&other) != own.as_ref()
        && sources.iter().filter(is_same).any(|one| made_for(one).is_some_and(|it| Some(it) == own))
}

/// Whether it is a run of compose beside which another of the same path is meant: one of which the environment names all files, the longest
/// of those.
fn is_another_run(sources: &[Sourced], source: &Sourced, globs: &[&PathGlobs]) -> bool {
    let is_named = |path: &String| globs.iter().any(|globs| globs.fits(path));
    let many = |one: &'_ Sourced| -> Option<usize> {
        let files = &one.run.as_ref()?.files;
        // What a file is laid over need not be named.
        (files.len() > 1).then(|| if files.iter().all(is_named) { files.len() } else { 0 })
    };
    let Some(own) = many(source) else { return false };
    let is_same = |one: &&Sourced| (one.root, &one.path) == (source.root, &source.path);
    sources.iter().filter(is_same).filter_map(many).any(|other| other > own)
}

/// Whether a section of a file is for the environment; a file without sections is.
fn serves(source: &Sourced, name: &str) -> bool {
    let Some(section) = source.section.as_deref() else { return true };
    let plain = section.to_lowercase();
    let canonical = |text: &str| word(text).map(|word| word.canonical);
    plain == name.to_lowercase()
        || BASES.contains(&plain.as_str())
        || canonical(&plain).is_some_and(|word| Some(word) == canonical(name))
}
