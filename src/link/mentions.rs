//! Names of unread keys in texts that are not parsed.
//!
//! A whole word in a shell script, a CI file or the source of a language that is not parsed yet is no read, but it is
//! reason enough not to call a key dead. Sees words, not meaning: a name put together at run time is not found.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;

mod composed;
mod near;
mod places;
mod spelled;
mod wanted;
mod word;

pub use places::{counts, is_test_source};

use crate::model::inventory::Mention;
use crate::model::{Inventory, KeyId, Namespace, Role, Source};
use crate::text::{FileId, Files, Span, TextRange};
use places::{Place, Shape};
use spelled::{declares_settings, parent, spellings};
use wanted::{idle, unread};
use word::{Word, Words};

/// How many mentions of one key are kept: the first in path order prove enough.
const KEPT: usize = 3;

/// A name found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The keys that have this name.
    pub keys: Vec<KeyId>,
    /// Where.
    pub range: TextRange,
    /// What kind of text it is, as a phrase.
    pub what: &'static str,
}

/// Looks for the names of all keys that are defined and that no production code reads, or uses where it loads them.
pub struct Finder {
    near: Option<near::Near>,
    automaton: AhoCorasick,
    names: Vec<Name>,
    sources: BTreeMap<FileId, Role>,
    /// What the sources themselves ask for, and what files declare: that is known, with what becomes of it.
    asked: BTreeSet<(FileId, KeyId)>,
    /// Keys of sections of which code says all fields, with the length of their whole names: the last part alone, in code
    /// that is parsed, means another thing.
    closed: BTreeMap<KeyId, usize>,
    /// The names of unread variables, to find those of which a text writes only the beginning.
    variables: BTreeMap<String, KeyId>,
}

/// One spelling, and whose it is.
#[derive(Debug, Default)]
struct Name {
    /// Whose it is; with the segment before it, where it says too little alone: `url` of `database.url`.
    keys: BTreeMap<KeyId, Option<String>>,
    /// Only the declaration of a field counts: `database_url: str` in a settings class.
    field_only: bool,
    /// The name of a setting: in code it may be a field, not only a string.
    is_setting: bool,
    /// Keys that are loaded and not used, each with whether this is only the name of its field.
    idle: BTreeMap<KeyId, bool>,
}

impl Name {
    /// The name of no unread key.
    fn unnamed() -> Self {
        Self { field_only: true, ..Self::default() }
    }

    /// The unread keys that it may mean, by what else the text names.
    fn keys_near<'n>(&'n self, words: &mut Words<'_>) -> impl Iterator<Item = KeyId> + use<'n> {
        let near = |parent: &Option<String>, words: &mut Words<'_>| {
            parent.as_ref().is_none_or(|parent| words.has(parent))
        };
        let keys = self.keys.iter().filter(|(_, parent)| near(parent, words));
        keys.map(|(key, _)| *key).collect::<Vec<_>>().into_iter()
    }

    /// The keys that are loaded and not used, and that may be used here.
    fn idle_keys(&self, word: &Word<'_>, place: &Place) -> impl Iterator<Item = KeyId> {
        let keys = self.idle.iter().filter(|(_, is_field)| word.uses(place, **is_field));
        keys.map(|(key, _)| *key)
    }
}

impl Finder {
    /// A finder for the unread keys of an inventory; `None` where there is no such key.
    pub fn new(inventory: &Inventory) -> Option<Self> {
        let mut names: BTreeMap<String, Name> = BTreeMap::new();
        let unread = unread(inventory);
        for id in unread.iter().copied() {
            let key = inventory.key(id);
            let parent = parent(key);
            for (spelling, field_only) in spellings(key) {
                let needed = parent.clone().filter(|_| !spelling.contains(['_', '.', '-']));
                let name =
                    names.entry(spelling).or_insert_with(|| Name { field_only, ..Name::default() });
                name.keys.insert(id, needed);
                name.field_only &= field_only;
                name.is_setting |= key.namespace != Namespace::Env;
            }
        }
        for (id, field) in idle(inventory) {
            let key = inventory.key(id);
            // The last segment of a longer name is that of the field.
            if !key.name.contains('.') {
                names.entry(key.name.clone()).or_insert_with(Name::unnamed).idle.insert(id, false);
            }
            let name = names.entry(field.to_owned()).or_insert_with(Name::unnamed);
            name.idle.entry(id).or_insert(true);
        }
        let near = near::Near::new(inventory);
        if names.is_empty() && near.is_none() {
            return None;
        }
        let (spellings, names): (Vec<_>, Vec<_>) = names.into_iter().unzip();
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(spellings).ok()?;
        let mut sources = BTreeMap::new();
        // What a pipeline names beside what it gives a value is a mention still, and a module of settings is code.
        let is_one = |source: &&Source| !source.is_for_tools() && !source.is_module();
        for source in inventory.sources.iter().filter(is_one) {
            sources.insert(source.file, source.role);
        }
        let asked = inventory.asks.iter().map(|ask| (ask.span.file, ask.key));
        // Whether the file that declares a flag uses it, its declaration knows.
        let declared = inventory.flag_declarations.iter().map(|one| (one.span.file, one.key));
        let asked = asked.chain(declared).collect();
        let (closed, variables) =
            (composed::closed(inventory, &unread), composed::variables(inventory, &unread));
        Some(Self { near, automaton, names, sources, asked, closed, variables })
    }

