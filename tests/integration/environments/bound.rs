//! What is declared, what bindings hand on, and what selects or takes in other files.

use keydrift::config;

use super::{inventory, is_local, layers, names, reason, values, with_config};

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
