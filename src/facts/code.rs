//! What a source file says: its names, its functions, and the places that may ask for a key.
//!
//! Names are resolved inside the file only. What a name means elsewhere is the linker's to say.

pub use super::branch::{Arm, Branch, Outcome, StandIn};
use super::decision::{Answer, Decision};
pub use super::form::Form;
pub use super::item::{Item, ItemKind};
pub use super::note::Note;
pub use super::path::{Base, Path};
use super::rows::{Metavariable, RowsCall};
use super::schema::{Class, Member, TypeExpr};
use crate::model::Fork;
use crate::text::TextRange;

/// The facts of one source file.
#[derive(Clone, Debug, Default)]
pub struct CodeFacts {
    /// The row of the language table.
    pub lang: &'static str,
    /// The package or namespace that its head says it is of.
    pub package: Option<String>,
    /// Names of modules, classes and their members, by dotted path inside the file.
    pub items: Vec<Item>,
    /// Functions, methods and macros, in the order of the file.
    pub functions: Vec<Function>,
    /// Classes, structs and enums.
    pub classes: Vec<Class>,
    /// The same with all that is in them, whatever it is, in the order of the file.
    pub bodies: Vec<ClassBody>,
    /// Places that may ask for a key.
    pub sites: Vec<Site>,
    /// Calls without arguments of names that may be the project's own.
    pub calls: Vec<Call>,
    /// Macros that are called among items, with what stands between their separators.
    pub rows: Vec<RowsCall>,
    /// Entries that are written: the object, and the literal key.
    pub stores: Vec<(Path, String)>,
    /// The types that names of the file are declared with.
    pub typed: Vec<(String, TypeExpr)>,
    /// Members that other objects are given: the object, the name, the value. `app.state.flags = client`
    pub shared: Vec<(Path, String, Path)>,
    /// What conditions let decide, and what runs by them.
    pub decisions: Vec<Decision>,
    /// What functions give, where a condition decides it.
    pub answers: Vec<Answer>,
    /// The pages that classes name as their own: the class, the page, where it is written.
    pub pages: Vec<(String, String, TextRange)>,
    /// Comments that say something of a flag.
    pub notes: Vec<Note>,
    /// Names that are followed from an object, and are no part of a longer one.
    pub members: Vec<Member>,
    /// Members of objects whose absence the code handles where they stand: sites whose callee is the member.
    pub handled: Vec<Site>,
    /// The names in upper case that it binds at its top, with where.
    pub given: Vec<(String, TextRange)>,
    /// Texts that look like credentials, where it may be a module of settings.
    pub secrets: Vec<TextRange>,
    /// Where it gives its module names that its text does not show: `vars().update(…)`.
    pub hidden_names: Option<TextRange>,
    /// What could not be understood.
    pub problems: Vec<crate::model::inventory::FileProblem>,
}

/// A function, method or macro.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its path inside the file.
    pub name: String,
    /// Its parameters, `self` left out.
    pub params: Vec<Param>,
    /// Where it stands.
    pub range: TextRange,
    /// Where its name is written.
    pub name_range: TextRange,
    /// Something may call it without naming it: what registers it, a trait, the base of its class.
    pub is_called_unnamed: bool,
    /// A platform calls it as a program of its own: a handler of Lambda.
    pub is_program: bool,
    /// Test code.
    pub in_test: bool,
    /// It fails whenever it is called: a `die(message)` of the project.
    pub fails: bool,
    /// The last segments of the exceptions that its own code raises.
    pub raises: Vec<String>,
    /// It is called like a method of what is no object of its class.
    pub extends: bool,
    /// What it gives, where that can be told without running it.
    pub gives: Expr,
    /// The type of what it gives, where it is written.
    pub returns: Option<TypeExpr>,
    /// For a rule of a macro: its metavariables, in order.
    pub rule: Vec<Metavariable>,
}

