//! Stacks of Pulumi: the configuration that `Pulumi.STACK.yaml` gives to the program that deploys.
//!
//! The program decides what goes on to a process, and it is not run: what processes get of a stack is unknown.

use super::Format;
use super::context::{Asks, Context, env, note_opaque, note_problems};
use super::paths;
use crate::document::{Document, Syntax};
use crate::facts::SourceFacts;
use crate::model::{Namespace, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "pulumi", paths: is_stack, needles: &["config"], claims, extract };

/// `Pulumi.prod.yaml`; `Pulumi.yaml` is the project itself.
fn is_stack(path: &str) -> bool {
    let stack = paths::name(path).strip_prefix("Pulumi.");
    Syntax::of(path) == Some(Syntax::Yaml) && stack.is_some_and(|rest| rest.contains('.'))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| root.get("config").is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("pulumi");
    for document in documents {
        note_problems(document, &mut facts);
        let config = document.root().and_then(|root| root.entry("config"));
        let Some(config) = config else { continue };
        for pair in config.value.entries() {
            let secure = pair.value.get("secure");
            let value = match secure {
                Some(_) => Value::Encrypted,
                None => context.value(pair.key, pair.value, Asks::None, &mut facts),
            };
            let range = (!pair.value.is_null()).then(|| pair.value.resolved().range());
            let mut entry = env(pair.key, pair.key_range, value, range);
            entry.namespace = Namespace::Setting;
            facts.entries.push(entry);
        }
        note_opaque("what the program of Pulumi gives", config.key_range, &mut facts);
    }
    vec![facts]
}
