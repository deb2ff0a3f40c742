//! `keydrift explain KEY`: all that is known of one key, in all its spellings.

use std::collections::BTreeSet;

use anyhow::bail;

use super::arguments::{self, ScanArgs};
use super::exit::Exit;
use super::output::{self, Color, Format};
use super::suggest;
use crate::graph::Graph;
use crate::model::key::fold;
use crate::model::{Inventory, KeyId};
use crate::report::explain::{Explainer, write_json, write_text};

/// Arguments of `explain`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The key, in any of its spellings: `DATABASE_URL`, `database.url`
    key: String,
    #[command(flatten)]
    scan: ScanArgs,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only this environment
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
}

/// Explains a key.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let scan = args.scan.scan(true)?;
    let only = arguments::environment(&scan.inventory, args.env.as_deref())?;
    let keys = keys(&scan.inventory, &args.key)?;
    let graph = Graph::build(&scan.inventory);
    let explainer = Explainer { files: &scan.files, graph: &graph, only };
    let mut met = BTreeSet::new();
    let keys = keys.into_iter().filter(|key| met.insert(graph.lead(*key)));
    let explanations: Vec<_> = keys.map(|key| explainer.explain(key)).collect();
    output::print(color, |out| match args.format {
        Format::Text => write_text(&explanations, out),
        Format::Json => write_json(&explanations, out),
    })?;
    Ok(Exit::Clean)
}

/// The keys that go by `name`: the one of that very name first, then its other spellings.
fn keys(inventory: &Inventory, name: &str) -> anyhow::Result<Vec<KeyId>> {
    let folded = fold(name);
    let same =
        inventory.keys_by_name().filter(|(key, _)| !folded.is_empty() && fold(&key.name) == folded);
    let mut found: Vec<(bool, KeyId)> = same.map(|(key, id)| (key.name != name, id)).collect();
    found.sort_by_key(|(other, _)| *other);
    if !found.is_empty() {
        return Ok(found.into_iter().map(|(_, id)| id).collect());
    }
    let known: Vec<&str> = inventory.keys_by_name().map(|(key, _)| key.name.as_str()).collect();
    let near = suggest::near(name, &known, 4);
    if near.is_empty() {
        bail!("there is no key `{name}` here: nothing reads it and nothing defines it");
    }
    bail!("there is no key `{name}`; near it: {}", near.join(", "))
}
