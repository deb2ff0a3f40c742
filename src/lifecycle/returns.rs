//! Names that were given up and are back, while an environment still holds what it was given before.
//!
//! A file that moves, a read that is written another way or a removal that is taken back brings no name back: the name was
//! gone from all code for a time, and is back in other files.

use super::Ground;
use super::state::State;
use crate::model::{Definition, KeyId, KeyPast, Moment};

/// How many days a name must be gone: what goes and comes back sooner was taken back.
const GONE: i64 = 30;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// A name that is back.
#[derive(Clone, Debug)]
pub struct Return<'a> {
    /// The commit that gave it up.
    pub gone: &'a Moment,
    /// The commit that brought it back.
    pub back: &'a Moment,
    /// The files that asked for it before.
    pub before: &'a [String],
    /// What environments hold from before it came back, with the commit that gave it the value.
    pub older: Vec<(&'a Definition, &'a Moment)>,
    /// Those values are left where the code asked before: the code that asks now gets none of them.
    pub is_left_behind: bool,
}

impl Return<'_> {
    /// For how many days nobody asked for it.
    pub fn days(&self) -> i64 {
        (self.back.time - self.gone.time) / DAY
    }
}

/// How a key came back, where it did and some environment that counts holds a value from before.
pub(super) fn returned<'a>(
    ground: &Ground<'a>,
    family: &[KeyId],
    states: &[State<'a>],
) -> Option<Return<'a>> {
    let chronicle = ground.graph.inventory.chronicle.as_ref()?;
    let past: Vec<&KeyPast> = family.iter().filter_map(|key| chronicle.keys.get(key)).collect();
    if past.is_empty() || past.iter().any(|past| past.is_vague) {
        return None;
    }
    let mut periods: Vec<_> = past.iter().flat_map(|past| &past.in_code).collect();
    periods.sort_by_key(|period| period.from.time);
    let last = periods.iter().rposition(|period| period.until.is_none())?;
    let now = periods[last];
    // Another spelling may have been there all the time.
    let before = &periods[..last];
    let gone = before.iter().map(|period| period.until.as_ref()).collect::<Option<Vec<_>>>()?;
    let gone = gone.into_iter().max()?;
    if now.from.time - gone.time < GONE * DAY {
        return None;
    }
    let old = before.iter().find(|period| period.until.as_ref() == Some(gone))?;
    if now.paths.iter().any(|path| before.iter().any(|period| period.paths.contains(path))) {
        return None;
    }
    let from_before = |one: &'a Definition, id| {
        let value = chronicle.values.get(&id)?;
        // What was set anew since is meant for what the name stands for now.
        (value.last.time < now.from.time).then_some((one, &value.last))
    };
    // The code that is given them does not ask: who asks now gets none of them.
    let is_unread = |id| ground.graph.unread_by_own(id).is_some();
    let winners = states.iter().filter(|state| !state.is_local).flat_map(|state| &state.winners);
    let mut older: Vec<_> = winners
        .filter_map(|one| {
            let id = ground.id_of(one).filter(|id| !is_unread(*id))?;
            from_before(one, id)
        })
        .collect();
    let is_left_behind = older.is_empty();
    if is_left_behind {
        let is_deployed = |one: &Definition| {
            let mut served = ground.graph.served_by(one.source);
            served.any(|(id, _)| !ground.graph.inventory.environment(id).is_local)
        };
        let all = family.iter().flat_map(|key| ground.graph.definitions_of(*key));
        let left = all.filter(|(id, one)| is_unread(*id) && is_deployed(one));
        older.extend(left.filter_map(|(id, one)| from_before(one, id)));
    }
    older.sort_by_key(|(one, _)| one.key_span);
    older.dedup_by_key(|(one, _)| one.key_span);
    let (gone, back, before) = (gone, &now.from, old.paths.as_slice());
    (!older.is_empty()).then_some(Return { gone, back, before, older, is_left_behind })
}
