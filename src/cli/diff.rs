//! `keydrift diff ENV ENV`: what two environments effectively give each key, where that differs.

use super::arguments::{self, ScanArgs};
use super::exit::Exit;
use super::output::{self, Color, Format};
use crate::graph::Graph;
use crate::inquiry::diff::compare;
use crate::model::EnvironmentId;
use crate::report::diff::{differences, write_json, write_text};
use crate::scan::Scan;

/// Arguments of `diff`.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 whatever differs, 1 with --exit-code where something differs that should not, 2 the run could not do its job.

Examples:
  keydrift diff staging production
  keydrift diff staging production services/ deploy/ --all
  keydrift diff prod-eu prod-us --exit-code --quiet")]
pub(super) struct Args {
    /// One environment: `keydrift envs` lists them
    #[arg(value_name = "ENV")]
    one: String,
    /// The other
    #[arg(value_name = "ENV")]
    other: String,
    #[command(flatten)]
    scan: ScanArgs,
    /// Also show what is expected to differ
    ///
    /// Credentials, addresses, names of environments and what the policy lists under `expected_differences` differ
    /// between environments by nature. They are counted in one line unless this is given. JSON always has them, with
    /// the reason under `expected`.
    #[arg(long)]
    all: bool,
    /// Exit with 1 where something differs that should not, as `git diff --exit-code` does
    #[arg(long)]
    exit_code: bool,
    /// How to write the differences
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Compares two environments.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let scan = args.scan.scan(false)?;
    let pair = [named(&scan, &args.one)?, named(&scan, &args.other)?];
    let graph = Graph::build(&scan.inventory);
    let comparison = compare(&graph, &scan.config, pair);
    let all = differences(&scan.files, &scan.inventory, &comparison, pair);
    output::print(color, |out| match args.format {
        Format::Text => write_text(&all, args.all, out),
        Format::Json => write_json(&all, out),
    })?;
    let differs = args.exit_code && all.differs();
    Ok(if differs { Exit::Findings } else { Exit::Clean })
}

fn named(scan: &Scan, name: &str) -> anyhow::Result<EnvironmentId> {
    let known = arguments::environment(&scan.inventory, Some(name))?;
    known.ok_or_else(|| anyhow::anyhow!("there is no environment `{name}`"))
}
