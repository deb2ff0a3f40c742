//! Comments that accept findings, in every syntax that is read, on the line before and behind.

use super::{check, said};
use crate::support::Project;

/// A project of the fixtures, a file of it, a finding there by its rule and what its line holds, and the comments that may stand
/// on the line before and behind.
type Case = (
    &'static str,
    &'static str,
    (&'static str, &'static str),
    &'static [&'static str],
    &'static [&'static str],
);

const HASH: &[&str] = &["# @", "## @"];
const SLASH: &[&str] = &["// @", "/* @ */"];
const HCL: &[&str] = &["# @", "// @", "/* @ */", "/*\n * @\n */", "/*\n   @\n*/"];
const NONE: &[&str] = &[];

const DEAD: (&str, &str) = ("dead-key", "SHOP_OLD");

/// A file of properties, INI, systemd and Docker has comments on lines of their own only.
const CASES: &[Case] = &[
    ("sync/dotenv/files", "deploy/production.env", DEAD, HASH, &["# @"]),
    ("sync/dotenv/template", ".env.example", DEAD, HASH, &["# @"]),
    ("sync/compose/map", "compose.production.yaml", DEAD, HASH, &["# @"]),
    ("sync/kubernetes/configmap", "deploy/production/config.yaml", DEAD, HASH, &["# @"]),
    ("sync/kubernetes/workload", "deploy/production/shop.yaml", DEAD, HASH, &["# @"]),
    ("sync/terraform/tasks", "infra/production/main.tf", DEAD, HCL, SLASH),
    ("sync/terraform/variables", "infra/envs/production.tfvars", DEAD, HCL, SLASH),
    ("sync/nomad/jobs", "deploy/production/shop.nomad", DEAD, HCL, SLASH),
    ("sync/bicep/apps", "infra/production/main.bicep", DEAD, SLASH, SLASH),
    ("sync/wrangler/workers", "wrangler.toml", DEAD, HASH, &["# @"]),
    ("sync/launch-settings/profiles", "Properties/launchSettings.json", DEAD, SLASH, SLASH),
    ("sync/systemd/units", "deploy/production/shop.service", DEAD, &["# @", "; @"], NONE),
    ("sync/supervisor/programs", "deploy/production/supervisord.conf", DEAD, &["# @", "; @"], NONE),
    ("sync/dockerfile/images", "app/Dockerfile", ("dead-key", "SHOP_OLDER"), &["# @"], NONE),
    ("sync/procfile/processes", "Procfile", DEAD, &["# @"], NONE),
    (
        "sync/helm-values/conditions",
        "chart/templates/config.yaml",
        DEAD,
        &["# @", "{{/* @ */}}", "{{- /* @ */}}", "{{- /*\n@\n*/}}"],
        &["# @", "{{/* @ */}}"],
    ),
    (
        "sync/settings-file/properties",
        "config/application-production.properties",
        ("value-drift", "SHOP_TIMEOUT"),
        &["# @", "! @"],
        NONE,
    ),
    (
        "sync/settings-file/ini",
        "config/production.ini",
        ("value-drift", "timeout"),
        &["; @", "# @"],
        NONE,
    ),
];

#[test]
fn every_syntax_accepts_above_and_behind() {
    for (fixture, path, (rule, needle), above, behind) in CASES {
        let project = Project::copied(fixture);
        let file = project.root().join(path);
        let text = std::fs::read(&file).expect("the file of the case");
        let text = String::from_utf8(text).expect("UTF-8");
        let (at, line) =
            text.lines().enumerate().find(|(_, line)| line.contains(needle)).expect("its line");
        let indent = &line[..line.len() - line.trim_start().len()];
        let word = format!("keydrift: ignore[{rule}] the oven reads it");
        let written = above.iter().map(|it| format!("{indent}{}\n{line}", it.replace('@', &word)));
        let after = behind.iter().map(|it| format!("{line} {}", it.replace('@', &word)));
        for new in written.chain(after) {
            let lines = text.lines().enumerate();
            let changed: Vec<&str> =
                lines.map(|(index, old)| if index == at { &new } else { old }).collect();
            project.write(path, (changed.join("\n") + "\n").as_bytes());
            let report = check(&project, &["--min-confidence", "low", "--no-history"]).json();
            let why = format!("{path}: {new}\n{report:#}");
            let accepted = said(&report, "accepted");
            assert!(accepted.iter().any(|(of, _)| of == rule), "{why}");
            assert_eq!(report["accepted"][0]["reason"], "the oven reads it", "{why}");
            assert_eq!(report["diagnostics"], serde_json::json!([]), "{why}");
            let unused = said(&report, "findings").iter().any(|(of, _)| of == "unused-suppression");
            assert!(!unused, "{why}");
        }
        project.write(path, text.as_bytes());
    }
}

#[test]
fn a_comment_in_code_may_stand_above_what_looks_like_a_comment() {
    let code = "use serde::Deserialize;\n\n#[derive(Deserialize)]\nstruct Oven {\n    racks: u8,\n    \
                // keydrift: ignore[missing-required] the baker sets it\n    #[allow(dead_code)]\n    timer: u16,\n    heat: u16,\n}\n\n\
                fn main() {\n    let oven: Oven = envy::from_env().unwrap();\n    println!(\"{} {} {}\", oven.timer, oven.racks, oven.heat);\n}\n";
    let manifest =
        "[package]\nname = \"oven\"\nversion = \"0.1.0\"\n\n[dependencies]\nenvy = \"0.4\"\n";
    let project = Project::of(&[
        ("Cargo.toml", manifest),
        ("src/main.rs", code),
        ("deploy/production.env", "RACKS=1\n"),
        ("deploy/staging.env", "RACKS=1\nTIMER=80\nHEAT=230\n"),
    ]);
    let report = check(&project, &["--min-confidence", "low", "--no-history"]).json();
    let missing = |key: &str| ("missing-required".to_owned(), key.to_owned());
    assert_eq!(said(&report, "accepted"), [missing("TIMER")], "{report:#}");
    assert_eq!(said(&report, "findings"), [missing("HEAT")], "{report:#}");
}

#[test]
fn a_comment_accepts_what_ends_on_its_line_and_nothing_of_the_line_after() {
    let comment = "# keydrift: ignore[missing-required] why not";
    let code = format!(
        "import os\n\nC = os.environ[\"C_URL\"]\nA = os.environ[\n    \"A_URL\"\n]  {comment}\nB = os.environ[\"B_URL\"]\n"
    );
    let project = Project::of(&[
        ("app/settings.py", &code),
        ("deploy/production.env", "C_URL=1\n"),
        ("deploy/staging.env", "A_URL=1\nB_URL=1\nC_URL=1\n"),
    ]);
    let report = check(&project, &["--no-history", "--rule", "missing-required"]).json();
    let missing = |key: &str| [("missing-required".to_owned(), key.to_owned())];
    assert_eq!(said(&report, "accepted"), missing("A_URL"), "{report:#}");
    assert_eq!(said(&report, "findings"), missing("B_URL"), "{report:#}");
}
