//! From an index to what is told of keys and definitions.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::Error;
use super::chronicle::Scanned;
use super::git::Git;
use super::index::{Event, Index};
use super::moments::{Deed, Moments};
use super::scope::Scope;
use super::sightings::{self, Sighting, Sightings, Span, Turn};
use super::terms::Terms;
use super::values::{Place, Values};
use super::{entries, git::steps::Pair};
use crate::model::{
    Chronicle, DefinitionId, Inventory, KeyId, KeyPast, KeyRef, LateStart, Moment, Period, Stood,
    ValuePast,
};
use crate::text::FileId;

/// More files of one period are not listed.
const MOST_PATHS: usize = 200;

/// A question to one repository.
pub(super) struct Asked<'a> {
    pub(super) scanned: &'a Scanned<'a>,
    pub(super) git: &'a Git,
    pub(super) scope: &'a Scope,
    pub(super) index: &'a Index,
    pub(super) keys: &'a BTreeSet<KeyId>,
}

/// What one repository tells.
pub(super) fn told(asked: &Asked<'_>) -> Result<Chronicle, Error> {
    let Scanned { inventory, files, sealer, .. } = asked.scanned;
    let terms = Terms::of(inventory, files, asked.keys);
    let places = asked.places()?;
    let mut config = Sightings::default();
    let code = sightings::in_code(asked.index, asked.scope, &terms, &mut config);
    sightings::in_config(asked.index, &asked.numbers(asked.keys), &mut config);
    let gave = gave(asked);
    let moments = Moments::new(asked.git, asked.scope, sealer, &asked.index.commits);
    let late = asked.late(&moments);
    let mut teller = Teller { asked, moments, words: words_by_key(&terms) };
    let mut chronicle = Chronicle { gave, ..Chronicle::default() };
    for id in asked.keys {
        let past = teller.key(*id, code.get(id), config.get(id), terms.vague.contains(id))?;
        chronicle.keys.extend(past.map(|past| (*id, past)));
    }
    for (id, places) in places {
        let Some(past) = teller.value(&places)? else { continue };
        let key = inventory.definition(id).key;
        if let Some(of_key) = chronicle.keys.get_mut(&key) {
            of_key.touched = of_key.touched.take().max(Some(past.last.clone()));
        }
        chronicle.values.insert(id, past);
    }
    chronicle.put_off = super::pushed::pushed(asked)?;
    chronicle.late.extend(late);
    Ok(chronicle)
}

/// The files of the scan that gave keys something at some commit, for keys that code reads.
fn gave(asked: &Asked<'_>) -> BTreeMap<KeyId, BTreeMap<FileId, Stood>> {
    let Scanned { inventory, files, .. } = asked.scanned;
    let numbers = asked.numbers(&read_by_code(inventory));
    let mut gave: BTreeMap<KeyId, BTreeMap<FileId, Stood>> = BTreeMap::new();
    let met: BTreeSet<FileId> = inventory.sources.iter().map(|source| source.file).collect();
    for id in met {
        let file = files.get(id);
        let path = asked.scope.outside(file.root, &file.path);
        let log = path.and_then(|path| asked.index.config.find(&path));
        let Some(log) = log.and_then(|log| asked.index.config.get(log)) else { continue };
        let key = |entry: u32| {
            asked.index.keys.get(entry as usize).and_then(|key| numbers.get(key)).copied()
        };
        log.each(|commit, event| match event {
            Event::Added(entry) => {
                let Some(key) = key(entry) else { return };
                let first = Stood { root: file.root, from: commit, until: None };
                gave.entry(key).or_default().entry(id).or_insert(first);
            }
            Event::Dropped(entry) => {
                let files = key(entry).and_then(|key| gave.get_mut(&key));
                if let Some(stood) = files.and_then(|files| files.get_mut(&id)) {
                    stood.until = Some(commit);
                }
            }
            Event::Lost | Event::Clears | Event::Origin(_) | Event::Valued(_) => {}
        });
    }
    gave
}

/// The keys that code reads, in all spellings.
fn read_by_code(inventory: &Inventory) -> BTreeSet<KeyId> {
    let read = inventory.reads.iter().filter(|read| !read.in_test);
    let read = read.filter_map(|read| match read.key {
        KeyRef::Exact(key) => Some(key),
        KeyRef::Pattern { .. } => None,
    });
    let mut keys: BTreeSet<KeyId> = read.collect();
    let is_read = |key: &KeyId| keys.contains(key);
    let same = inventory.spellings.iter().filter(|it| is_read(&it.one) || is_read(&it.other));
    let same: Vec<KeyId> = same.flat_map(|same| [same.one, same.other]).collect();
    keys.extend(same);
    keys
}

