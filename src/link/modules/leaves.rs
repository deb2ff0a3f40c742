//! The places that give a name something which is no other name: what a variable comes to in each call and each file.
//!
//! A part of an object that one of those who give the object leaves out is not worked out there.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::first::{Alternative, First, first};
use super::names::named;
use super::{At, Index, MAX_LEAVES, Module};
use crate::facts::module::{Content, Given, Receiver};
use crate::model::Value;
use crate::text::TextRange;

/// A place that gives something, and how it was come to.
#[derive(Clone)]
pub(super) struct Leaf {
    pub(super) at: At,
    pub(super) given: usize,
    /// Only locals and defaults of the module itself lead there.
    pub(super) is_inner: bool,
    /// What an expression there says, where that has several things to say.
    pub(super) written: Option<Value>,
}

/// A name that is looked for, and how it was come to.
#[derive(Clone, Copy)]
pub(super) struct Way {
    /// Only locals and defaults of the module itself lead there.
    pub(super) is_inner: bool,
    /// How many names may lead on.
    pub(super) hops: usize,
}

impl<'f> Index<'f> {
    /// Every place that gives `name` in `module` something which is no other name.
    pub(super) fn leaves(&self, module: &Module, name: &str, way: Way, out: &mut Vec<Leaf>) {
        let Some(hops) = self.steps.take(way.hops) else { return };
        let way = Way { hops, ..way };
        if let Some((label, output)) =
            name.strip_prefix("module.").and_then(|it| it.split_once('.'))
        {
            let way = Way { is_inner: false, ..way };
            for target in self.labels.get(&(module.clone(), label)).into_iter().flatten() {
                self.leaves(target, &format!("output.{output}"), way, out);
            }
            return;
        }
        self.leaves_inside(module, name, way, out);
        let Some(givers) = self.givers.get(&(module.clone(), name)) else { return };
        let to = |(at, place): &(At, usize)| &self.given(*at, *place).to;
        let has_default = givers.iter().any(|one| *to(one) == Receiver::Default);
        for (at, place) in givers.iter().copied() {
            if out.len() >= MAX_LEAVES {
                return;
            }
            let given = self.given(at, place);
            if has_default && given.to == Receiver::Optional {
                continue;
            }
            let own = way.through(given);
            let Content::One(value, _) = &given.content else {
                out.push(Leaf { at, given: place, is_inner: own.is_inner, written: None });
                continue;
            };
            if let Some(next) = named(value) {
                let before = out.len();
                let there = &self.modules[at.0];
                self.leaves(there, &next, own, out);
                // What a call gives is not the default, though its name leads nowhere. One that leads in a circle is cut.
                let is_cut = self.givers.contains_key(&(there.clone(), next.as_str()));
                if out.len() == before && !own.is_inner && !is_cut {
                    out.push(Leaf { at, given: place, is_inner: false, written: None });
                }
                continue;
            }
            let written = match first(value) {
                Some(first) => {
                    let module = &self.modules[at.0];
                    let (found, rest) = self.first_of(module, &first, own);
                    out.extend(found);
                    let Some(rest) = rest else { continue };
                    Some(rest)
                }
                None if given.to == Receiver::Default && self.is_left_out(module, name) => {
                    Some(Value::Reference { text: name.to_owned(), needs: Vec::new() })
                }
                None => None,
            };
            out.push(Leaf { at, given: place, is_inner: own.is_inner, written });
        }
    }

    /// The same for a name that goes on behind what is given: `var.groups.backend` where `var.groups` is handed on.
    fn leaves_inside(&self, module: &Module, name: &str, way: Way, out: &mut Vec<Leaf>) {
        for (end, _) in name.rmatch_indices('.') {
            let Some(givers) = self.givers.get(&(module.clone(), &name[..end])) else { continue };
            for (at, given) in givers.iter().map(|(at, place)| (*at, self.given(*at, *place))) {
                if let Content::One(value, _) = &given.content
                    && let Some(next) = named(value)
                {
                    let next = format!("{next}{}", &name[end..]);
                    self.leaves(&self.modules[at.0], &next, way.through(given), out);
                }
            }
            return;
        }
    }

