//! `impact`: what a change of a key reaches, and what changed since a revision. Histories are made as they are needed.

use std::path::Path;

use crate::support::{Project, Run, commit, keydrift, repository};

const CODE: &str =
    "import os\n\n\ndef bake():\n    return os.environ.get(\"OVEN_MINUTES\", \"40\")\n";
const MORE: &str = "import os\n\n\ndef bake():\n    return os.environ.get(\"OVEN_MINUTES\", \"40\")\n\n\ndef order():\n    \
                    return os.environ[\"FLOUR_URL\"]\n";

/// A bakery whose first state is kept.
fn bakery() -> (Project, String) {
    let project = Project::of(&[
        ("shop/bake.py", CODE),
        ("deploy/production.env", "OVEN_MINUTES=45\nOLD_TIN=9\n"),
        ("deploy/staging.env", "OVEN_MINUTES=45\n"),
        ("deploy/local.env", "OVEN_MINUTES=45\n"),
    ]);
    let first = commit(project.root());
    (project, first)
}

fn since(project: &Project, revision: &str) -> serde_json::Value {
    project.run(&["impact", "--since", revision, "--format", "json"]).exits(0).json()
}

fn refused(run: Run) -> String {
    let run = run.exits(2);
    assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("", 1), "{run:?}");
    run.stderr.trim_end().to_owned()
}

