//! Argo CD: `Application` and `ApplicationSet`.
//!
//! Of the generators of a set only lists are followed. A chart of a repository elsewhere is not seen.

use super::{Ground, Run, is_manifest};
use crate::assemble::gotmpl::{Data, Place, Slot, Value, read};
use crate::assemble::helm::coalesce::nested;
use crate::assemble::helm::tree::{each, items, texts, word};
use crate::text::FileId;

/// Elements of a generator that are worth following.
const MOST_ELEMENTS: usize = 100;

pub(super) fn find(ground: Ground<'_>) -> Vec<Run> {
    let mut runs = Vec::new();
    for (id, file) in ground.tree.files.iter() {
        let names_it = file.text.contains("argoproj.io") && file.text.contains("kind: Application");
        if !names_it || !is_manifest(&file.path) {
            continue;
        }
        for document in each(ground.tree, id) {
            match word(&document, &["kind"]).as_deref() {
                Some("Application") => application(ground, id, &document, &mut runs),
                Some("ApplicationSet") => set(ground, id, &document, &mut runs),
                _ => {}
            }
        }
    }
    runs
}

fn set(ground: Ground<'_>, file: FileId, document: &Value, runs: &mut Vec<Run>) {
    let Some(template) = document.at(&["spec", "template"]) else { return };
    let generators = items(document.at(&["spec", "generators"]));
    let lists = generators.iter().flat_map(|one| items(one.at(&["list", "elements"])));
    let mut count = 0;
    for element in lists.take(MOST_ELEMENTS) {
        count += 1;
        application(ground, file, &filled(&template, &element), runs);
    }
    if count == 0 {
        application(ground, file, &template, runs);
    }
}

/// `value` with `{{ name }}` and `{{ .name }}` put in from an element.
fn filled(value: &Value, element: &Value) -> Value {
    match &value.data {
        Data::Text(text) if text.as_str().contains("{{") => {
            let mut made = text.as_str().to_owned();
            let keys = element.as_map().map(|map| map.borrow().clone()).unwrap_or_default();
            for (key, slot) in keys {
                for form in ["{{K}}", "{{ K }}", "{{.K}}", "{{ .K }}"] {
                    made = made.replace(&form.replace('K', &key), &slot.value.shown());
                }
            }
            Value { mark: value.mark.clone(), ..Value::str(made) }
        }
        Data::List(all) => {
            let all = all.iter().map(|item| filled(item, element)).collect();
            Value { mark: value.mark.clone(), ..Value::list(all) }
        }
        Data::Map(map) => {
            let slots = map.borrow().clone().into_iter();
            let slots = slots
                .map(|(key, slot)| (key, Slot { value: filled(&slot.value, element), ..slot }));
            Value { mark: value.mark.clone(), ..Value::slots(slots.collect()) }
        }
        _ => value.clone(),
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

fn add_inline(run: &mut Run, file: FileId, helm: &Value) {
    let mut inline = Vec::new();
    if let Some(values) = helm.get("values").filter(|values| values.as_str().is_some()) {
        let text = values.printed();
        inline.extend(read(Place { text: text.as_str(), file: None, source: Some(&text) }).ok());
    }
    inline.extend(helm.get("valuesObject"));
    for parameter in items(helm.get("parameters")) {
        if let (Some(name), Some(value)) = (word(&parameter, &["name"]), parameter.get("value")) {
            inline.push(nested(&name, value));
        }
    }
    for values in inline.into_iter().filter(|values| values.as_map().is_some()) {
        run.layers.push((file, values));
        run.leaf = file;
    }
}
