//! The driver: walks, reads, extracts, links, asks the rules.
//!
//! Knows the order of the stages and nothing of what happens in them. No arguments, no terminal, no clock.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Context as _;
use rayon::prelude::*;

use crate::accept::Accepted;
use crate::assemble;
use crate::config::Config;
use crate::definitions::{self, Sealer};
use crate::discover::{self, Entry, Found, Ignoring, Kept};
use crate::facts::{BuildFacts, SourceFacts};
use crate::finding::Finding;
use crate::graph::{self, Graph};
use crate::history::{self, Past};
use crate::lifecycle::{self, owners::Owners};
use crate::link;
use crate::link::components::Components;
use crate::manifests;
use crate::model::inventory::FileProblem;
use crate::model::{Inventory, Problem};
use crate::reads::Engine;
use crate::rules;
use crate::text::files::{self, Unreadable};
use crate::text::relative::is_packed;
use crate::text::{File, FileId, Files, guarded};

mod archives;
mod aside;
mod exported;
mod live;
mod mentioned;
mod naming;
mod owners;
mod pages;
mod removal;
mod scripts;
mod stepped;
mod texts;
mod typed;
mod verdict;

pub use live::Live;
use live::Snapshots;
use mentioned::mention;
use texts::Texts;

/// The most that is read of one file: more is data, not configuration and not source.
const LIMIT: u64 = 20_000_000;

/// The stack of a worker. Deep nesting is bounded everywhere; this keeps the bounds far from the end.
const STACK: usize = 16 << 20;

/// What to scan and how.
pub struct Options<'a> {
    /// The roots, read together.
    pub roots: Vec<PathBuf>,
    /// Where they are read.
    pub origin: Origin<'a>,
    /// Secrets of scans with one sealer can be compared.
    pub sealer: &'a Sealer,
    /// The policy.
    pub config: Config,
    /// Files that show what environments really run, beside those that the policy names.
    pub live: Vec<Live>,
    /// What is asked of version control.
    pub history: Option<history::Ask>,
    /// Today's date, for rules that know time.
    pub today: jiff::civil::Date,
    /// Also read test code: its reads are marked, and no rule counts them.
    pub tests: bool,
    /// Worker threads; 0 for as many as there are cores.
    pub jobs: usize,
    /// Told when a stage begins.
    pub on_stage: &'a (dyn Fn(Stage) + Sync),
}

/// Where the texts of a scan come from.
#[derive(Clone, Copy)]
pub enum Origin<'a> {
    /// The disk.
    Disk,
    /// The history, at a revision.
    Past(&'a Past),
    /// The disk, with other texts in place of some files, by root and path.
    Edited(&'a Edited),
}

/// Texts that files would hold, by the place of their root and their path.
pub type Edited = BTreeMap<(u16, String), std::sync::Arc<str>>;

impl Origin<'_> {
    fn found(self, roots: &[PathBuf], config: &Config) -> anyhow::Result<Found> {
        let (mut added, mut unread) = (Vec::new(), Vec::new());
        for root in roots {
            added.push(history::added(root).unwrap_or_else(|error| {
                unread.push(Problem::of_all(error.to_string()));
                Vec::new()
            }));
        }
        let mut now = discover::discover(roots, &config.exclude, &added)?;
        now.problems.extend(unread);
        let mut found = match self {
            Self::Disk | Self::Edited(_) => now,
            Self::Past(past) => past.found(now, &config.exclude)?,
        };
        archives::unpack(&mut found, self);
        Ok(found)
    }

    fn read(self, entry: &Entry) -> Result<(std::sync::Arc<str>, bool), Unreadable> {
        self.read_up_to(entry, LIMIT)
    }

    fn read_up_to(
        self,
        entry: &Entry,
        limit: u64,
    ) -> Result<(std::sync::Arc<str>, bool), Unreadable> {
        if let Self::Edited(texts) = self
            && let Some(text) = texts.get(&(entry.root, entry.path.clone()))
        {
            return Ok((text.clone(), false));
        }
        if let Kept::Unpacked(text) = &entry.kept {
            return Ok((text.clone(), false));
        }
        files::decode(self.bytes(entry, limit)?)
    }

    fn bytes(self, entry: &Entry, limit: u64) -> Result<Vec<u8>, Unreadable> {
        match (self, entry.kept.on_disk()) {
            (_, Some(path)) => files::bytes(path, limit),
            (Self::Past(past), None) => past.read(entry, limit),
            (Self::Disk | Self::Edited(_), None) => {
                Err(Unreadable::Lost("no history was asked for".to_owned()))
            }
        }
    }
}

