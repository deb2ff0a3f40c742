//! Whether what a Dockerfile builds holds code of the project, by what it copies and builds on.
//!
//! What cannot be told counts as code: an artifact that another step makes, a path with a variable, a base with one. What
//! a `RUN` fetches is the code of others.

use super::images::last_segment;
use super::{Packing, Place, dockerfile_of};
use crate::definitions::{image_of_others, is_bare_system};
use crate::facts::build::Taken;
use crate::lang::for_path;
use crate::text::relative::{folder, joined};

/// Ends of names of what configures a program, starts it or is served by it.
const SETTINGS: &[&str] = &[
    "cfg",
    "cnf",
    "conf",
    "crt",
    "css",
    "csv",
    "env",
    "html",
    "ini",
    "json",
    "key",
    "lua",
    "md",
    "pem",
    "properties",
    "rules",
    "sh",
    "sql",
    "template",
    "tmpl",
    "toml",
    "tpl",
    "txt",
    "xml",
    "yaml",
    "yml",
];

/// Images that build on one another more deeply are a circle.
const MAX_BASES: usize = 4;

impl Packing {
    /// Whether code of the project goes into what the Dockerfile `file` builds in the folder `context`.
    pub(super) fn takes_code(&self, (root, context): (u16, &str), file: &str) -> bool {
        let Some(taken) = self.taken.get(&(root, file.to_owned())) else { return true };
        taken.bases.iter().any(|base| !self.is_foreign(base))
            || taken.copies.iter().any(|path| self.may_be_code((root, context), path))
    }

    /// Whose program runs in what is built there, where no code of the project goes into it.
    pub(crate) fn runs_others(
        &self,
        (root, context): (u16, &str),
        dockerfile: Option<&str>,
    ) -> Option<&str> {
        let file = dockerfile_of(context, dockerfile)?;
        if self.takes_code((root, context), &file) {
            return None;
        }
        self.taken.get(&(root, file)).and_then(program)
    }

    /// The part whose program an image runs that is built of a folder without code: that of the image which it builds on.
    pub(crate) fn built_on<'p>(&'p self, place: &'p Place) -> Option<&'p Place> {
        let mut at = place;
        for _ in 0..MAX_BASES {
            if self.code.contains(at) {
                break;
            }
            let file = joined(&at.1, "Dockerfile")?;
            let base = self.taken.get(&(at.0, file))?.base.as_deref()?;
            at = self.image(base).map(|(part, _)| part).or_else(|| self.image_part(base))?;
        }
        (at != place && self.code.contains(at)).then_some(at)
    }

    /// The image of others that the Dockerfile at `path` only sets up, wherever it is built.
    pub(crate) fn readied(&self, root: u16, path: &str) -> Option<&str> {
        let contexts = [folder(path), ""];
        let takes_code = contexts.iter().any(|context| self.takes_code((root, context), path));
        let base =
            self.taken.get(&(root, path.to_owned())).filter(|_| !takes_code)?.base.as_deref();
        // A tool puts the code into a container for developers.
        base.and_then(|base| image_of_others(base, true)).filter(|_| !path.contains("devcontainer"))
    }

    /// The folder with code among those that are laid into what runs.
    pub(crate) fn laid_in(&self, root: u16, from: &str, paths: &[String]) -> Option<Place> {
        let mut places = paths.iter().filter_map(|path| Some((root, joined(from, path)?)));
        places.find(|place| self.code.contains(place))
    }

    /// Whether the Dockerfile of a part builds on an image of this name, whatever its tag.
    pub(super) fn is_beneath(&self, image: &str, (root, at): &Place) -> bool {
        let file = joined(at, "Dockerfile");
        let taken = file.and_then(|file| self.taken.get(&(*root, file)));
        let all = taken.into_iter().flat_map(|taken| taken.bases.iter().chain(&taken.base));
        let mut others = all.filter(|base| image.contains('/') && base.contains('/'));
        others.any(|base| repository(base) == repository(image))
    }

