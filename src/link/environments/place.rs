//! Infers the environments of a project that declares none.
//!
//! First the sources that name an environment, then those that all share, then what is left: one environment for a
//! project that has just one, none for a project that has only a contract.

use std::collections::BTreeSet;

use super::aside::for_none;
use super::axes;
use super::called::Called;
use super::chosen;
use super::deployed::{self, Starters};
use super::draft::{Draft, Member, drafts, piped};
use super::family;
use super::images;
use super::instead::Instead;
use super::lent;
use super::loaders;
use super::mark::Mark;
use super::namesakes;
use super::own::own_mark;
use super::platform::{alone, also_alone, is_apart, is_of_deployments, settle_alone};
use super::replaced::is_written;
use super::runs;
use super::unnamed;
use super::{Plan, Planned, PlannedLayer, Sourced};
use crate::config::{Config, PathGlobs};
use crate::link::precedence::Breadth;
use crate::model::{Class, Confidence, Environment, Kind, Role, Source};
use crate::reads::Engine;

/// The plan for `sources`, from paths and content alone.
pub(super) fn infer(sources: &[Sourced], starters: &Starters, config: &Config) -> Plan {
    let shared = PathGlobs::new(&config.base);
    let mut marks: Vec<Mark> = sources.iter().map(|source| own_mark(source, &shared)).collect();
    let evidence = family::settle(sources, &mut marks);
    deployed::place(sources, starters, &mut marks);
    runs::tell_apart(sources, &mut marks);
    images::set_aside(sources, &mut marks);
    let mut plan = Plan::default();
    let bases = bases(sources, &marks, &shared, &mut plan);
    let values: Vec<Mark> =
        sources.iter().zip(&marks).map(|(source, mark)| usable(source, mark)).collect();
    let mut found = drafts(sources, &values, &evidence);
    namesakes::tell_apart(&mut found);
    let is_once = found.iter().all(|draft| draft.local);
    let deployed_to: BTreeSet<&str> =
        marks.iter().flat_map(|mark| &mark.deployed_to).map(String::as_str).collect();
    if is_once && bases.iter().any(|&at| is_deployed(&sources[at])) || !deployed_to.is_empty() {
        let mut deployed = piped(sources, &values, &evidence);
        if !is_once {
            deployed.retain(|draft| is_new(&found, draft, &deployed_to));
        }
        namesakes::part(sources, &mut found, &mut deployed);
        found.extend(deployed);
    }
    deployed::lay(sources, &marks, &mut found);
    axes::join(sources, &bases, &mut found);
    namesakes::settle(sources, &mut found);
    let alone = alone(sources, &marks, &bases);
    let bases: Vec<usize> = bases.into_iter().filter(|at| !alone.contains(at)).collect();
    let also = also_alone(sources, &marks, &bases, &found);
    let alone: BTreeSet<usize> = alone.union(&also).copied().collect();
    let own = settle_alone(sources, &alone, &mut found);
    add_unnamed(sources, &marks, &bases, &mut found);
    if !own.is_empty() {
        add_shared(sources, &marks, &mut found, Environment::UNNAMED, &own);
    }
    loaders::lay(sources, &mut found);
    lent::lend_settings(sources, &mut found);
    lent::forget_taken_in(sources, &marks, &mut found);
    let instead = Instead::new(sources, &bases, &found);
    let called = Called::new(sources, &bases, &found);
    let planned = |draft| planned(sources, &marks, (&bases, &instead, &called), (draft, &found));
    plan.environments = found.iter().map(planned).collect();
    plan.environments.sort_by(|one, other| one.name.cmp(&other.name));
    plan
}

/// Whether a run of compose is deployed to an environment that no other source names.
fn is_new(found: &[Draft], draft: &Draft, deployed_to: &BTreeSet<&str>) -> bool {
    let is_same = |other: &Draft| other.canonical == draft.canonical;
    deployed_to.contains(draft.canonical.as_str()) && !found.iter().any(is_same)
}

