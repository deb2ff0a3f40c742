//! How one compose file is laid over another, as compose-go does it.
//!
//! Maps merge by key, lists are appended, all else is replaced; the tables hold what differs from that. `!reset` takes a
//! part of the base away, `!override` replaces it whole.

use std::collections::HashMap;

use super::super::tree::{Body, Pair, Tree};
use super::forms::{built, by_name, listed, named, unique};
use crate::text::Files;

/// Deeper than compose files go.
const MAX_DEPTH: usize = 48;

/// How two values of a field become one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Names with values, as a map or as a list of `NAME=value`: by name.
    ByName,
    /// Texts, or one text: appended, each once.
    Texts,
    /// Mounts and devices: appended, one for each place in the container.
    Targets,
    /// The later one.
    Replaced,
    /// Names, or a map by name: merged as a map.
    Named,
    /// A folder, or a map that has it as `context`.
    Build,
    /// A map that is replaced where it names another driver.
    Logging,
}

/// The fields below a service that do not merge as their shape would.
const FIELDS: &[(&str, Way)] = &[
    ("annotations", Way::ByName),
    ("build", Way::Build),
    ("build.additional_contexts", Way::ByName),
    ("build.args", Way::ByName),
    ("build.extra_hosts", Way::Texts),
    ("build.labels", Way::ByName),
    ("build.tags", Way::Texts),
    ("cap_add", Way::Texts),
    ("cap_drop", Way::Texts),
    ("command", Way::Replaced),
    ("depends_on", Way::Named),
    ("deploy.labels", Way::ByName),
    ("devices", Way::Targets),
    ("dns", Way::Texts),
    ("dns_opt", Way::Texts),
    ("dns_search", Way::Texts),
    ("entrypoint", Way::Replaced),
    ("env_file", Way::Texts),
    ("environment", Way::ByName),
    ("expose", Way::Texts),
    ("extra_hosts", Way::Texts),
    ("healthcheck.test", Way::Replaced),
    ("label_file", Way::Texts),
    ("labels", Way::ByName),
    ("links", Way::Texts),
    ("logging", Way::Logging),
    ("models", Way::Named),
    ("networks", Way::Named),
    ("ports", Way::Texts),
    ("profiles", Way::Texts),
    ("sysctls", Way::ByName),
    ("tmpfs", Way::Texts),
    ("volumes", Way::Targets),
];

/// Lays a whole file over another.
pub(super) fn files(base: &mut Tree, over: Tree, files: &Files) {
    Merger { files }.node(base, over, &[], MAX_DEPTH);
}

/// Lays a service over the one that it extends.
pub(super) fn service(base: &mut Tree, over: Tree, files: &Files) {
    Merger { files }.node(base, over, &["services", ""], MAX_DEPTH);
}

/// Takes out of a tree what only speaks to the merge.
pub(super) fn clean(tree: &mut Tree) {
    if tree.tag.as_deref() == Some("!override") {
        tree.tag = None;
    }
    if let Some(pairs) = tree.pairs_mut() {
        pairs.retain(|pair| pair.value.tag.as_deref() != Some("!reset"));
        for pair in pairs {
            clean(&mut pair.value);
        }
    }
    if let Some(items) = tree.items_mut() {
        items.retain(|item| item.tag.as_deref() != Some("!reset"));
        for item in items {
            clean(item);
        }
    }
}

struct Merger<'a> {
    files: &'a Files,
}

impl Merger<'_> {
    fn node(&self, base: &mut Tree, mut over: Tree, path: &[&str], depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return base.replace(over) };
        if over.tag.as_deref() == Some("!override") {
            over.tag = None;
            return base.replace(over);
        }
        let way = way(path);
        if let Some(way) = way {
            return self.special(base, over, way, path, below);
        }
        if over.is_null() {
            return;
        }
        match (&mut base.body, over.body) {
            (Body::Map(pairs), Body::Map(others)) => self.map(pairs, others, path, below),
            (Body::List(items), Body::List(others)) => items.extend(others),
            (_, body) => {
                let whole = Tree {
                    body,
                    place: over.place,
                    from: over.from,
                    lost: over.lost,
                    tag: over.tag,
                };
                base.replace(whole);
            }
        }
    }

    fn special(&self, base: &mut Tree, mut over: Tree, way: Way, path: &[&str], below: usize) {
        match way {
            Way::ByName => {
                by_name(base, self.files);
                by_name(&mut over, self.files);
                if let (Body::Map(pairs), Body::Map(others)) = (&mut base.body, over.body) {
                    Self::names(pairs, others);
                }
            }
            Way::Texts | Way::Targets => {
                listed(base);
                listed(&mut over);
                if let (Body::List(items), Body::List(others)) = (&mut base.body, over.body) {
                    items.extend(others);
                    unique(items, way == Way::Targets);
                }
            }
            Way::Replaced => base.replace(over),
            Way::Named => {
                named(base);
                named(&mut over);
                if let (Body::Map(pairs), Body::Map(others)) = (&mut base.body, over.body) {
                    self.map(pairs, others, path, below);
                }
            }
            Way::Build => {
                built(base);
                built(&mut over);
                if let (Body::Map(pairs), Body::Map(others)) = (&mut base.body, over.body) {
                    self.map(pairs, others, path, below);
                }
            }
            Way::Logging => {
                let driver =
                    |tree: &Tree| tree.get("driver").and_then(Tree::text).map(str::to_owned);
                let (old, new) = (driver(base), driver(&over));
                if old == new || old.is_none() || new.is_none() {
                    if let (Body::Map(pairs), Body::Map(others)) = (&mut base.body, over.body) {
                        self.map(pairs, others, path, below);
                    }
                } else {
                    base.replace(over);
                }
            }
        }
    }

    fn map(&self, pairs: &mut Vec<Pair>, others: Vec<Pair>, path: &[&str], below: usize) {
        laid_over(pairs, others, |before, other| {
            let key = other.key.clone();
            let next: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
            let is_list = matches!(way(&next), Some(Way::Texts | Way::Targets));
            if !is_list && before.value.text().is_some() && other.value.text().is_some() {
                before.replace(other);
            } else {
                self.node(&mut before.value, other.value, &next, below);
            }
        });
    }

    /// Merges names with values: a name alone wins over a value as well.
    fn names(pairs: &mut Vec<Pair>, others: Vec<Pair>) {
        laid_over(pairs, others, Pair::replace);
    }
}

