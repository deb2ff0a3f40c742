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
