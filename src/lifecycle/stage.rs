//! Where in its life a flag is, whether it can go, and what speaks against it. Never by age alone.

use jiff::civil::Date;

use super::blockers::{is_on_its_way, other_locals};
use super::dates::days_since;
use super::lacks::Lacking;
use super::leaves::branches_of;
use super::{Flag, Ground, Stand, Teller, Unity, dates};
use crate::graph::{Liveness, Reason};
use crate::model::{Definition, Environment, EnvironmentId, KeyId};
use crate::nature::Nature;
use crate::nature::sdk::is_stand_in;

/// Where in its life a flag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// One value everywhere for long: the check can go.
    Settled,
    /// Defined, and no code asks for it.
    DeadInCode,
    /// Asked for, and its provider does not have it.
    DeadInConfig,
    /// Past the day on which it was to go.
    Expired,
    /// Its name was given up and is back.
    Returned,
    /// On its way through environments or users.
    RollingOut,
    /// Off, or left to the code, everywhere.
    Introduced,
    /// It stays.
    Permanent,
    /// Nothing that is seen tells.
    Unknown,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 9] = [
        Self::Settled,
        Self::DeadInCode,
        Self::DeadInConfig,
        Self::Expired,
        Self::Returned,
        Self::RollingOut,
        Self::Introduced,
        Self::Permanent,
        Self::Unknown,
    ];

    /// The word for programs and arguments.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::DeadInCode => "dead-in-code",
            Self::DeadInConfig => "dead-in-config",
            Self::Expired => "expired",
            Self::Returned => "returned",
            Self::RollingOut => "rolling-out",
            Self::Introduced => "introduced",
            Self::Permanent => "permanent",
            Self::Unknown => "unknown",
        }
    }
}

/// What to do with a flag, what can be done first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Take it out: nothing speaks against it.
    Remove,
    /// It should go, and something must be looked at first.
    Check,
    /// Its time has not come, or nothing tells.
    Wait,
    /// It stays.
    Keep,
}

impl Verdict {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Check => "check",
            Self::Wait => "wait",
            Self::Keep => "keep",
        }
    }
}

/// Why a flag is past its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expired {
    /// The day on which it was to go.
    pub date: Date,
    /// Who says so, as a phrase.
    pub told_by: String,
    /// Whether somebody said it of this flag, or of its kind in the project's own policy.
    pub is_told: bool,
}

/// Whether the flag is past the day that somebody, or its kind, gives it.
pub(super) fn expired(ground: &Ground<'_>, flag: &Flag<'_>) -> Option<Expired> {
    if let Some(expiry) = &flag.expiry {
        // A day that somebody gave counts in place of the age of its kind.
        let told_by = if expiry.note.is_some() { "its annotation" } else { "its provider" };
        let (date, told_by) = (expiry.date, told_by.to_owned());
        return (date < ground.today).then_some(Expired { date, told_by, is_told: true });
    }
    // What only its use tells of a flag gives it no day.
    let (kind, teller) = flag.kind.filter(|(_, teller)| *teller != Teller::Use)?;
    let most = ground.config.flags.age(kind)?;
    let since = flag.since.date()?;
    let is_told = teller.is_told() && ground.config.flags.own_ages.contains(&kind);
    let date = since.checked_add(jiff::Span::new().days(i64::from(most))).ok()?;
    let told_by = format!("the {most} days of the kind `{}`", kind.as_str());
    (date < ground.today).then_some(Expired { date, told_by, is_told })
}

/// Where in its life the flag is.
pub(super) fn stage(ground: &Ground<'_>, flag: &Flag<'_>) -> Stage {
    if let Some(stage) = dead(ground, flag) {
        return stage;
    }
    if flag.kind.is_some_and(|(kind, _)| kind.stays()) {
        return Stage::Permanent;
    }
    if is_settled(ground, flag) {
        return Stage::Settled;
    }
    if flag.expired.as_ref().is_some_and(|expired| expired.is_told) {
        return Stage::Expired;
    }
    if flag.returned.as_ref().is_some_and(|back| !back.is_left_behind) {
        return Stage::Returned;
    }
    match &flag.unity {
        _ if flag.reads.is_empty() => Stage::Unknown,
        Unity::One(_) if flag.changed.date().is_none() || is_setting(ground, flag) => {
            Stage::Unknown
        }
        Unity::One(Stand::Off) | Unity::OfCode(_) => Stage::Introduced,
        Unity::One(_) | Unity::Differ | Unity::Split => Stage::RollingOut,
        Unity::Unknown(_) | Unity::Nowhere => Stage::Unknown,
    }
}

