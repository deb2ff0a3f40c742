//! Scripts that people start: what the commands give them that a document, a recipe or the script itself tells people to type.
//!
//! `HEAT=220 uv run python scripts/bake.py` shows that whoever starts the script gives it `HEAT`: no environment has to. Goes by how
//! the command is written; a script is the one whose path its words end in.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use super::Origin;
use super::naming::line_before;
use super::scripts::{is_document, is_recipe};
use super::texts::Texts;
use crate::model::key::is_env_name;
use crate::model::{Inventory, KeyRef, Namespace};
use crate::text::{FileId, Span, TextRange, is_word};

/// How far before the path of a script its command may begin.
const LONGEST: usize = 4_000;
/// How many commands of one text are looked at.
const MOST: usize = 500;
/// What ends the command before.
const BETWEEN: &[&str] = &["&&", "||", ";", "|", "`"];
/// What may stand before a command on its line: signs of a prompt, of a comment or of a list, and what hands on all that it is given.
const BEFORE: &[&str] = &["#", "$", "%", "*", "-", "//", ">", "\\", "env", "export"];
/// Options by which a tool that starts containers hands on a variable.
const OPTIONS: &[&str] = &["-e", "--env"];

/// What a text shows: the script, the variable, and where its name stands.
type Shown = (FileId, String, TextRange);

/// Keeps with the reads of such scripts what gives them their keys.
pub(super) fn look(inventory: &mut Inventory, texts: &mut Texts, origin: Origin<'_>) {
    let keys = &inventory.keys;
    let is_open = |read: &&crate::model::Read| read.by_hand && read.by_step.is_none();
    let mut asked: BTreeMap<FileId, BTreeSet<&str>> = BTreeMap::new();
    for read in inventory.reads.iter().filter(is_open) {
        let KeyRef::Exact(key) = read.key else { continue };
        let key = &keys[key.index()];
        if key.namespace == Namespace::Env {
            asked.entry(read.span.file).or_default().insert(&key.name);
        }
    }
    let path = |id: FileId| texts.files.get(id).path.clone();
    let scripts: Vec<(FileId, String)> = asked.keys().map(|id| (*id, path(*id))).collect();
    let names = scripts.iter().map(|(_, path)| name(path));
    let Ok(finder) = AhoCorasick::new(names) else { return };
    if scripts.is_empty() {
        return;
    }
    let in_text = |text: &str| -> Option<Vec<Shown>> {
        let mut shown = Vec::new();
        for hit in finder.find_overlapping_iter(text).take(MOST) {
            let (id, path) = &scripts[hit.pattern().as_usize()];
            if !is_word(text, hit.start(), hit.end()) || !is_path_of(text, hit.start(), path) {
                continue;
            }
            let wanted = |name: &str| asked.get(id).is_some_and(|asked| asked.contains(name));
            let given = given(text, hit.start()).into_iter().filter(|(name, _)| wanted(name));
            shown.extend(given.map(|(name, range)| (*id, name.to_owned(), range)));
        }
        (!shown.is_empty()).then_some(shown)
    };
    let tells = |path: &str| is_document(path) || is_recipe(path);
    let known = texts.files.iter().filter(|(id, file)| tells(&file.path) || asked.contains_key(id));
    let mut found: Vec<(FileId, Vec<Shown>)> =
        known.filter_map(|(id, file)| Some((id, in_text(&file.text)?))).collect();
    found.extend(texts.take_up(origin, tells, |_, text| in_text(text)));
    found.sort_by_key(|(id, _)| *id);
    let mut places: BTreeMap<(FileId, String), Span> = BTreeMap::new();
    for (by, shown) in found {
        for (script, name, range) in shown {
            places.entry((script, name)).or_insert(Span::new(by, range));
        }
    }
    let keys = &inventory.keys;
    for read in inventory.reads.iter_mut().filter(|read| read.by_hand && read.by_step.is_none()) {
        let KeyRef::Exact(key) = read.key else { continue };
        let name = keys[key.index()].name.clone();
        read.by_step = places.get(&(read.span.file, name)).copied();
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether the word in which the name of a file begins at `at` is a path to that file.
fn is_path_of(text: &str, at: usize, path: &str) -> bool {
    let before = line_before(&text[..at]);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let folders = &before[before.trim_end_matches(is_part).len()..];
    let folders = folders.trim_start_matches(['.', '/']);
    let own = &path[..path.len() - name(path).len()];
    own == folders
        || own.strip_suffix(folders).is_some_and(|rest| folders.is_empty() || rest.ends_with('/'))
}

/// The variables that the command gives whose words lead to `at`, with the places of their names.
fn given(text: &str, at: usize) -> Vec<(&str, TextRange)> {
    let from = begin(text, at);
    let mut given = Vec::new();
    let (mut is_first, mut is_option) = (true, false);
    for word in words(text, from, at) {
        let start = word.start + usize::from(is_first && text[word.clone()].starts_with('@'));
        let said = &text[start..word.end];
        let assigned = said.split_once('=').filter(|(name, _)| is_env_name(name));
        match assigned {
            Some((name, _)) if is_first || is_option => {
                given.push((name, TextRange::new(start, start + name.len())));
            }
            _ => is_first &= BEFORE.contains(&said),
        }
        is_option = OPTIONS.contains(&said);
    }
    given
}

/// Where the command begins that reaches `at`: on its line, or on one before that a backslash carries on.
fn begin(text: &str, at: usize) -> usize {
    let least =
        (at.saturating_sub(LONGEST)..at).find(|at| text.is_char_boundary(*at)).unwrap_or(at);
    let mut from = at;
    loop {
        let Some(end) = text[least..from].rfind('\n').map(|end| least + end) else {
            from = least;
            break;
        };
        from = end + 1;
        if !text[least..end].trim_end_matches('\r').ends_with('\\') {
            break;
        }
        from = end;
    }
    let command = &text[from..at];
    let starts = BETWEEN.iter().filter_map(|sign| Some(command.rfind(sign)? + sign.len()));
    from + starts.max().unwrap_or(0)
}

/// The words of a command between two places, those in quotes whole.
fn words(text: &str, from: usize, to: usize) -> Vec<std::ops::Range<usize>> {
    let (mut words, mut start, mut quote) = (Vec::new(), None, None);
    for (at, c) in text[from..to].char_indices() {
        let at = from + at;
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                start = start.or(Some(at));
            }
            (None, c) if c.is_whitespace() => {
                words.extend(start.take().map(|start| start..at));
            }
            _ => start = start.or(Some(at)),
        }
    }
    words.extend(start.map(|start| start..to));
    words
}

