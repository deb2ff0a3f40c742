//! Snapshots of running environments: every form that is known, what is compared and what is passed over.

use serde_json::Value;

use crate::support::Project;

const CODE: &str = "import os\n\nTIMEOUT = int(os.environ[\"OVEN_TIMEOUT\"])\nTOKEN = os.environ[\"OVEN_TOKEN\"]\n\
                    STEAM = os.environ.get(\"OVEN_STEAM\", \"off\")\n";
const DEPLOYED: &str = "OVEN_TIMEOUT=10\nOVEN_TOKEN=Sauerteig4711Geheim\n";

/// A bakery whose environments are dotenv files.
fn bakery() -> Project {
    Project::of(&[
        ("bakery/ovens.py", CODE),
        ("deploy/production.env", DEPLOYED),
        ("deploy/staging.env", DEPLOYED),
    ])
}

/// A bakery that runs in a cluster.
fn cluster() -> Project {
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ovens}\nspec:\n  template:\n    spec:\n      \
                    containers:\n        - name: ovens\n          env:\n            - {name: OVEN_TIMEOUT, value: \"10\"}\n            \
                    - name: OVEN_TOKEN\n              valueFrom: {secretKeyRef: {name: ovens, key: token}}\n---\n\
                    apiVersion: v1\nkind: Secret\nmetadata: {name: ovens}\nstringData: {token: Sauerteig4711Geheim}\n";
    Project::of(&[
        ("bakery/ovens.py", CODE),
        ("k8s/production/ovens.yaml", manifest),
        ("k8s/staging/ovens.yaml", manifest),
    ])
}

/// What `check` says with a snapshot of production: rule, key, environments, confidence, message.
fn said(project: &Project, snapshot: &str) -> Vec<[String; 5]> {
    project.write("snapshot", snapshot.as_bytes());
    let live = ["--live", "production=snapshot"];
    let run = project
        .run(&[&["check", "--format", "json", "--min-confidence", "low"][..], &live[..]].concat());
    assert!(run.code < 2, "{run:?}");
    for secret in ["Sauerteig", "U2F1ZXJ0ZWln"] {
        assert!(!run.stdout.contains(secret), "{}", run.stdout);
    }
    let json = run.json();
    assert_eq!(json["diagnostics"], serde_json::json!([]), "{snapshot}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().cloned().unwrap_or_default();
    let row = |one: &Value| {
        let environments: Vec<_> =
            one["environments"].as_array().into_iter().flatten().map(text).collect();
        [
            text(&one["rule"]),
            text(&one["key"]),
            environments.join(","),
            text(&one["confidence"]),
            text(&one["message"]),
        ]
    };
    findings.iter().map(row).collect()
}

/// The keys of which `live-drift` speaks, with the confidence.
#[track_caller]
fn drifts(project: &Project, snapshot: &str, wanted: &[(&str, &str)]) {
    let all = said(project, snapshot);
    let mut found: Vec<(&str, &str)> = all
        .iter()
        .filter(|row| row[0] == "live-drift")
        .map(|row| (row[1].as_str(), row[3].as_str()))
        .collect();
    found.sort_unstable();
    assert_eq!(found, wanted, "{all:#?}");
}

#[test]
fn maps_of_variables_are_compared() {
    let project = bakery();
    let same = r#"{"OVEN_TIMEOUT": "10", "OVEN_TOKEN": "Sauerteig4711Geheim", "DYNO": "web.1", "LANG": "C.UTF-8"}"#;
    drifts(&project, same, &[]);
    let other =
        r#"{"OVEN_TIMEOUT": "60", "OVEN_TOKEN": "Sauerteig4711Geheimer", "OVEN_STEAM": "on"}"#;
    drifts(
        &project,
        other,
        &[("OVEN_STEAM", "medium"), ("OVEN_TIMEOUT", "medium"), ("OVEN_TOKEN", "medium")],
    );
    drifts(&project, r#"{"OVEN_TOKEN": "Sauerteig4711Geheim"}"#, &[("OVEN_TIMEOUT", "medium")]);
    let list = r#"[{"name": "OVEN_TIMEOUT", "value": "60", "slotSetting": false},
                   {"name": "OVEN_TOKEN", "value": "Sauerteig4711Geheim"}]"#;
    drifts(&project, list, &[("OVEN_TIMEOUT", "medium")]);
}

#[test]
fn dumps_are_compared() {
    let project = bakery();
    let dump =
        "PATH=/usr/bin:/bin\nHOSTNAME=web-1\nOVEN_TIMEOUT=60\nOVEN_TOKEN='Sauerteig4711Geheim'\n";
    drifts(&project, dump, &[("OVEN_TIMEOUT", "medium")]);
}

#[test]
fn parameters_that_a_query_picks_are_withheld_and_compared() {
    let list = |heat: &str| {
        format!(
            "[\n  {{\"Name\": \"/shop/production/OVEN_HEAT\", \"Value\": \"{heat}\"}},\n  {{\"Name\": \"/shop/production/DOUGH\", \"Value\": \"rye\"}}\n]\n"
        )
    };
    let check = |heat: &str| {
        let project = Project::of(&[
            ("oven.py", "import os\n\nos.environ[\"OVEN_HEAT\"]\nos.environ[\"DOUGH\"]\n"),
            ("production.env", "OVEN_HEAT=180\nDOUGH=rye\n"),
            ("parameters.json", &list(heat)),
        ]);
        project.run(&["check", "--live", "production=parameters.json"]).stdout
    };
    let drifted = check("240");
    assert!(drifted.contains("live-drift") && !drifted.contains("240"), "{drifted}");
    let same = check("180");
    assert!(!same.contains("live-drift") && !same.contains("not understood"), "{same}");
}

#[test]
fn parameters_go_by_their_last_segment_and_may_be_few() {
    let project = bakery();
    let store = r#"{"Parameters": [
        {"Name": "/bakery/production/OVEN_TIMEOUT", "Type": "String", "Value": "60"}]}"#;
    drifts(&project, store, &[("OVEN_TIMEOUT", "medium")]);
    let store = r#"{"Parameters": [
        {"Name": "/bakery/production/OVEN_TOKEN", "Type": "SecureString", "Value": "Sauerteig4711Geheim"}]}"#;
    drifts(&project, store, &[]);
}

