//! Strategic merge patches, as kustomize merges them.
//!
//! Which lists merge by which key is the schema's to say: the table holds what the kinds of Kubernetes have. Lists of
//! other kinds are replaced whole, unless the kustomization brings a schema of its own; then they are taken for lists of
//! the same names.

use std::collections::HashMap;

use super::super::tree::{Body, Pair, Tree};

/// The lists that merge, with the keys that say which items are the same.
const LISTS: &[(&str, &[&str])] = &[
    ("conditions", &["type"]),
    ("containers", &["name"]),
    ("env", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("hostAliases", &["ip"]),
    ("imagePullSecrets", &["name"]),
    ("initContainers", &["name"]),
    ("ownerReferences", &["uid"]),
    ("secrets", &["name"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("volumeDevices", &["devicePath"]),
    ("volumeMounts", &["mountPath"]),
    ("volumes", &["name"]),
    ("webhooks", &["name"]),
];
/// The groups of Kubernetes' own kinds that have no domain.
const GROUPS: &[&str] = &["", "apps", "autoscaling", "batch", "extensions", "policy"];
/// The key of a directive.
const DIRECTIVE: &str = "$patch";

/// Whether the schema of a group's kinds is known.
pub(super) fn has_schema(group: &str) -> bool {
    GROUPS.contains(&group) || group.ends_with(".k8s.io")
}

/// Lays `patch` over `tree`; false where nothing is left of it. With `known`, lists merge as the schema says.
pub(super) fn merge(tree: &mut Tree, patch: Tree, known: bool) -> bool {
    node(tree, patch, "", known)
}

fn node(tree: &mut Tree, mut patch: Tree, field: &str, known: bool) -> bool {
    match (&mut tree.body, directive(&mut patch).as_deref()) {
        (_, Some("delete")) => false,
        (Body::Map(_), Some("replace")) => {
            clean(&mut patch);
            tree.replace(patch);
            true
        }
        (Body::Map(pairs), _) if patch.is_map() => {
            let Body::Map(others) = patch.body else { return true };
            map(pairs, others, known);
            true
        }
        (Body::List(items), _) if patch.is_list() => {
            let keys = keys(field, items, patch.items()).filter(|_| known);
            match (keys, strips_all(&mut patch)) {
                (Some(keys), None) => {
                    let Body::List(others) = patch.body else { return true };
                    list(items, others, keys, field, known);
                    true
                }
                (Some(_), Some(word)) if word == "delete" => false,
                _ => {
                    clean(&mut patch);
                    tree.replace(patch);
                    true
                }
            }
        }
        _ => {
            clean(&mut patch);
            tree.replace(patch);
            true
        }
    }
}

/// Takes the directive out of a map.
fn directive(tree: &mut Tree) -> Option<String> {
    tree.take(DIRECTIVE)?.value.text().map(str::to_owned)
}

/// Takes out of a list the item that is nothing but a directive for all of it.
fn strips_all(patch: &mut Tree) -> Option<String> {
    let items = patch.items_mut()?;
    let at =
        items.iter().position(|item| item.pairs().len() == 1 && item.get(DIRECTIVE).is_some())?;
    let word = directive(&mut items.remove(at))?;
    (word != "merge").then_some(word)
}

fn map(pairs: &mut Vec<Pair>, others: Vec<Pair>, known: bool) {
    let mut places: HashMap<String, usize> =
        pairs.iter().enumerate().map(|(at, pair)| (pair.key.clone(), at)).collect();
    let mut gone = vec![false; pairs.len()];
    for mut other in others.into_iter().filter(|pair| !pair.key.starts_with('$')) {
        let at = places.get(&other.key).copied();
        let Some(before) = at.and_then(|at| pairs.get_mut(at)) else {
            if !other.value.is_null() && clean(&mut other.value) {
                places.insert(other.key.clone(), pairs.len());
                gone.push(false);
                pairs.push(other);
            }
            continue;
        };
        let nested = before.value.is_map() || before.value.is_list();
        let stays = if other.value.is_null() {
            false
        } else if nested {
            node(&mut before.value, other.value, &other.key, known)
        } else {
            clean(&mut other.value);
            before.replace(other);
            true
        };
        if let Some(gone) = at.and_then(|at| gone.get_mut(at)) {
            *gone = !stays;
        }
    }
    let mut at = 0;
    pairs.retain(|_| {
        at += 1;
        !gone.get(at - 1).copied().unwrap_or(false)
    });
}

/// Merges lists: the items of the patch come first, in its order, those that it does not name behind them.
fn list(
    items: &mut Vec<Tree>,
    others: Vec<Tree>,
    keys: &'static [&'static str],
    field: &str,
    known: bool,
) {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(name) = keys.first().and_then(|key| item.get(key)?.text()) {
            places.entry(name.to_owned()).or_default().push(at);
        }
    }
    let mut rest: Vec<Option<Tree>> = std::mem::take(items).into_iter().map(Some).collect();
    for mut other in others {
        let name = keys.first().and_then(|key| other.get(key)?.text()).unwrap_or_default();
        let find = |exact: bool| {
            let is_same = |at: &usize| {
                let one = rest.get(*at).and_then(Option::as_ref);
                one.is_some_and(|one| agree(one, &other, keys, exact))
            };
            places.get(name)?.iter().copied().find(is_same)
        };
        let same = find(true).or_else(|| find(false));
        let before = same.and_then(|at| rest.get_mut(at)).and_then(Option::take);
        let Some(mut item) = before else {
            let dies = directive(&mut other).as_deref() == Some("delete");
            if !dies && clean(&mut other) {
                items.push(other);
            }
            continue;
        };
        // The patch names an item only to find it; what a variable is called is a part of what it says.
        if field != "env" {
            for key in keys {
                drop_same(&mut other, &item, key);
            }
        }
        if node(&mut item, other, field, known) && !item.pairs().is_empty() {
            items.push(item);
        }
    }
    items.extend(rest.into_iter().flatten());
}

fn drop_same(other: &mut Tree, item: &Tree, key: &str) {
    if item.get(key).is_some_and(|value| value.text() == other.get(key).and_then(Tree::text)) {
        other.take(key);
    }
}

/// Whether two items have the same keys, as far as both say them.
fn agree(one: &Tree, two: &Tree, keys: &[&str], exact: bool) -> bool {
    keys.iter().all(|key| match (one.get(key), two.get(key)) {
        (Some(one), Some(two)) => one.text() == two.text(),
        (None, None) => true,
        _ => !exact,
    })
}

/// The keys by which the list under `field` merges.
fn keys(field: &str, items: &[Tree], others: &[Tree]) -> Option<&'static [&'static str]> {
    if field == "ports" {
        let has = |key: &str| items.iter().chain(others).any(|item| item.get(key).is_some());
        return if has("containerPort") {
            Some(&["containerPort", "protocol"])
        } else {
            has("port").then_some(&["port", "protocol"])
        };
    }
    LISTS.binary_search_by_key(&field, |(name, _)| name).ok().map(|at| LISTS[at].1)
}