#[cfg(test)]
mod tests {
    use super::{given, is_path_of};

    fn names(text: &str) -> Vec<&str> {
        let at = text.find("bake.py").expect("the script is named");
        given(text, at).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_stands_before_a_program_is_given_to_it() {
        assert_eq!(
            names("HEAT=220 FLOUR=\"a b\" uv run python scripts/bake.py"),
            ["HEAT", "FLOUR"]
        );
        assert_eq!(names("Run `HEAT= python bake.py` here"), ["HEAT"]);
        assert_eq!(names("    > HEAT= uv run python scripts/bake.py"), ["HEAT"]);
        assert_eq!(names("$ cd x && HEAT=1 \\\n  FLOUR=2 \\\n  python bake.py"), ["HEAT", "FLOUR"]);
        assert_eq!(names("- env HEAT=1 KEY=<the-key> SHOP=1 bake.py"), ["HEAT", "KEY", "SHOP"]);
        assert_eq!(names("\t@HEAT=1 bake.py"), ["HEAT"]);
        assert_eq!(names("docker compose run -e HEAT=1 oven bake.py"), ["HEAT"]);
        assert_eq!(names("python HEAT=1 bake.py"), [""; 0]);
        assert_eq!(names("HEAT=1 python mix.py && python bake.py"), [""; 0]);
        assert_eq!(names("HEAT=1 python mix.py\npython bake.py"), [""; 0]);
    }

    #[test]
    fn a_script_is_the_one_whose_path_is_written() {
        let is_it = |text: &str| {
            is_path_of(text, text.find("bake.py").expect("named"), "scripts/oven/bake.py")
        };
        assert!(is_it("python scripts/oven/bake.py") && is_it("python ./oven/bake.py"));
        assert!(is_it("python bake.py"));
        assert!(!is_it("python scripts/shop/bake.py") && !is_it("python ven/bake.py"));
    }
}
