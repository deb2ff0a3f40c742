//! What Lambda calls in the code of a function, and where that code lies.
//!
//! Knows attributes of resources and of the modules that many take for functions. A package that something else puts
//! together is not seen into.

use super::expression::Module;
use crate::document::hcl::{Form, form};
use crate::document::{Entry as Pair, Node};
use crate::facts::Handler;
use crate::facts::SourceFacts;

/// Attributes that lead to the code.
const CODE: &[&str] = &["source_dir", "source_path", "filename", "local_existing_package"];

/// How many workloads and takers of maps there were before a function was read.
#[derive(Clone, Copy)]
pub(super) struct Before(usize, usize);

impl Before {
    /// What a source has so far.
    pub(super) fn of(facts: &SourceFacts) -> Self {
        Self(facts.workloads.len(), facts.module.taken.len())
    }

    /// Notes with what was read since what is called in it.
    pub(super) fn note<'a>(
        self,
        module: Module<'a>,
        root: Node<'a>,
        body: Node<'a>,
        facts: &mut SourceFacts,
    ) {
        let Some(handler) = handler(module, root, body) else { return };
        for one in facts.workloads.iter_mut().skip(self.0) {
            one.handler = Some(handler.clone());
        }
        for one in facts.module.taken.iter_mut().skip(self.1) {
            one.handler = Some(handler.clone());
        }
    }
}

fn handler<'a>(module: Module<'a>, root: Node<'a>, body: Node<'a>) -> Option<Handler> {
    let node = module.settled(body.get("handler")?);
    let is_name = form(node) == Form::Expression;
    let name = module.word(node).or_else(|| node.text().filter(|_| is_name))?;
    let code = CODE.iter().find_map(|key| code(module, root, body.get(key)?));
    Some(Handler { name: name.to_owned(), code })
}

/// The folder that an attribute leads to: written, or that of an archive which the same file makes.
fn code<'a>(module: Module<'a>, root: Node<'a>, node: Node<'a>) -> Option<String> {
    let raw = module.context.raw(node.range());
    let parts: Vec<&str> = raw.split('.').collect();
    if let ["data", kind @ "archive_file", label, "output_path"] = parts.as_slice() {
        let archive: Option<Pair<'a>> = root.at(&["data", kind])?.entry(label);
        let archive = archive?.value;
        let named = ["source_dir", "source_file"].iter().find_map(|key| archive.get(key))?;
        return path(module.context.raw(named.range()));
    }
    path(raw)
}

/// A path from the folder of the file; `None` for a package, and where an expression stands in it.
fn path(raw: &str) -> Option<String> {
    let raw = raw.strip_prefix('"')?.trim_end_matches('"');
    let path = ["${path.module}/", "${path.root}/"].iter().find_map(|it| raw.strip_prefix(it));
    let path = path.unwrap_or(raw);
    let is_package = path.ends_with("zip") || path.contains(['$', '(', '[']);
    let is_file = path.rsplit_once('.').is_some_and(|(_, end)| end == "py");
    let folder = if is_file { crate::text::relative::folder(path) } else { path };
    (!is_package && !path.is_empty()).then(|| folder.to_owned())
}
