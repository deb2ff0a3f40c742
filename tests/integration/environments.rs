//! Environments inferred from the layouts of real projects, and what bindings hand on.
//!
//! The sources are made by hand, one line each, so that no extractor stands between a layout and what is inferred.

use std::fmt::Write as _;

use keydrift::config::{self, Config};
use keydrift::facts::{BindingFact, Entry, Include, ObjectName, SourceFacts, Workload};
use keydrift::link::sources;
use keydrift::model::{
    Attribution, Confidence, Inventory, Namespace, Role, Scalar, ScalarKind, Scope, Value,
};
use keydrift::text::{File, Files, TextRange};

/// Makes an inventory of `kind path KEY=value …` lines. `@section`, `[object]`, `<included>` and `%image` are marks.
fn inventory(lines: &str) -> Inventory {
    with_config(lines, &Config::default())
}

fn with_config(lines: &str, config: &Config) -> Inventory {
    let mut files = Files::default();
    let mut facts = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let kind = words.next().expect("the test says it");
        let path = words.next().expect("the test says it");
        let file = files.add(File::new(path, ""));
        facts.push((file, vec![source(kind, path, words)]));
    }
    let mut inventory = Inventory::default();
    sources::add(&mut inventory, facts, &[], &mut files, config);
    inventory
}

/// The kinds of sources that the tests write.
const KINDS: &[&str] = &[
    "app-engine",
    "compose",
    "configmap",
    "dockerfile",
    "kamal",
    "dotenv",
    "helm-values",
    "json",
    "kustomize",
    "procfile",
    "secret",
    "terraform",
    "toml",
    "workload-env",
    "yaml",
];

fn source<'a>(kind: &str, path: &str, words: impl Iterator<Item = &'a str>) -> SourceFacts {
    let kind = KINDS.iter().find(|known| **known == kind).expect("the test says it");
    let mut facts = SourceFacts::new(kind);
    if ["example", "sample", "template"]
        .iter()
        .any(|word| path.rsplit('/').next().expect("the test says it").contains(word))
    {
        facts.role = Role::Template;
    }
    let is_setting = ["toml", "yaml", "json", "helm-values"].contains(kind);
    for (at, word) in words.enumerate() {
        let range = TextRange::new(at * 10, at * 10 + 5);
        if let Some(section) = word.strip_prefix('@') {
            facts.section = Some(section.to_owned());
        } else if let Some(object) = word.strip_prefix('[') {
            let (name, namespace) =
                object.split_once('/').map_or((object, None), |(a, b)| (a, Some(b)));
            facts.object = Some(ObjectName {
                is_secret: *kind == "secret",
                name: name.trim_end_matches(']').to_owned(),
                namespace: namespace.map(|it| it.trim_end_matches(']').to_owned()),
            });
        } else if let Some(path) = word.strip_prefix('<') {
            let path = path.to_owned();
            facts.includes.push(Include { path, required: true, scope: None, order: 0, range });
        } else if let Some(binding) = word.strip_prefix("from:") {
            facts.bindings.push(binding_fact(binding, range));
        } else if let Some(image) = word.strip_prefix('%') {
            facts.workloads.push(Workload {
                name: "db".into(),
                image: Some(image.into()),
                build: None,
                dockerfile: None,
                mounts: Vec::new(),
                range,
            });
        } else {
            let scope = facts.object.as_ref().map(|object| Scope::Object(object.name.clone()));
            facts.entries.push(entry(word, is_setting, scope, range));
        }
    }
    if facts.workloads.iter().any(|it| it.image.is_some()) {
        for entry in &mut facts.entries {
            entry.attribution = Attribution::Image("postgres".into());
        }
    }
    facts
}

/// `from:TO=object/entry` binds one entry, `from:object` all of them; `prefix+object` puts a prefix before each.
fn binding_fact(text: &str, range: TextRange) -> BindingFact {
    let scope = Some(Scope::Workload("web".into()));
    let object =
        |name: &str| ObjectName { is_secret: false, name: name.to_owned(), namespace: None };
    if let Some((to, from)) = text.split_once('=') {
        let (name, entry) = from.split_once('/').expect("the test says it");
        let (to, entry) = (Some(to.to_owned()), Some(entry.to_owned()));
        let prefix = String::new();
        return BindingFact {
            to,
            object: object(name),
            entry,
            prefix,
            optional: false,
            scope,
            range,
        };
    }
    let (prefix, name) = text.split_once('+').unwrap_or(("", text));
    let prefix = prefix.to_owned();
    BindingFact {
        to: None,
        object: object(name),
        entry: None,
        prefix,
        optional: false,
        scope,
        range,
    }
}

