//! Dockerfiles: the words that may name a folder, a package or a program of the project.
//!
//! Runs nothing: what a script that it starts does is not known.

use super::{Manifest, name};
use crate::facts::BuildFacts;
use crate::text::File;

/// What the image of a Dockerfile takes in.
pub(super) static DOCKERFILE: Manifest =
    Manifest { name: "dockerfile", paths: is_dockerfile, extract: dockerfile };

/// Whether a file at this path is a Dockerfile by its name.
pub(super) fn is_dockerfile(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    }) || name.ends_with(".dockerfile")
}

/// The words of a Dockerfile that may name a folder, a package or a program: what `COPY` takes, what `RUN` builds by
/// name, what the last command starts.
fn dockerfile(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    let joined = file.text.replace("\\\r\n", " ").replace("\\\n", " ");
    let (mut stages, mut takes_in) = (Vec::new(), false);
    for line in joined.lines() {
        let line = line.trim();
        let Some((word, rest)) = line.split_once(char::is_whitespace) else { continue };
        let word = word.to_ascii_uppercase();
        takes_in |= matches!(word.as_str(), "COPY" | "ADD");
        match word.as_str() {
            "FROM" => stages.extend(plain(rest).next().map(str::to_owned)),
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
    if let ([base], false) = (&stages[..], takes_in) {
        facts.base = Some(base.clone());
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
        assert_eq!(facts.base, None);
        let text = "FROM --platform=linux/amd64 opensearchproject/opensearch:2\nRUN opensearch-plugin remove x\n";
        let facts = (DOCKERFILE.extract)(&File::new("search/Dockerfile", text));
        assert_eq!(facts.base.as_deref(), Some("opensearchproject/opensearch:2"));
    }
}
