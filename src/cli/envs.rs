//! `keydrift envs`: the environments and why they are what they are.

use super::arguments::{self, ScanArgs};
use super::exit::Exit;
use super::output::{self, Color, Format};
use crate::report::envs::{environments, write_text};

/// Arguments of `envs`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// How to write them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only this environment
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
}

/// Lists the environments.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let scan = args.scan.scan(false)?;
    let only = arguments::environment(&scan.inventory, args.env.as_deref())?;
    let all = environments(&scan.files, &scan.inventory, only);
    output::print(color, |out| match args.format {
        Format::Text => write_text(&all, out),
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &all)?;
            out.write_all(b"\n")
        }
    })?;
    Ok(Exit::Clean)
}