    /// The keys that a text names as whole words, or begins to name, whatever the text is.
    pub fn named_in(&self, text: &str) -> BTreeSet<KeyId> {
        let hits = self.automaton.find_iter(text);
        let whole = hits.filter(|hit| Word { text, start: hit.start(), end: hit.end() }.is_whole());
        let begun = composed::begun(text, &self.variables).flat_map(|(keys, _)| keys);
        let whole = whole.flat_map(|hit| self.names[hit.pattern().as_usize()].keys.keys().copied());
        whole.chain(begun).collect()
    }

    /// The keys that a component gets and does not read, of which a text in its folder has the name.
    pub fn named_near(&self, id: Option<FileId>, path: &str, text: &str) -> Vec<(KeyId, String)> {
        self.near.as_ref().map_or_else(Vec::new, |near| near.named(id, path, text))
    }

    /// The mentions in one text that count. `id` is that of a file which may itself be a source.
    pub fn search(&self, id: Option<FileId>, path: &str, text: &str) -> Vec<Hit> {
        let role = id.and_then(|id| self.sources.get(&id));
        if role.is_some_and(|role| *role != Role::Values) {
            return Vec::new();
        }
        let Some(mut place) = places::place(path, text) else { return Vec::new() };
        if role.is_some() {
            place.shape = Shape::Expanded;
        }
        let declares_fields = place.shape == Shape::Quoted && declares_settings(text);
        let mut met: FxHashMap<usize, usize> = FxHashMap::default();
        let mut words = Words::new(text);
        let mut hits = Vec::new();
        for found in self.automaton.find_iter(text) {
            let at = found.pattern().as_usize();
            let name = &self.names[at];
            let word = Word { text, start: found.start(), end: found.end() };
            if !word.is_whole() || word.is_comment(&place) {
                continue;
            }
            let is_known = |key: KeyId| id.is_some_and(|id| self.asked.contains(&(id, key)));
            let seen = met.entry(at).or_insert(0);
            let is_field = declares_fields && word.is_field();
            let fits = || is_field || !name.field_only && word.fits(&place, name.is_setting);
            let mut keys = Vec::new();
            if *seen < KEPT && fits() {
                *seen += 1;
                let is_part = |key: &KeyId| {
                    let whole = self.closed.get(key).filter(|_| place.shape == Shape::Quoted);
                    whole.is_some_and(|whole| word.end - word.start < *whole)
                };
                let meant =
                    name.keys_near(&mut words).filter(|key| !is_known(*key) && !is_part(key));
                keys.extend(meant);
            }
            keys.extend(name.idle_keys(&word, &place).filter(|key| !is_known(*key)));
            if !keys.is_empty() {
                let range = TextRange::new(word.start, word.end);
                let is_entry = place.shape == Shape::Prose && word.is_entry();
                let what = if is_entry { Mention::LIST } else { place.what };
                hits.push(Hit { keys, range, what });
            }
        }
        if role.is_none() && matches!(place.shape, Shape::Any | Shape::Unassigned) {
            let found = composed::begun(text, &self.variables);
            hits.extend(found.map(|(keys, range)| Hit { keys, range, what: place.what }));
        }
        hits
    }
}

