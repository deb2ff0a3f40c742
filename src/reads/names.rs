//! Expressions to paths and values, as far as one file can tell.

use std::cell::{Cell, OnceCell};

use rustc_hash::FxHashMap;

use super::items::joined;
use super::scopes::{Origin, Scopes};
use crate::facts::code::{Base, Expr, Path};
use crate::lang::handlers::Handlers;
use crate::lang::syntax::{Argument, NodeId, Part, Shape};
use crate::lang::tree::Tree;

/// Larger values are not followed to their end.
const MAX_VALUE: usize = 2_000;

/// More local names than this are not followed for one value: `a = f(a, b); b = g(a, b)` leads on for ever.
pub(super) const MAX_NAMES: usize = 48;

/// Names further away than this are not followed.
const MAX_DEPTH: usize = 16;

/// Turns nodes of one file into paths and values.
pub(super) struct Names<'a> {
    pub(super) tree: &'a Tree,
    pub(super) text: &'a str,
    pub(super) scopes: &'a Scopes<'a>,
    pub(super) handlers: &'a Handlers,
    pub(super) budget: Cell<usize>,
    pub(super) followed: Cell<usize>,
    /// How many types inside types are being read.
    pub(super) nested: Cell<usize>,
    /// How many branches inside each other are being looked at.
    pub(super) deep: Cell<usize>,
    /// The function around a closure whose parameters the closure hands on, while its call is looked at.
    pub(super) owner: Cell<Option<NodeId>>,
    /// The bodies of functions by name, once somebody asks for one.
    pub(super) bodies: OnceCell<FxHashMap<String, Option<NodeId>>>,
    /// Whether the file has a word that names what stands in for a service, once somebody asks.
    pub(super) may_stand_in: OnceCell<bool>,
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
        self.value_of(id, MAX_VALUE)
    }

    /// The value of an expression, followed no further than `budget` nodes.
    pub(super) fn value_of(&self, id: NodeId, budget: usize) -> Expr {
        self.budget.set(budget);
        self.followed.set(0);
        self.value_within(id, MAX_DEPTH)
    }

    pub(super) fn path_within(&self, id: NodeId, depth: usize) -> Path {
        match self.tree.shape(id) {
            // A name leads elsewhere; all else is part of one expression, whose depth is bounded.
            Shape::Name => match depth.checked_sub(1) {
                Some(depth) => self.name(id, depth),
                None => Path::unknown(""),
            },
            Shape::Member { object, name } => {
                let object = match self.tree.shape(*object) {
                    Shape::Name if self.is_scoped(*object, name.start) => self.scope_name(*object),
                    _ => self.path_within(*object, depth),
                };
                object.join(name.slice(self.text))
            }
            Shape::Call { callee, args, .. } => self
                .looked_up(*callee, args, depth)
                .or_else(|| self.modelled(*callee, args))
                .or_else(|| self.copied(*callee, args, depth))
                .or_else(|| self.held(*callee, args, depth))
                .unwrap_or_else(|| self.path_within(*callee, depth).called()),
            Shape::Index { object, index } => match self.tree.shape(*index) {
                Shape::Text(parts) => match &parts[..] {
                    [Part::Literal(key)] => self.entry_of(&self.path_within(*object, depth), key),
                    _ => Path::unknown(""),
                },
                _ => Path::unknown(""),
            },
            Shape::Wrapped(inner) | Shape::Claimed(inner) | Shape::Propagate(inner) => {
                self.path_within(*inner, depth)
            }
            _ => self.branching_path(id, depth),
        }
    }

    /// `env or os.environ`: what stands in for a parameter is what it is meant to be.
    fn in_its_stead(&self, one: NodeId, other: NodeId, depth: usize) -> Path {
        let unknown = || Path::unknown("");
        let Some(depth) = depth.checked_sub(1) else { return unknown() };
        let [one, other] = [one, other].map(|id| self.path_within(id, depth));
        let is_bare = |path: &Path| path.rest.is_empty() && matches!(path.base, Base::Param(_));
        let is_named = |path: &Path| path.base != Base::Unknown && !path.rest.is_empty();
        let is_open = |path: &Path| is_bare(path) || path.base == Base::Unknown;
        match () {
            () if is_open(&one) && is_named(&other) => other,
            () if is_open(&other) && is_named(&one) => one,
            () => unknown(),
        }
    }

    /// The path of a value that one of several branches gives: of the first that leads somewhere.
    fn branching_path(&self, id: NodeId, depth: usize) -> Path {
        let unknown = || Path::unknown("");
        let Some(depth) = depth.checked_sub(1) else { return unknown() };
        let branches: Vec<NodeId> = match self.tree.shape(id) {
            Shape::If { then, otherwise: Some(otherwise), .. } => vec![*then, *otherwise],
            Shape::Match { arms, .. } => arms.clone(),
            Shape::Arm { body, .. } => vec![*body],
            Shape::Block(many) => many.last().copied().into_iter().collect(),
            Shape::Map(pairs) => return self.laid_over(pairs, depth),
            Shape::Or(one, other) | Shape::Choice { then: one, otherwise: other, .. } => {
                return self.in_its_stead(*one, *other, depth);
            }
            _ => return unknown(),
        };
        let mut paths = branches.into_iter().take(8).map(|one| self.path_within(one, depth));
        paths.find(|path| path.base != Base::Unknown).unwrap_or_else(unknown)
    }

    fn name(&self, id: NodeId, depth: usize) -> Path {
        self.named_within(self.slice(id), id, depth)
    }

    /// `settings.get("database", {})` leads on like `settings["database"]`.
    fn looked_up(&self, callee: NodeId, args: &[Argument], depth: usize) -> Option<Path> {
        let Shape::Member { object, name } = self.tree.shape(callee) else { return None };
        let first = args.first().filter(|first| args.len() <= 2 && first.name.is_none())?;
        if !self.handlers.lookups.iter().any(|lookup| lookup == name.slice(self.text)) {
            return None;
        }
        let Shape::Text(parts) = self.tree.shape(first.value) else { return None };
        let [Part::Literal(key)] = &parts[..] else { return None };
        let object = self.path_within(*object, depth);
        if object.base == Base::Absolute && object.is_no_mapping() {
            return None;
        }
        Some(match object.base {
            Base::Unknown if self.registry(&object).is_none() => {
                object.join(name.slice(self.text)).called()
            }
            _ => self.entry_of(&object, key),
        })
    }

    /// The entry of an object under a name; what code registers with a framework is one, whatever leads there.
    pub(super) fn entry_of(&self, object: &Path, key: &str) -> Path {
        let whole = self.registry(object).map(Path::absolute);
        whole.as_ref().unwrap_or(object).entry(key)
    }

    /// What an object is to a framework where it holds what code registers: `app.extensions`, but no dictionary of the module's own.
    pub(super) fn registry(&self, object: &Path) -> Option<&str> {
        let whole = self.handlers.registries.get(object.last())?;
        let is_own = object.base == Base::Here && object.rest.matches('.').count() < 2;
        (!is_own && !object.rest.ends_with(')')).then_some(whole.as_str())
    }

    /// `apps.get_model("waffle", "Flag")` is a class that goes by a name of its own: `waffle.get_model.Flag`.
    fn modelled(&self, callee: NodeId, args: &[Argument]) -> Option<Path> {
        let Shape::Member { name, .. } = self.tree.shape(callee) else { return None };
        let method = name.slice(self.text);
        if !self.handlers.models.iter().any(|known| known == method) {
            return None;
        }
        let text = |arg: &Argument| match self.tree.shape(arg.value) {
            Shape::Text(parts) => match &parts[..] {
                [Part::Literal(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        let whole = match args {
            [whole] => text(whole)?,
            [package, class] => format!("{}.{}", text(package)?, text(class)?),
            _ => return None,
        };
        let (package, class) = whole.split_once('.')?;
        Some(Path::absolute(format!("{package}.{method}.{class}")))
    }

    /// Whether `::` stands behind a name: it is then no variable.
    fn is_scoped(&self, object: NodeId, name_start: u32) -> bool {
        let between = (self.tree.range(object).end as usize)..(name_start as usize);
        self.text.get(between).is_some_and(|between| between.trim_start().starts_with("::"))
    }

    /// What a name before `::` stands for: a variable of the same name does not hide it.
    fn scope_name(&self, id: NodeId) -> Path {
        self.unhidden(self.slice(id), id)
    }

    /// What a name stands for where no variable is meant: `config` in `config: &config::Settings`.
    pub(super) fn unhidden(&self, name: &str, id: NodeId) -> Path {
        let hidden = self.scopes.lookup(name, id).is_some_and(|(_, origins)| {
            !matches!(origins.first(), Some(Origin::Import(..) | Origin::Item(_)))
        });
        if hidden { Path::here(self.qualified(name, id)) } else { self.named(name, id) }
    }

    /// The path that `name` stands for at `id`.
    pub(super) fn named(&self, name: &str, id: NodeId) -> Path {
        self.named_within(name, id, MAX_DEPTH)
    }

    fn named_within(&self, name: &str, id: NodeId, depth: usize) -> Path {
        match name {
            "crate" => return Path { base: Base::Crate, rest: String::new() },
            "super" => return self.parent_module(id),
            "self" | "Self" | "cls" => return Path::here(self.class_or_module(id)),
            _ if self.handlers.own_object.iter().any(|own| own == name) => {
                return Path::here(self.class_or_module(id));
            }
            _ => {}
        }
        if name.contains("::") {
            return Path::absolute(name.trim_start_matches("::").replace("::", "."));
        }
        let Some((scope, origins)) = self.scopes.lookup(name, id) else {
            if self.handlers.globals.iter().any(|global| global == name) {
                return Path::absolute(name);
            }
            return Path::here(self.qualified(name, id));
        };
        let local = matches!(
            self.tree.shape(scope),
            Shape::Function(_) | Shape::Lambda { .. } | Shape::Comprehension { .. }
        );
        match origins.first() {
            Some(Origin::Import(node, at)) => self.imported(*node, *at),
            Some(Origin::Param(at)) if self.is_own_param(id, scope) => self
                .param_type(scope, *at, depth)
                .unwrap_or(Path { base: Base::Param(*at), rest: String::new() }),
            Some(Origin::Extended(function)) => {
                self.extended_type(*function).unwrap_or_else(|| Path::unknown(""))
            }
            Some(Origin::Value(value)) if local && *value != id => {
                let path = self.path_within(*value, depth);
                let open = matches!(path.base, Base::Unknown | Base::Param(_));
                let of_type = || self.variable_type(*value);
                open.then(|| of_type().or_else(|| self.given_elsewhere(&origins[1..], id, depth)))
                    .flatten()
                    .unwrap_or(path)
            }
            Some(Origin::Field(value, field)) if local && *value != id => {
                self.path_within(*value, depth).join(field.slice(self.text))
            }
            Some(Origin::ParamField(at, field)) if self.is_own_param(id, scope) => {
                let of_type = self.param_type(scope, *at, depth);
                of_type.map_or(Path::unknown(""), |path| path.join(field.slice(self.text)))
            }
            Some(Origin::LambdaParam(closure, 0)) if local => {
                self.closure_param(*closure, depth).unwrap_or_else(|| Path::unknown(""))
            }
            Some(Origin::Item(item)) => Path::here(self.item_name(*item)),
            _ if self.is_of_class(scope) => Path::here(joined(&self.item_name(scope), name)),
            _ if local => Path::unknown(""),
            _ => Path::here(self.qualified(name, scope)),
        }
    }

    /// Whether a name that this scope declares is a member that methods name without its object.
    fn is_of_class(&self, scope: NodeId) -> bool {
        self.handlers.sees_members && matches!(self.tree.shape(scope), Shape::Class { .. })
    }

    /// What another branch gives a name, where that leads out of the project: `ask = os.getenv`. Only what it says itself is looked at,
    /// or branches of branches would be followed for ever.
    fn given_elsewhere(&self, others: &[Origin], id: NodeId, depth: usize) -> Option<Path> {
        const OWN: usize = 1;
        let values = others.iter().filter_map(|origin| match origin {
            Origin::Value(value) if *value != id && depth > OWN => Some(*value),
            _ => None,
        });
        let mut paths = values.map(|value| self.path_within(value, OWN));
        paths.find(|path| path.base == Base::Absolute && !path.rest.ends_with(')'))
    }

    /// The function around a node, closures and comprehensions aside.
    pub(super) fn own_function(&self, id: NodeId) -> Option<NodeId> {
        self.tree.ancestors(id).find(|at| matches!(self.tree.shape(*at), Shape::Function(_)))
    }

    /// The rule of a macro around a node: its metavariables reach into the functions that it writes.
    pub(super) fn rule_around(&self, id: NodeId) -> Option<NodeId> {
        self.tree.ancestors(id).find(|at| match self.tree.shape(*at) {
            Shape::Function(function) => !function.metavariables.is_empty(),
            _ => false,
        })
    }

    /// Whether a parameter of `scope` is one where `id` stands.
    pub(super) fn is_own_param(&self, id: NodeId, scope: NodeId) -> bool {
        match self.owner.get() {
            Some(owner) => owner == scope,
            None => self.own_function(id) == Some(scope) || self.rule_around(id) == Some(scope),
        }
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
}
