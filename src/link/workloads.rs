//! Which code each workload runs: by its build, its image, its name, or the policy.
//!
//! Looks at what the tree says and runs nothing. A workload of somebody else's image runs none of the code.

mod apart;
mod built;
mod handled;
mod owners;

use std::collections::{BTreeMap, BTreeSet};

use self::handled::Code;
use super::components::Components;
use super::packing::{Packing, Place, component};
use crate::config::Config;
use crate::definitions;
use crate::facts::Workload as Described;
use crate::model::{Attribution, Building, Inventory, Runs, Scope, SourceId, Workload};
use crate::text::relative::{folder, is_within as is_under, joined};
use crate::text::{FileId, Files, Span};

/// A workload that waits until all parts of the code are known.
pub struct Pending {
    /// The source that describes it.
    pub source: SourceId,
    /// Its file.
    pub file: FileId,
    /// What is said of it.
    pub described: Described,
    /// It is a service of a compose file, which builds what is its own.
    pub is_composed: bool,
}

impl Pending {
    /// A workload that a source of this kind describes.
    pub fn new((source, kind): (SourceId, &str), file: FileId, described: Described) -> Self {
        Self { source, file, described, is_composed: kind == "compose" }
    }
}

/// Adds the workloads and decides which code they run.
pub(crate) fn add(
    inventory: &mut Inventory,
    mut pending: Vec<Pending>,
    mut packing: Packing,
    (files, components): (&Files, &mut Components),
    config: &Config,
) {
    for one in &pending {
        let file = files.get(one.file);
        let built = built_here(one, &packing, files);
        if let Some(place) = built {
            // compose names the image after the service where nothing else does.
            let image = one.described.image.as_ref().unwrap_or(&one.described.name);
            packing.note_image(image, &place, file);
        }
    }
    let code = Code::of(&pending, files);
    let twins = twins(&pending, &packing, files);
    owners::settle(inventory, &mut pending, &packing, files);
    let theirs = foreign(inventory);
    let mut seen = BTreeSet::new();
    let by_path = built::dockerfiles(inventory, files);
    let mut layouts = built::Layouts::new();
    for one in pending {
        let name = one.described.name.clone();
        if !seen.insert((one.source, name.clone())) {
            continue;
        }
        let owner = theirs.get(&(one.source, name.clone())).cloned();
        let told = match handled(&one, (&code, files, components), config) {
            Some(told) => told,
            None => judge(&one, owner, &packing, files, config),
        };
        let (runs, reason) = match told {
            (Runs::Unknown, reason) => {
                of_twin(&one, &twins, files).unwrap_or((Runs::Unknown, reason))
            }
            told => told,
        };
        let image = built::image(&one, &by_path, &packing, (files, &mut layouts));
        inventory.arguments.extend(image.arguments);
        inventory.workloads.push(Workload {
            name,
            source: one.source,
            dockerfile: image.dockerfile,
            stages: image.stages,
            building: image.building,
            image: one.described.image,
            platform: one.described.platform,
            runs,
            reason,
            span: Span::new(one.file, one.described.range),
        });
    }
    apart::settle(inventory, files, components);
    inventory.builds_on = packing.closure();
    inventory.packed = packing.packed();
    inventory.workloads.sort_by(|one, two| (one.source, &one.name).cmp(&(two.source, &two.name)));
    name_others(inventory, &packing);
}

/// What compose services are built of, by their folder and name; none where two files differ.
fn twins(pending: &[Pending], packing: &Packing, files: &Files) -> Twins {
    let mut found = Twins::new();
    for one in pending.iter().filter(|one| one.is_composed) {
        let Some(place) = built_here(one, packing, files) else { continue };
        let known = found.entry(twin(one, files)).or_insert_with(|| Some(place.clone()));
        if known.as_ref() != Some(&place) {
            *known = None;
        }
    }
    found
}

type Twins = BTreeMap<(u16, String, String), Option<Place>>;

fn twin(one: &Pending, files: &Files) -> (u16, String, String) {
    let file = files.get(one.file);
    (file.root, folder(&file.path).to_owned(), one.described.name.clone())
}

/// A service of which another compose file beside says what it is built of.
fn of_twin(one: &Pending, twins: &Twins, files: &Files) -> Option<(Runs, String)> {
    let place = twins.get(&twin(one, files)).filter(|_| one.is_composed)?.as_ref()?;
    let folder = component(&place.1);
    let reason = format!("a service of this name is built from `{folder}`");
    Some((Runs::Component(folder), reason))
}

