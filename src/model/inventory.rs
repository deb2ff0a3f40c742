//! All that one scan saw, by id.

use std::collections::{BTreeMap, BTreeSet};

pub use super::problem::{FileProblem, Problem, ProblemKind};
use super::{
    Binding, Branch, BuildArgument, Chronicle, Confidence, Definition, DefinitionId, Environment,
    EnvironmentId, FieldUse, FlagDeclaration, FlagNote, FlagTest, Helper, IdleField, Interpolation,
    Key, KeyId, Namespace, Opaque, Overriding, PlacedFile, Placement, Read, ReadId, Scope, Setting,
    Snapshot, Source, SourceId, ToolResult, Withdrawal, Workload,
};
use crate::text::{FileId, Span};

/// All keys, environments, sources, definitions, bindings and reads of a scan. Every table is in path order.
#[derive(Debug, Default)]
pub struct Inventory {
    /// The keys, in the order in which they were first met.
    pub keys: Vec<Key>,
    /// The environments, in the order in which they are to be shown.
    pub environments: Vec<Environment>,
    /// The files of each environment in the order in which they count, also those that give no key.
    pub layouts: Vec<Vec<PlacedFile>>,
    /// The sources.
    pub sources: Vec<Source>,
    /// The definitions.
    pub definitions: Vec<Definition>,
    /// What definitions that ask for others come to, in the order of [`Resolved::place`].
    pub resolved: Vec<Resolved>,
    /// The component that each source is for, in the order of the sources; none for one that all share.
    pub units: Vec<Option<String>>,
    /// Those of which no code reads a key that is seen: packages in other languages.
    pub unread_units: BTreeSet<String>,
    /// What runs, by source and name.
    pub workloads: Vec<Workload>,
    /// What the builds of their images get.
    pub arguments: Vec<BuildArgument>,
    /// The run of compose that a source is a part of, by number, and the file that names it.
    pub runs: BTreeMap<SourceId, (usize, String)>,
    /// The result of a tool, other than compose, that a source is a part of.
    pub results: BTreeMap<SourceId, ToolResult>,
    /// Workloads of one name that are deployed apart, by source and workload: what each is called to tell them apart.
    pub namesakes: BTreeMap<SourceId, BTreeMap<String, String>>,
    /// The components that each component builds on, also by others.
    pub builds_on: BTreeMap<String, BTreeSet<String>>,
    /// The components with a Dockerfile of their own: each is deployed by itself, where it is deployed.
    pub packed: BTreeSet<String>,
    /// The bindings from one name to another.
    pub bindings: Vec<Binding>,
    /// The reads, of code; what configuration asks for stands under `asks`.
    pub reads: Vec<Read>,
    /// Uses of the fields of settings objects, in path order.
    pub uses: Vec<FieldUse>,
    /// Fields of settings that nothing uses, by place.
    pub idle: Vec<IdleField>,
    /// Sources that belong to no environment, and why.
    pub placements: Vec<Placement>,
    /// Sources whose keys cannot be seen: what they may provide is unknown, never missing.
    pub opaque: Vec<Opaque>,
    /// Mentions of a key in text that is not parsed, for keys that no parsed code reads.
    pub mentions: Vec<Mention>,
    /// Components that build on a library of the project's own people which is kept elsewhere, with its repository.
    pub own_libraries: BTreeMap<String, String>,
    /// Unread keys that test code names: tests keep no deployed key alive, but one that is set for them alone is theirs.
    pub tested: BTreeSet<KeyId>,
    /// Variables that running code requires or values put in, and that a program is given by what starts it: the first places.
    pub given: BTreeMap<KeyId, Span>,
    /// The programs of the tree that steps of pipelines start.
    pub steps: BTreeMap<FileId, Stepped>,
    /// Keys that some component gets without reading them, with the components whose folders name them; `.` for none.
    pub named_near: BTreeSet<(KeyId, String)>,
    /// Where images set keys that nothing in them asks for, as far as manifests tell.
    pub unasked: BTreeMap<Span, Confidence>,
    /// Keys that something other than this project's code reads, and who.
    pub consumers: Vec<Consumer>,
    /// What configuration asks for (`${X}`): read by the tool that loads the file.
    pub asks: Vec<Asked>,
    /// Files that a service takes keys from: `env_file` of compose.
    pub taken: Vec<Taken>,
    /// Templates that a deployment loads as they are: contracts, and layers too.
    pub loaded: BTreeSet<SourceId>,
    /// Sources whose file a chart gets as its values.
    pub charted: BTreeSet<SourceId>,
    /// Such files that the tree does not have and a deployment writes.
    pub written: Vec<Written>,
    /// The jobs whose variables are there for compose, by the sources of the runs that they start.
    pub shells: BTreeMap<SourceId, Vec<SourceId>>,
    /// Files that a source takes keys from and the tree does not have.
    pub missing_includes: Vec<MissingInclude>,
    /// Calls by which a dotenv file wins over the environment.
    pub overriding: Vec<Overriding>,
    /// The sources that win so.
    pub winning: BTreeSet<SourceId>,
    /// Pairs of names that a file of the project says are one key.
    pub mapped: Vec<SameKey>,
    /// What sources take from stores of the tree that lack it.
    pub lacking_remotes: Vec<LackingRemote>,
    /// Names that are one key in several conventions.
    pub spellings: Vec<SameKey>,
    /// Keys that patches take from workloads.
    pub withdrawals: Vec<Withdrawal>,
    /// What manifests decide beside variables, in path order.
    pub settings: Vec<Setting>,
    /// Where code makes flags known without asking for them, in path order.
    pub flag_declarations: Vec<FlagDeclaration>,
    /// Values that are given to templates and that none asks for, in path order.
    pub unread_values: Vec<UnreadValue>,
    /// What comments and declarations in code say of flags, in path order.
    pub flag_notes: Vec<FlagNote>,
    /// Code that runs by the answer to a read, in the order of the reads.
    pub branches: Vec<Branch>,
    /// Functions that code under flags names, in path order.
    pub helpers: Vec<Helper>,
    /// Where tests set flags, by flag and place.
    pub flag_tests: Vec<FlagTest>,
    /// What version control tells of the keys; `None` where there is none, or nobody asked.
    pub chronicle: Option<Chronicle>,
    /// What environments really run, as snapshots show it: compared with the layers, and none of them.
    pub snapshots: Vec<Snapshot>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
    ids: BTreeMap<Key, KeyId>,
}

