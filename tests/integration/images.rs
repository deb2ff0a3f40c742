//! What images set for the programs that run in them.

use crate::support::Project;

#[test]
fn what_an_image_sets_is_for_those_who_run_it() {
    let code = |default: &str| {
        format!(
            "import os\nHOME = os.getenv(\"OVEN_HOME\", \"{default}\")\nHEAT = os.environ[\"HEAT\"]\n"
        )
    };
    let (till, oven) = (code("/till"), code("/oven"));
    let compose = "services:\n  till: {build: till, environment: {HEAT: a}}\n  oven: {build: oven, environment: {HEAT: b}}\n  \
                   cache: {image: redis, environment: {HEAT: c}}\n";
    let project = Project::of(&[
        ("till/main.py", &till),
        (
            "till/Dockerfile",
            "FROM python:3.12\nENV OVEN_HOME=/srv\nCOPY . /till\nCMD python main.py\n",
        ),
        ("oven/main.py", &oven),
        (
            "oven/Dockerfile",
            "FROM python:3.12\nENV OVEN_HOME=/bake\nCOPY . /oven\nCMD python main.py\n",
        ),
        ("compose.yml", compose),
    ]);
    let explained = project.run(&["explain", "OVEN_HOME", "--format", "json"]).json();
    let values = explained["keys"][0]["environments"][0]["values"].as_array().cloned();
    let values: Vec<_> = values
        .into_iter()
        .flatten()
        .map(|it| {
            (
                it["workload"].to_string(),
                it["effective"]["value"].to_string(),
                it["shadowed"].to_string(),
            )
        })
        .collect();
    let told = |workload: &str, value: &str| {
        (format!("\"{workload}\""), format!("\"{value}\""), "[]".to_owned())
    };
    assert_eq!(values, [told("oven", "/bake"), told("till", "/srv")]);
    let text = project.run(&["explain", "OVEN_HOME"]).stdout;
    let values = text.split("\nreads").next().unwrap_or_default();
    let lines: Vec<_> =
        values.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let at =
        |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap_or_default();
    assert_eq!(at("\"/oven\""), at("local oven \"/bake\"") + 1, "{text}");
    assert_eq!(at("\"/till\""), at("till \"/srv\"") + 1, "{text}");
}

