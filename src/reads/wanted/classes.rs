//! Classes that are filled from outside are made of classes in other files: their declarations are wanted, and the files
//! that use their objects.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, Wanted};
use crate::facts::CodeFacts;
use crate::facts::code::{Base, Expr, GivenTo, ItemKind, Path, Site, Step};
use crate::facts::schema::{Class, FieldFacts, TypeExpr};
use crate::text::{File, FileId};

impl Known {
    /// Learns the classes that all facts so far name as filled from outside, until there are no more.
    pub(super) fn classes(&mut self, all: &[(FileId, &File, CodeFacts)], wanted: &mut Wanted) {
        for (_, file, facts) in all {
            for site in &facts.sites {
                let Some(load) = &site.load else { continue };
                if let Some(of_type) = load.written() {
                    self.types(of_type, wanted);
                    // What a generic loader fills, its callers say.
                    if let Some(function) = site.function.filter(|_| is_generic(of_type)) {
                        let name = &facts.functions[function].name;
                        self.learn(name, &file.path, wanted);
                        self.generic.insert(last(name).to_owned());
                    }
                }
                for arg in &site.args {
                    if let Expr::Path(path) = &arg.value {
                        self.class_named(path, wanted);
                    }
                }
            }
        }
        self.given_to(all, wanted);
        for site in all.iter().flat_map(|(_, _, facts)| &facts.sites) {
            if self.generic.contains(site.callee.last()) {
                for name in asked_names(site) {
                    self.class_named(&Path::here(name), wanted);
                }
            }
        }
        loop {
            let before = self.classes.len();
            for (_, _, facts) in all {
                for class in &facts.classes {
                    if self.is_filled(class, facts) {
                        self.parts(class, facts, wanted);
                    }
                }
            }
            if self.classes.len() == before {
                break;
            }
        }
        self.users(all, wanted);
    }

    /// What fields and functions that are given the value of a loader say of its type.
    fn given_to(&mut self, all: &[(FileId, &File, CodeFacts)], wanted: &mut Wanted) {
        let sites = all.iter().flat_map(|(_, _, facts)| &facts.sites);
        let loads = sites.filter_map(|site| site.load.as_ref());
        let open = loads.filter(|load| load.written().is_none());
        let mut fields: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut params: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for one in open.flat_map(|load| &load.given_to) {
            match one {
                GivenTo::Type(_) => {}
                GivenTo::Field { of, name } => {
                    fields.entry(of.last()).or_default().insert(name);
                }
                GivenTo::Param { callee, position } => {
                    params.entry(callee.last()).or_default().insert(*position);
                }
            }
        }
        if fields.is_empty() && params.is_empty() {
            return;
        }
        let mut types: Vec<&TypeExpr> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for (_, _, facts) in all {
            for class in &facts.classes {
                let Some(names) = fields.get(last(&class.name)) else { continue };
                known.insert(last(&class.name));
                let own = class.fields.iter().filter(|field| names.contains(field.name.as_str()));
                types.extend(own.filter_map(|field| field.of_type.as_ref()));
            }
            for function in &facts.functions {
                let Some(places) = params.get(last(&function.name)) else { continue };
                known.insert(last(&function.name));
                let own = places.iter().filter_map(|at| function.params.get(*at));
                types.extend(own.filter_map(|param| param.of_type.as_ref()));
            }
        }
        for of_type in types {
            self.types(of_type, wanted);
        }
        for name in fields.keys().chain(params.keys()).filter(|name| !known.contains(*name)) {
            if self.declared.insert((*name).to_owned()) {
                wanted.declarations.push((*name).to_owned());
            }
        }
    }

    /// Files that may use a field whose declaration leaves open what its absence does, or which may be a flag: they name the
    /// field, and a class of settings, another name of one or a function that gives an object of one.
    fn users(&self, all: &[(FileId, &File, CodeFacts)], wanted: &mut Wanted) {
        let classes = || {
            let classes = all.iter().flat_map(|(_, _, facts)| &facts.classes);
            classes.filter(|class| self.classes.contains(last(&class.name)))
        };
        let fields = classes().flat_map(|class| &class.fields).filter(|field| is_open(field));
        let open: BTreeSet<&str> = fields.map(|field| field.name.as_str()).collect();
        if open.is_empty() {
            return;
        }
        let givers = all.iter().flat_map(|(_, _, facts)| &facts.functions).filter(|function| {
            let makes = match &function.gives {
                Expr::Call(path, ..) => self.classes.contains(path.last()),
                _ => false,
            };
            makes || function.returns.as_ref().is_some_and(|of_type| self.holds(of_type, 4))
        });
        let aliases = all.iter().flat_map(|(_, _, facts)| &facts.items).filter(|item| {
            matches!(&item.kind, ItemKind::Value(Expr::Path(path)) if self.classes.contains(path.last()))
        });
        let names = classes().map(|class| &class.name).chain(givers.map(|giver| &giver.name));
        let names = names.chain(aliases.map(|item| &item.name));
        wanted.users = names.map(|name| last(name).to_owned()).collect();
        wanted.open = open.into_iter().map(str::to_owned).collect();
    }

