//! What every verb that scans takes: the paths, the policy, the date, the threads.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;

use super::cache;
use super::policy;
use super::progress::Progress;
use super::suggest;
use crate::config::Config;
use crate::definitions::Sealer;
use crate::history::{About, Ask};
use crate::model::{Confidence, EnvironmentId, Inventory};
use crate::scan::{self, Live, Options, Origin, Scan};

/// Arguments of every verb that scans.
#[derive(clap::Args)]
pub(super) struct ScanArgs {
    /// Roots to read together: a code repository and a configuration repository, say
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) how: How,
}

/// How to scan, wherever that is.
#[derive(clap::Args)]
pub(super) struct How {
    /// The policy file [default: keydrift.yaml in the first PATH]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What an environment really runs, to compare with what is declared: the output of `kubectl get -o yaml`,
    /// `docker inspect`, `heroku config --json`, … (may be given several times)
    #[arg(long, value_name = "ENV=FILE", value_parser = live)]
    live: Vec<Live>,
    /// The date that counts as today, for ages and expiry dates [default: the clock]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<jiff::civil::Date>,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Read everything anew: use no cache and write none
    #[arg(long)]
    no_cache: bool,
    /// Ask nothing of version control: nothing is said of the past of keys
    #[arg(long)]
    no_history: bool,
    /// Findings or facts only: no summary, no progress
    #[arg(long, short)]
    quiet: bool,
}

impl ScanArgs {
    /// Scans what was asked for, with the reads of test code where `tests` asks.
    pub(super) fn scan(&self, tests: bool) -> anyhow::Result<Scan> {
        self.how.scan(&self.paths, Origin::Disk, &Sealer::new(), tests)
    }

    /// Scans what was asked for under another policy than that of the arguments, and asks no history.
    pub(super) fn scan_under(&self, config: Config) -> anyhow::Result<Scan> {
        self.how.scan_by(config, &self.paths, Origin::Disk, &Sealer::new(), false, None)
    }

    /// The date that counts as today.
    pub(super) fn today(&self) -> jiff::civil::Date {
        self.how.today.unwrap_or_else(today)
    }

    /// The roots.
    pub(super) fn roots(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Scans what was asked for, with what the history tells of the keys that are asked about.
    pub(super) fn scan_with_history(&self, tests: bool, about: About) -> anyhow::Result<Scan> {
        let ask = self.how.ask(about);
        self.how.scan_with(&self.paths, Origin::Disk, &Sealer::new(), tests, ask)
    }

    /// What `check` asks of the history: once for all scans of a run, which then share what is found.
    pub(super) fn history(&self) -> Option<Ask> {
        self.how.ask(About::Flags)
    }

    /// Scans what was asked for as `origin` has it, with a sealer and a history that several scans share.
    pub(super) fn scan_as(
        &self,
        origin: Origin<'_>,
        sealer: &Sealer,
        history: Option<Ask>,
    ) -> anyhow::Result<Scan> {
        self.how.scan_with(&self.paths, origin, sealer, false, history)
    }

    /// Whether to leave out all that is not asked for.
    pub(super) fn is_quiet(&self) -> bool {
        self.how.quiet
    }
}

impl How {
    /// Scans `roots` as `origin` has them, with the reads of test code where `tests` asks.
    pub(super) fn scan(
        &self,
        roots: &[PathBuf],
        origin: Origin<'_>,
        sealer: &Sealer,
        tests: bool,
    ) -> anyhow::Result<Scan> {
        self.scan_with(roots, origin, sealer, tests, None)
    }

    /// What is asked of version control about these keys; nothing where that is not wanted.
    pub(super) fn ask(&self, about: About) -> Option<Ask> {
        let cache = || cache::folder().filter(|_| !self.no_cache);
        (!self.no_history).then(|| Ask { about, cache: cache(), memory: Arc::default() })
    }

    /// Scans `roots` as `origin` has them, with what the history tells where it is asked.
    pub(super) fn scan_with(
        &self,
        roots: &[PathBuf],
        origin: Origin<'_>,
        sealer: &Sealer,
        tests: bool,
        history: Option<Ask>,
    ) -> anyhow::Result<Scan> {
        let config = policy::load(self.config.as_deref(), roots)?;
        self.scan_by(config, roots, origin, sealer, tests, history)
    }

    /// Whether the arguments name a policy.
    pub(super) fn has_policy(&self) -> bool {
        self.config.is_some()
    }

    fn scan_by(
        &self,
        config: Config,
        roots: &[PathBuf],
        origin: Origin<'_>,
        sealer: &Sealer,
        tests: bool,
        history: Option<Ask>,
    ) -> anyhow::Result<Scan> {
        let progress = Progress::new(self.quiet);
        scan::scan(Options {
            roots: roots.to_vec(),
            origin,
            sealer,
            config,
            live: self.live.clone(),
            history,
            today: self.today.unwrap_or_else(today),
            tests,
            jobs: self.jobs.map_or(0, usize::from),
            on_stage: &|stage| progress.show(stage),
        })
    }
}

/// What leads from where the run is to the files of a root, with `/`; empty where they lie right here, or elsewhere.
pub(super) fn prefix(root: &Path) -> String {
    let folder = if root.is_file() { root.parent().unwrap_or(Path::new("")) } else { root };
    let inside = match (folder.is_absolute(), std::env::current_dir()) {
        (true, Ok(here)) => folder.strip_prefix(here).unwrap_or(Path::new("")).to_owned(),
        _ => folder.to_owned(),
    };
    let parts = inside.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        Component::ParentDir => Some("..".to_owned()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The least confidence that is shown.
#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum Sure {
    Low,
    #[default]
    Medium,
    High,
}

impl Sure {
    /// As findings have it.
    pub(super) fn confidence(self) -> Confidence {
        match self {
            Self::Low => Confidence::Low,
            Self::Medium => Confidence::Medium,
            Self::High => Confidence::High,
        }
    }
}

/// `production=live.yaml`
fn live(text: &str) -> Result<Live, String> {
    match text.split_once('=') {
        Some((environment, path)) if !environment.is_empty() && !path.is_empty() => {
            Ok(Live { environment: environment.to_owned(), path: PathBuf::from(path) })
        }
        _ => Err("an environment and a file, as in `production=live.yaml`".to_owned()),
    }
}

/// The clock, read once.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The environment of a name that was typed.
pub(super) fn environment(
    inventory: &Inventory,
    name: Option<&str>,
) -> anyhow::Result<Option<EnvironmentId>> {
    let Some(name) = name else { return Ok(None) };
    let known = inventory.environments.iter().map(|environment| environment.name.as_str());
    suggest::find("environment", name, known).map(|at| Some(EnvironmentId::at(at)))
}
