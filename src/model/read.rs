//! A place where code asks for a key, and what it does when there is none.

use std::sync::Arc;

use super::{Confidence, Fork, Key, KeyId, Limits, Namespace, ValueType, Way};
use crate::text::Span;

/// A place where code consumes a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What is asked for.
    pub key: KeyRef,
    /// The whole read: the call in the user's code.
    pub span: Span,
    /// The name of the key as written there.
    pub key_span: Span,
    /// The reader that answers, as its catalog names it: `os.getenv`.
    pub reader: String,
    /// What happens when the key has no value.
    pub absence: Absence,
    /// The value that takes over, where it is written in the code.
    pub default: Option<DefaultValue>,
    /// The other path that is taken, where one is.
    pub fallback: Option<Span>,
    /// What that path makes in the place of a service.
    pub stand_in: Option<StandIn>,
    /// Where that is decided, when it is not where the key is read: by the code that uses a field.
    pub decided_at: Option<Span>,
    /// Whether the reader takes an empty value for none.
    pub empty_is_absent: bool,
    /// What the value must be.
    pub expects: ValueType,
    /// What the value must be beyond its type.
    pub limits: Limits,
    /// A value that does not parse is dropped for another, without a failure.
    pub bad_value_falls_back: bool,
    /// How the name got here.
    pub via: Via,
    /// The wrappers between the name and the reader, outermost first: their read sites.
    pub chain: Vec<Span>,
    /// When it runs.
    pub when: When,
    /// Runs only under a condition of its own (another key, a mode): absent may be fine.
    pub conditional: bool,
    /// Which way of each fork around it in its function it stands in.
    pub forks: Vec<Fork>,
    /// The ways that lead to it, where all of them stand behind other keys; else none.
    pub ways: Vec<Way>,
    /// Runs only by what the key itself says: where there is none it is not reached.
    pub by_itself: bool,
    /// The section of settings that it is a part of, where that says when it must be there.
    pub section: Option<Box<InSection>>,
    /// Other keys that are asked for when this one has no value, or instead of it. Missing only if all are.
    pub alternatives: Vec<KeyId>,
    /// Other names of the same value: the dotted path in a file, the name in the environment.
    pub aliases: Vec<Key>,
    /// The case of its names in the environment does not count.
    pub any_case: bool,
    /// A name that looks as if it gave a value, and does not.
    pub unbound: Option<Box<Unbound>>,
    /// It asks an object that a framework keeps for the project's own modules: what they do not give may come from code
    /// that is not seen here.
    pub of_framework: bool,
    /// It says again, under another name, what another read says: it keeps keys alive and is not listed.
    pub is_echo: bool,
    /// In a module that one mode alone loads: `settings/production.py`.
    pub of_mode: bool,
    /// The mode is that of a deployment: `settings/production.py`.
    pub of_deployment: bool,
    /// In a module that takes over another one whole and changes it: `from base import *`.
    pub lays_over: bool,
    /// In a script that people run, since nothing in the tree names it, or that a pipeline runs.
    pub by_hand: bool,
    /// What gives it the key, where steps of a pipeline alone start the program that it stands in, or people by a command that is
    /// written down.
    pub by_step: Option<Span>,
    /// In the file of one program among several of its package.
    pub of_program: bool,
    /// An option of a command line asks for it: whoever starts the program may give it there.
    pub by_option: bool,
    /// Something that is not seen answers before the variable does, where it has the key: a service that the platform binds.
    pub outranked: bool,
    /// It gives its process what it falls back to: `os.environ.setdefault`.
    pub sets: bool,
    /// In test code: keeps no key alive and requires none.
    pub in_test: bool,
    /// Answered when the code is built (`env!`): the deployment cannot give it.
    pub at_build: bool,
    /// The part of the code that it belongs to: the folder of the nearest manifest, relative to its root.
    pub component: String,
    /// The function, method or class around it, by its path inside the file; empty at the top of a file.
    pub function: String,
    /// The attribute of a class that it gives a value.
    pub attribute: Option<Box<Attribute>>,
    /// Selects behavior: read as a boolean, a percentage or a variant.
    pub flag: bool,
    /// That is a percentage: how many of all get it.
    pub as_share: bool,
    /// How sure the resolution is.
    pub confidence: Confidence,
}

/// An attribute of a class, in the class that gives it a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// The class and those that it builds on, nearest first: where their names are written.
    pub lineage: Arc<[Span]>,
}

impl Attribute {
    /// Whether one stands in for the other in a class that builds on that of the other.
    pub fn overrides(&self, other: &Self) -> bool {
        let own = |one: &Self, other: &Self| {
            one.lineage.first().is_some_and(|class| other.lineage[1..].contains(class))
        };
        self.name == other.name && (own(self, other) || own(other, self))
    }

    /// Whether it is one attribute of two classes that build on the same one.
    pub fn is_alternative_of(&self, other: &Self) -> bool {
        self.name == other.name
            && self.lineage.first() != other.lineage.first()
            && self.lineage.iter().any(|class| other.lineage.contains(class))
    }
}

