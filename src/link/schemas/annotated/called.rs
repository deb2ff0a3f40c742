//! What a call that describes a field says of its name and its value: `PORT = IntegerValue(80, environ_prefix="SHOP")`.

use super::described::Described;
use super::{Given, Walk};
use crate::facts::code::Expr;
use crate::facts::schema::FieldFacts;
use crate::lang::schemas::FieldCall;
use crate::link::evaluate::HOLE;
use crate::link::program::Target;
use crate::link::schemas::naming::upper;
use crate::link::types::named_type;
use crate::model::{Absence, ValueType};

impl Walk<'_, '_> {
    /// The entry of the row for the call that is the value of a field.
    fn call(&self, file: usize, field: &FieldFacts) -> Option<&FieldCall> {
        let value = field.value.as_ref().filter(|_| !self.row.calls.is_empty())?;
        let Expr::Call(path, ..) = &value.value else { return None };
        let Target::External(name) = self.program.resolve(file, path) else { return None };
        self.row.calls.iter().find(|entry| entry.call.all().contains(&name))
    }

    /// Whether the call says that nothing comes from outside.
    pub(super) fn stays_inside(&self, described: &[Described<'_>]) -> bool {
        let said = described.iter().find_map(|one| one.slot(&self.row.from_outside));
        matches!(said, Some(Expr::Bool(false) | Expr::Null))
    }

    /// The names of a field by its call: those it gives, behind the prefix that it gives.
    pub(super) fn called(
        &self,
        file: usize,
        field: &FieldFacts,
        (described, own): (&[Described<'_>], Vec<String>),
    ) -> Vec<String> {
        let prefix = &self.row.field_prefix;
        if prefix.argument.keywords.is_empty() && self.row.calls.is_empty() {
            return own;
        }
        let given = described.iter().find_map(|one| one.slot(&prefix.argument));
        let by_call = self.call(file, field).and_then(|entry| entry.name.clone());
        if let Some(name) = by_call.filter(|_| own.is_empty() && given.is_none()) {
            return vec![name];
        }
        let before = match given {
            Some(Expr::Null) => Vec::new(),
            Some(value) => self.name_texts(file, field, value),
            None => prefix.default.iter().cloned().collect(),
        };
        let names = if own.is_empty() { vec![upper(&field.name)] } else { own };
        match &before[..] {
            [] => names,
            [one] => {
                let one = one.trim_end_matches('_');
                let joint = if one.is_empty() { "" } else { "_" };
                names.iter().map(|name| format!("{one}{joint}{name}")).collect()
            }
            _ => names.iter().map(|name| format!("{HOLE}_{name}")).collect(),
        }
    }

    /// What becomes of a field without a value, where its call says that there must be one, or that there may be none.
    pub(super) fn called_for(
        &self,
        (file, field): (usize, &FieldFacts),
        described: &[Described<'_>],
        given: Given,
    ) -> Given {
        let said = described.iter().find_map(|one| one.slot(&self.row.required));
        let must = matches!(said, Some(Expr::Bool(true)))
            || self.call(file, field).is_some_and(|entry| entry.is_required);
        match given.absence {
            _ if must => Given { absence: Absence::Required, default: None },
            Absence::Required if self.row.is_optional => {
                Given { absence: Absence::Optional, default: None }
            }
            _ => given,
        }
    }

    /// The type of a field's value, by its call.
    pub(super) fn called_type(&self, file: usize, field: &FieldFacts) -> Option<ValueType> {
        let name = self.call(file, field)?.of_type.as_deref()?;
        named_type(name, &self.row.words)
    }
}
