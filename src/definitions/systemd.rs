//! Units of systemd and their drop-ins: what `Environment=` gives to a service.
//!
//! Knows one file: a drop-in is not laid over its unit. Files of `EnvironmentFile=` mostly stand outside the tree.
//! Specifiers (`%i`) are kept as written.

use super::context::{Context, env, note_opaque, note_problems};
use super::secret::{self, Written};
use super::words::{unquote, word};
use super::{Format, filled, paths};
use crate::document::engine::{self, Engine};
use crate::document::{Document, Entry as Pair, Node, ini, template};
use crate::facts::{Include, SourceFacts};
use crate::model::{ScalarKind, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "systemd", paths: is_unit, needles: &["Environment"], claims, extract };

/// The sections of a unit that start a process.
const SECTIONS: &[&str] = &["Container", "Mount", "Service", "Socket", "Swap"];

fn plain(path: &str) -> &str {
    let ends = [".tmpl", ".template"];
    let other = || ends.iter().find_map(|end| path.strip_suffix(end));
    filled::behind(path).or_else(other).unwrap_or(path)
}

fn is_unit(path: &str) -> bool {
    let path = plain(path);
    let folder = path.rsplit('/').nth(1).unwrap_or("");
    let ends = |text: &str, end: &str| text.rsplit_once('.').is_some_and(|(_, last)| last == end);
    // `bakery.service.d`, and not `conf.d`.
    let is_drop_in = folder.matches('.').count() > 1 && ends(folder, "d") && ends(path, "conf");
    is_drop_in || ends(path, "container") || ends(path, "service")
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    SECTIONS.iter().any(|section| file.text.contains(&format!("[{section}]")))
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source(filled::kind(&context.file.path, "systemd"));
    let document = ini::parse(&context.file.text);
    note_problems(&document, &mut facts);
    let scope = Scope::Workload(unit(&context.file.path).to_owned());
    let sections = document.root().map(Node::entries).unwrap_or_default();
    for section in sections.iter().filter(|section| SECTIONS.contains(&section.key)) {
        for pair in section.value.entries() {
            setting(context, &pair, &scope, &mut facts);
        }
    }
    let says = !facts.entries.is_empty() || !facts.includes.is_empty() || !facts.opaque.is_empty();
    if says || !facts.problems.is_empty() { vec![facts] } else { Vec::new() }
}

/// The name of the unit that a file is, or is laid over.
fn unit(path: &str) -> &str {
    let path = plain(path);
    let name = paths::name(path);
    let name = match path.rsplit('/').nth(1).and_then(|folder| folder.strip_suffix(".d")) {
        Some(unit) if unit.contains('.') => unit,
        _ => name,
    };
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim_end_matches('@')
}

fn setting(context: Context<'_>, pair: &Pair<'_>, scope: &Scope, facts: &mut SourceFacts) {
    let range = pair.value.range();
    let text = context.raw(range);
    // Blanks inside what a template fills in part no words.
    let engine = filled::engine(context.file).unwrap_or(Engine::Jinja);
    let masked = engine::blank(text, engine, b' ', b' ').text;
    match pair.key {
        // An empty assignment takes back all before it.
        "Environment" if text.trim().is_empty() => facts.entries.clear(),
        "EnvironmentFile" if text.trim().is_empty() => facts.includes.clear(),
        "Environment" => each(&masked, |part| assignment(context, range, part, scope, facts)),
        "PassEnvironment" => each(text, |part| {
            let at = range.start as usize;
            let name_range = TextRange::new(at + part.start, at + part.end);
            let mut entry = env(&text[part], name_range, Value::PassThrough, None);
            entry.scope = Some(scope.clone());
            facts.entries.push(entry);
        }),
        "EnvironmentFile" => {
            let path = text.trim().trim_matches(['"', '\'']);
            let required = !path.starts_with('-');
            let path = path.trim_start_matches('-');
            if path.contains(['%', '*', '{']) || path.starts_with('/') {
                note_opaque(&format!("`{path}` of the host"), range, facts);
            } else {
                let scope = Some(scope.clone());
                facts.includes.push(Include {
                    path: path.to_owned(),
                    required,
                    scope,
                    order: 0,
                    in_branch: false,
                    range,
                });
            }
        }
        _ => {}
    }
}

/// Hands each word of a text over; a backslash at the end of a line is no word.
fn each(text: &str, mut act: impl FnMut(std::ops::Range<usize>)) {
    let mut at = 0;
    while let Some(part) = word(text, at) {
        at = part.end;
        if text[part.clone()].trim_matches(['\\', '\n', '\r']).is_empty() {
            continue;
        }
        act(part);
    }
}

/// `NAME=value`, `"NAME=value with blanks"` or `NAME="value"`.
fn assignment(
    context: Context<'_>,
    range: TextRange,
    part: std::ops::Range<usize>,
    scope: &Scope,
    facts: &mut SourceFacts,
) {
    let base = range.start as usize + part.start;
    let raw = context.raw(TextRange::new(base, range.start as usize + part.end));
    let quote = raw.chars().next().filter(|first| matches!(first, '"' | '\''));
    let skipped = usize::from(quote.is_some());
    let Some(sign) = raw.find('=').filter(|sign| *sign > skipped) else { return };
    let name = &raw[skipped..sign];
    if template::is_open(name) {
        return;
    }
    let closes = quote.is_some_and(|quote| raw.len() > sign + 1 && raw.ends_with(quote));
    let end = base + raw.len() - usize::from(closes);
    let name_range = TextRange::new(base + skipped, base + sign);
    let value_range = TextRange::new(base + sign + 1, end.max(base + sign + 1));
    let written = context.raw(value_range);
    let text = if quote.is_some() { written.to_owned() } else { unquote(written) };
    let (kind, asks) = (ScalarKind::Text, Vec::new());
    let written = Written { name, text: &text, raw: written, range: value_range, kind, asks };
    let value = secret::judge(&written, context.sealer, facts);
    let mut entry = env(name, name_range, value, Some(value_range));
    entry.scope = Some(scope.clone());
    facts.entries.push(entry);
}
