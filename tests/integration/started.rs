//! What starts a program gives it what it needs: shells, and platforms that call a function.

use crate::support::Project;

/// What is said to be missing, as `key environment confidence`.
fn missing(files: &[(&str, &str)]) -> Vec<String> {
    let run = Project::of(files).run(&["check", "--format", "json", "--min-confidence", "low"]);
    let found = run.json()["findings"].as_array().cloned().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of_rule = found.iter().filter(|one| one["rule"] == "missing-required");
    let said = of_rule.flat_map(|one| {
        let all = one["environments"].as_array().cloned().unwrap_or_default();
        all.into_iter()
            .map(|at| format!("{} {} {}", text(&one["key"]), text(&at), text(&one["confidence"])))
    });
    said.collect()
}

const HISTORY: &str = "use std::env;\n\nfn main() {\n    let session = env::var(\"SHELL_SESSION\").unwrap();\n    let room = env::var(\"HISTORY_ROOM\").unwrap();\n    let days = env::var(\"HISTORY_DAYS\").unwrap();\n    run(session, room, days);\n}\n";
const PACKAGE: &str = "[package]\nname = \"history\"\nversion = \"0.1.0\"\n";

#[test]
fn a_hook_of_any_shell_gives_what_it_exports() {
    let said = |path: &str, hook: &str| {
        missing(&[
            ("Cargo.toml", PACKAGE),
            ("src/main.rs", HISTORY),
            ("deploy/staging.env", "HISTORY_ROOM=1\nHISTORY_DAYS=2\n"),
            ("deploy/production.env", "HISTORY_ROOM=1\nHISTORY_DAYS=2\n"),
            (path, hook),
        ])
    };
    for (path, hook) in [
        ("shell/hook.zsh", "SHELL_SESSION=$(history id)\nexport SHELL_SESSION\n"),
        ("shell/hook.fish", "set -gx SHELL_SESSION (history id)\n"),
        ("shell/hook.ps1", "$env:SHELL_SESSION = history id\n"),
    ] {
        let low = ["SHELL_SESSION staging low", "SHELL_SESSION production low"];
        let mut found = said(path, hook);
        found.sort_by_key(|line| !line.contains("staging"));
        assert_eq!(found, low, "{path}");
    }
    for (path, hook) in [
        ("shell/hook.zsh", "echo $SHELL_SESSION\n"),
        ("shell/hook.fish", "set -g SHELL_SESSION (history id)\n"),
        ("shell/hook.txt", "export SHELL_SESSION=1\n"),
    ] {
        let found = said(path, hook);
        assert!(found.iter().all(|line| line.ends_with("medium")), "{path}: {found:?}");
        assert_eq!(found.len(), 2, "{path}");
    }
}

const APP: &str = "import os\n\nPORT = os.environ[\"SHOP_PORT\"]\nNAME = os.environ[\"SHOP_NAME\"]\nTILL = os.environ[\"SHOP_TILL\"]\n";
const GIVEN: &str = "SHOP_PORT=80\nSHOP_NAME=rye\nSHOP_TILL=1\n";

#[test]
fn a_function_that_a_platform_calls_is_a_program_of_its_own() {
    let said = |signature: &str, staging: &str| {
        let function = format!(
            "import os\n\nQUEUE = os.environ[\"SWEEP_QUEUE\"]\nROOM = os.environ[\"SWEEP_ROOM\"]\n\n\ndef sweep({signature}):\n    return QUEUE\n"
        );
        missing(&[
            ("shop/app.py", APP),
            ("functions/sweep.py", &function),
            ("deploy/staging.env", &format!("{GIVEN}{staging}")),
        ])
    };
    let both = |sure: &str| {
        ["SWEEP_QUEUE", "SWEEP_ROOM"].map(|key| format!("{key} staging {sure}")).to_vec()
    };
    assert_eq!(said("event, context", ""), both("low"));
    assert_eq!(said("room, broom", ""), both("medium"));
    assert_eq!(said("event, context", "SWEEP_ROOM=2\n"), ["SWEEP_QUEUE staging medium"]);
}

