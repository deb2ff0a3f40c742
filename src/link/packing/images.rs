//! Which images are built of which parts of the code, by what builds and pipelines say.
//!
//! Images are told by the last segment of their names: registries and tags differ between what is built and what runs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Packing, Place, plain};
use crate::definitions::image_of_others;
use crate::facts::BuildFacts;
use crate::facts::build::{BuiltOf, Call, GivenToBuild, ImageFact};
use crate::model::Value;
use crate::text::relative::{folder, joined};
use crate::text::{File, FileId, Files};

/// The images that are built.
#[derive(Debug, Default)]
pub(super) struct Images {
    /// By their last segment; none where two parts are built under one name.
    known: BTreeMap<String, Option<Built>>,
    /// The repository of each root: `owner/name`, where its manifests agree.
    repositories: BTreeMap<u16, String>,
    /// Files that may be Dockerfiles.
    dockerfiles: BTreeSet<Place>,
    /// The last segments of all images that something builds.
    built: BTreeSet<String>,
    /// How the images are built, by their last segment; none where two builds differ.
    builds: BTreeMap<String, Option<Build>>,
    /// Images into which no code of the project goes, by their last segment.
    of_others: BTreeSet<String>,
}

impl Images {
    /// Whether something builds an image of this last segment.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.built.contains(name)
    }
}

/// How an image is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Build {
    /// Its Dockerfile.
    pub(crate) dockerfile: Place,
    /// What it is given.
    pub(crate) given: GivenToBuild,
    /// The file that says so.
    pub(crate) by: FileId,
}

impl Build {
    /// Whether both give the same image.
    fn is_like(&self, other: &Self) -> bool {
        let values = |one: &Self| -> Option<Vec<(String, Value)>> {
            let all = one.given.arguments.as_ref()?.iter();
            Some(all.map(|one| (one.name.clone(), one.value.clone())).collect())
        };
        self.dockerfile == other.dockerfile
            && self.given.target == other.given.target
            && values(self) == values(other)
    }
}

/// An image of the project.
#[derive(Clone, Debug)]
struct Built {
    place: Place,
    /// The file that says so.
    path: String,
    /// The segments before the last that are known.
    owners: BTreeSet<String>,
}

/// Amazon's public registry: each owner has a name there that he chose and one that was given to him.
const GALLERY: &str = "public.ecr.aws/";

/// The ways in which pipelines call the repository that they run in.
const OWN: &[&str] = &[
    "${{github.repository}}",
    "${{github.event.repository.full_name}}",
    "${{github.event.repository.name}}",
    "${GITHUB_REPOSITORY}",
    "$GITHUB_REPOSITORY",
    "${CI_REGISTRY_IMAGE}",
    "$CI_REGISTRY_IMAGE",
    "${CI_PROJECT_PATH}",
    "$CI_PROJECT_PATH",
    "${CI_PROJECT_NAME}",
    "$CI_PROJECT_NAME",
    "${CIRCLE_PROJECT_REPONAME}",
    "$CIRCLE_PROJECT_REPONAME",
    "${REPO_NAME}",
    "$REPO_NAME",
];

impl Packing {
    pub(super) fn note_images(&mut self, facts: &[(FileId, BuildFacts)], files: &Files) {
        self.images.repositories = repositories(facts, files);
        let is_dockerfile = |file: &File| {
            file.name().to_ascii_lowercase().contains("ockerfile")
                || file.name().contains("Containerfile")
        };
        let all = files.iter().filter(|(_, file)| is_dockerfile(file));
        self.images.dockerfiles = all.map(|(_, file)| (file.root, file.path.clone())).collect();
        let named = facts.iter().flat_map(|(_, one)| &one.images);
        self.images.built = named.filter_map(|image| last_segment(&image.image)).collect();
        let calls = calls(facts, files);
        for (id, one) in facts {
            let file = files.get(*id);
            let at = (file.root, file.path.as_str());
            let of_file = calls.get(&at).map_or(&[][..], Vec::as_slice);
            for image in &one.images {
                if !is_open(image) {
                    self.note_built(image, (*id, file));
                    continue;
                }
                for call in of_file {
                    self.note_built(&handed(image, call, &one.inputs), (*id, file));
                }
                if of_file.is_empty() {
                    self.note_built(
                        &handed(
                            image,
                            &Call { path: String::new(), with: BTreeMap::new() },
                            &one.inputs,
                        ),
                        (*id, file),
                    );
                }
            }
        }
    }

