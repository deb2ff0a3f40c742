//! Whether code can see a key, and by what way.
//!
//! A test's read keeps nothing alive. Does not know what a rule makes of a doubt.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::visit::EdgeRef as _;

use super::build::Outside;
use super::{Edge, Feed, Graph, Liveness, Node};
use crate::model::inventory::{Asked, Consumer, Mention};
use crate::model::{
    Attribution, Class, Confidence, KeyId, KeyRef, Kind, Namespace, ReadId, SourceId,
};
use crate::text::FileId;

/// Of a file of settings of which code reads fewer keys than this, each under another spelling, it may be by chance.
const FEW: usize = 3;

/// How well code sees a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// Not at all.
    Unseen,
    /// Perhaps.
    Doubtful,
    /// Surely.
    Seen,
}

/// One thing that keeps a key alive, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason<'a> {
    /// Production code reads it.
    Read(ReadId),
    /// Its value goes on under another name.
    Feeds {
        /// The other name.
        to: KeyId,
        /// How.
        by: Feed,
    },
    /// Something outside the code reads it.
    Consumer(&'a Consumer),
    /// Configuration asks for it.
    Asked(&'a Asked),
    /// A read that is known in part may reach it.
    Pattern(ReadId),
    /// A text that is not parsed names it.
    Mention(&'a Mention),
    /// A read of which nothing is known may reach it, as it may every key.
    Wild(ReadId),
}

impl<'a> Graph<'a> {
    /// Whether code can see `key`.
    pub fn liveness(&self, key: KeyId) -> Liveness {
        match self.sight.get(key.index()) {
            Some(Sight::Seen) => Liveness::Read,
            Some(Sight::Doubtful) => Liveness::MayBeRead(
                self.reasons(key).iter().map(|reason| self.phrase(reason)).collect(),
            ),
            _ => match self.own_library_of(key) {
                Some(library) => Liveness::MayBeRead(vec![format!(
                    "`{library}`, a library of the same owner, may read it"
                )]),
                None => Liveness::Unread,
            },
        }
    }

    /// Whether production code reads `key`, under this name or one that it feeds.
    pub fn is_read(&self, key: KeyId) -> bool {
        self.sight.get(key.index()) == Some(&Sight::Seen)
    }

    /// The sources of which code reads some key: it loads them. A file of settings of which it reads hardly anything, and
    /// that only in another spelling, has a name in common with those that it loads, and is for somebody else.
    pub fn loaded(&self) -> BTreeSet<SourceId> {
        let mut read: BTreeMap<SourceId, (usize, bool)> = BTreeMap::new();
        for key in self.keys().filter(|key| self.is_read(*key)) {
            let by_name = self.is_read_by_name(key);
            for (_, one) in self.definitions_of(key) {
                let (count, named) = read.entry(one.source).or_default();
                *count += 1;
                *named |= by_name;
            }
        }
        let is_file = |source| {
            Kind::of(self.inventory.source(source).kind).class == Class::Settings
                && !self.inventory.source(source).is_module()
        };
        let is_scant =
            |source, (count, named): (usize, bool)| count < FEW && !named && is_file(source);
        let loaded = read.into_iter().filter(|(source, counts)| !is_scant(*source, *counts));
        loaded.map(|(source, _)| source).collect()
    }

    /// Whether code asks for a key by its very letters, whatever holds it.
    fn is_read_by_name(&self, key: KeyId) -> bool {
        let name = |key| self.inventory.key(key).name.as_str();
        let mut alike = self.spellings_of(key).into_iter();
        alike.any(|other| {
            name(other).eq_ignore_ascii_case(name(key))
                && self.deployed_reads_of(other).next().is_some()
        })
    }

    /// Whether something outside the project's code reads `key`.
    pub fn has_consumer(&self, key: KeyId) -> bool {
        self.index.outside.get(&key).is_some_and(|outside| !outside.consumers.is_empty())
    }

    /// The same, but for configuration that puts it into values by `${X}`: whoever starts that has to give it. Each file that asks
    /// for a key is one of its consumers.
    pub fn has_own_consumer(&self, key: KeyId) -> bool {
        self.index.outside.get(&key).is_some_and(|outside| {
            let asks = outside.asks.iter().map(|at| &self.inventory.asks[*at as usize]);
            let asking: BTreeSet<FileId> = asks.map(|ask| ask.span.file).collect();
            outside.consumers.len() > asking.len()
        })
    }

    /// Everything that keeps `key` alive or may, the surest first.
    pub fn reasons(&self, key: KeyId) -> Vec<Reason<'a>> {
        let mut reasons = Vec::new();
        let reads = self.reads_of(key).filter(|(_, read)| !read.in_test);
        reasons.extend(reads.map(|(id, _)| Reason::Read(id)));
        for (to, by) in self.fed_by(key) {
            if self.carried(to, by) > Sight::Unseen {
                reasons.push(Reason::Feeds { to, by });
            }
        }
        let Some(outside) = self.index.outside.get(&key) else {
            self.add_patterns(key, &mut reasons);
            return reasons;
        };
        let inventory = self.inventory;
        let places = |list: &[u32]| list.iter().map(|at| *at as usize).collect::<Vec<_>>();
        for at in places(&outside.consumers) {
            reasons.push(Reason::Consumer(&inventory.consumers[at]));
        }
        for at in places(&outside.asks) {
            reasons.push(Reason::Asked(&inventory.asks[at]));
        }
        self.add_patterns(key, &mut reasons);
        for at in places(&outside.mentions) {
            reasons.push(Reason::Mention(&inventory.mentions[at]));
        }
        reasons
    }

    /// The library of its own people, kept elsewhere, that code builds on which gets a variable: it may read that.
    pub fn own_library_of(&self, key: KeyId) -> Option<&'a str> {
        let libraries = &self.inventory.own_libraries;
        if libraries.is_empty() || self.inventory.key(key).namespace != Namespace::Env {
            return None;
        }
        let gets = |component: &String| {
            self.definitions_of(key).any(|(_, one)| self.is_open_to(one.source, component))
        };
        libraries.iter().find(|(component, _)| gets(component)).map(|(_, name)| name.as_str())
    }

    /// A reason in words. It names no place: a read has its own.
    pub fn phrase(&self, reason: &Reason<'a>) -> String {
        let name = |key: KeyId| &self.inventory.key(key).name;
        match reason {
            Reason::Read(_) => "code reads it".to_owned(),
            Reason::Feeds { to, by: Feed::Binding(_) } => {
                format!("a workload gets it as `{}`", name(*to))
            }
            Reason::Feeds { to, by: Feed::Interpolation(_) } => {
                format!("it is part of the value of `{}`", name(*to))
            }
            Reason::Feeds { to, by: Feed::Spelling(at) } => {
                let same = &self.inventory.spellings[*at as usize];
                format!("it may be the same key as `{}`: {}", name(*to), same.reason)
            }
            Reason::Consumer(consumer) => format!("{} reads it: {}", consumer.who, consumer.reason),
            Reason::Asked(_) => "configuration asks for it".to_owned(),
            Reason::Pattern(read) | Reason::Wild(read) => match &self.inventory.read(*read).key {
                KeyRef::Pattern { glob, .. } if glob != "*" => {
                    format!("a read of `{glob}` may reach it")
                }
                _ => "a read of a name that is not known may reach it".to_owned(),
            },
            Reason::Mention(mention) => format!("{} names it", mention.what),
        }
    }

    /// The names under which the value of `key` goes on, and how, in order.
    pub fn fed_by(&self, key: KeyId) -> Vec<(KeyId, Feed)> {
        let edges = self.net.edges_directed(self.places.key(key), Direction::Outgoing);
        let mut fed: Vec<_> = edges
            .filter_map(|edge| match (edge.weight(), self.net[edge.target()]) {
                (Edge::Feeds(feed), Node::Key(to)) => Some((to, *feed)),
                _ => None,
            })
            .collect();
        fed.sort_unstable();
        fed
    }

    fn add_patterns(&self, key: KeyId, reasons: &mut Vec<Reason<'a>>) {
        let mut reads = self.sources_of(self.places.key(key), |edge, node| match (edge, node) {
            (Edge::MayRead, Node::Read(id)) => Some(id),
            _ => None,
        });
        reads.sort_unstable();
        reasons.extend(reads.into_iter().map(Reason::Pattern));
        reasons.extend(self.wild_read_of(key).map(Reason::Wild));
    }

    /// A read of which nothing is known, of code that may get the key.
    fn wild_read_of(&self, key: KeyId) -> Option<ReadId> {
        let reads = self.index.wild.get(&self.inventory.key(key).namespace)?;
        let mut given = self.definitions_of(key).map(|(_, one)| one).peekable();
        if given.peek().is_none() {
            return reads.values().min().copied();
        }
        let given: Vec<_> = given.collect();
        let gets = |component: &str| given.iter().any(|one| self.may_come_to(one, component));
        reads.iter().filter(|(component, _)| gets(component)).map(|(_, read)| *read).min()
    }

    /// How well a key is seen for feeding `to`.
    fn carried(&self, to: KeyId, by: Feed) -> Sight {
        self.carry(self.sight.get(to.index()).copied().unwrap_or(Sight::Unseen), by)
    }

    fn carry(&self, sight: Sight, by: Feed) -> Sight {
        match by {
            Feed::Binding(_) => sight,
            // A value that is built from another one needs it, whoever reads the whole.
            Feed::Interpolation(id) => {
                let whole = self.inventory.definition(id);
                let least = if whole.attribution == Attribution::Project && whole.commented {
                    Sight::Unseen
                } else {
                    Sight::Doubtful
                };
                sight.max(least)
            }
            Feed::Spelling(at) => match self.inventory.spellings[at as usize].confidence {
                Confidence::Low => sight.min(Sight::Doubtful),
                Confidence::Medium | Confidence::High => sight,
            },
        }
    }
}

