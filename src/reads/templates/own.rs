//! Tags and filters that a project registers with Django: `@register.simple_tag`, `{% feature "new_till" %}`, `"new_till"|is_on`.
//!
//! Whether the function behind one asks for a flag is the linker's to say. Those that parse their tag themselves are not seen.

use std::collections::BTreeMap;

use super::{TemplateAsk, quoted};
use crate::text::TextRange;

/// What stands before the name of a function in the reader of what a page asks by it.
pub const OWN: &str = "own tag ";

/// The functions by their words in pages.
#[derive(Debug, Default)]
pub(super) struct Own {
    tags: BTreeMap<String, String>,
    filters: BTreeMap<String, String>,
}

impl Own {
    /// Takes what a source text registers.
    pub(super) fn take(&mut self, text: &str) {
        if !text.contains("template.Library(") && !text.contains("import Library") {
            return;
        }
        let mut registered: Vec<(&str, bool)> = Vec::new();
        for line in text.lines().map(str::trim) {
            if let Some(decorator) = line.strip_prefix("@register.") {
                let end = decorator.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
                let (kind, given) = decorator.split_at(end.unwrap_or(decorator.len()));
                if matches!(kind, "simple_tag" | "simple_block_tag" | "filter") {
                    registered.push((name(given), kind == "filter"));
                }
            } else if let Some(head) = line.strip_prefix("def ") {
                let function = head.split('(').next().unwrap_or_default().trim();
                for (word, is_filter) in registered.drain(..) {
                    let word = if word.is_empty() { function } else { word };
                    let all = if is_filter { &mut self.filters } else { &mut self.tags };
                    all.insert(word.to_owned(), function.to_owned());
                }
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.filters.is_empty()
    }

    /// What a part of a page asks by them.
    pub(super) fn asked(&self, part: &str, inside: TextRange, found: &mut Vec<TemplateAsk>) {
        let mut tell = |function: &str, name: String, range: TextRange, name_range: TextRange| {
            let (reader, inverted) = (Some(format!("{OWN}{function}")), false);
            let branches = Vec::new();
            found.push(TemplateAsk { reader, name, range, name_range, inverted, branches });
        };
        if let Some(body) = part.strip_prefix("{%") {
            let body = body.trim_start_matches(['-', '+']).trim_start();
            let end = body.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(body.len());
            if let Some(function) = self.tags.get(&body[..end])
                && let Some((name, range)) = quoted(part, part.len() - body.len() + end, inside)
            {
                tell(function, name, inside, range);
            }
        }
        if self.filters.is_empty() {
            return;
        }
        for (at, _) in part.match_indices('|') {
            let behind = &part[at + 1..];
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = behind.find(|c: char| !is_word(c)).unwrap_or(behind.len());
            let Some(function) = self.filters.get(&behind[..length]) else { continue };
            let before = &part[..at];
            let Some(mark) = before.chars().next_back().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let Some(start) = before[..at - 1].rfind(mark) else { continue };
            if let Some((name, range)) = quoted(part, start, inside) {
                let (first, end) = (inside.start as usize, at + 1 + length);
                tell(function, name, TextRange::new(first + start, first + end), range);
            }
        }
    }
}

/// The name that a decorator gives what it registers: `("feature")`, `(name="feature")`; empty where it gives none.
fn name(given: &str) -> &str {
    let Some(inside) = given.strip_prefix('(') else { return "" };
    let named = inside.find("name=").map_or(inside, |at| &inside[at + 5..]);
    let mut parts = named.trim_start().splitn(3, ['"', '\'']);
    match (parts.next(), parts.next()) {
        (Some(""), Some(name)) => name,
        _ => "",
    }
}
