//! Changes of configuration texts by ranges: what is not changed stays byte for byte.
//!
//! Knows entries, their neighbours and their comments in every syntax. Does not know what a finding is and asks for no
//! reason. No document is ever printed anew. After every change the text is read again, and a change that says anything
//! but what was asked for is taken back.

mod add;
mod check;
mod comments;
mod copy;
mod draft;
mod lines;
mod reading;
mod remove;
mod section;
mod template;
mod unit;
mod written;

pub use draft::Draft;
pub use section::{entries_at, path_of};

use std::borrow::Cow;

use crate::text::TextRange;

/// The bytes of a range give way to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub range: TextRange,
    /// What comes in their place.
    pub with: String,
}

impl Edit {
    /// The bytes of `range` go.
    pub(crate) fn cut(range: TextRange) -> Self {
        Self { range, with: String::new() }
    }

    /// A text comes in at byte `at`.
    pub(crate) fn put(at: usize, with: String) -> Self {
        Self { range: TextRange::new(at, at), with }
    }
}

/// An entry of a file: where its key and its value are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// The key.
    pub key: TextRange,
    /// The value, where there is one.
    pub value: Option<TextRange>,
}

/// An entry that is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New<'a> {
    /// Its name as it is written in its place: the last part of a path.
    pub name: &'a str,
    /// Its value after quotes and escapes.
    pub value: &'a str,
    /// What the value means: another text where it stands in base64.
    pub means: &'a str,
    /// Stands in a comment: a template lists it, and gives it nothing.
    pub commented: bool,
    /// It may reach several workloads.
    pub for_all: bool,
    /// The names beside which others have it, in their order.
    pub order: &'a [String],
}

/// A text in base64, as entries of a Secret have it.
pub fn encoded(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sign = (bits >> (18 - 6 * at)) & 0x3f;
            let is_there = at <= chunk.len();
            out.push(if is_there { char::from(SIGNS[sign as usize]) } else { '=' });
        }
    }
    out
}

/// Why a text cannot be changed safely, as a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub Cow<'static, str>);

impl Refusal {
    /// The refusal with these words.
    pub(crate) fn new(words: impl Into<Cow<'static, str>>) -> Self {
        Self(words.into())
    }
}

/// Where the entry is that has its value at `value`; `None` where no tree of the file has it.
pub fn site_of(file: &crate::text::File, value: TextRange) -> Option<Site> {
    unit::of_value(&crate::definitions::trees(file), value)
}
