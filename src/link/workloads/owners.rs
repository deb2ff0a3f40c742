//! Whose the images of compose services are that one file alone cannot tell: names with variables, and images of an owner
//! that the project builds itself.
//!
//! An image that only sets up somebody else's is theirs, too. Looks at the `.env` file of the project's folder, as compose
//! does. What a shell gives is not seen.

use std::collections::BTreeMap;

use super::{Pending, built_here, twin};
use crate::definitions;
use crate::document::interpolation;
use crate::link::packing::Packing;
use crate::model::{Attribution, Inventory, Scope, SourceId};
use crate::text::Files;
use crate::text::relative::{folder, joined};

/// Variables by their names.
type Values = BTreeMap<String, String>;

/// Fills variables into the names of images, and notes whose images they are.
pub(super) fn settle(
    inventory: &mut Inventory,
    pending: &mut [Pending],
    packing: &Packing,
    files: &Files,
) {
    let values = root_values(inventory, files);
    let mut owners: BTreeMap<(SourceId, String), Attribution> = BTreeMap::new();
    for one in pending.iter_mut().filter(|one| one.is_composed && one.described.build.is_none()) {
        let Some(written) = one.described.image.clone() else { continue };
        let file = files.get(one.file);
        let own = [folder(&file.path), ""]
            .iter()
            .find_map(|at| values.get(&(file.root, (*at).to_owned())));
        let name =
            own.map_or_else(|| filled(&written, &Values::new()), |own| filled(&written, own));
        let at = (one.source, one.described.name.clone());
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
    for definition in &mut inventory.definitions {
        let Some(Scope::Workload(name)) = &definition.scope else { continue };
        let source = &inventory.sources[definition.source.index()];
        let file = files.get(source.file);
        let beside = || (file.root, folder(&file.path).to_owned(), name.clone());
        if let Some(owner) = owners.get(&(definition.source, name.clone())) {
            definition.attribution = owner.clone();
        } else if source.kind == "compose"
            && let Some(owner) = set_up.get(&beside())
        {
            definition.attribution = Attribution::Image(owner.clone());
        }
    }
}

/// Whose image a service is that is built with settings alone: its Dockerfile takes nothing of the project in.
fn built_on<'p>(one: &Pending, packing: &'p Packing, files: &Files) -> Option<&'p str> {
    let build = one.described.build.as_deref()?;
    if built_here(one, packing, files).is_some() {
        return None;
    }
    let file = files.get(one.file);
    let context = joined(folder(&file.path), build)?;
    let base = packing.base((file.root, &context), one.described.dockerfile.as_deref())?;
    definitions::image_of_others(base, true).filter(|_| !packing.is_built(base))
}

/// What the `.env` file of each folder gives.
fn root_values(inventory: &Inventory, files: &Files) -> BTreeMap<(u16, String), Values> {
    let mut found: BTreeMap<(u16, String), Values> = BTreeMap::new();
    for definition in &inventory.definitions {
        let file = files.get(inventory.source(definition.source).file);
        if file.name() != ".env" {
            continue;
        }
        if let Some(text) = definition.value.shown() {
            let values = found.entry((file.root, folder(&file.path).to_owned())).or_default();
            values.insert(inventory.key(definition.key).name.clone(), text.to_owned());
        }
    }
    found
}

/// How often a value may name another variable.
const MAX_HOPS: usize = 4;
/// Longer than any name of an image.
const MAX_NAME: usize = 1_000;

/// `text` with the variables filled in whose values are known, and with the defaults of the others.
fn filled(text: &str, values: &Values) -> String {
    let mut text = text.to_owned();
    for _ in 0..MAX_HOPS {
        let next = once(&text, values);
        if next == text || next.len() > MAX_NAME {
            break;
        }
        text = next;
    }
    text
}

fn once(text: &str, values: &Values) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for found in interpolation::find(text, 0) {
        let range = found.interpolation.range;
        let (start, end) = (range.start as usize, range.end as usize);
        let default = found.default.map(|range| range.slice(text)).filter(|text| !text.is_empty());
        let known = values.get(&found.interpolation.name).map(String::as_str);
        let Some(value) = known.filter(|text| !text.is_empty()).or(default) else { continue };
        // One inside of another's default goes with it.
        if start < at {
            continue;
        }
        out.push_str(text.get(at..start).unwrap_or(""));
        out.push_str(value);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::{Values, filled};

    #[test]
    fn names_of_images_take_values_and_defaults() {
        let pair = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let values: Values =
            [("OVEN_IMAGE", "${HUB}/oven:1"), ("HUB", "registry.example")].map(pair).into();
        assert_eq!(filled("$OVEN_IMAGE", &values), "registry.example/oven:1");
        assert_eq!(filled("${HUB:-docker.io}/x:${TAG-2}", &Values::new()), "docker.io/x:2");
        assert_eq!(filled("${IMAGE:-}", &values), "${IMAGE:-}");
    }
}
