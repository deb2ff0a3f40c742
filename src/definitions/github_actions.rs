//! Workflows of GitHub Actions: the variables of jobs that deploy.
//!
//! A job's variables are its runner's: they go on through the tool that deploys, which puts them into compose files or
//! hands them to a platform. Jobs that build, test and lint give nothing. What a command or an action that deploys is given
//! is read beside it. What a step writes to `$GITHUB_ENV` is the job's from there on, and the dotenv file that
//! it writes is a source of its own. Workflows that are called from others, and what `secrets` and `vars` hold are not seen.

use super::commands;
use super::context::{Context, note_refused};
use super::pipeline::{Purpose, deploys, note_script, purpose, section};
use super::variables::Giving;
use super::{Format, paths, written, written_files};
use crate::document::{Document, Entry as Pair, Node, newer};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "github-actions",
    paths: paths::is_workflow,
    needles: &["jobs"],
    claims,
    extract,
};

/// `${{ secrets.X }}`
const GIVING: Giving<'static> =
    Giving { references: &[("${{", "}}")], scope: None, scalar: Some(newer::scalar) };

/// Environments at GitHub that packages and pages are published through.
const PUBLISHING: &[&str] =
    &["crates-io", "github-pages", "npm", "pages", "pypi", "testpypi", "test-pypi"];

fn claims(file: &File, _documents: &[Document]) -> bool {
    paths::is_workflow(&file.path)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let Some(root) = document.root() else { continue };
        let jobs = root.get("jobs").map(Node::entries).unwrap_or_default();
        let name = root.get("name").and_then(Node::text).unwrap_or("");
        let around = [paths::name(&context.file.path), name];
        let deploying = jobs
            .iter()
            .filter_map(|pair| Job::of(environments(context, root, pair.value), pair, &around));
        let deploying: Vec<Job<'_>> = deploying.collect();
        let mut found: Vec<SourceFacts> = Vec::new();
        if let (Some(first), Some(env)) = (deploying.first(), root.get("env")) {
            // What all jobs share is the environment's where all deploy to one.
            let is_one = deploying.iter().all(|job| job.environments == first.environments);
            let all: &[Option<String>] = if is_one { &first.environments } else { &[None] };
            for environment in all {
                let own = section(context, OWN, environment.as_deref(), &mut found);
                GIVING.map(context, env, own);
            }
        }
        for job in &deploying {
            for environment in &job.environments {
                job.give(context, &mut found, environment.as_deref());
            }
        }
        if let Some(first) = found.first_mut() {
            note_refused(document, Some("GitHub"), first);
        }
        sources.extend(found);
    }
    sources.retain(SourceFacts::says_something);
    sources
}

/// The kind of what a job gives its runner.
const OWN: &str = "github-actions";

/// A job that deploys.
struct Job<'a> {
    /// The environments that it deploys to; `None` where it names none.
    environments: Vec<Option<String>>,
    /// The maps of its own variables and of the steps that deploy.
    variables: Vec<Node<'a>>,
    /// The steps that deploy.
    steps: Vec<Node<'a>>,
    /// All steps.
    all: Vec<Node<'a>>,
    /// The folder in which they run, where they name none.
    home: &'a str,
}

impl<'a> Job<'a> {
    fn of(environments: Vec<Option<String>>, pair: &Pair<'a>, around: &[&str]) -> Option<Self> {
        let job = pair.value;
        let is_placed = job.get("environment").is_some();
        let name = job.get("name").and_then(Node::text).unwrap_or("");
        let said = [pair.key, name].into_iter().chain(around.iter().copied()).map(purpose);
        let said = said.into_iter().find(|purpose| *purpose != Purpose::Unknown);
        let is_published =
            |name: &Option<String>| name.as_deref().is_some_and(|name| PUBLISHING.contains(&name));
        let is_named = !environments.iter().any(is_published)
            && (is_placed && said != Some(Purpose::Tries) || said == Some(Purpose::Deploys));
        let steps = job.get("steps").map(Node::items).unwrap_or_default();
        let all = steps.clone();
        let steps: Vec<Node<'a>> =
            steps.into_iter().filter(|step| step_deploys(*step, is_named)).collect();
        if steps.is_empty() || said == Some(Purpose::Tries) && !is_placed {
            return None;
        }
        let own = job.get("env").into_iter();
        let variables = own.chain(steps.iter().filter_map(|step| step.get("env"))).collect();
        let home = ["defaults", "run", "working-directory"];
        let home = job.at(&home).and_then(Node::text).unwrap_or("");
        Some(Self { environments, variables, steps, all, home })
    }

