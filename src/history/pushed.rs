//! How often the day on which a flag is to go was put off: what the same line said in the versions of its file before.
//!
//! A line is the same where it differs in digits only and stands beside the same code. A file that moved tells no more of
//! the time before; who moved the day is not asked.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Error;
use super::past::Asked;
use crate::model::PutOff;
use crate::text::{Span, files};

/// More days than these are not followed.
const MOST: usize = 200;
/// Longer lines are data.
const LONGEST_LINE: usize = 400;
/// A larger file is data.
const LARGEST: usize = 1_000_000;
/// How many lines stand between a flag and its day, at most.
const FAR: usize = 40;

/// A line with a day, as it is found again.
struct Mark {
    /// Where the day is told, or the definition that it is told of.
    span: Span,
    path: String,
    /// The line with its digits hidden.
    line: String,
    beside: Beside,
}

/// What stands beside a line.
enum Beside {
    /// The code that a comment stands above, or the line before one that is no comment.
    Line(String),
    /// The name of the flag, on the same line or one before it.
    Name(String),
}

/// The days that were put off, by the place where a day is told; by the place of its name for one that a provider tells.
pub(super) fn pushed(asked: &Asked<'_>) -> Result<BTreeMap<Span, PutOff>, Error> {
    let marks = marks(asked);
    let mut found = BTreeMap::new();
    if marks.is_empty() {
        return Ok(found);
    }
    let mut paths: Vec<String> = marks.iter().map(|mark| mark.path.clone()).collect();
    paths.sort_unstable();
    paths.dedup();
    let trees: Vec<_> = asked.index.commits.iter().map(|commit| commit.tree).collect();
    let versions = asked.git.versions(&trees, &paths)?;
    for (path, versions) in paths.iter().zip(versions) {
        let own: Vec<&Mark> = marks.iter().filter(|mark| mark.path == *path).collect();
        let mut days: Vec<Vec<Date>> = vec![Vec::new(); own.len()];
        for id in versions {
            asked.git.blobs(|blobs| {
                blobs.look(&id, LARGEST, |bytes| {
                    let Ok((text, _)) = files::decode(bytes.to_vec()) else { return };
                    let lines: Vec<&str> = text.lines().collect();
                    for (mark, days) in own.iter().zip(&mut days) {
                        days.extend(mark.day(&lines).filter(|day| days.last() != Some(day)));
                    }
                })
            })?;
        }
        for (mark, days) in own.iter().zip(days) {
            let times = days.windows(2).filter(|pair| pair[0] < pair[1]).count();
            if let (Some(first), Ok(times @ 1..)) = (days.first(), u32::try_from(times)) {
                found.insert(mark.span, PutOff { times, first: *first });
            }
        }
    }
    Ok(found)
}

fn marks(asked: &Asked<'_>) -> Vec<Mark> {
    let inventory = asked.scanned.inventory;
    let notes = inventory.flag_notes.iter().filter_map(|note| Some((note.expires_at?, None)));
    let told = inventory.definitions.iter().filter_map(|one| {
        let date = one.flag.as_deref()?.dates.expires?;
        Some((one.key_span, Some((date, inventory.key(one.key).name.as_str()))))
    });
    let all = notes.chain(told).take(MOST);
    all.filter_map(|(span, told)| mark(asked, span, told)).collect()
}

fn mark(asked: &Asked<'_>, span: Span, told: Option<(Date, &str)>) -> Option<Mark> {
    let file = asked.scanned.files.get(span.file);
    let path = asked.scope.outside(file.root, &file.path)?;
    let mut at = span.range.start as usize;
    if let Some((date, _)) = told {
        let near = file.text.get(at..)?;
        at += near.find(&date.to_string())?;
    }
    let number = file.text.get(..at)?.matches('\n').count();
    let lines: Vec<&str> = file.text.lines().collect();
    let line = *lines.get(number)?;
    if line.len() > LONGEST_LINE || day(line).is_none() {
        return None;
    }
    let beside = match told {
        Some((_, name)) => Beside::Name(name.to_owned()),
        None => Beside::Line(beside(&lines, number)),
    };
    Some(Mark { span, path, line: hidden(line), beside })
}

impl Mark {
    /// The day that these lines tell.
    fn day(&self, lines: &[&str]) -> Option<Date> {
        let same = |line: &&str| line.len() <= LONGEST_LINE && hidden(line) == self.line;
        let all: Vec<usize> = (0..lines.len()).filter(|at| same(&lines[*at])).collect();
        let fits = |at: &&usize| match &self.beside {
            Beside::Line(code) => beside(lines, **at) == *code,
            Beside::Name(name) => {
                let near = lines[at.saturating_sub(FAR)..=**at].iter().rev();
                // The nearest line of the same form is that of another flag.
                let mut near = near.enumerate().take_while(|(far, line)| *far == 0 || !same(line));
                near.any(|(_, line)| line.contains(name.as_str()))
            }
        };
        day(lines[*all.iter().find(fits)?])
    }
}

/// The code that a comment stands above; the line before one that is no comment.
fn beside(lines: &[&str], at: usize) -> String {
    let is_comment = |line: &&str| line.trim_start().starts_with(['#', '/', '*']);
    let is_empty = |line: &&str| line.trim().is_empty();
    let mut around: Box<dyn Iterator<Item = &&str>> = if is_comment(&lines[at]) {
        Box::new(lines[at..].iter().take(FAR).filter(|line| !is_comment(line) && !is_empty(line)))
    } else {
        Box::new(lines[..at].iter().rev().take(FAR).filter(|line| !is_empty(line)))
    };
    hidden(around.next().copied().unwrap_or_default())
}

/// A line with every number hidden.
fn hidden(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for character in line.trim().chars() {
        let shown = if character.is_ascii_digit() { '0' } else { character };
        if shown != '0' || !plain.ends_with('0') {
            plain.push(shown);
        }
    }
    plain
}

/// The first day of a line.
fn day(line: &str) -> Option<Date> {
    let at = |at: usize| line.get(at..at + 10)?.parse().ok();
    (0..line.len().saturating_sub(9)).find_map(at)
}

#[cfg(test)]
mod tests {
    use super::{beside, day, hidden};

    #[test]
    fn a_line_is_known_by_what_it_is_without_numbers() {
        assert_eq!(hidden("  # remove by 2024-06-01"), hidden("# remove by 2023-1-1"));
        assert_eq!(
            day("# remove by 2024-06-01 at last").map(|day| day.to_string()).as_deref(),
            Some("2024-06-01")
        );
        assert_eq!(day("# remove soon"), None);
    }

    #[test]
    fn a_comment_belongs_to_the_code_below_it() {
        let lines = ["A = 1", "# by 2024-06-01", "# really", "", "B = Flag(", "  by='2024-06-01')"];
        assert_eq!(beside(&lines, 1), "B = Flag(");
        assert_eq!(beside(&lines, 5), "B = Flag(");
    }
}
