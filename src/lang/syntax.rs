//! Syntax that is the same for every language: what the shapes of a language are lowered to. Knows no language.

mod children;

pub use children::children;

use crate::text::TextRange;

/// A node of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// An identifier.
    Name,
    /// A literal text, with holes where values are put in.
    Text(Vec<Part>),
    /// A literal number.
    Number,
    /// A literal boolean.
    Bool(bool),
    /// None, null, unit.
    Null,
    /// `a.b`, `a::b`.
    Member {
        /// `a`.
        object: NodeId,
        /// `b`.
        name: TextRange,
    },
    /// `f(x)`.
    Call {
        /// `f`.
        callee: NodeId,
        /// The arguments.
        args: Vec<Argument>,
        /// Type arguments, as written.
        types: Option<TextRange>,
    },
    /// `f!(x)`.
    Macro {
        /// The path of the macro.
        name: TextRange,
        /// The arguments that could be parsed.
        args: Vec<NodeId>,
        /// What stands between its separators, where it stands among items: rows of declarations.
        pieces: Vec<Piece>,
    },
    /// `a[b]`.
    Index {
        /// `a`.
        object: NodeId,
        /// `b`.
        index: NodeId,
    },
    /// `a or b`.
    Or(NodeId, NodeId),
    /// `a and b`.
    And(NodeId, NodeId),
    /// `a == b`, `a is b`; `negated` for `!=` and `is not`.
    Compare {
        /// `a`.
        left: NodeId,
        /// `b`.
        right: NodeId,
        /// Other than.
        negated: bool,
    },
    /// `a in b`.
    Contains {
        /// `a`.
        item: NodeId,
        /// `b`.
        container: NodeId,
        /// `not in`.
        negated: bool,
    },
    /// `not a`.
    Not(NodeId),
    /// `a + b`.
    Add(NodeId, NodeId),
    /// `a % b` and all other operators.
    Operator(Vec<NodeId>),
    /// `b if a else c`.
    Choice {
        /// The condition.
        condition: NodeId,
        /// The value when it holds.
        then: NodeId,
        /// The value when it does not.
        otherwise: NodeId,
    },
    /// `a?`.
    Propagate(NodeId),
    /// A closure.
    Lambda {
        /// Its parameters' names.
        params: Vec<TextRange>,
        /// What it gives.
        body: NodeId,
    },
    /// A list, tuple, set or array.
    List(Vec<NodeId>),
    /// A dictionary.
    Map(Vec<(NodeId, NodeId)>),
    /// A comprehension.
    Comprehension {
        /// What it makes of each.
        body: Vec<NodeId>,
        /// Targets and what they run over.
        clauses: Vec<(NodeId, NodeId)>,
        /// The rest.
        conditions: Vec<NodeId>,
    },
    /// Something that changes nothing for us: parentheses, `await`, `&`, a cast.
    Wrapped(NodeId),
    /// A value that the code says is there: `a!`.
    Claimed(NodeId),
    /// A name is given a value.
    Assign {
        /// The targets.
        targets: Vec<NodeId>,
        /// The value.
        value: Option<NodeId>,
        /// The type.
        of_type: Option<NodeId>,
        /// What runs when the pattern does not fit; or the name that tells whether there is a value.
        otherwise: Option<NodeId>,
        /// A constant or static.
        constant: bool,
    },
    /// A branch.
    If {
        /// The condition.
        condition: NodeId,
        /// What runs when it holds.
        then: NodeId,
        /// What runs when it does not.
        otherwise: Option<NodeId>,
    },
    /// `let P = v` as a condition.
    LetCondition {
        /// The pattern.
        pattern: NodeId,
        /// The value.
        value: NodeId,
    },
    /// A match.
    Match {
        /// What is matched.
        subject: NodeId,
        /// The arms.
        arms: Vec<NodeId>,
    },
    /// One arm.
    Arm {
        /// The pattern.
        pattern: NodeId,
        /// What it gives.
        body: NodeId,
    },
    /// A pattern that counts only under a condition: `Some(x) if x > 1`.
    Guarded {
        /// The pattern.
        pattern: NodeId,
        /// The condition.
        guard: NodeId,
    },
    /// A loop over elements.
    For {
        /// The target.
        target: NodeId,
        /// What it runs over.
        over: NodeId,
        /// The body.
        body: NodeId,
    },
    /// A loop under a condition.
    While {
        /// The condition.
        condition: Option<NodeId>,
        /// The body.
        body: NodeId,
    },
    /// A block under a context.
    With {
        /// The contexts.
        items: Vec<NodeId>,
        /// The body.
        body: NodeId,
    },
    /// `v as name`.
    As {
        /// The value.
        value: NodeId,
        /// The name.
        name: NodeId,
    },
    /// try, except.
    Try {
        /// What is tried.
        body: NodeId,
        /// The handlers and what else belongs to it.
        handlers: Vec<NodeId>,
    },
    /// One handler.
    Handler {
        /// The exceptions it takes; `None` for all.
        types: Option<NodeId>,
        /// What it does.
        body: NodeId,
    },
    /// return.
    Return(Option<NodeId>),
    /// raise.
    Raise(Vec<NodeId>),
    /// assert.
    Assert(Vec<NodeId>),
    /// del.
    Delete(Vec<NodeId>),
    /// break, continue.
    Jump,
    /// pass, `...`.
    Pass,
    /// A sequence of statements; the last may be its value.
    Block(Vec<NodeId>),
    /// A function, method or macro.
    Function(Box<FunctionShape>),
    /// A class, struct, enum or implementation of one.
    Class {
        /// Its name.
        name: TextRange,
        /// Its bases, and what is said of it by keyword.
        bases: Vec<Argument>,
        /// Its members.
        body: Option<NodeId>,
    },
    /// A variant of an enum.
    Variant {
        /// Its name.
        name: TextRange,
        /// Its fields.
        body: Option<NodeId>,
    },
    /// The types of fields without names.
    Positional(Vec<TextRange>),
    /// A struct put together from fields.
    Record {
        /// Its type.
        of: NodeId,
        /// Its fields; one without a value has that of the name.
        fields: Vec<(TextRange, Option<NodeId>)>,
    },
    /// A module inside the file.
    Module {
        /// Its name.
        name: TextRange,
        /// Its items.
        body: Option<NodeId>,
    },
    /// A field of a struct.
    Field {
        /// Its name.
        name: TextRange,
        /// Its type.
        of_type: TextRange,
    },
    /// A decorator: an expression that belongs to the item after it.
    Decorator(NodeId),
    /// An attribute; it belongs to the item after it.
    Attribute {
        /// Its path.
        name: TextRange,
        /// Its arguments.
        args: Vec<Argument>,
        /// What stands between its brackets, as written.
        text: TextRange,
    },
    /// An import.
    Import(Vec<Imported>),
    /// An unlowered shape and what is inside.
    Other(Vec<NodeId>),
}