fn words_by_key(terms: &Terms) -> FxHashMap<KeyId, Vec<u64>> {
    let all = terms.by_word.iter().flat_map(|(word, all)| all.iter().map(|term| (term.key, *word)));
    let mut words: FxHashMap<KeyId, Vec<u64>> = FxHashMap::default();
    all.for_each(|(key, word)| words.entry(key).or_default().push(word));
    words
}

impl Asked<'_> {
    /// The keys by the numbers that an index knows them under.
    fn numbers(&self, keys: &BTreeSet<KeyId>) -> FxHashMap<u64, KeyId> {
        let number = |id: &KeyId| {
            let key = self.scanned.inventory.key(*id);
            entries::key(key.namespace, &key.name)
        };
        keys.iter().map(|id| (number(id), *id)).collect()
    }

    /// The last commit of which not all is known, and what is said of it.
    fn late(&self, moments: &Moments<'_>) -> Option<LateStart> {
        let Index { stop, lost, .. } = self.index;
        let (at, why) = match (stop, lost) {
            (None, None) => return None,
            (Some(stop), None) => (0, stop.why()),
            (_, Some((at, _))) => (*at, super::git::line::Stop::Missing.why()),
        };
        let (place, why) = (self.git.name.clone(), why.to_owned());
        Some(LateStart { place, date: moments.date(at), why })
    }

    /// Whether the history of all files begins at a commit, or later than it, as far as it is known.
    fn is_before_all(&self, commit: u32) -> bool {
        let Index { stop, unlisted, .. } = self.index;
        unlisted.or(stop.map(|_| 0)).is_some_and(|late| commit <= late)
    }

    /// The entries of the definitions of the keys.
    fn places(&self) -> Result<BTreeMap<DefinitionId, Vec<Place>>, Error> {
        let Scanned { inventory, files, sealer, .. } = self.scanned;
        let Some(last) = self.index.commits.last() else { return Ok(BTreeMap::new()) };
        let all = [Pair { commit: 0, old: None, new: last.tree }];
        let found = self.git.steps(&all, self.scope)?.steps.into_iter();
        let head: FxHashMap<_, _> =
            found.filter_map(|(path, step)| Some((path, step.new?))).collect();
        let values = Values { git: self.git, scope: self.scope, files, sealer, head: &head };
        let all = inventory.definitions.iter().enumerate();
        let all = all.filter(|(_, definition)| self.keys.contains(&definition.key));
        Ok(values.places(all.map(|(at, definition)| (DefinitionId::at(at), definition))))
    }
}

struct Teller<'a> {
    asked: &'a Asked<'a>,
    moments: Moments<'a>,
    words: FxHashMap<KeyId, Vec<u64>>,
}

