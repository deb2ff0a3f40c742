//! Plays and tasks of Ansible: what they give to commands, containers and environment files.
//!
//! `environment` of plays, blocks and tasks, `vars` of plays, `env` of modules that run containers, and lines that are put
//! into environment files. Conditions, loops and what templates are filled with are not evaluated.

use super::super::context::{Context, env, note_opaque, note_problems};
use super::super::image::{Unknown, third_party};
use super::super::secret::{self, Written};
use super::super::variables::Giving;
use super::super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax};
use crate::facts::SourceFacts;
use crate::model::key::is_env_name;
use crate::model::{Attribution, ScalarKind, Scope};
use crate::text::{File, TextRange};

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "ansible-tasks", paths: may_be_tasks, needles: &[], claims, extract };

/// Modules that run a container or service of the name that they are given, by the last part of their names.
const CONTAINERS: &[&str] =
    &["docker_container", "docker_swarm_service", "docker_service", "podman_container"];
/// Modules that put lines into files.
const LINES: &[&str] = &["lineinfile"];
/// Keys that only plays, blocks and tasks have.
const TASK_KEYS: &[&str] = &[
    "become",
    "block",
    "gather_facts",
    "hosts",
    "import_playbook",
    "import_tasks",
    "include_role",
    "include_tasks",
    "notify",
    "pre_tasks",
    "register",
    "roles",
    "tasks",
    "when",
];
/// Keys under which tasks stand.
const NESTED: &[&str] =
    &["always", "block", "handlers", "post_tasks", "pre_tasks", "rescue", "tasks"];
/// Blocks in blocks, as deep as anybody writes them.
const MAX_DEPTH: usize = 12;
/// How Jinja fills in.
const JINJA: &[(&str, &str)] = &[("{{", "}}")];

fn may_be_tasks(path: &str) -> bool {
    let is_yaml = Syntax::of(path) == Some(Syntax::Yaml);
    let folders = || path.rsplit('/').skip(1);
    let words = ["ansible", "handlers", "playbooks", "plays", "provisioning", "roles", "tasks"];
    let names = ["deploy", "main", "play", "playbook", "provision", "setup", "site"];
    is_yaml
        && (folders().any(|folder| words.contains(&folder))
            || paths::words(paths::name(path)).iter().any(|word| names.contains(&word.as_str())))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    let items = documents.iter().filter_map(Document::root).flat_map(Node::items);
    let has = |item: &Node<'_>, keys: &[&str]| {
        item.entries().iter().any(|pair| {
            keys.contains(&pair.key) || pair.key.starts_with("ansible.builtin.") || runs(pair.key)
        })
    };
    items.take(64).any(|item| has(&item, TASK_KEYS))
}

fn module(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

fn runs(key: &str) -> bool {
    CONTAINERS.contains(&module(key))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("ansible");
    for document in documents {
        note_problems(document, &mut facts);
        for item in document.root().map(Node::items).unwrap_or_default() {
            task(context, item, MAX_DEPTH, &mut facts);
        }
    }
    if facts.entries.is_empty() && facts.opaque.is_empty() { Vec::new() } else { vec![facts] }
}

/// A play, a block or a task.
fn task(context: Context<'_>, node: Node<'_>, depth: usize, facts: &mut SourceFacts) {
    let Some(below) = depth.checked_sub(1) else { return };
    for pair in node.entries() {
        match pair.key {
            "environment" => environment(context, &pair, facts),
            "vars" if node.get("hosts").is_some() => {
                for pair in pair.value.entries() {
                    super::variable(context, &pair, facts);
                }
            }
            "env_file" => note_opaque("an environment file on the host", pair.key_range, facts),
            key if NESTED.contains(&key) => {
                for item in pair.value.items() {
                    task(context, item, below, facts);
                }
            }
            key if runs(key) => container(context, pair.value, facts),
            key if LINES.contains(&module(key)) => line(context, pair.value, facts),
            _ => {}
        }
    }
}

/// `environment: { … }`, a list of such maps, or a variable that holds one.
fn environment(context: Context<'_>, pair: &Pair<'_>, facts: &mut SourceFacts) {
    let giving = Giving { references: JINJA, scope: None, scalar: None };
    giving.map(context, pair.value, facts);
    for item in pair.value.items() {
        giving.map(context, item, facts);
        if item.text().is_some() {
            note_opaque("an environment that a variable holds", item.range(), facts);
        }
    }
    if pair.value.text().is_some() {
        note_opaque("an environment that a variable holds", pair.key_range, facts);
    }
}

fn container(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let text = |key: &str| node.get(key).and_then(Node::text);
    if text("state") == Some("absent") {
        return;
    }
    let name = text("name").filter(|name| !name.contains("{{"));
    let scope = name.map(|name| Scope::Workload(name.to_owned()));
    let image = text("image").filter(|image| !image.contains("{{"));
    let theirs = image.and_then(|image| third_party(image, Unknown::Ours));
    let first = facts.entries.len();
    let giving = Giving { references: JINJA, scope: scope.as_ref(), scalar: None };
    if let Some(pair) = node.entry("env") {
        giving.map(context, pair.value, facts);
        if pair.value.text().is_some() {
            note_opaque("an environment that a variable holds", pair.key_range, facts);
        }
    }
    if let Some(pair) = node.entry("env_file").or_else(|| node.entry("env_files")) {
        note_opaque("an environment file on the host", pair.key_range, facts);
    }
    if let Some(image) = theirs {
        for entry in facts.entries.iter_mut().skip(first) {
            entry.attribution = Attribution::Image(image.to_owned());
        }
    }
}

/// A line of an environment file: `line: "OVEN_COUNT=4"`.
fn line(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let path = ["path", "dest", "name"].iter().find_map(|key| text(key)).unwrap_or("");
    let last = path.trim_end_matches(['"', '\'']);
    if !(last.rsplit('.').next() == Some("env") || last.ends_with("/environment"))
        || text("state") == Some("absent")
    {
        return;
    }
    let Some(node) = node.get("line") else { return };
    let range = node.resolved().range();
    let raw = context.raw(range);
    let quotes = usize::from(raw.starts_with(['"', '\'']));
    let inside = raw.trim_matches(['"', '\'']);
    let bare = inside.strip_prefix("export ").unwrap_or(inside);
    let Some((name, value)) = bare.split_once('=') else { return };
    if !is_env_name(name) {
        return;
    }
    let start = range.start as usize + quotes + (inside.len() - bare.len());
    let key_range = TextRange::new(start, start + name.len());
    let value_range = TextRange::new(start + name.len() + 1, start + name.len() + 1 + value.len());
    let kind = ScalarKind::Text;
    let written =
        Written { name, text: value, raw: value, range: value_range, kind, asks: Vec::new() };
    let given = secret::judge(&written, context.sealer, facts);
    facts.entries.push(env(name, key_range, given, Some(value_range)));
}
