//! One key, read twice in one component, with different values to fall back to.
//!
//! Compares defaults that are written out; a default that is computed is not known.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::evidence::{of_read, readable};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::graph::{Effective, Presence};
use crate::model::{
    Absence, Attribution, Condition, Confidence, EnvironmentId, Fork, KeyId, KeyRef, Read,
    Severity, SourceId, ValueType, Via, Way, When,
};
use crate::nature::shape;
use crate::text::{FileId, Span};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "conflicting-default",
    summary: "reads of one key fall back to different values",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/conflicting-default.md"),
    check,
};

/// The environments of each file that is a source of settings itself: a module that one profile takes in and another does not.
type Modules = BTreeMap<FileId, BTreeSet<EnvironmentId>>;

/// What tells reads apart that no process takes both.
struct Ground {
    modules: Modules,
    /// The keys that decide over code, by where they are asked for.
    deciding: FxHashMap<Span, KeyId>,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let ground = Ground { modules: modules(context), deciding: deciding(context) };
    for key in context.graph.keys() {
        let mut units: BTreeMap<&str, Vec<&Read>> = BTreeMap::new();
        for read in context.graph.deployed_reads_of(key) {
            let is_taken = read.absence == Absence::Default && !read.by_itself;
            if is_taken && text(read).is_some_and(|text| !text.is_empty()) {
                units.entry(&read.component).or_default().push(read);
            }
        }
        for (component, reads) in units {
            out.extend(judge(context, &ground, (key, component, &reads)));
        }
    }
}

fn modules(context: &Context<'_>) -> Modules {
    let graph = context.graph;
    let mut modules = Modules::new();
    for (at, source) in graph.inventory.sources.iter().enumerate() {
        if source.kind == "settings-module" {
            let of = graph.served_by(SourceId::at(at)).map(|(id, _)| id);
            modules.entry(source.file).or_default().extend(of);
        }
    }
    modules
}

fn deciding(context: &Context<'_>) -> FxHashMap<Span, KeyId> {
    let reads = context.graph.inventory.reads.iter().filter(|read| !read.is_echo);
    let exact = reads.filter_map(|read| match read.key {
        KeyRef::Exact(key) => Some((read, key)),
        KeyRef::Pattern { .. } => None,
    });
    exact.flat_map(|(read, key)| [(read.span, key), (read.key_span, key)]).collect()
}

/// Whether each way to one read wants another answer of some key than each way to the other: `if os.getenv("DB") == "mysql"` and
/// `if os.getenv("DB") == "postgres"`.
fn exclude_each_other(ground: &Ground, one: &Read, other: &Read) -> bool {
    let key = |condition: &Condition| ground.deciding.get(&condition.read);
    let differ = |one: &Condition, other: &Condition| {
        let is_same_key = key(one).is_some_and(|own| key(other) == Some(own));
        let is_told = !one.equals.is_empty() && !other.equals.is_empty();
        is_same_key
            && is_told
            && if one.must_hold && other.must_hold {
                one.equals.iter().all(|text| !other.equals.contains(text))
            } else {
                one.must_hold != other.must_hold && one.equals == other.equals
            }
    };
    let apart = |one: &Way, other: &Way| {
        one.conditions.iter().any(|own| other.conditions.iter().any(|theirs| differ(own, theirs)))
    };
    !one.ways.is_empty()
        && !other.ways.is_empty()
        && one.ways.iter().all(|own| other.ways.iter().all(|theirs| apart(own, theirs)))
}

/// The first two that one process may run.
fn conflict<'r>(ground: &Ground, kinds: &[&'r Read]) -> Option<(&'r Read, &'r Read)> {
    kinds.iter().enumerate().find_map(|(at, one)| {
        let mut later = kinds[at + 1..].iter();
        later.find(|other| !never_meet(ground, one, other)).map(|other| (*one, *other))
    })
}

