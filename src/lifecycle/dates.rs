//! Since when a flag is there, and since when its value stands as it does.
//!
//! A day that history cannot know, since it begins later, is not known: it is never taken for young.

use jiff::civil::Date;

use super::state::State;
use super::{Flag, Ground};
use crate::model::{Chronicle, Definition, FlagNote, Inventory, KeyId, Moment, Period, PutOff};

/// What stands for the days of a tree that nobody keeps.
const NO_HISTORY: &str = "there is no history";

/// A day, or why it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// Known.
    On {
        /// The day.
        date: Date,
        /// Who tells, as a phrase: "its provider", "history".
        told_by: &'static str,
        /// Who wrote the commit, where one did.
        author: Option<String>,
    },
    /// Not known: why, as a phrase.
    Unknown(String),
}

impl Day {
    /// The day.
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::On { date, .. } => Some(*date),
            Self::Unknown(_) => None,
        }
    }
}

/// How many days lie between a day and today; none for a day to come.
pub fn days_since(today: Date, date: Date) -> u32 {
    let days = date.until(today).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0)
}

/// Since when the flag is there.
pub(super) fn since(
    ground: &Ground<'_>,
    family: &[KeyId],
    definitions: &[&Definition],
    notes: &[&FlagNote],
) -> Day {
    let told = definitions.iter().filter_map(|one| one.flag.as_deref()?.dates.created);
    let provider = told.min().map(|date| (date, "its provider", None));
    let said = notes.iter().filter_map(|one| one.dates.created).min();
    let said = said.map(|date| (date, "a comment", None));
    let mut unknown = NO_HISTORY.to_owned();
    let history = ground.graph.inventory.chronicle.as_ref().and_then(|chronicle| {
        let Some(first) = first(chronicle, family) else {
            "no commit has it".clone_into(&mut unknown);
            return None;
        };
        if first.is_older {
            unknown = late(chronicle);
            return None;
        }
        Some((first.from.date, "history", Some(first.from.author.clone())))
    });
    let all = [provider, said, history].into_iter().flatten();
    match all.min_by_key(|(date, ..)| *date) {
        Some((date, told_by, author)) => Day::On { date, told_by, author },
        None => Day::Unknown(unknown),
    }
}

/// The periods of a key in all its spellings.
pub(super) fn periods<'c>(
    chronicle: &'c Chronicle,
    family: &[KeyId],
    in_code: bool,
) -> Vec<&'c Period> {
    let past = family.iter().filter_map(|key| chronicle.keys.get(key));
    past.flat_map(|past| if in_code { &past.in_code } else { &past.in_config }).collect()
}

fn first<'c>(chronicle: &'c Chronicle, family: &[KeyId]) -> Option<&'c Period> {
    let all = [true, false].into_iter().flat_map(|code| periods(chronicle, family, code));
    all.min_by_key(|period| (&period.from, !period.is_older))
}

/// Why a day before the known history is not known.
fn late(chronicle: &Chronicle) -> String {
    match chronicle.late.first() {
        Some(late) => match late.date {
            Some(date) => format!("history starts {date}: {}", late.why),
            None => format!("history is not known: {}", late.why),
        },
        None => "it is older than the history that is known".to_owned(),
    }
}

/// Since when no environment that counts has been given another value; those of developers and tests where there are no others.
pub(super) fn changed(ground: &Ground<'_>, family: &[KeyId], states: &[State<'_>]) -> Day {
    let mut last: Option<Day> = None;
    let is_all_local = states.iter().all(|state| state.is_local);
    for state in states.iter().filter(|state| is_all_local || !state.is_local) {
        for one in &state.winners {
            let day = changed_at(ground, one);
            if let Day::Unknown(_) = day {
                return day;
            }
            last = Some(later(last, day));
        }
        if state.by_default {
            // When a default was last changed nobody keeps; when code began to ask bounds it.
            if let Some(day) = asked_since(ground, family) {
                last = Some(later(last, day));
            }
        }
    }
    last.unwrap_or_else(|| Day::Unknown("no environment gives it a value".to_owned()))
}

