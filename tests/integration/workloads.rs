//! Which code a workload runs, and what follows from it: also where code and manifests are two repositories.

use crate::support::{Project, Run, keydrift, repository};

/// A manifest that runs `image` with one variable.
fn manifest(name: &str, image: &str, variable: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n        \
         - name: app\n          image: {image}\n          env:\n            - {{name: SIGNAL_BOX, value: north}}\n            \
         - {{name: {variable}, value: \"12\"}}\n"
    )
}

fn railway(manifests: &str) -> Project {
    let file = |path: &str| format!("{manifests}{path}");
    let project = Project::of(&[
        ("code/board/pyproject.toml", "[project]\nname = \"board\"\n"),
        (
            "code/board/board.py",
            "import os\n\nTRACKS = os.environ[\"TRACK_COUNT\"]\nBOX = os.environ[\"SIGNAL_BOX\"]\n",
        ),
        ("code/counter/pyproject.toml", "[project]\nname = \"counter\"\n"),
        (
            "code/counter/counter.py",
            "import os\n\nTILLS = os.environ[\"TILL_COUNT\"]\nBOX = os.environ[\"SIGNAL_BOX\"]\n",
        ),
    ]);
    let board = manifest("board", "registry.example/railway/board:7", "TRACK_COUNT");
    let counter = manifest("counter", "registry.example/railway/counter:7", "TILL_COUNT");
    project.write(&file("production/board.yaml"), board.as_bytes());
    project.write(&file("production/counter.yaml"), counter.as_bytes());
    project.write(&file("staging/board.yaml"), board.as_bytes());
    project
}

/// The rules, keys and environments of the findings.
fn findings(run: &Run) -> Vec<String> {
    let found = run.json()["findings"].as_array().cloned().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let one = |finding: &serde_json::Value| {
        let environments = finding["environments"].as_array().expect("environments");
        let environments: Vec<_> = environments.iter().map(text).collect();
        format!("{} {} {}", text(&finding["rule"]), text(&finding["key"]), environments.join(","))
    };
    found.iter().map(one).collect()
}

#[test]
fn what_an_image_of_others_reads_is_not_dead() {
    let project = railway("code/deploy/");
    let search = manifest("search", "search.example/engine:9", "ENGINE_HEAP");
    let more = "            - {name: ENGINE_NODES, value: \"3\"}\n";
    project.write("code/deploy/production/search.yaml", format!("{search}{more}").as_bytes());
    let run = keydrift(
        &project.root().join("code"),
        &["check", "--format", "json", "--min-confidence", "low"],
    );
    assert!(!findings(&run).iter().any(|it| it.contains("ENGINE")), "{run:?}");
}

#[test]
fn a_key_is_missing_only_where_its_code_runs() {
    // Nothing in staging sells tickets, so nothing there lacks `TILL_COUNT`.
    let project = railway("code/deploy/");
    let run = keydrift(&project.root().join("code"), &["check", "--format", "json"]);
    assert_eq!(findings(&run), [] as [&str; 0], "{run:?}");
    let bare = manifest("board", "registry.example/railway/board:7", "UNUSED_NAME");
    project.write("code/deploy/staging/board.yaml", bare.as_bytes());
    let run = keydrift(&project.root().join("code"), &["check", "--format", "json"]);
    let found = findings(&run);
    assert!(found.contains(&"missing-required TRACK_COUNT staging".to_owned()), "{found:?}");
    assert!(!found.iter().any(|it| it.contains("TILL_COUNT")), "{found:?}");
}

#[test]
fn manifests_may_be_another_repository() {
    let project = railway("deploy/");
    let bare = manifest("board", "registry.example/railway/board:7", "TILL_COUNT");
    project.write("deploy/staging/board.yaml", bare.as_bytes());
    let run = project.run(&["check", "code", "deploy", "--format", "json"]);
    let found = findings(&run);
    let wanted = ["dead-key TILL_COUNT staging", "missing-required TRACK_COUNT staging"];
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(wanted.iter().all(|it| found.contains(&(*it).to_owned())), "{found:?}");
}

#[test]
fn the_policy_says_what_runs() {
    let project = railway("code/deploy/");
    // An image that is called otherwise: nothing tells that it has the code of `board`.
    let odd = manifest("display", "registry.example/railway/display:7", "BOARD_SIZE");
    project.write("code/deploy/staging/board.yaml", odd.as_bytes());
    let code = project.root().join("code");
    let listed = |run: Run| run.exits(0).stdout;
    let unknown = listed(keydrift(&code, &["envs", "--env", "staging"]));
    assert!(unknown.contains("nothing says which code it runs"), "{unknown}");
    project.write("code/keydrift.yaml", b"components:\n  board: display\n");
    let known = listed(keydrift(&code, &["envs", "--env", "staging"]));
    assert!(known.contains("runs display  board  the policy says so"), "{known}");
    let run = keydrift(&code, &["check", "--format", "json"]);
    let found = findings(&run);
    assert!(found.contains(&"missing-required TRACK_COUNT staging".to_owned()), "{found:?}");
}

#[test]
fn build_commands_tell_the_component() {
    let project = repository().join("fixtures/projects/who-runs-what");
    let run = keydrift(&project, &["envs", "--format", "json"]).exits(0);
    let environments = run.json()["environments"].clone();
    let production = environments.as_array().and_then(|all| all.first()).expect("production");
    let runs: Vec<_> = production["workloads"]
        .as_array()
        .expect("workloads")
        .iter()
        .map(|one| format!("{} {}", one["name"], one["component"]))
        .collect();
    assert_eq!(runs, ["\"board\" \"services/timetable\"", "\"counter\" \"services/tickets\""]);
}

#[test]
fn one_line_of_a_chart_differs_by_environment() {
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: board}\nspec:\n  template:\n    spec:\n      containers:\n        \
                    - name: app\n          image: board\n          env:\n            - name: POOL_SIZE\n              \
                    value: {{ .Values.pool | quote }}\n";
    let project = Project::of(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: board\nversion: 0.1.0\n"),
        // The chart's own values say nothing of what its environments set.
        ("chart/values.yaml", "retries: 1\n"),
        ("chart/values-production.yaml", "pool: 50\n"),
        ("chart/values-staging.yaml", "pool: 5\n"),
        ("chart/templates/board.yaml", template),
        ("board.py", "import os\n\nPOOL = int(os.environ[\"POOL_SIZE\"])\n"),
    ]);
    let differs = project.run(&["diff", "staging", "production"]).exits(0).stdout;
    assert!(differs.contains("POOL_SIZE"), "{differs}");
    let reached = project.run(&["impact", "POOL_SIZE"]).exits(0).stdout;
    for line in ["takes effect in production", "takes effect in staging"] {
        assert!(reached.contains(line), "{reached}");
    }
    assert!(!reached.contains("production, staging"), "{reached}");
}