/// Whether no process takes both: they stand on two ways of one fork, in modules of different modes, in modules of
/// settings that share no environment, or one is laid over the other, as an attribute of a class is by that of a class which builds on it. Of two that give their process what they fall back to, the
/// first alone counts there: `manage.py` and `wsgi.py` begin processes of their own.
fn never_meet(ground: &Ground, one: &Read, other: &Read) -> bool {
    let of = |read: &Read| ground.modules.get(&read.span.file);
    let both = of(one).zip(of(other)).filter(|(one, other)| !one.is_empty() || !other.is_empty());
    let is_setting = |read: &Read| read.function.is_empty() && read.when == When::Start;
    let is_apart = one.span.file != other.span.file && is_setting(one) && is_setting(other);
    let attributes = one.attribute.as_ref().zip(other.attribute.as_ref());
    let is_overridden = attributes.is_some_and(|(one, other)| one.overrides(other));
    let is_forked = one.span.file == other.span.file && Fork::never_meet(&one.forks, &other.forks);
    // Functions that a platform calls, and programs of a package, are processes of their own.
    let are_programs = one.of_program && other.of_program && one.span.file != other.span.file;
    is_forked
        || exclude_each_other(ground, one, other)
        || is_overridden
        || are_programs
        || one.sets && other.sets
        || is_apart && (one.of_mode && other.of_mode || one.lays_over || other.lays_over)
        || both.is_some_and(|(one, other)| one.is_disjoint(other) || is_apart)
}

/// Whether two defaults are those of one attribute of two classes with a common base: `class Production(Config)` is there to
/// differ from `class Staging(Config)`.
fn are_alternatives(one: &Read, other: &Read) -> bool {
    let attributes = one.attribute.as_ref().zip(other.attribute.as_ref());
    attributes.is_some_and(|(one, other)| one.is_alternative_of(other))
}

/// Whether the defaults stand in the bodies of different classes of one file.
fn are_of_classes(kinds: &[&Read]) -> bool {
    let is_class = |name: &str| name.starts_with(char::is_uppercase) && !name.contains(['.', ':']);
    let classes: BTreeSet<_> =
        kinds.iter().map(|read| (read.span.file, read.function.as_str())).collect();
    let files: BTreeSet<_> = classes.iter().map(|(file, _)| file).collect();
    let of_start = kinds.iter().all(|read| read.when == When::Start);
    of_start
        && files.len() == 1
        && classes.len() == kinds.len()
        && classes.iter().all(|(_, name)| is_class(name))
}

/// Whether one default is a number and the other some words, which are shown and not used; or both are one word in two cases.
fn is_remark_beside(one: &str, other: &str) -> bool {
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    let is_prose = |text: &str| text.trim().contains(' ');
    // What a function answers where a value is none of those that it compares is no value.
    let is_answer =
        |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    let is_word = |text: &str| {
        !is_answer(text)
            && !is_number(text)
            && text.len() > 3
            && text.starts_with(char::is_alphabetic)
    };
    is_answer(one) && is_word(other)
        || is_answer(other) && is_word(one)
        || is_number(one) && is_prose(other)
        || is_number(other) && is_prose(one)
        || one.eq_ignore_ascii_case(other)
}

fn text(read: &Read) -> Option<&str> {
    read.default.as_ref()?.text.as_deref().map(shape::bare)
}

/// Whether fields of structs that are filled from different places take part: they may have one name and be two settings.
fn are_apart(kinds: &[&Read]) -> bool {
    let other = |read: &&Read| kinds.iter().any(|kind| kind.aliases != read.aliases);
    kinds.iter().any(|read| read.via == Via::Schema && other(read))
}

/// Whether workloads of images that are not built here get a key in an environment.
fn goes_to_others(context: &Context<'_>, key: KeyId, id: EnvironmentId) -> bool {
    let is_theirs = |one: &Effective<'_>| one.winner.attribution != Attribution::Project;
    matches!(context.graph.presence(key, id), Presence::Set(all) if all.iter().any(is_theirs))
}

