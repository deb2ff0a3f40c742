//! What files of single tools and platforms say of environments, and what makes none.

use keydrift::config::Config;
use keydrift::link::sources;
use keydrift::model::Inventory;
use keydrift::text::{File, Files};

use super::{inventory, is_local, layers, names, reason, source, values};

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
