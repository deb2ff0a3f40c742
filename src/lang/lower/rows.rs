//! Rows of declarations in macro calls, and the rules that take them apart: `settings! { port: u16 = 8080, "PORT"; }`.
//!
//! Both are split at the same separators, so that a row can be laid on a rule without expanding anything.

use tree_sitter::Node;

use super::tokens::MAX_TOKENS;
use super::{Lowering, all, named, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{Metavariable, Piece, Shape};
use crate::text::TextRange;

/// Rows beyond this are data.
const MAX_PIECES: usize = 4_000;

/// Groups deeper than this are no rows.
const MAX_DEPTH: usize = 6;

impl<'a> Lowering<'a> {
    /// Whether a node stands outside of functions.
    pub(super) fn is_among_items(&self, node: Node<'_>) -> bool {
        if self.token_trees > 0 {
            return false;
        }
        let mut at = node;
        while let Some(around) = at.parent() {
            if matches!(self.role(around), Some(Role::Function { .. } | Role::Tokens)) {
                return false;
            }
            at = around;
        }
        true
    }

    /// The pieces of a token tree, those inside braces among them.
    pub(super) fn pieces(&mut self, tokens: Node<'_>) -> Vec<Piece> {
        let mut ranges = Vec::new();
        if tokens.byte_range().len() > MAX_TOKENS {
            return Vec::new();
        }
        self.split_rows(tokens, &mut ranges, MAX_DEPTH);
        ranges.truncate(MAX_PIECES);
        self.token_trees += 1;
        let pieces = ranges
            .into_iter()
            .map(|(code, is_name, behind)| {
                let value = if is_name {
                    Some(self.tree.add(Shape::Name, code))
                } else {
                    self.parse_piece(code)
                };
                Piece { code, value, behind }
            })
            .collect();
        self.token_trees -= 1;
        pieces
    }

    fn split_rows(
        &self,
        tokens: Node<'_>,
        found: &mut Vec<(TextRange, bool, String)>,
        depth: usize,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let mut current: Vec<Node<'_>> = Vec::new();
        let inside = all(tokens);
        let mut after_mark = false;
        for token in inside.iter().skip(1).take(inside.len().saturating_sub(2)) {
            let text = self.slice(*token);
            let is_group = matches!(self.role(*token), Some(Role::Tokens));
            match text {
                _ if matches!(self.role(*token), Some(Role::Skip)) => {}
                "#" => after_mark = true,
                // An attribute belongs to the row and says nothing of its pieces.
                _ if after_mark && is_group => after_mark = false,
                ":" | "=" | "=>" | "," | ";" if !token.is_named() => {
                    self.flush(&mut current, text, found);
                }
                _ if is_group && text.starts_with('{') => {
                    self.flush(&mut current, "{", found);
                    self.split_rows(*token, found, depth);
                }
                _ => current.push(*token),
            }
        }
        self.flush(&mut current, "", found);
    }

    fn flush(
        &self,
        current: &mut Vec<Node<'_>>,
        behind: &str,
        found: &mut Vec<(TextRange, bool, String)>,
    ) {
        if let (Some(first), Some(last)) = (current.first(), current.last()) {
            let code = TextRange::new(first.start_byte(), last.end_byte());
            let is_name = current.len() == 1 && matches!(self.role(*last), Some(Role::Name));
            found.push((code, is_name, behind.to_owned()));
        }
        current.clear();
    }

    /// The metavariables of a rule's pattern, those of repetitions among them.
    pub(super) fn metavariables(&self, pattern: Node<'a>, binding: &str) -> Vec<Metavariable> {
        let mut found = Vec::new();
        self.take_pattern(pattern, binding, false, &mut found);
        found
    }

    fn take_pattern(
        &self,
        pattern: Node<'_>,
        binding: &str,
        repeated: bool,
        found: &mut Vec<Metavariable>,
    ) {
        let inside = all(pattern);
        let is_attribute = |node: &Node<'_>| self.slice(*node).starts_with("$(#");
        for child in &inside {
            if child.kind() == binding {
                let parts = named(*child);
                if let (Some(name), Some(fragment)) = (parts.first(), parts.last()) {
                    found.push(Metavariable {
                        name: range(*name),
                        fragment: range(*fragment),
                        behind: String::new(),
                        repeated,
                    });
                }
            } else if child.kind().contains("repetition") {
                if !is_attribute(child) {
                    let before = found.len();
                    self.take_pattern(*child, binding, true, found);
                    put_behind(found, before, self.separator(*child));
                }
            } else if child.is_named() && child.child_count() > 0 && child.kind() == pattern.kind()
                || child.kind() == "token_tree_pattern"
            {
                put_behind(found, 0, "{");
                self.take_pattern(*child, binding, repeated, found);
            } else if !matches!(
                self.slice(*child),
                "$" | "(" | ")" | "{" | "}" | "[" | "]" | "*" | "+" | "?"
            ) {
                put_behind(found, 0, self.slice(*child));
            }
        }
    }

    /// The separator of a repetition: what stands between its bracket and its operator.
    fn separator(&self, repetition: Node<'_>) -> &str {
        let inside = all(repetition);
        let close = inside.iter().rfind(|child| self.slice(**child) == ")");
        let between = close
            .zip(inside.last())
            .and_then(|(close, operator)| self.text.get(close.end_byte()..operator.start_byte()));
        between.map_or("", str::trim)
    }
}

fn put_behind(found: &mut [Metavariable], from: usize, text: &str) {
    if let Some(last) = found.get_mut(from..).and_then(|found| found.last_mut())
        && last.behind.is_empty()
    {
        text.clone_into(&mut last.behind);
    }
}

/// The text with the marks of a macro's rules taken out, at the same length: `$name` is no identifier to the grammar,
/// `_name` is; what a repetition holds stands there once.
pub(super) fn masked(text: &str, rules: TextRange) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let end = (rules.end as usize).min(bytes.len());
    let mut open: Vec<bool> = Vec::new();
    let mut at = rules.start as usize;
    while at < end {
        match bytes[at] {
            b'"' => at = end_of_text(&bytes, at, end),
            b'$' if bytes.get(at + 1) == Some(&b'(') => {
                bytes[at] = b' ';
                bytes[at + 1] = b' ';
                open.push(true);
                at += 1;
            }
            b'$' => bytes[at] = b'_',
            b'(' => open.push(false),
            b')' if open.pop() == Some(true) => {
                bytes[at] = b' ';
                let operator = (at + 1..(at + 4).min(end))
                    .find(|place| matches!(bytes[*place], b'*' | b'+' | b'?'));
                if let Some(operator) = operator {
                    bytes[operator] = b' ';
                    at = operator;
                }
            }
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn end_of_text(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut at = start + 1;
    while at < end && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::masked;
    use crate::text::TextRange;

    #[test]
    fn repetitions_stand_once() {
        let text = "Self { $($field: var($key)?,)* } ok(\"$(\")";
        let plain = masked(text, TextRange::new(0, text.len()));
        assert_eq!(plain, "Self {   _field: var(_key)?,   } ok(\"$(\")");
        assert_eq!(plain.len(), text.len());
    }
}
