//! Snapshots of platforms that know names and values: containers of Docker, tasks of ECS, parameters, variables.
//!
//! What an image itself sets and what somebody added look alike here; whoever compares asks whether code reads the key.

use super::super::context::{Asks, Context, env};
use super::super::dotenv;
use super::super::{compose, ecs};
use super::Form;
use crate::document::{Document, Node};
use crate::facts::{SnapshotFacts, SourceFacts, Workload};
use crate::model::key::is_env_name;
use crate::model::{Scope, Value};
use crate::text::TextRange;

/// `docker inspect`: objects with `Config.Env`.
pub(super) static CONTAINERS: Form = Form { claims: has_containers, extract: containers };
/// `aws ecs describe-task-definition`.
pub(super) static TASKS: Form = Form { claims: has_tasks, extract: tasks };
/// `aws ssm get-parameters-by-path` and its siblings.
pub(super) static PARAMETERS: Form = Form { claims: has_parameters, extract: parameters };
/// A list of names with values: `az webapp config appsettings list`.
pub(super) static PAIRS: Form = Form { claims: has_pairs, extract: pairs };
/// One map of variables: `heroku config --json`.
pub(super) static VARIABLES: Form = Form { claims: has_variables, extract: variables };

/// Who names the service that a container is one of.
const SERVICE: &str = "com.docker.compose.service";

fn roots(documents: &[Document]) -> impl Iterator<Item = Node<'_>> {
    documents.iter().filter_map(Document::root)
}

