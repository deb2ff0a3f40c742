//! Terragrunt: what a configuration hands to a module of Terraform, and where else it takes that from.
//!
//! Knows one file. Which file an `include` or a `read_terragrunt_config` means depends on the unit that is run, so their
//! paths are kept as they are written, for the link to resolve. Outputs of other units are not seen.

use super::expression::Module;
use super::module;
use crate::document::Node;
use crate::document::hcl::{Form, form};
use crate::facts::SourceFacts;
use crate::facts::module::GruntFacts;

/// The blocks and attributes of Terragrunt, of which one says what it hands on.
const BLOCKS: &[&str] = &[
    "catalog",
    "dependencies",
    "dependency",
    "download_dir",
    "engine",
    "errors",
    "exclude",
    "feature",
    "generate",
    "iam_role",
    "include",
    "inputs",
    "locals",
    "prevent_destroy",
    "remote_state",
    "retry_max_attempts",
    "retry_sleep_interval_sec",
    "retryable_errors",
    "skip",
    "terraform",
    "terraform_binary",
    "terragrunt_version_constraint",
    "terraform_version_constraint",
];

/// Whether a file of HCL is of Terragrunt.
pub(super) fn is_grunt(root: Node<'_>) -> bool {
    let entries = root.entries();
    entries.iter().all(|pair| BLOCKS.contains(&pair.key))
        && entries.iter().any(|pair| matches!(pair.key, "include" | "inputs" | "locals"))
}

/// What the file says.
pub(super) fn read<'a>(module: Module<'a>, root: Node<'a>, facts: &mut SourceFacts) {
    let mut grunt = GruntFacts::default();
    for block in root.entries() {
        match block.key {
            "locals" => {
                for local in block.value.entries() {
                    match form(local.value) {
                        Form::Call("read_terragrunt_config") => {
                            let path =
                                local.value.items().first().map(|path| written(module, *path));
                            grunt.reads.extend(path.map(|path| (local.key.to_owned(), path)));
                        }
                        _ => module::local(module, &local, facts),
                    }
                }
            }
            "inputs" => inputs(module, block.value, facts, &mut grunt),
            "terraform" => {
                if let Some(source) = block.value.get("source") {
                    grunt.sources.extend(choices(module, source));
                }
            }
            "include" => includes(module, block.value, &mut grunt),
            _ => {}
        }
    }
    facts.module.grunt = Some(Box::new(grunt));
}

/// `include { path = … }` and `include "root" { path = … }`.
fn includes(module: Module<'_>, block: Node<'_>, grunt: &mut GruntFacts) {
    if let Some(path) = block.get("path") {
        grunt.includes.push(written(module, path));
    }
    let named = block.entries().into_iter().filter_map(|pair| pair.value.get("path"));
    grunt.includes.extend(named.map(|path| written(module, path)));
}

/// The inputs: a map, or several that are put together, of which some are other files'.
fn inputs<'a>(module: Module<'a>, node: Node<'a>, facts: &mut SourceFacts, grunt: &mut GruntFacts) {
    for part in module.parts(node) {
        if part.is_known {
            for pair in part.node.entries() {
                module::input(module, &pair, facts);
                grunt.unseen.extend(module::unseen(module, &pair));
            }
        } else if let Some(text) = part.node.text() {
            grunt.merged.push(text.to_owned());
        }
    }
}

/// The texts that a source may be: both sides of a condition.
fn choices(module: Module<'_>, node: Node<'_>) -> Vec<String> {
    match form(node) {
        Form::Choice => {
            node.items().into_iter().skip(1).map(|side| written(module, side)).collect()
        }
        _ => vec![written(module, node)],
    }
}

/// An expression as it is written.
fn written(module: Module<'_>, node: Node<'_>) -> String {
    module.context.raw(node.range()).to_owned()
}
