//! Which files are layers of an environment, over whole projects: other ways to deploy, files that all share, values of
//! charts that the tree does not have.

use crate::support::Project;

const OVEN: (&str, &str) = (
    "oven.py",
    "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nLEVEL = os.environ.get(\"LOG_LEVEL\")\n",
);

fn workload(name: &str, env: &[(&str, &str)]) -> String {
    let entry =
        |(key, value): &(&str, &str)| format!("        - {{name: {key}, value: \"{value}\"}}\n");
    let env: String = env.iter().map(entry).collect();
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: {name}\n        \
         image: bakery/{name}:1\n        env:\n{env}"
    )
}

/// What `envs` says of one environment.
fn layers(project: &Project, environment: &str) -> String {
    let said = project.run(&["envs"]).exits(0).stdout;
    let parts = said.split("\n\n").map(str::to_owned);
    let own = parts.into_iter().find(|part| part.starts_with(&format!("{environment}  ")));
    own.unwrap_or_else(|| panic!("no {environment}: {said}"))
}

/// A folder is applied whole: what lies beside another way to deploy the workloads of the overlays is no layer either.
#[test]
fn a_folder_of_another_way_to_deploy_is_no_layer_of_an_overlay() {
    let (oven, till) = (workload("oven", &[("OVEN_HEAT", "200")]), workload("till", &[]));
    let other = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
                 image: bakery/oven:1\n        env:\n        - {name: OVEN_HEAT, value: \"90\"}\n      - name: proxy\n        image: bakery/proxy:1\n        \
                 env:\n        - {name: LOG_LEVEL, value: debug}\n";
    let extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: proxy-settings}\ndata: {LOG_LEVEL: debug}\n";
    let overlay = "resources: [../../base]\n";
    let project = Project::of(&[
        OVEN,
        ("k8s/base/oven.yaml", &oven),
        ("k8s/base/till.yaml", &till),
        ("k8s/base/kustomization.yaml", "resources: [oven.yaml, till.yaml]\n"),
        ("k8s/overlays/staging/kustomization.yaml", overlay),
        ("k8s/overlays/production/kustomization.yaml", overlay),
        ("k8s/old/kustomization.yaml", "resources: [../base/oven.yaml, old.yaml]\n"),
        ("k8s/old/old.yaml", &workload("oven-old", &[("OVEN_HEAT", "1")])),
        ("extras/proxied/oven.yaml", other),
        ("extras/proxied/settings.yaml", extra),
        ("extras/watch/watch.yaml", &workload("watch", &[("LOG_LEVEL", "info")])),
    ]);
    let said = layers(&project, "production");
    assert!(said.contains("k8s/base/oven.yaml") && !said.contains("extras/proxied"), "{said}");
    assert!(!said.contains("k8s/old"), "{said}");
    assert!(said.contains("extras/watch/watch.yaml"), "{said}");
}

#[test]
fn a_folder_for_images_is_no_part_of_the_code_that_they_take_whole() {
    let compose = |heat: &str| {
        format!(
            "services:\n  web:\n    build: {{context: ., dockerfile: docker/WebDockerfile}}\n    environment:\n      OVEN_HEAT: {heat}\n"
        )
    };
    let (own, production) = (compose("180"), compose("200"));
    let project = Project::of(&[
        ("bakery/oven.py", OVEN.1),
        ("bakery/requirements.txt", ""),
        ("docker/gunicorn/gunicorn.py", "workers = 2\n"),
        (
            "docker/WebDockerfile",
            "FROM node AS pages\nCOPY ./ /files\nRUN npm run build\nFROM python:3.12\nCOPY --from=pages /files/ /srv/\nCMD [\"start.sh\"]\n",
        ),
        ("docker-compose.yaml", &own),
        ("prod-docker-compose.yaml", &production),
    ]);
    let said = project.run(&["check", "--min-confidence", "low"]).stdout;
    assert!(!said.contains("missing-required"), "{said}");
    let said = layers(&project, "prod");
    assert!(said.contains("runs web  ."), "{said}");
}

