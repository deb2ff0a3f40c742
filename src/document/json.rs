//! JSON, with comments, trailing commas and a head of lines that begin with `#`, to a tree.
//!
//! Such a head some exporters write, whatever they export to. A text that breaks gives no tree, only the place of the break.

use jsonc_parser::ast::Value;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::Document;
use crate::model::ScalarKind;
use crate::text::TextRange;

/// The document of `text`.
pub fn parse(text: &str) -> Document {
    parse_at(text, 0)
}

/// The document of `text`, which stands at byte `base` of its file.
pub fn parse_at(text: &str, base: usize) -> Document {
    let mut document = Document::default();
    let start = head(text);
    let body = text.get(start..).unwrap_or(text);
    match parse_to_ast(body, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(parsed) => {
            if let Some(value) = parsed.value {
                let root = add(&mut document, &value, base + start);
                document.set_root(root);
            }
        }
        Err(error) => {
            let at = error.range();
            let range =
                TextRange::new(base + at.start + start, base + at.end.max(at.start) + start);
            document.problem(format!("is not valid JSON: {}", error.kind()), range);
        }
    }
    document
}

/// Where the value may begin: after a mark of the encoding and lines that begin with `#`.
fn head(text: &str) -> usize {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while let Some((_, below)) = rest.split_once('\n').filter(|(line, _)| line.starts_with('#')) {
        rest = below.trim_start_matches(['\r', '\n']);
    }
    text.len() - rest.len()
}

// The parser refuses more than 512 levels, so the recursion is bounded.
fn add(document: &mut Document, value: &Value<'_>, base: usize) -> u32 {
    let at =
        |range: jsonc_parser::common::Range| TextRange::new(base + range.start, base + range.end);
    match value {
        Value::StringLit(text) => {
            document.scalar(at(text.range), text.value.to_string(), ScalarKind::Text)
        }
        Value::NumberLit(number) => {
            let is_float =
                number.value.contains(['.', 'e', 'E']) && !number.value.starts_with("0x");
            let kind = if is_float { ScalarKind::Float } else { ScalarKind::Int };
            document.scalar(at(number.range), number.value.to_owned(), kind)
        }
        Value::BooleanLit(boolean) => {
            document.scalar(at(boolean.range), boolean.value.to_string(), ScalarKind::Bool)
        }
        Value::NullKeyword(null) => {
            document.scalar(at(null.range), String::new(), ScalarKind::Null)
        }
        Value::Array(array) => {
            let list = document.list(at(array.range));
            for element in &array.elements {
                let item = add(document, element, base);
                document.add_item(list, item);
            }
            list
        }
        Value::Object(object) => {
            let map = document.map(at(object.range));
            for property in &object.properties {
                let (name, range) = match &property.name {
                    jsonc_parser::ast::ObjectPropName::String(text) => {
                        (text.value.as_ref(), text.range)
                    }
                    jsonc_parser::ast::ObjectPropName::Word(word) => (word.value, word.range),
                };
                let key = document.scalar(at(range), name.to_owned(), ScalarKind::Text);
                let value = add(document, &property.value, base);
                document.add_entry(map, key, value);
            }
            map
        }
    }
}
