//! What the parts of the code are called, what they build on, and which images are built of them.
//!
//! Knows manifests and paths. A name that two parts share names neither.

mod images;
mod taken;

use std::collections::{BTreeMap, BTreeSet};

use self::images::Images;
use super::components::{Components, IMAGES, MANIFESTS, is_manifest};
use crate::facts::BuildFacts;
use crate::facts::build::{Taken, Use};
use crate::lang::{LANGS, Lang, for_path};
use crate::text::relative::{folder, folders_around, joined};
use crate::text::{File, FileId, Files};

/// A folder of a root that holds a part of the code; empty for the root itself.
pub(crate) type Place = (u16, String);

/// How the code of a scan is packed.
#[derive(Debug, Default)]
pub(crate) struct Packing {
    /// The parts by their names, in lower case with `-`; none where two share a name.
    names: BTreeMap<String, Option<Place>>,
    /// The packages of each kind of manifest by their names.
    packages: BTreeMap<(&'static str, String), Place>,
    /// The images that are built.
    images: Images,
    /// What each Dockerfile takes in and starts.
    takes: BTreeMap<Place, Vec<String>>,
    /// The same of each stage that has a name.
    stages: BTreeMap<Place, BTreeMap<String, Vec<String>>>,
    /// What each Dockerfile makes its image of.
    taken: BTreeMap<Place, Taken>,
    /// Folders with files below them that say something.
    folders: BTreeSet<Place>,
    /// Folders with source code below them.
    code: BTreeSet<Place>,
    /// The parts that each part builds on, directly.
    uses: BTreeMap<Place, BTreeSet<Place>>,
}

/// A build's code lies no deeper in the image that builds it.
const MAX_ABOVE: usize = 12;

/// Names of folders that say what is inside, not whose it is.
const GENERIC: &[&str] = &[
    "app", "apps", "backend", "base", "code", "common", "core", "crates", "lib", "libs", "main",
    "packages", "project", "server", "service", "services", "shared", "src", "test", "tests",
];

/// Names of folders for what builds images and starts them.
const OF_IMAGES: &[&str] = &[
    ".docker",
    "build",
    "container",
    "containers",
    "deploy",
    "deployment",
    "docker",
    "dockerfiles",
];

impl Packing {
    /// The parts of the code in whose folders a Dockerfile lies, but for the whole.
    pub(crate) fn packed(&self) -> BTreeSet<String> {
        let folders = self.taken.keys().map(|(_, path)| folder(path));
        folders.filter(|folder| !folder.is_empty()).map(str::to_owned).collect()
    }

    /// The packing of a scan.
    pub(crate) fn new(
        facts: &[(FileId, BuildFacts)],
        files: &Files,
        components: &Components,
    ) -> Self {
        let mut packing = Self::default();
        let homes: BTreeSet<(u16, &str, &str)> = files
            .iter()
            .map(|(_, file)| (file.root, file.name(), folder(&file.path)))
            .filter(|(_, name, _)| {
                is_manifest(name) || LANGS.iter().any(|lang| lang.manifests.contains(name))
            })
            .collect();
        let is_of_program = |file: &File, lang: &Lang| {
            // What checks and packs the pages of another language's program has a manifest beside that of the program.
            let has = |name: &str, folder: &str| homes.contains(&(file.root, name, folder));
            let is_home = |folder: &str| {
                let is_other =
                    |name: &&&str| !lang.manifests.contains(name) && !IMAGES.contains(name);
                lang.manifests.iter().any(|name| has(name, folder))
                    && !MANIFESTS.iter().filter(is_other).any(|name| has(name, folder))
            };
            lang.manifests.is_empty() || folders_around(&file.path).any(is_home)
        };
        for (_, file) in files.iter() {
            note_above(file, &mut packing.folders);
            if for_path(&file.path).is_some_and(|lang| is_of_program(file, lang)) {
                note_above(file, &mut packing.code);
            }
        }
        for (root, folder) in components.folders() {
            // `cartservice/src` is called after the folder that says whose it is.
            let says = folder.rsplit('/').find(|segment| !GENERIC.contains(segment));
            if let Some(name) = says {
                packing.name(name, (*root, folder.clone()));
            }
        }
        for (id, one) in facts {
            let file = files.get(*id);
            let place = (file.root, folder(&file.path).to_owned());
            for name in &one.names {
                packing.name(name, place.clone());
                packing.packages.insert((one.kind, plain(name)), place.clone());
            }
            if let Some(taken) = &one.taken {
                packing.taken.insert((file.root, file.path.clone()), taken.clone());
            }
            if !one.takes.is_empty() {
                packing.takes.insert((file.root, file.path.clone()), one.takes.clone());
            }
            if !one.stages.is_empty() {
                packing.stages.insert((file.root, file.path.clone()), one.stages.clone());
            }
        }
        packing.connect(facts, files);
        packing.note_images(facts, files);
        packing
    }

