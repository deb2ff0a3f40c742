//! What `kustomize build` prints for every kustomization that nothing else is made of.
//!
//! Bases of other repositories and charts are not fetched, plugins are not run. Names keep no prefix, suffix or hash: an
//! object is called in every environment as its file calls it, and so is every reference to it.

mod applied;
mod build;
mod fieldpath;
mod generators;
mod leaves;
mod operations;
mod patches;
mod programs;
mod references;
mod replacements;
mod resource;
mod select;
mod strategic;
mod substitute;
mod transform;
mod withdrawals;

use applied::Applied;
use build::Builder;
pub(super) use build::Cache;
use leaves::leaves;

use super::folders::{self, Folders};
use super::{Assembled, Assembler, Wants, printer};
use crate::facts::{Aim, Told};
use crate::text::{FileId, Files};

/// The row.
pub(super) static ASSEMBLER: Assembler = Assembler {
    name: "kustomize",
    prints: "kubernetes",
    paths: is_generator_input,
    wants: generators::wants,
    assemble,
};

/// The names that a kustomization may have.
const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file is named like those that generators take their entries from.
fn is_generator_input(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let end = name.rsplit_once('.').map(|(_, end)| end);
    matches!(end, Some("conf" | "env" | "ini" | "properties"))
        || matches!(name, "config" | "env" | "envs" | "params" | "properties" | "secrets")
}

fn assemble(files: &Files, wants: &Wants) -> Vec<Assembled> {
    let all: Vec<FileId> =
        files.iter().filter(|(_, file)| NAMES.contains(&file.name())).map(|(id, _)| id).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let folders = Folders::new(files);
    let mut cache = wants.kustomizations.clone();
    let named = applied::find(files, &folders, &mut cache);
    let leaves = leaves(files, &folders, &mut cache, &all, &named);
    let mut made = Vec::new();
    for leaf in leaves {
        match named.get(&leaf) {
            Some(all) => {
                made.extend(
                    all.iter().map(|one| build(files, &folders, &mut cache, leaf, Some(one))),
                );
            }
            None => made.push(build(files, &folders, &mut cache, leaf, None)),
        }
    }
    made
}

/// The kustomization in a folder.
fn kustomization(folders: &Folders<'_>, root: u16, folder: &str) -> Option<FileId> {
    NAMES.iter().find_map(|name| folders.file(root, &folders::join(folder, name)?))
}

fn build(
    files: &Files,
    folders: &Folders<'_>,
    cache: &mut Cache,
    leaf: FileId,
    applied: Option<&Applied>,
) -> Assembled {
    let mut builder = Builder::new(files, folders, cache);
    let mut all = Vec::new();
    builder.target(leaf, &mut all);
    replacements::variables(&mut builder, &mut all);
    all.retain(|resource| !resource.is_local());
    references::settle(&mut all);
    if let Some(substitutes) = applied.and_then(|one| one.substitutes.as_ref()) {
        for resource in &mut all {
            substitutes.put_into(&mut resource.tree);
        }
    }
    let Builder { mut inputs, problems, unseen, withdrawals, .. } = builder;
    inputs.extend(applied.map(|one| one.by));
    Assembled {
        leaf,
        inputs,
        run: Vec::new(),
        told: Told::Usual,
        text: printer::print_all(all.iter().map(|resource| &resource.tree), files),
        aim: Aim { environment: None, by: applied.map(|one| one.by) },
        release: None,
        unseen,
        lacks: Vec::new(),
        unread: Vec::new(),
        withdrawn: withdrawals.facts(),
        problems,
    }
}

#[cfg(test)]
mod tests {
    use super::assemble;
    use crate::assemble::{Assembled, Wants};
    use crate::model::Whom;
    use crate::text::{File, Files, TextRange};

    fn tree(texts: &[(&str, &str)]) -> Files {
        let mut files = Files::default();
        for (path, text) in texts {
            files.add(File::new(*path, *text));
        }
        files
    }

