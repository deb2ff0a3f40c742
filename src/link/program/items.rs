//! What an item stands for, and what is asked of it further on: instances, functions, members of classes.

use crate::link::documents::lookup_path;

use super::{Made, Object, Program, Target, bare};
use crate::facts::code::{Base, Expr, ItemKind, Path};
use crate::facts::schema::{Holds, TypeExpr};
use crate::lang::handlers::Verb;

/// A mapping of more others than this is not followed.
const MAX_LAID: usize = 8;

/// More values of one function are not followed.
const MAX_GIVEN: usize = 8;

impl Program<'_> {
    /// What item `kind`, found under the name `own` in file `at`, and `more` behind it stand for.
    pub(super) fn item(
        &self,
        at: usize,
        kind: &ItemKind,
        own: &[&str],
        called: bool,
        more: &[&str],
        hops: usize,
    ) -> Target {
        let onward = |path: &Path| {
            let path = if called { path.called() } else { path.clone() };
            more.iter().fold(path, |path, segment| path.join(segment))
        };
        match kind {
            ItemKind::Import(path) => self.follow(at, &onward(path), hops),
            ItemKind::Function(place) if more.is_empty() && !called => Target::Function(at, *place),
            ItemKind::Value(Expr::Path(path)) => match self.follow(at, &onward(path), hops) {
                Target::Other if more.is_empty() => Target::Value(at, Expr::Path(path.clone())),
                target => target,
            },
            ItemKind::Value(value) if more.is_empty() && self.is_name_of(at, value) => {
                Target::Value(at, value.clone())
            }
            ItemKind::Value(value @ Expr::Call(..)) if self.leads_on(at, value).is_none() => {
                self.of_instance(at, value, called, more, hops)
            }
            // `fines = config.get("loans", {})`: an entry under a name of its own.
            ItemKind::Value(value @ (Expr::Entry(..) | Expr::Call(..)))
                if !more.is_empty() && self.leads_on(at, value).is_some() =>
            {
                self.leads_on(at, value)
                    .map_or(Target::Other, |path| self.follow(at, &onward(&path), hops))
            }
            ItemKind::Function(place) if called => self.given(at, *place, more, hops),
            // `self.client.is_enabled("x")`, where the client is a property: a function has no members that are asked.
            ItemKind::Function(place) if own.len() > 1 => {
                let (last, class) = own.split_last().unwrap_or((&"", &[]));
                let asked: Vec<&str> = std::iter::once(*last).chain(more.iter().copied()).collect();
                // A field may be called like a method.
                self.through_field(at, class, &asked, hops)
                    .unwrap_or_else(|| self.given(at, *place, more, hops))
            }
            ItemKind::Value(Expr::Map(pairs)) if !more.is_empty() => {
                let path = self.laid_over(at, pairs, hops);
                path.map_or(Target::Other, |path| self.follow(at, &onward(&path), hops))
            }
            ItemKind::Value(value) if more.is_empty() || matches!(more, ["value"]) => {
                Target::Value(at, value.clone())
            }
            ItemKind::Class(bases) if !more.is_empty() || called => {
                if let Some(target) = self.through_field(at, own, more, hops) {
                    return target;
                }
                let base = bases.iter().map(|base| self.follow(at, &onward(base), hops));
                base.into_iter().find(|target| *target != Target::Other).unwrap_or(Target::Other)
            }
            ItemKind::Class(_) => {
                let name = own.iter().map(|segment| bare(segment)).collect::<Vec<_>>().join(".");
                let class = self.files[at].classes.get(name.as_str());
                class.map_or(Target::Other, |class| Target::Class(at, *class))
            }
            _ => Target::Other,
        }
    }

    /// The mapping from outside that is laid last over others; among others where one of them is the project's own, which
    /// stands in for what it lacks.
    pub(in crate::link) fn laid_over(
        &self,
        at: usize,
        pairs: &[(Expr, Expr)],
        hops: usize,
    ) -> Option<Path> {
        if !is_laid_over(pairs) {
            return None;
        }
        let is_outside = |path: &Path| matches!(self.follow(at, path, hops), Target::External(_));
        let outside = |(_, value): &(Expr, Expr)| lookup_path(value).filter(is_outside);
        let found: Vec<Option<Path>> = pairs.iter().map(outside).collect();
        let all = found.iter().all(Option::is_some);
        let last = found.into_iter().flatten().next_back()?;
        Some(if all { last } else { last.layered() })
    }

    /// The reader that another object of the name has: a client of a library, where what stands first is its stand-in.
    pub(super) fn of_other(
        &self,
        at: usize,
        name: &str,
        called: bool,
        more: &[&str],
        hops: usize,
    ) -> Option<Target> {
        let unit = &self.files[at];
        let others = unit.others.get(name)?;
        others.iter().find_map(|other| {
            let kind = &unit.facts.items[*other].kind;
            match self.item(at, kind, &[name], called, more, hops) {
                Target::External(reader) if self.is_reader(&reader) => {
                    Some(Target::External(reader))
                }
                _ => None,
            }
        })
    }

    /// What a function gives, and what is asked of that.
    fn given(&self, at: usize, place: usize, more: &[&str], hops: usize) -> Target {
        let function = &self.files[at].facts.functions[place];
        let onward = |path: Path| more.iter().fold(path, |path, segment| path.join(segment));
        let path_of = |value: &Expr| match value {
            Expr::Call(path, ..) => Some(onward(path.called())),
            Expr::Path(path) if !matches!(path.base, Base::Param(_)) => Some(onward(path.clone())),
            _ => None,
        };
        let of_value = path_of(&function.gives);
        // Of several values only one of which a reader is asked counts.
        if let (Expr::OneOf(many), false) = (&function.gives, more.is_empty()) {
            let mut paths = many.iter().take(MAX_GIVEN).filter_map(path_of);
            let reader = paths.find_map(|path| match self.follow(at, &path, hops) {
                Target::External(name) if self.is_reader(&name) => Some(Target::External(name)),
                _ => None,
            });
            if let Some(reader) = reader {
                return reader;
            }
        }
        let own = function.name.rsplit_once('.').map(|(class, _)| class);
        let of_type = function.returns.as_ref().and_then(|of_type| instance_path(of_type, own));
        let of_value = of_value.map(|path| self.follow(at, &path, hops));
        let of_type = of_type.map(|path| self.follow(at, &onward(path), hops));
        let is_telling = |target: &&Target| self.is_telling(at, target);
        let leads = |target: &&Target| **target != Target::Other;
        let best = of_value.as_ref().filter(is_telling).or(of_type.as_ref().filter(is_telling));
        let best = best.or(of_value.as_ref().filter(leads)).or(of_type.as_ref().filter(leads));
        if let Some(target) = best {
            if let (Expr::Call(_, args, _), true) = (&function.gives, of_value.as_ref() == best) {
                let mut args = args.clone();
                // The function's own name says something of what it gives.
                args.push(Expr::Path(Path::unknown(function.name.clone())));
                self.made.replace(Some(Made { file: at, args }));
            }
            return target.clone();
        }
        // `Source::new().get`: what a function of a class gives is taken for an instance of it.
        let member =
            own.filter(|_| !more.is_empty()).map(|own| format!("{own}.{}", more.join(".")));
        match member.and_then(|member| self.inside(at, &member, hops)) {
            Some(target @ Target::Function(..)) => target,
            _ => Target::Other,
        }
    }

    /// `service.config.port`: what is asked of a field is asked of its type.
    fn through_field(&self, at: usize, own: &[&str], more: &[&str], hops: usize) -> Option<Target> {
        let (first, rest) = more.split_first()?;
        let name = own.iter().map(|segment| bare(segment)).collect::<Vec<_>>().join(".");
        let class = *self.files[at].classes.get(name.as_str())?;
        let class = &self.files[at].facts.classes[class];
        let field = class.fields.iter().find(|field| field.name == bare(first))?;
        let path = instance_path(field.of_type.as_ref()?, Some(&name))?;
        let path = rest.iter().fold(path, |path, segment| path.join(segment));
        match self.follow(at, &path, hops) {
            Target::Other => None,
            // The field itself: only what is asked by its entries is known by its type.
            Target::External(name) if rest.is_empty() && !self.is_reader(&name) => None,
            target if rest.is_empty() && !matches!(target, Target::External(_)) => None,
            target => Some(target),
        }
    }

    /// What a call makes, and what is asked of that.
    fn of_instance(
        &self,
        at: usize,
        value: &Expr,
        called: bool,
        more: &[&str],
        hops: usize,
    ) -> Target {
        let Expr::Call(path, args, _) = value else { return Target::Other };
        let instance = more.iter().fold(path.called(), |path, segment| path.join(segment));
        let asked = if called { instance_called(&instance, more) } else { instance };
        let target = match self.follow(at, &asked, hops) {
            Target::Other if more.is_empty() => Target::Value(at, value.clone()),
            target => target,
        };
        // After: names on the way may lead through other instances.
        self.made.replace(Some(Made { file: at, args: args.clone() }));
        target
    }

    /// Whether a value is the name of something: `nameof(Lamp)`.
    fn is_name_of(&self, at: usize, value: &Expr) -> bool {
        matches!(value, Expr::Call(path, ..) if self.verb(at, path.last()) == Some(Verb::Name))
    }

    /// The path of an entry, where a value is one.
    fn leads_on(&self, at: usize, value: &Expr) -> Option<Path> {
        if let Expr::Call(path, args, _) = value
            && let (Some((object, method)), Some(Expr::Text(key))) =
                (path.rest.rsplit_once('.'), args.first())
            && self.handlers(at)?.lookups.iter().any(|lookup| lookup == method)
            && !matches!(method, "get" | "pop")
        {
            return Some(Path { base: path.base, rest: object.to_owned() }.entry(key));
        }
        lookup_path(value).filter(|path| path.rest.ends_with(']'))
    }

    /// Keeps the class of the object that the name leads through, where the item found is one or a member of one.
    pub(super) fn note_object(&self, at: usize, kind: &ItemKind, segments: &[&str], keep: usize) {
        let taken = match kind {
            ItemKind::Class(_) => keep,
            ItemKind::Value(_) if keep > 1 => keep - 1,
            _ => return,
        };
        let name =
            segments[..taken].iter().map(|segment| bare(segment)).collect::<Vec<_>>().join(".");
        let Some(class) = self.files[at].classes.get(name.as_str()) else { return };
        let members = segments[taken..].iter().map(|segment| (*segment).to_owned()).collect();
        self.object.replace(Some(Object { class: (at, *class), members }));
    }
}

/// Whether a mapping is made of others alone: `{**dotenv_values(), **os.environ}`.
pub(in crate::link) fn is_laid_over(pairs: &[(Expr, Expr)]) -> bool {
    let is_whole = |key: &Expr| match key {
        Expr::Path(path) => path.base == Base::Unknown && path.rest.is_empty(),
        key => *key == Expr::Unknown,
    };
    (1..=MAX_LAID).contains(&pairs.len()) && pairs.iter().all(|(key, _)| is_whole(key))
}

/// An instance of a type, with what holds it left out: `Result<Self, Error>`, `Optional[Settings]`.
pub(super) fn instance_path(of_type: &TypeExpr, own: Option<&str>) -> Option<Path> {
    let mut at = of_type.given();
    if at.holds == Holds::Either {
        at = at.args.iter().find(|arg| arg.holds != Holds::Null)?.given();
    }
    if at.name == "Self" {
        return Some(Path::here(own?).called());
    }
    let known = at.path.base != Base::Unknown && !at.path.rest.is_empty();
    known.then(|| at.path.called())
}

fn instance_called(instance: &Path, more: &[&str]) -> Path {
    if more.is_empty() { instance.called() } else { instance.clone() }
}
