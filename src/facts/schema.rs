//! What a source file says of its classes: fields with their types, defaults and marks, as far as one file can tell.
//!
//! Whether a class is filled from outside is the linker's to say.

use super::code::{Arg, Catch, Expr, Path, Step};
use crate::text::TextRange;

/// Types that hold types that hold types deeper than this are not looked into.
const MOST_HOLDERS: usize = 8;

/// A class, struct or enum that has fields, variants or bases.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its path inside the file.
    pub name: String,
    /// Where its name is written.
    pub range: TextRange,
    /// What its head says by keyword: `class Settings(BaseSettings, env_prefix="APP_")`.
    pub keywords: Vec<Expr>,
    /// Its decorators, derives and attributes.
    pub marks: Vec<Mark>,
    /// Its fields, in the order of the text.
    pub fields: Vec<FieldFacts>,
    /// The decorators of its methods.
    pub checks: Vec<Mark>,
    /// The variants of an enum.
    pub variants: Vec<Variant>,
    /// The types of fields without names.
    pub wraps: Vec<TypeExpr>,
    /// Code makes objects of it with values that it keeps in a mapping: `cls(**values)`.
    pub made_of_more: bool,
    /// Test code.
    pub in_test: bool,
}

/// A field of a class.
#[derive(Clone, Debug)]
pub struct FieldFacts {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub range: TextRange,
    /// The whole declaration.
    pub whole: TextRange,
    /// Its type, where one is written.
    pub of_type: Option<TypeExpr>,
    /// The value that is written for it.
    pub value: Option<Arg>,
    /// Its attributes, and the calls inside its type.
    pub marks: Vec<Mark>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub range: TextRange,
    /// Its attributes.
    pub marks: Vec<Mark>,
    /// Its fields.
    pub fields: Vec<FieldFacts>,
    /// The types of its fields without names.
    pub wraps: Vec<TypeExpr>,
    /// It is given a number: `Silent = 1`.
    pub is_numbered: bool,
}

/// A decorator, an attribute, or a call inside a type.
#[derive(Clone, Debug)]
pub struct Mark {
    /// What it names.
    pub path: Path,
    /// What it is given.
    pub args: Vec<Arg>,
}

/// A type as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// Its last segment; `|` for one of several, `None` for null, the text of a literal.
    pub name: String,
    /// What the name stands for.
    pub path: Path,
    /// What it is made of.
    pub args: Vec<Self>,
    /// What it says of the value that it holds.
    pub holds: Holds,
    /// A literal value.
    pub is_literal: bool,
}

/// What a type says of the value that it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// It is the value's own type.
    #[default]
    Itself,
    /// There is none: `None`.
    #[serde(rename = "none")]
    Null,
    /// A value of the type inside, or none: `Option<T>`.
    Nullable,
    /// A value of the type inside: `Box<T>`, `Annotated[T, …]`.
    One,
    /// A value of one of the types inside: `T | U`.
    Either,
    /// A value of the first type inside, or a failure: `Result<T, E>`.
    Outcome,
}

/// A name that is followed from an object: `settings.database.host`.
#[derive(Clone, Debug)]
pub struct Member {
    /// The whole path.
    pub path: Path,
    /// Where it is written.
    pub range: TextRange,
    /// The function around it: an index into `CodeFacts::functions`.
    pub function: Option<usize>,
    /// Test code.
    pub in_test: bool,
    /// It is called: its last name is that of a method.
    pub is_called: bool,
    /// It runs only under a condition, where it may be one of a library.
    pub conditional: bool,
    /// What happens to it, where it may be one of a library.
    pub steps: Vec<Step>,
    /// What the handlers around it do when it fails, innermost first.
    pub catches: Vec<Catch>,
}

impl Class {
    /// The marks of that name: the last segment of what they name.
    pub fn marked<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Mark> {
        self.marks.iter().filter(move |mark| mark.path.last() == name)
    }
}

impl Class {
    /// Whether it derives a trait of that name.
    pub fn derives(&self, name: &str) -> bool {
        let given = self.marked("derive").flat_map(|mark| &mark.args);
        given.into_iter().any(|arg| matches!(&arg.value, Expr::Path(path) if path.last() == name))
    }
}

impl TypeExpr {
    /// Whether a value may be none.
    pub fn is_nullable(&self) -> bool {
        match self.holds {
            Holds::Null | Holds::Nullable => true,
            Holds::Either => self.args.iter().any(Self::is_nullable),
            Holds::One => self.args.first().is_some_and(Self::is_nullable),
            Holds::Itself | Holds::Outcome => false,
        }
    }

    /// The type of a value that is there: `Optional[T]`, `T | None`, `Annotated[T, …]`, `Box<T>` are `T`.
    pub fn present(&self) -> &Self {
        self.held(false)
    }

    /// The same of what a call gives: `Result<T, E>` is `T` as well.
    pub fn given(&self) -> &Self {
        self.held(true)
    }

    fn held(&self, through_outcomes: bool) -> &Self {
        let mut at = self;
        for _ in 0..MOST_HOLDERS {
            let inside = match at.holds {
                Holds::Nullable | Holds::One => at.args.first(),
                Holds::Outcome if through_outcomes => at.args.first(),
                Holds::Either => {
                    let mut some = at.args.iter().filter(|arg| arg.holds != Holds::Null);
                    match (some.next(), some.next()) {
                        (Some(one), None) => Some(one),
                        _ => None,
                    }
                }
                Holds::Itself | Holds::Null | Holds::Outcome => None,
            };
            let Some(inside) = inside else { break };
            at = inside;
        }
        at
    }
}
