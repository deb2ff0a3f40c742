//! `keydrift check`: findings.

use std::path::PathBuf;

use clap::ValueEnum;

use super::arguments::{self, ScanArgs, Sure};
use super::baseline;
use super::exit::Exit;
use super::output::Color;
use super::sink::{Sink, sinks};
use super::suggest;
use crate::accept::baseline::Entry;
use crate::definitions::Sealer;
use crate::finding::Finding;
use crate::history::{About, Past};
use crate::model::{EnvironmentId, Problem, ProblemKind, Severity};
use crate::report::{Report, Shown};
use crate::rules::RULES;
use crate::scan::{Origin, Scan};

/// Arguments of `check`.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the run could not do its job.

Examples:
  keydrift check
  keydrift check services/ deploy/ --env production
  keydrift check --since origin/main...
  keydrift check --baseline keydrift-baseline.json --format sarif=out.sarif --format text")]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// How to write the report, and into which file (may be given several times)
    ///
    /// Without a file it goes to standard output; one format can go there.
    #[arg(long, value_parser = Sink::parse, value_name = "FORMAT[=FILE]", long_help = Sink::help())]
    format: Vec<Sink>,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only findings that concern this environment (may be given several times)
    #[arg(long, value_name = "ENV")]
    env: Vec<String>,
    /// Only findings of this rule (may be given several times)
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// Only findings that were not there at this revision; `REV...` for where this branch left it
    ///
    /// The whole project is analysed at both ends, so the answer is that of a full check.
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Accept the findings that this file lists (see `keydrift baseline`)
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Only findings that are at least this sure
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    min_confidence: Sure,
    /// Exit with 1 from this severity on
    #[arg(long, value_enum, default_value_t = Fail::Error, value_name = "SEVERITY")]
    fail_on: Fail,
    /// Exit with 1 too where something could not be understood
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fail {
    Error,
    Warning,
    Note,
    Never,
}

/// Scans, reports, and says by the exit code whether something is wrong.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    for rule in &args.rule {
        suggest::find("rule", rule, RULES.iter().map(|rule| rule.name))?;
    }
    let sinks = sinks(&args.format, args.output.as_deref())?;
    let baseline = args.baseline.as_deref().map(baseline::read).transpose()?;
    let mut scan = scan(args)?;
    let stale = baseline.map(|baseline| scan.draw(&baseline)).unwrap_or_default();
    let mut wanted = Vec::new();
    for name in &args.env {
        wanted.extend(arguments::environment(&scan.inventory, Some(name))?);
    }
    let report = report(&scan, &stale, args, &wanted);
    let threshold = args.fail_on.severity();
    let is_bad = |shown: &Shown<'_>| threshold.is_some_and(|from| shown.finding.severity >= from);
    let fails = report.findings.iter().any(is_bad);
    for sink in &sinks {
        sink.write(&report, color)?;
    }
    let strict = args.strict && !scan.problems.is_empty();
    Ok(if fails || strict { Exit::Findings } else { Exit::Clean })
}

/// Scans what is there, and leaves what is new where that is asked for.
fn scan(args: &Args) -> anyhow::Result<Scan> {
    let Some(revision) = &args.since else {
        return args.scan.scan_with_history(false, About::Flags);
    };
    let (how, roots) = (&args.scan.how, args.scan.roots());
    // What git refuses is told before anything is read.
    let past = Past::at(roots, revision)?;
    let sealer = Sealer::new();
    let ask = how.ask(About::Flags);
    let mut new = how.scan_with(roots, Origin::Disk, &sealer, false, ask.clone())?;
    let old = how.scan_with(roots, Origin::Past(&past), &sealer, false, ask)?;
    new.keep_new(&old, revision, args.min_confidence.confidence());
    new.problems.extend(past.losses().map(|(root, why)| Problem {
        path: root.display().to_string(),
        message: format!("it is taken as it is now at `{revision}` too: {why}"),
        span: None,
        kind: ProblemKind::Partial,
    }));
    Ok(new)
}

fn report<'a>(
    scan: &'a Scan,
    stale: &'a [Entry],
    args: &'a Args,
    environments: &[EnvironmentId],
) -> Report<'a> {
    let is_wanted = |finding: &Finding| {
        let concerns = finding.environments.iter().any(|at| environments.contains(at));
        (args.rule.is_empty() || args.rule.iter().any(|rule| rule == finding.rule))
            && (environments.is_empty() || finding.environments.is_empty() || concerns)
    };
    let least = args.min_confidence.confidence();
    let is_sure = |finding: &Finding| finding.confidence >= least;
    let all = scan.findings.iter().zip(&scan.fingerprints);
    let all = all.map(|(finding, fingerprint)| Shown { finding, fingerprint });
    let (findings, unsure): (Vec<_>, Vec<_>) =
        all.filter(|shown| is_wanted(shown.finding)).partition(|shown| is_sure(shown.finding));
    let accepted =
        scan.accepted.iter().filter(|one| is_wanted(&one.finding) && is_sure(&one.finding));
    Report {
        files: &scan.files,
        inventory: &scan.inventory,
        answering: Some(scan.answering()),
        findings,
        accepted: accepted.collect(),
        stale,
        since: args.since.as_deref(),
        prefixes: args.scan.roots().iter().map(|root| arguments::prefix(root)).collect(),
        unsure: unsure.len(),
        problems: &scan.problems,
        code_files: scan.code.len(),
        min_confidence: least,
        quiet: args.scan.is_quiet(),
    }
}

impl Fail {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}
