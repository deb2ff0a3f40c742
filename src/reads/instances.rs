//! Which object a name of a function holds, as far as its types and what makes it say: parameters and variables with a type,
//! parameters that a framework fills, holders of one value, parameters of closures.
//!
//! Knows one file. Whether a type is one that answers for keys is the linker's to say.

use super::items::joined;
use super::names::Names;
use super::scopes::Origin;
use crate::facts::code::{Base, Path};
use crate::facts::schema::{Holds, TypeExpr};
use crate::lang::syntax::{Argument, NodeId, Part, Shape};

/// Types inside types beyond this are not read: a parameter may be called like the type that it is of.
const MAX_NESTED: usize = 3;

impl Names<'_> {
    /// A parameter whose type is written is an instance of it: `&Source`, `settings: Settings | None`, `State<Arc<App>>`;
    /// one that a framework fills is what the function gives that it is told to call.
    pub(super) fn param_type(&self, function: NodeId, at: u16, depth: usize) -> Option<Path> {
        let Shape::Function(shape) = self.tree.shape(function) else { return None };
        let param = shape.params.get(usize::from(at))?;
        let typed =
            param.of_type.and_then(|of_type| self.instance_of(self.slice(of_type), of_type));
        typed.or_else(|| self.provided(param.default?, depth))
    }

    /// What a function is called on like a method is an instance of its type.
    pub(super) fn extended_type(&self, function: NodeId) -> Option<Path> {
        let Shape::Function(shape) = self.tree.shape(function) else { return None };
        let of_type = shape.extends.as_ref()?.of_type?;
        self.instance_of(self.slice(of_type), of_type)
    }

    /// A variable that is declared with a type is an instance of it.
    pub(super) fn variable_type(&self, value: NodeId) -> Option<Path> {
        let declared = self.tree.parent(value)?;
        match self.tree.shape(declared) {
            Shape::Assign { targets, of_type: Some(of_type), .. } if targets.len() == 1 => {
                self.instance_of(self.slice(*of_type), declared)
            }
            _ => None,
        }
    }

    /// An instance of the type that a text writes, without what holds it.
    fn instance_of(&self, text: &str, place: NodeId) -> Option<Path> {
        let nested = self.nested.get();
        if nested >= MAX_NESTED {
            return None;
        }
        self.nested.set(nested + 1);
        let written = self.written_type(text, place);
        let path = written.and_then(|of_type| self.instance(&of_type, place));
        self.nested.set(nested);
        path
    }

    fn instance(&self, of_type: &TypeExpr, place: NodeId) -> Option<Path> {
        let mut at = of_type.given();
        if at.holds == Holds::Either {
            at = at.args.iter().find(|arg| arg.holds != Holds::Null)?.given();
        }
        if at.is_literal {
            return self.instance_of(&at.name, place);
        }
        let known = at.path.base != Base::Unknown && !at.path.rest.is_empty();
        let of_language = self.handlers.types.contains_key(&at.name);
        // Where classes are known by their members, a type with arguments is one of containers.
        let holds_many = self.handlers.follows_members && !at.args.is_empty();
        (known && !of_language && !holds_many).then(|| at.path.called())
    }

    /// `client=Depends(get_client)`
    fn provided(&self, default: NodeId, depth: usize) -> Option<Path> {
        let depth = depth.checked_sub(1)?;
        let Shape::Call { callee, args, .. } = self.tree.shape(self.tree.unwrapped(default)) else {
            return None;
        };
        let by = self.path_within(*callee, depth);
        if by.base != Base::Absolute || !self.handlers.providers.contains(&by.rest) {
            return None;
        }
        let path = self.path_within(args.first()?.value, depth);
        let known = path.base != Base::Unknown && !path.rest.is_empty();
        known.then(|| path.called())
    }

    /// The type that a name is another name for: `Client = Annotated[FlagClient, Depends(get_client)]`,
    /// `type Client = Arc<FlagClient>;`.
    pub(super) fn named_type(&self, value: NodeId) -> Option<Path> {
        let holder = match self.tree.shape(value) {
            Shape::Wrapped(inner) if self.slice(value).ends_with('>') => self.slice(*inner),
            _ => match self.tree.shape(self.tree.unwrapped(value)) {
                Shape::Index { object, .. } => self.slice(*object),
                _ => return None,
            },
        };
        let holder = holder.rsplit(['.', ':']).next().unwrap_or_default();
        if !matches!(self.handlers.holds(holder), Holds::One | Holds::Nullable) {
            return None;
        }
        let path = self.instance_of(self.slice(value), value)?;
        Some(Path { rest: path.rest.trim_end_matches("()").to_owned(), ..path })
    }

    /// `Arc::new(client)` is the client, `LazyLock::new(make)` what the function gives.
    pub(super) fn held(&self, callee: NodeId, args: &[Argument], depth: usize) -> Option<Path> {
        let [one] = args else { return None };
        let name = self.slice(callee);
        let holder = name.strip_suffix("::new")?;
        let holder = holder.rsplit("::").next().unwrap_or(holder);
        if !matches!(self.handlers.holds(holder), Holds::One | Holds::Nullable) {
            return None;
        }
        let depth = depth.checked_sub(1)?;
        let path = match self.tree.shape(self.tree.unwrapped(one.value)) {
            Shape::Lambda { body, .. } => self.path_within(*body, depth),
            Shape::Name if self.makes_late(holder) => self.path_within(one.value, depth).called(),
            _ => self.path_within(one.value, depth),
        };
        (!matches!(path.base, Base::Unknown | Base::Param(_)) && !path.rest.is_empty())
            .then_some(path)
    }

    fn makes_late(&self, holder: &str) -> bool {
        let made = |lazy: &String| lazy.strip_suffix(".new").is_some_and(|lazy| lazy == holder);
        self.handlers.lazy.iter().any(made)
    }

    /// The types that the names of the file, which others see, are declared with.
    pub(super) fn typed(&self, root: NodeId) -> Vec<(String, TypeExpr)> {
        let ids = self.tree.descendants(root).into_iter();
        ids.filter_map(|id| {
            let Shape::Assign { targets, of_type: Some(of_type), .. } = self.tree.shape(id) else {
                return None;
            };
            let [target] = targets[..] else { return None };
            if !matches!(self.tree.shape(target), Shape::Name) || !self.is_shared(id) {
                return None;
            }
            let of_type = self.written_type(self.slice(*of_type), id)?;
            let inner = of_type.given();
            let says = inner.path.base != Base::Unknown
                && !self.handlers.types.contains_key(&inner.name)
                || inner.holds == Holds::Either;
            says.then(|| (joined(&self.container_name(id), self.slice(target)), of_type))
        })
        .collect()
    }

    /// Members that objects of others are given: `app.state.flags = client`, `app.extensions["flags"] = client`.
    pub(super) fn shared(&self, root: NodeId) -> Vec<(Path, String, Path)> {
        let known = |path: &Path| {
            !matches!(path.base, Base::Unknown | Base::Param(_)) && !path.rest.is_empty()
        };
        let ids = self.tree.descendants(root).into_iter();
        ids.filter_map(|id| {
            let Shape::Assign { targets, value: Some(value), .. } = self.tree.shape(id) else {
                return None;
            };
            let [target] = targets[..] else { return None };
            let (object, name) = match self.tree.shape(target) {
                Shape::Index { object, index } => {
                    let whole = self.registry(&self.path(*object)).map(Path::absolute)?;
                    let Shape::Text(parts) = self.tree.shape(*index) else { return None };
                    let [Part::Literal(key)] = &parts[..] else { return None };
                    let value = self.path(*value);
                    let name = Path::unknown("").entry(key).rest;
                    return known(&value).then_some((whole, name, value));
                }
                Shape::Member { object, name } => (object, name),
                _ => return None,
            };
            if matches!(self.slice(*object), "self" | "cls" | "this") {
                return None;
            }
            let (object, value) = (self.path(*object), self.path(*value));
            (known(&object) && known(&value))
                .then(|| (object, name.slice(self.text).to_owned(), value))
        })
        .collect()
    }

    /// The function around the one that a call stands in, where the call hands on a parameter of that: a decorator of the
    /// project that is told a name, and asks for it later.
    pub(super) fn outer_owner(&self, call: NodeId, args: &[Argument]) -> Option<NodeId> {
        let own = self.own_function(call)?;
        args.iter().find_map(|arg| {
            let value = self.tree.unwrapped(arg.value);
            if !matches!(self.tree.shape(value), Shape::Name) {
                return None;
            }
            let (scope, origins) = self.scopes.lookup(self.slice(value), value)?;
            let is_param = matches!(origins.first(), Some(Origin::Param(_)));
            let is_outer = matches!(self.tree.shape(scope), Shape::Function(_)) && scope != own;
            (is_param && is_outer).then_some(scope)
        })
    }

    /// The parameter of a closure that a method of an answer calls is what the answer holds: `client.map(|client| …)`.
    pub(super) fn closure_param(&self, closure: NodeId, depth: usize) -> Option<Path> {
        let depth = depth.checked_sub(1)?;
        let call = self.tree.parent(closure)?;
        let Shape::Call { callee, args, .. } = self.tree.shape(call) else { return None };
        let Shape::Member { object, name } = self.tree.shape(*callee) else { return None };
        let is_handed = args.iter().any(|arg| arg.value == closure);
        if !is_handed || !self.handlers.methods.contains_key(name.slice(self.text)) {
            return None;
        }
        let path = self.path_within(self.mapped(*object), depth);
        (!matches!(path.base, Base::Unknown | Base::Param(_)) && !path.rest.is_empty())
            .then_some(path)
    }

    /// What a closure made of a value, where one did last: `o.get("till")` of `options.and_then(|o| o.get("till"))`.
    fn mapped(&self, value: NodeId) -> NodeId {
        let Shape::Call { callee, args, .. } = self.tree.shape(value) else { return value };
        let Shape::Member { name, .. } = self.tree.shape(*callee) else { return value };
        let maps = self.handlers.methods.get(name.slice(self.text)).is_some_and(|row| row.maps);
        let closure = args.iter().find_map(|arg| match self.tree.shape(arg.value) {
            Shape::Lambda { body, .. } => Some(*body),
            _ => None,
        });
        closure.filter(|_| maps).unwrap_or(value)
    }
}
