//! Expressions that take the first of several things which is there: `try(var.shop.level, "info")`,
//! `coalesce(var.level, "info")`, `lookup(var.levels, "api", "info")`, `var.level != null ? var.level : "info"`.
//!
//! Knows names and literals. With anything else in it an expression is not worked out.

use super::names::plain;
use crate::model::{Scalar, ScalarKind, Value};

/// Calls in calls, as deep as anybody writes them.
const MAX_DEPTH: usize = 6;

/// One of the things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Alternative {
    /// A variable or a local, or a part of it.
    Name(String),
    /// What stands there.
    Written(Value),
}

/// What an expression takes the first of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct First {
    /// In order.
    pub(super) all: Vec<Alternative>,
    /// An empty text is as good as nothing: `coalesce`.
    pub(super) skips_empty: bool,
}

/// The alternatives of a value that is such an expression.
pub(super) fn first(value: &Value) -> Option<First> {
    let Value::Reference { text, .. } = value else { return None };
    let inside = text.strip_prefix("${").and_then(|it| it.strip_suffix('}'));
    let text = inside.unwrap_or(text).trim();
    let mut found = First::default();
    gather(text, MAX_DEPTH, &mut found)?;
    (found.all.len() > 1).then_some(found)
}

fn gather(text: &str, depth: usize, found: &mut First) -> Option<()> {
    let below = depth.checked_sub(1)?;
    let text = text.trim();
    if let Some(parts) = choice(text) {
        return parts.into_iter().try_for_each(|part| gather(part, below, found));
    }
    if let Some((name, inside)) = call(text) {
        let parts = split(inside, ',')?;
        match (name, parts.as_slice()) {
            ("coalesce" | "try", _) => {
                found.skips_empty |= name == "coalesce";
                parts.into_iter().try_for_each(|part| gather(part, below, found))?;
            }
            ("lookup", [map, key, rest @ ..]) => {
                let name = plain(&format!("{}[{}]", map.trim(), key.trim()))?;
                key.trim().starts_with('"').then_some(())?;
                found.all.push(Alternative::Name(name));
                rest.iter().try_for_each(|part| gather(part, below, found))?;
            }
            ("nonsensitive" | "tostring", [inner]) => gather(inner, below, found)?,
            _ => return None,
        }
        return Some(());
    }
    if text == "null" {
        return Some(());
    }
    let one = match plain(text) {
        Some(name) => Alternative::Name(name),
        None => Alternative::Written(literal(text)?),
    };
    found.all.push(one);
    Some(())
}

/// `a != null ? a : b` and `a == null ? b : a`: first one, then the other.
fn choice(text: &str) -> Option<[&str; 2]> {
    let [condition, rest] = split(text, '?')?[..] else { return None };
    let [yes, no] = split(rest, ':')?[..] else { return None };
    let condition = condition.trim();
    let (name, is_there) = condition
        .strip_suffix("!= null")
        .map(|name| (name, true))
        .or_else(|| Some((condition.strip_suffix("== null")?, false)))?;
    let (there, else_) = if is_there { (yes, no) } else { (no, yes) };
    (there.trim() == name.trim()).then_some([there, else_])
}

/// The name of a call and what stands in its brackets.
fn call(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('(')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase());
    let inside = rest.strip_suffix(')')?;
    is_name.then_some((name, inside))
}

/// The parts of `text` between `by` outside of quotes and brackets; `None` where these do not fit.
fn split(text: &str, by: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth, mut is_quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '\\' => return None,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            _ if c == by && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (depth == 0 && !is_quoted).then_some(parts)
}

fn literal(text: &str) -> Option<Value> {
    let inside = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let (text, kind) = match inside {
        Some("") => return Some(Value::Empty),
        Some(inside) if inside.contains(['"', '\\']) || inside.contains("${") => return None,
        Some(inside) => (inside, ScalarKind::Text),
        None if matches!(text, "false" | "true") => (text, ScalarKind::Bool),
        None => (text, number(text)?),
    };
    Some(Value::Literal(Scalar { text: text.to_owned(), kind }))
}

fn number(text: &str) -> Option<ScalarKind> {
    let is_number = text.parse::<f64>().is_ok() && text.starts_with(|c: char| c.is_ascii_digit());
    is_number.then_some(if text.contains(['.', 'e', 'E']) {
        ScalarKind::Float
    } else {
        ScalarKind::Int
    })
}

#[cfg(test)]
mod tests {
    use super::{Alternative, first};
    use crate::model::Value;

    fn said(text: &str) -> Option<String> {
        let found = first(&Value::Reference { text: text.to_owned(), needs: Vec::new() })?;
        let one = |one: &Alternative| match one {
            Alternative::Name(name) => name.clone(),
            Alternative::Written(value) => format!("{:?}", value.shown().unwrap_or("")),
        };
        Some(found.all.iter().map(one).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn the_first_that_is_there() {
        let told = [
            (r#"try(var.shop.level, "info")"#, r#"var.shop.level "info""#),
            (r#"coalesce(var.level, local.level, "a, b")"#, r#"var.level local.level "a, b""#),
            (r#"lookup(var.levels, "api", 4)"#, r#"var.levels.api "4""#),
            (r"try(coalesce(var.a, var.b), true)", r#"var.a var.b "true""#),
            (r#"var.a != null ? var.a : "x""#, r#"var.a "x""#),
            (r#"var.a == null ? "x" : var.a"#, r#"var.a "x""#),
        ];
        for (text, wanted) in told {
            assert_eq!(said(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_not_worked_out() {
        for text in [
            "var.a",
            r#"try(data.vpc.main.id, "x")"#,
            r#"lookup(var.levels, var.name, "x")"#,
            r#"lookup(var.levels, terraform.workspace, "x")"#,
            r#"var.is_on ? "a" : "b""#,
            r#"var.b != null ? var.a : "x""#,
            r#"coalesce(var.a, "${var.b}-x")"#,
            r#"format("%s", var.a)"#,
            r#"try(var.a, "x") == "y""#,
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
