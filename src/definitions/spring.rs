//! Documents of Spring Boot that hold for some profiles only.
//!
//! Knows `spring.config.activate.on-profile`, the older `spring.profiles`, and which files `spring.config.import` takes in. Which
//! profiles are active is not seen here.

use super::context::note_opaque;
use crate::document::Node;
use crate::facts::{Include, SourceFacts};
use crate::text::TextRange;

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

/// The files that a document imports, `spring.config.import`, each with whether it must be there.
pub(super) fn imports(root: Node<'_>) -> Vec<Include> {
    let paths: [&[&str]; 2] = [&["spring", "config", "import"], &["spring.config.import"]];
    let Some(node) = paths.iter().find_map(|path| root.at(path)) else { return Vec::new() };
    let items = if node.is_list() { node.items() } else { vec![node] };
    let texts = items.iter().filter_map(|item| Some((item.text()?, item.range())));
    let mut found = Vec::new();
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
        found.push(Include {
            path: path.to_owned(),
            required: bare == written,
            scope: None,
            order: u32::try_from(found.len()).unwrap_or(u32::MAX),
            range,
        });
    }
    found
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
