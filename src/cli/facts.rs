//! `keydrift facts`: every read and every definition.

use std::io::Write as _;

use super::arguments::ScanArgs;
use super::exit::Exit;
use super::output::{self, Color};
use crate::report::{self, clean, count};

/// Arguments of `facts`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// Also give the reads of test code and examples, marked `"test":true`
    #[arg(long)]
    tests: bool,
    /// Also give what is read of Django's settings and Flask's configuration where no module of the project gives it
    #[arg(long)]
    frameworks: bool,
}

/// Writes one JSON object a line.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let scan = args.scan.scan(args.tests)?;
    let shown = report::facts::Shown { tests: args.tests, frameworks: args.frameworks };
    output::print(color, |out| report::facts::write(&scan.files, &scan.inventory, shown, out))?;
    if !args.scan.is_quiet()
        && let Some(first) = scan.problems.first()
    {
        let number = count(scan.problems.len(), "problem");
        let (path, message) = (clean(&first.path), clean(&first.message));
        // The facts are out; that nobody can be told of the rest changes nothing.
        let _ = writeln!(anstream::stderr(), "keydrift: {number}, the first in {path}: {message}");
    }
    Ok(Exit::Clean)
}
