//! Values of HCL: literals as they are, expressions as references, and the documents that stand inside texts.
//!
//! Evaluates nothing. An expression is shown as it is written where no credential may stand in it.

use super::context::{Asks, Context};
use super::secret::{self, Written};
use crate::document::hcl::{Form, form};
use crate::document::{Document, Node, json, yaml};
use crate::facts::SourceFacts;
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::model::{ScalarKind, Value};
use crate::text::TextRange;

/// The longest expression that is shown.
const MAX_SHOWN: usize = 120;

/// Whether `node` is a literal. A document inside a text may have expressions in any of its scalars.
pub(super) fn is_literal(context: Context<'_>, node: Node<'_>) -> bool {
    let raw = context.raw(node.range());
    form(node) == Form::Plain && (!raw.contains("${") || masked(raw) == raw)
}

/// The value of `node` for the key `name`.
pub(super) fn value(
    context: Context<'_>,
    name: &str,
    node: Node<'_>,
    facts: &mut SourceFacts,
) -> Value {
    if is_literal(context, node) {
        context.value(name, node, Asks::None, facts)
    } else {
        reference(context, name, node, facts)
    }
}

/// What an expression gives.
pub(super) fn reference(
    context: Context<'_>,
    name: &str,
    node: Node<'_>,
    facts: &mut SourceFacts,
) -> Value {
    let range = node.range();
    let raw = context.raw(range);
    let literals = quoted(raw);
    let is_text = !matches!(form(node), Form::Expression | Form::Call(_) | Form::Choice);
    let hides = looks_secret_value(raw)
        || literals.iter().any(|part| looks_secret_value(part))
        || looks_secret_name(name)
            && (is_text && says_more(raw) || literals.iter().any(|part| says_more(part)));
    if hides {
        facts.secrets.push(range);
    }
    let is_long = raw.len() > MAX_SHOWN || raw.contains('\n');
    let inside = raw.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let bare = inside.filter(|it| is_text || !it.contains('"')).unwrap_or(raw);
    let text = if hides || is_long { "…" } else { bare };
    Value::Reference { text: text.to_owned(), needs: Vec::new() }
}

/// The value of `text`, which stands at `range`: a literal, or a text with expressions in it.
pub(super) fn written(
    context: Context<'_>,
    name: &str,
    text: &str,
    range: TextRange,
    facts: &mut SourceFacts,
) -> Value {
    if masked(text) != text {
        let hides = looks_secret_value(text) || looks_secret_name(name) && says_more(text);
        if hides {
            facts.secrets.push(range);
        }
        let text = if hides { "…" } else { text };
        return Value::Reference { text: text.to_owned(), needs: Vec::new() };
    }
    let raw = context.raw(range);
    let written = Written { name, text, raw, range, kind: ScalarKind::Text, asks: Vec::new() };
    secret::judge(&written, context.sealer, facts)
}

/// The document inside a text: JSON where it begins so, else YAML. Its expressions are masked.
pub(super) fn inside(context: Context<'_>, node: Node<'_>) -> Option<Document> {
    let range = match form(node) {
        Form::Heredoc => node.range(),
        Form::Template => inner(node.range()),
        Form::Plain if node.kind() == ScalarKind::Text => {
            let range = inner(node.range());
            // A text with escapes does not stand in the file as it reads.
            (!context.raw(range).contains('\\')).then_some(range)?
        }
        _ => return None,
    };
    let masked = masked(context.raw(range));
    let base = range.start as usize;
    if masked.trim_start().starts_with(['{', '[']) {
        return Some(json::parse_at(&masked, base));
    }
    yaml::parse(&masked, base).into_iter().find(|document| document.root().is_some())
}

/// A range without the quotes at its ends.
fn inner(range: TextRange) -> TextRange {
    TextRange::new(
        range.start as usize + 1,
        (range.end as usize).saturating_sub(1).max(range.start as usize + 1),
    )
}

/// The texts between quotes.
fn quoted(raw: &str) -> Vec<&str> {
    raw.split('"').skip(1).step_by(2).collect()
}

/// Whether a text says something beside its expressions.
fn says_more(text: &str) -> bool {
    let bare = masked(text);
    bare.trim_matches('"').bytes().any(|byte| byte.is_ascii_alphanumeric() && byte != b'1')
}

/// A text with its expressions put out at the same length: `${…}` as digits, which stand in texts and for values.
fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while let Some(next) = bytes.get(at) {
        let opens = matches!(next, b'$' | b'%') && bytes.get(at + 1) == Some(&b'{');
        let is_escaped = at > 0 && bytes.get(at - 1) == Some(next);
        if !opens || is_escaped {
            at += 1;
            continue;
        }
        let fill = if *next == b'$' { b'1' } else { b' ' };
        let end = closing(&bytes, at + 2);
        for byte in bytes.iter_mut().take(end).skip(at) {
            if *byte != b'\n' {
                *byte = fill;
            }
        }
        at = end;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The end of an expression that opens before `from`.
fn closing(bytes: &[u8], from: usize) -> usize {
    let mut depth = 1_usize;
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn expressions_are_masked_at_their_length() {
        assert_eq!(masked("a ${var.x}b"), "a 11111111b");
        assert_eq!(masked("%{ if a }b"), "         b");
        assert_eq!(masked("$${a}"), "$${a}");
    }
}
