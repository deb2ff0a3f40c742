//! Runs of compose that jobs of pipelines deploy: whose environment they are, and what the job gives them.

use crate::support::Project;

const OVEN: (&str, &str) = ("oven.py", "import os\n\nHEAT = int(os.environ[\"OVEN_HEAT\"])\n");
const DOCKERFILE: (&str, &str) = ("Dockerfile", "FROM python:3.13\nCOPY . /app\n");
const BASE: (&str, &str) = (
    "compose.yml",
    "services:\n  oven:\n    build: .\n    environment:\n      OVEN_HEAT: ${HEAT:-180}\n",
);
const OVERRIDE: (&str, &str) =
    ("compose.override.yml", "services:\n  oven:\n    environment:\n      OVEN_DOOR: open\n");
const DEPLOY: (&str, &str) =
    ("compose.deploy.yml", "services:\n  oven:\n    environment:\n      OVEN_LIGHT: \"on\"\n");

/// `name of the environment, local or not: its files` of each, where these files stand beside the usual ones.
fn environments(files: &[(&str, &str)]) -> Vec<String> {
    let all: Vec<(&str, &str)> =
        [OVEN, DOCKERFILE, BASE, OVERRIDE].into_iter().chain(files.iter().copied()).collect();
    let found = Project::of(&all).run(&["envs", "--format", "json"]).exits(0).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let each = found["environments"].as_array().into_iter().flatten().map(|one| {
        let layers = one["layers"].as_array().into_iter().flatten();
        let paths: Vec<String> = layers.map(|layer| text(&layer["path"])).collect();
        let whose = if one["local"] == true { "local" } else { "deployed" };
        format!("{} {whose}: {}", text(&one["name"]), paths.join(" "))
    });
    each.collect()
}

/// A workflow with one job.
fn workflow(job: &str) -> String {
    format!("on: push\njobs:\n  {job}\n")
}

const UP: &str = "docker compose -f compose.yml -f compose.deploy.yml up -d";
const OWN: &str = "local local: compose.override.yml compose.yml";

#[test]
fn a_run_that_a_job_deploys_is_an_environment_of_its_own() {
    let job = format!("deploy:\n    env:\n      HEAT: 240\n    steps:\n      - run: {UP}");
    let job = workflow(&job);
    let found = environments(&[DEPLOY, (".github/workflows/ship.yml", &job)]);
    let deployed =
        "deploy deployed: .github/workflows/ship.yml compose.deploy.yml compose.yml".to_owned();
    assert_eq!(found, [deployed, OWN.to_owned()]);
}

#[test]
fn the_job_says_which_environment_it_is() {
    let job = format!("ship:\n    environment: production\n    steps:\n      - run: {UP}");
    let found = environments(&[DEPLOY, (".github/workflows/ship.yml", &workflow(&job))]);
    assert_eq!(found, [OWN, "production deployed: compose.deploy.yml compose.yml"]);
    let pipeline = format!(
        "ship:\n  stage: deploy\n  environment: {{name: production}}\n  variables: {{HEAT: 240}}\n  script:\n    - {UP}\n"
    );
    let found = environments(&[DEPLOY, (".gitlab-ci.yml", &pipeline)]);
    assert_eq!(found, [OWN, "production deployed: .gitlab-ci.yml compose.deploy.yml compose.yml"]);
}

#[test]
fn one_run_may_be_deployed_to_several_environments() {
    let text = format!(
        "on:\n  workflow_dispatch:\n    inputs:\n      where: {{options: [staging, production]}}\njobs:\n  deploy:\n    environment: ${{{{ \
         inputs.where }}}}\n    env:\n      HEAT: ${{{{ vars.HEAT }}}}\n    steps:\n      - run: {UP}\n"
    );
    let found = environments(&[DEPLOY, (".github/workflows/ship.yml", &text)]);
    let files = "deployed: .github/workflows/ship.yml compose.deploy.yml compose.yml";
    assert_eq!(found, [OWN.to_owned(), format!("production {files}"), format!("staging {files}")]);
}

/// Two halls of which no word tells that they are environments, and the way there.
#[test]
fn names_that_mean_nothing_leave_a_run_its_own() {
    let job = format!(
        "deploy:\n    environment: north-hall\n    steps:\n      - run: {UP}\n  more:\n    name: deploy\n    environment: south-hall\n    steps:\n      \
         - run: {UP}"
    );
    let found = environments(&[DEPLOY, (".github/workflows/ship.yml", &workflow(&job))]);
    assert_eq!(found, ["deploy deployed: compose.deploy.yml compose.yml", OWN]);
    let job = format!("deploy:\n    environment: north-hall\n    steps:\n      - run: {UP}");
    let found = environments(&[DEPLOY, (".github/workflows/ship.yml", &workflow(&job))]);
    assert_eq!(found, [OWN, "north-hall deployed: compose.deploy.yml compose.yml"]);
}

