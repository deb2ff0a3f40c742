//! A key that running code requires and an environment does not define.
//!
//! Sees only what the tree shows: an environment that holds few of a component's keys is filled from elsewhere, and
//! credentials mostly are.

mod doubts;
mod once;
mod programs;
mod reached;
mod sections;
mod wholes;

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{of_definition, of_place, of_read, readable, verb};
use super::{Context, Rule};
use crate::finding::{Finding, Label};
use crate::graph::{Coverage, Presence};
use crate::model::{
    Absence, Confidence, Definition, EnvironmentId, KeyId, Namespace, Read, Severity, Value, Via,
};
use doubts::Case;
use once::Once;
use programs::Programs;
use reached::Deciding;
use sections::{Need, Sections};
use wholes::Wholes;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "missing-required",
    summary: "running code requires a key that an environment does not define",
    severity: Severity::Error,
    docs: include_str!("../../docs/rules/missing-required.md"),
    check,
};

/// What the environments hold of the keys that code reads.
struct Scene<'a> {
    coverage: Coverage,
    /// The environments that define any of them.
    holding: BTreeSet<EnvironmentId>,
    /// The settings below each section that may be missing.
    sections: Sections,
    /// What stands beside a setting.
    wholes: Wholes<'a>,
    /// What the environments gave once.
    once: Once<'a>,
    /// What decides whether code comes to a read.
    deciding: Deciding<'a>,
    /// What programs of packages that have several read.
    programs: Programs,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    look(context, &scene(context), out);
}

/// Whether what the environments gave once would say more.
pub(super) fn wants_history(context: &Context<'_>) -> bool {
    let scene = scene(context);
    look(context, &scene, &mut Vec::new());
    scene.once.was_asked()
}

fn look<'a>(context: &Context<'a>, scene: &Scene<'a>, out: &mut Vec<Finding>) {
    for key in context.graph.keys() {
        let reads: Vec<&Read> = context
            .graph
            .deployed_reads_of(key)
            .filter(|read| read.absence == Absence::Required || sections::may_need(read))
            .filter(|read| !read.is_lost())
            .collect();
        if reads.is_empty() || context.is_provided(key) {
            continue;
        }
        let mut failing: BTreeMap<EnvironmentId, (Confidence, Vec<&Read>)> = BTreeMap::new();
        for read in &reads {
            let all = context.graph.environments().map(|(id, _)| id);
            let (lacking, having): (Vec<_>, Vec<_>) =
                all.partition(|id| is_without(context, key, read, *id));
            for environment in lacking {
                if let Some(confidence) = verdict(context, scene, (key, read, environment), &having)
                {
                    let entry = failing.entry(environment).or_insert((confidence, Vec::new()));
                    entry.0 = entry.0.max(confidence);
                    entry.1.push(read);
                }
            }
        }
        out.extend(finding(context, key, &failing));
    }
}