/// A definition with what it asks for put in, for one workload of one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The definition that asks.
    pub of: DefinitionId,
    /// The environment.
    pub environment: EnvironmentId,
    /// The workload; `None` where it is for all.
    pub scope: Option<Scope>,
    /// What the workload is called beside others of its name, or what runs an image that gives nothing else.
    pub apart: Option<String>,
    /// The same with its value worked out, and the places of what was put in.
    pub definition: Definition,
}

impl Resolved {
    /// What it is found by.
    pub fn place(&self) -> (DefinitionId, EnvironmentId, Option<&Scope>, Option<&str>) {
        (self.of, self.environment, self.scope.as_ref(), self.apart.as_deref())
    }
}

/// What steps of pipelines give a program that they start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stepped {
    /// The variables, each with the first place that gives it.
    pub gives: BTreeMap<String, Span>,
    /// What takes in a file that is not seen, and may give any.
    pub hides: Option<Span>,
    /// The pipelines and make files that lead to it.
    pub ways: BTreeSet<FileId>,
}

/// A value that is given to templates and that none of them asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadValue {
    /// Where its key stands.
    pub span: Span,
    /// The key under which it is spoken of: `oven:image.pullPolcy`.
    pub key: KeyId,
    /// Whether it is a default of the chart itself, which others may have written.
    pub is_default: bool,
}

/// `${X}` in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The source that asks.
    pub source: SourceId,
    /// What it asks for.
    pub key: KeyId,
    /// The name, and what happens without a value.
    pub interpolation: Interpolation,
    /// The service it is for, where it is for one.
    pub scope: Option<Scope>,
    /// Where.
    pub span: Span,
}

/// A file that a service takes in and a deployment writes anew before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// What the deployment writes.
    pub source: SourceId,
    /// Where it does.
    pub environment: EnvironmentId,
    /// Where the file is taken in.
    pub taken: Span,
}

