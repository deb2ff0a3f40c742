//! Functions that compare, choose and tell what a value is.

use std::cmp::Ordering;

use super::{Row, argument};
use crate::assemble::gotmpl::value::{Data, Value};

pub(super) static ROWS: &[Row] = &[
    ("all", |all| Ok(Value::bool(all.iter().all(is_given)))),
    ("any", |all| Ok(Value::bool(all.iter().any(is_given)))),
    ("coalesce", |all| {
        Ok(all.iter().find(|value| is_given(value)).cloned().unwrap_or_else(Value::null))
    }),
    ("deepEqual", |all| Ok(Value::bool(argument(all, 0)?.equals(argument(all, 1)?)))),
    ("default", default),
    ("empty", |all| Ok(Value::bool(!is_given(argument(all, 0)?)))),
    ("eq", equal),
    ("ge", |all| compare(all, Ordering::is_ge)),
    ("gt", |all| compare(all, Ordering::is_gt)),
    ("kindIs", |all| Ok(Value::bool(argument(all, 0)?.shown() == argument(all, 1)?.kind()))),
    ("kindOf", |all| Ok(Value::str(argument(all, 0)?.kind()))),
    ("le", |all| compare(all, Ordering::is_le)),
    ("lookup", |_| Ok(Value::map::<&str>([]))),
    ("lt", |all| compare(all, Ordering::is_lt)),
    ("ne", |all| Ok(Value::bool(!is_same(argument(all, 0)?, argument(all, 1)?)))),
    ("not", |all| Ok(Value::bool(!argument(all, 0)?.is_true()))),
    ("ternary", ternary),
    ("typeIs", |all| Ok(Value::bool(argument(all, 0)?.shown() == argument(all, 1)?.type_name()))),
    ("typeIsLike", is_like),
    ("typeOf", |all| Ok(Value::str(argument(all, 0)?.type_name()))),
];

fn is_given(value: &Value) -> bool {
    value.is_true()
}

fn default(all: &[Value]) -> Result<Value, String> {
    let given = all.get(1).filter(|value| is_given(value));
    Ok(given.unwrap_or(argument(all, 0)?).clone())
}

fn equal(all: &[Value]) -> Result<Value, String> {
    let first = argument(all, 0)?;
    argument(all, 1)?;
    Ok(Value::bool(all.iter().skip(1).any(|other| is_same(first, other))))
}

fn is_same(one: &Value, two: &Value) -> bool {
    match (&one.data, &two.data) {
        // Numbers of values files are floats, those of templates are whole: who compares them means the number.
        (Data::Int(_) | Data::Float(_), Data::Int(_) | Data::Float(_)) => {
            one.number() == two.number()
        }
        _ => one.equals(two),
    }
}

fn compare(all: &[Value], holds: fn(Ordering) -> bool) -> Result<Value, String> {
    let (one, two) = (argument(all, 0)?, argument(all, 1)?);
    let order = match (one.number(), two.number()) {
        (Some(one), Some(two)) => one.partial_cmp(&two),
        _ => match (one.as_str(), two.as_str()) {
            (Some(one), Some(two)) => Some(one.cmp(two)),
            _ if [one, two].iter().any(|value| matches!(value.data, Data::Unknown(_))) => None,
            _ => return Err(format!("compares a {} with a {}", one.kind(), two.kind())),
        },
    };
    Ok(Value::bool(order.is_some_and(holds)))
}

/// `ternary yes no condition`.
fn ternary(all: &[Value]) -> Result<Value, String> {
    let (yes, no, condition) = (argument(all, 0)?, argument(all, 1)?, argument(all, 2)?);
    Ok(if condition.is_true() { yes } else { no }.clone())
}

fn is_like(all: &[Value]) -> Result<Value, String> {
    let wanted = argument(all, 0)?.shown();
    let name = argument(all, 1)?.type_name();
    Ok(Value::bool(wanted == name || wanted.strip_prefix('*') == Some(name)))
}
