//! What pages are given: `render(request, "till.html", {"sells_rye": answer})`, `context["sells_rye"] = answer`.
//!
//! Goes by the form of calls and classes; whether a framework is called, and which file the page is, the linker says. A page whose
//! name is put together is not seen, nor what a function of the project adds to the names.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::conditions::Given;
use super::names::Names;
use super::scopes::Origin;
use super::templates::is_page_name;
use crate::facts::decision::{Answer, Giver, Holding, Renders};
use crate::lang::syntax::{Argument, NodeId, Part, Shape};
use crate::text::TextRange;

/// The attribute by which a class of Django names its page.
const PAGE: &str = "template_name";

/// The method that gives such a class the names of its page.
const CONTEXT: &str = "get_context_data";

/// Arguments that no page is given as names.
const ABOUT: &[&str] = &["content_type", "context", "renderer", "request", "status", "using"];

/// Contexts that hold contexts are followed so far.
const DEPTH: usize = 4;

/// Arguments of one call beyond these are not looked at.
const MAX_ARGS: usize = 40;

/// A page that is given more names than these is not told of, nor are further pages of a file that gives so many.
const MAX_NAMES: usize = 300;
const MAX_TOLD: usize = 30_000;

/// Entries that statements give to names of functions: what is given, where, by function and name.
type Written<'t> = FxHashMap<(NodeId, &'t str), Vec<Entry>>;

/// The key, the value, and whether it is given only sometimes.
type Entry = (String, NodeId, bool);

