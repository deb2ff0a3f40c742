//! Dockerfiles: the words that may name a folder, a package or a program of the project.
//!
//! Runs nothing: what a script that it starts does is not known.

use std::collections::BTreeMap;

use super::starts::Starts;
use super::{Manifest, name};
use crate::facts::BuildFacts;
use crate::facts::build::Taken;
use crate::text::File;

/// What the image of a Dockerfile takes in.
pub(super) static DOCKERFILE: Manifest =
    Manifest { name: "dockerfile", paths: is_dockerfile, extract: dockerfile };

/// The stages of a file with more of them are not told apart.
const MAX_STAGES: usize = 48;

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
                stages.take(plain(rest).map(str::to_owned));
            }
            "COPY" | "ADD" => {
                let all: Vec<&str> = plain(rest).collect();
                let sources = all.split_last().map_or(&[][..], |(_, sources)| sources);
                stages.take(sources.iter().map(|source| trimmed(source)));
                stages.copy(sources.iter().map(|source| trimmed(source)));
            }
            "RUN" => {
                stages.take(named_packages(rest).into_iter());
                stages.copy(mounted(rest).into_iter());
            }
            "CMD" | "ENTRYPOINT" => {
                stages.take(plain(rest).map(|word| name(word).to_owned()));
                stages.starts.add(word, rest);
            }
            _ => {}
        }
    }
    facts.takes.clone_from(&stages.unnamed);
    facts.takes.extend(stages.all.iter().flat_map(|stage| &stage.own).map(|word| last(word)));
    facts.takes.retain(|word| !word.is_empty());
    facts.takes.sort_unstable();
    facts.takes.dedup();
    facts.stages = stages.named();
    facts.taken = stages.taken();
    facts
}

/// Of a path inside an image its last segment, of others all.
fn last(word: &str) -> String {
    if word.starts_with('/') { name(word) } else { word }.to_owned()
}

/// The stages of a Dockerfile so far, and what they take of the build context.
#[derive(Default)]
struct Stages {
    all: Vec<Stage>,
    copies: Vec<String>,
    /// What stands before the first stage.
    unnamed: Vec<String>,
    starts: Starts,
}

struct Stage {
    name: Option<String>,
    /// The image that it builds on, also by other stages.
    base: String,
    /// The stage that it builds on.
    below: Option<usize>,
    /// Whether it takes files of other images.
    is_mixed: bool,
    /// The words that it says itself.
    own: Vec<String>,
    /// What it takes of the build context itself.
    copies: Vec<String>,
}

impl Stages {
    fn begin(&mut self, rest: &str) {
        let mut words = plain(rest);
        let Some(base) = words.next() else { return };
        let name = words.nth(1).map(str::to_ascii_lowercase);
        let is_below =
            |stage: &Stage| stage.name.as_deref() == Some(base.to_ascii_lowercase().as_str());
        let below = self.all.iter().rposition(is_below);
        let (base, is_mixed) = match below.map(|at| &self.all[at]) {
            Some(below) => (below.base.clone(), below.is_mixed),
            None => (base.to_owned(), false),
        };
        self.all.push(Stage { name, base, below, is_mixed, own: Vec::new(), copies: Vec::new() });
    }

    fn take(&mut self, words: impl Iterator<Item = String>) {
        let own = self.all.last_mut().map_or(&mut self.unnamed, |stage| &mut stage.own);
        own.extend(words.filter(|word| !word.is_empty() && word != "."));
    }

    fn copy(&mut self, paths: impl Iterator<Item = String>) {
        let from = self.copies.len();
        self.copies.extend(paths);
        if let Some(stage) = self.all.last_mut() {
            stage.copies.extend_from_slice(&self.copies[from..]);
        }
    }

    /// What each stage with a name takes, with the stages that it builds on.
    fn named(&self) -> BTreeMap<String, Vec<String>> {
        let mut found = BTreeMap::new();
        if self.all.len() < 2 || self.all.len() > MAX_STAGES {
            return found;
        }
        for (at, stage) in self.all.iter().enumerate() {
            let Some(name) = stage.name.clone() else { continue };
            let below = std::iter::successors(Some(at), |at| self.all[*at].below);
            let words = below.flat_map(|at| &self.all[at].own).cloned();
            found.insert(name, words.collect());
        }
        found
    }

    fn taken(self) -> Option<Taken> {
        let last = self.all.last()?;
        let runs_on = last.base.clone();
        let base = (!last.is_mixed).then(|| runs_on.clone());
        let below = std::iter::successors(self.all.len().checked_sub(1), |at| self.all[*at].below);
        let last = below.flat_map(|at| &self.all[at].copies).cloned().collect();
        let bases = self.all.into_iter().map(|stage| stage.base).collect();
        let starts = self.starts.commands();
        Some(Taken { base, bases, copies: self.copies, last, runs_on, starts })
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

    #[test]
    fn a_stage_takes_what_those_below_it_take() {
        let text = "FROM rust AS build\nRUN cargo build --bin ovend --bin=shopd\n\
                    FROM debian AS lean\nCOPY certificates certificates\n\
                    FROM lean AS Oven\nCOPY --from=build /target/release/ovend /usr/bin/\n\
                    FROM lean\nCOPY --from=build /target/release/shopd /usr/bin/\n";
        let facts = (DOCKERFILE.extract)(&File::new("Dockerfile", text));
        assert_eq!(facts.takes, ["certificates", "ovend", "shopd"]);
        assert_eq!(facts.stages["oven"], ["/target/release/ovend", "/usr/bin/", "certificates"]);
        assert_eq!(facts.stages.len(), 3);
    }
}
