//! What charts come to in the corners of Go's templates, as Helm 4.3.1 prints them.

use crate::support::Project;

/// What the one ConfigMap of a chart gives to `OVEN`, with `values` and the template `text`.
fn oven(files: &[(&str, &str)]) -> (Option<String>, String) {
    let project = Project::of(files);
    let run = project.run(&["facts"]).exits(0);
    let facts = run.stdout.lines().filter_map(|line| serde_json::from_str(line).ok());
    let mut found = facts.filter(|fact: &serde_json::Value| fact["key"] == "OVEN");
    let value = found.next_back().and_then(|fact| fact["value"].as_str().map(str::to_owned));
    let problems = project.run(&["check", "--format", "json"]).json()["diagnostics"].to_string();
    (value, problems)
}

fn chart(values: &str, text: &str) -> (Option<String>, String) {
    let template = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: oven}}\ndata:\n  OVEN: {text}\n"
    );
    oven(&[
        ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("oven/values.yaml", values),
        ("oven/values-production.yaml", "wood: oak\n"),
        ("oven/templates/config.yaml", &template),
    ])
}

#[test]
fn nothing_in_brackets_or_in_a_variable_has_fields_that_are_nothing() {
    for text in [
        "\"{{ (.Values.none).size.unit | default \"low\" }}\"",
        "\"{{ $oven := .Values.none }}{{ $oven.size | default \"low\" }}\"",
        "\"{{ (index .Values.racks \"upper\").size | default \"low\" }}\"",
    ] {
        let (value, problems) = chart("racks: {}\n", text);
        assert_eq!((value.as_deref(), problems.as_str()), (Some("low"), "[]"), "{text}");
    }
    for text in [
        "{{ .Values.none | indent 2 }}",
        "\"{{ .Values.none.size }}\"",
        "\"{{ (.Values.racks).upper.size }}\"",
        "\"{{ .Values.none | b64enc }}\"",
        "\"{{ replace \"a\" .Values.none \"oak\" }}\"",
    ] {
        let (_, problems) = chart("racks: {}\n", text);
        assert!(problems.contains("the tool stops here"), "{text}: {problems}");
    }
}

#[test]
fn yaml_has_its_keys_in_the_order_of_the_library() {
    let (value, _) =
        chart("racks: {r02: 2, r1: 1, RACK_A: 3, RACKS: 4}\n", "'{{ toYaml .Values.racks }}'");
    assert_eq!(value.as_deref(), Some("RACK_A: 3 RACKS: 4 r1: 1 r02: 2"));
}

#[test]
fn what_is_nothing_stays_in_a_listed_chart_that_values_name() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rack}\ndata:\n  \
        OVEN: '{{ toJson .Values.heat }}'\n";
    let files = |values: &'static str| {
        [
            (
                "oven/Chart.yaml",
                "apiVersion: v2\nname: oven\nversion: 1.0.0\ndependencies:\n  - {name: rack, version: 1.0.0}\n",
            ),
            ("oven/values.yaml", "wood: oak\n"),
            ("oven/values-production.yaml", values),
            ("oven/charts/rack/Chart.yaml", "apiVersion: v2\nname: rack\nversion: 1.0.0\n"),
            ("oven/charts/rack/values.yaml", "heat: {low: null, high: 250}\n"),
            ("oven/charts/rack/templates/config.yaml", template),
        ]
    };
    let value = |values| oven(&files(values)).0;
    assert_eq!(value("wood: ash\n").as_deref(), Some("{\"high\":250}"));
    assert_eq!(value("rack: {count: 2}\n").as_deref(), Some("{\"high\":250,\"low\":null}"));
}

/// As Helm 4.3.1 prints it: the maps below a map of globals are one for a chart and all charts inside of it.
#[test]
fn charts_inside_add_to_the_globals_of_those_around_them() {
    let (value, problems) = oven(&[
        ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("oven/values.yaml", "global:\n  oven: {size: 1, racks: {upper: ~, lower: 2}}\n"),
        ("oven/values-production.yaml", "wood: oak\n"),
        (
            "oven/templates/config.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: oven}\ndata:\n  OVEN: {{ .Values.global | toJson | quote }}\n",
        ),
        ("oven/charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n"),
        ("oven/charts/a/values.yaml", "global:\n  oven: {heat: 5, racks: {upper: 7, middle: 8}}\n"),
        ("oven/charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 1.0.0\n"),
        ("oven/charts/b/values.yaml", "global:\n  oven: {racks: {upper: 70, extra: 9}}\n"),
    ]);
    let globals = r#"{"oven":{"racks":{"extra":9,"lower":2,"middle":8,"upper":7},"size":1}}"#;
    assert_eq!((value.as_deref(), problems.as_str()), (Some(globals), "[]"));
}

/// As Helm prints it: what is called in no way that configuration is called is a file of the chart all the same.
#[test]
fn templates_ask_for_files_of_any_name() {
    let files = |text: &str| {
        let template =
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: oven}}\ndata:\n  {text}\n");
        oven(&[
            ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
            ("oven/values.yaml", "wood: ash\n"),
            ("oven/values-production.yaml", "wood: oak\n"),
            ("oven/templates/config.yaml", &template),
            ("oven/kept/OVEN", "hot"),
            ("oven/kept/menu.html", "<p>rye</p>"),
        ])
    };
    for (text, expected) in [
        ("OVEN: {{ .Files.Get \"kept/menu.html\" | quote }}", "<p>rye</p>"),
        ("{{- (.Files.Glob \"kept/*\").AsConfig | nindent 2 }}", "hot"),
    ] {
        let (value, problems) = files(text);
        assert_eq!((value.as_deref(), problems.as_str()), (Some(expected), "[]"), "{text}");
    }
}

#[test]
fn no_files_are_false_and_pieces_of_the_unknown_are_unknown() {
    let (value, _) = chart(
        "wood: ash\n",
        "{{ if .Files.Glob \"kept/*\" }}kept{{ else }}{{ .Values.wood }}{{ end }}",
    );
    assert_eq!(value.as_deref(), Some("oak"));
    let (value, _) = chart("{}\n", "{{ (split \":\" (htpasswd \"\" \"rye\"))._1 | b64enc }}");
    assert_ne!(value.as_deref(), Some(""));
}