/// Takes out of a new part what only speaks to the merge; false where it is nothing.
fn clean(tree: &mut Tree) -> bool {
    match &mut tree.body {
        Body::Scalar(_) => return true,
        Body::Map(pairs) => {
            if pairs.iter().any(|pair| pair.key == DIRECTIVE && pair.value.text() == Some("delete"))
            {
                return false;
            }
            pairs.retain_mut(|pair| {
                !pair.key.starts_with('$') && !pair.value.is_null() && clean(&mut pair.value)
            });
        }
        Body::List(items) => items.retain_mut(|item| {
            let is_directive = item.pairs().len() == 1 && item.get(DIRECTIVE).is_some();
            !is_directive && clean(item)
        }),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::super::{printer, tree};
    use super::{LISTS, merge};
    use crate::document::Syntax;
    use crate::text::{File, Files};

    /// What kustomize itself gives for the same patch is what is expected here.
    fn merged(base: &str, patch: &str, known: bool) -> String {
        let mut files = Files::default();
        let mut read = |text: &str| {
            let id = files.add(File::new("bakery.yaml", text));
            tree::read(text, 0, Syntax::Yaml, id).0.remove(0)
        };
        let (mut base, patch) = (read(base), read(patch));
        if !merge(&mut base, patch, known) {
            return "nothing".to_owned();
        }
        printer::print(&base, &files, None).text().to_owned()
    }

    #[test]
    fn lists_are_sorted() {
        assert!(LISTS.is_sorted());
    }

    #[test]
    fn variables_merge_by_name_and_new_ones_come_first() {
        let base = "containers:\n- name: web\n  env:\n  - name: A\n    value: a\n  - name: B\n    value: b\n  args: [x]\n";
        let patch = "containers:\n- name: web\n  env:\n  - name: C\n    value: c\n  - name: B\n    value: b2\n  - name: A\n    \
                     $patch: delete\n  args: [y, z]\n- name: side\n  image: proxy\n";
        let expected = "containers:\n- name: web\n  env:\n  - name: C\n    value: c\n  - name: B\n    value: b2\n  args:\n  \
                        - y\n  - z\n- name: side\n  image: proxy\n";
        assert_eq!(merged(base, patch, true), expected);
    }

    #[test]
    fn a_value_gives_way_to_where_it_comes_from() {
        let base = "env:\n- name: A\n  value: a\n";
        let patch = "env:\n- name: A\n  value: null\n  valueFrom:\n    secretKeyRef: {name: oven, key: a}\n";
        let expected =
            "env:\n- name: A\n  valueFrom:\n    secretKeyRef:\n      name: oven\n      key: a\n";
        assert_eq!(merged(base, patch, true), expected);
    }

    #[test]
    fn directives_replace_and_delete() {
        let base =
            "spec:\n  env:\n  - name: A\n  - name: B\n  strategy: {type: Rolling, x: {y: 1}}\n";
        let patch = "spec:\n  env:\n  - $patch: replace\n  - name: C\n  strategy:\n    $patch: replace\n    type: Recreate\n";
        assert_eq!(
            merged(base, patch, true),
            "spec:\n  env:\n  - name: C\n  strategy:\n    type: Recreate\n"
        );
        assert_eq!(merged(base, "$patch: delete\n", true), "nothing");
        assert_eq!(merged("a: 1\nb: 2\n", "a: null\n", true), "b: 2\n");
    }

    #[test]
    fn ports_merge_by_number_and_protocol() {
        let base = "ports:\n- containerPort: 80\n  name: a\n- containerPort: 80\n  name: b\n  protocol: UDP\n";
        let patch = "ports:\n- containerPort: 80\n  name: c\n  protocol: UDP\n";
        let expected = "ports:\n- containerPort: 80\n  name: c\n  protocol: UDP\n- containerPort: 80\n  name: a\n";
        assert_eq!(merged(base, patch, true), expected);
    }

    #[test]
    fn lists_of_unknown_kinds_are_replaced() {
        let base = "env:\n- name: A\n";
        assert_eq!(merged(base, "env:\n- name: B\n", false), "env:\n- name: B\n");
        assert_eq!(
            merged("envFrom: [{a: b}]\n", "envFrom: [{c: d}]\n", true),
            "envFrom:\n- c: d\n"
        );
    }
}