#[test]
fn a_new_required_key_that_production_lacks_comes_first() {
    let (project, first) = bakery();
    project.write("shop/bake.py", MORE.as_bytes());
    project.write("deploy/staging.env", b"OVEN_MINUTES=50\nFLOUR_URL=http://mill.staging\n");
    insta::assert_snapshot!(project.run(&["impact", "--since", &first]).exits(0).stdout.replace(&first, "REV"), @r#"
code that asks for more

FLOUR_URL
  production  absent: it fails
  local       absent
  staging     absent -> "http://mill.staging"  dotenv  deploy/staging.env:2:1
  new  required  at shop/bake.py:9:12 in order

configuration that changed

OVEN_MINUTES
  staging  "45" -> "50"  dotenv  deploy/staging.env:1:1
  reaches  default "40"  at shop/bake.py:5:12 in bake

1 required key missing in production, 1 key that code asks for in a new way, 2 keys with another value, 0 keys no longer read
since `REV`, in 2 files that say something of keys
"#);
    let json = since(&project, &first);
    assert_eq!(json["schema"], "keydrift.changes/1");
    assert_eq!(json["keys"][0]["key"], "FLOUR_URL");
    assert_eq!(json["keys"][0]["missing_in"], serde_json::json!(["production"]));
    assert_eq!(json["summary"]["missing"], 1);
    commit(project.root());
    assert_eq!(since(&project, "HEAD")["keys"], serde_json::json!([]));
}

#[test]
fn what_code_gives_up_is_told_with_the_values_left_behind() {
    let (project, first) = bakery();
    project.write("shop/bake.py", b"import os\n\n\ndef bake():\n    return 40\n");
    let said = project.run(&["impact", "--since", &first]).exits(0).stdout;
    assert!(said.contains("no longer read"), "{said}");
    assert!(said.contains("gone         default \"40\"  at shop/bake.py:5:12 in bake"), "{said}");
    assert!(
        said.contains("still given  \"45\"          dotenv deploy/production.env:1:1"),
        "{said}"
    );
}

#[test]
fn a_read_that_moves_is_the_same_read() {
    let (project, first) = bakery();
    project.write("shop/bake.py", format!("# Rye.\n{CODE}").as_bytes());
    assert_eq!(since(&project, &first)["keys"], serde_json::json!([]));
    std::fs::remove_file(project.root().join("shop/bake.py")).expect("the file goes");
    project.write("shop/oven/heat.py", CODE.as_bytes());
    assert_eq!(since(&project, &first)["keys"], serde_json::json!([]));
    project.write("shop/oven/heat.py", CODE.replace(", \"40\"", ", \"60\"").as_bytes());
    let json = since(&project, &first);
    assert_eq!(json["keys"][0]["read_changes"][0]["change"], "changed", "{json}");
}

#[test]
fn a_value_that_changes_below_another_one_is_told_with_what_wins() {
    let compose = "services:\n  oven:\n    build: ..\n    env_file: production.env\n    environment:\n      \
                   OVEN_MINUTES: \"50\"\n";
    let (project, _) = bakery();
    project.write("deploy/compose.production.yaml", compose.as_bytes());
    let second = commit(project.root());
    project.write("deploy/production.env", b"OVEN_MINUTES=70\nOLD_TIN=9\n");
    let json = since(&project, &second);
    let silent = &json["keys"][0]["without_effect"][0];
    assert_eq!(silent["definition"]["value"], "70", "{json}");
    assert_eq!(silent["wins"]["value"], "50", "only the oven takes the file, and keeps 50: {json}");
    assert_eq!(json["keys"][0]["values"], serde_json::json!([]), "{json}");
    // A file that the process environment overrides everywhere: every process is given the env file.
    std::fs::remove_file(project.root().join("deploy/compose.production.yaml")).expect("it goes");
    project.write("deploy/production.env", b"OVEN_MINUTES=45\nOLD_TIN=9\n");
    project.write("config/default.toml", b"[oven]\nminutes = 10\n");
    let third = commit(project.root());
    project.write("config/default.toml", b"[oven]\nminutes = 30\n");
    let json = since(&project, &third);
    let silent = &json["keys"][0]["without_effect"][0];
    assert_eq!(silent["definition"]["value"], "30", "{json}");
    assert_eq!(silent["wins"]["value"], "45", "{json}");
    assert_eq!(json["keys"][0]["values"], serde_json::json!([]), "{json}");
}

#[test]
fn a_root_may_be_a_folder_of_a_repository() {
    let (project, first) = bakery();
    project.write("deploy/staging.env", b"OVEN_MINUTES=50\n");
    let run = project.run(&["impact", "--since", &first, "deploy", "shop"]).exits(0);
    assert!(run.stdout.contains("staging  \"45\" -> \"50\"  dotenv  staging.env:1:1"), "{run:?}");
    let inside = keydrift(&project.root().join("deploy"), &["impact", "--since", &first]).exits(0);
    assert!(inside.stdout.contains("staging.env:1:1"), "{inside:?}");
}

#[test]
fn a_root_of_another_history_is_taken_as_it_is() {
    let (project, first) = bakery();
    let elsewhere = Project::of(&[("prod/production.env", "FLOUR_URL=http://mill\n")]);
    commit(elsewhere.root());
    project.write("shop/bake.py", MORE.as_bytes());
    let other = elsewhere.root().display().to_string();
    let run = project.run(&["impact", "--since", &first, ".", &other]).exits(0);
    assert!(run.stdout.contains("is taken as it is now: its history has no"), "{run:?}");
    let missing = "1 required key missing in staging,";
    assert!(run.stdout.contains(missing), "the other root gives it to production: {run:?}");
}

#[test]
fn what_git_does_not_keep_is_taken_as_it_is() {
    let (project, _) = bakery();
    project.write(".gitignore", b"*.local\n.env\n");
    let second = commit(project.root());
    project.write(".env", b"OVEN_MINUTES=3\n");
    let json = since(&project, &second);
    assert_eq!(json["keys"], serde_json::json!([]), "{json}");
    project.write("deploy/preview.env", b"OVEN_MINUTES=3\n");
    let json = since(&project, &second);
    assert_eq!(json["environments"]["added"], serde_json::json!(["preview"]), "{json}");
}

#[test]
fn nothing_of_the_scanned_repository_runs() {
    let (project, first) = bakery();
    project.write(".gitattributes", b"*.env filter=dough diff=dough\n");
    let config = "[filter \"dough\"]\n\tclean = touch ran\n\tsmudge = touch ran\n\trequired = true\n\
                  [diff \"dough\"]\n\ttextconv = touch ran\n[core]\n\tfsmonitor = touch ran\n";
    let path = project.root().join(".git/config");
    let own = String::from_utf8(std::fs::read(&path).expect("a file")).expect("is text");
    std::fs::write(&path, own + config).expect("a file");
    project.write("deploy/staging.env", b"OVEN_MINUTES=50\n");
    let run = project.run(&["impact", "--since", &first]).exits(0);
    assert!(run.stdout.contains("\"45\" -> \"50\""), "{run:?}");
    assert!(!project.root().join("ran").exists());
}

#[test]
fn what_cannot_be_told_is_refused() {
    let (project, first) = bakery();
    let said = refused(project.run(&["impact", "--since", "nowhere"]));
    assert_eq!(said, "keydrift: there is no revision `nowhere` in the git repository at .");
    let said = refused(project.run(&["impact", "--since", &first, "no/such"]));
    assert_eq!(said, "keydrift: no such path: no/such");
    let said = refused(project.run(&["impact"]));
    assert!(said.contains("Give a key, or --since"), "{said}");
    let said = refused(Project::of(&[]).run(&["impact", "--since", "HEAD"]));
    assert_eq!(said, "keydrift: there is no git repository at .: a revision needs one");
    let shallow = project.root().join(".git/shallow");
    std::fs::write(shallow, format!("{first}\n")).expect("a file");
    let said = refused(project.run(&["impact", "--since", "origin/main"]));
    assert!(said.contains("a shallow clone: fetch it first"), "{said}");
}

#[test]
fn secrets_that_change_are_told_apart_and_never_shown() {
    let (project, _) = bakery();
    project.write("deploy/production.env", b"OVEN_TOKEN=Sauerteig4711Geheim\n");
    let second = commit(project.root());
    project.write("deploy/production.env", b"\nOVEN_TOKEN=Sauerteig4711Geheim\n");
    assert_eq!(since(&project, &second)["keys"], serde_json::json!([]), "it has only moved");
    project.write("deploy/production.env", b"OVEN_TOKEN=Sauerteig4712Geheim\n");
    let run = project.run(&["impact", "--since", &second]).exits(0);
    assert!(run.stdout.contains("[redacted] A -> [redacted] B"), "{run:?}");
    assert!(!run.stdout.contains("Geheim"), "{run:?}");
}

/// The folders of a revision are scanned as they were on disk: the two ends give the same facts.
#[test]
fn the_past_is_what_the_disk_was() {
    use keydrift::definitions::Sealer;
    use keydrift::history::Past;
    use keydrift::scan::{Options, Origin, scan};

    let facts = |roots: &[std::path::PathBuf], origin: Origin<'_>| {
        let scan = scan(Options {
            roots: roots.to_vec(),
            origin,
            sealer: &Sealer::new(),
            config: keydrift::config::Config::default(),
            live: Vec::new(),
            history: None,
            today: jiff::civil::date(2026, 1, 15),
            tests: true,
            jobs: 2,
            on_stage: &|_| {},
        });
        let scan = scan.expect("it scans");
        let mut out = Vec::new();
        let shown = keydrift::report::facts::Shown { tests: true, frameworks: true };
        keydrift::report::facts::write(&scan.files, &scan.inventory, shown, &mut out)
            .expect("memory takes it");
        String::from_utf8(out).expect("is text")
    };
    let project = Project::of(&[(".gitignore", "/dist\n*.tmp.env\n"), ("dist/x.py", CODE)]);
    for folder in ["showcase", "sprawl/six-layers", "settings-modules", "half-a-cleanup"] {
        copy(&repository().join("fixtures/projects").join(folder), &project.root().join(folder));
    }
    let first = commit(project.root());
    let roots = [project.root().join("showcase"), project.root().to_path_buf()];
    let before = facts(&roots, Origin::Disk);
    for folder in ["showcase/shop", "sprawl", "settings-modules"] {
        std::fs::remove_dir_all(project.root().join(folder)).expect("the folder goes");
    }
    let past = Past::at(&roots, &first).expect("the revision is there");
    let after = facts(&roots, Origin::Past(&past));
    assert!(before.lines().count() > 50);
    assert_eq!(before, after);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file");
        }
    }
}