fn dead(ground: &Ground<'_>, flag: &Flag<'_>) -> Option<Stage> {
    let namespace = ground.graph.inventory.key(flag.key).namespace;
    // One that is archived and that nothing asks for is no flag.
    let is_given = !flag.definitions.is_empty();
    if flag.reads.is_empty() {
        let knows = ground.asked.contains(&namespace);
        let is_unread = |key: &KeyId| ground.graph.liveness(*key) != Liveness::Read;
        let is_known = is_given || !flag.declarations.is_empty();
        let is_dead = is_known
            && knows
            && !is_for_tests_alone(ground, flag)
            && !is_of_others(ground, flag)
            && !is_named(ground, flag)
            && !is_passed_around(flag)
            && flag.family.iter().all(is_unread);
        return is_dead.then_some(Stage::DeadInCode);
    }
    if is_given && is_unused(ground, flag) {
        return Some(Stage::DeadInCode);
    }
    (flag.lacking == Lacking::Provider).then_some(Stage::DeadInConfig)
}

/// Whether all that asks for the flag are fields that are filled and that nothing uses.
fn is_unused(ground: &Ground<'_>, flag: &Flag<'_>) -> bool {
    !flag.reads.is_empty()
        && flag.reads.iter().all(|(_, read)| ground.idle.contains_key(&read.span))
}

/// Whether all that gives the flag are files that nothing places and of which no code asks for anything.
fn is_of_others(ground: &Ground<'_>, flag: &Flag<'_>) -> bool {
    let is_aside = |one: &Definition| {
        ground.graph.served_by(one.source).next().is_none() && !ground.loaded.contains(&one.source)
    };
    !flag.definitions.is_empty() && flag.definitions.iter().all(|one| is_aside(one))
}

/// Whether tests ask for the flag and nothing but developers and tests is given it: they need it.
fn is_for_tests_alone(ground: &Ground<'_>, flag: &Flag<'_>) -> bool {
    let inventory = ground.graph.inventory;
    let is_tested =
        !flag.tests.is_empty() || flag.family.iter().any(|key| inventory.tested.contains(key));
    let is_local = |one: &Definition| {
        let mut served = ground.graph.served_by(one.source);
        is_stand_in(inventory.source(one.source).kind)
            || served.all(|(id, _)| inventory.environment(id).is_local)
    };
    is_tested && !flag.definitions.is_empty() && flag.definitions.iter().all(|one| is_local(one))
}

/// Whether code names what declares the flag, whatever for: it may ask in a way that is not seen.
fn is_passed_around(flag: &Flag<'_>) -> bool {
    flag.declarations.iter().any(|one| one.is_used)
}

/// Whether a text that is not parsed, and is no prose, names the flag: code of another language may ask for it.
fn is_named(ground: &Ground<'_>, flag: &Flag<'_>) -> bool {
    let reasons = ground.graph.reasons(flag.key);
    reasons.iter().any(|reason| matches!(reason, Reason::Mention(text) if !text.is_prose()))
}

/// What the flag comes to for good, where that is known.
pub(super) fn outcome(flag: &Flag<'_>) -> Option<Stand> {
    match (&flag.unity, flag.stage) {
        (Unity::One(stand) | Unity::OfCode(stand), _) => Some(stand.clone()),
        _ => None,
    }
}

/// Whether all environments have had one value for long enough, and the flag is old enough.
fn is_settled(ground: &Ground<'_>, flag: &Flag<'_>) -> bool {
    let policy = &ground.config.flags;
    let (Unity::One(_), Some(since), Some(changed)) =
        (&flag.unity, flag.since.date(), flag.changed.date())
    else {
        return false;
    };
    !flag.reads.is_empty()
        && !is_setting(ground, flag)
        && !is_on_its_way(flag)
        && days_since(ground.today, changed) >= policy.settled_after
        && days_since(ground.today, since) >= policy.minimum_age.max(1)
}

/// Whether a switch that nobody calls a flag is used as a setting: something keeps it where it is, it is about debugging, no
/// code that is seen decides by it, one environment alone is seen, or all that is seen of it are the settings that the program
/// brings along, which whoever runs it may change.
fn is_setting(ground: &Ground<'_>, flag: &Flag<'_>) -> bool {
    if flag.kind.is_some() {
        return false;
    }
    let inventory = ground.graph.inventory;
    let is_kept = flag.blockers.iter().any(|one| !one.is_doubt);
    let deployed = flag.states.iter().filter(|state| !state.is_local);
    let places = deployed.filter_map(|state| state.environment);
    let is_named = |id: &EnvironmentId| inventory.environment(*id).name != Environment::UNNAMED;
    let name = &inventory.key(flag.key).name;
    is_kept
        || Nature::of(name).is_development()
        || !flag.reads.iter().any(|(id, _)| branches_of(inventory, *id).next().is_some())
        || places.filter(is_named).count() < 2
}

