//! Which kustomizations are applied: those that no other is made of, and those that a controller names.
//!
//! Folders that are made of each other have none; one of them stands for all, so that what is wrong with them is told.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::applied::Applied;
use super::build::{Cache, parsed};
use super::kustomization;
use crate::assemble::folders::{self, Folders};
use crate::assemble::tree::Tree;
use crate::text::{FileId, Files};

/// The kustomizations that are applied.
pub(super) fn leaves(
    files: &Files,
    folders: &Folders<'_>,
    cache: &mut Cache,
    all: &[FileId],
    named: &BTreeMap<FileId, Vec<Applied>>,
) -> BTreeSet<FileId> {
    let mut leaves = BTreeSet::new();
    let mut made_of: DiGraph<FileId, ()> = DiGraph::new();
    let nodes: BTreeMap<FileId, NodeIndex> =
        all.iter().map(|id| (*id, made_of.add_node(*id))).collect();
    for id in all {
        let file = files.get(*id);
        let parsed = parsed(files, cache, *id);
        let Some(root) = parsed.trees.first().filter(|root| root.is_map()) else { continue };
        // The resource of Flux is called the same, and may have the same file name.
        let is_component = root.text_under(&["kind"]) == Some("Component");
        if !is_component && root.get("spec").is_none() {
            leaves.insert(*id);
        }
        let items = ["resources", "bases", "components", "generators", "transformers"]
            .iter()
            .filter_map(|part| root.get(part));
        for path in items.flat_map(Tree::items).filter_map(Tree::text) {
            let folder = folders::join(folders::folder(&file.path), path);
            let found = folder.and_then(|folder| kustomization(folders, file.root, &folder));
            if let Some(found) = found.filter(|found| found != id) {
                made_of.update_edge(nodes[id], nodes[&found], ());
            }
        }
    }
    let rounds = rounds(&made_of, &leaves);
    leaves.retain(|id| {
        let is_part = parts_of(&made_of, nodes[id]).next().is_some();
        !is_part || named.contains_key(id) || rounds.contains(id)
    });
    leaves
}

/// What a kustomization is a part of.
fn parts_of(made_of: &DiGraph<FileId, ()>, node: NodeIndex) -> impl Iterator<Item = NodeIndex> {
    made_of.neighbors_directed(node, Direction::Incoming)
}

/// Of the kustomizations that are made of each other and that no other is made of, the first each.
fn rounds(made_of: &DiGraph<FileId, ()>, all: &BTreeSet<FileId>) -> BTreeSet<FileId> {
    let rounds = kosaraju_scc(made_of).into_iter().filter(|round| round.len() > 1);
    let firsts = rounds.filter_map(|round| {
        let round: BTreeSet<NodeIndex> = round.into_iter().collect();
        let mut above = round.iter().flat_map(|node| parts_of(made_of, *node));
        let is_top = above.all(|node| round.contains(&node));
        let mut files = round.iter().map(|node| made_of[*node]);
        files.find(|id| is_top && all.contains(id))
    });
    firsts.collect()
}
