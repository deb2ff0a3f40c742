//! What a configuration file says: the keys it defines, what it hands on, what it asks for.

use std::sync::Arc;

use super::module::ModuleFacts;
use super::script::Script;
use super::withdrawal::WithdrawalFact;
use super::workload::Workload;
use crate::model::definition::Note;
use crate::model::inventory::FileProblem;
use crate::model::{
    Attribution, BuildArgument, FlagState, Interpolation, Namespace, Role, Scope, SourceId, Value,
};
use crate::model::{Opaque, Release, Whom};
use crate::text::{FileId, Span, TextRange};

/// One source: a file, or one document or section of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFacts {
    /// The word of the contract for `source`: `dotenv`, `configmap`, `workload-env`.
    pub kind: &'static str,
    /// Something names its file, whose own name says nothing.
    pub is_named: bool,
    /// What it is for, as far as the file itself tells.
    pub role: Role,
    /// The environment that the file itself names for this section: the block `[production]`.
    pub section: Option<String>,
    /// The object that this source is, for a ConfigMap or Secret.
    pub object: Option<ObjectName>,
    /// The result that it is a part of, where a tool makes one of many files.
    pub assembly: Option<Assembly>,
    /// The definitions, in the order of the file.
    pub entries: Vec<Entry>,
    /// Keys handed on from objects.
    pub bindings: Vec<BindingFact>,
    /// Variables that a loader puts into settings.
    pub names: Vec<NameFact>,
    /// Names that the file needs from outside (`${X}`): read by the tool that loads it, not by code.
    pub asks: Vec<Ask>,
    /// Other files that it takes keys from.
    pub includes: Vec<Include>,
    /// Files of the project that it writes anew before anything runs, by their paths from its top.
    pub replaces: Vec<String>,
    /// What it runs where it deploys, as far as that may start something of the project.
    pub scripts: Vec<Script>,
    /// What in it cannot be seen into.
    pub opaque: Vec<OpaqueFact>,
    /// The workloads it describes.
    pub workloads: Vec<Workload>,
    /// What it decides for workloads beside variables.
    pub settings: Vec<SettingFact>,
    /// What patches take from workloads of its result, told by one source of that.
    pub withdrawn: Vec<WithdrawalFact>,
    /// What it gives to the builds of images.
    pub arguments: Vec<ArgumentFact>,
    /// The file with a map of environments that has one called like its section.
    pub chosen_by: Option<FileId>,
    /// What is given to it and what it does not ask for.
    pub unread: Vec<UnreadFact>,
    /// Bytes that hold secrets and must never be shown, beyond those of the entries' values.
    pub secrets: Vec<TextRange>,
    /// What it holds for a store of parameters or secrets, by full names.
    pub held: Vec<HeldFact>,
    /// What it takes from stores.
    pub remote: Vec<RemoteFact>,
    /// What it says inside its module of Terraform.
    pub module: ModuleFacts,
    /// What could not be understood.
    pub problems: Vec<FileProblem>,
}

impl SourceFacts {
    /// A source of `kind` that says nothing yet.
    pub fn new(kind: &'static str) -> Self {
        Self {
            kind,
            role: Role::Values,
            is_named: false,
            section: None,
            object: None,
            assembly: None,
            entries: Vec::new(),
            bindings: Vec::new(),
            names: Vec::new(),
            asks: Vec::new(),
            includes: Vec::new(),
            replaces: Vec::new(),
            scripts: Vec::new(),
            opaque: Vec::new(),
            workloads: Vec::new(),
            settings: Vec::new(),
            withdrawn: Vec::new(),
            chosen_by: None,
            arguments: Vec::new(),
            unread: Vec::new(),
            secrets: Vec::new(),
            held: Vec::new(),
            remote: Vec::new(),
            module: ModuleFacts::default(),
            problems: Vec::new(),
        }
    }

