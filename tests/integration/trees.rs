//! Trees of configuration that an application loads itself: which file wins, and which names are one key.

use crate::support::{Project, Run};

/// The values that an explanation shows, the one that wins first: the environment, the value and its place.
fn values(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().skip_while(|line| !line.starts_with("values")).skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The names of the environments and the paths of their layers.
fn layers(project: &Project, environment: &str) -> Vec<String> {
    let json = project.run(&["envs", "--format", "json"]).exits(0).json();
    let all = json["environments"].as_array().cloned().expect("environments");
    let found = all.iter().find(|one| one["name"] == environment);
    let found = found.unwrap_or_else(|| panic!("no {environment} in {json}"));
    let layers = found["layers"].as_array().expect("layers");
    layers.iter().map(|layer| layer["path"].as_str().unwrap_or_default().to_owned()).collect()
}

const LAUNCH: &str = r#"{"profiles": {
    "http": {"environmentVariables": {"ASPNETCORE_ENVIRONMENT": "Development", "Orders__OvenCount": "1"}},
    "like production": {"environmentVariables": {"ASPNETCORE_ENVIRONMENT": "Production", "Orders__OvenCount": "9"}}
}}"#;

#[test]
fn dotnet_lays_the_environments_file_over_the_shared_one_and_variables_over_both() {
    let project = Project::of(&[
        ("src/Bakery/appsettings.json", r#"{"Orders": {"OvenCount": 4, "Currency": "EUR"}}"#),
        ("src/Bakery/appsettings.Development.json", r#"{"Orders": {"OvenCount": 2}}"#),
        ("src/Bakery/appsettings.Production.json", r#"{"Orders": {"OvenCount": 8}}"#),
        ("src/Bakery/Properties/launchSettings.json", LAUNCH),
    ]);
    let run = project.run(&["explain", "Orders.OvenCount"]).exits(0);
    assert_eq!(
        values(&run),
        [
            "development http \"1\" launch-settings src/Bakery/Properties/launchSettings.json:2:80 as Orders__OvenCount",
            "\"2\" json src/Bakery/appsettings.Development.json:1:13",
            "\"4\" json src/Bakery/appsettings.json:1:13",
            "others \"2\" json src/Bakery/appsettings.Development.json:1:13",
            "\"4\" json src/Bakery/appsettings.json:1:13",
            "production \"8\" json src/Bakery/appsettings.Production.json:1:13",
            "\"4\" json src/Bakery/appsettings.json:1:13",
        ]
    );
}

#[test]
fn node_config_maps_variables_to_settings_and_gives_them_no_value() {
    let project = Project::of(&[
        ("config/default.json", r#"{"database": {"host": "localhost", "pool": 5}}"#),
        ("config/production.json", r#"{"database": {"pool": 20}}"#),
        ("config/custom-environment-variables.json", r#"{"database": {"host": "BAKERY_DB"}}"#),
        (
            "deploy/production/web.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        \
             - name: web\n          env:\n            - {name: BAKERY_DB, value: db.internal}\n",
        ),
    ]);
    let run = project.run(&["explain", "database.host"]).exits(0);
    assert!(run.stdout.contains("also  BAKERY_DB  (env)"), "{run:?}");
    assert_eq!(
        values(&run),
        [
            "production web \"db.internal\" workload-env deploy/production/web.yaml:10:22 as BAKERY_DB",
            "\"localhost\" json config/default.json:1:15",
            "others \"localhost\" json config/default.json:1:15",
        ]
    );
    let run = project.run(&["check", "--min-confidence", "low"]);
    assert!(!run.stdout.contains("BAKERY_DB"), "{run:?}");
}

#[test]
fn names_of_several_words_are_one_environment_whatever_their_number() {
    let project = Project::of(&[
        (".env.integration-tests", "OVEN_COUNT=1\n"),
        ("tests.env", "OVEN_COUNT=2\n"),
        ("config/integration_test.toml", "[oven]\nheat = 200\n"),
    ]);
    let json = project.run(&["envs", "--format", "json"]).exits(0).json();
    let environments = json["environments"].as_array().expect("environments");
    let names: Vec<_> = environments.iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["integration-tests", "tests"], "{json}");
    assert_eq!(
        layers(&project, "integration-tests"),
        ["config/integration_test.toml", ".env.integration-tests"]
    );
    let project = Project::of(&[(".env.integration-tests", "OVEN_COUNT=1\n")]);
    let json = project.run(&["envs", "--format", "json"]).exits(0).json();
    assert_eq!(json["environments"][0]["local"], true, "a suite is deployed nowhere");
}

#[test]
fn layers_without_keys_have_no_number_and_whole_files_stand_in_one_line() {
    let dashboard = |name: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  {name}.json: |\n    {{\n      \"title\": 1\n    }}\n"
        )
    };
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        \
               - name: web\n          env:\n            - {name: OVEN_COUNT, value: \"2\"}\n";
    let project = Project::of(&[
        ("k8s/production/a.yaml", &dashboard("ovens")),
        ("k8s/production/b.yaml", &dashboard("orders")),
        ("k8s/production/job.yaml", &web.replace("- {name: OVEN_COUNT, value: \"2\"}", "[]")),
        ("k8s/production/web.yaml", web),
    ]);
    let run = project.run(&["envs"]).exits(0);
    let shown: Vec<&str> = run.stdout.lines().skip(1).take(3).collect();
    assert_eq!(
        shown,
        [
            "  0-1  k8s/production/a.yaml and 1 file more  configmap, 2 objects of whole files that no container takes as variables",
            "  2  k8s/production/web.yaml:10  workload-env, 1 key: it is in the folder `production`",
            "  and 1 file that gives no key",
        ]
    );
}

/// The rules, keys and environments of the findings, of whatever confidence.
fn findings(project: &Project) -> Vec<String> {
    let run = project.run(&["check", "--format", "json", "--min-confidence", "low"]);
    let found = run.json()["findings"].as_array().cloned().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let line = |finding: &serde_json::Value| {
        let environments = finding["environments"].as_array().expect("environments");
        let environments: Vec<_> = environments.iter().map(text).collect();
        format!("{} {} {}", text(&finding["rule"]), text(&finding["key"]), environments.join(","))
    };
    found.iter().map(line).collect()
}

#[test]
fn a_module_of_settings_asks_only_where_it_is_loaded() {
    let workload = |keys: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: till}}\nspec:\n  template:\n    spec:\n      containers:\n        \
             - name: till\n          image: till\n          env:\n{keys}"
        )
    };
    let variable =
        |name: &str, value: &str| format!("            - {{name: {name}, value: \"{value}\"}}\n");
    let keys = ["DJANGO_SETTINGS_MODULE", "TILL_SECRET", "TILL_NUMBER"];
    let values = ["till.settings.production", "<secret>", "7"];
    let all: String = keys.iter().zip(values).map(|(key, value)| variable(key, value)).collect();
    let project = Project::of(&[
        ("pyproject.toml", "[project]\nname = \"till\"\n"),
        (
            "manage.py",
            "import os\nfrom django.core.management import execute_from_command_line\n\
             os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"till.settings\")\nexecute_from_command_line()\n",
        ),
        ("till/__init__.py", ""),
        ("till/settings/__init__.py", "from .base import *\n"),
        (
            "till/settings/base.py",
            "import os\n\nINSTALLED_APPS = []\nTILL_NUMBER = os.environ[\"TILL_NUMBER\"]\nDRAWER = 1\n",
        ),
        (
            "till/settings/production.py",
            "import os\nfrom .base import *\n\nSECRET_KEY = os.environ[\"TILL_SECRET\"]\n",
        ),
        (
            "till/cash.py",
            "from django.conf import settings\n\n\ndef drawer():\n    return settings.DRAWER, settings.SECRET_KEY\n",
        ),
        (
            "docker-compose.yml",
            "services:\n  till:\n    build: .\n    environment:\n      DJANGO_SETTINGS_MODULE: till.settings\n      TILL_NUMBER: \"1\"\n",
        ),
        ("deploy/production/till.yaml", &workload(&all)),
    ]);
    assert_eq!(findings(&project), [] as [&str; 0]);
    let lacking = all.replace("TILL_SECRET", "TILL_SECRET_OLD");
    project.write("deploy/production/till.yaml", workload(&lacking).as_bytes());
    let found = findings(&project);
    let missing = "missing-required TILL_SECRET production".to_owned();
    assert!(found.contains(&missing), "{found:?}");
}

#[test]
fn what_one_service_sets_for_itself_takes_nothing_from_the_others() {
    let project = Project::of(&[
        ("app.py", "import os\n\nprint(os.environ[\"OVEN_NAME\"])\n"),
        (".env.prod", "OVEN_NAME=north\n"),
        (
            "docker-compose.prod.yml",
            "services:\n  web:\n    build: .\n    env_file: .env.prod\n  nightly:\n    build: .\n    env_file: .env.prod\n    \
             environment:\n      OVEN_NAME: south\n",
        ),
    ]);
    assert_eq!(findings(&project), [] as [&str; 0]);
}

#[test]
fn a_dotenv_file_wins_over_the_environment_where_code_lets_it() {
    let compose = "services:\n  oven:\n    build: .\n    environment:\n      OVEN_HEAT: \"220\"\n";
    let project = Project::of(&[
        (".env", "OVEN_HEAT=180\n"),
        ("docker-compose.yml", compose),
        (
            "oven/start.py",
            "import os\nfrom dotenv import load_dotenv\n\nload_dotenv(override=True)\nprint(os.environ[\"OVEN_HEAT\"])\n",
        ),
    ]);
    let first = |run: &Run| values(run).first().cloned().unwrap_or_default();
    let explain = || project.run(&["explain", "OVEN_HEAT"]).exits(0);
    assert_eq!(first(&explain()), "local oven \"180\" dotenv .env:1:1");
    assert_eq!(layers(&project, "local"), ["docker-compose.yml", ".env"]);
    let reason = project.run(&["envs"]).exits(0).stdout;
    assert!(reason.contains("`dotenv.load_dotenv` at oven/start.py:4 lets it win"), "{reason}");
    let gives_way = "import os\nfrom dotenv import load_dotenv\n\nload_dotenv(override=False)\nprint(os.environ[\"OVEN_HEAT\"])\n";
    project.write("oven/start.py", gives_way.as_bytes());
    assert_eq!(first(&explain()), "local oven \"220\" compose docker-compose.yml:5:7");
    project.write("oven/start.py", b"");
    let rust = "fn main() {\n    dotenvy::dotenv_override().ok();\n    println!(\"{}\", std::env::var(\"OVEN_HEAT\").unwrap());\n}\n";
    project.write("src/main.rs", rust.as_bytes());
    project
        .write("Cargo.toml", b"[package]\nname = \"oven\"\n\n[dependencies]\ndotenvy = \"0.15\"\n");
    assert_eq!(first(&explain()), "local oven \"180\" dotenv .env:1:1");
}