/// Fly.io, Vault, Google and AWS list names without what is kept under them.
#[test]
fn names_that_stores_list_are_there() {
    let project = bakery();
    let code = format!("{CODE}SALT = os.environ[\"OVEN_SALT\"]\n");
    project.write("bakery/ovens.py", code.as_bytes());
    project.write("deploy/staging.env", format!("{DEPLOYED}OVEN_SALT=rye\n").as_bytes());
    let salt = |snapshot: &str| {
        let all = said(&project, snapshot).into_iter();
        all.filter(|row| row[1] == "OVEN_SALT").map(|row| row[0].clone()).collect::<Vec<_>>()
    };
    let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:OVEN_SALT-a1b2c3";
    for snapshot in [
        r#"[{"Name": "OVEN_SALT", "Digest": "b8ec1e9d2bf2", "CreatedAt": "2026-01-01T00:00:00Z"}]"#,
        r#"[{"name": "OVEN_SALT", "digest": "b8ec1e9d2bf2", "status": "Deployed"}]"#,
        r#"["OVEN_SALT", "admin/"]"#,
        r#"[{"createTime": "2026-01-01T00:00:00Z", "name": "projects/1/secrets/OVEN_SALT", "replication": {}}]"#,
        &format!(r#"{{"SecretList": [{{"ARN": "{arn}", "Name": "OVEN_SALT"}}]}}"#),
    ] {
        assert_eq!(salt(snapshot), ["live-drift"], "{snapshot}");
    }
    let other = r#"[{"name": "OVEN_PEPPER", "digest": "b8ec1e9d2bf2", "status": "Deployed"}]"#;
    assert_eq!(salt(other), ["missing-required"]);
}

#[test]
fn tasks_of_nomad_are_compared() {
    let job = "job \"bakery\" {\n  group \"ovens\" {\n    task \"ovens\" {\n      driver = \"docker\"\n      env {\n        \
        OVEN_TIMEOUT = \"10\"\n      }\n    }\n  }\n}\n";
    let project = Project::of(&[
        ("bakery/ovens.py", "import os\n\nTIMEOUT = int(os.environ[\"OVEN_TIMEOUT\"])\n"),
        ("deploy/production/bakery.nomad.hcl", job),
        ("deploy/staging/bakery.nomad.hcl", job),
    ]);
    let inspected = |timeout: &str| {
        format!(
            r#"{{"Job": {{"ID": "bakery", "Name": "bakery", "TaskGroups": [{{"Name": "ovens", "Tasks": [
               {{"Name": "ovens", "Driver": "docker", "Config": {{"image": "ovens:7"}}, "Env": {{"OVEN_TIMEOUT": "{timeout}"}}}}]}}]}}}}"#
        )
    };
    drifts(&project, &inspected("10"), &[]);
    drifts(&project, &inspected("60"), &[("OVEN_TIMEOUT", "high")]);
}