impl Teller<'_> {
    fn key(
        &mut self,
        id: KeyId,
        code: Option<&Vec<Sighting>>,
        config: Option<&Vec<Sighting>>,
        is_vague: bool,
    ) -> Result<Option<KeyPast>, Error> {
        let (code, config) =
            (code.cloned().unwrap_or_default(), config.cloned().unwrap_or_default());
        if code.is_empty() && config.is_empty() {
            return Ok(None);
        }
        let mut past = KeyPast { is_vague, ..KeyPast::default() };
        let mut by_component: BTreeMap<String, Vec<Sighting>> = BTreeMap::new();
        for sighting in &code {
            by_component.entry(self.component(sighting.log)).or_default().push(*sighting);
        }
        let (spans, in_code) = sightings::spans(code);
        past.in_code = self.periods(id, &spans)?;
        let (spans, in_config) = sightings::spans(config);
        past.in_config = self.periods(id, &spans)?;
        for (component, sightings) in by_component {
            let (spans, _) = sightings::spans(sightings);
            past.in_components.insert(component, self.periods(id, &spans)?);
        }
        let in_code = in_code.map(|turn| self.moment(id, &turn)).transpose()?;
        let in_config = in_config.map(|turn| self.moment(id, &turn)).transpose()?;
        past.touched = in_code.flatten().max(in_config.flatten());
        Ok(Some(past))
    }

    fn component(&self, log: u32) -> String {
        let path = self.asked.index.code.get(log).map_or("", |log| log.path.as_str());
        let (root, inside) = self.asked.scope.inside(path).unwrap_or((0, path));
        (self.asked.scanned.component)(root, inside)
    }

    fn periods(&mut self, id: KeyId, spans: &[Span]) -> Result<Vec<Period>, Error> {
        let mut periods = Vec::with_capacity(spans.len());
        for span in spans {
            let Some(from) = self.moment(id, &span.from)? else { continue };
            let until = span.until.as_ref().map(|turn| self.moment(id, turn));
            let until = until.transpose()?.flatten();
            let is_older = span.is_late || self.asked.is_before_all(span.from.commit);
            let mut paths: Vec<String> =
                span.logs.iter().filter_map(|log| self.inside(*log)).collect();
            paths.sort_unstable();
            paths.truncate(MOST_PATHS);
            periods.push(Period { from, is_older, until, paths });
        }
        Ok(periods)
    }

    fn inside(&self, log: u32) -> Option<String> {
        let (log, _) = self.asked.index.log(log)?;
        let (_, inside) = self.asked.scope.inside(&log.path)?;
        Some(inside.to_owned())
    }

    fn moment(&mut self, id: KeyId, turn: &Turn) -> Result<Option<Moment>, Error> {
        let logs = turn.logs.iter().filter_map(|log| self.asked.index.log(*log));
        let first = logs.min_by_key(|(log, is_code)| (!is_code, log.path.as_str()));
        let Some((log, is_code)) = first else { return Ok(None) };
        let words = self.words.get(&id).cloned().unwrap_or_default();
        let inventory = self.asked.scanned.inventory;
        let key = entries::key(inventory.key(id).namespace, &inventory.key(id).name);
        let of_key = |_: u64, own: u64| own == key;
        let deed = if is_code { Deed::Names(&words) } else { Deed::Gives(&of_key) };
        self.moments.moment(turn.commit, &log.path, &deed)
    }

    /// The past of a value that is written in these places, of which the first names it.
    fn value(&mut self, places: &[Place]) -> Result<Option<ValuePast>, Error> {
        let mut past: Option<ValuePast> = None;
        for place in places {
            let Some(other) = self.of_entry(place)? else { continue };
            let Some(past) = &mut past else {
                past = Some(other);
                continue;
            };
            if place.is_shared {
                shared(past, other);
                continue;
            }
            // What is put in later than the name has made another value of it.
            let came = u32::from(other.first > past.first);
            past.changes = past.changes.saturating_add(other.changes).saturating_add(came);
            past.last = past.last.clone().max(other.last);
        }
        Ok(past)
    }

    /// The past of one entry.
    fn of_entry(&mut self, place: &Place) -> Result<Option<ValuePast>, Error> {
        let index = self.asked.index;
        let now = u32::try_from(index.commits.len()).unwrap_or(u32::MAX);
        let log = index.config.find(&place.path).zip(index.entries.find(place.identity));
        let life = log.and_then(|(log, entry)| sightings::life(index, log, entry, now));
        let Some(life) = life else { return Ok(None) };
        let of_entry = |identity: u64, _: u64| identity == place.identity;
        let mut at = |commit: u32, log: u32| {
            let path = index.config.get(log).map_or("", |log| log.path.as_str());
            self.moments.moment(commit, path, &Deed::Gives(&of_entry))
        };
        let Some(last) = at(life.last, life.logs.1)? else { return Ok(None) };
        let Some(first) = at(life.first, life.logs.0)? else { return Ok(None) };
        let is_older = life.is_late || self.asked.is_before_all(life.first);
        Ok(Some(ValuePast { first, is_older, last, changes: life.changes }))
    }
}

/// Adds another taker of the same line: that it came gives nobody another value, that it was given another one counts.
fn shared(past: &mut ValuePast, other: ValuePast) {
    let (older, newer) =
        if other.first < past.first { (other, past.clone()) } else { (past.clone(), other) };
    let last =
        if newer.changes > 0 { older.last.clone().max(newer.last) } else { older.last.clone() };
    *past = ValuePast { last, changes: older.changes.max(newer.changes), ..older };
}

/// Adds what another repository tells.
pub(super) fn join(all: &mut Chronicle, other: Chronicle) {
    all.late.extend(other.late);
    all.values.extend(other.values);
    all.put_off.extend(other.put_off);
    for (key, files) in other.gave {
        all.gave.entry(key).or_default().extend(files);
    }
    for (key, past) in other.keys {
        let Some(known) = all.keys.get_mut(&key) else {
            all.keys.insert(key, past);
            continue;
        };
        known.join(&past);
    }
}