    /// The places that give the first of several things which is there, and what is written where none of them is; nothing
    /// where it is not known which it is.
    pub(super) fn first_of(
        &self,
        module: &Module,
        first: &First,
        way: Way,
    ) -> (Vec<Leaf>, Option<Value>) {
        let mut found: Vec<Leaf> = Vec::new();
        for one in &first.all {
            let name = match one {
                Alternative::Written(value) => {
                    let is_nothing = first.skips_empty && *value == Value::Empty;
                    if is_nothing {
                        continue;
                    }
                    return (found, Some(value.clone()));
                }
                Alternative::Name(name) => name,
            };
            let mut own = Vec::new();
            self.leaves(module, name, way, &mut own);
            let before = own.len();
            own.retain(|leaf| !(first.skips_empty && self.said(leaf) == Some(&Value::Empty)));
            let may_lack = before > own.len() || self.may_lack(module, name);
            let is_outer = |all: &[Leaf]| all.iter().any(|leaf| !leaf.is_inner);
            // Which of two wins in a call that gives both is not told.
            if is_outer(&found) && is_outer(&own) {
                return (Vec::new(), None);
            }
            let is_settled = own.iter().any(|leaf| leaf.is_inner) || !may_lack;
            found.append(&mut own);
            if is_settled {
                break;
            }
        }
        (found, None)
    }

    /// What a place says, where it is one value.
    pub(super) fn said<'s>(&'s self, leaf: &'s Leaf) -> Option<&'s Value> {
        Some(self.says(leaf)?.0)
    }

    /// The same with where it stands.
    pub(super) fn says<'s>(&'s self, leaf: &'s Leaf) -> Option<(&'s Value, TextRange)> {
        let Content::One(value, range) = &self.given(leaf.at, leaf.given).content else {
            return None;
        };
        Some((leaf.written.as_ref().unwrap_or(value), *range))
    }

    /// Whether a name may stand for nothing: a variable whose default is `null`, a part that an object lacks.
    fn may_lack(&self, module: &Module, name: &str) -> bool {
        self.absent.contains(&(module.clone(), name)) || self.lacks(module, name, |_| true)
    }

    /// Whether one of those who give an object from outside leaves out a part of it that the default has.
    fn is_left_out(&self, module: &Module, name: &str) -> bool {
        self.lacks(module, name, |site| !site.is_default)
    }

    /// Whether one of those for whom `counts` holds gives an object and not the part `name` of it.
    fn lacks(&self, module: &Module, name: &str, counts: impl Fn(&Site<'f>) -> bool) -> bool {
        let Some((end, _)) = name.match_indices('.').nth(1) else { return false };
        let ends = name.match_indices('.').map(|(at, _)| at).filter(|at| *at >= end);
        let handed = ends.map(|at| &name[..at]);
        let mut has: BTreeSet<Site<'f>> = BTreeSet::new();
        for (part, is_whole) in handed.map(|part| (part, false)).chain([(name, true)]) {
            for (at, place) in self.givers.get(&(module.clone(), part)).into_iter().flatten() {
                let given = self.given(*at, *place);
                let leads_on =
                    || matches!(&given.content, Content::One(value, _) if named(value).is_some());
                if is_whole || leads_on() {
                    has.insert(Site::of(*at, given));
                }
            }
        }
        let sites = self.sites_of(module, &name[..end]);
        sites.iter().any(|site| !has.contains(site) && counts(site))
    }

    /// Who gives an object, or parts of it; those who may leave parts out are no part of it. Worked out once.
    fn sites_of(&self, module: &Module, root: &str) -> Rc<BTreeSet<Site<'f>>> {
        let key = (module.clone(), root.to_owned());
        if let Some(known) = self.sites.borrow().get(&key) {
            return Rc::clone(known);
        }
        let all = self.givers.range((module.clone(), root)..);
        let all = all.take_while(|((of, at), _)| of == module && at.starts_with(root));
        let inside =
            all.filter(|((_, at), _)| matches!(at.as_bytes().get(root.len()), None | Some(b'.')));
        let (mut sites, mut optional) = (BTreeSet::new(), BTreeSet::new());
        for (at, place) in inside.flat_map(|(_, places)| places) {
            let given = self.given(*at, *place);
            if given.to == Receiver::Optional {
                optional.insert(Site::of(*at, given));
            }
            sites.insert(Site::of(*at, given));
        }
        let sites = Rc::new(&sites - &optional);
        self.sites.borrow_mut().insert(key, Rc::clone(&sites));
        sites
    }
}

/// One who gives an object: a file, a call in it, or the default of the variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Site<'f> {
    at: At,
    call: Option<&'f str>,
    is_default: bool,
}

impl<'f> Site<'f> {
    fn of(at: At, given: &'f Given) -> Self {
        let is_default = given.to == Receiver::Default;
        Self { at, call: given.call.as_deref(), is_default }
    }
}

/// Who gives each object, by its module and name, as far as that was asked.
pub(super) type Sites<'f> = RefCell<BTreeMap<(Module, String), Rc<BTreeSet<Site<'f>>>>>;

impl Way {
    /// The way on through what is given.
    fn through(self, given: &Given) -> Self {
        let is_own = matches!(given.to, Receiver::Default | Receiver::Optional | Receiver::Own);
        Self { is_inner: self.is_inner && is_own, ..self }
    }
}
