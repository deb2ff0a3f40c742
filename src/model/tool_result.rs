//! Results of tools: what is made of many files.

/// What a tool, other than compose, makes of many files. Sources with equal ones are parts of one result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolResult {
    /// The root of the file that names it.
    pub root: u16,
    /// The path of that file, from its root.
    pub path: String,
    /// The release that it is, where it is known as one.
    pub release: Option<Release>,
}

/// A release of Helm, as the file or command calls it that has it made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// What it is called in every environment.
    pub name: String,
    /// The namespace that it is put in, where that is known.
    pub namespace: Option<String>,
}
