//! Files of variables and settings that other files name: by a command, by a document of Spring, by a service of serverless,
//! by code that loads them.

use crate::support::Project;

const OVEN: (&str, &str) = ("oven.py", "import os\n\nHEAT = int(os.environ[\"OVEN_HEAT\"])\n");

/// The definitions of a project: environment, key, path and value of each.
fn defined(files: &[(&str, &str)]) -> Vec<(String, String, String, String)> {
    let run = Project::of(files).run(&["facts"]).exits(0);
    let facts = run.stdout.lines().map(|line| -> serde_json::Value {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let text = |fact: &serde_json::Value, name: &str| fact[name].as_str().unwrap_or("").to_owned();
    let told = |fact: &serde_json::Value| {
        let all = ["environment", "key", "path", "value"];
        let [environment, key, path, value] = all.map(|name| text(fact, name));
        (environment, key, path, value)
    };
    facts.filter(|fact| fact["fact"] == "definition").map(|fact| told(&fact)).collect()
}

fn row(environment: &str, key: &str, path: &str, value: &str) -> (String, String, String, String) {
    (environment.to_owned(), key.to_owned(), path.to_owned(), value.to_owned())
}

#[test]
fn a_command_names_a_file_of_variables() {
    let command = "gcloud run deploy oven --image gcr.io/bakery/oven --env-vars-file=heat.yaml\n";
    let found = defined(&[OVEN, ("deploy.sh", command), ("heat.yaml", "OVEN_HEAT: \"240\"\n")]);
    assert_eq!(found, [row("-", "OVEN_HEAT", "heat.yaml", "240")]);
    let pipeline = "on: push\njobs:\n  deploy:\n    environment: production\n    steps:\n      - run: |\n          gcloud run \
         deploy oven --env-vars-file=run/heat.yaml\n";
    let workflow = (".github/workflows/deploy.yml", pipeline);
    let found = defined(&[OVEN, workflow, ("run/heat.yaml", "OVEN_HEAT: \"240\"\n")]);
    assert_eq!(found.len(), 1, "{found:?}");
    // Nothing names it: it may be anything.
    assert_eq!(defined(&[OVEN, ("heat.yaml", "OVEN_HEAT: \"240\"\n")]), []);
}

#[test]
fn spring_imports_files() {
    let own = "spring:\n  config:\n    import: optional:classpath:ovens.yml\noven:\n  count: 4\n";
    let found = defined(&[
        OVEN,
        ("src/main/resources/application.yml", own),
        ("src/main/resources/application-production.yml", "oven:\n  count: 8\n"),
        ("src/main/resources/ovens.yml", "oven:\n  heat: 240\n"),
    ]);
    let heat = row("production", "oven.heat", "src/main/resources/ovens.yml", "240");
    assert!(found.contains(&heat), "{found:?}");
}

#[test]
fn a_service_takes_the_block_of_its_stage() {
    let service = "service: oven\nprovider:\n  name: aws\n  environment: ${file(./heat.yml):${opt:stage, 'dev'}}\nfunctions:\n  \
         bake:\n    handler: oven.bake\n";
    let blocks = "dev:\n  OVEN_HEAT: 200\nproduction:\n  OVEN_HEAT: 240\n";
    let found = defined(&[OVEN, ("serverless.yml", service), ("heat.yml", blocks)]);
    let of = |name: &str, value: &str| row(name, "OVEN_HEAT", "heat.yml", value);
    assert_eq!(found, [of("dev", "200"), of("production", "240")]);
}

#[test]
fn code_names_the_file_that_it_loads() {
    let manifest = "[package]\nname = \"oven\"\n[dependencies]\nfigment = \"0.10\"\n";
    let code = r#"use figment::{Figment, providers::{Env, Format, Toml}};

#[derive(serde::Deserialize)]
struct Config {
    heat: u32,
}

fn main() {
    let figment = Figment::new().merge(Toml::file("bakery.toml")).merge(Env::prefixed("OVEN_"));
    let config: Config = figment.extract().unwrap();
    bake(config.heat);
}
"#;
    let found = defined(&[
        ("oven/Cargo.toml", manifest),
        ("oven/src/main.rs", code),
        ("oven/bakery.toml", "heat = 240\nsalt = 2\n"),
        ("oven/butter.toml", "heat = 10\n"),
    ]);
    let of = |key: &str, value: &str| row("default", key, "oven/bakery.toml", value);
    assert_eq!(found, [of("heat", "240"), of("salt", "2")]);
}

#[test]
fn a_loader_tries_the_ends_of_a_name() {
    let code = r#"use config::{Config, File};

#[derive(serde::Deserialize)]
struct Oven {
    heat: u32,
}

fn load() -> Oven {
    let built = Config::builder().add_source(File::with_name("ovens/hot")).build().unwrap();
    built.try_deserialize().unwrap()
}
"#;
    let found = defined(&[("src/main.rs", code), ("ovens/hot.yaml", "heat: 240\n")]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&*found[0].1, &*found[0].2), ("heat", "ovens/hot.yaml"));
}

#[test]
fn settings_classes_and_dynaconf_name_their_files() {
    let code = r#"from dynaconf import Dynaconf
from pydantic_settings import BaseSettings, SettingsConfigDict

recipes = Dynaconf(envvar_prefix="BAKERY", settings_files=["recipes.yaml", ".recipes.yaml"])


class Oven(BaseSettings):
    model_config = SettingsConfigDict(toml_file="oven.toml")
    heat: int


def bake():
    return Oven().heat + recipes.SALT
"#;
    let found = defined(&[
        ("bakery/oven.py", code),
        ("oven.toml", "heat = 240\n"),
        ("recipes.yaml", "salt: 2\n"),
        ("pyproject.toml", "[project]\nname = \"bakery\"\n"),
    ]);
    let of: Vec<(&str, &str)> = found.iter().map(|one| (&*one.1, &*one.2)).collect();
    assert_eq!(of, [("heat", "oven.toml"), ("salt", "recipes.yaml")]);
}

/// A generator of kustomize takes whole files of any name. Those that differ are no longer called the same.
#[test]
fn generators_take_files_whatever_they_are_called() {
    let overlay = "resources: [../../base]\nconfigMapGenerator:\n- name: oven\n  files: [menu.html, DOUGH=kept/dough.db]\nsecretGenerator:\n- \
                   name: till\n  files: [till.key]\n";
    let workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: \
                    web\n        envFrom:\n        - configMapRef: {name: oven}\n        - secretRef: {name: till}\n";
    let project = Project::of(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", workload),
        ("overlays/production/kustomization.yaml", overlay),
        ("overlays/production/menu.html", "<p>rye</p>\n"),
        ("overlays/production/kept/dough.db", "sour\n"),
        ("overlays/production/till.key", "opens-the-till-in-town\n"),
        ("overlays/staging/kustomization.yaml", overlay),
        ("overlays/staging/menu.html", "<p>rye</p>\n"),
        ("overlays/staging/kept/dough.db", "sweet\n"),
        ("overlays/staging/till.key", "opens-the-till-at-home\n"),
    ]);
    let run = project.run(&["diff", "production", "staging", "--all", "--format", "json"]).exits(0);
    let json = run.json();
    let keys = |part: &str| -> Vec<String> {
        let all = json[part].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["key"].as_str().unwrap_or("").to_owned()).collect()
    };
    assert_eq!(keys("differences"), ["DOUGH", "till.key"], "{}", run.stdout);
    assert!(
        run.stdout.contains("sour") && !run.stdout.contains("opens-the-till"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_file_of_variables_may_be_called_by_its_program_and_its_mode() {
    let found = Project::of(&[
        ("oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
        ("config/oven.env.production", "OVEN_HEAT=240\n"),
        ("config/oven.env.staging", "OVEN_HEAT=180\n"),
        ("config/oven.env.py", "OVEN_HEAT = 1\n"),
    ])
    .definitions(|fact| fact["state"] == "value");
    assert_eq!(
        found,
        [
            "production OVEN_HEAT=240 config/oven.env.production:1",
            "staging OVEN_HEAT=180 config/oven.env.staging:1"
        ]
    );
}

/// A job names the file of variables for its environment, whatever the file is called.
#[test]
fn a_job_names_the_variables_of_terraform() {
    let main = "variable \"heat\" {}\nresource \"aws_lambda_function\" \"bake\" {\n  function_name = \"bake\"\n  environment {\n    variables = { OVEN_HEAT = var.heat }\n  }\n}\n";
    let pipeline = "on: push\njobs:\n  prod:\n    environment: production\n    steps:\n      - run: |\n          cd infra\n          terraform init -backend-config=vars/blue.tfbackend\n          \
                    terraform apply -var-file=vars/blue.tfvars\n  stage:\n    environment: staging\n    steps:\n      - run: terraform -chdir=infra apply -var-file vars/green.tfvars\n";
    let files = [
        OVEN,
        ("infra/main.tf", main),
        ("infra/vars/blue.tfvars", "heat = \"240\"\n"),
        ("infra/vars/green.tfvars", "heat = \"180\"\n"),
        (".github/workflows/deploy.yml", pipeline),
    ];
    let told = Project::of(&files).run(&["diff", "production", "staging"]).stdout;
    assert!(told.contains("240") && told.contains("180"), "{told}");
    let told = Project::of(&files).run(&["envs"]).exits(0).stdout;
    let of = |path: &str| told.matches(&format!("{path}:1  tfvars, 1 key: a job of")).count();
    assert_eq!((of("infra/vars/blue.tfvars"), of("infra/vars/green.tfvars")), (1, 1), "{told}");
    // What no shell shows says nothing: all stay.
    let open = pipeline
        .replace("vars/blue.tfvars", "vars/${COLOUR}.tfvars")
        .replace("vars/green.tfvars", "$FILE");
    let files = [OVEN, files[1], files[2], files[3], (".github/workflows/deploy.yml", &*open)];
    let told = Project::of(&files).run(&["envs"]).exits(0).stdout;
    let all =
        ["blue", "green"].map(|name| told.matches(&format!("{name}.tfvars:1  tfvars")).count());
    assert_eq!(all, [1, 1], "{told}");
}

/// What compose always lays under the file of an environment is given there too, and to the code of the services, wherever
/// the files lie. What only some services lay under it is not.
#[test]
fn files_that_compose_lays_under_that_of_an_environment_are_layers_of_it() {
    let compose = |lists: &str| {
        format!(
            "services:\n  shop:\n    build: .\n    env_file: docker/config/shop.env\n  suite:\n    build: .\n    env_file: \
             [docker/config/shop.env, docker/config/staging.env]\n{lists}"
        )
    };
    let files = |compose: &str| {
        Project::of(&[
            (
                "shop/main.py",
                "import os\n\nOVEN = os.environ[\"OVEN_URL\"]\nTILL = os.environ[\"TILL_KEY\"]\n",
            ),
            (
                "docker/config/gunicorn.py",
                "import os\n\nWORKERS = os.environ.get(\"WORKERS\", \"2\")\n",
            ),
            ("docker/pyproject.toml", "[project]\nname = \"run\"\nversion = \"1\"\n"),
            ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\n"),
            ("Dockerfile", "FROM python:3.12\nCOPY . /app\nCMD python shop/main.py\n"),
            ("docker/config/shop.env", "OVEN_URL=http://oven\nTILL_KEY=one\nWORKERS=3\n"),
            ("docker/config/staging.env", "TILL_KEY=two\n"),
            ("compose.yml", compose),
        ])
    };
    let project = files(&compose(""));
    let told = project.run(&["check", "--min-confidence", "low"]).stdout;
    assert!(!told.contains("missing-required"), "{told}");
    let envs = project.run(&["envs"]).stdout;
    assert!(envs.contains("`compose.yml` lays `docker/config/staging.env` over it"), "{envs}");

    let alone = "  night:\n    build: .\n    env_file: docker/config/staging.env\n";
    let told = files(&compose(alone)).run(&["check", "--min-confidence", "low"]).stdout;
    assert!(told.contains("missing-required]: `OVEN_URL`"), "{told}");
}
