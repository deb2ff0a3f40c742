//! Libraries that packages take from a repository and from no registry: `git+https://…`, `{git = "…"}`, a wheel by its address.
//!
//! Whose the repository is, is not known here.

use super::packages::repository;
use super::{Manifest, name, needs};
use crate::document::Node;
use crate::facts::BuildFacts;
use crate::text::File;

/// Lists of packages for pip.
pub(super) static REQUIREMENTS: Manifest =
    Manifest { name: "requirements", paths: is_list, extract: of_lists };

fn is_list(path: &str) -> bool {
    let is_called = |part: &str| part.starts_with("requirements") || part.ends_with("requirements");
    let stem = name(path).strip_suffix(".txt").or_else(|| name(path).strip_suffix(".in"));
    let around = path.rsplit('/').nth(1).unwrap_or_default();
    stem.is_some_and(|stem| is_called(stem) || around == "requirements")
}

fn of_lists(file: &File) -> BuildFacts {
    let lines = file.text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let needs = Some(needs::of_list(&file.text));
    BuildFacts { fetched: lines.filter_map(fetched).collect(), needs, ..BuildFacts::default() }
}

/// `owner/name` of the repository that a requirement is taken from, where it is from one.
pub(super) fn fetched(line: &str) -> Option<String> {
    repository(line.contains("://").then_some(line)?)
}

/// The same of the entries of a table: `{git = "…"}`, `{url = "…"}`, `"github:owner/name"`, `"git+ssh://…"`.
pub(super) fn of_table(table: Option<Node<'_>>) -> Vec<String> {
    let all = table.map(Node::entries).unwrap_or_default();
    let address = |node: Node<'_>| {
        let inside = ["git", "url"].iter().find_map(|part| node.get(part)?.text());
        let text = node.text().or(inside)?.to_owned();
        Some(text.replacen(
            "github:",
            "https://github.com/",
            usize::from(text.starts_with("github:")),
        ))
    };
    all.iter().filter_map(|pair| address(pair.value)).filter_map(|text| fetched(&text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_from_a_repository_is_told() {
        let text = "# git+https://github.com/bakery/old.git\nflask==3.0\n-e git+https://github.com/bakery/ovens.git@v2#egg=ovens\n\
                    till @ https://github.com/bakery/till/releases/download/v1/till-1-py3-none-any.whl\n";
        let found = of_lists(&File::new("requirements/base.txt", text)).fetched;
        assert_eq!(found, ["bakery/ovens", "bakery/till"]);
        assert!(is_list("requirements-dev.txt") && !is_list("notes/base.txt"));
    }
}
