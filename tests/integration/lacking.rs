//! What workloads that are seen lack: nothing that cannot be seen hides it, and what others are given is no comfort.

use crate::support::Project;

const CODE: &str =
    "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nFLOUR = os.environ.get(\"FLOUR\", \"rye\")\n";
const DOCKERFILE: &str = "FROM python:3.12\nCOPY . /web\nCMD python main.py\n";
const COMPOSE: &str = "services:\n  web: {build: web, image: bakery/web}\n";
const HEAT: &str = "        env:\n        - {name: OVEN_HEAT, value: \"180\"}\n";

fn deployment(name: &str, image: &str, env: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: \
         {name}\n        image: {image}\n{env}"
    )
}

/// A base that is not in the tree brings workloads of its own. What those that are seen are not given there, they lack.
#[test]
fn what_cannot_be_seen_hides_nothing_from_workloads_that_both_environments_describe() {
    let deploy = |name: &str| format!("deploy/overlays/{name}/kustomization.yaml");
    let base = deployment("till", "tills/till:2", HEAT);
    let patch = deployment(
        "till",
        "tills/till:2",
        "        env:\n        - {name: TILL_OPEN, value: \"1\"}\n",
    );
    let with = "resources: [../../base, ../../elsewhere]\npatches: [{path: open.yaml}]\n";
    let (production, staging) = (deploy("production"), deploy("staging"));
    let project = Project::of(&[
        ("web/main.py", CODE),
        ("deploy/base/kustomization.yaml", "resources: [till.yaml]\n"),
        ("deploy/base/till.yaml", &base),
        (&production, with),
        ("deploy/overlays/production/open.yaml", &patch),
        (&staging, "resources: [../../base, ../../elsewhere]\n"),
    ]);
    let told = project.run(&["diff", "production", "staging"]).stdout;
    let line = told.lines().find(|line| line.trim_start().starts_with("staging"));
    assert!(line.is_some_and(|line| line.contains("absent")), "{told}");
}

/// Of two workloads that run code which reads a key, the one that is not given it is told.
#[test]
fn explain_names_the_workload_that_lacks_what_another_is_given() {
    let lone = "        env:\n        - {name: OVEN_HEAT, value: \"180\"}\n";
    let both = "        env:\n        - {name: OVEN_HEAT, value: \"180\"}\n        - {name: FLOUR, value: oat}\n";
    let (web, night) =
        (deployment("web", "bakery/web", both), deployment("night", "bakery/web", lone));
    let project = Project::of(&[
        ("web/main.py", CODE),
        ("web/Dockerfile", DOCKERFILE),
        ("compose.yml", COMPOSE),
        ("deploy/production/web.yaml", &web),
        ("deploy/production/night.yaml", &night),
    ]);
    let json = project.run(&["explain", "FLOUR", "--env", "production", "--format", "json"]).json();
    let here = &json["keys"][0]["environments"][0];
    assert_eq!(here["lacking"], serde_json::json!(["night"]), "{here}");
    let told = project.run(&["explain", "FLOUR", "--env", "production"]).stdout;
    assert!(told.lines().any(|line| line.contains("night") && line.ends_with("absent")), "{told}");
    let json =
        project.run(&["explain", "OVEN_HEAT", "--env", "production", "--format", "json"]).json();
    assert!(json["keys"][0]["environments"][0].get("lacking").is_none(), "{json}");
}