    /// Whether a type is or holds a class of settings.
    fn holds(&self, of_type: &TypeExpr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        self.classes.contains(&of_type.name)
            || of_type.args.iter().any(|inside| self.holds(inside, depth))
    }

    fn is_filled(&self, class: &Class, facts: &CodeFacts) -> bool {
        self.classes.contains(last(&class.name))
            || bases(class, facts).iter().any(|base| {
                self.classes.contains(base.last())
                    || base.base == Base::Absolute && self.readers.contains(&base.rest)
            })
            || class.marks.iter().any(|mark| {
                let derived = mark.args.iter().filter_map(|arg| match &arg.value {
                    Expr::Path(path) => Some(path),
                    _ => None,
                });
                derived
                    .chain([&mark.path])
                    .any(|path| path.base == Base::Absolute && self.readers.contains(&path.rest))
            })
    }

    /// The class itself, those it builds on, and the types of its fields.
    fn parts(&mut self, class: &Class, facts: &CodeFacts, wanted: &mut Wanted) {
        self.classes.insert(last(&class.name).to_owned());
        for base in bases(class, facts) {
            self.class_named(base, wanted);
        }
        let of_variants = class.variants.iter().flat_map(|variant| &variant.fields);
        for field in class.fields.iter().chain(of_variants) {
            if let Some(of_type) = &field.of_type {
                self.types(of_type, wanted);
            }
        }
        for of_type in class.wraps.iter().chain(class.variants.iter().flat_map(|one| &one.wraps)) {
            self.types(of_type, wanted);
        }
    }

    fn types(&mut self, of_type: &TypeExpr, wanted: &mut Wanted) {
        if !of_type.is_literal {
            self.class_named(&of_type.path, wanted);
        }
        for arg in &of_type.args {
            self.types(arg, wanted);
        }
    }

    fn class_named(&mut self, path: &Path, wanted: &mut Wanted) {
        let name = path.last();
        let is_class = name.starts_with(|first: char| first.is_ascii_uppercase());
        if !is_class || matches!(path.base, Base::Unknown | Base::Param(_)) {
            return;
        }
        if self.classes.insert(name.to_owned()) && self.declared.insert(name.to_owned()) {
            wanted.declarations.push(name.to_owned());
        }
    }
}

/// The names of classes in the type that a call asks for, or that is written for what it gives.
fn asked_names(site: &Site) -> Vec<&str> {
    let bound = site.steps.iter().filter_map(|step| match step {
        Step::Bound { of_type, .. } => of_type.as_deref(),
        _ => None,
    });
    let texts = site.types.as_deref().into_iter().chain(bound);
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase())).collect()
}

/// The last segment of a name.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether a field may be absent without more being said: it is none or an empty text then. What code runs by a yes or a no, its
/// users say too.
fn is_open(field: &FieldFacts) -> bool {
    let is_blank = |value: &Expr| matches!(value, Expr::Text(text) if text.is_empty());
    let is_open = |of_type: &TypeExpr| of_type.is_nullable() || of_type.name == "bool";
    field.of_type.as_ref().is_some_and(is_open)
        || field.value.as_ref().is_some_and(|value| is_blank(&value.value))
}

/// Whether a type, or what it holds, is a type parameter: `T`, `Result<T, E>`.
fn is_generic(of_type: &TypeExpr) -> bool {
    let is_parameter = of_type.name.len() <= 2
        && of_type.name.starts_with(|first: char| first.is_ascii_uppercase());
    is_parameter || of_type.args.first().is_some_and(is_generic)
}

fn bases<'f>(class: &Class, facts: &'f CodeFacts) -> &'f [Path] {
    let item = facts.items.iter().find(|item| item.name == class.name);
    match item.map(|item| &item.kind) {
        Some(ItemKind::Class(bases)) => bases,
        _ => &[],
    }
}
