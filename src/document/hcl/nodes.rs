//! Nodes of the syntax tree: where they stand, what they hold, and where the grammar breaks.

use tree_sitter::Node as Syntax;

use super::MAX_DEPTH;
use crate::text::TextRange;

pub(super) fn range(node: Syntax<'_>) -> TextRange {
    TextRange::new(node.start_byte(), node.end_byte())
}

pub(super) fn children(node: Syntax<'_>) -> Vec<Syntax<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// The node that says something: inside parentheses, and inside a text that is one expression: `"${var.x}"`.
pub(super) fn alone(node: Syntax<'_>) -> Syntax<'_> {
    let mut node = node;
    for _ in 0..MAX_DEPTH {
        let inner = children(node);
        let next = match (node.kind(), inner.as_slice()) {
            (
                "expression" | "literal_value" | "collection_value" | "template_expr"
                | "variable_expr" | "operation" | "for_expr",
                [one],
            ) => *one,
            ("quoted_template", [_, one, _]) if one.kind() == "template_interpolation" => {
                let inside = children(*one);
                match inside.iter().find(|part| part.kind() == "expression") {
                    Some(expression) => *expression,
                    None => return node,
                }
            }
            _ => return node,
        };
        node = next;
    }
    node
}

/// The first place that the grammar does not allow.
pub(super) fn first_error(top: Syntax<'_>) -> Option<TextRange> {
    let mut node = top;
    if !node.has_error() {
        return None;
    }
    loop {
        let mut cursor = node.walk();
        let next = node.children(&mut cursor).find(|it| it.has_error() || it.is_missing());
        match next {
            Some(child) if !node.is_error() => node = child,
            _ => break,
        }
    }
    Some(TextRange::new(node.start_byte(), node.start_byte()))
}