#[test]
fn containers_of_docker_are_compared() {
    let compose =
        "services:\n  ovens:\n    build: .\n    environment:\n      OVEN_TIMEOUT: \"10\"\n";
    let project = Project::of(&[
        ("bakery/ovens.py", "import os\n\nTIMEOUT = int(os.environ[\"OVEN_TIMEOUT\"])\n"),
        ("compose.production.yaml", compose),
        ("compose.staging.yaml", compose),
    ]);
    let inspected = |timeout: &str| {
        format!(
            r#"[{{"Name": "/bakery-ovens-1", "Config": {{"Image": "bakery-ovens",
               "Labels": {{"com.docker.compose.service": "ovens"}},
               "Env": ["OVEN_TIMEOUT={timeout}", "PATH=/usr/bin", "PYTHON_VERSION=3.13.1"]}}}}]"#
        )
    };
    drifts(&project, &inspected("10"), &[]);
    drifts(&project, &inspected("60"), &[("OVEN_TIMEOUT", "high")]);
}

const DEPLOYMENT: &str = r#"{"apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "ovens", "namespace": "bakery"},
    "spec": {"template": {"spec": {"containers": [{"name": "ovens", "env": [
        {"name": "OVEN_TIMEOUT", "value": "TIMEOUT"},
        {"name": "OVEN_TOKEN", "valueFrom": {"secretKeyRef": {"name": "ovens", "key": "token"}}}]}]}}}}"#;

fn list(objects: &[&str]) -> String {
    format!(r#"{{"apiVersion": "v1", "kind": "List", "items": [{}]}}"#, objects.join(","))
}

#[test]
fn workloads_of_a_cluster_are_compared_by_name() {
    let project = cluster();
    let same = DEPLOYMENT.replace("TIMEOUT\"}", "10\"}");
    let same = same.as_str();
    let secret = |value: &str| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": {{"token": "{value}"}},
                "metadata": {{"name": "ovens", "namespace": "bakery"}}}}"#
        )
    };
    let (own, other) = (secret("U2F1ZXJ0ZWlnNDcxMUdlaGVpbQ=="), secret("U2F1ZXJ0ZWlnMTkwNw=="));
    drifts(&project, &list(&[same, &own]), &[]);
    drifts(&project, &list(&[same, &other]), &[("OVEN_TOKEN", "high")]);
    // Without the Secret nothing is known of what it gives.
    drifts(&project, same, &[]);
    // An object of that name in another namespace is another one.
    let elsewhere = other.replace("bakery", "mill");
    drifts(&project, &list(&[same, &own, &elsewhere]), &[]);
}

#[test]
fn what_controls_an_object_speaks_for_it() {
    let project = cluster();
    let pod = |timeout: &str| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "ovens-7f9b4d5c6d-x2k9q",
                "namespace": "bakery", "labels": {{"pod-template-hash": "7f9b4d5c6d"}}, "ownerReferences": [
                {{"kind": "ReplicaSet", "name": "ovens-7f9b4d5c6d", "controller": true}}]}},
                "spec": {{"containers": [{{"name": "ovens", "env": [{{"name": "OVEN_TIMEOUT", "value": "{timeout}"}},
                {{"name": "OVEN_TOKEN", "valueFrom": {{"secretKeyRef": {{"name": "x", "key": "y"}}}}}}]}},
                {{"name": "istio-proxy", "env": [{{"name": "OVEN_STEAM", "value": "mesh"}}]}}]}}}}"#
        )
    };
    drifts(&project, &pod("60"), &[("OVEN_TIMEOUT", "high")]);
    drifts(&project, &list(&[&DEPLOYMENT.replace("TIMEOUT\"}", "10\"}"), &pod("60")]), &[]);
}