/// A bakery whose compose file also runs a service of another repository, under an image that only a shell names.
fn with_neighbour(image: &str, env: &str) -> String {
    let compose = format!(
        "services:\n  shop:\n    build: .\n    environment:\n      OVEN_COUNT: \"4\"\n  till:\n    image: {image}\n    environment:\n      TILL_SEED_DATA: \"True\"\n"
    );
    let project = Project::of(&[
        ("compose.yaml", &compose),
        (".env", env),
        ("Dockerfile", "FROM python:3.13-slim\nCOPY shop.py /app/\n"),
        ("shop.py", "import os\n\nOVENS = int(os.environ[\"OVEN_COUNT\"])\n"),
    ]);
    let found = findings(&project.run(&["check", "--format", "json", "--min-confidence", "low"]));
    let listed = project.run(&["envs"]).exits(0).stdout;
    let till =
        listed.lines().find(|line| line.trim_start().starts_with("runs till")).map(str::trim);
    format!("{} / {}", till.unwrap_or_default(), found.join(", "))
}

#[test]
fn nobody_knows_what_an_image_reads_whose_name_is_a_variable() {
    let unknown = with_neighbour("${TILL_IMAGE:-}", "BAKERY=1\n");
    assert!(unknown.contains("nothing says which code it runs"), "{unknown}");
    assert!(!unknown.contains("TILL_SEED_DATA"), "{unknown}");
    // The twin: what the project's own image gets and does not read is dead.
    let own = with_neighbour("bakery-till:1", "BAKERY=1\n");
    assert!(own.contains("dead-key TILL_SEED_DATA"), "{own}");
}

