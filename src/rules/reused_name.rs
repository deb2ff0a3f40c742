//! One name for two things: a flag that was given up and is back while an environment still holds its old value, a key that
//! two places read as what cannot be one, a variable that two flags take.
//!
//! Whether a name that is back means the same as before, no file tells: the old code must have been elsewhere, and gone for a
//! month. One name in two services is how services are switched together: that alone is nothing.

mod meanings;

use super::evidence::{listed, of_definition, of_read};
use super::{Context, Rule, cleanup};
use crate::finding::Finding;
use crate::graph::Feed;
use crate::lifecycle::{Flag, Return, Shared};
use crate::model::{Confidence, Definition, EnvironmentId, KeyId, Severity, ValueType};
use crate::nature::Nature;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "reused-name",
    summary: "a name came back while an environment holds its old value, or means two things now",
    severity: Severity::Error,
    docs: include_str!("../../docs/rules/reused-name.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for flag in context.flags {
        if let Some(back) = &flag.returned {
            out.extend(returned(context, flag, back));
        } else if let Some(shared) = &flag.shared {
            out.extend(strangers(context, flag, shared));
        }
    }
    let graph = context.graph;
    for key in graph.keys().filter(|key| graph.lead(*key) == *key) {
        out.extend(two_types(context, key));
    }
    out.extend(two_flags(context));
}

fn returned(context: &Context<'_>, flag: &Flag<'_>, back: &Return<'_>) -> Option<Finding> {
    let (_, first) = flag.reads.first()?;
    let name = context.name(flag.key);
    let mut environments: Vec<EnvironmentId> = Vec::new();
    let mut related: Vec<_> =
        flag.reads.iter().skip(1).map(|(_, read)| of_read(read, "and here")).collect();
    for (one, since) in &back.older {
        let mut places = context.graph.served_by(one.source).map(|(id, _)| id);
        let place = places.next();
        environments.extend(place.into_iter().chain(places));
        let whose = if back.is_left_behind { ", for code that does not ask any more" } else { "" };
        let label = format!("from before{whose}: {}", since.date);
        related.push(of_definition(one, place, label));
    }
    environments.sort_unstable();
    environments.dedup();
    environments.retain(|id| !context.is_local(*id));
    let sure = if back.is_left_behind {
        Confidence::Low
    } else if matches!(first.expects, ValueType::Bool(_)) && back.days() >= 90 {
        Confidence::High
    } else {
        Confidence::Medium
    };
    let before = listed(back.before.iter().map(String::as_str));
    let primary = of_read(first, format!("back since {}", back.back.date));
    let holds = if environments.is_empty() {
        "its provider holds".to_owned()
    } else {
        format!("{} still {}", context.listed(&environments), hold(environments.len()))
    };
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: sure.min(first.confidence),
        key: Some(flag.key),
        message: format!(
            "`{name}` was given up on {} and is back in other code since {}, and {holds} a value \
             from before",
            back.gone.date, back.back.date
        ),
        related: cleanup::places(related, &primary),
        primary,
        help: format!(
            "see what `{name}` meant in {before} before commit {}; give the new flag a name of its \
             own, or set it anew in {}",
            back.gone.commit,
            if environments.is_empty() {
                "its provider".to_owned()
            } else {
                context.listed(&environments)
            }
        ),
        environments,
    })
}

/// A flag that two components ask for which have nothing in common.
fn strangers(context: &Context<'_>, flag: &Flag<'_>, shared: &Shared<'_>) -> Option<Finding> {
    let inventory = context.graph.inventory;
    let key = inventory.key(flag.key);
    let nature = Nature::of(&key.name);
    let stays = flag.kind.is_some_and(|(kind, _)| kind.stays());
    if stays || nature.is_development() || !(nature.is_flag() || nature.is_release()) {
        return None;
    }
    let reads_of = |component: &str| {
        let all = flag.reads.iter().map(|(_, read)| *read);
        all.filter(|read| read.component == component).collect::<Vec<_>>()
    };
    let ((one, since), (other, later)) = (shared.first, shared.second);
    let (first, second) = (reads_of(one), reads_of(other));
    let primary = of_read(second.first()?, format!("`{other}` asks since {}", later.date));
    let mut related = vec![of_read(first.first()?, format!("`{one}` asks since {}", since.date))];
    related.extend(second.iter().chain(&first).map(|read| of_read(read, "and here")));
    let place = context.graph.served_by(shared.by.source).map(|(id, _)| id).next();
    related.push(of_definition(shared.by, place, "one value for both"));
    let name = context.name(flag.key);
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: Confidence::Low,
        key: Some(flag.key),
        environments: place.into_iter().filter(|id| !context.is_local(*id)).collect(),
        message: format!(
            "`{name}` was `{one}`'s since {}, and `{other}`, which has nothing to do with it, asks for \
             it since {}: one value drives both",
            since.date, later.date
        ),
        related: cleanup::places(related, &primary),
        primary,
        help: format!(
            "give the flag of `{other}` a name of its own, where it is not the same switch"
        ),
    })
}

