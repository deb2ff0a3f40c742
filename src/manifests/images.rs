//! What images are built of: Dockerfiles, build commands, and the actions and tools that build.
//!
//! Reads `docker build` lines wherever commands stand and `docker/build-push-action` steps; does not run make or shell, so
//! a name or folder that is put together there is not known.

use super::{Manifest, name};
use crate::document::{Node, Syntax, parse};
use crate::facts::BuildFacts;
use crate::facts::build::ImageFact;
use crate::text::{File, TextRange};

/// Lines and steps that build images.
pub(super) static COMMANDS: Manifest =
    Manifest { name: "commands", paths: holds_commands, extract: commands };
/// What the image of a Dockerfile takes in.
pub(super) static DOCKERFILE: Manifest =
    Manifest { name: "dockerfile", paths: is_dockerfile, extract: dockerfile };
/// Skaffold's artifacts.
pub(super) static SKAFFOLD: Manifest =
    Manifest { name: "skaffold", paths: is_skaffold, extract: skaffold };

fn is_dockerfile(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    }) || name.ends_with(".dockerfile")
}

fn is_skaffold(path: &str) -> bool {
    name(path).starts_with("skaffold") && Syntax::of(path) == Some(Syntax::Yaml)
}

fn holds_commands(path: &str) -> bool {
    let name = name(path);
    let is_workflow = path.contains(".github/workflows/") || name == ".gitlab-ci.yml";
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    is_workflow
        || matches!(name, "Makefile" | "makefile" | "justfile" | "Justfile" | "Taskfile.yml")
        || matches!(extension, Some("sh" | "bash" | "mk"))
}

/// The words of a Dockerfile that may name a folder, a package or a program: what `COPY` takes, what `RUN` builds by
/// name, what the last command starts.
fn dockerfile(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    let joined = file.text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines() {
        let line = line.trim();
        let Some((word, rest)) = line.split_once(char::is_whitespace) else { continue };
        match word.to_ascii_uppercase().as_str() {
            "COPY" | "ADD" if !rest.contains("--from=") => {
                let all: Vec<&str> = plain(rest).collect();
                let sources = all.split_last().map_or(&[][..], |(_, sources)| sources);
                facts.takes.extend(sources.iter().map(|source| trimmed(source)));
            }
            "COPY" => facts.takes.extend(plain(rest).map(|word| name(word).to_owned())),
            "RUN" => facts.takes.extend(named_packages(rest)),
            "CMD" | "ENTRYPOINT" => {
                facts.takes.extend(plain(rest).map(|word| name(word).to_owned()));
            }
            _ => {}
        }
    }
    facts.takes.retain(|word| !word.is_empty() && word != ".");
    facts.takes.sort_unstable();
    facts.takes.dedup();
    facts
}

/// The words of a command without its options, also of the form `["a", "b"]`.
fn plain(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t', ',', '[', ']'])
        .map(|word| word.trim_matches(['"', '\'']))
        .filter(|word| !word.is_empty() && !word.starts_with('-'))
}

fn trimmed(path: &str) -> String {
    path.trim_start_matches("./").trim_matches('/').trim_end_matches("/*").to_owned()
}

/// The packages and programs that a build names: `cargo build -p api --bin worker`.
fn named_packages(command: &str) -> Vec<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let options = ["-p", "--package", "--bin", "--workspace", "--filter", "-F", "--scope"];
    let after = words.windows(2).filter(|pair| options.contains(&pair[0])).map(|pair| pair[1]);
    let joined = words.iter().filter_map(|word| {
        let (option, value) = word.split_once('=')?;
        options.contains(&option).then_some(value)
    });
    after.chain(joined).map(|word| word.trim_matches(['"', '\'']).to_owned()).collect()
}

fn skaffold(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    for document in parse(&file.text, Syntax::Yaml) {
        let Some(root) = document.root() else { continue };
        let artifacts = root.at(&["build", "artifacts"]).map(Node::items).unwrap_or_default();
        for artifact in artifacts {
            let Some(image) = artifact.get("image") else { continue };
            let text = |path: &[&str]| artifact.at(path).and_then(Node::text).map(str::to_owned);
            facts.images.push(ImageFact {
                image: image.text().unwrap_or_default().to_owned(),
                context: text(&["context"]).unwrap_or_else(|| ".".to_owned()),
                dockerfile: text(&["docker", "dockerfile"]),
                range: image.range(),
            });
        }
    }
    facts
}

