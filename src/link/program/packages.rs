//! Modules that are folders: the paths under which code imports them, and the names that their files share.
//!
//! Go: `go.mod` names the root, each folder below it is a package, and a name of one file is known in all files beside it.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Program, Target, bare, module_key, split};
use crate::facts::BuildFacts;
use crate::facts::code::ItemKind;
use crate::lang::Lang;
use crate::lang::lower::is_version;
use crate::link::unit::Unit;
use crate::reads::is_test_path;
use crate::text::relative::folder;
use crate::text::{FileId, Files};

/// Folders in which a package may keep its sources.
const SOURCES: &[&[&str]] = &[&[], &["src"], &["lib"]];

/// Paths inside of packages that are longer are not followed.
const MAX_FOLDERS: usize = 16;

/// More files that declare one name of a package are not looked at.
const MAX_NAMESAKES: usize = 16;

/// The files that declare each name of a package.
type Names<'a> = FxHashMap<&'a str, Vec<usize>>;

/// Where names of packages stand.
#[derive(Default)]
pub(super) struct Packages<'a> {
    /// The folders of the roots, by the path under which code imports them, with dots.
    roots: BTreeMap<String, String>,
    /// The packages by the key of their module.
    places: FxHashMap<String, usize>,
    /// By package.
    names: Vec<Names<'a>>,
    /// The package of each file, where it belongs to one.
    of_files: FxHashMap<usize, usize>,
}

impl<'a> Packages<'a> {
    /// Notes what a file gives the others of its package.
    pub(super) fn add(&mut self, at: usize, unit: &Unit<'a>) {
        if !unit.lang.modules.by_folder && !unit.lang.modules.by_package {
            return;
        }
        let next = self.names.len();
        let key = module_key(unit.lang, &unit.home, &unit.module);
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.names.push(FxHashMap::default());
        }
        self.of_files.insert(at, place);
        if is_test_path(unit.path) {
            return;
        }
        for item in &unit.facts.items {
            let is_own =
                !matches!(item.kind, ItemKind::Import(_) | ItemKind::Glob(_) | ItemKind::Module);
            if is_own && !item.name.is_empty() {
                let files = self.names[place].entry(&item.name).or_default();
                if files.len() < MAX_NAMESAKES {
                    files.push(at);
                }
            }
        }
    }
}

