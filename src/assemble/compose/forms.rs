//! The forms in which a field of a compose file may be written, made one before they merge. Lays nothing over another.

use std::collections::HashMap;

use super::super::assignment;
use super::super::tree::{Body, Pair, Tree};
use crate::model::ScalarKind;
use crate::text::Files;

/// Makes a map of a list of `NAME=value`.
pub(super) fn by_name(tree: &mut Tree, files: &Files) {
    let Body::List(items) = &mut tree.body else {
        if !tree.is_map() {
            tree.body = Body::Map(Vec::new());
        }
        return;
    };
    let mut pairs: Vec<Pair> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for item in std::mem::take(items) {
        let Some(text) = item.text().map(str::to_owned) else { continue };
        let pair = match text.split_once('=') {
            Some((name, value)) => {
                let (name_place, value_place) = assignment::parts(files, &item);
                let value = Tree::scalar(value.to_owned(), ScalarKind::Text, value_place);
                Pair { key: name.to_owned(), place: name_place, value }
            }
            None => {
                Pair { key: text.trim().to_owned(), place: item.place, value: Tree::null(None) }
            }
        };
        if let Some(before) = known.get(&pair.key).and_then(|at| pairs.get_mut(*at)) {
            before.replace(pair);
        } else {
            known.insert(pair.key.clone(), pairs.len());
            pairs.push(pair);
        }
    }
    tree.body = Body::Map(pairs);
}

/// Makes a list of one text.
pub(super) fn listed(tree: &mut Tree) {
    match &mut tree.body {
        Body::List(_) => {}
        Body::Scalar(scalar) if scalar.kind == ScalarKind::Null => {
            tree.body = Body::List(Vec::new());
        }
        _ => {
            let one = tree.clone();
            tree.body = Body::List(vec![one]);
        }
    }
}

/// Makes a map of a list of names.
pub(super) fn named(tree: &mut Tree) {
    let Body::List(items) = &mut tree.body else {
        if !tree.is_map() {
            tree.body = Body::Map(Vec::new());
        }
        return;
    };
    let names = std::mem::take(items).into_iter().filter_map(|item| {
        let key = item.text()?.to_owned();
        Some(Pair { key, place: item.place, value: Tree::null(None) })
    });
    tree.body = Body::Map(names.collect());
}

/// Makes a map of a folder alone.
pub(super) fn built(tree: &mut Tree) {
    if tree.is_map() {
        return;
    }
    let value = tree.clone();
    let pairs = match value.text() {
        Some(_) => vec![Pair { key: "context".to_owned(), place: value.place, value }],
        None => Vec::new(),
    };
    tree.body = Body::Map(pairs);
}

/// Of items that say the same, the last one in the place of the first.
pub(super) fn unique(items: &mut Vec<Tree>, by_target: bool) {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Tree> = Vec::new();
    for item in std::mem::take(items) {
        let name = match (item.text(), by_target) {
            (Some(text), true) => Some(target(text)),
            (Some(text), false) => Some(text.to_owned()),
            (None, true) => item.get("target").and_then(Tree::text).map(str::to_owned),
            (None, false) => {
                let path = item
                    .get("path")
                    .or_else(|| item.get("target").filter(|_| item.get("published").is_none()));
                path.and_then(Tree::text).map(str::to_owned)
            }
        };
        let before = name.as_ref().and_then(|name| places.get(name));
        if let Some(before) = before.and_then(|at| kept.get_mut(*at)) {
            before.replace(item);
        } else {
            places.extend(name.map(|name| (name, kept.len())));
            kept.push(item);
        }
    }
    *items = kept;
}

/// The place in the container that a short mount names: behind the first colon that stands in no braces.
fn target(text: &str) -> String {
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    let at = usize::from(parts.len() > 1);
    parts.into_iter().nth(at).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn mounts_are_told_by_their_target() {
        assert_eq!(target("${DATA:-./data}:/data:ro"), "/data");
        assert_eq!(target("/cache"), "/cache");
    }
}
