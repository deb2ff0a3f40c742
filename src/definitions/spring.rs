//! Documents of Spring Boot that hold for some profiles only.
//!
//! Knows `spring.config.activate.on-profile`, the older `spring.profiles`, and which files `spring.config.import` takes in. Which
//! profiles are active is not seen here.

use super::context::note_opaque;
use crate::document::{Node, Syntax};
use crate::facts::SourceFacts;
use crate::text::TextRange;

/// Whether a file is called as Spring calls its own.
pub(super) fn is_named(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["application", "bootstrap"]
        .iter()
        .any(|word| name.strip_prefix(word).is_some_and(|rest| rest.starts_with(['-', '.'])))
}

/// Whether Spring reads the file at this path, whose parser is one of YAML 1.1.
pub(super) fn reads(path: &str) -> bool {
    let is_yaml = Syntax::of(path) == Some(Syntax::Yaml);
    is_named(path) && is_yaml && path.split('/').any(|segment| segment == "resources")
}

/// What a document says of the profiles that it is for.
pub(super) struct Profiles<'a> {
    text: &'a str,
    range: TextRange,
}

/// The profiles that a document names, where it does.
pub(super) fn profiles(root: Node<'_>) -> Option<Profiles<'_>> {
    let paths: [&[&str]; 4] = [
        &["spring", "config", "activate", "on-profile"],
        &["spring.config.activate.on-profile"],
        &["spring", "profiles"],
        &["spring.profiles"],
    ];
    let node = paths.iter().find_map(|path| root.at(path).filter(|node| node.text().is_some()))?;
    Some(Profiles { text: node.text()?, range: node.range() })
}

/// Takes in the files that a document imports by `spring.config.import`.
pub(super) fn take_imports(root: Node<'_>, facts: &mut SourceFacts) {
    let paths: [&[&str]; 2] = [&["spring", "config", "import"], &["spring.config.import"]];
    let Some(node) = paths.iter().find_map(|path| root.at(path)) else { return };
    let items = if node.is_list() { node.items() } else { vec![node] };
    let texts = items.iter().filter_map(|item| Some((item.text()?, item.range())));
    for (text, range) in texts.flat_map(|(text, range)| text.split(',').map(move |it| (it, range)))
    {
        let written = text.trim();
        let bare = written.strip_prefix("optional:").unwrap_or(written);
        // A configuration server and other stores are no files.
        let path = match bare.split_once(':') {
            Some(("classpath" | "file", path)) => path.trim_start_matches('/'),
            Some(_) => continue,
            None => bare,
        };
        // `.env[.properties]` says which syntax a file without a telling name has.
        let path = path.split('[').next().unwrap_or(path);
        facts.take_in(path, bare == written, None, range);
    }
}

impl Profiles<'_> {
    /// The document once for each profile that is named; what an expression chooses cannot be told.
    pub(super) fn divide(&self, mut facts: SourceFacts) -> Vec<SourceFacts> {
        let switches = ["spring.config.activate.on-profile", "spring.profiles"];
        facts.entries.retain(|entry| !switches.contains(&entry.name.as_str()));
        if self.text.contains(['!', '&', '(']) {
            facts.entries.clear();
            note_opaque(
                &format!("a document for the profiles `{}`", self.text),
                self.range,
                &mut facts,
            );
            return vec![facts];
        }
        let names = self.text.split(['|', ',']).map(str::trim).filter(|name| !name.is_empty());
        let of = |name: &str| SourceFacts { section: Some(name.to_owned()), ..facts.clone() };
        names.map(of).collect()
    }
}
