//! Which qualified names read keys, and how: the rows of `grammars/<language>/readers.yaml` and of the user.
//!
//! One schema for both. Knows names and positions, not code.

mod flags_in;
mod names;
mod row;
mod slot;
mod url;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::facts::code::Form;

pub use flags_in::FlagsIn;
pub(super) use row::telling;
pub use row::{Names, ReaderRow, RowAbsent, RowNamespace, Told, Writes};
pub use slot::Slot;
pub use url::InUrl;

/// The rows of a language by what sites are called.
#[derive(Debug, Default)]
pub struct Catalog {
    rows: Vec<ReaderRow>,
    by_name: FxHashMap<(String, Form), usize>,
    builders: Vec<(String, String, usize)>,
    /// Rows that ask an entry of a whole, by the name of the whole: the method, and the row.
    wholes: FxHashMap<String, Vec<(Option<String>, usize)>>,
    /// Rows that ask by a keyword: every site is held against them.
    by_keyword: Vec<usize>,
}

impl Catalog {
    /// Reads rows from YAML.
    pub fn parse(table: &str) -> Result<Vec<ReaderRow>, serde_yaml::Error> {
        serde_yaml::from_str(table)
    }

    /// A catalog of `rows`; a later row for one name wins, so users can correct built-in ones.
    pub fn new(rows: Vec<ReaderRow>) -> Self {
        let mut catalog = Self { rows, ..Self::default() };
        for (at, row) in catalog.rows.iter().enumerate() {
            if !row.by_keyword.is_empty() || row.in_url.is_some() {
                catalog.by_keyword.push(at);
            }
            for name in row.reader.all() {
                if row.builder
                    && let Some((base, last)) = name.rsplit_once('.')
                {
                    catalog.builders.push((base.to_owned(), last.to_owned(), at));
                }
                if row.document.is_some() {
                    let method = (row.form == Form::Call).then(|| name.rsplit_once('.')).flatten();
                    let (whole, method) = match method {
                        Some((whole, method)) => (whole, Some(method.to_owned())),
                        None => (name.as_str(), None),
                    };
                    catalog.wholes.entry(whole.to_owned()).or_default().push((method, at));
                }
                if row.inside != Some(true) {
                    catalog.by_name.insert((name.clone(), row.form), at);
                }
            }
        }
        catalog
    }

    /// The row for a qualified name asked in `form`.
    pub fn get(&self, name: &str, form: Form) -> Option<&ReaderRow> {
        if let Some(at) = self.by_name.get(&(name.to_owned(), form)) {
            return self.rows.get(*at);
        }
        if let Some((object, method)) = name.rsplit_once('.')
            && let Some(at) = self.by_name.get(&(object.to_owned(), form))
            && let others = &self.rows[*at].other_methods
            && !others.is_empty()
            && !others.iter().any(|known| known == method)
        {
            return self.rows.get(*at);
        }
        let found = self.builders.iter().find(|(base, last, _)| {
            name.strip_prefix(base.as_str()).is_some_and(|rest| {
                rest.starts_with(['.', '('])
                    && rest.ends_with(last.as_str())
                    && rest[..rest.len() - last.len()].ends_with("().")
            })
        });
        found.map(|(.., at)| &self.rows[*at])
    }

    /// The row for a name that leads to an entry of a whole, and what leads there: `yaml.safe_load().[database].get`.
    pub fn entry(&self, name: &str, form: Form) -> Option<(&ReaderRow, Vec<String>)> {
        let cuts = name.rmatch_indices('.').map(|(at, _)| at);
        for at in std::iter::once(name.len()).chain(cuts) {
            let Some(rows) = self.wholes.get(&name[..at]) else { continue };
            let way: Vec<&str> = name[at..].split('.').filter(|part| !part.is_empty()).collect();
            for (method, row) in rows {
                let row = &self.rows[*row];
                if row.form != form {
                    continue;
                }
                let Some(way) = way_to(row, method.as_deref(), &way) else { continue };
                if row.inside.is_none_or(|inside| inside != way.is_empty()) {
                    return Some((row, way));
                }
            }
        }
        None
    }

    /// The rows that ask by a keyword or by an address, whatever is called.
    pub fn by_keyword(&self) -> impl Iterator<Item = &ReaderRow> {
        self.by_keyword.iter().map(|at| &self.rows[*at])
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &ReaderRow> {
        self.rows.iter()
    }

    /// The qualified names of all readers.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| row.reader.all()).map(String::as_str)
    }

    /// The last segments of readers that need no key from the call: they have one of their own, or give all entries.
    pub fn bare(&self) -> impl Iterator<Item = &str> {
        let needs_none = |row: &&ReaderRow| {
            let of_instance = row.of_instance.position.is_some();
            let is_bare = row.fixed.is_some() || of_instance || row.form == Form::Iterate;
            is_bare || row.loads.is_some()
        };
        let rows = self.rows.iter().filter(needs_none);
        rows.flat_map(|row| row.reader.all()).filter_map(|name| name.rsplit('.').next())
    }

    /// Names of modules whose values the code gives itself.
    pub fn settings_modules(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| &row.assigned_in).map(String::as_str)
    }

    /// The last segments of readers whose object says more of the key.
    pub fn sourced(&self) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter().filter(|row| row.sources);
        rows.flat_map(|row| row.reader.all()).filter_map(|name| name.rsplit('.').next())
    }

    /// The last segments of readers whose object code hands to functions and keeps in objects.
    pub fn handed(&self) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter().filter(|row| row.is_handed());
        rows.flat_map(|row| row.reader.all()).filter_map(|name| name.rsplit('.').next())
    }

    /// The words that a file must hold to ask any of these readers: one of the sets, all its words.
    pub fn needles(&self) -> BTreeSet<Vec<String>> {
        self.rows.iter().flat_map(ReaderRow::word_sets).collect()
    }
}

/// What leads from a whole to the entry that is asked: all but the method.
fn way_to(row: &ReaderRow, method: Option<&str>, segments: &[&str]) -> Option<Vec<String>> {
    let way = match (method, segments.split_last()) {
        (None, _) => segments,
        (Some(method), Some((last, way))) if *last == method => way,
        _ => return None,
    };
    let key =
        |segment: &&str| match segment.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(key) => Some(key.replace('\u{3}', ".")),
            None if (row.members || row.form == Form::Member) && !segment.ends_with(')') => {
                Some((*segment).to_owned())
            }
            None => None,
        };
    way.iter().map(key).collect()
}
