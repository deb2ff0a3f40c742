//! Imports: which names a file takes from elsewhere.
//!
//! Paths come out dotted, whatever the language writes between segments. A leading dot is a step up, as in Python.

use tree_sitter::Node;

use super::{Lowering, named, part};
use crate::lang::shapes::Role;
use crate::lang::syntax::Imported;

impl Lowering<'_> {
    pub(super) fn imports(&mut self, node: Node<'_>, role: &Role) -> Vec<Imported> {
        let mut found = Vec::new();
        match role {
            Role::Import { names, alias } => {
                for name in fields(node, names) {
                    let (path, renamed) = self.aliased(name, alias);
                    // `import a.b` binds `a`; `import a.b as c` binds `c` to `a.b`.
                    let first = path.split('.').next().unwrap_or_default().to_owned();
                    let (path, name) = match renamed {
                        Some(renamed) => (path, renamed),
                        None => (first.clone(), first),
                    };
                    found.push(Imported { path, name: Some(name) });
                }
            }
            Role::ImportFrom { module, names, alias, wildcard } => {
                let module = node
                    .child_by_field_name(module)
                    .map_or("", |module| self.slice(module))
                    .replace(' ', "");
                for name in fields(node, names) {
                    let (path, renamed) = self.aliased(name, alias);
                    let name = renamed.unwrap_or_else(|| path.clone());
                    let dot = if module.ends_with('.') { "" } else { "." };
                    found.push(Imported { path: format!("{module}{dot}{path}"), name: Some(name) });
                }
                if named(node).iter().any(|child| child.kind() == wildcard) {
                    found.push(Imported { path: module, name: None });
                }
            }
            Role::ImportNames { alias, wildcard } => {
                found.extend(self.import_names(node, alias.as_deref(), wildcard.as_deref()));
            }
            Role::ImportModule { .. } => self.names_of_module(node, role, &mut found),
            Role::ImportPackage { .. } => found.extend(self.package(node, role)),
            Role::Use { argument, .. } => {
                if let Some(argument) = node.child_by_field_name(argument) {
                    self.use_tree(argument, role, "", &mut found);
                }
            }
            _ => {}
        }
        found
    }

    /// A path that names one thing, or all of a package: `using Shop.Ovens;`, `import shop.ovens.*;`. Without a sign for that it is
    /// always all, but where it gets another name.
    fn import_names(
        &self,
        node: Node<'_>,
        alias: Option<&str>,
        wildcard: Option<&str>,
    ) -> Option<Imported> {
        let alias = alias.and_then(|alias| node.child_by_field_name(alias));
        let is_sign = |child: &Node<'_>| Some(child.kind()) == wildcard;
        let whole = match wildcard {
            Some(wildcard) => part(node, wildcard).is_some(),
            None => alias.is_none(),
        };
        let is_path = |child: &Node<'_>| {
            !is_sign(child) && alias.is_none_or(|alias| alias.id() != child.id())
        };
        let path = named(node).into_iter().rfind(is_path)?;
        let path: String = self.slice(path).split_whitespace().collect();
        let path = dotted(path.split('<').next().unwrap_or_default());
        let name = match alias {
            Some(alias) => Some(self.slice(alias).to_owned()),
            None if whole => None,
            None => path.rsplit('.').next().map(str::to_owned),
        };
        Some(Imported { path, name })
    }

    /// The names that a module gives: `import settings, { port as own } from "./settings"`.
    pub(super) fn names_of_module(&self, node: Node<'_>, role: &Role, found: &mut Vec<Imported>) {
        let Role::ImportModule { source, clause, names, all } = role else { return };
        let children = named(node);
        let inside = children.iter().filter(|child| child.kind() == clause);
        let inside: Vec<_> = inside.flat_map(|clause| named(*clause)).collect();
        let written = node.child_by_field_name(source);
        let Some(written) = written.map(|source| self.slice(source)) else { return };
        let written = written.trim_matches(['"', '\'']);
        let module = module_path(written);
        for child in inside {
            let kind = child.kind();
            if kind == names {
                for one in named(child) {
                    found.extend(self.name_of_module(one, &module));
                }
            } else if kind == all {
                let name = named(child).first().map(|name| self.slice(*name).to_owned());
                found.extend(name.map(|name| Imported { path: module.clone(), name: Some(name) }));
            } else {
                let name = Some(self.slice(child).to_owned());
                found.push(Imported { path: within(&module, WHOLE), name });
            }
        }
    }

    fn name_of_module(&self, one: Node<'_>, module: &str) -> Option<Imported> {
        let name = self.slice(one.child_by_field_name("name")?).trim_matches(['"', '\'']);
        let alias = one.child_by_field_name("alias").map_or(name, |alias| self.slice(alias));
        Some(Imported { path: within(module, name), name: Some(alias.to_owned()) })
    }

    /// What a file gives others of another module: `export { port } from "./settings"`, `export * from "./settings"`.
    pub(super) fn exported_again(
        &self,
        node: Node<'_>,
        source: Node<'_>,
        clause: &str,
    ) -> Vec<Imported> {
        let module = module_path(self.slice(source).trim_matches(['"', '\'']));
        let children = named(node);
        let lists: Vec<_> = children.iter().filter(|child| child.kind() == clause).collect();
        let inside = lists.iter().flat_map(|list| named(**list));
        let found: Vec<_> = inside.filter_map(|one| self.name_of_module(one, &module)).collect();
        if !lists.is_empty() {
            return found;
        }
        let other = children.iter().find(|child| child.id() != source.id());
        let name = other.and_then(|child| named(*child).first().copied());
        vec![Imported { path: module, name: name.map(|name| self.slice(name).to_owned()) }]
    }

    /// A package by its path: `import cfg "github.com/bakery/shop/config"`. Without a name it has that of its last part.
    fn package(&self, node: Node<'_>, role: &Role) -> Option<Imported> {
        let Role::ImportPackage { path, name, wildcard, unnamed, called } = role else {
            return None;
        };
        let path = self.slice(node.child_by_field_name(path)?).trim_matches(['"', '`']);
        let renamed = node.child_by_field_name(name);
        let name = match renamed {
            Some(renamed) if renamed.kind() == wildcard => None,
            Some(renamed) if renamed.kind() == unnamed => return None,
            Some(renamed) => Some(self.slice(renamed).to_owned()),
            None => {
                let known = called.iter().find(|(known, _)| {
                    path.strip_prefix(known.as_str()).is_some_and(|rest| {
                        rest.is_empty() || rest.strip_prefix('/').is_some_and(is_version)
                    })
                });
                Some(known.map_or_else(|| last_part(path), |(_, called)| called.clone()))
            }
        };
        Some(Imported { path: path.replace('/', "."), name })
    }

    fn aliased(&self, node: Node<'_>, alias: &str) -> (String, Option<String>) {
        if node.kind() == alias {
            let path = node.child_by_field_name("name").map_or("", |name| self.slice(name));
            let renamed = node.child_by_field_name("alias").map(|name| self.slice(name).to_owned());
            return (dotted(path), renamed);
        }
        (dotted(self.slice(node)), None)
    }

    fn use_tree(&self, node: Node<'_>, role: &Role, prefix: &str, found: &mut Vec<Imported>) {
        let Role::Use { list, scoped, alias, wildcard, .. } = role else { return };
        let joined = |path: &str| {
            if prefix.is_empty() { dotted(path) } else { format!("{prefix}.{}", dotted(path)) }
        };
        let kind = node.kind();
        if kind == list {
            for child in named(node) {
                self.use_tree(child, role, prefix, found);
            }
        } else if kind == scoped {
            let path = node.child_by_field_name("path").map_or("", |path| self.slice(path));
            let prefix = if path.is_empty() { prefix.to_owned() } else { joined(path) };
            if let Some(inside) = node.child_by_field_name("list") {
                self.use_tree(inside, role, &prefix, found);
            }
        } else if kind == alias {
            let path = node.child_by_field_name("path").map_or("", |path| self.slice(path));
            let name = node.child_by_field_name("alias").map(|name| self.slice(name).to_owned());
            let path =
                if path == "self" && !prefix.is_empty() { prefix.to_owned() } else { joined(path) };
            found.push(Imported { path, name });
        } else if kind == wildcard {
            let path = named(node).first().map_or("", |path| self.slice(*path));
            found.push(Imported { path: joined(path), name: None });
        } else if self.slice(node) == "self" && !prefix.is_empty() {
            found.push(Imported {
                path: prefix.to_owned(),
                name: prefix.rsplit('.').next().map(str::to_owned),
            });
        } else {
            let path = joined(self.slice(node));
            let name = path.rsplit('.').next().map(str::to_owned);
            found.push(Imported { path, name });
        }
    }
}

