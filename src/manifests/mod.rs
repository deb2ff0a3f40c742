//! How code is packed: manifests of packages, Dockerfiles, descriptions of builds.
//!
//! Knows one file at a time and no key. Which workload runs which code is decided where all files are known.

mod actions;
mod arguments;
mod artifacts;
mod bake;
mod commands;
mod dockerfile;
mod loaders;
mod needs;
mod own;
mod packages;
mod started;
mod starts;
mod steps;
mod variables;
mod workflow;

use crate::facts::BuildFacts;
use crate::text::File;

/// A kind of manifest: a row of [`MANIFESTS`].
pub struct Manifest {
    /// Its name.
    pub name: &'static str,
    /// Whether a file at this path is one.
    pub paths: fn(&str) -> bool,
    /// What it says.
    pub extract: fn(&File) -> BuildFacts,
}

/// All kinds of manifests, by name.
pub static MANIFESTS: &[&Manifest] = &[
    &bake::BAKE,
    &packages::CARGO,
    &artifacts::CLOUD_BUILD,
    &commands::COMMANDS,
    &loaders::COMPOSER,
    &dockerfile::DOCKERFILE,
    &loaders::GEMS,
    &packages::GO,
    &packages::NODE,
    &packages::PYTHON,
    &own::REQUIREMENTS,
    &artifacts::SKAFFOLD,
    &workflow::WORKFLOW,
];

/// Longer than any manifest that people write.
const MAX_BYTES: usize = 2_000_000;

/// Whether a file at this path may say how code is packed.
pub fn may_pack(path: &str) -> bool {
    MANIFESTS.iter().any(|manifest| (manifest.paths)(path))
}

/// Whether a file at this path lists packages to be installed, in a form that is read.
pub fn lists_packages(path: &str) -> bool {
    let all: [&Manifest; 5] =
        [&packages::CARGO, &packages::GO, &packages::NODE, &packages::PYTHON, &own::REQUIREMENTS];
    all.iter().any(|manifest| (manifest.paths)(path))
}

/// What a file says of how code is packed.
pub fn extract(file: &File) -> Option<BuildFacts> {
    if file.text.len() > MAX_BYTES {
        return None;
    }
    let manifest = MANIFESTS.iter().find(|manifest| (manifest.paths)(&file.path))?;
    let mut facts = (manifest.extract)(file);
    arguments::place(&mut facts, &file.text);
    let says = facts != BuildFacts::default();
    says.then_some(BuildFacts { kind: manifest.name, ..facts })
}

/// The last segment of a path.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