/// What a rule says, as `key confidence`.
fn said(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let args = ["check", "--format", "json", "--min-confidence", "low", "--rule", rule];
    let run = Project::of(files).run(&args);
    let found = run.json()["findings"].as_array().cloned().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    found.iter().map(|one| format!("{} {}", text(&one["key"]), text(&one["confidence"]))).collect()
}

#[test]
fn what_the_shell_of_an_image_exports_is_there_for_what_it_starts() {
    let settings = "oven:\n  store: ${OVEN_STORE_FILE}\n  rack: ${OVEN_RACK_FILE}\n";
    let files = [
        ("src/main/resources/application-production.yaml", settings),
        ("src/main/resources/application-staging.yaml", settings),
        (
            "entry.sh",
            "export OVEN_STORE_FILE=\"$PWD/store\"\necho $OVEN_RACK_FILE\njava -jar oven.jar\n",
        ),
    ];
    assert_eq!(said("unresolved-reference", &files), ["OVEN_RACK_FILE medium"]);
}

#[test]
fn what_a_guide_tells_people_to_export_is_there_for_values() {
    let given = "OVEN_HEAT=180\nOVEN_HALL=${HALL_ADDRESS}:80\nOVEN_YARD=${YARD_ADDRESS}:80\n";
    let code = "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nHALL = os.environ[\"OVEN_HALL\"]\nYARD = os.environ[\"OVEN_YARD\"]\n";
    let files = [
        ("oven.py", code),
        ("deploy/production.env", given),
        (
            "docs/setup.md",
            "Say where the hall is, not YARD_ADDRESS=x:\n\n    export HALL_ADDRESS=192.0.2.7\n",
        ),
    ];
    assert_eq!(said("unresolved-reference", &files), ["YARD_ADDRESS medium"]);
    // To need a key is more than to put it into a value: a guide for developers gives it to no deployment.
    let guide = ("README.md", "    export OVEN_HEAT=180\n");
    let lacks = [("oven.py", code), ("deploy/production.env", "OVEN_HALL=a\nOVEN_YARD=b\n"), guide];
    assert_eq!(missing(&lacks), ["OVEN_HEAT production medium"]);
}

/// Commands that a machine runs when it is made export what compose files on it put in.
#[test]
fn what_commands_of_a_machine_export_is_there_for_values() {
    let compose = "services:\n  oven:\n    image: bakery/oven\n    environment:\n      - OVEN_HALL=${HALL_ADDRESS}\n      - OVEN_YARD=${YARD_ADDRESS}\n";
    let machine = "resource \"null_resource\" \"oven\" {\n  provisioner \"remote-exec\" {\n    inline = [\n      \"export HALL_ADDRESS='${var.hall}'\",\n      \"echo YARD_ADDRESS=none\",\n      \"docker compose up -d\",\n    ]\n  }\n}\n";
    let code = "import os\n\nHALL = os.environ[\"OVEN_HALL\"]\nYARD = os.environ[\"OVEN_YARD\"]\n";
    let files =
        [("oven.py", code), ("machine/docker-compose.yaml", compose), ("machine/oven.tf", machine)];
    assert_eq!(said("unresolved-reference", &files), ["YARD_ADDRESS low"]);
}

/// Steps of a pipeline give what they start its variables.
#[test]
fn what_a_step_of_a_pipeline_gives_is_there_for_values() {
    let compose = "services:\n  oven:\n    image: bakery/oven\n    environment:\n      - OVEN_HALL=${HALL_ADDRESS}\n      - OVEN_YARD=${YARD_ADDRESS}\n";
    let workflow = "on: push\njobs:\n  try:\n    runs-on: ubuntu-latest\n    steps:\n      - id: hall\n        run: ./hall.sh\n      - run: docker compose -f docker/docker-compose.yaml up -d\n        env:\n          HALL_ADDRESS: ${{ steps.hall.outputs.address }}\n          TOLD: \"YARD_ADDRESS: none\"\n";
    let code = "import os\n\nHALL = os.environ[\"OVEN_HALL\"]\nYARD = os.environ[\"OVEN_YARD\"]\n";
    let files = [
        ("oven.py", code),
        ("docker/docker-compose.yaml", compose),
        (".github/workflows/try.yaml", workflow),
    ];
    assert_eq!(said("unresolved-reference", &files), ["YARD_ADDRESS low"]);
}

