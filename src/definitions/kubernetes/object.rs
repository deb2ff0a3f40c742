//! ConfigMaps and Secrets: objects whose entries workloads see only through a binding.

use super::super::context::{Asks, Context, env};
use super::super::secret;
use super::{adds_lines, is_filled_in, object_name};
use crate::document::{Entry as Pair, Node, template};
use crate::facts::{Entry, ObjectName, OpaqueFact, SourceFacts};
use crate::model::key::is_env_name;
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::model::{Namespace, Scalar, ScalarKind, Scope, Value};
use crate::text::TextRange;

/// The source that a ConfigMap is.
pub(in super::super) fn config_map(context: Context<'_>, root: Node<'_>) -> SourceFacts {
    let mut facts = new("configmap", object_name(context, root, false));
    if let Some(data) = root.entry("data") {
        fill(context, &data, &mut facts);
        for pair in data.value.entries() {
            config_entry(context, &pair, &mut facts);
        }
    }
    facts
}

/// The source that a Secret is.
pub(in super::super) fn secret(context: Context<'_>, root: Node<'_>) -> SourceFacts {
    let mut facts = new("secret", object_name(context, root, true));
    for (part, is_encoded) in [("data", true), ("stringData", false)] {
        let Some(data) = root.entry(part) else { continue };
        fill(context, &data, &mut facts);
        for pair in data.value.entries() {
            let value = secret_value(context, &pair, is_encoded, &mut facts);
            push(context, &pair, value, &mut facts);
        }
    }
    facts
}

/// A source for an object, still without entries.
pub(super) fn new(kind: &'static str, object: ObjectName) -> SourceFacts {
    let mut facts = SourceFacts::new(kind);
    facts.object = Some(object);
    facts
}

/// An entry of the object that `facts` are about.
pub(super) fn entry(
    name: &str,
    key_range: TextRange,
    value: Value,
    range: Option<TextRange>,
    facts: &SourceFacts,
) -> Entry {
    let mut entry = env(name, key_range, value, range);
    if !is_env_name(name) {
        entry.namespace = Namespace::Setting;
    }
    entry.scope = facts.object.as_ref().map(|object| Scope::Object(object.name.clone()));
    entry
}

/// An entry of a ConfigMap: a value, or a whole file under its name.
pub(super) fn config_entry(context: Context<'_>, pair: &Pair<'_>, facts: &mut SourceFacts) {
    let text = pair.value.text().unwrap_or("");
    let is_file = text.trim_end().contains('\n') && !is_env_name(pair.key);
    let value = if is_filled_in(context, pair.value) {
        Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() }
    } else if is_file && !pair.key.is_empty() {
        file_value(context, text, pair.value.resolved().range(), facts)
    } else {
        context.value(pair.key, pair.value, Asks::None, facts)
    };
    push(context, pair, value, facts);
}

/// A whole file as a value: shown only if no line of it looks like a credential.
fn file_value(
    context: Context<'_>,
    text: &str,
    range: TextRange,
    facts: &mut SourceFacts,
) -> Value {
    let is_secret = text.lines().any(|line| {
        let (name, value) = line.split_once([':', '=']).unwrap_or(("", line));
        looks_secret_value(line.trim())
            || looks_secret_value(value)
            || (looks_secret_name(name) && !value.trim().is_empty())
    });
    if is_secret {
        return secret::withhold(text.as_bytes(), range, context.sealer, facts);
    }
    Value::Literal(Scalar { text: text.to_owned(), kind: ScalarKind::Compound })
}

/// The value of an entry of a Secret.
pub(super) fn secret_value(
    context: Context<'_>,
    pair: &Pair<'_>,
    is_encoded: bool,
    facts: &mut SourceFacts,
) -> Value {
    let range = pair.value.resolved().range();
    let raw = context.raw(range);
    if template::is_open(raw) || is_filled_in(context, pair.value) {
        if raw.contains(['"', '\'', '`']) {
            facts.secrets.push(range);
            return Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() };
        }
        return Value::Reference { text: raw.to_owned(), needs: Vec::new() };
    }
    let Some(text) = pair.value.text() else { return Value::Empty };
    if text.starts_with("ENC[") {
        return Value::Encrypted;
    }
    let decoded = if is_encoded { decode(text) } else { None };
    secret::withhold(decoded.as_deref().unwrap_or(text.as_bytes()), range, context.sealer, facts)
}

fn push(context: Context<'_>, pair: &Pair<'_>, value: Value, facts: &mut SourceFacts) {
    if template::is_open(context.raw(pair.key_range)) {
        let raw = context.raw(pair.key_range);
        return match missing_file(raw) {
            Some(path) => {
                let what =
                    format!("`{path}`, which a generator takes in and the tree does not have");
                facts.opaque.push(OpaqueFact::new(what, None, pair.key_range));
            }
            None => filled_in(pair.key_range, facts),
        };
    }
    let range = (!pair.value.is_null()).then(|| pair.value.resolved().range());
    let entry = entry(pair.key, pair.key_range, value, range, facts);
    facts.entries.push(entry);
}

fn fill(context: Context<'_>, data: &Pair<'_>, facts: &mut SourceFacts) {
    if is_filled_in(context, data.value) || adds_lines(context, data.key_range) {
        filled_in(data.key_range, facts);
    }
}

/// The file that a generator of kustomize stands open for: `{{ file .env }}`.
fn missing_file(raw: &str) -> Option<&str> {
    raw.trim_matches(['"', '\'']).strip_prefix("{{ file ")?.strip_suffix(" }}")
}

fn filled_in(range: TextRange, facts: &mut SourceFacts) {
    facts.opaque.push(OpaqueFact::new("data that a template fills in", None, range));
}

/// The bytes of a base64 text; `None` where it is none.
pub(in super::super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or(0));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_decoded() {
        assert_eq!(super::decode("aHVudGVyMg==").as_deref(), Some("hunter2".as_bytes()));
        assert_eq!(super::decode("not base64!"), None);
    }
}