#[test]
fn the_env_file_of_a_compose_project_names_images() {
    let named = with_neighbour("${TILL_IMAGE}", "TILL_IMAGE=ghcr.io/railway/till:2\n");
    assert!(named.contains("the image `ghcr.io/railway/till` is not built here"), "{named}");
    assert!(!named.contains("TILL_SEED_DATA"), "{named}");
}

#[test]
fn a_configmap_is_no_secret_of_the_same_name() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: board}\nspec:\n  template:\n    spec:\n      \
                      containers:\n        - name: board\n          image: board\n          env:\n            - name: TRACK_TOKEN\n              \
                      valueFrom: {secretKeyRef: {name: tracks, key: token}}\n";
    let tracks =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tracks}\ndata: {count: \"4\"}\n";
    let code = ("board.py", "import os\n\nTOKEN = os.environ[\"TRACK_TOKEN\"]\n");
    let project = Project::of(&[
        code,
        ("k8s/production/board.yaml", deployment),
        ("k8s/production/tracks.yaml", tracks),
    ]);
    let run = project.run(&["check", "--format", "json"]).exits(0);
    assert_eq!(findings(&run), Vec::<String>::new());
    let secret = tracks.replace("ConfigMap", "Secret").replace("\ndata:", "\nstringData:");
    let wrong = Project::of(&[
        code,
        ("k8s/production/board.yaml", deployment),
        ("k8s/production/tracks.yaml", &secret),
    ]);
    let run = wrong.run(&["check", "--format", "json"]);
    assert!(findings(&run).iter().any(|one| one.contains("unresolved-reference")), "{run:?}");
}

/// A manifest that stands apart from the overlays and describes the same workload replaces it whole: it is no layer.
#[test]
fn manifests_of_another_way_to_deploy_are_no_layers_of_an_overlay() {
    let workload = |heat: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: oven}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
             image: bakery/oven:1\n        env:\n        - {{name: OVEN_HEAT, value: \"{heat}\"}}\n"
        )
    };
    let (base, other) = (workload("200"), workload("90"));
    let overlay = "resources: [../../base]\n";
    let project = crate::support::Project::of(&[
        ("oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
        ("k8s/base/oven.yaml", &base),
        ("k8s/base/kustomization.yaml", "resources: [oven.yaml]\n"),
        ("k8s/overlays/staging/kustomization.yaml", overlay),
        ("k8s/overlays/production/kustomization.yaml", overlay),
        ("release/oven.yaml", &other),
    ]);
    let said = project.run(&["explain", "OVEN_HEAT"]).stdout;
    let values = said.split("reads").next().unwrap_or("");
    assert!(values.contains("\"200\"") && values.contains("production"), "{said}");
    let given = values.split("no environment").next().unwrap_or("");
    assert!(!given.contains("\"90\""), "{said}");
}

