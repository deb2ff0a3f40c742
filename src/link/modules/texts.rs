//! Texts with names in them: `"https://${var.domain}"` is what each call and each file makes of it.
//!
//! A text with anything but names in it is not worked out, nor one that a secret goes into.

use std::collections::BTreeMap;

use super::leaves::{Leaf, Way};
use super::names::plain;
use super::{At, Index, Module};
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::model::{Scalar, ScalarKind, Value};

/// How many names a text may have.
const MAX_NAMES: usize = 8;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    Name(String),
}

/// What one name comes to: in the module itself, and in each call of it.
#[derive(Default)]
struct Said {
    own: Option<(Leaf, String)>,
    given: BTreeMap<(At, Option<String>), (Leaf, String)>,
}

impl Index<'_> {
    /// The places that give a text its changing parts, each with the whole text; nothing where one is not known.
    pub(super) fn composed(&self, module: &Module, value: &Value, way: Way) -> Vec<Leaf> {
        let Value::Reference { text, .. } = value else { return Vec::new() };
        let Some(parts) = parts(text) else { return Vec::new() };
        let mut all = Vec::new();
        for part in &parts {
            let Part::Name(name) = part else { continue };
            let Some(said) = self.said_of(module, name, way) else { return Vec::new() };
            all.push(said);
        }
        let calls = all.iter().flat_map(|said| said.given.keys().cloned());
        let mut calls: Vec<_> = calls.map(Some).collect();
        calls.sort();
        calls.dedup();
        calls.push(None);
        calls.iter().filter_map(|call| whole(&parts, &all, call.as_ref())).collect()
    }

    fn said_of(&self, module: &Module, name: &str, way: Way) -> Option<Said> {
        let mut leaves = Vec::new();
        self.leaves(module, name, way, &mut leaves);
        let mut said = Said::default();
        for leaf in leaves {
            let given = self.given(leaf.at, leaf.given);
            let Some(Value::Literal(text)) = self.said(&leaf) else { return None };
            if looks_secret_name(&given.name) {
                return None;
            }
            let text = text.text.clone();
            let is_new = if leaf.is_inner {
                said.own.replace((leaf, text)).is_none()
            } else {
                let call = (leaf.at, given.call.clone());
                said.given.insert(call, (leaf, text)).is_none()
            };
            if !is_new {
                return None;
            }
        }
        (said.own.is_some() || !said.given.is_empty()).then_some(said)
    }
}

/// The text as a call makes it, or the module itself: a name that the call does not give has the value of the module.
fn whole(parts: &[Part<'_>], all: &[Said], call: Option<&(At, Option<String>)>) -> Option<Leaf> {
    let (mut text, mut leaf) = (String::new(), None);
    let mut names = all.iter();
    for part in parts {
        match part {
            Part::Text(own) => text.push_str(own),
            Part::Name(_) => {
                let said = names.next()?;
                let given = call.and_then(|call| said.given.get(call));
                let (own, value) = given.or(said.own.as_ref())?;
                text.push_str(value);
                if given.is_some() || leaf.is_none() {
                    leaf = Some(own.clone());
                }
            }
        }
    }
    if looks_secret_value(&text) {
        return None;
    }
    let value = Value::Literal(Scalar { text, kind: ScalarKind::Text });
    leaf.map(|leaf| Leaf { written: Some(value), ..leaf })
}

/// The parts of a text with names in it, which is more than one name.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let (mut parts, mut names, mut rest) = (Vec::new(), 0, text);
    while let Some(start) = rest.find("${") {
        if rest[..start].ends_with('$') || names == MAX_NAMES {
            return None;
        }
        let end = start + rest[start..].find('}')?;
        if start > 0 {
            parts.push(Part::Text(&rest[..start]));
        }
        parts.push(Part::Name(plain(rest[start + 2..end].trim())?));
        names += 1;
        rest = &rest[end + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    (names > 0 && parts.len() > 1 && !text.contains("%{")).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    #[test]
    fn a_text_is_cut_at_its_names() {
        let name = |name: &str| Part::Name(name.to_owned());
        let found = parts("https://${var.host}:${local.port}/");
        let expected = vec![
            Part::Text("https://"),
            name("var.host"),
            Part::Text(":"),
            name("local.port"),
            Part::Text("/"),
        ];
        assert_eq!(found, Some(expected));
        let open = ["var.host", "${var.host}", "a${upper(var.host)}", "$${var.host}b", "a${var.b"];
        for text in open {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