/// A function of which the file is known that it starts in.
fn handled(
    one: &Pending,
    (code, files, components): (&Code<'_>, &Files, &Components),
    config: &Config,
) -> Option<(Runs, String)> {
    // A folder that both tell is that of many functions, and what is called says which.
    let is_of_many = one.described.handler.as_ref().is_some_and(|it| it.code.is_some());
    let is_told = one.described.build.is_some() && !is_of_many
        || one.described.image.is_some()
        || config.component_of(&one.described.name).is_some();
    let file = files.get(code.file(one).filter(|_| !is_told)?);
    let reason = format!("it starts in `{}`", file.path);
    Some((Runs::Component(components.of(file)), reason))
}

/// The last segment of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The workloads that get keys of somebody else's image.
fn foreign(inventory: &Inventory) -> BTreeMap<(SourceId, String), String> {
    let mut all = BTreeMap::new();
    for definition in &inventory.definitions {
        if let (Some(Scope::Workload(name)), Attribution::Image(image)) =
            (&definition.scope, &definition.attribution)
        {
            all.insert((definition.source, name.clone()), image.clone());
        }
    }
    all
}

fn judge(
    one: &Pending,
    owner: Option<String>,
    packing: &Packing,
    files: &Files,
    config: &Config,
) -> (Runs, String) {
    let name = &one.described.name;
    if let Some(folder) = config.component_of(name) {
        return (Runs::Component(folder.to_owned()), "the policy says so".to_owned());
    }
    if let Some(place) = built_here(one, packing, files) {
        let folder = component(&place.1);
        let reason = format!("it is built from `{folder}`");
        return (Runs::Component(folder), reason);
    }
    if let Some(owner) = owner {
        return (Runs::Image(owner.clone()), told_of_others(one, &owner, packing));
    }
    let image = one.described.image.as_deref();
    if let Some((place, path)) = image.and_then(|image| packing.image(image)) {
        return run(place, format!("`{path}` builds its image"), packing);
    }
    if let Some(place) = image.and_then(|image| packing.image_part(image)) {
        return run(place, format!("its image is named like {}", called(place)), packing);
    }
    let others =
        |is_composed| image.and_then(|image| definitions::image_of_others(image, is_composed));
    let theirs = |owner: &str| {
        (Runs::Image(owner.to_owned()), format!("the image `{owner}` is not built here"))
    };
    if let Some(owner) = others(false) {
        return theirs(owner);
    }
    if let Some(place) = by_name(name, packing) {
        return run(place, format!("it is named like {}", called(place)), packing);
    }
    match others(one.is_composed) {
        Some(owner) => theirs(owner),
        None => (Runs::Unknown, "nothing says which code it runs".to_owned()),
    }
}

/// What runs of a part, and why: of one that holds nothing but what it adds to another image, the part of that image.
fn run(place: &Place, reason: String, packing: &Packing) -> (Runs, String) {
    match packing.built_on(place) {
        Some(base) => {
            let reason = format!("{reason}, which builds on {}", called(base));
            (Runs::Component(component(&base.1)), reason)
        }
        None => (Runs::Component(component(&place.1)), reason),
    }
}

/// Why a workload runs the program of others.
fn told_of_others(one: &Pending, owner: &str, packing: &Packing) -> String {
    let is_built = one.described.build.is_some() || packing.is_of_others(owner);
    if is_built {
        "no code of this tree goes into its image".to_owned()
    } else {
        format!("the image `{owner}` is not built here")
    }
}

/// A part as a phrase.
fn called((_, folder): &Place) -> String {
    if folder.is_empty() { "the package at the root".to_owned() } else { format!("`{folder}`") }
}

fn by_name<'p>(name: &str, packing: &'p Packing) -> Option<&'p Place> {
    // A container that is called apart says more than its workload.
    let mut parts = name.rsplit('/');
    parts.find_map(|part| packing.named(part))
}

/// The part that a workload is built of where it stands.
fn built_here(one: &Pending, packing: &Packing, files: &Files) -> Option<Place> {
    let build = one.described.build.as_deref()?;
    let file = files.get(one.file);
    let (root, from) = (file.root, folder(&file.path));
    let context = joined(from, build)?;
    let (dockerfile, target) =
        (one.described.dockerfile.as_deref(), one.described.target.as_deref());
    let part = packing.built((root, &context), dockerfile, target);
    // What is built of a folder that is not in the tree is not seen, whatever is laid over it.
    let is_there = || {
        let mut all = files.iter().filter(|(_, file)| file.root == root);
        all.any(|(_, file)| is_under(folder(&file.path), &context))
    };
    let mounts = &one.described.mounts;
    part.or_else(|| packing.laid_in(root, from, mounts).filter(|_| is_there()))
}

/// Workloads that sources give keys to and none describes: patches, values of charts. Their names alone tell.
fn name_others(inventory: &mut Inventory, packing: &Packing) {
    let known: BTreeSet<(SourceId, &str)> =
        inventory.workloads.iter().map(|one| (one.source, one.name.as_str())).collect();
    let mut found = BTreeMap::new();
    for definition in &inventory.definitions {
        let Some(Scope::Workload(name)) = &definition.scope else { continue };
        let at = (definition.source, name.as_str());
        if known.contains(&at) || definition.attribution != Attribution::Project {
            continue;
        }
        if let Some(place) = by_name(name, packing) {
            found.entry((definition.source, name.clone())).or_insert((definition.key_span, place));
        }
    }
    let found: Vec<Workload> = found
        .into_iter()
        .map(|((source, name), (span, place))| Workload {
            reason: format!("it is named like {}", called(place)),
            runs: Runs::Component(component(&place.1)),
            image: None,
            platform: None,
            dockerfile: None,
            stages: None,
            building: Building::Unknown,
            name,
            source,
            span,
        })
        .collect();
    inventory.workloads.extend(found);
}
