//! Flags that are objects of a class of the project, each under a name of its own: `CAKES = Flag("cakes", default=True)`.
//!
//! Who asks such an object whether it is on, or lets its value decide, asks for the flag. What gives it a state asks nothing.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::members::is_name;
use super::spot::{Spot, named};
use super::{Asked, Flag, Kind, MAX_FLAGS, Registry, id_of, sites};
use crate::facts::code::{Expr, Form, Item, ItemKind, Path};
use crate::link::program::{Program, Target};
use crate::model::{DefaultValue, Via};
use crate::nature::registry;
use crate::text::Span;

/// What an object is asked for its state, beside words of a question: `PIPE_FAIL.get()`.
const ANSWERS: &[&str] = &["enabled", "get", "get_value", "is_on", "is_set", "load", "value"];

/// Keywords by which a constructor is told the name of a flag.
const NAMES: &[&str] = &["codename", "flag_name", "id", "key", "name"];

/// Constants of a type by which it says the name of its flag.
const NAMES_OF_TYPES: &[&str] = &["ID", "IDENTIFIER", "KEY", "NAME"];

/// The objects, those of one class and file together.
pub(super) fn registries(program: &Program<'_>) -> Vec<Registry> {
    let mut found: BTreeMap<(String, usize), BTreeMap<String, Flag>> = BTreeMap::new();
    for (file, unit) in program.files.iter().enumerate() {
        for item in &unit.facts.items {
            if let Some((class, flag)) = flag(program, file, item) {
                found.entry((class, file)).or_default().insert(item.name.clone(), flag);
            }
        }
    }
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for ((class, _), flags) in &found {
        *counts.entry(class.clone()).or_default() += flags.len();
    }
    let of_some = found.into_iter().filter(|((class, _), _)| {
        counts.get(class).is_some_and(|count| (2..=MAX_FLAGS).contains(count))
    });
    let registry = |((name, file), flags): ((String, usize), BTreeMap<String, Flag>)| {
        let id = id_of(program, file, &name);
        let (is_closed, is_described, kind) = (false, false, Kind::Object);
        Registry { id, name, file, flags, is_closed, is_described, kind }
    };
    of_some.map(registry).collect()
}

/// The class of a flag that an item is, and the flag.
fn flag(program: &Program<'_>, file: usize, item: &Item) -> Option<(String, Flag)> {
    let last = item.name.rsplit('.').next().unwrap_or(&item.name);
    let ItemKind::Value(Expr::Call(path, args, _)) = &item.kind else { return None };
    if last.contains(|c: char| c.is_ascii_lowercase()) || last.len() < 2 {
        return None;
    }
    let class = class_of(path)?;
    let plain = args.iter().filter(|arg| !matches!(arg, Expr::Keyword(..)));
    let (name, on) = (name_of(args), is_on(args));
    let is_switch = matches!(plain.clone().nth(1), Some(Expr::Bool(_))) && name.is_some();
    if !registry::makes(class) && !is_switch {
        return None;
    }
    if matches!(program.resolve(file, path), Target::External(_)) {
        return None;
    }
    let span = Span::new(program.files[file].id, item.range);
    let default = on.map(|on| DefaultValue::switch(on, span));
    let name = name.or_else(|| plain.clone().find_map(|arg| name_of_marker(program, file, arg)));
    let key = name.unwrap_or_else(|| last.to_owned());
    Some((class.to_owned(), Flag { key, range: item.range, default }))
}

/// The name that a constructor or a struct gives a flag.
pub(super) fn name_of(args: &[Expr]) -> Option<String> {
    let first = args.iter().find(|arg| !matches!(arg, Expr::Keyword(..)));
    NAMES.iter().find_map(|name| keyword(args, name)).or(first).and_then(text_of)
}

/// The state that it gives one: by a keyword that says so before any other.
pub(super) fn is_on(args: &[Expr]) -> Option<bool> {
    let on = |arg: &Expr| match arg {
        Expr::Bool(on) => Some(*on),
        Expr::Keyword(_, inner) => match **inner {
            Expr::Bool(on) => Some(on),
            _ => None,
        },
        _ => None,
    };
    let says = |arg: &&Expr| matches!(arg, Expr::Keyword(name, _) if registry::is_state(name));
    args.iter().filter(says).find_map(on).or_else(|| args.iter().find_map(on))
}

