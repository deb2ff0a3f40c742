//! TOML to a tree, with as much as can be kept of a text that breaks.
//!
//! The parser gives tables in the order of their keys; the tree has them in the order of the text.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Document;
use crate::model::ScalarKind;
use crate::text::TextRange;

/// More levels than any configuration has; the parser itself allows fewer.
const MAX_DEPTH: usize = 256;

/// More problems than anybody reads; the first tells the most.
const MAX_PROBLEMS: usize = 20;

/// The document of `text`.
pub fn parse(text: &str) -> Document {
    let mut document = Document::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    let root = document.map(TextRange::new(0, text.len()));
    document.set_root(root);
    fill(&mut document, root, table.get_ref(), MAX_DEPTH);
    for error in errors.into_iter().take(MAX_PROBLEMS) {
        let at = error.span().unwrap_or(0..0);
        let message = format!("is not valid TOML: {}", error.message());
        document.problem(message, TextRange::new(at.start, at.end));
    }
    document
}

fn fill(document: &mut Document, map: u32, table: &DeTable<'_>, depth: usize) {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let is_table = matches!(value.get_ref(), DeValue::Table(_));
        if key.span().is_empty() || (value.span().is_empty() && !is_table) {
            // The parser's own stopgap for what is missing; the error says so.
            continue;
        }
        let range = key.span();
        let range = TextRange::new(range.start, range.end);
        let key = document.scalar(range, key.get_ref().to_string(), ScalarKind::Text);
        let value = add(document, value, depth);
        document.add_entry(map, key, value);
    }
}

fn add(document: &mut Document, value: &Spanned<DeValue<'_>>, depth: usize) -> u32 {
    let range = value.span();
    let range = TextRange::new(range.start, range.end);
    let Some(below) = depth.checked_sub(1) else {
        document.problem("is nested too deeply", range);
        return document.scalar(range, String::new(), ScalarKind::Null);
    };
    match value.get_ref() {
        DeValue::String(text) => document.scalar(range, text.to_string(), ScalarKind::Text),
        DeValue::Integer(number) => {
            document.scalar(range, number.as_str().to_owned(), ScalarKind::Int)
        }
        DeValue::Float(number) => {
            document.scalar(range, number.as_str().to_owned(), ScalarKind::Float)
        }
        DeValue::Boolean(value) => document.scalar(range, value.to_string(), ScalarKind::Bool),
        DeValue::Datetime(date) => document.scalar(range, date.to_string(), ScalarKind::Plain),
        DeValue::Array(items) => {
            let list = document.list(range);
            for item in items {
                let item = add(document, item, below);
                document.add_item(list, item);
            }
            list
        }
        DeValue::Table(table) => {
            let map = document.map(range);
            fill(document, map, table, below);
            map
        }
    }
}
