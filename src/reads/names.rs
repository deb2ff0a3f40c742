//! Expressions to paths and values, as far as one file can tell.

use std::cell::Cell;

use super::scopes::{Origin, Scopes};
use crate::facts::code::{Base, Expr, Path};
use crate::lang::handlers::Handlers;
use crate::lang::syntax::{NodeId, Part, Shape};
use crate::lang::tree::Tree;

/// Larger values are not followed to their end.
const MAX_VALUE: usize = 2_000;

/// Names further away than this are not followed.
const MAX_DEPTH: usize = 16;

/// Turns nodes of one file into paths and values.
pub(super) struct Names<'a> {
    pub(super) tree: &'a Tree,
    pub(super) text: &'a str,
    pub(super) scopes: &'a Scopes<'a>,
    pub(super) handlers: &'a Handlers,
    pub(super) budget: Cell<usize>,
}

impl Names<'_> {
    pub(super) fn slice(&self, id: NodeId) -> &str {
        self.tree.range(id).slice(self.text)
    }

    /// The path that an expression names.
    pub(super) fn path(&self, id: NodeId) -> Path {
        self.path_within(id, MAX_DEPTH)
    }

    /// The value of an expression.
    pub(super) fn value(&self, id: NodeId) -> Expr {
        self.budget.set(MAX_VALUE);
        self.value_within(id, MAX_DEPTH)
    }

    fn path_within(&self, id: NodeId, depth: usize) -> Path {
        let Some(depth) = depth.checked_sub(1) else { return Path::unknown("") };
        match self.tree.shape(id) {
            Shape::Name => self.name(id, depth),
            Shape::Member { object, name } => {
                self.path_within(*object, depth).join(name.slice(self.text))
            }
            Shape::Call { callee, .. } => self.path_within(*callee, depth).called(),
            Shape::Wrapped(inner) | Shape::Propagate(inner) => self.path_within(*inner, depth),
            _ => Path::unknown(""),
        }
    }

    fn name(&self, id: NodeId, depth: usize) -> Path {
        let name = self.slice(id);
        match name {
            "crate" => return Path { base: Base::Crate, rest: String::new() },
            "super" => return self.parent_module(id),
            "self" | "Self" | "cls" => return Path::here(self.class_or_module(id)),
            _ => {}
        }
        if name.contains("::") {
            return Path::absolute(name.trim_start_matches("::").replace("::", "."));
        }
        let Some((scope, origins)) = self.scopes.lookup(name, id) else {
            return Path::here(self.qualified(name, id));
        };
        let local = matches!(
            self.tree.shape(scope),
            Shape::Function(_) | Shape::Lambda { .. } | Shape::Comprehension { .. }
        );
        match origins.first() {
            Some(Origin::Import(node, at)) => self.imported(*node, *at),
            Some(Origin::Param(at)) if self.own_function(id) == Some(scope) => self
                .param_type(scope, *at, depth)
                .unwrap_or(Path { base: Base::Param(*at), rest: String::new() }),
            Some(Origin::Value(value)) if local && *value != id => self.path_within(*value, depth),
            Some(Origin::Item(item)) => Path::here(self.item_name(*item)),
            _ if local => Path::unknown(""),
            _ => Path::here(self.qualified(name, scope)),
        }
    }

    /// A parameter whose type is written is an instance of it: `&Source`, `settings: Settings`.
    fn param_type(&self, function: NodeId, at: u16, depth: usize) -> Option<Path> {
        let Shape::Function(shape) = self.tree.shape(function) else { return None };
        let of_type = shape.params.get(usize::from(at))?.of_type?;
        let mut node = self.tree.unwrapped(of_type);
        for _ in 0..4 {
            match self.tree.shape(node) {
                Shape::Name | Shape::Member { .. } => {
                    let path = self.path_within(node, depth);
                    let known = path.base != Base::Unknown && !path.rest.is_empty();
                    let of_language = self.handlers.types.contains_key(path.last());
                    return (known && !of_language).then(|| path.called());
                }
                Shape::Other(inside) => match inside[..] {
                    [one] => node = self.tree.unwrapped(one),
                    _ => return None,
                },
                _ => return None,
            }
        }
        None
    }

    /// The function around a node, closures and comprehensions aside.
    pub(super) fn own_function(&self, id: NodeId) -> Option<NodeId> {
        self.tree.ancestors(id).find(|at| matches!(self.tree.shape(*at), Shape::Function(_)))
    }

    pub(super) fn imported(&self, node: NodeId, at: usize) -> Path {
        let Shape::Import(imported) = self.tree.shape(node) else { return Path::unknown("") };
        imported.get(at).map_or_else(|| Path::unknown(""), |one| self.import_path(&one.path, node))
    }

    /// The dotted path of an import as a path: `.x`, `crate.x`, `super.x`, `self.x`, `x`.
    pub(super) fn import_path(&self, path: &str, at: NodeId) -> Path {
        let dots = path.len() - path.trim_start_matches('.').len();
        if dots > 0 {
            return Path {
                base: Base::Parent(u16::try_from(dots).unwrap_or(u16::MAX)),
                rest: path[dots..].to_owned(),
            };
        }
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        match first {
            "crate" => Path { base: Base::Crate, rest: rest.to_owned() },
            "self" => Path::here(self.qualified(rest, at)),
            "super" => {
                let parent = self.parent_module(at);
                rest.split('.')
                    .filter(|segment| !segment.is_empty())
                    .fold(parent, |path, segment| path.join(segment))
            }
            _ => Path::absolute(path),
        }
    }

    /// `super`: the module around the inline module, or the parent of the file.
    fn parent_module(&self, id: NodeId) -> Path {
        let modules: Vec<_> = self.modules(id);
        match modules.split_last() {
            Some((_, outer)) => Path::here(outer.join(".")),
            None => Path { base: Base::Parent(1), rest: String::new() },
        }
    }

    fn modules(&self, id: NodeId) -> Vec<&str> {
        let around = self.tree.ancestors(id).filter_map(|at| match self.tree.shape(at) {
            Shape::Module { name, .. } => Some(name.slice(self.text)),
            _ => None,
        });
        let mut names: Vec<_> = around.collect();
        names.reverse();
        names
    }

    fn class_or_module(&self, id: NodeId) -> String {
        let class =
            self.tree.ancestors(id).find(|at| matches!(self.tree.shape(*at), Shape::Class { .. }));
        match class {
            Some(class) => self.item_name(class),
            None => self.modules(id).join("."),
        }
    }

    /// A name of the module that `at` is in.
    fn qualified(&self, name: &str, at: NodeId) -> String {
        let mut segments = self.modules(at);
        if let Shape::Module { name, .. } = self.tree.shape(at) {
            segments.push(name.slice(self.text));
        }
        segments.push(name);
        segments.join(".").trim_matches('.').to_owned()
    }

    /// The path of a function, class or module inside the file.
    pub(super) fn item_name(&self, item: NodeId) -> String {
        let name_of = |at: NodeId| match self.tree.shape(at) {
            Shape::Function(function) => Some(function.name.slice(self.text)),
            Shape::Class { name, .. } | Shape::Module { name, .. } => Some(name.slice(self.text)),
            _ => None,
        };
        let mut segments: Vec<_> =
            std::iter::once(item).chain(self.tree.ancestors(item)).filter_map(name_of).collect();
        segments.reverse();
        segments.join(".")
    }

    fn value_within(&self, id: NodeId, depth: usize) -> Expr {
        let Some(depth) = depth.checked_sub(1) else { return Expr::Unknown };
        let Some(budget) = self.budget.get().checked_sub(1) else { return Expr::Unknown };
        self.budget.set(budget);
        match self.tree.shape(id) {
            Shape::Text(parts) => self.text_value(parts, depth),
            Shape::Number => Expr::Number(self.slice(id).to_owned()),
            Shape::Bool(value) => Expr::Bool(*value),
            Shape::Null => Expr::Null,
            Shape::Pass => Expr::Path(Path::unknown(self.slice(id))),
            Shape::Wrapped(inner) | Shape::Propagate(inner) => self.value_within(*inner, depth),
            Shape::Name => self.name_value(id, depth),
            Shape::Member { .. } => Expr::Path(self.path_within(id, depth)),
            Shape::Add(left, right) => {
                Expr::Join(vec![self.value_within(*left, depth), self.value_within(*right, depth)])
            }
            Shape::Or(left, right) | Shape::Choice { then: left, otherwise: right, .. } => {
                Expr::OneOf(vec![self.value_within(*left, depth), self.value_within(*right, depth)])
            }
            Shape::List(many) => {
                Expr::List(many.iter().map(|one| self.value_within(*one, depth)).collect())
            }
            Shape::Map(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| {
                    (self.value_within(*key, depth), self.value_within(*value, depth))
                });
                Expr::Map(pairs.collect())
            }
            Shape::Comprehension { body, .. } => {
                Expr::List(body.iter().map(|one| self.value_within(*one, depth)).collect())
            }
            Shape::Call { callee, args, .. } => self.call_value(*callee, args, depth),
            Shape::Macro { name, args } => self.macro_value(name.slice(self.text), args, depth),
            Shape::Index { object, index } => Expr::Entry(
                Box::new(self.value_within(*object, depth)),
                Box::new(self.value_within(*index, depth)),
            ),
            Shape::Operator(many) => self.filled_in(many, depth),
            Shape::Block(many) => {
                many.last().map_or(Expr::Unknown, |last| self.value_within(*last, depth))
            }
            Shape::Lambda { params, body } if params.is_empty() => self.value_within(*body, depth),
            _ => Expr::Unknown,
        }
    }

    /// `"%s_URL" % name`
    fn filled_in(&self, operands: &[NodeId], depth: usize) -> Expr {
        let [left, right] = operands else { return Expr::Unknown };
        let between =
            (self.tree.range(*left).end as usize)..(self.tree.range(*right).start as usize);
        let is_filling = self.text.get(between).is_some_and(|text| text.trim() == "%");
        let Shape::Text(_) = self.tree.shape(self.tree.unwrapped(*left)) else {
            return Expr::Unknown;
        };
        match (is_filling, self.value_within(*left, depth), self.value_within(*right, depth)) {
            (true, Expr::Text(format), values) => {
                let values = match values {
                    Expr::List(many) => many,
                    one => vec![one],
                };
                let mut values = values.into_iter();
                let mut pieces = Vec::new();
                for (at, piece) in format.split("%s").enumerate() {
                    if at > 0 {
                        pieces.push(values.next().unwrap_or(Expr::Unknown));
                    }
                    pieces.push(Expr::Text(piece.to_owned()));
                }
                Expr::Join(pieces)
            }
            _ => Expr::Unknown,
        }
    }

    fn text_value(&self, parts: &[Part], depth: usize) -> Expr {
        let mut pieces: Vec<_> = parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Expr::Text(text.clone()),
                Part::Hole(hole) => self.value_within(*hole, depth),
            })
            .collect();
        match pieces.len() {
            0 => Expr::Text(String::new()),
            1 if matches!(parts[0], Part::Literal(_)) => pieces.remove(0),
            _ => Expr::Join(pieces),
        }
    }

    fn name_value(&self, id: NodeId, depth: usize) -> Expr {
        let name = self.slice(id);
        if name == "None" {
            return Expr::Null;
        }
        let Some((scope, origins)) = self.scopes.lookup(name, id) else {
            return Expr::Path(self.path_within(id, depth + 1));
        };
        let local = matches!(
            self.tree.shape(scope),
            Shape::Function(_) | Shape::Lambda { .. } | Shape::Comprehension { .. }
        );
        let module_loop = origins.iter().any(|origin| matches!(origin, Origin::Element(..)));
        if !local && !module_loop {
            return Expr::Path(self.path_within(id, depth + 1));
        }
        let mut values: Vec<_> =
            origins.iter().map(|origin| self.origin_value(*origin, id, scope, depth)).collect();
        values.dedup();
        if values.len() == 1 { values.remove(0) } else { Expr::OneOf(values) }
    }

    fn origin_value(&self, origin: Origin, id: NodeId, scope: NodeId, depth: usize) -> Expr {
        match origin {
            Origin::Value(value) if value != id => self.value_within(value, depth),
            Origin::Element(over, None) => Expr::Element(Box::new(self.value_within(over, depth))),
            Origin::Element(over, Some(place)) => {
                Expr::Part(Box::new(Expr::Element(Box::new(self.value_within(over, depth)))), place)
            }
            Origin::Param(at) if self.own_function(id) == Some(scope) => Expr::Param(at),
            Origin::LambdaParam(lambda, _) => self.lambda_param(lambda, depth),
            Origin::Import(node, at) => Expr::Path(self.imported(node, at)),
            _ => Expr::Unknown,
        }
    }

    /// `list.iter().map(|x| …)`: the parameter is an element of the list.
    fn lambda_param(&self, lambda: NodeId, depth: usize) -> Expr {
        let Some(call) = self.tree.parent(lambda) else { return Expr::Unknown };
        let Shape::Call { callee, .. } = self.tree.shape(call) else { return Expr::Unknown };
        let Shape::Member { object, .. } = self.tree.shape(*callee) else { return Expr::Unknown };
        Expr::Element(Box::new(self.value_within(*object, depth)))
    }

    fn call_value(
        &self,
        callee: NodeId,
        args: &[crate::lang::syntax::Argument],
        depth: usize,
    ) -> Expr {
        let given = args.iter().map(|arg| {
            let value = self.value_within(arg.value, depth);
            match arg.name {
                Some(name) => Expr::Keyword(name.slice(self.text).to_owned(), Box::new(value)),
                None => value,
            }
        });
        let given: Vec<_> = given.collect();
        if let Shape::Member { object, name } = self.tree.shape(callee) {
            let name = name.slice(self.text);
            let iterates = matches!(
                name,
                "iter"
                    | "into_iter"
                    | "copied"
                    | "cloned"
                    | "values"
                    | "keys"
                    | "items"
                    | "enumerate"
            );
            let textual = matches!(
                name,
                "upper" | "lower" | "to_uppercase" | "to_lowercase" | "replace" | "join"
            ) || matches!(
                name,
                "to_ascii_uppercase" | "to_ascii_lowercase" | "unwrap" | "expect"
            ) || self.handlers.same_text.iter().any(|same| same == name)
                || self.handlers.formatters.iter().any(|format| format == name);
            let path = self.path_within(callee, depth);
            let of_type = path.rest.contains('.')
                && self
                    .handlers
                    .same_text
                    .iter()
                    .any(|same| path.rest.ends_with(same.as_str()) && same.contains('.'));
            if of_type {
                return given.into_iter().next().unwrap_or(Expr::Unknown);
            }
            if iterates || textual {
                return Expr::Method(
                    Box::new(self.value_within(*object, depth)),
                    name.to_owned(),
                    given,
                );
            }
            return Expr::Call(path, given);
        }
        Expr::Call(self.path_within(callee, depth), given)
    }

    fn macro_value(&self, name: &str, args: &[NodeId], depth: usize) -> Expr {
        let name = name.rsplit("::").next().unwrap_or(name);
        if !self.handlers.formatters.iter().any(|format| format == name) {
            let given = args.iter().map(|arg| self.value_within(*arg, depth)).collect();
            return Expr::Call(Path::here(name), given);
        }
        let values: Vec<_> = args.iter().map(|arg| self.value_within(*arg, depth)).collect();
        let [Expr::Text(format), rest @ ..] = &values[..] else { return Expr::Join(values) };
        if name == "concat" {
            return Expr::Join(values);
        }
        let named = |hole: &str| {
            let (scope, origins) = self.scopes.lookup(hole, args[0])?;
            origins.first().map(|origin| match origin {
                Origin::Value(_)
                | Origin::Element(..)
                | Origin::Param(_)
                | Origin::LambdaParam(..) => {
                    let local =
                        matches!(self.tree.shape(scope), Shape::Function(_) | Shape::Lambda { .. });
                    if local {
                        self.origin_value(*origin, args[0], scope, depth)
                    } else {
                        Expr::Path(Path::here(hole))
                    }
                }
                Origin::Import(node, at) => Expr::Path(self.imported(*node, *at)),
                _ => Expr::Path(Path::here(hole)),
            })
        };
        fill(format, rest, named)
    }
}

