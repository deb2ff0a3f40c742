//! One key explained, in all its spellings: every definition in precedence order, the effective values, the reads, and who
//! else may read it.

mod past;
mod text;
mod unsaid;
mod withdrawn;

pub use text::write_text;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::io;

use serde::Serialize;

use past::History;
use unsaid::SILENT;
use withdrawn::Withdrawn;

use super::given::{Given, Marks, Place, ReadBy, UsedBy, listed};
use crate::graph::{Coverage, Effective, Feed, Graph, Liveness, Presence, Reason};
use crate::lifecycle::owners::Answering;
use crate::model::inventory::SameKey;
use crate::model::{EnvironmentId, Inventory, KeyId, KeyRef, Role, Runs, Scope, Trace};
use crate::text::{Files, Span};

/// What is known of one key. Its fields are the wire format of `explain --format json`.
#[derive(Serialize)]
pub struct Explanation {
    key: String,
    namespace: &'static str,
    spellings: Vec<Spelling>,
    liveness: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Owner>,
    because: Vec<Because>,
    /// Workloads that get it, and of which nothing says which code they run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown_code: Vec<String>,
    environments: Vec<InEnvironment>,
    /// Where patches take it from workloads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<Withdrawn>,
    declared: Vec<Given>,
    reads: Vec<ReadBy>,
    uses: Vec<UsedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<History>,
}

/// Who answers for the key, and who says so.
#[derive(Serialize)]
struct Owner {
    name: String,
    told_by: &'static str,
}

/// Another name of the key.
#[derive(Serialize)]
struct Spelling {
    key: String,
    namespace: &'static str,
    confidence: &'static str,
    reason: String,
}

#[derive(Serialize)]
struct InEnvironment {
    environment: String,
    presence: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
    values: Vec<Effect>,
    /// The workloads that run code which reads the key and are not given it, where others are.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    lacking: BTreeSet<String>,
    /// What is written for tools, which hand it on or not, the one first that wins for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Given>,
    /// What snapshots of the environment show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    live: Vec<Live>,
    /// The components that read the key and do not run here.
    #[serde(skip)]
    foreign: BTreeSet<String>,
}

/// A value that is live.
#[derive(Serialize)]
struct Live {
    workload: Option<String>,
    #[serde(flatten)]
    given: Given,
    /// How it came to be, where the cluster tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
}

#[derive(Serialize)]
struct Effect {
    workload: Option<String>,
    /// The same without what tells it from others of its name.
    #[serde(skip)]
    plain: Option<String>,
    effective: Given,
    shadowed: Vec<Given>,
    /// The components that read the key and that it does not run.
    #[serde(skip)]
    foreign: BTreeSet<String>,
}

/// One thing beside the reads that keeps a key alive, or may.
#[derive(Serialize)]
struct Because {
    reason: String,
    #[serde(flatten)]
    place: Option<Place>,
}

/// Explains keys.
pub struct Explainer<'a> {
    /// The texts.
    pub files: &'a Files,
    /// What to ask.
    pub graph: &'a Graph<'a>,
    /// Only this environment.
    pub only: Option<EnvironmentId>,
    /// Who answers for what; `None` where nobody asks.
    pub answering: Option<Answering<'a>>,
    /// How much each environment gives, once somebody has asked.
    pub coverage: OnceCell<Coverage>,
}

