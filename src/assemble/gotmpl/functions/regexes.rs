//! Functions with regular expressions.

use regex::Regex;

use super::{Row, int, text, word};
use crate::assemble::gotmpl::value::Value;

pub(super) static ROWS: &[Row] = &[
    ("mustRegexFind", find),
    ("mustRegexMatch", is_match),
    ("mustRegexReplaceAll", |all| replaced(all, true)),
    ("regexFind", find),
    ("regexFindAll", find_all),
    ("regexMatch", is_match),
    ("regexQuoteMeta", |all| Ok(Value::str(regex::escape(&word(all, 0)?)))),
    ("regexReplaceAll", |all| replaced(all, true)),
    ("regexReplaceAllLiteral", |all| replaced(all, false)),
    ("regexSplit", split),
];

fn pattern(all: &[Value]) -> Result<Regex, String> {
    let pattern = word(all, 0)?;
    Regex::new(&pattern).map_err(|_| format!("has a pattern that is none: `{pattern}`"))
}

fn is_match(all: &[Value]) -> Result<Value, String> {
    Ok(Value::bool(pattern(all)?.is_match(&word(all, 1)?)))
}

fn find(all: &[Value]) -> Result<Value, String> {
    let text = text(all, 1)?;
    let found = pattern(all)?.find(text.as_str()).map(|found| (found.start(), found.end()));
    Ok(found.map_or_else(|| Value::str(""), |(start, end)| Value::text(text.slice(start, end))))
}

fn most(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn find_all(all: &[Value]) -> Result<Value, String> {
    let text = text(all, 1)?;
    let pattern = pattern(all)?;
    let found = pattern.find_iter(text.as_str()).take(most(int(all, 2)?));
    Ok(Value::list(found.map(|one| Value::text(text.slice(one.start(), one.end()))).collect()))
}

fn split(all: &[Value]) -> Result<Value, String> {
    let text = text(all, 1)?;
    let pattern = pattern(all)?;
    let parts = pattern.splitn(text.as_str(), most(int(all, 2)?));
    Ok(Value::list(parts.map(|part| Value::text(text.piece(part))).collect()))
}

/// `regexReplaceAll pattern text new`.
fn replaced(all: &[Value], expands: bool) -> Result<Value, String> {
    let (pattern, text, new) = (pattern(all)?, text(all, 1)?, word(all, 2)?);
    let made = if expands {
        pattern.replace_all(text.as_str(), new.as_str())
    } else {
        pattern.replace_all(text.as_str(), regex::NoExpand(&new))
    };
    Ok(Value::text(text.changed(made)))
}
