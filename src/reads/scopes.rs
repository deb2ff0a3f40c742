//! Local names: what an identifier stands for at the place where it is used.
//!
//! Knows one lowered file. A name of the module is left as a path for the linker.

mod around;

use rustc_hash::FxHashMap;

use around::scopes_around;

use super::taken_apart::bound_name;
use crate::lang::syntax::{Argument, Imported, NodeId, Shape};
use crate::lang::tree::Tree;
use crate::text::TextRange;

/// Where a name gets its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Origin {
    /// From this expression.
    Value(NodeId),
    /// From each element of this expression; with the place in a tuple of targets.
    Element(NodeId, Option<u16>),
    /// A parameter of a function.
    Param(u16),
    /// What this function is called on.
    Extended(NodeId),
    /// A parameter of a closure: the closure and the place.
    LambdaParam(NodeId, u16),
    /// A field of this expression, under the name that is written there: `let App { config, .. } = app`.
    Field(NodeId, TextRange),
    /// The same of a parameter of a function.
    ParamField(u16, TextRange),
    /// A part of the parameter of a closure: `|(flag, key)|`.
    LambdaPart(NodeId, u16),
    /// An import, by its place in the node.
    Import(NodeId, usize),
    /// A function or class.
    Item(NodeId),
    /// Whether this name holds an answer: `ok`, `err`.
    Told(NodeId),
    /// Something else.
    Unknown,
}

/// More arms that bind one name in one scope are not looked at.
const MAX_ARMS: usize = 200;

/// What each name of a scope is given, and where.
type Given<'a> = FxHashMap<&'a str, Vec<(NodeId, Origin)>>;

/// The names of every scope of a file.
pub(super) struct Scopes<'a> {
    pub(super) tree: &'a Tree,
    pub(super) text: &'a str,
    names: FxHashMap<NodeId, Given<'a>>,
    occurrences: FxHashMap<&'a str, Vec<NodeId>>,
    /// The arms whose patterns bind a name, by scope and name.
    arms: FxHashMap<NodeId, FxHashMap<&'a str, Vec<NodeId>>>,
    /// The scope around each node, by its id.
    around: Vec<Option<NodeId>>,
    /// The names of a class are seen in its methods.
    sees_members: bool,
    /// The early exits of each block that has one: `if …: return`.
    pub(super) exits: FxHashMap<NodeId, Vec<TextRange>>,
}

impl<'a> Scopes<'a> {
    pub(super) fn new(tree: &'a Tree, text: &'a str, root: NodeId, sees_members: bool) -> Self {
        let mut scopes = Self {
            tree,
            text,
            names: FxHashMap::default(),
            occurrences: FxHashMap::default(),
            arms: FxHashMap::default(),
            around: scopes_around(tree),
            sees_members,
            exits: FxHashMap::default(),
        };
        for id in tree.descendants(root) {
            if matches!(tree.shape(id), Shape::Name) {
                scopes.occurrences.entry(tree.range(id).slice(text)).or_default().push(id);
            }
            scopes.note(id, root);
        }
        scopes
    }

    /// The scope around a node: a function, closure, comprehension, class, module or the root.
    pub(super) fn scope_of(&self, id: NodeId) -> Option<NodeId> {
        self.around.get(id.0 as usize).copied().flatten()
    }

    /// What `name` means at `at`: the scope that declares it and the origins that can reach `at`, last first.
    pub(super) fn lookup(&self, name: &str, at: NodeId) -> Option<(NodeId, Vec<Origin>)> {
        self.declaring(name, at).map(|(scope, found)| (scope, self.reaching(found, at)))
    }

    /// All that the scope which declares `name` gives it, and by what.
    pub(super) fn given(&self, name: &str, at: NodeId) -> &[(NodeId, Origin)] {
        self.declaring(name, at).map_or(&[], |(_, found)| found)
    }