fn entry(word: &str, is_setting: bool, scope: Option<Scope>, range: TextRange) -> Entry {
    let (name, text) = word.split_once('=').unwrap_or((word, "1"));
    Entry {
        name: name.to_owned(),
        namespace: if is_setting { Namespace::Setting } else { Namespace::Env },
        value: Value::Literal(Scalar { text: text.to_owned(), kind: ScalarKind::Plain }),
        key_range: range,
        value_range: Some(range),
        written: Vec::new(),
        lost: Vec::new(),
        scope,
        attribution: Attribution::Project,
        commented: false,
        note: None,
        flag: None,
    }
}

fn names(inventory: &Inventory) -> Vec<&str> {
    inventory.environments.iter().map(|environment| environment.name.as_str()).collect()
}

/// The paths of an environment's layers, lowest first.
fn layers(inventory: &Inventory, name: &str) -> Vec<String> {
    let environment =
        inventory.environments.iter().find(|it| it.name == name).expect("the test says it");
    environment.layers.iter().map(|layer| path(inventory, layer.source.index())).collect()
}

/// Paths were added in order, so the file's number is the source's.
fn path(inventory: &Inventory, source: usize) -> String {
    format!("{}", inventory.sources[source].file.0)
}

fn is_local(inventory: &Inventory, name: &str) -> bool {
    inventory.environments.iter().find(|it| it.name == name).expect("the test says it").is_local
}

/// What an environment gives a key: the texts of its definitions, lowest layer first.
fn values(inventory: &Inventory, environment: &str, key: &str) -> Vec<String> {
    let environment =
        inventory.environments.iter().find(|it| it.name == environment).expect("the test says it");
    let of = |source| {
        inventory
            .definitions
            .iter()
            .filter(move |it| it.source == source && !matches!(it.scope, Some(Scope::Object(_))))
            .filter(|it| inventory.key(it.key).name == key)
            .map(|it| it.value.shown().unwrap_or("?").to_owned())
    };
    environment.layers.iter().flat_map(|layer| of(layer.source)).collect()
}

fn reason(inventory: &Inventory, source: usize) -> String {
    let placement = inventory.placements.iter().find(|it| it.source.index() == source);
    placement
        .unwrap_or_else(|| panic!("source {source} is placed in an environment"))
        .reason
        .clone()
}

#[test]
fn suffixes_name_environments_and_a_template_names_none() {
    let found = inventory(
        ".
        dotenv .env A=1 B=1
        dotenv .env.example A B C
        dotenv .env.production A=2 B=2
        dotenv .env.staging A=3 B=3"
            .trim_start_matches('.'),
    );
    assert_eq!(names(&found), ["production", "staging"]);
    assert_eq!(layers(&found, "production"), ["0", "2"]);
    assert_eq!(reason(&found, 1), "a template");
    assert!(!is_local(&found, "production"));
}

#[test]
fn the_contracts_example_is_one_environment() {
    let found = inventory("dotenv deploy/production.env PAYMENT_TIMEOUT=60");
    assert_eq!(names(&found), ["production"]);
    assert_eq!(found.environments[0].confidence, Confidence::Medium);
}

#[test]
fn overlays_lie_on_their_base() {
    let found = inventory(
        "configmap k8s/base/config.yaml [app] A=1 B=1
         workload-env k8s/base/web.yaml from:app
         kustomize k8s/overlays/dev/kustomization.yaml <../../base
         configmap k8s/overlays/dev/config.yaml [app] A=2
         kustomize k8s/overlays/production/kustomization.yaml <../../base
         configmap k8s/overlays/production/config.yaml [app] A=3",
    );
    assert_eq!(names(&found), ["dev", "production"]);
    assert_eq!(layers(&found, "production"), ["0", "5", "1", "4"]);
    assert_eq!(values(&found, "production", "A"), ["1", "3"]);
    assert_eq!(values(&found, "dev", "B"), ["1"]);
    assert!(is_local(&found, "dev"));
}

