//! One run: its files laid over one another, with what they include and extend.
//!
//! Paths are seen from the folder of the run, or of the file that another one includes or extends; they are kept as ways
//! from the file that writes them. Nothing is interpolated.

use std::collections::{HashMap, HashSet};

use super::super::folders::{self, Folders};
use super::super::tree::{self, Body, Pair, Tree};
use super::merge;
use crate::document::Syntax;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{FileId, Files, Span, TextRange};

/// Deeper than files include and extend one another.
const MAX_DEPTH: usize = 16;
/// More files than a run reads.
const MAX_LOADS: usize = 1_000;
/// More problems than anybody reads of one run.
const MAX_PROBLEMS: usize = 200;

/// Files that were parsed, with what could not be understood.
pub(super) type Cache = HashMap<FileId, (Vec<Tree>, Vec<FileProblem>)>;

/// The documents of a file, parsed once.
pub(super) fn parsed<'c>(
    files: &Files,
    cache: &'c mut Cache,
    id: FileId,
) -> &'c (Vec<Tree>, Vec<FileProblem>) {
    cache.entry(id).or_insert_with(|| tree::read(&files.get(id).text, 0, Syntax::Yaml, id))
}

/// A run at work.
pub(super) struct Loader<'a> {
    files: &'a Files,
    folders: &'a Folders<'a>,
    cache: &'a mut Cache,
    root: u16,
    open: Vec<FileId>,
    loads: usize,
    /// The files that were read, those of the run first.
    pub(super) inputs: Vec<FileId>,
    /// What could not be understood.
    pub(super) problems: Vec<(FileId, FileProblem)>,
}

impl<'a> Loader<'a> {
    /// A run under a root that has read nothing.
    pub(super) fn new(
        files: &'a Files,
        folders: &'a Folders<'a>,
        cache: &'a mut Cache,
        root: u16,
    ) -> Self {
        let (open, inputs, problems) = (Vec::new(), Vec::new(), Vec::new());
        Self { files, folders, cache, root, open, loads: 0, inputs, problems }
    }

    fn problem(&mut self, place: Option<Span>, file: FileId, message: &str) {
        let file = place.map_or(file, |place| place.file);
        let range = place.map_or(TextRange::new(0, 0), |place| place.range);
        let problem =
            FileProblem { message: message.to_owned(), range, kind: ProblemKind::Partial };
        if self.problems.len() < MAX_PROBLEMS && !self.problems.contains(&(file, problem.clone())) {
            self.problems.push((file, problem));
        }
    }

    /// What the files of a run come to, later ones over earlier ones, seen from `folder`.
    pub(super) fn run(&mut self, run: &[FileId], folder: &str) -> Tree {
        let mut all = Tree::map_at(None);
        for file in run {
            for tree in self.documents(*file, folder) {
                let tree = self.whole(*file, tree, folder);
                merge::files(&mut all, tree, self.files);
            }
        }
        all
    }

    /// The documents of a file with their paths as ways from it.
    fn documents(&mut self, file: FileId, folder: &str) -> Vec<Tree> {
        self.loads += 1;
        if self.loads > MAX_LOADS {
            self.problem(None, file, "leads to more files than a run reads; the rest was not read");
            return Vec::new();
        }
        if !self.inputs.contains(&file) {
            self.inputs.push(file);
        }
        let (trees, problems) = parsed(self.files, self.cache, file);
        let mut trees: Vec<Tree> = trees.iter().filter(|tree| tree.is_map()).cloned().collect();
        for problem in problems.clone() {
            self.problem(Some(Span::new(file, problem.range)), file, &problem.message);
        }
        let own = folders::folder(&self.files.get(file).path).to_owned();
        for service in trees.iter_mut().filter_map(services_mut).flatten() {
            lead(&mut service.value, folder, &own);
        }
        trees
    }

    /// A document with what it includes and with its services on top of those that they extend.
    fn whole(&mut self, file: FileId, mut tree: Tree, folder: &str) -> Tree {
        if self.open.contains(&file) || self.open.len() >= MAX_DEPTH {
            self.problem(None, file, "leads back to itself through `include`");
            return tree;
        }
        self.open.push(file);
        for item in tree.take("include").map(|pair| pair.value).iter().flat_map(Tree::items) {
            self.include(file, item, folder, &mut tree);
        }
        let raw = tree.get("services").cloned().unwrap_or_else(|| Tree::map_at(None));
        let names: Vec<String> = raw
            .pairs()
            .iter()
            .filter(|pair| pair.value.get("extends").is_some())
            .map(|pair| pair.key.clone())
            .collect();
        for name in names {
            let mut seen = HashSet::new();
            let service = self.extended(file, &raw, &name, folder, &mut seen);
            if let (Some(service), Some(place)) =
                (service, tree.get_mut("services").and_then(|all| all.get_mut(&name)))
            {
                *place = service;
            }
        }
        self.open.pop();
        tree
    }

