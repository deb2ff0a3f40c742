//! JSON patches (RFC 6902), as kustomize applies them.
//!
//! A patch that fails changes nothing from there on, and says so.

use super::super::tree::{Body, Pair, Tree};
use crate::text::{Files, Span, TextRange};

/// More nodes than an object has after any copying.
const MAX_NODES: usize = 200_000;
/// Deeper than objects go after any copying.
const MAX_DEPTH: usize = 100;

/// More operations than a patch has.
const MAX_OPERATIONS: usize = 5_000;
/// More copies than a patch makes.
const MAX_COPIES: usize = 200;

/// Applies the operations of `patch`; the place and the reason of the first that fails.
pub(super) fn apply(
    tree: &mut Tree,
    patch: &Tree,
    files: &Files,
) -> Result<(), (Option<Span>, String)> {
    let copies = patch.items().iter().filter(|item| item.text_under(&["op"]) == Some("copy"));
    if patch.items().len() > MAX_OPERATIONS || copies.count() > MAX_COPIES {
        return Err((patch.place, "a patch has more operations than anybody writes".to_owned()));
    }
    // The tool keeps notes of its own among the annotations, so there always are some.
    let none = || Pair { key: "annotations".to_owned(), place: None, value: Tree::map_at(None) };
    if let Some(metadata) = tree.get_mut("metadata").filter(|one| one.get("annotations").is_none())
    {
        metadata.put(none());
    }
    let mut result = Ok(());
    for operation in patch.items() {
        result = one(tree, operation, files).map_err(|reason| (operation.place, reason));
        if result.is_err() {
            break;
        }
    }
    if let Some(metadata) = tree.get_mut("metadata")
        && metadata.get("annotations").is_some_and(|one| one.is_map() && one.pairs().is_empty())
    {
        metadata.take("annotations");
    }
    result
}

fn one(tree: &mut Tree, operation: &Tree, files: &Files) -> Result<(), String> {
    let text = |key: &str| operation.get(key).and_then(Tree::text);
    let op = text("op").ok_or("an operation of a patch has no `op`")?;
    let path = operation.get("path").ok_or("an operation of a patch has no `path`")?;
    let place = last_segment(path, files);
    let path = path.text().unwrap_or_default();
    let missing = || format!("a patch names `{path}`, which is not there");
    let value = || operation.get("value").cloned().unwrap_or_else(|| Tree::null(operation.place));
    let origin = || text("from").ok_or("an operation of a patch has no `from`");
    match op {
        "add" => add(tree, path, value(), place).ok_or_else(missing),
        // The tool lets a key be replaced that is not there.
        "replace" => replace(tree, path, value(), place).ok_or_else(missing),
        "remove" => remove(tree, path).map(|_| ()).ok_or_else(missing),
        "test" => match find(tree, path) {
            Some(found) if means_same(found, &value()) => Ok(()),
            _ => Err(format!("a patch expects another value at `{path}`")),
        },
        "copy" => {
            let found = find(tree, origin()?).ok_or_else(missing)?.clone();
            add(tree, path, found, place).ok_or_else(missing)?;
            if measure(tree, MAX_DEPTH) > MAX_NODES {
                remove(tree, path);
                return Err("a patch copies more than an object can hold".to_owned());
            }
            Ok(())
        }
        "move" => {
            let from = origin()?;
            if path.starts_with(&format!("{from}/")) {
                return Err("a patch moves a part into itself".to_owned());
            }
            let found = remove(tree, from).ok_or_else(missing)?;
            add(tree, path, found, place).ok_or_else(missing)
        }
        _ => Err(format!("a patch has the unknown operation `{op}`")),
    }
}

