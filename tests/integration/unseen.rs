//! What cannot be seen: whom it may give keys, in which environments, and where that is told.

use crate::support::Project;

const MAIN: &str = "import os\nHEAT = os.environ[\"OVEN_HEAT\"]\nFLOUR = os.environ[\"FLOUR\"]\n";
const MANIFEST: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - \
                        name: web\n        image: bakery/web\n        env:\n";
const COMPOSE: &str = "services:\n  web: {build: web, image: bakery/web}\n";

fn code() -> Vec<(&'static str, String)> {
    vec![
        ("web/main.py", MAIN.to_owned()),
        ("web/Dockerfile", "FROM python:3.12\nCOPY . /web\nCMD python main.py\n".to_owned()),
        ("compose.yml", COMPOSE.to_owned()),
    ]
}

fn project(files: &[(&'static str, String)]) -> Project {
    let all: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Project::of(&all)
}

#[test]
fn a_chart_of_others_gives_nothing_to_workloads_that_are_seen() {
    let mut files = code();
    let template = format!(
        "{MANIFEST}{{{{- range $name, $value := .Values.env }}}}\n        - {{name: {{{{ $name }}}}, value: {{{{ $value | quote }}}}}}\n{{{{- \
         end }}}}\n"
    );
    files.extend([
        ("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: cache, version: 1.x.x, repository: https://charts.example}\n".to_owned()),
        ("chart/values-production.yaml", "env: {OVEN_HEAT: \"220\"}\n".to_owned()),
        ("chart/values-staging.yaml", "env: {OVEN_HEAT: \"180\", FLOUR: rye}\n".to_owned()),
        ("chart/templates/web.yaml", template),
    ]);
    let project = project(&files);
    let found = project.run(&["check", "--format", "json"]).json()["findings"].to_string();
    assert!(found.contains("missing-required") && found.contains("FLOUR"), "{found}");
    let envs = project.run(&["envs", "--env", "production", "--format", "json"]).json();
    let unseen = &envs["environments"][0]["unseen"];
    assert_eq!(unseen[0]["what"], "the chart `cache`, which is not in the tree");
    assert_eq!((&unseen[0]["path"], &unseen[0]["line"]), (&"chart/Chart.yaml".into(), &5.into()));
}

#[test]
fn what_a_program_changes_is_unknown_in_its_environment_alone() {
    let mut files = code();
    let base = format!("{MANIFEST}        - {{name: OVEN_HEAT, value: \"180\"}}\n");
    files.extend([
        ("deploy/base/kustomization.yaml", "resources: [web.yaml]\n".to_owned()),
        ("deploy/base/web.yaml", base),
        (
            "deploy/overlays/production/kustomization.yaml",
            "resources: [../../base]\ntransformers: [add.yaml]\n".to_owned(),
        ),
        (
            "deploy/overlays/production/add.yaml",
            "apiVersion: bakery.example/v1\nkind: Adder\nmetadata: {name: add}\n".to_owned(),
        ),
        (
            "deploy/overlays/staging/kustomization.yaml",
            "resources: [../../base]\nconfigMapGenerator:\n- {name: more, literals: [A=1]}\n"
                .to_owned(),
        ),
    ]);
    let project = project(&files);
    let told = project.run(&["check", "--format", "json"]).json()["diagnostics"].to_string();
    assert!(told.contains("`Adder` is a program"), "{told}");
    let explain = project.run(&["explain", "FLOUR"]).stdout;
    let line = |name: &str| {
        explain
            .lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(line("production").contains("unknown"), "{explain}");
    assert!(line("staging").contains("absent"), "{explain}");
}

#[test]
fn what_code_makes_of_a_mapping_of_its_own_may_hold_every_field() {
    let settings = |make: &str| {
        format!(
            "from pydantic_settings import BaseSettings\n\n\nclass Recipes(BaseSettings):\n    rye: bool\n    heat: int\n\n    @classmethod\n    \
             def of(cls, values):\n        return {make}\n"
        )
    };
    let compose = |more: &str| {
        let given = format!("{{HEAT: \"220\"{more}}}");
        format!("services:\n  web: {{build: web, image: bakery/web, environment: {given}}}\n")
    };
    for (make, confidence) in [("cls(**values)", "low"), ("cls()", "high")] {
        let project = Project::of(&[
            ("web/recipes.py", &settings(make)),
            ("web/Dockerfile", "FROM python:3.12\nCOPY . /web\nCMD python recipes.py\n"),
            ("compose.production.yml", &compose("")),
            ("compose.staging.yml", &compose(", RYE: \"1\"")),
        ]);
        let args = ["check", "--format", "json", "--min-confidence", "low"];
        let found = project.run(&args).json()["findings"].clone();
        let of = |one: &&serde_json::Value| one["rule"] == "missing-required";
        let rye = found.as_array().expect("a list").iter().find(of);
        let rye = rye.unwrap_or_else(|| panic!("{make}: {found}"));
        assert_eq!(
            (&rye["rule"], &rye["confidence"]),
            (&"missing-required".into(), &confidence.into())
        );
    }
}

/// What a ConfigMap gives to code that nobody can see may be read there; what it gives to code that is seen is dead.
#[test]
fn what_only_unknown_code_takes_is_dead_with_a_doubt() {
    let said = |takes: &str| {
        let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mill}\ndata: {MILL_STONES: \"2\", FLOUR: rye}\n";
        let from = "        envFrom: [{configMapRef: {name: mill}}]\n";
        let web = format!("{MANIFEST}        - {{name: OVEN_HEAT, value: \"180\"}}\n");
        let others =
            MANIFEST.replace("web", "mill").replace("bakery/mill", "ghcr.io/millers/mill:3");
        let mill = format!("{others}        - {{name: GRAIN, value: rye}}\n");
        let (of_web, of_mill) = if takes == "web" { (from, "") } else { ("", from) };
        let manifest = format!("{object}---\n{web}{of_web}---\n{mill}{of_mill}");
        let mut files = code();
        files.push(("k8s/production/mill.yaml", manifest.clone()));
        files.push(("k8s/staging/mill.yaml", manifest));
        let arguments =
            ["check", "--format", "json", "--min-confidence", "low", "--rule", "dead-key"];
        let json = project(&files).run(&arguments).json();
        let findings = json["findings"].as_array().cloned().unwrap_or_default();
        let of_key = findings.iter().find(|one| one["key"] == "MILL_STONES");
        of_key.and_then(|one| one["confidence"].as_str()).unwrap_or("-").to_owned()
    };
    assert_eq!((said("web").as_str(), said("mill").as_str()), ("high", "low"));
}

/// What one overlay brings along is nothing that the cluster of another lacks: what that has is unknown.
#[test]
fn objects_of_one_overlay_are_unknown_in_the_others() {
    let mut files = code();
    let base = format!(
        "{MANIFEST}        - name: OVEN_HEAT\n          valueFrom: {{secretKeyRef: {{name: oven, key: heat}}}}\n        envFrom: [{{configMapRef: {{name: \
         flours}}}}]\n"
    );
    files.extend([
        ("deploy/base/kustomization.yaml", "resources: [web.yaml]\n".to_owned()),
        ("deploy/base/web.yaml", base),
        ("deploy/overlays/production/kustomization.yaml", "resources: [../../base]\n".to_owned()),
        (
            "deploy/overlays/staging/kustomization.yaml",
            "resources: [../../base, objects.yaml]\n".to_owned(),
        ),
        (
            "deploy/overlays/staging/objects.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: oven}\nstringData: {heat: hot}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \
             flours}\ndata: {FLOUR: rye}\n"
                .to_owned(),
        ),
    ]);
    let project = project(&files);
    let explained = |key: &str, environment: &str| {
        project.run(&["explain", key, "--env", environment]).exits(0).stdout
    };
    let said = explained("OVEN_HEAT", "production");
    assert!(said.contains("\"secret oven/heat\" (reference)"), "{said}");
    let said = explained("FLOUR", "production");
    assert!(said.contains("`flours`, which is not in the tree for this environment"), "{said}");
    assert!(explained("FLOUR", "staging").contains("\"rye\""));
    let found = project.run(&["check", "--format", "json"]).json()["findings"].to_string();
    assert!(!found.contains("missing-required"), "{found}");
}

#[test]
fn an_env_file_beside_a_kustomization_that_nothing_takes_in_reaches_nobody() {
    let project = Project::of(&[
        (
            "oven.py",
            "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nFLOUR = os.environ[\"FLOUR\"]\n",
        ),
        (
            "deploy/base/web.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
             image: oven:1\n        envFrom:\n        - configMapRef: {name: oven}\n",
        ),
        ("deploy/base/kustomization.yaml", "resources: [web.yaml]\n"),
        (
            "deploy/overlays/production/kustomization.yaml",
            "resources: [../../base]\nconfigMapGenerator:\n- name: oven\n  envs: [taken.env, .env]\n",
        ),
        ("deploy/overlays/production/taken.env", "OVEN_HEAT=240\n"),
        ("deploy/overlays/production/old.env", "FLOUR=rye\n"),
        (
            "docker-compose.yml",
            "services:\n  oven:\n    build: .\n    environment:\n      OVEN_HEAT: 180\n",
        ),
    ]);
    let envs = project.run(&["envs"]).stdout;
    assert!(
        envs.contains("deploy/overlays/production/old.env:1  dotenv, 1 key: nothing that `kustomize` makes of the file has it"),
        "{envs}"
    );
    let open = "`.env`, which a generator takes in and the tree does not have";
    let flour = project.run(&["explain", "FLOUR", "--env", "production"]).stdout;
    assert!(flour.contains("unknown") && flour.contains(open), "{flour}");
    let heat = project.run(&["explain", "OVEN_HEAT", "--env", "production"]).stdout;
    assert!(heat.contains("\"240\""), "{heat}");
}

const READER: &str = "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n";

fn dead(files: &[(&str, &str)], least: &str) -> Vec<String> {
    let said = Project::of(files).run(&["check", "--min-confidence", least]).stdout;
    let named = said.lines().filter_map(|line| line.strip_prefix("warning[dead-key]: `"));
    named.map(|line| line.split('`').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_code_sets_in_its_own_process_is_for_what_it_loads() {
    let code = format!("{READER}os.environ[\"FLOUR_URL\"] = os.environ[\"MILL_URL\"]\n");
    let given = "OVEN_HEAT=1\nFLOUR_URL=a\nMILL_URL=b\nOLD_SIEVE=c\n";
    assert_eq!(dead(&[("oven.py", &code), ("deploy/production.env", given)], "low"), ["OLD_SIEVE"]);
}

#[test]
fn a_library_of_the_same_owner_may_read_what_code_does_not() {
    let given = ("deploy/production.env", "OVEN_HEAT=1\nOLD_SIEVE=c\n");
    let package = |from: &str| {
        format!(
            "[project]\nname = \"oven\"\ndependencies = [\"sieves\"]\n\n[project.urls]\nsource = \"https://github.com/bakery/oven\"\n\n\
             [tool.uv.sources]\nsieves = {{ git = \"https://github.com/{from}/sieves\" }}\n"
        )
    };
    let (ours, theirs) = (package("bakery"), package("mill"));
    let code = ("oven.py", READER);
    assert_eq!(dead(&[code, given, ("pyproject.toml", &theirs)], "medium"), ["OLD_SIEVE"]);
    assert!(dead(&[code, given, ("pyproject.toml", &ours)], "medium").is_empty());
    assert_eq!(dead(&[code, given, ("pyproject.toml", &ours)], "low"), ["OLD_SIEVE"]);
    // A program that deploys is no reader of what it gives.
    let (stack, name) = (("stack/__main__.py", "import sieves\n"), "stack/pyproject.toml");
    let (plain, stack_package) = (package("mill"), ours.replace("oven\"\n", "stack\"\n"));
    let beside = [code, given, ("pyproject.toml", &plain), stack, (name, &stack_package)];
    assert_eq!(dead(&beside, "medium"), ["OLD_SIEVE"]);
    let told = Project::of(&[code, given, ("pyproject.toml", &ours)])
        .run(&["explain", "OLD_SIEVE"])
        .stdout;
    assert!(told.contains("`bakery/sieves`, a library of the same owner, may read it"), "{told}");
}

#[test]
fn what_speaks_to_the_loader_of_a_file_is_no_key() {
    let given = "__imports__=base\nOVEN_HEAT=1\nOLD_SIEVE=3\n";
    let files = [("oven.py", READER), ("deploy/production.env", given)];
    assert_eq!(dead(&files, "low"), ["OLD_SIEVE"]);
}

/// A struct that a library fills whose naming is not followed.
const SIEVE: &str = "use smart_config::{DescribeConfig, DeserializeConfig};\n\n#[derive(DescribeConfig, DeserializeConfig)]\nstruct Sieve \
                     {\n    mesh_width: u32,\n}\n\nfn main() {\n    let heat = std::env::var(\"OVEN_HEAT\");\n}\n";

#[test]
fn fields_whose_names_are_known_in_part_are_patterns() {
    let cargo =
        ("Cargo.toml", "[package]\nname = \"oven\"\n[dependencies]\nsmart-config = \"0.2\"\n");
    let given = ("deploy/production.env", "OVEN_HEAT=1\nMILL_SIEVE_MESH_WIDTH=4\nOLD_SIEVE=3\n");
    let files = [cargo, ("src/main.rs", SIEVE), given];
    assert_eq!(dead(&files, "medium"), ["OLD_SIEVE"]);
    let told = Project::of(&files).run(&["explain", "MILL_SIEVE_MESH_WIDTH"]).stdout;
    assert!(told.contains("`*_MESH_WIDTH` may reach it"), "{told}");
}

#[test]
fn a_part_of_the_own_namespace_that_is_elsewhere_may_read_what_code_does_not() {
    let given = ("deploy/production.env", "OVEN_HEAT=1\nOLD_SIEVE=c\n");
    let init = ("bakery/oven/__init__.py", "");
    let of = |import: &str| format!("{import}{READER}");
    let (theirs, ours) = (
        of("from bakery.oven import heat\nfrom bakery.sieves import sift\n"),
        of("from bakery.oven import heat\n"),
    );
    let (theirs, ours) = (("bakery/oven/main.py", &*theirs), ("bakery/oven/main.py", &*ours));
    assert!(dead(&[init, given, theirs], "medium").is_empty());
    assert_eq!(dead(&[init, given, theirs], "low"), ["OLD_SIEVE"]);
    assert_eq!(dead(&[init, given, ours], "medium"), ["OLD_SIEVE"]);
    // A folder that is only called like an installed package is none of its parts.
    let installed = of("from airflow.models import DAG\n");
    let dags = ("airflow/dags/nightly.py", &*installed);
    assert_eq!(dead(&[given, dags], "medium"), ["OLD_SIEVE"]);
    let (tests, uses) =
        (("tests/django/shapes.py", "import oven\n"), of("from django.conf import settings\n"));
    assert_eq!(dead(&[given, tests, ("oven.py", &uses)], "medium"), ["OLD_SIEVE"]);
    // A package of its own has no parts elsewhere.
    let package = ("bakery/__init__.py", "");
    assert_eq!(dead(&[package, init, given, theirs], "medium"), ["OLD_SIEVE"]);
}

/// A release whose values lie in other places is printed as far as the tree tells, and what those files may add is unknown.
#[test]
fn values_that_a_release_gets_from_elsewhere_are_unknown_and_hide_no_others() {
    let mut files = code();
    let template = format!(
        "{MANIFEST}{{{{- range $name, $value := .Values.env }}}}\n        - {{name: {{{{ $name }}}}, value: {{{{ $value | quote }}}}}}\n{{{{- \
         end }}}}\n        ports:\n{{{{- range $name := .Values.listeners }}}}\n{{{{- $one := index $.Values.proxies $name }}}}\n        - \
         containerPort: {{{{ get $one \"port\" | default 80 }}}}\n{{{{- end }}}}\n"
    );
    let helmfile = |more: &str| {
        format!(
            "environments:\n  east: {{}}\n  west: {{}}\n---\nreleases:\n- name: web\n  chart: ../chart\n  missingFileHandler: Warn\n  values:\n{more}  - \
             values.yaml\n  - \"values-{{{{ .Environment.Name }}}}.yaml\"\n"
        )
    };
    files.extend([
        ("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned()),
        ("chart/templates/web.yaml", template),
        ("deploy/values.yaml", "listeners: [mill]\nenv: {OVEN_HEAT: \"180\"}\n".to_owned()),
        ("deploy/values-east.yaml", "env: {OVEN_HEAT: \"220\"}\n".to_owned()),
        ("deploy/helmfile.yaml", helmfile("  - \"/etc/bakery/{{ .Environment.Name }}.yaml\"\n")),
    ]);
    let shown = |project: &Project, key: &str| project.run(&["explain", key]).stdout;
    let line = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(name));
        line.unwrap_or_default().to_owned()
    };
    let elsewhere = project(&files);
    let heat = shown(&elsewhere, "OVEN_HEAT");
    assert!(line(&heat, "east").contains("220") && line(&heat, "west").contains("180"), "{heat}");
    let flour = shown(&elsewhere, "FLOUR");
    assert!(line(&flour, "west").contains("the values `/etc/bakery/west.yaml`"), "{flour}");
    let told = elsewhere.run(&["check", "--format", "json"]).json()["diagnostics"].to_string();
    assert!(!told.contains("asks nothing"), "{told}");

    // A file of the own folder that need not be there gives nothing; what is lacking then is.
    let last = files.len() - 1;
    files[last].1 = helmfile("");
    let own = project(&files);
    let flour = shown(&own, "FLOUR");
    assert!(line(&flour, "west").contains("absent"), "{flour}");
    let told = own.run(&["check", "--format", "json"]).json()["diagnostics"].to_string();
    assert!(told.contains("asks nothing for `mill`"), "{told}");
}

/// A Secret of which the tree lacks the data reaches those that take it: by single entries, or whole.
#[test]
fn data_that_is_not_in_the_tree_reaches_those_that_take_the_object() {
    let deployment = |taken: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: oven}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
             image: bakery/oven\n{taken}"
        )
    };
    let explained = |taken: &str| {
        let project = Project::of(&[
            ("oven/Dockerfile", "FROM python:3.13\nCOPY main.py .\nCMD python main.py\n"),
            (
                "oven/main.py",
                "import os\n\nPLACE = os.environ[\"OVEN_PLACE\"]\nHEAT = os.getenv(\"OVEN_HEAT\")\n",
            ),
            (
                "k8s/base/kustomization.yaml",
                "resources: [oven.yaml]\nsecretGenerator:\n- name: oven\n  envs: [oven.env]\n",
            ),
            ("k8s/base/oven.yaml", &deployment(taken)),
            ("k8s/overlays/staging/kustomization.yaml", "resources: [../../base]\n"),
            ("k8s/overlays/production/kustomization.yaml", "resources: [../../base]\n"),
        ]);
        project.run(&["explain", "OVEN_HEAT", "--env", "production"]).exits(0).stdout
    };
    let by_entry = "        env:\n        - name: OVEN_PLACE\n          valueFrom: {secretKeyRef: {name: oven, key: PLACE}}\n";
    let said = explained(by_entry);
    assert!(said.contains("production  absent"), "{said}");
    let said = explained("        envFrom:\n        - secretRef: {name: oven}\n");
    assert!(said.contains("`oven.env`") || said.contains("envFrom of the Secret `oven`"), "{said}");
}

/// Of an environment that gives the code nothing at all it is not known what the code gets there.
#[test]
fn an_environment_that_gives_the_code_nothing_does_not_lack_a_key() {
    let project = Project::of(&[
        (
            "main.py",
            "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nLID = os.getenv(\"OVEN_LID\")\n",
        ),
        ("deploy/production.env", "OVEN_HEAT=1\n"),
        ("deploy/preview.env", "MILL_ZONE=a\n"),
    ]);
    let said = project.run(&["explain", "OVEN_LID"]).exits(0).stdout;
    assert!(said.contains("preview") && said.contains("it gives nothing to the code"), "{said}");
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("production")).collect();
    assert!(lines.iter().all(|line| line.contains("absent")), "{said}");
}
