//! One build: what a kustomization comes to, with all that it refers to.
//!
//! The order is that of the tool: resources, generators, components, then what changes them. What leads out of the tree is
//! noted; what the tool would refuse is a problem, and the rest is built all the same.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::Unseen;
use super::super::folders::{self, Folders};
use super::super::tree::{self, Tree};
use super::resource::{self, Resource};
use super::withdrawals::Withdrawals;
use super::{generators, patches, replacements, transform};
use crate::definitions;
use crate::document::repeats::refused;
use crate::document::{self, Syntax};
use crate::model::Whom;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{FileId, Files, Span, TextRange};

/// Deeper than bases lie below overlays.
const MAX_DEPTH: usize = 24;
/// More objects than a cluster's worth of kustomizations has.
const MAX_OBJECTS: usize = 50_000;
/// More files than a build reads.
const MAX_LOADS: usize = 20_000;
/// More problems than anybody reads of one build.
const MAX_PROBLEMS: usize = 500;

/// A file that was parsed.
pub(in crate::assemble) struct Parsed {
    /// Its documents.
    pub(super) trees: Vec<Tree>,
    problems: Vec<FileProblem>,
}

/// Files that were parsed for any build.
pub(in crate::assemble) type Cache = HashMap<FileId, Arc<Parsed>>;

/// The documents of a file, parsed once.
pub(super) fn parsed(files: &Files, cache: &mut Cache, id: FileId) -> Arc<Parsed> {
    let parse = || {
        let file = files.get(id);
        let is_json = Syntax::of(&file.path) == Some(Syntax::Json);
        let syntax = if is_json { Syntax::Json } else { Syntax::Yaml };
        let (trees, mut problems) = tree::read(&file.text, 0, syntax, id);
        if !is_json {
            let documents = document::parse(&file.text, syntax);
            problems.extend(documents.iter().flat_map(|one| refused(one, "kustomize")));
        }
        Arc::new(Parsed { trees, problems })
    };
    Arc::clone(cache.entry(id).or_insert_with(parse))
}

/// A build at work.
pub(super) struct Builder<'a> {
    pub(super) files: &'a Files,
    pub(super) folders: &'a Folders<'a>,
    cache: &'a mut Cache,
    open: Vec<FileId>,
    loads: usize,
    /// The files that were read, the nearest to the leaf first.
    pub(super) inputs: Vec<FileId>,
    /// What could not be understood.
    pub(super) problems: Vec<(FileId, FileProblem)>,
    /// What the tree does not have.
    pub(super) unseen: Vec<Unseen>,
    /// Objects that come from elsewhere: what they are, and where they are asked for.
    pub(super) elsewhere: Vec<(String, Option<Span>)>,
    /// What patches take from workloads.
    pub(super) withdrawals: Withdrawals,
    /// The variables of all kustomizations.
    pub(super) variables: Vec<Tree>,
    /// The fields beyond the usual ones in which variables stand.
    pub(super) fields: Vec<Vec<String>>,
    /// Whether a schema says how lists of unknown kinds merge.
    pub(super) has_own_schema: bool,
}

impl<'a> Builder<'a> {
    /// A build that has read nothing.
    pub(super) fn new(files: &'a Files, folders: &'a Folders<'a>, cache: &'a mut Cache) -> Self {
        Self {
            files,
            folders,
            cache,
            open: Vec::new(),
            loads: 0,
            inputs: Vec::new(),
            problems: Vec::new(),
            unseen: Vec::new(),
            elsewhere: Vec::new(),
            withdrawals: Withdrawals::default(),
            variables: Vec::new(),
            fields: Vec::new(),
            has_own_schema: false,
        }
    }

    /// Tells what could not be understood, once.
    pub(super) fn problem(&mut self, place: Option<Span>, message: &str) {
        let Some(file) = place.map(|place| place.file).or(self.open.last().copied()) else {
            return;
        };
        let range = place.map_or(TextRange::new(0, 0), |place| place.range);
        let problem =
            FileProblem { message: message.to_owned(), range, kind: ProblemKind::Partial };
        if self.problems.len() < MAX_PROBLEMS && !self.problems.contains(&(file, problem.clone())) {
            self.problems.push((file, problem));
        }
    }

