//! Files that sources take keys from: `env_file`, generators and bases of kustomize.
//!
//! Resolves paths inside one root. A path outside the tree cannot be seen into, nor one with a variable of which
//! neither the `.env` file beside nor a default says what it is.

use std::collections::{BTreeMap, BTreeSet};

use super::environments::Sourced;
use super::filled::{filled_at, root_values};
use crate::config::PathGlobs;
use crate::definitions::is_kustomization;
use crate::facts::Include;
use crate::model::Class;
use crate::model::Opaque;
use crate::model::inventory::{MissingInclude, Taken};
use crate::model::{Inventory, Role, SourceId};
use crate::text::relative::{folder, joined};
use crate::text::{File, FileId, Files, Span};

/// An include that waits until all sources are known.
pub(crate) struct PendingInclude {
    /// The source that takes in, by its place in the list.
    pub(crate) source: usize,
    /// Its file.
    pub(crate) file: FileId,
    /// What it takes in.
    pub(crate) include: Include,
}

/// The folders of kustomize components, with their roots.
pub(crate) fn components(files: &Files) -> BTreeSet<(u16, String)> {
    let components = kustomizations(files).filter(|file| {
        file.text
            .lines()
            .any(|line| line.strip_prefix("kind:").is_some_and(|kind| kind.trim() == "Component"))
    });
    components.map(|file| (file.root, folder(&file.path).to_owned())).collect()
}

fn kustomizations(files: &Files) -> impl Iterator<Item = &File> {
    let all = files.iter().map(|(_, file)| file);
    all.filter(|file| is_kustomization(&file.path))
}

/// Env files beside a kustomization are for its generators: one that nothing takes in reaches nobody. A plain `.env` is
/// loaded by whoever starts there.
fn lay_aside(sources: &mut [Sourced], files: &Files) {
    let folders: BTreeSet<(u16, &str)> = kustomizations(files)
        .map(|file| (file.root, folder(&file.path)))
        .filter(|(_, folder)| !folder.is_empty())
        .collect();
    let taken: BTreeSet<usize> =
        sources.iter().flat_map(|source| source.includes.iter().copied()).collect();
    for (at, source) in sources.iter_mut().enumerate() {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let is_part = source.class == Class::Dotenv
            && source.role == Role::Values
            && !name.starts_with('.')
            && folders.contains(&(source.root, folder(&source.path)));
        if is_part && !source.is_assembled && !source.is_loaded && !taken.contains(&at) {
            source.left.get_or_insert("kustomize");
        }
    }
}

/// Whether `path` lies in one of `folders`.
pub(crate) fn is_below(folders: &BTreeSet<(u16, String)>, root: u16, path: &str) -> bool {
    if folders.is_empty() {
        return false;
    }
    let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
    ends.into_iter().any(|folder| folders.contains(&(root, folder.to_owned())))
}

