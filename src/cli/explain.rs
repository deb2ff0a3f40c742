//! `keydrift explain KEY`: all that is known of one key, in all its spellings.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::arguments::{self, ScanArgs};
use super::exit::Exit;
use super::output::{self, Color, Format};
use super::suggest;
use crate::graph::Graph;
use crate::history::About;
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
    let scan = args.scan.scan_with_history(true, About::Named(args.key.clone()))?;
    let only = arguments::environment(&scan.inventory, args.env.as_deref())?;
    let keys = suggest::keys(&scan.inventory, &args.key)?;
    let graph = Graph::build(&scan.inventory);
    let explainer = Explainer {
        files: &scan.files,
        graph: &graph,
        only,
        answering: Some(scan.answering()),
        coverage: OnceCell::new(),
    };
    let mut met = BTreeSet::new();
    let keys = keys.into_iter().filter(|key| met.insert(graph.lead(*key)));
    let explanations: Vec<_> = keys.map(|key| explainer.explain(key)).collect();
    output::print(color, |out| match args.format {
        Format::Text => write_text(&explanations, out),
        Format::Json => write_json(&explanations, out),
    })?;
    Ok(Exit::Clean)
}