    /// Notes objects that come from elsewhere, and whom they may give keys.
    pub(super) fn lack(&mut self, what: &str, place: Option<Span>, whom: Whom) {
        self.elsewhere.push((what.to_owned(), place));
        self.hide(what, place, whom);
    }

    /// Notes what cannot be seen, once.
    pub(super) fn hide(&mut self, what: &str, place: Option<Span>, whom: Whom) {
        let Some(span) = place else { return };
        let unseen = Unseen { what: what.to_owned(), whom, takes: Vec::new(), span };
        if !self.unseen.contains(&unseen) {
            self.unseen.push(unseen);
        }
    }

    /// Notes a patch of the kustomization at work, and what it takes from the workload that it is for: `None` where that is not
    /// told by names.
    pub(super) fn patch(&mut self, patch: &Tree, workload: Option<&Resource>) {
        let (Some(by), Some(place)) = (self.open.last(), patch.place) else { return };
        self.withdrawals.note((*by, place.file), patch, workload);
    }

    /// Notes a file that the result is made of.
    pub(super) fn input(&mut self, file: FileId) {
        if !self.inputs.contains(&file) {
            self.inputs.push(file);
        }
    }

    /// The documents of a file that is a part of the result; none once too many were read.
    pub(super) fn load(&mut self, id: FileId) -> Arc<Parsed> {
        self.loads += 1;
        if self.loads > MAX_LOADS {
            self.problem(None, "leads to more files than a build reads; the rest was not read");
            return Arc::new(Parsed { trees: Vec::new(), problems: Vec::new() });
        }
        self.input(id);
        let parsed = parsed(self.files, self.cache, id);
        for problem in &parsed.problems {
            self.problem(Some(Span::new(id, problem.range)), &problem.message);
        }
        parsed
    }

    /// The file at a path as a kustomization writes it, seen from `file`.
    pub(super) fn find(&self, file: FileId, path: &str) -> Option<FileId> {
        let here = self.files.get(file);
        let path = folders::join(folders::folder(&here.path), path)?;
        self.folders.file(here.root, &path)
    }

    /// The trees of a file that an item of a kustomization names; a problem where the tree does not have it.
    pub(super) fn named(&mut self, file: FileId, item: &Tree, path: &str) -> Option<Arc<Parsed>> {
        let Some(id) = self.find(file, path) else {
            self.problem(item.place, &format!("`{path}` is not in the tree"));
            return None;
        };
        Some(self.load(id))
    }

    /// What the kustomization `file` comes to, added to `into`: the objects of those that it is laid over.
    pub(super) fn target(&mut self, file: FileId, into: &mut Vec<Resource>) {
        if self.open.contains(&file) {
            return self.problem(None, "leads back to itself through its resources");
        }
        if self.open.len() >= MAX_DEPTH {
            return self.problem(None, "leads deeper than bases lie below overlays");
        }
        self.open.push(file);
        let parsed = self.load(file);
        let root = parsed.trees.first().filter(|root| root.is_map());
        let is_bare = |root: &Tree| {
            root.pairs().iter().all(|pair| matches!(pair.key.as_str(), "apiVersion" | "kind"))
        };
        if root.map_or(self.files.get(file).text.trim().is_empty(), is_bare) {
            self.problem(None, "is empty, which kustomize refuses");
        }
        if let Some(root) = root {
            self.schema(file, root);
            for part in ["resources", "bases"] {
                for item in root.get(part).map(Tree::items).unwrap_or_default() {
                    self.resource(file, item, into);
                }
            }
            generators::run(self, file, root, into);
            for part in ["helmCharts", "helmChartInflationGenerator"] {
                for item in root.get(part).map(Tree::items).unwrap_or_default() {
                    self.lack("a chart that kustomize renders", item.place, Whom::Unseen);
                }
            }
            for item in root.get("components").map(Tree::items).unwrap_or_default() {
                self.component(file, item, into);
            }
            self.change(file, root, into);
            self.variables
                .extend(root.get("vars").map(Tree::items).unwrap_or_default().iter().cloned());
        }
        self.open.pop();
    }

