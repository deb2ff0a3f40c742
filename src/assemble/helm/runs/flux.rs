//! Flux: `HelmRelease` of a chart in the tree.
//!
//! Values from a ConfigMap count where it lies in the same file. A chart of a repository elsewhere is not seen.

use super::{Ground, Run, is_manifest};
use crate::assemble::gotmpl::{Place, Value, read};
use crate::assemble::helm::tree::{each, items, texts, word};
use crate::text::FileId;

pub(super) fn find(ground: Ground<'_>) -> Vec<Run> {
    let mut runs = Vec::new();
    for (id, file) in ground.tree.files.iter() {
        if !file.text.contains("helm.toolkit.fluxcd.io") || !is_manifest(&file.path) {
            continue;
        }
        let documents = each(ground.tree, id);
        let is_release = |one: &&Value| word(one, &["kind"]).as_deref() == Some("HelmRelease");
        let releases = documents.iter().filter(is_release);
        runs.extend(releases.filter_map(|one| release(ground, id, one, &documents)));
    }
    runs
}

fn release(ground: Ground<'_>, file: FileId, document: &Value, all: &[Value]) -> Option<Run> {
    let spec = document.get("spec")?;
    let chart = spec.at(&["chart", "spec"])?;
    let path = word(&chart, &["chart"])?;
    let root = ground.tree.file(file).root;
    let at = ground.chart(root, &[""], &path).or_else(|| {
        let from_git = word(&chart, &["sourceRef", "kind"]).as_deref() == Some("GitRepository");
        let mut named = ground.charts.all.iter().enumerate().filter(|(_, one)| one.name == path);
        let (at, _) = named.next().filter(|_| from_git)?;
        named.next().is_none().then_some(at)
    })?;
    let mut run = ground.run(at, file);
    for path in texts(chart.get("valuesFiles")) {
        if let Some(found) = ground.file(root, &[""], &path) {
            ground.add(&mut run, found);
        }
    }
    for from in items(spec.get("valuesFrom")) {
        let name = word(&from, &["name"]);
        let key = word(&from, &["valuesKey"]).unwrap_or_else(|| "values.yaml".to_owned());
        let is_it =
            |one: &&Value| word(one, &["metadata", "name"]) == name && one.get("data").is_some();
        let Some(text) = all.iter().find(is_it).and_then(|one| one.at(&["data", &key])) else {
            continue;
        };
        let text = text.printed();
        let values = read(Place { text: text.as_str(), file: None, source: Some(&text) });
        run.layers.extend(values.ok().filter(|it| it.as_map().is_some()).map(|it| (file, it)));
    }
    run.layers.extend(spec.get("values").filter(|it| it.as_map().is_some()).map(|it| (file, it)));
    run.aim.by = Some(file);
    run.release = word(&spec, &["releaseName"]).or_else(|| word(document, &["metadata", "name"]));
    run.namespace =
        word(&spec, &["targetNamespace"]).or_else(|| word(document, &["metadata", "namespace"]));
    Some(run)
}
