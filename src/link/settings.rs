//! Settings of manifests to the inventory: which environments have them, and of which part of the tree they are.
//!
//! A manifest without variables is placed like any other, and is no layer: it gives no key a value.

use super::environments::{Served, Sourced};
use crate::facts::SettingFact;
use crate::model::{Inventory, Key, Role, Setting};
use crate::text::{FileId, Span};

/// A setting that waits until the environments are known.
pub(crate) struct PendingSetting {
    /// The source that decides, by its place in the list.
    pub(crate) source: usize,
    /// Its file.
    pub(crate) file: FileId,
    /// What it decides.
    pub(crate) fact: SettingFact,
    /// Whether the tree has all of what it is a part of.
    pub(crate) is_whole: bool,
}

/// Adds the settings of every source that serves an environment.
pub(crate) fn add(
    inventory: &mut Inventory,
    sources: &[Sourced],
    pending: Vec<PendingSetting>,
    served: &Served,
) {
    for PendingSetting { source, file, fact, is_whole } in pending {
        let of = &sources[source];
        let Some(environments) = served.get(&source).filter(|_| of.role == Role::Values) else {
            continue;
        };
        let key = Key::setting(format!("{}:{}", fact.workload, Setting::family(&fact.path)));
        let folder = of.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let unit = match &of.release {
            Some(release) => format!("{} {}", of.path, release.name),
            None if of.is_assembled => of.path.clone(),
            None => folder.to_owned(),
        };
        let setting = Setting {
            key: inventory.intern(key),
            workload: fact.workload,
            path: fact.path,
            value: fact.value,
            span: Span::new(file, fact.range),
            written: fact.written,
            environments: environments.clone(),
            unit,
            is_whole,
        };
        inventory.settings.push(setting);
    }
    inventory.settings.sort_by(|one, two| (one.span, &one.path).cmp(&(two.span, &two.path)));
}