/// A program of a shell may be called without an end: `./manage`.
#[test]
fn what_a_program_without_an_end_exports_is_there_for_what_it_starts() {
    let compose = "services:\n  oven:\n    image: bakery/oven\n    environment:\n      - OVEN_HALL=${HALL_ADDRESS}\n      - OVEN_YARD=${YARD_ADDRESS}\n";
    let manage = "#!/bin/bash\nset -e\nexport HALL_ADDRESS=\"$(hall)\"\ndocker compose up -d\n";
    let text = "Then export YARD_ADDRESS=x\nexport YARD_ADDRESS=x\n";
    let code = "import os\n\nHALL = os.environ[\"OVEN_HALL\"]\nYARD = os.environ[\"OVEN_YARD\"]\n";
    let files = [
        ("oven.py", code),
        ("docker/docker-compose.yaml", compose),
        ("docker/manage", manage),
        ("docker/NOTES", text),
    ];
    assert_eq!(said("unresolved-reference", &files), ["YARD_ADDRESS low"]);
    let set = ("scripts/set_env.sh", "export HALL_ADDRESS=192.0.2.7\n");
    assert_eq!(said("unresolved-reference", &[&files[..2], &[set]].concat()), ["YARD_ADDRESS low"]);
}

#[test]
fn functions_that_a_platform_calls_share_no_defaults() {
    let of = |signature: &str, level: &str| {
        format!(
            "import os\n\nLEVEL = os.getenv(\"LOG_LEVEL\", \"{level}\")\n\n\ndef run({signature}):\n    return LEVEL\n"
        )
    };
    let both = |signature: &str| {
        let (bake, sweep) = (of(signature, "INFO"), of(signature, "DEBUG"));
        said("conflicting-default", &[("functions/bake.py", &bake), ("functions/sweep.py", &sweep)])
    };
    assert_eq!(both("event, context"), [""; 0]);
    assert_eq!(both("room, broom"), ["LOG_LEVEL high"]);
}

#[test]
fn a_component_that_tests_do_not_run_lacks_nothing_there() {
    let said = |given: &str| {
        missing(&[
            ("shop/pyproject.toml", "[project]\nname = \"shop\"\n"),
            (
                "shop/app.py",
                "import os\n\nPORT = os.environ[\"SHOP_PORT\"]\nTILL = os.environ[\"SHOP_TILL\"]\nROOM = os.environ[\"AWS_ROOM\"]\n",
            ),
            ("oven/pyproject.toml", "[project]\nname = \"oven\"\n"),
            (
                "oven/app.py",
                "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nRACK = os.environ[\"OVEN_RACK\"]\nROOM = os.environ[\"AWS_ROOM\"]\n",
            ),
            (".env.test", &format!("SHOP_PORT=80\nSHOP_TILL=2\nAWS_ROOM=eu\n{given}")),
        ])
    };
    let low: Vec<String> = said("");
    assert!(low.iter().all(|line| line.ends_with("low")), "{low:?}");
    assert_eq!(said("OVEN_RACK=2\n"), ["OVEN_HEAT test medium"]);
}

#[test]
fn what_a_host_of_builds_starts_it_gives_its_keys() {
    let build = "import os\n\nRUN = os.environ[\"ARTIFACT_URL\"].rstrip(\"/\")\n";
    let said =
        |path: &str| missing(&[("shop.py", APP), (path, build), ("deploy/production.env", GIVEN)]);
    assert_eq!(said("static/fetch.py"), ["ARTIFACT_URL production medium"]);
    assert_eq!(said("static/netlify_build.py"), ["ARTIFACT_URL production low"]);
}

