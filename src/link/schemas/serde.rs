//! Fields as serde names and fills them: attributes, sections, enums, defaults.
//!
//! As serde derives it: `rename` before `rename_all`, a field's `default` before its struct's, a missing option is none.

pub(in crate::link::schemas) mod attributes;
mod parts;
mod unbound;
mod variants;

use super::defaults::{self, Defaults, Preset};
use super::expected::{limits, value_type};
use super::load::is_fillable;
use super::naming::Naming;
use super::words::is_settings_word;
use super::{Leaf, MAX_NESTING, Tables};
use crate::facts::schema::{Class, FieldFacts, TypeExpr};
use crate::lang::schemas::SchemaRow;
use crate::link::evaluate::Bound;
use crate::link::program::{ClassId, Program};
use crate::model::{Absence, InSection, Limits, ValueType};
use attributes::{Attributes, Given};
use parts::{map_values, may_have_parts};

pub(super) use attributes::unit_names;

/// How the whole that a field is part of may be missing.
#[derive(Clone, Debug)]
enum Outer {
    /// It may not.
    Required,
    /// It may, and is none then.
    Optional,
    /// It may, and has these values then.
    Defaulted(Option<Defaults>),
}

/// A class at a place among the settings.
#[derive(Clone, Debug)]
struct Section {
    path: Vec<String>,
    /// Other paths that lead here.
    others: Vec<Vec<String>>,
    outer: Outer,
    conditional: bool,
    /// When its parts must be there.
    parts: InSection,
}

/// Walks a struct that serde fills.
pub(super) struct Walk<'w, 'p> {
    pub(super) program: &'w Program<'p>,
    pub(super) table: &'w Tables<'w>,
    pub(super) row: &'w SchemaRow,
    /// How the environment names the fields, where it gives them.
    pub(super) naming: Option<Naming>,
    /// Values that the loader itself gives, by path.
    pub(super) preset: Vec<(String, Bound)>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) inside: Vec<ClassId>,
}

impl Walk<'_, '_> {
    /// The fields of the class that is filled; `given` are values that it has where nothing else is given.
    pub(super) fn root(&mut self, class: ClassId, given: Option<Preset>, under: &[String]) {
        let outer = match given {
            Some(Preset::Known(defaults)) => Outer::Defaulted(Some(defaults)),
            Some(Preset::Unknown) => Outer::Defaulted(None),
            None => Outer::Required,
        };
        let section = Section {
            path: under.to_vec(),
            others: Vec::new(),
            outer,
            conditional: false,
            parts: InSection::default(),
        };
        self.class(class, &section);
    }