fn later(one: Option<Day>, other: Day) -> Day {
    match one {
        Some(one) if one.date() >= other.date() => one,
        _ => other,
    }
}

fn asked_since(ground: &Ground<'_>, family: &[KeyId]) -> Option<Day> {
    let chronicle = ground.graph.inventory.chronicle.as_ref()?;
    let all = periods(chronicle, family, true).into_iter();
    let last = all.max_by_key(|period| &period.from)?;
    (!last.is_older).then(|| of(&last.from))
}

fn of(moment: &Moment) -> Day {
    Day::On { date: moment.date, told_by: "history", author: Some(moment.author.clone()) }
}

/// When a definition was last given another value.
pub(super) fn changed_at(ground: &Ground<'_>, definition: &Definition) -> Day {
    let told = definition.flag.as_deref().and_then(|flag| flag.dates.changed);
    if let Some(date) = told {
        return Day::On { date, told_by: "its provider", author: None };
    }
    let Some(chronicle) = &ground.graph.inventory.chronicle else {
        return Day::Unknown(NO_HISTORY.to_owned());
    };
    let past = ground.id_of(definition).and_then(|id| chronicle.values.get(&id));
    match past {
        None => {
            let why = "history does not tell its value: code assigns it, or it is not committed";
            Day::Unknown(why.to_owned())
        }
        Some(past) if past.is_older && past.changes == 0 => Day::Unknown(late(chronicle)),
        Some(past) => of(&past.last),
    }
}

/// Who last touched a flag: gave it a value, or made code ask for it.
pub(super) fn last_author(inventory: &Inventory, flag: &Flag<'_>) -> Option<String> {
    let chronicle = inventory.chronicle.as_ref()?;
    let past = flag.family.iter().filter_map(|key| chronicle.keys.get(key));
    past.filter_map(|past| past.touched.as_ref()).max().map(|moment| moment.author.clone())
}

/// How many days a request at a provider tells that something still asks.
const OF_LATE: u32 = 30;

/// The last request for a flag of which its provider's export tells: only the running system knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The day.
    pub date: Date,
    /// Whether that is so lately that something asks to this day.
    pub is_of_late: bool,
}

/// When a provider was last asked for a flag.
pub(super) fn asked(ground: &Ground<'_>, definitions: &[&Definition]) -> Option<Asked> {
    let days = definitions.iter().filter_map(|one| one.flag.as_deref()?.dates.evaluated);
    let date = days.max()?;
    Some(Asked { date, is_of_late: days_since(ground.today, date) <= OF_LATE })
}

/// The day on which a flag is to go, and who says so.
pub(super) fn expires<'a>(
    ground: &Ground<'_>,
    definitions: &[&'a Definition],
    notes: &[&'a FlagNote],
) -> Option<Expiry<'a>> {
    let said = notes.iter().filter_map(|one| Some((one.dates.expires?, Some(*one), None)));
    let told = definitions
        .iter()
        .filter_map(|one| Some((one.flag.as_deref()?.dates.expires?, None, Some(*one))));
    let all = said.chain(told);
    // What several say, the latest says: somebody gave it more time.
    let (date, note, definition) = all.max_by_key(|(date, ..)| *date)?;
    let place = note.map_or_else(|| definition.map(|one| one.key_span), |note| note.expires_at);
    let chronicle = ground.graph.inventory.chronicle.as_ref();
    let put_off = place.and_then(|place| chronicle?.put_off.get(&place).copied());
    Some(Expiry { date, note, definition, put_off })
}

/// The day on which a flag is to go.
#[derive(Clone, Copy, Debug)]
pub struct Expiry<'a> {
    /// The day.
    pub date: Date,
    /// The comment or declaration that says it.
    pub note: Option<&'a FlagNote>,
    /// The definition that says it.
    pub definition: Option<&'a Definition>,
    /// How it was put off, as far as history tells.
    pub put_off: Option<PutOff>,
}
