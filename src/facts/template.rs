//! What a template of pages asks for.

use super::decision::Decision;
use crate::text::{FileId, Span, TextRange};

/// What the templates of a scan say.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    /// What they ask for themselves.
    pub asked: Vec<(FileId, Vec<TemplateAsk>)>,
    /// Those that pages which code makes lead to.
    pub pages: Vec<Page>,
}

/// A template, and what runs in it by the names that it is given.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The name by which code and other templates ask for it.
    pub name: String,
    /// The file; none where nothing in it is of use.
    pub file: Option<FileId>,
    /// What it says.
    pub facts: PageFacts,
    /// Where code names it.
    pub named: Vec<Span>,
}

/// What one template says.
#[derive(Clone, Debug, Default)]
pub struct PageFacts {
    /// Conditions on one name that it is given, and what runs by them.
    pub decisions: Vec<(String, Decision)>,
    /// The templates that it takes in or extends.
    pub leads: Vec<Lead>,
    /// Names that it gives another meaning somewhere.
    pub bound: Vec<String>,
}

/// A template that another takes in or extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Its name.
    pub to: String,
    /// Names that it is given anew.
    pub bound: Vec<String>,
    /// It is given no other names.
    pub is_closed: bool,
}

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
