//! Named templates of Helm charts: the variables that `define` keeps for the manifests that include them.
//!
//! Does not follow `include`: a part counts for every workload of its chart. What a loop makes of values is not seen.

use super::Format;
use super::context::{Context, note_problems};
use super::kubernetes::workload;
use crate::document::{self, Document, Node, Syntax, template};
use crate::facts::SourceFacts;
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "helm-parts", paths: is_part, needles: &["define", "name:"], claims, extract };

/// More parts than any chart has.
const MOST_PARTS: usize = 500;

fn is_part(path: &str) -> bool {
    let mut segments = path.rsplit('/');
    segments.next().is_some_and(|name| name.rsplit('.').next() == Some("tpl"))
        && segments.any(|folder| folder == "templates")
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    parts(&file.text).iter().any(|part| {
        let body = part.slice(&file.text);
        body.contains("- name:") && (body.contains("value:") || body.contains("valueFrom:"))
    })
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let text = &context.file.text;
    let mut facts = SourceFacts::new("workload-env");
    let masked = template::mask(text, b'\r');
    for part in parts(text) {
        if !part.slice(text).contains("- name:") {
            continue;
        }
        for document in document::parse(&alone(&masked, part), Syntax::Yaml) {
            let first = facts.entries.len();
            if let Some(root) = document.root() {
                variables(context, root, &mut facts);
            }
            if facts.entries.len() > first {
                note_problems(&document, &mut facts);
            }
        }
    }
    if facts.entries.is_empty() && facts.bindings.is_empty() { Vec::new() } else { vec![facts] }
}

/// The variables of a part: below `env`, or as a list of its own.
fn variables(context: Context<'_>, root: Node<'_>, facts: &mut SourceFacts) {
    let (entries, bindings) = (facts.entries.len(), facts.bindings.len());
    for pair in root.entries() {
        match pair.key {
            "env" => workload::variables(context, "", pair.value, facts),
            "envFrom" => workload::bind(context, "", pair.value, facts),
            _ => {}
        }
    }
    let is_variable = |item: &Node<'_>| {
        item.get("name").is_some()
            && (item.get("value").is_some() || item.get("valueFrom").is_some())
    };
    let items = root.items();
    if !items.is_empty() && items.iter().all(is_variable) {
        workload::variables(context, "", root, facts);
    }
    // Which workloads include the part is not known: it counts for all.
    facts.entries.iter_mut().skip(entries).for_each(|entry| entry.scope = None);
    facts.bindings.iter_mut().skip(bindings).for_each(|binding| binding.scope = None);
}

/// The bodies of the `define` blocks that stand in `text`, up to the next one.
fn parts(text: &str) -> Vec<TextRange> {
    let starts: Vec<usize> = text
        .match_indices("{{")
        .filter(|(at, _)| {
            let action = text.get(at + 2..).unwrap_or("").trim_start_matches('-').trim_start();
            action.starts_with("define")
        })
        .map(|(at, _)| at)
        .take(MOST_PARTS)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| TextRange::new(*start, end)).collect()
}

/// The text of one part, with as many blanks for what stands before it: ranges stay right.
fn alone(masked: &str, part: TextRange) -> String {
    let blank = |byte: u8| if byte == b'\n' { '\n' } else { '\r' };
    let before = masked.bytes().take(part.start as usize).map(blank);
    before.collect::<String>() + part.slice(masked)
}