/// How sure it is that a read which gets no value in an environment fails there; `None` where it does not.
fn verdict<'a>(
    context: &Context<'a>,
    scene: &Scene<'a>,
    (key, read, environment): (KeyId, &'a Read, EnvironmentId),
    elsewhere: &[EnvironmentId],
) -> Option<Confidence> {
    let graph = context.graph;
    // Nothing that runs there runs this code.
    if graph.runs(read, environment) == Some(false) {
        return None;
    }
    let is_answered = |other: &KeyId| {
        is_built_in(context, *other, read) || !is_without(context, *other, read, environment)
    };
    if read.alternatives.iter().any(is_answered) || scene.wholes.has_part(context, key, environment)
    {
        return None;
    }
    // Another key says there that the code does not come to it.
    let reach = scene.deciding.reach(context, read, environment);
    if reach == Some(false) {
        return None;
    }
    let is_conditional = read.conditional && reach.is_none();
    // A field that one of several commands or loaders fills, and that nobody gives: nothing shows that anybody needs it.
    let is_needless = is_conditional
        && read.via == Via::Schema
        && graph.definitions_of(key).all(|(_, d)| d.commented);
    let was_given = || scene.once.gave(context, (key, read, environment));
    if is_needless && was_given().is_none() {
        return None;
    }
    let place = graph.inventory.environment(environment);
    let namespace = graph.inventory.key(key).namespace;
    let share = scene.coverage.share(environment, &read.component, namespace, key);
    if read.of_framework {
        return of_profile(context, (key, read, environment), elsewhere);
    }
    // Nothing of the component is here: it is deployed from elsewhere. One shared key is enough to say otherwise.
    let alone = share.known == 0 && (elsewhere.is_empty() || !scene.holding.contains(&environment));
    let need = scene.sections.need(context, (key, read), environment);
    // What nobody gives and something that cannot be seen may give.
    let is_open = || elsewhere.is_empty() && !graph.presence(key, environment).is_absent();
    if need == Need::No || namespace == Namespace::Setting && is_open() {
        return None;
    }
    if share.is_none() || alone {
        let known = read.confidence.min(place.confidence).min(need.limit());
        return was_given()
            .map(|sure| if is_conditional { Confidence::Low } else { sure.min(known) });
    }
    let mut sure = read.confidence.min(place.confidence).min(need.limit());
    let by_deployments = elsewhere.iter().any(|id| !context.is_local(*id));
    let case = Case { context, scene, key, read, environment, elsewhere, is_conditional };
    if case.is_of_another_document() {
        return None;
    }
    // What all components share says little of one, unless a deployment that is surely one gives it the key.
    let is_sure =
        |id: &EnvironmentId| graph.inventory.environment(*id).confidence > Confidence::Low;
    let is_needed = || elsewhere.iter().any(|id| !context.is_local(*id) && is_sure(id));
    let is_decent = share.is_decent() && (share.is_own || is_needed());
    if case.is_unsure(need, by_deployments, is_decent) {
        sure = Confidence::Low;
    } else if !by_deployments || !case.is_given_by_a_deployment() {
        // Nobody shows that the code is given it where it runs.
        sure = sure.min(Confidence::Medium);
    }
    if !graph.presence(key, environment).is_absent() {
        sure = sure.min(Confidence::Medium);
    }
    Some(if place.is_local { sure.min(local_limit(&case)) } else { sure })
}

/// Whether a build puts a key that is asked for beside a read into the code: no environment shows it.
fn is_built_in(context: &Context<'_>, key: KeyId, read: &Read) -> bool {
    let mut all = context.graph.reads_of(key).map(|(_, one)| one);
    all.any(|one| one.at_build && one.span.file == read.span.file)
}

/// How sure it can be that a developer lacks a key.
fn local_limit(case: &Case<'_, '_>) -> Confidence {
    let &Case { context, scene, key, read, environment, .. } = case;
    // A template of variables is copied and filled in; a whole file of settings for the environment is there.
    let is_filled_in = context.graph.inventory.key(key).namespace == Namespace::Env
        && is_in_template(context, key)
        && !scene.once.left_the_template(context, (key, read, environment));
    if is_filled_in { Confidence::Low } else { Confidence::Medium }
}

/// The same for a name that a framework keeps for the project's own modules: another module must show that one gives it.
fn of_profile(
    context: &Context<'_>,
    (key, read, environment): (KeyId, &Read, EnvironmentId),
    elsewhere: &[EnvironmentId],
) -> Option<Confidence> {
    let place = context.graph.inventory.environment(environment);
    // Code for development alone asks for what its module gives.
    let mut deployed = elsewhere.iter().filter(|id| !context.is_local(**id));
    let gives = |id: &EnvironmentId| {
        matches!(context.graph.presence_for(key, *id, &read.component), Presence::Set(_))
    };
    let is_given = deployed.any(gives);
    if place.is_local || !is_given {
        return None;
    }
    if read.conditional {
        return Some(Confidence::Low);
    }
    Some(read.confidence.min(place.confidence))
}

fn is_without(context: &Context<'_>, key: KeyId, read: &Read, environment: EnvironmentId) -> bool {
    if context.is_provided(key) {
        return false;
    }
    match context.graph.presence_for(key, environment, &read.component) {
        Presence::Absent => true,
        Presence::Unknown(_) => false,
        Presence::Set(values) => {
            read.empty_is_absent && values.iter().all(|value| value.winner.value == Value::Empty)
        }
    }
}