#[test]
fn charts_have_values_for_each_environment() {
    // alphagov/govuk-helm-charts, ministryofjustice/hmpps-prisoner-profile
    let found = inventory(
        "helm-values helm_deploy/app/values.yaml a b c
         helm-values helm_deploy/values-dev.yaml a b
         helm-values helm_deploy/values-preprod.yaml a b
         helm-values helm_deploy/values-prod.yaml a b
         dotenv feature.env A
         helm-values charts/x/ci/default-values.yaml q",
    );
    assert_eq!(names(&found), ["dev", "local", "preprod", "prod"]);
    assert_eq!(layers(&found, "prod"), ["0", "3"]);
    assert_eq!(found.environments[3].confidence, Confidence::High);
    assert_eq!(reason(&found, 5), "a chart's test case");
}

#[test]
fn names_that_many_charts_repeat_are_environments() {
    // lsst-sqre/phalanx: a folder of environments, and charts with values for some of them
    let found = inventory(
        "helm-values environments/values-summit.yaml a
         helm-values environments/values-basin-dev.yaml a
         helm-values environments/values-usdfprod.yaml a
         helm-values applications/till/values-summit.yaml b
         helm-values applications/oven/values-basin-dev.yaml c
         helm-values applications/oven/values-usdfprod.yaml c d
         helm-values applications/oven/values-gas.yaml e",
    );
    assert_eq!(names(&found), ["basin-dev", "summit", "usdfprod"]);
    assert_eq!(layers(&found, "summit"), ["6", "0", "3"]);
    // wikimedia/operations-deployment-charts: no folder says so
    let found = inventory(
        "helm-values services/till/values-eqiad.yaml a
         helm-values services/till/values-codfw.yaml a
         helm-values services/oven/values-eqiad.yaml b
         helm-values services/oven/values-codfw.yaml c
         helm-values services/shop/values-eqiad.yaml d
         helm-values services/shop/values-codfw.yaml e
         helm-values services/shop/values-night.yaml f",
    );
    assert_eq!(names(&found), ["codfw", "eqiad"]);
    assert_eq!(layers(&found, "codfw"), ["6", "3", "5", "1"]);
}

#[test]
fn names_of_charts_in_folders_of_environments_are_none() {
    let mut sources = Vec::new();
    for place in ["dev", "stage", "prod"] {
        for party in 0..3 {
            for name in ["till", "till-exporter"] {
                sources.push(format!(
                    "helm-values deploy/{place}/till-{party}-{place}/values-{name}.yaml a b"
                ));
            }
        }
        sources.push(format!("helm-values deploy/{place}/common-values-till.yaml c"));
    }
    let found = inventory(&sources.join("\n"));
    assert_eq!(names(&found), ["dev", "prod", "stage"]);
}

#[test]
fn siblings_with_the_same_keys_are_environments_of_unknown_names() {
    // ministryofjustice/cla_backend: training and uat-static
    let found = inventory(
        "helm-values helm_deploy/cla/values-dev.yaml a b c d
         helm-values helm_deploy/cla/values-staging.yaml a b c d
         helm-values helm_deploy/cla/values-uat.yaml a b c d
         helm-values helm_deploy/cla/values-uat-static.yaml a b c d
         helm-values helm_deploy/cla/values-mirror.yaml a b c d
         helm-values helm_deploy/cla/values-redis.yaml x y z",
    );
    assert_eq!(names(&found), ["dev", "mirror", "staging", "uat", "uat-static"]);
    assert_eq!(layers(&found, "uat"), ["5", "2"], "a file that names none is shared");
}

#[test]
fn regions_are_environments_of_one_group() {
    let found = inventory(
        "helm-values deploy/values.yaml a b
         helm-values deploy/values-staging.yaml a b
         helm-values deploy/values-prod.yaml a
         helm-values deploy/values-prod-us.yaml b
         helm-values deploy/values-prod-eu.yaml b",
    );
    assert_eq!(names(&found), ["prod-eu", "prod-us", "staging"]);
    assert_eq!(layers(&found, "prod-eu"), ["0", "2", "4"]);
    let groups: Vec<_> = found.environments.iter().map(|it| it.group.as_deref()).collect();
    assert_eq!(groups, [Some("prod"), Some("prod"), None]);
}