#[test]
fn what_was_applied_last_tells_which_side_moved() {
    let project = cluster();
    let applied = |timeout: &str| {
        let text =
            serde_json::to_string(&DEPLOYMENT.replace("TIMEOUT\"}", &format!("{timeout}\"}}")));
        let note = format!(
            r#""namespace": "bakery", "annotations": {{"kubectl.kubernetes.io/last-applied-configuration": {}}}"#,
            text.expect("a text is JSON")
        );
        DEPLOYMENT.replace("TIMEOUT\"}", "60\"}").replace(r#""namespace": "bakery""#, &note)
    };
    let by_hand = said(&project, &applied("10"));
    assert!(by_hand[0][4].ends_with("changed since it was applied last"), "{by_hand:?}");
    assert_eq!(by_hand[0][3], "high");
    let pending = said(&project, &applied("60"));
    assert!(pending[0][4].ends_with("so the declaration is newer"), "{pending:?}");
    assert_eq!(pending[0][3], "medium");
}

#[test]
fn a_live_key_is_not_missing_as_well() {
    let code = "import os\n\nFLOUR = os.environ[\"FLOUR_FEED\"]\nNAME = os.environ[\"BAKERY\"]\n";
    let rules = |rows: Vec<[String; 5]>| {
        let mut rules: Vec<_> = rows
            .into_iter()
            .filter(|row| row[1] == "FLOUR_FEED")
            .map(|row| row[0].clone())
            .collect();
        rules.sort();
        rules
    };
    let project = Project::of(&[
        ("bakery/mill.py", code),
        ("deploy/production.env", "BAKERY=rye\n"),
        ("deploy/staging.env", "BAKERY=rye\nFLOUR_FEED=7\n"),
    ]);
    assert_eq!(rules(said(&project, r#"{"BAKERY": "rye"}"#)), ["missing-required"]);
    let told = rules(said(&project, r#"{"BAKERY": "rye", "FLOUR_FEED": "9"}"#));
    assert_eq!(told, ["live-drift"]);
}

#[test]
fn an_unknown_environment_is_refused_with_those_there_are() {
    let project = bakery();
    project.write("snapshot", b"A=b\n");
    let run = project.run(&["check", "--live", "moon=snapshot"]).exits(2);
    let said = "keydrift: a snapshot is given for the environment `moon`; there are: production, staging\n";
    assert_eq!(run.stderr, said);
    let run = project.run(&["envs", "--live", "production=nowhere.yaml"]).exits(2);
    assert_eq!(run.stderr, "keydrift: cannot read the snapshot nowhere.yaml: no such file\n");
    let run = project.run(&["check", "--live", "production"]).exits(2);
    assert!(run.stderr.contains("production=live.yaml"), "{run:?}");
}

#[test]
fn a_snapshot_that_is_none_is_told() {
    let project = bakery();
    for text in ["Error from server: not found\n", "[1, 2]", "{\"a\": ", ""] {
        project.write("snapshot", text.as_bytes());
        let run = project.run(&["check", "--format", "json", "--live", "production=snapshot"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(run.json()["diagnostics"][0]["path"], "snapshot", "{text}");
    }
}

#[test]
fn a_snapshot_inside_the_tree_is_no_configuration() {
    let project = bakery();
    project
        .write("deploy/live/production.env", b"OVEN_TIMEOUT=60\nOVEN_TOKEN=Sauerteig4711Geheim\n");
    let live = "production=deploy/live/production.env";
    let run = project.run(&["facts", "--live", live]).exits(0);
    let declared = run.stdout.lines().filter(|line| line.contains("deploy/live/production.env"));
    assert!(declared.clone().all(|line| line.contains("\"source\":\"live\"")), "{}", run.stdout);
    assert_eq!(declared.count(), 2);
    let run = project.run(&["check", "--live", live]);
    assert!(
        run.stdout.contains("`60` live in `production` and `10` is declared"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_was_scaled_by_hand_is_told() {
    let project = cluster();
    let manifest = |more: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: ovens}}\nspec:\n  replicas: 3\n  template:\n    \
             spec:\n      containers:\n        - name: ovens\n          resources: {{limits: {{cpu: 0.5}}}}\n          \
             env: [{{name: OVEN_TIMEOUT, value: \"10\"}}]\n{more}"
        )
    };
    project.write("k8s/production/ovens.yaml", manifest("").as_bytes());
    let live = |replicas: &str, cpu: &str| {
        format!(
            r#"{{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {{"name": "ovens", "namespace": "bakery"}},
                "spec": {{"replicas": {replicas}, "template": {{"spec": {{"terminationGracePeriodSeconds": 30,
                "containers": [{{"name": "ovens", "image": "bakery/ovens:7", "resources": {{"limits": {{"cpu": "{cpu}"}}}},
                "env": [{{"name": "OVEN_TIMEOUT", "value": "10"}}]}}]}}}}}}}}"#
        )
    };
    drifts(&project, &live("3", "500m"), &[]);
    let wanted = [("ovens:resources", "medium"), ("ovens:spec.replicas", "medium")];
    drifts(&project, &live("9", "2"), &wanted);
    let scaler = r#"{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "ovens", "namespace": "bakery"},
        "spec": {"scaleTargetRef": {"name": "ovens"}, "minReplicas": 2, "maxReplicas": 12}}"#;
    drifts(&project, &list(&[&live("9", "500m"), scaler]), &[]);
}

/// Vault withholds everything; what is declared openly is compared with it all the same.
#[test]
fn what_one_side_alone_withholds_is_compared() {
    let project = bakery();
    project.write("deploy/production.env", format!("{DEPLOYED}OVEN_STEAM=on\n").as_bytes());
    let vault = |steam: &str| {
        let data = format!(
            r#"{{"OVEN_TIMEOUT": "10", "OVEN_TOKEN": "Sauerteig4711Geheim", "OVEN_STEAM": "{steam}"}}"#
        );
        let text = format!(r#"{{"lease_duration": 0, "data": {data}}}"#);
        let keys = said(&project, &text).into_iter().map(|row| [row[0].clone(), row[1].clone()]);
        keys.filter(|row| row[0] == "live-drift").collect::<Vec<_>>()
    };
    assert_eq!(vault("on"), [] as [[String; 2]; 0]);
    assert_eq!(vault("off"), [["live-drift", "OVEN_STEAM"]]);
}
