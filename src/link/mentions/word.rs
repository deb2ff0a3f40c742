//! A name where it stands in a text: what is before and behind it. Sees one line, and no syntax.

use rustc_hash::FxHashMap;

use super::places::{Place, Shape};

/// Which words a text has, in any case, looked up once each.
pub(super) struct Words<'a> {
    text: &'a str,
    lower: Option<String>,
    met: FxHashMap<String, bool>,
}

impl<'a> Words<'a> {
    /// The words of `text`, none looked up yet.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, lower: None, met: FxHashMap::default() }
    }

    /// Whether the text has `word`.
    pub(super) fn has(&mut self, word: &str) -> bool {
        if let Some(known) = self.met.get(word) {
            return *known;
        }
        let text = self.text;
        let found = self.lower.get_or_insert_with(|| text.to_ascii_lowercase()).contains(word);
        self.met.insert(word.to_owned(), found);
        found
    }
}

/// One hit in its text.
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Word<'_> {
    fn before(&self) -> &[u8] {
        &self.text.as_bytes()[..self.start]
    }

    fn after(&self) -> &[u8] {
        &self.text.as_bytes()[self.end..]
    }

    /// The bytes of its line before it, as far back as is worth looking.
    fn line_before(&self) -> &[u8] {
        let near = &self.before()[self.start.saturating_sub(400)..];
        near.rsplit(|byte| *byte == b'\n').next().unwrap_or(near)
    }

    /// Whether no longer name goes on before or behind it.
    pub(super) fn is_whole(&self) -> bool {
        let kebab = self.text[self.start..self.end].contains('-');
        let joins = |byte: Option<&u8>| {
            byte.is_some_and(|byte| {
                byte.is_ascii_alphanumeric() || *byte == b'_' || kebab && *byte == b'-'
            })
        };
        (!joins(self.before().last()) || self.is_of_supervisor()) && !joins(self.after().first())
    }

    /// `%(ENV_X)s`: how supervisor takes a variable into its file.
    fn is_of_supervisor(&self) -> bool {
        self.before().ends_with(b"%(ENV_") && self.after().starts_with(b")")
    }

    /// Whether its line is a comment.
    pub(super) fn is_comment(&self, place: &Place) -> bool {
        let line = self.line_before().trim_ascii_start();
        place.comments.iter().any(|mark| line.starts_with(mark.as_bytes()))
    }

    /// `name: type` or `pub name: Type`, first on its line.
    pub(super) fn is_field(&self) -> bool {
        let line = self.line_before().trim_ascii();
        (line.is_empty() || line == b"pub" || line == b"pub(crate)")
            && self.after().first() == Some(&b':')
            && self.after().get(1) != Some(&b':')
    }

    /// Whether it is what an entry of a list or table of a document, or a heading, begins with: ``| `X` |``, ``- `X`:``.
    pub(super) fn is_entry(&self) -> bool {
        let line = self.line_before();
        let is_mark = |byte: &u8| b"|-*+#=`\"' \t.:[<>".contains(byte) || byte.is_ascii_digit();
        let begins = line.iter().find(|byte| !byte.is_ascii_whitespace());
        begins.is_some_and(|byte| !b"`\"'[<".contains(byte)) && line.iter().all(is_mark)
    }

    /// Whether a key that is loaded and not used may be used here, by its name or that of its `field`. Code that is
    /// parsed has been looked at before.
    pub(super) fn uses(&self, place: &Place, field: bool) -> bool {
        let is_template = place.shape == Shape::Any && place.comments.is_empty();
        let is_named = is_template || self.before().last() == Some(&b'.');
        place.shape != Shape::Quoted && self.fits(place, false) && (!field || is_named)
    }

    /// Whether the text may ask for a key of this name here.
    pub(super) fn fits(&self, place: &Place, is_setting: bool) -> bool {
        match place.shape {
            Shape::Any => true,
            Shape::Unassigned => self.is_expanded() || !self.is_assigned(),
            Shape::Quoted => self.is_quoted() || is_setting && self.before().last() == Some(&b'.'),
            Shape::Expanded => self.is_expanded(),
            Shape::Prose => self.text[self.start..self.end]
                .contains(|c: char| matches!(c, '_' | '.') || c.is_uppercase()),
        }
    }

    /// `$X`, `${X`, `$(X`, `env.X`, `%(ENV_X)s`.
    fn is_expanded(&self) -> bool {
        let before = self.before();
        if self.is_of_supervisor() {
            return true;
        }
        ["$", "${", "$(", "env."].iter().any(|mark| before.ends_with(mark.as_bytes()))
    }

    /// `X=`, `X :=`, `X:`: the name is given a value here, not asked for.
    fn is_assigned(&self) -> bool {
        let rest = self.after().trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let rest = rest.trim_ascii_start();
        match rest {
            [b'=', b'=' | b'~' | b'>', ..] => false,
            [b'=' | b':', ..] | [b'?' | b'+', b'=', ..] => true,
            _ => false,
        }
    }

    /// Inside a text literal of its line, as a word of its own: `"X"`, `"${X}"`, `"app.X"`.
    fn is_quoted(&self) -> bool {
        let line = self.line_before();
        let quotes = |mark: u8| line.split(|byte| *byte == mark).count() % 2 == 0;
        let joined = line.last().is_some_and(|byte| b"\"'`.{$/[:".contains(byte));
        joined && (quotes(b'"') || quotes(b'\'') || quotes(b'`'))
    }
}
