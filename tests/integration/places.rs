//! Which environments and clusters folders name: what stands beside what proves it, names with something else in them, and
//! the same workload in two places.

use std::collections::BTreeMap;

use crate::support::Project;

const OVEN: (&str, &str) = ("oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n");

fn workload(name: &str, heat: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: {name}\n        \
         image: bakery/oven:1\n        env:\n        - {{name: OVEN_HEAT, value: \"{heat}\"}}\n"
    )
}

/// The environments with the heats that they give, and the group of each.
fn heats(project: &Project) -> BTreeMap<String, Vec<String>> {
    let mut heats: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let facts = project.run(&["facts"]).exits(0).stdout;
    let all = facts
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap_or_default());
    for fact in all.filter(|fact| fact["fact"] == "definition" && fact["key"] == "OVEN_HEAT") {
        let text = |name: &str| fact[name].as_str().unwrap_or_default().to_owned();
        heats.entry(text("environment")).or_default().push(text("value"));
    }
    heats
}

fn named(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let owned = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    pairs.iter().map(|(name, all)| ((*name).to_owned(), owned(all))).collect()
}

#[test]
fn folders_are_called_after_an_application_and_an_environment() {
    let heats_of = |folders: &[(&str, &str)]| {
        let texts: Vec<(String, String)> = folders
            .iter()
            .map(|(path, heat)| ((*path).to_owned(), workload("oven", heat)))
            .collect();
        let mut files: Vec<(&str, &str)> =
            texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        files.push(OVEN);
        heats(&Project::of(&files))
    };
    let found = heats_of(&[
        ("deploy/bakery-dev/web.yaml", "1"),
        ("deploy/bakery-stage/web.yaml", "2"),
        ("deploy/bakery-prod/web.yaml", "3"),
        ("deploy/bakery-prod/clock.yaml", "4"),
        ("deploy/bakery-admin/web.yaml", "5"),
    ]);
    let expected =
        named(&[("admin", &["5"]), ("dev", &["1"]), ("prod", &["4", "3"]), ("stage", &["2"])]);
    assert_eq!(found, expected);
    // A word alone proves nothing, and neither do suites of tests.
    let found = heats_of(&[("dev-tools/web.yaml", "1"), ("prod-tools/clock.yaml", "2")]);
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["default"]);
    let found = heats_of(&[("oven-test/web.yaml", "1"), ("oven-e2e/web.yaml", "2")]);
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["default"]);
}

/// The same workload for the same environment is for two clusters; another workload in a folder beside it is not.
#[test]
fn one_workload_in_two_folders_is_in_two_clusters() {
    let (web, clock) = (workload("oven", "3"), workload("clock", "4"));
    let project = Project::of(&[
        OVEN,
        ("oregon/bakery-prod/web.yaml", &web),
        ("oregon/bakery-prod/clock.yaml", &clock),
        ("oregon/bakery-dev/web.yaml", &workload("oven", "1")),
        ("frankfurt/bakery-prod/web.yaml", &workload("oven", "2")),
        ("frankfurt/bakery-stage/web.yaml", &workload("oven", "5")),
    ]);
    let found = heats(&project);
    let expected = named(&[
        ("dev", &["1"]),
        ("prod-frankfurt", &["2"]),
        ("prod-oregon", &["4", "3"]),
        ("stage", &["5"]),
    ]);
    assert_eq!(found, expected);
    let envs = project.run(&["envs", "--format", "json"]).json();
    let groups: Vec<_> = envs["environments"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| it["group"].clone())
        .collect();
    assert_eq!(serde_json::json!(groups), serde_json::json!([null, "prod", "prod", null]));
    let twin = Project::of(&[
        OVEN,
        ("web/prod/web.yaml", &web),
        ("web/dev/web.yaml", &workload("oven", "1")),
        ("clock/prod/web.yaml", &clock),
        ("clock/dev/web.yaml", &workload("clock", "2")),
    ]);
    assert_eq!(heats(&twin), named(&[("dev", &["2", "1"]), ("prod", &["4", "3"])]));
}

/// What lies in the folder of an environment is that environment's, though no sibling has a file of its name.
#[test]
fn a_file_beside_what_proves_an_environment_is_its_own() {
    let overlay = "resources: [../../base]\n";
    let project = Project::of(&[
        OVEN,
        ("k8s/base/oven.yaml", &workload("oven", "1")),
        ("k8s/base/kustomization.yaml", "resources: [oven.yaml]\n"),
        ("k8s/overlays/staging/kustomization.yaml", overlay),
        ("k8s/overlays/mill/kustomization.yaml", overlay),
        ("k8s/overlays/mill/extra.yaml", &workload("extra", "9")),
    ]);
    assert_eq!(heats(&project), named(&[("mill", &["1", "9"]), ("staging", &["1"])]));
}