#[test]
fn regions_may_be_folders() {
    let found = inventory(
        "configmap deploy/production/us-east-1/config.yaml [app] A=1
         configmap deploy/production/eu-west-1/config.yaml [app] A=2
         configmap deploy/staging/us-east-1/config.yaml [app] A=2",
    );
    assert_eq!(names(&found), ["production-eu-west-1", "production-us-east-1", "staging"]);
    assert_eq!(found.environments[0].group.as_deref(), Some("production"));
}

#[test]
fn folders_of_environments_count_whole_names() {
    // kostis-codefresh/gitops-environment-promotion
    let mut lines = String::new();
    for name in [
        "integration-gpu",
        "integration-non-gpu",
        "load-gpu",
        "prod-asia",
        "prod-eu",
        "prod-us",
        "qa",
    ] {
        let _ = writeln!(lines, "configmap envs/{name}/settings.yaml [app] A B C");
    }
    let found = inventory(&lines);
    assert_eq!(
        names(&found),
        [
            "integration-gpu",
            "integration-non-gpu",
            "load-gpu",
            "prod-asia",
            "prod-eu",
            "prod-us",
            "qa"
        ]
    );
    assert_eq!(found.environments[3].group.as_deref(), Some("prod"));
    assert_eq!(found.environments[0].group, None, "a variant and its negation are meant to differ");
}

#[test]
fn a_variant_beside_its_own_name_is_apart() {
    // GoogleCloudPlatform/bank-of-anthos: overlays of jobs and of a mesh beside those of the environments
    let found = inventory(
        "configmap web/overlays/production/a.yaml [app] A
         configmap web/overlays/production-mesh/a.yaml [app] A
         configmap web/overlays/staging/a.yaml [app] A
         configmap db/overlays/staging/a.yaml [db] B
         configmap db/overlays/init-db-staging/a.yaml [db] B",
    );
    assert_eq!(names(&found), ["init-db-staging", "production", "production-mesh", "staging"]);
    assert!(found.environments.iter().all(|it| it.group.is_none()));
    assert_eq!(layers(&found, "production-mesh"), ["1"]);
    assert_eq!(layers(&found, "staging"), ["3", "2"]);
}

#[test]
fn non_prod_is_not_prod() {
    // gruntwork-io/terragrunt-infrastructure-live-example
    let found = inventory(
        "terraform non-prod/us-east-1/qa/mysql/terragrunt.hcl a b
         terraform non-prod/us-east-1/stage/mysql/terragrunt.hcl a b
         terraform prod/us-east-1/prod/mysql/terragrunt.hcl a b",
    );
    assert_eq!(names(&found), ["prod", "qa", "stage"]);
}

#[test]
fn a_lone_dotenv_or_compose_file_is_local() {
    let found = inventory("dotenv .env A=1\ndotenv .env.example A");
    assert_eq!(names(&found), ["local"]);
    assert!(is_local(&found, "local"));
    let found = inventory(
        "compose docker-compose.yml A=1\ncompose docker-compose.override.yml A=2\ndotenv .env A=0",
    );
    assert_eq!(names(&found), ["local"]);
    assert_eq!(layers(&found, "local"), ["2", "0", "1"]);
}

#[test]
fn a_contract_alone_makes_no_environment() {
    let found = inventory(
        "dotenv .env.sample DATABASE_URL S3
         compose .devcontainer/docker-compose.yml DATABASE_URL
         dockerfile .devcontainer/Dockerfile X
         dockerfile Dockerfile RUST_LOG
         compose docker-compose.yml POSTGRES_PASSWORD %postgres",
    );
    assert_eq!(names(&found), [] as [&str; 0]);
    assert_eq!(reason(&found, 0), "a template");
    assert_eq!(reason(&found, 1), "a development container's own values");
    assert_eq!(reason(&found, 4), "nothing of this project runs with it");
}

