//! An entry comes: beside those that are there, in their order, in the image of one of them.

use super::unit::{Form, Unit};
use super::{Edit, New, Refusal, Site, copy, lines};
use crate::document::Syntax;

/// An entry that is there, with its name as it is written.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) name: String,
    pub(super) site: Site,
    pub(super) unit: Unit,
}

/// The edits after which the new entry stands beside `all`, which stand beside each other, in the order of the text.
/// The second part is where the entry is that was the model.
pub(super) fn edits(
    text: &str,
    syntax: Option<Syntax>,
    all: &[Beside],
    new: &New<'_>,
) -> Result<(Vec<Edit>, Site), Refusal> {
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let place = place(&names, new);
    let anchor = match place {
        Place::After(at) | Place::Before(at) => at,
    };
    let (copied, model) = image(text, syntax, all, anchor, new)
        .ok_or_else(|| Refusal::new("no entry beside it is plain enough to go by"))?;
    let copied = if new.commented { format!("# {copied}") } else { copied };
    let anchor = &all[anchor].unit;
    let is_after = matches!(place, Place::After(_));
    let edits = match anchor.form {
        Form::Words => in_words(text, anchor, &copied, is_after),
        Form::Lines | Form::Dashes => on_lines(text, anchor, &model.unit, &copied, is_after)?,
        Form::Brackets => in_brackets(text, syntax, anchor, &copied, is_after),
    };
    Ok((edits, model.site))
}

/// As many entries say how the others are written.
const ASKED: usize = 24;

/// The new entry in the image of those near its place: in the form that most of them have, and of those the nearest.
fn image<'a>(
    text: &str,
    syntax: Option<Syntax>,
    all: &'a [Beside],
    anchor: usize,
    new: &New<'_>,
) -> Option<(String, &'a Beside)> {
    let mut models: Vec<usize> = (0..all.len()).collect();
    models.sort_by_key(|at| at.abs_diff(anchor));
    let column = column(text, models.iter().filter_map(|at| all.get(*at)));
    let copy = |at: usize| {
        let model = (&all[at].unit, all[at].site);
        Some((copy::of(text, syntax, model, (new.name, new.value), column)?, &all[at]))
    };
    let copies: Vec<_> = models.into_iter().filter_map(copy).take(ASKED).collect();
    let votes = |form: &str| {
        let alike = copies.iter().filter(|(copied, _)| copied == form);
        alike.filter(|(_, one)| copy::is_of_choice(syntax, text, &one.unit, one.site)).count()
    };
    let most = copies.iter().map(|(copied, _)| votes(copied)).max()?;
    copies.iter().find(|(copied, _)| votes(copied) == most).cloned()
}

/// Where the values of the entries that are nearest begin, if they stand in one column whatever their keys are.
fn column<'a>(text: &str, nearest: impl Iterator<Item = &'a Beside>) -> Option<usize> {
    let near = nearest.filter(|one| matches!(one.unit.form, Form::Lines | Form::Brackets)).take(3);
    let near: Vec<(usize, u32)> = near
        .filter_map(|one| {
            Some((copy::column(text, one.site)?, one.site.key.end - one.site.key.start))
        })
        .collect();
    let (column, length) = *near.first()?;
    let is_one = near.iter().all(|(other, _)| *other == column);
    let are_keys_alike = near.iter().all(|(_, other)| *other == length);
    (is_one && !are_keys_alike).then_some(column)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    After(usize),
    Before(usize),
}

/// Where a name comes among others: in the order of the alphabet where they stand so, else beside those that are its
/// neighbours elsewhere, else at the end.
fn place(names: &[&str], new: &New<'_>) -> Place {
    let last = Place::After(names.len().saturating_sub(1));
    let is_sorted = names.len() > 2 && names.is_sorted();
    if is_sorted {
        return match names.partition_point(|name| *name < new.name) {
            0 => Place::Before(0),
            at => Place::After(at - 1),
        };
    }
    let Some(own) = new.order.iter().position(|name| name == new.name) else { return last };
    let here = |name: &String| names.iter().position(|other| other == name);
    let before = new.order[..own].iter().rev().find_map(here);
    let after = || new.order[own + 1..].iter().find_map(here);
    match before {
        Some(at) => Place::After(at),
        None => after().map_or(last, Place::Before),
    }
}

