//! What the call that reads says of its value: switches, converters, types written beside it.

use super::{Needed, Walk, named_type, type_limits};
use crate::facts::code::{Expr, Form, Path, Step};
use crate::facts::schema::Holds;
use crate::lang::handlers::Handling;
use crate::link::chains::{Chain, bound, slot};
use crate::link::program::Target;
use crate::link::schemas;
use crate::model::ValueType;

impl Walk<'_, '_> {
    /// `is_flag=True`, `action=SetTrue`: arguments that make a boolean, a list or JSON of it.
    pub(super) fn switched(&self, chain: &Chain<'_>) -> Option<Needed> {
        let args = &self.program.site(chain.frames[0]).args;
        let row = chain.row;
        let is_on = |switch| slot(switch, args).is_some_and(|arg| arg.value == Expr::Bool(true));
        let made = if is_on(&row.boolean) {
            ValueType::Bool(Vec::new())
        } else if is_on(&row.listed) {
            ValueType::List
        } else if is_on(&row.json) {
            ValueType::Json
        } else {
            return None;
        };
        Some(made.into())
    }

    /// `cast=int`, a default that says the type, the converter of an instance.
    pub(super) fn argument(&self, chain: &Chain<'_>) -> Option<Needed> {
        let needed = self.converter(chain)?;
        // A dictionary is written `a=b,c=d` there.
        let is_written_apart = chain.row.scheme && needed.expects == ValueType::Json;
        Some(if is_written_apart { Needed::default() } else { needed })
    }

    fn converter(&self, chain: &Chain<'_>) -> Option<Needed> {
        let args = &self.program.site(chain.frames[0]).args;
        let cast = slot(&chain.row.cast, args);
        let converted = cast.and_then(|arg| {
            let settled = bound(arg, self.file, chain.given[0].clone()).settled();
            self.cast(settled.file, &settled.expr)
        });
        let by_default = || {
            let says = chain.row.cast_by_default && cast.is_none();
            let default = slot(&chain.row.default, args).filter(|_| says)?;
            self.like(&default.value).map(Needed::from)
        };
        let of_instance = || {
            let found = chain.instance.as_ref()?.cast.as_ref()?;
            self.cast(found.file, &found.expr)
        };
        converted.or_else(by_default).or_else(of_instance)
    }

    /// The type of the field or of the call, as it is written.
    pub(super) fn declared(&self, chain: &Chain<'_>) -> Option<Needed> {
        let site = self.program.site(chain.frames[0]);
        let types = site.types.as_ref().filter(|_| chain.row.typed);
        let field = site.field.as_ref().map(|field| &*field.of_type);
        types
            .and_then(|types| self.written(types))
            .or_else(|| self.written(field?))
            .or_else(|| self.enumerated(field?).map(Needed::from))
    }

    /// What the methods of a builder say, or the row of a macro that stands around the call.
    pub(super) fn built(&self, chain: &Chain<'_>) -> Option<Needed> {
        let steps = &self.program.site(chain.frames[0]).steps;
        if let Some(name) = &chain.row.builder_boolean
            && steps.iter().any(|step| is_set(step, name))
        {
            return Some(ValueType::Bool(Vec::new()).into());
        }
        let name = chain.row.builder_type.as_ref();
        name.and_then(|name| self.builder(steps, name)).or_else(|| {
            let rows = chain.frames.iter().skip(1).map(|frame| self.program.site(*frame));
            let mut rows = rows.filter(|site| site.form == Form::Macro);
            self.written(rows.find_map(|site| site.types.as_ref())?)
        })
    }

    /// The constants of an enum of the project that a field's type names.
    fn enumerated(&self, of_type: &str) -> Option<ValueType> {
        let name = of_type.trim_start_matches("Option<").trim_end_matches('>').replace("::", ".");
        let class = self.program.class(self.file, &Path::here(name))?;
        // What each is written as is the library's to say.
        schemas::constants(self.program, class).map(|_| ValueType::Enum(Vec::new()))
    }

    /// The type of a value that is written out.
    pub(super) fn like(&self, value: &Expr) -> Option<ValueType> {
        Some(match value {
            Expr::Text(_) => ValueType::Text,
            Expr::Number(text) if text.contains('.') => ValueType::Float,
            Expr::Number(_) => ValueType::Int,
            Expr::Bool(_) => ValueType::Bool(self.handlers.bool_words.clone()),
            _ => return None,
        })
    }

