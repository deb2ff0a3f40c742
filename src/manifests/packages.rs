//! Manifests of packages: what a part of the code is called, and which other parts it builds on.
//!
//! Packages of others are no parts of the project and fall away where names are looked up.

use std::collections::BTreeSet;

use super::loaders::{needed, packages};
use super::{Manifest, name, needs, own};
use crate::document::{Document, Node, Syntax, parse};
use crate::facts::BuildFacts;
use crate::facts::build::Use;
use crate::text::File;

/// Rust.
pub(super) static CARGO: Manifest =
    Manifest { name: "cargo", paths: |path| name(path) == "Cargo.toml", extract: cargo };
/// Go.
pub(super) static GO: Manifest =
    Manifest { name: "go", paths: |path| name(path) == "go.mod", extract: go };
/// JavaScript and TypeScript.
pub(super) static NODE: Manifest =
    Manifest { name: "node", paths: |path| name(path) == "package.json", extract: node };
/// Python.
pub(super) static PYTHON: Manifest =
    Manifest { name: "python", paths: |path| name(path) == "pyproject.toml", extract: python };

fn with_root(file: &File, syntax: Syntax, read: fn(Node<'_>, &mut BuildFacts)) -> BuildFacts {
    let mut facts = BuildFacts::default();
    let documents = parse(&file.text, syntax);
    if let Some(root) = documents.first().and_then(Document::root) {
        read(root, &mut facts);
    }
    facts
}

fn text(node: Node<'_>, path: &[&str]) -> Option<String> {
    node.at(path).and_then(Node::text).map(str::to_owned)
}

/// `owner/name` of the repository that an address names.
pub(super) fn repository(address: &str) -> Option<String> {
    let hosts = ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org"];
    let rest = hosts.iter().find_map(|host| Some(address.split_once(host)?.1))?;
    let mut parts = rest.trim_start_matches(['/', ':']).split(['/', '#', '?', '@']);
    let (owner, name) = (parts.next()?, parts.next()?.trim_end_matches(".git").trim());
    (!owner.is_empty() && !name.is_empty()).then(|| format!("{owner}/{name}"))
}

fn cargo(file: &File) -> BuildFacts {
    with_root(file, Syntax::Toml, |root, facts| {
        facts.needs = Some(needs::of_cargo(root));
        facts.names.extend(text(root, &["package", "name"]));
        // What code calls the crate, where that is not what it is published as.
        let library = text(root, &["lib", "name"]);
        facts.names.extend(library.filter(|name| facts.names.iter().all(|one| one != name)));
        let address = text(root, &["package", "repository"])
            .or_else(|| text(root, &["workspace", "package", "repository"]));
        facts.repository = address.as_deref().and_then(repository);
        for program in root.get("bin").map(Node::items).unwrap_or_default() {
            let name = text(program, &["name"]);
            let path = text(program, &["path"]);
            let file = path.or_else(|| name.as_ref().map(|name| format!("src/bin/{name}.rs")));
            facts.programs.extend(file);
            facts.names.extend(name);
        }
        if let Some(features) = root.get("features") {
            facts.features = on_by_default(features);
        }
        let targets = root.get("target").map(Node::entries).unwrap_or_default();
        let tables = targets.iter().map(|target| target.value).chain([root]);
        for table in tables.filter_map(|table| table.get("dependencies")) {
            facts.fetched.extend(own::of_table(Some(table)));
            for pair in table.entries() {
                let given = text(pair.value, &["package"]).unwrap_or_else(|| pair.key.to_owned());
                facts.uses.push(match text(pair.value, &["path"]) {
                    Some(folder) => Use::Folder(folder),
                    None => Use::Package(given),
                });
            }
        }
        if let Some(shared) = root.at(&["workspace", "dependencies"]) {
            facts.fetched.extend(own::of_table(Some(shared)));
            for pair in shared.entries() {
                let folder = text(pair.value, &["path"]);
                facts.shares.extend(folder.map(|folder| (pair.key.to_owned(), folder)));
            }
        }
    })
}

/// What `default` switches on, and what that does in turn.
fn on_by_default(features: Node<'_>) -> BTreeSet<String> {
    let mut on = BTreeSet::new();
    let mut open = vec!["default"];
    while let Some(feature) = open.pop() {
        let switched = features.get(feature).map(Node::items).unwrap_or_default();
        for name in switched.into_iter().filter_map(Node::text) {
            if on.insert(name.to_owned()) {
                open.push(name);
            }
        }
    }
    on
}

fn node(file: &File) -> BuildFacts {
    with_root(file, Syntax::Json, |root, facts| {
        facts.needs = Some(needs::of_node(root));
        facts.names.extend(text(root, &["name"]));
        facts.module = facts.names.first().cloned();
        let address = text(root, &["repository"]).or_else(|| text(root, &["repository", "url"]));
        facts.repository = address.as_deref().and_then(repository);
        facts.fetched = own::of_table(root.get("dependencies"));
        facts.loaders = needed("node", &packages(root, &["dependencies", "devDependencies"]));
        let uses = root.get("dependencies").map(Node::entries).unwrap_or_default();
        facts.uses.extend(uses.iter().map(|pair| {
            let folder = pair.value.text().and_then(|version| {
                version.strip_prefix("file:").or_else(|| version.strip_prefix("link:"))
            });
            folder.map_or_else(
                || Use::Package(pair.key.to_owned()),
                |folder| Use::Folder(folder.to_owned()),
            )
        }));
    })
}

fn python(file: &File) -> BuildFacts {
    with_root(file, Syntax::Toml, |root, facts| {
        facts.needs = Some(needs::of_python(root));
        facts.names.extend(text(root, &["project", "name"]));
        facts.names.extend(text(root, &["tool", "poetry", "name"]));
        let addresses = root.at(&["project", "urls"]).map(Node::entries).unwrap_or_default();
        let named = ["repository", "source", "source code", "code", "github"];
        let of_project = addresses
            .iter()
            .filter(|pair| named.contains(&pair.key.to_ascii_lowercase().as_str()))
            .find_map(|pair| pair.value.text().and_then(repository));
        let of_poetry =
            || text(root, &["tool", "poetry", "repository"]).as_deref().and_then(repository);
        facts.repository = of_project.or_else(of_poetry);
        for programs in [&["project", "scripts"][..], &["tool", "poetry", "scripts"]] {
            let all = root.at(programs).map(Node::entries).unwrap_or_default();
            facts.names.extend(all.iter().map(|pair| pair.key.to_owned()));
        }
        let needed = root.at(&["project", "dependencies"]).map(Node::items).unwrap_or_default();
        for line in needed.into_iter().filter_map(Node::text) {
            facts.fetched.extend(own::fetched(line));
            let end = line.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)));
            facts.uses.push(Use::Package(line[..end.unwrap_or(line.len())].to_owned()));
        }
        for table in [&["tool", "poetry", "dependencies"][..], &["tool", "uv", "sources"]] {
            facts.fetched.extend(own::of_table(root.at(table)));
            for pair in root.at(table).map(Node::entries).unwrap_or_default() {
                facts.uses.push(match text(pair.value, &["path"]) {
                    Some(folder) => Use::Folder(folder),
                    None => Use::Package(pair.key.to_owned()),
                });
            }
        }
    })
}

