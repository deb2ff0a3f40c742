//! Token trees: the arguments of macros and attributes, which a grammar leaves unparsed.
//!
//! Split at commas, each piece is parsed as code of its own in place, so that ranges stay right.

use tree_sitter::Node;

use super::{Lowering, all, named, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{Argument, FunctionShape, NodeId, Parameter, Shape};
use crate::text::TextRange;

/// Longer token trees are data, not code.
pub(super) const MAX_TOKENS: usize = 200_000;

/// One piece of a token tree.
struct Chunk {
    name: Option<TextRange>,
    code: TextRange,
    /// One word, which no grammar takes for a statement.
    is_name: bool,
}

impl Lowering<'_> {
    /// `name!(…)`: its arguments as far as they are code. What these macros are called with are items, but for some words.
    pub(super) fn macro_call(
        &mut self,
        node: Node<'_>,
        name: &str,
        (items, without): (&[String], &[String]),
    ) -> Shape {
        let name = node.child_by_field_name(name).map_or(range(node), range);
        let tokens =
            named(node).into_iter().find(|child| matches!(self.role(*child), Some(Role::Tokens)));
        let last = name.slice(self.text).rsplit("::").next().unwrap_or_default();
        if let Some(tokens) = tokens.filter(|_| items.iter().any(|one| one == last)) {
            let args = self.items_of(tokens, without).into_iter().collect();
            return Shape::Macro { name, args, pieces: Vec::new() };
        }
        let args = tokens.map(|tokens| self.token_chunks(tokens)).unwrap_or_default();
        let pieces = match tokens.filter(|_| self.is_among_items(node)) {
            Some(tokens) => self.pieces(tokens),
            None => Vec::new(),
        };
        Shape::Macro { name, args, pieces }
    }

    /// The pieces of a token tree, each lowered.
    pub(super) fn token_chunks(&mut self, tokens: Node<'_>) -> Vec<NodeId> {
        self.token_arguments(tokens).into_iter().map(|argument| argument.value).collect()
    }

    /// The pieces of a token tree as arguments: `name = value` has a name.
    pub(super) fn token_arguments(&mut self, tokens: Node<'_>) -> Vec<Argument> {
        if tokens.byte_range().len() > MAX_TOKENS || self.depth > 300 {
            self.too_deep.get_or_insert(range(tokens));
            return Vec::new();
        }
        self.depth += 4;
        self.token_trees += 1;
        let mut found = Vec::new();
        for chunk in self.split(tokens) {
            let value = if chunk.is_name {
                Some(self.tree.add(Shape::Name, chunk.code))
            } else {
                self.parse_piece(chunk.code)
            };
            found.extend(value.map(|value| Argument { name: chunk.name, value, splat: false }));
        }
        self.token_trees -= 1;
        self.depth -= 4;
        found
    }

    /// Items in a token tree, as they are without some words: `static ref FEATURES: Features = …;`
    fn items_of(&mut self, tokens: Node<'_>, without: &[String]) -> Option<NodeId> {
        let whole = range(tokens);
        if whole.bytes().len() > MAX_TOKENS || self.depth > 300 {
            self.too_deep.get_or_insert(whole);
            return None;
        }
        let mut parts = vec![TextRange::new(whole.start as usize + 1, whole.start as usize + 1)];
        for token in all(tokens) {
            if without.iter().any(|word| word == self.slice(token)) {
                parts.last_mut()?.end = range(token).start;
                parts.push(TextRange::new(token.end_byte(), token.end_byte()));
            }
        }
        parts.last_mut()?.end = whole.end.saturating_sub(1);
        self.depth += 4;
        self.token_trees += 1;
        let found = self.parse_parts(&parts, self.text);
        self.token_trees -= 1;
        self.depth -= 4;
        found
    }

    fn split(&self, tokens: Node<'_>) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut current: Vec<Node<'_>> = Vec::new();
        let inside = all(tokens);
        let mut is_arm = false;
        for (at, token) in inside.iter().enumerate().skip(1).take(inside.len().saturating_sub(2)) {
            if matches!(self.slice(*token), "," | ";" | "=>") && !token.is_named() {
                chunks.extend(self.chunk(&current));
                current.clear();
                is_arm = self.slice(*token) == "=>";
            } else if !matches!(self.role(*token), Some(Role::Skip)) {
                current.push(*token);
                // Behind the block of an arm the next one may begin at once: `_ = tick() => { … } _ = stop() => { … }`.
                let goes_on = matches!(self.slice(inside[at + 1]), "." | "?");
                if is_arm && self.slice(*token).starts_with('{') && !goes_on {
                    chunks.extend(self.chunk(&current));
                    current.clear();
                }
                is_arm = false;
            }
        }
        chunks.extend(self.chunk(&current));
        chunks
    }

    fn chunk(&self, tokens: &[Node<'_>]) -> Option<Chunk> {
        let (first, last) = (tokens.first()?, tokens.last()?);
        let sets = tokens
            .iter()
            .position(|token| matches!(self.slice(*token), "=" | ":") && !token.is_named());
        match sets {
            Some(at) if at + 1 < tokens.len() && (at == 1 || self.slice(tokens[at]) == "=") => {
                Some(Chunk {
                    name: (at == 1).then(|| range(*first)),
                    code: TextRange::new(tokens[at + 1].start_byte(), last.end_byte()),
                    is_name: at + 2 == tokens.len() && self.is_name(*last),
                })
            }
            _ => Some(Chunk {
                name: None,
                code: TextRange::new(first.start_byte(), last.end_byte()),
                is_name: tokens.len() == 1 && self.is_name(*last),
            }),
        }
    }

    fn is_name(&self, token: Node<'_>) -> bool {
        matches!(self.role(token), Some(Role::Name))
    }

    /// Parses a piece of a row.
    pub(super) fn parse_piece(&mut self, code: TextRange) -> Option<NodeId> {
        match self.masked.clone() {
            Some(masked) => self.parse(code, &masked),
            None => self.parse(code, self.text),
        }
    }

    /// Parses the bytes of `code` in `text` (which has the length of the file) as statements of their own. A semicolon
    /// is read behind them: an expression alone is no file.
    fn parse(&mut self, code: TextRange, text: &str) -> Option<NodeId> {
        self.parse_parts(&[code], text)
    }

    /// The same for parts that are read as one.
    fn parse_parts(&mut self, parts: &[TextRange], text: &str) -> Option<NodeId> {
        let (first, last) = (parts.first()?.start as usize, parts.last()?.end as usize);
        let code = TextRange::new(first, last);
        let point = |byte: usize| tree_sitter::Point { row: 0, column: byte - first };
        let included = parts.iter().map(|part| {
            let (start_byte, end) = (part.start as usize, part.end as usize);
            let end_byte = if end == last { end + 1 } else { end };
            let (start_point, end_point) = (point(start_byte), point(end_byte));
            tree_sitter::Range { start_byte, end_byte, start_point, end_point }
        });
        self.parser.set_included_ranges(&included.collect::<Vec<_>>()).ok()?;
        let (bytes, end) = (text.as_bytes(), last);
        let mut read = |at: usize, _| match at.cmp(&end) {
            std::cmp::Ordering::Less => bytes.get(at..end).unwrap_or_default(),
            std::cmp::Ordering::Equal => b";",
            std::cmp::Ordering::Greater => b"",
        };
        let parsed = self.parser.parse_with_options(&mut read, None, None);
        let _ = self.parser.set_included_ranges(&[]);
        let parsed = parsed?;
        let mut children = Vec::new();
        for child in named(parsed.root_node()) {
            let is_last = child.end_byte() > end;
            children.extend(match self.role(child) {
                Some(Role::Pass) if is_last => None,
                Some(Role::Statement) if is_last => self.field_or_first(child, None),
                _ => self.lower(child),
            });
        }
        match children[..] {
            [] => None,
            [one] => Some(self.tree.unwrapped(one)),
            _ => Some(self.tree.add(Shape::Block(children), code)),
        }
    }

    /// `macro_rules!`: one function for each rule, with the metavariables as parameters.
    pub(super) fn macro_rules(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::MacroRules { name, rule, left, right, binding } = role else { return None };
        let name = range(node.child_by_field_name(name)?);
        let masked: std::rc::Rc<str> = super::rows::masked(self.text, range(node)).into();
        self.masked = Some(masked.clone());
        let mut functions = Vec::new();
        for rule in named(node).into_iter().filter(|child| child.kind() == rule) {
            let Some((left, right)) =
                rule.child_by_field_name(left).zip(rule.child_by_field_name(right))
            else {
                continue;
            };
            let metavariables = self.metavariables(left, binding);
            let params = metavariables
                .iter()
                .map(|one| Parameter { name: one.name, of_type: None, default: None })
                .collect();
            let inside = TextRange::new(right.start_byte() + 1, right.end_byte().saturating_sub(1));
            let body = self.parse(inside, &masked);
            let shape =
                FunctionShape { name, params, returns: None, extends: None, metavariables, body };
            let shape = Shape::Function(Box::new(shape));
            functions.push(self.tree.add(shape, range(rule)));
        }
        self.masked = None;
        Some(Shape::Other(functions))
    }
}