/// The objects of a list, or the one object that there is.
fn objects(root: Node<'_>) -> Vec<Node<'_>> {
    if root.is_list() { root.items() } else { vec![root] }
}

fn has_containers(documents: &[Document]) -> bool {
    roots(documents).any(|root| objects(root).into_iter().any(is_container))
}

/// Whether an object is a container: an image is described alike, and runs nothing.
fn is_container(node: Node<'_>) -> bool {
    let is_image = node.get("RepoTags").is_some() || node.get("RootFS").is_some();
    !is_image && node.at(&["Config", "Env"]).is_some_and(Node::is_list)
}

fn containers(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let all = roots(documents).flat_map(objects).filter(|node| is_container(*node));
    all.filter_map(|node| {
        let list = node.at(&["Config", "Env"])?;
        let label = node.at(&["Config", "Labels", SERVICE]);
        let named = label.or_else(|| node.get("Name")).and_then(Node::text).unwrap_or("");
        let name = named.trim_start_matches('/').to_owned();
        let mut facts = SourceFacts::new("workload-env");
        for item in list.items() {
            let Some(text) = item.text() else { continue };
            let Some(mut entry) =
                compose::listed(context, text, item.resolved().range(), &mut facts)
            else {
                continue;
            };
            entry.scope = Some(Scope::Workload(name.clone()));
            facts.entries.push(entry);
        }
        let image = node.at(&["Config", "Image"]).and_then(Node::text).map(str::to_owned);
        facts.workloads.push(Workload { image, ..Workload::of(name, list.range()) });
        Some(SnapshotFacts::of(facts))
    })
    .collect()
}

fn has_tasks(documents: &[Document]) -> bool {
    ecs::is_task(documents)
}

fn tasks(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    vec![SnapshotFacts::of(ecs::task(context, documents))]
}

fn parameters_of(root: Node<'_>) -> Vec<Node<'_>> {
    let list = root.get("Parameters").filter(|list| list.is_list());
    let one = root.get("Parameter").filter(|one| one.is_map());
    // `--query 'Parameters[*].{Name:Name,Value:Value}'`: paths, which are no names of variables.
    let is_path = |node: &Node<'_>| {
        node.get("Value").is_some()
            && node.get("Name").and_then(Node::text).is_some_and(|name| name.starts_with('/'))
    };
    let bare = || root.items().into_iter().filter(is_path).collect();
    let all = list.map(Node::items).or_else(|| one.map(|one| vec![one])).unwrap_or_else(bare);
    all.into_iter().filter(|node| node.get("Name").is_some()).collect()
}

fn has_parameters(documents: &[Document]) -> bool {
    roots(documents).any(|root| !parameters_of(root).is_empty())
}

/// A parameter goes by the last segment of its name; where several share that, the segment before tells whose it is.
fn parameters(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let mut facts = SourceFacts::new("live");
    let all: Vec<Node<'_>> = roots(documents).flat_map(parameters_of).collect();
    let names: Vec<&str> = all.iter().filter_map(|node| node.get("Name")?.text()).collect();
    let mut count: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for name in &names {
        *count.entry(last(name)).or_default() += 1;
    }
    for node in all {
        let Some((name, whole)) = node.get("Name").and_then(|name| Some((name, name.text()?)))
        else {
            continue;
        };
        let (key, value) = (last(whole), node.get("Value"));
        // Where nothing says that it is none, it may be one.
        let is_secret = node.get("Type").is_none_or(|it| it.text() == Some("SecureString"));
        let given = match value {
            Some(value) if is_secret => {
                let range = value.resolved().range();
                // Without `--with-decryption` the service gives the cipher text.
                if value.text().is_some_and(|text| text.starts_with("AQICA")) {
                    Value::Encrypted
                } else {
                    let bytes = value.text().unwrap_or("").as_bytes();
                    super::super::secret::withhold(bytes, range, context.sealer, &mut facts)
                }
            }
            Some(value) => context.value(key, value, Asks::None, &mut facts),
            None => continue,
        };
        let range = value.map(|value| value.resolved().range());
        let mut entry = env(key, last_range(context, name, key), given, range);
        let owner = whole.rsplit('/').nth(1).filter(|owner| !owner.is_empty());
        if count.get(key).is_some_and(|times| *times > 1) {
            entry.scope = owner.map(|owner| Scope::Workload(owner.to_owned()));
        }
        facts.entries.push(entry);
    }
    vec![SnapshotFacts::of(facts)]
}

fn last(name: &str) -> &str {
    name.trim_end_matches('/').rsplit('/').next().unwrap_or(name)
}

/// Where the last segment of a name is written.
fn last_range(context: Context<'_>, name: Node<'_>, key: &str) -> TextRange {
    let range = name.resolved().range();
    match context.raw(range).rfind(key) {
        Some(at) => {
            let start = range.start as usize + at;
            TextRange::new(start, start + key.len())
        }
        None => range,
    }
}

const PAIR: &[(&str, &str)] = &[("name", "value"), ("Name", "Value"), ("key", "value")];

fn pair(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    PAIR.iter().find_map(|(name, value)| {
        let name = node.get(name).filter(|name| name.text().is_some_and(is_env_name))?;
        Some((name, node.get(value)?))
    })
}

fn has_pairs(documents: &[Document]) -> bool {
    roots(documents)
        .any(|root| root.is_list() && root.items().into_iter().any(|it| pair(it).is_some()))
}

fn pairs(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let mut facts = SourceFacts::new("live");
    for item in roots(documents).flat_map(Node::items) {
        let Some((name, value)) = pair(item) else { continue };
        let text = name.text().unwrap_or("");
        let given = context.value(text, value, Asks::None, &mut facts);
        let range = Some(value.resolved().range());
        facts.entries.push(env(text, name.resolved().range(), given, range));
    }
    vec![whole(facts)]
}

fn has_variables(documents: &[Document]) -> bool {
    roots(documents).any(|root| {
        let entries = root.entries();
        let named = entries.iter().filter(|pair| is_env_name(pair.key)).count();
        !entries.is_empty()
            && 2 * named >= entries.len()
            && entries.iter().all(|pair| {
                let value = computed(pair.value);
                value.text().is_some() || value.is_null()
            })
    })
}

/// The value of a variable: itself, or what Doppler works out of how it is written.
fn computed(value: Node<'_>) -> Node<'_> {
    value.get("computed").unwrap_or(value)
}

fn variables(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let mut facts = SourceFacts::new("live");
    for pair in roots(documents).flat_map(Node::entries) {
        let value = computed(pair.value);
        let given = context.value(pair.key, value, Asks::None, &mut facts);
        if let Some(raw) = pair.value.get("raw") {
            // The same once more: where it is a secret, no excerpt shows it either.
            drop(context.value(pair.key, raw, Asks::None, &mut facts));
        }
        let range = Some(value.resolved().range());
        facts.entries.push(env(pair.key, pair.key_range, given, range));
    }
    vec![whole(facts)]
}

/// A dump of variables: `printenv`, `heroku config -s`; `None` where most lines are no assignments.
pub(super) fn dump(context: Context<'_>) -> Option<SnapshotFacts> {
    let mut facts = dotenv::dump(context)?;
    facts.kind = "live";
    Some(whole(facts))
}

fn whole(facts: SourceFacts) -> SnapshotFacts {
    SnapshotFacts { is_whole: true, ..SnapshotFacts::of(facts) }
}