    fn is_foreign(&self, base: &str) -> bool {
        // A folder without code may be called after the program that it sets up.
        let has_code =
            |place: &Option<Place>| place.as_ref().is_none_or(|place| self.code.contains(place));
        let is_own = last_segment(base).is_none_or(|name| {
            self.names.get(&name).is_some_and(has_code) || self.images.knows(&name)
        });
        // What such an image does first is to take the code in.
        let takes_in = base.contains("onbuild");
        let is_others = !is_own && image_of_others(base, true).is_some();
        !takes_in && (is_others || is_bare_system(base))
    }

    fn may_be_code(&self, (root, context): (u16, &str), path: &str) -> bool {
        if path.starts_with("<<") || path.contains("://") {
            return false;
        }
        if path.contains('$') {
            return true;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let Some(at) = joined(context, path) else { return true };
        let place: Place = (root, at);
        if self.code.contains(&place) || for_path(name).is_some() {
            return true;
        }
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        !SETTINGS.contains(&end) && !self.folders.contains(&place)
    }
}

/// The name of an image without its tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

/// The program of an image without code of the project: that of its base, else what the first stages fetch.
fn program(taken: &Taken) -> Option<&str> {
    taken.base.as_deref().or(taken.bases.first().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::Packing;
    use crate::facts::BuildFacts;
    use crate::link::components::Components;
    use crate::manifests;
    use crate::text::{File, Files};

    fn packing(texts: &[(&str, &str)]) -> Packing {
        let mut files = Files::default();
        for (path, text) in texts {
            files.add(File::new(*path, *text));
        }
        let facts: Vec<(_, BuildFacts)> =
            files.iter().filter_map(|(id, file)| Some((id, manifests::extract(file)?))).collect();
        let components = Components::new(files.iter().map(|(_, file)| (0, file.path.as_str())));
        Packing::new(&facts, &files, &components)
    }

    /// What the image of a Dockerfile beside the code of a shop is built of, and whose program it is.
    fn built(dockerfile: &str) -> (bool, Option<String>) {
        let packing = packing(&[
            ("docker/oven/Dockerfile", dockerfile),
            ("docker/oven/oven.yaml", "heat: 200\n"),
            ("shop/app.py", "print(1)\n"),
        ]);
        let at = Some("docker/oven/Dockerfile");
        let others = packing.runs_others((0, ""), at).map(str::to_owned);
        (packing.built((0, ""), at, None).is_some(), others)
    }

    #[test]
    fn code_that_a_build_fetches_is_that_of_others() {
        let cloned = "FROM golang AS base\nRUN git clone https://example.com/oven.git\nFROM alpine:3\n\
                      COPY --from=base /oven .\nCOPY start.sh .\nCMD [\"./start.sh\"]\n";
        assert_eq!(built(cloned), (false, Some("golang".to_owned())));
        let settings = "FROM ghcr.io/oven/oven:2\nCOPY docker/oven/oven.yaml /etc/\nENV HEAT=1\n";
        assert_eq!(built(settings), (false, Some("ghcr.io/oven/oven:2".to_owned())));
        let folder = "FROM ghcr.io/oven/oven:2\nCOPY docker/oven /etc/oven\n";
        assert_eq!(built(folder), (false, Some("ghcr.io/oven/oven:2".to_owned())));
    }

    #[test]
    fn what_a_part_builds_on_is_not_what_it_builds() {
        let packing = packing(&[
            (
                "docker/agent/Dockerfile",
                "FROM ghcr.io/agents/agent:2 AS base\nRUN pip install oven\n",
            ),
            ("docker/agent/agent.py", "print(1)\n"),
        ]);
        assert!(packing.image_part("ghcr.io/bakery/agent:1").is_some());
        assert!(packing.image_part("ghcr.io/agents/agent:1").is_none());
        assert!(packing.image_part("agent").is_some());
    }

    #[test]
    fn what_may_be_code_is_code() {
        for taken in [
            "COPY . .",
            "COPY ./ /app/",
            "COPY shop /app",
            "COPY $SOURCE /app",
            "ADD target/release/shop /usr/bin/",
            "COPY build/libs/*.jar app.jar",
            "RUN --mount=type=bind,target=/src make",
        ] {
            assert_eq!(built(&format!("FROM debian\n{taken}\n")), (true, None), "{taken}");
        }
        assert!(built("FROM shop:base\nENV A=1\n").0);
        assert!(built("ARG BASE\nFROM ${BASE}\nENV A=1\n").0);
    }
}
