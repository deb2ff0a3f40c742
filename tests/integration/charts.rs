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

/// A library that the tree does not have may add containers, names and variables. The rest is as the chart says.
#[test]
fn templates_of_a_chart_that_is_not_in_the_tree_are_unknown_where_they_stand() {
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          \
               image: web\n          env:\n            - name: OVEN\n              value: {{ .Values.wood }}\n        {{- include \"log.sidecar\" \
               (dict \"name\" \"web\") | nindent 8 }}\n      volumes:\n        {{- include \"log.volumes\" . | nindent 8 }}\n        - name: bread\n";
    let till = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: till}\nspec:\n  template:\n    spec:\n      containers:\n        - name: till\n          \
                image: till\n          env:\n            - name: TILL\n              value: ready\n            {{- include \"log.env\" . | nindent 12 }}\n";
    let chart = "apiVersion: v2\nname: oven\nversion: 1.0.0\ndependencies:\n- {name: log, version: 1.0.0, repository: https://charts.example}\n";
    let files = [
        ("oven/values.yaml", "wood: fir\n"),
        ("oven/values-production.yaml", "wood: oak\n"),
        ("oven/templates/web.yaml", web),
        ("oven/templates/till.yaml", till),
        ("main.py", "import os\nos.environ[\"OVEN\"]\nos.environ[\"LOG_HOST\"]\n"),
    ];
    let mut with = files.to_vec();
    with.push(("oven/Chart.yaml", chart));
    assert_eq!(oven(&with), (Some("oak".to_owned()), "[]".to_owned()));
    let project = Project::of(&with);
    let said = project.run(&["explain", "LOG_HOST"]).exits(0).stdout;
    assert!(said.contains("variables that a template fills in"), "{said}");
    let unseen =
        project.run(&["envs", "--format", "json"]).json()["environments"][0]["unseen"].to_string();
    assert!(unseen.contains("\"till\"") && !unseen.contains("\"web\""), "{unseen}");
    // A chart that needs no other calls a template that nobody defines.
    let mut without = files.to_vec();
    without.push(("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"));
    assert!(
        oven(&without).1.contains("calls the template `log.sidecar`, which is not in the tree")
    );
}

/// A chart that is not in the tree gets values of the one that needs it, and none of its templates: these are as they are rendered.
#[test]
fn templates_are_rendered_though_a_chart_that_is_needed_is_not_there() {
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}-web}\nspec:\n  template:\n    spec:\n      containers:\n        \
               - name: web\n          image: {{ .Values.image }}\n          env:\n            - name: OVEN\n              value: {{ .Values.wood }}\n        \
               {{- if .Values.lamp }}\n            - name: LAMP\n              value: lit\n        {{- end }}\n";
    let project = Project::of(&[
        (
            "oven/Chart.yaml",
            "apiVersion: v2\nname: oven\nversion: 1.0.0\ndependencies:\n- {name: watch, version: 1.0.0, repository: https://charts.example}\n",
        ),
        ("oven/values.yaml", "wood: fir\nimage: \"oven:1\"\n"),
        ("oven/values-production.yaml", "wood: oak\n"),
        ("oven/templates/web.yaml", web),
        ("main.py", "import os\nos.environ[\"OVEN\"]\n"),
    ]);
    let envs = project.run(&["envs"]).exits(0).stdout;
    assert!(!envs.contains("{{ .Values"), "a template beside what is made of it: {envs}");
    assert!(envs.contains("the chart `watch`, which is not in the tree"), "{envs}");
    assert!(envs.contains("nothing that `helm` makes of the file has it"), "{envs}");
}

/// A chart that is not in the tree gets what stands under its name. What else no template asks for is for nobody.
#[test]
fn values_beside_the_part_of_a_chart_that_is_not_there_are_for_nobody() {
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        \
               - name: web\n          image: \"oven:1\"\n          env:\n            - name: OVEN\n              value: {{ .Values.wood }}\n";
    let tree = |production: &'static str| {
        Project::of(&[
            (
                "oven/Chart.yaml",
                "apiVersion: v2\nname: oven\nversion: 1.0.0\ndependencies:\n- {name: watch, version: 1.0.0, repository: https://charts.example}\n",
            ),
            ("oven/values.yaml", "wood: fir\n"),
            ("oven/values-production.yaml", production),
            ("oven/templates/web.yaml", web),
            ("main.py", "import os\nos.environ[\"OVEN\"]\nos.environ.get(\"LAMP\", \"off\")\n"),
        ])
    };
    let said = |production| {
        let said = tree(production).run(&["explain", "LAMP", "--env", "production"]).stdout;
        said.contains("\"lit\"  helm-values")
    };
    let told = tree("wood: oak\n").run(&["explain", "LAMP", "--env", "production"]).stdout;
    assert!(
        told.contains("the chart `watch`, which is not in the tree"),
        "nothing says whose code runs: {told}"
    );
    assert!(!said("wood: oak\nshop:\n  env:\n    LAMP: lit\n"));
    assert!(said("wood: oak\nwatch:\n  env:\n    LAMP: lit\n"));
}