#[test]
fn manifests_without_a_name_are_the_default() {
    // GoogleCloudPlatform/microservices-demo: components are features
    let mut files = Files::default();
    let kustomization =
        File::new("kustomize/components/alloydb/kustomization.yaml", "kind: Component\n");
    let base = files.add(File::new("kustomize/base/cart.yaml", ""));
    let component = files.add(kustomization);
    let test = files.add(File::new("kustomize/tests/all/kustomization.yaml", ""));
    let facts = vec![
        (base, vec![source("workload-env", "base", ["REDIS_ADDR"].into_iter())]),
        (component, vec![source("kustomize", "component", ["ALLOYDB"].into_iter())]),
        (test, vec![source("kustomize", "test", ["<../../base", "X"].into_iter())]),
    ];
    let mut found = Inventory::default();
    sources::add(&mut found, facts, &[], &mut files, &Config::default());
    assert_eq!(names(&found), ["default"]);
    assert!(!is_local(&found, "default"));
    assert_eq!(layers(&found, "default"), ["0"]);
    assert_eq!(reason(&found, 1), "a kustomize component: a feature, not an environment");
    assert_eq!(reason(&found, 2), "a test's own values");
}

#[test]
fn compose_overlays_and_services_are_no_environments() {
    // open-telemetry/opentelemetry-demo, netbox-community/netbox-docker
    let found = inventory(
        "compose compose.yaml A=1 <env/netbox.env
         compose compose.observability.yaml B=1
         compose compose.agent.yaml C=1
         dotenv .env A=0
         dotenv env/netbox.env D=1
         dotenv env/postgres.env E=1",
    );
    assert_eq!(names(&found), ["local"]);
    assert_eq!(
        layers(&found, "local"),
        ["3", "4", "5", "0", "2", "1"],
        "overlays win over the file"
    );
}

#[test]
fn settings_files_alone_name_environments() {
    // juspay/hyperswitch-card-vault
    let found = inventory(
        "dotenv .env DATABASE_URL
         toml config/config.example.toml a b c d
         toml config/development.toml a b c
         toml config/docker-configuration.toml a b c d
         compose loadtest/docker-compose.yaml X %grafana",
    );
    assert_eq!(names(&found), ["development", "docker", "local"]);
    assert_eq!(
        layers(&found, "local"),
        ["2", "0", "4"],
        "a local run uses the settings for development"
    );
    // mozilla-services/merino-py
    let found = inventory(
        "toml merino/configs/default.toml a b c
         toml merino/configs/production.toml a b
         toml merino/configs/stage.toml a b
         toml merino/configs/testing.toml a b
         toml merino/configs/ci.toml a b
         toml merino/configs/flags/local.toml f
         dotenv dev/app.env X",
    );
    assert_eq!(names(&found), ["ci", "local", "production", "stage", "testing"]);
    assert_eq!(layers(&found, "production"), ["0", "1"]);
}

#[test]
fn a_base_beside_development_alone_is_production() {
    // dotnet/eShop
    let found = inventory(
        "json src/Api/appsettings.json a b
         json src/Api/appsettings.Development.json a",
    );
    assert_eq!(names(&found), ["default", "development"]);
    assert!(is_local(&found, "development") && !is_local(&found, "default"));
}

#[test]
fn hosted_environments_have_odd_names() {
    // juspay/hyperswitch
    let found = inventory(
        "toml config/config.example.toml a b c
         toml config/development.toml a b c
         toml config/docker_compose.toml a b c
         toml config/deployments/integration_test.toml a b c
         toml config/deployments/production.toml a b c
         toml config/deployments/sandbox.toml a b c
         toml config/deployments/env_specific.toml x y",
    );
    assert_eq!(
        names(&found),
        ["development", "docker_compose", "integration_test", "production", "sandbox"]
    );
    assert!(is_local(&found, "docker_compose") && !is_local(&found, "integration_test"));
}