/// A step of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Walking the roots.
    Walk,
    /// Reading this many files.
    Read(usize),
    /// Looking for reads in this many source files.
    Code(usize),
    /// Linking facts.
    Link,
    /// Looking for names in this many other files.
    Mentions(usize),
    /// Following this many keys through the history.
    History(usize),
    /// Asking the rules.
    Rules,
}

/// All that a scan found out.
#[derive(Default)]
pub struct Scan {
    /// Every text that something points to.
    pub files: Files,
    /// The files that are source code of a parsed language.
    pub code: BTreeSet<FileId>,
    /// What was linked.
    pub inventory: Inventory,
    /// Who answers for the files of each root.
    pub owners: BTreeMap<u16, Owners>,
    /// The policy that held.
    pub config: Config,
    /// The date that counted as today.
    pub today: jiff::civil::Date,
    /// What the rules say and nobody has accepted, by place.
    pub findings: Vec<Finding>,
    /// The fingerprint of each of them.
    pub fingerprints: Vec<String>,
    /// What the rules say and somebody has accepted, by place.
    pub accepted: Vec<Accepted>,
    /// What could not be understood, by path.
    pub problems: Vec<Problem>,
}

/// Scans the roots.
pub fn scan(options: Options<'_>) -> anyhow::Result<Scan> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs)
        .stack_size(STACK)
        .build()
        .context("cannot start threads")?;
    pool.install(|| run(options))
}

fn run(options: Options<'_>) -> anyhow::Result<Scan> {
    let Options { roots, origin, sealer, config, live, history, today, tests, on_stage, .. } =
        options;
    let engine = Engine::new(&config)?;
    on_stage(Stage::Walk);
    let mut found = origin.found(&roots, &config)?;
    let snapshots = Snapshots::read(&live, &config, &roots)?;
    found.entries.retain(|entry| !snapshots.hold(entry) && !config.is_file(&entry.path));
    let owners = owners::read(&found.entries, origin);
    on_stage(Stage::Read(found.entries.len()));
    let paths = found.entries.iter().map(|entry| (entry.root, entry.path.as_str()));
    let mut parts = Components::new(paths);
    let mut texts = Texts::read(found, origin)?;
    on_stage(Stage::Code(texts.code.len()));
    let code: Vec<_> = texts.code.iter().map(|id| (*id, texts.files.get(*id))).collect();
    let code = engine.scan(&code, tests);
    let mut sources = extract(&texts.files, &texts.config, definitions::extract, sealer);
    let by_code = link::named_files::named_files(&code, &config);
    let taken = texts.taken(&sources, &by_code, origin);
    sources.extend(extract(&texts.files, &taken, definitions::extract_taken, sealer));
    sources.extend(assemble(&mut texts, origin, sealer));
    let builds = packed(&texts.files);
    let asked = texts.asked(&code, origin)?;
    on_stage(Stage::Link);
    let files = &mut texts.files;
    let mut inventory = link::link(&code, sources, &builds, &asked, files, &mut parts, &config);
    forget_found(&mut inventory, &texts, &roots);
    aside::look(&mut inventory, &mut texts, origin);
    let cuts = link::regions::Cuts::of(&texts.code);
    inventory.idle = link::idle::find(&inventory, &code, &texts.files, &texts.code, &cuts);
    stepped::look(&mut inventory, &texts, origin);
    removal::look(&mut inventory, &code, (&texts, &cuts), origin);
    drop(cuts);
    mention(&mut inventory, &mut texts, origin, on_stage);
    snapshots.add(&mut inventory, &mut texts.files, sealer)?;
    inventory.resolved = graph::resolve(&inventory, &texts.files, sealer);
    on_stage(Stage::Rules);
    let is_open = history.as_ref().is_some_and(|ask| ask.about == history::About::Flags);
    let early = match history {
        Some(_) if !is_open => None,
        _ => findings(&inventory, &config, today, is_open),
    };
    let findings = early.unwrap_or_else(|| {
        on_stage(Stage::History(inventory.keys.len()));
        if let Some(ask) = &history {
            let place = (roots.as_slice(), config.exclude.as_slice(), &parts, origin);
            follow(&mut inventory, &mut texts, place, sealer, ask);
        }
        findings(&inventory, &config, today, false).unwrap_or_default()
    });
    let mut problems = texts.problems;
    problems.append(&mut inventory.problems);
    problems.sort_by(|one, two| {
        (&one.path, one.span, &one.message).cmp(&(&two.path, two.span, &two.message))
    });
    problems.dedup();
    let Texts { files, code, .. } = texts;
    let mut scan =
        Scan { files, code, inventory, owners, config, today, problems, ..Scan::default() };
    scan.judge(findings);
    Ok(scan)
}

