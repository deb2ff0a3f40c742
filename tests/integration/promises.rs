//! What holds for any project: the order of files, threads, lines that move, more definitions, more reads, and secrets.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Project, Run, keydrift};

const KEYS: [&str; 4] = ["OVEN_URL", "DOUGH_LIMIT", "FLOUR_FEED", "YEAST_DAYS"];
const STAGES: [&str; 3] = ["development", "production", "staging"];

/// Which environment defines which key, and how code reads each.
#[derive(Clone, Debug)]
struct Bakery {
    defined: Vec<Vec<bool>>,
    reads: Vec<u8>,
}

fn bakery() -> impl Strategy<Value = Bakery> {
    let defined = prop::collection::vec(prop::collection::vec(any::<bool>(), KEYS.len()), 3);
    let reads = prop::collection::vec(0u8..4, KEYS.len());
    (defined, reads).prop_map(|(defined, reads)| Bakery { defined, reads })
}

impl Bakery {
    /// Its files: path and text.
    fn files(&self) -> Vec<(String, String)> {
        let mut code = "import os\n\n".to_owned();
        for (key, how) in KEYS.iter().zip(&self.reads) {
            let read = match how {
                0 => continue,
                1 => format!("os.environ[\"{key}\"]"),
                2 => format!("os.environ.get(\"{key}\", \"7\")"),
                _ => format!("os.getenv(\"{key}\")"),
            };
            writeln!(code, "{} = {read}", key.to_lowercase()).expect("memory takes it");
        }
        let mut files = vec![("bakery/settings.py".to_owned(), code)];
        for (stage, defined) in STAGES.iter().zip(&self.defined) {
            let mut text = "BAKERY_NAME=rye\n".to_owned();
            for (key, _) in KEYS.iter().zip(defined).filter(|(_, defined)| **defined) {
                writeln!(text, "{key}=9").expect("memory takes it");
            }
            files.push((format!("deploy/{stage}.env"), text));
        }
        files
    }

    fn project(&self) -> Project {
        let project = Project::of(&[]);
        for (path, text) in self.files() {
            project.write(&path, text.as_bytes());
        }
        project
    }
}

fn check(project: &Project) -> Value {
    let run = project.run(&[
        "check",
        "--format",
        "json",
        "--min-confidence",
        "low",
        "--today",
        "2026-01-15",
        "--jobs",
        "1",
    ]);
    assert!(run.code < 2, "{run:?}");
    run.json()
}

/// The findings of a rule: key and environment.
fn said(report: &Value, rule: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for finding in report["findings"].as_array().into_iter().flatten() {
        if finding["rule"] == rule {
            for environment in finding["environments"].as_array().into_iter().flatten() {
                found.insert((text(&finding["key"]), text(environment)));
            }
            found.insert((text(&finding["key"]), String::new()));
        }
    }
    found
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn fingerprints(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings.map(|finding| text(&finding["fingerprint"])).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_definition_takes_its_missing_required_away(bakery in bakery(), stage in 0usize..3, key in 0usize..4) {
        let mut more = bakery;
        more.defined[stage][key] = true;
        let missing = said(&check(&more.project()), "missing-required");
        let own = (KEYS[key].to_owned(), STAGES[stage].to_owned());
        prop_assert!(!missing.contains(&own), "{:?} is defined and still missing", own);
    }

    #[test]
    fn a_read_takes_its_dead_key_away(bakery in bakery(), key in 0usize..4, how in 1u8..4) {
        let mut more = bakery;
        more.reads[key] = how;
        let report = check(&more.project());
        for rule in ["dead-key", "dead-flag"] {
            let dead = said(&report, rule);
            prop_assert!(!dead.iter().any(|(of, _)| of == KEYS[key]), "{} is read: {:?}", KEYS[key], dead);
        }
    }

    #[test]
    fn lines_above_a_finding_keep_its_fingerprint(bakery in bakery(), lines in 1usize..4) {
        let project = bakery.project();
        let before = fingerprints(&check(&project));
        for (path, text) in bakery.files() {
            project.write(&path, format!("{}{text}", "# rye\n".repeat(lines)).as_bytes());
        }
        prop_assert_eq!(before, fingerprints(&check(&project)));
    }

    #[test]
    fn the_order_of_files_and_threads_changes_no_byte(bakery in bakery(), turn in 0usize..4) {
        let straight = bakery.project();
        let turned = Project::of(&[]);
        let mut files = bakery.files();
        files.reverse();
        files.rotate_left(turn);
        for (path, text) in files {
            turned.write(&path, text.as_bytes());
        }
        for verb in ["check", "facts", "envs"] {
            let one = straight.run(&[verb, "--today", "2026-01-15", "--jobs", "1"]);
            let many = turned.run(&[verb, "--today", "2026-01-15", "--jobs", "6"]);
            prop_assert_eq!(&one.stdout, &many.stdout);
            prop_assert_eq!(one.code, many.code);
        }
    }
}

/// Everything that the tool says of a project, by every verb and every format.
fn all_that_is_said(run: impl Fn(&[&str]) -> Run) -> String {
    let mut all = String::new();
    let mut add = |run: Run| {
        all.push_str(&run.stdout);
        all.push_str(&run.stderr);
    };
    for reporter in keydrift::report::REPORTERS {
        add(run(&["check", "--format", reporter.name, "--min-confidence", "low"]));
    }
    add(run(&["envs"]));
    add(run(&["envs", "--format", "json"]));
    let listed = run(&["envs", "--format", "json"]).json();
    let names: Vec<String> = listed["environments"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|environment| text(&environment["name"]))
        .collect();
    for pair in names.windows(2) {
        add(run(&["diff", &pair[0], &pair[1], "--all"]));
        add(run(&["diff", &pair[0], &pair[1], "--format", "json"]));
    }
    let facts = run(&["facts"]);
    let keys: BTreeSet<String> = facts
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|fact| text(&fact["key"]))
        .collect();
    for key in keys.iter().filter(|key| !key.contains('*')) {
        add(run(&["explain", key, "--no-history"]));
        add(run(&["explain", key, "--no-history", "--format", "json"]));
    }
    add(facts);
    all
}