/// The segments of a pointer.
fn segments(path: &str) -> Vec<String> {
    let parts = path.strip_prefix('/').unwrap_or(path).split('/');
    if path.is_empty() {
        return Vec::new();
    }
    parts.map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

/// Where the last segment of a pointer is written; the whole pointer where it is written otherwise.
fn last_segment(path: &Tree, files: &Files) -> Option<Span> {
    let place = path.place?;
    let raw = place.range.slice(&files.get(place.file).text);
    let bare = raw.trim_end_matches(['"', '\'']);
    let last = path.text()?.rsplit('/').next()?;
    if last.is_empty() || !bare.ends_with(last) {
        return Some(place);
    }
    let end = place.range.start as usize + bare.len();
    Some(Span::new(place.file, TextRange::new(end - last.len(), end)))
}

fn find<'t>(tree: &'t Tree, path: &str) -> Option<&'t Tree> {
    segments(path).iter().try_fold(tree, |tree, segment| match &tree.body {
        Body::Map(_) => tree.get(segment),
        Body::List(items) => items.get(index(segment, items.len())?),
        Body::Scalar(_) => None,
    })
}

fn find_mut<'t>(tree: &'t mut Tree, path: &[String]) -> Option<&'t mut Tree> {
    path.iter().try_fold(tree, |tree, segment| match &mut tree.body {
        Body::Map(pairs) => {
            pairs.iter_mut().find(|pair| pair.key == *segment).map(|pair| &mut pair.value)
        }
        Body::List(items) => {
            let at = index(segment, items.len())?;
            items.get_mut(at)
        }
        Body::Scalar(_) => None,
    })
}

/// The place in a list of `length` that a segment names; below zero it counts from the end, which the standard does not know.
fn index(segment: &str, length: usize) -> Option<usize> {
    let at = segment.parse::<isize>().ok()?;
    if at < 0 { length.checked_sub(at.unsigned_abs()) } else { usize::try_from(at).ok() }
}

fn add(tree: &mut Tree, path: &str, value: Tree, place: Option<Span>) -> Option<()> {
    put(tree, path, value, place, |items, at, value| {
        // The new item counts as well: `-1` is the end, as `-` is.
        let at = if at == "-" { items.len() } else { index(at, items.len() + 1)? };
        (at <= items.len()).then(|| items.insert(at, value))
    })
}

fn replace(tree: &mut Tree, path: &str, value: Tree, place: Option<Span>) -> Option<()> {
    put(tree, path, value, place, |items, at, value| {
        let at = index(at, items.len())?;
        items.get_mut(at)?.replace(value);
        Some(())
    })
}

/// Puts a value where a path leads; `into` says what that means in a list.
fn put(
    tree: &mut Tree,
    path: &str,
    value: Tree,
    place: Option<Span>,
    into: fn(&mut Vec<Tree>, &str, Tree) -> Option<()>,
) -> Option<()> {
    let segments = segments(path);
    let Some((last, above)) = segments.split_last() else {
        tree.replace(value);
        return Some(());
    };
    match &mut find_mut(tree, above)?.body {
        Body::Map(_) => find_mut(tree, above)?.put(Pair { key: last.clone(), place, value }),
        Body::List(items) => into(items, last, value)?,
        Body::Scalar(_) => return None,
    }
    Some(())
}

