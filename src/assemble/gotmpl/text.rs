//! Texts that a template engine makes, with the origin of their parts.
//!
//! Knows ranges and marks, no templates. Parts without a mark were written by nobody: blanks of an indentation, quotes.

use std::rc::Rc;

use crate::assemble::{Origin, Traced};
use crate::text::{Span, TextRange};

/// Where a part of a text, or a value, was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::assemble) struct Mark {
    /// The place.
    pub(in crate::assemble) place: Span,
    /// Whether it is the text of the place byte for byte.
    pub(in crate::assemble) is_copy: bool,
    /// Whether a template went through a list or map to get to it, and so does not name it.
    pub(in crate::assemble) is_item: bool,
    /// Where the text itself is written, where that is not the place.
    pub(in crate::assemble) from: Option<Span>,
    /// The values that gave way to it, nearest first.
    pub(in crate::assemble) lost: Option<Rc<[Span]>>,
}

impl Mark {
    /// A part that stands for `place`.
    pub(in crate::assemble) fn meant(place: Span) -> Self {
        Self { place, is_copy: false, is_item: false, from: None, lost: None }
    }

    /// A part copied from `place`.
    pub(in crate::assemble) fn copy(place: Span) -> Self {
        Self { is_copy: true, ..Self::meant(place) }
    }

    /// The part of the marked text that begins `start` bytes into it and has `length` bytes.
    fn narrow(&self, start: u32, length: u32) -> Self {
        let mut mark = self.clone();
        if mark.is_copy {
            let whole = self.place.range;
            let from = (whole.start + start).min(whole.end);
            let range = TextRange { start: from, end: (from + length).min(whole.end) };
            mark.place = Span::new(self.place.file, range);
        }
        mark
    }
}

/// A text with the marks of its parts, in order and apart from each other.
#[derive(Clone, Debug, Default)]
pub(in crate::assemble) struct Text {
    text: String,
    parts: Vec<(TextRange, Mark)>,
}

