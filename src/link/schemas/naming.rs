//! How the environment names a field: prefix, separators, case.

use crate::link::evaluate::HOLE;

/// How names are made of paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Naming {
    /// Put before every name.
    pub(super) prefix: String,
    /// Between the prefix and the name.
    pub(super) behind_prefix: String,
    /// Between the names of nested classes; without one nothing nested has a name.
    pub(super) separator: Option<String>,
    /// A dash of a name is an underscore in the environment.
    pub(super) dashes: bool,
    /// The case of names counts.
    pub(super) exact_case: bool,
    /// An empty value counts as none.
    pub(super) ignores_empty: bool,
    /// Names are in upper case, and so looked up.
    pub(super) upper_names: bool,
    /// Nothing comes from the environment.
    pub(super) is_off: bool,
    /// One variable may hold a whole table.
    pub(super) holds_tables: bool,
    /// Files are given.
    pub(super) has_files: bool,
    /// The section of a file that holds all.
    pub(super) section: Vec<String>,
    /// The paths that the environment may give, where it may not give all.
    pub(super) only: Option<Vec<String>>,
    /// Paths that it may not.
    pub(super) ignored: Vec<String>,
}

impl Naming {
    /// The name of the field at `path`, where it has one.
    pub(super) fn name(&self, path: &[String]) -> Option<String> {
        let joined = match (path, &self.separator) {
            ([one], _) => one.clone(),
            (many, Some(separator)) => many.join(separator),
            _ => return None,
        };
        if self.is_left_out(path) {
            return None;
        }
        let behind = if self.prefix.is_empty() { "" } else { &self.behind_prefix };
        let joined = if self.dashes { joined.replace('-', "_") } else { joined };
        let name = format!("{}{behind}{joined}", self.prefix);
        Some(if self.exact_case && !self.upper_names { name } else { upper(&name) })
    }

    /// Whether the loader is told to leave this path to others.
    pub(super) fn is_left_out(&self, path: &[String]) -> bool {
        let dotted = path.join(".");
        let joined = self.separator.as_ref().map_or_else(|| dotted.clone(), |one| path.join(one));
        let is_one = |given: &String| {
            given.eq_ignore_ascii_case(&joined) || given.eq_ignore_ascii_case(&dotted)
        };
        self.ignored.iter().any(is_one)
            || self.only.as_ref().is_some_and(|all| !all.iter().any(is_one))
    }

    /// The name that one would give the field at `path`, whether it is matched or not.
    pub(super) fn expected(&self, path: &[String]) -> String {
        let joined = path.join(self.separator.as_deref().unwrap_or("_"));
        let behind = if self.prefix.is_empty() { "" } else { &self.behind_prefix };
        upper(&format!("{}{behind}{joined}", self.prefix)).replace(['-', '.'], "_")
    }
}

/// Upper case; a hole stays one.
pub(super) fn upper(name: &str) -> String {
    name.chars()
        .flat_map(|c| if c == HOLE { vec![c] } else { c.to_uppercase().collect() })
        .collect()
}