/// Two Dockerfiles of one folder are two images: what one sets the other's service does not get.
#[test]
fn dockerfiles_beside_each_other_are_images_of_their_own() {
    let image = |heat: &str| {
        format!("FROM python:3.12\nENV OVEN_HEAT={heat}\nCOPY . /srv\nCMD python main.py\n")
    };
    let project = Project::of(&[
        ("main.py", "import os\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
        ("pyproject.toml", "[project]\nname = \"bakery\"\n"),
        ("Dockerfile", &image("180")),
        ("Dockerfile.worker", &image("240")),
        (
            "compose.yml",
            "services:\n  web: {build: .}\n  worker: {build: {context: ., dockerfile: Dockerfile.worker}}\n",
        ),
    ]);
    let told = project.run(&["explain", "OVEN_HEAT", "--format", "json"]).explained();
    assert_eq!(told, ["web=180 over 0", "worker=240 over 0"]);
}

#[test]
fn what_an_image_brings_says_nothing_of_where_its_code_is_configured() {
    let files = [
        ("jobs/pyproject.toml", "[project]\nname = \"jobs\"\n"),
        (
            "jobs/Dockerfile",
            "FROM python:3.12\nENV WORKERS=2\nCOPY . .\nCMD [\"python\", \"main.py\"]\n",
        ),
        (
            "jobs/main.py",
            "import os\n\n\ndef refresh():\n    return os.environ[\"SERVER\"], os.environ[\"WORKERS\"]\n",
        ),
        ("browser/Dockerfile", "FROM python:3.12\nCOPY . .\nCMD [\"python\", \"run.py\"]\n"),
        ("browser/run.py", "import os\n\nprint(os.getenv(\"SERVER\", \"http://localhost\"))\n"),
        (
            "docker-compose.yml",
            "services:\n  browser:\n    build: browser/\n    environment:\n      - SERVER=http://web:8888\n  \
             jobs:\n    build: jobs/\n    profiles: [jobs]\n",
        ),
        ("config/local.ini", "[server]\nport = 80\n"),
        ("config/testing.ini", "[server]\nport = 80\n"),
    ];
    let check = |files: &[(&str, &str)]| {
        let run = Project::of(files).run(&[
            "check",
            "--format",
            "csv",
            "--rule",
            "missing-required",
            ".",
        ]);
        run.stdout.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(check(&files).is_empty(), "{:?}", check(&files));
    // The twin: an environment that gives this code something of its own.
    let mut twin = files.to_vec();
    twin.push(("deploy/production/jobs.env", "QUEUE=fast\n"));
    twin[2].1 =
        "import os\n\n\ndef refresh():\n    return os.environ[\"SERVER\"], os.environ[\"QUEUE\"]\n";
    assert!(check(&twin).iter().any(|line| line.contains("SERVER")), "{:?}", check(&twin));
}

/// What `explain` tells of a key in the first environment: each workload with its value, the names that it hangs on, and
/// where it is written.
fn told(files: &[(&str, &str)], key: &str) -> Vec<String> {
    let explained = Project::of(files).run(&["explain", key, "--format", "json"]).json();
    let values = explained["keys"][0]["environments"][0]["values"].as_array().cloned();
    let line = |it: serde_json::Value| {
        let one = &it["effective"];
        let list = |name: &str| one[name].as_array().cloned().unwrap_or_default();
        let mut line = format!("{} {}={}", it["workload"], one["state"], one["value"]);
        line.extend(list("unless").iter().map(|name| format!(" unless {name}")));
        line.extend(list("written").iter().map(|at| format!(" at {}:{}", at["path"], at["line"])));
        line.replace('"', "")
    };
    values.into_iter().flatten().map(line).collect()
}

const OVEN: &str = "FROM python:3.12\nARG HEAT=180\nARG SPEED\nENV OVEN_HEAT=$HEAT\nENV OVEN_SPEED=${SPEED} OVEN_NAME=\"oven-${HEAT}\"\n\
                    COPY . /srv\nCMD python main.py\n";
const READS: &str = "import os\nfor name in [\"OVEN_HEAT\", \"OVEN_SPEED\", \"OVEN_NAME\"]:\n    print(os.environ[name])\n";

#[test]
fn what_a_build_is_given_decides_what_its_image_sets() {
    let compose = "services:\n  cold:\n    build:\n      context: api\n      args: [HEAT=90, SPEED]\n  \
                   hot:\n    build:\n      context: api\n      args:\n        HEAT: 240\n        SPEED: ${SPEED:-fast}\n  \
                   plain:\n    build: api\n    environment: {OTHER: a}\n";
    let files = [("api/main.py", READS), ("api/Dockerfile", OVEN), ("compose.yml", compose)];
    assert_eq!(
        told(&files, "OVEN_HEAT"),
        [
            "cold value=90 at compose.yml:5",
            "hot value=240 at compose.yml:10",
            "plain value=180 unless HEAT at api/Dockerfile:2",
        ]
    );
    assert_eq!(
        told(&files, "OVEN_SPEED"),
        [
            "cold reference=${SPEED}",
            "hot value=fast unless SPEED at compose.yml:11",
            "plain reference=${SPEED}",
        ]
    );
    assert_eq!(
        told(&files, "OVEN_NAME")[..2],
        ["cold value=oven-90 at compose.yml:5", "hot value=oven-240 at compose.yml:10",]
    );
    let check = Project::of(&files).run(&["check"]).stdout;
    assert!(check.starts_with("No findings"), "{check}");
    // One line of the Dockerfile, and each service with what its own build makes of it.
    let text = Project::of(&files).run(&["explain", "OVEN_HEAT"]).stdout;
    for (service, value) in [("cold", "\"90\""), ("hot", "\"240\""), ("plain", "\"180\" unless")] {
        let is_told = |line: &str| line.contains(service) && line.contains(value);
        assert!(text.lines().any(is_told), "{text}");
    }
}

#[test]
fn a_default_is_no_value_where_the_build_is_not_known() {
    let manifest = "kind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers:\n        \
                    - {name: api, image: registry.example/api, env: [{name: OTHER, value: a}]}\n";
    let files = [
        ("api/main.py", READS),
        ("api/Dockerfile", OVEN),
        ("deploy/production/api.yaml", manifest),
    ];
    assert_eq!(told(&files, "OVEN_HEAT"), ["api reference=$HEAT"]);
    let check = Project::of(&files).run(&["check"]).stdout;
    assert!(check.starts_with("No findings"), "{check}");
}

#[test]
fn stages_and_layers_of_compose_decide_which_argument_counts() {
    let image = "ARG HEAT=1\nARG KIND=rye\nFROM python:3.12 AS base\nARG HEAT\nENV OVEN_HEAT=$HEAT\n\
                 FROM base\nARG OVEN_HEAT=9\nENV OVEN_NAME=$OVEN_HEAT OVEN_SPEED=${KIND}\nCOPY . /srv\nCMD python main.py\n";
    let base =
        "services:\n  api:\n    build:\n      context: .\n      args: {HEAT: 2, KIND: spelt}\n";
    let over = "services:\n  api:\n    build:\n      args: [HEAT=3]\n";
    let files = [
        ("main.py", READS),
        ("Dockerfile", image),
        ("compose.yml", base),
        ("compose.override.yml", over),
    ];
    assert_eq!(told(&files, "OVEN_HEAT"), ["api value=3 at compose.override.yml:4"]);
    // `ENV` wins over `ARG`, also that of the stage below.
    assert_eq!(told(&files, "OVEN_NAME").len(), 1);
    assert!(
        told(&files, "OVEN_NAME")[0].starts_with("api value=3 at"),
        "{:?}",
        told(&files, "OVEN_NAME")
    );
    // What stands before all stages counts only for those that declare it again.
    assert_eq!(told(&files, "OVEN_SPEED"), ["api reference=${KIND}"]);
    let alone = [files[0], files[1], ("compose.yml", "services:\n  api: {build: .}\n")];
    assert_eq!(told(&alone, "OVEN_HEAT"), ["api value=1 unless HEAT at Dockerfile:1"]);
}

/// A manifest of production that runs the image `api`.
const RUNS: (&str, &str) = (
    "deploy/production/api.yaml",
    "kind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers:\n        \
     - {name: api, image: registry.example/api, env: [{name: OTHER, value: a}]}\n",
);

#[test]
fn other_builders_decide_too_what_an_image_sets() {
    let heat = |builders: &[(&str, &str)]| {
        let files = [("api/main.py", READS), ("api/Dockerfile", OVEN), RUNS];
        let all: Vec<(&str, &str)> = files.into_iter().chain(builders.iter().copied()).collect();
        told(&all, "OVEN_HEAT")
    };
    let action = "on: push\njobs:\n  image:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: api\n          \
                  tags: registry.example/api:1\n          build-args: |\n            HEAT=240\n            SPEED=${{ inputs.speed }}\n";
    let action = (".github/workflows/image.yml", action);
    assert_eq!(heat(&[action]), ["api value=240 at .github/workflows/image.yml:10"]);
    let make = (
        "Makefile",
        "image:\n\tdocker build -t registry.example/api \\\n\t\t--build-arg HEAT=90 api\n",
    );
    assert_eq!(heat(&[make]), ["api value=90 at Makefile:3"]);
    let bake = "target \"oven\" {\n  args = { HEAT = \"60\", SPEED = \"low\" }\n}\ntarget \"api\" {\n  inherits = [\"oven\"]\n  \
                context = \"api\"\n  tags = [\"registry.example/api:1\"]\n  args = { HEAT = \"70\" }\n}\n";
    let bake = ("docker-bake.hcl", bake);
    assert_eq!(heat(&[bake]), ["api value=70 at docker-bake.hcl:8"]);
    let plain = ("build.sh", "docker build -t registry.example/api api\n");
    assert_eq!(heat(&[plain]), ["api value=180 unless HEAT at api/Dockerfile:2"]);
    // What differs, and what a variable stands for, is not known.
    let open = ["api reference=$HEAT"];
    assert_eq!(heat(&[action, make]), open);
    for arguments in [
        "$ARGS",
        "--build-arg HEAT=${HEAT:-3}",
        "--build-arg HEAT=$HEAT",
        "--build-arg \"HEAT=a b\"",
    ] {
        let script = format!("docker build {arguments} -t registry.example/api api\n");
        assert_eq!(heat(&[("build.sh", script.as_str())]), open, "{arguments}");
    }
}

#[test]
fn a_stage_that_is_built_is_all_of_its_image() {
    let image = "FROM python:3.12 AS base\nENV OVEN_NAME=oven\nFROM base AS work\nENV OVEN_HEAT=1\nCMD python main.py\n\
                 FROM base AS ship\nENV OVEN_HEAT=2\nCOPY . /srv\nCMD python main.py\n";
    let compose = "services:\n  hand:\n    build: {context: ., target: work}\n  oven:\n    build: {context: ., target: ship}\n  last:\n    build: .\n";
    let files = [("main.py", READS), ("Dockerfile", image), ("compose.yml", compose)];
    let heat = told(&files, "OVEN_HEAT");
    assert_eq!(heat, ["hand value=1", "last value=2", "oven value=2"]);
    assert_eq!(told(&files, "OVEN_NAME").len(), 3, "{:?}", told(&files, "OVEN_NAME"));
}

#[test]
fn a_secret_that_a_build_is_given_is_not_told() {
    let image =
        "FROM python:3.12\nARG HEAT\nENV OVEN_HEAT=$HEAT\nCOPY . /srv\nCMD python main.py\n";
    let build = (
        "build.sh",
        "docker build --build-arg HEAT=ghp_1a2B3c4D5e6F7g8H9i0JkLmNoPqRsTuVwXyZ -t registry.example/api api\n",
    );
    let files = [("api/main.py", READS), ("api/Dockerfile", image), RUNS, build];
    assert_eq!(told(&files, "OVEN_HEAT"), ["api reference=$HEAT"]);
}

#[test]
fn the_stage_that_is_built_tells_the_component() {
    let dockerfile = "FROM rust:1 AS builder\nWORKDIR /code/shop\nCOPY . .\nRUN cargo build --bin till --bin ledgerd\n\
                      FROM debian AS till\nCOPY --from=builder /code/shop/target/debug/till /usr/local/bin/till\n\
                      FROM debian AS ledger\nCOPY --from=builder /code/shop/target/debug/ledgerd /usr/local/bin/ledgerd\n\
                      FROM python:3 AS seed\nCOPY --from=builder /code/shop/tools/seed/fill.py /code/fill.py\n";
    let compose = "services:\n  till:\n    build: {context: ., target: till}\n    environment: {TILL_ID: front}\n  \
                   ledger:\n    build: {context: ., target: ledger}\n    environment: {LEDGER_ID: main}\n  \
                   seed:\n    build: {context: ., target: seed}\n    environment: {SEED_ROWS: 5}\n";
    let package = |name: &str, bin: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n[[bin]]\nname = \"{bin}\"\npath = \"src/main.rs\"\n"
        )
    };
    let main = |key: &str| {
        format!("fn main() {{\n    println!(\"{{}}\", std::env::var(\"{key}\").unwrap());\n}}\n")
    };
    let project = Project::of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
        ("Dockerfile", dockerfile),
        ("compose.yaml", compose),
        ("crates/till/Cargo.toml", &package("shop-till", "till")),
        ("crates/till/src/main.rs", &main("TILL_ID")),
        ("crates/books/Cargo.toml", &package("shop-books", "ledgerd")),
        ("crates/books/src/main.rs", &main("LEDGER_ID")),
        ("tools/seed/fill.py", "import os\n\nROWS = int(os.environ[\"SEED_ROWS\"])\n"),
    ]);
    let listed = project.run(&["envs"]).exits(0).stdout;
    for runs in ["till  crates/till", "ledger  crates/books", "seed  tools/seed"] {
        assert!(listed.contains(&format!("runs {runs}")), "{listed}");
    }
    // Each of the three gets what its own code requires, and nothing of the others.
    let run = project.run(&["check", "--format", "json"]);
    assert_eq!(run.json()["findings"].as_array().map(Vec::len), Some(0), "{}", run.stdout);
}