/// What the tree has, by root and path.
struct Tree<'a> {
    sources: BTreeMap<(u16, &'a str), Vec<usize>>,
    folders: BTreeMap<(u16, &'a str), Vec<usize>>,
    files: BTreeSet<(u16, &'a str)>,
}

/// What an include leads to.
enum Target {
    Sources(Vec<usize>),
    Known,
    Hidden,
    Missing(String),
}

/// Follows every include to the sources it takes in; what the tree does not have is noted.
pub(crate) fn resolve(
    inventory: &mut Inventory,
    sources: &mut [Sourced],
    pending: Vec<PendingInclude>,
    files: &Files,
    templates: &PathGlobs,
) {
    let own_path = |source: &Sourced| files.get(inventory.source(source.id).file).path.clone();
    let copies: Vec<(u16, String)> =
        sources.iter().map(|source| (source.root, own_path(source))).collect();
    let mut tree =
        Tree { sources: BTreeMap::new(), folders: BTreeMap::new(), files: BTreeSet::new() };
    let single = |at: &usize| !sources[*at].is_assembled && sources[*at].left.is_none();
    for (at, (root, path)) in copies.iter().enumerate().filter(|(at, _)| single(at)) {
        tree.sources.entry((*root, path)).or_default().push(at);
        tree.folders.entry((*root, folder(path))).or_default().push(at);
    }
    tree.files.extend(files.iter().map(|(_, file)| (file.root, file.path.as_str())));
    let values = root_values(inventory, files);
    for PendingInclude { source, file, include } in pending {
        let (root, from) = (copies[source].0, copies[source].1.as_str());
        let span = Span::new(file, include.range);
        let is_open = sources[source].class == Class::Compose && include.path.contains('$');
        let target = if is_open {
            // Whoever starts it may name another file: one that is not there says nothing.
            match tree.target(root, from, &filled_at(&values, (root, folder(from)), &include.path))
            {
                Target::Missing(_) => Target::Hidden,
                found => found,
            }
        } else {
            tree.target(root, from, &include.path)
        };
        match target {
            Target::Sources(found) => {
                // A section is of the environment that it names, whoever takes the file in.
                let is_new = |at: &usize| *at != source && sources[*at].section.is_none();
                let new: Vec<usize> = found.into_iter().filter(is_new).collect();
                if sources[source].class == Class::Compose && sources[source].role == Role::Values {
                    take(inventory, sources, (source, &new), &include, templates);
                }
                if include.in_branch {
                    sources[source].in_branches.extend(&new);
                }
                sources[source].includes.extend(new);
            }
            Target::Known => {}
            Target::Hidden => inventory.opaque.push(hidden(sources[source].id, &include, span)),
            Target::Missing(path) => {
                let template = template_of(&tree, sources, root, &path);
                inventory.opaque.push(hidden(sources[source].id, &include, span));
                sources[source].founds |= include.required;
                inventory.missing_includes.push(MissingInclude {
                    source: sources[source].id,
                    path,
                    required: include.required,
                    kept_out: false,
                    template,
                    scope: include.scope,
                    span,
                });
            }
        }
    }
    lay_aside(sources, files);
}

/// Notes which service takes in what. A template that is loaded as it is gives values, whatever it is called.
fn take(
    inventory: &mut Inventory,
    sources: &mut [Sourced],
    (by, found): (usize, &[usize]),
    include: &Include,
    templates: &PathGlobs,
) {
    for &at in found {
        let target = &mut sources[at];
        if target.role == Role::Template && !templates.fits(&target.path) {
            target.is_loaded = true;
            inventory.loaded.insert(target.id);
        }
        // What compose itself and most loaders read is not for one service alone.
        let is_for_all = target.path.rsplit('/').next() == Some(".env");
        if let Some(scope) = include.scope.clone().filter(|_| !is_for_all) {
            let (source, order) = (target.id, include.order);
            inventory.taken.push(Taken { by: sources[by].id, source, scope, order });
        }
    }
}

fn hidden(source: SourceId, include: &Include, span: Span) -> Opaque {
    let workload = include.scope.as_ref().map(|scope| scope.name().to_owned());
    Opaque {
        source,
        what: format!("`{}`, which is not in the tree", include.path),
        whom: workload.into(),
        only: Vec::new(),
        span,
    }
}

impl Tree<'_> {
    fn target(&self, root: u16, from: &str, written: &str) -> Target {
        let is_variable = written.contains(['$', '{', '~']) || written.contains("://");
        let Some(path) = joined(folder(from), written).filter(|_| !is_variable) else {
            return Target::Hidden;
        };
        let at = (root, path.as_str());
        if let Some(found) = self.sources.get(&at).or_else(|| self.folders.get(&at)) {
            return Target::Sources(found.clone());
        }
        let below = format!("{path}/");
        let is_folder = self
            .files
            .range((root, below.as_str())..)
            .next()
            .is_some_and(|(other, file)| *other == root && file.starts_with(&below));
        let is_file_name = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        match () {
            () if self.files.contains(&at) || is_folder => Target::Known,
            () if is_file_name => Target::Missing(path),
            () => Target::Hidden,
        }
    }
}

/// The template that a missing file is made from: `.env.example` beside `.env`.
fn template_of(tree: &Tree<'_>, sources: &[Sourced], root: u16, path: &str) -> Option<SourceId> {
    let beside = tree.folders.get(&(root, folder(path)))?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.trim_start_matches('.').split('.').next().unwrap_or(name);
    let mut templates =
        beside.iter().map(|&at| &sources[at]).filter(|source| source.role == Role::Template);
    let fits = |source: &Sourced| {
        let other = source.path.rsplit('/').next().unwrap_or("");
        other.starts_with(name) || other.contains(stem)
    };
    templates.find(|source| fits(source)).map(|source| source.id)
}
