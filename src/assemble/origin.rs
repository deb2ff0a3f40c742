//! Where each part of an assembled text was written.
//!
//! Knows ranges, no syntax.

use crate::text::{Span, TextRange};

/// Where one part of an assembled text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What stands for it in the files: the line of a manifest, the action of a template that puts it in.
    pub place: Span,
    /// Whether the part is the text of `place` byte for byte. Else all of it stands for all of `place`.
    pub is_copy: bool,
    /// Where the text itself is written, where that is not `place`: a line of a values file.
    pub from: Option<Span>,
    /// The values that gave way to it, nearest first.
    pub lost: Vec<Span>,
}

impl Origin {
    /// A part copied from `place`.
    pub fn copy(place: Span) -> Self {
        Self { place, is_copy: true, from: None, lost: Vec::new() }
    }

    /// A part that stands for `place` and is written otherwise there: with quotes, by a template.
    pub fn meant(place: Span) -> Self {
        Self { is_copy: false, ..Self::copy(place) }
    }
}

/// A text in the making, with the origin of each of its parts.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    text: String,
    parts: Vec<(TextRange, Origin)>,
}

impl Traced {
    /// Adds a part.
    pub fn push(&mut self, text: &str, origin: Origin) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.parts.push((TextRange::new(start, self.text.len()), origin));
    }

    /// Adds what nobody wrote: the signs between two parts.
    pub fn push_plain(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds another text with its parts.
    pub fn append(&mut self, other: Self) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        let moved = |at: u32| start + at as usize;
        self.parts.extend(
            other.parts.into_iter().map(|(range, origin)| {
                (TextRange::new(moved(range.start), moved(range.end)), origin)
            }),
        );
    }

    /// The same with a line that ends at each of these places, which are in order.
    #[must_use]
    pub fn broken_at(self, places: &[usize]) -> Self {
        let mut broken = Self::default();
        let mut at = 0;
        for place in places.iter().copied().chain([self.text.len()]) {
            broken.text.push_str(self.text.get(at..place).unwrap_or_default());
            if place < self.text.len() {
                broken.text.push('\n');
            }
            at = place;
        }
        for (range, origin) in self.parts {
            let (mut start, end) = (range.start as usize, range.end as usize);
            let first = places.partition_point(|place| *place <= start);
            let inside = places[first..].iter().copied().take_while(|place| *place < end);
            for (shift, until) in (first..).zip(inside.chain([end])) {
                let mut origin = origin.clone();
                if origin.is_copy {
                    let from = origin.place.range.start as usize + start - range.start as usize;
                    origin.place.range = TextRange::new(from, from + until - start);
                }
                broken.parts.push((TextRange::new(start + shift, until + shift), origin));
                start = until;
            }
        }
        broken
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands for `range` in the files: from the first of its parts to the last one in the same file; `None` where
    /// nobody wrote any of it. Quotes that one file puts around what another one has count for nothing.
    pub fn place(&self, range: TextRange) -> Option<Span> {
        let whole = self.cover(range);
        let inner = unquoted(range.slice(&self.text), range).and_then(|inner| self.cover(inner));
        match (whole, inner) {
            (Some(whole), Some(inner)) if whole.file != inner.file => Some(inner),
            _ => whole,
        }
    }

    fn cover(&self, range: TextRange) -> Option<Span> {
        let parts = self.under(range);
        let first = placed(parts.first()?, range);
        let rest = parts.iter().map(|part| placed(part, range));
        Some(
            rest.filter(|span| span.file == first.file)
                .fold(first, |all, span| Span::new(all.file, all.range.cover(span.range))),
        )
    }

    /// Where the text under `range` is written, where that is not its place.
    pub fn written(&self, range: TextRange) -> Vec<Span> {
        let Some(place) = self.place(range) else { return Vec::new() };
        let parts = self.under(range);
        let inner = unquoted(range.slice(&self.text), range).unwrap_or(range);
        let elsewhere = |part: &(TextRange, Origin)| {
            let is_sign = part.0.end <= inner.start || inner.end <= part.0.start;
            let other = Some(placed(part, range));
            part.1.from.or(other.filter(|span| !is_sign && span.file != place.file))
        };
        parts.iter().filter_map(elsewhere).collect()
    }

    /// The values that gave way to the text under `range`, nearest first.
    pub fn lost(&self, range: TextRange) -> Vec<Span> {
        let parts = self.under(range).iter();
        parts.flat_map(|(_, origin)| origin.lost.iter().copied()).collect()
    }

    /// The parts that hold a byte of `range`; of an empty range, the part at its place.
    fn under(&self, range: TextRange) -> &[(TextRange, Origin)] {
        let end = range.end.max(range.start + 1);
        let first = self.parts.partition_point(|(part, _)| part.end <= range.start);
        let last = self.parts.partition_point(|(part, _)| part.start < end);
        self.parts.get(first..last.max(first)).unwrap_or_default()
    }
}

