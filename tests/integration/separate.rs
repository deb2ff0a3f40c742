//! Code, manifests and charts that are kept in roots of their own.

use crate::support::Project;

const CODE: &str = "import os\n\nLABEL = os.environ[\"OVEN_LABEL\"]\nMODE = os.environ.get(\"OVEN_MODE\", \"slow\")\n";
const DOCKERFILE: &str = "FROM python:3.13\nWORKDIR /app\nCOPY pyproject.toml ./\nCOPY ./oven .\nCOPY ./pages /app/pages\n\
                          CMD [\"python\", \"main.py\"]\n";
const OVEN: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      \
                    - name: bakery-oven\n        image: {{ include \"common.image\" . }}\n        env:\n        \
                    - {name: OVEN_LABEL, value: {{ .Values.label | quote }}}\n        - {name: OVEN_URL, value: \"http://{{ .Release.Namespace }}\"}\n";
const MIXER: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mixer}\nspec:\n  template:\n    spec:\n      containers:\n      \
                     - name: mixer\n        image: ghcr.io/mixers/mixer:1\n        env:\n        - {name: MIXER_SPEED, value: {{ .Values.speed | quote }}}\n        \
                     - {name: MIXER_BOWL, value: steel}\n        - {name: MIXER_LID, value: \"on\"}\n";

fn wrapper(chart: &str, version: &str) -> String {
    format!(
        "apiVersion: v2\nname: {chart}\nversion: {version}\ndependencies:\n- {{name: {chart}, version: {version}, repository: https://charts.example}}\n"
    )
}

fn chart(name: &str, needs: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: 1.2.0\n{needs}")
}

/// A bakery in three roots; `version` is that of the chart which the manifests want.
fn bakery(version: &str) -> Project {
    let needs =
        "dependencies:\n- {name: common, version: 2.0.0, repository: https://charts.example}\n";
    let (oven, mixer) = (wrapper("bakery-oven", version), wrapper("mixer", "1.2.0"));
    let project = Project::of(&[
        ("code/pyproject.toml", "[project]\nname = \"acme-bakery-oven\"\nversion = \"3.0.0\"\n"),
        ("code/oven/main.py", CODE),
        ("code/pages/index.html", "<html></html>\n"),
        ("code/docker/oven/Dockerfile", DOCKERFILE),
        ("code/docker/oven/config/more.py", "def more(days):\n    return days + 1\n"),
        (
            "code/docker/docker-compose.yaml",
            "services:\n  oven:\n    build: {context: .., dockerfile: docker/oven/Dockerfile}\n    environment:\n      - OVEN_LABEL=here\n",
        ),
        ("charts/charts/bakery-oven/Chart.yaml", &chart("bakery-oven", needs)),
        ("charts/charts/bakery-oven/values.yaml", "label: any\n"),
        ("charts/charts/bakery-oven/templates/oven.yaml", OVEN),
        ("charts/charts/mixer/Chart.yaml", &chart("mixer", "")),
        ("charts/charts/mixer/values.yaml", "speed: 1\n"),
        ("charts/charts/mixer/templates/mixer.yaml", MIXER),
        (
            "deploy/services/bakery-oven/Dockerfile",
            "ARG TAG=latest\nFROM ghcr.io/bakery/acme-bakery-oven:${TAG}\nCOPY pages /app/pages\n",
        ),
        ("deploy/services/bakery-oven/pages/index.html", "<html></html>\n"),
    ]);
    for place in ["dev", "prod"] {
        let folder = format!("deploy/services/bakery-oven/charts/{place}");
        project.write(&format!("{folder}/Chart.yaml"), oven.as_bytes());
        let values = format!("bakery-oven:\n  label: for {place}\n");
        project.write(&format!("{folder}/values.yaml"), values.as_bytes());
        let folder = format!("deploy/services/mixer/charts/{place}");
        project.write(&format!("{folder}/Chart.yaml"), mixer.as_bytes());
        project.write(&format!("{folder}/values.yaml"), b"mixer:\n  speed: 4\n");
    }
    project
}

const ROOTS: [&str; 3] = ["code", "charts", "deploy"];

#[test]
fn values_reach_a_chart_of_another_root_in_the_very_version_that_is_wanted() {
    let explained = |version: &str, place: &str| {
        let project = bakery(version);
        let asked = ["explain", "OVEN_LABEL", "--env", place, "--format", "json"];
        project.run(&[&asked[..], &ROOTS].concat()).explained().join(" ")
    };
    assert!(explained("1.2.0", "dev").contains("=for dev over"), "{}", explained("1.2.0", "dev"));
    assert!(explained("1.2.0", "prod").contains("=for prod over"));
    assert!(!explained("1.1.0", "dev").contains("for dev"), "of another version nothing is known");
}

#[test]
fn what_runs_is_the_code_of_the_image_that_is_added_to() {
    let project = bakery("1.2.0");
    let listed = project.run(&[&["envs"][..], &ROOTS].concat()).exits(0).stdout;
    let runs = |end: &str| listed.lines().any(|line| line.contains("runs") && line.contains(end));
    assert!(runs("it is named like `services/bakery-oven`, which builds on"), "{listed}");
    // Of the folder of its Dockerfile the image takes nothing.
    assert!(runs("oven  oven"), "{listed}");
}

#[test]
fn variables_of_a_program_that_no_root_holds_are_not_dead() {
    let project = bakery("1.2.0");
    let run = project
        .run(&[&["check", "--min-confidence", "low", "--format", "json"][..], &ROOTS].concat());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let keys: Vec<_> = findings.iter().filter_map(|it| it["key"].as_str()).collect();
    assert_eq!(keys, ["OVEN_URL"], "{}", run.stdout);
}

/// Values for a chart that no root holds are for the program of that chart.
#[test]
fn variables_for_a_chart_that_no_root_holds_are_not_dead() {
    let project = bakery("1.2.0");
    for place in ["dev", "prod"] {
        let folder = format!("deploy/services/watch/charts/{place}");
        project.write(&format!("{folder}/Chart.yaml"), wrapper("watch", "9.9.9").as_bytes());
        let values = "watch:\n  environment:\n  - {name: WATCH_DEPTH, value: \"3\"}\n  - {name: WATCH_NAME, value: eye}\n  \
                      - {name: WATCH_PORT, value: \"80\"}\n";
        project.write(&format!("{folder}/values.yaml"), values.as_bytes());
    }
    // The chart's own values in another version, which nobody deploys, do not speak against it.
    let own =
        "environment:\n- {name: WATCH_DEPTH, value: \"1\"}\n- {name: WATCH_NAME, value: eye}\n";
    project.write("charts/charts/watch/Chart.yaml", chart("watch", "").as_bytes());
    project.write("charts/charts/watch/ci/ci-values.yaml", own.as_bytes());
    let run = project.run(&[&["check", "--min-confidence", "medium"][..], &ROOTS].concat());
    assert!(!run.stdout.contains("WATCH_"), "{}", run.stdout);
    let run = project.run(&[&["explain", "WATCH_DEPTH", "--env", "dev"][..], &ROOTS].concat());
    assert!(run.stdout.contains("watch  \"3\""), "{}", run.stdout);
}

/// Where nobody says which namespace a release goes to, that is not `default`.
#[test]
fn a_namespace_that_nobody_names_is_not_known() {
    let project = bakery("1.2.0");
    let asked = ["explain", "OVEN_URL", "--env", "dev", "--format", "json"];
    let run = project.run(&[&asked[..], &ROOTS].concat());
    assert!(!run.stdout.contains("http://default"), "{}", run.stdout);
}

/// A script that people run parses a file that it has fetched itself: no environment lacks what that holds.
#[test]
fn what_a_script_asks_of_a_file_is_no_lack_of_an_environment() {
    let script = "from pathlib import Path\n\nimport yaml\n\nplaces = Path(\"secrets\")\n\n\ndef fetch(name):\n    \
                  own = Path(\"config\") / f\"{name}.yaml\"\n    with own.open() as f:\n        config = yaml.safe_load(f)\n        host = config[\"host\"]\n    \
                  fetched = places / f\"{name}-kube.yaml\"\n    with fetched.open() as f:\n        config = yaml.safe_load(f)\n    \
                  return config[\"clusters\"][0], host\n";
    let project = Project::of(&[
        ("scripts/fetch.py", script),
        ("config/prod.yaml", "host: oven.example\n"),
        ("config/staging.yaml", "host: staging.oven.example\n"),
    ]);
    let run = project.run(&["check", "--format", "json", "--min-confidence", "medium"]);
    assert_eq!(run.json()["findings"].as_array().map(Vec::len), Some(0), "{}", run.stdout);
}

/// A library of templates that many charts are made of is known without being there: names and images are as it prints them.
#[test]
fn templates_of_a_well_known_library_are_known_without_it() {
    let about = "apiVersion: v2\nname: oven\nversion: 1.0.0\nappVersion: \"3.1\"\ndependencies:\n- {name: common, version: 2.x.x, repository: \"https://charts.bitnami.com/bitnami\"}\n";
    let workload = |name: &str, values: &str, more: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {{{{ include \"common.names.fullname\" . }}}}-{name}}}\nspec:\n  template:\n    spec:\n      \
             containers:\n        - name: {name}\n          image: {{{{ include \"common.images.image\" (dict \"imageRoot\" .Values.{values} \"global\" .Values.global \
             \"chart\" .Chart) }}}}\n          env:\n            - name: OVEN_LABEL\n              value: {{{{ .Values.label | quote }}}}\n{more}"
        )
    };
    let notes = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes}\ndata:\n  notes.txt: |\n    baked here\n    \
                 {{- include \"common.notes\" . | nindent 4 }}\n";
    let given = "            {{- include \"common.tplvalues.render\" (dict \"value\" .Values.more \"context\" $) | nindent 12 }}\n";
    let project = Project::of(&[
        ("main.py", CODE),
        ("Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"python\", \"main.py\"]\n"),
        ("compose.yaml", "services:\n  oven: {build: ., image: ghcr.io/bakery/oven}\n"),
        ("oven/Chart.yaml", about),
        (
            "oven/values.yaml",
            "label: any\nimage: {registry: ghcr.io, repository: bakery/oven}\nlamp: {repository: lamps/lamp, tag: \"7\"}\nmore:\n- {name: OVEN_NAME, value: \"{{ .Release.Name }}\"}\n",
        ),
        ("oven/values-production.yaml", "label: for all\n"),
        ("oven/templates/oven.yaml", &workload("oven", "image", given)),
        ("oven/templates/lamp.yaml", &workload("lamp", "lamp", "")),
        ("oven/templates/notes.yaml", notes),
    ]);
    let envs = project.run(&["envs", "--env", "production"]).exits(0).stdout;
    assert!(!envs.contains("unseen") && envs.contains("runs oven-oven  .  "), "{envs}");
    assert!(envs.contains("runs oven-lamp  image lamps/lamp:7"), "{envs}");
    let said = project.run(&["explain", "OVEN_MODE", "--env", "production"]).stdout;
    assert!(said.contains("absent, so \"slow\""), "{said}");
    let said = project.run(&["explain", "OVEN_NAME", "--env", "production"]).stdout;
    assert!(said.contains("\"oven\""), "{said}");
}
