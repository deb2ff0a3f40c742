//! `app.yaml` of Google App Engine: what `env_variables` gives to a service.
//!
//! Knows one file. What a pipeline puts into it before it deploys is not seen.

use super::Format;
use super::context::{Context, note_problems};
use super::variables::Giving;
use crate::document::{Document, Node, Syntax};
use crate::facts::{Include, SourceFacts};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "app-engine", paths: is_yaml, needles: &["env_variables"], claims, extract };

/// The row of files that have all their variables taken in.
pub(super) static INCLUDES: Format = Format {
    name: "app-engine-includes",
    paths: is_yaml,
    needles: &["includes", "runtime"],
    claims: includes,
    extract,
};

fn is_yaml(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let marks = ["entrypoint", "handlers", "runtime", "service"];
        // What `includes` takes in may hold variables and nothing else.
        let is_part = root.entries().iter().all(|pair| pair.key == "env_variables");
        let gives = root.get("env_variables").is_some_and(Node::is_map);
        gives && (is_part || marks.iter().any(|mark| root.get(mark).is_some()))
    })
}

fn includes(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        root.get("runtime").is_some_and(|runtime| runtime.text().is_some())
            && root.get("includes").is_some_and(Node::is_list)
            && ["entrypoint", "handlers", "instance_class", "service"]
                .iter()
                .any(|mark| root.get(mark).is_some())
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let giving = Giving { references: &[("${", "}"), ("$", "")], scope: None, scalar: None };
    let mut facts = context.source("app-engine");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        for part in ["build_env_variables", "env_variables"] {
            if let Some(map) = root.get(part) {
                giving.map(context, map, &mut facts);
            }
        }
        let taken = root.get("includes").map(Node::items).unwrap_or_default();
        for (order, item) in (0..).zip(taken) {
            facts.includes.extend(item.text().map(|path| Include {
                path: path.to_owned(),
                required: false,
                scope: None,
                order,
                range: item.resolved().range(),
            }));
        }
    }
    vec![facts]
}
