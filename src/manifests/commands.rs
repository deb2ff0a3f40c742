//! Commands that build images: `docker build` and its like in make files, scripts and pipelines.
//!
//! Runs neither make nor a shell. A name or folder that a command makes is not known.

use std::collections::BTreeMap;

use super::arguments::{self, argument};
use super::variables::{self, Variables};
use super::{Manifest, name, started};
use crate::facts::BuildFacts;
use crate::facts::build::{BuiltOf, GivenToBuild, ImageFact};
use crate::text::relative::{folder, joined};
use crate::text::{File, TextRange};

/// Lines that build images.
pub(super) static COMMANDS: Manifest =
    Manifest { name: "commands", paths: holds_commands, extract: commands };

fn holds_commands(path: &str) -> bool {
    let name = name(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_pipeline = matches!(extension, Some("yml" | "yaml"))
        && (path.contains(".circleci/")
            || [
                "azure-pipelines",
                "bitbucket-pipelines",
                "buildspec",
                ".drone",
                ".gitlab-ci",
                "Taskfile",
                "taskfile",
            ]
            .iter()
            .any(|word| name.starts_with(word) || path.contains(".gitlab/ci/")));
    is_pipeline
        || matches!(
            name,
            "GNUmakefile" | "Jenkinsfile" | "Justfile" | "Makefile" | "justfile" | "makefile"
        )
        || matches!(extension, Some("sh" | "bash" | "mk" | "just"))
}

/// Whether the commands of a file run in its own folder.
fn runs_at_home(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    name.ends_with("makefile") || name.ends_with("justfile") || name.starts_with("taskfile")
}

fn commands(file: &File) -> BuildFacts {
    let mut variables = variables::of_lines(&file.text);
    of_pipeline(&file.text, &mut variables);
    let folders: &[&str] = if runs_at_home(&file.path) { &["", "/"] } else { &["/", ""] };
    let images = built(&file.text, &variables, folders);
    let targets = if runs_at_home(&file.path) && !file.path.ends_with("ml") {
        started::of_targets(&file.text, folder(&file.path))
    } else {
        BTreeMap::new()
    };
    BuildFacts { images, targets, ..BuildFacts::default() }
}

/// The variables of a pipeline that is no script: entries of YAML whose names are in upper case.
fn of_pipeline(text: &str, variables: &mut Variables) {
    for line in text.lines() {
        let Some((name, value)) = line.trim().trim_start_matches("- ").split_once(": ") else {
            continue;
        };
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if is_name {
            variables.give(name, value.trim().trim_matches(['"', '\'']));
        }
    }
}

/// The images that commands in `text` build. `folders` are those in which they may run, `/` for the root.
pub(super) fn built(text: &str, variables: &Variables, folders: &[&str]) -> Vec<ImageFact> {
    let mut images: Vec<ImageFact> = Vec::new();
    for line in whole_lines(text) {
        if !WORTH.iter().any(|word| line.contains(word)) {
            continue;
        }
        let before = images.len();
        for line in variables.expand(&line) {
            of_line(&closed(&line), folders, &mut images);
        }
        arguments::open(&line, &mut images[before..]);
    }
    images
}

/// Words of which one stands in every line that is of interest.
const WORTH: &[&str] = &[" build", " bud", "--destination", "builds submit", " tag "];
/// The longest command that is read.
const LONGEST: usize = 4_000;

/// The lines of a text; one that ends in a backslash goes on.
fn whole_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let bare = line.trim_end();
        let part = bare.trim_end_matches('\\');
        match lines.last_mut() {
            Some(last) if goes_on && last.len() < LONGEST => {
                last.push(' ');
                last.push_str(part.trim_start());
            }
            _ => lines.push(part.to_owned()),
        }
        goes_on = bare.ends_with('\\');
    }
    lines
}

