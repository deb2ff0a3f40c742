//! What a type is made of: whether serde reads it field by field, and which type stands behind it.

use super::Walk;
use super::attributes::Attributes;
use crate::facts::code::Path;
use crate::facts::schema::TypeExpr;
use crate::link::program::ClassId;

impl Walk<'_, '_> {
    /// The class whose fields are read for a class: another one that it is made of, itself; none where that is a plain
    /// value.
    pub(super) fn filled(&self, class: ClassId) -> Option<ClassId> {
        match Attributes::of(&self.facts(class).marks).made_of {
            Some(of) => self.program.class(class.0, &Path::here(of.replace("::", "."))),
            None => Some(class),
        }
    }

    pub(super) fn has_parts(&self, class: ClassId) -> bool {
        let facts = self.facts(class);
        let is_plain_enum = !facts.variants.is_empty()
            && facts.variants.iter().all(|one| one.fields.is_empty() && one.wraps.is_empty())
            && Attributes::of(&facts.marks).tag.is_none();
        let is_record = !facts.fields.is_empty() || facts.wraps.len() == 1;
        let has_variants = !facts.variants.is_empty() && !is_plain_enum;
        let is_transparent_value = facts.wraps.len() == 1
            && map_values(&facts.wraps[0]).is_none()
            && self.program.class(class.0, &facts.wraps[0].path).is_none();
        (is_record || has_variants) && !is_transparent_value
    }
}

/// The type of a table's values: `HashMap<String, T>`.
pub(super) fn map_values(of_type: &TypeExpr) -> Option<&TypeExpr> {
    let is_map = matches!(of_type.name.as_str(), "HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap");
    of_type.args.get(1).filter(|_| is_map)
}

/// Whether a type that is not known may be a section: not one that is made of others, which is a list or the like.
pub(super) fn may_have_parts(of_type: &TypeExpr) -> bool {
    of_type.args.is_empty() && of_type.name.starts_with(|first: char| first.is_ascii_uppercase())
}