/// A word that stands in every secret below, and its base64 in a Secret.
const SECRET: &str = "Sauerteig4711Geheim";
const ENCODED: &str = "U2F1ZXJ0ZWlnNDcxMUdlaGVpbQ==";

#[test]
fn no_planted_secret_is_ever_said() {
    let env = "OVEN_PASSWORD=Sauerteig4711Geheim\nexport API_TOKEN=\"Sauerteig4711Geheim\"\n\
               DATABASE_URL=postgres://baker:Sauerteig4711Geheim@db/rye\n\
               SIGNING_KEY=${OTHER_SECRET:-Sauerteig4711Geheim}\n\
               CLIENT_SECRET='Sauerteig4711Geheim\nbroken Sauerteig4711Geheim\n";
    let compose = "services:\n  web:\n    build: .\n    environment:\n      \
                   OVEN_PASSWORD: Sauerteig4711Geheim\n      - DB_PASSWORD=Sauerteig4711Geheim\n";
    let whole = "services:\n  web:\n    build: .\n    environment:\n      \
                 OVEN_PASSWORD: Sauerteig4711Geheim\n      DB_URL: mysql://a:Sauerteig4711Geheim@db/x\n";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: rye}\n\
                  stringData: {plain: Sauerteig4711Geheim}\n\
                  data: {OVEN_PASSWORD: U2F1ZXJ0ZWlnNDcxMUdlaGVpbQ==}\n";
    let toml = "[database]\npassword = \"Sauerteig4711Geheim\"\nurl = \"redis://:Sauerteig4711Geheim@r/0\"\n";
    let broken = "database:\n  password: Sauerteig4711Geheim\n  : : [Sauerteig4711Geheim\n";
    let json = "{\"ApiToken\": \"Sauerteig4711Geheim\", \"Nested\": {\"ClientSecret\": \"Sauerteig4711Geheim\"}}";
    let code = "import os\n\nA = os.environ[\"OVEN_PASSWORD\"]\nB = os.getenv(\"API_TOKEN\", \"Sauerteig4711Geheim\")\n\
                C = os.environ.get(\"DATABASE_URL\") or \"postgres://b:Sauerteig4711Geheim@db/rye\"\n\
                D = int(os.environ[\"CLIENT_SECRET\"])\nE = os.environ[\"OVEN_PASSWRD\"]\n";
    let project = Project::of(&[
        ("deploy/production.env", env),
        ("deploy/staging.env", &env.replace("Geheim", "Geheim2")),
        ("compose.broken.yaml", compose),
        ("compose.yaml", whole),
        ("k8s/production/secret.yaml", secret),
        ("config/production.toml", toml),
        ("config/staging.yaml", broken),
        ("appsettings.Production.json", json),
        ("Dockerfile", "FROM x\nENV OVEN_PASSWORD=Sauerteig4711Geheim\n"),
        ("shop/bake.py", code),
    ]);
    let all = all_that_is_said(|arguments| project.run(arguments));
    assert!(all.contains("OVEN_PASSWORD"), "it speaks of the keys");
    for (number, line) in all.lines().enumerate() {
        assert!(!line.contains(SECRET) && !line.contains(ENCODED), "line {number}: {line}");
    }
}

#[test]
fn no_secret_of_a_fixture_is_ever_said() {
    for project in crate::project::broken() {
        let secrets = withheld(&project);
        if secrets.is_empty() {
            continue;
        }
        let all = all_that_is_said(|arguments| keydrift(&project, arguments));
        for secret in secrets {
            assert!(!all.contains(&secret), "{} says {secret}", project.display());
        }
    }
}

/// The texts on the lines of definitions that are withheld.
fn withheld(project: &std::path::Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in keydrift(project, &["facts"]).stdout.lines() {
        let fact: Value = serde_json::from_str(line).expect("a fact is JSON");
        if fact["fact"] != "definition" || fact["redacted"] != true {
            continue;
        }
        let bytes = std::fs::read(project.join(text(&fact["path"]))).expect("the file is there");
        let source = String::from_utf8_lossy(&bytes).into_owned();
        let at = usize::try_from(fact["line"].as_u64().unwrap_or(1)).unwrap_or(1) - 1;
        let value = source.lines().nth(at).and_then(|line| line.split_once(['=', ':']));
        let value = value.map_or("", |(_, value)| value.trim().trim_matches(['"', '\'', ',']));
        // Shorter texts stand in other places too, and a reference names its key.
        if value.len() >= 12 && value != fact["key"] {
            found.insert(value.to_owned());
        }
    }
    found
}
