//! `keydrift sync`: the edits that bring environments or the repository in line.

mod places;
mod settle;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::ValueEnum;

use super::arguments::{self, ScanArgs, Sure};
use super::exit::Exit;
use super::output;
use super::{baseline, suggest};
use crate::definitions::Sealer;
use crate::finding::Finding;
use crate::model::EnvironmentId;
use crate::report::sync::{Changed, Told, diff, summary, text};
use crate::rules::RULES;
use crate::scan::{Origin, Scan};
use crate::sync::Ask;
use places::Places;
use settle::settle;

/// Arguments of `sync`.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 every finding that was chosen has its edit, 1 some have none, 2 the run could not do its job.

Examples:
  keydrift sync --rule dead-key | git apply
  keydrift sync --env production --write
  keydrift sync --key POOL_SIZE --from production
  keydrift sync --live production=live.yaml --rule live-drift")]
pub(super) struct Args {
    #[command(flatten)]
    scan: ScanArgs,
    /// Only findings that concern this environment (may be given several times)
    #[arg(long, value_name = "ENV")]
    env: Vec<String>,
    /// Only findings of this rule (may be given several times)
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// Only findings about this key (may be given several times)
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
    /// Only the finding of this fingerprint, or of one that begins so (may be given several times)
    #[arg(long, value_name = "FINGERPRINT")]
    finding: Vec<String>,
    /// Leave alone the findings that this file lists (see `keydrift baseline`)
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Only findings that are at least this sure
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    min_confidence: Sure,
    /// The environment whose values are right, where values differ
    #[arg(long, value_name = "ENV")]
    from: Option<String>,
    /// Which side wins where a live value differs from the declared one
    #[arg(long, value_enum, default_value_t = To::Live, value_name = "SIDE")]
    to: To,
    /// Give new entries the value that the other environments agree on, where it is no secret
    #[arg(long)]
    copy_values: bool,
    /// Only edit files below this root: one of the paths, where they lie in several repositories
    #[arg(long = "in", value_name = "PATH")]
    inside: Option<PathBuf>,
    /// Write the edits to the files instead of printing them
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// What is live is written into the declaration
    Live,
    /// What is declared stays, and has to be deployed
    Declared,
}

/// Scans, plans, looks again, and prints or writes.
pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    for rule in &args.rule {
        suggest::find("rule", rule, RULES.iter().map(|rule| rule.name))?;
    }
    let baseline = args.baseline.as_deref().map(baseline::read).transpose()?;
    let sealer = Sealer::new();
    let history = args.scan.history();
    let mut scan = args.scan.scan_as(Origin::Disk, &sealer, history.clone())?;
    if let Some(baseline) = baseline {
        scan.draw(&baseline);
    }
    let places = Places::of(args)?;
    let chosen = chosen(&scan, args)?;
    let ask = Ask {
        from: arguments::environment(&scan.inventory, args.from.as_deref())?,
        keeps_declared: args.to == To::Declared,
        copies_values: args.copy_values,
    };
    let made = settle(args, &scan, &chosen, ask, &places, (&sealer, history.as_ref()))?;
    let told: Vec<Told<'_>> = chosen
        .iter()
        .zip(&made.plan.outcomes)
        .enumerate()
        .map(|(at, (finding, outcome))| Told {
            finding,
            outcome,
            withdrawn: made.withdrawn.get(&at).map(String::as_str),
        })
        .collect();
    let changed = made.plan.drafts.iter().map(|(id, draft)| {
        let path = places.shown(scan.files.get(*id));
        Changed { path, before: draft.original(), after: draft.text() }
    });
    let mut changed: Vec<Changed<'_>> = changed.collect();
    changed.sort_by(|one, two| one.path.cmp(&two.path));
    if args.write {
        for (id, draft) in &made.plan.drafts {
            let path = places.on_disk(scan.files.get(*id));
            std::fs::write(&path, draft.text().as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    } else {
        output::print_plain(|out| diff(&changed, out))?;
    }
    tell(args, &scan, &told, changed.len())?;
    let is_settled = |told: &Told<'_>| told.withdrawn.is_none() && told.outcome.is_settled();
    Ok(if told.iter().all(is_settled) { Exit::Clean } else { Exit::Findings })
}

/// Says what became of each finding, where nobody asked for silence.
fn tell(args: &Args, scan: &Scan, told: &[Told<'_>], files: usize) -> anyhow::Result<()> {
    let mut err = anstream::stderr().lock();
    text(told, &scan.inventory, &scan.files, &mut err).context("cannot write to standard error")?;
    if !args.scan.is_quiet() {
        let done = if args.write { " (written)" } else { "" };
        // All has been said; that the sum cannot be told changes nothing.
        let _ = writeln!(err, "keydrift: {}{done}", summary(told, files));
    }
    Ok(())
}

/// The findings that were asked for.
fn chosen<'a>(scan: &'a Scan, args: &Args) -> anyhow::Result<Vec<&'a Finding>> {
    let mut environments: Vec<EnvironmentId> = Vec::new();
    for name in &args.env {
        environments.extend(arguments::environment(&scan.inventory, Some(name))?);
    }
    for key in &args.key {
        if !scan.inventory.keys.iter().any(|known| known.name == *key) {
            suggest::find("key", key, scan.inventory.keys.iter().map(|key| key.name.as_str()))?;
        }
    }
    let least = args.min_confidence.confidence();
    let is_wanted = |finding: &Finding, fingerprint: &str| {
        let name = finding.key.map_or("", |key| scan.inventory.key(key).name.as_str());
        let concerns = finding.environments.iter().any(|at| environments.contains(at));
        finding.confidence >= least
            && (args.rule.is_empty() || args.rule.iter().any(|rule| rule == finding.rule))
            && (environments.is_empty() || concerns)
            && (args.key.is_empty() || args.key.iter().any(|key| key == name))
            && (args.finding.is_empty()
                || args.finding.iter().any(|begin| fingerprint.starts_with(begin.as_str())))
    };
    let all = scan.findings.iter().zip(&scan.fingerprints);
    let chosen: Vec<&Finding> = all
        .filter(|(finding, fingerprint)| is_wanted(finding, fingerprint))
        .map(|(finding, _)| finding)
        .collect();
    if let Some(strange) = args.finding.iter().find(|begin| {
        !scan.fingerprints.iter().any(|fingerprint| fingerprint.starts_with(begin.as_str()))
    }) {
        bail!("there is no finding `{strange}`");
    }
    Ok(chosen)
}
