//! Pipelines of many files: reusable workflows and composite actions of GitHub, includes and references of GitLab.

use crate::support::Project;

const OVEN: (&str, &str) = ("oven.py", "import os\n\nHEAT = int(os.environ[\"OVEN_HEAT\"])\n");
/// Files that show that there are two environments.
const STAGING: (&str, &str) = ("config/staging.env", "LIGHT=1\n");
const PRODUCTION: (&str, &str) = ("config/production.env", "LIGHT=1\n");

/// `environment KEY=value path:line` of each definition of a pipeline.
fn given(files: &[(&str, &str)]) -> Vec<String> {
    let all: Vec<(&str, &str)> =
        [OVEN, STAGING, PRODUCTION].into_iter().chain(files.iter().copied()).collect();
    Project::of(&all).definitions(|fact| fact["source"] != "dotenv")
}

const BAKE: (&str, &str) = (
    ".github/workflows/bake.yml",
    "on:\n  workflow_call:\n    inputs:\n      where:\n        type: string\n      heat:\n        default: 200\njobs:\n  deploy:\n    \
     environment: ${{ inputs.where }}\n    env:\n      OVEN_HEAT: ${{ inputs.heat }}\n    steps:\n      - run: |\n          \
     echo \"SHELF=3\" >> \"$GITHUB_ENV\"\n          fly deploy\n",
);

#[test]
fn a_workflow_that_is_called_deploys_where_its_callers_say() {
    let caller = "on: push\nenv:\n  OWN: 1\njobs:\n  one:\n    uses: ./.github/workflows/bake.yml\n    with:\n      where: staging\n  two:\n    \
         uses: ./.github/workflows/bake.yml\n    with:\n      where: production\n      heat: 240\n";
    let found = given(&[BAKE, (".github/workflows/ship.yml", caller)]);
    assert_eq!(
        found,
        [
            "production OVEN_HEAT=240 .github/workflows/bake.yml:12",
            "production SHELF=3 .github/workflows/bake.yml:15",
            "staging OVEN_HEAT=200 .github/workflows/bake.yml:12",
            "staging SHELF=3 .github/workflows/bake.yml:15",
        ]
    );
}

#[test]
fn a_composite_action_gives_what_its_inputs_say() {
    let action = "inputs:\n  heat:\n    default: '200'\nruns:\n  using: composite\n  steps:\n    - run: fly deploy\n      shell: bash\n      env:\n        \
         OVEN_HEAT: ${{ inputs.heat }}\n";
    let caller = "on: push\njobs:\n  deploy:\n    environment: production\n    steps:\n      - uses: ./.github/actions/bake\n        with:\n          \
         heat: 240\n";
    let found = given(&[
        (".github/actions/bake/action.yml", action),
        (".github/workflows/ship.yml", caller),
    ]);
    assert_eq!(found, ["production OVEN_HEAT=240 .github/actions/bake/action.yml:10"]);
}

#[test]
fn a_pipeline_of_many_files_is_one() {
    let pipeline = "include:\n  - local: /ci/bake.yml\nvariables:\n  OVEN_HEAT: 180\nship:\n  extends: .bake\n  environment:\n    name: production\n  \
         variables:\n    OVEN_HEAT: 240\n  script:\n    - !reference [.bake, script]\n    - fly deploy\ntry:\n  extends: .bake\n  parallel:\n    \
         matrix:\n      - WHERE: [staging]\n  environment: $WHERE\n  script: [fly deploy]\n";
    let part = ".bake:\n  variables:\n    SHELF: !reference [.shelves, variables, SHELF]\n  script: [fly secrets set LAMP=on]\n.shelves:\n  variables:\n    \
         SHELF: 3\n";
    let found = given(&[(".gitlab-ci.yml", pipeline), ("ci/bake.yml", part)]);
    assert_eq!(
        found,
        [
            "production LAMP=on ci/bake.yml:4",
            "production OVEN_HEAT=240 .gitlab-ci.yml:10",
            "production SHELF=3 ci/bake.yml:3",
            "staging OVEN_HEAT=180 .gitlab-ci.yml:4",
            "staging SHELF=3 ci/bake.yml:3",
        ]
    );
}

