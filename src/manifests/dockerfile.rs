//! Dockerfiles: the words that may name a folder, a package or a program of the project.
//!
//! Runs nothing: what a script that it starts does is not known.

use super::{Manifest, name};
use crate::facts::BuildFacts;
use crate::facts::build::Taken;
use crate::text::File;

/// What the image of a Dockerfile takes in.
pub(super) static DOCKERFILE: Manifest =
    Manifest { name: "dockerfile", paths: is_dockerfile, extract: dockerfile };

/// Whether a file at this path is a Dockerfile by its name.
pub(super) fn is_dockerfile(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    }) || name.ends_with("dockerfile")
}

/// The words of a Dockerfile that may name a folder, a package or a program: what `COPY` takes, what `RUN` builds by
/// name, what the last command starts.
fn dockerfile(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    let joined = file.text.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut stages = Stages::default();
    for line in joined.lines() {
        let line = line.trim();
        let Some((word, rest)) = line.split_once(char::is_whitespace) else { continue };
        match word.to_ascii_uppercase().as_str() {
            "FROM" => stages.begin(rest),
            "COPY" | "ADD" if rest.contains("--from=") => {
                if let Some(stage) = stages.all.last_mut() {
                    stage.is_mixed = true;
                }
                facts.takes.extend(plain(rest).map(|word| name(word).to_owned()));
            }
            "COPY" | "ADD" => {
                let all: Vec<&str> = plain(rest).collect();
                let sources = all.split_last().map_or(&[][..], |(_, sources)| sources);
                facts.takes.extend(sources.iter().map(|source| trimmed(source)));
                stages.copies.extend(sources.iter().map(|source| trimmed(source)));
            }
            "RUN" => {
                facts.takes.extend(named_packages(rest));
                stages.copies.extend(mounted(rest));
            }
            "CMD" | "ENTRYPOINT" => {
                facts.takes.extend(plain(rest).map(|word| name(word).to_owned()));
            }
            _ => {}
        }
    }
    facts.taken = stages.taken();
    facts.takes.retain(|word| !word.is_empty() && word != ".");
    facts.takes.sort_unstable();
    facts.takes.dedup();
    facts
}

/// The stages of a Dockerfile so far, and what they take of the build context.
#[derive(Default)]
struct Stages {
    all: Vec<Stage>,
    copies: Vec<String>,
}

struct Stage {
    name: Option<String>,
    /// The image that it builds on, also by other stages.
    base: String,
    /// Whether it takes files of other images.
    is_mixed: bool,
}

impl Stages {
    fn begin(&mut self, rest: &str) {
        let mut words = plain(rest);
        let Some(base) = words.next() else { return };
        let name = words.nth(1).map(str::to_ascii_lowercase);
        let is_below =
            |stage: &&Stage| stage.name.as_deref() == Some(base.to_ascii_lowercase().as_str());
        let stage = match self.all.iter().rev().find(is_below) {
            Some(below) => Stage { name, base: below.base.clone(), is_mixed: below.is_mixed },
            None => Stage { name, base: base.to_owned(), is_mixed: false },
        };
        self.all.push(stage);
    }

    fn taken(self) -> Option<Taken> {
        let last = self.all.last()?;
        let base = (!last.is_mixed).then(|| last.base.clone());
        let bases = self.all.into_iter().map(|stage| stage.base).collect();
        Some(Taken { base, bases, copies: self.copies })
    }
}

/// What a step of a build sees of the context without copying it.
fn mounted(command: &str) -> Vec<String> {
    let mounts = command.split_whitespace().filter_map(|word| word.strip_prefix("--mount="));
    let of_context = mounts.filter(|mount| {
        let has = |option: &str| mount.split(',').any(|part| part.starts_with(option));
        (has("type=bind") || !has("type=")) && !has("from=")
    });
    let source = |mount: &str| {
        let mut parts = mount.split(',');
        let source =
            parts.find_map(|part| part.strip_prefix("source=").or(part.strip_prefix("src=")));
        trimmed(source.unwrap_or("."))
    };
    of_context.map(source).collect()
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

#[cfg(test)]
mod tests {
    use super::DOCKERFILE;
    use crate::text::File;

    #[test]
    fn dockerfiles_take_folders_and_start_programs() {
        let text = "FROM rust AS build\nCOPY crates/oven crates/oven\nRUN cargo build --release -p oven --bin ovend\n\
                    FROM debian\nCOPY --from=build /target/release/ovend /usr/bin/\nENTRYPOINT [\"/usr/bin/ovend\"]\n";
        let facts = (DOCKERFILE.extract)(&File::new("Dockerfile", text));
        assert_eq!(facts.takes, ["crates/oven", "oven", "ovend"]);
        let taken = facts.taken.expect("a Dockerfile");
        assert_eq!((taken.base, taken.bases), (None, vec!["rust".into(), "debian".into()]));
        assert_eq!(taken.copies, ["crates/oven"]);
        let text = "FROM --platform=linux/amd64 opensearchproject/opensearch:2 AS plain\nRUN opensearch-plugin remove x\n\
                    FROM plain\nRUN --mount=type=bind,source=setup,target=/setup true\n";
        let facts = (DOCKERFILE.extract)(&File::new("search/Dockerfile", text));
        let taken = facts.taken.expect("a Dockerfile");
        assert_eq!(taken.base.as_deref(), Some("opensearchproject/opensearch:2"));
        assert_eq!(taken.copies, ["setup"]);
    }
}
