//! Argo CD: apps of apps and ApplicationSets say what runs where; the files that they name say what it gets.

use crate::support::Project;

const CODE: (&str, &str) = ("oven/oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n");
const DOCKERFILE: (&str, &str) = ("oven/Dockerfile", "FROM python:3.13\nCOPY . .\n");
const CHART: (&str, &str) =
    ("charts/oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n");
const VALUES: (&str, &str) = ("charts/oven/values.yaml", "heat: 200\n");
const DEPLOYMENT: (&str, &str) = (
    "charts/oven/templates/deployment.yaml",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: oven\n          image: bakery/oven:1\n          env:\n            - name: OVEN_HEAT\n              value: {{ .Values.heat | quote }}\n",
);

/// `environment KEY=value path:line` of each definition in an environment, sorted.
fn given(files: &[(&str, &str)]) -> Vec<String> {
    Project::of(files).definitions(|fact| !fact["environment"].is_null())
}

/// A chart of applications, one for each environment, which another application installs.
#[test]
fn an_app_of_apps_installs_charts_with_the_values_of_each_environment() {
    let found = given(&[
        CODE,
        DOCKERFILE,
        CHART,
        VALUES,
        DEPLOYMENT,
        ("charts/oven/values-staging.yaml", "heat: 180\n"),
        ("charts/oven/values-production.yaml", "heat: 250\n"),
        (
            "argocd/root.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: root}\nspec:\n  source: {repoURL: https://git.example/bakery.git, path: argocd/apps}\n",
        ),
        ("argocd/apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n"),
        ("argocd/apps/values.yaml", "environments: [staging, production]\n"),
        (
            "argocd/apps/templates/ovens.yaml",
            "{{- range .Values.environments }}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: oven-{{ . }}\nspec:\n  destination: {namespace: {{ . }}}\n  source:\n    repoURL: https://git.example/bakery.git\n    path: charts/oven\n    helm:\n      valueFiles: [values-{{ . }}.yaml]\n{{- end }}\n",
        ),
    ]);
    for wanted in [
        "production OVEN_HEAT=250 charts/oven/templates/deployment.yaml:12",
        "staging OVEN_HEAT=180 charts/oven/templates/deployment.yaml:12",
    ] {
        assert!(found.iter().any(|one| one == wanted), "{wanted}: {found:#?}");
    }
    assert!(!found.iter().any(|one| one.contains("=200")), "{found:#?}");
}

/// What a chart of applications hands on by name lies over the files of values, and no file counts a second time without it.
#[test]
fn an_app_of_apps_hands_parameters_on() {
    let parameters = "        - {name: heat, value: \"{{ .Values.heat }}\"}\n        - {name: steam, value: \"false\"}\n        \
                      - {name: 'notes.bakery\\.example/by', value: apps, forceString: true}\n";
    let found = given(&[
        CODE,
        DOCKERFILE,
        CHART,
        ("charts/oven/values.yaml", "heat: 200\nsteam: true\nnotes: {}\n"),
        (
            "charts/oven/templates/deployment.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: oven\n          image: bakery/oven:1\n          env:\n            - name: OVEN_HEAT\n              value: {{ .Values.heat | quote }}\n{{- if .Values.steam }}\n            - name: OVEN_STEAM\n              value: wet\n{{- end }}\n            - name: OVEN_BY\n              value: {{ index .Values.notes \"bakery.example/by\" | quote }}\n",
        ),
        ("charts/oven/values-production.yaml", "limit: 1\n"),
        ("apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n"),
        ("apps/values.yaml", "name: none\nheat: 1\n"),
        ("apps/values-production.yaml", "name: production\nheat: 260\n"),
        (
            "apps/templates/oven.yaml",
            &format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: oven\nspec:\n  source:\n    path: charts/oven\n    helm:\n      valueFiles: [values-{{{{ .Values.name }}}}.yaml]\n      parameters:\n{parameters}"
            ),
        ),
    ]);
    let of = |key: &str| -> Vec<&String> {
        found.iter().filter(|one| one.starts_with(&format!("production {key}="))).collect()
    };
    assert_eq!(of("OVEN_HEAT").len(), 1, "{found:#?}");
    assert!(of("OVEN_HEAT")[0].contains("=260 "), "{found:#?}");
    assert!(of("OVEN_BY").iter().all(|one| one.contains("=apps ")), "{found:#?}");
    assert!(of("OVEN_STEAM").is_empty(), "{found:#?}");
}

