//! Who answers for keys and paths: by the policy, and by a `CODEOWNERS` file: the last line that fits wins, as GitHub and GitLab have it.
//!
//! Sections of GitLab are read as if they were one list. Knows paths, not flags.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};

use super::{Flag, dates};
use crate::config::Config;
use crate::graph::Graph;
use crate::model::{Key, Namespace};
use crate::text::{Files, Span};

/// Where such a file is looked for in a root, in order.
pub const PLACES: &[&str] =
    &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// The most lines that are looked at: each file of a project is tried against all.
const MOST: usize = 20_000;

/// The lines of one file, first to last.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    globs: Vec<GlobMatcher>,
    owners: String,
}

impl Owners {
    /// Reads a file. A line that makes no sense fits nothing.
    pub fn read(text: &str) -> Self {
        let lines = text.lines().take(MOST).filter_map(|line| {
            let line = line.split(" #").next().unwrap_or("").trim();
            if line.is_empty() || line.starts_with(['#', '[', '^']) {
                return None;
            }
            let mut words = line.split_ascii_whitespace();
            let pattern = words.next()?;
            let owners = words.collect::<Vec<_>>().join(" ");
            Some(Line { globs: globs(pattern), owners })
        });
        Self { lines: lines.collect() }
    }

    /// Who answers for `path`; `None` where nobody does.
    pub fn of(&self, path: &str) -> Option<&str> {
        let mut from_last = self.lines.iter().rev();
        let line = from_last.find(|line| line.globs.iter().any(|glob| glob.is_match(path)))?;
        (!line.owners.is_empty()).then_some(line.owners.as_str())
    }
}

/// An owner, and who says so.
pub type Told = (String, &'static str);

/// All that says who answers for what: the policy, and the `CODEOWNERS` of each root.
#[derive(Clone, Copy)]
pub struct Answering<'a> {
    /// The policy.
    pub config: &'a Config,
    /// The `CODEOWNERS`.
    pub owners: &'a BTreeMap<u16, Owners>,
    /// The files.
    pub files: &'a Files,
}

impl Answering<'_> {
    /// Who answers for what is written at a place.
    pub fn of_place(&self, span: Span) -> Option<Told> {
        let file = self.files.get(span.file);
        if let Some(owner) = self.config.owners.of_path(&file.path) {
            return Some((owner.to_owned(), "policy"));
        }
        let owner = self.owners.get(&file.root)?.of(&file.path)?;
        Some((owner.to_owned(), "CODEOWNERS"))
    }

    /// Who answers for a key at one of these places; the first that somebody answers for counts.
    pub fn of_key(
        &self,
        key: Option<&Key>,
        mut places: impl Iterator<Item = Span>,
    ) -> Option<Told> {
        let named = key.and_then(|key| {
            let flags = &self.config.flags;
            let own = (key.namespace == Namespace::Flag).then(|| flags.owner_of(&key.name));
            own.flatten().or_else(|| self.config.owners.of_key(&key.name))
        });
        match named {
            Some(owner) => Some((owner.to_owned(), "policy")),
            None => places.find_map(|span| self.of_place(span)),
        }
    }
}

/// Who answers for a flag, and who says so: what is said of it itself, the owners of the code that asks for it, who last
/// touched it.
pub fn of_flag(flag: &Flag<'_>, graph: &Graph<'_>, answering: Answering<'_>) -> Option<Told> {
    if flag.owner.is_some() {
        return flag.owner.clone();
    }
    let reads = flag.reads.iter().map(|(_, read)| read.span);
    let definitions = flag.definitions.iter().map(|one| one.key_span);
    if let Some(told) = reads.chain(definitions).find_map(|span| answering.of_place(span)) {
        return Some(told);
    }
    dates::last_author(graph.inventory, flag).map(|author| (author, "history"))
}

/// The globs of a pattern: with a slash it stands at the root, without one anywhere; a folder takes in all below it.
fn globs(pattern: &str) -> Vec<GlobMatcher> {
    let bare = pattern.trim_start_matches('/');
    let inner = bare.trim_end_matches('/');
    let is_anywhere = !pattern.starts_with('/') && !inner.contains('/');
    let full = if is_anywhere { format!("**/{inner}") } else { inner.to_owned() };
    let mut forms = Vec::new();
    if !pattern.ends_with('/') {
        forms.push(full.clone());
    }
    // `docs/*` is for the files of a folder, not for those below it.
    if !full.ends_with("/*") {
        forms.push(format!("{full}/**"));
    }
    let compile = |form: String| {
        let glob = GlobBuilder::new(&form).literal_separator(true).build().ok()?;
        Some(glob.compile_matcher())
    };
    forms.into_iter().filter_map(compile).collect()
}

#[cfg(test)]
mod tests {
    use super::Owners;

    #[test]
    fn the_last_line_that_fits_wins() {
        let text = "# everything\n*       @all\n*.py    @python # snakes\n/deploy/  @ops @night\n\
                    docs/*  docs@bakery.test\nshop/legacy\n[Billing][2] @money\n/shop/pay @pay\n";
        let owners = Owners::read(text);
        for (path, expected) in [
            ("README.md", Some("@all")),
            ("shop/cart.py", Some("@python")),
            ("deploy/k8s/a.yaml", Some("@ops @night")),
            ("x/deploy/a.yaml", Some("@all")),
            ("docs/guide.md", Some("docs@bakery.test")),
            ("docs/more/guide.md", Some("@all")),
            ("shop/legacy/old.py", None),
            ("shop/pay/card.py", Some("@pay")),
        ] {
            assert_eq!(owners.of(path), expected, "{path}");
        }
    }

    #[test]
    fn lines_that_make_no_sense_fit_nothing() {
        let owners = Owners::read("[[[ @x\n{a @y\n\\\n");
        assert_eq!(owners.of("a"), None);
    }
}