/// How well code sees each key: from the reads backwards along what feeds them.
pub(super) fn sight(graph: &Graph<'_>) -> Vec<Sight> {
    let mut sight: Vec<Sight> = graph.keys().map(|key| seen_at_first(graph, key)).collect();
    let mut open: Vec<KeyId> = graph.keys().filter(|key| !graph.feeders(*key).is_empty()).collect();
    // A key's sight only grows, two steps at most, so each key is looked at a bounded number of times.
    while let Some(to) = open.pop() {
        for (from, by) in graph.feeders(to) {
            let carried = graph.carry(sight[to.index()], by);
            if carried > sight[from.index()] {
                sight[from.index()] = carried;
                open.push(from);
            }
        }
    }
    sight
}

fn seen_at_first(graph: &Graph<'_>, key: KeyId) -> Sight {
    if graph.reads_of(key).any(|(_, read)| !read.in_test) {
        return Sight::Seen;
    }
    let node = graph.places.key(key);
    let may = graph.net.edges_directed(node, Direction::Incoming);
    // A document that names a key reads nothing.
    let concerns = |outside: &Outside| {
        let mentions = &graph.inventory.mentions;
        !outside.consumers.is_empty()
            || !outside.asks.is_empty()
            || outside.mentions.iter().any(|at| !mentions[*at as usize].is_prose())
    };
    let in_doubt = graph.index.outside.get(&key).is_some_and(concerns)
        || graph.wild_read_of(key).is_some()
        || may.into_iter().any(|edge| *edge.weight() == Edge::MayRead);
    if in_doubt { Sight::Doubtful } else { Sight::Unseen }
}

impl Graph<'_> {
    /// The keys whose values come to stand under `key`, and how, in order.
    pub(super) fn feeders(&self, key: KeyId) -> Vec<(KeyId, Feed)> {
        let mut feeders = self.sources_of(self.places.key(key), |edge, node| match (edge, node) {
            (Edge::Feeds(feed), Node::Key(from)) => Some((from, feed)),
            _ => None,
        });
        feeders.sort_unstable();
        feeders
    }
}
