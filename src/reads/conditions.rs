//! Conditions taken apart: which calls and names decide.
//!
//! Follows names that are given one value, in the same file. A condition of hundreds of parts is read in part.

use rustc_hash::FxHashMap;

use super::names::Names;
use super::scopes::Origin;
use super::steps::texts;
use crate::facts::code::{Base, Expr, Path};
use crate::facts::decision::{Holding, Subject};
use crate::lang::syntax::{Argument, NodeId, Shape};
use crate::text::TextRange;

/// Parts of a condition beyond these are not looked at.
const MAX_PARTS: usize = 64;

/// More values of one name say nothing of it.
const MAX_VALUES: usize = 4;

/// What members of objects are given, by the name of the class around them and their own.
pub(super) type Given<'t> = FxHashMap<(&'t str, &'t str), Vec<NodeId>>;

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
            let (targets, value) = match self.tree.shape(id) {
                Shape::Assign { targets, value: Some(value), .. } => (targets, value),
                Shape::Record { of, fields } => {
                    self.given_fields(id, *of, fields, &mut given);
                    continue;
                }
                _ => continue,
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

    /// What the fields of a struct are given where a function of its own puts it together: `Self { share: settings.share }`.
    fn given_fields<'n>(
        &'n self,
        id: NodeId,
        of: NodeId,
        fields: &[(TextRange, Option<NodeId>)],
        given: &mut Given<'n>,
    ) {
        let Some(class) = self.class_around(id) else { return };
        if self.slice(of) != "Self" && self.slice(of) != class {
            return;
        }
        for (name, value) in fields {
            let values = given.entry((class, name.slice(self.text))).or_default();
            values.extend(*value);
        }
    }

    /// What is written between two operands.
    pub(super) fn between(&self, left: NodeId, right: NodeId) -> &str {
        let (left, right) = (self.tree.range(left), self.tree.range(right));
        self.text.get(left.end as usize..right.start as usize).unwrap_or_default().trim()
    }

    fn class_around(&self, id: NodeId) -> Option<&str> {
        self.tree.ancestors(id).find_map(|at| match self.tree.shape(at) {
            Shape::Class { name, .. } => Some(name.slice(self.text)),
            _ => None,
        })
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
            Shape::And(left, right) if self.asks_type(*left) => self.look(*right, holding, depth),
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
            Shape::Block(inside) | Shape::Other(inside) if inside.len() == 1 => {
                self.look(inside[0], holding, depth);
            }
            Shape::Name => self.named(id, holding, depth),
            Shape::Member { object, name } => self.member(id, *object, *name, holding, depth),
            Shape::Call { callee, args, .. } => self.called(id, *callee, args, holding, depth),
            Shape::Operator(operands) => self.measured(operands, &holding, depth),
            Shape::Index { .. } => self.add(id, Some(names.path(id)), holding),
            Shape::Macro { .. } => self.add(id, None, holding),
            _ => {}
        }
    }

    /// What a call gives back of what it is asked of or handed, and itself.
    fn called(
        &mut self,
        id: NodeId,
        callee: NodeId,
        args: &[Argument],
        holding: Holding,
        depth: usize,
    ) {
        let names = self.names;
        let first = args.first().map(|arg| arg.value);
        if !holding.of_share && holding.equals.is_empty() && names.is_chance(callee) {
            let Some(share) = first else { return };
            return self.look(share, Holding { of_share: true, ..holding }, depth);
        }
        let inner = match self.unchanged(callee, first) {
            None if holding.of_share => self.number_in(callee).or(first),
            inner => inner,
        };
        let path = match args {
            // `getattr(settings, "NEW_TILL", False)`
            [object, key, ..] if names.slice(callee) == "getattr" => {
                let Expr::Text(name) = names.value(key.value) else { return };
                names.path(object.value).join(&name)
            }
            // `config.get("NEW_TILL")` is an entry.
            _ => Some(names.path(id)).filter(Path::is_entry).unwrap_or_else(|| names.path(callee)),
        };
        self.add(id, Some(path), holding.clone());
        if let Some(inner) = inner {
            self.look(inner, holding, depth);
        } else {
            let last = args.last().map(|arg| arg.value);
            self.closure(callee, last, holding, depth);
        }
    }

    /// Whether a condition only asks what is handed over for its type: `isinstance(flag, Flag) and …`.
    fn asks_type(&self, id: NodeId) -> bool {
        let names = self.names;
        let Shape::Call { callee, args, .. } = names.tree.shape(names.tree.unwrapped(id)) else {
            return false;
        };
        let is_test = names.handlers.type_tests.iter().any(|one| one == names.slice(*callee));
        let first = args.first().map(|arg| names.path(arg.value));
        is_test && first.is_some_and(|path| matches!(path.base, Base::Param(_)))
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
            match self.names.without_wrappers(self.names.value(other)) {
                Expr::Bool(true) => self.look(one, own.clone(), depth),
                Expr::Bool(false) => self.look(one, own.clone().of_denied(), depth),
                // What holds is there; what is there need not hold.
                Expr::Null => {
                    self.look(one, Holding { off: None, ..own.clone().of_denied() }, depth);
                }
                Expr::Text(text) | Expr::Number(text) if own.equals.is_empty() => {
                    self.look(one, Holding { equals: vec![text], ..own.clone() }, depth);
                }
                _ => {}
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
            if names.is_drawn(draw) && !names.is_drawn(other) {
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
            [Origin::Import(..) | Origin::Field(..) | Origin::ParamField(..)] => {
                self.add(id, Some(self.names.path(id)), holding);
            }
            [Origin::Param(at)] => {
                let path = Path { base: Base::Param(at), rest: String::new() };
                self.add(id, Some(path), holding);
            }
            // One that stands in where the other cannot be read: `except ValueError: share = 0`.
            _ if holding.of_share && origins.len() <= MAX_VALUES => {
                for origin in origins {
                    if let Origin::Value(value) = origin
                        && value != id
                    {
                        self.look(value, holding.clone(), depth);
                    }
                }
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

    /// The number that a method is asked of, where it gives that back in another form: `share.parse()`, `share.min(100)`.
    fn number_in(&self, callee: NodeId) -> Option<NodeId> {
        let names = self.names;
        match names.tree.shape(names.tree.unwrapped(callee)) {
            Shape::Member { object, name } => {
                let name = name.slice(names.text);
                let same = ["min", "max", "clamp", "into", "and_then", "map", "strip"];
                (same.contains(&name) || names.handlers.methods.contains_key(name))
                    .then_some(*object)
            }
            _ => None,
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
