//! Procfiles: the variables that stand before the command of a process.
//!
//! What the platform sets for all processes is not seen, and neither is what a command sets itself.

use super::context::{Asks, Context, asked, env, note_opaque};
use super::secret::{self, Written};
use super::{Format, paths};
use crate::document::Document;
use crate::facts::{SourceFacts, Workload};
use crate::model::key::is_env_name;
use crate::model::{ScalarKind, Scope};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "procfile", paths: is_procfile, needles: &[":"], claims, extract };

fn is_procfile(path: &str) -> bool {
    let name = paths::name(path);
    name == "Procfile" || name.starts_with("Procfile.")
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    file.text.lines().any(|line| process(line).is_some())
}

/// The name of a process and the byte at which its command begins.
fn process(line: &str) -> Option<(&str, usize)> {
    // Some editors put a byte-order mark before the first name.
    let bare = line.trim_start_matches('\u{feff}');
    let mark = line.len() - bare.len();
    let (name, rest) = bare.split_once(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let blanks = rest.len() - rest.trim_start().len();
    (!name.is_empty() && name.chars().all(is_name))
        .then_some((name, mark + name.len() + 1 + blanks))
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("procfile");
    let mut start = 0;
    for line in context.file.text.split_inclusive('\n') {
        if let Some((name, at)) = process(line) {
            let command = TextRange::new(start + at, start + line.trim_end().len().max(at));
            variables(context, name, command, &mut facts);
            // What runs before a release only prepares it.
            if name != "release" {
                let range = TextRange::new(start + at, start + at);
                let build = Some(".".to_owned());
                facts.workloads.push(Workload { build, ..Workload::of(name.to_owned(), range) });
            }
        }
        start += line.len();
    }
    if facts.entries.is_empty() {
        return Vec::new();
    }
    let whole = TextRange::new(0, context.file.text.lines().next().map_or(0, str::len));
    note_opaque("configuration of the application at its platform", whole, &mut facts);
    vec![facts]
}

/// `NAME=value` before the command, `env` in front of them or not.
fn variables(context: Context<'_>, name: &str, command: TextRange, facts: &mut SourceFacts) {
    let text = context.raw(command);
    let mut at = 0;
    while let Some(word) = super::words::word(text, at) {
        let start = word.start;
        at = word.end;
        let part = &text[start..word.end];
        if part == "env" {
            continue;
        }
        let Some(sign) = part.find('=').filter(|sign| is_env_name(&part[..*sign])) else { break };
        let base = command.start as usize;
        let name_range = TextRange::new(base + start, base + start + sign);
        let range = TextRange::new(base + start + sign + 1, base + word.end);
        let raw = context.raw(range);
        let asks = if raw.starts_with('\'') { Vec::new() } else { asked(raw, range, Asks::Dollar) };
        let value = super::words::unquote(raw);
        let key = &part[..sign];
        let written = Written { name: key, text: &value, raw, range, kind: ScalarKind::Text, asks };
        let value = secret::judge(&written, context.sealer, facts);
        let mut entry = env(key, name_range, value, Some(range));
        entry.scope = Some(Scope::Workload(name.to_owned()));
        facts.entries.push(entry);
    }
}
