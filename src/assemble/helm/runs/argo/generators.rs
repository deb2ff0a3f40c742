//! What the generators of an ApplicationSet give: lists, folders and files of the tree, and all pairs of two of them.
//!
//! Clusters and pull requests are only known where Argo CD runs; what they give is left as it is written.

use std::rc::Rc;

use globset::GlobBuilder;

use crate::assemble::gotmpl::{Data, Engine, Library, Slot, Text, Value, parse};
use crate::assemble::helm::runs::Ground;
use crate::assemble::helm::tree::{each, folder, items, name, word};

/// Elements that are worth following.
const MOST: usize = 200;
/// Generators in generators.
const MAX_DEPTH: usize = 3;
/// Values in values of an element.
const MAX_NESTED: usize = 8;

/// The elements of all generators of a set, each a map.
pub(super) fn elements(ground: Ground<'_>, root: u16, generators: &[Value]) -> Vec<Value> {
    let mut found: Vec<Value> =
        generators.iter().flat_map(|one| of_one(ground, root, one, MAX_DEPTH)).collect();
    found.truncate(MOST);
    found
}

fn of_one(ground: Ground<'_>, root: u16, generator: &Value, depth: usize) -> Vec<Value> {
    let Some(below) = depth.checked_sub(1) else { return Vec::new() };
    let mut found = items(generator.at(&["list", "elements"]));
    found.extend(folders(ground, root, &items(generator.at(&["git", "directories"]))));
    found.extend(files(ground, root, &items(generator.at(&["git", "files"]))));
    if let [one, other] = &items(generator.at(&["matrix", "generators"]))[..] {
        for first in of_one(ground, root, one, below).into_iter().take(MOST) {
            // The second generator may be a template over what the first one gives.
            let other = filled(&filled(other, &first, false), &first, true);
            for second in of_one(ground, root, &other, below).into_iter().take(MOST) {
                found.push(joined(&first, &second));
            }
        }
    }
    let merged = items(generator.at(&["merge", "generators"]));
    let keys = items(generator.at(&["merge", "mergeKeys"]));
    let keys: Vec<String> = keys.iter().map(Value::shown).collect();
    let mut all = merged.iter().map(|one| of_one(ground, root, one, below));
    let mut base = all.next().unwrap_or_default();
    for over in all.flatten() {
        let is_like = |one: &&mut Value| {
            keys.iter().all(|key| {
                let shown = |value: &Value| value.get(key).map(|value| value.shown());
                shown(one) == shown(&over)
            })
        };
        if let Some(under) = base.iter_mut().find(is_like) {
            *under = joined(under, &over);
        }
    }
    found.extend(base);
    found.truncate(MOST);
    found
}

fn joined(under: &Value, over: &Value) -> Value {
    let slots = |value: &Value| value.as_map().map(|map| map.borrow().clone()).unwrap_or_default();
    let mut all = slots(under);
    all.extend(slots(over));
    Value::slots(all)
}

/// The globs of a generator: those that fit, and those that leave out.
fn matches(globs: &[Value], path: &str) -> bool {
    let fits = |one: &&Value| {
        let glob = word(one, &["path"]).unwrap_or_default();
        let glob = GlobBuilder::new(&glob).literal_separator(true).build();
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
    };
    let is_out = |one: &&Value| one.get("exclude").is_some_and(|value| value.shown() == "true");
    let fitting: Vec<&Value> = globs.iter().filter(fits).collect();
    !fitting.is_empty() && !fitting.iter().any(is_out)
}

fn folders(ground: Ground<'_>, root: u16, globs: &[Value]) -> Vec<Value> {
    if globs.is_empty() {
        return Vec::new();
    }
    let mut found = std::collections::BTreeSet::new();
    for (path, _) in ground.tree.under(root, "") {
        let mut above = folder(path);
        while !above.is_empty() && found.insert(above) {
            above = folder(above);
        }
    }
    let fitting = found.into_iter().filter(|path| matches(globs, path));
    fitting.take(MOST).map(|path| Value::map([("path", place(path, ""))])).collect()
}

fn files(ground: Ground<'_>, root: u16, globs: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    if globs.is_empty() {
        return found;
    }
    for (path, id) in ground.tree.under(root, "") {
        if found.len() >= MOST || !matches(globs, path) {
            continue;
        }
        for document in each(ground.tree, id) {
            let about = Value::map([("path", place(folder(path), name(path)))]);
            found.push(joined(&document, &about));
        }
    }
    found
}

/// What templates can ask of a path.
fn place(path: &str, file: &str) -> Value {
    let segments = path.split('/').map(Value::str).collect();
    Value::map([
        ("basename", Value::str(name(path))),
        ("basenameNormalized", Value::str(name(path).replace(['_', '.'], "-"))),
        ("filename", Value::str(file)),
        ("path", Value::str(path)),
        ("segments", Value::list(segments)),
    ])
}

/// `value` with what an element gives put into its templates.
pub(super) fn filled(value: &Value, element: &Value, is_go: bool) -> Value {
    match &value.data {
        Data::Text(text) if text.as_str().contains("{{") => {
            let made = if is_go { run(text, element) } else { None };
            let made = made.unwrap_or_else(|| replaced(text.as_str(), element));
            Value { mark: value.mark.clone(), ..Value::str(made) }
        }
        Data::List(all) => {
            let all = all.iter().map(|item| filled(item, element, is_go)).collect();
            Value { mark: value.mark.clone(), ..Value::list(all) }
        }
        Data::Map(map) => {
            let slots = map.borrow().clone().into_iter();
            let put = |(key, slot): (Rc<str>, Slot)| {
                (key, Slot { value: filled(&slot.value, element, is_go), ..slot })
            };
            Value { mark: value.mark.clone(), ..Value::slots(slots.map(put).collect()) }
        }
        _ => value.clone(),
    }
}

/// A text run as a template; `None` where it is none, or asks for what the element does not have.
fn run(text: &Text, element: &Value) -> Option<String> {
    let template = Rc::new(parse(text.clone()).ok()?);
    let mut library = Library::default();
    library.add("set", &template);
    let mut engine = Engine::new(&library);
    let made = engine.run("set", element).ok()?;
    engine.troubles.is_empty().then(|| made.as_str().to_owned())
}

/// A text with `{{ name }}` and `{{ .name }}` replaced by what the element has under that path.
fn replaced(text: &str, element: &Value) -> String {
    let mut made = text.to_owned();
    let mut flat = Vec::new();
    flatten(element, "", &mut flat, MAX_NESTED);
    for (key, shown) in flat {
        for form in ["{{K}}", "{{ K }}", "{{.K}}", "{{ .K }}"] {
            made = made.replace(&form.replace('K', &key), &shown);
        }
    }
    made
}

fn flatten(value: &Value, above: &str, flat: &mut Vec<(String, String)>, depth: usize) {
    let (Some(below), Some(map)) = (depth.checked_sub(1), value.as_map()) else { return };
    for (key, slot) in map.borrow().iter() {
        let path = if above.is_empty() { key.to_string() } else { format!("{above}.{key}") };
        // Without Go's templates the path itself is called `path`, its segments `path[0]`.
        if path == "path"
            && let Some(whole) = slot.value.get("path")
        {
            flat.push((path.clone(), whole.shown()));
            let segments = items(slot.value.get("segments")).into_iter().enumerate();
            flat.extend(segments.map(|(at, one)| (format!("path[{at}]"), one.shown())));
        }
        if slot.value.as_map().is_some() {
            flatten(&slot.value, &path, flat, below);
        } else {
            flat.push((path, slot.value.shown()));
        }
    }
}
