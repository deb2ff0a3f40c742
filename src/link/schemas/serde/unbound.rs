//! Fields that no name of the environment fills, although one looks as if it did.
//!
//! Sources: `envy` and `config` put the names of variables in lower case before they compare them; `config` and `figment`
//! put a dot wherever the separator stands, also inside the name of a field.

use super::{Section, Walk};
use crate::model::{Reach, Unbound};

impl Walk<'_, '_> {
    /// The name that one would give a field, where the loader never matches it and knows the field by no other.
    pub(super) fn unbound(&self, field: &Section) -> Option<Unbound> {
        let naming = self.naming.as_ref().filter(|naming| !naming.is_off)?;
        let path = &field.path;
        let has_other = field.others.iter().any(|path| !self.names(path).is_empty());
        if path.is_empty() || has_other || naming.is_left_out(path) {
            return None;
        }
        let name = naming.expected(path);
        let why = self.unmatched(path)?;
        Some(Unbound {
            why,
            reach: if naming.holds_tables { Reach::Elsewhere } else { Reach::Lost },
            name,
        })
    }

    /// The environment's name for a path, where a variable of that name is matched.
    pub(super) fn names(&self, path: &[String]) -> Vec<String> {
        let naming = self.naming.as_ref().filter(|_| self.unmatched(path).is_none());
        let name = naming.and_then(|naming| naming.name(path));
        name.into_iter().collect()
    }

    /// Why no variable has the name of this path; `None` where one may.
    fn unmatched(&self, path: &[String]) -> Option<String> {
        let naming = self.naming.as_ref()?;
        let reader = self.row.schema.all().first().map(String::as_str).unwrap_or_default();
        let library = reader.split('.').next().unwrap_or_default();
        if let Some(name) = path.iter().find(|name| name.contains(|c: char| c.is_uppercase())) {
            return Some(format!(
                "`{library}` puts the names of variables in lower case before it compares them with `{name}`"
            ));
        }
        match &naming.separator {
            None if path.len() > 1 => Some(format!(
                "without a separator `{library}` takes no variable for what is nested in `{}`",
                path[0]
            )),
            Some(separator) => {
                let cut = path.iter().find(|name| name.contains(separator.as_str()))?;
                Some(format!(
                    "`{library}` takes each `{separator}` for the beginning of a section, also the one in `{cut}`"
                ))
            }
            None => None,
        }
    }
}