/// A list of environments, each with a value that the template of the set fills in.
#[test]
fn the_list_of_an_application_set_gives_each_environment_its_values() {
    let found = given(&[
        CODE,
        DOCKERFILE,
        CHART,
        VALUES,
        DEPLOYMENT,
        ("charts/oven/values-staging.yaml", "heat: 180\n"),
        ("charts/oven/values-production.yaml", "{}\n"),
        (
            "argocd/ovens.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: ovens}\nspec:\n  generators:\n    - list:\n        elements:\n          - {env: staging}\n          - {env: production}\n  template:\n    metadata: {name: 'oven-{{env}}'}\n    spec:\n      source:\n        path: charts/oven\n        helm:\n          valueFiles: ['values-{{env}}.yaml']\n",
        ),
    ]);
    for wanted in [
        "production OVEN_HEAT=200 charts/oven/templates/deployment.yaml:12",
        "staging OVEN_HEAT=180 charts/oven/templates/deployment.yaml:12",
    ] {
        assert!(found.iter().any(|one| one == wanted), "{wanted}: {found:#?}");
    }
}

/// Folders of the tree, each an overlay of kustomize.
#[test]
fn the_folders_of_an_application_set_are_overlays() {
    let base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n        - name: oven\n          image: bakery/oven:1\n          env:\n            - name: OVEN_HEAT\n              value: \"200\"\n";
    let overlay = |heat: &str| {
        format!(
            "resources: [../../base]\npatches:\n  - target: {{kind: Deployment, name: oven}}\n    patch: |\n      - op: replace\n        path: /spec/template/spec/containers/0/env/0/value\n        value: \"{heat}\"\n"
        )
    };
    let (staging, production) = (overlay("180"), overlay("250"));
    let found = given(&[
        CODE,
        DOCKERFILE,
        ("deploy/base/kustomization.yaml", "resources: [deployment.yaml]\n"),
        ("deploy/base/deployment.yaml", base),
        ("deploy/overlays/staging/kustomization.yaml", &staging),
        ("deploy/overlays/production/kustomization.yaml", &production),
        (
            "argocd/ovens.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: ovens}\nspec:\n  goTemplate: true\n  generators:\n    - git:\n        directories: [{path: 'deploy/overlays/*'}]\n  template:\n    spec:\n      source: {path: '{{ .path.path }}'}\n      destination: {namespace: '{{ .path.basename }}'}\n",
        ),
    ]);
    for (environment, heat) in [("production", "250"), ("staging", "180")] {
        let wanted = format!("{environment} OVEN_HEAT={heat} ");
        assert!(found.iter().any(|one| one.starts_with(&wanted)), "{wanted}: {found:#?}");
    }
    assert!(!found.iter().any(|one| one.contains("OVEN_HEAT=200")), "{found:#?}");
}

/// The variables of a plugin that runs Helm say which files it gets.
#[test]
fn a_plugin_hands_files_of_values_on() {
    let found = given(&[
        CODE,
        DOCKERFILE,
        CHART,
        VALUES,
        DEPLOYMENT,
        ("environments/values/oven-staging.yaml", "heat: 180\n"),
        (
            "environments/apps/oven.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: oven}\nspec:\n  source:\n    path: charts/oven\n    plugin:\n      env:\n        - {name: AVP_SECRET, value: vault}\n        - {name: helm_args, value: '-f values.yaml -f ../../environments/values/oven-staging.yaml'}\n",
        ),
    ]);
    let wanted = "staging OVEN_HEAT=180 charts/oven/templates/deployment.yaml:12";
    assert!(found.iter().any(|one| one == wanted), "{found:#?}");
}