#[test]
fn a_mode_is_a_layer_of_the_deployments_that_select_it() {
    let found = inventory(
        "toml config/default.toml a
         toml config/development.toml a
         toml config/production.toml a
         configmap k8s/overlays/dev/config.yaml [app] RUN_MODE=production A=1
         configmap k8s/overlays/preprod/config.yaml [app] RUN_MODE=production A=1
         configmap k8s/overlays/prod/config.yaml [app] RUN_MODE=production A=1",
    );
    assert_eq!(names(&found), ["dev", "development", "preprod", "prod"]);
    assert_eq!(layers(&found, "dev"), ["0", "2", "3"]);
    assert_eq!(layers(&found, "preprod"), ["0", "2", "4"]);
    assert_eq!(layers(&found, "development"), ["0", "1"]);
}

#[test]
fn a_deployment_without_a_selector_runs_in_production_mode() {
    // Flagsmith, ministryofjustice/cla_backend
    let found = inventory(
        "dotenv .env.production A
         dotenv .env.test A
         helm-values deploy/values-uat.yaml b
         helm-values deploy/values-live.yaml b",
    );
    assert_eq!(names(&found), ["live", "test", "uat"]);
    assert_eq!(layers(&found, "uat"), ["0", "2"]);
}

#[test]
fn a_platform_is_given_one_file_and_no_other() {
    let lone = inventory(
        "app-engine app.yaml A=1 B=1\napp-engine app.staging.yaml A=2\napp-engine night.yaml C=1",
    );
    assert_eq!(names(&lone), ["default", "staging"]);
    assert_eq!(layers(&lone, "default"), ["0", "2"]);
    assert_eq!(layers(&lone, "staging"), ["2", "1"]);

    let known = inventory(
        "app-engine app.yaml A=1
         app-engine app.staging.yaml A=2
         workload-env deploy/production/web.yaml D=1
         workload-env deploy/staging/web.yaml D=2",
    );
    assert_eq!(names(&known), ["production", "staging"]);
    assert_eq!(layers(&known, "production"), ["2", "0"]);
    assert_eq!(layers(&known, "staging"), ["3", "1"]);

    // Kamal lays one over the other, and takes the first alone where nothing else is production's.
    let laid = inventory("kamal config/deploy.yml A=1\nkamal config/deploy.staging.yml A=2");
    assert_eq!(names(&laid), ["default", "staging"]);
    assert_eq!(layers(&laid, "staging"), ["0", "1"]);
    let full = inventory(
        "kamal config/deploy.yml A=1
         kamal config/deploy.staging.yml A=2
         kamal config/deploy.production.yml A=3",
    );
    assert_eq!(names(&full), ["production", "staging"]);
}

#[test]
fn sections_of_a_file_are_environments() {
    let mut files = Files::default();
    let file = files.add(File::new("settings.toml", ""));
    let section =
        |words: &'static [&'static str]| source("toml", "settings.toml", words.iter().copied());
    let facts = vec![(
        file,
        vec![
            section(&["@default", "a=1", "b=1"]),
            section(&["@production", "a=2"]),
            section(&["@mirror", "a=3"]),
        ],
    )];
    let mut found = Inventory::default();
    sources::add(&mut found, facts, &[], &mut files, &Config::default());
    assert_eq!(names(&found), ["mirror", "production"]);
    assert_eq!(values(&found, "production", "a"), ["1", "2"]);
    assert_eq!(values(&found, "mirror", "b"), ["1"]);
}

#[test]
fn tests_docs_and_examples_are_no_environments() {
    let found = inventory(
        "dotenv tests/.env.production A
         yaml docs/staging.yaml a
         dotenv examples/app/.env.staging A
         compose .github/docker-compose.prod.yml A
         toml test/config/production.toml a
         compose e2e/docker-compose.yml A",
    );
    assert_eq!(reason(&found, 0), "a test's own values");
    assert_eq!(reason(&found, 1), "an example in the documentation");
    assert_eq!(reason(&found, 2), "an example");
    assert_eq!(reason(&found, 3), "configuration of the build pipeline");
    assert_eq!(reason(&found, 4), "a test's own values");
    assert_eq!(reason(&found, 5), "a test's own values");
}

#[test]
fn a_test_environment_beside_others_is_one() {
    let found = inventory(
        "configmap k8s/overlays/test/config.yaml [app] A
         configmap k8s/overlays/prod/config.yaml [app] A",
    );
    assert_eq!(names(&found), ["prod", "test"]);
    let found = inventory(
        "configmap deploy/test/config.yaml [app] A
         configmap deploy/prod/config.yaml [app] A",
    );
    assert_eq!(names(&found), ["prod", "test"]);
}

