//! Skaffold: the releases of `deploy.helm` and `manifests.helm`, also those of profiles.

use super::{Ground, Run};
use crate::assemble::gotmpl::Value;
use crate::assemble::helm::tree::{each, folder, items, name, texts, word};
use crate::document::Syntax;
use crate::text::FileId;

/// Whether the file may be one of Skaffold.
pub(super) fn is_skaffold(path: &str) -> bool {
    let name = name(path);
    name.starts_with("skaffold") && Syntax::of(name) == Some(Syntax::Yaml)
}

pub(super) fn find(ground: Ground<'_>) -> Vec<Run> {
    let mut runs = Vec::new();
    for (id, file) in ground.tree.files.iter().filter(|(_, file)| is_skaffold(&file.path)) {
        if !file.text.contains("helm") {
            continue;
        }
        for document in each(ground.tree, id) {
            for part in std::iter::once(document.clone()).chain(items(document.get("profiles"))) {
                for stage in ["deploy", "manifests"] {
                    for release in items(part.at(&[stage, "helm", "releases"])) {
                        runs.extend(run(ground, id, &release));
                    }
                }
            }
        }
    }
    runs
}

fn run(ground: Ground<'_>, file: FileId, release: &Value) -> Option<Run> {
    let (root, here) = (ground.tree.file(file).root, folder(&ground.tree.file(file).path));
    let chart = ground.chart(root, &[here], &word(release, &["chartPath"])?)?;
    let mut run = ground.run(chart, file);
    for path in texts(release.get("valuesFiles")) {
        if let Some(found) = ground.file(root, &[here], &path) {
            ground.add(&mut run, found);
            run.leaf = found;
        }
    }
    let names = ["setValues", "setValueTemplates"];
    for (key, value) in names.iter().flat_map(|name| given(release, name)) {
        run.set(file, &key, value, true);
    }
    run.release = word(release, &["name"]).filter(|name| !name.contains("{{"));
    run.namespace = word(release, &["namespace"]).filter(|name| !name.contains("{{"));
    Some(run)
}

/// The pairs under a name. What Skaffold's own templates make (`{{.IMAGE_NAME}}`) is asked of the shell: a reference.
fn given(release: &Value, name: &str) -> Vec<(String, Value)> {
    let map = release.get(name).and_then(|given| given.as_map().cloned());
    let pairs = map.map(|map| map.borrow().clone()).unwrap_or_default();
    let filled = |value: Value| match value.as_str() {
        Some(text) if text.contains("{{") => {
            let text = text.replace("{{.", "${").replace("{{ .", "${").replace(" }}", "}");
            Value::str(text.replace("}}", "}"))
        }
        _ => value,
    };
    pairs.into_iter().map(|(key, slot)| (key.to_string(), filled(slot.value))).collect()
}
