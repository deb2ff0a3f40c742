//! Pipelines of GitLab: the variables of jobs that deploy.
//!
//! A job's variables are its runner's: they go on through the tool that deploys. Jobs that build, test and lint give
//! nothing. What a rule gives is there under its condition alone. Variables of the project's settings (which win) are not
//! seen. Jobs of other files are there once the pipeline is put together.

use super::commands;
use super::context::{Context, note_problems};
use super::pipeline::{Purpose, deploys, note_script, purpose, section};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax, psych};
use crate::facts::SourceFacts;
use crate::model::{Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "gitlab-ci", paths: is_pipeline, needles: &[], claims, extract };

/// The row of files that others include, which may be called anything.
pub(super) static PARTS: Format = Format {
    name: "gitlab-ci-parts",
    paths: |path| Syntax::of(path) == Some(Syntax::Yaml),
    needles: &["script:"],
    claims: holds_jobs,
    extract,
};

/// The kind of what a pipeline gives its runner.
const OWN: &str = "gitlab-ci";

/// Keys of a job, beside its script, that no other tool's file has at this place.
const MARKS: &[&str] =
    &["artifacts", "environment", "extends", "needs", "only", "rules", "stage", "tags", "when"];

/// Deeper than jobs extend each other.
const MAX_DEPTH: usize = 8;
/// What stands at the top level and is no job.
const NO_JOBS: &[&str] =
    &["cache", "default", "include", "spec", "stages", "variables", "workflow"];
/// `$CI_COMMIT_SHA`
const GIVING: Giving<'static> = Giving {
    references: &[("$", ""), ("${", "}")],
    scope: None::<&Scope>,
    scalar: Some(psych::number),
};

/// Whether a file at this path is called like a pipeline of GitLab.
pub fn is_pipeline(path: &str) -> bool {
    let name = paths::name(path);
    let is_yaml = Syntax::of(path) == Some(Syntax::Yaml);
    // What `include` takes in is kept in such folders.
    let mut folders = path.rsplit('/').skip(1);
    let is_part = folders.any(|folder| matches!(folder, ".gitlab" | ".gitlab-ci"));
    is_yaml && (is_part || name.starts_with(".gitlab-ci") || name.contains(".gitlab-ci."))
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    is_pipeline(&file.path)
}

/// Whether maps at the top are jobs of GitLab, whatever the file is called.
fn holds_jobs(_file: &File, documents: &[Document]) -> bool {
    let is_job = |pair: &Pair<'_>| {
        let script = pair.value.get("script");
        !NO_JOBS.contains(&pair.key)
            && script.is_some_and(|it| it.is_list() || it.text().is_some())
            && MARKS.iter().any(|mark| pair.value.get(mark).is_some())
    };
    documents.iter().filter_map(Document::root).any(|root| root.entries().iter().any(is_job))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut shared = context.source(OWN);
    let mut found: Vec<SourceFacts> = Vec::new();
    for document in documents {
        note_problems(document, &mut shared);
        let Some(root) = document.root() else { continue };
        let entries = root.entries();
        let is_job = |pair: &&Pair<'_>| {
            !NO_JOBS.contains(&pair.key) && !pair.key.starts_with('.') && pair.value.is_map()
        };
        let jobs = entries.iter().filter(is_job);
        let deploying: Vec<_> = jobs.filter(|job| is_deploying(root, job)).collect();
        if deploying.is_empty() {
            continue;
        }
        let mut begun: Vec<Option<String>> = Vec::new();
        for job in deploying {
            for environment in environments(root, job) {
                // What the pipeline gives to all comes first: a job's own wins over it.
                if !begun.contains(&environment) {
                    let all = section(context, OWN, environment.as_deref(), &mut found);
                    variables(context, root, all);
                    if let Some(workflow) = root.get("workflow") {
                        chosen(context, workflow, all);
                    }
                    begun.push(environment.clone());
                }
                give(context, (root, job.value), environment.as_deref(), &mut found);
            }
        }
    }
    let all = std::iter::once(shared).chain(found);
    all.filter(SourceFacts::says_something).collect()
}

/// Adds what one job gives where it deploys.
fn give(
    context: Context<'_>,
    (root, job): (Node<'_>, Node<'_>),
    environment: Option<&str>,
    found: &mut Vec<SourceFacts>,
) {
    let own = section(context, OWN, environment, found);
    let bases = extended(root, job);
    for node in bases.iter().rev().map(|base| base.value).chain([job]) {
        variables(context, node, own);
        chosen(context, node, own);
    }
    let script = lines(root, job);
    let text: Vec<&str> = script.iter().copied().filter_map(Node::text).collect();
    if let Some(first) = script.first() {
        note_script((&text.join("\n"), first.resolved().range()), "", true, own);
    }
    let given = section(context, commands::KIND, environment, found);
    for line in script {
        commands::script(context, line.resolved().range(), given);
    }
}

