//! `keydrift init`: writes the policy file from what was inferred.
//!
//! It is tried before it is written: a check with the file says what it says without.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::arguments::ScanArgs;
use super::exit::Exit;
use super::output::{self, Before, Color};
use super::policy;
use crate::config::{self, Config, FILE_NAMES};
use crate::graph::Graph;
use crate::inquiry::proposal::{Outcome, Proposal};
use crate::lifecycle;
use crate::model::Confidence;
use crate::report::{self, Report, Shown};
use crate::scan::Scan;

/// Arguments of `init`.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 written, 2 the run could not do its job.

Examples:
  keydrift init
  keydrift init --output -
  keydrift init --schema > keydrift.schema.json")]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// The file, or `-` for standard output [default: keydrift.yaml in the first PATH]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a policy file that is there; what it says does not count
    #[arg(long)]
    force: bool,
    /// Print the JSON Schema of the policy file, and do nothing else
    #[arg(long)]
    schema: bool,
}

/// Scans, tries, and writes the file.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    if args.schema {
        output::print(color, |out| {
            serde_json::to_writer_pretty(&mut *out, &policy::schema())?;
            out.write_all(b"\n")
        })?;
        return Ok(Exit::Clean);
    }
    if args.scan.how.has_policy() {
        bail!("`init` writes a policy and goes by none: leave out --config");
    }
    let target = target(args)?;
    let text = tried(&args.scan)?;
    let Some(path) = target else {
        output::print(color, |out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::Clean);
    };
    output::save(&path, Before::Replaced, |out| out.write_all(text.as_bytes()))?;
    if !args.scan.is_quiet() {
        // The file is written; that nobody can be told changes nothing.
        let _ = writeln!(anstream::stderr(), "keydrift: written to {}", path.display());
    }
    Ok(Exit::Clean)
}

/// The file to write; `None` for standard output.
fn target(args: &Args) -> anyhow::Result<Option<PathBuf>> {
    let is_stream = |path: &PathBuf| path.as_os_str() == "-";
    if args.output.as_ref().is_some_and(is_stream) {
        return Ok(None);
    }
    let known = policy::found(args.scan.roots());
    let root = args.scan.roots().first().map_or(Path::new("."), PathBuf::as_path);
    let path = match (&args.output, &known) {
        (Some(path), _) => path.clone(),
        (None, Some(known)) => known.clone(),
        (None, None) if root.is_file() => {
            bail!("{} is no folder: say with --output where the policy goes", root.display())
        }
        (None, None) => root.join(FILE_NAMES[0]),
    };
    if path.exists() && !args.force {
        bail!("{} is there already; --force writes over it", path.display());
    }
    Ok(Some(path))
}

/// The text of a policy with which a check says the same as without one.
fn tried(args: &ScanArgs) -> anyhow::Result<String> {
    let scan = args.scan_under(Config::default())?;
    let graph = Graph::build(&scan.inventory);
    let flags = lifecycle::flags(&graph, &scan.config, args.today());
    let mut proposal = Proposal::new(&scan.inventory, &scan.files, &flags);
    let before = outcome(&scan)?;
    loop {
        let text = report::policy::policy(&proposal);
        let config = config::load(FILE_NAMES[0], &text)
            .with_context(|| "the policy that was made of this project is wrong")?;
        let after = outcome(&args.scan_under(config)?)?;
        if before == after {
            return Ok(text);
        }
        if !proposal.give_way(&before, &after) {
            bail!("no policy for this project says what is said without one; please report it");
        }
    }
}

fn outcome(scan: &Scan) -> anyhow::Result<Outcome> {
    let all = scan.findings.iter().zip(&scan.fingerprints);
    let report = Report {
        files: &scan.files,
        inventory: &scan.inventory,
        answering: None,
        findings: all.map(|(finding, fingerprint)| Shown { finding, fingerprint }).collect(),
        accepted: scan.accepted.iter().collect(),
        stale: &[],
        since: None,
        prefixes: Vec::new(),
        unsure: 0,
        problems: &scan.problems,
        code_files: scan.code.len(),
        min_confidence: Confidence::Low,
        quiet: true,
    };
    let mut text = Vec::new();
    if let Some(reporter) = report::reporter("json") {
        (reporter.write)(&report, &mut text)?;
    }
    Ok(Outcome::new(&scan.inventory, String::from_utf8_lossy(&text).into_owned()))
}
