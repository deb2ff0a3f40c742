//! Values to texts: constants, parameters, and what is put together from them.
//!
//! What is not known becomes a hole; a text with a hole is a pattern.

mod calls;
mod parts;

use std::rc::Rc;

use super::program::{Program, Target};
use crate::facts::code::{Expr, Param, Path};
use crate::lang::handlers::Verb;
use crate::text::{Span, TextRange};

/// Stands for any text.
pub(super) const HOLE: char = '\u{1}';

/// Stands for what a caller of the function around the site passes.
pub(super) const CALLER: char = '\u{2}';

/// More values of one expression are not told apart: the rest becomes a pattern.
const MAX_VALUES: usize = 256;

/// Longer ways to a value are not followed.
const MAX_DEPTH: usize = 24;

/// A value where it is written, with what its parameters stand for.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) expr: Expr,
    pub(super) file: usize,
    pub(super) range: TextRange,
    pub(super) given: Option<Rc<Given>>,
}

/// What the parameters of a function stand for at one call.
#[derive(Debug)]
pub(super) struct Given {
    /// For each parameter, what the call passes, or its default.
    pub(super) params: Vec<Option<Bound>>,
    /// For each parameter, whether the call passes it.
    pub(super) passed: Vec<bool>,
    /// The constant that the method is called on, by its last segment.
    pub(super) own: Option<String>,
    /// They are those of the constructor of the object that is asked.
    pub(super) of_object: bool,
}

impl Given {
    /// Binds the parameters of a function to the arguments of a call.
    pub(super) fn bind(
        params: &[Param],
        in_file: usize,
        args: &[crate::facts::code::Arg],
        call_file: usize,
        outer: Option<&Rc<Self>>,
    ) -> Rc<Self> {
        let mut bound: Vec<Option<Bound>> = Vec::with_capacity(params.len());
        let mut passed = Vec::with_capacity(params.len());
        let positional: Vec<_> = args.iter().filter(|arg| arg.name.is_none()).collect();
        for (at, param) in params.iter().enumerate() {
            let keyword = args.iter().find(|arg| arg.name.as_deref() == Some(param.name.as_str()));
            let arg = keyword.or_else(|| positional.get(at).copied());
            passed.push(arg.is_some());
            bound.push(match arg {
                Some(arg) => Some(Bound {
                    expr: arg.value.clone(),
                    file: call_file,
                    range: arg.range,
                    given: outer.cloned(),
                }),
                None => param.default.as_ref().map(|default| Bound {
                    expr: default.clone(),
                    file: in_file,
                    range: param.range,
                    given: None,
                }),
            });
        }
        Rc::new(Self { params: bound, passed, own: None, of_object: false })
    }

    /// The same, where the function is the constructor of the object that is asked.
    pub(super) fn of_object(self: Rc<Self>) -> Rc<Self> {
        let (params, passed) = (self.params.clone(), self.passed.clone());
        Rc::new(Self { params, passed, own: None, of_object: true })
    }
}

impl Bound {
    /// Where the value is written.
    pub(super) fn span(&self, program: &Program<'_>) -> Span {
        Span::new(program.files[self.file].id, self.range)
    }

    /// The value behind a parameter.
    pub(super) fn settled(&self) -> Self {
        let mut at = self.clone();
        for _ in 0..MAX_DEPTH {
            let Expr::Param(place) = at.expr else { break };
            let next = at
                .given
                .as_ref()
                .and_then(|given| given.params.get(usize::from(place)).cloned().flatten());
            let Some(next) = next else { break };
            at = next;
        }
        at
    }
}