/// Where the defaults count, as the end of a sentence.
fn lacking(
    context: &Context<'_>,
    asleep: bool,
    environments: &[EnvironmentId],
    elsewhere: &[EnvironmentId],
) -> String {
    match environments {
        [] if asleep => "; every environment defines it for now".to_owned(),
        [] if !elsewhere.is_empty() => {
            "; workloads of images that are not built here have a value for it".to_owned()
        }
        [] => String::new(),
        [_] => format!("; {} has no value for it", context.listed(environments)),
        _ => format!("; {} have no value for it", context.listed(environments)),
    }
}

fn judge(
    context: &Context<'_>,
    ground: &Ground,
    (key, component, reads): (KeyId, &str, &[&Read]),
) -> Option<Finding> {
    let is_switch = |read: &Read| matches!(read.expects, ValueType::Bool(_));
    // One read for each default, the first in order.
    let mut kinds: Vec<&Read> = Vec::new();
    for read in reads {
        let same = |kind: &&Read| {
            let both = is_switch(kind) || is_switch(read);
            text(kind).zip(text(read)).is_some_and(|(one, two)| shape::alike(one, two, both))
        };
        if !kinds.iter().any(same) && kinds.len() < 8 {
            kinds.push(read);
        }
    }
    let (first, second) = conflict(ground, &kinds)?;
    let graph = context.graph;
    let lacks = |id: &EnvironmentId| graph.presence_for(key, *id, component).is_absent();
    let all: Vec<EnvironmentId> = graph.environments().map(|(id, _)| id).collect();
    let environments: Vec<EnvironmentId> = all.iter().copied().filter(lacks).collect();
    let asleep = !all.is_empty() && environments.is_empty();
    // Where images that are not built here get it, one of them may be made of this code.
    let (elsewhere, environments): (Vec<_>, Vec<_>) =
        environments.into_iter().partition(|id| goes_to_others(context, key, *id));
    let mut confidence = kinds.iter().map(|read| read.confidence).min()?;
    // One piece of code may choose its default by a mode.
    let together = kinds.iter().all(|read| read.span.file == first.span.file);
    if together && kinds.iter().any(|read| read.conditional) {
        confidence = confidence.min(Confidence::Medium);
    }
    let is_choice = are_alternatives(first, second) || are_of_classes(&kinds);
    // Whoever runs a script gives it what it needs; a word for "nothing is set" is what is shown, not what is used; what
    // each process is given is never lacking.
    let is_moot = first.by_hand != second.by_hand
        || [first, second].iter().any(|read| text(read).is_some_and(shape::says_absent))
        || text(first).zip(text(second)).is_some_and(|(one, other)| is_remark_beside(one, other))
        || context.is_provided(key);
    if asleep || !elsewhere.is_empty() || are_apart(&kinds) || is_choice || is_moot {
        confidence = Confidence::Low;
    }
    let show = |read: &Read| match &read.default {
        Some(default) if !default.redacted => {
            format!("`{}`", text(read).unwrap_or("").chars().take(60).collect::<String>())
        }
        _ => "[redacted]".to_owned(),
    };
    let name = context.name(key);
    let primary = of_read(first, format!("falls back to {}", show(first)));
    let others = reads.iter().filter(|read| read.span != first.span);
    let related =
        others.map(|read| of_read(read, format!("falls back to {}", show(read)))).collect();
    let others = lacking(context, asleep, &environments, &elsewhere);
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence,
        key: Some(key),
        message: format!(
            "`{name}` falls back to {} in one place and to {} in another{others}",
            show(first),
            show(second)
        ),
        environments,
        related: readable(related, &primary),
        primary,
        help: format!("read `{name}` in one place, or share one default"),
    })
}

#[cfg(test)]
mod tests {
    use super::is_remark_beside;

    #[test]
    fn an_answer_is_no_value_beside_a_word() {
        assert!(is_remark_beside("false", "local"));
        assert!(!is_remark_beside("false", "true"));
        assert!(!is_remark_beside("local", "staging"));
    }
}
