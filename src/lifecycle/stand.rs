//! What a flag comes to in one place: on, off, a value, a share of those who ask.
//!
//! Knows values, reads and what providers serve. Which environments there are it does not know.

use crate::model::{Absence, Definition, FlagState, Percent, Read, Serves, Value, ValueType};
use crate::nature::{Nature, shape};

/// What a flag comes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// On for all.
    On,
    /// Off for all.
    Off,
    /// One value for all that is no switch.
    Value(String),
    /// A value for a part of those who ask.
    Share {
        /// The value.
        value: String,
        /// How many get it.
        share: Percent,
    },
    /// It depends on who asks.
    Targeted,
    /// Workloads of one environment differ.
    Mixed(Vec<Stand>),
    /// It cannot be told: why, as a phrase.
    Unknown(String),
}

impl Stand {
    /// Whether it is one value for all who ask.
    pub fn is_one(&self) -> bool {
        matches!(self, Self::On | Self::Off | Self::Value(_))
    }

    /// The word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Value(_) => "value",
            Self::Share { .. } => "percentage",
            Self::Targeted => "targeted",
            Self::Mixed(_) => "mixed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// In words for people: `on`, `"blue"`, `20 % "blue"`.
    pub fn phrase(&self) -> String {
        match self {
            Self::Value(text) => format!("`{}`", cut(text)),
            Self::Share { value, share } => match shape::switch(value) {
                Some(true) => format!("{} on", percent(*share)),
                Some(false) => format!("{} off", percent(*share)),
                None => format!("{} `{}`", percent(*share), cut(value)),
            },
            Self::Mixed(all) => {
                let all: Vec<_> = all.iter().map(Self::phrase).collect();
                all.join(" and ")
            }
            other => other.word().to_owned(),
        }
    }

    /// What several come to together.
    pub(super) fn of_all(mut all: Vec<Self>) -> Option<Self> {
        all.sort();
        all.dedup();
        if let Some(unknown) = all.iter().find(|one| matches!(one, Self::Unknown(_))) {
            return Some(unknown.clone());
        }
        if all.len() > 1 { Some(Self::Mixed(all)) } else { all.pop() }
    }
}

fn cut(text: &str) -> String {
    let short: String = text.lines().next().unwrap_or("").chars().take(40).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// A share as a person writes it: `20 %`, `0.5 %`.
pub fn percent(share: Percent) -> String {
    let (whole, rest) = (share.0 / 1_000, share.0 % 1_000);
    if rest == 0 {
        return format!("{whole} %");
    }
    let rest = format!("{rest:03}");
    format!("{whole}.{} %", rest.trim_end_matches('0'))
}

/// What `read`, which asks for a key called `name`, makes of a text.
pub fn made_of(name: &str, read: &Read, text: &str) -> Stand {
    Use::of(name, &[read]).text(text)
}

/// How code reads a flag.
pub(super) struct Use<'a> {
    reads: &'a [&'a Read],
    /// Its name says that it is a share of all.
    as_share: bool,
}

impl<'a> Use<'a> {
    /// The use that `reads` make of a flag called `name`.
    pub(super) fn of(name: &str, reads: &'a [&'a Read]) -> Self {
        let is_bool = |read: &&Read| matches!(read.expects, ValueType::Bool(_));
        let is_number = |read: &&Read| matches!(read.expects, ValueType::Int | ValueType::Float);
        Self {
            reads,
            as_share: reads.iter().any(|read| read.as_share)
                || !reads.iter().any(is_bool)
                    && reads.iter().any(is_number)
                    && Nature::of(name).is_share(),
        }
    }

    /// What a definition gives.
    pub(super) fn given(&self, definition: &Definition) -> Stand {
        if let Some(state) = &definition.flag {
            return self.served(state);
        }
        if let Some(answer) = definition.answer {
            return if answer { Stand::On } else { Stand::Off };
        }
        let unknown = |why: &str| Stand::Unknown(why.to_owned());
        match &definition.value {
            Value::Literal(scalar) if shape::is_template(&scalar.text) => {
                unknown("its value is filled in by a tool")
            }
            Value::Literal(scalar) => self.text(&scalar.text),
            Value::Empty => self.text(""),
            // Whatever stands there: that something does is what counts.
            _ if self.is_only_looked_for() => Stand::On,
            Value::Secret(_) | Value::Encrypted => unknown("its value is withheld"),
            Value::Placeholder(_) => unknown("a placeholder stands for it"),
            Value::Reference { .. } | Value::Computed | Value::PassThrough => {
                unknown("its value comes from elsewhere")
            }
        }
    }

    fn is_only_looked_for(&self) -> bool {
        let looks = |read: &&Read| read.absence == Absence::Presence;
        !self.reads.is_empty() && self.reads.iter().all(looks)
    }

    fn served(&self, state: &FlagState) -> Stand {
        if state.is_archived {
            return self.without();
        }
        match &state.serves {
            Serves::Default => self.without(),
            Serves::One(text) => switched(text, false),
            Serves::Share { value, share: Percent::ALL } => switched(value, false),
            Serves::Share { share: Percent::NONE, .. } => Stand::Off,
            Serves::Share { value, share } => Stand::Share { value: value.clone(), share: *share },
            Serves::Targeted => Stand::Targeted,
            Serves::Unknown => Stand::Unknown("its provider's file does not tell".to_owned()),
        }
    }

    /// What the code makes of no value.
    pub(super) fn without(&self) -> Stand {
        let stands = self.reads.iter().map(|read| self.without_for(read));
        let nobody = || Stand::Unknown("no code asks for it".to_owned());
        Stand::of_all(stands.collect()).unwrap_or_else(nobody)
    }

    fn without_for(&self, read: &Read) -> Stand {
        match (read.absence, &read.default) {
            _ if read.outranked => Stand::Unknown("a service that is bound may give it".to_owned()),
            (Absence::Default, Some(default)) => match &default.text {
                // No text of a configuration is parsed here.
                Some(text) if default.is_bool => switched(text, false),
                Some(text) if !default.redacted => self.text_for(read, text),
                _ => Stand::Unknown("its default is worked out by the code".to_owned()),
            },
            (Absence::Required, _) => Stand::Unknown("the code fails without it".to_owned()),
            (Absence::Default, None) => {
                Stand::Unknown("its default is worked out by the code".to_owned())
            }
            (Absence::Optional | Absence::Presence, _) => Stand::Off,
        }
    }

    fn text(&self, text: &str) -> Stand {
        let stands = self.reads.iter().map(|read| {
            if text.is_empty() && read.empty_is_absent {
                return self.without_for(read);
            }
            self.text_for(read, text)
        });
        Stand::of_all(stands.collect()).unwrap_or_else(|| switched(shape::bare(text), true))
    }

    fn text_for(&self, read: &Read, text: &str) -> Stand {
        let text = shape::bare(text);
        if self.as_share
            && let Some(share) = share(text)
        {
            return match share {
                Percent::NONE => Stand::Off,
                Percent::ALL => Stand::On,
                share => Stand::Share { value: "on".to_owned(), share },
            };
        }
        if read.absence == Absence::Presence {
            return Stand::On;
        }
        let ValueType::Bool(words) = &read.expects else { return switched(text, false) };
        if read.limits.any_text_is_yes {
            return on_or_off(!text.is_empty());
        }
        as_boolean(text, words, read.limits.exact_words == Some(true))
    }
}

