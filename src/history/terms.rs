//! Under which words code may name a key.
//!
//! A name that says by itself what it is counts wherever it stands, so that a file that moves and a read that is written in
//! another way change nothing. A word that code has for other things too counts as a text literal, or in the files that
//! read the key now.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::words;
use crate::model::{Inventory, Key, KeyId, KeyRef, Namespace, Via};
use crate::reads::Engine;
use crate::text::{Files, TextRange};

/// Words at least this long that have a `_` inside tell a field of settings from other names.
const TELLING_FIELD: usize = 10;
/// Single words at least this long tell too.
const TELLING_WORD: usize = 12;

/// A file of a scan, by the number of its root and its path in it.
pub(super) type Place = (u16, String);

/// A word that names a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) key: KeyId,
    /// The files in which it does; `None` for all.
    pub(super) only: Option<BTreeSet<Place>>,
}

/// The words of many keys.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// By the number of the word.
    pub(super) by_word: FxHashMap<u64, Vec<Term>>,
    /// Keys whose words code has for other things too.
    pub(super) vague: BTreeSet<KeyId>,
    /// Modules of settings that give a key its value: they do not read it.
    pub(super) givers: BTreeMap<KeyId, BTreeSet<Place>>,
}

/// How a word counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Counts {
    Anywhere,
    AsLiteral,
    Nearby,
}

impl Terms {
    /// The words of these keys.
    pub(super) fn of(inventory: &Inventory, files: &Files, keys: &BTreeSet<KeyId>) -> Self {
        let bare = bare(inventory, files);
        let spelled = |id: &KeyId| (*id, Spelled::of(inventory.key(*id), bare.contains(id)));
        let mut all: BTreeMap<KeyId, Spelled> = keys.iter().map(spelled).collect();
        for read in inventory.reads.iter().filter(|read| !read.in_test) {
            let KeyRef::Exact(key) = &read.key else { continue };
            let Some(spelled) = all.get_mut(key) else { continue };
            let file = files.get(read.key_span.file);
            spelled.is_read = true;
            spelled.places.insert((file.root, file.path.clone()));
            let (written, field) =
                (Written::of(&file.text, read.key_span.range), read.span.range.slice(&file.text));
            if read.via == Via::Schema && !written.is_literal && words::is_word(field) {
                // `#[arg(long, env)]`: the word of the attribute names nothing, the field does.
                spelled.field(field);
            } else {
                spelled.written(&written, read.via);
                spelled.entry(&inventory.key(*key).name, &read.reader);
            }
            for alias in &read.aliases {
                spelled.name(&alias.name);
            }
        }
        let mut terms = Self::default();
        for definition in &inventory.definitions {
            let source = inventory.source(definition.source);
            let file = files.get(source.file);
            // What code gives a key, be it a setting or a row of a table, reads it no more than a file does.
            if Engine::is_source(&file.path) && keys.contains(&definition.key) {
                let place = (file.root, file.path.clone());
                terms.givers.entry(definition.key).or_default().insert(place);
            }
        }
        for (key, spelled) in all {
            terms.add(key, inventory.key(key), spelled);
        }
        terms
    }

    fn add(&mut self, key: KeyId, named: &Key, mut spelled: Spelled) {
        let lower = named.name.to_lowercase();
        if !spelled.is_read && named.namespace == Namespace::Env && lower != named.name {
            // What nothing reads any more may have been a field of settings.
            spelled.field(&lower);
        }
        let is_known = |how: &(String, Counts)| how.1 == Counts::Anywhere;
        let is_nearby = spelled.words.iter().any(|(_, how)| *how == Counts::Nearby);
        let is_bare = spelled.words.iter().all(|how| !is_known(how) && words::is_word(&how.0));
        if spelled.words.is_empty() || is_nearby || is_bare && !spelled.is_read {
            self.vague.insert(key);
        }
        for (text, how) in spelled.words {
            let (number, only) = match how {
                Counts::Anywhere if words::is_word(&text) => (words::word(&text), None),
                Counts::Anywhere | Counts::AsLiteral => (words::literal(&text), None),
                Counts::Nearby => (words::word(&text), Some(spelled.places.clone())),
            };
            self.by_word.entry(number).or_default().push(Term { key, only });
        }
    }
}

