//! Programs of supervisor: what `environment=` gives to each, and to all.
//!
//! Knows one file; files that it includes are read by themselves. A program that sets no variables gets those of the
//! daemon, which are not seen.

use super::context::{Context, env, note_opaque, note_problems};
use super::secret::{self, Written};
use super::words::unquote;
use super::{Format, filled};
use crate::document::interpolation::Found;
use crate::document::{Document, Node, ini};
use crate::facts::SourceFacts;
use crate::model::{Interpolation, OnUnset, ScalarKind, Scope};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "supervisor", paths: is_conf, needles: &["[program:"], claims, extract };

fn is_conf(path: &str) -> bool {
    let path = filled::behind(path).unwrap_or(path);
    [".conf", ".ini"].iter().any(|end| path.ends_with(end))
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    file.text.lines().any(|line| line.starts_with("[program:"))
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source(filled::kind(&context.file.path, "supervisor"));
    let document = ini::parse(&context.file.text);
    note_problems(&document, &mut facts);
    for section in document.root().map(Node::entries).unwrap_or_default() {
        let program = section
            .key
            .split_once(':')
            .filter(|(kind, _)| matches!(*kind, "eventlistener" | "fcgi-program" | "program"));
        if program.is_none() && section.key != "supervisord" {
            continue;
        }
        let scope = program.map(|(_, name)| Scope::Workload(name.to_owned()));
        if let Some(value) = section.value.get("environment") {
            assignments(context, value.range(), scope.as_ref(), &mut facts);
        }
    }
    if facts.entries.is_empty() && facts.problems.is_empty() {
        return Vec::new();
    }
    // Programs inherit all that supervisor itself was started with.
    if let Some(first) = facts.entries.first().map(|entry| entry.key_range) {
        note_opaque("the environment of supervisor itself", first, &mut facts);
    }
    vec![facts]
}

/// `NAME="value",OTHER=value`, also over several lines.
fn assignments(
    context: Context<'_>,
    range: TextRange,
    scope: Option<&Scope>,
    facts: &mut SourceFacts,
) {
    let text = context.raw(range);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b','))
    {
        let start = at + start;
        if matches!(bytes.get(start), Some(b';' | b'#')) {
            let line = text.get(start..).and_then(|rest| rest.find('\n'));
            at = line.map_or(text.len(), |length| start + length);
            continue;
        }
        let Some(sign) = text.get(start..).and_then(|rest| rest.find('=')) else { break };
        let sign = start + sign;
        let (mut end, mut quote) = (sign + 1, None);
        while let Some(byte) = bytes.get(end).copied() {
            match (quote, byte) {
                (None, b',' | b'\n') => break,
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
            end += 1;
        }
        at = end;
        let (Some(name), Some(raw)) = (text.get(start..sign), text.get(sign + 1..end)) else {
            continue;
        };
        let (name, raw) = (name.trim(), raw.trim_end());
        // What a template has yet to write.
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            continue;
        }
        let base = range.start as usize;
        let name_range = TextRange::new(base + start, base + start + name.len());
        let value_range = TextRange::new(base + sign + 1, base + sign + 1 + raw.len());
        let value = unquote(raw.trim_start());
        let asks = asked(raw, value_range);
        let kind = ScalarKind::Text;
        let written = Written { name, text: &value, raw, range: value_range, kind, asks };
        let value = secret::judge(&written, context.sealer, facts);
        let mut entry = env(name, name_range, value, Some(value_range));
        entry.scope = scope.cloned();
        facts.entries.push(entry);
    }
}

/// `%(ENV_NAME)s`, which supervisor takes from its own environment.
fn asked(raw: &str, range: TextRange) -> Vec<Found> {
    const MARK: &str = "%(ENV_";
    let mut found = Vec::new();
    for (at, _) in raw.match_indices(MARK) {
        let rest = &raw[at + MARK.len()..];
        let Some(length) = rest.find(")s").filter(|length| *length > 0) else { continue };
        let start = range.start as usize + at;
        let range = TextRange::new(start, start + MARK.len() + length + 2);
        let name = rest[..length].to_owned();
        let interpolation = Interpolation { name, on_unset: OnUnset::Empty, range };
        found.push(Found { interpolation, default: None });
    }
    found
}