fn on_or_off(is_on: bool) -> Stand {
    if is_on { Stand::On } else { Stand::Off }
}

/// What a reader that takes these words makes of a text.
fn as_boolean(text: &str, words: &[String], is_exact: bool) -> Stand {
    let is_word =
        |word: &String| if is_exact { word == text } else { word.eq_ignore_ascii_case(text) };
    let Some(first) = words.first() else { return switched(text, true) };
    let is_known = words.iter().any(is_word);
    let knows = |on| words.iter().any(|word| shape::switch(word) == Some(on));
    if knows(true) && knows(false) {
        let taken = shape::switch(text).filter(|_| is_known);
        let refused = || Stand::Unknown("its value is no boolean for the code".to_owned());
        return taken.map_or_else(refused, on_or_off);
    }
    // The reader compares: every other text is the opposite.
    let taken_as = shape::switch(first).unwrap_or(true);
    on_or_off(is_known == taken_as)
}

/// A text as a switch where it is one.
fn switched(text: &str, is_asked: bool) -> Stand {
    let is_word = || ["true", "false", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    match shape::switch(text) {
        Some(is_on) if is_asked || is_word() => on_or_off(is_on),
        _ => Stand::Value(text.to_owned()),
    }
}

/// A number of percent.
fn share(text: &str) -> Option<Percent> {
    let (number, unit) = shape::quantity(text)?;
    let is_whole = (0.0..=100.0).contains(&number) && ["", "%"].contains(&unit);
    // Of 1 nobody can tell whether it is a hundredth or all.
    if !is_whole || (number > 0.0 && number <= 1.0) {
        return None;
    }
    let thousandths = (number * 1_000.0).round();
    format!("{thousandths:.0}").parse().ok().map(Percent)
}

#[cfg(test)]
mod tests {
    use super::{Percent, Stand, as_boolean, percent, share};

    #[test]
    fn shares_are_shown_as_written() {
        assert_eq!(percent(Percent(20_000)), "20 %");
        assert_eq!(percent(Percent(500)), "0.5 %");
        assert_eq!(share("25"), Some(Percent(25_000)));
        assert_eq!(share("100%"), Some(Percent::ALL));
        assert_eq!((share("1"), share("101"), share("3s")), (None, None, None));
    }

    #[test]
    fn a_text_is_what_its_reader_makes_of_it() {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let compares = words(&["true"]);
        assert_eq!(as_boolean("true", &compares, true), Stand::On);
        assert_eq!(as_boolean("1", &compares, true), Stand::Off);
        assert_eq!(as_boolean("True", &compares, true), Stand::Off);
        assert_eq!(as_boolean("False", &words(&["false"]), false), Stand::Off);
        assert_eq!(as_boolean("anything", &words(&["false"]), false), Stand::On);
        let parses = words(&["true", "false"]);
        assert_eq!(as_boolean("TRUE", &parses, false), Stand::On);
        assert_eq!(as_boolean("maybe", &parses, false).word(), "unknown");
        assert_eq!(as_boolean("yes", &[], false), Stand::On);
    }

    #[test]
    fn one_that_is_unknown_hides_the_others() {
        let unknown = Stand::Unknown("nobody knows".to_owned());
        assert_eq!(Stand::of_all(vec![Stand::On, unknown.clone()]), Some(unknown));
        assert_eq!(Stand::of_all(vec![Stand::On, Stand::On]), Some(Stand::On));
        assert_eq!(Stand::of_all(Vec::new()), None);
    }
}