#[test]
fn a_pipeline_with_services_is_no_compose_file() {
    let pipeline = "variables:\n  - &image \"rust:1.95\"\nsteps:\n  tidy:\n    image: alpine:3\n    commands:\n      - LEFT=$(git ls-files)\n      \
         - if [[ \"$LEFT\" ]]; then exit 1; fi\nservices:\n  database:\n    image: postgres:16\n    environment:\n      POSTGRES_DB: bakery\n";
    assert_eq!(given(&[(".woodpecker.yml", pipeline)]), <[String; 0]>::default());
}

#[test]
fn a_name_in_braces_that_nothing_gives_is_told() {
    let compose = "services:\n  oven:\n    build: .\n    environment:\n      OVEN_HEAT: ${HEAT_OF_DAY}\n      DB_URL: postgres://${DB_HOST:-db}/${DB_NAME}\n";
    let all = [OVEN, STAGING, PRODUCTION, ("Dockerfile", "FROM python:3\nCOPY . .\n")];
    let with = |more: &[(&str, &str)]| {
        let files: Vec<(&str, &str)> = all.iter().chain(more).copied().collect();
        let args = [
            "check",
            "--format",
            "csv",
            "--min-confidence",
            "low",
            "--rule",
            "unresolved-reference",
            ".",
        ];
        Project::of(&files).run(&args).stdout
    };
    let said = with(&[("compose.production.yaml", compose)]);
    assert!(said.contains("HEAT_OF_DAY") && said.contains("DB_NAME"), "{said}");
    assert!(!said.contains("DB_HOST"), "{said}");
    let listed =
        with(&[("compose.production.yaml", compose), (".env.example", "HEAT_OF_DAY=\nDB_NAME=\n")]);
    assert!(!listed.contains("HEAT_OF_DAY") && !listed.contains("DB_NAME"), "{listed}");
}

#[test]
fn numbers_of_a_pipeline_of_gitlab_are_those_that_its_parser_sees() {
    let pipeline = "deploy:\n  stage: deploy\n  environment: production\n  variables:\n    OVEN_HEAT: 0360\n    OVEN_DOOR: \"0360\"\n    \
         LOAVES: 1_000\n    OPENS: 06:30\n    VERSION:\n      value: 1.10\n    STEAM: yes\n  script:\n    - fly deploy\n";
    assert_eq!(
        given(&[(".gitlab-ci.yml", pipeline)]),
        [
            "production LOAVES=1000 .gitlab-ci.yml:7",
            "production OPENS=23400 .gitlab-ci.yml:8",
            "production OVEN_DOOR=0360 .gitlab-ci.yml:6",
            "production OVEN_HEAT=240 .gitlab-ci.yml:5",
            "production STEAM=yes .gitlab-ci.yml:11",
            "production VERSION=1.1 .gitlab-ci.yml:9",
        ]
    );
}

