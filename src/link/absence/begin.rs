//! What the reader itself gives where the key has no value, and the type that the code expects of one.
//!
//! Knows the reader's row, its arguments and casts; not what the code does with the answer.

use super::state::{State, is_null};
use super::{Run, bound, slot};
use crate::facts::code::{Expr, Step};
use crate::lang::catalog::RowAbsent;
use crate::link::evaluate::Bound;
use crate::link::program::Target;
use crate::model::ValueType;

impl Run<'_, '_> {
    /// What the reader itself gives.
    pub(super) fn start(&mut self) -> State {
        let (row, site) = (self.chain.row, self.site());
        let required =
            slot(&row.required, &site.args).is_some_and(|arg| arg.value == Expr::Bool(true));
        let file = self.chain.frames[0].file;
        let default =
            slot(&row.default, &site.args).map(|arg| bound(arg, file, self.chain.given[0].clone()));
        let builder = row.builder_default.as_ref().and_then(|name| self.builder_default(name));
        match default.map(|default| default.settled()).or(builder) {
            Some(default) if is_null(&default.expr) => return State::Null,
            // `...` is how some libraries write "required".
            Some(default) if !is_ellipsis(&default.expr) => return State::Given(default),
            _ => {}
        }
        if required {
            return State::Failed;
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

    pub(super) fn builder_default(&self, name: &str) -> Option<Bound> {
        let found = self.site().steps.iter().find_map(|step| match step {
            Step::Method { name: method, args, .. } if method.starts_with(name) => args.first(),
            _ => None,
        })?;
        Some(self.bind(&found.value, found.range))
    }

    pub(super) fn field(&mut self) -> State {
        let of_type =
            self.site().field.as_ref().map(|field| field.of_type.clone()).unwrap_or_default();
        let inner = of_type.strip_prefix("Option<").map(|inner| inner.trim_end_matches('>'));
        self.expect_type(inner.unwrap_or(&of_type));
        match of_type.as_str() {
            "bool" => State::Compared(false),
            _ if inner.is_some() || of_type.starts_with("Vec<") => State::Null,
            _ => State::Failed,
        }
    }

    /// The type that the reader's own cast argument gives.
    pub(super) fn cast(&mut self) {
        let Some(arg) = slot(&self.chain.row.cast, &self.site().args) else { return };
        let settled = bound(arg, self.chain.frames[0].file, self.chain.given[0].clone()).settled();
        if let Expr::Path(path) = &settled.expr {
            self.expect_type(path.last());
        }
    }

    pub(super) fn expect_type(&mut self, name: &str) {
        if self.expects != ValueType::Unknown {
            return;
        }
        let name = name.trim_matches(['<', '>', ' ', ':']).rsplit("::").next().unwrap_or(name);
        if let Some(known) = self.handlers.types.get(name) {
            self.expects = named_type(known, &self.handlers.bool_words);
        }
    }

    /// What a step says about the value when there is one.
    pub(super) fn learn(&mut self, step: &Step) {
        match step {
            Step::Method { name, types, .. } => {
                if let Some(types) = types {
                    self.expect_type(types);
                }
                if let Some(of_type) =
                    self.handlers.methods.get(name).and_then(|row| row.of_type.clone())
                {
                    self.expect_type(&of_type);
                }
            }
            Step::Passed { callee, .. } => {
                let file = self.chain.frames[self.frame].file;
                if let Target::External(name) = self.program.resolve(file, callee)
                    && let Some(row) = self.handlers.functions.get(&name)
                    && let Some(of_type) = &row.of_type
                    && self.expects == ValueType::Unknown
                {
                    self.expects = named_type(of_type, &row.words);
                }
            }
            Step::Compared { with, null: false, .. }
                if is_boolean_words(with) && self.expects == ValueType::Unknown =>
            {
                self.expects = ValueType::Bool(Vec::new());
            }
            _ => {}
        }
    }
}

fn is_ellipsis(value: &Expr) -> bool {
    matches!(value, Expr::Path(path) if path.rest == "...")
}

/// A type by the word of the tables.
pub(super) fn named_type(name: &str, words: &[String]) -> ValueType {
    match name {
        "bool" => ValueType::Bool(words.to_vec()),
        "float" => ValueType::Float,
        "int" => ValueType::Int,
        "json" => ValueType::Json,
        "list" => ValueType::List,
        "path" => ValueType::Path,
        "str" => ValueType::Text,
        "url" => ValueType::Url,
        _ => ValueType::Unknown,
    }
}

fn is_boolean_words(words: &[String]) -> bool {
    let known = ["1", "0", "true", "false", "yes", "no", "on", "off", "t", "f", "y", "n"];
    !words.is_empty() && words.iter().all(|word| known.contains(&word.to_lowercase().as_str()))
}