    fn give(&self, context: Context<'_>, found: &mut Vec<SourceFacts>, environment: Option<&str>) {
        for env in &self.variables {
            GIVING.map(context, *env, section(context, OWN, environment, found));
        }
        for step in &self.all {
            written::add(context, *step, section(context, OWN, environment, found));
            if written_files::is_worth(context, *step) {
                let file = section(context, written_files::KIND, environment, found);
                written_files::add(context, *step, file);
            }
        }
        for step in &self.steps {
            self.note(*step, section(context, OWN, environment, found));
            let own = section(context, commands::KIND, environment, found);
            commands::step(context, *step, own);
            if environment.is_some() {
                commands::var_files(context, *step, own);
            }
        }
    }

    /// Notes what a step runs, unless it tries something out.
    fn note(&self, step: Node<'_>, facts: &mut SourceFacts) {
        let name = step.get("name").and_then(Node::text).unwrap_or("");
        if purpose(name) == Purpose::Tries {
            return;
        }
        let folder = step.get("working-directory").and_then(Node::text).unwrap_or(self.home);
        let scripts = [(step.get("run"), true), (step.at(&["with", "script"]), false)];
        for (node, is_own) in scripts {
            let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            note_script((text, node.resolved().range()), folder, is_own, facts);
        }
    }
}

/// The environments that a job names: by a word, or by an expression over a matrix or over the choices of an input.
fn environments(context: Context<'_>, root: Node<'_>, job: Node<'_>) -> Vec<Option<String>> {
    let Some(named) = job.get("environment") else { return vec![None] };
    let named = named.get("name").unwrap_or(named);
    let raw = context.raw(named.resolved().range()).trim_matches(['"', '\'']);
    // Expressions are masked before the tree is built.
    let inside = raw.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    let Some(inside) = inside else {
        let text = named.text().filter(|text| !text.is_empty() && !raw.contains('$'));
        return vec![text.map(str::to_owned)];
    };
    let path = inside.split("||").next().unwrap_or(inside).trim();
    let texts = |list: Option<Node<'_>>| -> Vec<Option<String>> {
        let items = list.map(Node::items).unwrap_or_default();
        items.into_iter().filter_map(Node::text).map(|text| Some(text.to_owned())).collect()
    };
    let found = if let Some(key) = path.strip_prefix("matrix.") {
        of_matrix(job, key).into_iter().map(Some).collect()
    } else {
        let key =
            path.strip_prefix("github.event.inputs.").or_else(|| path.strip_prefix("inputs."));
        let options = |key| root.at(&["on", "workflow_dispatch", "inputs", key, "options"]);
        texts(key.and_then(options))
    };
    if found.is_empty() { vec![None] } else { found }
}

/// The values of a key of a matrix: its own list, and those of `include`.
fn of_matrix(job: Node<'_>, key: &str) -> Vec<String> {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else { return Vec::new() };
    let (axis, inner) = key.split_once('.').unwrap_or((key, ""));
    let own = matrix.get(axis).map(Node::items).unwrap_or_default();
    let more = matrix.get("include").map(Node::items).unwrap_or_default();
    let more = more.into_iter().filter_map(|item| item.get(axis));
    let all = own.into_iter().chain(more);
    let texts =
        all.filter_map(|node| if inner.is_empty() { node.text() } else { node.get(inner)?.text() });
    let mut found: Vec<String> = Vec::new();
    for text in texts.filter(|text| !text.is_empty() && !text.contains('$')) {
        if !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    }
    found
}

fn step_deploys(step: Node<'_>, is_named: bool) -> bool {
    let command = step.get("run").and_then(Node::text);
    let script = step.at(&["with", "script"]).and_then(Node::text);
    let with = step.at(&["with", "args"]).and_then(Node::text).unwrap_or("");
    let action = step.get("uses").and_then(Node::text).unwrap_or("");
    let action = action.split('@').next().unwrap_or("").to_ascii_lowercase();
    let is_deploying = action.contains("deploy") && !action.contains("pages")
        || action.contains("flyctl") && with.contains("deploy")
        || action.contains("wrangler") && is_named
        || action.contains("vercel") && is_named;
    is_deploying || [command, script].into_iter().flatten().any(|text| deploys(text, is_named))
}
