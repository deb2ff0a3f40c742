//! Argo CD: `Application` and `ApplicationSet`.
//!
//! Also those that a chart prints. A chart of a repository elsewhere is not seen.

mod generators;

use super::{Ground, Run, is_manifest, options};
use crate::assemble::gotmpl::{Place, Text, Value, read};
use crate::assemble::helm::tree::{each, items, texts, word};
use crate::text::FileId;

pub(super) fn find(ground: Ground<'_>) -> Vec<Run> {
    let mut runs = Vec::new();
    for (id, file) in ground.tree.files.iter() {
        let names_it = file.text.contains("argoproj.io") && file.text.contains("kind: Application");
        if !names_it || !is_manifest(&file.path) {
            continue;
        }
        for document in each(ground.tree, id) {
            told(ground, id, &document, &mut runs);
        }
    }
    runs
}

/// The runs of the applications in a text that a chart prints for `file`.
pub(super) fn printed(ground: Ground<'_>, file: FileId, text: &Text) -> Vec<Run> {
    let mut runs = Vec::new();
    for document in super::documents(text) {
        told(ground, file, &document, &mut runs);
    }
    runs
}

fn told(ground: Ground<'_>, file: FileId, document: &Value, runs: &mut Vec<Run>) {
    match word(document, &["kind"]).as_deref() {
        Some("Application") => application(ground, file, document, runs),
        Some("ApplicationSet") => set(ground, file, document, runs),
        _ => {}
    }
}

fn set(ground: Ground<'_>, file: FileId, document: &Value, runs: &mut Vec<Run>) {
    let Some(template) = document.at(&["spec", "template"]) else { return };
    let is_go = document.at(&["spec", "goTemplate"]).is_some_and(|value| value.is_true());
    let generators = items(document.at(&["spec", "generators"]));
    let elements = generators::elements(ground, ground.tree.file(file).root, &generators);
    if elements.is_empty() {
        application(ground, file, &template, runs);
    }
    for element in elements {
        application(ground, file, &generators::filled(&template, &element, is_go), runs);
    }
}

fn application(ground: Ground<'_>, file: FileId, document: &Value, runs: &mut Vec<Run>) {
    let Some(spec) = document.get("spec") else { return };
    let sources = spec.get("source").into_iter().chain(items(spec.get("sources")));
    for source in sources {
        let Some(path) = word(&source, &["path"]) else { continue };
        let root = ground.tree.file(file).root;
        let Some(chart) = ground.chart(root, &[""], &path) else { continue };
        let mut run = ground.run(chart, file);
        let helm = source.get("helm").unwrap_or_else(Value::null);
        add_files(ground, &mut run, root, &helm);
        add_inline(&mut run, file, &helm);
        add_of_plugin(ground, &mut run, &source);
        run.aim.by = Some(file);
        run.release =
            word(&helm, &["releaseName"]).or_else(|| word(document, &["metadata", "name"]));
        run.namespace = word(&spec, &["destination", "namespace"]);
        runs.push(run);
    }
}

fn add_files(ground: Ground<'_>, run: &mut Run, root: u16, helm: &Value) {
    let folder = ground.charts.all[run.chart].folder.clone();
    for path in texts(helm.get("valueFiles")) {
        let found = match path.strip_prefix('$') {
            // A file of another source of the application, which is this tree as far as it can be seen.
            Some(other) => {
                other.split_once('/').and_then(|(_, rest)| ground.file(root, &[""], rest))
            }
            None => ground.file(root, &[folder.as_str(), ""], path.trim_start_matches('/')),
        };
        if let Some(found) = found {
            ground.add(run, found);
            run.leaf = found;
        }
    }
}

/// What the variables of a plugin hand to the `helm` that it runs: `helm_args: -f values.yaml -f ../../prod.yaml`.
fn add_of_plugin(ground: Ground<'_>, run: &mut Run, source: &Value) {
    let root = ground.tree.file(run.leaf).root;
    let folder = ground.charts.all[run.chart].folder.clone();
    for variable in items(source.at(&["plugin", "env"])) {
        let Some(words) = word(&variable, &["value"]).filter(|value| value.starts_with('-')) else {
            continue;
        };
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let files = options::given(&words).map(|said| said.files).unwrap_or_default();
        for found in files.iter().filter_map(|path| ground.file(root, &[folder.as_str()], path)) {
            ground.add(run, found);
            run.leaf = found;
        }
    }
}

fn add_inline(run: &mut Run, file: FileId, helm: &Value) {
    let mut inline = Vec::new();
    if let Some(values) = helm.get("values").filter(|values| values.as_str().is_some()) {
        let text = values.printed();
        inline.extend(read(Place { text: text.as_str(), file: None, source: Some(&text) }).ok());
    }
    inline.extend(helm.get("valuesObject"));
    for values in inline.into_iter().filter(|values| values.as_map().is_some()) {
        run.layers.push((file, values));
        run.leaf = file;
    }
    for parameter in items(helm.get("parameters")) {
        if let (Some(name), Some(value)) = (word(&parameter, &["name"]), parameter.get("value")) {
            let is_text = parameter.get("forceString").is_some_and(|value| value.is_true());
            run.set(file, &name, value, !is_text);
            run.leaf = file;
        }
    }
}
