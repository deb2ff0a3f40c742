//! Pipelines of GitLab as GitLab has them before it runs them: local includes, `extends` and `!reference` written out.
//!
//! Done in GitLab's own order: files that a pipeline includes are laid under it, jobs on those that they extend, and then
//! references are followed. Files of other projects, templates and components are not seen; rules of includes count as met.

mod jobs;

use std::collections::BTreeMap;

use super::folders::Folders;
use super::tree::{self, Tree};
use super::{Assembled, Assembler, Wants, printer};
use crate::config::PathGlobs;
use crate::definitions;
use crate::document::Syntax;
use crate::facts::{Aim, Told};
use crate::text::{FileId, Files};

/// More files than GitLab lets a pipeline include.
const MAX_FILES: usize = 150;

/// The row.
pub(super) static ASSEMBLER: Assembler = Assembler {
    name: "gitlab-ci",
    prints: "gitlab-ci",
    paths: |_| false,
    wants: |_, _| {},
    assemble,
};

struct Loader<'a> {
    files: &'a Files,
    folders: &'a Folders<'a>,
    root: u16,
    inputs: Vec<FileId>,
}

fn assemble(files: &Files, _: &Wants) -> Vec<Assembled> {
    let folders = Folders::new(files);
    let mut built: BTreeMap<FileId, (Vec<FileId>, Tree)> = BTreeMap::new();
    for (leaf, file) in files.iter().filter(|(_, file)| definitions::is_pipeline(&file.path)) {
        let is_worth = ["include:", "extends:", "!reference"];
        if !is_worth.iter().any(|word| file.text.contains(word)) {
            continue;
        }
        let mut loader = Loader { files, folders: &folders, root: file.root, inputs: Vec::new() };
        if let Some(tree) = loader.load(leaf, "") {
            built.insert(leaf, (loader.inputs, tree));
        }
    }
    // What another pipeline takes in is a part of that one.
    let is_part =
        |id: &FileId| built.iter().any(|(leaf, (inputs, _))| leaf != id && inputs.contains(id));
    let parts: Vec<FileId> = built.keys().filter(|id| is_part(id)).copied().collect();
    built.retain(|id, _| !parts.contains(id));
    let whole = built.into_iter().filter_map(|(leaf, (inputs, mut tree))| {
        let is_changed = jobs::write_out(&mut tree);
        (is_changed || inputs.len() > 1).then(|| Assembled {
            leaf,
            inputs,
            run: Vec::new(),
            told: Told::default(),
            text: printer::print_with_scripts([&tree], files),
            aim: Aim::default(),
            release: None,
            unseen: Vec::new(),
            lacks: Vec::new(),
            withdrawn: Vec::new(),
            unread: Vec::new(),
            problems: Vec::new(),
        })
    });
    whole.collect()
}

impl Loader<'_> {
    /// A file over what it includes.
    fn load(&mut self, id: FileId, from: &str) -> Option<Tree> {
        if self.inputs.contains(&id) || self.inputs.len() >= MAX_FILES {
            return None;
        }
        self.inputs.push(id);
        let file = self.files.get(id);
        let (read, _) = tree::read(&file.text, 0, Syntax::Yaml, id);
        // A first document may declare inputs, under `spec`.
        let mut own = read.into_iter().rev().find(Tree::is_map)?;
        let mut whole = Tree::map_at(own.place);
        if let Some(included) = own.take("include").map(|pair| pair.value) {
            for path in local_paths(&included) {
                for found in self.found(&path, from) {
                    let Some(tree) = self.load(found, from) else { continue };
                    whole.overlay(tree);
                }
            }
        }
        whole.overlay(own);
        Some(whole)
    }

    /// The files that a path names, seen from the top of the project.
    fn found(&self, path: &str, from: &str) -> Vec<FileId> {
        let Some(path) = super::folders::join(from, path.trim_start_matches('/')) else {
            return Vec::new();
        };
        if !path.contains('*') {
            return self.folders.file(self.root, &path).into_iter().collect();
        }
        let globs = PathGlobs::new(&[path]);
        let all = self.files.iter();
        let fitting = all.filter(|(_, file)| file.root == self.root && globs.fits(&file.path));
        let mut found: Vec<FileId> = fitting.map(|(id, _)| id).collect();
        found.sort_by(|one, other| self.files.get(*one).path.cmp(&self.files.get(*other).path));
        found
    }
}

/// The paths of this project that `include` names.
fn local_paths(include: &Tree) -> Vec<String> {
    let items = if include.is_list() { include.items() } else { std::slice::from_ref(include) };
    let path = |item: &Tree| {
        let text = item.text_under(&["local"]).or_else(|| item.text())?;
        (!text.contains("://")).then(|| text.to_owned())
    };
    items.iter().filter_map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::ASSEMBLER;

    #[test]
    fn includes_lie_under_the_file_and_jobs_on_what_they_extend() {
        let all = ASSEMBLER.printed(&[
            (
                ".gitlab-ci.yml",
                "include:\n- local: /ci/*.yml\n- remote: https://x.example/y.yml\nvariables: {HEAT: 200}\nship:\n  extends: [.base, .deploy]\n  \
                 environment: production\n  variables: {LOG: warn}\n",
            ),
            (
                "ci/base.yml",
                "variables: {HEAT: 1, LIGHT: 2}\n.base:\n  variables: {LOG: info, AREA: eu}\n  script: [one]\n",
            ),
            (
                "ci/deploy.yml",
                ".deploy:\n  extends: .common\n  variables: {AREA: us}\n  script: [two]\n.common: {stage: deploy}\n",
            ),
        ]);
        assert_eq!(all.len(), 1);
        for part in
            ["HEAT: 200\n", "LIGHT: 2\n", "LOG: warn\n", "AREA: us\n", "- two\n", "stage: deploy\n"]
        {
            assert!(all[0].contains(part), "{part}: {}", all[0]);
        }
        assert!(!all[0].contains("one") && !all[0].contains("extends"), "{}", all[0]);
    }

    #[test]
    fn references_are_followed_and_flatten_in_lists() {
        let all = ASSEMBLER.printed(&[(
            ".gitlab-ci.yml",
            ".setup:\n  script:\n  - a\n  - b\n  variables: &v {HEAT: 200}\nship:\n  script:\n  - !reference [.setup, script]\n  - c\n  \
             variables:\n    HEAT: !reference [.setup, variables, HEAT]\nback: !reference [back]\n",
        )]);
        assert!(all[0].contains("script:\n  - a\n  - b\n  - c\n"), "{}", all[0]);
        assert!(all[0].contains("HEAT: 200\n"), "{}", all[0]);
    }

    #[test]
    fn circles_end() {
        let all = ASSEMBLER.printed(&[
            (".gitlab-ci.yml", "include: a.yml\none: {extends: two}\ntwo: {extends: one}\n"),
            ("a.yml", "include: [.gitlab-ci.yml, a.yml]\n"),
        ]);
        assert_eq!(all.len(), 1);
    }
}