#[test]
fn one_key_reaches_code_other_keys_and_environments() {
    let run = keydrift(
        &repository().join("fixtures/projects/sprawl/six-layers"),
        &["impact", "database.pool_size"],
    );
    insta::assert_snapshot!("impact_key", run.exits(0).stdout);
    let project = Project::of(&[
        ("shop/bake.py", "import os\n\n\ndef feed():\n    return os.environ[\"FEED_URL\"]\n"),
        ("deploy/production.env", "MILL_HOST=mill\nFEED_URL=http://${MILL_HOST}/feed\n"),
    ]);
    let json = project.run(&["impact", "MILL_HOST", "--format", "json"]).exits(0).json();
    assert_eq!(json["schema"], "keydrift.impact/1");
    let onward = &json["keys"][0]["onward"][0];
    assert_eq!(onward["key"], "FEED_URL", "{json}");
    assert_eq!(onward["by"], "interpolation");
    assert_eq!(onward["reads"][0]["function"], "feed");
    assert_eq!(json["keys"][0]["sources"][0]["effective"][0]["environment"], "production");
}

#[test]
fn files_of_two_components_do_not_take_each_others_place() {
    let project = Project::of(&[
        ("shop/pyproject.toml", "[project]\nname = \"shop\"\n"),
        ("shop/bake.py", CODE),
        ("shop/.env", "OVEN_MINUTES=45\n"),
        ("mill/pyproject.toml", "[project]\nname = \"mill\"\n"),
        ("mill/grind.py", CODE),
        ("mill/.env", "OVEN_MINUTES=50\n"),
    ]);
    let json = project.run(&["impact", "OVEN_MINUTES", "--format", "json"]).exits(0).json();
    let sources = json["keys"][0]["sources"].as_array().cloned().expect("sources");
    let count = |name: &str| -> Vec<usize> {
        sources.iter().map(|one| one[name].as_array().map_or(0, Vec::len)).collect()
    };
    assert_eq!((count("effective"), count("shadowed")), (vec![1, 1], vec![0, 0]), "{json}");
}