/// A line without the spaces inside of `$(…)`: what a command gives there is one word.
fn closed(line: &str) -> String {
    let mut depth = 0_usize;
    let mut before = ' ';
    let keep = |sign: &char| {
        match sign {
            '(' if before == '$' || depth > 0 => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = *sign;
        depth == 0 || !sign.is_whitespace()
    };
    line.chars().filter(keep).collect()
}

fn of_line(line: &str, folders: &[&str], images: &mut Vec<ImageFact>) {
    let mut at = String::new();
    for command in line.split(['|', ';', '&']) {
        let words: Vec<&str> = command
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '\'', '`', ',', '(', ')']))
            .filter(|word| !word.is_empty())
            .collect();
        if let Some(place) = words.iter().position(|word| *word == "cd") {
            let to = words.get(place + 1).copied().unwrap_or_default();
            at = joined(&at, to).unwrap_or_default();
            continue;
        }
        if let Some([_, from, to]) = words
            .windows(2)
            .position(|pair| pair[1] == "tag" && is_builder(pair[0]))
            .and_then(|place| words.get(place + 1..place + 4))
        {
            also_called(from, to, images);
            continue;
        }
        let Some(mut build) = Build::of(&words) else { continue };
        // A quoted text with blanks inside is cut apart here.
        build.is_open |= command.split_whitespace().any(is_half_quoted);
        let of: Vec<BuiltOf> =
            folders.iter().filter_map(|folder| build.in_folder(folder, &at)).collect();
        for image in &build.images {
            let (image, of) = ((*image).to_owned(), of.clone());
            images.push(ImageFact { image, of, given: build.given() });
        }
    }
}

/// `docker tag from to` gives an image that was built before one more name.
fn also_called(from: &str, to: &str, images: &mut Vec<ImageFact>) {
    let known = images.iter().rev().find(|image| image.image == from).cloned();
    images.extend(known.map(|known| ImageFact { image: to.to_owned(), ..known }));
}

fn is_half_quoted(word: &str) -> bool {
    ['"', '\''].iter().any(|quote| word.matches(*quote).count() % 2 == 1)
}

fn is_builder(word: &str) -> bool {
    matches!(name(word), "buildah" | "docker" | "docker.exe" | "nerdctl" | "podman")
}

/// One command that builds.
#[derive(Debug, Default)]
struct Build<'w> {
    images: Vec<&'w str>,
    dockerfile: Option<&'w str>,
    context: Option<&'w str>,
    arguments: Vec<&'w str>,
    target: Option<&'w str>,
    /// A variable stands for some of its options.
    is_open: bool,
}

/// Options that take a word and say nothing here.
const TAKING: &[&str] = &[
    "--add-host",
    "--annotation",
    "--attest",
    "--build-context",
    "--builder",
    "--cache-from",
    "--cache-to",
    "--config",
    "--iidfile",
    "--label",
    "--memory",
    "--metadata-file",
    "--network",
    "--output",
    "--platform",
    "--progress",
    "--project",
    "--registry",
    "--secret",
    "--ssh",
    "--timeout",
    "-o",
    "-m",
];

