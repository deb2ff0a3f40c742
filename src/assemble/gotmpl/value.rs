//! Values of templates, with the places where they were written.
//!
//! Knows how Go prints and tests a value; no functions and no charts. Numbers of values files are floats, as for Helm.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::held::{Entries, Items};
use super::text::{Mark, Text};

/// A value.
#[derive(Clone, Debug)]
pub(in crate::assemble) struct Value {
    /// What it is.
    pub(in crate::assemble) data: Data,
    /// Where it was written.
    pub(in crate::assemble) mark: Option<Rc<Mark>>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(in crate::assemble) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<Text>),
    List(Rc<Items>),
    Map(Map),
    /// What only a run would tell: a random word, the time. Holds what asked for it.
    Unknown(Rc<str>),
    /// Something with methods.
    Object(Object),
}

/// A map that all of its holders share, as in Go.
pub(in crate::assemble) type Map = Rc<Entries>;

/// An entry of a map.
#[derive(Clone, Debug)]
pub(in crate::assemble) struct Slot {
    /// Where its key was written.
    pub(in crate::assemble) key: Option<Rc<Mark>>,
    /// Its value.
    pub(in crate::assemble) value: Value,
}

/// Something with methods.
#[derive(Clone, Debug)]
pub(in crate::assemble) enum Object {
    /// Files of a chart, by path.
    Files(Rc<BTreeMap<String, Rc<Text>>>),
    /// The versions of a cluster's interfaces.
    Versions,
}

/// Stands before each unknown value in a text, so that it is not taken for braces that somebody wrote.
pub(in crate::assemble) const UNKNOWN: char = '\u{e000}';

/// Maps in maps deeper than that are printed no more.
pub(super) const MAX_DEPTH: usize = 64;

/// More values than one can have given way to.
const MAX_LOST: usize = 64;

impl Value {
    /// A value that nobody wrote.
    pub(in crate::assemble) fn new(data: Data) -> Self {
        Self { data, mark: None }
    }

    /// Nothing.
    pub(in crate::assemble) fn null() -> Self {
        Self::new(Data::Null)
    }

    /// A truth value.
    pub(in crate::assemble) fn bool(value: bool) -> Self {
        Self::new(Data::Bool(value))
    }

    /// A number.
    pub(in crate::assemble) fn int(value: i64) -> Self {
        Self::new(Data::Int(value))
    }

    /// A text.
    pub(in crate::assemble) fn text(text: Text) -> Self {
        Self::new(Data::Text(Rc::new(text)))
    }

    /// A text that nobody wrote.
    pub(in crate::assemble) fn str(text: impl Into<String>) -> Self {
        Self::text(Text::plain(text))
    }

    /// A list.
    pub(in crate::assemble) fn list(items: Vec<Self>) -> Self {
        Self::new(Data::List(Rc::new(Items(items))))
    }

    /// A map whose keys nobody wrote.
    pub(in crate::assemble) fn map<K: Into<Rc<str>>>(
        entries: impl IntoIterator<Item = (K, Self)>,
    ) -> Self {
        let slots = entries.into_iter();
        Self::slots(slots.map(|(key, value)| (key.into(), Slot { key: None, value })).collect())
    }

    /// A map.
    pub(in crate::assemble) fn slots(slots: BTreeMap<Rc<str>, Slot>) -> Self {
        Self::new(Data::Map(Rc::new(Entries(RefCell::new(slots)))))
    }

    /// The same value, got by going through a list or map: no template names it.
    #[must_use]
    pub(super) fn into_item(mut self) -> Self {
        if let Some(mark) = self.mark.as_ref().filter(|mark| !mark.is_item) {
            self.mark = Some(Rc::new(Mark { is_item: true, ..mark.as_ref().clone() }));
        }
        if let Data::Text(text) = &self.data
            && !text.is_plain()
        {
            self.data = Data::Text(Rc::new(text.as_item()));
        }
        self
    }

