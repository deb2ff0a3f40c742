//! Files of dynaconf: `person__teams` at the top of a file is the setting `person.teams`, and `dynaconf_merge` is for the
//! loader itself.
//!
//! Such a file is told by its name, which is the loader's own, or by a word of the loader in it.

use super::paths;
use crate::facts::SourceFacts;
use crate::text::File;

/// What the loader takes for itself.
const OWN: &[&str] = &["dynaconf_include", "dynaconf_merge", "dynaconf_merge_unique"];

/// Calls the settings of a file of dynaconf as code asks for them.
pub(super) fn settle(file: &File, sources: &mut [SourceFacts]) {
    let name = paths::name(&file.path);
    let is_named = ["settings.", ".secrets."].iter().any(|start| name.starts_with(start));
    if !is_named && !file.text.contains("dynaconf") {
        return;
    }
    for facts in sources {
        facts.entries.retain(|entry| {
            let last = entry.name.rsplit('.').next().unwrap_or(&entry.name);
            !OWN.contains(&last.to_ascii_lowercase().as_str())
        });
        for entry in &mut facts.entries {
            let (first, rest) = match entry.name.split_once('.') {
                Some((first, rest)) => (first, Some(rest)),
                None => (entry.name.as_str(), None),
            };
            let is_deep = first.trim_matches('_').contains("__");
            if is_deep {
                let first = first.replace("__", ".");
                entry.name = rest.map_or(first.clone(), |rest| format!("{first}.{rest}"));
            }
        }
    }
}