#[test]
fn what_a_job_tries_out_is_no_deployment() {
    for job in [
        format!("test:\n    steps:\n      - run: {UP}"),
        format!("deploy:\n    steps:\n      - name: Smoke test\n        run: {UP}"),
        "deploy:\n    steps:\n      - run: docker compose -f compose.yml -f compose.deploy.yml run --rm oven tidy"
            .to_owned(),
    ] {
        let found = environments(&[(".github/workflows/ship.yml", &workflow(&job))]);
        assert_eq!(found, [OWN], "{job}");
    }
    let job =
        "deploy:\n    steps:\n      - run: docker compose -f compose.yml -f compose.e2e.yml up -d";
    let suite = ("compose.e2e.yml", DEPLOY.1);
    let found = environments(&[suite, (".github/workflows/ship.yml", &workflow(job))]);
    assert!(found.iter().all(|one| one.contains(" local: ")), "{found:?}");
}

#[test]
fn what_developers_start_too_stays_theirs() {
    let job = "deploy:\n    steps:\n      - run: docker compose -f compose.yml -f compose.override.yml up -d";
    let found = environments(&[(".github/workflows/ship.yml", &workflow(job))]);
    assert_eq!(found, [OWN]);
    // Without the override it is another run.
    let job = "deploy:\n    steps:\n      - run: docker compose -f compose.yml up -d";
    let found = environments(&[(".github/workflows/ship.yml", &workflow(job))]);
    assert_eq!(found, [OWN, "ship deployed: compose.yml"]);
}

#[test]
fn files_that_say_so_are_deployed_where_a_command_names_them() {
    let found = environments(&[DEPLOY, ("Makefile", &format!("ship:\n\t{UP}\n"))]);
    assert_eq!(found, ["deploy deployed: compose.deploy.yml compose.yml", OWN]);
}

/// What `explain` tells of `OVEN_HEAT` in the environment `deploy` where a job runs this.
fn heat(job: &str) -> Vec<String> {
    let all = [
        OVEN,
        DOCKERFILE,
        BASE,
        DEPLOY,
        (".env", "HEAT=200\n"),
        (".github/workflows/ship.yml", &workflow(job)),
    ];
    let run =
        Project::of(&all).run(&["explain", "OVEN_HEAT", "--env", "deploy", "--format", "json"]);
    run.exits(0).explained()
}

#[test]
fn the_variables_of_the_job_win_over_the_dotenv_file() {
    let started = format!("    steps:\n      - run: {UP}");
    let job = format!("deploy:\n    env:\n      HEAT: 240\n{started}");
    assert_eq!(heat(&job), ["oven=240 over 0"]);
    // What they hold is not told.
    let job = format!("deploy:\n    env:\n      HEAT: ${{{{ vars.HEAT }}}}\n{started}");
    assert_eq!(heat(&job), ["oven=${HEAT:-180} over 0"]);
    let job = format!("deploy:\n    env:\n      LIGHT: 1\n{started}");
    assert_eq!(heat(&job), ["oven=200 over 0"]);
    // Another host has none of them.
    let job =
        format!("deploy:\n    env:\n      HEAT: 240\n    steps:\n      - run: ssh hall \"{UP}\"");
    assert_eq!(heat(&job), ["oven=200 over 0"]);
    let action = format!(
        "deploy:\n    env:\n      HEAT: 240\n    steps:\n      - uses: ovens/ssh-action@v1\n        with:\n          script: |\n            cd \
         /srv/oven\n            {UP}"
    );
    assert_eq!(heat(&action), ["oven=200 over 0"]);
}

/// Folders with files of one name are told by where the command stands.
#[test]
fn the_folder_of_the_command_tells_which_run_it_is() {
    let text = |folder: &str| format!("{folder}/compose.deploy.yml");
    let (shop, till) = (text("shop"), text("till"));
    let whole = "services:\n  oven:\n    build: ..\n    environment:\n      OVEN_LIGHT: \"on\"\n";
    let job = "deploy:\n    environment: production\n    steps:\n      - run: docker compose -f compose.deploy.yml up -d\n        working-directory: till";
    let other = "other:\n\tcd shop && docker compose -f compose.deploy.yml up\n";
    let found = environments(&[
        (&shop, whole),
        (&till, whole),
        ("Makefile", other),
        (".github/workflows/ship.yml", &workflow(job)),
    ]);
    assert!(found.contains(&format!("production deployed: {till}")), "{found:?}");
    assert!(found.contains(&format!("deploy deployed: {shop}")), "{found:?}");
}
