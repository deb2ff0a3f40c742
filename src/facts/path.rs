//! Names as a file resolves them: where they begin, and the segments behind. What they lead to is the linker's to say.

/// A name as the file resolves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// Where the name begins.
    pub base: Base,
    /// Segments joined by dots; `()` after a segment is the value of a call.
    pub rest: String,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// At the root of all modules.
    Absolute,
    /// In this file.
    Here,
    /// In the package this many levels up: `.` is 1 in Python, `super` is 1 in Rust.
    Parent(u16),
    /// At the root of this crate.
    Crate,
    /// A parameter of the function around it.
    Param(u16),
    /// A value of which nothing is known.
    Unknown,
}

impl Path {
    /// Whether a name from elsewhere is that of a module or class, whose `get` looks up no entry:
    /// `configcatclient.get("sdk-key")`.
    pub fn is_no_mapping(&self) -> bool {
        let is_class =
            |name: &str| name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
        !self.rest.contains(['.', '(', '[']) || is_class(self.last())
    }

    /// A path from the root of all modules.
    pub fn absolute(rest: impl Into<String>) -> Self {
        Self { base: Base::Absolute, rest: rest.into() }
    }

    /// A path inside the file.
    pub fn here(rest: impl Into<String>) -> Self {
        Self { base: Base::Here, rest: rest.into() }
    }

    /// A path of which nothing is known but its last segments.
    pub fn unknown(rest: impl Into<String>) -> Self {
        Self { base: Base::Unknown, rest: rest.into() }
    }

    /// This path and one segment more.
    #[must_use]
    pub fn join(&self, segment: &str) -> Self {
        let dot = if self.rest.is_empty() { "" } else { "." };
        Self { base: self.base, rest: format!("{}{dot}{segment}", self.rest) }
    }

    /// The entry of this path that is called `key`: a dot in its name is kept apart from those between segments.
    #[must_use]
    pub fn entry(&self, key: &str) -> Self {
        self.join(&format!("[{}]", key.replace('.', "\u{3}")))
    }

    /// Whether it leads to an entry of a mapping.
    pub fn is_entry(&self) -> bool {
        self.rest.ends_with(']')
    }

    /// A mapping that lies among others of the project's own: `os.environ.layered()`.
    #[must_use]
    pub fn layered(&self) -> Self {
        self.join("layered").called()
    }

    /// Whether it is a mapping among others.
    pub fn is_layered(&self) -> bool {
        self.rest.ends_with(".layered()")
    }

    /// The value that calling this path gives.
    #[must_use]
    pub fn called(&self) -> Self {
        Self { base: self.base, rest: format!("{}()", self.rest) }
    }

    /// The last segment, without `()`.
    pub fn last(&self) -> &str {
        self.rest.rsplit('.').next().unwrap_or(&self.rest).trim_end_matches("()")
    }
}