impl Names<'_> {
    /// What the pages that a file names are given, where it is one value.
    pub(super) fn pages_given(&self, root: NodeId, given: &Given<'_>, found: &mut Vec<Answer>) {
        if !self.handlers.pages.is_empty() && names_pages(self.text) {
            let mut all: Vec<(Renders, NodeId, Entry)> = Vec::new();
            let written = self.written_entries(root);
            for id in self.tree.descendants(root) {
                if all.len() > MAX_TOLD {
                    break;
                }
                self.rendered(id, &written, &mut all);
            }
            self.tell(all, given, found);
        }
    }

    /// The pages that classes name as their own.
    pub(super) fn pages_of_classes(&self, root: NodeId) -> Vec<(String, String, TextRange)> {
        let mut found = Vec::new();
        if self.handlers.pages.is_empty() || !self.text.contains(PAGE) {
            return found;
        }
        for id in self.tree.descendants(root) {
            let Shape::Assign { targets, value: Some(value), .. } = self.tree.shape(id) else {
                continue;
            };
            let ([target], Some(page)) = (&targets[..], self.page(*value)) else { continue };
            if self.slice(*target) == PAGE && self.own_function(id).is_none() {
                let class = self.container_name(id);
                found.push((class, page, self.tree.range(*value)));
            }
        }
        found.retain(|(class, ..)| !class.is_empty());
        found
    }

    /// What a call or a function gives to a page.
    fn rendered(&self, id: NodeId, written: &Written<'_>, all: &mut Vec<(Renders, NodeId, Entry)>) {
        match self.tree.shape(id) {
            Shape::Call { callee, args, .. } => {
                let Some(by) = self.renders(*callee, args) else { return };
                let mut entries = Vec::new();
                for arg in args.iter().take(MAX_ARGS) {
                    self.handed_to_page(arg, written, &mut entries);
                }
                if entries.len() > MAX_NAMES {
                    return;
                }
                all.extend(entries.into_iter().map(|entry| (by.clone(), id, entry)));
                if matches!(
                    self.tree.parent(id).map(|at| self.tree.shape(at)),
                    Some(Shape::Decorator(_))
                ) {
                    self.by_decorator(id, &by, written, all);
                }
            }
            Shape::Function(function) if function.name.slice(self.text) == CONTEXT => {
                let (class, Some(body)) = (self.container_name(id), function.body) else { return };
                if class.is_empty() {
                    return;
                }
                let entries = self.of_function(body, written);
                let by = Renders::Class(class);
                all.extend(entries.into_iter().map(|entry| (by.clone(), id, entry)));
            }
            _ => {}
        }
    }

    /// Which page a call is about.
    fn renders(&self, callee: NodeId, args: &[Argument]) -> Option<Renders> {
        let of = |callee: NodeId, args: &[Argument]| {
            let named = args.iter().take(4).find_map(|arg| self.named_page(arg.value));
            let path = self.path(callee);
            named.map(|(page, at)| Renders::Call {
                callee: path,
                page,
                written: self.tree.range(at),
            })
        };
        if let Some(by) = of(callee, args) {
            return Some(by);
        }
        let Shape::Member { object, name } = self.tree.shape(callee) else {
            return self.of_own_page(args, callee);
        };
        if name.slice(self.text) == CONTEXT {
            let class = self.container_name(callee);
            return (!class.is_empty()).then_some(Renders::Class(class));
        }
        match self.tree.shape(self.tree.unwrapped(*object)) {
            // `environment.get_template("till.html").render(sells_rye=answer)`
            Shape::Call { callee: inner, args, .. } => {
                let Renders::Call { page, written, .. } = of(*inner, args)? else { return None };
                Some(Renders::Call { callee: self.path(callee), page, written })
            }
            _ => self.of_own_page(args, callee),
        }
    }

    /// `render(request, self.template_name, {…})`
    fn of_own_page(&self, args: &[Argument], callee: NodeId) -> Option<Renders> {
        let is_own = |arg: &Argument| match self.tree.shape(arg.value) {
            Shape::Member { object, name } => {
                name.slice(self.text) == PAGE && self.slice(*object) == "self"
            }
            _ => false,
        };
        let class = self.container_name(callee);
        let is_it = !class.is_empty() && args.iter().take(4).any(is_own);
        is_it.then_some(Renders::Class(class))
    }

    fn handed_to_page(&self, arg: &Argument, written: &Written<'_>, entries: &mut Vec<Entry>) {
        match arg.name.map(|name| name.slice(self.text)) {
            Some(name) if !ABOUT.contains(&name) => {
                entries.push((name.to_owned(), arg.value, false));
            }
            _ => self.entries_of(arg.value, written, DEPTH, entries),
        }
    }

    /// The entries of what is handed over as names: a dictionary, what makes one, a name that holds one.
    fn entries_of(
        &self,
        value: NodeId,
        written: &Written<'_>,
        depth: usize,
        entries: &mut Vec<Entry>,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let value = self.tree.unwrapped(value);
        match self.tree.shape(value) {
            Shape::Map(pairs) => {
                let known = pairs.iter().filter_map(|(key, value)| {
                    Some((self.key_of(*key)?.to_owned(), *value, false))
                });
                entries.extend(known.take(MAX_NAMES + 1));
            }
            Shape::Call { callee, args, .. } => {
                let is_mapping = self.handlers.copies.iter().any(|one| one == self.slice(*callee));
                for arg in args.iter().take(MAX_ARGS) {
                    match arg.name.map(|name| name.slice(self.text)) {
                        Some(name) if is_mapping => {
                            entries.push((name.to_owned(), arg.value, false));
                        }
                        Some(_) => {}
                        None => self.entries_of(arg.value, written, depth, entries),
                    }
                }
            }
            Shape::Name => {
                let Some(function) = self.own_function(value) else { return };
                let name = self.slice(value);
                if let Some((_, origins)) = self.scopes.lookup(name, value)
                    && let [Origin::Value(given)] = origins[..]
                {
                    self.entries_of(given, written, depth, entries);
                }
                // What is given behind the call comes too late.
                let place = self.tree.range(value).start;
                let own = written.get(&(function, name)).into_iter().flatten();
                let before = own.filter(|(_, value, _)| self.tree.range(*value).start < place);
                entries.extend(before.take(MAX_NAMES + 1).cloned());
            }
            _ => {}
        }
    }

    /// What a function under a decorator gives to its page.
    fn by_decorator(
        &self,
        call: NodeId,
        by: &Renders,
        written: &Written<'_>,
        all: &mut Vec<(Renders, NodeId, Entry)>,
    ) {
        let around = self.tree.ancestors(call).nth(1);
        let inside = around.map(|at| crate::lang::syntax::children(self.tree.shape(at)));
        let function = inside.into_iter().flatten().find_map(|at| match self.tree.shape(at) {
            Shape::Function(function) => Some((at, function.body?)),
            _ => None,
        });
        let Some((function, body)) = function else { return };
        let entries = self.of_function(body, written);
        all.extend(entries.into_iter().map(|entry| (by.clone(), function, entry)));
    }

    /// What a function gives back as names.
    fn of_function(&self, body: NodeId, written: &Written<'_>) -> Vec<Entry> {
        let returned = self.returned_nodes(body);
        let mut times: BTreeMap<(String, u32, bool), (NodeId, usize)> = BTreeMap::new();
        for value in returned.iter().take(MAX_NAMES) {
            let mut own = Vec::new();
            self.entries_of(*value, written, DEPTH, &mut own);
            if own.len() > MAX_NAMES {
                return Vec::new();
            }
            for (key, value, sometimes) in own {
                times.entry((key, value.0, sometimes)).or_insert((value, 0)).1 += 1;
            }
        }
        let all = times.into_iter();
        let entry = |((key, _, sometimes), (value, times)): (_, (NodeId, usize))| {
            (key, value, sometimes || times < returned.len())
        };
        all.map(entry).collect()
    }

    /// `context["sells_rye"] = answer`, `context.update({"sells_rye": answer})`
    fn written_entries(&self, root: NodeId) -> Written<'_> {
        let mut found = Written::default();
        for id in self.tree.descendants(root) {
            match self.tree.shape(id) {
                Shape::Assign { targets, value: Some(value), .. } => {
                    for target in targets {
                        let Shape::Index { object, index } = self.tree.shape(*target) else {
                            continue;
                        };
                        let Some(key) = self.key_of(*index) else { continue };
                        let Some(function) = self.own_function(id) else { continue };
                        let all = found.entry((function, self.slice(*object))).or_default();
                        all.push((key.to_owned(), *value, self.is_under_condition(id)));
                    }
                }
                Shape::Call { callee, args, .. } => {
                    let Shape::Member { object, name } = self.tree.shape(*callee) else { continue };
                    if name.slice(self.text) != "update" {
                        continue;
                    }
                    let Some(function) = self.own_function(id) else { continue };
                    let sometimes = self.is_under_condition(id);
                    let all = found.entry((function, self.slice(*object))).or_default();
                    for arg in args.iter().take(MAX_ARGS) {
                        if let Some(name) = arg.name {
                            all.push((name.slice(self.text).to_owned(), arg.value, sometimes));
                        } else if let Shape::Map(pairs) = self.tree.shape(arg.value) {
                            let known = pairs.iter().filter_map(|(key, value)| {
                                Some((self.key_of(*key)?.to_owned(), *value, sometimes))
                            });
                            all.extend(known);
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Tells of the names that are given one value.
    fn tell(&self, all: Vec<(Renders, NodeId, Entry)>, given: &Given<'_>, found: &mut Vec<Answer>) {
        let mut times: BTreeMap<(u32, String), usize> = BTreeMap::new();
        for (_, place, (key, ..)) in &all {
            *times.entry((place.0, key.clone())).or_default() += 1;
        }
        for (by, place, (name, value, sometimes)) in all {
            if times[&(place.0, name.clone())] > 1 {
                continue;
            }
            let by = Giver::Page { by, name };
            for (subject, holding) in self.parts(value, given) {
                let holding = if sometimes { holding.of_and() } else { holding };
                if !holding.of_share && holding != Holding::default() {
                    found.push(Answer { giver: by.clone(), subject, holding, is_number: false });
                }
            }
        }
    }

    /// Whether a statement of a function, or of a file, runs only sometimes.
    pub(super) fn is_under_condition(&self, at: NodeId) -> bool {
        let around = self.tree.ancestors(at);
        let mut inside =
            around.take_while(|at| !matches!(self.tree.shape(*at), Shape::Function(_)));
        inside.any(|at| {
            matches!(
                self.tree.shape(at),
                Shape::If { .. }
                    | Shape::For { .. }
                    | Shape::While { .. }
                    | Shape::Try { .. }
                    | Shape::Match { .. }
                    | Shape::Choice { .. }
            )
        })
    }

    /// The page that an argument names, and where: a literal, or the default of a parameter that nothing else uses.
    fn named_page(&self, value: NodeId) -> Option<(String, NodeId)> {
        if !matches!(self.tree.shape(value), Shape::Name) {
            return Some((self.page(value)?, value));
        }
        let name = self.slice(value);
        let (_, origins) = self.scopes.lookup(name, value)?;
        let function = self.own_function(value)?;
        let (Shape::Function(shape), [Origin::Param(_)]) =
            (self.tree.shape(function), &origins[..])
        else {
            return None;
        };
        let own = shape.params.iter().find(|one| one.name.slice(self.text) == name)?;
        let (page, body) = (own.default?, shape.body?);
        let is_alone = self.scopes.uses_within(name, body).len() == 1;
        self.page(page).filter(|_| is_alone).map(|name| (name, page))
    }

    /// The page that a literal names.
    fn page(&self, value: NodeId) -> Option<String> {
        let Shape::Text(parts) = self.tree.shape(value) else { return None };
        match &parts[..] {
            [Part::Literal(name)] if is_page_name(name) => Some(name.clone()),
            _ => None,
        }
    }
}

/// Whether a text may name a page at all.
fn names_pages(text: &str) -> bool {
    [".html", ".jinja", ".j2", ".djhtml", ".htm", ".txt", ".xml", CONTEXT]
        .iter()
        .any(|end| text.contains(end))
}
