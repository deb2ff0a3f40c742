//! Story 8: one setting in six layers under four spellings. What `explain`, `diff` and `envs` say of it, byte for byte.

use crate::support::{Project, Run, keydrift, repository};

const PROJECT: &str = "fixtures/projects/sprawl/six-layers";

fn run(arguments: &[&str]) -> Run {
    keydrift(&repository().join(PROJECT), arguments).exits(0)
}

#[test]
fn one_setting_is_explained_under_all_its_names() {
    insta::assert_snapshot!(
        "explain_text",
        run(&["explain", "--no-history", "database.pool_size"]).stdout
    );
    let json = run(&["explain", "--no-history", "database.pool_size", "--format", "json"]);
    assert_eq!(json.json()["keys"].as_array().map(Vec::len), Some(1), "four spellings, one key");
    insta::assert_snapshot!("explain_json", json.stdout);
}

#[test]
fn every_spelling_gives_the_same_layers() {
    let of = |name: &str| {
        run(&["explain", "--no-history", name, "--format", "json"]).json()["keys"][0].clone()
    };
    let first = of("database.pool_size");
    for name in ["TRAM_DATABASE__POOL_SIZE", "tram_database__pool_size", "database-pool-size"] {
        let other = of(name);
        for field in ["environments", "reads", "uses", "liveness", "declared"] {
            assert_eq!(first[field], other[field], "{name}: {field}");
        }
        assert_eq!(other["spellings"].as_array().map(Vec::len), Some(3), "{name}");
    }
}

#[test]
fn one_environment_is_explained_alone() {
    let json = run(&[
        "explain",
        "--no-history",
        "database.pool_size",
        "--env",
        "staging",
        "--format",
        "json",
    ]);
    let json = json.json();
    let environments = json["keys"][0]["environments"].as_array().expect("a list");
    assert_eq!(environments.len(), 1);
    assert_eq!(environments[0]["environment"], "staging");
}

#[test]
fn two_environments_are_compared() {
    insta::assert_snapshot!("diff_text", run(&["diff", "production", "staging"]).stdout);
    insta::assert_snapshot!("diff_all", run(&["diff", "staging", "production", "--all"]).stdout);
    let json = run(&["diff", "production", "staging", "--format", "json"]);
    assert_eq!(json.json()["schema"], "keydrift.diff/1");
    insta::assert_snapshot!("diff_json", json.stdout);
}

#[test]
fn environments_are_listed() {
    insta::assert_snapshot!("envs_text", run(&["envs"]).stdout);
    insta::assert_snapshot!("envs_json", run(&["envs", "--format", "json"]).stdout);
}

#[test]
fn an_unseen_source_makes_a_key_unknown_and_not_absent() {
    let workload = |from: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: kiosk}}\nspec:\n  template:\n    spec:\n      \
             containers:\n        - name: kiosk\n          image: kiosk\n          envFrom:\n            - {from}\n"
        )
    };
    let seen =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kiosk}\ndata: {KIOSK_FLOOR: \"2\"}\n";
    let project = Project::of(&[
        ("kiosk.py", "import os\n\nFLOOR = os.environ[\"KIOSK_FLOOR\"]\n"),
        ("k8s/production/kiosk.yaml", &workload("secretRef: {name: kiosk-of-the-house}")),
        ("k8s/staging/kiosk.yaml", &workload("configMapRef: {name: kiosk}")),
        ("k8s/staging/config.yaml", seen),
    ]);
    let json = project.run(&["diff", "staging", "production", "--format", "json"]).exits(0).json();
    let given = &json["differences"][0]["values"][0]["given"];
    assert_eq!(given[0]["presence"], "set", "{json}");
    assert_eq!(given[1]["presence"], "unknown", "{json}");
    assert!(given[1]["because"][0].as_str().is_some_and(|why| why.contains("kiosk-of-the-house")));
}

#[test]
fn secrets_are_told_apart_by_letters() {
    let project = Project::of(&[
        ("kiosk.py", "import os\n\nTOKEN = os.environ[\"KIOSK_TOKEN\"]\n"),
        ("deploy/production.env", "KIOSK_TOKEN=Fahrkarte4711einfach\n"),
        ("deploy/staging.env", "KIOSK_TOKEN=Fahrkarte4712zurueck\n"),
        ("deploy/preview.env", "KIOSK_TOKEN=Fahrkarte4712zurueck\n"),
    ]);
    let quiet = project.run(&["diff", "production", "staging"]).exits(0);
    assert!(quiet.stdout.contains("Expected to differ: 1 credential"), "{quiet:?}");
    let all = project.run(&["diff", "production", "staging", "--all"]).exits(0);
    assert!(all.stdout.contains("[redacted] A") && all.stdout.contains("[redacted] B"), "{all:?}");
    let same = project.run(&["diff", "preview", "staging", "--all"]).exits(0);
    assert!(same.stdout.contains("1 is the same."), "{same:?}");
    for run in [quiet, all, same] {
        assert!(!run.stdout.contains("Fahrkarte"), "{run:?}");
    }
}

#[test]
fn a_difference_ends_with_one_only_where_that_was_asked_for() {
    run(&["diff", "production", "staging"]);
    let folder = repository().join(PROJECT);
    keydrift(&folder, &["diff", "production", "staging", "--exit-code"]).exits(1);
    keydrift(&folder, &["diff", "staging", "staging", "--exit-code"]).exits(0);
    let said = keydrift(&folder, &["diff", "production", "stagin"]).exits(2);
    assert_eq!(
        said.stderr,
        "keydrift: there is no environment `stagin`; did you mean `staging`?\n"
    );
}

#[test]
fn what_an_environment_does_not_show_at_all_is_not_absent_there() {
    let compose = "services:\n  oven:\n    build: ./oven\n    environment:\n      OVEN_HEAT: \"240\"\n      OVEN_LAMP: \"on\"\n  \
        cellar:\n    image: postgres:16\n    environment:\n      POSTGRES_DB: bakery\n";
    let oven = "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nLAMP = os.environ[\"OVEN_LAMP\"]\n";
    let shop = "import os\n\nSIGN = os.environ[\"SHOP_SIGN\"]\nDOOR = os.environ[\"SHOP_DOOR\"]\n";
    let run = |staging: &str, text: &str| {
        let project = Project::of(&[
            ("compose.yaml", compose),
            ("oven/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"python\", \"main.py\"]\n"),
            ("oven/requirements.txt", "requests\n"),
            ("oven/main.py", oven),
            ("shop/requirements.txt", "requests\n"),
            ("shop/main.py", shop),
            (staging, text),
        ]);
        project.run(&["diff", "local", "staging", "."]).stdout
    };
    // A file of the shop alone says nothing of the oven.
    let apart = run("shop/.env.staging", "SHOP_SIGN=a\nSHOP_DOOR=b\n");
    assert!(!apart.contains("staging  absent"), "{apart}");
    assert!(apart.contains("Cannot be compared"), "{apart}");
    // One that gives the oven a part lacks the rest.
    let shared = run("oven/.env.staging", "OVEN_HEAT=180\n");
    assert!(shared.contains("OVEN_LAMP") && shared.contains("absent"), "{shared}");
    assert!(!shared.contains("POSTGRES_DB"), "{shared}");
}
