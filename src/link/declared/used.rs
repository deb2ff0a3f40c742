//! Which declared flags the code of a deployment names anywhere but where they are declared.
//!
//! Goes by words: a name of another thing that is called the same keeps a flag alive.

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;

use super::{Declared, Listing};
use crate::text::{FileId, TextRange, is_word};

/// Imports longer than this are not followed to their beginning.
const MAX_LINES: usize = 200;

/// For each declaration, whether its name is used. `texts` are those of all code that is no test.
pub(super) fn used(
    declared: &[Declared],
    listing: &Listing,
    texts: &[(FileId, &str)],
) -> Vec<bool> {
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
        let named = named(listing, *id, text);
        for hit in finder.find_iter(text).filter(|hit| is_word(text, hit.start(), hit.end())) {
            let start = line_start(text, hit.start());
            let line = text[start..].lines().next().unwrap_or_default().trim_start();
            let is_named = || named.iter().any(|one| one.bytes().contains(&hit.start()));
            if is_import(line)
                || line.starts_with(['#', '/'])
                || declaring.contains(&start)
                || is_named()
                || in_import(text, start)
            {
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

/// Whether a line belongs to an import that begins above it: `pub use ovens::{` and its names, each on a line.
fn in_import(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    if !before.ends_with(['{', '(', ',']) {
        return false;
    }
    let begins = |start: usize| {
        let line = before[start..].lines().next().unwrap_or_default();
        line.trim_start().starts_with("use ") || is_import(line.trim_start())
    };
    let lines = std::iter::successors(Some(line_start(before, before.len())), |start| {
        start.checked_sub(1).map(|end| line_start(before, end))
    });
    let statement = lines.take(MAX_LINES).find(|start| begins(*start));
    statement.is_some_and(|start| {
        let count = |marks: [char; 2]| before[start..].matches(marks).count();
        !before[start..].contains(';') && count(['{', '(']) > count(['}', ')'])
    })
}

/// What a file names and does not use: methods that spell, and what stands in brackets behind the `=` of lists.
fn named(listing: &Listing, id: FileId, text: &str) -> Vec<TextRange> {
    let methods = listing.methods.iter().filter(|span| span.file == id).map(|span| span.range);
    let lists = listing.lists.iter().filter(|span| span.file == id);
    methods.chain(lists.filter_map(|span| bracketed(text, span.range.end as usize))).collect()
}

/// The first brackets behind the next `=`.
fn bracketed(text: &str, from: usize) -> Option<TextRange> {
    let sign = from + text.get(from..)?.find('=')?;
    let open = sign + text[sign..].find(['[', '(', '{'])?;
    let mut depth = 0_usize;
    for (at, c) in text[open..].char_indices() {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(TextRange::new(open, open + at));
        }
    }
    None
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
