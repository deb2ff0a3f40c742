//! Snapshots that the tools of platforms give, as they print them.

use crate::support::Project;

const CODE: &str =
    "import os\nTIMEOUT = os.environ[\"OVEN_TIMEOUT\"]\nTOKEN = os.environ[\"OVEN_TOKEN\"]\n";

/// The keys of which a snapshot of production says something else than what is declared.
fn drifts(snapshot: &str) -> Vec<String> {
    let project = Project::of(&[
        ("bakery/ovens.py", CODE),
        ("deploy/production.env", "OVEN_TIMEOUT=10\nOVEN_TOKEN=Sauerteig4711Geheim\n"),
    ]);
    project.write("snapshot", snapshot.as_bytes());
    let run = project.run(&[
        "check",
        "--format",
        "json",
        "--live",
        "production=snapshot",
        "--min-confidence",
        "low",
    ]);
    assert!(!run.stdout.contains("Sauerteig"), "{}", run.stdout);
    let text = project.run(&["check", "--live", "production=snapshot", "--min-confidence", "low"]);
    assert!(!text.stdout.contains("Sauerteig"), "{}", text.stdout);
    let json = run.json();
    assert_eq!(json["diagnostics"], serde_json::json!([]), "{snapshot}");
    let found = json["findings"].as_array().cloned().unwrap_or_default();
    let drift = found.iter().filter(|one| one["rule"] == "live-drift");
    let mut keys: Vec<String> =
        drift.map(|one| one["key"].as_str().unwrap_or_default().to_owned()).collect();
    keys.sort();
    keys
}

/// Asks with a value that differs, with a secret that differs, and with what is declared.
fn compares(snapshot: &str) {
    let with = |timeout: &str, token: &str| {
        drifts(&snapshot.replace("TIMEOUT_HERE", timeout).replace("TOKEN_HERE", token))
    };
    assert_eq!(with("10", "Sauerteig4711Geheim"), Vec::<String>::new(), "{snapshot}");
    assert_eq!(with("60", "Sauerteig4711Geheim"), ["OVEN_TIMEOUT"], "{snapshot}");
    assert_eq!(with("10", "Sauerteig4711Geheimer"), ["OVEN_TOKEN"], "{snapshot}");
}

#[test]
fn doppler_downloads_a_map_or_shows_what_it_computes() {
    compares(
        r#"{"DOPPLER_CONFIG": "prd", "DOPPLER_ENVIRONMENT": "prd", "DOPPLER_PROJECT": "bakery",
            "OVEN_TIMEOUT": "TIMEOUT_HERE", "OVEN_TOKEN": "TOKEN_HERE"}"#,
    );
    compares(
        r#"{"OVEN_TIMEOUT": {"computed": "TIMEOUT_HERE", "computedVisibility": "masked", "note": "", "raw": "TIMEOUT_HERE"},
            "OVEN_TOKEN": {"computed": "TOKEN_HERE", "computedVisibility": "masked", "note": "", "raw": "TOKEN_HERE"}}"#,
    );
}

#[test]
fn railway_prints_a_map_with_names_of_its_own() {
    compares(
        r#"{"RAILWAY_ENVIRONMENT": "production", "RAILWAY_PROJECT_NAME": "bakery", "OVEN_TIMEOUT": "TIMEOUT_HERE",
            "OVEN_TOKEN": "TOKEN_HERE"}"#,
    );
}

#[test]
fn azure_prints_settings_of_a_site_and_keys_of_a_store() {
    compares(
        r#"[{"name": "OVEN_TIMEOUT", "slotSetting": false, "value": "TIMEOUT_HERE"},
            {"name": "OVEN_TOKEN", "slotSetting": true, "value": "TOKEN_HERE"}]"#,
    );
    let key = |name: &str, value: &str| {
        format!(
            r#"{{"contentType": "", "etag": "a", "key": "{name}", "label": null, "lastModified": "2026-01-01T00:00:00+00:00",
                 "locked": false, "tags": {{}}, "value": "{value}"}}"#
        )
    };
    let (timeout, token) = (key("OVEN_TIMEOUT", "TIMEOUT_HERE"), key("OVEN_TOKEN", "TOKEN_HERE"));
    compares(&format!("[{timeout}, {token}]"));
}