#[test]
fn pages_that_are_built_first_are_not_what_runs() {
    let project = Project::of(&[
        (
            "compose.yaml",
            "services:\n  shop:\n    build: .\n    environment:\n      OVEN_COUNT: \"4\"\n",
        ),
        (
            "Dockerfile",
            "FROM node:22 AS pages\nCOPY shop/static/js .\nRUN npm run build\n\nFROM python:3.13-slim\nCOPY shop /shop\n\
             COPY --from=pages /app/dist /shop/static/dist\n",
        ),
        ("requirements.txt", "flask\n"),
        ("shop/static/js/package.json", "{\"name\": \"shop-pages\"}\n"),
        ("shop/static/js/main.js", "export const ovens = 4;\n"),
        ("shop/app.py", "import os\n\nOVENS = int(os.environ[\"OVEN_COUNT\"])\n"),
    ]);
    let listed = project.run(&["envs"]).exits(0).stdout;
    let shop = listed.lines().find(|line| line.trim_start().starts_with("runs shop"));
    assert!(shop.is_some_and(|line| !line.contains("static/js")), "{listed}");
}

#[test]
fn a_dockerfile_that_takes_all_runs_what_it_builds_and_not_what_lies_beside_it() {
    let dockerfile = "FROM rust AS builder\nCOPY . /code\nRUN cargo build --bin baker --bin cooler\nFROM debian AS baker\n\
        COPY --from=builder /code/target/debug/baker /baker\nENTRYPOINT [\"/baker\"]\n";
    let compose = "services:\n  baker:\n    build: {context: ../, dockerfile: docker/oven/Dockerfile}\n    environment:\n      \
        - BAKER_HEAT=240\n      - BAKER_OLD=1\n      - COOLER_FAN=1\n";
    let program = |key: &str| {
        format!(
            "fn main() {{\n    let value = std::env::var(\"{key}\").unwrap();\n    run(value);\n}}\n"
        )
    };
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    let project = Project::of(&[
        ("docker/docker-compose.yml", compose),
        ("docker/oven/Dockerfile", dockerfile),
        ("docker/oven/setup/initialize.py", "import os\n\nREGION = os.environ[\"REGION\"]\n"),
        ("baker/Cargo.toml", &package("baker")),
        ("baker/src/main.rs", &program("BAKER_HEAT")),
        ("cooler/Cargo.toml", &package("cooler")),
        ("cooler/src/main.rs", &program("COOLER_FAN")),
    ]);
    let run = project.run(&["check", "--format", "csv", "--rule", "dead-key", "."]);
    let said: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("BAKER_OLD"), "{said:?}");
}

