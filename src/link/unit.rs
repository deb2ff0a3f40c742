//! One file of the program: its place among the modules, and the names that it holds.

use rustc_hash::FxHashMap;

use super::environments::{is_called_like_deployment, is_called_like_mode, is_mode};
use super::features::On;
use crate::facts::CodeFacts;
use crate::facts::code::{Base, Expr, Item, ItemKind};
use crate::facts::schema::TypeExpr;
use crate::lang::Lang;
use crate::reads::is_example_path;
use crate::text::FileId;

/// One file of the program.
pub(super) struct Unit<'a> {
    pub(super) id: FileId,
    pub(super) path: &'a str,
    pub(super) facts: &'a CodeFacts,
    pub(super) lang: &'static Lang,
    /// The folder of its crate or root, and the module's segments under it.
    pub(super) home: String,
    pub(super) module: Vec<&'a str>,
    pub(super) is_index: bool,
    /// It stands in the folder of sources of a crate.
    pub(super) is_in_crate: bool,
    /// It is a program beside the library of its package.
    pub(super) is_program: bool,
    pub(super) items: FxHashMap<&'a str, usize>,
    /// Other objects that a name may stand for: a client of a library beside its stand-in, say.
    pub(super) others: FxHashMap<&'a str, Vec<usize>>,
    pub(super) classes: FxHashMap<&'a str, usize>,
    /// The types that its names are declared with.
    pub(super) types: FxHashMap<&'a str, &'a TypeExpr>,
    /// The features of its package that are on where nobody says otherwise.
    pub(super) on: On<'a>,
    /// The places of its glob imports.
    pub(super) globs: Vec<usize>,
}

/// More objects than these, of one name, are not looked at.
const MAX_OTHERS: usize = 4;

/// Whether a value is made of what its own name stood for before: `self.inner = self.inner.set_name(name)`. That is no other
/// object, and followed from one such line to the next it would grow for ever.
fn grows(item: &Item) -> bool {
    let ItemKind::Value(Expr::Path(path) | Expr::Call(path, ..)) = &item.kind else { return false };
    let rest = path.rest.strip_prefix(item.name.as_str());
    path.base == Base::Here && rest.is_some_and(|rest| rest.starts_with(['.', '(', '[']))
}

/// Whether an item is an object that some call makes, or another name of one.
fn is_object(item: &Item) -> bool {
    matches!(&item.kind, ItemKind::Value(Expr::Call(..) | Expr::Path(_)))
}

/// Where a file stands among the modules.
struct Place<'a> {
    home: String,
    segments: Vec<&'a str>,
    is_index: bool,
    is_in_crate: bool,
    is_program: bool,
}

impl<'a> Place<'a> {
    fn of(path: &'a str, lang: &Lang, package: Option<&'a str>) -> Self {
        if lang.modules.by_package {
            let segments = package.into_iter().flat_map(|name| name.split('.'));
            let segments = segments.filter(|segment| !segment.is_empty()).collect();
            let home = String::new();
            return Self { home, segments, is_index: false, is_in_crate: false, is_program: false };
        }
        let without_extension = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let mut segments: Vec<&str> = without_extension.split('/').collect();
        let names = &lang.modules;
        if !names.whole.is_empty()
            && let Some(last) = segments.pop()
        {
            // `env.server.ts` is named by its parts, as the path is that code imports it by.
            segments.extend(last.split('.'));
        }
        let is_index = segments.last().is_some_and(|last| names.index.contains(last));
        let mut home = String::new();
        let (mut is_in_crate, mut is_program) = (false, false);
        if names.by_folder || names.roots.is_empty() {
            if is_index || names.by_folder {
                segments.pop();
            }
        } else {
            let root = segments.iter().rposition(|segment| *segment == names.root_folder);
            let inside = root.map_or_else(Vec::new, |root| segments.split_off(root + 1));
            home = match root {
                Some(root) => segments[..root].join("/"),
                None => segments.join("/"),
            };
            is_in_crate = root.is_some();
            segments = inside;
            is_program = segments.first().is_some_and(|first| names.programs.contains(first));
            let is_root = segments.len() == 1 && names.roots.contains(&segments[0]);
            if is_root || is_index {
                segments.pop();
            }
        }
        Self { home, segments, is_index, is_in_crate, is_program }
    }
}