/// The flags that code names by their whole name without quotes: a member, a field, a keyword.
fn bare(inventory: &Inventory, files: &Files) -> BTreeSet<KeyId> {
    let name = |key: KeyId| inventory.key(key).name.as_str();
    let declared = inventory.flag_declarations.iter();
    let declared = declared.filter(|one| one.name.as_deref() == Some(name(one.key)));
    let read = inventory.reads.iter().filter_map(|read| {
        let KeyRef::Exact(key) = &read.key else { return None };
        if inventory.key(*key).namespace != Namespace::Flag {
            return None;
        }
        let written = Written::of(&files.get(read.key_span.file).text, read.key_span.range);
        let last = written.text.rsplit(['.', ':']).next();
        (!written.is_literal && last == Some(name(*key))).then_some(*key)
    });
    declared.map(|one| one.key).chain(read).collect()
}

/// The spellings of one key.
#[derive(Default)]
struct Spelled {
    /// A flag that code names in quotes alone: its name may be a word for other things too.
    quoted: Option<String>,
    words: BTreeSet<(String, Counts)>,
    places: BTreeSet<Place>,
    is_read: bool,
}

impl Spelled {
    fn of(key: &Key, is_bare: bool) -> Self {
        let is_quoted = key.namespace == Namespace::Flag && !is_bare && !is_upper(&key.name);
        let mut spelled = Self { quoted: is_quoted.then(|| key.name.clone()), ..Self::default() };
        spelled.name(&key.name);
        let leaf = key.name.rsplit(['.', '/', ':']).next().unwrap_or_default();
        if key.namespace == Namespace::Setting && leaf != key.name && tells_as_field(leaf) {
            spelled.words.insert((leaf.to_owned(), Counts::Anywhere));
        }
        spelled
    }

    /// A whole name: code that asks by it writes it out.
    fn name(&mut self, name: &str) {
        if words::is_word(name) {
            let is_known = tells(name) && self.quoted.as_deref() != Some(name);
            let how = if is_known { Counts::Anywhere } else { Counts::AsLiteral };
            self.words.insert((name.to_owned(), how));
        } else if words::is_literal(name) {
            self.words.insert((name.to_owned(), Counts::Anywhere));
        }
    }

    /// The name as a read has it.
    fn written(&mut self, written: &Written<'_>, via: Via) {
        let is_known = self.words.iter().any(|(known, _)| known == written.text);
        match written {
            // A part of a name, which the key of a map may be: it tells nothing elsewhere.
            Written { text, is_literal: true } if !is_known && words::is_word(text) => {
                self.field(text);
            }
            Written { text, is_literal: true } => self.name(text),
            // The name of a constant or a parameter: the text that it stands for is somewhere.
            Written { is_literal: false, .. } if matches!(via, Via::Constant | Via::Wrapper) => {}
            Written { text, is_literal: false } => self.field(text),
        }
    }

    /// An entry of a mapping of settings, `FEATURES.audit-logs`: a constant that holds its name may stand anywhere.
    fn entry(&mut self, name: &str, reader: &str) {
        let Some((mapping, entry)) = name.split_once('.') else { return };
        let is_of_mapping = reader.rsplit('.').next() == Some(mapping) && is_upper(mapping);
        if is_of_mapping && words::is_literal(entry) && entry.contains(['_', '-']) {
            self.words.insert((entry.to_owned(), Counts::AsLiteral));
        }
    }

    /// A name that is no text: a field, an attribute.
    fn field(&mut self, written: &str) {
        if !words::is_word(written) {
            return;
        }
        if tells_as_field(written) || is_upper(written) && tells(written) {
            self.words.insert((written.to_owned(), Counts::Anywhere));
        } else if self.is_read {
            self.words.insert((written.to_owned(), Counts::Nearby));
        }
    }
}

/// What stands where a read names its key.
struct Written<'a> {
    text: &'a str,
    is_literal: bool,
}

impl<'a> Written<'a> {
    fn of(text: &'a str, range: TextRange) -> Self {
        let quotes = ['"', '\'', '`'];
        let written = range.slice(text).trim();
        let before = text.get(..range.start as usize).unwrap_or_default();
        let is_literal = written.starts_with(quotes)
            || before.ends_with(quotes) && !written.is_empty()
            || written.ends_with(quotes);
        let inner = written.trim_end_matches(quotes);
        // `b"X"`, `r"X"`: letters may stand before the quote.
        let inner = inner.rsplit(quotes).next().unwrap_or(inner);
        Self { text: inner, is_literal }
    }
}