#[test]
fn one_of_several_implementations_asks_under_a_condition() {
    let base = "class Store:\n    def url(self) -> str: ...\n";
    let bucket = "import os\n\nfrom shop.store import Store\n\n\nclass BucketStore(Store):\n    def url(self) -> str:\n        return os.environ[\"SHOP_BUCKET\"]\n";
    let file = "from shop.store import Store\n\n\nclass FileStore(Store):\n    def url(self) -> str:\n        return \"file:///shop\"\n";
    let said = |makes: &str| {
        let code = format!(
            "import os\nimport sys\n\nfrom shop.bucket import BucketStore\nfrom shop.file import FileStore\n\n\n{makes}\n\nprint(os.environ[\"SHOP_NAME\"], store(sys.argv[1]).url())\n"
        );
        missing(&[
            ("shop/__init__.py", ""),
            ("shop/store.py", base),
            ("shop/bucket.py", bucket),
            ("shop/file.py", file),
            ("main.py", &code),
            ("deploy/production.env", "SHOP_NAME=oven\n"),
        ])
    };
    let chosen = "def store(kind):\n    if kind == \"bucket\":\n        return BucketStore()\n    return FileStore()\n";
    assert_eq!(said(chosen), ["SHOP_BUCKET production low"]);
    let matched = "def store(kind):\n    match kind:\n        case \"bucket\":\n            return BucketStore()\n        case _:\n            return FileStore()\n";
    assert_eq!(said(matched), ["SHOP_BUCKET production low"]);
    // Made whatever is chosen, and made on some day with nothing instead: it is asked for.
    let always = format!("{chosen}\n\nFIRST = BucketStore()\n");
    assert_eq!(said(&always), ["SHOP_BUCKET production medium"]);
    let lone = "def store(kind):\n    if kind:\n        print(kind)\n    return BucketStore()\n";
    assert_eq!(said(lone), ["SHOP_BUCKET production medium"]);
}

#[test]
fn a_folder_whose_name_ends_in_scripts_holds_scripts() {
    let report = "import os\n\nprint(os.environ[\"SHOP_REPORT\"])\n";
    let said = |path: &'static str| {
        let main = "import os\n\nNAME = os.environ[\"SHOP_NAME\"]\n";
        missing(&[("main.py", main), (path, report), ("deploy/production.env", "SHOP_NAME=oven\n")])
    };
    assert_eq!(said("maint-scripts/report.py"), ["SHOP_REPORT production low"]);
    assert_eq!(said("maint/report.py"), ["SHOP_REPORT production medium"]);
}

/// What is built of a folder that the tree does not have is not seen, whatever is laid over it.
#[test]
fn code_that_is_built_of_a_folder_that_is_not_there_is_unknown() {
    let runs = |context: &str| {
        let compose = format!(
            "services:\n  portal:\n    build: {{context: {context}}}\n    volumes: [\"./:/app:rw\"]\n    environment:\n      TITLE: Rye\n"
        );
        let project = Project::of(&[
            ("shop/docker-compose.yml", &compose),
            ("shop/oven/main.py", "import os\n\nprint(os.environ[\"TITLE\"])\n"),
            ("shop/oven/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"python\", \"main.py\"]\n"),
            ("shop/forms/Dockerfile", "FROM python:3.13\n"),
        ]);
        let envs = project.run(&["envs"]).exits(0).stdout;
        let line = envs.lines().find(|line| line.trim_start().starts_with("runs portal"));
        line.unwrap_or_default().to_owned()
    };
    assert!(runs("./forms").contains("it is built from `shop`"), "{}", runs("./forms"));
    assert!(runs("./v4/portal").contains("unknown code"), "{}", runs("./v4/portal"));
}

/// Each mode is started with the file that is called like it: what those fall back to does not meet.
#[test]
fn files_called_after_modes_do_not_meet() {
    let run = |other: &str| {
        let code = |mode: &str| {
            format!(
                "process.env.NODE_ENV = process.env.NODE_ENV || '{mode}'\n\nmodule.exports = require('./oven')\n"
            )
        };
        let other = format!("config/webpack/{other}.js");
        let project = Project::of(&[
            ("package.json", "{\"name\": \"bakery\"}\n"),
            ("config/webpack/development.js", &code("development")),
            (&other, &code("production")),
        ]);
        project.run(&["check", "--format", "csv", "--rule", "conflicting-default", "."]).stdout
    };
    assert!(!run("production").contains("NODE_ENV"), "{}", run("production"));
    assert!(run("bundle").contains("NODE_ENV"), "the other is of no mode");
}
