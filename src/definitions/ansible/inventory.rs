//! Inventories of Ansible: the variables that they give groups and hosts themselves, as INI and as YAML.
//!
//! What Ansible needs to reach a host (`ansible_host`) is none. Inventories that a program prints are not seen.

use super::super::context::{Context, env, note_opaque, note_problems};
use super::super::secret::{self, Written};
use super::super::{Format, paths};
use crate::document::{Document, Node, Syntax};
use crate::facts::{Entry, SourceFacts};
use crate::model::{Namespace, ScalarKind};
use crate::text::{File, TextRange};

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "ansible-inventory", paths: may_be_inventory, needles: &[], claims, extract };

/// Folders of inventories.
const FOLDERS: &[&str] = &["environments", "inventories", "inventory"];
/// Groups in groups, as deep as anybody has them.
const MAX_DEPTH: usize = 16;

fn may_be_inventory(path: &str) -> bool {
    let name = paths::name(path);
    let (stem, end) = name.split_once('.').unwrap_or((name, ""));
    let is_named = matches!(stem, "hosts" | "inventory");
    let is_held = path.rsplit('/').skip(1).take(2).any(|folder| FOLDERS.contains(&folder));
    matches!(end, "" | "cfg" | "ini" | "yaml" | "yml") && (is_named || is_held)
}

fn claims(file: &File, documents: &[Document]) -> bool {
    if Syntax::of(&file.path) == Some(Syntax::Yaml) {
        return documents.iter().filter_map(Document::root).any(is_group_map);
    }
    let mut lines = file.text.lines().map(str::trim);
    lines.any(|line| {
        let group = line.strip_prefix('[').and_then(|rest| rest.split(']').next());
        group.is_some_and(|group| group.ends_with(":vars") || group.ends_with(":children"))
            || line.split_whitespace().skip(1).any(|word| word.starts_with("ansible_"))
    })
}

/// `all: { hosts: …, children: …, vars: … }`
fn is_group_map(root: Node<'_>) -> bool {
    let entries = root.entries();
    let is_group = |node: Node<'_>| {
        let keys = ["children", "hosts", "vars"];
        let own = node.entries();
        !own.is_empty() && own.iter().all(|pair| keys.contains(&pair.key))
    };
    !entries.is_empty() && entries.iter().all(|pair| is_group(pair.value))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("ansible");
    if Syntax::of(&context.file.path) == Some(Syntax::Yaml) {
        for document in documents {
            note_problems(document, &mut facts);
            for group in document.root().map(Node::entries).unwrap_or_default() {
                group_of(context, group.value, MAX_DEPTH, &mut facts);
            }
        }
    } else {
        lines(context, &mut facts);
    }
    if let Some(first) = facts.entries.first() {
        let range = first.key_range;
        note_opaque("what plays hand on through templates", range, &mut facts);
    }
    if facts.entries.is_empty() && facts.problems.is_empty() { Vec::new() } else { vec![facts] }
}

fn group_of(context: Context<'_>, node: Node<'_>, depth: usize, facts: &mut SourceFacts) {
    let Some(below) = depth.checked_sub(1) else { return };
    let maps = |key: &str| node.get(key).map(Node::entries).unwrap_or_default();
    let hosts = maps("hosts");
    for pair in maps("vars")
        .iter()
        .chain(hosts.iter().flat_map(|host| host.value.entries()).collect::<Vec<_>>().iter())
    {
        if !is_connection(pair.key) {
            super::variable(context, pair, facts);
        }
    }
    for child in maps("children") {
        group_of(context, child.value, below, facts);
    }
}

fn is_connection(name: &str) -> bool {
    name.starts_with("ansible_")
}

/// The lines of an inventory in INI: hosts with their variables, and groups of variables.
fn lines(context: Context<'_>, facts: &mut SourceFacts) {
    let mut is_of_variables = false;
    let mut at = 0;
    for whole in context.file.text.split_inclusive('\n') {
        let start = at;
        at += whole.len();
        let line = whole.trim_end();
        let inside = line.trim_start();
        let offset = start + line.len() - inside.len();
        if inside.is_empty() || inside.starts_with(['#', ';']) {
            continue;
        }
        if let Some(group) = inside.strip_prefix('[') {
            is_of_variables = group.split(']').next().is_some_and(|it| it.ends_with(":vars"));
        } else if is_of_variables {
            assignment(context, (offset, inside), facts);
        } else {
            for (from, word) in words(inside).into_iter().skip(1) {
                assignment(context, (offset + from, word), facts);
            }
        }
    }
}

/// The words of a line with their places; what stands in quotes is one.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut quote = None;
    let mut start = None;
    for (at, sign) in line.char_indices() {
        match (quote, sign) {
            (Some(open), sign) if sign == open => quote = None,
            (None, '"' | '\'') => quote = Some(sign),
            (None, '#') if start.is_none() => return words,
            (None, sign) if sign.is_whitespace() => {
                if let Some(from) = start.take() {
                    words.push((from, &line[from..at]));
                }
                continue;
            }
            _ => {}
        }
        start.get_or_insert(at);
    }
    words.extend(start.map(|from| (from, &line[from..])));
    words
}

/// `oven_count=4`
fn assignment(context: Context<'_>, (at, text): (usize, &str), facts: &mut SourceFacts) {
    let Some((left, right)) = text.split_once('=') else { return };
    let (name, value) = (left.trim_end(), right.trim());
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_name || is_connection(name) {
        return;
    }
    let key_range = TextRange::new(at, at + name.len());
    let from = at + left.len() + 1 + (right.len() - right.trim_start().len());
    let range = TextRange::new(from, from + value.len());
    let bare = ['"', '\''].iter().find_map(|sign| value.strip_prefix(*sign)?.strip_suffix(*sign));
    let text = bare.unwrap_or(value);
    let kind = ScalarKind::Text;
    let written = Written { name, text, raw: value, range, kind, asks: Vec::new() };
    let given = secret::judge(&written, context.sealer, facts);
    let entry = env(name, key_range, given, Some(range));
    facts.entries.push(Entry { namespace: Namespace::Setting, ..entry });
}
