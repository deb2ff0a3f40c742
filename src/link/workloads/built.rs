//! How the image of a workload is built: its Dockerfile, the stage of it, and what the build is given.
//!
//! Builds of compose stand with the service. Others are told by the name of the image; where two that are called alike differ,
//! nothing is known.

use std::collections::BTreeMap;

use super::Pending;
use crate::definitions::Layout;
use crate::link::packing::{Packing, dockerfile_of};
use crate::model::{BuildArgument, Building, Inventory};
use crate::text::relative::{folder, joined};
use crate::text::{FileId, Files, Span, TextRange};

/// How an image is built, as far as that is told.
#[derive(Default)]
pub(super) struct Image {
    pub(super) dockerfile: Option<FileId>,
    pub(super) stages: Option<Vec<TextRange>>,
    pub(super) building: Building,
    pub(super) arguments: Vec<BuildArgument>,
}

/// The Dockerfiles that set something, by root and path.
pub(super) fn dockerfiles(inventory: &Inventory, files: &Files) -> BTreeMap<(u16, String), FileId> {
    let images = inventory.sources.iter().filter(|source| source.is_image());
    let place = |id: FileId| (files.get(id).root, files.get(id).path.clone());
    images.map(|source| (place(source.file), source.file)).collect()
}

/// How the Dockerfiles that were asked for are laid out.
pub(super) type Layouts = BTreeMap<FileId, Layout>;

/// The image that a workload runs.
pub(super) fn image(
    one: &Pending,
    by_path: &BTreeMap<(u16, String), FileId>,
    packing: &Packing,
    (files, layouts): (&Files, &mut Layouts),
) -> Image {
    let mut stages = |file: Option<FileId>, target: Option<&String>| {
        let (file, target) = (file?, target?);
        let layout = layouts.entry(file).or_insert_with(|| Layout::of(&files.get(file).text));
        Some(layout.stage(target))
    };
    if one.described.build.is_some() {
        let dockerfile = here(one, by_path, files);
        let stages = stages(dockerfile, one.described.target.as_ref());
        return Image { dockerfile, stages, building: Building::Here, arguments: Vec::new() };
    }
    let build = one.described.image.as_deref().and_then(|image| packing.build(image));
    let Some(build) = build else { return Image::default() };
    let Some(dockerfile) = by_path.get(&build.dockerfile).copied() else { return Image::default() };
    let arguments = build.given.arguments.iter().flatten().map(|given| BuildArgument {
        source: one.source,
        workload: one.described.name.clone(),
        name: given.name.clone(),
        value: given.value.clone(),
        span: Span::new(build.by, given.range),
    });
    Image {
        dockerfile: Some(dockerfile),
        stages: stages(Some(dockerfile), build.given.target.as_ref()),
        building: match build.given.arguments {
            Some(_) => Building::Elsewhere,
            None => Building::Unknown,
        },
        arguments: arguments.collect(),
    }
}

/// The Dockerfile of a workload that is built where it stands.
fn here(one: &Pending, by_path: &BTreeMap<(u16, String), FileId>, files: &Files) -> Option<FileId> {
    let file = files.get(one.file);
    let context = joined(folder(&file.path), one.described.build.as_deref()?)?;
    let path = dockerfile_of(&context, one.described.dockerfile.as_deref())?;
    by_path.get(&(file.root, path)).copied()
}