/// Forgets that a file is missing where it is there and says nothing that is understood, and notes which git is told to leave
/// alone.
fn forget_found(inventory: &mut Inventory, texts: &Texts, roots: &[PathBuf]) {
    let there: BTreeSet<_> =
        texts.others.iter().map(|entry| (entry.root, entry.path.as_str())).collect();
    let files = &texts.files;
    inventory.missing_includes.retain(|missing| {
        !there.contains(&(files.get(missing.span.file).root, missing.path.as_str()))
    });
    let mut ignoring: Vec<Ignoring> = roots.iter().map(|root| Ignoring::new(root)).collect();
    for missing in &mut inventory.missing_includes {
        let root = usize::from(files.get(missing.span.file).root);
        missing.kept_out = ignoring.get_mut(root).is_some_and(|it| it.names(&missing.path));
    }
}

/// Keeps in the inventory what the history tells of its keys.
fn follow(
    inventory: &mut Inventory,
    texts: &mut Texts,
    (roots, exclude, components, origin): (&[PathBuf], &[String], &Components, Origin<'_>),
    sealer: &Sealer,
    ask: &history::Ask,
) {
    let component = |root: u16, path: &str| components.of(&File::new(path, "").under(root));
    let scanned = history::Scanned {
        inventory,
        files: &texts.files,
        roots,
        past: match origin {
            Origin::Disk | Origin::Edited(_) => None,
            Origin::Past(past) => Some(past),
        },
        exclude,
        sealer,
        component: &component,
    };
    let (chronicle, problems) = history::chronicle(&scanned, ask);
    inventory.chronicle = chronicle;
    texts.problems.extend(problems);
}

/// What the rules say; `None` where the history is open to be asked and would say more of a flag, or of a key that lacks.
fn findings(
    inventory: &Inventory,
    config: &Config,
    today: jiff::civil::Date,
    is_open: bool,
) -> Option<Vec<Finding>> {
    let graph = Graph::build(inventory);
    let provided = link::consumers::is_provided;
    let flags = lifecycle::flags(&graph, config, today);
    if is_open && lifecycle::wants_history(&flags) {
        return None;
    }
    let flags = flags.as_slice();
    let context = rules::Context { graph: &graph, config, flags, provided, today };
    if is_open && rules::wants_history(&context) {
        return None;
    }
    Some(rules::run(&context))
}

/// The sources of every configuration file, in the order of their ids.
fn extract(
    files: &Files,
    config: &[FileId],
    by: fn(&File, &Sealer) -> Vec<SourceFacts>,
    sealer: &Sealer,
) -> Vec<(FileId, Vec<SourceFacts>)> {
    let extract = |id: &FileId| {
        let file = files.get(*id);
        let facts = guarded(|| by(file, sealer));
        (*id, facts.unwrap_or_else(|| vec![broken(file)]))
    };
    config.par_iter().map(extract).collect()
}

/// The sources that the tools of the platforms make of many files.
fn assemble(
    texts: &mut Texts,
    origin: Origin<'_>,
    sealer: &Sealer,
) -> Vec<(FileId, Vec<SourceFacts>)> {
    let wants = assemble::wants(&texts.files);
    texts.wanted(&wants, origin);
    let (made, failed) = assemble::assemble(&texts.files, &wants, sealer);
    texts.problems.extend(failed.into_iter().map(|tool| {
        let what = "makes of the files; please report it";
        Problem::of_all(format!("keydrift failed on what {tool} {what}"))
    }));
    made.into_iter().map(|(file, facts)| (file, vec![facts])).collect()
}

/// What the manifests say of how code is packed.
fn packed(files: &Files) -> Vec<(FileId, BuildFacts)> {
    let is_own = |file: &File| manifests::may_pack(&file.path) && !is_packed(&file.path);
    let all = files.iter().filter(|(_, file)| is_own(file));
    all.filter_map(|(id, file)| Some((id, guarded(|| manifests::extract(file))??))).collect()
}

fn broken(file: &File) -> SourceFacts {
    let mut facts = SourceFacts::new("unknown");
    facts.problems.push(FileProblem::failed(file));
    facts
}
