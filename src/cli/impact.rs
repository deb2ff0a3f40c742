//! `keydrift impact`: the code that a change of configuration reaches, and the configuration that a change of code needs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;

use super::arguments::How;
use super::exit::Exit;
use super::output::{self, Color, Format};
use super::suggest;
use crate::definitions::Sealer;
use crate::graph::Graph;
use crate::history::Past;
use crate::inquiry::impact::impact;
use crate::inquiry::since::{State, since};
use crate::report::changes::{changes, write_json, write_text};
use crate::report::impact::{self as reach, Reacher};
use crate::scan::{Origin, Scan};

/// Arguments of `impact`.
#[derive(clap::Args)]
#[command(
    override_usage = "keydrift impact [OPTIONS] <KEY> [PATH]...\n       keydrift impact [OPTIONS] --since <REV> [PATH]...",
    after_help = "\
Exit codes: 0 whatever is reached, 2 the run could not do its job.

Examples:
  keydrift impact DATABASE_POOL_SIZE
  keydrift impact --since origin/main
  keydrift impact --since v1.4.0 services/ deploy/"
)]
pub(super) struct Args {
    /// The key, in any of its spellings, and the roots to read together; with --since, roots only
    #[arg(value_name = "KEY|PATH")]
    targets: Vec<String>,
    /// What changed since this revision: a commit, a branch, a tag
    ///
    /// The whole project is read twice, as it was at REV and as it is on disk, with changes that are not committed. The
    /// files of REV come from git's objects: nothing is checked out, and no hook or filter runs. What git does not keep,
    /// most env files among it, is taken as it is now at both ends. Give the merge base (`git merge-base main HEAD`) to
    /// see what a branch alone changes.
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    #[command(flatten)]
    how: How,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Tells what a change reaches.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    match &args.since {
        Some(revision) => changed(args, revision, color),
        None => one_key(args, color),
    }
}

/// What one key reaches.
fn one_key(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let Some((key, paths)) = args.targets.split_first() else {
        bail!("impact of what? Give a key, or --since and a revision");
    };
    let scan = args.how.scan(&roots(paths), Origin::Disk, &Sealer::new(), false)?;
    let keys = suggest::keys(&scan.inventory, key)?;
    let graph = graph(&scan);
    let mut met = BTreeSet::new();
    let keys = keys.into_iter().filter(|key| met.insert(graph.lead(*key)));
    let reacher = Reacher { files: &scan.files, graph: &graph };
    let all: Vec<_> = keys.map(|key| reacher.reach(&impact(&graph, key))).collect();
    output::print(color, |out| match args.format {
        Format::Text => reach::write_text(&all, out),
        Format::Json => reach::write_json(&all, out),
    })?;
    Ok(Exit::Clean)
}

/// What changed since a revision.
fn changed(args: &Args, revision: &str, color: Color) -> anyhow::Result<Exit> {
    let roots = roots(&args.targets);
    // What git refuses is told before anything is read.
    let past = Past::at(&roots, revision)?;
    let sealer = Sealer::new();
    let new = args.how.scan(&roots, Origin::Disk, &sealer, false)?;
    let old = args.how.scan(&roots, Origin::Past(&past), &sealer, false)?;
    let (then, now) = (graph(&old), graph(&new));
    let states =
        (State { graph: &then, files: &old.files }, State { graph: &now, files: &new.files });
    let found = since(states.0, states.1, &new.config);
    let all = changes(&found, states.0, states.1, revision, past.unknown());
    output::print(color, |out| match args.format {
        Format::Text => write_text(&all, out),
        Format::Json => write_json(&all, out),
    })?;
    Ok(Exit::Clean)
}

/// The roots that were named, or the folder where the run is.
fn roots(paths: &[String]) -> Vec<PathBuf> {
    if paths.is_empty() {
        vec![PathBuf::from(".")]
    } else {
        paths.iter().map(PathBuf::from).collect()
    }
}

fn graph(scan: &Scan) -> Graph<'_> {
    Graph::build(&scan.inventory)
}