    /// The scope that declares what `name` means at `at`, and all that it gives the name.
    fn declaring(&self, name: &str, at: NodeId) -> Option<(NodeId, &[(NodeId, Origin)])> {
        let mut scope = self.scope_of(at);
        let mut first = true;
        while let Some(id) = scope {
            // A class body's names are seen in the body alone, not in its methods.
            let is_class = matches!(self.tree.shape(id), Shape::Class { .. });
            let visible = first || self.sees_members || !is_class;
            let found = self.names.get(&id).and_then(|names| names.get(name));
            // `let client = client("key")`: the name inside is the one further out.
            if visible && let Some(found) = found.filter(|found| !self.are_around(found, at)) {
                return Some((id, found));
            }
            first = false;
            scope = self.scope_of(id);
        }
        None
    }

    /// Whether a place is inside every value that a name is given.
    fn are_around(&self, found: &[(NodeId, Origin)], at: NodeId) -> bool {
        let at = self.tree.range(at);
        let is_around = |origin: &Origin| match origin {
            Origin::Value(value) => self.tree.range(*value).contains(at),
            _ => false,
        };
        found.iter().all(|(_, origin)| is_around(origin))
    }

    /// The names that a scope declares, each with where it is written first, or what declares it.
    pub(super) fn declared_in(&self, scope: NodeId) -> Vec<(&'a str, NodeId)> {
        let names = self.names.get(&scope).into_iter().flatten();
        let place = |name: &str, by: NodeId| {
            let all = self.occurrences.get(name).into_iter().flatten();
            let mut own = all.filter(|id| self.scope_of(**id) == Some(scope));
            own.next().copied().unwrap_or(by)
        };
        names.filter_map(|(name, by)| Some((*name, place(name, by.first()?.0)))).collect()
    }

    /// The uses of `name` in the scope that `declared` is in, after it, in the order of the text.
    pub(super) fn uses_after(&self, name: &str, declared: NodeId) -> Vec<NodeId> {
        let Some(scope) = self.scope_of(declared) else { return Vec::new() };
        let (after, whole) = (self.tree.range(declared).end, self.tree.range(scope));
        let Some(all) = self.occurrences.get(name) else { return Vec::new() };
        let first = all.partition_point(|id| self.tree.range(*id).start < after);
        let uses =
            all[first..].iter().copied().take_while(|id| whole.contains(self.tree.range(*id)));
        uses.filter(|id| {
            (self.scope_of(*id) == Some(scope) || !self.is_declared_between(name, *id, scope))
                && !self.is_bound_again(name, *id, declared, scope)
        })
        .take(24)
        .collect()
    }

    /// Whether an arm around a use gives the name to something else: `match (a, b) { (Some(a), _) => a }`.
    fn is_bound_again(&self, name: &str, used: NodeId, declared: NodeId, scope: NodeId) -> bool {
        let Some(arms) = self.arms.get(&scope).and_then(|names| names.get(name)) else {
            return false;
        };
        let (start, at) = (self.tree.range(declared).start, self.tree.range(used));
        arms.iter().take(MAX_ARMS).any(|arm| {
            let range = self.tree.range(*arm);
            range.start > start && range.contains(at)
        })
    }

    /// The uses of `name` inside a node, in the order of the text.
    pub(super) fn uses_within(&self, name: &str, body: NodeId) -> Vec<NodeId> {
        let whole = self.tree.range(body);
        let Some(all) = self.occurrences.get(name) else { return Vec::new() };
        let first = all.partition_point(|id| self.tree.range(*id).start < whole.start);
        all[first..]
            .iter()
            .copied()
            .take_while(|id| whole.contains(self.tree.range(*id)))
            .take(12)
            .collect()
    }

    fn is_declared_between(&self, name: &str, at: NodeId, scope: NodeId) -> bool {
        self.declaring(name, at).is_none_or(|(declared, _)| declared != scope)
    }

