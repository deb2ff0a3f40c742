//! What the texts say of a variable that running code requires: that code or a shell gives it to a program which it starts, and
//! that the script which asks for it is run by people or by a pipeline.
//!
//! Goes by how the name is written, not by where the value ends up: reason to be less sure, never to be silent.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;

use super::texts::Texts;
use super::{Origin, scripts};
use crate::model::{Absence, Inventory, KeyId, KeyRef, Namespace};
use crate::reads::{is_example_path, is_test_path};
use crate::text::{File, FileId, Span, TextRange};

/// Calls that set a variable by its name: of this process, or of one that is started.
const SETTERS: &[&str] = &[".env(", "setenv(", "putenv(", "set_var(", ".setdefault("];
/// Words of code that starts programs: a table of names and values in it may be their environment.
const STARTERS: &[&str] =
    &["Popen", "env=", "env_vars", "environment=", "execve", "subprocess", "with_env"];
/// What the names of shell scripts end with.
const SHELLS: &[&str] = &[".bash", ".sh"];

/// Keeps in the inventory which required variables the code itself gives, and which reads stand in scripts that nothing
/// deployed runs.
pub(super) fn look(inventory: &mut Inventory, texts: &Texts, origin: Origin<'_>) {
    let asked: Vec<(usize, KeyId)> = inventory
        .reads
        .iter()
        .enumerate()
        .filter(|(_, read)| !read.in_test)
        .filter_map(|(at, read)| match read.key {
            KeyRef::Exact(key) => Some((at, key)),
            KeyRef::Pattern { .. } => None,
        })
        .filter(|(_, key)| inventory.key(*key).namespace == Namespace::Env)
        .collect();
    let is_required = |(at, _): &&(usize, KeyId)| inventory.reads[*at].absence == Absence::Required;
    let required: Vec<(usize, KeyId)> = asked.iter().filter(is_required).copied().collect();
    inventory.given = given(inventory, texts, &required);
    let by_hand = scripts::run_by_hand(inventory, &asked, texts, origin);
    for (at, _) in asked {
        let read = &mut inventory.reads[at];
        read.by_hand = by_hand.contains(&read.span.file);
    }
}

/// Where code sets the variables.
fn given(
    inventory: &Inventory,
    texts: &Texts,
    required: &[(usize, KeyId)],
) -> BTreeMap<KeyId, Span> {
    let keys: BTreeSet<KeyId> = required.iter().map(|(_, key)| *key).collect();
    let keys: Vec<KeyId> = keys.into_iter().collect();
    let names = keys.iter().map(|key| &inventory.key(*key).name);
    let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names);
    let Ok(finder) = builder else { return BTreeMap::new() };
    let counts = |id: &&FileId| {
        let path = &texts.files.get(**id).path;
        !is_test_path(path) && !is_example_path(path)
    };
    let is_shell = |file: &File| SHELLS.iter().any(|end| file.path.ends_with(end));
    let shells =
        texts.files.iter().filter(|(_, file)| is_shell(file) && !scripts::is_script(&file.path));
    let code = texts.code.iter().copied().chain(shells.map(|(id, _)| id)).filter(|id| counts(&id));
    let found = code.collect::<Vec<_>>().into_par_iter().flat_map_iter(|id| {
        let file = texts.files.get(id);
        let text = &*file.text;
        let sets = if is_shell(file) { is_exported } else { is_set };
        let hits = finder.find_iter(text).filter(|hit| sets(text, hit.start(), hit.end()));
        let place = |start, end| Span::new(id, TextRange::new(start, end));
        let hits = hits.map(|hit| (hit.pattern().as_usize(), place(hit.start(), hit.end())));
        hits.collect::<Vec<_>>()
    });
    let mut places = BTreeMap::new();
    for (at, span) in found.collect::<Vec<_>>() {
        places.entry(keys[at]).or_insert(span);
    }
    places
}

/// Whether the name at this place of a text stands where a variable is given a value: `env["X"] = …`,
/// `.env("X", …)`, and `{"X": …}` in code that starts programs.
fn is_set(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    let Some(quote) = before.chars().next_back().filter(|c| matches!(c, '"' | '\'')) else {
        return false;
    };
    let Some(rest) = after.strip_prefix(quote) else { return false };
    let (before, rest) = (before[..before.len() - 1].trim_end(), rest.trim_start());
    if let Some(rest) = rest.strip_prefix(']') {
        let rest = rest.trim_start();
        return before.ends_with('[') && rest.starts_with('=') && !rest.starts_with("==");
    }
    if rest.starts_with(',') && SETTERS.iter().any(|setter| before.ends_with(setter)) {
        return true;
    }
    let opens = before.ends_with(['{', ',']);
    opens && rest.starts_with(':') && STARTERS.iter().any(|word| text.contains(word))
}

/// Whether a line of a shell gives the variable at this place to all that it starts: `export X=…`.
fn is_exported(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.trim() == "export" && line.ends_with([' ', '\t']) && after.starts_with('=')
}

#[cfg(test)]
mod tests {
    use super::{is_exported, is_set};

    fn sets(text: &str) -> bool {
        let at = text.find("SLIP_ID").unwrap();
        is_set(text, at, at + "SLIP_ID".len())
    }

    #[test]
    fn a_name_is_set_where_it_is_given_a_value() {
        assert!(sets("child_env[\"SLIP_ID\"] = str(slip.id)"));
        assert!(sets("Command::new(\"unload\").env(\"SLIP_ID\", id)"));
        assert!(sets("subprocess.run(cmd, env={**os.environ, 'SLIP_ID': slip})"));
        assert!(!sets("if env[\"SLIP_ID\"] == wanted:"));
        assert!(!sets("os.environ[\"SLIP_ID\"]"));
        assert!(!sets("NEEDED = {\"SLIP_ID\": \"where the boat lies\"}"));
        assert!(!sets("OTHER_SLIP_ID = 3"));
    }

    #[test]
    fn a_shell_exports_what_it_gives_a_value() {
        let exports = |line: &str| {
            let at = line.find("MODEL").expect("the name stands in the line");
            is_exported(line, at, at + "MODEL".len())
        };
        assert!(exports("set -e\nexport MODEL=$(python model.py)\n"));
        assert!(exports("  export MODEL=small"));
        assert!(!exports("echo MODEL=small"));
        assert!(!exports("export MODEL\n"));
        assert!(!exports("export OLD_MODEL=small"));
    }
}
