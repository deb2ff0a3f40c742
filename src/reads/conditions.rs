//! Conditions taken apart: which calls and names decide.
//!
//! Follows names that are given one value, in the same file. A condition of hundreds of parts is read in part.

use rustc_hash::FxHashMap;

use super::names::Names;
use super::scopes::Origin;
use super::steps::texts;
use crate::facts::code::{Expr, Path};
use crate::facts::decision::{Holding, Subject};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

/// Parts of a condition beyond these are not looked at.
const MAX_PARTS: usize = 64;

/// What members of objects are given, by the class around them and their name.
pub(super) type Given<'t> = FxHashMap<(NodeId, &'t str), Vec<NodeId>>;

/// A condition that is being taken apart.
struct Parts<'n, 't> {
    names: &'n Names<'t>,
    given: &'n Given<'n>,
    found: Vec<(Subject, Holding)>,
    left: usize,
    /// The parameters of the closures around, with what they stand for.
    closures: Vec<(TextRange, NodeId)>,
}

impl Names<'_> {
    /// What decides a condition, and how the condition stands to it.
    pub(super) fn parts(&self, condition: NodeId, given: &Given<'_>) -> Vec<(Subject, Holding)> {
        self.parts_of(condition, given, Holding::same())
    }

    /// What a number is, where it is compared with a draw.
    pub(super) fn number_parts(&self, value: NodeId, given: &Given<'_>) -> Vec<(Subject, Holding)> {
        let parts = self.parts_of(value, given, Holding { of_share: true, ..Holding::same() });
        let plain = |(subject, holding): (Subject, Holding)| {
            (subject, Holding { of_share: false, ..holding })
        };
        parts.into_iter().map(plain).collect()
    }

    fn parts_of(
        &self,
        condition: NodeId,
        given: &Given<'_>,
        holding: Holding,
    ) -> Vec<(Subject, Holding)> {
        let mut parts =
            Parts { names: self, given, found: Vec::new(), left: MAX_PARTS, closures: Vec::new() };
        parts.look(condition, holding, 12);
        parts.found
    }

    /// What `self.x` is given, by class and name.
    pub(super) fn given_members(&self, root: NodeId) -> Given<'_> {
        let mut given = Given::default();
        for id in self.tree.descendants(root) {
            let Shape::Assign { targets, value: Some(value), .. } = self.tree.shape(id) else {
                continue;
            };
            for target in targets {
                let Shape::Member { object, name } = self.tree.shape(*target) else { continue };
                if !matches!(self.tree.shape(*object), Shape::Name) || self.slice(*object) != "self"
                {
                    continue;
                }
                if let Some(class) = self.class_around(id) {
                    given.entry((class, name.slice(self.text))).or_default().push(*value);
                }
            }
        }
        given
    }

    /// What is written between two operands.
    fn between(&self, left: NodeId, right: NodeId) -> &str {
        let (left, right) = (self.tree.range(left), self.tree.range(right));
        self.text.get(left.end as usize..right.start as usize).unwrap_or_default().trim()
    }

    /// Whether a value is drawn, or worked out of who asks: `random.random()`, `crc32(user) % 100`.
    fn is_draw(&self, id: NodeId, hops: usize) -> bool {
        let id = self.tree.unwrapped(id);
        if matches!(self.tree.shape(id), Shape::Name) {
            let found = self.scopes.lookup(self.slice(id), id);
            let given = match found {
                Some((_, origins)) => match origins[..] {
                    [Origin::Value(value)] if value != id => Some(value),
                    _ => None,
                },
                None => None,
            };
            if let (Some(value), Some(hops)) = (given, hops.checked_sub(1)) {
                return self.is_draw(value, hops);
            }
        }
        let text = self.slice(id);
        let listed =
            |word: &str, list: &[String]| list.iter().any(|one| one.eq_ignore_ascii_case(word));
        let words = || text.split(|c: char| !c.is_ascii_alphanumeric()).take(60);
        words().any(|word| listed(word, &self.handlers.draws))
            || text.contains('%') && words().any(|word| listed(word, &self.handlers.digests))
    }

    fn class_around(&self, id: NodeId) -> Option<NodeId> {
        self.tree.ancestors(id).find(|at| matches!(self.tree.shape(*at), Shape::Class { .. }))
    }
}

