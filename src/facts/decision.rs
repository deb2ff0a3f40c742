//! What the code of a file lets decide, and what runs by it: conditions taken apart, as far as one file can tell.
//!
//! Whether what decides is a read is the linker's to say.

use super::path::Path;
use crate::text::TextRange;

/// An expression that decides.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Where.
    pub range: TextRange,
    /// What is called or followed there.
    pub path: Option<Path>,
}

/// How something stands to what decides it: what it is where that holds, and where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// What it is where the subject holds; `None` where that depends on more.
    pub on: Option<bool>,
    /// What it is where the subject does not hold.
    pub off: Option<bool>,
    /// The subject holds where it is one of these texts; none where its truth counts.
    pub equals: Vec<String>,
    /// The subject says how many of all it holds for: it is compared with a draw.
    pub of_share: bool,
}

/// A condition, or a part of one, and what runs by it.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What decides.
    pub subject: Subject,
    /// How the condition stands to it.
    pub holding: Holding,
    /// The whole statement or expression.
    pub whole: TextRange,
    /// What runs where the condition holds.
    pub then: Option<TextRange>,
    /// What runs where it does not.
    pub otherwise: Option<TextRange>,
    /// Both ways do the same, but for a fixed text that they log.
    pub is_vain: bool,
}

/// What a function or a constant gives, by what decides it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Who gives it.
    pub giver: Giver,
    /// What decides.
    pub subject: Subject,
    /// How the answer stands to it.
    pub holding: Holding,
    /// The answer is a number: it decides where it is compared with a draw.
    pub is_number: bool,
}

/// What hands an answer on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Giver {
    /// A function: an index into `CodeFacts::functions`.
    Function(usize),
    /// A name at the top of the file.
    Constant(String),
    /// A name in a class of the file, in upper case as settings are.
    Setting(String),
    /// A member of the objects of a class of the file.
    Member {
        /// The class.
        class: String,
        /// The member.
        name: String,
    },
    /// An entry of a dictionary at the top of the file.
    Entry {
        /// The dictionary.
        of: String,
        /// The key of the entry.
        key: String,
    },
    /// A name that a page is given.
    Page {
        /// Who gives it.
        by: Renders,
        /// The name.
        name: String,
    },
    /// A call that is handed it.
    Argument {
        /// What is called.
        callee: Path,
        /// The place among the arguments without a keyword, or the keyword.
        at: Place,
        /// The whole call.
        call: TextRange,
    },
}

/// What gives a page its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renders {
    /// A call, or the decorator of the function that gives the names.
    Call {
        /// What is called.
        callee: Path,
        /// The page, as it is written.
        page: String,
        /// Where.
        written: TextRange,
    },
    /// The objects of a class of the file: their own pages.
    Class(String),
}

/// A place among the arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Counted from 0.
    Position(usize),
    /// By keyword.
    Keyword(String),
}

impl Holding {
    /// It is the subject itself.
    pub fn same() -> Self {
        Self { on: Some(true), off: Some(false), ..Self::default() }
    }

    /// Whether it is the subject itself.
    pub fn is_same(&self) -> bool {
        *self == Self::same()
    }

    /// It is the opposite of the subject.
    pub fn opposite() -> Self {
        Self { on: Some(false), off: Some(true), ..Self::default() }
    }

    /// How the whole stands to what this part of it denies.
    #[must_use]
    pub fn of_denied(self) -> Self {
        Self { on: self.off, off: self.on, ..self }
    }

    /// How the whole stands to one operand of an `and` that is this part of it: where it fails, the others do not count.
    #[must_use]
    pub fn of_and(self) -> Self {
        Self { on: None, ..self }
    }

    /// The same for an `or`.
    #[must_use]
    pub fn of_or(self) -> Self {
        Self { off: None, ..self }
    }

    /// How `outer`, which stands to this as it says, stands to the subject of this; `None` where that cannot be told.
    pub fn then(&self, outer: &Self) -> Option<Self> {
        if (!outer.equals.is_empty() || outer.of_share) && !self.is_same() {
            return None;
        }
        let through =
            |one: Option<bool>| one.and_then(|one| if one { outer.on } else { outer.off });
        let equals = if self.equals.is_empty() { &outer.equals } else { &self.equals };
        let of_share = self.of_share || outer.of_share;
        Some(Self {
            on: through(self.on),
            off: through(self.off),
            equals: equals.clone(),
            of_share,
        })
    }
}

impl Decision {
    /// What runs only where the subject, to which `holding` leads, holds.
    pub fn on(&self, holding: &Holding) -> Option<TextRange> {
        self.by(holding.off?)
    }

    /// What runs only where it does not hold.
    pub fn off(&self, holding: &Holding) -> Option<TextRange> {
        self.by(holding.on?)
    }

    /// What does not run where the condition is `value`.
    fn by(&self, value: bool) -> Option<TextRange> {
        if value { self.otherwise } else { self.then }
    }
}

#[cfg(test)]
mod tests {
    use super::Holding;

    #[test]
    fn a_part_of_a_condition_says_half_of_it() {
        let part = Holding::same().of_and();
        assert_eq!((part.on, part.off), (None, Some(false)));
        // `not a and b`: where `a` holds, the whole does not.
        let denied = part.of_denied();
        assert_eq!((denied.on, denied.off), (Some(false), None));
    }

    #[test]
    fn answers_lead_on() {
        let opposite = Holding::opposite();
        assert!(opposite.then(&opposite).is_some_and(|both| both.is_same()));
        let blue = Holding { equals: vec!["blue".to_owned()], ..Holding::same() };
        assert_eq!(Holding::same().then(&blue), Some(blue.clone()));
        assert_eq!(opposite.then(&blue), None);
    }
}
