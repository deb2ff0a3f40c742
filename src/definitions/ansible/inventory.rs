//! Inventories of Ansible: the variables that they give groups and hosts themselves, as INI and as YAML.
//!
//! What Ansible needs to reach a host (`ansible_host`) is none. Inventories that a program prints are not seen.

use std::collections::BTreeMap;

use super::super::context::{Context, env, note_opaque, note_problems};
use super::super::secret::{self, Written};
use super::super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax};
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

/// What an inventory gives groups, by how many they are in, and what it gives hosts: files of groups stand between the two.
struct Given<'a> {
    context: Context<'a>,
    groups: BTreeMap<usize, SourceFacts>,
    hosts: SourceFacts,
}

impl Given<'_> {
    /// The source of the groups that are in as many others.
    fn groups(&mut self, depth: usize) -> &mut SourceFacts {
        self.groups.entry(depth).or_insert_with(|| self.context.source("ansible"))
    }
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let groups = BTreeMap::new();
    let mut given = Given { context, groups, hosts: context.source("ansible-host") };
    if Syntax::of(&context.file.path) == Some(Syntax::Yaml) {
        for document in documents {
            note_problems(document, &mut given.hosts);
            for group in document.root().map(Node::entries).unwrap_or_default() {
                group_of(context, group.value, 0, &mut given);
            }
        }
    } else {
        lines(context, &mut given);
    }
    let mut all: Vec<_> = given.groups.into_values().chain([given.hosts]).collect();
    for facts in &mut all {
        if let Some(first) = facts.entries.first() {
            let range = first.key_range;
            note_opaque("what plays hand on through templates", range, facts);
        }
    }
    all.retain(|facts| !facts.entries.is_empty() || !facts.problems.is_empty());
    all
}

/// The variables of a group, of its hosts, and of the groups in it: these win.
fn group_of(context: Context<'_>, node: Node<'_>, depth: usize, given: &mut Given<'_>) {
    if depth > MAX_DEPTH {
        return;
    }
    let maps = |key: &str| node.get(key).map(Node::entries).unwrap_or_default();
    let is_own = |pair: &&Pair<'_>| !is_connection(pair.key);
    for pair in maps("vars").iter().filter(is_own) {
        super::variable(context, pair, given.groups(depth));
    }
    for host in maps("hosts") {
        for pair in host.value.entries().iter().filter(is_own) {
            super::variable(context, pair, &mut given.hosts);
        }
    }
    for child in maps("children") {
        group_of(context, child.value, depth + 1, given);
    }
}

fn is_connection(name: &str) -> bool {
    name.starts_with("ansible_")
}

/// What a header opens.
enum Part<'a> {
    Hosts,
    Children(&'a str),
    Variables(&'a str),
}

/// The lines of an inventory in INI: hosts with their variables, and groups of variables.
fn lines(context: Context<'_>, given: &mut Given<'_>) {
    let mut part = Part::Hosts;
    let mut parents: Vec<(&str, &str)> = Vec::new();
    let mut blocks: Vec<(&str, Vec<(usize, &str)>)> = Vec::new();
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
        if let Some(header) = inside.strip_prefix('[') {
            let header = header.split(']').next().unwrap_or("");
            part = match header.split_once(':') {
                Some((group, "vars")) => Part::Variables(group),
                Some((group, "children")) => Part::Children(group),
                _ => Part::Hosts,
            };
            if let Part::Variables(group) = part {
                blocks.push((group, Vec::new()));
            }
            continue;
        }
        match part {
            Part::Variables(_) => {
                blocks.last_mut().into_iter().for_each(|(_, block)| block.push((offset, inside)));
            }
            Part::Children(group) => {
                parents.extend(inside.split_whitespace().next().map(|child| (child, group)));
            }
            Part::Hosts => {
                for (from, word) in words(inside).into_iter().skip(1) {
                    assignment(context, (offset + from, word), &mut given.hosts);
                }
            }
        }
    }
    let depths = depths(&parents);
    for (group, block) in blocks {
        let depth = if group == "all" { 0 } else { depths.get(group).copied().unwrap_or(1) };
        let facts = given.groups(depth);
        for line in block {
            assignment(context, line, facts);
        }
    }
}

/// How many groups each group is in, one in the other; a group that is in none is in `all`.
fn depths<'a>(parents: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, usize> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..MAX_DEPTH {
        let mut is_settled = true;
        for (child, parent) in parents {
            let depth = depths.get(parent).copied().unwrap_or(1) + 1;
            let known = depths.entry(child).or_insert(1);
            if *known < depth && depth <= MAX_DEPTH {
                *known = depth;
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
    depths
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