/// A value that changes for one workload reaches the code of that one, and code that is new is shown what its own workload gets.
#[test]
fn a_change_for_one_workload_reaches_its_own_code() {
    let workload = |name: &str, heat: u32, tin: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: {name}\n        \
             image: ghcr.io/bakery/{name}\n        env:\n        - {{name: HEAT, value: \"{heat}\"}}\n        - {{name: TIN, value: {tin}}}\n"
        )
    };
    let docker = "FROM python:3.13\nCOPY main.py .\nCMD python main.py\n";
    let code = "import os\n\nHEAT = os.environ[\"HEAT\"]\n";
    let project = Project::of(&[
        ("oven/Dockerfile", docker),
        ("oven/main.py", code),
        ("till/Dockerfile", docker),
        ("till/main.py", code),
        ("deploy/production/oven.yaml", &workload("oven", 180, "round")),
        ("deploy/production/till.yaml", &workload("till", 20, "square")),
    ]);
    let first = commit(project.root());
    project.write("deploy/production/oven.yaml", workload("oven", 200, "round").as_bytes());
    project.write("till/main.py", format!("{code}TIN = os.environ[\"TIN\"]\n").as_bytes());
    let said = project.run(&["impact", "--since", &first]).exits(0).stdout;
    assert!(said.contains("\"180\" -> \"200\""), "{said}");
    assert!(said.contains("at oven/main.py:3") && !said.contains("at till/main.py:3"), "{said}");
    assert!(said.contains("\"square\"") && !said.contains("\"round\""), "{said}");
}
