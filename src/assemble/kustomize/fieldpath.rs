//! Paths to fields as replacements and variables write them: `spec.template.spec.containers.[name=web].env.0.value`.

use regex::Regex;

use super::super::tree::{Body, Pair, Tree};
use crate::model::ScalarKind;
use crate::text::Span;

/// The steps of a path, at dots that are not escaped and stand in no brackets.
pub(super) fn split(path: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let pieces = path.strip_prefix('.').unwrap_or(path).split('.');
    for piece in pieces {
        match steps.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('.');
                last.push_str(piece);
            }
            Some(last) if last.starts_with('[') && !last.ends_with(']') => {
                last.push('.');
                last.push_str(piece);
            }
            _ => steps.push(piece.to_owned()),
        }
    }
    let bare = |step: String| match step.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(key) if !key.contains('=') => key.to_owned(),
        _ => step,
    };
    steps.into_iter().map(bare).collect()
}

/// The steps of a path of a variable, where `ports[0]` is two.
pub(super) fn indexed(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    for piece in path.split('.') {
        match piece.split_once('[').and_then(|(name, rest)| Some((name, rest.strip_suffix(']')?))) {
            Some((name, at)) => steps.extend([name.to_owned(), at.trim_matches('"').to_owned()]),
            None => steps.push(piece.to_owned()),
        }
    }
    steps
}

/// One field under a path, where there is exactly one.
pub(super) fn one<'t>(tree: &'t Tree, path: &[String]) -> Option<&'t Tree> {
    path.iter().try_fold(tree, |tree, step| match (&tree.body, condition(step)) {
        (Body::Map(_), _) => tree.get(step),
        (Body::List(items), Some((key, value))) => {
            items.iter().find(|item| fits(item, key, &value))
        }
        (Body::List(items), None) => items.get(step.parse::<usize>().ok()?),
        (Body::Scalar(_), _) => None,
    })
}

/// Shows every field under a path; the count of them. With `create`, what is missing on the way is made.
pub(super) fn each(
    tree: &mut Tree,
    path: &[String],
    create: Option<Span>,
    see: &mut dyn FnMut(&mut Tree),
) -> usize {
    let Some((step, rest)) = path.split_first() else {
        see(tree);
        return 1;
    };
    let wanted = condition(step);
    match (&mut tree.body, wanted) {
        (Body::Map(pairs), _) if step == "*" => {
            pairs.iter_mut().map(|pair| each(&mut pair.value, rest, create, see)).sum()
        }
        (Body::Map(pairs), _) => {
            if create.is_some() && !pairs.iter().any(|pair| pair.key == *step) {
                pairs.push(Pair { key: step.clone(), place: create, value: empty(rest, create) });
            }
            let found = pairs.iter_mut().find(|pair| pair.key == *step);
            found.map_or(0, |pair| each(&mut pair.value, rest, create, see))
        }
        (Body::List(items), Some((key, value))) => {
            if create.is_some()
                && !key.is_empty()
                && !items.iter().any(|item| fits(item, key, &value))
            {
                let mut item = Tree::map_at(create);
                let value = Tree::text_at(value.clone(), create);
                item.put(Pair { key: key.to_owned(), place: create, value });
                items.push(item);
            }
            let found = items.iter_mut().filter(|item| fits(item, key, &value));
            found.map(|item| each(item, rest, create, see)).sum()
        }
        (Body::List(items), None) if step == "*" => {
            items.iter_mut().map(|item| each(item, rest, create, see)).sum()
        }
        (Body::List(items), None) => {
            let item = step.parse::<usize>().ok().and_then(|at| items.get_mut(at));
            item.map_or(0, |item| each(item, rest, create, see))
        }
        (Body::Scalar(_), _) => 0,
    }
}

/// What is made for a step that is missing.
fn empty(rest: &[String], place: Option<Span>) -> Tree {
    match rest.first() {
        None => Tree::scalar(String::new(), ScalarKind::Text, place),
        Some(step) if condition(step).is_some() || step.parse::<usize>().is_ok() => {
            Tree { body: Body::List(Vec::new()), ..Tree::null(place) }
        }
        Some(_) => Tree::map_at(place),
    }
}

/// `[name=web]` as a key and the value that it must have.
fn condition(step: &str) -> Option<(&str, String)> {
    let (key, value) = step.strip_prefix('[')?.strip_suffix(']')?.split_once('=')?;
    Some((key, value.to_owned()))
}

/// Whether an item has the value; the value is a pattern that fits a part of it.
fn fits(item: &Tree, key: &str, value: &str) -> bool {
    let text = if key.is_empty() { item.text() } else { item.get(key).and_then(Tree::text) };
    let is_plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte));
    text.is_some_and(|text| {
        if is_plain {
            text.contains(value)
        } else {
            Regex::new(value).is_ok_and(|one| one.is_match(text))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{indexed, split};

    #[test]
    fn paths_are_split_at_bare_dots() {
        assert_eq!(
            split("spec.containers.[name=a.b].env"),
            ["spec", "containers", "[name=a.b]", "env"]
        );
        assert_eq!(split("metadata.annotations.[a.b/c]"), ["metadata", "annotations", "a.b/c"]);
        assert_eq!(split(r"data.a\.b"), ["data", "a.b"]);
        assert_eq!(indexed("spec.ports[0].port"), ["spec", "ports", "0", "port"]);
    }
}
