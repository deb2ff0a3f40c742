//! A place that gives a key a value.

use super::{FlagState, KeyId, SourceId, Value};
use crate::text::Span;

/// One key given a value by one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The key.
    pub key: KeyId,
    /// The source it stands in.
    pub source: SourceId,
    /// What it gives.
    pub value: Value,
    /// The name as written.
    pub key_span: Span,
    /// The value as written, where there is one.
    pub value_span: Option<Span>,
    /// Where the value is written, where that is elsewhere: the values of a chart.
    pub written: Vec<Span>,
    /// The values that gave way to it where a chart, overlay or compose run was made, nearest first.
    pub lost: Vec<Span>,
    /// The service, container or object that gets it; `None` where the source gives it to all.
    pub scope: Option<Scope>,
    /// Who receives the value.
    pub attribution: Attribution,
    /// Its place in an expression that lays maps over one another, of which the later wins; 0 where none does.
    pub turn: u32,
    /// Stands in a comment of a template: declares the key, gives it nothing.
    pub commented: bool,
    /// What the comment beside it says of how long it stays.
    pub note: Option<Note>,
    /// What its provider says of it, for a flag of one.
    pub flag: Option<Box<FlagState>>,
    /// The code that gives it uses it itself: `ADMINS = [ADMIN_EMAIL]` in the same module of settings.
    pub used_here: bool,
    /// The yes or no that code gives it, where it gives nothing else: `ENABLE_RYE = False` in a module of settings.
    pub answer: Option<bool>,
    /// How the value was worked out, where it asks for others.
    pub filled: Option<Box<Filled>>,
}

/// How a value that asks for others was worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The value as it is written.
    pub asks: String,
    /// The names that nothing seen gives: their defaults were put in, and whoever starts the process may set them.
    pub unless: Vec<String>,
}

impl Definition {
    /// Whether its provider keeps the flag in its archive: it serves nobody.
    pub fn is_archived(&self) -> bool {
        self.flag.as_deref().is_some_and(|state| state.is_archived)
    }

    /// Whether the value stands on a default that whoever starts the process may set another value for.
    pub fn is_assumed(&self) -> bool {
        self.filled.as_ref().is_some_and(|filled| !filled.unless.is_empty())
    }

    /// Whether both are one value at one place. A line of a template gives each environment the value of its own file.
    pub fn is_one_with(&self, other: &Self) -> bool {
        self.key_span == other.key_span
            && self.written == other.written
            && self.value.same(&other.value) != Some(false)
    }
}

/// A word in the comment beside a value that calls the value temporary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// The word.
    pub word: &'static str,
    /// Whether the word leaves no doubt.
    pub is_sure: bool,
}

/// The part of a deployment that a definition is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A compose service, a container of a workload.
    Workload(String),
    /// A ConfigMap or Secret: workloads see its entries only through a binding.
    Object(String),
}

impl Scope {
    /// The name of the workload or object.
    pub fn name(&self) -> &str {
        match self {
            Self::Workload(name) | Self::Object(name) => name,
        }
    }
}

/// Who receives the value of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribution {
    /// Code of this project, as far as is known.
    Project,
    /// A third-party image, by name: the key belongs to it.
    Image(String),
}

/// One key handed on under another name: `valueFrom.configMapKeyRef`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The name as the process sees it.
    pub to: KeyId,
    /// The source that binds.
    pub source: SourceId,
    /// The object (ConfigMap, Secret) it comes from.
    pub object: String,
    /// Whether the object is a Secret.
    pub is_secret: bool,
    /// The entry in the object; `None` for all entries (`envFrom`).
    pub entry: Option<String>,
    /// Put before each entry's name (`envFrom.prefix`).
    pub prefix: String,
    /// Whether the process starts without it.
    pub optional: bool,
    /// Whether nothing says that the object of its name in the tree is applied where the binding is.
    pub is_doubtful: bool,
    /// The workload that gets it.
    pub scope: Option<Scope>,
    /// Where it is written.
    pub span: Span,
}
