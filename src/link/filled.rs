//! Texts of compose files with their variables filled in: with what the `.env` file of a folder gives, as compose does, else
//! with the default that stands beside the name.
//!
//! What a shell gives is not seen.

use std::collections::BTreeMap;

use crate::document::interpolation;
use crate::model::Inventory;
use crate::text::Files;
use crate::text::relative::folder;

/// Variables by their names.
pub(super) type Values = BTreeMap<String, String>;

/// What the `.env` file of each folder gives.
pub(super) fn root_values(inventory: &Inventory, files: &Files) -> BTreeMap<(u16, String), Values> {
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

/// A text with the defaults of its variables filled in, as far as it has any.
pub fn with_defaults(text: &str) -> String {
    filled(text, &Values::new())
}

/// A text of a file in `at`, a folder under a root, with what its `.env` file gives or that of the root, and with defaults.
pub(super) fn filled_at(
    all: &BTreeMap<(u16, String), Values>,
    at: (u16, &str),
    text: &str,
) -> String {
    let own = [at.1, ""].iter().find_map(|folder| all.get(&(at.0, (*folder).to_owned())));
    own.map_or_else(|| with_defaults(text), |own| filled(text, own))
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