#[test]
fn files_of_settings_that_a_run_loads_are_no_environment_of_their_own() {
    let code = "from dynaconf import Dynaconf\n\nsettings = Dynaconf(settings_files=[\"config/default.toml\"], envvar_prefix=\"OVEN\")\n\n\n\
                def heat():\n    return settings.heat\n";
    let files = [
        ("bakery/oven.py", code),
        ("bakery/requirements.txt", "dynaconf\n"),
        ("bakery/config/default.toml", "light = 1\n"),
        ("bakery/config/test.toml", "heat = 3\n"),
    ];
    let run = "services:\n  oven:\n    build: ./bakery\n    environment: {OVEN_HEAT: 200}\n";
    let alone = Project::of(&files).run(&["envs"]).stdout;
    assert!(alone.contains("\ndefault  ") || alone.starts_with("default  "), "{alone}");
    let all: Vec<_> = files.iter().copied().chain([("docker-compose.yml", run)]).collect();
    let said = Project::of(&all).run(&["envs"]).stdout;
    assert!(said.contains("local  ") && !said.contains("default  `"), "{said}");
}

#[test]
fn a_file_of_one_block_is_a_sibling_by_its_name() {
    let block = |name: &str, heat: u32| format!("[{name}]\nheat = {heat}\n");
    let (one, two, three) = (block("dev", 1), block("staging", 2), block("production", 3));
    let project = Project::of(&[
        (
            "oven.py",
            "from dynaconf import Dynaconf\n\nsettings = Dynaconf(environments=True)\nHEAT = settings.heat\n",
        ),
        ("config/dev.toml", &one),
        ("config/staging.toml", &two),
        ("config/production.toml", &three),
    ]);
    let said = project.run(&["envs"]).stdout;
    assert!(said.contains("production  ") && !said.contains("confidence"), "{said}");
}

#[test]
fn facts_name_all_environments_that_share_a_definition() {
    let project = Project::of(&[
        (
            "oven.py",
            "from dynaconf import Dynaconf\n\nsettings = Dynaconf()\nHEAT = settings.heat\n",
        ),
        ("config/default.toml", "heat = 1\n"),
        ("config/staging.toml", "heat = 2\n"),
        ("config/production.toml", "heat = 3\n"),
    ]);
    let said = project.run(&["facts"]).exits(0).stdout;
    let line = said.lines().find(|line| line.contains("default.toml")).unwrap_or_default();
    let shared = "\"environment\":\"*\",\"environments\":[\"production\",\"staging\"]";
    assert!(line.contains(shared), "{said}");
    let own = said.lines().find(|line| line.contains("staging.toml")).unwrap_or_default();
    assert!(own.contains("\"environment\":\"staging\",\"key\""), "{said}");
}

#[test]
fn what_all_share_is_not_said_to_be_defined_in_each() {
    let project = Project::of(&[
        (
            "oven.py",
            "from dynaconf import Dynaconf\n\nsettings = Dynaconf()\nHEAT = settings.heat\n",
        ),
        ("config/default.toml", "heat = 1\nsteam_enabled = true\n"),
        ("config/staging.toml", "heat = 2\n"),
        ("config/production.toml", "heat = 3\n"),
    ]);
    let said = project.run(&["check", "--min-confidence", "low"]).stdout;
    let alike =
        "`steam_enabled` is defined for `production` and `staging` alike and no code reads it";
    assert!(said.contains(alike), "{said}");
}