/// The commands of a job, its own or those of the job that it extends.
fn lines<'a>(root: Node<'a>, job: Node<'a>) -> Vec<Node<'a>> {
    let bases = extended(root, job);
    let nodes = || std::iter::once(job).chain(bases.iter().map(|base| base.value));
    let scripts = ["before_script", "script"].into_iter();
    let scripts = scripts.filter_map(|key| nodes().find_map(|node| node.get(key)));
    scripts
        .flat_map(|script| if script.is_list() { script.items() } else { vec![script] })
        .collect()
}

/// `variables:` of a job or of the pipeline; `{ value, description }` is the long form. GitLab reads them by Ruby's parser.
fn variables(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    for pair in node.get("variables").map(Node::entries).unwrap_or_default() {
        let value = pair.value.get("value").unwrap_or(pair.value);
        GIVING.variable(context, &Pair { value, ..pair }, facts);
    }
}

/// `rules: [{ if, variables }]` of a job or a workflow: there where the rule holds.
fn chosen(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    for rule in node.get("rules").map(Node::items).unwrap_or_default() {
        let first = facts.entries.len();
        variables(context, rule, facts);
        let condition = rule.get("if").and_then(Node::text).unwrap_or("a rule holds");
        for entry in facts.entries.iter_mut().skip(first) {
            if let Value::Literal(scalar) = &entry.value {
                let text = format!("{} if {condition}", scalar.text);
                entry.value = Value::Reference { text, needs: Vec::new() };
            }
        }
    }
}

/// The environments that a job names, or a job that it extends: by a word, without the name of a branch behind it, or by
/// a variable of the job, of its matrix or of the pipeline. `None` where none is told.
fn environments(root: Node<'_>, job: &Pair<'_>) -> Vec<Option<String>> {
    let bases = extended(root, job.value);
    let nodes: Vec<Node<'_>> =
        std::iter::once(job.value).chain(bases.iter().map(|base| base.value)).collect();
    let named = nodes.iter().find_map(|node| node.get("environment"));
    let text = named.and_then(|named| named.get("name").unwrap_or(named).text());
    let Some(text) = text else { return vec![None] };
    if let Some(name) = variable_of(text) {
        let given = |node: &Node<'_>| {
            let value = node.at(&["variables", name])?;
            value.get("value").unwrap_or(value).text().map(str::to_owned)
        };
        let turns = nodes.iter().find_map(|node| node.at(&["parallel", "matrix"]));
        let turns = turns.map(Node::items).unwrap_or_default();
        let lists = turns.into_iter().filter_map(|turn| turn.get(name));
        let mut found: Vec<String> = lists
            .flat_map(|list| if list.is_list() { list.items() } else { vec![list] })
            .filter_map(|item| item.text().map(str::to_owned))
            .collect();
        if found.is_empty() {
            found.extend(nodes.iter().chain([&root]).find_map(given));
        }
        found.retain(|text| !text.is_empty() && !text.contains('$'));
        return if found.is_empty() { vec![None] } else { found.into_iter().map(Some).collect() };
    }
    let fixed = text.split('$').next().unwrap_or("").trim_end_matches(['/', '-', '_']);
    vec![(!fixed.is_empty()).then(|| fixed.to_owned())]
}

/// The variable that a text is, whole: `$WHERE`, `${WHERE}`.
fn variable_of(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let name = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(rest);
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_').then_some(name)
}

/// The jobs that a job extends, nearest first.
fn extended<'a>(root: Node<'a>, job: Node<'a>) -> Vec<Pair<'a>> {
    let mut found: Vec<Pair<'a>> = Vec::new();
    let mut open = vec![job];
    for _ in 0..MAX_DEPTH {
        let Some(job) = open.pop() else { break };
        let Some(said) = job.get("extends") else { continue };
        let names = if said.is_list() { said.items() } else { vec![said] };
        let bases = names.into_iter().filter_map(|name| root.entry(name.text()?));
        for base in bases.take(MAX_DEPTH) {
            open.push(base.value);
            found.push(base);
        }
    }
    found
}

fn is_deploying(root: Node<'_>, job: &Pair<'_>) -> bool {
    let bases = extended(root, job.value);
    let nodes = || std::iter::once(job.value).chain(bases.iter().map(|base| base.value));
    let text = |key: &str| nodes().find_map(|node| node.get(key)).and_then(Node::text);
    let environment = nodes().find_map(|node| node.get("environment"));
    let stops = environment.and_then(|it| it.get("action")).and_then(Node::text) == Some("stop");
    let said = [Some(job.key), text("stage")].into_iter().flatten().map(purpose);
    let said = said.into_iter().find(|purpose| *purpose != Purpose::Unknown);
    let is_named = environment.is_some() || said == Some(Purpose::Deploys);
    if stops || said == Some(Purpose::Tries) && environment.is_none() {
        return false;
    }
    let mut lines = lines(root, job.value).into_iter().filter_map(Node::text);
    lines.any(|line| deploys(line, is_named))
}