fn scene<'a>(context: &Context<'a>) -> Scene<'a> {
    let graph = context.graph;
    let mut holding = BTreeSet::new();
    for key in graph.keys().filter(|key| graph.is_read(*key)) {
        // What an image brings with it is there wherever it runs, and says nothing of one environment.
        let is_image = |d: &Definition| graph.inventory.source(d.source).is_image();
        let is_other = |d: &Definition| is_image(d) || graph.is_of_unread(d.source);
        let given = graph.definitions_of(key).filter(|(_, d)| !d.commented && !is_other(d));
        holding.extend(given.flat_map(|(_, d)| graph.served_by(d.source)).map(|(id, _)| id));
    }
    let (sections, wholes) = (Sections::of(graph), Wholes::of(context));
    let (once, deciding) = (Once::default(), Deciding::of(context));
    let programs = Programs::of(context);
    Scene { coverage: graph.coverage(), holding, sections, wholes, once, deciding, programs }
}

fn is_in_template(context: &Context<'_>, key: KeyId) -> bool {
    use crate::model::Role;
    let role = |d: &crate::model::Definition| context.graph.inventory.source(d.source).role;
    context.graph.definitions_of(key).any(|(_, d)| role(d) == Role::Template)
}

/// One finding for the environments of which this is surest; a local one is not named beside a deployment.
fn finding(
    context: &Context<'_>,
    key: KeyId,
    failing: &BTreeMap<EnvironmentId, (Confidence, Vec<&Read>)>,
) -> Option<Finding> {
    let all_local = failing.keys().all(|id| context.is_local(*id));
    let counts = |id: &EnvironmentId| all_local || !context.is_local(*id);
    let surest = failing.iter().filter(|(id, _)| counts(id)).map(|(_, (sure, _))| *sure).max()?;
    let environments: Vec<EnvironmentId> = failing
        .iter()
        .filter(|(id, (sure, _))| counts(id) && *sure == surest)
        .map(|(id, _)| *id)
        .collect();
    let mut reads: Vec<&Read> = environments.iter().flat_map(|id| failing[id].1.clone()).collect();
    let mut met = BTreeSet::new();
    reads.retain(|read| met.insert(read.span));
    let first = reads.first()?;
    let name = context.name(key);
    let places = context.listed(&environments);
    let fails = match first.decided_at {
        Some(_) => "may be absent by its declaration",
        None if first.absence != Absence::Required => "must be there where its section is",
        None => "fails without a value",
    };
    let primary = of_read(first, fails);
    let decided = reads.iter().filter_map(|read| read.decided_at);
    let mut related: Vec<_> =
        decided.map(|span| of_place(span, "and fails here without a value")).collect();
    related.extend(reads[1..].iter().map(|read| of_read(read, "so does this")));
    let set_by_code = context.graph.inventory.given.get(&key);
    related
        .extend(set_by_code.map(|span| of_place(*span, "code gives it here, to what it starts")));
    let giver = placed(context, key, &environments, &mut related);
    let help = match giver {
        Some(giver) => format!("define `{name}` in {places}, as `{giver}` does"),
        None => format!("define `{name}` in {places}, or give the read a default"),
    };
    Some(Finding {
        rule: RULE.name,
        severity: if all_local { Severity::Warning } else { RULE.severity },
        confidence: surest,
        key: Some(key),
        message: format!(
            "`{name}` is required and {places} {} not define it",
            verb(environments.len(), "does", "do")
        ),
        environments,
        related: readable(related, &primary),
        primary,
        help,
    })
}

/// Tells of a key where environments define it; the first deployment that does.
fn placed<'a>(
    context: &Context<'a>,
    key: KeyId,
    failing: &[EnvironmentId],
    related: &mut Vec<Label>,
) -> Option<&'a str> {
    let mut giver = None;
    for (id, place) in context.graph.environments().filter(|(id, _)| !failing.contains(id)) {
        for value in context.values(key, id).iter().take(1) {
            giver = giver.or((!place.is_local).then_some(place.name.as_str()));
            let message = format!("`{}` defines it", place.name);
            related.push(of_definition(value.winner, Some(id), message));
        }
    }
    for id in failing {
        for value in context.values(key, *id).iter().take(1) {
            related.push(of_definition(
                value.winner,
                Some(*id),
                "does not reach this code, or is empty",
            ));
        }
    }
    giver
}
