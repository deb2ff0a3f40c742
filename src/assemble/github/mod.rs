//! Workflows of GitHub with what they call written out: reusable workflows and composite actions of the same repository.
//!
//! A workflow that is called says little by itself: where it deploys and what it gives stands in its inputs. For each
//! workflow that something else than a call starts, all that runs is one text: its own jobs, and those of each call with
//! the inputs put in. Workflows of other repositories are not seen. Expressions are not evaluated, but for an input alone,
//! one with an answer behind `||`, and one that is compared with a text.

mod calls;
mod inputs;
mod matrix;

use std::collections::BTreeMap;

use super::folders::Folders;
use super::tree::{self, Tree};
use super::{Assembled, Assembler, Wants, printer};
use crate::definitions;
use crate::document::Syntax;
use crate::facts::{Aim, Told};
use crate::text::{FileId, Files};

/// The row.
pub(super) static ASSEMBLER: Assembler = Assembler {
    name: "github-actions",
    prints: "github-actions",
    paths: is_action,
    wants: |_, _| {},
    assemble,
};

/// Whether a file may be an action: `.github/actions/deploy/action.yml`.
fn is_action(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("action.yml" | "action.yaml"))
}

/// The workflows and actions of a scan, parsed.
pub(super) struct Ground<'a> {
    folders: Folders<'a>,
    trees: BTreeMap<FileId, Tree>,
}

impl<'a> Ground<'a> {
    fn new(files: &'a Files) -> Self {
        let mut trees = BTreeMap::new();
        for (id, file) in files.iter() {
            if !is_action(&file.path) && !definitions::is_workflow(&file.path) {
                continue;
            }
            let (read, _) = tree::read(&file.text, 0, Syntax::Yaml, id);
            if let Some(tree) = read.into_iter().find(Tree::is_map) {
                trees.insert(id, tree);
            }
        }
        Self { folders: Folders::new(files), trees }
    }

    /// The file that `uses: ./path` names, which is seen from the top of the repository.
    pub(super) fn called(&self, root: u16, uses: &str) -> Option<(FileId, &Tree)> {
        let path = super::folders::join("", uses.strip_prefix("./")?)?;
        let inside = ["action.yml", "action.yaml"].map(|name| format!("{path}/{name}"));
        let all = std::iter::once(&path).chain(&inside);
        let id = all.into_iter().find_map(|path| self.folders.file(root, path))?;
        self.trees.get(&id).map(|tree| (id, tree))
    }
}

fn assemble(files: &Files, _: &Wants) -> Vec<Assembled> {
    let is_worth = |text: &str| text.contains("uses: ./") || text.contains("uses: \"./");
    if !files.iter().any(|(_, file)| definitions::is_workflow(&file.path) && is_worth(&file.text)) {
        return Vec::new();
    }
    let ground = Ground::new(files);
    let mut built = Vec::new();
    for (leaf, tree) in &ground.trees {
        let file = files.get(*leaf);
        if definitions::is_workflow(&file.path) && is_started(tree) {
            built.push((*leaf, calls::written_out(&ground, file.root, *leaf, tree)));
        }
    }
    // A workflow that is called and started alone stands beside what calls it.
    let is_called =
        |id: FileId| built.iter().any(|(leaf, whole)| *leaf != id && whole.inputs.contains(&id));
    let worth: Vec<bool> =
        built.iter().map(|(leaf, whole)| whole.inputs.len() > 1 || is_called(*leaf)).collect();
    let kept = built.into_iter().zip(worth).filter(|(_, is_worth)| *is_worth);
    kept.map(|((leaf, whole), _)| Assembled {
        leaf,
        inputs: whole.inputs,
        run: Vec::new(),
        told: Told::default(),
        text: printer::print_with_scripts(&whole.documents, files),
        aim: Aim::default(),
        release: None,
        unseen: Vec::new(),
        lacks: Vec::new(),
        withdrawn: Vec::new(),
        unread: Vec::new(),
        problems: Vec::new(),
    })
    .collect()
}