fn remove(tree: &mut Tree, path: &str) -> Option<Tree> {
    let segments = segments(path);
    let (last, above) = segments.split_last()?;
    let parent = find_mut(tree, above)?;
    match &mut parent.body {
        Body::Map(_) => parent.take(last).map(|pair| pair.value),
        Body::List(items) => {
            let at = index(last, items.len()).filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        Body::Scalar(_) => None,
    }
}

fn means_same(one: &Tree, two: &Tree) -> bool {
    match (&one.body, &two.body) {
        (Body::Scalar(one), Body::Scalar(two)) => one.text == two.text,
        (Body::List(one), Body::List(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| means_same(one, two))
        }
        (Body::Map(pairs), Body::Map(others)) => {
            pairs.len() == others.len()
                && pairs.iter().all(|pair| {
                    two.get(&pair.key).is_some_and(|other| means_same(&pair.value, other))
                })
        }
        _ => false,
    }
}

/// The nodes of a tree; more than can be where it is too deep.
fn measure(tree: &Tree, depth: usize) -> usize {
    let Some(below) = depth.checked_sub(1) else { return MAX_NODES + 1 };
    match &tree.body {
        Body::Scalar(_) => 1,
        Body::Map(pairs) => 1 + pairs.iter().map(|pair| measure(&pair.value, below)).sum::<usize>(),
        Body::List(items) => 1 + items.iter().map(|item| measure(item, below)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{printer, tree};
    use super::apply;
    use crate::document::Syntax;
    use crate::text::{File, Files};

    fn patched(base: &str, patch: &str) -> Result<String, String> {
        let mut files = Files::default();
        let mut read = |text: &str| {
            let id = files.add(File::new("bakery.yaml", text));
            tree::read(text, 0, Syntax::Yaml, id).0.remove(0)
        };
        let (mut base, patch) = (read(base), read(patch));
        apply(&mut base, &patch, &files).map_err(|(_, reason)| reason)?;
        Ok(printer::print(&base, &files, None).text().to_owned())
    }

    #[test]
    fn operations_do_what_the_standard_says() {
        let base = "env:\n- name: A\n- name: B\nlabels:\n  a/b: c\n";
        let ok = |patch: &str| patched(base, patch).unwrap();
        assert_eq!(
            ok("[{op: add, path: /env/-, value: {name: C}}, {op: remove, path: /env/0}]"),
            "env:\n- name: B\n- name: C\nlabels:\n  a/b: c\n"
        );
        assert_eq!(
            ok(
                "[{op: replace, path: /env/1/name, value: Z}, {op: add, path: /env/0, value: {name: Y}}]"
            ),
            "env:\n- name: Y\n- name: A\n- name: Z\nlabels:\n  a/b: c\n"
        );
        assert_eq!(
            ok(
                "[{op: test, path: /labels/a~1b, value: c}, {op: move, from: /labels/a~1b, path: /labels/d}]"
            ),
            "env:\n- name: A\n- name: B\nlabels:\n  d: c\n"
        );
        assert_eq!(
            ok("[{op: copy, from: /labels, path: /more}]"),
            "env:\n- name: A\n- name: B\nlabels:\n  a/b: c\nmore:\n  a/b: c\n"
        );
    }

    #[test]
    fn places_below_zero_count_from_the_end() {
        let base = "env: [A, B, C]\n";
        let all = |op: &str, at: &str| {
            patched(base, &format!("[{{op: {op}, path: /env/{at}, value: Z}}]"))
                .map(|text| text.lines().skip(1).map(|line| &line[2..]).collect::<String>())
                .ok()
        };
        // As `kubectl kustomize` answered.
        for (op, at, expected) in [
            ("add", "-1", Some("ABCZ")),
            ("add", "-3", Some("AZBC")),
            ("add", "-4", Some("ZABC")),
            ("add", "-5", None),
            ("add", "+1", Some("AZBC")),
            ("replace", "-1", Some("ABZ")),
            ("replace", "-3", Some("ZBC")),
            ("replace", "-4", None),
            ("replace", "-", None),
            ("remove", "-1", Some("AB")),
            ("remove", "-4", None),
        ] {
            assert_eq!(all(op, at).as_deref(), expected, "{op} {at}");
        }
        let copied = patched(base, "[{op: copy, from: /env/-1, path: /env/0}]").unwrap();
        assert_eq!(copied, "env:\n- C\n- A\n- B\n- C\n");
    }

    #[test]
    fn operations_that_fail_say_why() {
        let base = "env: []\n";
        for patch in [
            "[{op: remove, path: /args}]",
            "[{op: replace, path: /env/3, value: 1}]",
            "[{op: add, path: /spec/env/-, value: 1}]",
            "[{op: test, path: /env, value: 1}]",
            "[{op: move, from: /env, path: /env/0}]",
        ] {
            assert!(patched(base, patch).is_err(), "{patch}");
        }
    }

    #[test]
    fn copies_of_copies_end() {
        let patch = format!("[{}]", vec!["{op: copy, from: /a, path: /a/b}"; 200].join(", "));
        assert!(patched("a: {x: 1}\n", &patch).is_err());
    }
}