impl Program<'_> {
    /// All texts that a value can be, sorted. `HOLE` and `CALLER` stand for what is not known.
    pub(super) fn texts(&self, value: &Bound) -> Vec<String> {
        let mut texts = self.eval(value, MAX_DEPTH);
        texts.sort();
        texts.dedup();
        texts
    }

    fn eval(&self, value: &Bound, depth: usize) -> Vec<String> {
        let Some(depth) = depth.checked_sub(1) else { return vec![HOLE.to_string()] };
        let sub = |expr: &Expr| Bound { expr: expr.clone(), ..value.clone() };
        match &value.expr {
            Expr::Text(text) | Expr::Number(text) => vec![text.clone()],
            Expr::Bool(value) => vec![value.to_string()],
            Expr::Join(pieces) => pieces.iter().fold(vec![String::new()], |texts, piece| {
                product(&texts, &self.eval(&sub(piece), depth))
            }),
            Expr::OneOf(many) => {
                let texts: Vec<_> =
                    many.iter().flat_map(|one| self.eval(&sub(one), depth)).collect();
                bounded(texts)
            }
            Expr::Param(place) => match &value.given {
                None => vec![CALLER.to_string()],
                Some(given) => match given.params.get(usize::from(*place)) {
                    Some(Some(bound)) => self.eval(bound, depth),
                    _ => vec![HOLE.to_string()],
                },
            },
            Expr::Path(path) => self.path_texts(value, path, depth),
            Expr::Element(list) => {
                let elements = self.elements(&sub(list), depth);
                bounded(elements.iter().flat_map(|one| self.eval(one, depth)).collect())
            }
            Expr::Part(element, place) => {
                let wholes = match &**element {
                    Expr::Element(list) => self.elements(&sub(list), depth),
                    _ => Vec::new(),
                };
                let part = |whole: &Bound| match &whole.expr {
                    Expr::List(parts) => parts
                        .get(usize::from(*place))
                        .map(|part| Bound { expr: part.clone(), ..whole.clone() }),
                    _ => None,
                };
                let parts: Option<Vec<_>> = wholes.iter().map(part).collect();
                match parts {
                    Some(parts) if !parts.is_empty() => {
                        bounded(parts.iter().flat_map(|part| self.eval(part, depth)).collect())
                    }
                    _ => vec![HOLE.to_string()],
                }
            }
            Expr::Method(object, name, args) => self.method_texts(&sub(object), name, args, depth),
            Expr::Call(path, args, _) => self.call_texts(value, path, args, depth),
            Expr::Select(subject, arms) => self.selected_texts(&sub(subject), arms, depth),
            Expr::Entry(object, index) => {
                self.entry_texts(&sub(object), &self.eval(&sub(index), depth), depth)
            }
            Expr::Keyword(_, value) => self.eval(&sub(value), depth),
            Expr::List(_) | Expr::Map(_) | Expr::Null | Expr::Unknown => vec![HOLE.to_string()],
        }
    }

    /// `names["db"]`, `names[0]`
    fn entry_texts(&self, object: &Bound, index: &[String], depth: usize) -> Vec<String> {
        let unknown = vec![HOLE.to_string()];
        let ([wanted], Some(depth)) = (index, depth.checked_sub(1)) else { return unknown };
        let object = object.settled();
        match &object.expr {
            Expr::Map(pairs) => {
                let at = |expr: &Expr| Bound { expr: expr.clone(), ..object.clone() };
                let found = pairs.iter().rev().find(
                    |(key, _)| matches!(key, Expr::Text(text) | Expr::Number(text) if text == wanted),
                );
                found.map_or(unknown, |(_, value)| self.eval(&at(value), depth))
            }
            Expr::List(many) => {
                let found = wanted.parse::<usize>().ok().and_then(|at| many.get(at));
                found.map_or(unknown, |one| {
                    self.eval(&Bound { expr: one.clone(), ..object.clone() }, depth)
                })
            }
            Expr::Path(path) => match self.resolve(object.file, path) {
                Target::Value(file, expr) if !matches!(expr, Expr::Path(_)) => {
                    let object = Bound { expr, file, range: object.range, given: None };
                    self.entry_texts(&object, index, depth)
                }
                _ => unknown,
            },
            // `task["env_key"]`, for each task of a list.
            Expr::Element(list) => {
                let list = Bound { expr: (**list).clone(), ..object.clone() };
                let each = self.elements(&list, depth);
                bounded(each.iter().flat_map(|one| self.entry_texts(one, index, depth)).collect())
            }
            _ => unknown,
        }
    }

    fn path_texts(&self, value: &Bound, path: &Path, depth: usize) -> Vec<String> {
        let target = self.resolve(value.file, path);
        // `self.name`, which the constructor was handed.
        let kept = value.given.as_ref().filter(|given| given.of_object);
        if let (Target::Value(file, expr @ Expr::Param(_)), Some(given)) = (&target, kept) {
            let (expr, given) = (expr.clone(), Some(given.clone()));
            return self.eval(&Bound { expr, file: *file, range: value.range, given }, depth);
        }
        if let Target::Value(file, expr) = target {
            return self.eval(&Bound { expr, file, range: value.range, given: None }, depth);
        }
        // `Keys.DB.value`, `Keys.DB.name`: the member itself.
        if let Some((member, "value")) = path.rest.rsplit_once('.') {
            let member = Path { base: path.base, rest: member.to_owned() };
            if let Target::Value(file, expr) = self.resolve(value.file, &member) {
                return self.eval(&Bound { expr, file, range: value.range, given: None }, depth);
            }
        }
        match self.part(value, path) {
            Some(part) => self.eval(&part, depth),
            None => vec![HOLE.to_string()],
        }
    }

    /// The entries of a dictionary, each a list of its key and value.
    fn pairs(&self, list: &Bound, object: &Expr) -> Vec<Bound> {
        let entries = |pairs: &[(Expr, Expr)], file, given: &Option<Rc<Given>>| {
            let entry = |(key, value): &(Expr, Expr)| Bound {
                expr: Expr::List(vec![key.clone(), value.clone()]),
                file,
                range: list.range,
                given: given.clone(),
            };
            pairs.iter().map(entry).collect()
        };
        match object {
            Expr::Map(pairs) => entries(pairs, list.file, &list.given),
            Expr::Path(path) => match self.resolve(list.file, path) {
                Target::Value(file, Expr::Map(pairs)) => entries(&pairs, file, &None),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The elements of a list, the keys of a dictionary.
    fn elements(&self, list: &Bound, depth: usize) -> Vec<Bound> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        // Not `..list.clone()`: that would copy the whole list for each of its elements.
        let (file, range) = (list.file, list.range);
        let with =
            |expr: &Expr| Bound { expr: expr.clone(), file, range, given: list.given.clone() };
        match &list.expr {
            Expr::List(many) => many.iter().map(with).collect(),
            Expr::Map(pairs) => pairs.iter().map(|(key, _)| with(key)).collect(),
            Expr::OneOf(many) => {
                many.iter().flat_map(|one| self.elements(&with(one), depth)).collect()
            }
            Expr::Method(object, name, _) => match (self.verb(file, name), &**object) {
                (Some(Verb::Pairs), object) => self.pairs(list, object),
                (Some(Verb::Values), object) => {
                    let value = |pair: Bound| match pair.expr {
                        Expr::List(mut both) => Some(Bound { expr: both.pop()?, ..pair }),
                        _ => None,
                    };
                    self.pairs(list, object).into_iter().filter_map(value).collect()
                }
                (Some(Verb::Counted), object) => counted(self.elements(&with(object), depth)),
                (_, object) => self.elements(&with(object), depth),
            },
            Expr::Path(path) => match self.resolve(list.file, path) {
                Target::Value(file, expr) => {
                    self.elements(&Bound { expr, file, range: list.range, given: None }, depth)
                }
                _ => self.constants_of(list, path),
            },
            Expr::Call(path, args, _) => match &args[..] {
                [one, ..] if self.verb(file, path.last()) == Some(Verb::Counted) => {
                    counted(self.elements(&with(one), depth))
                }
                [one] => self.elements(&with(one), depth),
                _ => Vec::new(),
            },
            Expr::Param(_) => {
                let settled = list.settled();
                if matches!(settled.expr, Expr::Param(_)) {
                    vec![list.clone()]
                } else {
                    self.elements(&settled, depth)
                }
            }
            _ => Vec::new(),
        }
    }
}

/// Each element with its place before it.
fn counted(elements: Vec<Bound>) -> Vec<Bound> {
    let pair = |one: Bound| {
        let expr = Expr::List(vec![Expr::Unknown, one.expr.clone()]);
        Bound { expr, ..one }
    };
    elements.into_iter().map(pair).collect()
}

fn product(left: &[String], right: &[String]) -> Vec<String> {
    let all = left.iter().flat_map(|one| right.iter().map(move |two| format!("{one}{two}")));
    bounded(all.take(MAX_VALUES + 1).collect())
}

fn bounded(mut texts: Vec<String>) -> Vec<String> {
    if texts.is_empty() {
        return vec![HOLE.to_string()];
    }
    // What is left out may be any text.
    if texts.len() > MAX_VALUES {
        texts.truncate(MAX_VALUES);
        texts.push(HOLE.to_string());
    }
    texts
}
