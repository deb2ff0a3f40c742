//! Releases of charts that the tree does not have: what their values give as variables is for the program of the chart.
//!
//! Says so only where the values name no image: a chart for anybody's code is always told whose it runs. Knows the usual
//! names under which charts take variables; what else the chart gives is not seen.

use std::rc::Rc;

use super::super::gotmpl::{Engine, Library, Text, Value, parse};
use super::coalesce::layered;
use super::runs::Stranger;
use super::{Assembled, Traced, render, unique};
use crate::assemble::Unseen;
use crate::facts::Told;
use crate::model::{Release, Whom};
use crate::text::{Span, TextRange};

/// Keys under which charts take the variables of their main container.
const ENV_KEYS: &[&str] =
    &["env", "envVars", "environment", "extraEnv", "extraEnvVars", "extraEnvs"];
/// Keys under which values say which image runs.
const IMAGE_KEYS: &[&str] = &["image", "images"];

/// What stands for the workload of the chart.
const WORKLOAD: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .release }}
spec:
  template:
    spec:
      containers:
      - name: {{ .release }}
        image: {{ .chart }}
        env:
{{- range .lists }}
{{ toYaml . | indent 8 }}
{{- end }}
{{- range .maps }}
{{- range $name, $value := . }}
        - name: {{ $name }}
{{- if kindIs "map" $value }}
{{ toYaml $value | indent 10 }}
{{- else }}
          value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}
"#;

/// What a release comes to, as far as its values tell.
pub(super) fn assembled(stranger: Stranger) -> Option<Assembled> {
    let Stranger { release, chart, layers, leaf, aim } = stranger;
    let none = Value::map::<&str>([]);
    let values = layers.iter().fold(none, |under, (_, over)| layered(&under, over));
    if IMAGE_KEYS.iter().any(|key| values.get(key).is_some()) {
        return None;
    }
    let given: Vec<Value> = ENV_KEYS.iter().filter_map(|key| values.get(key)).collect();
    let is_list = |value: &&Value| {
        value
            .items()
            .is_some_and(|all| !all.is_empty() && all.iter().all(|it| it.as_map().is_some()))
    };
    let lists: Vec<Value> = given.iter().filter(is_list).cloned().collect();
    let maps: Vec<Value> = given.iter().filter(|value| value.as_map().is_some()).cloned().collect();
    if lists.is_empty() && maps.is_empty() {
        return None;
    }
    let dot = Value::map([
        ("release", Value::str(release.as_str())),
        ("chart", Value::str(chart.as_str())),
        ("lists", Value::list(lists)),
        ("maps", Value::list(maps)),
    ]);
    let template = Rc::new(parse(Text::plain(WORKLOAD)).ok()?);
    let mut library = Library::default();
    library.add("workload", &template);
    let printed = Engine::new(&library).run("workload", &dot).ok()?;
    let mut text = Traced::default();
    render::guarded(&printed).add_to(&mut text);
    let unseen = Unseen {
        what: format!("the chart `{chart}`, which is not in the tree"),
        whom: Whom::Workload(release.clone()),
        takes: Vec::new(),
        span: Span::new(leaf, TextRange::new(0, 0)),
    };
    let files = layers.iter().rev().map(|(file, _)| *file);
    Some(Assembled {
        leaf,
        inputs: unique(std::iter::once(leaf).chain(files).collect()),
        run: Vec::new(),
        told: Told::Usual,
        text,
        aim,
        release: Some(Release { name: release, namespace: None }),
        lacks: Vec::new(),
        withdrawn: Vec::new(),
        unread: Vec::new(),
        unseen: vec![unseen],
        problems: Vec::new(),
    })
}