/// `Dockerfile.test` is a suite's, and a mode that an image does not select is run without it; beside `Dockerfile.prod`, or where
/// compose starts the image, they are the environment's.
#[test]
fn images_of_suites_and_of_other_modes_are_no_layers() {
    let set =
        |value: &str| format!("FROM python:3.12\nENV {value}\nCOPY . /srv\nCMD python main.py\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {FLOUR: rye}\n";
    let (suite, own) = (set("OVEN_HEAT=1"), set("APP_ENV=production"));
    let layers = |more: &[(&str, &str)]| {
        let mut files = vec![(
            "main.py",
            "import os\nHEAT = os.environ.get(\"OVEN_HEAT\", \"3\")\nENV = os.environ.get(\"APP_ENV\")\n",
        )];
        files.extend(more);
        Project::of(&files).run(&["envs"]).stdout
    };
    let deployed = [
        ("Dockerfile.test", suite.as_str()),
        ("k8s/test/web.yaml", map),
        ("k8s/prod/web.yaml", map),
    ];
    assert!(layers(&deployed).contains("Dockerfile.test:2  dockerfile, 1 key: an image for tests"));
    let mut trio = deployed.to_vec();
    trio.push(("Dockerfile.prod", suite.as_str()));
    assert!(layers(&trio).contains("Dockerfile.test:2  dockerfile, 1 key: its name says `test`"));
    let modes = [
        ("Dockerfile", own.as_str()),
        ("config/local.toml", "flour = \"rye\"\n"),
        ("config/production.toml", "flour = \"oat\"\n"),
    ];
    assert_eq!(layers(&modes).matches("Dockerfile:2").count(), 1);
    let mut run = modes.to_vec();
    run.push(("compose.yml", "services: {web: {build: .}}\n"));
    assert_eq!(layers(&run).matches("Dockerfile:2").count(), 2);
}
