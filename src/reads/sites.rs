//! The places of a file that may ask for a key.
//!
//! Whether one does is decided when names are linked: here only its shape is known.

use rustc_hash::{FxHashMap, FxHashSet};

use super::asking::{asks_flag, is_bare, may_name_key};
use super::names::Names;
use crate::facts::code::{Arg, Base, Expr, Form, Path, Site};
use crate::lang::syntax::{Argument, NodeId, Part, Shape};
use crate::model::Fork;
use crate::text::TextRange;

/// What surrounds the sites of a file.
pub(super) struct Around<'a> {
    /// The place of each function node in `CodeFacts::functions`.
    pub(super) functions: &'a FxHashMap<NodeId, usize>,
    /// Items that are test code.
    pub(super) tests: &'a FxHashSet<NodeId>,
    /// Items that are there in some builds only.
    pub(super) gated: &'a FxHashSet<NodeId>,
    /// Branches that never run, in order.
    pub(super) dead: &'a [TextRange],
    /// First segments of all readers' names.
    pub(super) packages: &'a FxHashSet<String>,
    /// Last segments of readers that need no key from the call.
    pub(super) bare: &'a FxHashSet<String>,
    /// Last segments of calls that fill a class.
    pub(super) loaders: &'a FxHashSet<String>,
    /// Last segments of readers whose object is handed on.
    pub(super) handed: &'a FxHashSet<String>,
    /// The whole file is test code.
    pub(super) in_test: bool,
}

