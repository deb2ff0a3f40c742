//! What a class says of all its fields: `model_config`, `class Config`, keywords of its head.

use crate::facts::code::{Expr, ItemKind};
use crate::lang::schemas::SchemaRow;
use crate::link::evaluate::{Bound, HOLE};
use crate::link::program::{ClassId, Program, Target};
use crate::text::TextRange;

impl Program<'_> {
    /// The value of an option of a class, its own or that of a class it builds on.
    pub(super) fn option(
        &self,
        row: &SchemaRow,
        class: ClassId,
        names: &[String],
    ) -> Option<Bound> {
        self.ancestors(class).into_iter().find_map(|class| self.own_option(row, class, names))
    }

    fn own_option(&self, row: &SchemaRow, class: ClassId, names: &[String]) -> Option<Bound> {
        let (file, place) = class;
        let unit = &self.files[file];
        let facts = &unit.facts.classes[place];
        let bound =
            |expr: &Expr| Bound { expr: expr.clone(), file, range: facts.range, given: None };
        if let Some(value) = keyword(&facts.keywords, names) {
            return Some(bound(value));
        }
        for holder in &row.options {
            // `class Config: env_prefix = "APP_"`
            for name in names {
                let path = format!("{}.{holder}.{name}", facts.name);
                if let Some(value) = self.own_value(file, &path) {
                    return Some(bound(value));
                }
            }
            // `model_config = SettingsConfigDict(env_prefix="APP_")`
            let path = format!("{}.{holder}", facts.name);
            if let Some(value) = self.own_value(file, &path)
                && let Some(found) = self.entry_of(&bound(value), names, 4)
            {
                return Some(found);
            }
        }
        None
    }

    /// Whether one of these calls makes the options of a class: `model_config = SettingsConfigDict(…)`.
    pub(super) fn has_options_by(
        &self,
        (file, place): ClassId,
        holders: &[String],
        calls: &[String],
    ) -> bool {
        let class = &self.files[file].facts.classes[place].name;
        holders.iter().any(|holder| match self.own_value(file, &format!("{class}.{holder}")) {
            Some(Expr::Call(path, ..)) => match self.resolve(file, path) {
                Target::External(name) => calls.contains(&name),
                _ => false,
            },
            _ => false,
        })
    }

    fn own_value(&self, file: usize, path: &str) -> Option<&Expr> {
        let unit = &self.files[file];
        match &unit.facts.items[*unit.items.get(path)?].kind {
            ItemKind::Value(value) => Some(value),
            _ => None,
        }
    }

    /// What a call gives by keyword, a dictionary by key, or a function of the project in such a form.
    fn entry_of(&self, value: &Bound, names: &[String], hops: usize) -> Option<Bound> {
        let hops = hops.checked_sub(1)?;
        let with = |expr: &Expr| Bound { expr: expr.clone(), ..value.clone() };
        match &value.expr {
            Expr::Map(pairs) => {
                let wanted = |key: &Expr| matches!(key, Expr::Text(text) if names.contains(text));
                pairs.iter().find(|(key, _)| wanted(key)).map(|(_, value)| with(value))
            }
            Expr::Call(path, args, _) => {
                if let Some(found) = keyword(args, names) {
                    return Some(with(found));
                }
                // `SettingsConfigDict(**Base.model_config)` names what it takes over.
                let inner = self.entered(value, path, args)?;
                self.entry_of(&inner, names, hops)
            }
            Expr::Path(path) => match self.resolve(value.file, path) {
                Target::Value(file, expr) => self.entry_of(
                    &Bound { expr, file, range: value.range, given: None },
                    names,
                    hops,
                ),
                _ => None,
            },
            Expr::OneOf(many) => many.iter().find_map(|one| self.entry_of(&with(one), names, hops)),
            _ => None,
        }
    }

    /// The one text of an option; a hole where it is not known.
    pub(super) fn option_text(&self, value: &Bound) -> String {
        match &self.texts(value)[..] {
            [one] => one.clone(),
            _ => HOLE.to_string(),
        }
    }

    /// Whether an option says that lists are not decoded from JSON.
    pub(super) fn splits_lists(&self, row: &SchemaRow, class: ClassId) -> bool {
        let value = self.option(row, class, row.json_lists.as_slice());
        let is_off = value.is_some_and(|value| self.texts(&value) == ["false"]);
        let names = row.json_by.as_slice();
        is_off || !names.is_empty() && self.option(row, class, names).is_some()
    }

    /// Whether an option is given as true.
    pub(super) fn option_holds(&self, row: &SchemaRow, class: ClassId, name: Option<&str>) -> bool {
        let Some(name) = name else { return false };
        let value = self.option(row, class, &[name.to_owned()]);
        value.is_some_and(|value| self.texts(&value) == ["true"])
    }
}

fn keyword<'e>(args: &'e [Expr], names: &[String]) -> Option<&'e Expr> {
    args.iter().find_map(|arg| match arg {
        Expr::Keyword(name, value) if names.contains(name) => Some(&**value),
        _ => None,
    })
}

/// A value of a file, where nothing more is known of its place.
pub(super) fn bound_at(expr: &Expr, file: usize, range: TextRange) -> Bound {
    Bound { expr: expr.clone(), file, range, given: None }
}