#[test]
fn what_one_program_of_several_needs_is_missing_where_that_program_runs() {
    let required = |keys: &[&str]| {
        let read = |key: &&str| format!("    run(std::env::var(\"{key}\").unwrap());\n");
        format!("fn main() {{\n{}}}\n", keys.iter().map(read).collect::<String>())
    };
    let package = "[package]\nname = \"bakery\"\nversion = \"0.1.0\"\n[[bin]]\nname = \"cooler\"\npath = \"bin/cooler.rs\"\n";
    let told = |staging: &str| {
        let project = Project::of(&[
            ("Cargo.toml", package),
            (
                "src/main.rs",
                &required(&["OVEN_HEAT", "OVEN_RACKS", "OVEN_DOOR", "OVEN_LAMP", "OVEN_FAN"]),
            ),
            ("src/bin/sweep.rs", &required(&["BROOM_SIZE", "OVEN_RACKS"])),
            ("bin/cooler.rs", &required(&["COOLER_FAN", "COOLER_ROOM"])),
            (
                "deploy/production.env",
                "OVEN_HEAT=240\nOVEN_RACKS=4\nOVEN_DOOR=2\nOVEN_LAMP=1\nOVEN_FAN=2\nCOOLER_FAN=3\nCOOLER_ROOM=2\nBROOM_SIZE=1\n",
            ),
            ("deploy/staging.env", staging),
        ]);
        let run = project.run(&["check", "--format", "json", "--rule", "missing-required"]);
        findings(&run)
    };
    let shared = "OVEN_RACKS=4\nOVEN_DOOR=2\nOVEN_LAMP=1\nOVEN_FAN=2\n";
    let without = |name: &str| vec![format!("missing-required {name} staging")];
    assert_eq!(told(shared), without("OVEN_HEAT"));
    assert_eq!(told(&format!("{shared}OVEN_HEAT=200\n")), Vec::<String>::new());
    let cooled = format!("{shared}OVEN_HEAT=200\nCOOLER_FAN=2\n");
    assert_eq!(told(&cooled), without("COOLER_ROOM"));
}

/// A job goes by its name without the commit that it runs; of an image that nobody knows, a key is not called dead.
#[test]
fn jobs_are_the_same_in_all_releases_and_unknown_images_are_told() {
    let job = |commit: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: mill-migrate-{commit}}}\nspec:\n  template:\n    spec:\n      \
             containers:\n        - name: migrate\n          image: acme/mill:{commit}\n          \
             env: [{{name: MILL_HEAT, value: \"240\"}}]\n"
        )
    };
    let project = Project::of(&[
        ("k8s/production/job.yaml", &job("701ac57")),
        ("k8s/staging/job.yaml", &job("f3d0498")),
        ("other/app.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
    ]);
    let run = project.run(&["facts"]).exits(0);
    let named = run.stdout.matches("\"workload\":\"mill-migrate\"").count();
    assert_eq!(named, 2, "{}", run.stdout);
    let run = project.run(&["explain", "MILL_HEAT", "--no-history"]).exits(0);
    let said = "No code here reads it; which code runs in mill-migrate is not known.";
    assert!(run.stdout.contains(said), "{}", run.stdout);
}

#[test]
fn a_part_with_a_dockerfile_of_its_own_runs_where_a_workload_runs_it() {
    let required = |key: &str| format!("import os\n\nVALUE = os.environ[\"{key}\"]\n");
    let told = |of_cooler: bool| {
        let project = Project::of(&[
            ("oven/Dockerfile", "FROM python\nCOPY . .\n"),
            ("oven/pyproject.toml", "[project]\nname = \"oven\"\n"),
            ("oven/bake.py", &required("HEAT")),
            ("cooler/pyproject.toml", "[project]\nname = \"cooler\"\n"),
            ("cooler/cool.py", &format!("{}ROOM = os.environ[\"ROOM\"]\n", required("FAN"))),
            (
                "docker-compose.yml",
                "services:\n  oven:\n    build: oven\n    environment: {HEAT: 200, ROOM: 2}\n",
            ),
        ]);
        if of_cooler {
            project.write("cooler/Dockerfile", b"FROM python\nCOPY . .\n");
        }
        let args =
            ["check", "--format", "json", "--rule", "missing-required", "--min-confidence", "low"];
        findings(&project.run(&args))
    };
    assert_eq!(told(false), ["missing-required FAN local"]);
    assert_eq!(told(true), Vec::<String>::new());
}

#[test]
fn a_service_that_cloud_foundry_binds_may_give_the_address_of_a_database_and_nothing_else() {
    let told = |services: &str| {
        let manifest = |level: &str| {
            format!(
                "applications:\n- name: oven-{level}\n  memory: 1G\n{services}  env:\n    HEAT: 200\n    RACKS: 3\n    DOOR: 2\n"
            )
        };
        let names = ["DATABASE_URL", "DOOR", "HEAT", "LAMP", "RACKS"];
        let reads = names.map(|name| format!("{name} = os.environ[\"{name}\"]\n")).concat();
        let project = Project::of(&[
            ("manifest-staging.yml", &manifest("staging")),
            ("manifest-production.yml", &manifest("production")),
            ("oven.py", &format!("import os\n\n{reads}")),
        ]);
        let args =
            ["check", "--format", "json", "--rule", "missing-required", "--min-confidence", "low"];
        findings(&project.run(&args))
    };
    let lamp = "missing-required LAMP production,staging".to_owned();
    let database = "missing-required DATABASE_URL production,staging".to_owned();
    assert_eq!(told(""), [database, lamp.clone()]);
    assert_eq!(told("  services:\n  - oven-database\n"), [lamp]);
}

/// Of an object that several take from, an entry is for those that take it.
#[test]
fn who_takes_an_entry_of_a_secret_is_who_may_read_it() {
    let workload = |name: &str, image: &str, variable: &str, key: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n        - name: {name}\n          \
             image: {image}\n          env:\n            - name: {variable}\n              valueFrom: {{secretKeyRef: {{name: stores, key: {key}}}}}\n"
        )
    };
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: stores}\nstringData:\n  READER_LOGIN: rye\n  KEEPER_LOGIN: bran\n";
    let check = |keeper: &str| {
        let project = Project::of(&[
            ("oven/main.py", "import os\n\nUSER = os.environ[\"STORE_USER\"]\n"),
            ("oven/Dockerfile", "FROM python:3.12\nCOPY . /oven\nCMD python main.py\n"),
            ("deploy/oven.yaml", &workload("oven", "oven", "STORE_USER", "READER_LOGIN")),
            ("deploy/keeper.yaml", keeper),
            ("deploy/stores.yaml", secret),
        ]);
        project.run(&["check", "--rule", "dead-key", "--min-confidence", "medium"]).stdout
    };
    let keeper = workload("keeper", "registry.bakery.org/keeper:2", "KEEPER_NAME", "KEEPER_LOGIN");
    let said = check(&keeper);
    assert!(said.starts_with("No findings"), "{said}");
    // What only code of the tree could take is dead.
    let said = check(&workload("oven2", "oven", "KEEPER_NAME", "KEEPER_LOGIN"));
    assert!(said.contains("KEEPER_LOGIN"), "{said}");
}