/// Whether anything but a call starts a workflow.
fn is_started(tree: &Tree) -> bool {
    const CALL: &str = "workflow_call";
    let Some(on) = tree.get("on") else { return false };
    on.text().is_some_and(|text| text != CALL)
        || on.items().iter().filter_map(Tree::text).any(|text| text != CALL)
        || on.pairs().iter().any(|pair| pair.key != CALL)
}

#[cfg(test)]
mod tests {
    use super::ASSEMBLER;

    const CALLED: &str = "on:\n  workflow_call:\n    inputs:\n      where: {type: string}\n      heat: {default: 180}\n\
        jobs:\n  bake:\n    environment: ${{ inputs.where }}\n    env:\n      HEAT: ${{ inputs.heat }}\n      URL: https://${{ inputs.where }}.example\n      \
        KEY: ${{ secrets.KEY }}\n    steps:\n    - run: |\n        echo ${{ inputs.where }}\n        ./deploy\n";

    #[test]
    fn a_call_has_its_inputs_and_secrets() {
        let caller = "on: push\nenv: {OWN: 1}\njobs:\n  ship:\n    strategy:\n      matrix:\n        where: [staging, production]\n    \
            uses: ./.github/workflows/bake.yml\n    with:\n      where: ${{ matrix.where }}\n    secrets:\n      KEY: ${{ secrets.OVEN_KEY }}\n";
        let all = ASSEMBLER.printed(&[
            (".github/workflows/bake.yml", CALLED),
            (".github/workflows/ship.yml", caller),
        ]);
        assert_eq!(all.len(), 1, "{all:?}");
        for part in [
            "environment: staging\n",
            "environment: production\n",
            "HEAT: 180\n",
            "URL: \"https://staging.example\"\n",
            "KEY: ${{ secrets.OVEN_KEY }}\n",
            "run: |\n",
            "  ./deploy\n",
        ] {
            assert!(all[0].contains(part), "{part}: {}", all[0]);
        }
        assert_eq!(all[0].matches("OWN").count(), 1);
    }

    #[test]
    fn a_composite_action_is_written_out() {
        let action = "inputs:\n  heat: {default: '200'}\n  name: {default: oven}\nruns:\n  using: composite\n  steps:\n  - run: ./deploy\n    \
            shell: bash\n    env:\n      HEAT: ${{ inputs.heat }}\n      NAME: ${{ inputs.name || 'stove' }}\n";
        let caller = "on: push\njobs:\n  ship:\n    steps:\n    - uses: ./.github/actions/bake\n      env: {LIGHT: on}\n      with: {heat: 240}\n";
        let all = ASSEMBLER.printed(&[
            (".github/actions/bake/action.yml", action),
            (".github/workflows/ship.yml", caller),
        ]);
        for part in ["LIGHT: on\n", "HEAT: 240\n", "NAME: oven\n", "run: ./deploy\n"] {
            assert!(all[0].contains(part), "{part}: {}", all[0]);
        }
    }

    #[test]
    fn calls_in_a_circle_end_and_jobs_that_an_input_rules_out_are_none() {
        let round = "on:\n  push:\n  workflow_call:\njobs:\n  again:\n    uses: ./.github/workflows/round.yml\n";
        assert_eq!(ASSEMBLER.printed(&[(".github/workflows/round.yml", round)]).len(), 0);
        let called = "on:\n  workflow_call:\n    inputs: {where: {type: string}}\njobs:\n  one:\n    if: inputs.where == 'staging'\n    \
            env: {ONE: 1}\n  two:\n    if: ${{ inputs.where != 'staging' }}\n    env: {TWO: 1}\n";
        let ship = "on: push\njobs:\n  ship:\n    uses: ./.github/workflows/called.yml\n    with: {where: staging}\n";
        let all = ASSEMBLER.printed(&[
            (".github/workflows/called.yml", called),
            (".github/workflows/ship.yml", ship),
        ]);
        assert!(all[0].contains("ONE") && !all[0].contains("TWO"), "{}", all[0]);
    }
}