/// What to do with it.
pub(super) fn verdict(flag: &Flag<'_>) -> Verdict {
    match flag.stage {
        // Whatever it is meant for, nothing is done by it.
        Stage::Permanent | Stage::RollingOut | Stage::Introduced | Stage::Unknown
            if flag.is_vain =>
        {
            Verdict::Check
        }
        Stage::Permanent => Verdict::Keep,
        Stage::Settled if flag.blockers.is_empty() && flag.kind.is_some() => Verdict::Remove,
        Stage::DeadInCode if flag.blockers.is_empty() => Verdict::Remove,
        Stage::Settled
        | Stage::DeadInCode
        | Stage::DeadInConfig
        | Stage::Expired
        | Stage::Returned => Verdict::Check,
        Stage::RollingOut | Stage::Introduced | Stage::Unknown => Verdict::Wait,
    }
}

/// Why the flag is judged as it is.
pub(super) fn reasons(ground: &Ground<'_>, flag: &Flag<'_>) -> Vec<String> {
    let mut all = Vec::new();
    match &flag.unity {
        Unity::One(stand) => {
            let since = flag.changed.date().map_or_else(String::new, |date| {
                format!(", unchanged since {date} ({})", days(days_since(ground.today, date)))
            });
            let place = if flag.reads.is_empty() { "wherever it is" } else { "everywhere" };
            all.push(format!("{} {place}{}{since}", stand.phrase(), but_for(ground, flag)));
        }
        Unity::OfCode(stand) => {
            all.push(format!("no environment sets it: {} by the code alone", stand.phrase()));
        }
        Unity::Differ => all.push("the environments differ".to_owned()),
        Unity::Split => all.push("some who ask get another value than others".to_owned()),
        Unity::Unknown(why) => all.push(why.clone()),
        Unity::Nowhere => all.push("no source that is seen serves it".to_owned()),
    }
    match flag.stage {
        Stage::DeadInCode if !flag.reads.is_empty() => {
            all.push("it is loaded and nothing uses it".to_owned());
        }
        Stage::DeadInCode if flag.definitions.is_empty() && flag.tests.is_empty() => {
            all.push("code declares it and does not ask for it".to_owned());
        }
        Stage::DeadInCode if flag.tests.is_empty() => all.push("no code asks for it".to_owned()),
        Stage::DeadInCode => all.push("only tests ask for it".to_owned()),
        Stage::Unknown if flag.reads.is_empty() && is_for_tests_alone(ground, flag) => {
            all.push("only tests ask for it, and no deployment has it".to_owned());
        }
        Stage::Unknown if flag.reads.is_empty() && is_of_others(ground, flag) => {
            all.push("code asks for nothing of its file, which names no environment".to_owned());
        }
        Stage::Unknown if flag.reads.is_empty() && is_named(ground, flag) => {
            all.push("only code that is not parsed names it".to_owned());
        }
        Stage::Unknown if flag.reads.is_empty() && is_passed_around(flag) => {
            all.push("code uses its name, and where it asks for it is not seen".to_owned());
        }
        Stage::Unknown if flag.reads.is_empty() => {
            all.push("no code that is seen asks its provider for flags".to_owned());
        }
        Stage::DeadInConfig => all.push("its provider does not have it".to_owned()),
        _ => {}
    }
    if let Some(expired) = &flag.expired {
        all.push(format!("its time ended {} by {}", expired.date, expired.told_by));
    }
    if let dates::Day::Unknown(why) = &flag.changed
        && matches!(flag.unity, Unity::One(_))
        && !flag.reads.is_empty()
    {
        all.push(format!("last change unknown: {why}"));
    }
    all.extend(flag.is_vain.then(|| "both ways of all that it decides do the same".to_owned()));
    let asked = flag.asked.as_ref();
    all.extend(asked.map(|it| format!("its provider was last asked for it on {}", it.date)));
    if flag.kind.is_none() && !flag.reads.is_empty() {
        all.push("nothing says that it is a flag of a release".to_owned());
    }
    all
}

/// Where developers and tests have another value.
fn but_for(ground: &Ground<'_>, flag: &Flag<'_>) -> String {
    let inventory = ground.graph.inventory;
    let apart = other_locals(flag).filter_map(|state| state.environment);
    let listed: Vec<_> = apart.map(|id| format!("`{}`", inventory.environment(id).name)).collect();
    if listed.is_empty() { String::new() } else { format!(" but in {}", listed.join(", ")) }
}

/// `1 day`, `90 days`.
fn days(number: u32) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}
