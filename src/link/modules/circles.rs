//! Modules of Terraform that call themselves, directly or through others: Terraform refuses them.
//!
//! Values are followed through them all the same, as far as they go.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{At, Facts, Module, sources};
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::relative::{folder, joined};
use crate::text::{Files, TextRange};

/// Tells of each circle once, at its first call.
pub(super) fn tell(facts: &mut Facts, files: &Files) {
    let mut net: DiGraph<(), (At, TextRange), u32> = DiGraph::default();
    let mut nodes: BTreeMap<Module, NodeIndex<u32>> = BTreeMap::new();
    for (at, source) in sources(facts) {
        let file = files.get(facts[at.0].0);
        let own = folder(&file.path);
        for call in &source.module.calls {
            let Some(target) = joined(own, &call.path) else { continue };
            let [from, to] = [own.to_owned(), target].map(|folder| {
                *nodes.entry((file.root, folder)).or_insert_with(|| net.add_node(()))
            });
            net.add_edge(from, to, (at, call.range));
        }
    }
    let mut circles = vec![0; net.node_count()];
    for (circle, members) in tarjan_scc(&net).into_iter().enumerate() {
        for node in members {
            circles[node.index()] = circle;
        }
    }
    let mut first: BTreeMap<usize, (At, TextRange)> = BTreeMap::new();
    for edge in net.raw_edges() {
        let (from, to) = (circles[edge.source().index()], circles[edge.target().index()]);
        if from == to {
            let known = first.entry(from).or_insert(edge.weight);
            *known = (*known).min(edge.weight);
        }
    }
    for (at, range) in first.into_values() {
        let message = "leads back to itself through `module`".to_owned();
        let problem = FileProblem { message, range, kind: ProblemKind::Partial };
        facts[at.0].1[at.1].problems.push(problem);
    }
}
