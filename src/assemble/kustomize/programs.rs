//! Plugins of kustomize that are programs of others.
//!
//! No program is run. What those make that decrypt Secrets is known but for the values: their names stand in the files.
//! Of all others nothing is known, and that is told.

use super::super::tree::Tree;
use super::build::Builder;
use super::generators;
use super::resource::{self, Resource};
use crate::model::Whom;
use crate::text::{FileId, Span};

/// What sops keeps of itself in an env file that it encrypts.
const OF_SOPS: &str = "sops_";

/// Adds what a generator makes that is no part of kustomize, as far as it is known.
pub(super) fn generate(
    builder: &mut Builder<'_>,
    file: FileId,
    (item, tree): (&Tree, &Tree),
    into: &mut Vec<Resource>,
) {
    let group = tree.text_under(&["apiVersion"]).unwrap_or_default();
    let group = group.split_once('/').map_or("", |(group, _)| group);
    match (group, kind(tree)) {
        ("viaduct.ai", "ksops") => decrypted(builder, file, tree, into),
        ("goabout.com", "SopsSecretGenerator") => secret(builder, file, tree, into),
        (_, kind) => {
            untold(builder, item.place, kind, "makes");
            builder.lack("what a generator makes", item.place, Whom::Unseen);
        }
    }
}

/// Tells of a plugin that is not run; `does` is what it does to objects.
pub(super) fn untold(builder: &mut Builder<'_>, place: Option<Span>, kind: &str, does: &str) {
    if !kind.is_empty() {
        builder.problem(
            place,
            &format!("`{kind}` is a program, which is not run: what it {does} is not seen"),
        );
    }
}

/// The kind of a plugin.
pub(super) fn kind(tree: &Tree) -> &str {
    tree.text_under(&["kind"]).unwrap_or_default()
}

/// The Secrets of files that are encrypted whole or value by value.
fn decrypted(builder: &mut Builder<'_>, file: FileId, tree: &Tree, into: &mut Vec<Resource>) {
    for item in tree.get("files").map(Tree::items).unwrap_or_default() {
        let Some(path) = item.text() else { continue };
        let Some(parsed) = builder.named(file, item, path) else { continue };
        let objects = parsed.trees.iter().cloned().flat_map(resource::objects);
        let objects = objects.map(|mut object| {
            object.tree.take("sops");
            object
        });
        let objects = objects.collect();
        builder.append(item, objects, into);
    }
    for item in tree.get("secretFrom").map(Tree::items).unwrap_or_default() {
        secret(builder, file, item, into);
    }
}

/// A Secret of files of which each entry is encrypted.
fn secret(builder: &mut Builder<'_>, file: FileId, item: &Tree, into: &mut Vec<Resource>) {
    let before = into.len();
    generators::one(builder, file, item, ("Secret", "stringData"), into);
    for made in into.iter_mut().skip(before) {
        if let Some(pairs) = made.tree.get_mut("stringData").and_then(Tree::pairs_mut) {
            pairs.retain(|pair| !pair.key.starts_with(OF_SOPS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::assemble;
    use crate::assemble::{Assembled, Wants};
    use crate::model::Whom;
    use crate::text::{File, Files};

    fn built(texts: &[(&str, &str)]) -> Assembled {
        let mut files = Files::default();
        for (path, text) in texts {
            files.add(File::new(*path, *text));
        }
        assemble(&files, &Wants::default()).remove(0)
    }

    #[test]
    fn programs_that_decrypt_make_secrets_of_the_names_that_stand_in_files() {
        let one = built(&[
            ("kustomization.yaml", "generators: [ksops.yaml, env.yaml]\n"),
            (
                "ksops.yaml",
                "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: made}\nfiles: [oven.enc.yaml]\nsecretFrom:\n- metadata: {name: \
                 flour}\n  envs: [flour.enc.env]\n",
            ),
            (
                "env.yaml",
                "apiVersion: goabout.com/v1beta1\nkind: SopsSecretGenerator\nmetadata: {name: yeast}\nenvs: [flour.enc.env]\n",
            ),
            (
                "oven.enc.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: oven}\nstringData: {HEAT: 'ENC[AES256_GCM,data:a]'}\nsops: {mac: a}\n",
            ),
            ("flour.enc.env", "TYPE=ENC[AES256_GCM,data:b]\nsops_mac=ENC[AES256_GCM,data:c]\n"),
        ]);
        let text = one.text.text();
        assert!(
            ["name: oven", "HEAT", "name: flour", "name: yeast", "TYPE"]
                .iter()
                .all(|it| text.contains(it)),
            "{text}"
        );
        assert!(!text.contains("sops"), "{text}");
        assert_eq!((one.problems, one.unseen), (Vec::new(), Vec::new()));
    }

    #[test]
    fn programs_that_are_not_known_are_told() {
        let one = built(&[
            ("kustomization.yaml", "generators: [more.yaml]\ntransformers: [add.yaml]\n"),
            ("more.yaml", "apiVersion: bakery.example/v1\nkind: Ovens\nmetadata: {name: more}\n"),
            ("add.yaml", "apiVersion: bakery.example/v1\nkind: Adder\nmetadata: {name: add}\n"),
        ]);
        let told: Vec<_> =
            one.problems.iter().map(|(_, problem)| problem.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "`Ovens` is a program, which is not run: what it makes is not seen",
                "`Adder` is a program, which is not run: what it changes is not seen",
            ]
        );
        let whom: Vec<_> = one.unseen.iter().map(|it| &it.whom).collect();
        assert_eq!(whom, [&Whom::Unseen, &Whom::All]);
    }
}
