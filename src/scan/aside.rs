//! What the texts say of a variable that running code requires, or that a value puts in: that code or a shell gives it to a program which it starts, and
//! that the script which asks for it is run by people or by a pipeline.
//!
//! Goes by how the name is written, not by where the value ends up: reason to be less sure, never to be silent.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;

use super::exported::{holds_shells, is_exported, is_exported_within, is_shell};
use super::naming::line_before;
use super::scripts::is_of_pipeline;
use super::texts::Texts;
use super::{Origin, scripts, typed};
use crate::model::{Absence, Inventory, Key, KeyId, KeyRef, Namespace, Value};
use crate::reads::{is_example_path, is_test_path};
use crate::text::{File, FileId, Span, TextRange};

/// Calls that set a variable by its name: of this process, or of one that is started.
const SETTERS: &[&str] = &[".env(", "setenv(", "putenv(", "set_var(", ".setdefault("];
/// Words of code that starts programs: a table of names and values in it may be their environment.
const STARTERS: &[&str] =
    &["Popen", "env=", "env_vars", "environment=", "execve", "subprocess", "with_env"];

/// What people are told to type, as a shell reads it.
const BY_HAND: &str = "typed.sh";

/// Keeps in the inventory which required variables the code itself gives, and which reads stand in scripts that nothing
/// deployed runs.
pub(super) fn look(inventory: &mut Inventory, texts: &mut Texts, origin: Origin<'_>) {
    let asked: Vec<(usize, KeyId)> = inventory
        .reads
        .iter()
        .enumerate()
        .filter(|(_, read)| !read.in_test)
        .filter_map(|(at, read)| match read.key {
            KeyRef::Exact(key) => Some((at, key)),
            KeyRef::Pattern { .. } => None,
        })
        .filter(|(_, key)| inventory.key(*key).namespace != Namespace::Flag)
        .collect();
    let is_variable = |(_, key): &&(usize, KeyId)| inventory.key(*key).namespace == Namespace::Env;
    let is_required = |(at, _): &&(usize, KeyId)| inventory.reads[*at].absence == Absence::Required;
    let variables = || asked.iter().filter(is_variable);
    let mut wanted: BTreeSet<KeyId> = variables().map(|(_, key)| *key).collect();
    let mut referred = referred(inventory);
    wanted.extend(&referred.all);
    referred.needed.extend(variables().filter(is_required).map(|(_, key)| *key));
    inventory.given = given(inventory, (texts, origin), &wanted, &referred);
    let by_hand = scripts::run_by_hand(inventory, &asked, texts, origin);
    for (at, _) in asked {
        let read = &mut inventory.reads[at];
        read.by_hand = by_hand.contains(&read.span.file);
    }
    typed::look(inventory, texts, origin);
}

/// The variables that values put in.
struct Referred {
    all: BTreeSet<KeyId>,
    /// Those that nothing in the tree defines.
    undefined: BTreeSet<KeyId>,
    /// These and the variables that code cannot do without: of others only what shells export counts.
    needed: BTreeSet<KeyId>,
}

fn referred(inventory: &Inventory) -> Referred {
    let needs = inventory.definitions.iter().filter_map(|definition| match &definition.value {
        Value::Reference { needs, .. } => Some(needs),
        _ => None,
    });
    let known = |name: &str| inventory.id(&Key::env(name));
    let mut all: BTreeSet<KeyId> = needs.flatten().filter_map(|need| known(&need.name)).collect();
    all.extend(inventory.asks.iter().map(|ask| ask.key));
    let mut undefined = all.clone();
    for definition in &inventory.definitions {
        undefined.remove(&definition.key);
    }
    Referred { needed: all.clone(), all, undefined }
}

impl Referred {
    /// Whether a text that is no code gives a variable to what it starts, at the place where it names it.
    fn is_given(&self, key: KeyId, (path, text): (&str, &str), start: usize, end: usize) -> bool {
        if is_of_pipeline(path) {
            let is_said = || is_entry(text, start, end) || is_exported(BY_HAND, text, start, end);
            return self.all.contains(&key) && is_said();
        }
        if scripts::is_document(path) {
            return self.undefined.contains(&key) && is_exported(BY_HAND, text, start, end);
        }
        if holds_shells(path) {
            return self.undefined.contains(&key) && is_exported_within(text, start, end);
        }
        // What people run sets up what they start: it gives nothing to a deployment.
        if scripts::is_script(path) {
            return self.undefined.contains(&key) && is_exported(path, text, start, end);
        }
        if is_bare(path) {
            return is_shell_program(text) && is_exported(BY_HAND, text, start, end);
        }
        is_exported(path, text, start, end)
    }
}

