//! The settings of one workload in several environments, side by side.
//!
//! A workload is one if it has one name in one part of the tree, with the names of environments taken out of both. Where
//! an environment says two things of it, nothing is said of that.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::model::{EnvironmentId, Setting};

/// Settings that are spoken of together, of one workload.
#[derive(Clone, Debug)]
pub struct Family<'a> {
    /// The part of the path that they share: `resources`, `spec.replicas`.
    pub name: &'a str,
    /// The environments that have the workload.
    pub members: Vec<EnvironmentId>,
    /// The settings by path: one for each member, `None` where it does not set it.
    pub paths: BTreeMap<&'a str, Vec<Option<&'a Setting>>>,
    /// Whether the tree has all that decides: what is not there is not set.
    pub is_whole: bool,
    /// Whether something else decides how many of it run.
    pub is_scaled: bool,
}

/// The part of the tree and the workload, both without the names of environments.
type Place = (String, String);
/// The settings of an environment by path; `None` where it says two things.
type Told<'a> = BTreeMap<&'a str, Option<&'a Setting>>;

impl<'a> Graph<'a> {
    /// The settings of every workload that two or more of `members` have.
    pub fn families(&self, members: &[EnvironmentId]) -> Vec<Family<'a>> {
        let mut places: BTreeMap<Place, BTreeMap<EnvironmentId, Told<'a>>> = BTreeMap::new();
        // What all of them share says that each of them has the workload.
        let mut shared: BTreeSet<String> = BTreeSet::new();
        for id in members {
            let names = Names::of(self, *id);
            let own = self.inventory.settings.iter().filter(|it| it.environments.contains(id));
            for setting in own {
                let workload = names.without(&setting.workload);
                if members.iter().all(|other| setting.environments.contains(other)) {
                    shared.insert(workload.clone());
                }
                let place = (names.without(&setting.unit), workload);
                let told = places.entry(place).or_default().entry(*id).or_default();
                told.entry(&setting.path)
                    .and_modify(|met| *met = met.filter(|met| met.value == setting.value))
                    .or_insert(Some(setting));
            }
        }
        let mut families = Vec::new();
        for ((_, workload), by) in places {
            let has = |id: &&EnvironmentId| by.contains_key(id) || shared.contains(&workload);
            let with: Vec<EnvironmentId> = members.iter().filter(has).copied().collect();
            if with.len() > 1 {
                of_workload(&with, &by, &mut families);
            }
        }
        families
    }
}

fn of_workload<'a>(
    members: &[EnvironmentId],
    by: &BTreeMap<EnvironmentId, Told<'a>>,
    families: &mut Vec<Family<'a>>,
) {
    let all: BTreeSet<&str> = by.values().flat_map(BTreeMap::keys).copied().collect();
    let is_scaled = all.iter().any(|path| path.contains("Autoscaler") || path.contains("Scaled"));
    let told = by.values().flat_map(BTreeMap::values).flatten();
    let is_whole = told.into_iter().all(|setting| setting.is_whole);
    let mut grouped: BTreeMap<&str, BTreeMap<&str, Vec<Option<&Setting>>>> = BTreeMap::new();
    for path in all {
        let found: Vec<Option<Option<&Setting>>> =
            members.iter().map(|id| by.get(id).and_then(|told| told.get(path)).copied()).collect();
        // An environment that says two things says nothing.
        if found.contains(&Some(None)) {
            continue;
        }
        let values = found.into_iter().map(Option::flatten).collect();
        grouped.entry(Setting::family(path)).or_default().insert(path, values);
    }
    families.extend(grouped.into_iter().map(|(name, paths)| Family {
        name,
        members: members.to_vec(),
        paths,
        is_whole,
        is_scaled,
    }));
}

/// The names by which paths and workloads tell that they are of an environment, the longest first.
struct Names(Vec<String>);

impl Names {
    fn of(graph: &Graph<'_>, id: EnvironmentId) -> Self {
        let environment = graph.inventory.environment(id);
        let name = environment.name.to_lowercase();
        let mut names = vec![name.clone()];
        if let Some(group) = &environment.group
            && let Some(region) = name.strip_prefix(&group.to_lowercase())
        {
            names.push(region.trim_matches(['-', '_', '.']).to_owned());
        }
        names.extend(name.split(['-', '_', '.']).map(str::to_owned));
        names.retain(|name| name.len() > 1);
        names.dedup();
        Self(names)
    }

    /// A text with each of the names taken out where it stands as a word.
    fn without(&self, text: &str) -> String {
        let mut text = text.to_lowercase();
        for name in &self.0 {
            let mut kept = String::with_capacity(text.len());
            let mut rest = text.as_str();
            while let Some(at) = rest.find(name.as_str()) {
                let (before, behind) = (&rest[..at], &rest[at + name.len()..]);
                let is_word = !before.ends_with(char::is_alphanumeric)
                    && !behind.starts_with(char::is_alphanumeric)
                    && (!before.is_empty() || kept.is_empty());
                kept.push_str(before);
                kept.push_str(if is_word { "*" } else { name });
                rest = behind;
            }
            kept.push_str(rest);
            text = kept;
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_are_taken_out_as_words() {
        let names = Names(vec!["prod-us".to_owned(), "us".to_owned(), "prod".to_owned()]);
        assert_eq!(names.without("apps/web/overlays/prod-us"), "apps/web/overlays/*");
        assert_eq!(names.without("us/prod/status"), "*/*/status");
        assert_eq!(names.without("products/web-prod"), "products/web-*");
    }
}
