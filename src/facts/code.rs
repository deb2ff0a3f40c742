//! What a source file says: its names, its functions, and the places that may ask for a key.

/// The facts of one source file.
#[derive(Clone, Debug, Default)]
pub struct CodeFacts {}
