//! The call graph: what every site asks, who calls a function, and which functions call each other in a circle.

use std::cell::OnceCell;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::chains::Frame;
use super::program::{ClassId, MAX_HOPS, Program, Target};
use super::rows::Rules;
use crate::facts::code::{Expr, Form, Site};

/// A function of the project: file and place.
pub(super) type FunctionId = (usize, usize);

/// The calls of a program, found when they are first asked for.
#[derive(Default)]
pub(super) struct CallGraph {
    known: OnceCell<Known>,
}

struct Known {
    /// For each file, what its sites ask.
    targets: Vec<Vec<Target>>,
    callers: FxHashMap<FunctionId, Vec<Frame>>,
    /// Who makes objects of a class.
    makers: FxHashMap<ClassId, Vec<Frame>>,
    /// The circle of calls that a function is part of; one that is in none is alone in its own.
    circles: FxHashMap<FunctionId, usize>,
}

impl Program<'_> {
    fn calls(&self) -> &Known {
        self.call_graph.known.get_or_init(|| Known::new(self))
    }

    /// What a site asks.
    pub(super) fn asked(&self, frame: Frame) -> &Target {
        &self.calls().targets[frame.file][frame.site]
    }

    /// The calls of a function.
    pub(super) fn callers(&self, file: usize, function: usize) -> &[Frame] {
        self.calls().callers.get(&(file, function)).map_or(&[], Vec::as_slice)
    }

    /// The calls that make objects of a class.
    pub(super) fn makers(&self, class: ClassId) -> Vec<Frame> {
        self.calls().makers.get(&class).cloned().unwrap_or_default()
    }

    /// Whether two functions call each other, directly or through others: what is passed around there goes no further.
    pub(super) fn in_one_circle(&self, one: FunctionId, other: FunctionId) -> bool {
        let circles = &self.calls().circles;
        one == other || circles.get(&one).is_some_and(|at| circles.get(&other) == Some(at))
    }
}

impl Program<'_> {
    /// What a site asks; a macro that the file does not declare is that of the project.
    fn called(&self, file: usize, site: &Site, rules: &Rules<'_>) -> Target {
        // Macros have names of their own: a function may be called the same.
        if site.form == Form::Macro
            && let Some(rules) = rules.get(site.callee.last())
        {
            if self.is_laid_out(file, site.range, rules) {
                return Target::Other;
            }
            return Target::Function(rules[0].0, rules[0].1);
        }
        let target = self.resolve(file, &site.callee);
        if site.form == Form::Call
            && let Some(target) = self.extended(&target)
        {
            return target;
        }
        // `self.environ["X"]`, where `environ` is a property: no function has entries.
        let asks_entries = matches!(site.form, Form::Index | Form::Contains | Form::Iterate);
        match &target {
            Target::Function(..) if asks_entries => self.resolve(file, &site.callee.called()),
            Target::Value(of, Expr::Map(pairs)) if asks_entries => {
                let path = self.laid_over(*of, pairs, MAX_HOPS);
                path.map_or_else(|| target.clone(), |path| self.resolve(*of, &path))
            }
            _ => target,
        }
    }
}

impl Known {
    fn new(program: &Program<'_>) -> Self {
        let mut targets = Vec::with_capacity(program.files.len());
        let mut callers: FxHashMap<FunctionId, Vec<Frame>> = FxHashMap::default();
        let mut makers: FxHashMap<ClassId, Vec<Frame>> = FxHashMap::default();
        let rules = program.rules();
        for (file, unit) in program.files.iter().enumerate() {
            let sites = unit.facts.sites.iter().map(|site| (site, None));
            let made =
                program.made_sites()[file].iter().map(|(site, target)| (site, target.as_ref()));
            let asked = sites.chain(made).enumerate().map(|(at, (site, known))| {
                let target = known.cloned().unwrap_or_else(|| program.called(file, site, &rules));
                let frame = Frame { file, site: at };
                match target {
                    Target::Function(in_file, function) => {
                        callers.entry((in_file, function)).or_default().push(frame);
                    }
                    Target::Class(in_file, class) => {
                        makers.entry((in_file, class)).or_default().push(frame);
                    }
                    _ => {}
                }
                target
            });
            targets.push(asked.collect());
        }
        let circles = circles(program, &callers);
        Self { targets, callers, makers, circles }
    }
}

fn circles(
    program: &Program<'_>,
    callers: &FxHashMap<FunctionId, Vec<Frame>>,
) -> FxHashMap<FunctionId, usize> {
    let mut graph: DiGraph<FunctionId, ()> = DiGraph::new();
    let mut nodes: FxHashMap<FunctionId, NodeIndex> = FxHashMap::default();
    let mut called: Vec<_> = callers.iter().collect();
    called.sort_by_key(|(id, _)| **id);
    for (callee, frames) in called {
        for frame in frames {
            let Some(function) = program.site(*frame).function else { continue };
            let mut node = |id: FunctionId| *nodes.entry(id).or_insert_with(|| graph.add_node(id));
            let (from, to) = (node((frame.file, function)), node(*callee));
            graph.update_edge(from, to, ());
        }
    }
    let components = tarjan_scc(&graph).into_iter().enumerate();
    components
        .flat_map(|(at, inside)| inside.into_iter().map(move |node| (node, at)))
        .map(|(node, at)| (graph[node], at))
        .collect()
}