/// Lays pairs over others by their keys; what is reset goes, unless it is given again.
fn laid_over(pairs: &mut Vec<Pair>, others: Vec<Pair>, mut join: impl FnMut(&mut Pair, Pair)) {
    let mut places: HashMap<String, usize> =
        pairs.iter().enumerate().map(|(at, pair)| (pair.key.clone(), at)).collect();
    let mut gone = vec![false; pairs.len()];
    for other in others {
        let at = places.get(&other.key).copied();
        let is_reset = other.value.tag.as_deref() == Some("!reset");
        at.and_then(|at| gone.get_mut(at)).into_iter().for_each(|one| *one = is_reset);
        if is_reset {
            continue;
        }
        if let Some(before) = at.and_then(|at| pairs.get_mut(at)) {
            join(before, other);
        } else {
            places.insert(other.key.clone(), pairs.len());
            gone.push(false);
            pairs.push(other);
        }
    }
    keep(pairs, &gone);
}

fn keep(pairs: &mut Vec<Pair>, gone: &[bool]) {
    let mut at = 0;
    pairs.retain(|_| {
        at += 1;
        !gone.get(at - 1).copied().unwrap_or(false)
    });
}

/// How the field at a path merges, where that is not as its shape would.
fn way(path: &[&str]) -> Option<Way> {
    let ["services", _, rest @ ..] = path else { return None };
    if rest.is_empty() || rest.len() > 2 {
        return None;
    }
    let name = rest.join(".");
    FIELDS.binary_search_by_key(&name.as_str(), |(field, _)| field).ok().map(|at| FIELDS[at].1)
}

#[cfg(test)]
mod tests {
    use super::super::super::{printer, tree};
    use super::{FIELDS, clean, files};
    use crate::document::Syntax;
    use crate::text::{File, Files};

    /// What `docker compose config` gives for the two files is what is expected here, but for its order of keys.
    fn merged(base: &str, over: &str) -> String {
        let mut all = Files::default();
        let mut read = |text: &str| {
            let text = format!("services:\n  oven:\n{text}");
            let id = all.add(File::new("compose.yaml", text.as_str()));
            tree::read(&text, 0, Syntax::Yaml, id).0.remove(0)
        };
        let (mut base, over) = (read(base), read(over));
        files(&mut base, over, &all);
        clean(&mut base);
        let text = printer::print(&base, &all, None).text().to_owned();
        text.strip_prefix("services:\n  oven:\n").unwrap_or(&text).to_owned()
    }

    #[test]
    fn fields_are_sorted() {
        assert!(FIELDS.is_sorted_by_key(|(field, _)| *field));
    }

    #[test]
    fn variables_merge_by_name_whatever_their_form() {
        assert_eq!(
            merged(
                "    environment: [A=1, B, C=3]\n",
                "    environment: {A: '2', C: null, D: 4}\n"
            ),
            "    environment:\n      A: '2'\n      B: \n      C: null\n      D: 4\n"
        );
        assert_eq!(
            merged("    environment: {A: 1, B: 2}\n", "    environment:\n    - A=x=y\n"),
            "    environment:\n      A: \"x=y\"\n      B: 2\n"
        );
    }

    #[test]
    fn lists_are_appended_and_say_a_thing_once() {
        assert_eq!(
            merged("    env_file: a.env\n", "    env_file: [b.env, a.env]\n"),
            "    env_file:\n    - a.env\n    - b.env\n"
        );
        assert_eq!(
            merged("    volumes: ['./a:/data:ro', 'b:/b']\n", "    volumes: ['./c:/data']\n"),
            "    volumes:\n    - './c:/data'\n    - 'b:/b'\n"
        );
        assert_eq!(
            merged("    env_file: a.env\n", "    env_file: b.env\n"),
            "    env_file:\n    - a.env\n    - b.env\n"
        );
        assert_eq!(merged("    command: [a, b]\n", "    command: c\n"), "    command: c\n");
    }

    #[test]
    fn builds_merge_and_tags_reset() {
        assert_eq!(
            merged(
                "    build: .\n    image: oven\n",
                "    build: {args: {A: 1}}\n    image: !reset null\n"
            ),
            "    build:\n      context: .\n      args:\n        A: 1\n"
        );
        assert_eq!(
            merged("    environment: {A: 1, B: 2}\n", "    environment: !override {C: 3}\n"),
            "    environment:\n      C: 3\n"
        );
        assert_eq!(
            merged("    environment: {A: 1, B: 2}\n", "    environment: {A: !reset null}\n"),
            "    environment:\n      B: 2\n"
        );
        assert_eq!(
            merged(
                "    ports: ['80:80']\n    depends_on: [db]\n",
                "    ports: !reset []\n    depends_on: {cache: {condition: service_healthy}}\n"
            ),
            "    depends_on:\n      db: \n      cache:\n        condition: service_healthy\n"
        );
    }
}
