//! What templates ask for, as reads.

use std::collections::BTreeMap;

use super::branches::Found;
use crate::facts::TemplateAsk;
use crate::model::{Absence, Confidence, KeyRef, Namespace, Read, ValueType, Via};
use crate::reads::is_test_path;
use crate::reads::templates::OWN;
use crate::text::{FileId, Files, Span};

/// Members of classes that declare flags, as templates write them, each with the flag and the name of what declares it.
pub(super) type Members = BTreeMap<String, (String, String)>;

/// The functions that ask for the flag whose name they are handed, each with the reader that answers.
pub(super) type Tags = BTreeMap<String, String>;

/// The reads of templates, still by name, and what runs by them.
pub(super) fn reads(
    templates: &[(FileId, Vec<TemplateAsk>)],
    (members, tags): (&Members, &Tags),
    files: &Files,
) -> (Vec<(String, Read)>, Vec<Found>) {
    let (mut found, mut decided) = (Vec::new(), Vec::new());
    for (file, asked) in templates {
        let in_test = is_test_path(&files.get(*file).path);
        for ask in asked {
            let Some((name, reader, via)) = answers(ask, members, tags) else { continue };
            let key = KeyRef::Pattern { namespace: Namespace::Flag, glob: name.clone() };
            let read = Read {
                key_span: Span::new(*file, ask.name_range),
                absence: Absence::Optional,
                expects: ValueType::Bool(Vec::new()),
                via,
                in_test,
                as_share: false,
                flag: true,
                confidence: Confidence::Medium,
                ..Read::of(key, Span::new(*file, ask.range), reader.clone())
            };
            let span = |range| Span::new(*file, range);
            decided.extend(ask.branches.iter().map(|one| {
                let sides = (one.on.map(span), one.off.map(span));
                Found::of_template(read.span, span(one.whole), sides)
            }));
            found.push((name.clone(), read));
        }
    }
    (found, decided)
}

/// The flag that a place in a template asks for, who answers, and how it comes there.
fn answers<'a>(
    ask: &'a TemplateAsk,
    members: &'a Members,
    tags: &'a Tags,
) -> Option<(&'a String, &'a String, Via)> {
    let Some(reader) = &ask.reader else {
        let (key, registry) = members.get(&ask.name)?;
        return Some((key, registry, Via::Constant));
    };
    match reader.strip_prefix(OWN) {
        Some(function) => Some((&ask.name, tags.get(function)?, Via::Wrapper)),
        None => Some((&ask.name, reader, Via::Direct)),
    }
}

/// What blocks of templates run by entries of the mapping of a framework: `config["NEW_TILL"]`.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<String, Vec<Part>>);

/// A block: the whole, what runs where the entry is on, and where it is off.
type Part = (Span, Option<Span>, Option<Span>);

impl Entries {
    pub(super) fn of(templates: &[(FileId, Vec<TemplateAsk>)]) -> Self {
        let mut all: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        for (file, asked) in templates {
            let span = |range| Span::new(*file, range);
            for ask in asked.iter().filter(|ask| ask.name.starts_with('[')) {
                let parts = ask.branches.iter();
                let parts = parts.map(|one| (span(one.whole), one.on.map(span), one.off.map(span)));
                all.entry(ask.name.clone()).or_default().extend(parts);
            }
        }
        Self(all)
    }

    pub(super) fn named(&self, entry: &str) -> &[Part] {
        self.0.get(entry).map_or(&[], Vec::as_slice)
    }
}