    /// Notes a schema of the kustomization's own, which must be there.
    fn schema(&mut self, file: FileId, root: &Tree) {
        let Some(schema) = root.get("openapi") else { return };
        self.has_own_schema = true;
        let Some((path, text)) = schema.get("path").and_then(|path| Some((path, path.text()?)))
        else {
            return;
        };
        let is_there = self.find(file, text).is_some();
        // What no reader wants is not looked for.
        if !is_there && definitions::may_define(text) && !is_remote(text) {
            self.problem(path.place, &format!("`{text}` is not in the tree"));
        }
    }

    /// Runs what changes objects, in the order of the tool.
    fn change(&mut self, file: FileId, root: &Tree, into: &mut Vec<Resource>) {
        transform::fields(self, file, root);
        patches::strategic(self, file, root, into);
        patches::patches(self, file, root, into);
        transform::names(root, into);
        transform::labels(root, into);
        patches::json(self, file, root, into);
        transform::replicas(root, into);
        transform::images(root, into);
        replacements::run(self, file, root, into);
        transform::plugins(self, file, root, into);
    }

    fn resource(&mut self, file: FileId, item: &Tree, into: &mut Vec<Resource>) {
        let Some(path) = item.text() else { return };
        if let Some(base) = self.kustomization(file, path) {
            let mut below = Vec::new();
            self.target(base, &mut below);
            return self.append(item, below, into);
        }
        if is_remote(path) {
            return self.lack("a base that is not in the tree", item.place, Whom::Unseen);
        }
        let Some(parsed) = self.named(file, item, path) else { return };
        let found = parsed.trees.iter().cloned().flat_map(resource::objects).collect();
        self.append(item, found, into);
    }

    fn component(&mut self, file: FileId, item: &Tree, into: &mut Vec<Resource>) {
        let Some(path) = item.text() else { return };
        match self.kustomization(file, path) {
            Some(component) => self.target(component, into),
            None if is_remote(path) => {
                // It may change any object of the result.
                self.lack("a component that is not in the tree", item.place, Whom::All);
            }
            None => self.problem(item.place, &format!("`{path}` is not in the tree")),
        }
    }

    /// The kustomization in the folder that `path` names.
    pub(super) fn kustomization(&self, file: FileId, path: &str) -> Option<FileId> {
        let here = self.files.get(file);
        let folder = folders::join(folders::folder(&here.path), path)?;
        super::kustomization(self.folders, here.root, &folder)
    }

    pub(super) fn append(&mut self, item: &Tree, found: Vec<Resource>, into: &mut Vec<Resource>) {
        let mut known: std::collections::HashSet<_> = into.iter().map(identity).collect();
        for resource in found {
            if into.len() >= MAX_OBJECTS {
                return self
                    .problem(item.place, "has more objects than can be; the rest was not read");
            }
            if known.insert(identity(&resource)) {
                into.push(resource);
            } else {
                let (kind, name) = (&resource.kind, resource.original());
                self.problem(item.place, &format!("the {kind} `{name}` is there twice"));
            }
        }
    }
}

/// What no two objects of a build share.
fn identity(resource: &Resource) -> (String, String, String, String) {
    let group = resource.group().to_owned();
    let (name, namespace) = (resource.current().to_owned(), resource.namespace().to_owned());
    (resource.kind.clone(), group, name, namespace)
}

/// Whether a path names a repository or a file elsewhere.
fn is_remote(path: &str) -> bool {
    path.contains("://")
        || path.contains("?ref=")
        || path.contains(".git")
        || ["git@", "github.com/", "gitlab.com/", "bitbucket.org/"]
            .iter()
            .any(|head| path.starts_with(head))
}
