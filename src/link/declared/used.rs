//! Which declared flags the code of a deployment names anywhere but where they are declared.
//!
//! Goes by words: a name of another thing that is called the same keeps a flag alive.

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;

use super::Declared;
use crate::text::{FileId, is_word};

/// For each declaration, whether its name is used. `texts` are those of all code that is no test.
pub(super) fn used(declared: &[Declared], texts: &[(FileId, &str)]) -> Vec<bool> {
    let mut used: Vec<bool> = declared.iter().map(|one| one.name.is_none()).collect();
    let mut words: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, one) in declared.iter().enumerate() {
        if let Some(name) = one.name.as_deref() {
            words.entry(name).or_default().push(at);
            if one.registry.is_some() {
                words.entry(&one.key.name).or_default().push(at);
            }
        }
    }
    let mut list: Vec<&str> = words.keys().copied().collect();
    list.sort_unstable();
    let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&list);
    let Ok(finder) = finder else { return vec![true; declared.len()] };
    let places: FxHashMap<FileId, Vec<usize>> = homes(declared, texts);
    for (id, text) in texts {
        let declaring = places.get(id).map_or(&[] as &[_], Vec::as_slice);
        for hit in finder.find_iter(text).filter(|hit| is_word(text, hit.start(), hit.end())) {
            let start = line_start(text, hit.start());
            let line = text[start..].lines().next().unwrap_or_default().trim_start();
            if is_import(line) || line.starts_with(['#', '/']) || declaring.contains(&start) {
                continue;
            }
            for at in &words[list[hit.pattern().as_usize()]] {
                let one = &declared[*at];
                let is_home = one.span.file == *id && one.registry.is_some();
                used[*at] |= !is_home || is_member(text, hit.start());
            }
        }
    }
    used
}

/// Whether a line only takes a name from elsewhere, or hands it on: `pub use steam::STEAM;`.
fn is_import(line: &str) -> bool {
    let line = line.strip_prefix("pub").map_or(line, |rest| {
        let rest =
            rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |it| it.1);
        rest.trim_start()
    });
    ["from ", "import ", "use "].iter().any(|word| line.starts_with(word))
}

/// The beginnings of the lines that declare, by file.
fn homes(declared: &[Declared], texts: &[(FileId, &str)]) -> FxHashMap<FileId, Vec<usize>> {
    let by_id: FxHashMap<FileId, &str> = texts.iter().copied().collect();
    let mut homes: FxHashMap<FileId, Vec<usize>> = FxHashMap::default();
    for one in declared {
        if let Some(text) = by_id.get(&one.span.file) {
            let start = line_start(text, one.span.range.start as usize);
            homes.entry(one.span.file).or_default().push(start);
        }
    }
    homes
}

/// Whether a name is followed from an object: in the file of its class, the bare name says nothing of a use.
fn is_member(text: &str, start: usize) -> bool {
    text[..start].ends_with(['.', ':'])
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1)
}
