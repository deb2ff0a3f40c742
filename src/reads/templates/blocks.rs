//! What parts of a template run by a tag: up to its `else`, and from there to its end.
//!
//! Goes by the words of tags: one is a block where the text has a tag that ends it. A condition is followed where the answer alone
//! decides it.

use std::collections::BTreeSet;

use crate::facts::{TemplateAsk, TemplateBranch};
use crate::text::TextRange;

/// Words of tags that begin another part of the block around them.
const OTHERWISE: &[&str] = &["elif", "elseif", "else"];

/// The tags of a template, with what they begin and end.
pub(super) struct Blocks<'t> {
    text: &'t str,
    tags: Vec<(TextRange, &'t str)>,
    /// The words of tags that end a block, without `end`.
    ended: BTreeSet<&'t str>,
}

impl<'t> Blocks<'t> {
    pub(super) fn new(text: &'t str, tags: &[TextRange]) -> Self {
        let tags: Vec<_> = tags.iter().map(|range| (*range, word(range.slice(text)))).collect();
        let ended = tags.iter().filter_map(|(_, word)| word.strip_prefix("end")).collect();
        Self { text, tags, ended }
    }

    /// What runs by what the tag at `inside` asks.
    pub(super) fn decide(&self, ask: &mut TemplateAsk, inside: TextRange) {
        let Some(at) = self.tags.iter().position(|(range, _)| *range == inside) else { return };
        let (range, word) = self.tags[at];
        let body = body(range.slice(self.text));
        match word {
            "if" => {
                let start = range.start as usize;
                let call = ask.range.start as usize - start;
                let before = range.slice(self.text)[..call].rsplit("if").next().unwrap_or_default();
                let behind = if is_bare(ask, self.text) {
                    rest_of_tag(&range.slice(self.text)[ask.range.end as usize - start..])
                } else {
                    behind_call(&range.slice(self.text)[call..])
                };
                let negated = match (before.trim(), behind) {
                    ("", Some("")) => false,
                    ("not", Some("")) => true,
                    _ => return,
                };
                ask.branches.extend(self.sides(at, negated != ask.inverted));
            }
            word if self.ended.contains(word) => {
                ask.branches.extend(self.sides(at, ask.inverted));
            }
            _ => {
                let Some((_, name)) = body.rsplit_once(" as ") else { return };
                self.by_name(name.trim(), at, ask);
            }
        }
    }

    /// What runs by the name that a tag gives its answer.
    fn by_name(&self, name: &str, from: usize, ask: &mut TemplateAsk) {
        for (at, (range, word)) in self.tags.iter().enumerate().skip(from) {
            let inside = body(range.slice(self.text));
            // From here on the name is that of another answer.
            if at > from
                && inside.rsplit_once(" as ").is_some_and(|(_, other)| other.trim() == name)
            {
                break;
            }
            let condition = inside.strip_prefix("if").unwrap_or_default();
            let condition = condition.split_whitespace().collect::<Vec<_>>();
            let negated = match condition[..] {
                [one] if *word == "if" && one == name => false,
                ["not", one] if *word == "if" && one == name => true,
                _ => continue,
            };
            ask.branches.extend(self.sides(at, negated != ask.inverted));
        }
    }

    /// The parts of a block, each with the tag that it stands behind.
    pub(super) fn parts(&self, at: usize) -> Vec<(usize, TextRange)> {
        let (mut found, mut open, mut begun) = (Vec::new(), 1_usize, at);
        for (next, (range, word)) in self.tags.iter().enumerate().skip(at + 1) {
            let part = TextRange { start: self.range(begun).end, end: range.start };
            if word.strip_prefix("end").is_some_and(|begun| self.ended.contains(begun)) {
                open -= 1;
                if open == 0 {
                    found.push((begun, part));
                    return found;
                }
            } else if self.ended.contains(word) {
                open += 1;
            } else if open == 1 && OTHERWISE.contains(word) {
                found.push((begun, part));
                begun = next;
            }
        }
        // A block that nothing ends runs nothing.
        Vec::new()
    }

    pub(super) fn range(&self, at: usize) -> TextRange {
        self.tags[at].0
    }

    pub(super) fn is_else(&self, at: usize) -> bool {
        self.tags[at].1 == "else"
    }

    /// The condition of a tag, where it has one.
    pub(super) fn condition(&self, at: usize) -> Option<&'t str> {
        let (range, word) = self.tags[at];
        let is_condition = matches!(word, "elif" | "elseif" | "if");
        is_condition.then(|| body(range.slice(self.text))[word.len()..].trim())
    }

    /// The parts of the block that the tag at `at` begins; the first is that of the flag's being off where it is `negated`.
    fn sides(&self, at: usize, negated: bool) -> Option<TemplateBranch> {
        let (first, _) = self.tags[at];
        let (mut open, mut split) = (1_usize, None);
        for (range, word) in &self.tags[at + 1..] {
            if word.strip_prefix("end").is_some_and(|begun| self.ended.contains(begun)) {
                open -= 1;
                if open == 0 {
                    let part =
                        |start: u32, end: u32| (start < end).then_some(TextRange { start, end });
                    let (then, otherwise) = match split {
                        Some((before, behind)) => {
                            (part(first.end, before), part(behind, range.start))
                        }
                        None => (part(first.end, range.start), None),
                    };
                    let (on, off) = if negated { (otherwise, then) } else { (then, otherwise) };
                    let whole = TextRange { start: first.start, end: range.end };
                    return Some(TemplateBranch { whole, on, off });
                }
            } else if self.ended.contains(word) {
                open += 1;
            } else if open == 1 && split.is_none() && OTHERWISE.contains(word) {
                // What stands behind `elif` runs by more than this.
                let behind = if *word == "else" { range.end } else { range.start };
                split = Some((range.start, behind));
            }
        }
        None
    }
}

/// Whether a condition asks without a call: an entry of a mapping, a filter, a test (`"new_till" is active_feature`).
fn is_bare(ask: &TemplateAsk, text: &str) -> bool {
    let is_quoted = ask.range.slice(text).starts_with(['"', '\'']);
    ask.name.starts_with('[') || ask.is_filter() || is_quoted
}

/// What stands in a tag between its marks; nothing for what only prints.
pub(super) fn body(tag: &str) -> &str {
    let inside = tag.strip_prefix("{%").and_then(|tag| tag.strip_suffix("%}")).unwrap_or_default();
    inside.trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim()
}

pub(super) fn word(tag: &str) -> &str {
    let body = body(tag);
    let end = body.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(body.len());
    &body[..end]
}

/// What stands behind a call, up to the end of its tag.
fn behind_call(text: &str) -> Option<&str> {
    let (mut depth, mut at) = (0_usize, None);
    for (place, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    at = Some(place + 1);
                    break;
                }
            }
            _ => {}
        }
    }
    rest_of_tag(&text[at?..])
}

fn rest_of_tag(text: &str) -> Option<&str> {
    let rest = text.strip_suffix("%}")?;
    Some(rest.trim_end_matches(['-', '+']).trim())
}
