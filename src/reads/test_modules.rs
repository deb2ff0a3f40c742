//! Files that are test code because the module above them says so: `#[cfg(test)] mod checks;`.
//!
//! Goes by the text: the file that says it may have nothing else to say, and is not parsed then.

use std::collections::BTreeSet;

use crate::lang::Lang;
use crate::text::File;

/// The files and folders of modules that are declared for tests alone: by root, paths without extension.
#[derive(Debug, Default)]
pub(super) struct TestModules {
    paths: BTreeSet<(u16, String)>,
}

impl TestModules {
    /// Looks at the files of languages whose modules are declared by other modules.
    pub(super) fn of<'f>(files: impl Iterator<Item = (&'f File, &'static Lang)>) -> Self {
        let mut paths = BTreeSet::new();
        for (file, lang) in files {
            for name in declared(&file.text, lang.modules.of_tests) {
                paths.insert((file.root, format!("{}{name}", folder_below(&file.path, lang))));
            }
        }
        Self { paths }
    }

    /// Whether a file is such a module, or stands below one.
    pub(super) fn hold(&self, file: &File) -> bool {
        if self.paths.is_empty() {
            return false;
        }
        let stem = file.path.rsplit_once('.').map_or(file.path.as_str(), |(stem, _)| stem);
        let ends = stem.match_indices('/').map(|(at, _)| &stem[..at]).chain([stem]);
        ends.into_iter().any(|path| self.paths.contains(&(file.root, path.to_owned())))
    }
}

/// The modules that a text declares for tests alone and does not hold itself.
fn declared<'t>(text: &'t str, (mark, word): (&str, &str)) -> Vec<&'t str> {
    let mut found = Vec::new();
    if mark.is_empty() {
        return found;
    }
    for (at, _) in text.match_indices(mark) {
        let mut rest = text[at + mark.len()..].trim_start();
        // Other attributes may stand between.
        while let Some(attribute) = rest.strip_prefix("#[") {
            let Some((_, after)) = attribute.split_once(']') else { break };
            rest = after.trim_start();
        }
        if let Some(public) = rest.strip_prefix("pub") {
            rest = public.trim_start();
            if let Some((_, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
                rest = after.trim_start();
            }
        }
        let Some(name) = rest.strip_prefix(word).filter(|rest| rest.starts_with(' ')) else {
            continue;
        };
        let name = name.trim_start();
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
        let (name, after) = name.split_at(end);
        // A body of its own stands here, and is marked where it stands.
        if after.trim_start().starts_with(';') {
            found.push(name);
        }
    }
    found
}

/// The folder that the modules of a file stand in, with a slash behind it.
fn folder_below(path: &str, lang: &Lang) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    let is_own = lang.modules.roots.contains(&stem) || lang.modules.index.contains(&stem);
    let slash = if folder.is_empty() { "" } else { "/" };
    if is_own { format!("{folder}{slash}") } else { format!("{folder}{slash}{stem}/") }
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn modules_of_tests_are_those_that_stand_elsewhere() {
        let text = "#[cfg(test)]\nmod test;\n#[cfg(test)] #[path = \"x\"] pub(crate) mod more ;\n#[cfg(test)]\nmod tests { mod inner; }\nmod code;\n#[cfg(test)] fn x() {}";
        assert_eq!(declared(text, ("#[cfg(test)]", "mod")), ["test", "more"]);
    }
}
