//! HCL to a tree: Terraform, its files of variables, Nomad jobs.
//!
//! A block is an entry under its type, with one map for each label: `resource "a" "b" {}` stands at `resource`, `a`, `b`.
//! Blocks of one type are entries of one name. What is no literal keeps its source text; nothing is evaluated here.
//! Where the text breaks, the attributes that hold the break are left out.

mod nodes;
mod older;
mod quoted;

pub use older::parse;

use tree_sitter::{Node as Syntax, Parser};

use self::nodes::{alone, children, first_error, range};
use self::quoted::unquoted;
use super::{Document, Node};
use crate::model::ScalarKind;
use crate::text::TextRange;

/// Tags the map of a block.
const BLOCK: &str = "!block";
/// Tags the text of an expression that is no literal, call, choice or collection.
pub(super) const EXPRESSION: &str = "!expression";
/// Tags a quoted text with expressions in it; the text is as written.
pub(super) const TEMPLATE: &str = "!template";
/// Tags the lines of a heredoc; the text is as written.
const HEREDOC: &str = "!heredoc";
/// Tags the list of a condition and its two choices.
const CHOICE: &str = "!?";
/// Tags the list of a collection that is walked and of what is made from each element.
const LOOP: &str = "!for";
/// Deeper than anybody nests blocks and collections.
const MAX_DEPTH: usize = 64;
/// More than anybody gives one block.
const MAX_LABELS: usize = 8;

/// What a node is beside a plain literal, list or map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// A literal, a list or a map.
    Plain,
    /// A block: a map.
    Block,
    /// An expression: a scalar with its source text.
    Expression,
    /// A text with expressions in it: a scalar with its source text.
    Template,
    /// The lines of a heredoc as they stand: a scalar.
    Heredoc,
    /// A condition, and what holds with and without it: a list of three.
    Choice,
    /// The collection that is walked, and what is made of each element: a list.
    Loop,
    /// A call of the function of that name: the list of its arguments.
    Call(&'a str),
}

/// What `node` of a tree that [`parse`] gave is.
pub fn form(node: Node<'_>) -> Form<'_> {
    match node.tag() {
        None => Form::Plain,
        Some(BLOCK) => Form::Block,
        Some(EXPRESSION) => Form::Expression,
        Some(TEMPLATE) => Form::Template,
        Some(HEREDOC) => Form::Heredoc,
        Some(CHOICE) => Form::Choice,
        Some(LOOP) => Form::Loop,
        Some(name) => Form::Call(name.trim_start_matches('!')),
    }
}

/// The document of `text` as HCL has it today.
fn parsed(text: &str) -> Document {
    let mut builder = Builder { text, document: Document::default() };
    let mut parser = Parser::new();
    let language = tree_sitter_hcl::LANGUAGE.into();
    let tree = parser.set_language(&language).ok().and_then(|()| parser.parse(text, None));
    let Some(tree) = tree else {
        builder.document.problem("could not be parsed as HCL", TextRange::new(0, 0));
        return builder.document;
    };
    let root = builder.document.map(TextRange::new(0, text.len()));
    builder.document.set_root(root);
    let top = tree.root_node();
    for child in children(top) {
        match child.kind() {
            "body" => builder.body(root, child, MAX_DEPTH),
            // A file of variables may be one object: `terraform.tfvars` that a tool wrote.
            "object" => builder.elements(root, child, MAX_DEPTH),
            _ => {}
        }
    }
    if let Some(at) = first_error(top) {
        builder.document.problem("is not valid HCL here", at);
    }
    builder.document
}

struct Builder<'t> {
    text: &'t str,
    document: Document,
}