/// `overlays/` holds what is deployed: what is built by itself there is an environment, though no word is one's, and no more
/// than likely. What others are built on, components and plain names are none.
#[test]
fn overlays_that_no_word_names_are_environments() {
    let heated = |heat: &str| {
        let patch = "resources: [../../base]\npatches:\n  - patch: |-\n      kind: Deployment\n      apiVersion: apps/v1\n      metadata: {name: oven}\n      spec: {template: {spec: {containers: [{name: oven, env: [{name: OVEN_HEAT, value: \"HEAT\"}]}]}}}\n";
        patch.replace("HEAT\"", &format!("{heat}\""))
    };
    let base = [
        OVEN,
        ("k8s/base/oven.yaml", &workload("oven", "1")),
        ("k8s/base/kustomization.yaml", "resources: [oven.yaml]\n"),
    ];
    let with = |overlays: &[(&str, &str)]| Project::of(&[&base, overlays].concat());
    let (mill, pier, steam) = (heated("2"), heated("3"), heated("4"));
    let project = with(&[
        ("k8s/overlays/mill/kustomization.yaml", &mill),
        ("k8s/overlays/pier/kustomization.yaml", &pier),
    ]);
    assert_eq!(heats(&project), named(&[("-", &["1"]), ("mill", &["2"]), ("pier", &["3"])]));
    let envs = project.run(&["envs", "--format", "json"]).json();
    for it in envs["environments"].as_array().into_iter().flatten() {
        assert_eq!(it["confidence"], "low");
        assert!(it["reason"].as_str().is_some_and(|it| it.contains("nothing is built on")), "{it}");
    }
    // What is built on an overlay stands for it.
    let stacked = with(&[
        ("k8s/overlays/mill/kustomization.yaml", &mill),
        ("k8s/overlays/pier/kustomization.yaml", "resources: [../mill]\n"),
    ]);
    assert_eq!(heats(&stacked), named(&[("-", &["1"]), ("pier", &["2"])]));
    // One that is called like an environment is one, and the rest need its keys.
    let beside = with(&[
        ("k8s/overlays/staging/kustomization.yaml", &mill),
        ("k8s/overlays/steam/kustomization.yaml", &steam),
    ]);
    assert_eq!(heats(&beside), named(&[("-", &["1"]), ("staging", &["2"]), ("steam", &["4"])]));
    let feature = with(&[("k8s/overlays/default/kustomization.yaml", &mill)]);
    assert_eq!(heats(&feature), named(&[("-", &["1"]), ("default", &["2"])]));
}

/// Patches of two applications that are not in the tree may be for objects of one name: the applications are no clusters.
#[test]
fn patches_of_applications_are_no_clusters() {
    let overlay = |of: &str| {
        format!(
            "resources: [\"https://github.com/bakery/{of}//config?ref=v1\"]\npatches: [{{path: patch.yaml}}]\n"
        )
    };
    let (web, clock) = (overlay("web"), overlay("clock"));
    let project = Project::of(&[
        OVEN,
        ("web/staging/kustomization.yaml", &web),
        ("web/staging/patch.yaml", &workload("controller", "1")),
        ("web/production/kustomization.yaml", &web),
        ("web/production/patch.yaml", &workload("controller", "2")),
        ("clock/staging/kustomization.yaml", &clock),
        ("clock/staging/patch.yaml", &workload("controller", "3")),
        ("clock/production/kustomization.yaml", &clock),
        ("clock/production/patch.yaml", &workload("controller", "4")),
    ]);
    let envs = project.run(&["envs", "--format", "json"]).json();
    let all = envs["environments"].as_array().into_iter().flatten();
    let names: Vec<&str> = all.filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["production", "staging"]);
}

/// `.env.rye` with the keys of `.env` stands in for it where somebody asks for it; what has other keys is laid over it.
#[test]
fn a_dotenv_file_of_another_name_stands_in_for_the_plain_one() {
    let heats_with = |other: &str| {
        heats(&Project::of(&[
            OVEN,
            ("compose.yml", "services:\n  oven:\n    build: .\n    env_file: .env\n"),
            ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
            (".env", "OVEN_HEAT=1\nFLOUR=wheat\n"),
            (".env.rye", other),
        ]))
    };
    let found = heats_with("OVEN_HEAT=2\nFLOUR=rye\n");
    assert_eq!(found, named(&[("*", &["1"]), ("rye", &["2"])]));
    assert!(!heats_with("SALT=1\nSUGAR=2\nYEAST=3\n").contains_key("rye"));
}

