//! What manifests decide beside variables: which settings are seen, and when their differences are drift.

use keydrift::definitions::{Sealer, extract};
use keydrift::text::File;
use serde_json::Value;

use crate::support::{Project, keydrift, repository};

/// The settings of a file: `workload path value line`.
fn settings(path: &str, text: &str) -> Vec<String> {
    let file = File::new(path, text);
    let facts = extract(&file, &Sealer::new());
    let all = facts.iter().flat_map(|facts| &facts.settings);
    all.map(|fact| {
        let line = file.position(fact.range.start).line;
        let value = fact.value.shown().unwrap_or("?");
        assert!(file.text.get(fact.range.bytes()).is_some(), "{fact:?}");
        format!("{} {} {value} {line}", fact.workload, fact.path)
    })
    .collect()
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: ovens}
spec:
  replicas: 3
  strategy: {rollingUpdate: {maxSurge: 25%}}
  template:
    spec:
      terminationGracePeriodSeconds: 45
      containers:
        - name: ovens
          image: bakery/ovens:7
          resources: {limits: {memory: 512Mi}}
          livenessProbe: {httpGet: {path: /alive, port: 80}, periodSeconds: 5}
        - name: chimney
          env: [{name: HEAT, value: \"200\"}]
          resources: {requests: {cpu: 100m}}
";

#[test]
fn workloads_decide_in_their_containers_and_beside_them() {
    assert_eq!(
        settings("k8s/ovens.yaml", DEPLOYMENT),
        [
            "ovens image bakery/ovens:7 12",
            "ovens resources.limits.memory 512Mi 13",
            "ovens livenessProbe.httpGet.path /alive 14",
            "ovens livenessProbe.periodSeconds 5 14",
            "ovens/chimney resources.requests.cpu 100m 17",
            "ovens spec.replicas 3 5",
            "ovens spec.strategy.rollingUpdate.maxSurge 25% 6",
            "ovens terminationGracePeriodSeconds 45 9",
        ]
    );
}

#[test]
fn autoscalers_speak_for_what_they_scale() {
    let text = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: ovens-by-load}
spec:
  scaleTargetRef: {kind: Deployment, name: ovens}
  minReplicas: 2
  maxReplicas: 8
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ovens}
spec: {minAvailable: 1}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ovens}
spec: {replicas: 5}
";
    assert_eq!(
        settings("k8s/scale.yaml", text),
        [
            "ovens HorizontalPodAutoscaler.maxReplicas 8 7",
            "ovens HorizontalPodAutoscaler.minReplicas 2 6",
            "ovens HorizontalPodAutoscaler.cpu.averageUtilization 70 10",
            "ovens PodDisruptionBudget.minAvailable 1 15",
            "ovens spec.replicas 5 20",
        ]
    );
}

#[test]
fn services_of_compose_and_tasks_of_ecs_decide_too() {
    let compose = "\
services:
  ovens:
    image: bakery/ovens
    restart: always
    deploy: {replicas: \"${OVENS:-2}\", resources: {limits: {memory: 1g}}}
    healthcheck: {interval: 30s, test: [CMD, true]}
";
    assert_eq!(
        settings("compose.yaml", compose),
        [
            "ovens deploy.replicas ${OVENS:-2} 5",
            "ovens deploy.resources.limits.memory 1g 5",
            "ovens healthcheck.interval 30s 6",
            "ovens image bakery/ovens 3",
            "ovens restart always 4",
        ]
    );
    let task = r#"{"family": "ovens", "cpu": "512", "memory": "1024",
        "containerDefinitions": [{"name": "web", "image": "bakery/ovens", "memoryReservation": 256, "environment": []}]}"#;
    assert_eq!(
        settings("task.json", task),
        [
            "web image bakery/ovens 2",
            "web memoryReservation 256 2",
            "ovens cpu 512 1",
            "ovens memory 1024 1"
        ]
    );
}

