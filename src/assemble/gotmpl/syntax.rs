//! The tree of a template.
//!
//! Says how a template is written, not what it means.

use std::rc::Rc;

use super::text::Text;
use crate::text::TextRange;

/// A template: what stands in a file, or a text that is a template.
#[derive(Debug)]
pub(in crate::assemble) struct Template {
    /// What was parsed, with its origin.
    pub(super) source: Text,
    /// What it prints.
    pub(super) body: Rc<Vec<Node>>,
    /// The named templates that it defines.
    pub(super) defines: Vec<(String, Rc<Vec<Node>>)>,
}

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Printed as it stands.
    Text(TextRange),
    /// Printed, unless it only gives a variable a value.
    Action(Action),
    /// `if`, `with`, `range`.
    Branch(Box<Branch>),
    /// `template "name" pipe`.
    Include(String, Option<Pipe>, TextRange),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// An action that gives a value.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) pipe: Pipe,
    /// All of it, with its braces.
    pub(super) range: TextRange,
    /// Whether nothing but actions stands on its line.
    pub(super) is_alone: bool,
}

/// Which word opens a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    If,
    With,
    Range,
}

/// A block with its condition.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) word: Word,
    pub(super) pipe: Pipe,
    pub(super) range: TextRange,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

/// `$x := a | b`.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) variables: Vec<String>,
    /// Whether the variables were declared before.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Vec<Operand>>,
    pub(super) range: TextRange,
}

/// A term with the fields that are taken of it.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) term: Term,
    pub(super) fields: Vec<String>,
    pub(super) range: TextRange,
}

/// What an operand begins with.
#[derive(Debug)]
pub(super) enum Term {
    Dot,
    Variable(String),
    Name(String),
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    Nil,
    Pipe(Pipe),
}