fn commands(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    if file.text.contains("build-push-action") {
        for document in parse(&file.text, Syntax::Yaml) {
            for step in document.nodes().filter(|node| node.get("uses").is_some()) {
                step_of_action(step, &mut facts);
            }
        }
    }
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        if line.contains("docker") && line.contains("build") {
            let range = TextRange::new(at, at + line.trim_end().len());
            facts
                .images
                .extend(built(line, &file.text[at..]).map(|image| ImageFact { range, ..image }));
        }
        at += line.len();
    }
    facts
}

/// A step of `docker/build-push-action`.
fn step_of_action(step: Node<'_>, facts: &mut BuildFacts) {
    let is_builder = step
        .get("uses")
        .and_then(Node::text)
        .is_some_and(|uses| uses.starts_with("docker/build-push-action"));
    let Some(with) = step.get("with").filter(|_| is_builder) else { return };
    let text = |key: &str| with.get(key).and_then(Node::text);
    let context = text("context").unwrap_or(".").trim_start_matches("./");
    let tags = with.get("tags").and_then(Node::text).unwrap_or_default();
    for tag in tags.split(['\n', ',']).map(str::trim).filter(|tag| !tag.is_empty()) {
        facts.images.push(ImageFact {
            image: tag.to_owned(),
            context: format!("/{context}"),
            // The action takes it from the root of the repository.
            dockerfile: text("file").map(|file| format!("/{}", file.trim_start_matches("./"))),
            range: step.range(),
        });
    }
}

/// The longest command that is read.
const LONGEST: usize = 2_000;

/// What a `docker build` command builds; its lines may go on after a backslash.
fn built(line: &str, from: &str) -> Option<ImageFact> {
    let mut command = String::new();
    for part in from.lines() {
        let part = part.trim_end();
        command.push_str(part.trim_end_matches('\\'));
        command.push(' ');
        if !part.ends_with('\\') || command.len() > LONGEST {
            break;
        }
    }
    let start = line.find("docker")?;
    let mut words =
        command.get(start..)?.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    words.next().filter(|word| *word == "docker")?;
    let (mut image, mut dockerfile, mut context, mut is_build) = (None, None, None, false);
    while let Some(word) = words.next() {
        match word {
            "buildx" | "image" => {}
            "build" => is_build = true,
            _ if !is_build => return None,
            "-t" | "--tag" => image = image.or(words.next()),
            "-f" | "--file" => dockerfile = words.next(),
            "--build-arg" | "--target" | "--platform" | "--cache-from" | "--cache-to" | "-o"
            | "--output" | "--label" | "--secret" | "--network" | "--progress" => {
                words.next();
            }
            "&&" | ";" | "|" | "||" => break,
            _ if word.starts_with("--tag=") => image = image.or(word.strip_prefix("--tag=")),
            _ if word.starts_with("--file=") => dockerfile = word.strip_prefix("--file="),
            _ if word.starts_with('-') => {}
            _ => context = context.or(Some(word)),
        }
    }
    Some(ImageFact {
        image: image?.to_owned(),
        context: format!("/{}", context?.trim_start_matches("./").trim_matches('.')),
        dockerfile: dockerfile.map(|file| format!("/{}", file.trim_start_matches("./"))),
        range: TextRange { start: 0, end: 0 },
    })
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, DOCKERFILE};
    use crate::text::File;

    #[test]
    fn commands_build_images_of_folders() {
        let text = "publish:\n\tdocker buildx build --platform linux/amd64 -t registry.example/oven:1.2 \\\n\t\t-f docker/oven.Dockerfile ./oven --push\n";
        let facts = (COMMANDS.extract)(&File::new("Makefile", text));
        let image = &facts.images[0];
        assert_eq!(image.image, "registry.example/oven:1.2");
        assert_eq!(image.context, "/oven");
        assert_eq!(image.dockerfile.as_deref(), Some("/docker/oven.Dockerfile"));
    }

    #[test]
    fn dockerfiles_take_folders_and_start_programs() {
        let text = "FROM rust AS build\nCOPY crates/oven crates/oven\nRUN cargo build --release -p oven --bin ovend\n\
                    FROM debian\nCOPY --from=build /target/release/ovend /usr/bin/\nENTRYPOINT [\"/usr/bin/ovend\"]\n";
        let facts = (DOCKERFILE.extract)(&File::new("Dockerfile", text));
        assert_eq!(facts.takes, ["crates/oven", "oven", "ovend"]);
    }
}