impl Builder<'_> {
    fn body(&mut self, map: u32, body: Syntax<'_>, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        for child in children(body) {
            match child.kind() {
                "attribute" if !child.has_error() => self.attribute(map, child, below),
                "block" => self.block(map, child, below),
                _ => {}
            }
        }
    }

    fn attribute(&mut self, map: u32, attribute: Syntax<'_>, depth: usize) {
        let parts = children(attribute);
        let name = parts.iter().find(|part| part.kind() == "identifier");
        let value = parts.iter().find(|part| part.kind() == "expression");
        if let (Some(name), Some(value)) = (name, value) {
            let key = self.word(*name);
            let value = self.expression(*value, depth);
            self.document.add_entry(map, key, value);
        }
    }

    fn block(&mut self, map: u32, block: Syntax<'_>, depth: usize) {
        let parts = children(block);
        let is_name = |part: &&Syntax<'_>| matches!(part.kind(), "identifier" | "string_lit");
        let names: Vec<Syntax<'_>> =
            parts.iter().take_while(is_name).take(MAX_LABELS).copied().collect();
        let Some(open) = parts.iter().find(|part| part.kind() == "block_start") else { return };
        let mut holder = map;
        for (at, name) in names.iter().enumerate() {
            let key = self.word(*name);
            let start = names.get(at + 1).unwrap_or(open).start_byte();
            let inside = self.document.map(TextRange::new(start, block.end_byte().max(start)));
            self.document.add_entry(holder, key, inside);
            holder = inside;
        }
        self.document.set_tag(holder, BLOCK);
        if let Some(body) = parts.iter().find(|part| part.kind() == "body") {
            self.body(holder, *body, depth);
        }
    }

    fn elements(&mut self, map: u32, object: Syntax<'_>, depth: usize) {
        for element in children(object) {
            if element.kind() != "object_elem" || element.has_error() {
                continue;
            }
            let mut parts = children(element).into_iter().filter(|it| it.kind() == "expression");
            if let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                let key = self.key(key);
                let value = self.expression(value, depth);
                self.document.add_entry(map, key, value);
            }
        }
    }

    /// The key of an object: a bare word or a text; anything else is kept as written.
    fn key(&mut self, node: Syntax<'_>) -> u32 {
        let inner = alone(node);
        match inner.kind() {
            "identifier" | "string_lit" => self.word(inner),
            _ => self.kept(node),
        }
    }

    /// A name, bare or quoted.
    fn word(&mut self, node: Syntax<'_>) -> u32 {
        let raw = self.raw(node);
        let text = if node.kind() == "string_lit" { unquoted(raw) } else { raw.to_owned() };
        self.document.scalar(range(node), text, ScalarKind::Text)
    }

    fn expression(&mut self, node: Syntax<'_>, depth: usize) -> u32 {
        let inner = alone(node);
        let Some(below) = depth.checked_sub(1) else { return self.kept(inner) };
        match inner.kind() {
            "string_lit" => self.word(inner),
            "numeric_lit" => self.number(inner),
            "bool_lit" => {
                let text = self.raw(inner).to_owned();
                self.document.scalar(range(inner), text, ScalarKind::Bool)
            }
            "null_lit" => self.document.scalar(range(inner), String::new(), ScalarKind::Null),
            "unary_operation" if self.raw(inner).parse::<f64>().is_ok() => self.number(inner),
            "object" => {
                let map = self.document.map(range(inner));
                self.elements(map, inner, below);
                map
            }
            "tuple" => self.listed(inner, children(inner), None, below),
            "function_call" => self.call(inner, below),
            "conditional" => self.listed(inner, children(inner), Some(CHOICE), below),
            "for_tuple_expr" | "for_object_expr" => self.looped(inner, below),
            "quoted_template" => self.template(inner),
            "heredoc_template" => self.heredoc(inner),
            _ => self.kept(inner),
        }
    }

    fn number(&mut self, node: Syntax<'_>) -> u32 {
        let text = self.raw(node).to_owned();
        let is_float = text.contains(['.', 'e', 'E']);
        let kind = if is_float { ScalarKind::Float } else { ScalarKind::Int };
        self.document.scalar(range(node), text, kind)
    }

    /// A list of those of `parts` that are expressions.
    fn listed(
        &mut self,
        node: Syntax<'_>,
        parts: Vec<Syntax<'_>>,
        tag: Option<&str>,
        depth: usize,
    ) -> u32 {
        let list = self.document.list(range(node));
        if let Some(tag) = tag {
            self.document.set_tag(list, tag);
        }
        for part in parts.into_iter().filter(|part| part.kind() == "expression") {
            let item = self.expression(part, depth);
            self.document.add_item(list, item);
        }
        list
    }

    fn call(&mut self, call: Syntax<'_>, depth: usize) -> u32 {
        let parts = children(call);
        let arguments = parts.iter().find(|part| part.kind() == "function_arguments");
        let arguments = arguments.map_or_else(Vec::new, |it| children(*it));
        let name = parts.iter().find(|part| part.kind() == "identifier");
        let tag = format!("!{}", name.map_or("", |name| self.raw(*name)));
        self.listed(call, arguments, Some(&tag), depth)
    }

    fn looped(&mut self, node: Syntax<'_>, depth: usize) -> u32 {
        let mut parts = Vec::new();
        for child in children(node) {
            match child.kind() {
                "for_intro" => parts.extend(children(child)),
                _ => parts.push(child),
            }
        }
        self.listed(node, parts, Some(LOOP), depth)
    }

    fn template(&mut self, node: Syntax<'_>) -> u32 {
        let raw = self.raw(node);
        let body = raw.strip_prefix('"').unwrap_or(raw);
        let text = body.strip_suffix('"').unwrap_or(body).to_owned();
        let scalar = self.document.scalar(range(node), text, ScalarKind::Text);
        self.document.set_tag(scalar, TEMPLATE);
        scalar
    }

    /// The lines between the marks; their range holds neither mark.
    fn heredoc(&mut self, node: Syntax<'_>) -> u32 {
        let raw = self.raw(node);
        let start = raw.find('\n').map_or(raw.len(), |at| at + 1);
        let end = raw.trim_end().rfind('\n').map_or(start, |at| (at + 1).max(start));
        let text = raw.get(start..end).unwrap_or("").to_owned();
        let base = node.start_byte();
        let scalar =
            self.document.scalar(TextRange::new(base + start, base + end), text, ScalarKind::Text);
        self.document.set_tag(scalar, HEREDOC);
        scalar
    }

    fn kept(&mut self, node: Syntax<'_>) -> u32 {
        let text = self.raw(node).to_owned();
        let scalar = self.document.scalar(range(node), text, ScalarKind::Plain);
        self.document.set_tag(scalar, EXPRESSION);
        scalar
    }

    fn raw(&self, node: Syntax<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, form, parse};
    use crate::document::Node;

    fn text<'a>(root: Node<'a>, path: &[&str]) -> Option<&'a str> {
        root.at(path)?.text()
    }

    #[test]
    fn blocks_are_maps_by_type_and_label() {
        let document = parse(
            "resource \"oven\" \"rye\" {\n  heat = 240\n  rack { level = 1 }\n  rack { level = 2 }\n}\n",
        );
        let oven = document.root().unwrap().at(&["resource", "oven", "rye"]).unwrap();
        assert_eq!(form(oven), Form::Block);
        assert_eq!(text(oven, &["heat"]), Some("240"));
        let racks: Vec<_> = oven
            .entries()
            .iter()
            .filter(|pair| pair.key == "rack")
            .map(|pair| pair.value)
            .collect();
        assert_eq!(racks.len(), 2);
        assert_eq!(text(racks[1], &["level"]), Some("2"));
        assert!(document.problems.is_empty());
    }

    #[test]
    fn what_is_no_literal_keeps_its_text() {
        let document = parse(
            "a = var.flour\nb = \"${var.flour}\"\nc = \"rye-${var.flour}\"\nd = merge(local.x, { A = \"1\" })\n\
             e = var.hot ? \"on\" : \"off\"\nf = [for k, v in local.x : { name = k }]\ng = -1.5\n",
        );
        let root = document.root().unwrap();
        assert_eq!(text(root, &["a"]), Some("var.flour"));
        assert_eq!(text(root, &["b"]), Some("var.flour"));
        assert_eq!(text(root, &["c"]), Some("rye-${var.flour}"));
        assert_eq!(form(root.get("c").unwrap()), Form::Template);
        let call = root.get("d").unwrap();
        assert_eq!(form(call), Form::Call("merge"));
        assert_eq!(text(call.items()[1], &["A"]), Some("1"));
        assert_eq!(form(root.get("e").unwrap()), Form::Choice);
        assert_eq!(root.get("e").unwrap().items()[2].text(), Some("off"));
        assert_eq!(form(root.get("f").unwrap()), Form::Loop);
        assert_eq!(root.get("f").unwrap().items()[0].text(), Some("local.x"));
        assert_eq!(text(root, &["g"]), Some("-1.5"));
    }

    #[test]
    fn heredocs_are_their_lines() {
        let source = "a = <<-EOF\n  {\"b\": \"${c}\"}\n  EOF\nd = \"x$${y}\\n\\u00e9\"\n";
        let document = parse(source);
        let root = document.root().unwrap();
        let heredoc = root.get("a").unwrap();
        assert_eq!(form(heredoc), Form::Heredoc);
        assert_eq!(heredoc.text(), Some("  {\"b\": \"${c}\"}\n"));
        assert_eq!(heredoc.text(), Some(heredoc.range().slice(source)));
        assert_eq!(text(root, &["d"]), Some("x${y}\né"));
    }

    #[test]
    fn a_break_costs_what_holds_it() {
        let document = parse("a = 1\nb {\n  c = = 2\n}\n");
        let root = document.root().unwrap();
        assert_eq!(text(root, &["a"]), Some("1"));
        assert_eq!(document.problems.len(), 1);
    }
}
