//! The snapshots that a run is given: read before the walk, so that no walk takes one for configuration.
//!
//! They may lie anywhere, and may come through a pipe. Paths are shown as they were given, or by what is left of an
//! absolute one under the roots.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};

use crate::config::{Config, PolicyText};
use crate::definitions::{Sealer, snapshot};
use crate::discover::Entry;
use crate::document::{Syntax, parse};
use crate::facts::{SnapshotFacts, SourceFacts};
use crate::graph;
use crate::link;
use crate::model::inventory::FileProblem;
use crate::model::{
    Definition, Digest, EnvironmentId, Inventory, KeyId, Problem, ProblemKind, Scalar, ScalarKind,
    Value,
};
use crate::text::{File, FileId, Files, LineIndex, files, guarded};

/// More than `kubectl get` gives of a large cluster.
const LIMIT: u64 = 200_000_000;

/// A file that shows what an environment really runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The environment.
    pub environment: String,
    /// The file.
    pub path: PathBuf,
}

/// The snapshots of a run, read.
#[derive(Default)]
pub(super) struct Snapshots {
    read: Vec<Shown>,
}

struct Shown {
    environment: String,
    /// Where the policy names it.
    named: Option<String>,
    on_disk: PathBuf,
    path: String,
    text: Arc<str>,
    replaced: bool,
}

impl Snapshots {
    /// Reads the snapshots of the arguments and of the policy, whose paths are relative to the first root.
    pub(super) fn read(given: &[Live], config: &Config, roots: &[PathBuf]) -> anyhow::Result<Self> {
        let root = roots.first().map(PathBuf::as_path);
        let base = root.filter(|root| root.is_dir()).unwrap_or(Path::new("."));
        let named = config.live.iter().flat_map(|(name, paths)| {
            paths.iter().map(move |path| {
                let live = Live { environment: name.clone(), path: base.join(path) };
                (live, place(config, name, path))
            })
        });
        let given = given.iter().map(|live| (live.clone(), None));
        let mut read = Vec::new();
        for (live, named) in given.chain(named) {
            let (text, replaced) = text(&live).map_err(|error| told(named.as_deref(), &error))?;
            read.push(Shown {
                path: shown(&live.path, roots),
                environment: live.environment,
                named,
                on_disk: live.path,
                text,
                replaced,
            });
        }
        Ok(Self { read })
    }

    /// Whether a file that a walk found is one of them.
    pub(super) fn hold(&self, entry: &Entry) -> bool {
        let Some(on_disk) = entry.kept.on_disk() else {
            return self.read.iter().any(|shown| shown.path == entry.path);
        };
        let name = on_disk.file_name();
        self.read.iter().filter(|shown| shown.on_disk.file_name() == name).any(|shown| {
            let (one, two) = (shown.on_disk.canonicalize(), on_disk.canonicalize());
            one.is_ok_and(|one| two.is_ok_and(|two| one == two))
        })
    }

    /// Adds what they show to the inventory. Fails where one is of an environment that is not known.
    pub(super) fn add(
        self,
        inventory: &mut Inventory,
        texts: &mut Files,
        sealer: &Sealer,
    ) -> anyhow::Result<()> {
        let mut all: Vec<(EnvironmentId, FileId, Vec<SnapshotFacts>)> = Vec::new();
        for shown in self.read {
            let environment = environment(inventory, &shown.environment)
                .map_err(|error| told(shown.named.as_deref(), &error))?;
            if shown.replaced {
                inventory.problems.push(Problem {
                    path: shown.path.clone(),
                    message: "holds bytes that are not UTF-8; they were replaced".to_owned(),
                    span: None,
                    kind: ProblemKind::Partial,
                });
            }
            let file = File::new(shown.path, shown.text);
            let parts = guarded(|| snapshot(&file, sealer));
            let parts = parts.unwrap_or_else(|| vec![broken(&file)]);
            all.push((environment, texts.add(file), parts));
        }
        let linked = link::live::link(inventory, all, texts);
        graph::live::settle(inventory, linked);
        tell_apart(inventory, sealer);
        Ok(())
    }
}

