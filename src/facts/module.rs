//! What a file of a module of Terraform says that only the whole project resolves: values of its variables and locals,
//! and what takes them whole.

use std::collections::BTreeMap;

use super::Handler;
use super::source::Entry;
use crate::model::{Attribution, Scope, Value};
use crate::text::{FileId, TextRange};

/// What one file says inside its module, which is its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleFacts {
    /// The variables that it declares, by name.
    pub declared: Vec<String>,
    /// The modules of the project that it calls.
    pub calls: Vec<ModuleCall>,
    /// What it gives variables and locals.
    pub given: Vec<Given>,
    /// Workloads that take a variable or a local whole: `environment = var.environment`.
    pub taken: Vec<Taken>,
    /// Containers of tasks: what each goes by with its task before it, and its own name.
    pub containers: BTreeMap<String, String>,
    /// What a configuration of Terragrunt says beside.
    pub grunt: Option<Box<GruntFacts>>,
    /// What is read here of a call holds only where its module, by its path in a repository (`//modules/web`), is not in
    /// the tree.
    pub unless: Option<String>,
    /// The files that run its module, straight or through other modules, where only such files lead to it.
    pub run_by: Vec<FileId>,
}

/// A call of a module of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleCall {
    /// What the call is named.
    pub name: String,
    /// The folder of the module, relative to the file's.
    pub path: String,
    /// The name as written.
    pub range: TextRange,
}

/// What a configuration of Terragrunt takes from elsewhere. Paths are expressions as they are written: what they mean
/// depends on the unit that is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GruntFacts {
    /// The module that it runs: one text, or both sides of a condition.
    pub sources: Vec<String>,
    /// The files that it includes.
    pub includes: Vec<String>,
    /// The locals that are other configurations, with the paths of these.
    pub reads: Vec<(String, String)>,
    /// Expressions whose entries are inputs as well: `local.env_vars.locals`.
    pub merged: Vec<String>,
    /// Where variables for code are taken from what only a run shows: `dependency.db.outputs.variables`.
    pub unseen: Vec<TextRange>,
}

impl ModuleFacts {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.declared.is_empty()
            && self.calls.is_empty()
            && self.given.is_empty()
            && self.taken.is_empty()
            && self.grunt.is_none()
            && self.unless.is_none()
    }
}

/// A value for a variable or a local.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// As expressions name it: `var.log_level`, `local.environment`.
    pub name: String,
    /// Whose it is.
    pub to: Receiver,
    /// What it is.
    pub content: Content,
    /// The workload that the argument is for, as far as the call tells.
    pub scope: Option<Scope>,
    /// The name of the call of a module that hands it over.
    pub call: Option<String>,
    /// Its name says that it holds variables for a process, whoever takes it.
    pub is_environment: bool,
    /// The name as written.
    pub range: TextRange,
}

/// The module whose variable or local it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// The file's own module: a local.
    Own,
    /// The file's own module, where nothing else gives the variable a value.
    Default,
    /// The file's own module, where an object that is given for the variable lacks this part: `optional(string, "info")`.
    Optional,
    /// The module in this folder: an argument of a `module` block. Relative to the file's, or with `//` before it the path
    /// in a repository that may be this one.
    Module(String),
    /// The modules that are run with the file: it is one of variables.
    Runs,
    /// The file that `templatefile` fills in. Relative to the file's folder.
    Template(String),
    /// The module of the unit of Terragrunt that is run with the file.
    Unit,
}

/// What a variable or a local is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// `null`: nothing at all.
    Absent,
    /// One value.
    One(Value, TextRange),
    /// Variables for a process: a map, or a list of names with values; and the variables and locals that bring more.
    Many(Vec<Entry>, Vec<String>),
}

/// What an index is called that names the environment: `local.levels[terraform.workspace]`.
pub const CHOOSERS: &[&str] = &[
    "terraform.workspace",
    "local.env",
    "local.environment",
    "local.workspace",
    "var.env",
    "var.env_name",
    "var.environment",
    "var.environment_name",
];

/// What stands before the path of a file that is filled in, where a workload takes that whole.
pub const TEMPLATE: &str = "templatefile ";

/// A workload that takes a variable or a local whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// As the expression names it.
    pub name: String,
    /// Who takes it.
    pub scope: Option<Scope>,
    /// Its place in an expression that lays maps over one another; 0 where none does.
    pub turn: u32,
    /// Whose keys they are.
    pub attribution: Attribution,
    /// What the platform calls in the code that takes them.
    pub handler: Option<Handler>,
    /// Where.
    pub range: TextRange,
}
