//! Expressions to values, as far as one file can tell.

use super::names::{MAX_NAMES, Names};
use super::scopes::Origin;
use crate::facts::code::{Base, Expr, Path};
use crate::lang::syntax::{NodeId, Part, Shape};
use crate::text::TextRange;

impl Names<'_> {
    pub(super) fn value_within(&self, id: NodeId, depth: usize) -> Expr {
        let Some(depth) = depth.checked_sub(1) else { return Expr::Unknown };
        let Some(budget) = self.budget.get().checked_sub(1) else { return Expr::Unknown };
        self.budget.set(budget);
        match self.tree.shape(id) {
            Shape::Text(parts) => self.text_value(parts, depth),
            // `1_600_000`
            Shape::Number => Expr::Number(self.slice(id).replace('_', "")),
            Shape::Bool(value) => Expr::Bool(*value),
            Shape::Null => Expr::Null,
            Shape::Pass => Expr::Path(Path::unknown(self.slice(id))),
            Shape::Wrapped(inner) | Shape::Claimed(inner) | Shape::Propagate(inner) => {
                self.value_within(*inner, depth + 1)
            }
            Shape::Name => self.name_value(id, depth),
            Shape::Member { object, name } => self
                .text_of_param(*object, name.slice(self.text))
                .unwrap_or_else(|| Expr::Path(self.path_within(id, depth))),
            Shape::Add(left, right) => {
                Expr::Join(vec![self.value_within(*left, depth), self.value_within(*right, depth)])
            }
            Shape::Or(left, right) | Shape::Choice { then: left, otherwise: right, .. } => {
                Expr::OneOf(vec![self.value_within(*left, depth), self.value_within(*right, depth)])
            }
            Shape::List(many) | Shape::Comprehension { body: many, .. } => {
                Expr::List(many.iter().map(|one| self.value_within(*one, depth)).collect())
            }
            Shape::Map(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| {
                    (self.value_within(*key, depth), self.value_within(*value, depth))
                });
                Expr::Map(pairs.collect())
            }
            Shape::Call { callee, args, .. } => self.call_value(*callee, args, depth),
            Shape::Macro { name, args, .. } => self.macro_value(name.slice(self.text), args, depth),
            Shape::Index { object, .. } if self.is_registry(*object, depth) => {
                Expr::Path(self.path_within(id, depth))
            }
            Shape::Index { object, index } => Expr::Entry(
                Box::new(self.value_within(*object, depth)),
                Box::new(self.value_within(*index, depth)),
            ),
            Shape::Operator(many) => self.filled_in(many, depth),
            Shape::Block(many) if !self.inserted(many).is_empty() => {
                let entries = self.inserted(many).into_iter().map(|(key, value)| {
                    (self.value_within(key, depth), self.value_within(value, depth))
                });
                Expr::Map(entries.collect())
            }
            Shape::Block(many) => {
                many.last().map_or(Expr::Unknown, |last| self.value_within(*last, depth))
            }
            Shape::Lambda { params, body } => self.closure_value(params.len(), *body, depth),
            Shape::If { then, otherwise: Some(otherwise), .. } => {
                let both = [*then, *otherwise].map(|one| self.value_within(one, depth));
                Expr::OneOf(both.to_vec())
            }
            Shape::Match { subject, arms } => self.selected(*subject, arms, depth),
            Shape::Record { of, fields } => self.record(*of, fields, depth),
            _ => Expr::Unknown,
        }
    }

    /// `flag.value`, where `flag` is a parameter: what its member gives, whatever type is written for it.
    fn text_of_param(&self, object: NodeId, member: &str) -> Option<Expr> {
        let verb = format!(".{member}");
        if !self.handlers.verbs.contains_key(&verb) {
            return None;
        }
        let object = self.tree.unwrapped(object);
        if !matches!(self.tree.shape(object), Shape::Name) {
            return None;
        }
        let (scope, origins) = self.scopes.lookup(self.slice(object), object)?;
        match origins.first() {
            Some(Origin::Param(at)) if self.is_own_param(object, scope) => {
                Some(Expr::Method(Box::new(Expr::Param(*at)), verb, Vec::new()))
            }
            _ => None,
        }
    }

    /// Whether an object holds what code registers with a framework.
    fn is_registry(&self, object: NodeId, depth: usize) -> bool {
        let Shape::Member { name, .. } = self.tree.shape(object) else { return false };
        self.handlers.registries.contains_key(name.slice(self.text))
            && self.registry(&self.path_within(object, depth)).is_some()
    }

    /// What a call is called on, where that is the result of a call.
    pub(super) fn called_on(&self, object: NodeId, depth: usize) -> Option<Box<Expr>> {
        let value = match self.tree.shape(self.tree.unwrapped(object)) {
            Shape::Call { .. }
            | Shape::Propagate(_)
            | Shape::Name
            | Shape::Operator(_)
            | Shape::Text(_) => {
                // A chain of calls is one expression: only what names lead to is further away.
                self.value_within(object, depth + 1)
            }
            _ => return None,
        };
        let is_call = matches!(
            value,
            Expr::Call(..)
                | Expr::Method(..)
                | Expr::OneOf(_)
                | Expr::Select(..)
                | Expr::Join(_)
                | Expr::Text(_)
                | Expr::Param(_)
        );
        is_call.then(|| Box::new(value))
    }

    /// `match key { Key::Db => "DB_URL", … }`
    fn selected(&self, subject: NodeId, arms: &[NodeId], depth: usize) -> Expr {
        let mut found = Vec::new();
        for arm in arms {
            let Shape::Arm { pattern, body } = self.tree.shape(*arm) else { continue };
            let value = self.value_within(*body, depth);
            for one in self.pattern(*pattern).split('|') {
                let name = one.split(['(', '{']).next().unwrap_or(one).trim();
                let name = name.rsplit(['.', ':']).next().unwrap_or(name);
                found.push((name.to_owned(), value.clone()));
            }
        }
        Expr::Select(Box::new(self.value_within(subject, depth)), found)
    }

    /// A struct put together is a call of its type with keywords.
    fn record(&self, of: NodeId, fields: &[(TextRange, Option<NodeId>)], depth: usize) -> Expr {
        let given = fields.iter().map(|(name, value)| {
            let name = name.slice(self.text);
            let value = value.map_or(Expr::Unknown, |value| self.value_within(value, depth));
            Expr::Keyword(name.trim_start_matches("..").to_owned(), Box::new(value))
        });
        Expr::Call(self.path_within(of, depth), given.collect(), None)
    }

    /// `"%s_URL" % name`
    pub(super) fn filled_in(&self, operands: &[NodeId], depth: usize) -> Expr {
        let [left, right] = operands else { return Expr::Unknown };
        let between =
            (self.tree.range(*left).end as usize)..(self.tree.range(*right).start as usize);
        let operator = self.text.get(between.clone()).unwrap_or("").trim();
        let is_text =
            |id: NodeId| matches!(self.tree.shape(self.tree.unwrapped(id)), Shape::Text(_));
        if operator == "/" && (is_text(*left) || is_text(*right)) {
            // `ROOT / "settings.yaml"`
            let slash = Expr::Text("/".to_owned());
            return Expr::Join(vec![
                self.value_within(*left, depth),
                slash,
                self.value_within(*right, depth),
            ]);
        }
        if operator == "*"
            && let (Expr::Number(one), Expr::Number(two)) =
                (self.value_within(*left, depth), self.value_within(*right, depth))
            && let (Ok(one), Ok(two)) = (one.parse::<i64>(), two.parse::<i64>())
            && let Some(product) = one.checked_mul(two)
        {
            return Expr::Number(product.to_string());
        }
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

    pub(super) fn text_value(&self, parts: &[Part], depth: usize) -> Expr {
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

    pub(super) fn name_value(&self, id: NodeId, depth: usize) -> Expr {
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
        if self.followed.get() >= MAX_NAMES {
            return Expr::Unknown;
        }
        self.followed.set(self.followed.get() + 1);
        let mut values: Vec<_> =
            origins.iter().map(|origin| self.origin_value(*origin, id, scope, depth)).collect();
        values.dedup();
        if values.len() == 1 { values.remove(0) } else { Expr::OneOf(values) }
    }

    pub(super) fn origin_value(
        &self,
        origin: Origin,
        id: NodeId,
        scope: NodeId,
        depth: usize,
    ) -> Expr {
        match origin {
            Origin::Value(value) if value != id => self.value_within(value, depth),
            Origin::Element(over, None) => Expr::Element(Box::new(self.value_within(over, depth))),
            Origin::Element(over, Some(place)) => {
                Expr::Part(Box::new(Expr::Element(Box::new(self.value_within(over, depth)))), place)
            }
            Origin::Param(at) if self.is_own_param(id, scope) => Expr::Param(at),
            Origin::LambdaParam(lambda, _) => self.lambda_param(lambda, depth),
            Origin::LambdaPart(lambda, place) => {
                Expr::Part(Box::new(self.lambda_param(lambda, depth)), place)
            }
            Origin::Import(node, at) => Expr::Path(self.imported(node, at)),
            Origin::Field(..) | Origin::ParamField(..) => Expr::Path(self.path_within(id, depth)),
            _ => Expr::Unknown,
        }
    }

    /// `list.iter().map(|x| …)`: the parameter is an element of the list.
    pub(super) fn lambda_param(&self, lambda: NodeId, depth: usize) -> Expr {
        let Some(call) = self.tree.parent(lambda) else { return Expr::Unknown };
        let Shape::Call { callee, .. } = self.tree.shape(call) else { return Expr::Unknown };
        let Shape::Member { object, .. } = self.tree.shape(*callee) else { return Expr::Unknown };
        Expr::Element(Box::new(self.value_within(*object, depth)))
    }

    pub(super) fn call_value(
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
        if let Some(path) = self.copied(callee, args, depth) {
            return Expr::Path(path);
        }
        if let Shape::Member { object, name } = self.tree.shape(callee) {
            let name = name.slice(self.text);
            let is_known = self.handlers.verbs.contains_key(name)
                || self.handlers.same_text.iter().any(|same| same == name)
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
            if is_known {
                return Expr::Method(
                    Box::new(self.value_within(*object, depth)),
                    name.to_owned(),
                    given,
                );
            }
            if path.base == Base::Unknown {
                // A method of what a loop or a closure is handed: `action.key()`.
                let value = self.value_within(*object, depth);
                if matches!(value, Expr::Element(_) | Expr::Part(..)) {
                    return Expr::Method(Box::new(value), name.to_owned(), given);
                }
            }
            let object = self.called_on(*object, depth);
            return Expr::Call(path, given, object);
        }
        if given.is_empty()
            && let Some(body) = self.closure_body(callee)
        {
            return self.value_within(body, depth);
        }
        let path = self.path_within(callee, depth);
        if let ([Expr::Bool(yes)], Some(words)) = (&given[..], self.handlers.shown.get(&path.rest))
        {
            return Expr::Text(words[usize::from(*yes)].clone());
        }
        Expr::Call(path, given, None)
    }

    pub(super) fn macro_value(&self, name: &str, args: &[NodeId], depth: usize) -> Expr {
        let name = name.rsplit("::").next().unwrap_or(name);
        if !self.handlers.formatters.iter().any(|format| format == name) {
            let given = args.iter().map(|arg| self.value_within(*arg, depth)).collect();
            return Expr::Call(Path::here(name), given, None);
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
                | Origin::LambdaPart(..)
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