/// The name that a type of the same file says a flag has: `Flag::new(&Cakes)` beside `const IDENTIFIER: &str = "cakes"`.
fn name_of_marker(program: &Program<'_>, file: usize, arg: &Expr) -> Option<String> {
    let Expr::Path(path) = arg else { return None };
    let (unit, marker) = (&program.files[file], path.last());
    NAMES_OF_TYPES.iter().find_map(|name| {
        let item = unit.items.get(format!("{marker}.{name}").as_str())?;
        match &unit.facts.items[*item].kind {
            ItemKind::Value(Expr::Text(text)) if is_name(text) => Some(text.clone()),
            _ => None,
        }
    })
}

/// The class that a call makes an object of: `Flag(…)`, `Flag::new(…)`.
pub(super) fn class_of(path: &Path) -> Option<&str> {
    let named = |name: &&str| name.starts_with(|first: char| first.is_ascii_uppercase());
    path.rest.rsplit('.').map(|segment| segment.trim_end_matches("()")).take(2).find(named)
}

fn keyword<'e>(args: &'e [Expr], wanted: &str) -> Option<&'e Expr> {
    args.iter().find_map(|arg| match arg {
        Expr::Keyword(name, inner) if name == wanted => Some(&**inner),
        _ => None,
    })
}

/// A text that can be a name, also in what makes a name of it: `L!("new-till")`, `FlagName::new("new-till")`.
fn text_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Text(text) if is_name(text) => Some(text.clone()),
        Expr::Call(_, args, None) => match &args[..] {
            [Expr::Text(text)] if is_name(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Who asks for the flags of `all` that are objects.
pub(super) fn asked(program: &Program<'_>, all: &[Registry]) -> Vec<Asked> {
    let mut by_last: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let is_asked = |one: &Registry| matches!(one.kind, Kind::Object | Kind::Made);
    for (at, one) in all.iter().enumerate().filter(|(_, one)| is_asked(one)) {
        for name in one.flags.keys() {
            let last = name.rsplit('.').next().unwrap_or(name);
            by_last.entry(last).or_default().push(at);
        }
    }
    if by_last.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for one in named(program, &|segment| by_last.contains_key(segment)) {
        let last = one.path.last();
        let (object, method) = match by_last.contains_key(last) {
            true if one.path.rest.ends_with("()") => continue,
            true => (one.path.clone(), None),
            false => {
                let Some((object, _)) = one.path.rest.rsplit_once('.') else { continue };
                (Path { base: one.path.base, rest: object.to_owned() }, Some(last))
            }
        };
        if method.is_some_and(|method| !registry::asks(method) && !ANSWERS.contains(&method)) {
            continue;
        }
        let is_question = one.decides || method.is_some_and(registry::asks);
        // A bare name that decides nothing is handed on.
        if method.is_some() || one.decides {
            found.extend(ask(program, all, &by_last, &object, one.spot, is_question));
        }
    }
    found.extend(handed(program, all, &by_last));
    found
}

/// Objects that are handed to what asks: `is_enabled(CAKES)`.
fn handed(
    program: &Program<'_>,
    all: &[Registry],
    by_last: &FxHashMap<&str, Vec<usize>>,
) -> Vec<Asked> {
    let mut found = Vec::new();
    for (frame, site) in sites(program) {
        if site.form != Form::Call || !registry::asks(site.callee.last()) {
            continue;
        }
        for arg in &site.args {
            if let Expr::Path(path) = &arg.value
                && by_last.contains_key(path.last())
            {
                let spot = Spot::of(program, frame);
                found.extend(ask(program, all, by_last, path, spot, true));
            }
        }
    }
    found
}

fn ask(
    program: &Program<'_>,
    all: &[Registry],
    by_last: &FxHashMap<&str, Vec<usize>>,
    path: &Path,
    spot: Spot,
    is_question: bool,
) -> Option<Asked> {
    let candidates = by_last.get(path.last())?;
    let (registry, name) = match program.value_at_top(spot.file, path) {
        Some((file, name)) => (*candidates.iter().find(|at| all[**at].file == file)?, name),
        // No text shows what a macro makes: one name of a row leads to it.
        None => match candidates[..] {
            [one] if all[one].kind == Kind::Made => (one, path.last().to_owned()),
            _ => return None,
        },
    };
    let flag = all[registry].flags.get(&name)?;
    Some(Asked {
        registry,
        spot,
        key: flag.key.clone(),
        range: spot.range,
        via: Via::Constant,
        is_question,
        default: flag.default.clone(),
    })
}