#[test]
fn cloud_run_prints_the_service() {
    compares(
        r#"{"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "ovens", "namespace": "1"},
            "spec": {"template": {"spec": {"containers": [{"image": "gcr.io/bakery/ovens", "env": [
              {"name": "OVEN_TIMEOUT", "value": "TIMEOUT_HERE"}, {"name": "OVEN_TOKEN", "value": "TOKEN_HERE"}]}]}}},
            "status": {"url": "https://ovens.a.run.app"}}"#,
    );
}

/// What is said of a snapshot of production.
fn said(snapshot: &[u8]) -> String {
    let project = Project::of(&[
        ("bakery/ovens.py", CODE),
        ("deploy/production.env", "OVEN_TIMEOUT=10\nOVEN_TOKEN=Sauerteig4711Geheim\n"),
    ]);
    project.write("snapshot", snapshot);
    let run = project.run(&["check", "--live", "production=snapshot", "--min-confidence", "low"]);
    assert!(!run.stdout.contains("Sauerteig"), "{}", run.stdout);
    run.stdout
}

#[test]
fn an_image_of_docker_runs_nothing() {
    let image = r#"[{"Id": "sha256:1", "RepoTags": ["oven:1"], "Config": {"Env": ["OVEN_TIMEOUT=60"]}, "RootFS": {"Type": "layers"}}]"#;
    let text = said(image.as_bytes());
    assert!(text.contains("is no snapshot that is known"), "{text}");
    assert!(!text.contains("live-drift"), "{text}");
    let container = r#"[{"Id": "1", "Name": "/oven", "State": {}, "Config": {"Env": ["OVEN_TIMEOUT=60", "OVEN_TOKEN=Sauerteig4711Geheim"]}}]"#;
    let text = said(container.as_bytes());
    assert!(text.contains("live-drift"), "{text}");
}

#[test]
fn powershell_prints_snapshots_in_utf_16() {
    let snapshot = "{\"OVEN_TIMEOUT\": \"60\", \"OVEN_TOKEN\": \"Sauerteig4711Geheim\"}\r\n";
    let units = snapshot.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units).collect();
    let text = said(&bytes);
    assert!(text.contains("live-drift") && text.contains("OVEN_TIMEOUT"), "{text}");
}

/// `config/oven/data` of Spring is YAML with all that the service has: it is no variable, and none of it is shown.
#[test]
fn files_that_consul_holds_are_no_values() {
    let snapshot = r#"[{"key": "prod/OVEN_TIMEOUT", "flags": 0, "value": "NjA="},
        {"key": "config/oven/data", "flags": 0, "value": "b3ZlbjoKICB0b2tlbjogU2F1ZXJ0ZWlnNDcxMUdlaGVpbQo="}]"#;
    let text = said(snapshot.as_bytes());
    assert!(text.contains("OVEN_TIMEOUT"), "{text}");
    assert!(!text.contains("`data`"), "{text}");
}

/// `cf push --vars-file vars.prod.yml`: files that are only named so are layers where the manifest asks for what they hold.
#[test]
fn files_of_variables_beside_a_manifest_are_layers_of_their_environments() {
    let manifest = "applications:\n- name: bakery\n  buildpack: python_buildpack\n  memory: ((memory))\n  env:\n    OVEN_LIMIT: ((oven_limit))\n";
    let project = Project::of(&[
        ("manifest.yml", manifest),
        ("vars.prod.yml", "memory: 1G\noven_limit: 12\n"),
        ("vars.staging.yml", "memory: 512M\noven_limit: 4\n"),
        ("pipeline/vars.qa.yml", "runner: large\nretries: 3\n"),
        (
            "app.py",
            "import os\n\nLIMIT = os.environ[\"OVEN_LIMIT\"]\nDOOR = os.environ[\"OVEN_DOOR\"]\n",
        ),
    ]);
    let envs = project.run(&["envs", "--format", "json"]).json();
    let names: Vec<&str> = envs["environments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["prod", "staging"]);
    let told = project.run(&["check", "--min-confidence", "low"]).stdout;
    assert!(told.contains("`OVEN_DOOR` is required and `prod` and `staging` do not"), "{told}");
    for given in ["OVEN_LIMIT`", "OVEN_TOKEN`", "OVEN_USER`"] {
        assert!(!told.contains(given), "{given}: {told}");
    }
}
