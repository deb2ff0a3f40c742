//! ExternalSecrets followed into the stores that the tree has: exports of parameters and secrets, and secrets that Terraform
//! keeps.
//!
//! A store that is not in the tree, or that is another environment's, is unknown, never lacking. What lacks is told only
//! where the tree shows all of a secret's keys, or a listing of the path that a parameter would stand in.

use std::collections::BTreeMap;

use super::objects::environments_of;
use crate::facts::{HeldFact, RemoteFact};
use crate::model::inventory::LackingRemote;
use crate::model::secrecy::looks_secret_name;
use crate::model::{EnvironmentId, Inventory, SourceId, Value};
use crate::text::{FileId, Span, TextRange};

/// What the sources of a scan say of stores.
#[derive(Default)]
pub(crate) struct Stores {
    held: Vec<Held>,
    wanted: Vec<(SourceId, FileId, RemoteFact)>,
}

/// A parameter or secret, and the source that holds it.
struct Held {
    source: SourceId,
    file: FileId,
    fact: HeldFact,
}

/// What a held parameter or secret says to somebody who asks.
enum Answer {
    /// It is what stands at this place.
    Here(Span),
    /// It may be in what is not shown.
    Somewhere,
    /// It is not there.
    Lacks,
}

impl Stores {
    /// Takes what one source says.
    pub(crate) fn take(
        &mut self,
        source: SourceId,
        file: FileId,
        (held, wanted): (Vec<HeldFact>, Vec<RemoteFact>),
    ) {
        self.held.extend(held.into_iter().map(|fact| Held { source, file, fact }));
        self.wanted.extend(wanted.into_iter().map(|fact| (source, file, fact)));
    }

    /// Gives entries the values that stores hold, and notes what stores lack.
    pub(crate) fn resolve(self, inventory: &mut Inventory, sources: usize) {
        if self.held.is_empty() || self.wanted.is_empty() {
            return;
        }
        let mut by_name: BTreeMap<&str, Vec<&Held>> = BTreeMap::new();
        let mut listed: BTreeMap<&str, Vec<&Held>> = BTreeMap::new();
        for held in &self.held {
            let name = bare(&held.fact.name);
            by_name.entry(name).or_default().push(held);
            if let Some((above, _)) = name.rsplit_once('/').filter(|_| held.fact.is_listed) {
                listed.entry(above).or_default().push(held);
            }
        }
        let served = environments_of(inventory, sources);
        let mut values = BTreeMap::new();
        for (source, file, fact) in &self.wanted {
            let fits = |held: &&&Held| meet(&served[source.index()], &served[held.source.index()]);
            let name = bare(&fact.name);
            let named = by_name.get(name).map_or(&[][..], Vec::as_slice);
            let found: Vec<&Held> = named.iter().filter(fits).copied().collect();
            let answers: Vec<Answer> = found.iter().map(|held| answer(held, fact)).collect();
            let lacking = match (found.first(), named.is_empty()) {
                (Some(one), _) => {
                    answers.iter().all(|it| matches!(it, Answer::Lacks)).then_some(*one)
                }
                (None, true) => name
                    .rsplit_once('/')
                    .and_then(|(above, _)| listed.get(above)?.iter().find(fits).copied()),
                (None, false) => None,
            };
            if let Some(held) = lacking {
                inventory.lacking_remotes.push(LackingRemote {
                    source: *source,
                    entry: fact.entry.clone(),
                    name: fact.name.clone(),
                    part: fact.part.clone().filter(|_| !found.is_empty()),
                    span: Span::new(*file, fact.range),
                    store: Span::new(held.file, held.fact.range),
                });
            }
            if let [Answer::Here(span)] = answers.as_slice() {
                values.insert(Span::new(*file, fact.key_range), *span);
            }
        }
        follow(inventory, &values);
    }
}

/// Whether two sources may be of one environment; one that is in none may be any's.
fn meet(one: &[EnvironmentId], other: &[EnvironmentId]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|it| other.contains(it))
}

/// What a held secret says to what is wanted: its own place, or that of one of its keys.
fn answer(held: &Held, wanted: &RemoteFact) -> Answer {
    let at = |range: TextRange| Answer::Here(Span::new(held.file, range));
    match (&wanted.part, &held.fact.parts) {
        (Some(part), Some(parts)) => {
            let own = parts.iter().find(|(name, _)| name == part);
            own.map_or(Answer::Lacks, |(_, range)| at(*range))
        }
        (None, None) => at(held.fact.range),
        // A path into a text that is not shown, or all of a map as one text.
        _ => Answer::Somewhere,
    }
}

fn bare(name: &str) -> &str {
    name.trim_matches('/')
}

/// Gives the entries at these places the values of the definitions that answer them.
fn follow(inventory: &mut Inventory, values: &BTreeMap<Span, Span>) {
    let all = inventory.definitions.iter().enumerate();
    let places: BTreeMap<Span, usize> = all.map(|(at, one)| (one.key_span, at)).collect();
    let from = |one: &crate::model::Definition| places.get(values.get(&one.key_span)?).copied();
    let given: Vec<_> = inventory.definitions.iter().map(from).collect();
    for (at, from) in given.into_iter().enumerate() {
        let Some(from) = from else { continue };
        let answered = &inventory.definitions[from];
        let (value, written) =
            (answered.value.clone(), answered.value_span.unwrap_or(answered.key_span));
        let name = &inventory.key(inventory.definitions[at].key).name;
        // A reference says where more is to be found; a plain text under a secret's name stays unseen.
        let says = match &value {
            Value::Literal(_) | Value::Placeholder(_) => !looks_secret_name(name),
            Value::Secret(_) | Value::Empty => true,
            _ => false,
        };
        let definition = &mut inventory.definitions[at];
        if says {
            definition.value = value;
        }
        definition.written.push(written);
    }
}
