//! The life of every flag, for people and for programs.
//!
//! Shows what `lifecycle` judged, what can go first; judges nothing.

mod csv;
mod markdown;
mod put_off;
mod removal;
mod text;

pub use csv::write_csv;
pub use markdown::write_markdown;
pub use text::write_text;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::civil::Date;
use serde::Serialize;

use super::given::Place;
use crate::graph::Graph;
use crate::lifecycle::owners::{self, Answering};
use crate::lifecycle::{Day, Flag, Stage, Stand, State, Unity, Verdict, days_since};
use crate::model::EnvironmentId;
use crate::text::{Files, Span};
use put_off::PutOffDate;
use removal::{Removal, RemovalIf};

/// All flags. Its fields are the wire format of `flags --format json`.
#[derive(Serialize)]
pub struct Flags {
    schema: &'static str,
    environments: Vec<String>,
    history: History,
    summary: BTreeMap<&'static str, usize>,
    #[serde(rename = "flags")]
    all: Vec<One>,
}

/// How far back version control tells.
#[derive(Serialize)]
struct History {
    known: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
}

#[derive(Serialize)]
struct One {
    key: String,
    namespace: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spellings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    stage: &'static str,
    verdict: &'static str,
    kind: Option<Told>,
    /// What it gives: a boolean, a percentage, a variant.
    gives: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variants: Vec<String>,
    /// What all environments come to, where they come to one thing.
    everywhere: Option<String>,
    states: Vec<StateLine>,
    age: Age,
    unchanged: Age,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// How often that day was put off, and which was the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    put_off: Option<PutOffDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired: Option<PastDate>,
    owner: Option<Told>,
    reads: Vec<ReadLine>,
    tests: Vec<Place>,
    definitions: Vec<Place>,
    /// What goes with it.
    removal: Removal,
    /// What would go, where nobody sees what it comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    removal_if: Option<RemovalIf>,
    reasons: Vec<String>,
    blockers: Vec<BlockerLine>,
}

/// A word with the one who says it.
#[derive(Serialize)]
struct Told {
    name: String,
    told_by: &'static str,
}

#[derive(Serialize)]
struct StateLine {
    environment: Option<String>,
    local: bool,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    by_default: bool,
    at: Vec<Place>,
    #[serde(skip)]
    phrase: String,
}

#[derive(Serialize)]
struct Age {
    days: Option<u32>,
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    told_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

#[derive(Serialize)]
struct PastDate {
    date: String,
    told_by: String,
    days: u32,
}

#[derive(Serialize)]
struct ReadLine {
    #[serde(flatten)]
    place: Place,
    #[serde(skip_serializing_if = "String::is_empty")]
    function: String,
    component: String,
}

#[derive(Serialize)]
struct BlockerLine {
    what: String,
    doubt: bool,
    #[serde(flatten)]
    place: Option<Place>,
}

/// Which flags are wanted.
#[derive(Default)]
pub struct Wanted<'a> {
    /// The environment whose state is shown; all where none is named.
    pub environment: Option<EnvironmentId>,
    /// The stages; all where none is named.
    pub stages: &'a [Stage],
    /// Texts that the owner must hold one of; all flags where none is named.
    pub owners: &'a [String],
}

/// Tells of flags.
pub struct Teller<'a> {
    /// The texts.
    pub files: &'a Files,
    /// What was asked.
    pub graph: &'a Graph<'a>,
    /// Who answers for what.
    pub answering: Answering<'a>,
    /// The date that counts as today.
    pub today: Date,
}