impl<'w> Build<'w> {
    /// The build that the words of a command say.
    fn of(words: &[&'w str]) -> Option<Self> {
        let starts = |pair: &[&str]| {
            is_builder(pair[0])
                && matches!(pair[1], "build" | "buildx" | "image" | "builder" | "bud" | "--context")
        };
        let of_cloud = |pair: &[&str]| matches!(pair, ["builds", "submit"] | ["acr", "build"]);
        let kaniko = words.iter().position(|word| name(word) == "executor");
        let start = words.windows(2).position(|pair| starts(pair) || of_cloud(pair)).or(kaniko)?;
        let rest = &words[start + 1..];
        let verb = rest.iter().take(4).position(|word| matches!(*word, "build" | "bud" | "submit"));
        let rest = match (verb, kaniko) {
            (Some(at), _) => &rest[at + 1..],
            (None, Some(_)) => rest,
            (None, None) => return None,
        };
        let build = Self::options(rest);
        (!build.images.is_empty()).then_some(build)
    }

    fn options(words: &[&'w str]) -> Self {
        let mut build = Self::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) if option.starts_with('-') => {
                    (option, Some(value.trim_matches(['"', '\''])))
                }
                _ => (word, None),
            };
            let mut value = || value.or_else(|| words.next());
            match option {
                "-t" | "--tag" | "--destination" | "--image" => build.images.extend(value()),
                "-f" | "--file" | "--dockerfile" => build.dockerfile = value(),
                "--context" => build.context = value(),
                "--build-arg" => build.arguments.extend(value()),
                "--target" => build.target = value(),
                _ if TAKING.contains(&option) => drop(value()),
                _ if option.starts_with('-') => {}
                // Of two words that are no options one stands for options.
                _ => {
                    build.is_open |= build.context.is_some();
                    build.context = build.context.or(Some(word));
                }
            }
        }
        build
    }

    fn given(&self) -> GivenToBuild {
        let all = self.arguments.iter().map(|written| argument(written, TextRange::default()));
        let arguments = all.collect::<Option<_>>().filter(|_| !self.is_open);
        GivenToBuild { arguments, target: self.target.map(str::to_owned) }
    }

    /// What it is built of when it runs in a folder (`/` for the root) after a change to `at`.
    fn in_folder(&self, folder: &str, at: &str) -> Option<BuiltOf> {
        let from = |path: &str| {
            let path =
                path.strip_prefix("dir://").unwrap_or(path).trim_start_matches("/workspace/");
            // The variables by which pipelines name their root.
            let root = [
                "$CI_PROJECT_DIR",
                "${CI_PROJECT_DIR}",
                "$GITHUB_WORKSPACE",
                "${{github.workspace}}",
                "$PWD",
                "$(pwd)",
                "$(PWD)",
                "${PWD}",
            ];
            let path = root
                .iter()
                .find_map(|word| path.strip_prefix(word))
                .map_or(path, |rest| rest.trim_start_matches('/'));
            let path = if path.is_empty() { "." } else { path };
            let inside = joined(at, path)?;
            Some(if folder == "/" { format!("/{inside}") } else { inside })
        };
        let context = self.context.unwrap_or(".");
        let context = if context.starts_with("http") || context == "-" { "." } else { context };
        // Commands take it from where they run, so it is written from there.
        let dockerfile = match self.dockerfile {
            Some(path) => Some(from(path)?),
            None => None,
        };
        Some(BuiltOf { context: from(context)?, dockerfile })
    }
}

#[cfg(test)]
mod tests {
    use super::COMMANDS;
    use crate::facts::build::ImageFact;
    use crate::text::File;

    fn images(path: &str, text: &str) -> Vec<ImageFact> {
        (COMMANDS.extract)(&File::new(path, text)).images
    }

    #[test]
    fn commands_build_images_of_folders() {
        let text = "publish:\n\tdocker buildx build --platform linux/amd64 -t registry.example/oven:1.2 \\\n\t\t-f docker/oven.Dockerfile ./oven --push\n";
        let found = images("Makefile", text);
        assert_eq!(found[0].image, "registry.example/oven:1.2");
        assert_eq!(found[0].of[0].context, "oven");
        assert_eq!(found[0].of[0].dockerfile.as_deref(), Some("docker/oven.Dockerfile"));
        assert_eq!(found[0].of[1].context, "/oven");
    }

    #[test]
    fn variables_loops_folders_and_other_names_are_followed() {
        let text = "REGISTRY=registry.example\nfor part in shop oven; do\n  docker build -t $REGISTRY/$part:$(git rev-parse HEAD) services/$part\ndone\n\
                    cd tools && podman build -t tools .\ndocker tag tools $REGISTRY/kit:1\n";
        let found = images("scripts/images.sh", text);
        let all: Vec<(&str, &str)> =
            found.iter().map(|one| (one.image.as_str(), one.of[0].context.as_str())).collect();
        assert_eq!(
            all,
            [
                ("registry.example/shop:$(gitrev-parseHEAD", "/services/shop"),
                ("registry.example/oven:$(gitrev-parseHEAD", "/services/oven"),
                ("tools", "/tools"),
                ("registry.example/kit:1", "/tools"),
            ]
        );
    }

    #[test]
    fn other_builders_have_other_options() {
        let text = "build:\n  script:\n    - /kaniko/executor --context $CI_PROJECT_DIR/oven --dockerfile $CI_PROJECT_DIR/oven/Dockerfile --destination $CI_REGISTRY_IMAGE/oven:1\n    - gcloud builds submit --tag gcr.io/bakery/shop shop\n";
        let found = images(".gitlab-ci.yml", text);
        assert_eq!(found[0].of[0].context, "/oven");
        assert_eq!(found[1].image, "gcr.io/bakery/shop");
        assert_eq!(found[1].of[0].context, "/shop");
    }
}