/// Whether it says what runs somewhere, whatever the environment is called.
fn is_deployed(source: &Sourced) -> bool {
    matches!(source.class, Class::Cluster | Class::Infrastructure) && source.founds
}

/// The mark as far as it makes environments: contracts and asides make none.
fn usable(source: &Sourced, mark: &Mark) -> Mark {
    let is_out = mark.aside.is_some()
        || for_none(source).is_some()
        || mark.idle.is_some()
        || mark.is_contract
        || source.left.is_some()
        || source.role != Role::Values
        // Roles are called what they install.
        || Kind::of(source.kind).installs && source.path.split('/').any(|it| it == "roles");
    Mark { token: mark.token.clone().filter(|_| !is_out), ..mark.clone() }
}

/// The sources that name no environment and are shared, by their places; the rest goes aside with a reason.
fn bases(sources: &[Sourced], marks: &[Mark], shared: &PathGlobs, plan: &mut Plan) -> Vec<usize> {
    let included = included(sources, marks);
    let mut bases = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let mark = &marks[at];
        let is_declared = shared.fits(&source.path);
        let reason = match () {
            () if source.left.is_some() => {
                let tool = source.left.unwrap_or_default();
                format!("nothing that `{tool}` makes of the file has it")
            }
            () if source.role == Role::Template || mark.is_contract && !is_declared => {
                "a template".to_owned()
            }
            () if let Some(reason) =
                for_none(source).or(mark.aside.filter(|_| !is_of_code(source))) =>
            {
                reason.to_owned()
            }
            () if let Some(reason) = mark.idle => {
                if mark.token.is_none() {
                    bases.push(at);
                }
                reason.to_owned()
            }
            () if is_for_one(source, mark) && !is_declared => {
                "a pipeline that names no known environment".to_owned()
            }
            () if mark.token.is_some() => {
                plan.asides.push((at, "no environment runs in this mode".to_owned()));
                continue;
            }
            () if is_declared => {
                bases.push(at);
                continue;
            }
            () if source.is_component => {
                "a kustomize component: a feature, not an environment".to_owned()
            }
            () if is_lost(source, mark) => {
                "its name says no environment, and no sibling names one".to_owned()
            }
            () if included[at] && !is_loaded_anyway(&source.path) => {
                "taken in by other sources only".to_owned()
            }
            () => {
                bases.push(at);
                let reason = if source.founds || source.class == Class::Image {
                    "no environment uses it"
                } else {
                    "nothing of this project runs with it"
                };
                plan.asides.push((at, reason.to_owned()));
                continue;
            }
        };
        plan.asides.push((at, reason));
    }
    bases
}

/// Whether nobody can tell whose settings a file has. It is shared if its name is plain (`config.toml`) or says so
/// (`default.toml`), or if nobody can look into it.
fn is_lost(source: &Sourced, mark: &Mark) -> bool {
    source.class == Class::Settings
        && !mark.rest.is_empty()
        && !source.is_named
        && !Kind::of(source.kind).closed
}

/// Whether a pipeline gives to the environment that it names alone; a dotenv file may be written wherever something runs.
fn is_for_one(source: &Sourced, mark: &Mark) -> bool {
    source.class == Class::Pipeline && !(is_written(source) && mark.token.is_none())
}

/// Whether code itself gives flags there: a migration says what the tables hold wherever it runs.
fn is_of_code(source: &Sourced) -> bool {
    source.class == Class::Flags && Engine::is_source(&source.path)
}