    fn reaching(&self, found: &[(NodeId, Origin)], at: NodeId) -> Vec<Origin> {
        let start = self.tree.range(at).start;
        let before: Vec<_> = found
            .iter()
            .filter(|(declared, _)| self.tree.range(*declared).start <= start)
            // `config = config.add_source(…)`: the name inside is the one from before.
            .filter(|(_, origin)| match origin {
                Origin::Value(value) => !self.tree.range(*value).contains(self.tree.range(at)),
                _ => true,
            })
            .collect();
        let Some((last, origin)) = before.last() else {
            return found.iter().map(|(_, origin)| *origin).take(8).collect();
        };
        let block = self.block_of(*last);
        let mut origins = vec![*origin];
        // Values given in other branches may reach too; one given earlier in the same block does not.
        let others =
            before.iter().rev().skip(1).filter(|(declared, _)| self.block_of(*declared) != block);
        origins.extend(others.map(|(_, origin)| *origin).take(7));
        origins
    }

    fn block_of(&self, id: NodeId) -> Option<NodeId> {
        self.tree.ancestors(id).find(|at| matches!(self.tree.shape(*at), Shape::Block(_)))
    }

    fn note(&mut self, id: NodeId, root: NodeId) {
        let tree: &'a Tree = self.tree;
        match tree.shape(id) {
            Shape::Block(statements) => {
                let exits = statements.iter().filter(|statement| self.is_early_exit(**statement));
                let exits: Vec<_> = exits.map(|exit| self.tree.range(*exit)).collect();
                if !exits.is_empty() {
                    self.exits.insert(id, exits);
                }
            }
            Shape::Assign { targets, value: Some(value), otherwise, .. } => {
                self.note_assigned(id, targets, *value, *otherwise);
            }
            // A field of which only the type is written.
            Shape::Assign { targets, value: None, .. } if self.is_member(id) => {
                for target in targets {
                    self.declare(*target, id, Origin::Unknown);
                }
            }
            // The object of a method stands for its class.
            Shape::Assign {
                targets, value: None, of_type: Some(class), constant: true, ..
            } => {
                if let [object] = targets[..] {
                    self.declare(object, id, Origin::Value(*class));
                }
            }
            Shape::For { target, over, .. } => self.declare_elements(*target, *over, id),
            Shape::Comprehension { clauses, .. } => {
                for (target, over) in clauses {
                    self.declare_elements(*target, *over, *target);
                }
            }
            Shape::As { value, name } => self.declare(*name, id, Origin::Value(*value)),
            Shape::LetCondition { pattern, value } => self.declare_pattern(*pattern, *value, id),
            Shape::Arm { pattern, .. } => {
                if let Some(Shape::Match { subject, .. }) =
                    self.tree.parent(id).map(|at| self.tree.shape(at))
                {
                    self.declare_pattern(*pattern, *subject, id);
                }
            }
            Shape::Function(function) => {
                if let Some(object) = &function.extends {
                    self.insert(id, object.name.slice(self.text), id, Origin::Extended(id));
                }
                for (at, param) in function.params.iter().enumerate() {
                    let at = u16::try_from(at).unwrap_or(u16::MAX);
                    let name = bound_name(param.name.slice(self.text));
                    self.insert(id, name, id, Origin::Param(at));
                    self.take_apart(param.name, (id, id), |field| Origin::ParamField(at, field));
                }
                self.insert_outside(id, function.name.slice(self.text), Origin::Item(id), root);
            }
            Shape::Class { name, .. } | Shape::Module { name, .. } => {
                self.insert_outside(id, name.slice(self.text), Origin::Item(id), root);
            }
            Shape::Lambda { params, .. } => self.note_lambda(id, params),
            Shape::Import(imported) => self.note_imported(id, imported, root),
            _ => {}
        }
    }

    fn note_imported(&mut self, id: NodeId, imported: &'a [Imported], root: NodeId) {
        for (at, one) in imported.iter().enumerate() {
            if let Some(name) = &one.name {
                self.insert_outside(id, name, Origin::Import(id, at), root);
            }
        }
    }

    /// Whether what stands there is a member of a class that its methods see.
    fn is_member(&self, id: NodeId) -> bool {
        let scope = self.scope_of(id).filter(|_| self.sees_members);
        scope.is_some_and(|scope| matches!(self.tree.shape(scope), Shape::Class { .. }))
    }

