//! Files that Terraform fills in: `templatefile("${path.module}/oven.json.tftpl", { log_level = var.log_level })`.
//!
//! Knows what is handed to them. What they are, their own formats read; which path is meant is known where it is written
//! out, from the folder of the module.

use super::expression::Module;
use super::module::nested;
use crate::document::Node;
use crate::document::hcl::{Form, form};
use crate::facts::SourceFacts;
use crate::facts::module::Receiver;

/// Calls in blocks in blocks, as deep as anybody writes them.
const MAX_DEPTH: usize = 24;
/// More templates than one file fills in.
const MOST: usize = 200;

/// Notes what the calls in a file hand to templates.
pub(super) fn note<'a>(module: Module<'a>, root: Node<'a>, facts: &mut SourceFacts) {
    if !module.context.file.text.contains("templatefile") {
        return;
    }
    let mut calls = Vec::new();
    search(root, MAX_DEPTH, &mut calls);
    for call in calls {
        let items = call.items();
        let (Some(path), Some(given)) = (path(module, call), items.get(1)) else { continue };
        for pair in module.settled(*given).entries() {
            let to = Receiver::Template(path.clone());
            nested(module, (format!("var.{}", pair.key), to), &pair, 1, facts);
        }
    }
}

fn search<'a>(node: Node<'a>, depth: usize, found: &mut Vec<Node<'a>>) {
    let Some(below) = depth.checked_sub(1).filter(|_| found.len() < MOST) else { return };
    if form(node) == Form::Call("templatefile") {
        found.push(node);
        return;
    }
    node.entries().iter().for_each(|pair| search(pair.value, below, found));
    node.items().into_iter().for_each(|item| search(item, below, found));
}

/// The file that a call fills in.
pub(super) fn path<'a>(module: Module<'a>, call: Node<'a>) -> Option<String> {
    let raw = module.context.raw(call.items().first()?.range());
    let raw = raw.strip_prefix('"')?.strip_suffix('"')?;
    let inside = ["${path.module}/", "${path.root}/"].iter().find_map(|it| raw.strip_prefix(it));
    let path = inside.unwrap_or(raw).trim_start_matches("./");
    (!path.is_empty() && !path.contains(['$', '\\'])).then(|| path.to_owned())
}
