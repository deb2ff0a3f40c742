//! Workflows and actions of GitHub, Gitea and Forgejo: the steps that build images.
//!
//! Evaluates no expression but names: those of `env`, of a matrix, of the steps before. What a caller hands on is filled
//! in where all files are known.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;

use super::actions::{ACTIONS, Action, GIVEN, OF_OTHERS, OTHER};
use super::arguments::argument;
use super::variables::{self, Row, Variables, squeezed};
use super::{Manifest, commands, name, steps};
use crate::document::{Node, Syntax, parse};
use crate::facts::BuildFacts;
use crate::facts::build::{BuiltOf, Call, GivenToBuild, ImageFact};
use crate::text::File;

/// Workflows, and actions in the tree.
pub(super) static WORKFLOW: Manifest =
    Manifest { name: "workflow", paths: is_workflow, extract: workflow };

fn is_workflow(path: &str) -> bool {
    let is_place = ["github", "gitea", "forgejo"].iter().any(|host| {
        path.contains(&format!(".{host}/workflows/")) || path.contains(&format!(".{host}/actions/"))
    });
    let is_action = matches!(name(path), "action.yml" | "action.yaml");
    (is_place || is_action) && Syntax::of(path) == Some(Syntax::Yaml)
}

fn workflow(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    for document in parse(&file.text, Syntax::Yaml) {
        let Some(root) = document.root() else { continue };
        facts.inputs.extend(inputs(root));
        facts.steps.extend(steps::steps(root));
        let mut variables = Variables::default();
        environment(root, &mut variables);
        let jobs = root.get("jobs").map(Node::entries).unwrap_or_default();
        for job in &jobs {
            let inside = of_job(job.value, variables.clone(), &mut facts);
            for output in job.value.get("outputs").map(Node::entries).unwrap_or_default() {
                let name = format!("needs.{}.outputs.{}", job.key, output.key);
                variables.set(&name, &inside.fill(output.value.text().unwrap_or_default()));
            }
        }
        if let Some(runs) = root.get("runs") {
            of_job(runs, variables, &mut facts);
        }
    }
    facts
}

/// What a workflow or action that others call takes, with its defaults.
fn inputs(root: Node<'_>) -> BTreeMap<String, String> {
    let of_call = root.at(&["on", "workflow_call", "inputs"]);
    let all = of_call.or_else(|| root.get("inputs")).map(Node::entries).unwrap_or_default();
    let text =
        |node: Node<'_>| node.get("default").and_then(Node::text).unwrap_or_default().to_owned();
    all.iter().map(|pair| (pair.key.to_owned(), text(pair.value))).collect()
}

fn environment(node: Node<'_>, variables: &mut Variables) {
    for pair in node.get("env").map(Node::entries).unwrap_or_default() {
        if let Some(text) = pair.value.text() {
            variables.set(pair.key, &squeezed(text));
        }
    }
}

/// The steps of a job; gives what is known behind them.
fn of_job(job: Node<'_>, mut variables: Variables, facts: &mut BuildFacts) -> Variables {
    environment(job, &mut variables);
    if let Some(matrix) = job.at(&["strategy", "matrix"]) {
        variables.turn(rows(matrix));
    }
    call(job, &variables, facts);
    let home =
        job.at(&["defaults", "run", "working-directory"]).and_then(Node::text).unwrap_or(".");
    for step in job.get("steps").map(Node::items).unwrap_or_default() {
        call(step, &variables, facts);
        let mut inside = variables.clone();
        environment(step, &mut inside);
        if let Some(script) = step.get("run").and_then(Node::text) {
            let folder = step.get("working-directory").and_then(Node::text).unwrap_or(home);
            let script = format!("cd {folder}\n{script}");
            inside.take(variables::of_lines(&script));
            facts.images.extend(commands::built(&script, &inside, &["/"]));
        }
        gives(step, &inside, &mut variables);
        builds(step, &inside, facts);
    }
    variables
}

/// The turns of a matrix: its lists, each value with each, and those that `include` adds.
fn rows(matrix: Node<'_>) -> Vec<Row> {
    const MOST: usize = 64;
    let mut rows = vec![Row::new()];
    for pair in matrix.entries().iter().filter(|pair| !matches!(pair.key, "include" | "exclude")) {
        let values: Vec<Row> =
            pair.value.items().into_iter().map(|value| row(pair.key, value)).collect();
        if values.is_empty() || rows.len() * values.len() > MOST {
            continue;
        }
        let with = |one: &Row| {
            values
                .iter()
                .map(|value| one.clone().into_iter().chain(value.clone()).collect())
                .collect::<Vec<Row>>()
        };
        rows = rows.iter().flat_map(with).collect();
    }
    rows.retain(|row| !row.is_empty());
    for added in matrix.get("include").map(Node::items).unwrap_or_default().into_iter().take(MOST) {
        let added: Row =
            added.entries().iter().flat_map(|pair| row(pair.key, pair.value)).collect();
        // It goes into each turn that says nothing else, and is one of its own where none takes it.
        let fits = |row: &Row| {
            let mut shared = added.iter().filter(|(name, _)| row.contains_key(*name)).peekable();
            shared.peek().is_some() && shared.all(|(name, value)| row.get(name) == Some(value))
        };
        let mut is_taken = false;
        for row in rows.iter_mut().filter(|row| fits(row)) {
            row.extend(added.clone());
            is_taken = true;
        }
        if !is_taken {
            rows.push(added);
        }
    }
    rows
}

