//! What stands in for a service where nothing says how to reach one, told by its name: `InMemoryStore`, `LocalFileSystem`.
//!
//! A table of words, `grammars/stand_ins.yaml`. What a name of a project's own does is not looked at.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use heck::ToSnakeCase as _;
use serde::Deserialize;

/// Longer names are nobody's.
const MAX_NAME: usize = 120;

/// A row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// What it is, as a phrase.
    what: String,
    /// Words that follow each other in the name.
    words: Vec<String>,
    /// Words that the name begins with.
    first: Vec<String>,
}

const TABLE: &str = include_str!("../../grammars/stand_ins.yaml");

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| serde_yaml::from_str(TABLE).expect("a test parses the table"))
}

/// What a name is that stands in for a service, as a phrase.
pub fn stand_in(name: &str) -> Option<&'static str> {
    if name.len() > MAX_NAME || !may_name_one(name) {
        return None;
    }
    // One blank before and behind each word.
    let words = words(name);
    let has = |word: &String| words.contains(&format!(" {word} "));
    let begins = |word: &String| words.starts_with(&format!(" {word} "));
    let row =
        rows().iter().find(|row| row.words.iter().any(has) || row.first.iter().any(begins))?;
    Some(&row.what)
}

/// Whether some word of the table is in a text at all: most are told by that.
pub fn may_name_one(text: &str) -> bool {
    static LONGEST: OnceLock<AhoCorasick> = OnceLock::new();
    let longest = LONGEST.get_or_init(|| {
        let all = rows().iter().flat_map(|row| row.words.iter().chain(&row.first));
        let words = all.filter_map(|text| text.split(' ').max_by_key(|word| word.len()));
        let builder = AhoCorasick::builder().ascii_case_insensitive(true).build(words);
        builder.expect("few short words")
    });
    longest.is_match(text)
}

/// The words of a name in lower case, with a blank around each: `InMemoryStore`, `in_memory_store`, `HTTPCache`.
fn words(name: &str) -> String {
    format!(" {} ", name.to_snake_case().replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::{rows, stand_in, words};

    #[test]
    fn names_have_words() {
        assert_eq!(words("AddDistributedMemoryCache"), " add distributed memory cache ");
        assert_eq!(words("in_memory"), " in memory ");
        assert_eq!(words("HTTPCache"), " http cache ");
    }

    #[test]
    fn stand_ins_are_told_by_their_words() {
        assert!(rows().iter().all(|row| row.words.is_sorted() && row.first.is_sorted()));
        for name in ["InMemoryStore", "LocalFileSystem", "MockQueue", "LocMemCache", "in_memory"] {
            assert!(stand_in(name).is_some(), "{name}");
        }
        // `localStorage` is the browser's; what a program knows of its memory is no store.
        for name in ["RedisStore", "localStorage", "hammock", "MemoryLimit", "inMemoriam"] {
            assert!(stand_in(name).is_none(), "{name}");
        }
    }
}