/// A source that one service takes keys from: what it gives, others do not get by that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The source that takes it in.
    pub by: SourceId,
    /// The source that is taken in.
    pub source: SourceId,
    /// The service.
    pub scope: Scope,
    /// Its place among those that the service takes: a later one wins.
    pub order: u32,
}

/// A file that a source takes keys from and the tree does not have: `env_file: .env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingInclude {
    /// The source that takes it in.
    pub source: SourceId,
    /// Its path, relative to the root.
    pub path: String,
    /// Whether it must exist.
    pub required: bool,
    /// Whether git is told to leave it alone: every checkout makes its own.
    pub kept_out: bool,
    /// The template beside it, where there is one: the file is then made, not forgotten.
    pub template: Option<SourceId>,
    /// The service it is for, where it is for one.
    pub scope: Option<Scope>,
    /// Where.
    pub span: Span,
}

/// An entry that is taken from a store of the tree which lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LackingRemote {
    /// The source that asks.
    pub source: SourceId,
    /// The entry that it would be.
    pub entry: String,
    /// The full name in the store.
    pub name: String,
    /// The key inside of that, where the store has the rest.
    pub part: Option<String>,
    /// Where it is asked for.
    pub span: Span,
    /// The secret that lacks it, or a neighbour in the listing.
    pub store: Span,
}

/// Two names that are one key in two conventions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SameKey {
    /// One name; the lower id.
    pub one: KeyId,
    /// The other.
    pub other: KeyId,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why, as a phrase.
    pub reason: String,
}

/// A key's name as a whole word in a text that is not parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The key.
    pub key: KeyId,
    /// Where.
    pub span: Span,
    /// What kind of file, as a phrase: "a shell script".
    pub what: String,
}

/// A reader of a key outside the project's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer {
    /// The key.
    pub key: KeyId,
    /// Who: "the image `postgres`", "Python".
    pub who: String,
    /// Why that is known.
    pub reason: String,
}

impl Mention {
    /// What a document is called.
    pub const DOCUMENT: &'static str = "a document";
    /// What a list of settings in a document is called.
    pub const LIST: &'static str = "a list of settings in a document";

    /// Whether the text only speaks of the key: words in a document read nothing.
    pub fn is_prose(&self) -> bool {
        self.what == Self::DOCUMENT || self.lists_settings()
    }

    /// Whether it is an entry of a list of settings, which tells those who run the program what they may set.
    pub fn lists_settings(&self) -> bool {
        self.what == Self::LIST
    }
}

impl Inventory {
    /// The id of `key`, new where the key is.
    pub fn intern(&mut self, key: Key) -> KeyId {
        let next = KeyId::at(self.keys.len());
        *self.ids.entry(key).or_insert_with_key(|key| {
            self.keys.push(key.clone());
            next
        })
    }

    /// The id of `key`, where the scan met it.
    pub fn id(&self, key: &Key) -> Option<KeyId> {
        self.ids.get(key).copied()
    }

    /// The key of an id.
    pub fn key(&self, id: KeyId) -> &Key {
        &self.keys[id.index()]
    }

    /// The read of an id.
    pub fn read(&self, id: ReadId) -> &Read {
        &self.reads[id.index()]
    }

    /// The definition of an id.
    pub fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.index()]
    }

    /// The source of an id.
    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.index()]
    }

    /// Whether a reader is what the project itself keeps flags in: no provider has those.
    pub fn keeps_flags(&self, reader: &str) -> bool {
        self.flag_declarations.iter().any(|one| one.registry.as_deref() == Some(reader))
    }

    /// The environment of an id.
    pub fn environment(&self, id: EnvironmentId) -> &Environment {
        &self.environments[id.index()]
    }

    /// The ids of all keys, in the order of their names.
    pub fn keys_by_name(&self) -> impl Iterator<Item = (&Key, KeyId)> {
        self.ids.iter().map(|(key, id)| (key, *id))
    }

    /// The keys of the process environment by their names in upper case, for readers that take any case.
    pub fn variables(&self) -> BTreeMap<String, Vec<KeyId>> {
        let mut variables: BTreeMap<String, Vec<KeyId>> = BTreeMap::new();
        for (key, id) in self.keys_by_name().filter(|(key, _)| key.namespace == Namespace::Env) {
            variables.entry(key.name.to_uppercase()).or_default().push(id);
        }
        variables
    }
}
