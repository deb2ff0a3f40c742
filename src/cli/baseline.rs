//! `keydrift baseline`: writes the findings of today down, or takes out those that are gone.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::arguments::{ScanArgs, Sure};
use super::exit::Exit;
use super::output::{self, Before};
use crate::accept::baseline::Baseline;
use crate::report::count;
use crate::text::files;

/// A baseline has an entry for each finding: a larger file is something else.
const LIMIT: u64 = 200_000_000;

/// Arguments of `baseline`.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 written, 2 the run could not do its job.

Examples:
  keydrift baseline
  keydrift check --baseline keydrift-baseline.json
  keydrift baseline --prune")]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// The file
    #[arg(long, value_name = "FILE", default_value = "keydrift-baseline.json")]
    output: PathBuf,
    /// Only take out the entries that no finding fits any more; add none
    #[arg(long)]
    prune: bool,
    /// Write down findings that are at least this sure
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL", conflicts_with = "prune")]
    min_confidence: Sure,
}

/// Scans, and writes the file.
pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let before = match args.output.exists() {
        true => Some(read(&args.output)?),
        false if args.prune => Some(read(&args.output)?),
        false => None,
    };
    let scan = args.scan.scan(false)?;
    let all = || scan.findings.iter().zip(scan.fingerprints.iter().map(String::as_str));
    let (baseline, told) = match before {
        Some(mut baseline) if args.prune => {
            let gone = baseline.prune(all().map(|(_, fingerprint)| fingerprint));
            let left = count(baseline.len(), "entry");
            (baseline, format!("{} taken out, {left} left", count(gone, "entry")))
        }
        before => {
            let least = args.min_confidence.confidence();
            let sure = all().filter(|(finding, _)| finding.confidence >= least);
            let baseline = Baseline::of(sure, &scan.inventory, &scan.files, before.as_ref());
            let told = format!("{} accepted", count(baseline.len(), "finding"));
            (baseline, told)
        }
    };
    output::save(&args.output, Before::Replaced, |out| out.write_all(baseline.text().as_bytes()))?;
    if !args.scan.is_quiet() {
        // The file is written; that nobody can be told changes nothing.
        let _ = writeln!(anstream::stderr(), "keydrift: {told} in {}", args.output.display());
    }
    Ok(Exit::Clean)
}

/// Reads a baseline file.
pub(super) fn read(path: &Path) -> anyhow::Result<Baseline> {
    let shown = path.display();
    let (text, _) =
        files::read(path, LIMIT).map_err(|why| anyhow::anyhow!("the baseline {shown} {why}"))?;
    Baseline::parse(&text).with_context(|| format!("{shown} is no baseline"))
}