/// A command that names its namespace by a variable installs anywhere but into the one that Helm takes by itself.
#[test]
fn a_namespace_behind_a_variable_is_unknown() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: oven}\ndata:\n  OVEN: {{ .Release.Namespace }}-bread\n";
    let command = |namespace: &str| {
        format!(
            "install:\n\thelm upgrade --install oven ./oven --namespace {namespace} --values oven/values-production.yaml\n"
        )
    };
    let value = |namespace: &str| {
        let found = oven(&[
            ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
            ("oven/values-production.yaml", "wood: oak\n"),
            ("oven/templates/config.yaml", template),
            ("Makefile", &command(namespace)),
        ]);
        found.0
    };
    assert_eq!(value("bakery").as_deref(), Some("bakery-bread"));
    assert_eq!(value("$(TEAM)-prod").as_deref(), Some("{{ .Release.Namespace }}-bread"));
}

/// A pipeline that installs a chart with `ci/override.yaml` tries it out: the chart is deployed with its own values still.
#[test]
fn values_that_a_chart_is_tried_with_are_not_its_own() {
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec: {template: {spec: {containers: [{name: oven, image: bakery/oven, env: [{name: OVEN, value: '{{ .Values.wood }}'}]}]}}}\n";
    let workflow = "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: helm install -f ./ci/override.yaml try ./charts/oven/\n";
    let files = [
        ("charts/oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("charts/oven/values.yaml", "wood: oak\n"),
        ("charts/oven/templates/oven.yaml", template),
        ("ci/override.yaml", "wood: ash\n"),
        (".github/workflows/lint.yml", workflow),
    ];
    let project = Project::of(&files);
    let run = project.run(&["facts"]).exits(0);
    let facts = run.stdout.lines().filter_map(|line| serde_json::from_str(line).ok());
    let found: Vec<(String, String)> = facts
        .filter(|fact: &serde_json::Value| fact["key"] == "OVEN" && fact["environment"] != "-")
        .map(|fact| (fact["environment"].to_string(), fact["value"].to_string()))
        .collect();
    assert_eq!(found, [("\"default\"".to_owned(), "\"oak\"".to_owned())]);
}

/// Targets of a make file have variables of their own; what one of them only prints, to try it, says nothing of what another deploys.
#[test]
fn targets_that_deploy_win_over_those_that_try() {
    let makefile = "try:\n\thelm template --set door=trial -f charts/oven/values-dev.yaml oven ./charts/oven --validate\n\n\
        install: CHART=./charts/oven\ninstall: OPTIONS=--set door=open \\\n\t\t--values $(CHART)/values-$(PLACE).yaml\ninstall:\n\thelm upgrade $(OPTIONS) oven $(CHART)\n\n\
        restore: CHART=./charts/oven\nrestore: OPTIONS=--set door=open --set restore=true \\\n\t\t--values $(CHART)/values-$(PLACE).yaml\nrestore:\n\thelm upgrade $(OPTIONS) oven $(CHART)\n";
    let files = [
        ("charts/oven/values-dev.yaml", "wood: ash\n"),
        ("charts/oven/values-prod.yaml", "wood: elm\n"),
        ("charts/oven/templates/oven.yaml", OVEN_WITH_DOOR),
        ("Makefile", makefile),
    ];
    assert_eq!(woods(&files), ["dev OVEN=ash open", "prod OVEN=elm open"]);
}

/// A repository publishes its charts: that one of them, or an example, takes another by name and version makes that no part of it.
#[test]
fn a_published_chart_is_installed_alone_whoever_else_takes_it() {
    let example = "apiVersion: v2\nname: mine\nversion: 1.0.0\ndependencies:\n- {name: oven, alias: range, version: 1.0.0, repository: 'https://charts.bakery.example'}\n";
    let at = "charts/oven/examples/subchart/Chart.yaml";
    let found = woods(&[
        (at, example),
        ("charts/oven/examples/subchart/values.yaml", "range:\n  wood: ash\n"),
    ]);
    assert_eq!(found, ["default OVEN=oak"]);
    let bakery = [
        ("charts/bakery/Chart.yaml", example.replace("mine", "bakery")),
        ("charts/bakery/values.yaml", "range:\n  wood: ash\n".to_owned()),
        ("charts/bakery/templates/none.yaml", "{{- /* nothing */ -}}\n".to_owned()),
    ];
    let bakery: Vec<_> = bakery.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert_eq!(woods(&bakery), ["default OVEN=ash", "default OVEN=oak"]);
}

/// What a chart's own values leave empty is filled in by whoever deploys it; where an environment is named, that is all there is.
#[test]
fn an_empty_value_of_a_chart_that_nobody_deploys_here_is_to_be_filled() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: oven}\ndata:\n  HEAT: {{ .Values.env.HEAT | quote }}\n";
    let files = [
        ("oven.py", "import os\n\nHEAT = int(os.environ[\"HEAT\"])\n"),
        ("charts/oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("charts/oven/values.yaml", "env:\n  HEAT: ''\n  WOOD: oak\n"),
        ("charts/oven/templates/oven.yaml", template),
    ];
    let project = Project::of(&files);
    let said = |sure: &str| {
        let arguments = ["check", "--rule", "type-mismatch", "--min-confidence", sure];
        project.run(&arguments).stdout.contains("`HEAT` is empty in")
    };
    assert!(said("low") && !said("medium"));
    project.write("charts/oven/values-production.yaml", b"env:\n  WOOD: ash\n");
    assert!(said("high"));
}