fn is_upper(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Whether a name tells what it is wherever it stands.
fn tells(name: &str) -> bool {
    let inner = name.trim_matches('_');
    let has_hump = name
        .as_bytes()
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    inner.contains('_') || has_hump || inner.len() >= TELLING_WORD
}

/// Whether a name of a field tells that it is one of settings.
fn tells_as_field(name: &str) -> bool {
    words::is_word(name)
        && tells(name)
        && name.len()
            >= if name.trim_matches('_').contains('_') { TELLING_FIELD } else { TELLING_WORD }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Terms;
    use crate::history::words::{literal, word};
    use crate::model::{Inventory, Key, KeyRef, Namespace, Read, Via};
    use crate::text::{File, Files, Span, TextRange};

    #[test]
    fn names_that_tell_count_everywhere() {
        let (mut inventory, mut files) = (Inventory::default(), Files::default());
        let text = "base_url port oven_heat_max env bakes_at_night";
        let file = files.add(File::new("shop/settings.py", text));
        let ids = ["OVEN_MODE", "PORT", "BASE_URL", "OLD_OVEN_HEAT", "DEBUG", "BAKES_AT_NIGHT"];
        let ids = ids.map(|name| inventory.intern(Key::env(name)));
        let flag = inventory.intern(Key::setting("new-oven.v2"));
        for (key, from, to) in [(ids[2], 0, 8), (ids[1], 9, 13)] {
            let span = Span::new(file, TextRange::new(from, to));
            inventory.reads.push(Read::of(KeyRef::Exact(key), span, "pydantic"));
        }
        let (attribute, field) = (TextRange::new(28, 31), TextRange::new(32, 46));
        let read = Read::of(KeyRef::Exact(ids[5]), Span::new(file, field), "clap");
        let key_span = Span::new(file, attribute);
        inventory.reads.push(Read { key_span, via: Via::Schema, ..read });
        let keys: BTreeSet<_> = ids.into_iter().chain([flag]).collect();
        let terms = Terms::of(&inventory, &files, &keys);
        let of = |number: u64| {
            let found = terms.by_word.get(&number).into_iter().flatten();
            found.map(|term| (term.key, term.only.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(of(word("OVEN_MODE")), [(ids[0], false)]);
        assert_eq!((of(word("PORT")), of(literal("PORT"))), (vec![], vec![(ids[1], false)]));
        assert_eq!(
            (of(word("port")), of(word("base_url"))),
            (vec![(ids[1], true)], vec![(ids[2], true)])
        );
        assert_eq!((of(word("bakes_at_night")), of(word("env"))), (vec![(ids[5], false)], vec![]));
        assert_eq!(of(word("old_oven_heat")), [(ids[3], false)], "nothing reads it now");
        assert_eq!(of(literal("new-oven.v2")), [(flag, false)]);
        assert_eq!(terms.vague, BTreeSet::from([ids[1], ids[2], ids[4]]));
    }

    #[test]
    fn flags_in_quotes_and_entries_of_mappings_count_as_literals() {
        let (mut inventory, mut files) = (Inventory::default(), Files::default());
        let text =
            "client.variation(\"oven_name\") ask(TYPE_AUDIT) ask(TYPE_CAKES) flags.rye_bread";
        let file = files.add(File::new("shop/till.py", text));
        let names = ["oven_name", "OVEN_FEATURES.audit-logs", "OVEN_FEATURES.cakes", "rye_bread"];
        let key = |name: &str| Key { namespace: Namespace::Flag, ..Key::setting(name) };
        let ids = names.map(|name| inventory.intern(key(name)));
        let mapping = "django.conf.settings.OVEN_FEATURES";
        let asked =
            [("\"oven_name\"", "ldclient"), ("TYPE_AUDIT", mapping), ("TYPE_CAKES", mapping)];
        for ((written, reader), id) in asked.into_iter().chain([("rye_bread", "flags")]).zip(ids) {
            let at = u32::try_from(text.find(written).expect("it stands there")).expect("short");
            let end = at + u32::try_from(written.len()).expect("short");
            let span = Span::new(file, TextRange::new(at as usize, end as usize));
            let read = Read::of(KeyRef::Exact(id), span, reader);
            let via = if reader == mapping { Via::Wrapper } else { Via::Direct };
            inventory.reads.push(Read { via, ..read });
        }
        let terms = Terms::of(&inventory, &files, &ids.into_iter().collect());
        let known = |number: u64| terms.by_word.contains_key(&number);
        assert!(known(literal("oven_name")) && !known(word("oven_name")));
        assert!(known(literal("audit-logs")) && !known(literal("cakes")));
        assert!(known(word("rye_bread")) && !known(literal("rye_bread")));
    }
}
