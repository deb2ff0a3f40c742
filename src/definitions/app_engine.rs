//! `app.yaml` of Google App Engine: what `env_variables` gives to a service.
//!
//! Knows one file. What a pipeline puts into it before it deploys is not seen.

use super::Format;
use super::context::{Context, note_problems};
use super::variables::Giving;
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "app-engine", paths: is_yaml, needles: &["env_variables"], claims, extract };

fn is_yaml(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let marks = ["entrypoint", "handlers", "runtime", "service"];
        root.get("env_variables").is_some_and(Node::is_map)
            && marks.iter().any(|mark| root.get(mark).is_some())
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let giving = Giving { references: &[("${", "}"), ("$", "")], scope: None };
    let mut facts = context.source("app-engine");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        for part in ["build_env_variables", "env_variables"] {
            if let Some(map) = root.get(part) {
                giving.map(context, map, &mut facts);
            }
        }
    }
    vec![facts]
}