/// The whole of a class.
#[derive(Clone, Debug)]
pub struct ClassBody {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub range: TextRange,
    /// Where its name is written.
    pub name_range: TextRange,
    /// Something may make objects of it without naming it: what registers it.
    pub is_called_unnamed: bool,
    /// Test code.
    pub in_test: bool,
}

/// A call that names no key: only that it is made, and where, is known.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub callee: Path,
    /// Where.
    pub range: TextRange,
    /// The function around it: an index into `CodeFacts::functions`.
    pub function: Option<usize>,
    /// As of a site.
    pub forks: Vec<Fork>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type, where one is written.
    pub of_type: Option<TypeExpr>,
    /// The value it has when the call gives none.
    pub default: Option<Expr>,
    /// Where that value is written.
    pub range: TextRange,
    /// What the function does with what it is given.
    pub uses: Vec<Use>,
}

/// One use of a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Runs only under a condition that the name's declaration does not stand under.
    pub conditional: bool,
    /// What happens there.
    pub steps: Vec<Step>,
    /// As of a site.
    pub catches: Vec<Catch>,
}

/// A value, as far as it can be told without running.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A literal text.
    Text(String),
    /// A literal number, as written.
    Number(String),
    /// A literal boolean.
    Bool(bool),
    /// None, null.
    Null,
    /// A name.
    Path(Path),
    /// A parameter of the function around it.
    Param(u16),
    /// Texts put together.
    Join(Vec<Expr>),
    /// One of several.
    OneOf(Vec<Expr>),
    /// A list, tuple or set.
    List(Vec<Expr>),
    /// A dictionary.
    Map(Vec<(Expr, Expr)>),
    /// An element of a list, a key of a dictionary.
    Element(Box<Expr>),
    /// One part of each element: `for (a, b) in pairs`.
    Part(Box<Expr>, u16),
    /// The result of a method: `name.upper()`.
    Method(Box<Expr>, String, Vec<Expr>),
    /// The result of a call.
    Call(Path, Vec<Expr>, Option<Box<Expr>>),
    /// One of several, by which constant a value is: `match key { Key::Db => "DB_URL" }`.
    Select(Box<Expr>, Vec<(String, Expr)>),
    /// An argument of a call that is given by keyword.
    Keyword(String, Box<Expr>),
    /// An entry of a list or dictionary: `names["db"]`.
    Entry(Box<Expr>, Box<Expr>),
    /// Nothing is known.
    Unknown,
}

/// A place that may ask for a key: whether it does depends on what its callee means.
#[derive(Clone, Debug)]
pub struct Site {
    /// What is asked.
    pub callee: Path,
    /// How.
    pub form: Form,
    /// With what.
    pub args: Vec<Arg>,
    /// The whole expression.
    pub range: TextRange,
    /// The function around it: an index into `CodeFacts::functions`.
    pub function: Option<usize>,
    /// The type arguments of the call, as written.
    pub types: Option<String>,
    /// What it is called on, and the type that is wanted of it: only where its last name is that of a loader.
    pub load: Option<Box<Load>>,
    /// The contexts that it runs under, outermost first: `with env.prefixed("APP_")`.
    pub contexts: Vec<Context>,
    /// What happens to the answer, from the inside out.
    pub steps: Vec<Step>,
    /// What the handlers around it do when it fails, innermost first.
    pub catches: Vec<Catch>,
    /// The conditions around it inside its function: the ranges that run under one.
    pub conditional: bool,
    /// Which way of each fork around it inside its function it stands in, innermost first. Whatever makes it conditional is one.
    pub forks: Vec<Fork>,
    /// Runs when the program is loaded or started.
    pub at_start: bool,
    /// Test code.
    pub in_test: bool,
    /// For a field: its name and type.
    pub field: Option<Field>,
}

/// What is known of a call that may fill a class.
#[derive(Clone, Debug)]
pub struct Load {
    /// The object it is called on: `Config::builder().add_source(…)`.
    pub object: Expr,
    /// What it is given to, types that are written first.
    pub given_to: Vec<GivenTo>,
}

