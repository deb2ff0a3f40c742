//! What a workflow runs, call by call: each called workflow is a document of its own, since it does not get the variables
//! of the one that calls it.

use super::super::tree::{Body, Pair, Tree};
use super::Ground;
use super::inputs::{self, Given, add_secrets, fill, of_call};
use super::matrix;
use crate::model::ScalarKind;
use crate::text::FileId;

/// Deeper than GitHub lets workflows and actions call one another.
const MAX_DEPTH: usize = 10;
/// More calls than a workflow makes.
const MAX_DOCUMENTS: usize = 256;
/// More uses of actions than a workflow has: each may use others several times.
const MAX_USES: usize = 1_000;

/// All that a workflow runs.
pub(super) struct Whole {
    /// The files that it is written in, the workflow first.
    pub(super) inputs: Vec<FileId>,
    /// Its own jobs, then those of each call.
    pub(super) documents: Vec<Tree>,
}

/// A workflow with what it calls.
pub(super) fn written_out(ground: &Ground<'_>, root: u16, leaf: FileId, tree: &Tree) -> Whole {
    let whole = Whole { inputs: vec![leaf], documents: Vec::new() };
    let mut writer = Writer { ground, root, whole, uses: 0 };
    writer.workflow(tree.clone(), &mut vec![leaf]);
    writer.whole
}

struct Writer<'a> {
    ground: &'a Ground<'a>,
    root: u16,
    whole: Whole,
    /// The uses of actions that are written out.
    uses: usize,
}

impl Writer<'_> {
    fn workflow(&mut self, mut tree: Tree, open: &mut Vec<FileId>) {
        let mut calls = Vec::new();
        for job in tree.get_mut("jobs").and_then(Tree::pairs_mut).into_iter().flatten() {
            if job.value.get("uses").is_some() {
                calls.push(job.clone());
                job.value = Tree::map_at(job.value.place);
            } else if let Some(steps) = job.value.get_mut("steps") {
                self.steps(steps, open);
            }
        }
        self.whole.documents.push(tree);
        for job in &calls {
            self.call(job, open);
        }
    }

    /// The documents of a job that calls a workflow, one for each turn of its matrix.
    fn call(&mut self, job: &Pair, open: &mut Vec<FileId>) {
        let uses = job.value.text_under(&["uses"]).unwrap_or("");
        let Some((file, called)) = self.ground.called(self.root, uses) else { return };
        if open.contains(&file) || open.len() >= MAX_DEPTH {
            return;
        }
        self.note(file);
        for turn in matrix::turns(job.value.at(&["strategy", "matrix"])) {
            if self.whole.documents.len() >= MAX_DOCUMENTS {
                return;
            }
            let mut filled = job.value.clone();
            fill(&mut filled, &turn);
            let declared = called.at(&["on", "workflow_call", "inputs"]);
            let mut given = of_call(declared, filled.get("with"));
            add_secrets(filled.get("secrets"), &mut given);
            let mut tree = called.clone();
            let around = format!("{} {}", stem(uses), job.key);
            name_jobs(&mut tree, &around, &given);
            fill(&mut tree, &given);
            open.push(file);
            self.workflow(tree, open);
            open.pop();
        }
    }

    /// Puts the steps of composite actions in the place of those that use them.
    fn steps(&mut self, steps: &mut Tree, open: &mut Vec<FileId>) {
        let Some(items) = steps.items_mut() else { return };
        let mut all = Vec::new();
        for step in std::mem::take(items) {
            match self.composite(&step, open) {
                Some(inner) => all.extend(inner),
                None => all.push(step),
            }
        }
        *items = all;
    }

    fn composite(&mut self, step: &Tree, open: &mut Vec<FileId>) -> Option<Vec<Tree>> {
        let uses = step.text_under(&["uses"])?;
        let (file, action) = self.ground.called(self.root, uses)?;
        let is_composite = action.text_under(&["runs", "using"]) == Some("composite");
        let is_open = open.contains(&file) || open.len() >= MAX_DEPTH;
        if !is_composite || is_open || self.uses >= MAX_USES {
            return None;
        }
        self.uses += 1;
        self.note(file);
        let given = of_call(action.get("inputs"), step.get("with"));
        let mut inner = action.at(&["runs", "steps"])?.clone();
        fill(&mut inner, &given);
        open.push(file);
        self.steps(&mut inner, open);
        open.pop();
        let mut inner = inner.items().to_vec();
        for one in &mut inner {
            lay_under(one, step.get("env"));
        }
        Some(inner)
    }

    fn note(&mut self, file: FileId) {
        if !self.whole.inputs.contains(&file) {
            self.whole.inputs.push(file);
        }
    }
}

/// What the name of a file says: `deploy` of `./.github/workflows/deploy.yml`.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// Leaves out jobs that an input rules out, and calls the others by what calls them too: it says what they are for.
fn name_jobs(tree: &mut Tree, around: &str, given: &Given) {
    let Some(jobs) = tree.get_mut("jobs").and_then(Tree::pairs_mut) else { return };
    jobs.retain(|job| {
        let condition = job.value.text_under(&["if"]);
        !condition.is_some_and(|condition| inputs::rules_out(condition, given))
    });
    for job in jobs {
        let own = job.value.text_under(&["name"]).unwrap_or("");
        let text = format!("{own} {around}");
        let value = Tree::scalar(text.trim().to_owned(), ScalarKind::Text, None);
        job.value.put(Pair { key: "name".to_owned(), place: None, value });
    }
}

/// Gives a step the variables of the step that uses its action, under its own.
fn lay_under(step: &mut Tree, env: Option<&Tree>) {
    let Some(env) = env.filter(|env| env.is_map() && step.is_map()) else { return };
    let mut merged = env.clone();
    if let Some(own) = step.take("env").map(|pair| pair.value)
        && let Body::Map(pairs) = own.body
    {
        for pair in pairs {
            merged.put(pair);
        }
    }
    step.put(Pair { key: "env".to_owned(), place: None, value: merged });
}