/// The mentions to keep: the first few of each key, in path order.
pub fn keep(found: Vec<(Span, Hit)>, files: &Files) -> Vec<Mention> {
    let mut mentions: Vec<Mention> = Vec::new();
    for (span, hit) in found {
        let what = hit.what;
        mentions.extend(hit.keys.iter().map(|key| Mention {
            key: *key,
            span,
            what: what.to_owned(),
        }));
    }
    mentions.sort_by_cached_key(|mention| {
        let file = files.get(mention.span.file);
        (mention.key, file.root, file.path.clone(), mention.span.range)
    });
    // What is said of a key in documents takes no place from what names it in code.
    let mut count = (None, [0, 0]);
    mentions.retain(|mention| {
        if count.0 != Some(mention.key) {
            count = (Some(mention.key), [0, 0]);
        }
        let kind = &mut count.1[usize::from(mention.is_prose())];
        *kind += 1;
        *kind <= KEPT
    });
    mentions
}

#[cfg(test)]
mod tests {
    use super::{Finder, keep};
    use crate::model::{
        Attribution, Confidence, Definition, IdleField, Inventory, Key, KeyRef, Read, Role, Scalar,
        ScalarKind, Source, SourceId, Value,
    };
    use crate::text::{File, FileId, Files, Span, TextRange};

    fn inventory(keys: &[Key]) -> Inventory {
        let mut inventory = Inventory::default();
        let span = Span::new(FileId(0), TextRange::new(0, 1));
        let (format, kind) = ("dotenv", "dotenv");
        inventory.sources.push(Source { file: FileId(0), format, kind, role: Role::Values });
        for key in keys {
            let key = inventory.intern(key.clone());
            let scalar = Scalar { text: "1".to_owned(), kind: ScalarKind::Text };
            inventory.definitions.push(Definition {
                key,
                source: SourceId(0),
                value: Value::Literal(scalar),
                key_span: span,
                value_span: None,
                written: Vec::new(),
                lost: Vec::new(),
                scope: None,
                attribution: Attribution::Project,
                turn: 0,
                commented: false,
                note: None,
                flag: None,
                used_here: false,
                answer: None,
                filled: None,
            });
        }
        inventory
    }

    fn count(key: Key, path: &str, text: &str) -> usize {
        let inventory = inventory(&[key]);
        Finder::new(&inventory).expect("a key is unread").search(None, path, text).len()
    }

    #[test]
    fn whole_words_in_other_texts() {
        let key = || Key::env("DB_URL");
        assert_eq!(count(key(), "run.sh", "psql $DB_URL\n"), 1);
        assert_eq!(count(key(), "run.sh", "psql $OLD_DB_URL ${DB_URLS}\n"), 0);
        assert_eq!(count(key(), "run.sh", "# DB_URL\nexport DB_URL=x\n"), 0);
        assert_eq!(count(key(), "app/db.js", "connect(process.env.DB_URL)"), 1);
        assert_eq!(
            count(key(), "README.md", "set DB_URL"),
            1,
            "a document, which counts for little"
        );
        assert_eq!(count(key(), "CHANGELOG.md", "set DB_URL"), 0);
        assert_eq!(count(key(), "app/db.py", "get('DB_URL')\nDB_URL = 1\n"), 1);
        assert_eq!(count(key(), "app/db.test.js", "process.env.DB_URL"), 0);
        let starts = "[program:web]\nautostart=%(ENV_DB_URL)s\n";
        assert_eq!(count(key(), "conf/supervisord.conf", starts), 1, "supervisor's own way");
        assert_eq!(count(key(), "conf/supervisord.conf", "x=%(ENV_DB_URLS)s %(DB_URL)\n"), 1);
        assert_eq!(count(key(), "run.sh", "echo $ENV_DB_URL\n"), 0);
        assert_eq!(count(key(), ".github/workflows/ci.yml", "env:\n  DB_URL: x\n"), 0);
        assert_eq!(count(key(), ".github/workflows/ci.yml", "run: psql ${{ env.DB_URL }}\n"), 1);
    }

    #[test]
    fn the_beginning_of_a_name_that_goes_on_with_a_value() {
        let key = || Key::env("E2E_TOKEN_STAGING");
        assert_eq!(count(key(), "web/login.js", "process.env[`E2E_TOKEN_${stage}`]"), 1);
        assert_eq!(count(key(), "web/login.js", "process.env['E2E_TOKEN_' + stage]"), 1);
        assert_eq!(count(key(), "run.sh", "name=\"E2E_TOKEN_${STAGE}\"; echo ${!name}\n"), 1);
        assert_eq!(count(key(), "web/login.js", "process.env[`E2E_USER_${stage}`]"), 0);
        assert_eq!(count(key(), "web/login.js", "const E2E_TOKEN_ = 1;"), 0);
    }

