//! Functions between values and texts of YAML, JSON, base64.

use super::{Row, argument, text, unknown};
use crate::assemble::gotmpl::json;
use crate::assemble::gotmpl::read::{self, Place};
use crate::assemble::gotmpl::text::Text;
use crate::assemble::gotmpl::toml;
use crate::assemble::gotmpl::value::{Data, UNKNOWN, Value};
use crate::assemble::gotmpl::yaml;

pub(super) static ROWS: &[Row] = &[
    ("b64dec", |all| {
        let text = text(all, 0)?;
        if text.as_str().contains(UNKNOWN) {
            return Ok(unknown("b64dec"));
        }
        Ok(Value::text(text.changed(decoded(text.as_str()))))
    }),
    ("b64enc", |all| {
        let text = text(all, 0)?;
        // What is unknown stays so however it is written.
        if text.as_str().contains(UNKNOWN) {
            return Ok(Value::text(text));
        }
        Ok(Value::text(text.changed(base64(text.as_str()))))
    }),
    ("fromJson", |all| read_map(all, false)),
    ("fromJsonArray", |all| read_map(all, true)),
    ("fromToml", from_toml),
    ("fromYaml", |all| read_map(all, false)),
    ("fromYamlArray", |all| read_map(all, true)),
    ("mustFromJson", read_any),
    ("mustToJson", |all| Ok(Value::text(json::json(argument(all, 0)?, false, true)))),
    ("mustToToml", |all| Ok(Value::text(toml::print(argument(all, 0)?)))),
    ("mustToYaml", |all| Ok(Value::text(yaml::print(argument(all, 0)?)))),
    ("toJson", |all| Ok(Value::text(json::json(argument(all, 0)?, false, true)))),
    ("toPrettyJson", |all| Ok(Value::text(json::json(argument(all, 0)?, true, true)))),
    ("toRawJson", |all| Ok(Value::text(json::json(argument(all, 0)?, false, false)))),
    ("toToml", |all| Ok(Value::text(toml::print(argument(all, 0)?)))),
    ("toYaml", |all| Ok(Value::text(yaml::print(argument(all, 0)?)))),
    ("toYamlPretty", |all| Ok(Value::text(yaml::pretty(argument(all, 0)?)))),
];

/// What a text of YAML or JSON says. As with Helm, a map that cannot be read holds its error.
fn read_map(all: &[Value], is_list: bool) -> Result<Value, String> {
    if let Some(Value { data: Data::Unknown(asked), .. }) = all.first() {
        return Ok(unknown(asked));
    }
    let text: Text = text(all, 0)?;
    let read = read::read(Place { text: text.as_str(), file: None, source: Some(&text) });
    Ok(match read {
        Ok(value) if is_list => {
            if value.items().is_some() {
                value
            } else {
                Value::list(Vec::new())
            }
        }
        Ok(value) if value.as_map().is_some() => value,
        Ok(_) => Value::map::<&str>([]),
        Err(error) if is_list => Value::list(vec![Value::str(error)]),
        Err(error) => Value::map([("Error", Value::str(error))]),
    })
}

/// What a text of TOML says; a map that holds the error where it cannot be read.
fn from_toml(all: &[Value]) -> Result<Value, String> {
    if let Some(Value { data: Data::Unknown(asked), .. }) = all.first() {
        return Ok(unknown(asked));
    }
    let read = toml::read(&text(all, 0)?);
    Ok(read.unwrap_or_else(|error| Value::map([("Error", Value::str(error))])))
}

/// What a text of JSON says, whatever it is.
fn read_any(all: &[Value]) -> Result<Value, String> {
    if let Some(Value { data: Data::Unknown(asked), .. }) = all.first() {
        return Ok(unknown(asked));
    }
    let text: Text = text(all, 0)?;
    read::read(Place { text: text.as_str(), file: None, source: Some(&text) })
}

const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A text in base64.
pub(in crate::assemble::gotmpl) fn base64(text: &str) -> String {
    let mut made = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..4_u32 {
            if at as usize > chunk.len() {
                made.push('=');
                continue;
            }
            let sign = SIGNS.get((bits >> (18 - 6 * at)) as usize & 63).copied().unwrap_or(b'=');
            made.push(char::from(sign));
        }
    }
    made
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let Some(six) = SIGNS.iter().position(|sign| *sign == byte) else { break };
        bits = (bits << 6) | u32::try_from(six).unwrap_or(0);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or(0));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{base64, decoded};

    #[test]
    fn base64_goes_both_ways() {
        for (text, code) in [("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("", "")] {
            assert_eq!(base64(text), code);
            assert_eq!(decoded(code), text);
        }
    }
}
