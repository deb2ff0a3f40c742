//! The packages that a manifest lists to be installed, whatever for: of the program, of its tests, of its build.
//!
//! Knows the names that are written. What a package takes along is not seen, but where a manifest lists that too.

use std::collections::BTreeSet;

use super::name;
use crate::document::Node;
use crate::facts::build::Needs;

/// A name as all manifests would write it.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace('_', "-")
}

/// The names under each of these paths of tables.
fn keys(root: Node<'_>, paths: &[&[&str]]) -> BTreeSet<String> {
    let tables = paths.iter().filter_map(|path| root.at(path));
    tables.flat_map(Node::entries).map(|pair| plain(pair.key)).collect()
}

pub(super) fn of_cargo(root: Node<'_>) -> Needs {
    let paths: [&[&str]; 4] = [
        &["dependencies"],
        &["dev-dependencies"],
        &["build-dependencies"],
        &["workspace", "dependencies"],
    ];
    let mut packages = keys(root, &paths);
    for target in root.get("target").map(Node::entries).unwrap_or_default() {
        packages.extend(keys(target.value, &paths));
    }
    Needs { packages, ..Needs::default() }
}

pub(super) fn of_node(root: Node<'_>) -> Needs {
    let paths: [&[&str]; 4] =
        [&["dependencies"], &["devDependencies"], &["optionalDependencies"], &["peerDependencies"]];
    Needs { packages: keys(root, &paths), ..Needs::default() }
}

pub(super) fn of_go(text: &str) -> Needs {
    let required = text.lines().filter_map(|line| {
        let line = line.trim();
        let mut words = line.strip_prefix("require ").unwrap_or(line).split_whitespace();
        let path = words.next().filter(|path| path.contains('.') && path.contains('/'))?;
        words.next().is_some_and(|version| version.starts_with('v')).then(|| plain(path))
    });
    Needs { packages: required.collect(), ..Needs::default() }
}

pub(super) fn of_python(root: Node<'_>) -> Needs {
    let mut needs = Needs::default();
    let items = |node: Option<Node<'_>>| {
        let all = node.map(Node::items).unwrap_or_default();
        all.into_iter().filter_map(Node::text).map(str::to_owned).collect::<Vec<_>>()
    };
    let dynamic = items(root.at(&["project", "dynamic"]));
    needs.is_open = dynamic.iter().any(|one| one.ends_with("dependencies"));
    let mut lines = items(root.at(&["project", "dependencies"]));
    lines.extend(items(root.at(&["tool", "uv", "dev-dependencies"])));
    for table in [&["project", "optional-dependencies"][..], &["dependency-groups"]] {
        let groups = root.at(table).map(Node::entries).unwrap_or_default();
        lines.extend(groups.iter().flat_map(|group| items(Some(group.value))));
    }
    for line in lines {
        required(&line, &mut needs);
    }
    let paths: [&[&str]; 2] =
        [&["tool", "poetry", "dependencies"], &["tool", "poetry", "dev-dependencies"]];
    needs.packages.extend(keys(root, &paths));
    let groups = root.at(&["tool", "poetry", "group"]).map(Node::entries).unwrap_or_default();
    for group in groups {
        needs.packages.extend(keys(group.value, &[&["dependencies"]]));
    }
    needs
}

/// A list for pip.
pub(super) fn of_list(text: &str) -> Needs {
    let mut needs = Needs::default();
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines().map(str::trim) {
        let is_silent = line.is_empty() || line.starts_with('#');
        match line.split_once([' ', '=']) {
            _ if is_silent => {}
            Some(("-r" | "--requirement", list)) => {
                needs.lists.insert(name(list.trim()).to_owned());
            }
            // What it must be where something needs it, and where from.
            Some(("-c" | "--constraint" | "-i" | "--index-url" | "--extra-index-url", _)) => {}
            _ if line.starts_with('-') => needs.is_open |= line.starts_with("-e"),
            _ => required(line, &mut needs),
        }
    }
    needs
}

/// `name[extra]>=1`; what is taken from an address without a name, or from a folder, is not known by one.
fn required(line: &str, needs: &mut Needs) {
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let (written, rest) = line.split_at(end.unwrap_or(line.len()));
    let is_path = written.starts_with('.') || rest.starts_with(['/', ':', '+']);
    needs.is_open |= is_path || written.is_empty();
    if !is_path && !written.is_empty() {
        needs.packages.insert(plain(written));
    }
}

#[cfg(test)]
mod tests {
    use super::{of_go, of_list};

    #[test]
    fn lists_name_packages_and_other_lists() {
        let needs = of_list(
            "# gunicorn\nFlask[async]==3.1 \\\n    --hash=sha256:0\n-r base.txt\n--index-url https://pypi.example\n",
        );
        assert_eq!(needs.packages.into_iter().collect::<Vec<_>>(), ["flask"]);
        assert_eq!(needs.lists.into_iter().collect::<Vec<_>>(), ["base.txt"]);
        assert!(!needs.is_open);
        for open in ["-e .", "./libs/oven", "git+https://github.com/bakery/oven.git"] {
            assert!(of_list(open).is_open, "{open}");
        }
    }

    #[test]
    fn modules_are_named_with_what_they_take_along() {
        let text = "module bakery.example/oven\n\ngo 1.25\n\nrequire github.com/a/b v1.2.0\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.10.0 // indirect\n)\n";
        let found = of_go(text).packages;
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            ["github.com/a/b", "github.com/gin-gonic/gin"]
        );
    }
}
