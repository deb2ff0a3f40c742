//! `keydrift flags`: the life of every flag, what can go first.

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use super::arguments::{self, ScanArgs};
use super::exit::Exit;
use super::output::{self, Color};
use crate::graph::Graph;
use crate::history::About;
use crate::lifecycle::{self, Stage};
use crate::report::flags::{Teller, Wanted, write_csv, write_json, write_markdown, write_text};

/// Arguments of `flags`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// How to write them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only the state in this environment
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// Only flags in this stage (may be given several times)
    #[arg(long, value_name = "STAGE", value_parser = stages())]
    stage: Vec<String>,
    /// Only flags whose owner holds this text (may be given several times)
    #[arg(long, value_name = "OWNER")]
    owner: Vec<String>,
}

/// How flags are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// A table for an issue
    Markdown,
    /// A table for a spreadsheet
    Csv,
}

/// Tells the life of every flag.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let scan = args.scan.scan_with_history(true, About::All)?;
    let environment = arguments::environment(&scan.inventory, args.env.as_deref())?;
    let is_named = |stage: &&Stage| args.stage.iter().any(|name| name == stage.as_str());
    let stages: Vec<Stage> = Stage::ALL.iter().filter(is_named).copied().collect();
    let today = args.scan.today();
    let graph = Graph::build(&scan.inventory);
    let flags = lifecycle::flags(&graph, &scan.config, today);
    let wanted = Wanted { environment, stages: &stages, owners: &args.owner };
    let teller = Teller { files: &scan.files, graph: &graph, answering: scan.answering(), today };
    let all = teller.tell(&flags, &wanted);
    output::print(color, |out| match args.format {
        Format::Text => write_text(&all, out),
        Format::Json => write_json(&all, out),
        Format::Markdown => write_markdown(&all, out),
        Format::Csv => write_csv(&all, out),
    })?;
    Ok(Exit::Clean)
}

/// The names of all stages.
fn stages() -> PossibleValuesParser {
    PossibleValuesParser::new(Stage::ALL.iter().map(|stage| stage.as_str()))
}
