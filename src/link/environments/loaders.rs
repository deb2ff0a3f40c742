//! Where frameworks put a developer's own file among those of a mode: `.env.local` of Next.js and Vite, `local.yaml` of
//! node-config.
//!
//! Such a file is on a developer's machine alone, so it is a layer of the modes that run there and of no deployment.

use super::Sourced;
use super::draft::{Draft, Member};
use crate::facts::BuildFacts;
use crate::facts::build::Loader;
use crate::link::precedence::Breadth;
use crate::model::Class;
use crate::text::relative::folder;
use crate::text::{FileId, Files};

/// Notes which framework loads each source, by the manifest in its folder.
pub(crate) fn settle(sources: &mut [Sourced], builds: &[(FileId, BuildFacts)], files: &Files) {
    let all = builds.iter().flat_map(|(id, facts)| {
        let file = files.get(*id);
        facts.loaders.iter().map(move |loader| (file.root, folder(&file.path), *loader))
    });
    let mut by_folder = std::collections::BTreeMap::new();
    for (root, place, loader) in all {
        let place = match (place, loader.folder) {
            (place, "") => place.to_owned(),
            ("", inside) => inside.to_owned(),
            (place, inside) => format!("{place}/{inside}"),
        };
        // Of a folder with several manifests the framework of the server decides.
        let known = by_folder.entry((root, place)).or_insert(loader);
        if loader.replaces {
            *known = loader;
        }
    }
    for source in sources {
        let loads = |loader: &&&Loader| match source.class {
            Class::Dotenv => loader.folder.is_empty() && is_dotenv_name(&source.path),
            Class::Settings => !loader.folder.is_empty(),
            _ => false,
        };
        let place = (source.root, folder(&source.path).to_owned());
        source.loader = by_folder.get(&place).filter(loads).copied();
    }
}

/// Frameworks load `.env` and `.env.MODE`; `.test.env` is somebody else's.
fn is_dotenv_name(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with(".env"))
}

/// The framework that takes a source for a developer's own, laid over the files of a mode.
fn own(source: &Sourced) -> Option<&'static Loader> {
    let name = source.path.rsplit('/').next().unwrap_or("");
    let loader = source.loader.filter(|loader| !loader.replaces)?;
    let is_own = match loader.folder {
        "" => name == loader.local,
        _ => name.split_once('.').is_some_and(|(stem, _)| stem == loader.local),
    };
    is_own.then_some(loader)
}

/// The mode of a developer's own file for one mode: `development` of `local-development.yaml`.
pub(super) fn own_mode(source: &Sourced) -> Option<&str> {
    let loader = source.loader.filter(|loader| !loader.folder.is_empty())?;
    let name = source.path.rsplit('/').next()?;
    name.split('.').next()?.strip_prefix(loader.local)?.strip_prefix('-')
}

/// Whether a source is loaded in place of the one that all share: `.env.testing` of Laravel.
pub(super) fn replaces(sources: &[Sourced], shared: usize, draft: &Draft) -> bool {
    let source = &sources[shared];
    source.loader.is_some_and(|loader| loader.replaces)
        && draft.members.iter().any(|member| {
            let other = &sources[member.source];
            other.class == Class::Dotenv
                && other.root == source.root
                && folder(&other.path) == folder(&source.path)
        })
}

/// Lays a developer's own files over those of the modes that run on his machine.
pub(super) fn lay(sources: &[Sourced], found: &mut Vec<Draft>) {
    let mut taken = std::collections::BTreeSet::new();
    for (at, source) in sources.iter().enumerate() {
        let Some(loader) = own(source).filter(|_| source.role == crate::model::Role::Values) else {
            continue;
        };
        let is_mode = |draft: &&mut Draft| {
            let is_run = match draft.canonical.as_str() {
                "dev" => true,
                "test" => !loader.skips_in_tests,
                _ => false,
            };
            is_run
                && draft.members.iter().any(|member| {
                    let other = &sources[member.source];
                    let is_beside = folder(&other.path) == folder(&source.path);
                    other.class == source.class && other.root == source.root && is_beside
                })
        };
        for draft in found.iter_mut().filter(is_mode) {
            let (breadth, order) = if loader.local_wins {
                (Breadth::One, "over the files of the mode")
            } else {
                (Breadth::All, "under the files of the mode")
            };
            let reason = format!("a developer's own, which {} lays {order}", loader.name);
            draft.members.push(Member { source: at, breadth, reason, written: String::new() });
            if draft.canonical == "dev" {
                taken.insert(at);
            }
        }
    }
    // A run for development is what a developer's own files are for.
    found.retain(|draft| {
        let all = &draft.members;
        draft.canonical != "local"
            || all.is_empty()
            || all.iter().any(|member| !taken.contains(&member.source))
    });
}