/// A developer's compose project and what a pipeline deploys may have one name: they are two environments, told apart.
#[test]
fn a_developers_run_is_told_from_what_is_deployed_under_its_name() {
    let pipeline = "on: push\njobs:\n  deploy:\n    environment: NAME\n    env:\n      TARGET: NAME\n    steps:\n      - run: aws cloudformation deploy --stack-name bakery\n";
    let (dev, production) =
        (pipeline.replace("NAME", "development"), pipeline.replace("NAME", "production"));
    let files = [
        (
            "app.py",
            "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nSIZE = os.environ[\"OVEN_SIZE\"]\n",
        ),
        ("Dockerfile", "FROM python:3.12\nCOPY . .\n"),
        (
            "development/compose.yml",
            "services:\n  app:\n    build: ..\n    environment: {OVEN_HEAT: 180, OVEN_SIZE: 1}\n",
        ),
        (".github/workflows/dev.yml", &*dev),
        (".github/workflows/prod.yml", &*production),
        (
            "cloud/bakery.yaml",
            "Resources:\n  Bakery:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Name: app\n          \
             Image: !Sub ${AWS::AccountId}.dkr.ecr.amazonaws.com/app:latest\n          Environment:\n            - {Name: OVEN_HEAT, Value: 240}\n            - {Name: OVEN_SIZE, Value: 2}\n",
        ),
    ];
    let project = Project::of(&files);
    let told = project.run(&["envs"]).exits(0).stdout;
    let names: Vec<&str> = told
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with(' '))
        .filter_map(|line| line.split("  ").next())
        .collect();
    assert!(names.starts_with(&["development", "development (local)", "production"]), "{told}");
    let (deployed, local) = told.split_once("\n\n").expect("environments stand apart");
    assert!(deployed.contains("cloud/bakery.yaml") && !deployed.contains("compose.yml"), "{told}");
    let local = local.split("\n\n").next().unwrap_or_default();
    assert!(local.contains("compose.yml") && !local.contains("dev.yml"), "{told}");
}

/// A default file that `docker-compose.prod.yml` is laid over is a developer's environment where a page starts it alone.
#[test]
fn a_command_that_names_no_file_runs_the_default_file_alone() {
    let base = "services:\n  oven:\n    build: .\n    environment: {OVEN_HEAT: 180}\n";
    let production = "services:\n  oven:\n    environment: {OVEN_HEAT: 240}\n";
    let files = [
        OVEN,
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        ("docker-compose.yml", base),
        ("docker-compose.prod.yml", production),
    ];
    assert_eq!(heats(&Project::of(&files)).get("local"), None);
    let page = "# Oven\n\n```sh\ngit clone oven && cd oven && docker compose up\n```\n";
    let found = heats(&Project::of(&[&files[..], &[("README.md", page)]].concat()));
    assert_eq!(found.get("local"), Some(&vec!["180".to_owned()]));
    assert!(found["prod"].contains(&"240".to_owned()));
}

/// A service that is built here of somebody else's program is one of its own, as the one of that name which another run pulls.
#[test]
fn services_of_one_name_are_two_though_one_holds_no_code() {
    let here = "services:\n  proxy:\n    build: {context: ./proxy, dockerfile: Dockerfile.ce}\n    environment: {OVEN_HEAT: \"180\"}\n  oven: {build: .}\n";
    let there = "services:\n  proxy:\n    image: bakery/proxy:1\n    environment: {OVEN_HEAT: \"240\"}\n  oven: {extends: {file: ../oven.yml, service: oven}}\n";
    let project = Project::of(&[
        OVEN,
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        ("proxy/Dockerfile.ce", "FROM caddy:2\nCOPY Caddyfile /etc/caddy/Caddyfile\n"),
        ("proxy/Caddyfile", ":80\nreverse_proxy oven:8000\n"),
        ("oven.yml", "services:\n  oven:\n    build: .\n"),
        ("docker-compose.yml", here),
        ("cli/docker-compose.yml", there),
    ]);
    let told = project.run(&["explain", "OVEN_HEAT"]).exits(0).stdout;
    let of = |run: &str, heat: &str| {
        let name = format!("proxy of {run}");
        told.lines().any(|line| line.contains(&name) && line.contains(heat))
    };
    assert!(of("docker-compose.yml", "180") && of("cli/docker-compose.yml", "240"), "{told}");
}