const OVEN: &[(&str, &str)] = &[
    ("charts/oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
    ("charts/oven/values.yaml", "wood: oak\ndoor: shut\n"),
    (
        "charts/oven/templates/oven.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec: {template: {spec: {containers: [{name: oven, image: bakery/oven, env: [{name: OVEN, value: '{{ .Values.wood }}'}]}]}}}\n",
    ),
];

const OVEN_WITH_DOOR: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec: {template: {spec: {containers: [{name: oven, image: bakery/oven, env: [{name: OVEN, value: '{{ .Values.wood }} {{ .Values.door }}'}]}]}}}\n";

/// `environment OVEN=value` of the key that the chart gives.
fn woods(more: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = OVEN.iter().chain(more).copied().collect();
    let found = Project::of(&files).definitions(|fact| fact["key"] == "OVEN");
    let told = |one: String| one.rsplit_once(' ').map(|(told, _)| told.to_owned());
    found.into_iter().filter_map(told).collect()
}

/// A script deploys with the file that a pipeline hands to it; what a variable alone names is no file that lies about.
#[test]
fn a_pipeline_hands_values_to_the_script_that_deploys() {
    let script = "#!/bin/sh\nNAMESPACE=$1\nVALUES=$2\n\nhelm upgrade oven ./charts/oven --install \\\n  --namespace=$NAMESPACE \\\n  --values $VALUES\n";
    let values = [
        ("charts/oven/live/uat.yaml", "wood: ash\n"),
        ("charts/oven/live/prod.yaml", "wood: elm\n"),
        (".circleci/deploy.sh", script),
    ];
    let step = |name: &str| {
        format!(
            "  {name}:\n    steps:\n      - run: .circleci/deploy.sh oven-{name} ./charts/oven/live/{name}.yaml $SHA\n"
        )
    };
    let pipeline = format!("version: 2.1\njobs:\n{}{}", step("uat"), step("prod"));
    let told = [&values[..], &[(".circleci/config.yml", &pipeline)]].concat();
    assert_eq!(woods(&told), ["prod OVEN=elm", "uat OVEN=ash"]);
    let untold = [&values[..], &[(".circleci/config.yml", "version: 2.1\nwood: none\n")]].concat();
    assert!(!woods(&untold).iter().any(|one| one.ends_with("none")), "{:?}", woods(&untold));
}

/// Options in a variable of a make file, and a command in the folder that a step goes to.
#[test]
fn options_stand_in_variables_and_paths_are_seen_from_where_the_command_runs() {
    let values = ("deploy/oven-prod.yaml", "wood: elm\n");
    let make = "install: CHART=./charts/oven\ninstall: OPTIONS=--wait \\\n\t--values deploy/oven-$(STAGE).yaml \\\n\t--set door=$(DOOR)\ninstall:\n\thelm upgrade $(OPTIONS) oven $(CHART)\n";
    assert_eq!(woods(&[values, ("Makefile", make)]), ["prod OVEN=elm"]);
    let step = "on: push\njobs:\n  deploy:\n    steps:\n      - name: deploy\n        working-directory: charts/oven\n        run: |\n          helm upgrade oven . -f ../../deploy/oven-prod.yaml --set wood=fir\n";
    assert_eq!(woods(&[values, (".github/workflows/deploy.yml", step)]), ["prod OVEN=fir"]);
}

/// `values-dev.yaml` says itself what it is, in whatever folder beside its chart or inside of it.
#[test]
fn values_of_an_environment_lie_in_folders_of_any_name() {
    let beside = ("charts/configurations/values-dev.yaml", "wood: ash\n");
    assert_eq!(woods(&[beside]), ["dev OVEN=ash"]);
    let inside = ("charts/oven/public-values/dev.yaml", "wood: ash\n");
    assert_eq!(woods(&[inside]), ["dev OVEN=ash"]);
}

/// `chart-test.yaml` installs the chart to test it, `deploy-test.yaml` deploys to an environment.
#[test]
fn a_pipeline_that_tests_charts_deploys_none() {
    let install = "on: push\njobs:\n  one:\n    steps:\n      - run: helm install oven charts/oven --set wood=fir\n";
    assert_eq!(woods(&[(".github/workflows/oven-chart-test.yaml", install)]), ["default OVEN=oak"]);
    let deployed = woods(&[(".github/workflows/deploy-test.yaml", install)]);
    assert!(deployed.iter().all(|one| one.ends_with("OVEN=fir")), "{deployed:?}");
}

/// A tag that only the command knows stands behind a colon inside of quotes: what it belongs to is read.
#[test]
fn an_unknown_tag_of_an_image_in_quotes_costs_nothing() {
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n        - name: oven\n          image: \"bakery/oven:{{ .Values.tag }}\"\n          args: [\"till: {{ .Values.tag }}\"]\n          env:\n            - name: OVEN\n              value: \"wood:{{ .Values.wood }}\"\n";
    let found = oven(&[
        ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("oven/values.yaml", "tag: \"\"\nwood: oak\n"),
        ("oven/values-production.yaml", "wood: elm\n"),
        ("oven/templates/oven.yaml", template),
        (
            "Makefile",
            "install:\n\thelm upgrade --install oven ./oven --values oven/values-production.yaml --set tag=$(TAG)\n",
        ),
    ]);
    assert_eq!(found.0.as_deref(), Some("wood:elm"));
}
