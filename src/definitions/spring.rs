//! Documents of Spring Boot that hold for some profiles only.
//!
//! Knows `spring.config.activate.on-profile` and the older `spring.profiles`. Which profiles are active is not seen here.

use super::context::note_opaque;
use crate::document::Node;
use crate::facts::SourceFacts;
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