/// A job that deploys and names no environment gives to none that is known; one that tests gives nothing.
#[test]
fn a_job_without_an_environment_gives_to_none() {
    let workflow = "on: push\njobs:\n  test:\n    env: {OVEN_HEAT: 1}\n    steps: [{run: pytest}]\n  \
                    deploy:\n    env: {OVEN_HEAT: 240}\n    steps: [{run: fly deploy}]\n";
    let found = given(&[(".github/workflows/ship.yml", workflow)]);
    assert_eq!(found, ["- OVEN_HEAT=240 .github/workflows/ship.yml:7"]);
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - \
                          name: oven\n        image: bakery/oven\n        env:\n        - {name: OVEN_HEAT, value: \"180\"}\n";

fn environments(files: &[(&str, &str)]) -> Vec<String> {
    let json = Project::of(files).run(&["envs", "--format", "json"]).exits(0).json();
    let all = json["environments"].as_array().expect("environments").clone();
    all.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
}

/// What is deployed is in the tree once: the jobs say where it goes.
#[test]
fn inputs_of_a_called_workflow_are_the_environments_of_what_it_deploys() {
    let code = ("oven.py", "import os\n\nos.environ[\"OVEN_HEAT\"]\n");
    let called = "on:\n  workflow_call:\n    inputs:\n      stage: {type: string}\njobs:\n  ship:\n    environment: ${{ inputs.stage }}\n    steps:\n    \
                  - run: kubectl apply -f deploy/\n      env: {DOUGH: rye}\n";
    let ship = |stages: &[&str]| {
        let job = |stage: &&str| {
            format!(
                "  {stage}:\n    uses: ./.github/workflows/ship.yml\n    with: {{stage: {stage}}}\n"
            )
        };
        format!("on: push\njobs:\n{}", stages.iter().map(job).collect::<String>())
    };
    let (staged, pages) = (ship(&["dev", "prod"]), ship(&["github-pages"]));
    let deployed = ("deploy/oven.yaml", DEPLOYMENT);
    let called = (".github/workflows/ship.yml", called);
    let tree = [code, deployed, called, (".github/workflows/main.yml", staged.as_str())];
    assert_eq!(environments(&tree), ["dev", "prod"]);
    let by_name = (".github/workflows/ship-dev-from-branch.yml", ship(&["dev", "prod"]));
    let tree = [code, deployed, called, (by_name.0, by_name.1.as_str())];
    assert_eq!(environments(&tree), ["dev", "prod"], "the name of the file proves less");
    let alone = ship(&["staging"]);
    let tree = [code, deployed, called, (".github/workflows/pull.yml", alone.as_str())];
    assert_eq!(environments(&tree), ["default"], "one alone parts nothing");
    let tree = [code, deployed, called, (".github/workflows/main.yml", pages.as_str())];
    assert_eq!(environments(&tree), ["default"], "pages are no environment of the oven");
    let own = ("deploy/staging/oven.yaml", DEPLOYMENT);
    let tree = [code, deployed, called, own, (".github/workflows/main.yml", staged.as_str())];
    assert_eq!(environments(&tree), ["staging"], "the tree has environments of its own");
}

const WRITING: &str = "on: push\njobs:\n  deploy:\n    environment: ${{ matrix.env }}\n    steps:\n      - uses: appleboy/ssh-action@v1\n        with:\n          \
    script: |\n            mv .env .env-dev\n            echo \"# made by a workflow\"> .env\n            echo \"SHELF=3\" >> .env\n            \
    echo \"OVEN_NETWORK=${{ env.OVEN_NETWORK }}\">> .env\n            docker compose up -d\n";
const BASE: (&str, &str) = (
    "compose.yml",
    "services:\n  oven:\n    build: .\n    env_file: [.env]\nnetworks:\n  shop: {name: \"${OVEN_NETWORK}\"}\n",
);
const OVER: (&str, &str) = (
    "compose.prod.yml",
    "services:\n  oven:\n    restart: always\n    labels: [\"net=${OVEN_NETWORK}\"]\n",
);
const BAKERY: (&str, &str) = (
    "oven.py",
    "import os\n\nHEAT = int(os.environ[\"OVEN_HEAT\"])\nSHELF = os.environ[\"SHELF\"]\nLAMP = os.environ.get(\"OVEN_LAMP\", \"off\")\n",
);

/// What `explain` says of the keys of the oven in `prod`, with the workflow that deploys it.
fn in_prod(env: &str, workflow: &str) -> Vec<String> {
    let project = Project::of(&[
        BAKERY,
        BASE,
        OVER,
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        (".env", env),
        (".github/workflows/deploy.yml", workflow),
    ]);
    let told = |key: &&str| {
        let text = project.run(&["explain", key]).stdout;
        let line = text.lines().find_map(|line| line.trim().strip_prefix("prod  "));
        line.map_or("nothing", |line| line.split([',', ' ']).next().unwrap_or(line)).to_owned()
    };
    ["OVEN_HEAT", "SHELF", "OVEN_LAMP"].iter().map(told).collect()
}

/// What a deployment writes into `.env` may be there, as all that a pipeline sets; what is committed at that place is not.
#[test]
fn a_deployment_writes_a_dotenv_file() {
    let local = "OVEN_HEAT=180\nSHELF=1\nOVEN_LAMP=debug\nOVEN_NETWORK=home\n";
    assert_eq!(in_prod(local, WRITING), ["absent", "unknown", "absent"]);
    let moved = WRITING.replace("            mv .env .env-dev\n", "");
    let added = moved.replace("workflow\"> ", "workflow\" >> ");
    assert_eq!(in_prod(local, &added), ["\"180\"", "\"1\"", "\"debug\""]);
    let document = "on: push\njobs:\n  deploy:\n    environment: ${{ matrix.env }}\n    steps:\n      - run: |\n          cat > .env <<EOF\n          \
                    OVEN_HEAT=200\n          SHELF=a;b&OVEN_LAMP=d\n          EOF\n          docker compose up -d\n";
    assert_eq!(in_prod(local, document), ["unknown", "unknown", "absent"]);
    let whole = document.replace("SHELF=a;b&OVEN_LAMP=d", "${{ secrets.SHELVES }}");
    assert_eq!(in_prod(local, &whole), ["unknown", "unknown", "unknown"]);
}

/// What `explain` says in `prod` of keys where a service takes in a file that only the deployment makes.
fn made_in_prod(workflow: &str) -> Vec<String> {
    let staging = workflow.replace("prod", "staging");
    let project = Project::of(&[
        BAKERY,
        ("compose.yml", "services:\n  oven:\n    build: .\n    env_file: [.env]\n"),
        ("compose.prod.yml", "services:\n  oven:\n    restart: always\n"),
        ("compose.staging.yml", "services:\n  oven:\n    restart: always\n"),
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        (".github/workflows/prod.yml", workflow),
        (".github/workflows/staging.yml", &staging),
    ]);
    let told = |key: &&str| {
        let text = project.run(&["explain", key]).stdout;
        let line = text.lines().find_map(|line| line.trim().strip_prefix("prod "));
        line.map_or("nothing", |line| {
            line.split([',', ' ']).find(|it| !it.is_empty()).unwrap_or(line)
        })
        .to_owned()
    };
    ["OVEN_HEAT", "SHELF", "OVEN_LAMP"].iter().map(told).collect()
}

/// A file that the tree does not have is what the deployment writes, where that is seen whole.
#[test]
fn a_service_takes_in_what_the_deployment_writes() {
    let workflow = |lines: &str| {
        format!(
            "on: push\njobs:\n  deploy:\n    environment: prod\n    steps:\n      - run: |\n{lines}          \
             docker compose -f compose.yml -f compose.prod.yml up -d\n"
        )
    };
    let document = workflow(
        "          cat > .env <<EOF\n          OVEN_HEAT=200\n          SHELF=${{ secrets.SHELF }}\n          EOF\n",
    );
    assert_eq!(made_in_prod(&document), ["\"200\"", "\"${{", "absent"]);
    let lines =
        workflow("          echo \"OVEN_HEAT=200\" > .env\n          echo \"SHELF=3\" >> .env\n");
    assert_eq!(made_in_prod(&lines), ["\"200\"", "\"3\"", "absent"]);
    // What is added to a file that may be there, what a program writes, and another file say nothing of the rest.
    let added = workflow("          echo \"OVEN_HEAT=200\" >> .env\n");
    assert_eq!(made_in_prod(&added), ["unknown", "unknown", "unknown"]);
    let program =
        workflow("          vault read > .env\n          echo \"OVEN_HEAT=200\" >> .env\n");
    assert_eq!(made_in_prod(&program)[1..], ["unknown", "unknown"]);
    let other = workflow("          echo \"OVEN_HEAT=200\" > till/.env\n");
    assert_eq!(made_in_prod(&other)[1..], ["unknown", "unknown"]);
}

/// Nothing of the shell but `$` counts inside of a here document.
#[test]
fn a_here_document_is_read_by_its_lines() {
    let workflow = "on: push\njobs:\n  deploy:\n    environment: production\n    steps:\n      - run: |\n          cat >> \"$GITHUB_ENV\" <<EOF\n          \
                    OVEN_LABEL=rye; spelt & wheat | \"all\" > # one\n          OVEN_TEXT<<END\n          SHELF=4\n          END\n          OVEN_HEAT=9\n          \
                    EOF\n          echo \"SHELF=3\" >> $GITHUB_ENV\n          fly deploy\n";
    let found = given(&[(".github/workflows/deploy.yml", workflow)]);
    let told: Vec<&str> = found.iter().filter_map(|one| one.split(" .github").next()).collect();
    assert_eq!(
        told,
        [
            "production OVEN_HEAT=9",
            "production OVEN_LABEL=rye; spelt & wheat | \"all\" > # one",
            "production OVEN_TEXT=…",
            "production SHELF=3",
        ]
    );
}

/// A job that names its environment gives the file to that one alone.
#[test]
fn a_job_writes_the_dotenv_file_of_its_environment() {
    let job = |name: &str, text: &str| {
        format!(
            "  {name}:\n    environment: {name}\n    steps:\n      - run: |\n{text}          docker compose up -d\n"
        )
    };
    let workflow = format!(
        "on: push\njobs:\n{}{}",
        job(
            "production",
            "          printf 'SHELF=%s\\n' \"$SHELF\" >> .env\n          { echo A=1; echo \"B=2\"; } > config/.env\n          echo \"C=4\">> .env\n          echo D=5>>.env\n"
        ),
        job(
            "staging",
            "          echo \"SHELF=9\nOVEN_HEAT=200\" | tee -a .env\n          touch .env.test\n"
        )
        .replace("\nOVEN", "\n          OVEN"),
    );
    let found = given(&[(".github/workflows/deploy.yml", &workflow)]);
    assert_eq!(
        found,
        [
            "production A=1 .github/workflows/deploy.yml:8",
            "production B=2 .github/workflows/deploy.yml:8",
            "production C=4 .github/workflows/deploy.yml:9",
            "production D=5 .github/workflows/deploy.yml:10",
            "production SHELF=… .github/workflows/deploy.yml:7",
            "staging OVEN_HEAT=200 .github/workflows/deploy.yml:17",
            "staging SHELF=9 .github/workflows/deploy.yml:16",
        ]
    );
}

/// The files that a deployment names for compose run together, one of volumes and networks alone among them.
#[test]
fn a_deployment_names_the_files_of_compose() {
    let named = WRITING.replace(
        "            docker compose",
        "            echo \"COMPOSE_FILE=compose.yml;docker/prod.yml;docker/watch.yml\" >> .env\n            docker compose",
    );
    let project = Project::of(&[
        BAKERY,
        BASE,
        ("docker/prod.yml", "volumes:\n  flour: {external: true}\n"),
        ("docker/watch.yml", "services:\n  watch: {image: \"prom/prometheus\"}\n"),
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        (".env", "OVEN_HEAT=180\nSHELF=1\n"),
        (".env.rye", "OVEN_HEAT=190\nSHELF=2\n"),
        (".github/workflows/deploy.yml", named.as_str()),
    ]);
    let envs = project.run(&["envs"]).stdout;
    let part = |name: &str| {
        let at = envs.find(&format!("\n{name}  ")).map_or(0, |at| at + 1);
        envs[at..].split("\n\n").next().unwrap_or_default().to_owned()
    };
    assert!(part("prod").contains("runs oven  .") && part("prod").contains("runs watch"), "{envs}");
    assert!(part("prod").contains("pipeline-dotenv"), "{envs}");
    assert!(!part("rye").contains("pipeline-dotenv"), "another way to start: {envs}");
}

/// A job deploys to what folders are named for, whatever the word before the known one is.
#[test]
fn a_job_deploys_to_the_folder_of_its_name() {
    let job = "on: push\njobs:\n  deploy:\n    environment: lz-prod\n    env: {OVEN_IMAGE: oven}\n    steps: [{run: ./deploy}]\n  \
               try:\n    environment: lz-test\n    env: {OVEN_IMAGE: oven}\n    steps: [{run: ./deploy}]\n";
    let project = Project::of(&[
        ("oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
        ("cloud/environments/lz-prod/lz-prod.tfvars", "oven_heat = 220\n"),
        ("cloud/environments/lz-test/lz-test.tfvars", "oven_heat = 180\n"),
        ("cloud/environments/lz-prod/network.tfvars", "oven_zone = \"a\"\n"),
        ("cloud/environments/lz-test/network.tfvars", "oven_zone = \"b\"\n"),
        (
            "cloud/main.tf",
            "variable \"oven_zone\" {}\nvariable \"oven_heat\" {}\n\nresource \"aws_lambda_function\" \"oven\" {\n  function_name = \"oven\"\n  environment {\n    variables = { OVEN_HEAT = var.oven_heat, OVEN_ZONE = var.oven_zone }\n  }\n}\n",
        ),
        (".github/workflows/deploy.yml", job),
    ]);
    let envs = project.run(&["envs", "--format", "json"]).json();
    let all = envs["environments"].as_array().into_iter().flatten();
    let names: Vec<&str> = all.filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["lz-prod", "lz-test"]);
}
