//! Calls to texts: what methods make of a text, what functions of the project give, which arm a constant takes.

use std::rc::Rc;

use super::{Bound, Given, HOLE, product};
use crate::facts::code::{Expr, Path};
use crate::lang::handlers::Verb;
use crate::link::program::{Program, Target};

impl Program<'_> {
    pub(super) fn call_texts(
        &self,
        value: &Bound,
        path: &Path,
        args: &[Expr],
        depth: usize,
    ) -> Vec<String> {
        let verb = |name: &str| self.verb(value.file, name);
        if let (Some(Verb::Name), [one]) = (verb(path.last()), args) {
            let named = Bound { expr: one.clone(), ..value.clone() }.settled();
            match &named.expr {
                Expr::Path(path) => return vec![path.last().to_owned()],
                Expr::Param(_) if named.given.is_none() => return vec![super::CALLER.to_string()],
                _ => {}
            }
        }
        if let ([one], Target::External(name)) = (args, self.resolve(value.file, path))
            && (verb(&name) == Some(Verb::Same) || verb(path.last()) == Some(Verb::Same))
        {
            return self.eval(&Bound { expr: one.clone(), ..value.clone() }, depth);
        }
        self.given_texts(value, path, args, depth).unwrap_or_else(|| vec![HOLE.to_string()])
    }

    /// What a function of the project gives for these arguments, or a method for the constant it is called on.
    fn given_texts(
        &self,
        value: &Bound,
        path: &Path,
        args: &[Expr],
        depth: usize,
    ) -> Option<Vec<String>> {
        let gives = self.entered(value, path, args)?;
        Some(self.eval(&gives, depth))
    }

    /// What a function of the project gives for these arguments, as a value of that function.
    pub(in crate::link) fn entered(
        &self,
        value: &Bound,
        path: &Path,
        args: &[Expr],
    ) -> Option<Bound> {
        let (file, place, own) = match self.resolve(value.file, path) {
            Target::Function(file, place) => (file, place, None),
            _ => self.method_of_constant(value, path)?,
        };
        let function = &self.files[file].facts.functions[place];
        if matches!(function.gives, Expr::Unknown) {
            return None;
        }
        let bound = |expr: &Expr| Bound { expr: expr.clone(), ..value.clone() };
        let mut positional = args.iter().filter(|arg| !matches!(arg, Expr::Keyword(..)));
        let params = function.params.iter().map(|param| {
            let keyword = args.iter().find_map(|arg| match arg {
                Expr::Keyword(name, value) if *name == param.name => Some(bound(value)),
                _ => None,
            });
            let own_default = || {
                let default = param.default.clone()?;
                Some(Bound { expr: default, file, range: value.range, given: None })
            };
            keyword.or_else(|| positional.next().map(bound)).or_else(own_default)
        });
        let params: Vec<_> = params.collect();
        let passed = vec![true; params.len()];
        let given = Some(Rc::new(Given { params, passed, own, of_object: false }));
        Some(Bound { expr: function.gives.clone(), file, range: value.range, given })
    }

    /// `Key::DbUrl.as_str`: the method, and the constant that it is called on.
    fn method_of_constant(
        &self,
        value: &Bound,
        path: &Path,
    ) -> Option<(usize, usize, Option<String>)> {
        let (object, method) = path.rest.rsplit_once('.')?;
        let object = Bound {
            expr: Expr::Path(Path { base: path.base, rest: object.to_owned() }),
            ..value.clone()
        };
        let (file, class, constant) = self.constant(&object)?;
        let unit = &self.files[file];
        let name = format!("{}.{method}", unit.facts.classes[class].name);
        let (file, place) = self.method(&name, (file, class))?;
        Some((file, place, constant))
    }

    /// All constants of an enum, where a path names it or the list of them: `Action::VARIANTS`, `Action::iter()`.
    pub(super) fn constants_of(&self, list: &Bound, path: &Path) -> Vec<Bound> {
        let all = |path: &Path| {
            let (file, class) = self.class(list.file, path)?;
            let variants = &self.files[file].facts.classes[class].variants;
            (!variants.is_empty()).then(|| {
                let constant =
                    |name: &str| Bound { expr: Expr::Path(path.join(name)), ..list.clone() };
                variants.iter().map(|variant| constant(&variant.name)).collect()
            })
        };
        let outer = path.rest.rsplit_once('.').filter(|(_, last)| {
            let lists = self.handlers(list.file).map(|handlers| &handlers.constants);
            lists.is_some_and(|all| all.iter().any(|one| one == last.trim_end_matches("()")))
        });
        let outer = outer.map(|(outer, _)| Path { base: path.base, rest: outer.to_owned() });
        // An enum that a macro writes is not seen: any of its constants then, as the enum itself.
        let any = |outer: Path| {
            let is_type = outer.last().starts_with(|first: char| first.is_ascii_uppercase());
            is_type.then(|| vec![Bound { expr: Expr::Path(outer), ..list.clone() }])
        };
        all(path)
            .or_else(|| all(outer.as_ref()?))
            .or_else(|| any(outer.clone()?))
            .unwrap_or_default()
    }

    /// The class of an enum's constant, and its name; no name where only the class is known.
    fn constant(&self, value: &Bound) -> Option<(usize, usize, Option<String>)> {
        let value = value.settled();
        let path = match &value.expr {
            Expr::Path(path) => path,
            Expr::Method(inner, ..) => {
                return self.constant(&Bound { expr: (**inner).clone(), ..value.clone() });
            }
            _ => return None,
        };
        if let Some((file, class)) = self.class(value.file, path) {
            let own = value.given.as_ref().and_then(|given| given.own.clone());
            return Some((file, class, own));
        }
        if let Some((outer, last)) = path.rest.rsplit_once('.') {
            let outer = Path { base: path.base, rest: outer.to_owned() };
            if let Some((file, class)) = self.class(value.file, &outer) {
                let variants = &self.files[file].facts.classes[class].variants;
                if variants.iter().any(|variant| variant.name == last) {
                    return Some((file, class, Some(last.to_owned())));
                }
            }
        }
        let object = self.object(value.file, path)?;
        object.members.is_empty().then_some((object.class.0, object.class.1, None))
    }

    /// `match key { Key::Db => "DB_URL", … }`: the arm of the constant, or all where it is not known.
    pub(super) fn selected_texts(
        &self,
        subject: &Bound,
        arms: &[(String, Expr)],
        depth: usize,
    ) -> Vec<String> {
        let constant = self.constant(subject).and_then(|(_, _, name)| name);
        let chosen: Vec<&Expr> = match &constant {
            Some(name) => {
                let exact = arms.iter().find(|(pattern, _)| pattern == name);
                let other = || arms.iter().find(|(pattern, _)| pattern == "_");
                exact.or_else(other).map(|(_, value)| value).into_iter().collect()
            }
            None => arms.iter().map(|(_, value)| value).collect(),
        };
        let of = |expr: &Expr| self.eval(&Bound { expr: expr.clone(), ..subject.clone() }, depth);
        super::bounded(chosen.into_iter().flat_map(of).collect())
    }

    fn replaced(&self, object: &Bound, args: &[Expr], depth: usize) -> Vec<String> {
        let of = |arg: &Expr| self.eval(&Bound { expr: arg.clone(), ..object.clone() }, depth);
        let [from, to, ..] = args else { return vec![HOLE.to_string()] };
        match (&of(from)[..], &of(to)[..]) {
            ([from], [to]) if !from.contains([HOLE, super::CALLER]) => {
                let texts = self.eval(object, depth);
                texts.iter().map(|text| text.replace(from.as_str(), to)).collect()
            }
            _ => vec![HOLE.to_string()],
        }
    }

    /// `"_".join(parts)`, `[a, b].join("_")`.
    fn joined(&self, object: &Bound, args: &[Expr], depth: usize) -> Vec<String> {
        let arg = |arg: &Expr| Bound { expr: arg.clone(), ..object.clone() };
        let (between, list) = match (&object.expr, args.first()) {
            (Expr::List(_), Some(between)) => (self.eval(&arg(between), depth), object.clone()),
            (_, Some(list)) => (self.eval(object, depth), arg(list)),
            _ => return vec![HOLE.to_string()],
        };
        let pieces: Vec<_> =
            self.elements(&list, depth).iter().map(|one| self.eval(one, depth)).collect();
        let Some(between) = between.first().filter(|_| !pieces.is_empty()) else {
            return vec![HOLE.to_string()];
        };
        let mut texts = vec![String::new()];
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0 {
                texts = product(&texts, std::slice::from_ref(between));
            }
            texts = product(&texts, piece);
        }
        texts
    }

    pub(super) fn method_texts(
        &self,
        object: &Bound,
        name: &str,
        args: &[Expr],
        depth: usize,
    ) -> Vec<String> {
        let of = |arg: &Expr| self.eval(&Bound { expr: arg.clone(), ..object.clone() }, depth);
        match self.verb(object.file, name) {
            // A member, not a method: `flag.value`.
            Some(Verb::Same) if name.starts_with('.') => self.eval(object, depth),
            Some(Verb::Upper) => {
                self.eval(object, depth).iter().map(|text| text.to_uppercase()).collect()
            }
            Some(Verb::Lower) => {
                self.eval(object, depth).iter().map(|text| text.to_lowercase()).collect()
            }
            Some(Verb::Replace) => self.replaced(object, args, depth),
            Some(Verb::Join) => self.joined(object, args, depth),
            Some(Verb::Format) => {
                let values: Vec<_> = args.iter().map(of).collect();
                self.eval(object, depth)
                    .into_iter()
                    .flat_map(|format| fill(&format, &values))
                    .collect()
            }
            _ => match &object.settled().expr {
                Expr::Element(list) => {
                    let list = Bound { expr: (**list).clone(), ..object.clone() };
                    let each = self.elements(&list, depth).into_iter();
                    let texts = each.flat_map(|one| self.method_texts(&one, name, args, depth));
                    super::bounded(texts.collect())
                }
                // A method of the project's own that is named like one of the language.
                Expr::Path(path) => {
                    let settled = object.settled();
                    let given = self.given_texts(&settled, &path.join(name), args, depth);
                    given.unwrap_or_else(|| self.eval(object, depth))
                }
                _ => self.eval(object, depth),
            },
        }
    }
}

fn fill(format: &str, values: &[Vec<String>]) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut next = 0;
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((hole, tail)) = after.split_once('}') else { break };
        let place = hole.parse::<usize>().unwrap_or_else(|_| {
            next += 1;
            next - 1
        });
        let unknown = [HOLE.to_string()];
        texts = product(
            &product(&texts, &[before.to_owned()]),
            values.get(place).map_or(&unknown[..], Vec::as_slice),
        );
        rest = tail;
    }
    product(&texts, &[rest.to_owned()])
}
