//! The lines of a file that show some ranges, small enough for a terminal and with secrets blanked.

use std::ops::Range;

use crate::finding::Label;
use crate::model::secrecy::looks_secret_value;
use crate::text::{File, FileId, TextRange};

/// Longer lines are cut around what they show.
const LONG: u32 = 200;

/// Shorter words are no credentials by themselves.
const SHORTEST_SECRET: usize = 12;

/// How far apart two labels may be to stand in one excerpt, in lines.
const APART: usize = 12;

/// How much of a long line is kept on each side of a range.
const AROUND: u32 = 60;

/// Some lines, and where in them each range is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The text.
    pub(super) text: String,
    /// The number of its first line, from 1.
    pub(super) line: usize,
    /// Each range, in bytes of the text, with its place in the list that was asked for.
    pub(super) spans: Vec<(usize, Range<usize>)>,
}

/// Labels by file, in the order in which the files are first met.
pub(super) fn by_file<'a>(labels: &[&'a Label]) -> Vec<(FileId, Vec<&'a Label>)> {
    let mut files: Vec<(FileId, Vec<&Label>)> = Vec::new();
    for label in labels {
        match files.iter_mut().find(|(file, _)| *file == label.span.file) {
            Some((_, labels)) => labels.push(label),
            None => files.push((label.span.file, vec![label])),
        }
    }
    files
}

/// The excerpts that show `ranges` of one file: one for those that stand close, the first range's excerpt first.
pub(super) fn excerpts(file: &File, ranges: &[TextRange]) -> Vec<Excerpt> {
    let first_lines: Vec<_> = ranges.iter().map(|range| first_line(file, *range)).collect();
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    order.sort_by_key(|at| (first_lines[*at], *at));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in order {
        let near = groups.last().and_then(|group| group.last()).is_some_and(|before| {
            let line = |at: usize| file.lines().line(first_lines[at].start);
            line(at) - line(*before) <= APART
                && !is_long(file, first_lines[*before], first_lines[at])
        });
        match groups.last_mut() {
            Some(group) if near => group.push(at),
            _ => groups.push(vec![at]),
        }
    }
    groups.sort_by_key(|group| group.iter().min().copied());
    groups.iter().map(|group| excerpt(file, &first_lines, group)).collect()
}

/// The part of a range that stands on its first line: underlines over many lines hide what they show.
fn first_line(file: &File, range: TextRange) -> TextRange {
    let text = range.slice(&file.text);
    let line = text.lines().next().unwrap_or_default();
    TextRange::new(range.start as usize, range.start as usize + line.len())
}

/// Whether a line between the starts of two ranges is too long to be shown whole.
fn is_long(file: &File, from: TextRange, to: TextRange) -> bool {
    let (first, last) = (file.lines().line(from.start), file.lines().line(to.start));
    (first..=last).any(|line| line_length(file, line) > LONG)
}

fn line_length(file: &File, line: usize) -> u32 {
    let start = file.lines().line_start(line);
    let next = file.lines().line_start(line + 1);
    if next > start { next - start } else { end_of(file) - start }
}

fn end_of(file: &File) -> u32 {
    u32::try_from(file.text.len()).unwrap_or(u32::MAX)
}

/// The text with every word blanked that looks like a credential, whatever it stands for: a line may hold more than
/// what a finding is about.
fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | '(' | ')' | ';');
    for piece in text.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        if word.len() >= SHORTEST_SECRET && looks_secret_value(word) {
            shown.extend(std::iter::repeat_n('*', word.len()));
            shown.push_str(&piece[word.len()..]);
        } else {
            shown.push_str(piece);
        }
    }
    shown
}

fn excerpt(file: &File, ranges: &[TextRange], group: &[usize]) -> Excerpt {
    let shown = group.iter().map(|at| ranges[*at]).reduce(TextRange::cover).unwrap_or(ranges[0]);
    if is_long(file, shown, shown) {
        return cut(file, shown, group);
    }
    let (text, start, line) = file.excerpt(shown);
    let text = masked(&text);
    let spans = group.iter().map(|at| {
        let range = ranges[*at].bytes();
        let from = range.start.saturating_sub(start as usize).min(text.len());
        (*at, from..(range.end.saturating_sub(start as usize)).clamp(from, text.len()))
    });
    Excerpt { spans: spans.collect(), text, line }
}

/// A piece of a long line.
fn cut(file: &File, range: TextRange, group: &[usize]) -> Excerpt {
    let line = file.lines().line(range.start);
    let line_start = file.lines().line_start(line);
    let line_end = line_start + line_length(file, line);
    let last = range.end.min(range.start.saturating_add(LONG)).max(range.start);
    let floor = |at: u32| floor_boundary(&file.text, at);
    let from = floor(range.start.saturating_sub(AROUND).max(line_start));
    let to = floor(last.saturating_add(AROUND).min(line_end));
    let start = floor(range.start);
    let end = floor(last).max(start);
    let before = if from > line_start { "…" } else { "" };
    let after = if to < line_end { "…" } else { "" };
    let piece = file.shown(TextRange { start: from, end: to });
    let piece = masked(piece.trim_end_matches(['\n', '\r']));
    let offset = before.len() + (start - from) as usize;
    let span = offset..offset + (end - start) as usize;
    let text = format!("{before}{piece}{after}");
    Excerpt { spans: group.iter().map(|at| (*at, span.clone())).collect(), text, line: line + 1 }
}

/// The start of the character that holds byte `at`.
fn floor_boundary(text: &str, at: u32) -> u32 {
    let mut at = at.min(u32::try_from(text.len()).unwrap_or(u32::MAX));
    while !text.is_char_boundary(at as usize) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::excerpts;
    use crate::text::{File, TextRange};

    #[test]
    fn near_labels_share_an_excerpt() {
        let file = File::new("a", "one = 1\ntwo = 2\nthree = 3\n");
        let found = excerpts(&file, &[TextRange::new(16, 21), TextRange::new(0, 3)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 1);
        assert_eq!(found[0].spans, [(1, 0..3), (0, 16..21)]);
    }

    #[test]
    fn long_lines_are_cut_at_characters() {
        let text = format!("{}KEY=é{}", "é".repeat(5_000), "ü".repeat(5_000));
        let file = File::new("a", text.as_str());
        let found = excerpts(&file, &[TextRange::new(10_000, 10_003)]);
        assert!(found[0].text.len() < 300);
        assert_eq!(&found[0].text[found[0].spans[0].1.clone()], "KEY");
    }

    #[test]
    fn secrets_stay_blank_in_both() {
        let mut file = File::new("a", format!("KEY=hunter2 {}", "x".repeat(9_000)));
        file.blank(TextRange::new(4, 11));
        let found = excerpts(&file, &[TextRange::new(0, 3)]);
        assert!(found[0].text.contains("KEY=*******"), "{}", found[0].text);
    }
}
