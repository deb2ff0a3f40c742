//! `fixtures/formats/<format>/…`: every file beside its `.expected`, which lists what must be read from it.
//!
//! A file is read under its path inside the format's folder. `UPDATE_EXPECT=1` rewrites; the diff is read.

mod state;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use keydrift::definitions::{Sealer, extract, may_define};
use keydrift::facts::module::{Content, Given, Receiver};
use keydrift::facts::{Ask, BindingFact, Entry, SourceFacts};
use keydrift::model::{Attribution, OnUnset, Role, Scope};
use keydrift::text::{File, TextRange};

#[test]
fn formats_say_what_is_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    let mut failed = Vec::new();
    for format in folders(&root) {
        for path in files(&format) {
            let inside = path.strip_prefix(&format).unwrap().to_str().unwrap().replace('\\', "/");
            let file =
                File::new(inside, std::str::from_utf8(&std::fs::read(&path).unwrap()).unwrap());
            let shown = show(&file);
            let expected = path.with_file_name(format!("{}.expected", file.name()));
            if updates() {
                std::fs::write(&expected, &shown).unwrap();
            }
            let wanted = std::fs::read(&expected).map(|bytes| String::from_utf8(bytes).unwrap());
            if wanted.ok().as_deref() != Some(shown.as_str()) {
                failed.push(format!("{}:\n{shown}", path.display()));
            }
        }
    }
    assert!(failed.is_empty(), "not as expected:\n{}", failed.join("\n"));
}

#[test]
fn every_format_has_a_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    let mut seen = std::collections::BTreeSet::new();
    for format in folders(&root) {
        for path in files(&format) {
            let inside = path.strip_prefix(&format).unwrap().to_str().unwrap();
            let file =
                File::new(inside, std::str::from_utf8(&std::fs::read(&path).unwrap()).unwrap());
            seen.extend(keydrift::definitions::format_of(&file));
        }
    }
    for format in keydrift::definitions::FORMATS {
        assert!(seen.contains(format.name), "no fixture is read as {}", format.name);
    }
}

#[test]
fn no_secret_stands_in_what_is_said() {
    let text = "DB_PASSWORD=hunter2hunter2\nDB_URL=postgres://baker:hunter2hunter2@db/x\n\
                A_TOKEN=${T:-hunter2hunter2}\nKEY_PEM=\"-----BEGIN RSA PRIVATE KEY-----\nhunter2hunter2\n\"\n\
                MIXED_SECRET=hunter2hunter2${X}\n";
    let file = File::new("web.env", text);
    let facts = extract(&file, &Sealer::new());
    assert!(!format!("{facts:?}").contains("hunter2hunter2"));
    for (at, _) in text.match_indices("hunter2hunter2") {
        let secret = TextRange::new(at, at + 14);
        assert!(
            facts[0].secrets.iter().any(|range| range.contains(secret)),
            "byte {at} would be shown"
        );
    }
}

#[test]
fn digests_say_whether_secrets_are_the_same() {
    let sealer = Sealer::new();
    let value = |path: &str, text: &str| {
        extract(&File::new(path, text), &sealer)[0].entries[0].value.clone()
    };
    let encoded = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  DB_PASSWORD: aHVudGVyMmh1bnRlcjI=\n";
    let one = value("a.yaml", encoded);
    assert_eq!(one.same(&value("a.env", "DB_PASSWORD=hunter2hunter2\n")), Some(true));
    assert_eq!(one.same(&value("a.env", "DB_PASSWORD=hunter3hunter3\n")), Some(false));
}

#[test]
fn hostile_files_take_bounded_time() {
    let mut laughs = String::from("services:\n  web:\n    image: x\nx-0: &a0 {K: v}\n");
    for level in 1..40 {
        let before = level - 1;
        let _ = writeln!(
            laughs,
            "x-{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]"
        );
    }
    let mut merges = String::from("default: &a0 {k: v}\n");
    for level in 1..200 {
        let _ = writeln!(merges, "k{level}: &a{level} {{<<: [*a{0}, *a{0}, *a{0}]}}", level - 1);
    }
    let aliases =
        format!("apiVersion: v1\nkind: ConfigMap\nx: &x [1]\ny:\n{}", "  - *x\n".repeat(10_000));
    let files = [
        ("compose.yaml", laughs),
        ("config/production.yaml", merges),
        ("a.yaml", aliases),
        (
            "null.yaml",
            format!("apiVersion: v1\nkind: ConfigMap\ndata:\n{}", "  ? a\n".repeat(50_000)),
        ),
        ("kustomization.yaml", format!("patches: [{}", "\"a\\nb\", ".repeat(20_000))),
        ("if.yaml", format!("apiVersion: v1\nkind: Pod\n{}", "{{ if }}".repeat(20_000))),
        ("config/a.yaml", format!("production:\n  a: {}", "[".repeat(100_000))),
        ("config/default.json", "[".repeat(100_000)),
        ("config/default.toml", format!("a = {}", "[".repeat(100_000))),
        ("config/default.toml", format!("{}a = 1", "a.".repeat(100_000))),
        ("a.tf", "resource \"a\" \"b\" {\n".repeat(20_000)),
        ("a.tf", format!("locals {{\n{}}}\n", "a = merge(local.a, local.a)\n".repeat(5_000))),
        ("a.tf", format!("locals {{ a = {} }}", "[".repeat(100_000))),
        ("a.tf", format!("locals {{ a = {}1 }}", "x ? ".repeat(20_000))),
        ("a.tf", format!("locals {{ a = {{\n{}}} }}", "K = \"${x}\"\n".repeat(50_000))),
        (
            "a.tf",
            format!(
                "resource \"aws_lambda_function\" \"a\" {{\nenvironment {{\nvariables = {{\n{}}}\n}}\n}}",
                "KEY = var.x ? 1 : 2\n".repeat(30_000)
            ),
        ),
        (".env", format!("A=\"{}", "${A:-".repeat(200_000))),
        (".env", "A='\n".repeat(100_000)),
        (".env.example", "# A=\"\n".repeat(100_000)),
        ("Dockerfile", format!("FROM x\nENV {}", "A=\\\n#\n".repeat(50_000))),
        ("templates/a.yaml", format!("apiVersion: v1\nkind: Pod\n{}", "{{ \"".repeat(100_000))),
    ];
    take_bounded_time(files.into());
}

