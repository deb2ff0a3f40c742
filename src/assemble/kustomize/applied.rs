//! Who applies a kustomization: the resources of Flux and Argo CD that name its folder.
//!
//! What Flux puts into the objects on the way, `postBuild`, is told with it.

use std::collections::BTreeMap;

use super::super::folders::{self, Folders};
use super::super::tree::Tree;
use super::build::{Cache, parsed};
use super::kustomization;
use super::substitute::Substitutes;
use crate::document::Syntax;
use crate::text::{File, FileId, Files};

/// More than anybody applies one folder.
const MOST: usize = 50;

/// How a kustomization is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    /// The file that says so.
    pub(super) by: FileId,
    /// What is put in, where anything is.
    pub(super) substitutes: Option<Substitutes>,
}

/// The kustomizations that Flux or Argo CD apply by their path, each with all that apply it.
pub(super) fn find(
    files: &Files,
    folders: &Folders<'_>,
    cache: &mut Cache,
) -> BTreeMap<FileId, Vec<Applied>> {
    let speaks = |file: &File| {
        Syntax::of(&file.path) == Some(Syntax::Yaml)
            && ["kustomize.toolkit.fluxcd.io", "argoproj.io"]
                .iter()
                .any(|word| file.text.contains(word))
    };
    let mut found: BTreeMap<FileId, Vec<Applied>> = BTreeMap::new();
    for (id, file) in files.iter().filter(|(_, file)| speaks(file)) {
        let documents = parsed(files, cache, id);
        for tree in &documents.trees {
            let (paths, substitutes) = said(files, cache, id, tree);
            for path in paths {
                let folder = folders::join("", path.trim_start_matches('/'));
                let one = folder.and_then(|folder| kustomization(folders, file.root, &folder));
                let Some(one) = one else { continue };
                let all = found.entry(one).or_default();
                let applied = Applied { by: id, substitutes: substitutes.clone() };
                if all.len() < MOST && !all.contains(&applied) {
                    all.push(applied);
                }
            }
        }
    }
    found
}

/// The folders that a resource applies, and what it puts in.
fn said(
    files: &Files,
    cache: &mut Cache,
    id: FileId,
    tree: &Tree,
) -> (Vec<String>, Option<Substitutes>) {
    let version = tree.text_under(&["apiVersion"]).unwrap_or_default();
    let kind = tree.text_under(&["kind"]).unwrap_or_default();
    let Some(spec) = tree.get("spec") else { return (Vec::new(), None) };
    let paths = |sources: Vec<&Tree>| {
        let paths = sources.into_iter().filter_map(|one| one.get("path")?.text());
        paths.map(str::to_owned).collect::<Vec<_>>()
    };
    match (version.split('/').next().unwrap_or_default(), kind) {
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
            (paths(vec![spec]), Substitutes::of(files, cache, id, spec))
        }
        ("argoproj.io", "Application") => (paths(sources(spec)), None),
        ("argoproj.io", "ApplicationSet") => {
            let spec = spec.at(&["template", "spec"]);
            (paths(spec.map(sources).unwrap_or_default()), None)
        }
        _ => (Vec::new(), None),
    }
}

fn sources(spec: &Tree) -> Vec<&Tree> {
    let many = spec.get("sources").map(Tree::items).unwrap_or_default();
    spec.get("source").into_iter().chain(many).collect()
}
