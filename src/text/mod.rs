//! Bytes and where they are.
//!
//! Knows files, ranges, lines and columns. Does not know what a key is.

pub mod files;
mod guard;
pub mod lines;
pub mod relative;

pub use files::{File, Files};
pub use guard::guarded;
pub use lines::{LineIndex, Position};

/// Whether what stands between two bytes of a text is a name of its own, and no part of a longer one.
pub fn is_word(text: &str, start: usize, end: usize) -> bool {
    let joins =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    !joins(start.checked_sub(1).and_then(|at| bytes.get(at))) && !joins(bytes.get(end))
}

/// A half-open byte range inside one file. It names no file, so facts that hold it can move between runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextRange {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl TextRange {
    /// The range from `start` to `end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The same bytes as a range of `usize`, for slicing.
    pub fn bytes(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text under this range; empty where the range does not fit `text`.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.bytes()).unwrap_or("")
    }

    /// Whether one of `sorted` ranges, of which none lies in another, holds this range.
    pub fn is_in(self, sorted: &[Self]) -> bool {
        let next = sorted.partition_point(|range| range.start <= self.start);
        next.checked_sub(1).is_some_and(|last| sorted[last].contains(self))
    }

    /// Whether `other` lies wholly inside this range.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// A file of this scan, by its place in path order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range with its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub range: TextRange,
}

impl Span {
    /// The span of `range` in `file`.
    pub fn new(file: FileId, range: TextRange) -> Self {
        Self { file, range }
    }

    /// The spans that stand in no other of them, in order.
    pub fn outermost(mut spans: Vec<Self>) -> Vec<Self> {
        spans.sort_unstable();
        let mut all: Vec<Self> = Vec::new();
        for span in spans {
            let is_in = |outer: &Self| outer.file == span.file && outer.range.contains(span.range);
            if all.last().is_some_and(is_in) {
                continue;
            }
            let last = all.last().copied();
            if last.is_some_and(|last| last.file == span.file && span.range.contains(last.range)) {
                all.pop();
            }
            all.push(span);
        }
        all
    }
}