/// A value of a matrix under its name; the entries of a map under theirs.
fn row(name: &str, value: Node<'_>) -> Row {
    match value.text() {
        Some(text) => Row::from([(format!("matrix.{name}"), squeezed(text))]),
        None => value
            .entries()
            .iter()
            .filter_map(|pair| {
                Some((format!("matrix.{name}.{}", pair.key), squeezed(pair.value.text()?)))
            })
            .collect(),
    }
}

/// A workflow or action of the tree that a job or step runs.
fn call(node: Node<'_>, variables: &Variables, facts: &mut BuildFacts) {
    let Some(path) = node.get("uses").and_then(Node::text).and_then(|uses| uses.strip_prefix("./"))
    else {
        return;
    };
    let entries = node.get("with").map(Node::entries).unwrap_or_default();
    let pairs: Vec<(&str, &str)> =
        entries.iter().filter_map(|pair| Some((pair.key, pair.value.text()?))).collect();
    // All that is handed on is filled in at once, so that each turn of a matrix stays together.
    let joined: Vec<&str> = pairs.iter().map(|(_, text)| *text).collect();
    for filled in variables.expand(&joined.join("\u{0}")) {
        let with = pairs
            .iter()
            .zip(filled.split('\u{0}'))
            .map(|((name, _), text)| ((*name).to_owned(), text.to_owned()));
        facts.calls.push(Call { path: path.to_owned(), with: with.collect() });
    }
}

/// What a step gives to those behind it.
fn gives(step: Node<'_>, inside: &Variables, variables: &mut Variables) {
    let id = step.get("id").and_then(Node::text).unwrap_or_default();
    let uses = step.get("uses").and_then(Node::text).unwrap_or_default();
    if uses.starts_with("docker/metadata-action")
        || uses.starts_with("crazy-max/ghaction-docker-meta")
    {
        let images = step.at(&["with", "images"]).and_then(Node::text).unwrap_or_default();
        let names: Vec<String> = images.split(['\n', ',']).filter_map(image_of_line).collect();
        // The turns of a matrix are told apart where the image is built.
        let all = inside.fill(&names.join("\n"));
        variables.set(&format!("steps.{id}.outputs.tags"), &all);
        variables.set("DOCKER_METADATA_OUTPUT_TAGS", &all);
    }
    let Some(script) = step.get("run").and_then(Node::text) else { return };
    let Some(pattern) = output() else { return };
    for found in pattern.captures_iter(script) {
        let (name, value) = (&found["name"], inside.fill(&found["value"]));
        match &found["kind"] {
            "ENV" => variables.set(name, &value),
            _ => variables.set(&format!("steps.{id}.outputs.{name}"), &value),
        }
    }
}

/// A line of `images`: a name, or `name=…` among other marks.
fn image_of_line(line: &str) -> Option<String> {
    let line = squeezed(line.trim());
    let name = line.strip_prefix("name=").unwrap_or(&line);
    (!name.is_empty() && !name.starts_with('#')).then(|| name.to_owned())
}

/// `echo "name=value" >> $GITHUB_OUTPUT`.
pub(super) fn output() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let text = r#"echo\s+["']?(?P<name>[\w-]+)=(?P<value>[^\n"']*?)["']?\s*>>\s*["']?\$\{?GITHUB_(?P<kind>OUTPUT|ENV)"#;
    PATTERN.get_or_init(|| Regex::new(text).ok()).as_ref()
}

/// The names in what a build hands on, where its parts are put together under one name later:
/// `type=image,name=registry.example/oven,push-by-digest=true`.
fn pushed(outputs: &str) -> String {
    let parts = outputs.split([',', '\n', '"']).map(str::trim);
    parts.filter_map(|part| part.strip_prefix("name=")).collect::<Vec<_>>().join("\n")
}

