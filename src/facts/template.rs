//! What a template of pages asks for.

use crate::text::TextRange;

/// A place in a template that asks for a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateAsk {
    /// The reader of the library that answers; none where a class of the project may have the name.
    pub reader: Option<String>,
    /// The name: of the flag, or of a member of a class.
    pub name: String,
    /// The whole tag or call.
    pub range: TextRange,
    /// Where the name is written.
    pub name_range: TextRange,
    /// It says yes where the flag is off.
    pub inverted: bool,
    /// What runs by the answer.
    pub branches: Vec<TemplateBranch>,
}

impl TemplateAsk {
    /// It is asked by a filter: what is asked stands before its word.
    pub fn is_filter(&self) -> bool {
        self.range.start == self.name_range.start && self.range.end > self.name_range.end
    }
}

/// A part of a template that runs by an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateBranch {
    /// The whole block.
    pub whole: TextRange,
    /// What runs where the flag is on.
    pub on: Option<TextRange>,
    /// What runs where it is off.
    pub off: Option<TextRange>,
}