impl Load {
    /// The type that is written for what it gives.
    pub fn written(&self) -> Option<&TypeExpr> {
        match self.given_to.first()? {
            GivenTo::Type(of_type) => Some(of_type),
            GivenTo::Field { .. } | GivenTo::Param { .. } => None,
        }
    }
}

/// What the value of a call is given to.
#[derive(Clone, Debug)]
pub enum GivenTo {
    /// A type that is written.
    Type(TypeExpr),
    /// What a field holds: `App { settings: load()? }`.
    Field {
        /// The class of the field.
        of: Path,
        /// The field.
        name: String,
    },
    /// What a function takes: `run(load()?)`.
    Param {
        /// The function.
        callee: Path,
        /// The place of the parameter.
        position: usize,
    },
}

/// A context that a block runs under.
#[derive(Clone, Debug)]
pub struct Context {
    /// What is called for it.
    pub callee: Path,
    /// With what.
    pub args: Vec<Arg>,
}

/// An argument of a site.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Its keyword.
    pub name: Option<String>,
    /// What it is.
    pub value: Expr,
    /// Where.
    pub range: TextRange,
    /// It is not written out here: a name stands for it or for a part of it.
    pub named: bool,
}

/// The field or parameter that an attribute or call describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type, as written without spaces.
    pub of_type: String,
    /// The value that it has when nothing gives one.
    pub default: Option<(Expr, TextRange)>,
    /// The call stands in its type: `Annotated[str, Option(…)]`.
    pub in_type: bool,
}

/// What a handler around a site does.
#[derive(Clone, Debug, PartialEq)]
pub struct Catch {
    /// The last segments of the exceptions it takes; empty for all.
    pub types: Vec<String>,
    /// What it does.
    pub outcome: Outcome,
    /// That ends the function.
    pub leaves: bool,
}

/// One thing that happens to an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A method is called on it.
    Method {
        /// The method.
        name: String,
        /// Its arguments.
        args: Vec<StepArg>,
        /// The type arguments, as written: `<u16>`.
        types: Option<String>,
        /// Nothing stays nothing: `answer?.Trim()`.
        is_safe: bool,
    },
    /// It is handed to a function.
    Passed {
        /// The function.
        callee: Path,
        /// Its place among the arguments.
        position: usize,
    },
    /// `?`.
    Propagate,
    /// `answer or other`.
    Or(StepArg),
    /// `answer or other`, where only whether it holds matters.
    Alternative(StepArg),
    /// It is compared with these texts, or found among them.
    Compared {
        /// The texts.
        with: Vec<String>,
        /// Other than, not among.
        negated: bool,
        /// With none: `is None`.
        null: bool,
    },
    /// `not answer`.
    Not,
    /// It decides a branch.
    Tested {
        /// What runs when it holds.
        then: Branch,
        /// What runs when it does not.
        otherwise: Branch,
        /// A branch names what is tested: the value that it gives may stand for the answer.
        keeps: bool,
    },
    /// Its shape decides: `match`, `if let`, `let … else`.
    Matched(Vec<Arm>),
    /// It is given a name, and goes on: `(name := answer)`.
    Named,
    /// A part of it is used: it must be there.
    Used,
    /// It becomes part of a text.
    Joined,
    /// It is given a name, and this is what happens to that name, in order.
    Bound {
        /// The type that is written for it.
        of_type: Option<String>,
        /// Its uses, in order.
        uses: Vec<Use>,
    },
    /// The function gives it back.
    Returned,
}

/// An argument of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepArg {
    /// Its value, or that of the closure that it is.
    pub value: Expr,
    /// What the closure does, or that the value is used.
    pub outcome: Outcome,
    /// For a closure, what it does with the answer that it is handed.
    pub uses: Vec<Use>,
    /// Where.
    pub range: TextRange,
}