/// A key that only code of another workload names, in a language that is not parsed, is dead where it is set beside it: a
/// manifest that takes it from a Secret and a recipe that writes it down ask for nothing. A script that uses it does.
#[test]
fn what_manifests_and_recipes_name_keeps_no_key_of_another_workload_alive() {
    let env = "        env:\n        - {name: OVEN_HEAT, value: \"180\"}\n        - name: TILL_BOX\n          valueFrom: {secretKeyRef: {name: tills, key: TILL_BOX}}\n";
    let till = "        env:\n        - name: TILL_BOX\n          valueFrom: {secretKeyRef: {name: tills, key: TILL_BOX}}\n";
    let (web, till) =
        (deployment("web", "bakery/web", env), deployment("till", "bakery/till", till));
    let with = |makefile: &str, image: &str| {
        Project::of(&[
            ("docker/oven/Dockerfile", image),
            ("web/main.py", CODE),
            ("web/Dockerfile", DOCKERFILE),
            ("till/index.js", "const { TILL_BOX } = process.env\n"),
            ("till/package.json", "{\"name\": \"till\"}\n"),
            ("till/Dockerfile", "FROM node:20\nCOPY . /till\nCMD node index.js\n"),
            (
                "compose.yml",
                "services:\n  web: {build: web, image: bakery/web}\n  till: {build: till, image: bakery/till}\n",
            ),
            ("Makefile", makefile),
            ("deploy/production/web.yaml", &web),
            ("deploy/production/till.yaml", &till),
        ])
    };
    let files = |makefile: &str| with(makefile, "FROM scratch\n");
    let written = "credentials:\n\t@printf 'TILL_BOX=front\\n' > tills.env\n";
    let told = files(written).run(&["check"]).stdout;
    assert!(
        told.contains("`TILL_BOX` is set for `web` in `production` and only other code reads it"),
        "{told}"
    );
    assert_eq!(told.matches("TILL_BOX` is").count(), 1, "{told}");
    let started = "FROM python:3.12\nENTRYPOINT [\"sh\", \"-c\", \"serve $TILL_BOX\"]\n";
    let told = with(written, started).run(&["check"]).stdout;
    assert!(!told.contains("TILL_BOX` is"), "{told}");
    let used = "open:\n\t./web/open.sh $(TILL_BOX)\n";
    let told = files(used).run(&["check"]).stdout;
    assert!(!told.contains("TILL_BOX` is"), "{told}");
}

/// A setting that no environment gives, and that a chart which is not in the tree may give, is unknown and no lack.
#[test]
fn settings_that_nobody_gives_and_a_chart_elsewhere_may_give_are_unknown() {
    let script = "import sys\nimport yaml\n\nwith open(f\"config/{sys.argv[1]}.yaml\") as file:\n    config = yaml.safe_load(file)\nkey = \
                  config[\"oven\"][\"password\"]\nheat = config[\"oven\"][\"heat\"]\n";
    let files = |dependencies: &str| {
        let chart = format!("apiVersion: v2\nname: bakery\nversion: 1.0.0\n{dependencies}");
        let told = Project::of(&[
            ("scripts/clean.py", script),
            ("chart/Chart.yaml", &chart),
            (
                "chart/templates/web.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {HEAT: \"{{ .Values.oven.heat }}\"}\n",
            ),
            ("config/prod.yaml", "oven: {heat: 220}\n"),
            ("config/staging.yaml", "oven: {heat: 210}\n"),
            (
                "deploy.sh",
                "helm upgrade web chart -f config/prod.yaml\nhelm upgrade web chart -f config/staging.yaml\n",
            ),
        ]);
        told.run(&["check", "--min-confidence", "low"]).stdout
    };
    let told = files("");
    assert!(told.contains("`oven.password` is required"), "{told}");
    let told = files(
        "dependencies: [{name: oven, version: 1.0.0, repository: https://charts.example.org}]\n",
    );
    assert!(!told.contains("`oven.password` is required"), "{told}");
}