    fn note_assigned(
        &mut self,
        id: NodeId,
        targets: &[NodeId],
        value: NodeId,
        otherwise: Option<NodeId>,
    ) {
        if let (Some(told), Some(of)) = (otherwise, targets.first()) {
            self.declare(told, id, Origin::Told(*of));
        }
        if let ([one], Some(scope)) = (targets, self.scope_of(id)) {
            let pattern = self.tree.range(*one);
            self.take_apart(pattern, (scope, id), |field| Origin::Field(value, field));
        }
        for (at, target) in targets.iter().enumerate() {
            let origin = match targets.len() {
                1 => Origin::Value(value),
                _ => self.unpacked(value, at),
            };
            self.declare(*target, id, origin);
        }
    }

    /// `|x|`, `|&x|`, `|(name, value)|`: a parameter is a name, or the parts of a pair.
    fn note_lambda(&mut self, id: NodeId, params: &[TextRange]) {
        let place = |at| u16::try_from(at).unwrap_or(u16::MAX);
        for (at, param) in params.iter().enumerate() {
            let text = param.slice(self.text).trim_start_matches('&');
            let parts = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
            let Some(parts) = parts else {
                let name = text.trim_start_matches(['&', '(']);
                self.insert(id, name, id, Origin::LambdaParam(id, place(at)));
                continue;
            };
            for (at, part) in parts.split(',').enumerate() {
                let name = part.trim().trim_start_matches('&').trim();
                self.insert(id, name, id, Origin::LambdaPart(id, place(at)));
            }
        }
    }

    fn unpacked(&self, value: NodeId, at: usize) -> Origin {
        match self.tree.shape(self.tree.unwrapped(value)) {
            Shape::List(many) => many.get(at).map_or(Origin::Unknown, |one| Origin::Value(*one)),
            _ => Origin::Unknown,
        }
    }

    fn declare_elements(&mut self, target: NodeId, over: NodeId, at: NodeId) {
        match self.tree.shape(target).clone() {
            Shape::List(many) => {
                for (place, one) in many.into_iter().enumerate() {
                    self.declare(one, at, Origin::Element(over, u16::try_from(place).ok()));
                }
            }
            Shape::Other(_) => self.declare_pattern(target, over, at),
            _ => self.declare(target, at, Origin::Element(over, None)),
        }
    }

    /// Every name inside a pattern stands for a part of the value.
    fn declare_pattern(&mut self, pattern: NodeId, value: NodeId, at: NodeId) {
        // What stands in the condition of an arm binds nothing.
        let pattern = match self.tree.shape(pattern) {
            Shape::Guarded { pattern, .. } => *pattern,
            _ => pattern,
        };
        for id in self.tree.descendants(pattern) {
            let name = self.tree.range(id).slice(self.text);
            let binds = name.starts_with(|c: char| c.is_lowercase() || c == '_');
            let in_path = self
                .tree
                .parent(id)
                .is_some_and(|around| matches!(self.tree.shape(around), Shape::Member { .. }));
            if matches!(self.tree.shape(id), Shape::Name) && binds && !in_path {
                self.declare(id, at, Origin::Value(value));
            }
        }
    }

    fn declare(&mut self, target: NodeId, at: NodeId, origin: Origin) {
        let target = self.tree.unwrapped(target);
        if !matches!(self.tree.shape(target), Shape::Name) {
            return;
        }
        let name = self.tree.range(target).slice(self.text);
        let Some(scope) = self.scope_of(target) else { return };
        self.insert(scope, name, at, origin);
    }

    fn insert_outside(&mut self, id: NodeId, name: &'a str, origin: Origin, root: NodeId) {
        let scope = self.scope_of(id).unwrap_or(root);
        self.insert(scope, name, id, origin);
    }

    pub(super) fn insert(&mut self, scope: NodeId, name: &'a str, at: NodeId, origin: Origin) {
        self.names.entry(scope).or_default().entry(name).or_default().push((at, origin));
        if matches!(self.tree.shape(at), Shape::Arm { .. }) {
            self.arms.entry(scope).or_default().entry(name).or_default().push(at);
        }
    }
}

/// The position of the argument that holds `id`, if one does.
pub(super) fn argument_at(args: &[Argument], id: NodeId) -> Option<usize> {
    args.iter().position(|arg| arg.value == id)
}
