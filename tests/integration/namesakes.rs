//! Workloads of one name that one environment has more than once: overlays of kustomize, releases of Helm.

use serde_json::Value;

use crate::resolved::values;
use crate::support::{Project, keydrift};

/// Two clusters below one environment, each with an overlay and a `ConfigMap` of its own on what both are made of.
fn clusters() -> Project {
    let base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      \
        - name: oven\n        image: bakery/oven:1\n        env:\n        - {name: OVEN_HEAT, value: \"200\"}\n        \
        - {name: OVEN_CLUSTER, value: none}\n        envFrom:\n        - configMapRef: {name: oven}\n";
    let overlay = |cluster: &str, street: &str| {
        format!(
            "resources: [../../../base]\npatches:\n- target: {{kind: Deployment}}\n  patch: |\n    - op: replace\n      \
             path: /spec/template/spec/containers/0/env/1/value\n      value: {cluster}\n\
             configMapGenerator:\n- name: oven\n  literals: [OVEN_STREET={street}]\n"
        )
    };
    let overlays = [overlay("curator", "north"), overlay("smaug", "south")];
    Project::of(&[
        ("base/oven.yaml", base),
        ("base/kustomization.yaml", "resources: [oven.yaml]\n"),
        ("overlays/prod/curator/kustomization.yaml", &overlays[0]),
        ("overlays/prod/smaug/kustomization.yaml", &overlays[1]),
    ])
}

#[test]
fn clusters_below_one_environment_each_have_their_own() {
    let project = clusters();
    let told = |key: &str| told(&project, key);
    let apart = |one: &str, two: &str| {
        let called = |cluster: &str| format!("oven of overlays/{cluster}");
        vec![(called("curator"), one.to_owned()), (called("smaug"), two.to_owned())]
    };
    assert_eq!(told("OVEN_CLUSTER"), apart("curator", "smaug"), "one line, patched twice");
    assert_eq!(told("OVEN_STREET"), apart("north", "south"), "each takes its own object");
    assert_eq!(
        told("OVEN_HEAT"),
        [("oven".to_owned(), "200".to_owned())],
        "what is the same is told once"
    );
    let text = keydrift(project.root(), &["explain", "OVEN_CLUSTER", "--no-history"]).stdout;
    assert!(text.contains("\"curator\"") && text.contains("\"smaug\""), "{text}");
}

/// What the workload is stands in a repository of its own; its variables are added here, and one cluster changes their object.
#[test]
fn clusters_that_change_a_base_of_others_each_have_their_own() {
    let base = "resources:\n- https://git.example/bakery/oven/config/default?ref=v1\nconfigMapGenerator:\n- name: oven\n  \
        literals: [OVEN_STREET=north]\npatches:\n- path: oven.yaml\n";
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      \
        - name: oven\n        env:\n        - name: OVEN_STREET\n          valueFrom:\n            configMapKeyRef: {name: oven, key: OVEN_STREET}\n";
    let south = "resources: [../base]\npatches:\n- target: {kind: ConfigMap, name: oven}\n  patch: |\n    - op: replace\n      \
        path: /data/OVEN_STREET\n      value: south\n";
    let project = Project::of(&[
        ("oven/production/base/kustomization.yaml", base),
        ("oven/production/base/oven.yaml", patch),
        ("oven/production/curator/kustomization.yaml", "resources: [../base]\n"),
        ("oven/production/smaug/kustomization.yaml", south),
    ]);
    let all = values(&project, "OVEN_STREET", "production");
    let told: Vec<_> = all.iter().map(|(name, it)| (name.as_str(), it["value"].as_str())).collect();
    assert_eq!(
        told,
        [("oven of oven/curator", Some("north")), ("oven of oven/smaug", Some("south"))]
    );
    let checked = project.run(&["check", "--min-confidence", "low"]).stdout;
    assert!(!checked.contains("never takes effect"), "{checked}");
}

/// A chart whose workload is called alike in each release, and a helmfile that releases it.
fn released(releases: &str) -> Project {
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: tap-server}\nspec:\n  template:\n    spec:\n      \
        containers:\n      - name: tap\n        image: bakery/tap:1\n        env:\n        \
        - {name: TAP_ROOM, value: {{ .Values.room | quote }}}\n        - {name: TAP_FLOW, value: \"3\"}\n        \
        {{- if .Values.group }}\n        - {name: TAP_GROUP, value: {{ .Values.group | quote }}}\n        {{- end }}\n        \
        envFrom:\n        - configMapRef: {name: tap}\n";
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tap}\ndata: {TAP_STREET: {{ .Values.street }}}\n";
    let helmfile = format!("environments:\n  prod: {{}}\n---\nreleases:\n{releases}");
    Project::of(&[
        ("charts/tap/Chart.yaml", "apiVersion: v2\nname: tap\nversion: 1.0.0\n"),
        ("charts/tap/values.yaml", "room: none\ngroup: \"\"\nstreet: none\n"),
        ("charts/tap/templates/server.yaml", template),
        ("charts/tap/templates/object.yaml", object),
        ("helmfile.yaml", &helmfile),
    ])
}

fn told(project: &Project, key: &str) -> Vec<(String, String)> {
    let all = values(project, key, "prod").into_iter();
    all.map(|(name, it)| (name, it["value"].as_str().unwrap_or_default().to_owned())).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect()
}

