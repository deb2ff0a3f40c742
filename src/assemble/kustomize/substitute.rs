//! Flux' `postBuild`: `${NAME}` in the objects of a build, replaced by what a Kustomization gives.
//!
//! What a ConfigMap of the tree gives is known; what a Secret gives, or a ConfigMap elsewhere, is not. The functions on
//! texts that the tool has beside defaults are not run.

use std::collections::BTreeMap;

use super::super::tree::{Body, Tree};
use super::build::{Cache, parsed};
use crate::document::yaml::plain_kind;
use crate::model::ScalarKind;
use crate::text::{FileId, Files, Span};

/// What an object says to stay as it is, as a label or an annotation.
const OFF: &str = "kustomize.toolkit.fluxcd.io/substitute";
/// Trees deeper than any object.
const MAX_DEPTH: usize = 64;

/// What is put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Substitutes {
    values: BTreeMap<String, (String, Option<Span>)>,
    /// Whether more is put in than the tree shows.
    is_open: bool,
}

impl Substitutes {
    /// What the `spec` of a Kustomization in the file `id` puts in.
    pub(super) fn of(files: &Files, cache: &mut Cache, id: FileId, spec: &Tree) -> Option<Self> {
        let build = spec.get("postBuild")?;
        let mut made = Self::default();
        for from in build.get("substituteFrom").map(Tree::items).unwrap_or_default() {
            let name = from.text_under(&["name"]).unwrap_or_default();
            let is_map = from.text_under(&["kind"]) == Some("ConfigMap");
            match if is_map { config_map(files, cache, id, name) } else { None } {
                Some(data) => made.add(&data),
                None => made.is_open = true,
            }
        }
        if let Some(own) = build.get("substitute") {
            made.add(own);
        }
        (made.is_open || !made.values.is_empty()).then_some(made)
    }

    fn add(&mut self, data: &Tree) {
        for pair in data.pairs() {
            let text = pair.value.text().unwrap_or_default().to_owned();
            self.values.insert(pair.key.clone(), (text, pair.value.place));
        }
    }

    /// Puts the values into an object, unless it says not to.
    pub(super) fn put_into(&self, object: &mut Tree) {
        let is_off = |part: &str| object.text_under(&["metadata", part, OFF]) == Some("disabled");
        if !is_off("labels") && !is_off("annotations") {
            self.walk(object, MAX_DEPTH);
        }
    }

    fn walk(&self, tree: &mut Tree, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        match &mut tree.body {
            Body::Map(pairs) => {
                for pair in pairs {
                    if let Some((key, _)) = self.filled(&pair.key) {
                        pair.key = key;
                    }
                    self.walk(&mut pair.value, below);
                }
            }
            Body::List(items) => items.iter_mut().for_each(|item| self.walk(item, below)),
            Body::Scalar(scalar) => {
                let Some((text, from)) = self.filled(&scalar.text) else { return };
                // The tool works on the text of the objects: what had no quotes is read anew.
                if scalar.kind != ScalarKind::Text {
                    scalar.kind = plain_kind(&text);
                }
                scalar.text = text;
                tree.from = from.or(tree.from);
            }
        }
    }

    /// `text` with its variables replaced, and where the first value is written; `None` where it has none.
    fn filled(&self, text: &str) -> Option<(String, Option<Span>)> {
        let mut rest = text;
        let mut made = String::new();
        let mut from = None;
        let mut is_changed = false;
        while let Some(at) = rest.find("${") {
            let (before, behind) = (rest.get(..at)?, rest.get(at + 2..)?);
            if let Some(kept) = before.strip_suffix('$') {
                made.push_str(kept);
                made.push_str("${");
                (rest, is_changed) = (behind, true);
                continue;
            }
            made.push_str(before);
            let Some((inner, behind)) = behind.split_once('}') else {
                rest = rest.get(at..)?;
                break;
            };
            match self.value(inner) {
                Some((value, place)) => {
                    made.push_str(&value);
                    from = from.or(place);
                    is_changed = true;
                }
                None => made.extend(["${", inner, "}"]),
            }
            rest = behind;
        }
        made.push_str(rest);
        is_changed.then_some((made, from))
    }

    /// What stands for what is between `${` and `}`; `None` where that is no variable.
    fn value(&self, inner: &str) -> Option<(String, Option<Span>)> {
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let (name, rest) = inner.split_at(end.unwrap_or(inner.len()));
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let default = [":=", ":-", "=", "-"].iter().find_map(|sign| rest.strip_prefix(sign));
        if !rest.is_empty() && default.is_none() {
            return None;
        }
        let known = self.values.get(name).cloned();
        let known = known.filter(|(text, _)| !text.is_empty() || default.is_none());
        Some(match (known, default) {
            (Some(known), _) => known,
            _ if self.is_open => (format!("{{{{ {name} }}}}"), None),
            (None, default) => (default.unwrap_or_default().to_owned(), None),
        })
    }
}

/// The entries of the ConfigMap `name`, of all of that name the nearest to the file `id`.
fn config_map(files: &Files, cache: &mut Cache, id: FileId, name: &str) -> Option<Tree> {
    let here = files.get(id);
    let shared = |path: &str| {
        let pairs = here.path.split('/').zip(path.split('/'));
        pairs.take_while(|(one, other)| one == other).count()
    };
    let near = files.iter().filter(|(_, file)| {
        file.root == here.root && file.text.contains("ConfigMap") && file.text.contains(name)
    });
    let mut near: Vec<(usize, FileId)> = near.map(|(id, file)| (shared(&file.path), id)).collect();
    near.sort_by_key(|(shared, id)| (std::cmp::Reverse(*shared), *id));
    near.into_iter().find_map(|(_, id)| {
        let documents = parsed(files, cache, id);
        let is_it = |tree: &&Tree| {
            tree.text_under(&["kind"]) == Some("ConfigMap")
                && tree.text_under(&["metadata", "name"]) == Some(name)
        };
        documents.trees.iter().find(is_it)?.get("data").cloned()
    })
}

#[cfg(test)]
mod tests {
    use super::Substitutes;

    fn given(is_open: bool) -> Substitutes {
        let values = [("HEAT", "180"), ("EMPTY", "")];
        let values = values.map(|(key, text)| (key.to_owned(), (text.to_owned(), None)));
        Substitutes { values: values.into(), is_open }
    }

    fn filled(text: &str, is_open: bool) -> String {
        given(is_open).filled(text).map_or_else(|| text.to_owned(), |(text, _)| text)
    }

    #[test]
    fn variables_are_replaced_as_flux_replaces_them() {
        for (text, expected) in [
            ("${HEAT}", "180"),
            ("at ${HEAT:=200} for ${TIME:=30}", "at 180 for 30"),
            ("${EMPTY:-none}|${EMPTY}", "none|"),
            ("$${HEAT} $HEAT ${9} ${HEAT/8/9}", "${HEAT} $HEAT ${9} ${HEAT/8/9}"),
            ("${GONE}", ""),
            ("${open", "${open"),
        ] {
            assert_eq!(filled(text, false), expected, "{text}");
        }
        assert_eq!(filled("${GONE}", true), "{{ GONE }}");
        assert_eq!(filled("${HEAT}", true), "180");
    }
}
