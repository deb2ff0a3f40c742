//! Values that the workspace of Terraform chooses from a map: `local.levels[terraform.workspace]`,
//! `lookup(var.levels, terraform.workspace, "info")`.
//!
//! Each entry of the map is what the environment of its name has. Maps that an expression makes are not seen into.

use super::leaves::{Leaf, Way};
use super::names::{named, plain};
use super::objects::Entries;
use super::work::{Section, Work};
use super::{Index, MAX_HOPS, Module, sources};
use crate::facts::Entry;
use crate::facts::module::{CHOOSERS, Content, Taken};
use crate::model::Value;

/// A map, and the path behind the element that is chosen: `local.shops[terraform.workspace].level`.
pub(super) struct Choice {
    pub(super) map: String,
    pub(super) behind: String,
}

/// The text of an expression.
fn expression(value: &Value) -> Option<&str> {
    let Value::Reference { text, .. } = value else { return None };
    Some(text)
}

fn choice_of(text: &str) -> Option<Choice> {
    let squeezed: String = text.split_whitespace().collect();
    if let Some(inside) = squeezed.strip_prefix("lookup(").and_then(|rest| rest.strip_suffix(')')) {
        let mut parts = inside.splitn(3, ',');
        let (map, index) = (parts.next()?, parts.next()?);
        let map = plain(map).filter(|_| CHOOSERS.contains(&index))?;
        return Some(Choice { map, behind: String::new() });
    }
    CHOOSERS.iter().find_map(|chooser| {
        let (map, behind) = squeezed.split_once(&format!("[{chooser}]"))?;
        let map = plain(map)?;
        let behind = if behind.is_empty() {
            String::new()
        } else {
            plain(&format!("local{behind}"))?.strip_prefix("local")?.to_owned()
        };
        Some(Choice { map, behind })
    })
}

impl Index<'_> {
    /// Gives entries that the workspace chooses their values, each in the environment that the map calls so.
    pub(super) fn follow_workspaces(&self, work: &mut Work) {
        for (at, source) in sources(self.facts) {
            let module = &self.modules[at.0];
            for entry in &source.entries {
                let text = expression(&entry.value);
                let choice = text.and_then(|it| self.choice(module, it, MAX_HOPS));
                let Some(choice) = choice else { continue };
                let chosen = self.chosen(module, &choice);
                let is_object = chosen.is_empty();
                for (environment, name) in chosen {
                    let mut leaves: Vec<Leaf> = Vec::new();
                    let way = Way { is_inner: true, hops: MAX_HOPS };
                    self.leaves(module, &name, way, &mut leaves);
                    for leaf in &leaves {
                        self.place((environment.clone(), None), entry, leaf, work);
                    }
                }
                let text = text.filter(|_| is_object).unwrap_or_default();
                for one in self.by_environment(module, text) {
                    if let [(at, given)] = one.places[..] {
                        let leaf = Leaf { at, given, is_inner: false, written: None };
                        let section = (one.environment, Some(one.by));
                        self.place(section, entry, &leaf, work);
                    }
                }
            }
        }
    }

    /// The maps that a workload may take whole, each in the environment that the map of them calls so; whether there are any.
    pub(super) fn take_chosen(&self, module: &Module, taken: &Taken, work: &mut Work) -> bool {
        let Some(choice) = self.choice(module, &taken.name, MAX_HOPS) else { return false };
        let mut is_found = false;
        for (environment, name) in self.chosen(module, &choice) {
            let mut found = Entries::default();
            self.entries(module, &name, MAX_HOPS, &mut found);
            for (at, place) in found.places {
                let Content::Many(entries, _) = &self.given(at, place).content else { continue };
                is_found = true;
                for entry in entries {
                    let (scope, attribution) = (taken.scope.clone(), taken.attribution.clone());
                    let turn = taken.turn;
                    let entry = Entry { scope, turn, attribution, ..entry.clone() };
                    work.sectioned.push((at, (environment.clone(), None), entry));
                }
            }
        }
        is_found
    }

    /// What an expression chooses, where it is nothing else: itself, or by a name for what is chosen,
    /// `cfg = local.shops[terraform.workspace]` and then `local.cfg.level`.
    pub(super) fn choice(&self, module: &Module, text: &str, hops: usize) -> Option<Choice> {
        let below = hops.checked_sub(1)?;
        if let Some(own) = choice_of(text) {
            return Some(own);
        }
        let name = plain(text)?;
        let ends = name.match_indices('.').map(|(at, _)| at).skip(1).chain([name.len()]);
        ends.into_iter().find_map(|end| {
            let Some([(at, place)]) =
                self.givers.get(&(module.clone(), &name[..end])).map(Vec::as_slice)
            else {
                return None;
            };
            let Content::One(value, _) = &self.given(*at, *place).content else { return None };
            let Choice { map, behind } = match expression(value).and_then(choice_of) {
                Some(choice) => choice,
                // A variable is named in the module that calls.
                None if self.modules[at.0] == *module => {
                    self.choice(module, &named(value)?, below)?
                }
                None => return None,
            };
            Some(Choice { map, behind: format!("{behind}{}", &name[end..]) })
        })
    }

    /// The elements of a map by their environments, with the names that lead to them.
    fn chosen(&self, module: &Module, choice: &Choice) -> Vec<(String, String)> {
        let start = format!("{}.", choice.map);
        let from = (module.clone(), start.as_str());
        let all = self.givers.range(from..);
        let own = all.take_while(|((of, name), _)| of == module && name.starts_with(&start));
        let found = own.filter_map(|((_, name), _)| {
            let rest = &name[start.len()..];
            let environment = rest.strip_suffix(choice.behind.as_str())?;
            let is_one = !environment.is_empty() && !environment.contains('.');
            is_one.then(|| (environment.to_owned(), (*name).to_owned()))
        });
        found.collect()
    }

    fn place(&self, section: Section, entry: &Entry, leaf: &Leaf, work: &mut Work) {
        let given = self.given(leaf.at, leaf.given);
        let Some((value, range)) = self.says(leaf) else { return };
        let value = super::shown(entry, given, (leaf.at, value, range), work);
        if matches!(value, Value::Reference { .. }) {
            return;
        }
        let (key_range, value_range) =
            (given.range, Some(range).filter(|_| leaf.written.is_none()));
        let added = Entry { value, key_range, value_range, note: None, ..entry.clone() };
        work.sectioned.push((leaf.at, section, added));
    }
}

#[cfg(test)]
mod tests {
    use super::choice_of;

    fn chosen(text: &str) -> Option<String> {
        choice_of(text).map(|it| format!("{} {}", it.map, it.behind))
    }

    #[test]
    fn the_workspace_chooses_from_maps() {
        assert_eq!(chosen("local.levels[terraform.workspace]").as_deref(), Some("local.levels "));
        assert_eq!(
            chosen("local.shops[ terraform.workspace ].log.level").as_deref(),
            Some("local.shops .log.level")
        );
        assert_eq!(
            chosen("lookup(var.levels, terraform.workspace, \"info\")").as_deref(),
            Some("var.levels ")
        );
        assert_eq!(chosen("local.levels[each.key]"), None);
        assert_eq!(chosen("x${local.levels[terraform.workspace]}"), None);
    }
}