/// Two releases of one chart have a workload of one name, each in a namespace of its own.
#[test]
fn releases_of_one_environment_each_have_their_own_workload() {
    let project = released(
        "- name: stars\n  namespace: stars\n  chart: charts/tap\n  values: [{room: stars, group: far, street: north}]\n\
         - name: moons\n  namespace: moons\n  chart: charts/tap\n  values: [{room: moons, street: south}]\n",
    );
    let (moons, stars) = ("tap-server of moons", "tap-server of stars");
    assert_eq!(told(&project, "TAP_ROOM"), pairs(&[(moons, "moons"), (stars, "stars")]));
    assert_eq!(told(&project, "TAP_GROUP"), pairs(&[(stars, "far")]), "the other has none");
    assert_eq!(told(&project, "TAP_STREET"), pairs(&[(moons, "south"), (stars, "north")]));
    assert_eq!(told(&project, "TAP_FLOW"), pairs(&[("tap-server", "3")]), "told once");
}

/// What some releases of a chart alone are given is told of each, be it the same value.
#[test]
fn what_not_every_release_is_given_is_told_of_each() {
    let release = |name: &str, group: &str| {
        format!(
            "- name: {name}\n  namespace: {name}\n  chart: charts/tap\n  values: [{{room: {name}{group}}}]\n"
        )
    };
    let all =
        [release("moons", ", group: far"), release("stars", ", group: far"), release("suns", "")];
    let project = released(&all.concat());
    let expected = pairs(&[("tap-server of moons", "far"), ("tap-server of stars", "far")]);
    assert_eq!(told(&project, "TAP_GROUP"), expected);
}

/// The files of values are called after the releases: a release keeps the words of its name that are none of its environment.
#[test]
fn a_release_is_called_after_more_than_its_environment() {
    let release = |name: &str| {
        format!(
            "- name: {name}-prod\n  namespace: tap\n  chart: charts/tap\n  values: [values-{name}.yaml]\n"
        )
    };
    let project = released(&[release("near-tap"), release("far-tap")].concat());
    project.write("values-near-tap.yaml", b"room: near\n");
    project.write("values-far-tap.yaml", b"room: far\n");
    let expected = pairs(&[("tap-server of far-tap", "far"), ("tap-server of near-tap", "near")]);
    assert_eq!(told(&project, "TAP_ROOM"), expected);
}

/// Releases of one name are told apart by their namespaces; one that stands alone is called as it is.
#[test]
fn releases_of_one_name_are_told_apart_by_their_namespaces() {
    let one = "- name: tap\n  namespace: stars\n  chart: charts/tap\n  values: [{room: stars, street: north}]\n";
    let other = "- name: tap\n  namespace: moons\n  chart: charts/tap\n  values: [{room: moons, street: south}]\n";
    let project = released(&format!("{one}{other}"));
    let (moons, stars) = ("tap-server of moons/tap", "tap-server of stars/tap");
    assert_eq!(told(&project, "TAP_ROOM"), pairs(&[(moons, "moons"), (stars, "stars")]));
    assert_eq!(told(&project, "TAP_STREET"), pairs(&[(moons, "south"), (stars, "north")]));
    assert_eq!(told(&released(one), "TAP_ROOM"), pairs(&[("tap-server", "stars")]));
}

#[test]
fn facts_tell_which_result_they_are_a_part_of() {
    let facts = keydrift(clusters().root(), &["facts"]).exits(0).stdout;
    let facts = facts.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of = |fact: &Value| {
        Some((fact["result"].as_str()?.to_owned(), fact["value"].as_str()?.to_owned()))
    };
    let facts: Vec<Value> = facts.filter(|fact| fact["workload"] == "oven").collect();
    let told = |key: &str| -> Vec<_> {
        facts.iter().filter(|fact| fact["key"] == key).filter_map(of).collect()
    };
    let one = |cluster: &str, value: &str| {
        (format!("overlays/prod/{cluster}/kustomization.yaml"), value.to_owned())
    };
    assert_eq!(told("OVEN_CLUSTER"), [one("curator", "curator"), one("smaug", "smaug")]);
    assert_eq!(told("OVEN_STREET"), [one("curator", "north"), one("smaug", "south")]);
}

/// A Deployment and the Job before each release have one name: what one gets the other does not.
#[test]
fn workloads_of_two_kinds_each_have_their_own() {
    let workload = |kind: &str, version: &str, env: &str| {
        format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: oven}}\nspec:\n  template:\n    spec:\n      containers:\n      \
             - name: oven\n        image: bakery/oven:1\n        env:\n        - {{name: OVEN_USER, value: {env}}}\n"
        )
    };
    let job = workload("Job", "batch/v1", "owner");
    let deployment = workload("Deployment", "apps/v1", "reader")
        + "        - {name: OVEN_HEAT, value: \"200\"}\n";
    let project = Project::of(&[
        ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("oven/values.yaml", "street: none\n"),
        ("oven/values-prod.yaml", "street: north\n"),
        ("oven/templates/job.yaml", &job),
        ("oven/templates/oven.yaml", &deployment),
    ]);
    assert_eq!(told(&project, "OVEN_USER"), pairs(&[("oven", "reader"), ("oven/job", "owner")]));
    assert_eq!(told(&project, "OVEN_HEAT"), pairs(&[("oven", "200")]));
}