    /// Adds what a file includes; what the file says itself wins.
    fn include(&mut self, file: FileId, item: &Tree, folder: &str, tree: &mut Tree) {
        let paths = match item.get("path") {
            Some(path) if path.is_list() => path.items().to_vec(),
            Some(path) => vec![path.clone()],
            None => vec![item.clone()],
        };
        let mut found = Vec::new();
        for path in &paths {
            let Some(text) = path.text() else { continue };
            match self.find(folder, text) {
                Some(id) => found.push(id),
                None => self.problem(path.place, file, &format!("`{text}` is not in the tree")),
            }
        }
        let Some(first) = found.first() else { return };
        let own = folders::folder(&self.files.get(*first).path).to_owned();
        let given = item.get("project_directory").and_then(Tree::text);
        let below = given.and_then(|path| folders::join(folder, path)).unwrap_or(own);
        let mut included = self.run(&found, &below);
        for part in ["services", "volumes", "networks", "secrets", "configs", "models"] {
            let Some(pair) = included.take(part) else { continue };
            match tree.get_mut(part) {
                Some(own) => {
                    let mut base = Tree::map_at(None);
                    base.put(pair);
                    let mut over = Tree::map_at(None);
                    let value = std::mem::replace(own, Tree::null(None));
                    over.put(Pair { key: part.to_owned(), place: None, value });
                    merge::files(&mut base, over, self.files);
                    if let (Some(pair), Some(own)) = (base.take(part), tree.get_mut(part)) {
                        *own = pair.value;
                    }
                }
                None => tree.put(pair),
            }
        }
    }

    /// A service on top of those that it extends.
    fn extended(
        &mut self,
        file: FileId,
        services: &Tree,
        name: &str,
        folder: &str,
        seen: &mut HashSet<(FileId, String)>,
    ) -> Option<Tree> {
        let mut service = services.get(name)?.clone();
        let Some(extends) = service.take("extends").map(|pair| pair.value) else {
            return Some(service);
        };
        let base = extends.text().or_else(|| extends.get("service").and_then(Tree::text));
        let Some(base) = base.map(str::to_owned) else { return Some(service) };
        if !seen.insert((file, name.to_owned())) || seen.len() > MAX_DEPTH {
            self.problem(extends.place, file, "leads back to itself through `extends`");
            return Some(service);
        }
        let found = match extends.get("file").and_then(Tree::text) {
            None => self.extended(file, services, &base, folder, seen),
            Some(path) => match self.find(folder, path) {
                None => {
                    self.problem(extends.place, file, &format!("`{path}` is not in the tree"));
                    return Some(service);
                }
                Some(other) => {
                    let own = folders::folder(&self.files.get(other).path).to_owned();
                    let mut all = Tree::map_at(None);
                    for tree in self.documents(other, &own) {
                        merge::files(&mut all, tree, self.files);
                    }
                    let services = all.take("services").map(|pair| pair.value);
                    services.and_then(|services| self.extended(other, &services, &base, &own, seen))
                }
            },
        };
        let Some(mut whole) = found else {
            self.problem(extends.place, file, &format!("there is no service `{base}` to extend"));
            return Some(service);
        };
        merge::service(&mut whole, service, self.files);
        Some(whole)
    }

    fn find(&self, folder: &str, path: &str) -> Option<FileId> {
        self.folders.file(self.root, &folders::join(folder, path)?)
    }
}

/// The services of a document, to change.
fn services_mut(tree: &mut Tree) -> Option<std::slice::IterMut<'_, Pair>> {
    tree.get_mut("services")?.pairs_mut().map(|pairs| pairs.iter_mut())
}

/// Writes the paths of a service, which are seen from `folder`, as ways from the folder of its file. The folder of its
/// build becomes a way from the root, since the service may be merged into that of another file.
fn lead(service: &mut Tree, folder: &str, own: &str) {
    let way = |text: &str| {
        if folder == own || text.starts_with(['/', '~', '$']) {
            return None;
        }
        folders::join(folder, text).map(|path| folders::relative(own, &path))
    };
    if let Some(files) = service.get_mut("env_file") {
        match &mut files.body {
            Body::List(items) => items.iter_mut().for_each(|item| rewrite(item, "path", &way)),
            _ => rewrite(files, "path", &way),
        }
    }
    let from_root = |text: &str| {
        let is_elsewhere = text.contains("://") || text.starts_with(['/', '~', '$']);
        let path = if is_elsewhere { None } else { folders::join(folder, text) };
        path.map(|path| format!("{ROOT}{path}"))
    };
    if let Some(build) = service.get_mut("build") {
        if build.is_map() && build.get("context").is_none() && folder != own {
            let value = Tree::text_at(".", build.place);
            build.put(Pair { key: "context".to_owned(), place: build.place, value });
        }
        rewrite(build, "context", &from_root);
    }
}

/// What stands before a folder that is seen from the root.
const ROOT: &str = "\u{1}";

/// Rewrites a path that is written as `x` or as `{key: x}`.
fn rewrite(tree: &mut Tree, key: &str, way: &dyn Fn(&str) -> Option<String>) {
    let path = if tree.is_map() { tree.get_mut(key) } else { Some(tree) };
    let Some(path) = path else { return };
    if let (Some(new), Body::Scalar(scalar)) = (path.text().and_then(way), &mut path.body) {
        scalar.text = new;
    }
}

/// Writes the folders of builds as ways from the file that names the service.
pub(super) fn settle(tree: &mut Tree, files: &Files) {
    for service in services_mut(tree).into_iter().flatten() {
        let own =
            service.place.map(|place| folders::folder(&files.get(place.file).path).to_owned());
        let Some(build) = service.value.get_mut("build") else { continue };
        let own = own.unwrap_or_default();
        let way = |text: &str| {
            text.strip_prefix(ROOT).map(|path| {
                let way = folders::relative(&own, path);
                if way.starts_with('.') { way } else { format!("./{way}") }
            })
        };
        rewrite(build, "context", &way);
    }
}
