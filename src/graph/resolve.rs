//! What values come to once what they ask for is put in: `${X}` of compose, dotenv and Dockerfiles, `$(X)` of Kubernetes.
//!
//! Each tool looks in its own places: compose in the dotenv file of the project, a dotenv file in itself and then in its
//! environment, Kubernetes in the variables of the container, a build in its image and its arguments (`arguments`). What whoever starts the process may set is never known:
//! a value that stands on a default says on which names. What a secret went into whole is a secret; a text with a part of
//! one is not worked out.

mod arguments;
mod beside;

use std::collections::BTreeSet;

use super::{Effective, Graph, Presence};
use crate::definitions::Sealer;
use crate::document::interpolation::{self, Found};
use crate::model::inventory::Resolved;
use crate::model::secrecy::{WITHHELD, is_placeholder, looks_secret, looks_secret_value};
use crate::model::{
    Definition, EnvironmentId, Filled, Inventory, Key, KeyId, OnUnset, Scalar, ScalarKind, Scope,
    Value,
};
use crate::text::{FileId, Files, Span};

/// How often one name may lead to the next.
const DEPTH: usize = 8;

/// More than any value is.
const LONGEST: usize = 8_192;
/// More names than a value is made of.
const MOST: usize = 1_024;

/// What compose sets where nobody does: `name` of the file, or what its folder is called wherever that lies.
const PROJECT: &str = "COMPOSE_PROJECT_NAME";

/// Where a tool looks for the names in a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// In the dotenv file beside the project.
    Compose,
    /// In the file itself, then in the environment.
    Dotenv,
    /// In the variables of the container.
    Container,
    /// In the Dockerfile before it, and in what the build is given.
    Image,
}

impl Way {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "compose" => Some(Self::Compose),
            "dotenv" => Some(Self::Dotenv),
            "workload-env" => Some(Self::Container),
            "dockerfile" => Some(Self::Image),
            _ => None,
        }
    }
}

/// What the values of `inventory` that ask for others come to, by definition and environment.
pub fn resolve(inventory: &Inventory, files: &Files, sealer: &Sealer) -> Vec<Resolved> {
    let asking: BTreeSet<KeyId> = inventory
        .definitions
        .iter()
        .filter(|one| way(inventory, one).is_some())
        .map(|one| one.key)
        .collect();
    if asking.is_empty() {
        return Vec::new();
    }
    let graph = Graph::build(inventory);
    let leads: BTreeSet<KeyId> = asking.iter().map(|key| graph.lead(*key)).collect();
    let layouts = arguments::Layouts::default();
    let mut all = Vec::new();
    for (environment, _) in graph.environments() {
        for key in &leads {
            let Presence::Set(values) = graph.presence(*key, environment) else { continue };
            for value in values {
                let Some(way) = way(inventory, value.winner) else { continue };
                let (scope, apart) = (value.scope, value.apart);
                let site =
                    Site { graph: &graph, files, layouts: &layouts, environment, scope, apart };
                if let Some(definition) = site.definition(value.winner, way, sealer) {
                    let (of, scope) = (value.id, scope.cloned());
                    let apart = apart.map(str::to_owned);
                    all.push(Resolved { of, environment, scope, apart, definition });
                }
            }
        }
    }
    all.sort_by(|one, two| one.place().cmp(&two.place()));
    all
}

fn way(inventory: &Inventory, definition: &Definition) -> Option<Way> {
    let asks = matches!(&definition.value, Value::Reference { needs, .. } if !needs.is_empty());
    let way = || Way::of(inventory.source(definition.source).kind);
    (asks && !definition.commented).then(way).flatten()
}

/// For whom a value is worked out.
struct Site<'g, 'a> {
    graph: &'g Graph<'a>,
    files: &'g Files,
    layouts: &'g arguments::Layouts,
    environment: EnvironmentId,
    scope: Option<&'g Scope>,
    /// What the workload is called beside others of its name, or what runs an image that gives nothing else.
    apart: Option<&'g str>,
}

/// What a text comes to.
#[derive(Default)]
struct Made<'a> {
    text: String,
    /// What gave a part of it.
    from: Vec<Span>,
    unless: BTreeSet<String>,
    /// The secret that it is, whole.
    secret: Option<&'a Value>,
}

/// What stands behind a name.
enum Behind<'a> {
    Given(Given<'a>),
    Nothing,
    Unknown,
}

/// A value that stands behind a name.
struct Given<'a> {
    value: &'a Value,
    of: Of<'a>,
    at: Span,
    way: Way,
    /// Whether nothing sets another in its place.
    is_sure: bool,
}

