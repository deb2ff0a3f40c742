//! Terraform: what resources give to code, and what modules hand to them.
//!
//! Knows one file. Its variables and locals are no keys of code: they are told beside the entries, for the link to
//! resolve. State, plans and what providers make up are not seen.

mod arguments;
mod cluster;
mod element;
mod expression;
mod find;
mod functions;
mod lines;
mod module;
mod resource;
mod rows;
mod shapes;
mod tasks;
mod templates;
mod terragrunt;

use std::collections::BTreeMap;

use super::context::{Context, note_problems};
use super::{Format, paths};
use crate::document::{Document, Node, Syntax, hcl_json};
use crate::facts::SourceFacts;
use crate::text::File;

use expression::Module;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "terraform", paths: is_terraform, needles: &[], claims, extract };

/// The ends of the names of files of variables.
const VARIABLES: &[&str] = &[".tfvars", ".tfvars.json"];

fn is_terraform(path: &str) -> bool {
    is_of_module(path) || is_of_variables(path) || may_be_grunt(path)
}

/// Whether a file is of a module, in HCL or in JSON.
fn is_of_module(path: &str) -> bool {
    let has_word = || paths::name(path).split('.').any(|part| matches!(part, "tf" | "tofu"));
    is_json(path) || Syntax::of(path) == Some(Syntax::Hcl) && has_word()
}

/// Whether a file of a module is in JSON.
fn is_json(path: &str) -> bool {
    [".tf.json", ".tofu.json"].iter().any(|end| path.ends_with(end))
}

/// Whether a file may be of Terragrunt.
fn may_be_grunt(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Hcl) && !is_of_module(path) && !is_of_variables(path)
}

/// Whether a file gives variables of modules values.
fn is_of_variables(path: &str) -> bool {
    let name = paths::name(path);
    VARIABLES.iter().any(|end| name.ends_with(end))
        || name.split('.').any(|part| part == "tfvars") && Syntax::of(path) == Some(Syntax::Hcl)
}

fn claims(file: &File, documents: &[Document]) -> bool {
    let is_grunt = may_be_grunt(&file.path);
    let fits = |root: Node<'_>| root.is_map() && (!is_grunt || terragrunt::is_grunt(root));
    documents.iter().any(|document| document.root().is_some_and(fits))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    let path = context.file.path.as_str();
    let told = is_json(path).then(|| vec![hcl_json::parse(&context.file.text)]);
    for document in told.as_deref().unwrap_or(documents) {
        let Some(root) = document.root() else { continue };
        let is_of_variables = is_of_variables(&context.file.path);
        let kind = if is_of_variables { "tfvars" } else { "terraform" };
        let mut facts = SourceFacts::new(kind);
        note_problems(document, &mut facts);
        let locals = locals(root);
        let module = Module { context, locals: &locals, element: None };
        sources.push(facts);
        if is_of_variables {
            module::variables(module, root, &mut sources[0]);
        } else if may_be_grunt(path) {
            terragrunt::read(module, root, &mut sources[0]);
        } else {
            blocks(module, root, &mut sources);
            templates::note(module, root, &mut sources[0]);
        }
    }
    let role = paths::role(&context.file.path);
    for facts in &mut sources {
        facts.role = role;
    }
    sources.retain(says_something);
    sources
}

fn says_something(facts: &SourceFacts) -> bool {
    let SourceFacts { entries, bindings, opaque, workloads, problems, module, held, .. } = facts;
    !(entries.is_empty()
        && bindings.is_empty()
        && opaque.is_empty()
        && workloads.is_empty()
        && problems.is_empty()
        && held.is_empty()
        && module.is_empty())
}

fn locals(root: Node<'_>) -> BTreeMap<&str, Node<'_>> {
    let blocks = root.entries().into_iter().filter(|pair| pair.key == "locals");
    blocks.flat_map(|block| block.value.entries()).map(|local| (local.key, local.value)).collect()
}

/// The blocks of a file of a module. The first of `sources` is the file's own.
fn blocks<'a>(module: Module<'a>, root: Node<'a>, sources: &mut Vec<SourceFacts>) {
    for block in root.entries() {
        match block.key {
            "resource" => {
                for kind in block.value.entries() {
                    for label in kind.value.entries() {
                        resource::read(module, root, &kind, &label, sources);
                    }
                }
            }
            "module" => {
                for label in block.value.entries() {
                    module::call((module, root), &label, sources);
                }
            }
            "variable" => {
                for label in block.value.entries() {
                    module::declared(module, &label, &mut sources[0]);
                }
            }
            "output" => {
                for label in block.value.entries() {
                    module::output(module, &label, &mut sources[0]);
                }
            }
            "locals" => {
                for local in block.value.entries() {
                    module::local(module, &local, &mut sources[0]);
                }
            }
            _ => {}
        }
    }
}

/// The source of one kind, and one section of it: added where there is none yet.
fn source<'s>(
    sources: &'s mut Vec<SourceFacts>,
    kind: &'static str,
    section: Option<&str>,
) -> &'s mut SourceFacts {
    let found = sources.iter().position(|facts| {
        facts.kind == kind && facts.section.as_deref() == section && facts.object.is_none()
    });
    let at = found.unwrap_or_else(|| {
        let mut facts = SourceFacts::new(kind);
        facts.section = section.map(str::to_owned);
        sources.push(facts);
        sources.len() - 1
    });
    &mut sources[at]
}