impl Teller<'_> {
    /// What is to be shown of `flags`: those that can go first, and of these the ones that take most with them.
    pub fn tell(&self, flags: &[Flag<'_>], wanted: &Wanted<'_>) -> Flags {
        let inventory = self.graph.inventory;
        let mut flags: Vec<&Flag<'_>> = flags.iter().collect();
        flags.sort_by_cached_key(|flag| {
            // How safe it is comes before how much it takes with it.
            let stops = flag.blockers.iter().filter(|one| !one.is_doubt).count();
            let doubts = flag.blockers.len() - stops;
            let unsure = flag.kind.map_or(2, |(_, teller)| u8::from(!teller.is_named()));
            let places = flag.asking().len() + flag.definitions.len() + flag.leaves.keys.len();
            let worth = self.removal(flag).lines() as usize + places;
            let name = &inventory.key(flag.key).name;
            (flag.verdict, stops, unsure, doubts, std::cmp::Reverse(worth), flag.stage, name)
        });
        let mut summary = BTreeMap::new();
        let mut lines = Vec::new();
        for flag in flags {
            let one = self.one(flag, wanted.environment);
            let fits = |text: &String| {
                let owner = one.owner.as_ref().map_or("", |owner| owner.name.as_str());
                owner.to_lowercase().contains(&text.to_lowercase())
            };
            if (wanted.stages.is_empty() || wanted.stages.contains(&flag.stage))
                && (wanted.owners.is_empty() || wanted.owners.iter().any(fits))
            {
                *summary.entry(flag.stage.as_str()).or_default() += 1;
                lines.push(one);
            }
        }
        let shown = |(id, _): &(EnvironmentId, _)| wanted.environment.is_none_or(|one| one == *id);
        let environments = self.graph.environments().filter(shown);
        Flags {
            schema: "keydrift.flags/1",
            environments: environments.map(|(_, one)| one.name.clone()).collect(),
            history: self.history(),
            summary,
            all: lines,
        }
    }

    fn history(&self) -> History {
        let chronicle = self.graph.inventory.chronicle.as_ref();
        let late = chronicle.and_then(|chronicle| chronicle.late.first());
        History {
            known: chronicle.is_some(),
            starts: late.and_then(|late| late.date).map(|date| date.to_string()),
            because: match (chronicle, late) {
                (None, _) => Some("no repository, or none that can be read".to_owned()),
                (_, late) => late.map(|late| late.why.clone()),
            },
        }
    }

    fn one(&self, flag: &Flag<'_>, only: Option<EnvironmentId>) -> One {
        let inventory = self.graph.inventory;
        let key = inventory.key(flag.key);
        let spellings = flag.family.iter().skip(1);
        let owner = owners::of_flag(flag, self.graph, self.answering);
        let shown = |state: &&State<'_>| {
            only.is_none() || state.environment.is_none() || state.environment == only
        };
        let asking = flag.tests.iter().map(|read| read.span);
        let tests: BTreeSet<Span> = asking.chain(flag.set_by_tests.iter().copied()).collect();
        let read = |read: &crate::model::Read| ReadLine {
            place: self.place(read.span),
            function: read.function.clone(),
            component: read.component.clone(),
        };
        let expired = flag.expired.as_ref().map(|expired| PastDate {
            date: expired.date.to_string(),
            told_by: expired.told_by.clone(),
            days: days_since(self.today, expired.date),
        });
        One {
            key: key.name.clone(),
            namespace: key.namespace.as_str(),
            spellings: spellings.map(|other| inventory.key(*other).name.clone()).collect(),
            provider: flag.provider.map(str::to_owned),
            stage: flag.stage.as_str(),
            verdict: flag.verdict.as_str(),
            kind: flag.kind.map(|(kind, teller)| Told {
                name: kind.as_str().to_owned(),
                told_by: teller.as_str(),
            }),
            gives: flag.gives.word,
            variants: flag.gives.variants.clone(),
            everywhere: match &flag.unity {
                Unity::One(stand) | Unity::OfCode(stand) => Some(plain(stand)),
                _ => None,
            },
            states: flag.states.iter().filter(shown).map(|state| self.state(state)).collect(),
            age: self.age(&flag.since),
            unchanged: self.age(&flag.changed),
            expires: flag.expiry.map(|expiry| expiry.date.to_string()),
            put_off: PutOffDate::of(flag),
            expired,
            owner: owner.map(|(name, told_by)| Told { name, told_by }),
            reads: flag.asking().into_iter().map(read).collect(),
            tests: tests.into_iter().map(|span| self.place(span)).collect(),
            definitions: flag.definitions.iter().map(|one| self.place(one.key_span)).collect(),
            removal: self.removal(flag),
            removal_if: flag.either.as_ref().map(|either| self.removal_if(either)),
            reasons: flag.reasons.clone(),
            blockers: flag
                .blockers
                .iter()
                .map(|one| BlockerLine {
                    what: one.what.clone(),
                    doubt: one.is_doubt,
                    place: one.span.map(|span| self.place(span)),
                })
                .collect(),
        }
    }

    fn state(&self, state: &State<'_>) -> StateLine {
        let environment = state.environment.map(|id| self.graph.inventory.environment(id));
        let (value, percent, because) = match &state.stand {
            Stand::Value(text) => (Some(text.clone()), None, None),
            Stand::Share { value, share } => {
                (Some(value.clone()), Some(f64::from(share.0) / 1_000.0), None)
            }
            Stand::Unknown(why) => (None, None, Some(why.clone())),
            _ => (None, None, None),
        };
        StateLine {
            environment: environment.map(|one| one.name.clone()),
            local: state.is_local,
            state: state.stand.word(),
            value,
            percent,
            because,
            by_default: state.by_default,
            at: state.winners.iter().map(|one| self.place(one.key_span)).collect(),
            phrase: state.stand.phrase(),
        }
    }

    fn age(&self, day: &Day) -> Age {
        match day {
            Day::On { date, told_by, .. } => Age {
                days: Some(days_since(self.today, *date)),
                since: Some(date.to_string()),
                told_by: Some(told_by),
                unknown: None,
            },
            Day::Unknown(why) => {
                Age { days: None, since: None, told_by: None, unknown: Some(why.clone()) }
            }
        }
    }

    fn place(&self, span: Span) -> Place {
        Place::of(self.files, span)
    }
}

/// A value as a text without marks.
fn plain(stand: &Stand) -> String {
    match stand {
        Stand::Value(text) => text.clone(),
        other => other.word().to_owned(),
    }
}

impl One {
    /// What to do with it, as a word for people.
    fn advice(&self) -> &'static str {
        match self.verdict {
            word if word == Verdict::Remove.as_str() => "can go",
            word if word == Verdict::Check.as_str() => "look",
            word if word == Verdict::Keep.as_str() => "stays",
            _ => "wait",
        }
    }

    /// Its states in a row, environments with the same state together: `on in production, staging`.
    fn stands(&self) -> Vec<(String, Vec<&str>)> {
        let mut all: Vec<(String, Vec<&str>)> = Vec::new();
        for state in &self.states {
            let name = state.environment.as_deref().unwrap_or("all");
            match all.iter_mut().find(|(phrase, _)| *phrase == state.phrase) {
                Some((_, names)) => names.push(name),
                None => all.push((state.phrase.clone(), vec![name])),
            }
        }
        all
    }
}

/// Writes the flags for programs.
pub fn write_json(all: &Flags, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, all)?;
    out.write_all(b"\n")
}

/// A state on a few letters: `on`, `20 % on`, `blue`.
fn cell(state: &StateLine) -> String {
    match (&state.value, &state.percent) {
        (Some(value), None) => value.clone(),
        _ => state.phrase.clone(),
    }
}
