//! Enums as sections: the tag that says which variant it is, and the fields of each.

use super::attributes::Attributes;
use super::{Outer, Section, Walk, with};
use crate::facts::code::Path;
use crate::facts::schema::{Class, FieldFacts, Mark, Variant};
use crate::link::program::{ClassId, Program};
use crate::link::schemas::options::bound_at;
use crate::model::{Absence, InVariant, Limits, ValueType};

impl Walk<'_, '_> {
    pub(super) fn variants(&mut self, class: ClassId, facts: &Class, section: &Section) {
        let attributes = Attributes::of(&facts.marks);
        if let Some(tag) = &attributes.tag {
            self.tag(class, facts, &attributes, tag, section);
        }
        for variant in &facts.variants {
            let own = Attributes::of(&variant.marks);
            let name = own.rename.clone().unwrap_or_else(|| attributes.variant_name(&variant.name));
            let mut inner = section.clone();
            inner.conditional |= self.program.files[class.0].may_be_left_out(&variant.marks);
            if attributes.tag.is_none() {
                if !attributes.untagged {
                    inner.path.push(name.clone());
                    inner.others.clear();
                }
                // One of several is given.
                inner.outer = Outer::Optional;
                inner.parts.within = (!attributes.untagged).then(|| inner.path.join("."));
                inner.parts.is_due = !attributes.untagged;
            } else {
                inner.parts.variant = attributes.tag.as_ref().map(|tag| InVariant {
                    tag: with(&section.path, tag).join("."),
                    name: name.clone(),
                    is_default: is_marked(&variant.marks, "default")
                        && !matches!(section.outer, Outer::Required),
                });
                inner.path.extend(attributes.content.clone());
                if matches!(inner.outer, Outer::Defaulted(_)) {
                    // The default is one variant; who names this one must fill it.
                    inner.outer = Outer::Required;
                }
            }
            self.variant(class, variant, &own, &attributes, &inner);
        }
    }

    pub(super) fn variant(
        &mut self,
        class: ClassId,
        variant: &Variant,
        own: &Attributes,
        container: &Attributes,
        section: &Section,
    ) {
        let naming = Attributes {
            rename_all: own.rename_all.clone().or_else(|| container.rename_all_fields.clone()),
            ..Attributes::default()
        };
        for field in &variant.fields {
            self.field(class, field, &naming, None, section);
        }
        if let [of_type] = &variant.wraps[..] {
            let present = of_type.present();
            let nested = self.program.class(class.0, &present.path);
            if let Some(nested) = nested.filter(|nested| self.has_parts(*nested)) {
                self.class(nested, section);
            }
        }
    }

    /// The field that says which variant it is.
    pub(super) fn tag(
        &mut self,
        class: ClassId,
        facts: &Class,
        attributes: &Attributes,
        tag: &str,
        section: &Section,
    ) {
        let names = facts.variants.iter().map(|variant| {
            let own = Attributes::of(&variant.marks);
            own.rename.unwrap_or_else(|| attributes.variant_name(&variant.name))
        });
        let first = facts.variants.iter().find(|variant| is_marked(&variant.marks, "default"));
        let default = first.map(|variant| {
            let name = attributes.variant_name(&variant.name);
            bound_at(&crate::facts::code::Expr::Text(name), class.0, facts.range)
        });
        let path = with(&section.path, tag);
        let preset = self.preset.iter().find(|(key, _)| *key == path.join("."));
        let (absence, default) = match (preset, &section.outer) {
            (Some((_, value)), _) => (Absence::Default, Some(value.clone())),
            (None, Outer::Required) => (Absence::Required, None),
            (None, Outer::Optional) => (Absence::Optional, None),
            (None, Outer::Defaulted(_)) => (Absence::Default, default),
        };
        let field = FieldFacts {
            name: tag.to_owned(),
            range: facts.range,
            whole: facts.range,
            of_type: None,
            value: None,
            marks: Vec::new(),
        };
        let section = Section { path, ..section.clone() };
        let expects = ValueType::Enum(names.collect());
        let mut leaf =
            self.leaf(class.0, &field, &section, (absence, default), expects, Limits::default());
        leaf.in_test = facts.in_test;
        if preset.is_some() {
            leaf.section.is_due = false;
        }
        self.leaves.push(leaf);
    }
}

impl Program<'_> {
    /// The name that serde gives the variant of an enum of the project: `Feature::NewTill`.
    pub(in crate::link) fn variant_text(&self, file: usize, path: &Path) -> Option<String> {
        let (outer, last) = path.rest.rsplit_once('.')?;
        let outer = Path { base: path.base, rest: outer.to_owned() };
        let (file, class) = self.class(file, &outer)?;
        let facts = &self.files[file].facts.classes[class];
        let variant = facts.variants.iter().find(|variant| variant.name == last)?;
        let own = Attributes::of(&variant.marks);
        let container = Attributes::of(&facts.marks);
        Some(own.rename.unwrap_or_else(|| container.variant_name(&variant.name)))
    }
}

fn is_marked(marks: &[Mark], name: &str) -> bool {
    marks.iter().any(|mark| mark.path.last() == name)
}