impl<'a> Unit<'a> {
    /// Whether a name of the file is a field of a class, whatever method is called like it.
    pub(super) fn is_field(&self, name: &str) -> bool {
        let Some((class, field)) = name.rsplit_once('.') else { return false };
        let class = self.classes.get(class).map(|at| &self.facts.classes[*at]);
        class.is_some_and(|class| class.fields.iter().any(|one| one.name == field))
    }

    /// Whether it runs in one mode alone: by its folder, or since it changes what it takes over whole from another module.
    pub(super) fn is_mode(&self) -> bool {
        is_mode(self.path) || self.lays_over() && is_called_like_mode(self.path)
    }

    /// Whether it runs in one mode alone, or is called like one: beside `webpack/production.js`, `webpack/development.js` may say
    /// otherwise.
    pub(super) fn is_of_mode(&self) -> bool {
        self.is_mode() || is_called_like_mode(self.path)
    }

    /// Whether it is an example or a part of documentation. Folders that spell the name of its package are no places:
    /// `org/springframework/samples`.
    pub(super) fn is_example(&self) -> bool {
        let (folder, file) = self.path.rsplit_once('/').unwrap_or(("", self.path));
        if !self.lang.modules.by_package {
            return is_example_path(self.path);
        }
        let folder = folder.strip_suffix(&self.module.join("/")).unwrap_or(folder);
        is_example_path(&format!("{folder}/{file}"))
    }

    /// Whether that mode is the one of a deployment.
    pub(super) fn is_of_deployment(&self) -> bool {
        self.is_mode() && is_called_like_deployment(self.path)
    }

    /// Whether it takes over another module whole.
    pub(super) fn lays_over(&self) -> bool {
        let names = &self.lang.modules;
        names.roots.is_empty() && !names.by_package && !self.globs.is_empty()
    }

    /// Whether a module of that name stands inside the file.
    pub(super) fn declares_module(&self, name: &str) -> bool {
        let item = self.items.get(name);
        item.is_some_and(|item| matches!(self.facts.items[*item].kind, ItemKind::Module))
    }

    pub(super) fn new(
        (id, path): (FileId, &'a str),
        facts: &'a CodeFacts,
        lang: &'static Lang,
        on: On<'a>,
    ) -> Self {
        let Place { home, segments, is_index, is_in_crate, is_program } =
            Place::of(path, lang, facts.package.as_deref());
        let names = &lang.modules;
        let mut items = FxHashMap::default();
        let mut others: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, item) in facts.items.iter().enumerate() {
            let better = |old: &usize| {
                // A function that is written again hides the one before: stubs of overloads are such.
                let again = names.roots.is_empty()
                    && matches!(facts.items[*old].kind, ItemKind::Function(_))
                    && matches!(item.kind, ItemKind::Function(_));
                again
                    || grows(&facts.items[*old]) && !grows(item)
                    || matches!(
                        facts.items[*old].kind,
                        ItemKind::Value(Expr::Null | Expr::Unknown) | ItemKind::Class(_)
                    )
            };
            match items.entry(item.name.as_str()) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    if !item.name.is_empty() && !matches!(item.kind, ItemKind::Glob(_)) {
                        entry.insert(at);
                    }
                }
                std::collections::hash_map::Entry::Occupied(mut entry) => {
                    if better(entry.get()) {
                        entry.insert(at);
                    } else if is_object(item)
                        && is_object(&facts.items[*entry.get()])
                        && !grows(item)
                    {
                        let beside = others.entry(item.name.as_str()).or_default();
                        if beside.len() < MAX_OTHERS {
                            beside.push(at);
                        }
                    }
                }
            }
        }
        let is_glob = |at: &usize| matches!(facts.items[*at].kind, ItemKind::Glob(_));
        let globs = (0..facts.items.len()).filter(is_glob).collect();
        let of_file = facts.classes.iter().enumerate();
        let classes = of_file.map(|(at, class)| (class.name.as_str(), at)).collect();
        let types = facts.typed.iter().map(|(name, of_type)| (name.as_str(), of_type)).collect();
        Self {
            id,
            path,
            facts,
            lang,
            home,
            module: segments,
            is_index,
            is_in_crate,
            is_program,
            items,
            others,
            classes,
            types,
            globs,
            on,
        }
    }
}