    fn name(&mut self, name: &str, place: Place) {
        let name = plain(name);
        if name.len() < 2 {
            return;
        }
        let known = self.names.entry(name).or_insert_with(|| Some(place.clone()));
        // A part and a folder inside it may have one name: the part is meant.
        match known {
            Some(other) if *other == place || is_within(&place, other) => {}
            Some(other) if is_within(other, &place) => *known = Some(place),
            _ => *known = None,
        }
    }

    fn connect(&mut self, facts: &[(FileId, BuildFacts)], files: &Files) {
        let mut shared: BTreeMap<(u16, &str), Place> = BTreeMap::new();
        for (id, one) in facts {
            let file = files.get(*id);
            for (name, path) in &one.shares {
                if let Some(path) = joined(folder(&file.path), path) {
                    shared.insert((file.root, name), (file.root, path));
                }
            }
        }
        for (id, one) in facts {
            let file = files.get(*id);
            let place = (file.root, folder(&file.path).to_owned());
            let found = one.uses.iter().filter_map(|used| match used {
                Use::Folder(path) => Some((file.root, joined(&place.1, path)?)),
                Use::Package(name) => shared
                    .get(&(file.root, name.as_str()))
                    .cloned()
                    .or_else(|| self.packages.get(&(one.kind, plain(name))).cloned()),
            });
            let found: BTreeSet<Place> = found.filter(|used| *used != place).collect();
            self.uses.entry(place).or_default().extend(found);
        }
    }

    /// The part that an image is built of: the folder of its Dockerfile where that holds code, what the Dockerfile or the
    /// stage that is built names, else all of the context.
    pub(crate) fn built(
        &self,
        (root, context): (u16, &str),
        dockerfile: Option<&str>,
        target: Option<&str>,
    ) -> Option<Place> {
        let file = dockerfile_of(context, dockerfile)?;
        if !self.takes_code((root, context), &file) {
            return None;
        }
        let beside = (root, folder(&file).to_owned());
        let whole = (root, context.to_owned());
        let place = (root, file);
        let (takes, mut named) = self.takes_of(&place, target, &whole);
        let takes_others = self.takes_others(&place, &whole, &beside);
        if takes_others {
            named.retain(|part| !is_within(part, &beside));
        }
        // All of the context goes in, and what is built of it is called otherwise than the folder of the Dockerfile.
        let is_elsewhere = self.taken.get(&place).is_some_and(Taken::takes_all)
            && !named.is_empty()
            && !named.iter().any(|part| is_within(part, &beside) || is_within(&beside, part))
            || takes_others;
        let is_inside =
            is_within(&beside, &whole) && !is_elsewhere && !self.is_for_images(&place, &beside);
        if !beside.1.is_empty() && is_inside && self.code.contains(&beside) {
            return Some(beside);
        }
        if !self.code.contains(&whole) {
            return None;
        }
        let folders: BTreeSet<Place> = takes
            .iter()
            .filter_map(|word| Some((root, joined(context, word)?)))
            .filter(|place| self.code.contains(place) && *place != whole)
            .collect();
        let is_left = |one: &Place| target.is_none() && self.is_left_behind(&place, one, &whole);
        named.retain(|one| !is_left(one));
        // Where all of the context goes in at last, no folder of it says more than the whole.
        let is_all = || {
            let image = self.taken.get(&place).filter(|_| target.is_none());
            image.is_some_and(|image| image.last.iter().any(|it| matches!(it.as_str(), "" | ".")))
        };
        let folders = if is_all() { BTreeSet::new() } else { folders };
        let folders: BTreeSet<Place> = folders.into_iter().filter(|one| !is_left(one)).collect();
        // Pages that are built first and laid beside the code are not what runs.
        let counts = |one: &Place| self.code.contains(one) || folders.is_empty();
        match (named.first(), folders.first()) {
            (Some(one), _) if named.len() == 1 && counts(one) => Some((*one).clone()),
            (_, Some(one)) if folders.len() == 1 => Some(one.clone()),
            _ => Some(whole),
        }
    }

    /// Whether a Dockerfile takes folders with code out of its context, and nothing of the folder that it lies in.
    fn takes_others(&self, dockerfile: &Place, whole: &Place, beside: &Place) -> bool {
        let is_told = |taken: &&Taken| {
            !taken.takes_all() && !taken.copies.iter().any(|path| path.contains('$'))
        };
        let Some(taken) = self.taken.get(dockerfile).filter(is_told) else { return false };
        let copied = || {
            let paths = taken.copies.iter().filter(|path| !path.contains("://"));
            paths.filter_map(|path| Some((whole.0, joined(&whole.1, path)?)))
        };
        let is_near = |place: Place| is_within(&place, beside) || is_within(beside, &place);
        !copied().any(is_near) && copied().any(|place| self.code.contains(&place))
    }