    /// What it describes: the names of its workloads, and of the object that it is.
    pub fn described(&self) -> Vec<String> {
        let objects = self.object.iter().map(|it| it.name.clone());
        self.workloads.iter().map(|it| it.name.clone()).chain(objects).collect()
    }

    /// Takes in a file, behind those that it takes in already.
    pub fn take_in(&mut self, path: &str, required: bool, scope: Option<Scope>, range: TextRange) {
        let order = u32::try_from(self.includes.len()).unwrap_or(u32::MAX);
        let path = path.to_owned();
        self.includes.push(Include { path, required, scope, order, in_branch: false, range });
    }

    /// Whether it gives or takes in anything, or tells a problem.
    pub fn says_something(&self) -> bool {
        !self.entries.is_empty()
            || !self.includes.is_empty()
            || !self.problems.is_empty()
            || !self.replaces.is_empty()
            || !self.scripts.is_empty()
            || !self.opaque.is_empty()
    }
}

/// A value that is given to a template and that no template asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadFact {
    /// Where its key stands.
    pub range: TextRange,
    /// What takes the values, and the path of this one: `oven:image.pullPolcy`.
    pub name: String,
    /// Whether it is a default of the chart itself, which others may have written.
    pub is_default: bool,
}

/// What a tool makes of many files: a chart with the values of an environment, an overlay, compose files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// The tool: `helm`, `kustomize`, `compose`.
    pub tool: &'static str,
    /// The file that names the result.
    pub leaf: FileId,
    /// All files that it is made of, in the order in which they win.
    pub inputs: Arc<[FileId]>,
    /// The files that were given to the tool to make it, in their order: the leaf, and what compose lays it over.
    pub run: Arc<[FileId]>,
    /// How it is known that the tool is run so.
    pub told: Told,
    /// Whether the tree has all of it.
    pub is_whole: bool,
    /// Where its files may say more than it shows, if the tree does not have all of it.
    pub open: Arc<[Span]>,
    /// What says which environment it is for, beside the leaf.
    pub aim: Aim,
    /// The release that it is, where it is known as one.
    pub release: Option<Release>,
}

/// What says which environment a result is for, where the path of its leaf does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aim {
    /// The environment, as the tool's own file calls it.
    pub environment: Option<String>,
    /// The file that has the result made: a helmfile, a resource of a controller.
    pub by: Option<FileId>,
}

/// How it is known that a tool is run with the files of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// By what the files hold.
    Guessed,
    /// It is what runs where nothing is named.
    #[default]
    Usual,
    /// A command that names no file is written down.
    Plain,
    /// A command that names the files is written down, so many times.
    Written(u32),
}

/// A parameter or secret of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldFact {
    /// Its full name.
    pub name: String,
    /// Its keys with their places, where its text is a map and shows all of them.
    pub parts: Option<Vec<(String, TextRange)>>,
    /// It stands in a listing of all that is under its path.
    pub is_listed: bool,
    /// Where its name is written.
    pub range: TextRange,
}

/// An entry that is taken from a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFact {
    /// The entry.
    pub entry: String,
    /// Where its name is written.
    pub key_range: TextRange,
    /// The full name in the store.
    pub name: String,
    /// The key inside of that.
    pub part: Option<String>,
    /// Where it is asked for.
    pub range: TextRange,
}

/// The name of a ConfigMap or Secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// Whether it is a Secret.
    pub is_secret: bool,
    /// `metadata.name`, without generated suffixes.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
}

