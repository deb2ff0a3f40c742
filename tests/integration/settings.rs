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

/// What code asks the manifest of its own package for is no setting: no environment gives it.
#[test]
fn manifests_of_packages_hold_no_settings() {
    let code = |file: &str| {
        format!(
            "import os\nimport tomllib\n\nBASE = os.path.dirname(__file__)\nopened = open(os.path.join(BASE, \"{file}\"),              \"rb\")\nproject = tomllib.load(opened)\nVERSION = project[\"project\"][\"version\"]\nRATE =              os.environ[\"RATE\"]\n"
        )
    };
    let asked = |file: &str| {
        let project = Project::of(&[
            ("mill.py", &code(file)),
            ("pyproject.toml", "[project]\nname = \"mill\"\nversion = \"1.4\"\n"),
            (".env.production", "RATE=7\n"),
            (".env.staging", "RATE=7\n"),
        ]);
        project.run(&["facts"]).stdout
    };
    assert!(!asked("pyproject.toml").contains("project.version"));
    assert!(asked("settings.toml").contains("project.version"));
}

/// Settings of pydantic 1 that a function of the project fills as well lack nothing for sure.
#[test]
fn functions_of_the_project_may_fill_any_field() {
    let settings = |sources: &str| {
        format!(
            "from pydantic import BaseSettings\n\n\ndef vault(settings):\n    return {{}}\n\n\nclass Settings(BaseSettings):\n    heat: str\n    flour: str\n\n    class \
             Config:\n        @classmethod\n        def customise_sources(cls, init_settings, env_settings, file_secret_settings):\n            return \
             ({sources})\n\n\nsettings = Settings()\nprint(settings.heat)\n"
        )
    };
    let missing = |sources: &str| {
        let project = Project::of(&[
            ("oven.py", &settings(sources)),
            (".env.production", "FLOUR=rye\n"),
            (".env.staging", "FLOUR=rye\n"),
        ]);
        let run = project.run(&["check", "--min-confidence", "medium", "--format", "json"]);
        run.json()["findings"].to_string().contains("missing-required")
    };
    assert!(missing("env_settings, init_settings"));
    assert!(!missing("init_settings, env_settings, vault"));
}

#[test]
fn lists_of_packages_and_of_audits_are_no_settings() {
    let project = Project::of(&[
        ("oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
        (
            "config/environment.dev.yml",
            "name: oven\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.12\n",
        ),
        (
            "supply-chain/config.toml",
            "[cargo-vet]\nversion = \"0.10\"\n\n[policy.oven]\naudit-as-crates-io = true\n",
        ),
    ]);
    let facts = project.run(&["facts"]).stdout;
    assert!(!facts.contains("\"definition\""), "{facts}");
    let envs = project.run(&["envs"]).stdout;
    assert!(!envs.contains("environment.dev.yml"), "{envs}");
}
