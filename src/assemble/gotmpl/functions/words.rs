//! Functions that change the letters of a text: all of it stands for where the text was written.

use heck::ToUpperCamelCase as _;

use super::cases::connected;
use super::{Row, int, text, word};
use crate::assemble::gotmpl::value::Value;

pub(super) static ROWS: &[Row] = &[
    ("camelcase", |all| changed(all, str::to_upper_camel_case)),
    ("initials", |all| changed(all, initials)),
    ("kebabcase", |all| changed(all, |text| connected(text, '-'))),
    ("lower", |all| changed(all, str::to_lowercase)),
    ("plural", |all| {
        let one = int(all, 2)? == 1;
        Ok(Value::text(text(all, usize::from(!one))?))
    }),
    ("snakecase", |all| changed(all, |text| connected(text, '_'))),
    ("swapcase", |all| changed(all, swapped)),
    ("title", |all| changed(all, |text| first_letters(text, |c| c.to_uppercase().to_string()))),
    ("untitle", |all| changed(all, |text| first_letters(text, |c| c.to_lowercase().to_string()))),
    ("upper", |all| changed(all, str::to_uppercase)),
    ("wrap", |all| Ok(Value::text(text(all, 1)?))),
    ("wrapWith", |all| word(all, 1).and_then(|_| Ok(Value::text(text(all, 2)?)))),
];

fn changed(all: &[Value], change: impl Fn(&str) -> String) -> Result<Value, String> {
    let text = text(all, 0)?;
    Ok(Value::text(text.changed(change(text.as_str()))))
}

/// Changes the first letter of each word.
fn first_letters(text: &str, change: fn(char) -> String) -> String {
    let mut begins = true;
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        if begins {
            made.push_str(&change(c));
        } else {
            made.push(c);
        }
        begins = !(c.is_alphanumeric() || c == '_' || c == '\'');
    }
    made
}

fn initials(text: &str) -> String {
    text.split_whitespace().filter_map(|word| word.chars().next()).collect()
}

fn swapped(text: &str) -> String {
    let swap = |c: char| {
        if c.is_uppercase() { c.to_lowercase().to_string() } else { c.to_uppercase().to_string() }
    };
    text.chars().map(swap).collect()
}