fn hold(count: usize) -> &'static str {
    super::evidence::verb(count, "holds", "hold")
}

/// A key that two places read as what no value can be.
fn two_types(context: &Context<'_>, key: KeyId) -> Option<Finding> {
    let graph = context.graph;
    let mut reads: Vec<_> = graph
        .spellings_of(key)
        .into_iter()
        .flat_map(|one| graph.deployed_reads_of(one))
        .filter(|read| {
            let takes_any = read.bad_value_falls_back || read.limits.any_text_parses;
            !takes_any && !read.is_echo && read.confidence > Confidence::Low
        })
        .collect();
    reads.sort_by_key(|read| read.span);
    let (first, other) = reads.iter().enumerate().find_map(|(at, one)| {
        let mut later = reads[at + 1..].iter();
        later.find(|two| meanings::are_apart(one, two)).map(|two| (*one, *two))
    })?;
    let name = context.name(key);
    let (one, two) = (meanings::word(&first.expects), meanings::word(&other.expects));
    let primary = of_read(other, format!("{two} here"));
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: Confidence::Medium,
        key: Some(key),
        environments: Vec::new(),
        message: format!("`{name}` is read as {one} and as {two}"),
        related: cleanup::places(vec![of_read(first, format!("{one} here"))], &primary),
        primary,
        help: format!("give one of the two a name of its own: no value of `{name}` is both"),
    })
}

/// Variables that two flags take as they are: who turns one turns the other.
fn two_flags(context: &Context<'_>) -> Vec<Finding> {
    let graph = context.graph;
    let inventory = graph.inventory;
    let flags: std::collections::BTreeSet<KeyId> =
        context.flags.iter().filter(|flag| !flag.reads.is_empty()).map(|flag| flag.key).collect();
    let mut found = Vec::new();
    for key in graph.keys() {
        let mut taken: Vec<(KeyId, &Definition)> = Vec::new();
        for (to, by) in graph.fed_by(key) {
            let Feed::Interpolation(id) = by else { continue };
            let one = inventory.definition(id);
            let to = graph.lead(to);
            let is_new = taken.iter().all(|(known, _)| *known != to);
            if is_new && to != graph.lead(key) && flags.contains(&to) && is_whole(one) {
                taken.push((to, one));
            }
        }
        let Some(((_, first), rest)) = taken.split_first().filter(|(_, rest)| !rest.is_empty())
        else {
            continue;
        };
        let name = context.name(key);
        let names = listed(taken.iter().map(|(to, _)| context.name(*to)));
        let primary = of_definition(first, None, "one flag takes it");
        let related = rest.iter().map(|(_, one)| of_definition(one, None, "another takes it too"));
        found.push(Finding {
            rule: RULE.name,
            severity: RULE.severity,
            confidence: Confidence::Low,
            key: Some(key),
            environments: Vec::new(),
            message: format!("`{name}` drives the flags {names} at once"),
            related: cleanup::places(related.collect(), &primary),
            primary,
            help: format!("give each flag a variable of its own, where `{name}` is not one switch"),
        });
    }
    found
}

/// Whether the value of a definition is another one and nothing more: `${FEATURE_X}`.
fn is_whole(definition: &Definition) -> bool {
    match &definition.value {
        crate::model::Value::Reference { text, needs } => {
            let text = text.trim().trim_matches(['"', '\'']);
            needs.len() == 1 && text.starts_with('$') && !text.contains(' ')
        }
        _ => false,
    }
}