/// Where code and shells set the variables, and where documents tell people, or commands of machines, set those that values put in.
fn given(
    inventory: &Inventory,
    (texts, origin): (&mut Texts, Origin<'_>),
    wanted: &BTreeSet<KeyId>,
    all: &Referred,
) -> BTreeMap<KeyId, Span> {
    let keys: Vec<KeyId> = wanted.iter().copied().collect();
    let names = keys.iter().map(|key| &inventory.key(*key).name);
    let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names);
    let Ok(finder) = builder else { return BTreeMap::new() };
    if keys.is_empty() {
        return BTreeMap::new();
    }
    let is_starter = |path: &str| (is_shell(path) || is_bare(path)) && !scripts::is_script(path);
    let is_document = |path: &str| {
        let is_one = scripts::is_document(path)
            || holds_shells(path)
            || is_of_pipeline(path)
            || is_shell(path) && scripts::is_script(path);
        !all.all.is_empty() && is_one
    };
    let counts = |path: &str, is_code: bool| {
        is_document(path)
            || (is_code || is_starter(path)) && !is_test_path(path) && !is_example_path(path)
    };
    let set = |path: &str, text: &str, is_code: bool| -> Option<Vec<(KeyId, TextRange)>> {
        let starts = LazyCell::new(|| STARTERS.iter().any(|word| text.contains(word)));
        let hits = finder.find_iter(text).filter(|hit| {
            let (start, end) = (hit.start(), hit.end());
            if is_code {
                all.needed.contains(&keys[hit.pattern().as_usize()])
                    && is_set(text, start, end, || *starts)
            } else {
                all.is_given(keys[hit.pattern().as_usize()], (path, text), start, end)
            }
        });
        let place = |hit: aho_corasick::Match| TextRange::new(hit.start(), hit.end());
        let hits: Vec<_> = hits.map(|hit| (keys[hit.pattern().as_usize()], place(hit))).collect();
        (!hits.is_empty()).then_some(hits)
    };
    let known: Vec<(FileId, &File)> = texts.files.iter().collect();
    let mut found: Vec<_> = known
        .into_par_iter()
        .map(|(id, file)| (id, file, texts.code.contains(&id)))
        .filter(|(_, file, is_code)| counts(&file.path, *is_code))
        .filter_map(|(id, file, is_code)| Some((id, set(&file.path, &file.text, is_code)?)))
        .collect();
    let look = |path: &str, text: &str| set(path, text, false);
    found.extend(texts.take_up(origin, |path| counts(path, false), look));
    let mut places = BTreeMap::new();
    for (id, hits) in found {
        for (key, range) in hits {
            places.entry(key).or_insert(Span::new(id, range));
        }
    }
    places
}

/// Whether the name at this place of a pipeline begins a line that gives it a value: `ECR_REGISTRY: …` of a step's `env`.
fn is_entry(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    line_before(before).trim_matches([' ', '"', '\'']).is_empty()
        && after.trim_start_matches(['"', '\'']).starts_with(':')
}

/// Whether the name of a file has no end that tells what it is: `manage`.
fn is_bare(path: &str) -> bool {
    !path.rsplit('/').next().unwrap_or(path).contains('.')
}

/// Whether the first line of a text hands it to a shell: `#!/bin/bash`.
fn is_shell_program(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("#!").is_some_and(|program| program.trim_end().ends_with("sh"))
}

/// Whether the name at this place of a text stands where a variable is given a value: `env["X"] = …`,
/// `.env("X", …)`, and `{"X": …}` in code that `starts` programs.
fn is_set(text: &str, start: usize, end: usize, starts: impl Fn() -> bool) -> bool {
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
    opens && rest.starts_with(':') && starts()
}

#[cfg(test)]
mod tests {
    use super::{STARTERS, is_set};

    fn sets(text: &str) -> bool {
        let at = text.find("SLIP_ID").unwrap();
        let starts = || STARTERS.iter().any(|word| text.contains(word));
        is_set(text, at, at + "SLIP_ID".len(), starts)
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
}
