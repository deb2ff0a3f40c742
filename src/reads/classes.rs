//! The classes of a file: their fields with types, defaults and marks.

use rustc_hash::FxHashSet;

use super::names::Names;
use crate::facts::code::Arg;
use crate::facts::schema::{Class, FieldFacts, Mark, Variant};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

/// The name by which a method of a class calls it.
const OWN: &str = "cls";

impl Names<'_> {
    /// The classes of the file that have fields, variants or bases, in the order of the text.
    pub(super) fn classes(
        &self,
        root: NodeId,
        tests: &FxHashSet<NodeId>,
        in_test: bool,
    ) -> Vec<Class> {
        let mut found = Vec::new();
        let mut spread: FxHashSet<(&str, String)> = FxHashSet::default();
        for id in self.tree.descendants(root) {
            spread.extend(self.spread(id, tests));
            if let Shape::Block(items) | Shape::Other(items) = self.tree.shape(id) {
                let mut marks = Vec::new();
                for item in items {
                    match self.tree.shape(*item) {
                        Shape::Attribute { .. } | Shape::Decorator(_) => {
                            marks.extend(self.mark(*item));
                        }
                        Shape::Class { .. } => {
                            let marks = std::mem::take(&mut marks);
                            let tested = in_test
                                || std::iter::once(*item)
                                    .chain(self.tree.ancestors(*item))
                                    .any(|at| tests.contains(&at));
                            found.extend(self.class(*item, marks, tested));
                        }
                        Shape::Pass => {}
                        _ => marks.clear(),
                    }
                }
            }
        }
        let made: FxHashSet<&str> = spread
            .iter()
            .map(|(name, around)| if *name == OWN { around.as_str() } else { name })
            .collect();
        for class in &mut found {
            class.made_of_more = made.contains(class.name.as_str());
        }
        found
    }

    /// What a call outside of tests calls with all entries of a mapping: its name, and the class around it.
    fn spread(&self, id: NodeId, tests: &FxHashSet<NodeId>) -> Option<(&str, String)> {
        let Shape::Call { callee, args, .. } = self.tree.shape(id) else { return None };
        let is_spread = args.iter().any(|arg| arg.splat && arg.name.is_none());
        let is_named = matches!(self.tree.shape(*callee), Shape::Name);
        let is_told =
            is_spread && is_named && !self.tree.ancestors(id).any(|at| tests.contains(&at));
        is_told.then(|| (self.slice(*callee), self.container_name(id)))
    }

    fn class(&self, id: NodeId, marks: Vec<Mark>, in_test: bool) -> Option<Class> {
        let Shape::Class { name, bases, body } = self.tree.shape(id) else { return None };
        let keywords = bases.iter().filter_map(|base| {
            let keyword = base.name?.slice(self.text).to_owned();
            Some(crate::facts::code::Expr::Keyword(keyword, Box::new(self.value(base.value))))
        });
        let keywords = keywords.collect();
        let mut class = Class {
            name: self.item_name(id),
            range: *name,
            keywords,
            marks,
            fields: Vec::new(),
            checks: Vec::new(),
            variants: Vec::new(),
            wraps: Vec::new(),
            made_of_more: false,
            in_test,
        };
        match body.map(|body| (body, self.tree.shape(body))) {
            Some((body, Shape::Positional(types))) => {
                class.wraps = types
                    .iter()
                    .filter_map(|of_type| self.written_type(of_type.slice(self.text), body))
                    .collect();
            }
            Some((_, Shape::Block(items))) => self.body(items, &mut class),
            _ => {}
        }
        let is_empty =
            class.fields.is_empty() && class.variants.is_empty() && class.wraps.is_empty();
        // What only implements a struct says nothing of it.
        (!is_empty || !bases.is_empty() || self.handlers.follows_members).then_some(class)
    }

    fn body(&self, items: &[NodeId], class: &mut Class) {
        let mut marks = Vec::new();
        for item in items {
            match self.tree.shape(*item) {
                Shape::Attribute { .. } => marks.extend(self.mark(*item)),
                Shape::Variant { name, body } => {
                    let (mut fields, mut wraps) = (Vec::new(), Vec::new());
                    match body.map(|body| (body, self.tree.shape(body))) {
                        Some((_, Shape::Block(items))) => fields = self.plain_fields(items),
                        Some((body, Shape::Positional(types))) => {
                            let types = types.iter().map(|of_type| of_type.slice(self.text));
                            wraps =
                                types.filter_map(|text| self.written_type(text, body)).collect();
                        }
                        _ => {}
                    }
                    let behind =
                        self.text.get(name.end as usize..self.tree.range(*item).end as usize);
                    let value = behind.unwrap_or_default().trim_start().strip_prefix('=');
                    let is_numbered = value.is_some_and(|value| {
                        value.trim_start().starts_with(|first: char| first.is_ascii_digit())
                    });
                    let (range, name) = (*name, name.slice(self.text).to_owned());
                    let marks = std::mem::take(&mut marks);
                    class.variants.push(Variant { name, range, marks, fields, wraps, is_numbered });
                }
                Shape::Pass => {}
                _ => {
                    let field = self.field_facts(*item, std::mem::take(&mut marks));
                    class.fields.extend(field);
                    class.checks.extend(self.decorators(*item));
                }
            }
        }
    }

    /// The decorators of a method.
    fn decorators(&self, item: NodeId) -> Vec<Mark> {
        let (Shape::Block(inside) | Shape::Other(inside)) = self.tree.shape(item) else {
            return Vec::new();
        };
        let is_one = |id: &&NodeId| matches!(self.tree.shape(**id), Shape::Decorator(_));
        inside.iter().filter(is_one).filter_map(|id| self.mark(*id)).collect()
    }

    fn plain_fields(&self, items: &[NodeId]) -> Vec<FieldFacts> {
        let (mut marks, mut fields) = (Vec::new(), Vec::new());
        for item in items {
            match self.tree.shape(*item) {
                Shape::Attribute { .. } => marks.extend(self.mark(*item)),
                _ => fields.extend(self.field_facts(*item, std::mem::take(&mut marks))),
            }
        }
        fields
    }

    fn field_facts(&self, item: NodeId, marks: Vec<Mark>) -> Option<FieldFacts> {
        match self.tree.shape(item) {
            Shape::Field { name, of_type } => Some(FieldFacts {
                name: name.slice(self.text).to_owned(),
                range: *name,
                whole: TextRange { start: name.start, ..self.tree.range(item) },
                of_type: self.written_type(of_type.slice(self.text), item),
                value: None,
                marks,
            }),
            Shape::Other(inside) => match inside[..] {
                [one] if matches!(self.tree.shape(one), Shape::Assign { .. }) => {
                    self.field_facts(one, marks)
                }
                _ => None,
            },
            // Where fields have a shape of their own, what is assigned is a constant or another type.
            Shape::Assign { targets, value, of_type, constant: false, .. }
                if self.handlers.follows_members =>
            {
                let [target] = targets[..] else { return None };
                if !matches!(self.tree.shape(target), Shape::Name) {
                    return None;
                }
                let inside_type = of_type.map(|of_type| self.calls_inside(of_type));
                let value = value.map(|value| Arg {
                    name: None,
                    value: self.value(value),
                    range: self.tree.range(value),
                    named: false,
                });
                Some(FieldFacts {
                    name: self.slice(target).to_owned(),
                    range: self.tree.range(target),
                    whole: self.tree.range(item),
                    of_type: of_type
                        .and_then(|of_type| self.written_type(self.slice(of_type), item)),
                    value,
                    marks: inside_type.unwrap_or_default(),
                })
            }
            _ => None,
        }
    }

    fn calls_inside(&self, of_type: NodeId) -> Vec<Mark> {
        let calls = self.tree.descendants(of_type).into_iter();
        calls.filter_map(|id| self.called_mark(id)).collect()
    }

    fn called_mark(&self, id: NodeId) -> Option<Mark> {
        let Shape::Call { callee, args, .. } = self.tree.shape(id) else { return None };
        Some(Mark { path: self.path(*callee), args: self.args(args) })
    }

    pub(super) fn mark(&self, id: NodeId) -> Option<Mark> {
        match self.tree.shape(id) {
            Shape::Attribute { name, args, .. } => Some(Mark {
                path: self.path_of_text(name.slice(self.text), id),
                args: self.args(args),
            }),
            Shape::Decorator(inner) => {
                let inner = self.tree.unwrapped(*inner);
                self.called_mark(inner)
                    .or_else(|| Some(Mark { path: self.path(inner), args: Vec::new() }))
            }
            _ => None,
        }
    }
}