fn go(file: &File) -> BuildFacts {
    let mut facts = BuildFacts { needs: Some(needs::of_go(&file.text)), ..BuildFacts::default() };
    for line in file.text.lines() {
        let line = line.trim();
        if let Some(module) = line.strip_prefix("module ") {
            let module = module.trim();
            let is_version =
                |last: &str| last.strip_prefix('v').is_some_and(|rest| rest.parse::<u16>().is_ok());
            let bare = module
                .rsplit_once('/')
                .filter(|(_, last)| is_version(last))
                .map_or(module, |(above, _)| above);
            facts.names.push(name(bare).to_owned());
            facts.module = Some(module.trim_matches('"').to_owned());
            facts.repository = repository(module);
        }
        let target = line.split_once("=>").map(|(_, target)| target.trim());
        if let Some(folder) = target.filter(|target| target.starts_with('.')) {
            facts.uses.push(Use::Folder(folder.to_owned()));
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::{CARGO, NODE, PYTHON};
    use crate::facts::build::Use;
    use crate::text::File;

    #[test]
    fn crates_build_on_crates() {
        let text = "[package]\nname = \"oven\"\n[[bin]]\nname = \"ovend\"\n[dependencies]\nserde = \"1\"\n\
                    dough = { path = \"../dough\" }\nflour.workspace = true\n";
        let facts = (CARGO.extract)(&File::new("oven/Cargo.toml", text));
        assert_eq!(facts.names, ["oven", "ovend"]);
        let package = |name: &str| Use::Package(name.to_owned());
        let wanted = [package("serde"), Use::Folder("../dough".to_owned()), package("flour")];
        assert_eq!(facts.uses, wanted);
    }

    #[test]
    fn packages_name_their_programs() {
        let text = "[project]\nname = \"till\"\ndependencies = [\"bakery-core>=1\"]\n\
                    [project.scripts]\ntill-worker = \"till.worker:main\"\n";
        let facts = (PYTHON.extract)(&File::new("pyproject.toml", text));
        assert_eq!(facts.names, ["till", "till-worker"]);
        assert_eq!(facts.uses, [Use::Package("bakery-core".to_owned())]);
        let text = r#"{"name": "web", "dependencies": {"ui": "file:../ui", "react": "18"}}"#;
        let facts = (NODE.extract)(&File::new("package.json", text));
        let wanted = [Use::Folder("../ui".to_owned()), Use::Package("react".to_owned())];
        assert_eq!((facts.names, facts.uses), (vec!["web".to_owned()], wanted.to_vec()));
    }
}