/// The name under which a module gives what it is as a whole.
const WHOLE: &str = "default";

/// What stands before the path of a module that is one of the project's own.
const OWN_MARKS: &[&str] = &["@/", "~/", "#/", "$lib/", "src/"];

/// Endings that a path of a module may have.
const ENDINGS: &[&str] = &[".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts"];

/// The path of a module with dots: `./settings/keys.js` is `.settings.keys`, `../keys` is `..keys`.
pub(super) fn module_path(written: &str) -> String {
    let mut rest = written.strip_prefix("node:").unwrap_or(written);
    let is_relative = rest.starts_with('.');
    let mut dots = 0;
    if is_relative {
        dots = 1;
        while let Some((first, inner)) = rest.split_once('/')
            && matches!(first, "." | "..")
        {
            dots += usize::from(first == "..");
            rest = inner;
        }
        if matches!(rest, "." | "..") {
            dots += usize::from(rest == "..");
            rest = "";
        }
    }
    let own = OWN_MARKS.iter().find_map(|mark| rest.strip_prefix(mark)).filter(|_| !is_relative);
    let mut rest = own.unwrap_or(rest);
    if is_relative || own.is_some() {
        rest = ENDINGS.iter().find_map(|ending| rest.strip_suffix(ending)).unwrap_or(rest);
        rest = rest.strip_suffix("/index").unwrap_or(rest);
        rest = if rest == "index" { "" } else { rest };
    }
    format!("{}{}", ".".repeat(dots), rest.trim_matches('/').replace('/', "."))
}