#[test]
fn dev_and_development_in_one_place_are_two() {
    let found = inventory("dotenv .env.dev A B\ndotenv .env.development A B\ndotenv .env.prod A B");
    assert_eq!(names(&found), ["dev", "development", "prod"]);
    let found = inventory(
        "dotenv .env.prod A B\ndotenv .env.staging A B\nhelm-values values-production.yaml a\nhelm-values values-staging.yaml a",
    );
    assert_eq!(names(&found), ["production", "staging"], "the deployment's spelling is used");
}

#[test]
fn what_is_declared_overrides() {
    let config = config::load(
        "keydrift.yaml",
        "environments:\n  live: {files: [deploy/base.env, deploy/eu.env], group: all}\n  lab: {files: deploy/lab.env, local: true}\n  gone: {files: x.env}\n",
    )
    .unwrap();
    let found = with_config(
        "dotenv deploy/base.env A=1
         dotenv deploy/eu.env A=2
         dotenv deploy/lab.env A=3
         dotenv .env.production A=4",
        &config,
    );
    assert_eq!(names(&found), ["live", "lab", "gone"]);
    assert_eq!(values(&found, "live", "A"), ["1", "2"]);
    assert!(is_local(&found, "lab"));
    assert_eq!(found.environments[0].group.as_deref(), Some("all"));
    assert_eq!(reason(&found, 3), "no declared environment names it");
    assert_eq!(found.problems.len(), 1);
    assert!(found.problems[0].message.contains("`x.env`"), "{}", found.problems[0].message);
}

#[test]
fn declared_names_without_files_keep_what_is_inferred() {
    let config = config::load("keydrift.yaml", "environments: [prod, staging]\n").unwrap();
    let found = with_config(
        "dotenv .env.production A=4\ndotenv .env.staging A=4\ndotenv .env.test A=1",
        &config,
    );
    assert_eq!(names(&found), ["prod", "staging"]);
    assert_eq!(layers(&found, "prod"), ["0"]);
}

#[test]
fn a_binding_hands_on_under_another_name() {
    let found = inventory(
        "configmap k8s/config.yaml [db] database_url=postgres://db POOL=1
         workload-env k8s/web.yaml from:DB_URL=db/database_url",
    );
    assert_eq!(values(&found, "default", "DB_URL"), ["postgres://db"]);
    assert_eq!(
        values(&found, "default", "POOL"),
        [] as [&str; 0],
        "an entry that nothing binds is not seen"
    );
    assert_eq!(found.bindings.len(), 1);
}

#[test]
fn an_object_outside_the_tree_is_a_reference_or_hidden() {
    let found = inventory("workload-env k8s/web.yaml from:DB_URL=db/url from:app A=1");
    assert_eq!(values(&found, "default", "DB_URL"), ["configmap db/url"]);
    assert_eq!(found.opaque.len(), 1);
    assert_eq!(found.opaque[0].what, "envFrom of the ConfigMap `app`, which is not in the tree");
}

#[test]
fn an_entry_that_one_environment_lacks_is_absent_there() {
    let found = inventory(
        "workload-env k8s/base/web.yaml from:NEW_URL=app/new_url from:P_+app
         configmap k8s/overlays/production/config.yaml [app] old=1
         configmap k8s/overlays/staging/config.yaml [app] old=1 new_url=http",
    );
    assert_eq!(values(&found, "staging", "NEW_URL"), ["http"]);
    assert_eq!(values(&found, "production", "NEW_URL"), [] as [&str; 0]);
    assert_eq!(values(&found, "production", "P_old"), ["1"]);
}

#[test]
fn entries_that_no_workload_binds_are_given_to_all() {
    let found = inventory(
        "configmap config/prod/app.yaml [app/prod] A=1\nconfigmap config/stg/app.yaml [app/stg] A=2",
    );
    assert_eq!(names(&found), ["prod", "stg"]);
    assert_eq!(values(&found, "prod", "A"), ["1"]);
}