    fn built(texts: &[(&str, &str)]) -> (Files, Vec<Assembled>) {
        let files = tree(texts);
        let all = assemble(&files, &Wants::default());
        (files, all)
    }

    /// What stands for `words` of the text, and what gave way to it, as `path: text`.
    fn places(files: &Files, one: &Assembled, words: &str) -> Vec<String> {
        let at = one.text.text().find(words).expect("the words are there");
        let range = TextRange::new(at, at + words.len());
        let spans = one
            .text
            .place(range)
            .into_iter()
            .chain(one.text.written(range))
            .chain(one.text.lost(range));
        spans
            .map(|span| {
                let file = files.get(span.file);
                format!("{}: {}", file.path, span.range.slice(&file.text))
            })
            .collect()
    }

    const WORKLOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      \
                            containers:\n      - name: web\n        image: web\n        env:\n        - {name: HEAT, value: \
                            \"180\"}\n        envFrom:\n        - configMapRef: {name: oven}\n";

    #[test]
    fn an_overlay_wins_over_its_base() {
        let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: \
                     [{name: web, env: [{name: HEAT, value: \"220\"}]}]}}}\n";
        let (files, all) = built(&[
            (
                "base/kustomization.yaml",
                "resources: [web.yaml]\nconfigMapGenerator:\n- name: oven\n  literals: [\"A=1\", B=2]\n",
            ),
            ("base/web.yaml", WORKLOAD),
            (
                "production/kustomization.yaml",
                "bases: [../base]\nnamePrefix: prod-\nconfigMapGenerator:\n- name: oven\n  behavior: merge\n  literals: \
                 [A='x y']\npatchesStrategicMerge: [heat.yaml]\n",
            ),
            ("production/heat.yaml", patch),
        ]);
        let [one] = all.as_slice() else { panic!("one leaf, not {}", all.len()) };
        assert_eq!(files.get(one.leaf).path, "production/kustomization.yaml");
        assert_eq!(one.problems, []);
        let text = one.text.text();
        assert!(
            text.contains("name: web\n") && text.contains("A: 'x y'\n") && !text.contains("prod-"),
            "{text}"
        );
        assert_eq!(
            places(&files, one, "\"220\""),
            ["production/heat.yaml: \"220\"", "base/web.yaml: \"180\""]
        );
        assert_eq!(
            places(&files, one, "'x y'"),
            ["production/kustomization.yaml: 'x y'", "base/kustomization.yaml: 1"]
        );
        assert_eq!(places(&files, one, "B"), ["base/kustomization.yaml: B"]);
        let inputs: Vec<_> = one.inputs.iter().map(|id| files.get(*id).path.as_str()).collect();
        assert_eq!(inputs[0], "production/kustomization.yaml");
        assert_eq!(inputs.len(), 4);
    }

    #[test]
    fn a_patch_in_the_file_leads_to_its_lines() {
        let (files, all) = built(&[
            ("web.yaml", WORKLOAD),
            (
                "kustomization.yaml",
                "resources: [web.yaml]\npatches:\n- target: {kind: Deploy.*, name: w.b}\n  patch: |-\n    - op: add\n      \
                 path: /spec/template/spec/containers/0/env/-\n      value: {name: LIGHT, value: on}\n- target: {name: web}\n  \
                 patch: '[{op: replace, path: /spec/template/spec/containers/0/image, value: oven}]'\n",
            ),
        ]);
        assert_eq!(all[0].problems, []);
        assert_eq!(places(&files, &all[0], "LIGHT"), ["kustomization.yaml: LIGHT"]);
        assert!(
            all[0].text.text().contains("image: \"oven\"")
                || all[0].text.text().contains("image: oven")
        );
    }

    #[test]
    fn entries_lead_into_env_files_and_missing_files_stay_open() {
        let (files, all) = built(&[
            (
                "kustomization.yaml",
                "configMapGenerator:\n- name: oven\n  envs: [oven.properties, gone.env]\n  files: [gone.conf]\n",
            ),
            ("oven.properties", "# bread\n  HEAT=180\nLIGHT=\n"),
        ]);
        assert_eq!(places(&files, &all[0], "HEAT"), ["oven.properties: HEAT"]);
        assert_eq!(places(&files, &all[0], "180"), ["oven.properties: 180"]);
        let text = all[0].text.text();
        assert!(text.contains("LIGHT: \"\"") && text.contains("{{ file gone.env }}"), "{text}");
        assert!(text.contains("gone.conf: \"{{ file gone.conf }}\""), "{text}");
    }

    #[test]
    fn values_are_copied_and_keep_where_they_are_written() {
        let (files, all) = built(&[
            ("web.yaml", WORKLOAD),
            (
                "kustomization.yaml",
                "resources: [web.yaml]\nconfigMapGenerator:\n- name: oven\n  literals: [HOST=a-b]\nreplacements:\n- source: \
                 {kind: ConfigMap, name: oven, fieldPath: data.HOST, options: {delimiter: '-', index: 1}}\n  targets:\n  - \
                 select: {kind: Deployment}\n    fieldPaths: ['spec.template.spec.containers.[name=web].env.[name=HEAT].value']\n",
            ),
        ]);
        assert_eq!(all[0].problems, []);
        assert_eq!(
            places(&files, &all[0], "\"b\""),
            ["web.yaml: \"180\"", "kustomization.yaml: a-b"]
        );
    }

    #[test]
    fn folders_that_lead_to_each_other_are_told_once() {
        let (files, all) = built(&[
            ("one/kustomization.yaml", "resources: [../two]\n"),
            ("two/kustomization.yaml", "resources: [../one]\n"),
        ]);
        let told: Vec<_> = all
            .iter()
            .flat_map(|one| one.problems.iter().map(|(_, it)| (one.leaf, it.message.as_str())))
            .map(|(leaf, message)| (files.get(leaf).path.as_str(), message))
            .collect();
        assert_eq!(
            told,
            [("one/kustomization.yaml", "leads back to itself through its resources")]
        );
    }

    #[test]
    fn what_leads_nowhere_ends_with_a_problem() {
        let (_, all) = built(&[
            ("one/kustomization.yaml", "resources: [../two, gone.yaml]\n"),
            ("two/kustomization.yaml", "resources: [../three]\n"),
            ("three/kustomization.yaml", "resources: [../two]\n"),
        ]);
        let problems: Vec<_> =
            all[0].problems.iter().map(|(_, one)| one.message.as_str()).collect();
        assert_eq!(
            problems,
            ["leads back to itself through its resources", "`gone.yaml` is not in the tree"]
        );
    }

    /// What `kubectl kustomize` refuses is told.
    #[test]
    fn schemas_that_are_gone_and_empty_bases_are_problems() {
        let (_, all) = built(&[
            (
                "one/kustomization.yaml",
                "resources: [../two]\nopenapi: {path: ../openapi/gone.json}\n",
            ),
            (
                "two/kustomization.yaml",
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
            ),
        ]);
        let one = all.iter().find(|one| one.problems.len() == 2);
        let problems = one.map(|one| one.problems.iter().map(|(_, it)| it.message.as_str()));
        let problems: Vec<_> = problems.into_iter().flatten().collect();
        assert_eq!(
            problems,
            ["`../openapi/gone.json` is not in the tree", "is empty, which kustomize refuses"]
        );
    }

    #[test]
    fn bases_elsewhere_hide_what_patches_speak_of() {
        let remote = "resources: ['https://github.com/bakery/base?ref=v1']\n";
        let (_, all) = built(&[("kustomization.yaml", remote)]);
        assert_eq!(all[0].problems, []);
        let whom =
            |one: &Assembled| one.unseen.iter().map(|it| it.whom.clone()).collect::<Vec<_>>();
        assert_eq!(whom(&all[0]), [Whom::Unseen]);
        let patched = format!("{remote}patchesStrategicMerge: [web.yaml]\n");
        let (_, all) = built(&[("kustomization.yaml", &patched), ("web.yaml", WORKLOAD)]);
        assert_eq!(whom(&all[0]), [Whom::Unseen, Whom::Workload("web".to_owned())]);
        assert!(all[0].text.text().contains("HEAT"));
    }

    #[test]
    fn one_base_under_two_prefixes_is_two_objects() {
        let (_, all) = built(&[
            ("kustomization.yaml", "resources: [a, b]\n"),
            ("a/kustomization.yaml", "resources: [../base]\nnamePrefix: a-\n"),
            ("b/kustomization.yaml", "resources: [../base]\nnamePrefix: b-\n"),
            (
                "base/kustomization.yaml",
                "resources: [web.yaml]\nconfigMapGenerator: [{name: oven, literals: [A=1]}]\n",
            ),
            ("base/web.yaml", WORKLOAD),
        ]);
        let text = all[0].text.text();
        let bare = text.replace('"', "");
        for name in ["a-web", "b-web", "a-oven", "b-oven"] {
            assert!(bare.contains(&format!("metadata:\n  name: {name}\n")), "{name}: {text}");
        }
        assert!(bare.contains("configMapRef:\n            name: b-oven"), "{text}");
    }

    #[test]
    fn a_base_that_a_controller_applies_is_a_leaf_too() {
        let (files, all) = built(&[
            ("apps/base/kustomization.yaml", "resources: []\n"),
            ("apps/prod/kustomization.yaml", "resources: [../base]\n"),
            ("apps/part/kustomization.yaml", "kind: Component\n"),
            (
                "cluster/apps.yaml",
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./apps/base}\n",
            ),
        ]);
        let leaves: Vec<_> = all.iter().map(|one| files.get(one.leaf).path.as_str()).collect();
        assert_eq!(leaves, ["apps/base/kustomization.yaml", "apps/prod/kustomization.yaml"]);
    }

    #[test]
    fn generators_of_a_folder_work_where_they_are_asked_for() {
        let generator = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: oven}\nenvs: [oven.env]\n";
        let (files, all) = built(&[
            ("made/kustomization.yaml", "resources: [oven.yaml]\n"),
            ("made/oven.yaml", generator),
            ("prod/kustomization.yaml", "generators: [../made]\n"),
            ("prod/oven.env", "HEAT=220\n"),
        ]);
        let one = all.iter().find(|one| files.get(one.leaf).path.starts_with("prod"));
        let one = one.expect("the overlay is a leaf");
        assert_eq!((one.problems.len(), one.unseen.len()), (0, 0));
        assert_eq!(places(&files, one, "HEAT"), ["prod/oven.env: HEAT"]);
    }

    #[test]
    fn flux_puts_values_into_what_it_applies() {
        let cluster = |heat: &str| {
            format!(
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  path: ./apps\n  postBuild:\n    \
                 substitute: {{HEAT: \"{heat}\"}}\n    substituteFrom: [{{kind: ConfigMap, name: shop}}]\n"
            )
        };
        let shop = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {CITY: Bern}\n";
        let (files, all) = built(&[
            ("apps/kustomization.yaml", "resources: [oven.yaml]\n"),
            (
                "apps/oven.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: oven}\ndata: {AT: \"${HEAT} in ${CITY}\"}\n",
            ),
            ("clusters/prod/apps.yaml", &cluster("220")),
            ("clusters/shop.yaml", shop),
            ("clusters/test/apps.yaml", &cluster("180")),
        ]);
        let said: Vec<_> =
            all.iter().map(|one| one.text.text().contains("AT: \"220 in Bern\"")).collect();
        assert_eq!(said, [true, false]);
        assert_eq!(
            places(&files, &all[0], "\"220 in Bern\""),
            ["apps/oven.yaml: \"${HEAT} in ${CITY}\"", "clusters/prod/apps.yaml: \"220\""]
        );
        let by = all[1].aim.by.map(|id| files.get(id).path.as_str());
        assert_eq!(by, Some("clusters/test/apps.yaml"));
    }
}