/// Notes which values differ of those that one side alone withholds. A last line end is no difference.
fn tell_apart(inventory: &mut Inventory, sealer: &Sealer) {
    let is_made_of = |digest: Digest, scalar: &Scalar| {
        let text = scalar.text.trim_end();
        scalar.kind == ScalarKind::Compound
            || [text, &scalar.text, &format!("{text}\n")].iter().any(|it| sealer.seal(it) == digest)
    };
    let mut by_key: BTreeMap<KeyId, Vec<&Definition>> = BTreeMap::new();
    if !inventory.snapshots.is_empty() {
        for definition in &inventory.definitions {
            by_key.entry(definition.key).or_default().push(definition);
        }
    }
    for snapshot in &mut inventory.snapshots {
        for live in &snapshot.values {
            let of_key = by_key.get(&live.key).into_iter().flatten();
            let unlike = of_key.filter(|declared| match (&live.value, &declared.value) {
                (Value::Secret(digest), Value::Literal(scalar))
                | (Value::Literal(scalar), Value::Secret(digest)) => !is_made_of(*digest, scalar),
                _ => false,
            });
            snapshot.unlike.extend(unlike.map(|declared| (live.key_span, declared.key_span)));
        }
    }
}

fn text(live: &Live) -> anyhow::Result<(Arc<str>, bool)> {
    let name = live.path.display();
    if live.path.is_dir() {
        bail!("cannot read the snapshot {name}: it is a folder");
    }
    if !live.path.exists() {
        bail!("cannot read the snapshot {name}: no such file");
    }
    files::read_printed(&live.path, LIMIT)
        .with_context(|| format!("cannot read the snapshot {name}"))
}

/// An error, with the place where the policy says what led to it.
fn told(named: Option<&str>, error: &anyhow::Error) -> anyhow::Error {
    named.map_or_else(|| anyhow!("{error:#}"), |place| anyhow!("{place}: {error:#}"))
}

/// Where the policy names a snapshot of an environment, as `path:line:column`.
fn place(config: &Config, environment: &str, path: &str) -> Option<String> {
    config.files.iter().rev().find_map(|PolicyText { path: policy, text }| {
        let documents = parse(text, Syntax::Yaml);
        let named = documents.first()?.root()?.at(&["live", environment])?;
        let all = if named.is_list() { named.items() } else { vec![named] };
        let one = all.into_iter().find(|one| one.text() == Some(path))?;
        let at = LineIndex::new(text).position(text, one.range().start);
        Some(format!("{policy}:{}:{}", at.line, at.column))
    })
}

fn broken(file: &File) -> SnapshotFacts {
    let mut facts = SourceFacts::new("live");
    facts.problems.push(FileProblem::failed(file));
    SnapshotFacts::of(facts)
}

fn environment(inventory: &Inventory, name: &str) -> anyhow::Result<EnvironmentId> {
    let known: Vec<&str> = inventory.environments.iter().map(|it| it.name.as_str()).collect();
    match known.iter().position(|other| *other == name) {
        Some(at) => Ok(EnvironmentId::at(at)),
        None if known.is_empty() => {
            bail!("a snapshot is given for the environment `{name}`, and there is none at all")
        }
        None => {
            bail!(
                "a snapshot is given for the environment `{name}`; there are: {}",
                known.join(", ")
            )
        }
    }
}

/// The path as it may be shown: relative, whatever machine this is.
fn shown(path: &Path, roots: &[PathBuf]) -> String {
    let inside = roots.iter().find_map(|root| path.strip_prefix(root).ok());
    let kept = inside.unwrap_or(path);
    let kept =
        if kept.is_absolute() { Path::new(kept.file_name().unwrap_or_default()) } else { kept };
    let parts: Vec<_> = kept
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .filter(|part| part != ".")
        .collect();
    parts.join("/")
}
