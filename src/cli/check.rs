//! `keydrift check`: findings.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use super::arguments::{self, ScanArgs};
use super::exit::Exit;
use super::output::{self, Color};
use super::suggest;
use crate::finding::Finding;
use crate::model::{Confidence, EnvironmentId, Severity};
use crate::report::{REPORTERS, Report, reporter};
use crate::rules::RULES;
use crate::scan::Scan;

/// Arguments of `check`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// How to write the report
    #[arg(long, value_parser = formats(), default_value = "text")]
    format: String,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only findings that concern this environment (may be given several times)
    #[arg(long, value_name = "ENV")]
    env: Vec<String>,
    /// Only findings of this rule (may be given several times)
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// Only findings that are at least this sure
    #[arg(long, value_enum, default_value_t = Sure::Medium, value_name = "LEVEL")]
    min_confidence: Sure,
    /// Exit with 1 from this severity on
    #[arg(long, value_enum, default_value_t = Fail::Error, value_name = "SEVERITY")]
    fail_on: Fail,
    /// Exit with 1 too where something could not be understood
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sure {
    Low,
    Medium,
    High,
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
    let scan = args.scan.scan(false)?;
    let mut wanted = Vec::new();
    for name in &args.env {
        wanted.extend(arguments::environment(&scan.inventory, Some(name))?);
    }
    let report = report(&scan, args, &wanted);
    let threshold = args.fail_on.severity();
    let fails =
        report.findings.iter().any(|one| threshold.is_some_and(|from| one.severity >= from));
    write(&report, args, color)?;
    let strict = args.strict && !scan.problems.is_empty();
    Ok(if fails || strict { Exit::Findings } else { Exit::Clean })
}

fn report<'a>(scan: &'a Scan, args: &Args, environments: &[EnvironmentId]) -> Report<'a> {
    let is_wanted = |finding: &&Finding| {
        let concerns = finding.environments.iter().any(|at| environments.contains(at));
        (args.rule.is_empty() || args.rule.iter().any(|rule| rule == finding.rule))
            && (environments.is_empty() || finding.environments.is_empty() || concerns)
    };
    let least = args.min_confidence.confidence();
    let (findings, unsure): (Vec<_>, Vec<_>) =
        scan.findings.iter().filter(is_wanted).partition(|finding| finding.confidence >= least);
    Report {
        files: &scan.files,
        inventory: &scan.inventory,
        findings,
        unsure: unsure.len(),
        problems: &scan.problems,
        code_files: scan.code.len(),
        min_confidence: least,
        quiet: args.scan.is_quiet(),
    }
}

fn write(report: &Report<'_>, args: &Args, color: Color) -> anyhow::Result<()> {
    let name = &args.format;
    let Some(reporter) = reporter(name) else { anyhow::bail!("there is no format `{name}`") };
    match &args.output {
        Some(path) => output::save(path, |out| (reporter.write)(report, out)),
        None => output::print(color, |out| (reporter.write)(report, out)),
    }
}

/// The names of all reporters.
fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(REPORTERS.iter().map(|reporter| reporter.name))
}

impl Sure {
    fn confidence(self) -> Confidence {
        match self {
            Self::Low => Confidence::Low,
            Self::Medium => Confidence::Medium,
            Self::High => Confidence::High,
        }
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
