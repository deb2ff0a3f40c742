//! What the object that answers says about every key it is asked for: prefixes, and a scheme of types and defaults.

use super::chains::{Frame, bound};
use super::evaluate::{Bound, HOLE};
use super::program::{Made, Program, Target};
use crate::facts::code::{Context, Expr, Path};
use crate::lang::catalog::ReaderRow;
use crate::text::TextRange;

/// What the instance adds to one read.
#[derive(Clone, Debug, Default)]
pub(super) struct Instance {
    /// Put before each key.
    pub(super) prefix: String,
    /// The type that its scheme gives the key.
    pub(super) cast: Option<Bound>,
    /// The default that its scheme gives the key.
    pub(super) default: Option<Bound>,
}

impl Program<'_> {
    /// What the instance behind a site of `row` says of `key`; `None` where it says nothing.
    pub(super) fn instance(
        &self,
        row: &ReaderRow,
        reader: &str,
        frame: Frame,
        key: &str,
    ) -> Option<Instance> {
        let can_say = row.scheme
            || row.prefix_attribute.is_some()
            || !row.prefix.keywords.is_empty()
            || !row.contexts.is_empty();
        if !can_say {
            return None;
        }
        let site = self.site(frame);
        let object = object_of(&site.callee, reader);
        let made = self.made(frame.file, &site.callee);
        let mut instance = Instance::default();
        if let Some(made) = &made {
            let prefix = made.args.iter().find_map(|arg| keyword(arg, &row.prefix.keywords));
            instance.prefix.extend(prefix.map(|value| self.one_text(made.file, value, site.range)));
        }
        if let Some(attribute) = &row.prefix_attribute
            && let Target::Value(file, value @ Expr::Text(_)) =
                self.resolve(frame.file, &object.join(attribute))
        {
            instance.prefix.push_str(&self.one_text(file, &value, site.range));
        }
        if let Some(made) = made.as_ref().filter(|_| row.scheme) {
            let whole = format!("{}{key}", instance.prefix);
            self.scheme(made, &whole, site.range, &mut instance);
        }
        for context in &site.contexts {
            instance.prefix.extend(self.context_prefix(row, frame.file, &object, context));
        }
        Some(instance)
    }

    fn one_text(&self, file: usize, value: &Expr, range: TextRange) -> String {
        let value = Bound { expr: value.clone(), file, range, given: None };
        match &self.texts(&value)[..] {
            [one] => one.clone(),
            _ => HOLE.to_string(),
        }
    }

    fn context_prefix(
        &self,
        row: &ReaderRow,
        file: usize,
        object: &Path,
        context: &Context,
    ) -> Option<String> {
        let Target::External(name) = self.resolve(file, &context.callee) else { return None };
        if !row.contexts.contains(&name) || object_of(&context.callee, &name) != *object {
            return None;
        }
        match &self.texts(&bound(context.args.first()?, file, None))[..] {
            [one] => Some(one.clone()),
            _ => Some(HOLE.to_string()),
        }
    }

    /// `Env(DEBUG=(bool, False), NAME=str)`
    fn scheme(&self, made: &Made, key: &str, range: TextRange, instance: &mut Instance) {
        let found = made.args.iter().find_map(|arg| match arg {
            Expr::Keyword(name, value) if name == key => Some((made.file, (**value).clone())),
            // `Env(**SCHEME)`
            Expr::Path(path) => match self.resolve(made.file, path) {
                Target::Value(file, Expr::Map(pairs)) => {
                    let own =
                        pairs.into_iter().find(|(name, _)| *name == Expr::Text(key.to_owned()));
                    own.map(|(_, value)| (file, value))
                }
                _ => None,
            },
            _ => None,
        });
        let Some((file, found)) = found else { return };
        let bound = |expr: &Expr| Bound { expr: expr.clone(), file, range, given: None };
        match &found {
            Expr::List(many) => {
                instance.cast = many.first().map(bound);
                instance.default = many.get(1).map(bound);
            }
            one => instance.cast = Some(bound(one)),
        }
    }
}

fn keyword<'e>(arg: &'e Expr, names: &[String]) -> Option<&'e Expr> {
    match arg {
        Expr::Keyword(name, value) if names.contains(name) => Some(value),
        _ => None,
    }
}

/// The instance in a path that leads to `reader`: `camp.env` of `camp.env.int` for `environs.Env().int`.
fn object_of(path: &Path, reader: &str) -> Path {
    let method = match reader.rsplit_once("()") {
        Some((_, method)) => method,
        None => reader.rfind('.').map_or("", |at| &reader[at..]),
    };
    let rest = path.rest.strip_suffix(method).unwrap_or(&path.rest);
    Path { base: path.base, rest: rest.to_owned() }
}