    #[test]
    fn fields_of_settings_classes() {
        let class = "class Settings(BaseSettings):\n    db_url: str\n";
        assert_eq!(count(Key::env("DB_URL"), "app/config.py", class), 1);
        assert_eq!(count(Key::env("DB_URL"), "app/config.py", "def f(db_url: str): pass"), 0);
    }

    #[test]
    fn idle_fields_in_templates() {
        let mut inventory = inventory(&[Key::env("DB_URL")]);
        let key = inventory.intern(Key::env("DB_URL"));
        let declared = Span::new(FileId(7), TextRange::new(0, 9));
        let read = Read::of(KeyRef::Exact(key), declared, "pydantic_settings.BaseSettings");
        inventory.reads.push(read);
        let (name, field) = ("Settings.database".to_owned(), "database".to_owned());
        let confidence = Confidence::High;
        inventory.idle.push(IdleField { name, field, declared, tested: None, confidence });
        let finder = Finder::new(&inventory).expect("a key is idle");
        let count = |path: &str, text: &str| finder.search(None, path, text).len();
        assert_eq!(count("page.html", "<p>{{ settings.database }}</p>"), 1);
        assert_eq!(count("page.j2", "{{ database }}"), 1);
        assert_eq!(count("run.sh", "psql $DB_URL"), 1);
        assert_eq!(count("run.sh", "python -c 'print(settings.database)'"), 1);
        assert_eq!(count("run.sh", "createdb database"), 0);
        assert_eq!(count("app/config.py", "database: str = Field(alias='DB_URL')"), 0);
    }

    #[test]
    fn settings_by_their_last_segment() {
        let key = || Key::setting("database.pool_size");
        assert_eq!(count(key(), "db.ts", "config.database.poolSize"), 1);
        assert_eq!(count(key(), "db.py", "settings.pool_size"), 1);
        assert_eq!(count(key(), "db.ts", "maxPoolSizes, max-pool-size"), 0);
    }

    #[test]
    fn a_common_word_needs_the_segment_before_it() {
        let key = || Key::setting("database.url");
        assert_eq!(count(key(), "api.rs", "fn get(url: String) { self.url; }"), 0);
        assert_eq!(count(key(), "db.rs", "let pool = connect(config.database.url);"), 1);
        let fields = "#[derive(Deserialize)]\nstruct Database {\n    url: String,\n}\n";
        assert_eq!(count(key(), "settings.rs", fields), 1);
    }

    #[test]
    fn a_source_mentions_only_what_it_expands() {
        let inventory = inventory(&[Key::env("DB_URL")]);
        let finder = Finder::new(&inventory).expect("a key is unread");
        let hits =
            finder.search(Some(FileId(0)), "compose.yaml", "DB_URL: a\ncommand: run $$DB_URL");
        assert_eq!(hits.len(), 1);
    }

    #[test]
    fn a_module_of_settings_names_what_its_libraries_read() {
        let mut inventory = inventory(&[Key::env("BUILD_DATE")]);
        inventory.sources[0].kind = Source::MODULE;
        let finder = Finder::new(&inventory).expect("a key is unread");
        let page = "PING_JSON_KEYS = {'build_date_key': 'BUILD_DATE'}\n";
        assert_eq!(finder.search(Some(FileId(0)), "app/settings/base.py", page).len(), 1);
    }

    #[test]
    fn three_are_kept() {
        let inventory = inventory(&[Key::env("DB_URL")]);
        let finder = Finder::new(&inventory).expect("a key is unread");
        let mut files = Files::default();
        let mut all = Vec::new();
        for path in ["d.sh", "a.sh", "c.sh", "b.sh"] {
            let id = files.add(File::new(path, "echo $DB_URL\n"));
            let hits = finder.search(None, path, &files.get(id).text);
            all.extend(hits.into_iter().map(|hit| (Span::new(id, hit.range), hit)));
        }
        let kept = keep(all, &files);
        let paths: Vec<_> = kept.iter().map(|hit| files.get(hit.span.file).path.as_str()).collect();
        assert_eq!(paths, ["a.sh", "b.sh", "c.sh"]);
    }
}
