//! Which names of files and folders are environments, regions and charts.

use std::fmt::Write as _;

use keydrift::model::Confidence;

use super::{inventory, is_local, layers, names, reason, values};

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
fn what_deploys_is_no_developers_own() {
    // bcgov/sbc-auth
    let found =
        inventory("dotenv api/devops/vaults.gcp.env A\n dotenv mailer/devops/vaults.gcp.env A B");
    assert_eq!(names(&found), ["default"]);
    assert!(!is_local(&found, "default"));
    let found = inventory("dotenv devops/.env A\n dotenv deploy/production.env A B");
    assert_eq!(names(&found), ["production"]);
    let found = inventory("dotenv api/devops/vaults.gcp.env A\n dotenv deploy/production.env A B");
    assert_eq!(layers(&found, "production"), ["0", "1"]);
    let found = inventory("dotenv api/devops/vaults.gcp.env A\n compose docker-compose.yml A");
    assert_eq!(names(&found), ["default", "local"]);
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
