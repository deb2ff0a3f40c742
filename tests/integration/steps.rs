//! Programs that steps of a pipeline start: what the steps give them is not missing from the environments.

use crate::support::Project;

const READS: &str = "import os\n\nTOKEN = os.environ[\"SWEEP_LIMIT\"]\n";
const SHOP: (&str, &str) = (
    "shop/app.py",
    "import os\n\nPORT = os.environ[\"SHOP_PORT\"]\nNAME = os.environ[\"SHOP_NAME\"]\nTILL = os.environ[\"SHOP_TILL\"]\n",
);
const GIVEN: &str = "SHOP_PORT=80\nSHOP_NAME=rye\nSHOP_TILL=1\n";

/// A workflow with one job of these lines.
fn workflow(lines: &str) -> String {
    format!("on: push\njobs:\n  sweep:\n    runs-on: ubuntu-latest\n{lines}")
}

/// `key confidence` of what is said to be missing, with a script and these files beside it.
fn missing(script: &str, files: &[(&str, &str)]) -> Vec<String> {
    let own =
        [SHOP, (script, READS), ("config/staging.env", GIVEN), ("config/production.env", GIVEN)];
    let all: Vec<(&str, &str)> = own.into_iter().chain(files.iter().copied()).collect();
    let run = Project::of(&all).run(&["check", "--format", "json", "--min-confidence", "low"]);
    let found = run.json()["findings"].as_array().cloned().expect("findings");
    let missing = found.into_iter().filter(|one| one["rule"] == "missing-required");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    missing.map(|one| format!("{} {}", text(&one["key"]), text(&one["confidence"]))).collect()
}

#[test]
fn what_a_step_gives_the_script_that_it_starts_is_there() {
    let said = |script: &str, lines: &str| {
        missing(script, &[(".github/workflows/sweep.yml", &workflow(lines))])
    };
    for lines in [
        "    steps:\n      - run: ./venv/bin/python3 -u jobs/sweep.py\n        env:\n          SWEEP_LIMIT: ${{ secrets.SWEEP_LIMIT }}\n",
        "    env:\n      SWEEP_LIMIT: ${{ secrets.SWEEP_LIMIT }}\n    steps:\n      - run: uv run python -m jobs.sweep\n",
        "    steps:\n      - run: echo \"SWEEP_LIMIT=$(date)\" >> \"$GITHUB_ENV\"\n      - working-directory: jobs\n        run: poetry run python sweep.py\n",
        "    steps:\n      - run: |\n          cd jobs\n          SWEEP_LIMIT=1 python sweep.py\n",
    ] {
        assert_eq!(said("jobs/sweep.py", lines), [""; 0], "{lines}");
    }
    let command =
        "    steps:\n      - run: python manage.py sweep\n        env: {SWEEP_LIMIT: 1}\n";
    assert_eq!(said("shop/management/commands/sweep.py", command), [""; 0]);
    let not_given = "    steps:\n      - run: python jobs/sweep.py\n";
    assert_eq!(said("jobs/sweep.py", not_given), ["SWEEP_LIMIT low"]);
    let not_started = "    steps:\n      - run: echo\n        env: {SWEEP_LIMIT: 1}\n";
    assert_eq!(said("jobs/sweep.py", not_started), ["SWEEP_LIMIT medium"]);
}

#[test]
fn a_make_file_leads_to_the_script() {
    let lines = "    steps:\n      - run: make -C tasks nightly\n        env: {SWEEP_LIMIT: 1}\n";
    let make =
        ("tasks/Makefile", "nightly: sweep\n\nsweep: ## sweeps\n\t@uv run python sweep.py\n");
    let pipeline = workflow(lines);
    let pipeline = (".github/workflows/sweep.yml", pipeline.as_str());
    assert_eq!(missing("tasks/sweep.py", &[pipeline, make]), [""; 0]);
    assert_eq!(missing("tasks/sweep.py", &[make]), ["SWEEP_LIMIT medium"]);
}

