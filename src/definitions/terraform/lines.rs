//! A parameter of a store whose value is lines of a dotenv file.
//!
//! Says the keys that the lines name. That something exports them when a program starts is taken for granted.

use super::super::hcl_value;
use super::rows::Single;
use super::shapes::{Target, is_upper};
use crate::document::Node;
use crate::facts::SourceFacts;
use crate::text::TextRange;

/// The keys of a value that is lines of a dotenv file: `value = "OVEN_KEY=${var.oven_key}"`, for a start script to export.
pub(super) fn read<'a>(
    target: &Target<'a>,
    body: Node<'a>,
    single: &Single,
    is_secret: bool,
    facts: &mut SourceFacts,
) {
    let Some(node) = single.values.iter().find_map(|it| body.get(it)) else { return };
    let module = target.module;
    let (raw, first) = (module.context.raw(node.range()), node.range().start as usize);
    let is_heredoc = raw.starts_with("<<");
    let mut found = Vec::new();
    let mut at = 0;
    for (number, line) in raw.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let inner = line.trim_start_matches([' ', '\t', '"']);
        let is_mark = is_heredoc && (number == 0 || at == raw.len());
        if is_mark || inner.trim().is_empty() {
            continue;
        }
        let Some((name, rest)) = inner.split_once('=').filter(|(name, _)| is_upper(name)) else {
            return;
        };
        let start = first + start + (line.len() - inner.len());
        found.push((name, rest.trim_end().trim_end_matches('"'), start));
    }
    for (name, value, start) in &found {
        let range = TextRange::new(*start, start + name.len());
        let at = start + name.len() + 1;
        let place = TextRange::new(at, at + value.len());
        let value = if is_secret || value.contains("${") {
            module.secret(node, facts)
        } else {
            hcl_value::written(module.context, name, value, place, facts)
        };
        target.push(name, range, value, Some(module.place(node)), facts);
    }
}