/// Puts values into the holes of a format text: `{}` by order, `{0}` by place, `{name}` by name.
pub(super) fn fill(format: &str, values: &[Expr], named: impl Fn(&str) -> Option<Expr>) -> Expr {
    let mut pieces = Vec::new();
    let mut rest = format;
    let mut next = 0;
    while let Some(open) = rest.find('{') {
        if rest[open..].starts_with("{{") {
            pieces.push(Expr::Text(rest[..=open].to_owned()));
            rest = &rest[open + 2..];
            continue;
        }
        let Some(close) = rest[open..].find('}') else { break };
        pieces.push(Expr::Text(rest[..open].to_owned()));
        let hole = rest[open + 1..open + close].split([':', '!']).next().unwrap_or_default().trim();
        pieces.push(match hole.parse::<usize>() {
            Ok(at) => values.get(at).cloned().unwrap_or(Expr::Unknown),
            Err(_) if hole.is_empty() => {
                next += 1;
                values.get(next - 1).cloned().unwrap_or(Expr::Unknown)
            }
            Err(_) => named(hole).unwrap_or(Expr::Unknown),
        });
        rest = &rest[open + close + 1..];
    }
    pieces.push(Expr::Text(rest.replace("}}", "}")));
    Expr::Join(pieces)
}
