//! Flags of Flask-FeatureFlags: `FEATURE_FLAGS` and `FEATURE_FLAGS_X` of a module of settings, by the class of each environment.
//!
//! A class has what it gives itself, else what the classes of the same file give that it extends. Which environment a class is for, a dictionary
//! of the file says (`{"production": Production}`), else the name of the class. What handlers of the project's own answer is not seen.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::super::context::Context;
use super::super::{Format, settings_place};
use super::{Flags, Named, Served};
use crate::document::Document;
use crate::document::classes::{Class, Given, Module, Written, module};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Serves, ValueType};
use crate::text::{File, TextRange};

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: KIND, paths: is_module, needles: &[SETTING], claims, extract };

/// The kind of its sources.
pub const KIND: &str = "flask-featureflags";

/// What code imports of the library says this.
pub const LIBRARY: &str = "featureflags";

/// The setting; one flag alone stands in a setting of its own that begins so.
const SETTING: &str = "FEATURE_FLAGS";

/// Words of a class's name that say that it holds settings.
const PLAIN: &[&str] = &["app", "config", "configuration", "flask", "settings"];

/// What a dictionary of classes calls the one that is taken where nothing is chosen.
const UNCHOSEN: &[&str] = &["base", "common", "default"];

/// Functions of libraries that give the day that they are handed: `enabled_since("2016-08-22")`.
const DAYS: &[&str] = &["enabled_since"];

/// Dictionaries that take over one another in more steps are hostile.
const MOST: usize = 16;
/// So are dictionaries that are longer than this in all, those that are taken over counted each time.
const MOST_READ: usize = 1_000_000;
/// And so are more environments.
const MOST_ENVIRONMENTS: usize = 100;

/// Whether a file may be a module of settings: by its own name or that of its folder.
fn is_module(path: &str) -> bool {
    let Some(stem) = path.strip_suffix(".py") else { return false };
    let mut parts = stem.rsplit('/').take(2);
    parts.any(|part| {
        part.split('_')
            .any(|word| matches!(word, "config" | "configs" | "configuration" | "settings"))
    })
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    let module = module(&file.text);
    let mut all = module.classes.iter().flat_map(|class| &class.given).chain(&module.given);
    all.any(|one| is_setting(one.name))
}

fn is_setting(name: &str) -> bool {
    name.strip_prefix(SETTING).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let module = module(&context.file.text);
    let mut all = Flags::new(context, FORMAT.name);
    let ground = Ground::new(&module);
    let top: Vec<&Given<'_>> = module.given.iter().collect();
    add(None, &ground, &top, &mut all);
    let mut environments = environments(&ground);
    environments.truncate(MOST_ENVIRONMENTS);
    for (environment, class) in &environments {
        add(Some(environment), &ground, &ground.gather(class), &mut all);
    }
    // Where no class is an environment's, one alone is everybody's.
    if let ([class], true) = (module.classes.as_slice(), environments.is_empty()) {
        add(None, &ground, &class.given.iter().collect::<Vec<_>>(), &mut all);
    }
    all.finish(documents)
}

/// The classes that are environments', with what those are called.
fn environments<'m, 'a>(ground: &Ground<'m, 'a>) -> Vec<(String, &'m Class<'a>)> {
    let module = ground.module;
    let class = |name: &str| ground.classes.get(name).copied();
    let tables = module.given.iter().filter_map(|one| one.value?.entries());
    let named = tables.flatten().filter_map(|(key, value)| {
        let key = key?.quoted().filter(|key| !UNCHOSEN.contains(key) && !key.is_empty())?;
        Some((key.to_owned(), class(value.text)?))
    });
    let named: Vec<_> = named.collect();
    if !named.is_empty() {
        return named;
    }
    let by_name = |class: &'m Class<'a>| {
        let words = words(class.name).into_iter().filter(|word| !PLAIN.contains(&word.as_str()));
        let name = words.collect::<Vec<_>>().join("-");
        settings_place::is_environment(&name).then_some((name, class))
    };
    module.classes.iter().filter_map(by_name).collect()
}