/// A line of its own, indented like the model.
fn on_lines(
    text: &str,
    anchor: &Unit,
    model: &Unit,
    copied: &str,
    is_after: bool,
) -> Result<Vec<Edit>, Refusal> {
    let shares = || Refusal::new("its neighbour shares its line with something else");
    let whole = lines::of(text, anchor.range).ok_or_else(shares)?;
    let start = lines::start_of(text, model.range.start as usize);
    let indent = text.get(start..model.range.start as usize).unwrap_or("");
    let indent = indent.trim_start_matches('\u{feff}');
    if !indent.trim().is_empty() {
        return Err(shares());
    }
    let end = lines::line_end(text, anchor.range.start as usize);
    let line = format!("{indent}{copied}");
    Ok(vec![if !is_after {
        let mark = if text.starts_with('\u{feff}') && whole.range.start == 0 { 3 } else { 0 };
        Edit::put(whole.range.start as usize + mark, format!("{line}{end}"))
    } else if text.get(whole.end..).is_some_and(|rest| rest.contains('\n')) {
        Edit::put(whole.range.end as usize, format!("{line}{end}"))
    } else {
        Edit::put(whole.range.end as usize, format!("{end}{line}"))
    }])
}

/// A word behind or before another, parted from it like the others.
fn in_words(text: &str, anchor: &Unit, copied: &str, is_after: bool) -> Vec<Edit> {
    let gap = |one: usize| {
        let (one, two) = (anchor.siblings.get(one)?, anchor.siblings.get(one + 1)?);
        text.get(one.end as usize..two.start as usize)
    };
    let gap = anchor.at.checked_sub(1).and_then(gap).or_else(|| gap(anchor.at)).unwrap_or(" ");
    vec![if is_after {
        Edit::put(anchor.range.end as usize, format!("{gap}{copied}"))
    } else {
        Edit::put(anchor.range.start as usize, format!("{copied}{gap}"))
    }]
}

/// An entry between brackets, with the comma that it needs, on a line of its own where the others are.
fn in_brackets(
    text: &str,
    syntax: Option<Syntax>,
    anchor: &Unit,
    copied: &str,
    is_after: bool,
) -> Vec<Edit> {
    let Some(whole) = lines::of(text, anchor.range) else {
        return vec![if is_after {
            Edit::put(anchor.range.end as usize, format!(", {copied}"))
        } else {
            Edit::put(anchor.range.start as usize, format!("{copied}, "))
        }];
    };
    let start = lines::start_of(text, anchor.range.start as usize);
    let indent = text.get(start..anchor.range.start as usize).unwrap_or("");
    let end = lines::line_end(text, anchor.range.start as usize);
    let needs = syntax != Some(Syntax::Hcl) || has_commas(text, anchor);
    let sign = if needs { "," } else { "" };
    if !is_after {
        return vec![Edit::put(whole.range.start as usize, format!("{indent}{copied}{sign}{end}"))];
    }
    let is_last = anchor.next().is_none();
    let mut edits = Vec::new();
    if needs && whole.comma.is_none() {
        edits.push(Edit::put(anchor.range.end as usize, ",".to_owned()));
    }
    let sign = if is_last && whole.comma.is_none() { "" } else { sign };
    edits.push(Edit::put(whole.range.end as usize, format!("{indent}{copied}{sign}{end}")));
    edits
}

/// Whether the entries around one are parted by commas.
fn has_commas(text: &str, unit: &Unit) -> bool {
    let behind = |range: &crate::text::TextRange| {
        text.get(range.end as usize..).is_some_and(|rest| rest.trim_start().starts_with(','))
    };
    unit.siblings.iter().any(behind)
}

#[cfg(test)]
mod tests {
    use super::{Place, place};
    use crate::edit::New;

    #[test]
    fn a_name_comes_where_a_person_would_put_it() {
        let order: Vec<String> = ["Z", "A", "NEW", "B"].map(str::to_owned).to_vec();
        let new = New {
            name: "NEW",
            value: "",
            means: "",
            commented: false,
            for_all: false,
            order: &order,
        };
        assert_eq!(place(&["A", "B", "Z"], &new), Place::After(1));
        assert_eq!(place(&["P", "Q", "R"], &new), Place::Before(0));
        assert_eq!(place(&["Z", "B", "A"], &new), Place::After(2));
        assert_eq!(place(&["X", "B"], &new), Place::Before(1));
        assert_eq!(place(&["X", "Y"], &new), Place::After(1));
    }
}