/// What asks: a definition, and the file in which the question stands.
#[derive(Clone, Copy)]
struct Of<'a> {
    definition: &'a Definition,
    file: FileId,
}

impl<'a> Of<'a> {
    fn itself(definition: &'a Definition) -> Self {
        Self { definition, file: definition.key_span.file }
    }
}

impl<'a> Site<'_, 'a> {
    fn definition(
        &self,
        definition: &'a Definition,
        way: Way,
        sealer: &Sealer,
    ) -> Option<Definition> {
        let made = self.value(&definition.value, Of::itself(definition), way, DEPTH)?;
        let name = &self.graph.inventory.key(definition.key).name;
        let value = match made.secret {
            Some(secret) => secret.clone(),
            None if made.text.is_empty() => Value::Empty,
            None if is_placeholder(&made.text) => Value::Placeholder(made.text),
            None if looks_secret(name, &made.text) => Value::Secret(sealer.seal(&made.text)),
            None => Value::Literal(Scalar { text: made.text, kind: ScalarKind::Text }),
        };
        let mut written = Vec::new();
        for at in made.from {
            if !written.contains(&at) {
                written.push(at);
            }
        }
        let asks = definition.value.shown().unwrap_or_default().to_owned();
        let filled = Some(Box::new(Filled { asks, unless: made.unless.into_iter().collect() }));
        Some(Definition { value, written, filled, ..definition.clone() })
    }

    /// What a value comes to; `None` where that cannot be known.
    fn value(&self, value: &'a Value, of: Of<'a>, way: Way, depth: usize) -> Option<Made<'a>> {
        match value {
            Value::Literal(scalar) => Some(Made { text: scalar.text.clone(), ..Made::default() }),
            Value::Placeholder(text) => Some(Made { text: text.clone(), ..Made::default() }),
            Value::Empty => Some(Made::default()),
            secret @ Value::Secret(_) => Some(Made { secret: Some(secret), ..Made::default() }),
            Value::Reference { text, needs } if !needs.is_empty() => {
                self.text(text, of, way, depth.checked_sub(1)?)
            }
            Value::Reference { .. } | Value::Encrypted | Value::Computed | Value::PassThrough => {
                None
            }
        }
    }

    /// A text with the names in it put in.
    fn text(&self, text: &str, of: Of<'a>, way: Way, depth: usize) -> Option<Made<'a>> {
        if text.contains('\\') || way == Way::Image && text.contains("$$") {
            return None;
        }
        let found = match way {
            Way::Container => interpolation::find_parenthesis(text, 0),
            Way::Compose | Way::Dotenv | Way::Image => interpolation::find(text, 0),
        };
        let mut made = Made::default();
        let mut at = 0;
        for one in &found {
            let (start, end) =
                (one.interpolation.range.start as usize, one.interpolation.range.end as usize);
            // One inside the default of another is its business.
            if start < at {
                continue;
            }
            made.plain(text.get(at..start)?, way)?;
            let part = self.name(text, one, of, way, depth)?;
            let is_whole = start == 0 && end == text.len();
            if part.secret.is_some() && !is_whole {
                return None;
            }
            made.text.push_str(&part.text);
            made.secret = part.secret;
            made.from.extend(part.from);
            made.unless.extend(part.unless);
            if made.text.len() > LONGEST || made.from.len() > MOST {
                return None;
            }
            at = end;
        }
        made.plain(text.get(at..)?, way)?;
        Some(made)
    }

    /// What is put in for one name.
    fn name(
        &self,
        text: &str,
        found: &Found,
        of: Of<'a>,
        way: Way,
        depth: usize,
    ) -> Option<Made<'a>> {
        let name = &found.interpolation.name;
        let on_unset = &found.interpolation.on_unset;
        let also_empty = matches!(on_unset, OnUnset::Default { also_empty: true, .. });
        let unless = match self.behind(name, of, way) {
            Behind::Unknown => return None,
            Behind::Given(_) if *on_unset == OnUnset::Presence => return None,
            Behind::Given(one) if !(also_empty && *one.value == Value::Empty) => {
                let mut made = self.value(one.value, one.of, one.way, depth)?;
                if !one.is_sure {
                    made.unless.insert(name.clone());
                }
                if made.secret.is_none() && looks_secret(name, &made.text) {
                    return None;
                }
                made.from.insert(0, one.at);
                return Some(made);
            }
            Behind::Given(_) => BTreeSet::new(),
            Behind::Nothing => BTreeSet::from([name.clone()]),
        };
        let mut made = match on_unset {
            OnUnset::Fail => return None,
            OnUnset::Default { .. } => {
                let range = found.default?;
                let default = text.get(range.start as usize..range.end as usize)?;
                self.text(default, of, way, depth.checked_sub(1)?)?
            }
            OnUnset::Empty if matches!(way, Way::Container | Way::Image) => return None,
            OnUnset::Empty if way == Way::Compose && !self.shows_project(of.file) => return None,
            OnUnset::Empty | OnUnset::Presence => Made::default(),
        };
        made.unless.extend(unless);
        Some(made)
    }

    fn behind(&self, name: &str, of: Of<'a>, way: Way) -> Behind<'a> {
        match way {
            Way::Compose => match self.started_with(name, of.definition) {
                Behind::Nothing => match self.beside(name, of.file) {
                    Behind::Nothing if name == PROJECT => Behind::Unknown,
                    found => found,
                },
                found => found,
            },
            Way::Dotenv => match self.before(name, of.definition) {
                Some(one) => self.given(one, way),
                None => self.around(name, of.definition),
            },
            Way::Container => self.in_container(name, of.definition),
            Way::Image => self.in_build(name, of.definition),
        }
    }

    /// What a definition gives to something that looks in a way of its own.
    fn given(&self, one: &'a Definition, way: Way) -> Behind<'a> {
        let is_sure = way != Way::Compose || self.is_loaded(one);
        let way = Way::of(self.graph.inventory.source(one.source).kind).unwrap_or(way);
        let at = one.value_span.unwrap_or(one.key_span);
        Behind::Given(Given { value: &one.value, of: Of::itself(one), at, way, is_sure })
    }

    /// The last definition of a name in the same file, before the one that asks.
    fn before(&self, name: &str, of: &Definition) -> Option<&'a Definition> {
        let key = self.graph.inventory.id(&Key::env(name))?;
        let mut own = self.graph.definitions_of(key).map(|(_, one)| one).filter(|one| {
            let is_before = one.key_span.range.start < of.key_span.range.start;
            one.source == of.source && !one.commented && is_before
        });
        own.by_ref().last()
    }

    /// What the environment gives to whoever it is for.
    fn around(&self, name: &str, of: &Definition) -> Behind<'a> {
        let graph = self.graph;
        let Some(key) = graph.inventory.id(&Key::env(name)) else { return Behind::Nothing };
        if graph.lead(key) == graph.lead(of.key) {
            return Behind::Unknown;
        }
        match graph.presence(key, self.environment) {
            Presence::Absent => Behind::Nothing,
            Presence::Unknown(_) => Behind::Unknown,
            Presence::Set(values) => {
                let own = values.iter().find(|value| value.scope == self.scope);
                let found = match (own, values.as_slice()) {
                    (Some(value), _) | (None, [value]) => Some(value.winner),
                    (None, _) => None,
                };
                // Of what stands further below in the file some loaders know nothing yet.
                let found = found.filter(|one| one.source != of.source);
                found.map_or(Behind::Unknown, |one| self.given(one, Way::Dotenv))
            }
        }
    }

    /// What the same container gets, where its list has it before the one that asks.
    fn in_container(&self, name: &str, of: &Definition) -> Behind<'a> {
        let graph = self.graph;
        let Some(key) = graph.inventory.id(&Key::env(name)) else { return Behind::Unknown };
        if self.scope.is_none() || key == of.key {
            return Behind::Unknown;
        }
        let Presence::Set(values) = graph.presence(key, self.environment) else {
            return Behind::Unknown;
        };
        let is_before = |value: &&Effective<'a>| {
            let (one, two) = (value.winner.key_span, of.key_span);
            value.scope == self.scope
                && value.winner.scope.is_some()
                && (one.file != two.file || one.range.start < two.range.start)
        };
        let found = values.iter().find(is_before);
        found.map_or(Behind::Unknown, |value| self.given(value.winner, Way::Container))
    }
}

impl Made<'_> {
    /// Adds a text in which nothing is asked for; `None` where something of it is withheld.
    fn plain(&mut self, text: &str, way: Way) -> Option<()> {
        if text.contains('…') || text.contains(WITHHELD) || looks_secret_value(text) {
            return None;
        }
        let is_escaped = matches!(way, Way::Compose | Way::Container);
        if is_escaped {
            self.text.push_str(&text.replace("$$", "$"));
        } else {
            self.text.push_str(text);
        }
        Some(())
    }
}
