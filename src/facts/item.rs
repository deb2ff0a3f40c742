//! Names of a file that others can refer to. What they mean there is the linker's to say.

use super::code::Expr;
use super::path::Path;
use crate::text::TextRange;

/// A name that others can refer to.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its path inside the file: `Settings.timeout`, `env.required`.
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Where the name is written; the whole, where it has no place of its own.
    pub range: TextRange,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// Another name, in this file or elsewhere.
    Import(Path),
    /// Everything of another module.
    Glob(Path),
    /// A value.
    Value(Expr),
    /// `CodeFacts::functions[index]`.
    Function(usize),
    /// A class, struct or enum, with its bases.
    Class(Vec<Path>),
    /// A module inside the file.
    Module,
}