impl Parts<'_, '_> {
    /// Takes a condition apart, which stands to the whole as `holding` says.
    fn look(&mut self, id: NodeId, holding: Holding, depth: usize) {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            return;
        };
        self.left = left;
        let names = self.names;
        match names.tree.shape(id) {
            Shape::Wrapped(inner) | Shape::Propagate(inner) => {
                self.look(*inner, holding, depth + 1);
            }
            Shape::Not(inner) => self.look(*inner, holding.of_denied(), depth + 1),
            Shape::And(left, right) => {
                for one in [*left, *right] {
                    self.look(one, holding.clone().of_and(), depth);
                }
            }
            Shape::Or(left, right) => {
                for one in [*left, *right] {
                    self.look(one, holding.clone().of_or(), depth);
                }
            }
            Shape::Compare { left, right, negated } => {
                self.compared(*left, *right, *negated, &holding, depth);
            }
            Shape::Contains { item, container, negated } => {
                let own = if *negated { holding.of_denied() } else { holding };
                let among = texts(&names.value(*container));
                self.add(id, None, own.clone());
                if !among.is_empty() && own.equals.is_empty() {
                    self.look(*item, Holding { equals: among, ..own }, depth);
                }
            }
            Shape::LetCondition { pattern, value } => match names.slice(*pattern).trim() {
                "true" | "Ok(true)" | "Some(true)" => self.look(*value, holding, depth),
                "false" | "Ok(false)" | "Some(false)" => {
                    self.look(*value, holding.of_denied(), depth);
                }
                _ => {}
            },
            Shape::Assign { value: Some(value), .. } => self.look(*value, holding, depth),
            Shape::Name => self.named(id, holding, depth),
            Shape::Member { object, name } => self.member(id, *object, *name, holding, depth),
            Shape::Call { callee, args, .. } => {
                let first = args.first().map(|arg| arg.value);
                let inner = match self.unchanged(*callee, first) {
                    None if holding.of_share => first,
                    inner => inner,
                };
                let path = names.path(*callee);
                self.add(id, Some(path), holding.clone());
                if let Some(inner) = inner {
                    self.look(inner, holding, depth);
                } else {
                    let last = args.last().map(|arg| arg.value);
                    self.closure(*callee, last, holding, depth);
                }
            }
            Shape::Operator(operands) => self.measured(operands, &holding, depth),
            Shape::Index { .. } | Shape::Macro { .. } => self.add(id, None, holding),
            _ => {}
        }
    }

    fn add(&mut self, id: NodeId, path: Option<Path>, holding: Holding) {
        let subject = Subject { range: self.names.tree.range(id), path };
        self.found.push((subject, holding));
    }

    fn compared(
        &mut self,
        left: NodeId,
        right: NodeId,
        negated: bool,
        holding: &Holding,
        depth: usize,
    ) {
        let own = if negated { holding.clone().of_denied() } else { holding.clone() };
        for (one, other) in [(left, right), (right, left)] {
            match self.held(self.names.value(other)) {
                Expr::Bool(true) => self.look(one, own.clone(), depth),
                Expr::Bool(false) => self.look(one, own.clone().of_denied(), depth),
                Expr::Text(text) | Expr::Number(text) if own.equals.is_empty() => {
                    self.look(one, Holding { equals: vec![text], ..own.clone() }, depth);
                }
                _ => {}
            }
        }
    }

    /// The text itself: `"deployed"` of `Ok("deployed".to_owned())`.
    fn held(&self, mut value: Expr) -> Expr {
        let handlers = self.names.handlers;
        loop {
            value = match value {
                Expr::Call(path, mut args, _)
                    if args.len() == 1 && handlers.wrappers.contains(&path.rest) =>
                {
                    args.remove(0)
                }
                Expr::Method(object, name, args)
                    if args.is_empty() && handlers.same_text.contains(&name) =>
                {
                    *object
                }
                value => return value,
            }
        }
    }

    /// A number that is compared with a draw says for how many of all it holds: `hash(user) % 100 < share`.
    fn measured(&mut self, operands: &[NodeId], holding: &Holding, depth: usize) {
        let (names, [left, right]) = (self.names, operands) else { return };
        let (left, right) = (*left, *right);
        if holding.of_share {
            // `share / 100`
            for (one, other) in [(left, right), (right, left)] {
                if matches!(names.tree.shape(names.tree.unwrapped(other)), Shape::Number) {
                    self.look(one, holding.clone(), depth);
                }
            }
            return;
        }
        let is_below = match names.between(left, right) {
            "<" | "<=" => true,
            ">" | ">=" => false,
            _ => return,
        };
        if !holding.equals.is_empty() {
            return;
        }
        for (draw, other, is_on) in [(left, right, is_below), (right, left, !is_below)] {
            if names.is_draw(draw, 3) && !names.is_draw(other, 3) {
                let own = if is_on { holding.clone() } else { holding.clone().of_denied() };
                self.look(other, Holding { of_share: true, ..own }, depth);
            }
        }
    }

    /// A closure that is handed the answer: `answer.map(|text| text == "true")`, `answer.is_ok_and(…)`.
    fn closure(&mut self, callee: NodeId, last: Option<NodeId>, holding: Holding, depth: usize) {
        let names = self.names;
        let Shape::Member { object, .. } = names.tree.shape(names.tree.unwrapped(callee)) else {
            return;
        };
        let Some(Shape::Lambda { params, body }) = last.map(|last| names.tree.shape(last)) else {
            return;
        };
        let [param] = params[..] else {
            // `LazyLock::new(|| …)`
            let path = names.slice(callee).replace("::", ".");
            let is_lazy = names.handlers.lazy.iter().any(|lazy| path.ends_with(lazy.as_str()));
            if params.is_empty() && is_lazy {
                self.look(*body, holding, depth);
            }
            return;
        };
        self.closures.push((param, *object));
        self.look(*body, holding, depth);
        self.closures.pop();
    }

    /// A name that is given one value stands for it.
    fn named(&mut self, id: NodeId, holding: Holding, depth: usize) {
        let text = self.names.text;
        let word = self.names.slice(id);
        let stands = self.closures.iter().rev().find(|(param, _)| param.slice(text) == word);
        if let Some((_, object)) = stands {
            return self.look(*object, holding, depth);
        }
        let found = self.names.scopes.lookup(self.names.slice(id), id);
        let Some((_, origins)) = found else { return };
        match origins[..] {
            [Origin::Value(value)] if value != id => self.look(value, holding, depth),
            [Origin::Import(..)] => {
                self.add(id, Some(self.names.path(id)), holding);
            }
            _ => {}
        }
    }

    fn member(
        &mut self,
        id: NodeId,
        object: NodeId,
        name: TextRange,
        holding: Holding,
        depth: usize,
    ) {
        let names = self.names;
        self.add(id, Some(names.path(id)), holding.clone());
        let is_own =
            matches!(names.tree.shape(object), Shape::Name) && names.slice(object) == "self";
        if is_own
            && let Some(class) = names.class_around(id)
            && let Some(values) = self.given.get(&(class, name.slice(names.text)))
            && let [value] = values[..]
        {
            self.look(value, holding, depth);
        }
    }

    /// What a call gives back as it is: `answer.unwrap_or(false)`, `bool(answer)`.
    fn unchanged(&self, callee: NodeId, first: Option<NodeId>) -> Option<NodeId> {
        let names = self.names;
        let callee = names.tree.unwrapped(callee);
        let keeps = |name: &str| names.handlers.keeps_truth.iter().any(|known| known == name);
        match names.tree.shape(callee) {
            Shape::Member { object, name } => keeps(name.slice(names.text)).then_some(*object),
            Shape::Name => first.filter(|_| keeps(names.slice(callee))),
            _ => None,
        }
    }
}
