//! `app.yaml` of Google App Engine: what `env_variables` gives to a service.
//!
//! Knows one file. What a pipeline puts into it before it deploys is not seen.

use super::Format;
use super::context::{Context, note_problems};
use super::variables::{Giving, Plain};
use crate::document::{Document, Node, Syntax, elder};
use crate::facts::{Entry, Include, SourceFacts};
use crate::model::{Scalar, ScalarKind, Value};
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
    let scalar = Some(scalar as Plain);
    let giving = Giving { references: &[("${", "}"), ("$", "")], scope: None, scalar };
    let mut facts = context.source("app-engine");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        for part in ["build_env_variables", "env_variables"] {
            if let Some(map) = root.get(part) {
                let first = facts.entries.len();
                giving.map(context, map, &mut facts);
                name_nothing(map, &mut facts.entries[first..]);
            }
        }
        let taken = root.get("includes").map(Node::items).unwrap_or_default();
        for (order, item) in (0..).zip(taken) {
            facts.includes.extend(item.text().map(|path| Include {
                path: path.to_owned(),
                required: false,
                scope: None,
                order,
                in_branch: false,
                range: item.resolved().range(),
            }));
        }
    }
    vec![facts]
}

/// A plain scalar as the SDK hands it on: as Python writes what YAML 1.1 makes of it.
fn scalar(text: &str) -> Option<String> {
    match text {
        "y" | "Y" => return Some("True".to_owned()),
        "n" | "N" => return Some("False".to_owned()),
        _ => {}
    }
    let read = elder::scalar(text);
    match read.as_deref().unwrap_or(text) {
        "true" => Some("True".to_owned()),
        "false" => Some("False".to_owned()),
        _ => read,
    }
}

/// Variables without a value are given the word `None`.
fn name_nothing(map: Node<'_>, entries: &mut [Entry]) {
    let pairs = map.entries();
    let nothing = pairs.iter().filter(|pair| pair.value.is_null());
    for pair in nothing {
        for entry in entries.iter_mut().filter(|entry| entry.key_range == pair.key_range) {
            let text = "None".to_owned();
            entry.value = Value::Literal(Scalar { text, kind: ScalarKind::Null });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scalar;

    /// What `appinfo.LoadSingleAppInfo` of appengine-python-standard gives for each.
    #[test]
    fn words_are_those_of_the_sdk() {
        for (written, given) in [
            ("yes", "True"),
            ("Off", "False"),
            ("true", "True"),
            ("y", "True"),
            ("012", "10"),
            ("0o14", "0o14"),
            ("1_000", "1000"),
            ("1:30", "90"),
            ("1.10", "1.1"),
            ("0x1F", "31"),
            ("2024-01-01", "2024-01-01"),
            ("rye", "rye"),
        ] {
            assert_eq!(scalar(written).as_deref().unwrap_or(written), given, "{written}");
        }
    }
}