impl Text {
    /// A text that nobody wrote.
    pub(in crate::assemble) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), parts: Vec::new() }
    }

    /// A text that is one part.
    pub(in crate::assemble) fn marked(text: impl Into<String>, mark: Mark) -> Self {
        let mut made = Self::plain(text);
        if !made.text.is_empty() {
            made.parts.push((TextRange::new(0, made.text.len()), mark));
        }
        made
    }

    /// What it says.
    pub(in crate::assemble) fn as_str(&self) -> &str {
        &self.text
    }

    /// Its length in bytes.
    pub(in crate::assemble) fn len(&self) -> usize {
        self.text.len()
    }

    /// How many characters its last line has.
    pub(super) fn column(&self) -> usize {
        let line = self.text.rfind('\n').map_or(0, |at| at + 1);
        self.text.get(line..).unwrap_or("").chars().count()
    }

    /// Whether no part of it has a mark.
    pub(super) fn is_plain(&self) -> bool {
        self.parts.is_empty()
    }

    /// Adds what nobody wrote.
    pub(in crate::assemble) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a part.
    pub(in crate::assemble) fn push_marked(&mut self, text: &str, mark: Mark) {
        let start = self.text.len();
        self.text.push_str(text);
        if start < self.text.len() {
            self.parts.push((TextRange::new(start, self.text.len()), mark));
        }
    }

    /// Adds another text.
    pub(in crate::assemble) fn push(&mut self, other: &Self) {
        self.push_slice(other, 0, other.len());
    }

    /// Adds the bytes of another text from `start` to `end`.
    pub(super) fn push_slice(&mut self, other: &Self, start: usize, end: usize) {
        let Some(text) = other.text.get(start..end) else { return };
        let base = self.text.len();
        self.text.push_str(text);
        let (from, to) = (TextRange::new(0, start).end, TextRange::new(0, end).end);
        let base = TextRange::new(0, base).end;
        let first = other.parts.partition_point(|(range, _)| range.end <= from);
        for (range, mark) in other.parts.get(first..).unwrap_or_default() {
            if range.start >= to {
                break;
            }
            let (low, high) = (range.start.max(from), range.end.min(to));
            let part = TextRange { start: base + low - from, end: base + high - from };
            let whole = low == range.start && high == range.end;
            let mark =
                if whole { mark.clone() } else { mark.narrow(low - range.start, high - low) };
            self.parts.push((part, mark));
        }
    }

    /// The bytes from `start` to `end`.
    #[must_use]
    pub(in crate::assemble) fn slice(&self, start: usize, end: usize) -> Self {
        let mut part = Self::default();
        part.push_slice(self, start, end);
        part
    }

    /// The slice that `part`, a piece of this text's own string, is.
    #[must_use]
    pub(super) fn piece(&self, part: &str) -> Self {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.slice(start, start + part.len())
    }

    /// `text` made of this one: all of it stands for where this one was written.
    #[must_use]
    pub(super) fn changed(&self, text: impl Into<String>) -> Self {
        let text = text.into();
        if text == self.text {
            return self.clone();
        }
        match self.mark() {
            Some(mark) => Self::marked(text, mark),
            None => Self::plain(text),
        }
    }

    /// One mark for all of it: from its first part to the last one in the same file.
    pub(super) fn mark(&self) -> Option<Mark> {
        let (_, first) = self.parts.first()?;
        let mut mark = Mark { is_copy: false, ..first.clone() };
        for (_, part) in &self.parts {
            mark.is_item |= part.is_item;
            // Quotes around a value are written where it is put in, and the value elsewhere.
            mark.from = mark.from.or(part.from);
            if part.place.file == mark.place.file {
                mark.place.range = mark.place.range.cover(part.place.range);
            }
        }
        Some(mark)
    }

    /// The mark of a text that is one copy of its place; else one for all of it.
    pub(super) fn mark_as_written(&self) -> Option<Mark> {
        match self.parts.as_slice() {
            [(range, mark)] if range.bytes().len() == self.text.len() => Some(mark.clone()),
            _ => self.mark(),
        }
    }

    /// The same text, all of its parts got by going through a list or map.
    #[must_use]
    pub(super) fn as_item(&self) -> Self {
        let mut text = self.clone();
        text.parts.iter_mut().for_each(|(_, mark)| mark.is_item = true);
        text
    }

    /// The text with each part of it placed at `place`, the action that puts it in; what a template does not name
    /// keeps its own place.
    #[must_use]
    pub(super) fn put_in(&self, place: Span) -> Self {
        if self.parts.is_empty() {
            return Self::marked(self.text.as_str(), Mark::meant(place));
        }
        let mut made = Self::default();
        let has_items = self.parts.iter().any(|(_, mark)| mark.is_item);
        let mut at = 0;
        let gap = |made: &mut Self, text: &str| {
            if has_items {
                made.push_str(text);
            } else {
                made.push_marked(text, Mark::meant(place));
            }
        };
        for (range, mark) in &self.parts {
            gap(&mut made, self.text.get(at..range.start as usize).unwrap_or(""));
            at = range.end as usize;
            let text = range.slice(&self.text);
            if mark.is_item {
                made.push_marked(text, mark.clone());
                continue;
            }
            let is_inside = mark.place.file == place.file && place.range.contains(mark.place.range);
            let from = mark.from.or((!is_inside).then_some(mark.place));
            made.push_marked(text, Mark { from, lost: mark.lost.clone(), ..Mark::meant(place) });
        }
        gap(&mut made, self.text.get(at..).unwrap_or(""));
        made
    }

    /// The text with all of it that has no mark placed at `place`, where nothing of it has one.
    #[must_use]
    pub(super) fn or_placed(self, place: Span) -> Self {
        if self.parts.is_empty() { Self::marked(self.text, Mark::meant(place)) } else { self }
    }

    /// The place of the bytes from `start` to `end`.
    pub(super) fn place(&self, range: TextRange) -> Option<Span> {
        self.slice(range.start as usize, range.end as usize).mark().map(|mark| mark.place)
    }

    /// Adds it to an assembled text.
    pub(in crate::assemble) fn add_to(&self, traced: &mut Traced) {
        let mut at = 0;
        for (range, mark) in &self.parts {
            traced.push_plain(self.text.get(at..range.start as usize).unwrap_or(""));
            at = range.end as usize;
            let origin = Origin {
                place: mark.place,
                is_copy: mark.is_copy,
                from: mark.from,
                lost: mark.lost.as_deref().unwrap_or_default().to_vec(),
            };
            traced.push(range.slice(&self.text), origin);
        }
        traced.push_plain(self.text.get(at..).unwrap_or(""));
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, Text};
    use crate::text::{FileId, Span, TextRange};

    fn span(file: u32, start: usize, end: usize) -> Span {
        Span::new(FileId(file), TextRange::new(start, end))
    }

    #[test]
    fn slices_of_copies_are_copies_of_slices() {
        let mut text = Text::plain("- ");
        text.push_marked("LOG_LEVEL", Mark::copy(span(1, 10, 19)));
        text.push_str(": ");
        let part = text.slice(6, 12);
        assert_eq!(part.as_str(), "LEVEL:");
        assert_eq!(part.mark().map(|mark| mark.place), Some(span(1, 14, 19)));
    }

    #[test]
    fn a_value_stands_where_the_action_puts_it_and_items_keep_their_place() {
        let action = span(1, 50, 70);
        let text = Text::marked("debug", Mark::copy(span(2, 5, 10)));
        let put = text.put_in(action).mark();
        let put = put.map(|mark| (mark.place, mark.from));
        assert_eq!(put, Some((action, Some(span(2, 5, 10)))));
        let item = text.as_item().put_in(action).mark();
        assert_eq!(item.map(|mark| mark.place), Some(span(2, 5, 10)));
    }
}