/// A piece of a literal text.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Written.
    Literal(String),
    /// Put in.
    Hole(NodeId),
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Its keyword.
    pub name: Option<TextRange>,
    /// Its value.
    pub value: NodeId,
    /// `*args`, `**kwargs`.
    pub splat: bool,
}

/// A function.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionShape {
    /// Its name.
    pub name: TextRange,
    /// Its parameters.
    pub params: Vec<Parameter>,
    /// The type of what it gives.
    pub returns: Option<TextRange>,
    /// What it is called on like a method, which is no object of its class: `settings.Need("X")`.
    pub extends: Option<Parameter>,
    /// For a rule of a macro: its metavariables, in order.
    pub metavariables: Vec<Metavariable>,
    /// Its body.
    pub body: Option<NodeId>,
}

/// What stands between two separators of a token tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Where.
    pub code: TextRange,
    /// What it is, as far as it could be parsed.
    pub value: Option<NodeId>,
    /// The separator behind it.
    pub behind: String,
}

/// A metavariable of a macro's rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Metavariable {
    /// Its name.
    pub name: TextRange,
    /// What it stands for: `expr`, `ty`.
    pub fragment: TextRange,
    /// The separator behind it.
    pub behind: String,
    /// It stands in a repetition.
    pub repeated: bool,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: TextRange,
    /// Its type.
    pub of_type: Option<NodeId>,
    /// Its default.
    pub default: Option<NodeId>,
}

/// One imported name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The path, dotted.
    pub path: String,
    /// The name it gets here; `None` for all names of the path.
    pub name: Option<String>,
}

impl Part {
    fn hole(&self) -> Option<NodeId> {
        match self {
            Self::Hole(node) => Some(*node),
            Self::Literal(_) => None,
        }
    }
}

impl FunctionShape {
    fn inside(&self) -> Vec<NodeId> {
        let given = |param: &Parameter| param.of_type.into_iter().chain(param.default);
        let params = self.extends.iter().chain(&self.params);
        params.flat_map(given).chain(self.body).collect()
    }
}
