//! Functions on numbers. Whole numbers stop at their limits instead of going round.

use super::{Row, argument, text, word};
use crate::assemble::gotmpl::lex::integer;
use crate::assemble::gotmpl::value::{Data, Value};

pub(super) static ROWS: &[Row] = &[
    ("add", |all| Ok(Value::int(all.iter().map(to_int).fold(0, i64::saturating_add)))),
    ("add1", |all| Ok(Value::int(to_int(argument(all, 0)?).saturating_add(1)))),
    ("addf", |all| Ok(float(all.iter().map(to_float).sum()))),
    ("atoi", |all| Ok(Value::int(word(all, 0)?.trim().parse().unwrap_or(0)))),
    ("biggest", |all| Ok(Value::int(all.iter().map(to_int).max().unwrap_or(0)))),
    ("ceil", |all| Ok(float(to_float(argument(all, 0)?).ceil()))),
    ("div", |all| whole_of(all, i64::checked_div)),
    ("divf", |all| float_of(all, |one, two| one / two)),
    ("float64", |all| Ok(float(to_float(argument(all, 0)?)))),
    ("floor", |all| Ok(float(to_float(argument(all, 0)?).floor()))),
    ("int", |all| number(all)),
    ("int64", |all| number(all)),
    ("max", |all| Ok(Value::int(all.iter().map(to_int).max().unwrap_or(0)))),
    ("maxf", |all| float_of(all, f64::max)),
    ("min", |all| Ok(Value::int(all.iter().map(to_int).min().unwrap_or(0)))),
    ("minf", |all| float_of(all, f64::min)),
    ("mod", |all| whole_of(all, i64::checked_rem)),
    ("mul", |all| Ok(Value::int(all.iter().map(to_int).fold(1, i64::saturating_mul)))),
    ("mulf", |all| float_of(all, |one, two| one * two)),
    ("round", round),
    ("sub", |all| whole_of(all, |one, two| Some(one.saturating_sub(two)))),
    ("subf", |all| float_of(all, |one, two| one - two)),
    ("toDecimal", |all| Ok(Value::int(i64::from_str_radix(word(all, 0)?.trim(), 8).unwrap_or(0)))),
];

fn float(value: f64) -> Value {
    Value::new(Data::Float(value))
}

/// A float without what stands behind its point.
#[expect(clippy::cast_possible_truncation, reason = "stops at the limits of a whole number")]
pub(in crate::assemble::gotmpl) fn whole(value: f64) -> i64 {
    value as i64
}

pub(super) fn to_int(value: &Value) -> i64 {
    match &value.data {
        Data::Int(value) => *value,
        Data::Float(value) => whole(*value),
        Data::Bool(value) => i64::from(*value),
        Data::Text(text) => {
            let text = text.as_str().trim();
            // What is written with a point is no whole number for Sprig, and zero then; with zeros behind it, it is.
            let plain =
                text.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'));
            integer(plain.map_or(text, |(head, _)| head)).unwrap_or(0)
        }
        _ => 0,
    }
}

fn to_float(value: &Value) -> f64 {
    match &value.data {
        Data::Text(text) => text.as_str().trim().parse().unwrap_or(0.0),
        Data::Bool(value) => f64::from(u8::from(*value)),
        _ => value.number().unwrap_or(0.0),
    }
}

/// A whole number that keeps the place of what it was made of.
fn number(all: &[Value]) -> Result<Value, String> {
    let value = argument(all, 0)?;
    let mark = value.mark.clone().or_else(|| text(all, 0).ok()?.mark_as_written().map(Into::into));
    Ok(Value { mark, ..Value::int(to_int(value)) })
}

fn whole_of(all: &[Value], of: fn(i64, i64) -> Option<i64>) -> Result<Value, String> {
    let (one, two) = (to_int(argument(all, 0)?), to_int(argument(all, 1)?));
    of(one, two).map(Value::int).ok_or_else(|| "divides by zero".to_owned())
}

fn float_of(all: &[Value], of: fn(f64, f64) -> f64) -> Result<Value, String> {
    let mut numbers = all.iter().map(to_float);
    let first = numbers.next().ok_or("needs a number")?;
    Ok(float(numbers.fold(first, of)))
}

/// `round number digits`.
fn round(all: &[Value]) -> Result<Value, String> {
    let value = to_float(argument(all, 0)?);
    let digits = all.get(1).map_or(0, to_int).clamp(0, 15);
    let scale = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
    Ok(float((value * scale).round() / scale))
}
