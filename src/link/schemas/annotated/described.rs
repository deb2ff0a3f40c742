//! What the calls that describe a field say: its names, its default.

use super::{Given, Walk, is_ellipsis};
use crate::facts::code::{Arg, Expr};
use crate::facts::schema::{FieldFacts, Mark, TypeExpr};
use crate::lang::catalog::Slot;
use crate::link::program::Target;
use crate::link::schemas::options::bound_at;
use crate::model::{Absence, Reach, Unbound};

/// A call that describes a field.
pub(super) enum Described<'f> {
    /// It is the field's value.
    Value(&'f [Expr]),
    /// It stands in the field's type.
    Mark(&'f Mark),
}

impl Walk<'_, '_> {
    /// The calls that describe a field: its value, and those inside its type.
    pub(super) fn described<'f>(&self, file: usize, field: &'f FieldFacts) -> Vec<Described<'f>> {
        let is_one = |path| match self.program.resolve(file, path) {
            Target::External(name) => self.row.describing().contains(&name),
            _ => false,
        };
        let mut found = Vec::new();
        if let Some(Expr::Call(path, args, _)) = field.value.as_ref().map(|value| &value.value)
            && is_one(path)
        {
            found.push(Described::Value(args));
        }
        let marks = field.marks.iter().filter(|mark| is_one(&mark.path));
        found.extend(marks.map(Described::Mark));
        found
    }

    /// What becomes of a field without a value.
    pub(super) fn given(
        &self,
        (file, field): (usize, &FieldFacts),
        described: &[Described<'_>],
        outer: Option<&Given>,
    ) -> Given {
        let given = self.described_default((file, field), described, outer);
        self.called_for((file, field), described, given)
    }

    fn described_default(
        &self,
        (file, field): (usize, &FieldFacts),
        described: &[Described<'_>],
        outer: Option<&Given>,
    ) -> Given {
        let nullable = field.of_type.as_ref().is_some_and(TypeExpr::is_nullable);
        let is_optional = self.row.is_optional || nullable && self.row.nullable_is_optional;
        let none = || match (is_optional, outer) {
            (true, _) => Given { absence: Absence::Optional, default: None },
            // The whole of which it is a part may be missing.
            (false, Some(outer)) if outer.absence != Absence::Required => {
                Given { absence: outer.absence, default: None }
            }
            (false, _) => Given { absence: Absence::Required, default: None },
        };
        let is_described = described.iter().any(|one| matches!(one, Described::Value(_)));
        if let Some(value) = field.value.as_ref().filter(|_| !is_described) {
            return valued(file, &value.value, value).unwrap_or_else(none);
        }
        for one in described {
            if let Some(value) = one.slot(&self.row.default) {
                let whole = field.value.as_ref().map_or(field.whole, |value| value.range);
                let arg = Arg { name: None, value: value.clone(), range: whole, named: false };
                if let Some(given) = valued(file, value, &arg) {
                    return given;
                }
            }
            if let Some(factory) = one.slot(&self.row.factory) {
                let whole = field.value.as_ref().map_or(field.whole, |value| value.range);
                let default = Some(bound_at(factory, file, whole));
                return Given { absence: Absence::Default, default };
            }
        }
        none()
    }

    /// The names that stand for a field's own, in the order in which they are tried.
    pub(super) fn own_names(
        &self,
        (file, field): (usize, &FieldFacts),
        described: &[Described<'_>],
    ) -> Vec<String> {
        let keywords = self.row.names.keywords.iter();
        let mut named =
            keywords.filter_map(|keyword| described.iter().find_map(|one| one.keyword(keyword)));
        // By position where no keyword does.
        let named =
            named.next().or_else(|| described.iter().find_map(|one| one.slot(&self.row.names)));
        let own = match named {
            Some(value) => self.name_texts(file, field, value),
            None => self.names_by_option(field),
        };
        self.called(file, field, (described, own))
    }

    /// The name that the code gives a field by an argument which this version of the library ignores.
    pub(super) fn ignored_name(
        &self,
        (file, field): (usize, &FieldFacts),
        described: &[Described<'_>],
        names: &[String],
    ) -> Option<Unbound> {
        let slot = &self.row.ignored_names;
        let given = described.iter().find_map(|one| {
            let keyword = slot.keywords.iter().find(|keyword| one.keyword(keyword).is_some())?;
            Some((keyword, one.keyword(keyword)?))
        });
        let (keyword, value) = given?;
        let texts = self.name_texts(file, field, value);
        let is_met = |text: &String| names.iter().any(|name| name.eq_ignore_ascii_case(text));
        if texts.is_empty() || texts.iter().any(is_met) {
            return None;
        }
        let library = self.row.schema.all().first().and_then(|name| name.split('.').next());
        let taken = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        Some(Unbound {
            name: texts[0].clone(),
            why: format!(
                "`{}` ignores `{keyword}` and takes {taken}",
                library.unwrap_or("the library")
            ),
            reach: Reach::Ignored,
        })
    }

    /// `class Config: fields = {"port": {"env": ["PORT", "HTTP_PORT"]}}`
    pub(super) fn names_by_option(&self, field: &FieldFacts) -> Vec<String> {
        let Some(option) = &self.row.names_option else { return Vec::new() };
        let Some(all) = self.program.option(self.row, self.root, std::slice::from_ref(option))
        else {
            return Vec::new();
        };
        let entry = |value: &Expr, name: &str| match value {
            Expr::Map(pairs) => pairs
                .iter()
                .find(|(key, _)| matches!(key, Expr::Text(text) if text == name))
                .map(|(_, value)| value.clone()),
            _ => None,
        };
        let Some(own) = entry(&all.expr, &field.name) else { return Vec::new() };
        let named = self.row.names.keywords.iter().find_map(|keyword| entry(&own, keyword));
        named.map(|value| self.name_texts(all.file, field, &value)).unwrap_or_default()
    }

    pub(super) fn name_texts(&self, file: usize, field: &FieldFacts, value: &Expr) -> Vec<String> {
        let texts = |value: &Expr| self.program.texts(&bound_at(value, file, field.range));
        match value {
            Expr::List(many) => many.iter().flat_map(texts).collect(),
            Expr::Call(path, args, _) => match self.program.resolve(file, path) {
                Target::External(name) if self.row.choices.contains(&name) => {
                    // `AliasPath("redis", 0)` is a place in what `REDIS` holds.
                    let is_path = path.last().ends_with("Path");
                    let given = args.iter().take(if is_path { 1 } else { usize::MAX });
                    given.flat_map(|arg| self.name_texts(file, field, arg)).collect()
                }
                _ => texts(value),
            },
            _ => texts(value),
        }
    }
}

impl<'f> Described<'f> {
    pub(super) fn keyword(&self, wanted: &str) -> Option<&'f Expr> {
        match self {
            Self::Value(args) => args.iter().find_map(|arg| match arg {
                Expr::Keyword(name, value) if name == wanted => Some(&**value),
                _ => None,
            }),
            Self::Mark(mark) => {
                let arg = mark.args.iter().find(|arg| arg.name.as_deref() == Some(wanted));
                arg.map(|arg| &arg.value)
            }
        }
    }

    pub(super) fn slot(&self, slot: &Slot) -> Option<&'f Expr> {
        let keyword = slot.keywords.iter().find_map(|keyword| self.keyword(keyword));
        keyword.or_else(|| {
            let position = slot.position?;
            match self {
                Self::Value(args) => {
                    args.iter().filter(|arg| !matches!(arg, Expr::Keyword(..))).nth(position)
                }
                // Inside a type the default stands behind it.
                Self::Mark(_) => None,
            }
        })
    }
}

/// What a written value comes to; `None` for `...`, which says that there is none.
fn valued(file: usize, value: &Expr, arg: &Arg) -> Option<Given> {
    match value {
        Expr::Null => Some(Given { absence: Absence::Optional, default: None }),
        Expr::Path(path) if path.rest.is_empty() && is_ellipsis(path) => None,
        Expr::Path(path) if path.rest == "..." || path.last() == "Undefined" => None,
        _ => {
            let default = Some(bound_at(value, file, arg.range));
            Some(Given { absence: Absence::Default, default })
        }
    }
}