/// Whether each source is taken in by another that may be of an environment.
fn included(sources: &[Sourced], marks: &[Mark]) -> Vec<bool> {
    let mut included = vec![false; sources.len()];
    // Settings that tests take in are still those of all that no other module is for.
    let is_of_tests = |source: &Sourced, mark: &Mark| {
        source.kind == Source::MODULE
            && mark.token.as_ref().is_some_and(|token| token.canonical == "test")
    };
    let including = sources.iter().zip(marks.iter()).filter(|(source, mark)| {
        mark.aside.is_none() && !source.is_component && !is_of_tests(source, mark)
    });
    let taken =
        including.flat_map(|(source, _)| source.includes.iter().map(move |it| (source, *it)));
    for (_, target) in taken.filter(|(by, it)| !chosen::is_chosen(sources, by, *it)) {
        included[target] = true;
    }
    included
}

/// compose and most loaders read a `.env` beside them whether it is named or not.
fn is_loaded_anyway(path: &str) -> bool {
    path == ".env" || path.ends_with("/.env")
}

/// Adds the environments that no source names.
fn add_unnamed(sources: &[Sourced], marks: &[Mark], bases: &[usize], found: &mut Vec<Draft>) {
    let of = |classes: &[Class]| -> Vec<usize> {
        bases.iter().copied().filter(|&at| classes.contains(&sources[at].class)).collect()
    };
    let has =
        |found: &[Draft], classes: &[Class]| found.iter().any(|draft| draft.has(sources, classes));
    let (deployed, dotenv): (Vec<usize>, Vec<usize>) =
        of(&[Class::Dotenv]).into_iter().partition(|&at| is_of_deployments(&sources[at].path));
    add_local(sources, marks, (of(&[Class::Compose]), dotenv), found);
    let mut cluster = of(&[Class::Cluster, Class::Infrastructure]);
    cluster.extend(deployed);
    let is_deployed = |draft: &Draft| !draft.local;
    if !has(found, &[Class::Cluster, Class::Infrastructure])
        && cluster.iter().any(|&at| sources[at].founds)
    {
        if found.iter().any(is_deployed) {
            for draft in found.iter_mut().filter(|draft| !draft.local) {
                draft.members.extend(cluster.iter().map(|&at| shared_member(sources, marks, at)));
            }
        } else {
            add_shared(sources, marks, found, Environment::UNNAMED, &cluster);
        }
    }
    let apart: Vec<usize> = of(&[Class::Infrastructure])
        .into_iter()
        .filter(|&at| sources[at].founds && found.iter().any(|it| is_apart(sources, at, it)))
        .collect();
    if !apart.is_empty() {
        add_shared(sources, marks, found, Environment::UNNAMED, &apart);
    }
    let flags = of(&[Class::Flags]);
    if found.is_empty() && flags.iter().any(|&at| sources[at].founds) {
        add_shared(sources, marks, found, Environment::UNNAMED, &flags);
    }
    let settings = of(&[Class::Settings]);
    let is_own = |draft: &Draft| draft.has(sources, &[Class::Settings]) && draft.name != "local";
    let only_local = !found.iter().any(is_deployed);
    // Where something starts the code, the files that all load are layers of that: nothing is deployed with them alone.
    let is_run = |draft: &Draft| {
        let mut members = draft.members.iter().map(|member| &sources[member.source]);
        members.any(|source| source.class == Class::Compose && source.founds)
    };
    if only_local
        && (found.is_empty() || found.iter().any(is_own) && !found.iter().any(is_run))
        // What code gives itself makes no environment where nothing names one.
        && settings.iter().any(|&at| sources[at].founds && sources[at].kind != Source::MODULE)
    {
        add_shared(sources, marks, found, Environment::UNNAMED, &settings);
    }
}