impl Program<'_> {
    /// Knows crates and packages by the names that their manifests give them.
    pub(in crate::link) fn name_homes(&mut self, builds: &[(FileId, BuildFacts)], files: &Files) {
        self.name_crates(builds, files);
        self.name_packages(builds, files);
    }

    /// Knows roots by the paths that their manifests give them.
    fn name_packages(&mut self, builds: &[(FileId, BuildFacts)], files: &Files) {
        for (id, build) in builds {
            if let Some(module) = &build.module {
                let home = folder(&files.get(*id).path).to_owned();
                self.packages.roots.entry(module.replace('/', ".")).or_insert(home);
            }
        }
    }

    /// The file of a package that an imported path leads to, and what is left of the path there.
    pub(super) fn in_imported(&self, lang: &Lang, path: &str) -> Option<(usize, String)> {
        let packages = &self.packages;
        let ends = path.match_indices('.').map(|(dot, _)| dot).chain([path.len()]);
        let mut roots = ends.filter_map(|end| Some((end, packages.roots.get(path.get(..end)?)?)));
        let (end, home) = roots.next_back()?;
        let above: Vec<&str> = home.split('/').filter(|segment| !segment.is_empty()).collect();
        let below: Vec<&str> = split(path.get(end..)?).collect();
        (0..=below.len()).rev().find_map(|keep| {
            let folders: Vec<&str> = above.iter().chain(&below[..keep]).copied().collect();
            let place = *packages.places.get(&module_key(lang, "", &folders))?;
            let rest = &below[keep..];
            let file = *declaring(&packages.names[place], rest)?.first()?;
            Some((file, rest.join(".")))
        })
    }

    /// The file of a package that a path names by what the heads of files say, and what is left of the path there.
    pub(super) fn in_said_package(&self, from: usize, path: &str) -> Option<(usize, String)> {
        let segments: Vec<&str> = split(path).collect();
        (0..segments.len()).rev().find_map(|keep| {
            let file = self.declared_in(from, &segments[..keep], &segments[keep..])?;
            Some((file, segments[keep..].join(".")))
        })
    }

    /// The nearest file of a package that declares what a path begins with.
    pub(super) fn declared_in(
        &self,
        from: usize,
        package: &[&str],
        path: &[&str],
    ) -> Option<usize> {
        let unit = &self.files[from];
        let place = *self.packages.places.get(&module_key(unit.lang, "", package))?;
        let files = declaring(&self.packages.names[place], path)?;
        files.iter().copied().max_by_key(|file| {
            let shared = self.files[*file].path.split('/').zip(unit.path.split('/'));
            (shared.take_while(|(one, other)| one == other).count(), std::cmp::Reverse(*file))
        })
    }

    /// The qualified name of something outside: the major version in a package's path is no part of it.
    pub(in crate::link) fn outside_name(&self, at: usize, path: &str) -> String {
        if !self.files[at].lang.modules.by_folder {
            return path.to_owned();
        }
        let segments: Vec<&str> = split(path).filter(|segment| !is_version(segment)).collect();
        segments.join(".")
    }

    /// The file of another package of the workspace that an imported path leads to, and what is left of the path there:
    /// `@bakery/settings/keys` is `packages/settings/keys.ts`, or stands in its folder of sources.
    pub(super) fn in_workspace(&self, lang: &Lang, path: &str) -> Option<(usize, String)> {
        let ends = path.match_indices('.').map(|(dot, _)| dot).chain([path.len()]);
        let roots = &self.packages.roots;
        let mut known = ends.filter_map(|end| Some((end, roots.get(path.get(..end)?)?)));
        let (end, home) = known.next_back()?;
        let above: Vec<&str> = home.split('/').filter(|segment| !segment.is_empty()).collect();
        let below: Vec<&str> = split(path.get(end..)?).collect();
        let plain: Vec<&str> = below.iter().map(|segment| bare(segment)).collect();
        (0..=below.len().min(MAX_FOLDERS)).rev().find_map(|keep| {
            SOURCES.iter().find_map(|sources| {
                let folders: Vec<&str> =
                    above.iter().chain(*sources).chain(&plain[..keep]).copied().collect();
                let file = *self.modules.get(&module_key(lang, "", &folders))?.first()?;
                Some((file, below[keep..].join(".")))
            })
        })
    }

    /// The file beside this one that declares the name which a path begins with.
    pub(super) fn beside_in_package(&self, at: usize, rest: &str) -> Option<usize> {
        let place = *self.packages.of_files.get(&at)?;
        let segments: Vec<&str> = split(rest).collect();
        let unit = &self.files[at];
        if !unit.lang.modules.by_package {
            let files = declaring(&self.packages.names[place], &segments)?;
            return files.first().copied().filter(|file| *file != at);
        }
        // The packages around one are seen from inside it.
        let around = (0..=unit.module.len()).rev().map(|keep| &unit.module[..keep]);
        let mut found = around.filter_map(|package| self.declared_in(at, package, &segments));
        found.find(|file| *file != at)
    }

    /// A name that another file of the package declares.
    pub(super) fn in_package(&self, at: usize, rest: &str, hops: usize) -> Option<Target> {
        let file = self.beside_in_package(at, rest)?;
        self.inside(file, rest, hops)
    }
}

/// The files that declare what a path begins with: a method by both its names, anything else by one.
fn declaring<'n>(names: &'n Names<'_>, segments: &[&str]) -> Option<&'n Vec<usize>> {
    let first = bare(segments.first()?);
    let method = segments.get(1).map(|second| format!("{first}.{}", bare(second)));
    let file = method.and_then(|method| names.get(method.as_str()));
    file.or_else(|| names.get(first))
}
