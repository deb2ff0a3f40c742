//! An entry goes: with its lines, its own comment, and the comma that parted it from the others.

use super::unit::{Form, Unit};
use super::{Edit, Refusal, comments, lines};
use crate::document::Syntax;
use crate::text::TextRange;

/// The edits after which the entry is gone.
pub(super) fn edits(
    text: &str,
    syntax: Option<Syntax>,
    unit: &Unit,
    name: &str,
) -> Result<Vec<Edit>, Refusal> {
    let is_alone = unit.siblings.len() == 1;
    match unit.form {
        Form::Words => Ok(word(unit)),
        Form::Brackets => Ok(between_brackets(text, unit, name)),
        Form::Lines | Form::Dashes if is_alone && syntax == Some(Syntax::Yaml) => {
            emptied(text, unit, name)
        }
        Form::Lines | Form::Dashes => {
            let whole = lines::of(text, unit.range).ok_or_else(shares)?;
            Ok(vec![lines_of(text, whole.range, unit, name)])
        }
    }
}

/// The reason for what stands on one line with something else.
fn shares() -> Refusal {
    Refusal::new("it shares its line with something else")
}

/// A word of an instruction, with the blanks that part it from its neighbour.
fn word(unit: &Unit) -> Vec<Edit> {
    let range = match (unit.next(), unit.previous()) {
        (Some(next), _) => TextRange::new(unit.range.start as usize, next),
        (None, Some(before)) => TextRange { start: before.end, end: unit.range.end },
        (None, None) => unit.range,
    };
    vec![Edit::cut(range)]
}

/// Whole lines, with the comment above them that is theirs, and one of two empty lines that would be left.
fn lines_of(text: &str, own: TextRange, unit: &Unit, name: &str) -> Edit {
    let mut start = comments::start(text, own, unit.next(), name);
    let mut end = own.end as usize;
    let ends_blank = text
        .get(end..)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n"));
    let before = text.get(..start).unwrap_or("");
    let line = before.strip_suffix('\n').unwrap_or(before);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let begins_blank = line.ends_with('\n') || (line.is_empty() && !before.is_empty());
    if begins_blank && ends_blank {
        start = line.len();
    } else if ends_blank && unit.next().is_some() && comments::opens(line) {
        // The first of what a header opens, and an empty line behind it: the next one is the first now.
        let rest = text.get(end..).unwrap_or("");
        end += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    // The last line of a text without a line end: the one before it keeps its own.
    end = end.max(start);
    Edit::cut(TextRange::new(start, end))
}

/// An entry between brackets, with its comma; the last one with that of the one before.
fn between_brackets(text: &str, unit: &Unit, name: &str) -> Vec<Edit> {
    let whole = lines::of(text, unit.range);
    let comma_before = |end: usize| {
        let rest = text.get(end..unit.range.start as usize)?;
        let gap = rest.len() - rest.trim_start().len();
        let is_comma = rest.trim_start().starts_with(',');
        is_comma.then(|| Edit::cut(TextRange::new(end + gap, end + gap + 1)))
    };
    if let Some(whole) = whole {
        let mut edits = vec![lines_of(text, whole.range, unit, name)];
        let is_last = unit.next().is_none() && whole.comma.is_none();
        let before = unit.previous().filter(|_| is_last);
        edits.extend(before.and_then(|before| comma_before(before.end as usize)));
        edits.sort_by_key(|edit| edit.range);
        return edits;
    }
    match (unit.next(), unit.previous()) {
        (Some(next), _) => vec![Edit::cut(TextRange::new(unit.range.start as usize, next))],
        (None, Some(before)) => {
            vec![Edit::cut(TextRange { start: before.end, end: unit.range.end })]
        }
        (None, None) => {
            let rest = text.get(unit.range.end as usize..).unwrap_or("");
            let blank = rest.len() - rest.trim_start().len();
            let comma = if rest.trim_start().starts_with(',') { blank + 1 } else { 0 };
            let end = unit.range.end as usize + comma;
            vec![Edit::cut(TextRange::new(unit.range.start as usize, end))]
        }
    }
}

/// The only entry of a block of YAML: what held it would hold nothing, and goes too; or it says that it is empty.
fn emptied(text: &str, unit: &Unit, name: &str) -> Result<Vec<Edit>, Refusal> {
    let whole = lines::of(text, unit.range).ok_or_else(shares)?;
    let Some(holder) = &unit.holder else {
        return Ok(vec![lines_of(text, whole.range, unit, name)]);
    };
    let key_lines = lines::of(text, holder.range);
    if let Some(held) = key_lines.filter(|_| holder.siblings.len() > 1) {
        return Ok(vec![lines_of(text, held.range, holder, "")]);
    }
    let empty = if unit.form == Form::Dashes { " []" } else { " {}" };
    let head = text.get(..lines::start_of(text, unit.range.start as usize)).unwrap_or("");
    let head = head.trim_end_matches(['\n', '\r']);
    // Only the colon of what holds it may stand before it, no comment of its own.
    if !head.ends_with(':') {
        return Err(Refusal::new("what holds it would be left empty"));
    }
    let cut = Edit::cut(whole.range);
    Ok(vec![Edit::put(head.len(), empty.to_owned()), cut])
}