    fn note_built(&mut self, image: &ImageFact, (by, file): (FileId, &File)) {
        let path = |written: &str| match written.strip_prefix('/') {
            Some(inside) => joined("", inside),
            None => joined(folder(&file.path), written),
        };
        let of = |of: &BuiltOf| {
            let context = path(&of.context)?;
            let dockerfile = match &of.dockerfile {
                Some(written) => path(written)?,
                None => joined(&context, "Dockerfile")?,
            };
            Some((context, dockerfile))
        };
        let all: Vec<(String, String)> = image.of.iter().filter_map(of).collect();
        let exists = |(_, dockerfile): &&(String, String)| {
            self.images.dockerfiles.contains(&(file.root, dockerfile.clone()))
        };
        let Some((context, dockerfile)) = all.iter().find(exists).or(all.first()) else { return };
        self.note_build(image, (file.root, dockerfile.clone()), by);
        let target = image.given.target.as_deref();
        let place = self.built((file.root, context), Some(&format!("/{dockerfile}")), target);
        if let Some(place) = place {
            self.note_image(&image.image, &place, file);
        } else if self.runs_others((file.root, context), Some(&format!("/{dockerfile}"))).is_some()
        {
            self.images.of_others.extend(last_segment(&image.image));
        }
    }

    fn note_build(&mut self, image: &ImageFact, dockerfile: Place, by: FileId) {
        let own = self.images.repositories.get(&dockerfile.0).map(String::as_str);
        let Some((_, name)) = image_name(&image.image, own) else { return };
        let build = Build { dockerfile, given: image.given.clone(), by };
        let known = self.images.builds.entry(name).or_insert_with(|| Some(build.clone()));
        if known.as_ref().is_some_and(|known| !known.is_like(&build)) {
            *known = None;
        }
    }

    /// How an image of this name is built, where all that build one agree.
    pub(in crate::link) fn build(&self, image: &str) -> Option<&Build> {
        self.images.builds.get(&image_name(image, None)?.1)?.as_ref()
    }

    /// Notes that an image is built of a part, as `file` says.
    pub(in crate::link) fn note_image(&mut self, image: &str, place: &Place, file: &File) {
        let own = self.images.repositories.get(&file.root).map(String::as_str);
        let Some((owner, name)) = image_name(image, own) else { return };
        let new =
            || Built { place: place.clone(), path: file.path.clone(), owners: BTreeSet::new() };
        let known = self.images.known.entry(name).or_insert_with(|| Some(new()));
        match known {
            Some(built) if built.place == *place => built.owners.extend(owner),
            _ => *known = None,
        }
    }

    /// The part that an image of this name is built of, with the file that says so.
    pub(in crate::link) fn image(&self, image: &str) -> Option<(&Place, &str)> {
        let built = self.images.known.get(&image_name(image, None)?.1)?.as_ref()?;
        Some((&built.place, &built.path))
    }

    /// Whether an image of this name and owner is built. Pipelines often take the owner from a variable: then any that is
    /// no well-known publisher's may be meant.
    pub(in crate::link) fn is_built(&self, image: &str) -> bool {
        let Some((Some(owner), name)) = image_name(image, None) else { return false };
        let built = self.images.known.get(&name).and_then(Option::as_ref);
        built.is_some_and(|built| {
            let is_open = built.owners.is_empty() && image_of_others(image, false).is_none();
            let is_of_gallery = image.starts_with(GALLERY) && built.owners.contains(GALLERY);
            is_open || is_of_gallery || built.owners.contains(&owner)
        })
    }

    /// Whether an image of this name is built, and no code of the project goes into it.
    pub(in crate::link) fn is_of_others(&self, image: &str) -> bool {
        let is_one = |name: String| {
            self.images.of_others.contains(&name) && !self.images.known.contains_key(&name)
        };
        last_segment(image).is_some_and(is_one)
    }

    /// The part that is called like the last segment of an image's name. What a part builds on is not what it builds.
    pub(in crate::link) fn image_part(&self, image: &str) -> Option<&Place> {
        let place = self.names.get(&image_name(image, None)?.1)?.as_ref()?;
        (!self.is_beneath(image, place)).then_some(place)
    }
}

/// The repository of each root, where all manifests that name one agree.
fn repositories(facts: &[(FileId, BuildFacts)], files: &Files) -> BTreeMap<u16, String> {
    let mut found: BTreeMap<u16, BTreeSet<&String>> = BTreeMap::new();
    for (id, one) in facts {
        if let Some(repository) = &one.repository {
            found.entry(files.get(*id).root).or_default().insert(repository);
        }
    }
    let alone = |(root, all): (u16, BTreeSet<&String>)| match all.len() {
        1 => Some((root, (*all.first()?).clone())),
        _ => None,
    };
    found.into_iter().filter_map(alone).collect()
}

