//! The variables in a word of a command: names, values and where they stand.

use super::tools::Form;
use crate::definitions::context::{Context, env};
use crate::definitions::secret::{self, Written};
use crate::document::Syntax;
use crate::document::shell::Word;
use crate::facts::SourceFacts;
use crate::model::{ScalarKind, Value};
use crate::text::TextRange;

/// The variables of one word, from byte `from` of its text on.
pub(super) fn variables(
    context: Context<'_>,
    (form, word, from): (Form, &Word, usize),
    facts: &mut SourceFacts,
) {
    let text = word.text.get(from..).unwrap_or("");
    if matches!(form, Form::File | Form::EnvFile) {
        return take_in(context, (form, text), word.range, facts);
    }
    let (text, sign) = match form {
        Form::Commas | Form::Secrets => separator(text),
        Form::Lambda => (inside_braces(text), ','),
        _ => (text, '\0'),
    };
    let mut cursor = word.range.start as usize;
    let pairs: Vec<&str> = if sign == '\0' { vec![text] } else { text.split(sign).collect() };
    for pair in pairs {
        let between = if form == Form::Colon { ':' } else { '=' };
        let Some((name, value)) = pair.trim().split_once(between) else { continue };
        if !is_name(name) {
            continue;
        }
        let whole = TextRange::new(cursor.min(word.range.end as usize), word.range.end as usize);
        let key = place(context, whole, name).unwrap_or(word.range);
        let after = TextRange::new(key.end as usize, word.range.end as usize);
        let range = if value.is_empty() { None } else { place(context, after, value) };
        cursor = range.unwrap_or(key).end as usize;
        let given = value_at(context, (name, value), (form, range.unwrap_or(word.range)), facts);
        facts.entries.push(env(name, key, given, range));
    }
}

/// A file of variables, which a script names from its own folder and a pipeline from the top of the project.
fn take_in(
    context: Context<'_>,
    (form, path): (Form, &str),
    range: TextRange,
    facts: &mut SourceFacts,
) {
    let is_pipeline = matches!(Syntax::of(&context.file.path), Some(Syntax::Yaml));
    let is_needed = form == Form::File;
    let up = if is_pipeline || !is_needed { context.file.path.matches('/').count() } else { 0 };
    facts.take_in(&format!("{}{path}", "../".repeat(up)), is_needed, None, range);
}

/// A name as Azure has it may hold dots and colons: those of .NET's settings.
fn is_name(name: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    !name.is_empty() && name.chars().all(is_sign) && !name.starts_with(['-', '.', ':'])
}

/// `^:^A=1:B=2` names its own separator.
fn separator(text: &str) -> (&str, char) {
    let other = text.strip_prefix('^').and_then(|rest| rest.split_once('^'));
    match other {
        Some((sign, rest)) if sign.chars().count() == 1 => {
            (rest, sign.chars().next().unwrap_or(','))
        }
        _ => (text, ','),
    }
}

/// `Variables={A=1}`
fn inside_braces(text: &str) -> &str {
    let inside = text.strip_prefix("Variables={").and_then(|rest| rest.strip_suffix('}'));
    inside.unwrap_or("")
}

/// Where a text stands below a range; none where quotes or escapes came between.
fn place(context: Context<'_>, range: TextRange, text: &str) -> Option<TextRange> {
    let start = range.start as usize;
    let at = context.raw(range).find(text)?;
    Some(TextRange::new(start + at, start + at + text.len()))
}

fn value_at(
    context: Context<'_>,
    (name, text): (&str, &str),
    (form, range): (Form, TextRange),
    facts: &mut SourceFacts,
) -> Value {
    let reference = |text: &str| Value::Reference { text: text.to_owned(), needs: Vec::new() };
    let is_kept = form == Form::Secrets || text.starts_with("secretref:") || text.starts_with('@');
    let is_whole = text.starts_with('$') && !text.contains([':', '|', ' ', '\'', '"'])
        || text.starts_with("${{") && !text.contains(['|', '\'', '"']);
    if !text.is_empty() && (is_kept || is_whole) {
        return reference(text);
    }
    let raw = context.raw(range);
    let written = Written { name, text, raw, range, kind: ScalarKind::Text, asks: Vec::new() };
    match secret::judge(&written, context.sealer, facts) {
        Value::Literal(_) | Value::Placeholder(_) if text.contains('$') => reference(text),
        value => value,
    }
}