impl Names<'_> {
    /// The sites of the file, in the order of the text.
    pub(super) fn sites(&self, root: NodeId, around: &Around<'_>) -> Vec<Site> {
        let mut sites: Vec<Site> = Vec::new();
        for id in self.tree.descendants(root) {
            match self.tree.shape(id) {
                Shape::Block(items) | Shape::Other(items) => self.fields(items, around, &mut sites),
                Shape::Map(pairs) => sites.extend(self.keys_described(id, pairs, around)),
                _ => sites.extend(self.site(id, around)),
            }
        }
        sites.retain(|site| !site.range.is_in(around.dead));
        sites.sort_by_key(|site| (site.range.start, std::cmp::Reverse(site.range.end)));
        sites
    }

    /// The entries with a literal key that the file writes.
    pub(super) fn stores(&self, root: NodeId) -> Vec<(Path, String)> {
        let ids = self.tree.descendants(root).into_iter();
        ids.filter_map(|id| match self.tree.shape(id) {
            Shape::Index { object, index } if self.is_target(id) => match self.value(*index) {
                Expr::Text(key) => Some((self.path(*object), key)),
                _ => None,
            },
            // `settings.PAGE_SIZE = 20`
            Shape::Member { object, name } if self.is_target(id) => {
                let path = self.path(*object);
                (path.base == Base::Absolute).then(|| (path, name.slice(self.text).to_owned()))
            }
            _ => None,
        })
        .collect()
    }

    fn site(&self, id: NodeId, around: &Around<'_>) -> Option<Site> {
        let (callee, form, args) = match self.tree.shape(id) {
            Shape::Call { callee, args, .. } => {
                let path = self.path(*callee);
                if self.handlers.partials.contains(&path.rest) && path.base == Base::Absolute {
                    return self.partial(id, args, around);
                }
                self.owner.set(self.outer_owner(id, args));
                let site = self.asking(id, path, Form::Call, self.args(args), around);
                self.owner.set(None);
                return site;
            }
            Shape::Macro { name, args, .. } => {
                let name = name.slice(self.text);
                let path = if name.contains("::") {
                    Path::absolute(name.replace("::", "."))
                } else {
                    Path::here(name)
                };
                let args =
                    args.iter().map(|arg| Argument { name: None, value: *arg, splat: false });
                (path, Form::Macro, self.args(&args.collect::<Vec<_>>()))
            }
            Shape::Index { object, index } if !self.is_target(id) => {
                let key = Argument { name: None, value: *index, splat: false };
                (self.path(*object), Form::Index, self.args(&[key]))
            }
            Shape::Member { object, name } if !self.is_target(id) => {
                let (mapping, key) = self.entry_by_name(*object, *name)?;
                (mapping, Form::Index, vec![key])
            }
            Shape::Contains { item, container, .. } => {
                let key = Argument { name: None, value: *item, splat: false };
                (self.path(*container), Form::Contains, self.args(&[key]))
            }
            Shape::For { over, .. } => return self.iteration(id, *over, around),
            Shape::Comprehension { clauses, .. } => {
                let mut over = clauses.iter().map(|(_, over)| *over);
                return over.find_map(|over| self.iteration(id, over, around));
            }
            _ => return None,
        };
        self.asking(id, callee, form, args, around)
    }

    /// What is called, indexed or tested as a site, where it may ask for a key.
    fn asking(
        &self,
        id: NodeId,
        callee: Path,
        form: Form,
        args: Vec<Arg>,
        around: &Around<'_>,
    ) -> Option<Site> {
        let asks_flag = form == Form::Call && asks_flag(&callee, &args);
        if callee.base == Base::Unknown && !callee.rest.contains("()") && !asks_flag {
            return None;
        }
        let looks_up = || self.looks_up(&callee, form, &args);
        let is_handed = || around.handed.contains(callee.last());
        if matches!(callee.base, Base::Param(_)) && !asks_flag && !looks_up() && !is_handed() {
            return None;
        }
        if form == Form::Call && args.is_empty() {
            let is_loader = || !callee.rest.is_empty() && around.loaders.contains(callee.last());
            if self.may_load(id, &callee) || self.handlers.sees_members && is_loader() {
                return Some(self.described(id, callee, form, args, around));
            }
            return self.bare_call(id, callee, around);
        }
        let could_name_a_key = args.iter().any(|arg| {
            !matches!(arg.value, Expr::Unknown | Expr::Null | Expr::Bool(_) | Expr::Number(_))
        });
        // A reader with a key of its own may get what names none.
        let asks = could_name_a_key || callee.base != Base::Unknown && is_bare(&callee, around);
        asks.then(|| self.described(id, callee, form, args, around))
    }

    /// `partial(os.getenv, "X")` asks what it binds, with what it binds to it; what becomes of the answer is not seen here.
    fn partial(&self, id: NodeId, args: &[Argument], around: &Around<'_>) -> Option<Site> {
        let (first, rest) = args.split_first()?;
        let callee = self.path(first.value);
        if matches!(callee.base, Base::Unknown | Base::Param(_)) || rest.is_empty() {
            return None;
        }
        let mut site = self.described(id, callee, Form::Call, self.args(rest), around);
        site.steps.clear();
        Some(site)
    }

    /// Whether an entry of a parameter is looked up by name: it may be a part of the settings.
    fn looks_up(&self, callee: &Path, form: Form, args: &[Arg]) -> bool {
        let by_name = matches!(args.first().map(|arg| &arg.value), Some(Expr::Text(_)));
        let looked_up = || self.handlers.lookups.iter().any(|lookup| lookup == callee.last());
        by_name && (form != Form::Call || looked_up())
    }

    /// A call with no argument: a reader with a fixed key, or one that gives all entries.
    fn bare_call(&self, id: NodeId, callee: Path, around: &Around<'_>) -> Option<Site> {
        let bare = callee.base != Base::Unknown && is_bare(&callee, around);
        if !bare || self.is_looped_over(id) {
            return None;
        }
        let prefix = self.tree.ancestors(id).take(12).find_map(|at| self.prefix_test(at));
        let args = prefix.map(|(text, range)| Arg {
            name: Some("prefix".to_owned()),
            value: Expr::Text(text),
            range,
            named: false,
        });
        Some(self.described(id, callee, Form::Call, args.into_iter().collect(), around))
    }

    /// Whether a loop asks for these entries: it is the site then.
    fn is_looped_over(&self, id: NodeId) -> bool {
        let mut at = id;
        for around in self.tree.ancestors(id) {
            match self.tree.shape(around) {
                Shape::Wrapped(_) => at = around,
                Shape::For { over, .. } => return *over == at,
                Shape::Comprehension { clauses, .. } => {
                    return clauses.iter().any(|(_, over)| *over == at);
                }
                _ => return false,
            }
        }
        false
    }

    /// `for key, value in mapping.items()`: with the prefix that the body asks for, if it does.
    fn iteration(&self, id: NodeId, over: NodeId, around: &Around<'_>) -> Option<Site> {
        let over = self.tree.unwrapped(over);
        let path = self.path(over);
        let is_named = matches!(path.base, Base::Absolute | Base::Here) && !path.rest.is_empty();
        if !is_named && !matches!(path.base, Base::Param(_)) {
            return None;
        }
        let callee = Path { base: path.base, rest: path.rest.trim_end_matches("()").to_owned() };
        let prefix = self.tree.descendants(id).into_iter().find_map(|at| self.prefix_of(at));
        let args = prefix.map(|(text, range)| Arg {
            name: Some("prefix".to_owned()),
            value: Expr::Text(text),
            range,
            named: false,
        });
        let mut site =
            self.described(over, callee, Form::Iterate, args.into_iter().collect(), around);
        site.steps.clear();
        Some(site)
    }

    fn prefix_test(&self, at: NodeId) -> Option<(String, TextRange)> {
        let Shape::Call { args, .. } = self.tree.shape(at) else { return None };
        let lambdas =
            args.iter().filter(|arg| matches!(self.tree.shape(arg.value), Shape::Lambda { .. }));
        let mut inside = lambdas.flat_map(|arg| self.tree.descendants(arg.value));
        inside.find_map(|id| self.prefix_of(id))
    }

    /// `key.startswith("APP_")`.
    fn prefix_of(&self, id: NodeId) -> Option<(String, TextRange)> {
        let Shape::Call { callee, args, .. } = self.tree.shape(id) else { return None };
        let Shape::Member { name, .. } = self.tree.shape(*callee) else { return None };
        let tests = self.handlers.prefix_tests.iter().any(|test| test == name.slice(self.text));
        match (tests, self.value(args.first()?.value)) {
            (true, Expr::Text(text)) => Some((text, self.tree.range(args.first()?.value))),
            _ => None,
        }
    }

    pub(super) fn described(
        &self,
        id: NodeId,
        callee: Path,
        form: Form,
        args: Vec<Arg>,
        around: &Around<'_>,
    ) -> Site {
        let own = self.owner.get().or_else(|| self.rule_around(id));
        let own = own.or_else(|| self.own_function(id));
        let function = own.and_then(|own| around.functions.get(&own).copied());
        let in_test =
            around.in_test || self.tree.ancestors(id).any(|at| around.tests.contains(&at));
        // What becomes of an answer to a question that names no key decides nothing.
        let package = callee.rest.split(['.', '(']).next().unwrap_or_default();
        let tells = form != Form::Call
            || around.packages.contains(package)
            || args.is_empty()
            || args.iter().any(|arg| may_name_key(&arg.value));
        let range = self.without_splat(id);
        let is_gated = !around.gated.is_empty()
            && self.tree.ancestors(id).any(|at| around.gated.contains(&at));
        let mut forks = self.forks(id);
        forks.extend(is_gated.then(|| Fork::lone(range)));
        Site {
            form,
            args,
            range,
            function,
            types: self.type_arguments(id),
            load: self.load(id, around).or_else(|| self.document(id, form, &callee, around)),
            contexts: self.contexts(id),
            steps: if tells { self.steps(id) } else { Vec::new() },
            catches: self.catches(id),
            conditional: is_gated || self.is_conditional(id),
            forks,
            at_start: self.at_start(id),
            in_test,
            field: self.described_param(id),
            callee,
        }
    }

    /// The range of a node; a grammar may bind the `*` of `*os.environ["X"]` to the first name.
    fn without_splat(&self, id: NodeId) -> TextRange {
        let range = self.tree.range(id);
        let stars = self.slice(id).len() - self.slice(id).trim_start_matches('*').len();
        TextRange::new(range.start as usize + stars, range.end as usize)
    }

    fn type_arguments(&self, id: NodeId) -> Option<String> {
        match self.tree.shape(id) {
            Shape::Call { types: Some(types), .. } => Some(types.slice(self.text).to_owned()),
            _ => None,
        }
    }

    pub(super) fn args(&self, args: &[Argument]) -> Vec<Arg> {
        let given = args.iter().filter(|arg| !arg.splat);
        given
            .map(|arg| Arg {
                name: arg.name.map(|name| name.slice(self.text).to_owned()),
                value: self.value(arg.value),
                range: self.tree.range(arg.value),
                named: !self.is_written_out(arg.value, 8),
            })
            .collect()
    }

    /// Whether a text stands here in full: no name and no call but those that give the same text.
    fn is_written_out(&self, id: NodeId, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let all = |many: &[NodeId]| many.iter().all(|one| self.is_written_out(*one, depth));
        match self.tree.shape(id) {
            Shape::Text(parts) => parts.iter().all(|part| matches!(part, Part::Literal(_))),
            Shape::Wrapped(inner) => self.is_written_out(*inner, depth),
            Shape::Add(left, right) => all(&[*left, *right]),
            Shape::List(many) => all(many),
            Shape::Macro { args, .. } => {
                all(args) && !args.iter().any(|arg| self.names_a_hole(*arg))
            }
            Shape::Call { callee, args, .. } => {
                let given: Vec<_> = args.iter().map(|arg| arg.value).collect();
                match self.tree.shape(*callee) {
                    Shape::Member { object, .. } if given.is_empty() => {
                        self.is_written_out(*object, depth)
                    }
                    _ => all(&given),
                }
            }
            _ => false,
        }
    }

    /// `"{name}_URL"` of a formatting macro.
    fn names_a_hole(&self, id: NodeId) -> bool {
        let pieces = self.slice(id).split('{').skip(1);
        pieces.into_iter().any(|piece| piece.starts_with(|first: char| first.is_alphabetic()))
    }

    /// Whether a subscript is written to or deleted.
    fn is_target(&self, id: NodeId) -> bool {
        let Some(mut around) = self.tree.parent(id) else { return false };
        let mut inner = id;
        while matches!(self.tree.shape(around), Shape::List(_) | Shape::Wrapped(_)) {
            inner = around;
            let Some(next) = self.tree.parent(around) else { return false };
            around = next;
        }
        match self.tree.shape(around) {
            Shape::Assign { targets, .. } => targets.contains(&inner) || targets.contains(&id),
            Shape::Delete(_) => true,
            Shape::For { target, .. } => *target == inner,
            // `os.environ["X"] += "…"` reads, but only to write back.
            Shape::Other(many) => many.first() == Some(&inner) && self.slice(around).contains("+="),
            _ => false,
        }
    }
}