/// Values of a chart that is not in the tree are its workload's, and no other gets them.
#[test]
fn values_for_a_chart_of_others_reach_its_own_workload() {
    let chart = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
                 image: bakery/oven:1\n        env:\n        - {name: OVEN_HEAT, value: {{ .Values.heat | quote }}}\n";
    let helmfile = "environments:\n  staging: {}\n  production: {}\n---\nreleases:\n- name: oven\n  chart: ./charts/oven\n  values: [values/oven.yaml]\n\
                    - name: watch\n  chart: others/watch\n  values: [values/watch.yaml]\n";
    let watch = "env:\n- name: LOG_LEVEL\n  value: debug\nextraEnv:\n  WATCH_DEPTH: \"3\"\n";
    let project = Project::of(&[
        OVEN,
        ("helmfile.yaml", helmfile),
        ("charts/oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("charts/oven/values.yaml", "heat: 180\n"),
        ("charts/oven/templates/oven.yaml", chart),
        ("values/oven.yaml", "heat: 200\n"),
        ("values/watch.yaml", watch),
    ]);
    let said = project.run(&["explain", "LOG_LEVEL", "--env", "production"]).stdout;
    let line = said.lines().find(|line| line.contains("values/watch.yaml")).unwrap_or_default();
    assert!(line.contains("watch  ") && line.contains("\"debug\""), "{said}");
    assert!(!said.contains("others"), "{said}");
    let own = Project::of(&[
        OVEN,
        (
            "helmfile.yaml",
            "environments:\n  staging: {}\n  production: {}\n---\nreleases:\n- name: oven\n  chart: others/web\n  values: [values/oven.yaml]\n",
        ),
        ("values/oven.yaml", "image: bakery/oven\nenv:\n  OVEN_HEAT: \"200\"\n"),
    ]);
    let said = own.run(&["explain", "OVEN_HEAT"]).stdout;
    assert!(said.contains("\"200\""), "{said}");
}

/// Files of values that only a program hands to a chart are known by what they hold.
#[test]
fn files_that_are_like_the_values_of_a_chart_are_read_by_it() {
    let values = "oven:\n  heat: 180\n  steam: false\n  name: plain\ntill:\n  open: true\n  coins: true\nshelves:\n  count: 3\nwatchEnabled: true\n";
    let of = |heat: u32| {
        format!(
            "oven:\n  heat: {heat}\n  steam: true\ntill:\n  open: true\n  coins: false\nshelves:\n  count: 4\nwatchEnabled: false\n"
        )
    };
    let (staging, production) = (of(1), of(2));
    let code = "import yaml\n\nwith open(\"config/production.yaml\") as file:\n    config = yaml.safe_load(file)\nHEAT = config[\"oven\"][\"heat\"]\n\
                OPEN = config[\"till\"][\"open\"]\n";
    let project = Project::of(&[
        ("deploy.py", code),
        (
            "bakery/Chart.yaml",
            "apiVersion: v2\nname: bakery\nversion: 1.0.0\ndependencies:\n- {name: watch, version: 1.0.0, repository: https://charts.example.org, condition: watchEnabled}\n",
        ),
        ("bakery/values.yaml", values),
        (
            "bakery/templates/oven.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: oven}\ndata:\n  heat: {{ .Values.oven.heat | quote }}\n",
        ),
        ("config/staging.yaml", &staging),
        ("config/production.yaml", &production),
    ]);
    let said = project.run(&["check", "--min-confidence", "low"]).stdout;
    assert!(!said.contains("dead-"), "{said}");
    let said = project.run(&["explain", "oven.steam"]).stdout;
    assert!(said.contains("a chart"), "{said}");
}

/// A script that installs a chart with its own values alone says by its name where.
#[test]
fn a_script_deploys_the_bare_values_of_a_chart() {
    let chart = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
                 image: bakery/oven:1\n        env:\n        - {name: OVEN_HEAT, value: {{ .Values.heat | quote }}}\n";
    let script = |more: &str| {
        format!(
            "#!/bin/bash\nROOT=$(dirname \"$0\")\nCHART=\"$ROOT/../deploy/oven/\"\nhelm upgrade $RELEASE \\\n  $CHART \\\n  {more}--install\n"
        )
    };
    let (production, staging) =
        (script(""), script("--values ${CHART}/values-staging.yaml \\\n  "));
    let project = Project::of(&[
        OVEN,
        ("deploy/oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("deploy/oven/values.yaml", "heat: 200\n"),
        ("deploy/oven/values-staging.yaml", "heat: 180\n"),
        ("deploy/oven/templates/oven.yaml", chart),
        ("bin/production_deploy.sh", &production),
        ("bin/staging_deploy.sh", &staging),
    ]);
    let said = project.run(&["explain", "OVEN_HEAT"]).stdout;
    let line = |name: &str| said.lines().find(|line| line.contains(name)).unwrap_or_default();
    assert!(line("production").contains("\"200\""), "{said}");
    assert!(line("staging").contains("\"180\""), "{said}");
}

/// A file of variables that a helmfile gives an environment is for its templates: no workload is started with it.
#[test]
fn values_of_a_helmfiles_environment_are_no_variables() {
    let chart = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
                 image: bakery/oven:1\n        env:\n        - {name: OVEN_HEAT, value: {{ .Values.heat | quote }}}\n";
    let helmfile = "environments:\n  staging: {values: [env/staging.env]}\n  production: {values: [env/production.env]}\n---\nreleases:\n\
                    - name: oven\n  chart: ./charts/oven\n  values: [values/oven.yaml.gotmpl]\n";
    let project = Project::of(&[
        OVEN,
        ("helmfile.yaml", helmfile),
        (
            "charts/oven/Chart.yaml",
            "apiVersion: v2\nname: oven\nversion: 1.0.0\ndependencies:\n- {name: watch, version: 1.0.0, repository: https://charts.example.org}\n",
        ),
        ("charts/oven/values.yaml", "heat: 180\n"),
        ("charts/oven/templates/oven.yaml", chart),
        ("values/oven.yaml.gotmpl", "heat: {{ .StateValues.OVEN_HEAT }}\n"),
        ("env/staging.env", "OVEN_HEAT: \"190\"\nLOG_LEVEL: \"debug\"\n"),
        ("env/production.env", "OVEN_HEAT: \"200\"\nLOG_LEVEL: \"info\"\n"),
    ]);
    let said = project.run(&["explain", "OVEN_HEAT", "--env", "production"]).stdout;
    assert!(said.contains("oven  \"200\"  workload-env"), "{said}");
    assert!(!said.contains("dotenv"), "{said}");
    let said = project.run(&["explain", "LOG_LEVEL", "--env", "production"]).stdout;
    assert!(!said.contains("\"info\"  dotenv"), "{said}");
}

/// Two folders of Terraform for one environment that have a workload of one name are two deployments of it.
#[test]
fn folders_of_one_environment_are_deployed_apart() {
    let main = |region: &str| {
        format!(
            "resource \"aws_lambda_function\" \"till\" {{\n  function_name = \"till\"\n  environment {{\n    variables = \
             {{ REGION = \"{region}\", RATE = \"7\" }}\n  }}\n}}\n"
        )
    };
    let project = Project::of(&[
        ("till.py", "import os\nREGION = os.environ[\"REGION\"]\nRATE = os.environ[\"RATE\"]\n"),
        ("infra/alps/production/main.tf", &main("alps")),
        ("infra/alps/staging/main.tf", &main("alps")),
        ("infra/coast/production/main.tf", &main("coast")),
        ("infra/coast/staging/main.tf", &main("coast")),
    ]);
    let told =
        project.run(&["explain", "REGION", "--env", "production", "--format", "json"]).explained();
    assert_eq!(told, ["till of infra/alps=alps over 0", "till of infra/coast=coast over 0"]);
    let differ = project.run(&["diff", "staging", "production"]).stdout;
    assert!(differ.contains("do not differ"), "{differ}");
}

/// Two tasks of one module that both call their container `api` are two workloads; a name that stands once stays.
#[test]
fn containers_of_one_name_are_told_apart_by_their_tasks() {
    let task = |name: &str, container: &str| {
        format!(
            "module \"{name}\" {{\n  source = \"terraform-aws-modules/ecs/aws//modules/service\"\n  \
             container_definitions = {{\n    {container} = {{\n      environment = [{{ name = \"TRACK_SET\", value = \
             \"{name}\" }}]\n    }}\n  }}\n}}\n"
        )
    };
    let old = "resource \"aws_ecs_task_definition\" \"depot\" {\n  family = \"depot\"\n  container_definitions = \
               jsonencode([{ name = \"api\", image = \"railway/depot\", environment = [{ name = \"TRACK_SET\", value = \
               \"depot\" }] }])\n}\n";
    let project = Project::of(&[
        ("board.py", "import os\n\nSET = os.environ[\"TRACK_SET\"]\n"),
        ("infra/signals.tf", &task("signals", "api")),
        ("infra/points.tf", &task("points", "api")),
        ("infra/depot.tf", old),
        ("infra/tickets.tf", &task("tickets", "till")),
        ("infra/production.tfvars", "log_level = \"info\"\n"),
    ]);
    let facts = project.run(&["facts"]).exits(0).stdout;
    let mut found: Vec<String> = facts
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|fact| fact["key"] == "TRACK_SET" && fact["workload"].is_string())
        .map(|fact| format!("{}={}", fact["workload"], fact["value"]).replace('"', ""))
        .collect();
    found.sort();
    assert_eq!(
        found,
        ["depot/api=depot", "points/api=points", "signals/api=signals", "till=tickets"]
    );
}

/// A file that others take in is there by them; one that nothing takes in is not.
#[test]
fn parts_of_a_declared_compose_file_may_be_declared_too() {
    let service =
        |name: &str| format!("services:\n  {name}:\n    environment: {{OVEN_HEAT: \"180\"}}\n");
    let (base, oven, lost) = (service("base"), service("oven"), "notes: none\n");
    let project = Project::of(&[
        ("common.yml", base.as_str()),
        (
            "compose.yaml",
            "include: [parts/oven.yaml]\nservices:\n  web:\n    build: .\n    extends: {file: common.yml, service: base}\n",
        ),
        (
            "keydrift.yaml",
            "environments:\n  production:\n    files: [compose.yaml, common.yml, parts/oven.yaml, lost.yml]\n",
        ),
        ("lost.yml", lost),
        ("oven.py", "import os\n\nos.environ[\"OVEN_HEAT\"]\n"),
        ("parts/oven.yaml", oven.as_str()),
    ]);
    let run = project.run(&["check"]);
    let told: Vec<&str> =
        run.stdout.lines().filter(|line| line.contains("no configuration file fits")).collect();
    assert_eq!(
        told,
        [
            "not understood: keydrift.yaml: the environment `production` declares `lost.yml`, and no configuration file fits it"
        ]
    );
}

/// What only describes volumes and networks is laid over another file, and no settings of anybody.
#[test]
fn volumes_and_networks_alone_are_no_settings() {
    let base = "services:\n  oven:\n    build: .\n    environment: {OVEN_HEAT: \"180\"}\nvolumes:\n  flour: {}\n";
    let production = "volumes:\n  flour:\n    external: true\n    name: ${PROJECT}_flour\nnetworks:\n  shop:\n    name: ${SHOP_NETWORK}\n    external: true\n";
    let project = Project::of(&[
        OVEN,
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        ("compose.yml", base),
        ("docker/prod.yml", production),
    ]);
    let facts = project.run(&["facts"]).exits(0).stdout;
    assert!(facts.contains("OVEN_HEAT") && !facts.contains("volumes.flour"), "{facts}");
    let found = project.run(&["check", "--format", "json"]).json()["findings"].to_string();
    assert!(!found.contains("SHOP_NETWORK"), "{found}");
}

/// A compose file that says nothing yet is laid over the others all the same: the run that names it is one.
#[test]
fn a_file_that_says_nothing_yet_is_a_part_of_its_run() {
    let base = "services:\n  oven:\n    build: .\n    environment: {OVEN_HEAT: \"180\"}\n";
    let project = Project::of(&[
        OVEN,
        ("Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python oven.py\n"),
        ("compose.yaml", base),
        ("compose.extras.yaml", "# For forks to fill in.\n"),
        ("compose.tests.yaml", "services:\n  trial:\n    image: cypress\n    depends_on: [oven]\n"),
        (
            "Makefile",
            "FILES=-f compose.yaml -f compose.extras.yaml\ntests:\n\tdocker compose $(FILES) -f compose.tests.yaml run trial\n",
        ),
    ]);
    let told = project.run(&["explain", "OVEN_HEAT"]).exits(0).stdout;
    assert!(told.lines().any(|line| line.contains("tests") && line.contains("180")), "{told}");
}

/// What a patch removes is told with its place, in the environment whose result it is a part of.
#[test]
fn explain_shows_where_patches_remove_a_key() {
    let given = [("OVEN_HEAT", "200"), ("LOG_LEVEL", "warn")];
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
                 env:\n        - name: OVEN_HEAT\n          $patch: delete\n";
    let overlay = "resources: [../../base]\n";
    let project = Project::of(&[
        OVEN,
        ("k8s/base/oven.yaml", &workload("oven", &given)),
        ("k8s/base/kustomization.yaml", "resources: [oven.yaml]\n"),
        ("k8s/overlays/staging/kustomization.yaml", overlay),
        (
            "k8s/overlays/production/kustomization.yaml",
            "resources: [../../base]\npatches: [{path: cold.yaml}]\n",
        ),
        ("k8s/overlays/production/cold.yaml", patch),
    ]);
    let said = |more: &[&str]| {
        let arguments = [&["explain", "OVEN_HEAT", "--no-history"], more].concat();
        project.run(&arguments).exits(0)
    };
    let text = said(&[]).stdout;
    let line =
        "removed (by patches)\n  production  oven  k8s/overlays/production/cold.yaml:10:17\n";
    assert!(text.contains(line), "{text}");
    let removed = &said(&["--format", "json"]).json()["keys"][0]["removed"];
    assert_eq!(removed[0]["environments"], serde_json::json!(["production"]));
    let staging = said(&["--env", "staging"]).stdout;
    assert!(!staging.contains("removed"), "{staging}");
}