    /// `Choices(["slow", "fast"])`: one of these texts.
    fn choices(&self, file: usize, path: &Path, args: &[Expr]) -> Option<ValueType> {
        let Target::External(name) = self.program.resolve(file, path) else { return None };
        if !self.handlers.choices.contains(&name) {
            return None;
        }
        let given = args.iter().find_map(|arg| match arg {
            Expr::List(many) => Some(many),
            Expr::Keyword(_, inner) => match &**inner {
                Expr::List(many) => Some(many),
                _ => None,
            },
            _ => None,
        })?;
        let text = |one: &Expr| match one {
            Expr::Text(text) | Expr::Number(text) => Some(text.clone()),
            // `("slow", "Slow post")`: a value and its label.
            Expr::List(pair) => match pair.first() {
                Some(Expr::Text(text)) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        given.iter().map(text).collect::<Option<Vec<_>>>().map(ValueType::Enum)
    }

    /// What a converter makes: `int`, `Csv()`.
    fn cast(&self, file: usize, value: &Expr) -> Option<Needed> {
        match value {
            Expr::Call(path, args, _) if self.choices(file, path, args).is_some() => {
                self.choices(file, path, args).map(Needed::from)
            }
            Expr::Path(path) | Expr::Call(path, ..) => {
                self.converted(file, path).or_else(|| self.written(path.last()))
            }
            Expr::List(many) => many.first().and_then(|one| self.cast(file, one)),
            _ => None,
        }
    }

    /// What a function makes of a text, by its row.
    pub(super) fn converted(&self, file: usize, path: &Path) -> Option<Needed> {
        let row = self.function(file, path)?;
        let name = row.of_type.as_deref()?;
        let expects = named_type(name, &row.words)?;
        // `u16::from_str`: the name before the last is a type.
        let mut segments = path.rest.rsplit('.');
        let (last, before) = (segments.next().unwrap_or_default(), segments.next());
        let mut limits = type_limits(self.handlers, before.unwrap_or(last));
        limits.any_text_is_yes = row.any_text_is_yes;
        Some(Needed { expects, limits })
    }

    fn builder(&self, steps: &[Step], wanted: &str) -> Option<Needed> {
        let mut given = steps.iter().filter_map(|step| match step {
            Step::Method { name, args, .. } if name == wanted => args.first(),
            _ => None,
        });
        match &given.next()?.value {
            Expr::Call(_, args, _) => args.first().and_then(|one| self.cast(self.file, one)),
            other => self.cast(self.file, other),
        }
    }

    pub(super) fn function(&self, file: usize, path: &Path) -> Option<&Handling> {
        let Target::External(name) = self.program.resolve(file, path) else { return None };
        let rows = &self.handlers.functions;
        rows.get(&name).or_else(|| {
            let mut segments = name.rsplit('.');
            let last = segments.next()?;
            let before = segments.next()?;
            rows.get(&format!("{before}.{last}"))
        })
    }

    /// A type as code writes it: `u16`, `Option<u16>`, `<u16>`, `Vec<String>`, `str | None`.
    pub(super) fn written(&self, of_type: &str) -> Option<Needed> {
        let mut name = of_type.trim_start_matches([':', '<', '&', ' ']).trim_end();
        for _ in 0..4 {
            let outer = name.split(['<', '[', '|', '>', ',', ']']).next().unwrap_or(name).trim();
            let outer = outer.rsplit(['.', ':']).next().unwrap_or(outer);
            if let Some(known) = self.handlers.types.get(outer) {
                let expects = named_type(known, &self.handlers.bool_words)?;
                let mut limits = type_limits(self.handlers, outer);
                if matches!(expects, ValueType::Bool(_)) {
                    limits.exact_words = Some(self.handlers.exact_words);
                }
                return Some(Needed { expects, limits });
            }
            let holds = self.handlers.holds(outer);
            let holds_one = matches!(holds, Holds::Nullable | Holds::One | Holds::Outcome);
            let (_, inner) = name.split_once(['<', '[']).filter(|_| holds_one)?;
            name = inner;
        }
        None
    }
}

/// `.action(ArgAction::SetTrue)`.
fn is_set(step: &Step, wanted: &str) -> bool {
    let Step::Method { name, args, .. } = step else { return false };
    name == wanted
        && args.first().is_some_and(|arg| match &arg.value {
            Expr::Path(path) => matches!(path.last(), "SetTrue" | "SetFalse"),
            _ => false,
        })
}