    fn facts(&self, class: ClassId) -> &'_ Class {
        &self.program.files[class.0].facts.classes[class.1]
    }

    fn class(&mut self, class: ClassId, section: &Section) {
        let Some(class) = self.filled(class) else { return };
        if self.inside.len() >= MAX_NESTING || self.inside.contains(&class) {
            return;
        }
        self.inside.push(class);
        let program = self.program;
        let facts = &program.files[class.0].facts.classes[class.1];
        if let [inner] = &facts.wraps[..] {
            self.held(class.0, inner, facts, section);
        } else if facts.variants.is_empty() {
            let attributes = Attributes::of(&facts.marks);
            let own = attributes.default.as_ref().and_then(|_| defaults::of_class(program, class));
            let mut section = section.clone();
            // A default of its own that code computes is there all the same.
            if attributes.default.is_some() && own.is_none() {
                section.outer = Outer::Defaulted(None);
            }
            for field in &facts.fields {
                self.field(class, field, &attributes, own.as_ref(), &section);
            }
        } else {
            self.variants(class, facts, section);
        }
        self.inside.pop();
    }

    /// A struct that holds one value is that value.
    fn held(&mut self, file: usize, of_type: &TypeExpr, facts: &Class, section: &Section) {
        let field = FieldFacts {
            name: String::new(),
            range: facts.range,
            whole: facts.range,
            of_type: Some(of_type.clone()),
            value: None,
            marks: Vec::new(),
        };
        self.placed(file, &field, &Attributes::default(), None, section.clone(), facts.in_test);
    }

    fn field(
        &mut self,
        owner: ClassId,
        field: &FieldFacts,
        container: &Attributes,
        own: Option<&Defaults>,
        section: &Section,
    ) {
        let attributes = Attributes::of(&field.marks);
        // `PhantomData` holds nothing, and texts have no way to write it.
        let is_empty = field.of_type.as_ref().is_some_and(|of_type| of_type.name == "PhantomData");
        if attributes.skip || is_empty {
            return;
        }
        let name = attributes.rename.clone().unwrap_or_else(|| container.field_name(&field.name));
        let mut inner = section.clone();
        inner.conditional |= self.program.files[owner.0].may_be_left_out(&field.marks);
        if !attributes.flatten {
            let also = |name: &String| with(&section.path, name);
            inner.others = section.others.iter().map(|path| with(path, &name)).collect();
            inner.others.extend(attributes.aliases.iter().map(also));
            inner.path = with(&section.path, &name);
        }
        let in_test = self.facts(owner).in_test;
        self.placed(owner.0, field, &attributes, own, inner, in_test);
    }

    /// A field whose place is known: a section, a table of sections, or a value.
    fn placed(
        &mut self,
        file: usize,
        field: &FieldFacts,
        attributes: &Attributes,
        own: Option<&Defaults>,
        mut section: Section,
        in_test: bool,
    ) {
        let Some(of_type) = &field.of_type else { return };
        let held = of_type.present();
        let mut present = held;
        if let Some(values) = map_values(held).filter(|_| !attributes.with) {
            present = values.present();
        }
        let named = self.program.class(file, &present.path);
        let class = named.map(|class| self.filled(class));
        // What code of the project's own reads is one value, whatever it is made of.
        let is_whole =
            |class: Option<ClassId>| !class.is_some_and(|class| is_fillable(self.program, class));
        let is_read_whole = attributes.with || class.is_some_and(is_whole);
        let class = class.flatten();
        let is_map = !std::ptr::eq(held, present);
        if let Some(class) = class.filter(|class| !is_read_whole && self.has_parts(*class)) {
            section.outer = self.outer(file, field, attributes, own, &section.outer, class);
            let is_own = attributes.default.is_some() || held_may_be_none(field);
            if is_own && !attributes.flatten && !is_map {
                section.parts.within = Some(section.path.join("."));
                section.parts.is_due = true;
            }
            if is_map {
                section.path.push("*".to_owned());
                section.others.clear();
                section.outer = Outer::Required;
            }
            self.section(file, field, class, &section, is_map || attributes.flatten);
            return;
        }
        if attributes.flatten {
            // All that no other field takes.
            section.path.push("*".to_owned());
        } else if is_map {
            section.path.push("*".to_owned());
            section.others.clear();
        }
        let given = self.given(file, field, attributes, own, &section);
        let handlers = self.table.handlers;
        let typed = || value_type(self.program, handlers, &self.row.words, file, held);
        let expects = if is_read_whole { ValueType::Unknown } else { typed() };
        let is_outside = named.is_none() && !is_read_whole;
        let is_open =
            !is_map && is_outside && expects == ValueType::Unknown && may_have_parts(held);
        let is_whole = is_open && is_settings_word(&held.name);
        let limits = limits(handlers, self.row, None, field, &expects);
        let mut leaf = self.leaf(file, field, &section, given, expects, limits);
        leaf.in_test = in_test;
        // What the whole section would give is not there once a part of it is written.
        if own.is_some() || !self.must_be_there(file, field, attributes, &section) {
            leaf.section.is_due = false;
        }
        if is_open {
            // A class of another package: what it is made of is not known here.
            let mut parts = leaf.clone();
            parts.path.push("*".to_owned());
            parts.names = self.names(&parts.path);
            parts.aliases.clear();
            parts.default = None;
            parts.absence = Absence::Optional;
            self.leaves.push(parts);
        }
        if !is_whole {
            self.leaves.push(leaf);
        }
    }

    /// A field that is a class of its own: its parts, and itself where it must be there although none of them must.
    fn section(
        &mut self,
        file: usize,
        field: &FieldFacts,
        class: ClassId,
        section: &Section,
        is_spread: bool,
    ) {
        let before = self.leaves.len();
        self.class(class, section);
        let parts = &self.leaves[before..];
        let must = matches!(section.outer, Outer::Required) && !is_spread && !field.name.is_empty();
        let none_must = parts.iter().all(|leaf| leaf.absence != Absence::Required);
        let is_record = self.facts(class).variants.is_empty();
        if must && none_must && !parts.is_empty() && is_record {
            let given = (Absence::Required, None);
            let leaf =
                self.leaf(file, field, section, given, ValueType::Unknown, Limits::default());
            self.leaves.push(Leaf { is_section: true, ..leaf });
        }
    }

    fn leaf(
        &self,
        file: usize,
        field: &FieldFacts,
        section: &Section,
        (absence, default): (Absence, Option<Bound>),
        expects: ValueType,
        limits: Limits,
    ) -> Leaf {
        Leaf {
            file,
            range: field.range,
            names: self.names(&section.path),
            path: section.path.clone(),
            exact_case: false,
            aliases: section
                .others
                .iter()
                .map(|path| (path.clone(), self.names(path).into_iter().next()))
                .collect(),
            absence,
            default,
            expects,
            limits,
            empty_is_absent: self.naming.as_ref().is_some_and(|naming| naming.ignores_empty),
            conditional: section.conditional || section.parts.variant.is_some(),
            section: section.parts.clone(),
            in_test: false,
            is_section: false,
            unbound: self.unbound(section),
            settled: None,
        }
    }

    /// Whether a value must be there once its section is.
    fn must_be_there(
        &self,
        file: usize,
        field: &FieldFacts,
        attributes: &Attributes,
        section: &Section,
    ) -> bool {
        let whole = Section { outer: Outer::Required, ..section.clone() };
        let is_whole = !section.path.iter().any(|part| part == "*");
        is_whole && self.given(file, field, attributes, None, &whole).0 == Absence::Required
    }

    /// How a section may be missing.
    fn outer(
        &self,
        file: usize,
        field: &FieldFacts,
        attributes: &Attributes,
        own: Option<&Defaults>,
        outer: &Outer,
        class: ClassId,
    ) -> Outer {
        let is_option = field.of_type.as_ref().is_some_and(TypeExpr::is_nullable);
        match &attributes.default {
            _ if is_option => return Outer::Optional,
            Some(Given::Derived) => {
                return Outer::Defaulted(defaults::of_class(self.program, class));
            }
            Some(Given::Function(name)) => {
                let value = defaults::of_function(self.program, file, name);
                return Outer::Defaulted(
                    value.and_then(|value| defaults::of_value(self.program, &value, Some(class))),
                );
            }
            None => {}
        }
        let from = |defaults: &Defaults| {
            Outer::Defaulted(defaults.section(self.program, &field.name, class))
        };
        match (own, outer) {
            (Some(own), _) => from(own),
            (None, Outer::Defaulted(Some(defaults))) if !attributes.flatten => from(defaults),
            (None, other) => other.clone(),
        }
    }

    /// What absence does to a value.
    fn given(
        &self,
        file: usize,
        field: &FieldFacts,
        attributes: &Attributes,
        own: Option<&Defaults>,
        section: &Section,
    ) -> (Absence, Option<Bound>) {
        let path = section.path.join(".");
        if let Some((_, value)) = self.preset.iter().find(|(key, _)| *key == path) {
            return (Absence::Default, Some(value.clone()));
        }
        let Some(of_type) = &field.of_type else { return (Absence::Required, None) };
        let by_type =
            || defaults::of_type(self.program, self.table.handlers, file, of_type, field.whole);
        let valued = |value: Option<Bound>| match value {
            Some(value) if value.expr == crate::facts::code::Expr::Null => {
                (Absence::Optional, None)
            }
            Some(value) if defaults::is_default_call(&value.expr) => by_type(),
            value => (Absence::Default, value),
        };
        match &attributes.default {
            Some(Given::Derived) => return by_type(),
            Some(Given::Function(name)) => {
                return valued(defaults::of_function(self.program, file, name));
            }
            None => {}
        }
        let taken = |defaults: &Defaults| match defaults {
            Defaults::Derived => by_type(),
            Defaults::Record { .. } => valued(defaults.value(&field.name)),
        };
        let is_option = of_type.is_nullable() && !attributes.with;
        match (own, &section.outer) {
            (Some(own), _) => taken(own),
            (None, Outer::Defaulted(Some(defaults))) => taken(defaults),
            _ if is_option => (Absence::Optional, None),
            (None, Outer::Optional) => (Absence::Optional, None),
            (None, Outer::Defaulted(None)) => (Absence::Default, None),
            (None, Outer::Required) => (Absence::Required, None),
        }
    }
}

fn held_may_be_none(field: &FieldFacts) -> bool {
    field.of_type.as_ref().is_some_and(TypeExpr::is_nullable)
}

fn with(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}
