//! The lines of a finding as the page shows them: numbered, cut into what is marked and what is not.

use std::ops::Range;

use serde::Serialize;

use super::super::excerpt::{Excerpt, by_file, excerpts};
use super::super::text::phrase;
use super::super::{Report, clean};
use super::{Piece as Phrase, pieces as phrases};
use crate::finding::{Finding, Label};
use crate::text::{FileId, TextRange};

/// How many places of one finding are shown; the rest are counted.
const PLACES: usize = 12;

/// How many lines are shown around a marked one.
const AROUND: usize = 2;

/// Some lines of a file.
#[derive(Serialize)]
pub(super) struct Code {
    path: String,
    /// The first marked line.
    line: usize,
    lines: Vec<Line>,
}

/// One line; without a number it stands for those that are left out.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Line {
    number: Option<usize>,
    pieces: Vec<Piece>,
    notes: Vec<Vec<Phrase>>,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Piece {
    mark: bool,
    lead: bool,
    text: String,
}

/// A marked range of the text, what is said of it, and whether it is the place to go to.
struct Mark {
    range: Range<usize>,
    lead: bool,
    note: Option<String>,
}

/// The places of a finding, and how many are left out.
pub(super) fn of(report: &Report<'_>, finding: &Finding) -> (Vec<Code>, usize) {
    let labels: Vec<_> = std::iter::once(&finding.primary).chain(&finding.related).collect();
    let shown = labels.len().min(PLACES);
    let mut codes = Vec::new();
    for (file, labels) in by_file(&labels[..shown]) {
        let ranges: Vec<TextRange> = labels.iter().map(|label| label.span.range).collect();
        for excerpt in excerpts(report.files.get(file), &ranges) {
            codes.push(code(report, finding, file, &labels, excerpt));
        }
    }
    (codes, labels.len() - shown)
}

fn code(
    report: &Report<'_>,
    finding: &Finding,
    file: FileId,
    labels: &[&Label],
    excerpt: Excerpt,
) -> Code {
    let marks = excerpt.spans.into_iter().map(|(at, range)| Mark {
        range,
        lead: std::ptr::eq(labels[at], &raw const finding.primary),
        note: phrase(report, labels[at]),
    });
    let marks: Vec<Mark> = marks.collect();
    let lines = lines(&excerpt.text, excerpt.line, &marks);
    let noted = lines.iter().find(|line| line.pieces.iter().any(|piece| piece.mark));
    let line = noted.and_then(|line| line.number).unwrap_or(excerpt.line);
    Code { path: clean(&report.path_from_here(file)), line, lines }
}

/// The lines that are marked and those around them.
fn lines(text: &str, first: usize, marks: &[Mark]) -> Vec<Line> {
    let mut all = Vec::new();
    let mut start = 0;
    for (number, line) in (first..).zip(text.split_inclusive('\n')) {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let here = |mark: &&Mark| mark.range.start >= start && mark.range.start <= end;
        let marks: Vec<&Mark> = marks.iter().filter(here).collect();
        let notes = marks.iter().filter_map(|mark| mark.note.as_deref().map(phrases)).collect();
        let pieces = pieces(text, start..end, &marks);
        all.push((marks.is_empty(), Line { number: Some(number), pieces, notes }));
        start += line.len();
    }
    let noted: Vec<usize> = (0..all.len()).filter(|at| !all[*at].0).collect();
    let mut shown = Vec::new();
    let mut gap = false;
    for (at, (_, line)) in all.into_iter().enumerate() {
        let next = noted.partition_point(|noted| noted + AROUND < at);
        let near = noted.get(next).is_some_and(|noted| *noted <= at + AROUND);
        if near {
            shown.extend(gap.then(Line::default));
            shown.push(line);
        }
        gap = !near && !shown.is_empty();
    }
    shown
}

/// A line, cut where a mark begins or ends.
fn pieces(text: &str, line: Range<usize>, marks: &[&Mark]) -> Vec<Piece> {
    let ends = marks.iter().flat_map(|mark| [mark.range.start, mark.range.end]);
    let mut cuts: Vec<usize> = ends.filter(|at| line.contains(at)).collect();
    cuts.extend([line.start, line.end]);
    cuts.sort_unstable();
    cuts.dedup();
    let covers = |mark: &&&Mark, at: usize| mark.range.contains(&at);
    let parts = cuts.windows(2).filter_map(|pair| {
        let over: Vec<_> = marks.iter().filter(|mark| covers(mark, pair[0])).collect();
        Some(Piece {
            mark: !over.is_empty(),
            lead: over.iter().any(|mark| mark.lead),
            text: visible(text.get(pair[0]..pair[1])?),
        })
    });
    parts.collect()
}

/// Code with its tabs, and without anything else that would be obeyed.
fn visible(text: &str) -> String {
    text.split('\t').map(clean).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::{Mark, Piece, lines};

    fn mark(range: std::ops::Range<usize>, lead: bool) -> Mark {
        Mark { range, lead, note: lead.then(|| "here".to_owned()) }
    }

    #[test]
    fn marks_cut_a_line() {
        let shown = lines("a = b\tc\r\n", 7, &[mark(4..5, true), mark(4..7, false)]);
        let piece = |mark, lead, text: &str| Piece { mark, lead, text: text.to_owned() };
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].number, Some(7));
        assert_eq!(shown[0].notes, [super::phrases("here")]);
        assert_eq!(
            shown[0].pieces,
            [piece(false, false, "a = "), piece(true, true, "b"), piece(true, false, "\tc")]
        );
    }

    #[test]
    fn lines_far_from_marks_are_left_out() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let shown = lines(text, 1, &[mark(0..1, true), mark(16..17, false)]);
        let numbers: Vec<_> = shown.iter().map(|line| line.number).collect();
        let all = [Some(1), Some(2), Some(3), None, Some(7), Some(8), Some(9)];
        assert_eq!(numbers, all);
    }
}