/// The words of a name like `PreProductionConfig`, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_upper = true;
    for c in name.chars() {
        if words.is_empty() || c.is_uppercase() && !was_upper || c == '_' {
            words.push(String::new());
        }
        was_upper = c.is_uppercase();
        if let Some(word) = words.last_mut().filter(|_| c != '_') {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// A module with its classes by name.
struct Ground<'m, 'a> {
    module: &'m Module<'a>,
    classes: BTreeMap<&'a str, &'m Class<'a>>,
    /// The dictionary that each class has, of those that were asked.
    dictionaries: RefCell<BTreeMap<&'a str, Option<&'m Given<'a>>>>,
    /// How much of dictionaries may still be read.
    left: Cell<usize>,
}

impl<'m, 'a> Ground<'m, 'a> {
    fn new(module: &'m Module<'a>) -> Self {
        // Of two of one name the first is taken, as everywhere here.
        let classes = module.classes.iter().rev().map(|class| (class.name, class)).collect();
        Self { module, classes, dictionaries: RefCell::default(), left: Cell::new(MOST_READ) }
    }

    /// Whether so much more may be read.
    fn spend(&self, size: usize) -> bool {
        let left = self.left.get().checked_sub(size);
        self.left.set(left.unwrap_or_default());
        left.is_some()
    }

    /// The dictionary that a class has.
    fn dictionary(&self, name: &str) -> Option<&'m Given<'a>> {
        let class = *self.classes.get(name)?;
        let find = || self.gather(class).into_iter().find(|given| given.name == SETTING);
        *self.dictionaries.borrow_mut().entry(class.name).or_insert_with(find)
    }

    /// What a class has, its own first: of two that give one name the first counts.
    fn gather(&self, class: &'m Class<'a>) -> Vec<&'m Given<'a>> {
        let (mut found, mut names, mut met) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let mut ahead = vec![class];
        while let Some(class) = ahead.pop() {
            if !met.insert(class.name) {
                continue;
            }
            found.extend(class.given.iter().rev().filter(|given| names.insert(given.name)));
            ahead.extend(class.bases.iter().rev().filter_map(|base| self.classes.get(base)));
        }
        found
    }
}

/// Adds the flags that settings give an environment.
fn add<'a>(
    environment: Option<&str>,
    ground: &Ground<'_, 'a>,
    given: &[&Given<'a>],
    all: &mut Flags<'_>,
) {
    let mut add = |name: &str, range: TextRange, value: Option<Written<'_>>| {
        let mut state = FlagState::serving(Serves::Unknown);
        state.gives = ValueType::Bool(Vec::new());
        let truth = value.and_then(truth);
        let served = truth.map_or(Served::Unknown, Served::all);
        all.add(environment, Named { name, range }, served, state);
    };
    for one in given {
        if let Some(name) = one.name.strip_prefix(SETTING).and_then(|rest| rest.strip_prefix('_')) {
            add(name, one.range, one.value);
        } else if one.name == SETTING {
            let mut known = BTreeMap::new();
            entries(ground, one, MOST, &mut known);
            for (name, (range, value)) in known {
                add(name, range, one.value.and(value));
            }
        }
    }
}

/// The flags of a dictionary by their names: where each is, its value.
type Entries<'a> = BTreeMap<&'a str, (TextRange, Option<Written<'a>>)>;

/// The entries of a dictionary with those that it takes over: `{**Config.FEATURE_FLAGS, "rye": True}`. The later wins.
fn entries<'a>(ground: &Ground<'_, 'a>, one: &Given<'a>, hops: usize, found: &mut Entries<'a>) {
    let (Some(hops), Some(value)) = (hops.checked_sub(1), one.value) else { return };
    if !ground.spend(value.text.len()) {
        return;
    }
    for (key, value) in value.entries().unwrap_or_default() {
        let Some(key) = key else {
            let taken = value.text.strip_suffix(SETTING).and_then(|it| it.strip_suffix('.'));
            if let Some(base) = taken.and_then(|name| ground.dictionary(name)) {
                entries(ground, base, hops, found);
            }
            continue;
        };
        let Some(name) = key.quoted() else { continue };
        let range = TextRange::new(key.start, key.start + key.text.len());
        found.insert(name, (range, Some(value)));
    }
}

/// Whether a value counts as yes, where its text tells.
fn truth(value: Written<'_>) -> Option<bool> {
    match value.text {
        "True" => return Some(true),
        "False" | "None" => return Some(false),
        _ => {}
    }
    let day = value
        .text
        .split_once('(')
        .filter(|(name, _)| DAYS.contains(&name.rsplit('.').next().unwrap_or(name)));
    let text = day.map_or(value.text, |(_, rest)| rest.trim_end_matches(')'));
    if let Some(inside) = (Written { text, start: value.start }).quoted() {
        return Some(!inside.is_empty());
    }
    text.parse::<f64>().ok().map(|number| number != 0.0)
}