/// A name of a module. What a package is as a whole is the package; a module of the project has a name for it.
pub(super) fn within(module: &str, name: &str) -> String {
    if name == WHOLE && !module.starts_with('.') {
        return module.to_owned();
    }
    let dot = if module.ends_with('.') { "" } else { "." };
    format!("{module}{dot}{name}")
}

/// What a package is called whose path this is, as far as paths tell: `github.com/bakery/go-ovens/v2` is `ovens`,
/// `gopkg.in/yaml.v3` is `yaml`.
fn last_part(path: &str) -> String {
    let mut segments = path.rsplit('/').filter(|segment| !is_version(segment));
    let last = segments.next().unwrap_or(path);
    let last = match last.rsplit_once('.') {
        Some((name, version)) if is_version(version) => name,
        _ => last,
    };
    let last = last.strip_prefix("go-").unwrap_or(last);
    last.strip_suffix("-go").unwrap_or(last).to_owned()
}

/// Whether a part of a path says which major version it is: `v2`.
pub(crate) fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// All children of a field.
fn fields<'n>(node: Node<'n>, field: &str) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    node.children_by_field_name(field, &mut cursor).collect()
}

/// `a::b` as `a.b`; `::a` as `a`.
fn dotted(path: &str) -> String {
    path.split("::")
        .map(str::trim)
        .filter(|segment| !segment.is_empty())
        .collect::<Vec<_>>()
        .join(".")
}