impl Explainer<'_> {
    fn inventory(&self) -> &Inventory {
        self.graph.inventory
    }

    /// All that is known of the key that `id` is a spelling of.
    pub fn explain(&self, id: KeyId) -> Explanation {
        let inventory = self.inventory();
        let key = inventory.key(id);
        let mut family = self.graph.spellings_of(id);
        family.sort_by_key(|other| *other != id);
        let of_family = |other: &KeyId| family.contains(other);
        let all = inventory.definitions.iter().filter(|one| of_family(&one.key));
        let live = inventory.snapshots.iter().flat_map(|snapshot| &snapshot.values);
        let live = live.filter(|one| of_family(&one.key)).map(|one| &one.value);
        let resolved = inventory.resolved.iter().map(|one| &one.definition);
        let resolved = resolved.filter(|one| of_family(&one.key)).map(|one| &one.value);
        let marks = Marks::of(all.clone().map(|one| &one.value).chain(resolved).chain(live));
        let liveness = match self.graph.liveness(id) {
            Liveness::Read => "read",
            Liveness::MayBeRead(_) => "may be read",
            Liveness::Unread => "unread",
        };
        let environments = (0..inventory.environments.len()).map(EnvironmentId::at);
        let environments = environments.filter(|at| self.only.is_none_or(|only| only == *at));
        let declared = all.clone().filter(|definition| {
            let role = inventory.source(definition.source).role;
            let is_contract =
                role == Role::Template && !inventory.loaded.contains(&definition.source);
            is_contract || definition.commented
        });
        let reads: Vec<_> = inventory
            .reads
            .iter()
            .filter_map(|read| match read.key {
                KeyRef::Exact(key) if of_family(&key) => Some((key, read)),
                _ => None,
            })
            .collect();
        let places = reads.iter().map(|(_, read)| read.span);
        let places = places.chain(all.clone().map(|one| one.key_span));
        let owner = self.answering.and_then(|it| it.of_key(Some(key), places));
        let uses = UsedBy::of(self.files, inventory, reads.iter().map(|(_, read)| *read));
        let reads = reads.iter().map(|(key, read)| ReadBy::of(self.files, inventory, read, *key));
        let reads: Vec<ReadBy> = reads.collect();
        let mut because = self.because(&family);
        let listed = listed(&reads, &uses);
        because.retain(|one| !one.place.as_ref().is_some_and(|place| listed.holds(place)));
        let environments: Vec<_> =
            environments.map(|at| self.in_environment(id, (at, &family), &marks)).collect();
        Explanation {
            key: key.name.clone(),
            owner: owner.map(|(name, told_by)| Owner { name, told_by }),
            namespace: key.namespace.as_str(),
            spellings: family[1..].iter().map(|other| self.spelling(*other, &family)).collect(),
            liveness,
            because,
            unknown_code: self.unknown_code(&environments),
            environments,
            removed: self.withdrawn(&family),
            declared: declared.map(|one| Given::of(self.files, inventory, one, &marks)).collect(),
            reads,
            uses,
            history: History::of(self.files, self.graph, &family, self.only),
        }
    }

    /// The workloads that get a value somewhere, and of which nothing says which code they run.
    fn unknown_code(&self, environments: &[InEnvironment]) -> Vec<String> {
        let is_unknown = |name: &String| {
            let mut all =
                self.inventory().workloads.iter().filter(|it| it.name == *name).peekable();
            all.peek().is_some() && all.all(|it| it.runs == Runs::Unknown)
        };
        let values = environments.iter().flat_map(|environment| &environment.values);
        let names: BTreeSet<_> = values.filter_map(|value| value.plain.clone()).collect();
        names.into_iter().filter(is_unknown).collect()
    }

    /// Another name, with the surest reason for taking it for the same key.
    fn spelling(&self, other: KeyId, family: &[KeyId]) -> Spelling {
        let inventory = self.inventory();
        let joins = |same: &&SameKey| {
            let partner = if same.one == other { same.other } else { same.one };
            (same.one == other || same.other == other) && family.contains(&partner)
        };
        let best = inventory.spellings.iter().filter(joins).max_by_key(|same| same.confidence);
        let key = inventory.key(other);
        Spelling {
            key: key.name.clone(),
            namespace: key.namespace.as_str(),
            confidence: best.map_or("medium", |same| same.confidence.as_str()),
            reason: best.map(|same| same.reason.clone()).unwrap_or_default(),
        }
    }

    fn because(&self, family: &[KeyId]) -> Vec<Because> {
        let mut all: Vec<Because> = Vec::new();
        for reason in family.iter().flat_map(|key| self.graph.reasons(*key)) {
            let is_told = match &reason {
                Reason::Read(_) => true,
                Reason::Feeds { to, by: Feed::Spelling(_) } => family.contains(to),
                _ => false,
            };
            if is_told {
                continue;
            }
            let place = self.place_of(&reason).map(|span| Place::of(self.files, span));
            let because = Because { reason: self.graph.phrase(&reason), place };
            let is_new = |other: &Because| {
                (&other.reason, &other.place) != (&because.reason, &because.place)
            };
            if all.iter().all(is_new) {
                all.push(because);
            }
        }
        let mut unread = family.iter().filter(|key| !self.graph.is_read(**key));
        if let Some(library) = unread.find_map(|key| self.graph.own_library_of(*key)) {
            let reason = format!("`{library}`, a library of the same owner, may read it");
            all.push(Because { reason, place: None });
        }
        all
    }

    fn place_of(&self, reason: &Reason<'_>) -> Option<Span> {
        let inventory = self.inventory();
        match reason {
            Reason::Mention(mention) => Some(mention.span),
            Reason::Asked(ask) => Some(ask.span),
            Reason::Read(id) | Reason::Pattern(id) | Reason::Wild(id) => {
                Some(inventory.read(*id).span)
            }
            Reason::Feeds { by: Feed::Binding(at), .. } => {
                inventory.bindings.get(*at as usize).map(|binding| binding.span)
            }
            Reason::Feeds { by: Feed::Interpolation(id), .. } => {
                Some(inventory.definition(*id).key_span)
            }
            Reason::Feeds { by: Feed::Spelling(_), .. } | Reason::Consumer(_) => None,
        }
    }

    fn in_environment(
        &self,
        key: KeyId,
        (at, family): (EnvironmentId, &[KeyId]),
        marks: &Marks,
    ) -> InEnvironment {
        let (presence, because, values) = match self.graph.presence(key, at) {
            Presence::Set(values) => ("set", self.not_there(key, at), values),
            // What is not seen brings workloads of its own: those that are seen and ask for the key lack it.
            Presence::Unknown(opaque) if !self.lacks(key, at) => {
                ("unknown", self.unseen(key, at, &opaque), Vec::new())
            }
            _ if self.is_silent(key, at) => ("unknown", vec![SILENT.to_owned()], Vec::new()),
            _ => ("absent", Vec::new(), Vec::new()),
        };
        InEnvironment {
            environment: self.inventory().environment(at).name.clone(),
            presence,
            because,
            values: values.iter().map(|value| self.effect(value, (at, family), marks)).collect(),
            lacking: self.lacking(key, at, &values),
            foreign: self.foreign(None, (at, family)),
            tools: self
                .graph
                .for_tools(key, at)
                .into_iter()
                .map(|it| Given::of(self.files, self.inventory(), it, marks))
                .collect(),
            live: self.live(family, at, marks),
        }
    }

    fn live(&self, family: &[KeyId], at: EnvironmentId, marks: &Marks) -> Vec<Live> {
        let mut found = Vec::new();
        for snapshot in self.inventory().snapshots.iter().filter(|one| one.environment == at) {
            for one in snapshot.values.iter().filter(|one| family.contains(&one.key)) {
                let workload = one.scope.as_ref().map(|scope| scope.name().to_owned());
                let trace = snapshot.traces.get(&(workload.clone(), one.key));
                let given = Given::of(self.files, self.inventory(), one, marks);
                found.push(Live { workload, given, trace: trace.and_then(Trace::said) });
            }
        }
        found
    }

    /// The components that read a key and whose code a workload does not run, or nothing in the environment.
    fn foreign(
        &self,
        workload: Option<&str>,
        (at, family): (EnvironmentId, &[KeyId]),
    ) -> BTreeSet<String> {
        let reads = family.iter().flat_map(|key| self.graph.deployed_reads_of(*key));
        let components: BTreeSet<&str> = reads.map(|read| read.component.as_str()).collect();
        let is_foreign = |component: &&str| match workload {
            Some(name) => self.graph.runs_code(name, component, at) == Some(false),
            None => self.graph.runs_in(component, at) == Some(false),
        };
        components.into_iter().filter(is_foreign).map(str::to_owned).collect()
    }

    fn effect(
        &self,
        value: &Effective<'_>,
        asked: (EnvironmentId, &[KeyId]),
        marks: &Marks,
    ) -> Effect {
        // A value that arrives by two ways is shown once.
        let mut shown = vec![value.winner.key_span];
        let mut shadowed = value.shadowed.clone();
        shadowed.retain(|one| {
            let is_new = !shown.contains(&one.key_span);
            shown.push(one.key_span);
            is_new
        });
        let given = |one| Given::of(self.files, self.inventory(), one, marks);
        let plain = value.scope.map(Scope::name).or(value.apart);
        Effect {
            workload: value.name().map(str::to_owned),
            plain: plain.map(str::to_owned),
            foreign: self.foreign(plain, asked),
            effective: given(value.meant()),
            shadowed: shadowed.into_iter().map(given).collect(),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    keys: &'a [Explanation],
}

/// Writes explanations for programs.
pub fn write_json(explanations: &[Explanation], out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document { schema: "keydrift.explain/1", keys: explanations };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