/// A key given a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name as the reader asks for it: `DATABASE_URL`, `database.pool_size`.
    pub name: String,
    /// Where the name lives.
    pub namespace: Namespace,
    /// What it gives. Secrets are withheld here already.
    pub value: Value,
    /// The name as written.
    pub key_range: TextRange,
    /// The value as written, where there is one.
    pub value_range: Option<TextRange>,
    /// Where the value is written, where that is elsewhere: the values of a chart.
    pub written: Vec<Span>,
    /// The values that gave way to it where its file was made, nearest first.
    pub lost: Vec<Span>,
    /// The service, container or object that gets it.
    pub scope: Option<Scope>,
    /// Its place in an expression that lays maps over one another, of which the later wins; 0 where none does.
    pub turn: u32,
    /// Who receives it.
    pub attribution: Attribution,
    /// Stands in a comment: declares the key, gives it nothing.
    pub commented: bool,
    /// What the comment beside it says of how long it stays.
    pub note: Option<Note>,
    /// What its provider says of it, for a flag of one.
    pub flag: Option<Box<FlagState>>,
    /// The code that gives it uses it itself.
    pub used_here: bool,
    /// The yes or no that code gives it, where it gives nothing else.
    pub answer: Option<bool>,
}

/// A key, or all keys, handed on from an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingFact {
    /// The name as the process sees it; `None` for all entries of the object.
    pub to: Option<String>,
    /// The object.
    pub object: ObjectName,
    /// The entry; `None` for all.
    pub entry: Option<String>,
    /// Put before each entry's name.
    pub prefix: String,
    /// Whether the process starts without it.
    pub optional: bool,
    /// The workload that gets it.
    pub scope: Option<Scope>,
    /// Where.
    pub range: TextRange,
}

/// `${X}` in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked for and what happens without it.
    pub interpolation: Interpolation,
    /// The service it is for, where it is for one.
    pub scope: Option<Scope>,
}

/// Another file that a source takes keys from: `env_file: web.env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The path as written, relative to the file's folder.
    pub path: String,
    /// Whether it must exist.
    pub required: bool,
    /// The service that gets its keys.
    pub scope: Option<Scope>,
    /// Its place among those that the source takes in: of two for one service the later wins.
    pub order: u32,
    /// It is taken in by code in a branch, which may never run.
    pub in_branch: bool,
    /// Where.
    pub range: TextRange,
}

/// A setting and the variable that a loader fills it from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameFact {
    /// The setting, by dotted path.
    pub setting: String,
    /// The variable.
    pub variable: String,
    /// Where the variable is named.
    pub range: TextRange,
}

/// Something that gives keys which the tree does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpaqueFact {
    /// What it is, as a phrase.
    pub what: String,
    /// Whom it may give them.
    pub whom: Whom,
    /// The names that it may give; any where this is empty.
    pub only: Vec<&'static str>,
    /// Where.
    pub range: TextRange,
}

impl OpaqueFact {
    /// What may give any key.
    pub fn new(what: impl Into<String>, whom: impl Into<Whom>, range: TextRange) -> Self {
        Self { what: what.into(), whom: whom.into(), only: Vec::new(), range }
    }

    /// The same in the inventory, for a source and its file.
    pub fn of(&self, source: SourceId, file: FileId) -> Opaque {
        Opaque {
            source,
            what: self.what.clone(),
            whom: self.whom.clone(),
            only: self.only.clone(),
            span: Span::new(file, self.range),
        }
    }
}

/// A setting of a workload that is no variable: `spec.replicas`, `resources.limits.memory`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFact {
    /// The workload, as in the scopes of entries.
    pub workload: String,
    /// Its path.
    pub path: String,
    /// What it is.
    pub value: Value,
    /// The value as written.
    pub range: TextRange,
    /// Where the value is written, where that is elsewhere: the values of a chart.
    pub written: Vec<Span>,
}

/// An argument that the build of a workload's image gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentFact {
    /// The workload.
    pub workload: String,
    /// What the Dockerfile calls it.
    pub name: String,
    /// What is given; `PassThrough` where whoever builds decides.
    pub value: Value,
    /// Where.
    pub range: TextRange,
}

impl ArgumentFact {
    /// The same in the inventory, for a source and its file.
    pub fn of(&self, source: SourceId, file: FileId) -> BuildArgument {
        BuildArgument {
            source,
            workload: self.workload.clone(),
            name: self.name.clone(),
            value: self.value.clone(),
            span: Span::new(file, self.range),
        }
    }
}