/// The range of a text without the quotes around it; `None` where it has none.
fn unquoted(text: &str, range: TextRange) -> Option<TextRange> {
    let is_quoted = text.len() > 2
        && ['"', '\''].iter().any(|sign| text.starts_with(*sign) && text.ends_with(*sign));
    is_quoted.then(|| TextRange { start: range.start + 1, end: range.end - 1 })
}

/// The place of the bytes of `part` that lie in `range`.
fn placed((part, origin): &(TextRange, Origin), range: TextRange) -> Span {
    let whole = origin.place;
    if !origin.is_copy {
        return whole;
    }
    let start = range.start.max(part.start) - part.start;
    let end = range.end.max(range.start).min(part.end).max(part.start) - part.start;
    let at = |offset: u32| (whole.range.start + offset).min(whole.range.end);
    Span::new(whole.file, TextRange { start: at(start), end: at(end) })
}

#[cfg(test)]
mod tests {
    use super::{Origin, Traced};
    use crate::text::{FileId, Span, TextRange};

    fn span(file: u32, start: usize, end: usize) -> Span {
        Span::new(FileId(file), TextRange::new(start, end))
    }

    #[test]
    fn parts_lead_back_to_their_places() {
        let mut text = Traced::default();
        text.push("value: http://", Origin::copy(span(1, 10, 24)));
        let from = Some(span(2, 5, 8));
        text.push(
            "api",
            Origin { from, lost: vec![span(3, 1, 4)], ..Origin::meant(span(1, 24, 44)) },
        );
        text.push(":80\n", Origin::copy(span(1, 44, 48)));
        assert_eq!(text.text(), "value: http://api:80\n");
        assert_eq!(text.place(TextRange::new(0, 5)), Some(span(1, 10, 15)));
        assert_eq!(text.place(TextRange::new(7, 20)), Some(span(1, 17, 47)));
        assert_eq!(text.place(TextRange::new(14, 17)), Some(span(1, 24, 44)));
        assert_eq!(text.written(TextRange::new(7, 20)), [span(2, 5, 8)]);
        assert_eq!(text.lost(TextRange::new(7, 20)), [span(3, 1, 4)]);
        assert_eq!(text.written(TextRange::new(0, 5)), []);
    }

    #[test]
    fn a_line_that_is_ended_keeps_the_places() {
        let mut text = Traced::default();
        text.push("a\n---b: 1\n", Origin::copy(span(1, 10, 19)));
        text.push("c", Origin::copy(span(2, 5, 6)));
        let text = text.broken_at(&[5]);
        assert_eq!(text.text(), "a\n---\nb: 1\nc");
        assert_eq!(text.place(TextRange::new(6, 7)), Some(span(1, 15, 16)));
        assert_eq!(text.place(TextRange::new(11, 12)), Some(span(2, 5, 6)));
    }

    #[test]
    fn quotes_of_a_template_hide_no_value() {
        let mut text = Traced::default();
        text.push("\"", Origin::copy(span(1, 10, 11)));
        text.push("LOG_LEVEL", Origin::copy(span(2, 5, 14)));
        text.push("\"", Origin::copy(span(1, 20, 21)));
        assert_eq!(text.place(TextRange::new(0, 11)), Some(span(2, 5, 14)));
        assert_eq!(text.written(TextRange::new(0, 11)), []);
    }
}
