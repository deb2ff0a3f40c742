//! Settings that a module keeps as one object for each environment:
//! `module.app_config.environment_configs[var.environment_name].service_config`.
//!
//! The element is often a module of its own, called once for each environment: what its variables are, that call says.

use std::collections::BTreeMap;

use super::names::{called, named, plain};
use super::work::Work;
use super::{At, Index, MAX_HOPS, MAX_LEAVES, Module};
use crate::facts::Entry;
use crate::facts::module::{Content, Receiver, Taken};
use crate::text::FileId;

/// Places that give something.
pub(super) type Places = Vec<(At, usize)>;

/// The places that give a map, and those that give it in one environment alone.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) places: Places,
    pub(super) chosen: Vec<Chosen>,
}

/// What one environment has.
pub(super) struct Chosen {
    pub(super) environment: String,
    /// The file of the map that has an element for it.
    pub(super) by: FileId,
    pub(super) places: Places,
}

/// The call of a module that is followed: where it stands, and its name.
type Call<'c> = Option<(&'c Module, &'c str)>;

impl Index<'_> {
    /// What a name is in each environment, where the way to it leads through a choice of one object.
    pub(super) fn by_environment(&self, module: &Module, name: &str) -> Vec<Chosen> {
        let Some(choice) = self.choice(module, name, MAX_HOPS) else { return Vec::new() };
        let mut maps = Vec::new();
        self.maps(module, &choice.map, MAX_HOPS, &mut maps);
        let mut found = Vec::new();
        for (module, map) in maps {
            for (environment, element, by) in self.elements(&module, &map) {
                let mut places = Vec::new();
                let name = format!("{element}{}", choice.behind);
                self.within(&module, &name, None, MAX_HOPS, &mut places);
                if !places.is_empty() {
                    found.push(Chosen { environment, by, places });
                }
            }
        }
        found
    }

    /// Where a map is written whose elements are chosen.
    fn maps(&self, module: &Module, map: &str, hops: usize, out: &mut Vec<(Module, String)>) {
        let Some(below) = self.steps.take(hops).filter(|_| out.len() < MAX_HOPS) else { return };
        if let Some((label, output)) = map.strip_prefix("module.").and_then(|it| it.split_once('.'))
        {
            for target in self.labels.get(&(module.clone(), label)).into_iter().flatten() {
                self.maps(target, &format!("output.{output}"), below, out);
            }
            return;
        }
        let givers = self.givers.get(&(module.clone(), map)).map_or(&[][..], Vec::as_slice);
        let mut is_named = false;
        for (at, place) in givers {
            if let Content::One(value, _) = &self.given(*at, *place).content
                && let Some(next) = named(value)
            {
                is_named = true;
                self.maps(&self.modules[at.0], &next, below, out);
            }
        }
        if !is_named {
            out.push((module.clone(), map.to_owned()));
        }
    }

    /// The elements of a map that are other names.
    fn elements(&self, module: &Module, map: &str) -> Vec<(String, String, FileId)> {
        let start = format!("{map}.");
        let all = self.givers.range((module.clone(), start.as_str())..);
        let own = all.take_while(|((of, name), _)| of == module && name.starts_with(&start));
        let mut found = Vec::new();
        for ((_, name), places) in own {
            let key = &name[start.len()..];
            let [(at, place)] = places[..] else { continue };
            if let Content::One(value, _) = &self.given(at, place).content
                && let Some(next) = named(value).filter(|_| !key.contains('.'))
            {
                found.push((key.to_owned(), next, self.facts[at.0].0));
            }
        }
        found
    }

    /// The places that give `name` in a module as one call of it makes it, those that win behind the others.
    fn within(&self, module: &Module, name: &str, call: Call<'_>, hops: usize, out: &mut Places) {
        let Some(below) = self.steps.take(hops).filter(|_| out.len() < MAX_LEAVES) else { return };
        if let Some((label, output)) =
            name.strip_prefix("module.").and_then(|it| it.split_once('.'))
        {
            for target in self.labels.get(&(module.clone(), label)).into_iter().flatten() {
                let output = format!("output.{output}");
                self.within(target, &output, Some((module, label)), below, out);
            }
            return;
        }
        let Some(givers) = self.givers.get(&(module.clone(), name)) else {
            return self.behind(module, name, call, below, out);
        };
        let is_of_call = |at: At, place: usize| {
            let given = self.given(at, place);
            called(&self.modules[at.0], given).is_none()
                || call.is_none_or(|(caller, label)| {
                    self.modules[at.0] == *caller && given.call.as_deref() == Some(label)
                })
        };
        let mine: Vec<_> = givers.iter().filter(|(at, place)| is_of_call(*at, *place)).collect();
        let is_default = |at: At, place| self.given(at, place).to == Receiver::Default;
        let is_given = mine.iter().any(|(at, place)| !is_default(*at, *place));
        for (at, place) in mine {
            let given = self.given(*at, *place);
            if is_given && given.to == Receiver::Default {
                continue;
            }
            // What a call hands over is said in the module that calls.
            let call = call.filter(|_| !matches!(given.to, Receiver::Module(_)));
            let module = &self.modules[at.0];
            match &given.content {
                Content::One(value, _) if let Some(next) = named(value) => {
                    self.within(module, &next, call, below, out);
                }
                Content::Absent => {}
                Content::One(..) => out.push((*at, *place)),
                Content::Many(_, takes) => {
                    out.push((*at, *place));
                    for name in takes.iter().filter_map(|name| plain(name)) {
                        self.within(module, &name, call, below, out);
                    }
                }
            }
        }
    }

    /// The same for a name that goes on behind what is given.
    fn behind(&self, module: &Module, name: &str, call: Call<'_>, hops: usize, out: &mut Places) {
        for (end, _) in name.rmatch_indices('.') {
            let Some(givers) = self.givers.get(&(module.clone(), &name[..end])) else { continue };
            for (at, place) in givers {
                if let Content::One(value, _) = &self.given(*at, *place).content
                    && let Some(next) = named(value)
                {
                    let next = format!("{next}{}", &name[end..]);
                    self.within(&self.modules[at.0], &next, call, hops, out);
                }
            }
            return;
        }
    }

    /// Gives a workload what the objects of each environment hold: of one name, what stands last.
    pub(super) fn hand_chosen(&self, chosen: Vec<Chosen>, taken: &Taken, work: &mut Work) {
        for Chosen { environment, by, places } in chosen {
            let mut laid: BTreeMap<&str, (At, &Entry)> = BTreeMap::new();
            for (at, place) in places {
                if let Content::Many(entries, _) = &self.given(at, place).content {
                    laid.extend(entries.iter().map(|entry| (entry.name.as_str(), (at, entry))));
                }
            }
            for (at, entry) in laid.into_values() {
                let (scope, attribution) = (taken.scope.clone(), taken.attribution.clone());
                let turn = taken.turn;
                let entry = Entry { scope, turn, attribution, ..entry.clone() };
                work.sectioned.push((at, (environment.clone(), Some(by)), entry));
            }
        }
    }
}