#[test]
fn hostile_deployments_take_bounded_time() {
    let files = vec![
        ("a.bicep", "var a = {\n".repeat(20_000)),
        ("a.bicep", format!("var a = {}", "[".repeat(100_000))),
        ("a.bicep", format!("var appSettings = {}", "'${'".repeat(20_000))),
        ("a.bicep", format!("var env = [\n{}]", "union(env, [env])\n".repeat(5_000))),
        ("deploy.sh", format!("gcloud run deploy a --set-env-vars {}", "A=1,".repeat(20_000))),
        ("deploy.sh", format!("gcloud run deploy a {}", "\"$(\" ".repeat(20_000))),
        ("deploy.sh", format!("gcloud run deploy a {}", "--set-env-vars A=1 ".repeat(20_000))),
        (
            "pulumi/config.prod.yaml",
            format!("image: x\nname: y\na:\n{}", "- [[[[[[[[\n".repeat(5_000)),
        ),
    ];
    take_bounded_time(files);
}

fn take_bounded_time(files: Vec<(&str, String)>) {
    let sealer = Sealer::new();
    for (path, text) in files {
        let start = std::time::Instant::now();
        let facts = extract(&File::new(path, text), &sealer);
        assert!(start.elapsed().as_secs() < 10, "{path} took {:?}", start.elapsed());
        drop(facts);
    }
}

#[test]
fn paths_are_tested_cheaply() {
    for path in [
        ".env",
        "deploy/.env.production",
        "compose.yml",
        "k8s/web.yaml",
        "config/prod.toml",
        "Dockerfile",
        ".github/workflows/ci.yml",
    ] {
        assert!(may_define(path), "{path}");
    }
    for path in [
        "package.json",
        "Cargo.lock",
        ".envrc",
        "src/main.rs",
        ".github/dependabot.yml",
        "README.md",
    ] {
        assert!(!may_define(path), "{path}");
    }
}

fn show(file: &File) -> String {
    let mut shown = String::new();
    for facts in extract(file, &Sealer::new()) {
        source(file, &facts, &mut shown);
        for range in ranges(&facts) {
            assert!(file.text.get(range.bytes()).is_some(), "{range:?} does not fit {}", file.path);
        }
    }
    if shown.is_empty() { "no configuration\n".to_owned() } else { shown }
}

fn source(file: &File, facts: &SourceFacts, shown: &mut String) {
    let role = if facts.role == Role::Template { " template" } else { "" };
    let section = facts.section.as_ref().map_or(String::new(), |section| format!(" [{section}]"));
    let object = facts.object.as_ref().map_or(String::new(), |object| {
        let namespace =
            object.namespace.as_ref().map_or(String::new(), |name| format!(" in {name}"));
        format!(" {}{namespace}{}", object.name, secrecy(object.is_secret))
    });
    let _ = writeln!(shown, "{}{role}{section}{object}", facts.kind);
    let lines = facts
        .entries
        .iter()
        .map(|entry| (entry.key_range, describe(entry)))
        .chain(facts.bindings.iter().map(|binding| (binding.range, bound(binding))))
        .chain(facts.asks.iter().map(|ask| (ask.interpolation.range, asked(ask))))
        .chain(
            facts
                .names
                .iter()
                .map(|name| (name.range, format!("name {} is {}", name.setting, name.variable))),
        )
        .chain(facts.includes.iter().map(|include| {
            let required = if include.required { "" } else { " optional" };
            (
                include.range,
                format!("include {}{required}{}", include.path, scope(include.scope.as_ref())),
            )
        }))
        .chain(facts.scripts.iter().map(|script| {
            let whose = if script.is_own { "" } else { " of another host" };
            (script.range, format!("script{whose} in {:?}", script.folder))
        }))
        .chain(facts.opaque.iter().map(|opaque| {
            let workload = opaque.whom.workload().map_or(String::new(), |name| format!(" @{name}"));
            (opaque.range, format!("opaque {}{workload}", opaque.what))
        }))
        .chain(facts.workloads.iter().map(|workload| {
            let part = |word: &str, text: &Option<String>| {
                text.as_ref().map_or(String::new(), |text| format!(" {word} {text}"))
            };
            let (image, build) = (part("image", &workload.image), part("build", &workload.build));
            (workload.range, format!("workload {}{image}{build}", workload.name))
        }))
        .chain(facts.module.given.iter().map(|given| (given.range, handed(given))))
        .chain(facts.module.taken.iter().map(|taken| {
            (taken.range, format!("take {}{}", taken.name, scope(taken.scope.as_ref())))
        }))
        .chain(
            facts
                .problems
                .iter()
                .map(|problem| (problem.range, format!("problem: {}", problem.message))),
        );
    for (range, line) in lines {
        let position = file.position(range.start);
        let _ = writeln!(shown, "  {}:{} {line}", position.line, position.column);
    }
}

