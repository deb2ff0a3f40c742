//! A new entry in the image of one that stands beside it: the same signs, quotes and blanks, another name and value.

use super::Site;
use super::unit::{Form, Unit};
use super::written::{self, Hand};
use crate::document::Syntax;

/// Words that say of a part what it is, and nothing of this entry.
const PLAIN: &[&str] = &["arg", "env", "environment", "export", "key", "name", "value"];

/// The text of an entry like `model`, with its value at `column` where those around it stand in one; `None` where the
/// model says more than a name and a value.
pub(super) fn of(
    text: &str,
    syntax: Option<Syntax>,
    (model, site): (&Unit, Site),
    (name, value): (&str, &str),
    column: Option<usize>,
) -> Option<String> {
    let old = site.value?;
    if !model.is_simple || old.slice(text).contains('\n') || !model.range.contains(old) {
        return None;
    }
    let hand = hand(syntax, text, model, site);
    let name = written::name(name, site.key.slice(text))?;
    let value = written::written(hand, value, old.slice(text))?;
    let mut parts = [(site.key, name), (old, value)];
    parts.sort();
    let [(first, one), (second, two)] = parts;
    let part = |from: u32, to: u32| text.get(from as usize..to as usize);
    let before = part(model.range.start, first.start)?;
    let between = part(first.end, second.start)?;
    let after = part(second.end, model.range.end)?;
    let says_nothing = [before, between, after].into_iter().all(|part| {
        let words = part.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mut words = words.filter(|word| !word.is_empty());
        words.all(|word| PLAIN.contains(&word.to_ascii_lowercase().as_str()))
    });
    // What is behind a sign of a comment is none of it.
    let is_plain = !before.trim_start().starts_with(['#', ';', '&', '!', '*']);
    // Two blanks in a row are there for a column, if only for that of an entry that is gone.
    let own = || self::column(text, site).filter(|_| between.contains("  "));
    let gap = match column.or_else(own).filter(|_| first == site.key) {
        Some(column) => aligned(between, column.saturating_sub(one.chars().count())),
        None => between.to_owned(),
    };
    (says_nothing && is_plain).then(|| format!("{before}{one}{gap}{two}{after}"))
}

/// How far behind the beginning of its key the value of an entry begins; `None` where the two do not share a line.
pub(super) fn column(text: &str, site: Site) -> Option<usize> {
    let value = site.value?;
    let between = text.get(site.key.start as usize..value.start as usize)?;
    (!between.contains('\n')).then(|| between.chars().count())
}

/// What parts a key from its value, as wide as that; as narrow as it may be where there is less room.
fn aligned(between: &str, width: usize) -> String {
    let sign = between.trim();
    let behind = between.trim_start();
    // The blanks that differ stand before a sign, and behind a colon that follows its key directly.
    let is_behind = between.starts_with(sign) && !sign.is_empty();
    let fixed = if is_behind { between.trim_end().len() } else { behind.len() };
    let blanks = " ".repeat(width.saturating_sub(fixed).max(1));
    if is_behind { format!("{sign}{blanks}") } else { format!("{blanks}{behind}") }
}

/// Whether the quotes of a value are a choice, and not what makes a text of it.
pub(super) fn is_of_choice(syntax: Option<Syntax>, text: &str, unit: &Unit, site: Site) -> bool {
    let Some(value) = site.value else { return false };
    let inner = value.slice(text).trim_matches(['"', '\'']);
    let plain = written::written(hand(syntax, text, unit, site), inner, "x");
    plain.is_some_and(|plain| plain == inner)
}

/// How the value of an entry is written.
pub(super) fn hand(syntax: Option<Syntax>, text: &str, unit: &Unit, site: Site) -> Hand {
    let Some(value) = site.value else { return Hand::Part };
    let between = text.get(site.key.end as usize..value.start as usize).unwrap_or("");
    match syntax {
        Some(_) if between == "=" && unit.form != Form::Lines => Hand::Part,
        Some(syntax) => Hand::Tree(syntax),
        None if unit.form == Form::Words => Hand::Part,
        None => {
            let head = text.get(unit.range.start as usize..site.key.start as usize);
            let head = head.unwrap_or("").trim();
            if head.is_empty() || head == "export" { Hand::Dotenv } else { Hand::Part }
        }
    }
}