/// What workflows and actions of the tree are handed, by their files.
fn calls<'f>(
    facts: &'f [(FileId, BuildFacts)],
    files: &'f Files,
) -> BTreeMap<(u16, &'f str), Vec<&'f Call>> {
    let paths: BTreeMap<(u16, &str), &str> = facts
        .iter()
        .map(|(id, _)| files.get(*id))
        .flat_map(|file| {
            [
                ((file.root, file.path.as_str()), file.path.as_str()),
                ((file.root, folder(&file.path)), file.path.as_str()),
            ]
        })
        .collect();
    let mut found: BTreeMap<(u16, &str), Vec<&Call>> = BTreeMap::new();
    for (id, one) in facts {
        let root = files.get(*id).root;
        for call in &one.calls {
            if let Some(path) = paths.get(&(root, call.path.trim_end_matches('/'))) {
                found.entry((root, path)).or_default().push(call);
            }
        }
    }
    found
}

/// The word before an input in an expression.
const INPUT: &str = "${{inputs.";

fn is_open(image: &ImageFact) -> bool {
    let has = |text: &str| text.contains(INPUT);
    has(&image.image)
        || image.of.iter().any(|of| has(&of.context) || of.dockerfile.as_deref().is_some_and(has))
}

/// An image with what a caller hands its file.
fn handed(image: &ImageFact, call: &Call, defaults: &BTreeMap<String, String>) -> ImageFact {
    let fill = |text: &str| {
        let mut text = text.to_owned();
        for (name, default) in defaults {
            let value = call.with.get(name).unwrap_or(default);
            if !value.is_empty() {
                text = text.replace(&format!("{INPUT}{name}}}}}"), value);
            }
        }
        text
    };
    // A path from the root may be handed on with a dot before it.
    let path = |text: &str| fill(text).replace("/./", "/");
    let of = image.of.iter().map(|of| BuiltOf {
        context: path(&of.context),
        dockerfile: of.dockerfile.as_deref().map(path),
    });
    ImageFact { image: fill(&image.image), of: of.collect(), given: image.given.clone() }
}

/// The owner and the last segment of an image's name without its tag; `None` where a variable stands in it. `own` is what
/// pipelines call their repository.
fn image_name(image: &str, own: Option<&str>) -> Option<(Option<String>, String)> {
    let mut image = image.split('@').next().unwrap_or(image).to_owned();
    if let Some(own) = own {
        for word in OWN {
            image = image.replace(word, own);
        }
    }
    let (above, last) = image.rsplit_once('/').unwrap_or(("", &image));
    let name = last.split(':').next().unwrap_or(last);
    let owner = above.rsplit('/').next().unwrap_or("");
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['$', '{', '}', '(']);
    let is_given = above.strip_prefix(GALLERY).is_some_and(is_given);
    let owner = is_plain(owner).then(|| if is_given { GALLERY.to_owned() } else { plain(owner) });
    is_plain(name).then(|| (owner, plain(name)))
}

/// Whether the gallery gave its owner this name: letters and digits in turn.
fn is_given(owner: &str) -> bool {
    let fits = |(at, letter): (usize, char)| match at % 2 {
        0 => letter.is_ascii_lowercase(),
        _ => letter.is_ascii_digit(),
    };
    owner.len() == 8 && owner.chars().enumerate().all(fits)
}

/// The last segment of an image's name; `None` where a variable stands in it.
pub(super) fn last_segment(image: &str) -> Option<String> {
    image_name(image, None).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::image_name;

    #[test]
    fn images_go_by_their_last_segment() {
        let name = |image| image_name(image, Some("bakery/oven")).map(|(_, name)| name);
        assert_eq!(name("ghcr.io/${{github.repository}}:${{github.sha}}").as_deref(), Some("oven"));
        assert_eq!(name("$CI_REGISTRY_IMAGE/till:$TAG").as_deref(), Some("till"));
        assert_eq!(
            name("registry.example:5000/bakery/My_Shop@sha256:0").as_deref(),
            Some("my-shop")
        );
        assert_eq!(name("${IMAGE}"), None);
        let owner = |image| image_name(image, None).and_then(|(owner, _)| owner);
        assert_eq!(owner("public.ecr.aws/k3t9r2w7/bell"), owner("public.ecr.aws/a1b2c3d4/gong"));
        assert_eq!(owner("public.ecr.aws/railway/bell").as_deref(), Some("railway"));
    }
}
