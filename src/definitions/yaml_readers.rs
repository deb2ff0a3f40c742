//! Programs that take plain words of YAML for something else than others do, and how their files are told.
//!
//! A row says how one reads a scalar, and whether it refuses a key that stands twice. Files of settings that no row claims are shown
//! as they are written.

use super::spring;
use crate::document::{Document, Node, Syntax, elder, psych};
use crate::text::File;

/// A program that reads settings.
pub(super) struct Reader {
    /// What it is called.
    name: &'static str,
    /// What it takes a plain scalar for.
    pub(super) scalar: fn(&str) -> Option<String>,
    /// Whether it refuses a key that stands in a map twice.
    refuses: bool,
}

impl Reader {
    /// A reader that refuses a key which stands twice, or takes the last.
    pub(super) const fn new(
        name: &'static str,
        scalar: fn(&str) -> Option<String>,
        refuses: bool,
    ) -> Self {
        Self { name, scalar, refuses }
    }

    /// What the reader is called, where it refuses a key that stands twice.
    pub(super) fn refusing(&self) -> Option<&'static str> {
        self.refuses.then_some(self.name)
    }
}

/// Whether a program reads a file.
type Reads = fn(&File, Node<'_>) -> bool;

static READERS: &[(Reads, Reader)] = &[
    (is_of_rails, Reader::new("Rails", psych::scalar, false)),
    (|file, _| spring::reads(&file.path), Reader::new("Spring", elder::scalar, true)),
];

/// Whose settings a file holds.
pub(super) fn of(file: &File, documents: &[Document]) -> Option<&'static Reader> {
    let root = documents.iter().find_map(Document::root)?;
    let is_yaml = Syntax::of(&file.path) == Some(Syntax::Yaml);
    let found = READERS.iter().find(|(reads, _)| is_yaml && reads(file, root));
    found.map(|(_, reader)| reader)
}

/// Files that parts of Rails load, by their names without an extension.
const OF_RAILS: &[&str] = &[
    "cable",
    "cache",
    "database",
    "mongoid",
    "queue",
    "recurring",
    "secrets",
    "sidekiq",
    "storage",
];

/// `config/database.yml` with blocks for environments or tags of ERB, and what `config_for` loads: blocks, one of them `shared`.
fn is_of_rails(file: &File, root: Node<'_>) -> bool {
    let Some(stem) = file.name().strip_suffix(".yml") else { return false };
    let folder = file.path.rsplit('/').nth(1).unwrap_or("");
    let has = |key: &str| root.get(key).is_some_and(Node::is_map);
    let is_named = OF_RAILS.binary_search(&stem).is_ok();
    let has_blocks = has("production") && (is_named || has("shared"));
    folder == "config" && (file.text.contains("<%") || has_blocks)
}

#[cfg(test)]
mod tests {
    use super::{OF_RAILS, READERS, of};
    use crate::document::{Syntax, parse};
    use crate::text::File;

    #[test]
    fn tables_are_sorted() {
        assert!(OF_RAILS.is_sorted());
        assert!(READERS.is_sorted_by_key(|(_, reader)| reader.name));
    }

    #[test]
    fn files_are_told_by_place_and_content() {
        for (path, text, reader) in [
            ("config/database.yml", "production:\n  pool: 5\n", Some("Rails")),
            ("config/database.yml", "pool: 5\n", None),
            ("config/ovens.yml", "shared:\n  heat: 2\nproduction:\n  heat: 3\n", Some("Rails")),
            ("config/ovens.yml", "production:\n  heat: 3\n", None),
            ("config/ovens.yml", "heat: <%= 3 %>\n", Some("Rails")),
            ("config/ovens.yaml", "shared:\n  heat: 2\nproduction:\n  heat: 3\n", None),
            ("config/services.yaml", "parameters:\n  heat: 2\n", None),
            ("src/main/resources/application.yml", "heat: 2\n", Some("Spring")),
            ("config/application.toml", "heat = 2\n", None),
        ] {
            let documents = parse(text, Syntax::of(path).unwrap_or(Syntax::Yaml));
            let found = of(&File::new(path, text), &documents);
            assert_eq!(found.map(|reader| reader.name), reader, "{path}: {text}");
        }
    }
}
