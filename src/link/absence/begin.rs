//! What the reader itself gives where the key has no value.
//!
//! Knows the reader's row and its arguments; not what the code does with the answer.

use super::Run;
use super::state::{State, is_null};
use crate::facts::code::{Arg, Expr, Step};
use crate::lang::catalog::{RowAbsent, Slot};
use crate::link::chains::{Chain, bound, slot};
use crate::link::evaluate::Bound;
use crate::model::ValueType;

impl Run<'_, '_> {
    /// What the reader itself gives.
    pub(super) fn start(&mut self, chain: &Chain<'_>) -> State {
        let (row, site) = (chain.row, self.site());
        let required =
            slot(&row.required, &site.args).is_some_and(|arg| arg.value == Expr::Bool(true));
        let file = self.place().file;
        let in_type = row.annotated && site.field.as_ref().is_some_and(|field| field.in_type);
        let default = slot(&row.default, &site.args)
            .filter(|arg| !in_type || arg.name.is_some())
            .map(|arg| bound(arg, file, self.place().given.clone()));
        let builder = row.builder_default.as_ref().and_then(|name| self.builder_default(name));
        let scheme = chain.instance.as_ref().and_then(|one| one.default.clone());
        let default = default.map(|default| default.settled()).or(builder).or(scheme);
        match default.or_else(|| self.field_default()) {
            Some(default) if is_null(&default.expr) => {
                let fails = required || row.casts_none && self.casts_to_scalar(chain);
                return if fails { State::Failed } else { State::Null };
            }
            // `...` is how some libraries write "required".
            Some(default) if is_ellipsis(&default.expr) => return State::Failed,
            Some(default) => return State::Given(default),
            None => {}
        }
        if let Some(named) = named_default(&row.default, &site.args) {
            return State::Given(self.bind(&Expr::Unknown, named.range));
        }
        if slot(&row.optional, &site.args).is_some_and(|arg| arg.value == Expr::Bool(false)) {
            return State::Null;
        }
        if slot(&row.silent, &site.args).is_some_and(|arg| arg.value == Expr::Bool(true)) {
            return State::Null;
        }
        if required || self.builder_required(chain) {
            return State::Failed;
        }
        if let Some(given) = &row.given {
            return State::Given(self.bind(&Expr::Text(given.clone()), site.range));
        }
        match row.absent {
            RowAbsent::Nothing => State::Null,
            RowAbsent::Error => State::Error,
            RowAbsent::Raise => State::Raised,
            RowAbsent::Fail => State::Failed,
            RowAbsent::False => State::Presence(false),
            RowAbsent::Field => self.field(),
        }
    }

    /// Whether the reader's converter makes a scalar, which none is not.
    fn casts_to_scalar(&self, chain: &Chain<'_>) -> bool {
        let expects = crate::link::types::expected(self.program, self.handlers, chain);
        let given = slot(&chain.row.cast, &self.site().args).is_some();
        given && matches!(expects.expects, ValueType::Bool(_) | ValueType::Int | ValueType::Float)
    }

    pub(super) fn builder_default(&self, name: &str) -> Option<Bound> {
        let found = self.site().steps.iter().find_map(|step| match step {
            Step::Method { name: method, args, .. } if method.starts_with(name) => args.first(),
            _ => None,
        })?;
        Some(self.bind(&found.value, found.range))
    }

    pub(super) fn builder_required(&self, chain: &Chain<'_>) -> bool {
        let Some(name) = &chain.row.builder_required else { return false };
        self.site().steps.iter().any(|step| match step {
            Step::Method { name: method, args, .. } => {
                method == name && args.first().is_some_and(|arg| arg.value == Expr::Bool(true))
            }
            _ => false,
        })
    }

    /// The value that the parameter which a call describes has.
    pub(super) fn field_default(&self) -> Option<Bound> {
        let (value, range) = self.site().field.as_ref()?.default.as_ref()?;
        Some(self.bind(value, *range))
    }

    pub(super) fn field(&self) -> State {
        let of_type =
            self.site().field.as_ref().map(|field| field.of_type.clone()).unwrap_or_default();
        let inner = ["Option<", "Optional<"].iter().find(|name| of_type.starts_with(*name));
        match of_type.as_str() {
            "bool" => State::Compared(false),
            _ if inner.is_some() || of_type.starts_with("Vec<") => State::Null,
            _ => State::Failed,
        }
    }
}

fn is_ellipsis(value: &Expr) -> bool {
    matches!(value, Expr::Path(path) if path.rest == "...")
}

/// `default_value_t` without a value: the default of the field's type.
fn named_default<'s>(slot: &Slot, args: &'s [Arg]) -> Option<&'s Arg> {
    args.iter().find(|arg| match (&arg.name, &arg.value) {
        (None, Expr::Path(path)) => slot.keywords.iter().any(|keyword| path.last() == keyword),
        _ => false,
    })
}