/// A name by which one would think to fill a field of settings, and that its loader never matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound {
    /// The name, as the environment would write it.
    pub name: String,
    /// Why it is not matched, as a sentence without its end.
    pub why: String,
    /// What it means for the field.
    pub reach: Reach,
}

/// What a name that is never matched means for its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nothing can fill the field.
    Lost,
    /// The code itself gives the name, and its library does not listen.
    Ignored,
    /// Something else can fill the field.
    Elsewhere,
}

/// Something that the code makes in the place of a service: what is kept in memory, files of the machine, a mock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Where.
    pub span: Span,
    /// What it is, as a phrase.
    pub what: &'static str,
}

impl Read {
    /// Whether nothing can give it a value, whatever an environment defines.
    pub fn is_lost(&self) -> bool {
        self.unbound.as_ref().is_some_and(|unbound| unbound.reach == Reach::Lost)
    }

    /// A read of which nothing is known but what it asks, whom and where: it fails without a value, when it runs.
    pub fn of(key: KeyRef, span: Span, reader: impl Into<String>) -> Self {
        Self {
            key,
            span,
            key_span: span,
            reader: reader.into(),
            absence: Absence::Required,
            default: None,
            fallback: None,
            stand_in: None,
            decided_at: None,
            empty_is_absent: false,
            expects: ValueType::Unknown,
            limits: Limits::default(),
            bad_value_falls_back: false,
            via: Via::Direct,
            chain: Vec::new(),
            when: When::Use,
            conditional: false,
            forks: Vec::new(),
            ways: Vec::new(),
            by_itself: false,
            section: None,
            alternatives: Vec::new(),
            aliases: Vec::new(),
            any_case: false,
            unbound: None,
            of_framework: false,
            is_echo: false,
            of_mode: false,
            of_deployment: false,
            lays_over: false,
            by_hand: false,
            by_step: None,
            of_program: false,
            by_option: false,
            outranked: false,
            sets: false,
            in_test: false,
            at_build: false,
            component: String::new(),
            function: String::new(),
            as_share: false,
            attribute: None,
            flag: false,
            confidence: Confidence::High,
        }
    }
}

/// When a part of a section must be there although the section may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InSection {
    /// The path of a section that may be missing.
    pub within: Option<String>,
    /// Once anything of the section is given, this must be too.
    pub is_due: bool,
    /// The variant that it is a part of: only where that is chosen it must be there.
    pub variant: Option<InVariant>,
}

/// A variant of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InVariant {
    /// The setting that says which variant it is, by dotted path.
    pub tag: String,
    /// What it says for this one.
    pub name: String,
    /// Whether this one is taken where nothing is said.
    pub is_default: bool,
}

/// A place that uses a field of an object of settings: `settings.port`. The field's declaration is the read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldUse {
    /// The field, dotted as it is written.
    pub name: String,
    /// Where.
    pub span: Span,
    /// Where the name of the field is declared.
    pub declared: Span,
    /// The part of the code that it belongs to.
    pub component: String,
    /// The function, method or class around it, by its path inside the file; empty at the top of a file.
    pub function: String,
    /// In test code.
    pub in_test: bool,
}

/// A field of settings that is filled and that no code of a deployment uses, as far as names tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleField {
    /// The field with its class: `Settings.port`.
    pub name: String,
    /// The field alone.
    pub field: String,
    /// Where the name of the field is declared: the span of its read.
    pub declared: Span,
    /// Where a test uses it.
    pub tested: Option<Span>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What a read asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyRef {
    /// One key.
    Exact(KeyId),
    /// A key known only in part, as a glob: `*_URL`; `*` where nothing is known.
    Pattern {
        /// The namespace.
        namespace: Namespace,
        /// The glob.
        glob: String,
    },
}

/// What a read does when the key has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Absence {
    /// It fails.
    Required,
    /// A value written in the code takes over.
    Default,
    /// It gets none, empty or false and code goes on.
    Optional,
    /// Only whether the key is set matters.
    Presence,
}

impl Absence {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Default => "default",
            Self::Optional => "optional",
            Self::Presence => "presence",
        }
    }
}

/// A value that the code gives when a key has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultValue {
    /// Its text, where it is a literal or a constant that resolves.
    pub text: Option<String>,
    /// It is a yes or a no of the language, and no text.
    pub is_bool: bool,
    /// Where it is written.
    pub span: Span,
    /// The key looks like a credential: the text is never shown.
    pub redacted: bool,
}

impl DefaultValue {
    /// A yes or a no that code writes.
    pub fn switch(on: bool, span: Span) -> Self {
        Self { text: Some(on.to_string()), is_bool: true, span, redacted: false }
    }
}

/// How the name of a key got to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// Written at the reader.
    Direct,
    /// Through a name.
    Constant,
    /// Through a function of the project.
    Wrapper,
    /// A settings class or struct.
    Schema,
    /// Known only in part.
    Pattern,
}

impl Via {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Constant => "constant",
            Self::Wrapper => "wrapper",
            Self::Schema => "schema",
            Self::Pattern => "pattern",
        }
    }
}

/// When a read runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// At import, process start, or when settings are built at start.
    Start,
    /// When the function around it runs.
    Use,
}

impl When {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Use => "use",
        }
    }
}
