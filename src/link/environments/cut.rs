//! A path cut into the words that may name an environment. Knows formats by what their files are called.

use super::vocabulary::word;
use super::words::split;
use crate::lang::for_path;
use crate::model::Class;

/// A path cut into what can be named.
pub(crate) struct Cut<'a> {
    /// The folders, outermost first.
    pub(crate) folders: Vec<&'a str>,
    /// The file's name.
    pub(crate) file: &'a str,
    /// The byte ranges of the words in the file's name.
    pub(crate) words: Vec<(usize, usize)>,
}

/// Cuts a path.
pub(crate) fn cut(path: &str, class: Class) -> Cut<'_> {
    let mut folders: Vec<&str> = path.split('/').collect();
    let file = folders.pop().unwrap_or(path);
    let words = file_words(file, class);
    Cut { folders, file, words }
}

/// The words of a file's name, without its extension and without what its format is called.
fn file_words(file: &str, class: Class) -> Vec<(usize, usize)> {
    let mut end = file.len();
    if !matches!(class, Class::Dotenv | Class::Image) {
        for extension in [
            ".json",
            ".yaml",
            ".yml",
            ".toml",
            ".properties",
            ".jsonc",
            ".json5",
            ".ini",
            ".tfvars",
            ".tf",
            ".auto",
        ] {
            end = file[..end].strip_suffix(extension).map_or(end, str::len);
        }
    }
    // A module of settings; what a package is called, its folder says.
    if let Some(lang) = for_path(file) {
        end = file.rfind('.').unwrap_or(end);
        if lang.modules.index.contains(&&file[..end]) {
            return Vec::new();
        }
    }
    let mut words = split(file, 0, end);
    let is = |at: &(usize, usize), text: &str| file[at.0..at.1].eq_ignore_ascii_case(text);
    match class {
        Class::Compose => {
            let compose = words.iter().position(|at| is(at, "compose"));
            if let Some(at) = compose {
                let from = if at > 0 && is(&words[at - 1], "docker") { at - 1 } else { at };
                words.drain(from..=at);
            }
        }
        Class::Image => words.retain(|at| !is(at, "dockerfile") && !is(at, "containerfile")),
        _ => {}
    }
    words
}

/// Puts aside `local` and `override` at the end of a name that has an environment or nothing else to say.
pub(super) fn without_override<'a>(cut: &'a Cut<'_>, class: Class) -> (&'a [(usize, usize)], bool) {
    let text = |at: &(usize, usize)| cut.file[at.0..at.1].to_lowercase();
    let Some((last, before)) = cut.words.split_last() else { return (&cut.words, false) };
    match class {
        Class::Compose if text(last) == "override" => (before, true),
        Class::Dotenv | Class::Settings if text(last) == "local" => {
            let named = before.iter().any(|at| word(&text(at)).is_some());
            if named { (before, true) } else { (&cut.words, false) }
        }
        _ => (&cut.words, false),
    }
}

/// The families that a path would be of if one of its words named an environment: the word and the family.
pub(crate) fn possible_families(path: &str, class: Class) -> Vec<(String, String)> {
    let cut = cut(path, class);
    let folders = cut.folders.join("/");
    let mut possible = Vec::new();
    for from in 0..cut.words.len() {
        for to in (from + 1..=cut.words.len().min(from + 4)).rev() {
            let (start, end) = (cut.words[from].0, cut.words[to - 1].1);
            let family = format!("{folders}/{}{{env}}{}", &cut.file[..start], &cut.file[end..]);
            possible.push((cut.file[start..end].to_owned(), family));
        }
    }
    for at in (0..cut.folders.len()).rev().take(8) {
        let mut folders = cut.folders.clone();
        let name = std::mem::replace(&mut folders[at], "{env}");
        possible.push((
            name.trim_start_matches('.').to_owned(),
            format!("{}/{}", folders.join("/"), cut.file),
        ));
    }
    possible
}
