//! Workflows of GitHub Actions: the variables of jobs that deploy.
//!
//! A job's variables are its runner's: they go on through the tool that deploys, which puts them into compose files or
//! hands them to a platform. Jobs that build, test and lint give nothing. Workflows that are called from others, what a
//! step writes to `$GITHUB_ENV`, and what `secrets` and `vars` hold are not seen.

use super::context::{Context, note_problems};
use super::pipeline::{Purpose, deploys, purpose};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Node};
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
const GIVING: Giving<'static> = Giving { references: &[("${{", "}}")], scope: None };

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
        let deploying: Vec<Job<'_>> =
            jobs.iter().filter_map(|pair| Job::of(pair.value, pair.key, &around)).collect();
        let mut found = Vec::new();
        if let (Some(first), Some(env)) = (deploying.first(), root.get("env")) {
            // What all jobs share is the environment's where all deploy to one.
            let is_one = deploying.iter().all(|job| job.environment == first.environment);
            let mut facts = source(context, first.environment.filter(|_| is_one));
            GIVING.map(context, env, &mut facts);
            found.push(facts);
        }
        for job in deploying {
            let place = found.iter().position(|facts| facts.section.as_deref() == job.environment);
            let at = place.unwrap_or_else(|| {
                found.push(source(context, job.environment));
                found.len() - 1
            });
            for env in job.variables {
                GIVING.map(context, env, &mut found[at]);
            }
        }
        if let Some(first) = found.first_mut() {
            note_problems(document, first);
        }
        sources.extend(found);
    }
    sources.retain(|facts| !facts.entries.is_empty() || !facts.problems.is_empty());
    sources
}

fn source(context: Context<'_>, environment: Option<&str>) -> SourceFacts {
    let mut facts = SourceFacts::new("github-actions");
    facts.role = paths::role(&context.file.path);
    facts.section = environment.map(str::to_owned);
    facts
}

/// A job that deploys.
struct Job<'a> {
    environment: Option<&'a str>,
    /// The maps of its own variables and of the steps that deploy.
    variables: Vec<Node<'a>>,
}

impl<'a> Job<'a> {
    fn of(job: Node<'a>, key: &str, around: &[&str]) -> Option<Self> {
        let environment = environment(job);
        let name = job.get("name").and_then(Node::text).unwrap_or("");
        let said = [key, name].into_iter().chain(around.iter().copied()).map(purpose);
        let said = said.into_iter().find(|purpose| *purpose != Purpose::Unknown);
        let is_published = environment.is_some_and(|name| PUBLISHING.contains(&name));
        let is_named = !is_published
            && (environment.is_some() && said != Some(Purpose::Tries)
                || said == Some(Purpose::Deploys));
        let steps = job.get("steps").map(Node::items).unwrap_or_default();
        let deploying: Vec<Node<'a>> =
            steps.into_iter().filter(|step| step_deploys(*step, is_named)).collect();
        if deploying.is_empty() || said == Some(Purpose::Tries) && environment.is_none() {
            return None;
        }
        let own = job.get("env").into_iter();
        let variables = own.chain(deploying.iter().filter_map(|step| step.get("env"))).collect();
        Some(Self { environment, variables })
    }
}

/// The environment that a job names; none where an expression does.
fn environment(job: Node<'_>) -> Option<&str> {
    let named = job.get("environment")?;
    let text = named.get("name").unwrap_or(named).text()?;
    // Expressions are masked before the tree is built.
    (!text.is_empty() && !text.contains('$')).then_some(text)
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