/// A step whose action builds an image.
fn builds(step: Node<'_>, variables: &Variables, facts: &mut BuildFacts) {
    let uses = step.get("uses").and_then(Node::text).unwrap_or_default();
    let is_it = |action: &&Action| uses.split('@').next() == Some(action.uses);
    let action = ACTIONS.iter().find(is_it).unwrap_or(&OTHER);
    let is_own = uses.starts_with("./") || !uses.contains("build");
    let Some(with) = step.get("with").filter(|_| action.uses != OTHER.uses || !is_own) else {
        return;
    };
    let text =
        |names: &[&str]| names.iter().find_map(|name| with.get(name)?.text()).unwrap_or_default();
    let (given, target) = (text(&[GIVEN]), text(&["target"]));
    let pushed = pushed(text(&["outputs"]));
    let names = Some(text(action.names)).filter(|names| !names.is_empty()).unwrap_or(&pushed);
    let written = [names, text(action.context), text(action.dockerfile), given, target];
    let is_told = action.uses != OTHER.uses && OF_OTHERS.iter().all(|it| with.get(it).is_none());
    let range = with.get(GIVEN).map(|node| node.resolved().range()).unwrap_or_default();
    if action.uses == OTHER.uses
        && (written[0].is_empty() || written[1].is_empty() && written[2].is_empty())
    {
        return;
    }
    let all = written.join("\u{0}");
    for filled in variables.expand(&all) {
        let mut parts = filled.split('\u{0}');
        let mut next = || parts.next().unwrap_or_default().trim();
        let (names, context, dockerfile, given, target) = (next(), next(), next(), next(), next());
        // `{{defaultContext}}:folder` and a URL of the repository are the tree itself.
        let context = context
            .strip_prefix("{{defaultContext}}")
            .map_or(context, |rest| rest.trim_start_matches(':'));
        let of = BuiltOf {
            context: from_root(if context.is_empty() || context.contains("://") {
                "."
            } else {
                context
            }),
            dockerfile: (!dockerfile.is_empty()).then(|| from_root(dockerfile)),
        };
        let lines = given.lines().filter(|line| !line.trim().is_empty());
        let arguments = lines.map(|line| argument(line, range)).collect::<Option<Vec<_>>>();
        let given = GivenToBuild {
            arguments: arguments.filter(|_| is_told),
            target: (!target.is_empty()).then(|| target.to_owned()),
        };
        for name in names.split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty()) {
            let name = name.split(',').next().unwrap_or(name);
            let (image, of, given) = (name.to_owned(), vec![of.clone()], given.clone());
            facts.images.push(ImageFact { image, of, given });
        }
    }
}

/// A path of an action, which is seen from the root of the repository.
fn from_root(path: &str) -> String {
    let path = path.strip_prefix("${{github.workspace}}").unwrap_or(path);
    format!("/{}", path.trim_start_matches("./").trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::WORKFLOW;
    use crate::facts::BuildFacts;
    use crate::text::File;

    fn facts(text: &str) -> BuildFacts {
        (WORKFLOW.extract)(&File::new(".github/workflows/images.yml", text))
    }

    #[test]
    fn tags_of_a_metadata_step_and_a_matrix_are_followed() {
        let text = "env:\n  REGISTRY: registry.example\njobs:\n  image:\n    strategy:\n      matrix:\n        include:\n          - { part: shop, folder: services/shop }\n          - { part: oven, folder: services/oven }\n    steps:\n      - id: meta\n        uses: docker/metadata-action@v5\n        with:\n          images: ${{ env.REGISTRY }}/bakery/${{ matrix.part }}\n      - uses: docker/build-push-action@v6\n        with:\n          context: ${{ matrix.folder }}\n          tags: ${{ steps.meta.outputs.tags }}\n";
        let found = facts(text);
        let all: Vec<(&str, &str)> = found
            .images
            .iter()
            .map(|one| (one.image.as_str(), one.of[0].context.as_str()))
            .collect();
        assert_eq!(
            all,
            [
                ("registry.example/bakery/shop", "/services/shop"),
                ("registry.example/bakery/oven", "/services/oven"),
            ]
        );
    }

    /// Parts for several platforms are pushed by their digests, under the name that `outputs` gives.
    #[test]
    fn an_image_that_is_pushed_by_digest_has_its_name_in_the_outputs() {
        let text = "jobs:\n  image:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          outputs: type=image,name=registry.example/bakery/oven,push-by-digest=true,push=true\n";
        let found = facts(text);
        let all: Vec<&str> = found.images.iter().map(|one| one.image.as_str()).collect();
        assert_eq!(all, ["registry.example/bakery/oven"]);
    }

    #[test]
    fn what_a_job_hands_to_a_workflow_of_the_tree_is_kept() {
        let text = "jobs:\n  shop:\n    uses: ./.github/workflows/image.yml\n    with:\n      image: shop\n      folder: services/shop\n";
        let found = facts(text);
        assert_eq!(found.calls[0].path, ".github/workflows/image.yml");
        assert_eq!(found.calls[0].with["folder"], "services/shop");
    }
}
