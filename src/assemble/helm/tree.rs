//! The files of a scan by root and path, and the values that their documents hold.
//!
//! Knows paths, no charts.

use std::cell::RefCell;
use std::collections::HashMap;

use super::super::gotmpl::{Place, Value, read, value};
use crate::document::yaml;
pub(super) use crate::text::relative::{folder, joined as join};
use crate::text::{File, FileId, Files};

/// The files of a scan.
pub(super) struct Tree<'a> {
    pub(super) files: &'a Files,
    by_path: Vec<(u16, &'a str, FileId)>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(files: &'a Files) -> Self {
        let all = files.iter().map(|(id, file)| (file.root, file.path.as_str(), id));
        let mut by_path: Vec<_> = all.collect();
        by_path.sort_unstable();
        Self { files, by_path }
    }

    pub(super) fn file(&self, id: FileId) -> &'a File {
        self.files.get(id)
    }

    /// The file at a path, where there is one.
    pub(super) fn at(&self, root: u16, path: &str) -> Option<FileId> {
        let at =
            self.by_path.binary_search_by(|(known, there, _)| (*known, *there).cmp(&(root, path)));
        self.by_path.get(at.ok()?).map(|(.., id)| *id)
    }

    /// The files under a folder, with their paths below it.
    pub(super) fn under(&self, root: u16, folder: &str) -> Vec<(&'a str, FileId)> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let first =
            self.by_path.partition_point(|(known, path, _)| (*known, *path) < (root, &start));
        let all = self.by_path.get(first..).unwrap_or_default().iter();
        all.take_while(|(other, path, _)| *other == root && path.starts_with(&start))
            .filter_map(|(_, path, id)| Some((path.get(start.len()..)?, *id)))
            .collect()
    }
}

/// The last segment of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Documents of values, each read once.
#[derive(Default)]
pub(super) struct Documents {
    read: RefCell<HashMap<FileId, Result<Value, String>>>,
}

impl Documents {
    /// What a file of values says; an empty map where it says nothing.
    pub(super) fn values(&self, tree: &Tree<'_>, id: FileId) -> Result<Value, String> {
        let mut known = self.read.borrow_mut();
        let place = Place { text: &tree.file(id).text, file: Some(id), source: None };
        let value = known.entry(id).or_insert_with(|| {
            let value = read(place)?;
            if value.is_null() {
                return Ok(Value::map::<&str>([]));
            }
            let is_map = value.as_map().is_some();
            if is_map { Ok(value) } else { Err("holds no map of values".to_owned()) }
        });
        // Templates may change what they get: each run has a copy of its own.
        value.clone().map(|value| value.deep_copy())
    }
}

/// What each document of a file says; those that are no YAML say nothing.
pub(super) fn each(tree: &Tree<'_>, id: FileId) -> Vec<Value> {
    let text = &tree.file(id).text;
    let place = Place { text, file: Some(id), source: None };
    let documents = yaml::parse(text, 0);
    documents.iter().filter_map(|one| Some(value(one.root()?, place, MAX_DEPTH))).collect()
}

/// Values in values deeper than any manifest.
const MAX_DEPTH: usize = 64;

/// The texts of a list.
pub(super) fn texts(list: Option<Value>) -> Vec<String> {
    let items = list.and_then(|list| list.items()).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The items of a list.
pub(super) fn items(list: Option<Value>) -> Vec<Value> {
    list.and_then(|list| list.items()).unwrap_or_default()
}

/// The text under a path of keys.
pub(super) fn word(value: &Value, path: &[&str]) -> Option<String> {
    value.at(path)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn paths_are_joined() {
        assert_eq!(
            join("deploy/app", "../values/prod.yaml").as_deref(),
            Some("deploy/values/prod.yaml")
        );
        assert_eq!(join("", "./a.yaml").as_deref(), Some("a.yaml"));
        assert_eq!(join("a", "../../b"), None);
        assert_eq!(join("a", "/b"), None);
    }
}