/// A field that may be absent by its declaration, of a section that may be absent: code asks for it where there is one.
#[test]
fn a_part_of_a_section_that_nobody_gives_is_not_missing() {
    let main = "mod settings;\n\nfn main() {\n    let settings = settings::load().expect(\"settings\");\n    if let Some(tls) = &settings.tls {\n        \
                serve(settings.port, tls.certificate().expect(\"a certificate\"));\n    }\n}\n";
    let settings = "use serde::Deserialize;\n\n#[derive(Deserialize)]\npub struct Settings {\n    pub port: u16,\n    pub tls: Option<Tls>,\n}\n\n\
                    #[derive(Deserialize)]\npub struct Tls {\n    pub enabled: bool,\n    pub cert_file: Option<String>,\n}\n\nimpl Tls {\n    \
                    pub fn certificate(&self) -> Result<&str, Error> {\n        self.cert_file.as_deref().ok_or(Error::NoFile)\n    }\n}\n\n\
                    pub fn load() -> Result<Settings, config::ConfigError> {\n    config::Config::builder()\n        \
                    .add_source(config::File::with_name(\"config/production\"))\n        .build()?\n        .try_deserialize()\n}\n";
    let missing = |toml: &str| {
        let project = Project::of(&[
            (
                "Cargo.toml",
                "[package]\nname = \"oven\"\n[dependencies]\nconfig = \"0.15\"\nserde = \"1\"\n",
            ),
            ("src/main.rs", main),
            ("src/settings.rs", settings),
            ("config/production.toml", toml),
        ]);
        let run = project.run(&["check", "--format", "json", "--min-confidence", "low"]);
        let findings = run.json()["findings"].clone();
        let all = findings.as_array().expect("a list").iter();
        let missing = all.filter(|one| one["rule"] == "missing-required");
        missing.map(|one| one["key"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(missing("port = 80\n"), Vec::<String>::new());
    assert_eq!(missing("port = 80\n\n[tls]\nenabled = true\n"), ["tls.cert_file"]);
}

/// What stands behind another key that a build puts into the pages cannot be seen in any environment.
#[test]
fn a_key_with_another_in_its_place_that_is_built_in_is_not_missing() {
    let told = |other: &str| {
        let client = format!(
            "export function base(): string {{\n  let url = process.env.OVEN_API_URL || (process.env.{other} as string)\n  \
             if (url.startsWith('/')) {{\n    url = `http://oven${{url}}`\n  }}\n  return url\n}}\n\n\
             export const port = process.env.OVEN_PORT!\n"
        );
        let project = Project::of(&[
            ("web/package.json", "{\"name\": \"web\", \"dependencies\": {\"next\": \"15\"}}\n"),
            ("web/src/client.ts", &client),
            ("deploy/production.env", "OVEN_PORT=80\n"),
            ("deploy/staging.env", "OVEN_PORT=80\nOVEN_API_URL=http://api\n"),
        ]);
        project.run(&["check", "--rule", "missing-required"]).stdout
    };
    let said = told("OVEN_OTHER_URL");
    assert!(said.contains("`OVEN_API_URL` is required"), "{said}");
    let said = told("NEXT_PUBLIC_API_URL");
    assert!(!said.contains("OVEN_API_URL"), "{said}");
}

/// Which of several commands a deployment starts is not seen: what one of them alone asks for is missing only where others show
/// that it is needed. What all of them ask for is missing.
#[test]
fn options_of_one_command_among_several_are_not_missing() {
    let main = "use clap::{Args, Parser};\n\n\
        #[derive(Parser)]\npub enum Store {\n    Local(LocalStore),\n    Cloud(CloudStore),\n}\n\n\
        #[derive(Parser)]\npub struct LocalStore {\n    #[command(flatten)]\n    pub common: Common,\n}\n\n\
        #[derive(Parser)]\npub struct CloudStore {\n    #[command(flatten)]\n    pub common: Common,\n    #[command(flatten)]\n    pub cloud: Cloud,\n}\n\n\
        #[derive(Args)]\npub struct Common {\n    #[arg(long, env = \"OVEN_HEAT\")]\n    pub heat: u32,\n    #[arg(long, env = \"OVEN_LID\")]\n    pub lid: u32,\n}\n\n\
        #[derive(Args)]\npub struct Cloud {\n    #[arg(long, env = \"OVEN_BUCKET\")]\n    pub bucket: String,\n}\n\n\
        fn main() {\n    bake(Store::parse());\n}\n";
    let project = Project::of(&[
        ("Cargo.toml", "[package]\nname = \"oven\"\nversion = \"0.1.0\"\n"),
        ("src/main.rs", main),
        ("deploy/production.env", "OVEN_LID=1\n"),
        ("deploy/staging.env", "OVEN_LID=1\nOVEN_HEAT=180\n"),
    ]);
    let told =
        project.run(&["check", "--rule", "missing-required", "--min-confidence", "low"]).stdout;
    assert!(told.contains("`OVEN_HEAT` is required"), "{told}");
    assert!(!told.contains("OVEN_BUCKET"), "{told}");
}