    /// Whether a part goes into an earlier stage alone, or into the image as a piece of a larger one, where the last stage takes code
    /// of the context itself: pages that are built first and laid beside that.
    fn is_left_behind(&self, dockerfile: &Place, part: &Place, whole: &Place) -> bool {
        let Some(taken) = self.taken.get(dockerfile) else { return false };
        let places = |paths: &[String]| -> BTreeSet<Place> {
            let inside = |path: &String| Some((whole.0, joined(&whole.1, path)?));
            paths.iter().filter_map(inside).filter(|place| self.code.contains(place)).collect()
        };
        let last = places(&taken.last);
        let is_inside = |one: &Place| one != part && one != whole && is_within(part, one);
        !last.is_empty()
            && !last.contains(part)
            && (places(&taken.copies).contains(part) || last.iter().any(is_inside))
    }

    /// What the image of a Dockerfile takes in, and the parts of a context that are called so: of its stage `target` alone
    /// where that names any.
    fn takes_of(
        &self,
        dockerfile: &Place,
        target: Option<&str>,
        whole: &Place,
    ) -> (&[String], BTreeSet<&Place>) {
        let named = |takes: &[String]| -> BTreeSet<&Place> {
            let parts = takes.iter().filter_map(|word| self.names.get(&plain(word))?.as_ref());
            parts.filter(|place| is_within(place, whole) && *place != whole).collect()
        };
        let stages = target.and_then(|target| {
            let stage = self.stages.get(dockerfile)?.get(&target.to_ascii_lowercase())?;
            let mut parts = named(stage);
            if parts.is_empty() {
                parts.extend(stage.iter().filter_map(|path| self.laid_out(path, whole)));
            }
            Some((stage.as_slice(), parts))
        });
        stages.filter(|(_, named)| !named.is_empty()).unwrap_or_else(|| {
            let takes = self.takes.get(dockerfile).map_or(&[][..], Vec::as_slice);
            (takes, named(takes))
        })
    }

    /// The folder with code that a file of another stage lies in, where all of a context was copied somewhere there.
    fn laid_out(&self, path: &str, whole: &Place) -> Option<&Place> {
        let mut inside = folder(path.strip_prefix('/')?);
        for _ in 0..MAX_ABOVE {
            if inside.is_empty() {
                break;
            }
            let place = (whole.0, joined(&whole.1, inside)?);
            if let Some(place) = self.code.get(&place) {
                return Some(place);
            }
            inside = inside.split_once('/').map_or("", |(_, inside)| inside);
        }
        None
    }

    /// Whether the folder of a Dockerfile that takes all of its context holds what builds and starts images, no part of the code.
    fn is_for_images(&self, dockerfile: &Place, beside: &Place) -> bool {
        let is_called = beside.1.rsplit('/').next().is_some_and(|name| OF_IMAGES.contains(&name));
        let takes_all = self.taken.get(dockerfile).is_some_and(Taken::takes_all);
        is_called && takes_all && !self.packages.values().any(|part| is_within(part, beside))
    }

    /// The part of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Place> {
        self.names.get(&plain(name))?.as_ref()
    }

    /// All parts that each part builds on, also by others.
    pub(crate) fn closure(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::new();
        for place in self.uses.keys() {
            let mut seen: BTreeSet<&Place> = BTreeSet::new();
            let mut open: Vec<&Place> = vec![place];
            while let Some(at) = open.pop() {
                let next = self.uses.get(at).into_iter().flatten();
                open.extend(next.filter(|used| seen.insert(used)));
            }
            seen.remove(place);
            if !seen.is_empty() {
                let used = seen.into_iter().map(|(_, folder)| component(folder));
                all.entry(component(&place.1)).or_insert_with(BTreeSet::new).extend(used);
            }
        }
        all
    }
}

/// The path of the Dockerfile of a build.
pub(crate) fn dockerfile_of(context: &str, dockerfile: Option<&str>) -> Option<String> {
    match dockerfile {
        Some(path) if path.starts_with('/') => joined("", &path[1..]),
        Some(path) => joined(context, path),
        None => joined(context, "Dockerfile"),
    }
}

/// Notes the folders above a file, up to the root.
fn note_above(file: &File, folders: &mut BTreeSet<Place>) {
    let mut folder = file.path.as_str();
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        if !folders.insert((file.root, folder.to_owned())) {
            return;
        }
    }
    folders.insert((file.root, String::new()));
}

/// What a folder is called as a component.
pub(crate) fn component(folder: &str) -> String {
    if folder.is_empty() { ".".to_owned() } else { folder.to_owned() }
}

/// A name as it is compared: the last segment, in lower case, with `-`.
fn plain(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.to_lowercase().replace(['_', '.'], "-")
}

fn is_within(one: &Place, above: &Place) -> bool {
    one.0 == above.0
        && (above.1.is_empty()
            || one
                .1
                .strip_prefix(&above.1)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
