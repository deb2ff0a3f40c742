//! Whose the images of compose services are that one file alone cannot tell: names with variables, and images of an owner
//! that the project builds itself.
//!
//! An image that only sets up somebody else's is theirs, too.

use std::collections::{BTreeMap, BTreeSet};

use super::{Pending, built_here, by_name, twin};
use crate::definitions;
use crate::link::filled::{filled_at, root_values};
use crate::link::packing::{Packing, Place, dockerfile_of};
use crate::model::{Attribution, Inventory, Scope, SourceId};
use crate::text::relative::{folder, joined};
use crate::text::{FileId, Files};

/// Fills variables into the names of images, and notes whose images they are.
pub(super) fn settle(
    inventory: &mut Inventory,
    pending: &mut [Pending],
    packing: &Packing,
    files: &Files,
) {
    let values = root_values(inventory, files);
    let elsewhere = built_elsewhere(pending, packing, files);
    let mut owners: BTreeMap<(SourceId, String), Attribution> = BTreeMap::new();
    for one in pending.iter_mut().filter(|one| one.described.build.is_none()) {
        let at = (one.source, one.described.name.clone());
        let image = one.described.image.as_deref();
        if let Some(image) = image.filter(|image| packing.is_of_others(image)) {
            owners.insert(at, Attribution::Image(image.to_owned()));
            continue;
        }
        if let Some(image) = image.map(definitions::untagged).filter(|it| elsewhere.contains(*it)) {
            owners.insert(at, Attribution::Image(image.to_owned()));
            continue;
        }
        if !one.is_composed {
            continue;
        }
        let Some(written) = one.described.image.clone() else { continue };
        let file = files.get(one.file);
        let name = filled_at(&values, (file.root, folder(&file.path)), &written);
        if packing.is_built(&name) {
            owners.insert(at, Attribution::Project);
        } else if name != written
            && let Some(owner) = definitions::image_of_others(&name, true)
        {
            owners.insert(at, Attribution::Image(owner.to_owned()));
        }
        one.described.image = Some(name);
    }
    let composed = pending.iter().filter(|one| one.is_composed);
    let set_up: BTreeMap<_, _> = composed
        .filter_map(|one| Some((twin(one, files), built_on(one, packing, files)?.to_owned())))
        .collect();
    let filled: BTreeSet<_> = (pending.iter())
        .filter(|one| built_here(one, packing, files).is_some())
        .filter_map(|one| dockerfile(one, files))
        .collect();
    for definition in &mut inventory.definitions {
        let source = &inventory.sources[definition.source.index()];
        let file = files.get(source.file);
        if source.kind == "dockerfile"
            && !filled.contains(&(file.root, file.path.clone()))
            && let Some(program) = packing.readied(file.root, &file.path)
        {
            definition.attribution = Attribution::Image(program.to_owned());
        }
        let Some(Scope::Workload(name)) = &definition.scope else { continue };
        let beside = || (file.root, folder(&file.path).to_owned(), name.clone());
        if let Some(owner) = owners.get(&(definition.source, name.clone())) {
            definition.attribution = owner.clone();
        } else if source.kind == "compose" {
            if let Some(owner) = set_up.get(&beside()) {
                definition.attribution = Attribution::Image(owner.clone());
            }
        } else if is_pushed(&definition.attribution, packing) {
            definition.attribution = Attribution::Project;
        }
    }
}

/// The images of services that lie in a registry, beside services that are built here: nothing here builds them, and no
/// part of the code is called like them.
fn built_elsewhere(pending: &[Pending], packing: &Packing, files: &Files) -> BTreeSet<String> {
    let composed = || pending.iter().filter(|one| one.is_composed);
    let builds: BTreeSet<FileId> = composed()
        .filter(|one| built_here(one, packing, files).is_some())
        .map(|one| one.file)
        .collect();
    let is_elsewhere = |one: &&Pending, image: &str| {
        one.described.build.is_none()
            && builds.contains(&one.file)
            && definitions::is_in_a_registry(image)
            && !packing.is_built(image)
            && packing.image(image).is_none()
            && packing.image_part(image).is_none()
            && by_name(&one.described.name, packing).is_none()
    };
    let found = composed().filter_map(|one| {
        let image = one.described.image.as_deref().filter(|image| is_elsewhere(&one, image))?;
        Some(definitions::untagged(image).to_owned())
    });
    found.collect()
}

/// Whether what counts as somebody else's image is built here: registries from which anybody pulls have images of the
/// project, too.
fn is_pushed(attribution: &Attribution, packing: &Packing) -> bool {
    matches!(attribution, Attribution::Image(image) if packing.is_built(image))
}

/// The Dockerfile that a workload is built by.
fn dockerfile(one: &Pending, files: &Files) -> Option<Place> {
    let file = files.get(one.file);
    let context = joined(folder(&file.path), one.described.build.as_deref()?)?;
    let path = dockerfile_of(&context, one.described.dockerfile.as_deref())?;
    Some((file.root, path))
}

/// Whose program a service runs that is built without code of the project.
fn built_on<'p>(one: &Pending, packing: &'p Packing, files: &Files) -> Option<&'p str> {
    let build = one.described.build.as_deref()?;
    if built_here(one, packing, files).is_some() {
        return None;
    }
    let file = files.get(one.file);
    let context = joined(folder(&file.path), build)?;
    packing.runs_others((file.root, &context), one.described.dockerfile.as_deref())
}
