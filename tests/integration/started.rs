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
