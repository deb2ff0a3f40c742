//! Files of variables and settings that other files name: by a command, by a document of Spring, by a service of serverless.

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