/// A folder of a cluster that holds the programs of others alone, as the tool that deploys is, is no environment of the code.
#[test]
fn the_tool_that_deploys_is_no_environment() {
    let tool = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: source-controller}\nspec:\n  template:\n    spec:\n      containers:\n      \
                - name: manager\n        image: ghcr.io/fluxcd/source-controller:v1.4.1\n        env:\n        - {name: RUNTIME_NAMESPACE, value: flux-system}\n";
    let project = Project::of(&[
        OVEN,
        ("k8s/base/oven.yaml", &workload("oven", "1")),
        ("k8s/base/kustomization.yaml", "resources: [oven.yaml]\n"),
        ("k8s/apps/overlays/staging/kustomization.yaml", "resources: [../../../base]\n"),
        ("k8s/clusters/platform/kustomization.yaml", "resources: [controllers.yaml]\n"),
        ("k8s/clusters/platform/controllers.yaml", tool),
    ]);
    let envs = project.run(&["envs", "--format", "json"]).json();
    let all = envs["environments"].as_array().cloned().unwrap_or_default();
    let names: Vec<_> = all.iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["staging"], "{envs}");
}

/// The page of a folder tells where it goes before it starts something: the files are seen from there.
#[test]
fn a_page_goes_to_a_folder_before_it_runs_compose() {
    let base = "services:\n  oven:\n    build: ..\n    environment: {OVEN_HEAT: 180}\n";
    let over = "services:\n  salt:\n    image: salt\n    environment: {OVEN_HEAT: 240}\n";
    let page = "# Oven\n\n```sh\ncd ./bakery/docker/oven/\n# Run\ndocker compose -f docker-compose.yml -f docker-compose-salt.yml up\n```\n";
    let project = Project::of(&[
        OVEN,
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        ("docker/oven/docker-compose.yml", base),
        ("docker/oven/docker-compose-salt.yml", over),
        ("docker/README.md", page),
    ]);
    let facts = project.run(&["facts"]).exits(0).stdout;
    let run = "\"result\":\"docker/oven/docker-compose-salt.yml\"";
    let of = |heat: &str| facts.lines().any(|line| line.contains(run) && line.contains(heat));
    assert!(of("180") && of("240"), "{facts}");
}

/// What a compose file is laid over, the comment at its top says.
#[test]
fn the_comment_of_a_compose_file_says_what_it_is_laid_over() {
    let run = |over: &str| {
        let dev = "services:\n  oven:\n    build: .\n    environment: {OVEN_HEAT: 180}\n";
        let base =
            "services:\n  oven:\n    image: bakery/oven\n    environment: {OVEN_HEAT: 240}\n";
        let project = Project::of(&[
            OVEN,
            ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
            ("docker-compose.yml", base),
            ("docker-compose.dev.yml", dev),
            ("docker-compose.sandbox.yml", over),
        ]);
        heats(&project).remove("sandbox")
    };
    let over = "services:\n  oven:\n    cap_add: [SYS_ADMIN]\n    environment: {OVEN_SMOKE: 1}\n";
    assert!(!run(over).unwrap_or_default().contains(&"180".to_owned()));
    let told = format!(
        "# Smoke. Usage:\n#   OVEN_SMOKE=1 docker compose \\\n#     -f docker-compose.dev.yml -f docker-compose.sandbox.yml up\n\n{over}"
    );
    assert_eq!(run(&told), Some(vec!["180".to_owned()]));
}

#[test]
fn a_command_that_names_no_file_runs_what_the_page_went_to() {
    let base = "services:\n  oven:\n    build: ../..\n    environment: {OVEN_HEAT: 180}\n";
    let production = "services:\n  oven:\n    environment: {OVEN_HEAT: 240}\n";
    let page = "# Oven\n\n```sh\ncd docker/oven\ndocker compose up\n```\n";
    let other = "services:\n  salt:\n    image: salt\n    environment: {SALT: 1}\n";
    let project = Project::of(&[
        OVEN,
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        ("docker-compose.yml", other),
        ("docker-compose.prod.yml", other),
        ("docker/oven/docker-compose.yml", base),
        ("docker/oven/docker-compose.prod.yml", production),
        ("README.md", page),
    ]);
    let found = heats(&project);
    assert_eq!(found.get("local"), Some(&vec!["180".to_owned()]), "{found:?}");
    assert!(found["prod"].contains(&"240".to_owned()));
}