#[test]
fn namespaces_name_environments_where_paths_do_not() {
    let found = inventory(
        "configmap a.yaml [app/shop-production] A=1\nconfigmap b.yaml [app/shop-staging] A=2",
    );
    assert_eq!(names(&found), ["production", "staging"]);
}

#[test]
fn a_missing_include_is_noted_and_hides_keys() {
    let found = inventory("compose compose.yaml A=1 <.env\ndotenv .env.example A B");
    assert_eq!(found.missing_includes.len(), 1);
    assert_eq!(found.missing_includes[0].path, ".env");
    assert!(found.missing_includes[0].template.is_some());
    assert_eq!(found.opaque.len(), 1);
}

#[test]
fn a_local_run_takes_the_settings_of_the_mode_that_it_selects() {
    let lines = "json appsettings.json Ovens.Count=4 Ovens.Host=x
         json appsettings.Development.json Ovens.Count=1 Ovens.Host=y
         json appsettings.Docker.json Ovens.Count=2 Ovens.Host=z
         compose docker-compose.yml ";
    let selecting = inventory(&format!("{lines} ASPNETCORE_ENVIRONMENT=Docker"));
    assert!(layers(&selecting, "local").contains(&"2".to_owned()));
    assert!(!layers(&selecting, "local").contains(&"1".to_owned()));
    let plain = inventory(&format!("{lines} OVEN_DOOR=open"));
    assert!(layers(&plain, "local").contains(&"1".to_owned()));
}

#[test]
fn what_compose_takes_in_is_no_environment_of_its_own() {
    let files = "dotenv .envs/test.env OVEN_COUNT=1 OVEN_HOST=x
         dotenv .envs/production.env OVEN_COUNT=4 OVEN_HOST=y";
    let taken = inventory(&format!("{files}\n compose compose.yml OVEN_DOOR=open <.envs/test.env"));
    assert_eq!(names(&taken), ["local", "production"]);
    assert!(layers(&taken, "local").contains(&"0".to_owned()));
    let apart = inventory(&format!("{files}\n compose compose.yml OVEN_DOOR=open"));
    assert_eq!(names(&apart), ["local", "production", "test"]);
}

#[test]
fn a_suite_of_integration_tests_is_no_deployment() {
    let found = inventory(
        "dotenv .env.integration-tests OVEN_COUNT=1
         compose docker-compose-integration-test.yml OVEN_COUNT=1
         compose docker-compose-prod.yml OVEN_COUNT=4",
    );
    assert!(is_local(&found, "integration-test"));
    assert!(!is_local(&found, "prod"));
}

#[test]
fn a_platform_takes_the_plain_procfile() {
    let found = inventory(
        "toml config/production.toml ovens.count=4
         toml config/staging.toml ovens.count=2
         procfile Procfile QUEUES=loaves
         procfile Procfile.dev QUEUES=rolls
         procfile Procfile.tunnel QUEUES=none",
    );
    assert_eq!(layers(&found, "production"), ["0", "2"]);
    assert!(reason(&found, 3).contains("a developer starts"));
}

#[test]
fn a_folder_further_out_counts_where_the_nearer_name_is_no_environments() {
    let inventory = inventory(
        "configmap ovens/production/bake-prd-01/config.yaml HEAT=220 [oven]
         configmap ovens/production/bake-prd-02/config.yaml HEAT=220 [oven]
         configmap ovens/staging/bake-stg-01/config.yaml HEAT=180 [oven]
         workload-env ovens/base/oven.yaml PORT=80",
    );
    assert_eq!(names(&inventory), ["production", "staging"]);
    assert_eq!(layers(&inventory, "staging"), ["2", "3"]);
    assert_eq!(layers(&inventory, "production"), ["0", "1", "3"]);
}

#[test]
fn a_developers_image_is_a_layer_of_developers_environments_alone() {
    let inventory = inventory(
        "dockerfile Dockerfile MODE=release
         dockerfile .dockerdev/Dockerfile MODE=debug
         dockerfile docker/Dockerfile WORKERS=2
         compose compose.yaml PORT=80
         dotenv .env.production PORT=443",
    );
    assert_eq!(layers(&inventory, "production"), ["0", "2", "4"]);
    assert_eq!(layers(&inventory, "local"), ["0", "1", "2", "3"]);
}
