//! The names that a file gives to others: modules, classes, functions, constants, imports.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::Names;
use crate::facts::code::{Base, ClassBody, Expr, Function, Item, ItemKind, Param};
use crate::facts::rows::{Metavariable, PieceFacts, RowsCall};
use crate::lang::syntax::{FunctionShape, Imported, NodeId, Parameter, Shape};

/// The named things of a file.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) items: Vec<Item>,
    pub(super) functions: Vec<Function>,
    pub(super) bodies: Vec<ClassBody>,
    /// The place of each function node in `functions`.
    pub(super) places: FxHashMap<NodeId, usize>,
    /// Items that are test code.
    pub(super) tests: FxHashSet<NodeId>,
    /// Items that are there in some builds only.
    pub(super) gated: FxHashSet<NodeId>,
    /// Items under a mark that may hand them to something.
    pub(super) marked: FxHashSet<NodeId>,
}

impl Names<'_> {
    pub(super) fn items(&self, root: NodeId, in_test: bool) -> Declared {
        let mut found = Declared::default();
        for id in self.tree.descendants(root) {
            if let Shape::Block(statements) | Shape::Other(statements) = self.tree.shape(id) {
                self.mark_items(statements, &mut found);
                found.marked.extend(self.marked(statements));
            }
        }
        for id in self.tree.descendants(root) {
            self.item(id, in_test, &mut found);
        }
        found
    }

    /// Attributes such as `#[cfg(test)]` and `#[cfg(windows)]` mark the item after them.
    fn mark_items(&self, statements: &[NodeId], found: &mut Declared) {
        let (mut is_test, mut is_gated) = (false, false);
        for statement in statements {
            if let Shape::Attribute { text, .. } = self.tree.shape(*statement) {
                let text: String = text.slice(self.text).split_whitespace().collect();
                let name = text.split('(').next().unwrap_or_default();
                let listed = self.handlers.tests.iter().any(|test| *test == text || *test == name);
                let condition = text.strip_prefix("cfg(").and_then(|rest| rest.strip_suffix(')'));
                let tests =
                    |condition: &str| condition.contains("test") && !condition.contains("not(test");
                let is_everywhere = |condition: &str| {
                    self.handlers.everywhere.iter().any(|known| known == condition)
                };
                is_test |= listed || condition.is_some_and(tests);
                is_gated |= condition.is_some_and(|condition| !is_everywhere(condition));
            } else if !matches!(self.tree.shape(*statement), Shape::Pass) {
                if is_test {
                    found.tests.insert(*statement);
                } else if is_gated {
                    found.gated.insert(*statement);
                }
                (is_test, is_gated) = (false, false);
            }
        }
    }

    /// Whether a platform calls a function like this, by what its parameters are called.
    fn is_program(&self, function: &FunctionShape) -> bool {
        let names = || function.params.iter().map(|param| param.name.slice(self.text));
        self.handlers.programs.iter().any(|wanted| names().eq(wanted.iter().map(String::as_str)))
    }

    fn is_in_test(&self, id: NodeId, in_file_of_tests: bool, found: &Declared) -> bool {
        let mut around = std::iter::once(id).chain(self.tree.ancestors(id));
        in_file_of_tests || around.any(|at| found.tests.contains(&at))
    }

    fn item(&self, id: NodeId, in_file_of_tests: bool, found: &mut Declared) {
        match self.tree.shape(id) {
            Shape::Function(function) => {
                let params = function.params.iter().map(|param| self.param(id, param));
                let name = self.item_name(id);
                let is_test = self.is_in_test(id, in_file_of_tests, found);
                found.places.insert(id, found.functions.len());
                let kind = ItemKind::Function(found.functions.len());
                let range = function.name;
                found.items.push(Item { name: name.clone(), kind, range });
                found.functions.push(Function {
                    is_program: !name.contains('.') && self.is_program(function),
                    name,
                    params: params.collect(),
                    range: self.tree.range(id),
                    name_range: function.name,
                    is_called_unnamed: found.marked.contains(&id) || self.is_of_others(id),
                    in_test: is_test,
                    fails: function.body.is_some_and(|body| self.always_fails(body)),
                    raises: function.body.map(|body| self.raised(body)).unwrap_or_default(),
                    gives: function.body.map_or(Expr::Unknown, |body| self.gives(body)),
                    rule: self.rule(function),
                    extends: function.extends.is_some(),
                    returns: function
                        .returns
                        .and_then(|of_type| self.written_type(of_type.slice(self.text), id)),
                });
            }
            Shape::Class { name, bases, .. } => {
                found.bodies.push(ClassBody {
                    name: name.slice(self.text).to_owned(),
                    range: self.tree.range(id),
                    name_range: *name,
                    is_called_unnamed: found.marked.contains(&id),
                    in_test: self.is_in_test(id, in_file_of_tests, found),
                });
                let bases = bases.iter().filter(|base| base.name.is_none());
                let kind = ItemKind::Class(bases.map(|base| self.path(base.value)).collect());
                let range = self.tree.range(id);
                found.items.push(Item { name: self.item_name(id), kind, range });
            }
            Shape::Module { .. } => {
                let (kind, range) = (ItemKind::Module, self.tree.range(id));
                found.items.push(Item { name: self.item_name(id), kind, range });
            }
            Shape::Import(imported) if self.is_shared(id) => {
                found.items.extend(imported.iter().map(|one| self.imported_item(id, one)));
            }
            Shape::Assign { targets, value: Some(value), .. } if self.is_shared(id) => {
                self.values(id, targets, *value, found);
            }
            // `with open("settings.yaml") as file`
            Shape::As { value, name } if self.is_shared(id) => {
                self.values(id, &[self.tree.unwrapped(*name)], *value, found);
            }
            Shape::Assign { targets, value: Some(value), .. } => {
                for target in targets {
                    found.items.extend(self.own_attribute(*target, *value));
                }
            }
            _ => {}
        }
    }

    fn imported_item(&self, id: NodeId, one: &Imported) -> Item {
        let prefix = self.container_name(id);
        let path = self.import_path(&one.path, id);
        let (name, kind) = match &one.name {
            Some(name) => (joined(&prefix, name), ItemKind::Import(path)),
            None => (prefix, ItemKind::Glob(path)),
        };
        Item { name, kind, range: self.tree.range(id) }
    }

    fn rule(&self, function: &FunctionShape) -> Vec<Metavariable> {
        let one = |found: &crate::lang::syntax::Metavariable| Metavariable {
            name: found.name.slice(self.text).to_owned(),
            is_type: found.fragment.slice(self.text) == "ty",
            behind: found.behind.clone(),
            repeated: found.repeated,
        };
        function.metavariables.iter().map(one).collect()
    }

    /// The macros that are called among items, with what stands between their separators.
    pub(super) fn rows(&self, root: NodeId, in_test: bool) -> Vec<RowsCall> {
        let ids = self.tree.descendants(root).into_iter();
        ids.filter_map(|id| match self.tree.shape(id) {
            Shape::Macro { name, pieces, .. } if !pieces.is_empty() => Some(RowsCall {
                name: name.slice(self.text).rsplit("::").next().unwrap_or_default().to_owned(),
                range: self.tree.range(id),
                pieces: pieces
                    .iter()
                    .map(|piece| PieceFacts {
                        text: piece.code.slice(self.text).to_owned(),
                        value: piece.value.map_or(Expr::Unknown, |value| self.value(value)),
                        range: piece.code,
                        behind: piece.behind.clone(),
                    })
                    .collect(),
                in_test,
            }),
            _ => None,
        })
        .collect()
    }

    /// The names that an assignment gives to others.
    fn values(&self, id: NodeId, targets: &[NodeId], value: NodeId, found: &mut Declared) {
        for (at, target) in targets.iter().enumerate() {
            let part = match self.tree.shape(self.tree.unwrapped(value)) {
                _ if targets.len() == 1 => Some(value),
                Shape::List(many) if many.len() == targets.len() => many.get(at).copied(),
                _ => None,
            };
            let Some(part) = part else { continue };
            let name = match self.tree.shape(*target) {
                Shape::Name => self.slice(*target).to_owned(),
                // `env.prefix = "APP_"`
                Shape::Member { .. } if self.is_text(part) => {
                    let path = self.path(*target);
                    if path.base != Base::Here || path.rest.contains('(') {
                        continue;
                    }
                    path.rest
                }
                _ => continue,
            };
            let name = joined(&self.container_name(id), &name);
            let value = self.named_type(part).map(Expr::Path);
            let kind = ItemKind::Value(value.unwrap_or_else(|| self.value(part)));
            found.items.push(Item { name, kind, range: self.tree.range(*target) });
        }
    }

    /// `self.settings = settings`: a name of the class, where the value is no parameter that a caller chooses.
    fn own_attribute(&self, target: NodeId, value: NodeId) -> Option<Item> {
        let Shape::Member { object, .. } = self.tree.shape(target) else { return None };
        if !matches!(self.tree.shape(*object), Shape::Name)
            || !matches!(self.slice(*object), "self" | "cls" | "this")
        {
            return None;
        }
        let path = self.path(value);
        let known = !matches!(path.base, Base::Unknown | Base::Param(_)) && !path.rest.is_empty();
        let own = self.own_function(target).map(|function| self.tree.shape(function));
        let params = match own {
            Some(Shape::Function(function)) => &function.params[..],
            _ => &[],
        };
        let is_constructor = matches!(own, Some(Shape::Function(function))
            if self.handlers.constructors.iter().any(|one| one == function.name.slice(self.text)));
        let value = match self.value(value) {
            Expr::Param(place) if is_constructor && !known => Expr::Param(place),
            Expr::Param(_) | Expr::Unknown if !known => return None,
            value @ (Expr::Call(..)
            | Expr::Path(_)
            | Expr::Map(_)
            | Expr::Text(_)
            | Expr::Entry(..)) => self.without_params(value, params),
            _ if known => Expr::Path(path),
            _ => return None,
        };
        if !matches!(value, Expr::Param(_)) && mentions_param(&value) {
            return None;
        }
        let (kind, range) = (ItemKind::Value(value), self.tree.range(target));
        Some(Item { name: self.path(target).rest, kind, range })
    }

    /// A parameter that only a caller can tell becomes its own name: that still says what it is for.
    fn without_params(&self, value: Expr, params: &[Parameter]) -> Expr {
        let all = |many: Vec<Expr>| -> Vec<Expr> {
            many.into_iter().map(|one| self.without_params(one, params)).collect()
        };
        match value {
            Expr::Param(place) => {
                let param = params.get(usize::from(place));
                let name = param.map_or("", |param| param.name.slice(self.text));
                let default = param.and_then(|param| param.default).map(|node| self.value(node));
                let named = Expr::Path(crate::facts::code::Path::unknown(name));
                Expr::OneOf(std::iter::once(named).chain(default).collect())
            }
            Expr::Call(path, args, object) => {
                let object = object.map(|object| Box::new(self.without_params(*object, params)));
                Expr::Call(path, all(args), object)
            }
            Expr::Keyword(name, inner) => {
                Expr::Keyword(name, Box::new(self.without_params(*inner, params)))
            }
            Expr::Join(many) => Expr::Join(all(many)),
            Expr::OneOf(many) => Expr::OneOf(all(many)),
            Expr::List(many) => Expr::List(all(many)),
            other => other,
        }
    }

    fn param(&self, function: NodeId, param: &Parameter) -> Param {
        let name = param.name.slice(self.text).trim_start_matches(['*', '&']);
        let left_out = self.handlers.left_out_is_none.then_some(Expr::Null);
        Param {
            name: name.to_owned(),
            of_type: param
                .of_type
                .and_then(|of_type| self.written_type(self.slice(of_type), of_type)),
            default: param.default.map(|default| self.value(default)).or(left_out),
            range: param.default.map_or(param.name, |default| self.tree.range(default)),
            uses: self.param_uses(function, name),
        }
    }

    fn is_text(&self, id: NodeId) -> bool {
        matches!(self.tree.shape(self.tree.unwrapped(id)), Shape::Text(_))
    }

    /// Whether a name declared here can be seen from outside: not inside a function.
    pub(super) fn is_shared(&self, id: NodeId) -> bool {
        let local = |at: NodeId| {
            matches!(
                self.tree.shape(at),
                Shape::Function(_) | Shape::Lambda { .. } | Shape::Comprehension { .. }
            )
        };
        !self.tree.ancestors(id).any(local)
    }

    pub(super) fn container_name(&self, id: NodeId) -> String {
        let container = |at: &NodeId| {
            matches!(self.tree.shape(*at), Shape::Class { .. } | Shape::Module { .. })
        };
        self.tree.ancestors(id).find(container).map(|at| self.item_name(at)).unwrap_or_default()
    }
}

pub(super) fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// Whether a value depends on what a caller passes.
fn mentions_param(value: &Expr) -> bool {
    match value {
        Expr::Param(_) => true,
        Expr::Path(path) => matches!(path.base, Base::Param(_)),
        Expr::Join(many) | Expr::OneOf(many) | Expr::List(many) => many.iter().any(mentions_param),
        Expr::Call(path, args, object) => {
            matches!(path.base, Base::Param(_))
                || args.iter().any(mentions_param)
                || object.as_deref().is_some_and(mentions_param)
        }
        Expr::Element(inner)
        | Expr::Part(inner, _)
        | Expr::Method(inner, ..)
        | Expr::Keyword(_, inner) => mentions_param(inner),
        Expr::Entry(object, index) => mentions_param(object) || mentions_param(index),
        Expr::Map(pairs) => {
            pairs.iter().any(|(key, value)| mentions_param(key) || mentions_param(value))
        }
        _ => false,
    }
}