/// Adds what a developer runs: compose files and dotenv files that name no environment.
fn add_local(
    sources: &[Sourced],
    marks: &[Mark],
    (compose, dotenv): (Vec<usize>, Vec<usize>),
    found: &mut Vec<Draft>,
) {
    let has =
        |found: &[Draft], classes: &[Class]| found.iter().any(|draft| draft.has(sources, classes));
    let is_own = |mark: &Mark| mark.idle.is_none() && mark.deployed_to.is_empty();
    let compose = compose.into_iter().filter(|&at| is_own(&marks[at]));
    let mut local: Vec<usize> = compose.collect();
    // What looks complete for an environment may be laid over what looks like a developer's own.
    let is_doubtful =
        local.iter().any(|&at| found.iter().any(|draft| runs::may_lie_under(sources, at, draft)));
    if !has(found, &[Class::Compose, Class::Dotenv]) || !local.is_empty() {
        local.extend(&dotenv);
    }
    // What every other mode has a file of its own for is a developer's.
    let own = dotenv.into_iter();
    local.extend(own.filter(|&at| {
        let is_replaced = |draft: &Draft| loaders::replaces(sources, at, draft);
        found.iter().any(is_replaced) && !found.iter().any(|it| it.canonical == "local")
    }));
    if local.iter().any(|&at| sources[at].founds) {
        add_shared(sources, marks, found, "local", &local);
        if let Some(own) = found.iter_mut().find(|draft| draft.name == "local" && is_doubtful) {
            own.confidence = Confidence::Low;
        }
    }
}

fn shared_member(sources: &[Sourced], marks: &[Mark], at: usize) -> Member {
    let mark = &marks[at];
    let what = match sources[at].class {
        Class::Image if mark.is_developers => "a developer's image",
        Class::Compose if mark.is_override => "compose lays it over the file beside it",
        Class::Compose if !mark.rest.is_empty() => "a compose file for a feature, taken as in use",
        _ => "it names no environment, so all share it",
    };
    let reason = format!("{what}; {}", Kind::of(sources[at].kind).stands.reason());
    Member { source: at, breadth: Breadth::All, reason, written: String::new() }
}

fn add_shared(
    sources: &[Sourced],
    marks: &[Mark],
    found: &mut Vec<Draft>,
    name: &str,
    members: &[usize],
) {
    let members = members.iter().map(|&at| shared_member(sources, marks, at));
    if let Some(draft) = found.iter_mut().find(|draft| draft.name == name) {
        draft.members.extend(members);
        return;
    }
    let members: Vec<Member> = members.collect();
    // The plainest name says best where the environment comes from.
    let plain = members.iter().min_by_key(|member| {
        let (mark, path) = (&marks[member.source], &sources[member.source].path);
        (
            !sources[member.source].founds,
            mark.is_override,
            !mark.rest.is_empty(),
            path.matches('/').count(),
            path,
        )
    });
    let first = plain.map_or("", |member| sources[member.source].path.as_str());
    found.push(Draft {
        name: name.to_owned(),
        canonical: name.to_owned(),
        group: None,
        local: name == "local",
        confidence: Confidence::Medium,
        reason: format!("`{first}` gives values and names no environment"),
        members,
    });
}

fn planned(
    sources: &[Sourced],
    marks: &[Mark],
    (bases, instead, called): (&[usize], &Instead, &Called<'_>),
    (draft, all): (&Draft, &[Draft]),
) -> Planned {
    let mut taken = std::collections::BTreeSet::new();
    let mut layers: Vec<PlannedLayer> = Vec::new();
    for member in &draft.members {
        if taken.insert(member.source) {
            layers.push(PlannedLayer {
                source: member.source,
                breadth: member.breadth,
                reason: member.reason.clone(),
                is_override: marks[member.source].is_override,
                order: 0,
                is_taken_in: false,
            });
        }
    }
    for &at in bases {
        let fits = unnamed::fits(sources, (marks, at), (instead, called), (draft, all));
        if fits && taken.insert(at) {
            let reason = shared_member(sources, marks, at).reason;
            let is_override = marks[at].is_override;
            layers.push(PlannedLayer {
                source: at,
                breadth: Breadth::All,
                reason,
                is_override,
                order: 0,
                is_taken_in: false,
            });
        }
    }
    Planned {
        name: draft.name.clone(),
        group: draft.group.clone(),
        local: draft.local,
        confidence: draft.confidence,
        reason: draft.reason.clone(),
        layers,
    }
}
