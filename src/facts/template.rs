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
}
