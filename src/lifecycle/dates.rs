//! Since when a flag is there, and since when its value stands as it does.
//!
//! A day that history cannot know, since it begins later, is not known: it is never taken for young.

use jiff::civil::Date;

use super::state::State;
use super::{Flag, Ground};
use crate::model::{
    Chronicle, Definition, DefinitionId, FlagNote, Inventory, KeyId, Moment, Period,
};

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
    let noted = notes.iter().filter_map(|note| note.dates.created).min();
    let noted = noted.map(|date| (date, "a comment", None));
    let mut unknown = "there is no history".to_owned();
    let history = match &ground.graph.inventory.chronicle {
        None => None,
        Some(chronicle) => match first(chronicle, family) {
            Some(moment) if is_known(chronicle, moment) => {
                Some((moment.date, "history", Some(moment.author.clone())))
            }
            Some(_) => {
                unknown = late(chronicle);
                None
            }
            None => {
                "no commit has it".clone_into(&mut unknown);
                None
            }
        },
    };
    let all = [provider, noted, history].into_iter().flatten();
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

fn first<'c>(chronicle: &'c Chronicle, family: &[KeyId]) -> Option<&'c Moment> {
    let all = [true, false].into_iter().flat_map(|code| periods(chronicle, family, code));
    all.map(|period| &period.from).min()
}

/// Whether a commit is not the one at which history begins too late.
pub(super) fn is_known(chronicle: &Chronicle, moment: &Moment) -> bool {
    chronicle.starts_late.as_ref().is_none_or(|late| moment.date > late.date)
}

fn late(chronicle: &Chronicle) -> String {
    match &chronicle.starts_late {
        Some(late) => format!("history starts {}: {}", late.date, late.why),
        None => "there is no history".to_owned(),
    }
}

/// Since when no environment that counts has been given another value.
pub(super) fn changed(ground: &Ground<'_>, family: &[KeyId], states: &[State<'_>]) -> Day {
    let mut last: Option<Day> = None;
    for state in states.iter().filter(|state| !state.is_local) {
        for one in &state.winners {
            let day = changed_at(ground, one);
            if let Day::Unknown(_) = day {
                return day;
            }
            last = later(last, day);
        }
        if state.by_default {
            // When a default was last changed nobody keeps; when code began to ask bounds it.
            if let Some(day) = asked_since(ground, family) {
                last = later(last, day);
            }
        }
    }
    last.unwrap_or_else(|| Day::Unknown("no environment gives it a value".to_owned()))
}

fn later(one: Option<Day>, other: Day) -> Option<Day> {
    match one {
        Some(one) if one.date() >= other.date() => Some(one),
        _ => Some(other),
    }
}

fn asked_since(ground: &Ground<'_>, family: &[KeyId]) -> Option<Day> {
    let chronicle = ground.graph.inventory.chronicle.as_ref()?;
    let last = periods(chronicle, family, true).into_iter().map(|period| &period.from).max()?;
    is_known(chronicle, last).then(|| of(last))
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
        return Day::Unknown("there is no history".to_owned());
    };
    let past = ground.id_of(definition).and_then(|id| chronicle.values.get(&id));
    match past {
        None => Day::Unknown("no commit has its value".to_owned()),
        Some(past) if is_known(chronicle, &past.last) => of(&past.last),
        Some(_) => Day::Unknown(late(chronicle)),
    }
}

/// Who last touched a flag: gave it a value, or made code ask for it.
pub(super) fn last_author(inventory: &Inventory, flag: &Flag<'_>) -> Option<String> {
    let chronicle = inventory.chronicle.as_ref()?;
    let asked = periods(chronicle, &flag.family, true).into_iter().map(|period| &period.from);
    let is_of_flag = |id: &DefinitionId| flag.family.contains(&inventory.definition(*id).key);
    let given = chronicle.values.iter().filter(|(id, _)| is_of_flag(id));
    let all = asked.chain(given.map(|(_, past)| &past.last));
    all.max().map(|moment| moment.author.clone())
}

/// The day on which a flag is to go, and who says so.
pub(super) fn expires<'a>(
    definitions: &[&'a Definition],
    notes: &[&'a FlagNote],
) -> Option<Expiry<'a>> {
    let noted = notes.iter().filter_map(|note| Some((note.dates.expires?, Some(*note), None)));
    let told = definitions
        .iter()
        .filter_map(|one| Some((one.flag.as_deref()?.dates.expires?, None, Some(*one))));
    let all = noted.chain(told);
    // What several say, the latest says: somebody gave it more time.
    all.max_by_key(|(date, ..)| *date).map(|(date, note, definition)| Expiry {
        date,
        note,
        definition,
    })
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
}