/// What an environment gives a workload that the other has not is no difference of keys: one line, and JSON has it all.
#[test]
fn a_workload_of_one_environment_is_one_line() {
    let project = railway("deploy/");
    let board = manifest("board", "registry.example/railway/board:7", "TRACK_COUNT");
    project.write("deploy/staging/board.yaml", board.replace("north", "south").as_bytes());
    let diff = |more: &[&str]| {
        let arguments = [&["diff", "staging", "production"], more].concat();
        keydrift(project.root(), &arguments).stdout
    };
    let text = diff(&[]);
    assert!(text.contains("counter  in production  2 keys: --all shows them"), "{text}");
    assert!(text.contains("1 key differs between `staging` and `production`"), "{text}");
    assert!(!text.contains("TILL_COUNT") && text.contains("SIGNAL_BOX"), "{text}");
    assert!(diff(&["--all"]).contains("TILL_COUNT"));
    let json: serde_json::Value = serde_json::from_str(&diff(&["--format", "json"])).expect("JSON");
    assert_eq!((&json["summary"]["alone"], &json["alone"][0]["keys"]), (&1.into(), &2.into()));
    let tills = json["differences"].as_array().expect("a list");
    let tills = tills.iter().find(|one| one["key"] == "TILL_COUNT").expect("the key");
    assert_eq!((&tills["alone"], &tills["values"][0]["alone"]), (&true.into(), &true.into()));
    keydrift(&project.root().join("deploy"), &["diff", "staging", "production", "--exit-code"])
        .exits(1);
}