    /// Whether it was got by going through a list or map.
    pub(super) fn is_item(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.is_item)
    }

    /// The value where it takes the place of `other`, which is kept as what gave way to it.
    #[must_use]
    pub(in crate::assemble) fn over(self, other: &Self) -> Self {
        let (Some(mark), Some(lost)) = (&self.mark, &other.mark) else { return self };
        if mark.place == lost.place || self.as_map().is_some() {
            return self;
        }
        let own = mark.lost.as_deref().unwrap_or_default().iter();
        let theirs = lost.lost.as_deref().unwrap_or_default().iter();
        let all = own.chain([&lost.place]).chain(theirs).take(MAX_LOST).copied().collect();
        let mark = Rc::new(Mark { lost: Some(all), ..mark.as_ref().clone() });
        Self { mark: Some(mark), ..self }
    }

    /// Whether it is nothing.
    pub(in crate::assemble) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// Whether it is a map.
    pub(in crate::assemble) fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The text that it is.
    pub(in crate::assemble) fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The value under `key` in a map.
    pub(in crate::assemble) fn get(&self, key: &str) -> Option<Self> {
        let slot = self.as_map()?.borrow().get(key).map(|slot| slot.value.clone())?;
        Some(if self.is_item() { slot.into_item() } else { slot })
    }

    /// The value under a path of keys.
    pub(in crate::assemble) fn at(&self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self.clone(), |value, key| value.get(key))
    }

    /// Its items, where it is a list.
    pub(in crate::assemble) fn items(&self) -> Option<Vec<Self>> {
        let Data::List(items) = &self.data else { return None };
        let is_item = self.is_item();
        let item = |value: &Self| if is_item { value.clone().into_item() } else { value.clone() };
        Some(items.iter().map(item).collect())
    }

    /// Its keys, as texts with their places, where it is a map.
    pub(super) fn keys(&self) -> Option<Vec<Text>> {
        let map = self.as_map()?.borrow();
        Some(map.iter().map(|(key, slot)| key_text(key, slot.key.as_deref())).collect())
    }

    /// Whether a condition takes it for true.
    pub(in crate::assemble) fn is_true(&self) -> bool {
        match &self.data {
            Data::Null => false,
            Data::Bool(value) => *value,
            Data::Int(value) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Text(text) => text.len() > 0,
            Data::List(items) => !items.is_empty(),
            Data::Map(map) => !map.borrow().is_empty(),
            Data::Object(Object::Files(files)) => !files.is_empty(),
            Data::Unknown(_) | Data::Object(_) => true,
        }
    }

    /// The word that Go has for what it is.
    pub(super) fn kind(&self) -> &'static str {
        match &self.data {
            Data::Null => "invalid",
            Data::Bool(_) => "bool",
            Data::Int(_) => "int",
            Data::Float(_) => "float64",
            Data::Text(_) | Data::Unknown(_) => "string",
            Data::List(_) => "slice",
            Data::Map(_) => "map",
            Data::Object(_) => "struct",
        }
    }

    /// The type that Go has for it.
    pub(super) fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Null => "<nil>",
            Data::List(_) => "[]interface {}",
            Data::Map(_) => "map[string]interface {}",
            _ => self.kind(),
        }
    }

    /// A copy that shares nothing with it.
    #[must_use]
    pub(in crate::assemble) fn deep_copy(&self) -> Self {
        self.copied(MAX_DEPTH)
    }

    fn copied(&self, depth: usize) -> Self {
        let Some(below) = depth.checked_sub(1) else { return Self::null() };
        let data = match &self.data {
            Data::Map(map) => {
                let map = map.borrow();
                let slots = map.iter().map(|(key, slot)| {
                    let value = slot.value.copied(below);
                    (key.clone(), Slot { key: slot.key.clone(), value })
                });
                Data::Map(Rc::new(Entries(RefCell::new(slots.collect()))))
            }
            Data::List(items) => {
                Data::List(Rc::new(Items(items.iter().map(|item| item.copied(below)).collect())))
            }
            data => data.clone(),
        };
        Self { data, mark: self.mark.clone() }
    }

    /// Whether both are the same all the way down.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.same(other, MAX_DEPTH)
    }

    fn same(&self, other: &Self, depth: usize) -> bool {
        let Some(below) = depth.checked_sub(1) else { return false };
        match (&self.data, &other.data) {
            (Data::Null, Data::Null) => true,
            (Data::Bool(one), Data::Bool(two)) => one == two,
            (Data::Text(one), Data::Text(two)) => one.as_str() == two.as_str(),
            (Data::Int(_) | Data::Float(_), Data::Int(_) | Data::Float(_)) => {
                self.number() == other.number()
            }
            (Data::List(one), Data::List(two)) => {
                one.len() == two.len()
                    && one.iter().zip(two.iter()).all(|(one, two)| one.same(two, below))
            }
            (Data::Map(one), Data::Map(two)) => {
                let (one, two) = (one.borrow(), two.borrow());
                one.len() == two.len()
                    && one.iter().zip(two.iter()).all(|((key, slot), (other, theirs))| {
                        key == other && slot.value.same(&theirs.value, below)
                    })
            }
            _ => false,
        }
    }

    /// As a number, where it is one.
    #[expect(clippy::cast_precision_loss, reason = "Go converts so too")]
    pub(super) fn number(&self) -> Option<f64> {
        match &self.data {
            Data::Int(value) => Some(*value as f64),
            Data::Float(value) => Some(*value),
            _ => None,
        }
    }
}

/// A key of a map as a text with its place.
pub(super) fn key_text(key: &str, mark: Option<&Mark>) -> Text {
    match mark {
        Some(mark) => Text::marked(key, Mark { is_item: true, ..mark.clone() }),
        None => Text::plain(key),
    }
}