fn handed(given: &Given) -> String {
    let to = match &given.to {
        Receiver::Own => String::new(),
        Receiver::Default => " by default".to_owned(),
        Receiver::Module(path) => format!(" to {path}"),
        Receiver::Runs => " to its modules".to_owned(),
        Receiver::Optional => " where the object lacks it".to_owned(),
        Receiver::Template(path) => format!(" to the template {path}"),
        Receiver::Unit => " to the module of its unit".to_owned(),
    };
    let what = match &given.content {
        Content::Absent => "nothing".to_owned(),
        Content::One(value, _) => match value.shown() {
            Some(text) => format!("{} {text:?}", value.state()),
            None => format!("{} [redacted]", value.state()),
        },
        Content::Many(entries, takes) => {
            let names = entries.iter().map(|entry| entry.name.as_str());
            let names: Vec<&str> = names.chain(takes.iter().map(String::as_str)).collect();
            format!("[{}]", names.join(", "))
        }
    };
    format!("give {}{to} {what}{}", given.name, scope(given.scope.as_ref()))
}

fn bound(binding: &BindingFact) -> String {
    format!(
        "bind {}{} from {}{}{}{}{}",
        binding.prefix,
        binding.to.as_deref().unwrap_or("*"),
        binding.object.name,
        secrecy(binding.object.is_secret),
        binding.entry.as_ref().map_or(String::new(), |entry| format!(" {entry}")),
        if binding.optional { " optional" } else { "" },
        scope(binding.scope.as_ref()),
    )
}

fn asked(ask: &Ask) -> String {
    let unset = match &ask.interpolation.on_unset {
        OnUnset::Empty => "or nothing".to_owned(),
        OnUnset::Default { text, also_empty: true } => format!("or {text:?}"),
        OnUnset::Default { text, also_empty: false } => format!("or {text:?} unless empty"),
        OnUnset::Fail => "or fail".to_owned(),
        OnUnset::Presence => "presence".to_owned(),
    };
    format!("ask {} {unset}{}", ask.interpolation.name, scope(ask.scope.as_ref()))
}

fn secrecy(is_secret: bool) -> &'static str {
    if is_secret { " (secret)" } else { "" }
}

fn describe(entry: &Entry) -> String {
    let value = match entry.value.shown() {
        Some(text) => format!(" {text:?}"),
        None if entry.value.is_redacted() => " [redacted]".to_owned(),
        None => String::new(),
    };
    let image = match &entry.attribution {
        Attribution::Project => String::new(),
        Attribution::Image(image) => format!(" of {image}"),
    };
    let commented = if entry.commented { " commented" } else { "" };
    let state = entry.value.state();
    let flag =
        entry.flag.as_deref().map_or(String::new(), |flag| format!(", {}", state::said(flag)));
    format!(
        "{} {} {state}{value}{}{image}{commented}{flag}",
        entry.namespace,
        entry.name,
        scope(entry.scope.as_ref())
    )
}

fn scope(scope: Option<&Scope>) -> String {
    match scope {
        None => String::new(),
        Some(Scope::Workload(name)) => format!(" @{name}"),
        Some(Scope::Object(name)) => format!(" in {name}"),
    }
}

fn ranges(facts: &SourceFacts) -> Vec<TextRange> {
    let mut ranges: Vec<TextRange> = facts.entries.iter().map(|entry| entry.key_range).collect();
    ranges.extend(facts.entries.iter().filter_map(|entry| entry.value_range));
    ranges.extend(facts.bindings.iter().map(|binding| binding.range));
    ranges.extend(facts.asks.iter().map(|ask| ask.interpolation.range));
    ranges.extend(facts.includes.iter().map(|include| include.range));
    ranges.extend(facts.secrets.iter().copied());
    ranges.extend(facts.problems.iter().map(|problem| problem.range));
    ranges
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<_> = std::fs::read_dir(root)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    folders
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in folders(folder) {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_none_or(|end| end != "expected") {
            found.push(path);
        }
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of the program")]
fn updates() -> bool {
    std::env::var("UPDATE_EXPECT").is_ok()
}