#[test]
fn what_something_else_runs_too_must_be_given_there() {
    let lines = "    steps:\n      - run: python jobs/sweep.py\n        env: {SWEEP_LIMIT: 1}\n";
    let pipeline = workflow(lines);
    let pipeline = (".github/workflows/sweep.yml", pipeline.as_str());
    for other in [
        ("Dockerfile", "FROM python\nCOPY . .\nCMD [\"python\", \"jobs/sweep.py\"]\n"),
        ("shop/nightly.py", "from jobs import sweep\n"),
        ("Procfile", "worker: python -m jobs.sweep\n"),
    ] {
        assert_eq!(
            missing("jobs/sweep.py", &[pipeline, other]),
            ["SWEEP_LIMIT medium"],
            "{other:?}"
        );
    }
    for alike in [
        ("pyproject.toml", "[tool.poe.tasks]\nclean = \"python -m jobs.sweep\"\n"),
        ("shop/room.py", "def clean(room):\n    return room.sweep and \"/v1/sweep-all\"\n"),
        ("web/room.ts", "import { broom } from '../sweep'\n"),
    ] {
        assert_eq!(missing("jobs/sweep.py", &[pipeline, alike]), [""; 0], "{alike:?}");
    }
    let told = ("README.md", "Run `python jobs/sweep.py`.\n");
    assert_eq!(missing("jobs/sweep.py", &[pipeline, told]), [""; 0]);
}

/// Whoever types a command that is written down gives the script what stands before it.
#[test]
fn what_people_are_told_to_type_before_a_script_is_given() {
    let said = |files: &[(&str, &str)]| missing("scripts/oven/sweep.py", files);
    assert_eq!(said(&[]), ["SWEEP_LIMIT low"]);
    for told in [
        (
            "scripts/oven/README.md",
            "```\nSWEEP_LIMIT=3 OTHER=\"a b\" uv run python scripts/oven/sweep.py\n```\n",
        ),
        ("docs/sweep.rst", "    $ SWEEP_LIMIT=3 \\\n        python ./oven/sweep.py\n"),
        ("Makefile", "sweep:\n\tSWEEP_LIMIT=3 python scripts/oven/sweep.py\n"),
    ] {
        assert_eq!(said(&[told]), [""; 0], "{told:?}");
    }
    for other in [
        ("README.md", "SWEEP_LIMIT=3 python scripts/shop/sweep.py\n"),
        ("README.md", "SWEEP_DAYS=3 python scripts/oven/sweep.py\n"),
        ("README.md", "SWEEP_LIMIT=3 python scripts/oven/mix.py && python scripts/oven/sweep.py\n"),
    ] {
        assert_eq!(said(&[other]), ["SWEEP_LIMIT low"], "{other:?}");
    }
    // What a container runs as well must be given there.
    let run =
        ("Dockerfile", "FROM python\nCOPY . .\nCMD [\"python\", \"scripts/oven/sweep.py\"]\n");
    let told = ("README.md", "SWEEP_LIMIT=3 python scripts/oven/sweep.py\n");
    assert_eq!(said(&[run, told]), ["SWEEP_LIMIT medium"]);
}

/// A step gives what the file exports that its shell takes in; what a file that is not seen exports may be anything.
#[test]
fn what_a_step_takes_in_is_given() {
    let said = |commands: &str, files: &[(&str, &str)]| {
        let lines = format!(
            "    steps:\n      - run: |\n          {commands}\n          python sweep.py\n"
        );
        let pipeline = workflow(&lines);
        let all: Vec<(&str, &str)> = files
            .iter()
            .copied()
            .chain([(".github/workflows/sweep.yml", pipeline.as_str())])
            .collect();
        missing("sweep.py", &all)
    };
    let exports = format!("# none\nexport SWEEP_LIMIT=3\n{GIVEN}");
    let exports = ("config/local.env", exports.as_str());
    let plain = format!("SWEEP_LIMIT=3\n{GIVEN}");
    let plain = ("config/local.env", plain.as_str());
    assert_eq!(said(". config/local.env", &[exports]), [""; 0]);
    assert_eq!(said("set -a; source ./config/local.env", &[plain]), [""; 0]);
    assert_eq!(
        said(". config/local.env", &[plain]),
        ["SWEEP_LIMIT low"],
        "the shell keeps it for itself"
    );
    assert_eq!(said("source secrets/sweep-key", &[]), [""; 0], "nobody sees what it exports");
    assert_eq!(said(". .venv/bin/activate", &[]), ["SWEEP_LIMIT low"]);
}