/// A manifest with other settings.
fn deployment(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(DEPLOYMENT.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// What `value-drift` says of settings: key, environments, confidence.
fn drifts(manifests: &[(&str, &str)]) -> Vec<String> {
    let project = Project::of(&[("bakery/ovens.py", "import os\n")]);
    for (path, text) in manifests {
        project.write(path, text.as_bytes());
    }
    let run = project.run(&["check", "--format", "json", "--min-confidence", "low"]);
    let json = run.json();
    let findings = json["findings"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_rule = findings.iter().filter(|one| one["rule"] == "value-drift");
    of_rule
        .map(|one| {
            let places: Vec<String> =
                one["environments"].as_array().into_iter().flatten().map(text).collect();
            format!("{} {} {}", text(&one["key"]), places.join(","), text(&one["confidence"]))
        })
        .collect()
}

#[test]
fn regions_are_compared_and_stages_are_not() {
    let other =
        deployment(&[("replicas: 3", "replicas: 6"), ("periodSeconds: 5", "periodSeconds: 50")]);
    let regions =
        [("k8s/prod-eu/ovens.yaml", DEPLOYMENT), ("k8s/prod-us/ovens.yaml", other.as_str())];
    assert_eq!(
        drifts(&regions),
        [
            "ovens:spec.replicas prod-eu,prod-us medium",
            "ovens:livenessProbe prod-eu,prod-us medium"
        ]
    );
    let stages =
        [("k8s/staging/ovens.yaml", DEPLOYMENT), ("k8s/production/ovens.yaml", other.as_str())];
    assert_eq!(drifts(&stages), Vec::<String>::new());
}

#[test]
fn one_region_of_three_stands_out() {
    let slow = deployment(&[("periodSeconds: 5", "periodSeconds: 50")]);
    let large = deployment(&[("512Mi", "2Gi")]);
    let small = deployment(&[("512Mi", "0.5Gi")]);
    let of = |one: &str, two: &str, three: &str| {
        drifts(&[
            ("k8s/prod-ap/ovens.yaml", one),
            ("k8s/prod-eu/ovens.yaml", two),
            ("k8s/prod-us/ovens.yaml", three),
        ])
    };
    let all = "prod-ap,prod-eu,prod-us";
    assert_eq!(of(DEPLOYMENT, &slow, &small), [format!("ovens:livenessProbe {all} high")]);
    assert_eq!(of(&large, DEPLOYMENT, &small), [format!("ovens:resources {all} medium")]);
    let huge = deployment(&[("512Mi", "8Gi")]);
    assert_eq!(of(&large, &huge, &small), [format!("ovens:resources {all} low")]);
}

#[test]
fn images_and_what_an_autoscaler_decides_say_nothing() {
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: ovens}\n\
                  spec: {scaleTargetRef: {name: ovens}, minReplicas: 2, maxReplicas: 8}\n";
    let other = deployment(&[("replicas: 3", "replicas: 6"), ("ovens:7", "ovens:8")]);
    let found = drifts(&[
        ("k8s/prod-eu/ovens.yaml", DEPLOYMENT),
        ("k8s/prod-eu/scaler.yaml", scaler),
        ("k8s/prod-us/ovens.yaml", &other),
        ("k8s/prod-us/scaler.yaml", scaler),
    ]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_manifest_without_variables_makes_no_environment() {
    let project = Project::of(&[
        ("bakery/ovens.py", "import os\n\nHEAT = os.environ[\"HEAT\"]\n"),
        ("deploy/production.env", "HEAT=200\n"),
        ("deploy/staging.env", "HEAT=200\n"),
        (
            "k8s/review/budget.yaml",
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ovens}\nspec: {minAvailable: 1}\n",
        ),
    ]);
    let json = project.run(&["envs", "--format", "json"]).exits(0).json();
    let names: Vec<&str> = json["environments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["production", "staging"]);
    assert_eq!(json["unplaced"], serde_json::json!([]));
}

#[test]
fn settings_of_charts_and_overlays_are_compared() {
    let folder = repository().join("fixtures/projects/regions-grew-apart/charts/broken");
    let json =
        keydrift(&folder, &["diff", "prod-eu", "prod-us", "--format", "json"]).exits(0).json();
    assert_eq!(json["summary"]["settings"], 2, "{json}");
    let one = &json["settings"][1];
    assert_eq!(
        (one["workload"].as_str(), one["setting"].as_str()),
        (Some("lockers"), Some("resources.limits.memory"))
    );
    assert_eq!(one["given"][0]["value"], "512Mi");
    assert_eq!(one["given"][1]["value"], "1Gi");
    let same = repository().join("fixtures/projects/regions-grew-apart/charts/healthy");
    let json = keydrift(&same, &["diff", "prod-eu", "prod-us", "--format", "json"]).exits(0).json();
    assert_eq!(json["settings"].as_array().map(Vec::len), Some(0), "a half is 512 of 1024");
}

#[test]
fn the_table_of_entries_that_code_reads_is_read_when_it_is_empty() {
    let project = Project::of(&[
        (
            "Cargo.toml",
            "[package]\nname = \"bakery\"\nversion = \"0.1.0\"\n[dependencies]\nfigment = \"0.10\"\nserde = \"1\"\n",
        ),
        (
            "src/main.rs",
            r#"use figment::{Figment, providers::{Format, Toml}};
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
struct Config {
    oven: Oven,
}

#[derive(serde::Deserialize)]
struct Oven {
    minutes: u32,
    #[serde(default)]
    minutes_by_bread: BTreeMap<String, u32>,
}

fn main() {
    let config: Config = Figment::new().merge(Toml::file("bakery.toml")).extract().unwrap();
    bake(config.oven.minutes, &config.oven.minutes_by_bread);
}
"#,
        ),
        ("bakery.toml", "[oven]\nminutes = 30\nsalt = 2\n\n[oven.minutes_by_bread]\n# rye = 50\n"),
    ]);
    let run = project.run(&[
        "check",
        "--format",
        "csv",
        "--rule",
        "dead-key",
        "--min-confidence",
        "low",
        ".",
    ]);
    let said: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert!(said.iter().any(|line| line.contains("oven.salt")), "{said:?}");
    assert!(said.iter().all(|line| !line.contains("minutes_by_bread")), "{said:?}");
}

#[test]
fn a_file_of_tests_and_a_folder_are_no_library_of_that_name() {
    let code = r#"use config::{Config, Environment};

#[derive(serde::Deserialize)]
pub struct Settings {
    pub heat: u32,
}

pub fn load() -> Settings {
    let built = Config::builder().add_source(Environment::with_prefix("OVEN")).build().unwrap();
    built.try_deserialize().unwrap()
}
"#;
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    let project = Project::of(&[
        ("oven/Cargo.toml", &package("oven")),
        ("oven/src/main.rs", code),
        ("till/Cargo.toml", &package("till")),
        ("till/tests/config.rs", &code.replace("OVEN", "TILL")),
        ("config/Cargo.toml", &package("bakery-config")),
        ("config/src/lib.rs", &code.replace("OVEN", "BAKERY")),
    ]);
    let run = project.run(&["facts", "--tests", "."]).exits(0);
    for name in ["OVEN_HEAT", "TILL_HEAT", "BAKERY_HEAT"] {
        assert!(run.stdout.contains(name), "{name}: {}", run.stdout);
    }
}

#[test]
fn what_a_name_alone_calls_settings_is_unsure() {
    let code = "use serde::Deserialize;\n\n#[derive(Deserialize)]\npub struct OvenConfig {\n    pub heat: u32,\n    pub shelf: u32,\n    pub use_steam: bool,\n}\n\n\
        pub struct ConfigManager {\n    cache: Cache,\n}\n\nimpl ConfigManager {\n    \
        pub fn load_config(&self, key: &str) -> Option<OvenConfig> {\n        let raw = self.cache.get(key)?;\n        \
        serde_json::from_str::<OvenConfig>(&raw).ok()\n    }\n}\n\nfn main() {}\n";
    let template = "heat = 200\nshelf = 2\n";
    let from_file = code.replace("self.cache.get(key)?", "std::fs::read_to_string(key).ok()?");
    let says = |code: &str| {
        let files = [("src/main.rs", code), ("config/config.example.toml", template)];
        Project::of(&files).run(&["check", "--format", "csv", "."]).stdout
    };
    assert!(!says(code).contains("use_steam"), "{}", says(code));
    assert!(says(&from_file).contains("use_steam"), "{}", says(&from_file));
}

#[test]
fn the_null_of_a_file_is_none_for_a_field_that_may_be_none() {
    let source = "use config::{Config, File};\n\n#[derive(serde::Deserialize)]\nstruct Oven {\n    heat: u16,\n    fan: Option<u16>,\n    #[serde(default)]\n    \
         lamp: Option<bool>,\n    door: Option<u16>,\n}\n\nfn load() -> Oven {\n    let files = Config::builder().add_source(File::with_name(\"config/production\"));\n    \
         files.build().unwrap().try_deserialize().unwrap()\n}\n";
    let project = Project::of(&[
        ("Cargo.toml", "[package]\nname = \"oven\"\nversion = \"0.1.0\"\n"),
        ("src/main.rs", source),
        ("config/production.yaml", "heat: null\nfan: null\nlamp: ~\ndoor: \"\"\n"),
    ]);
    let run = project.run(&["check", "--format", "csv", "--rule", "type-mismatch"]);
    for key in ["heat", "door"] {
        assert!(run.stdout.contains(&format!(",{key},")), "{}", run.stdout);
    }
    for key in ["fan", "lamp"] {
        assert!(!run.stdout.contains(&format!(",{key},")), "{}", run.stdout);
    }
}

#[test]
fn an_object_of_the_class_that_a_builder_begins_with_gives_its_defaults() {
    let source = r#"use figment::{providers::{Env, Serialized}, value::{Dict, Map}, Error, Figment, Metadata, Profile, Provider};

#[derive(serde::Deserialize, serde::Serialize)]
struct Oven {
    heat: u16,
    shelf: String,
}

impl Default for Oven {
    fn default() -> Self {
        Self { heat: 180, shelf: "middle".to_owned() }
    }
}

impl Provider for Oven {
    fn metadata(&self) -> Metadata {
        Metadata::named("oven")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Serialized::defaults(Oven::default()).data()
    }
}

#[derive(serde::Deserialize)]
struct Door {
    lock: String,
}

fn main() {
    let oven: Oven = Figment::from(Oven::default()).merge(Env::prefixed("OVEN_")).extract().unwrap();
    let door: Door = Figment::from(Oven::default()).merge(Env::prefixed("DOOR_")).extract().unwrap();
}
"#;
    let project = Project::of(&[
        ("Cargo.toml", "[package]\nname = \"oven\"\nversion = \"0.1.0\"\n"),
        ("src/main.rs", source),
    ]);
    let facts = project.run(&["facts", "."]).stdout;
    let read = |key: &str| {
        let all = facts.lines().filter(|line| line.contains(&format!("\"key\":\"{key}\"")));
        all.map(str::to_owned).collect::<String>()
    };
    assert!(read("OVEN_HEAT").contains("\"180\""), "{facts}");
    assert!(read("OVEN_SHELF").contains("\"middle\""), "{facts}");
    assert!(read("DOOR_LOCK").contains("\"required\""), "{facts}");
}
