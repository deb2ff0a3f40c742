//! The sources under `fixtures/languages`: what their carets say against the reads that a scan finds.
//!
//! Each file is a project of its own, so that names of one topic mean nothing to another; a folder under `projects/`
//! is one project. The grammar of the carets is in `fixtures/languages/README.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use keydrift::model::{Inventory, KeyRef, Read};
use keydrift::scan::{Options, Scan, scan};
use keydrift::text::Position;

use crate::support::repository;

#[test]
fn carets_stand_under_the_reads() {
    let root = repository().join("fixtures/languages");
    let mut claims = 0;
    let mut report = String::new();
    let mut wrong = 0;
    for (name, files) in projects(&root) {
        let (count, differences) = differences(&name, &files);
        claims += count;
        wrong += differences.len();
        for difference in differences {
            writeln!(report, "{difference}").expect("a text grows");
        }
    }
    assert!(claims > 500, "only {claims} claims were found");
    assert!(report.is_empty(), "{wrong} of {claims} claims differ:\n\n{report}");
}

/// A file of a project: its path there and its text.
type Source = (String, String);

/// The projects: name and files. A file by itself is the root of its project.
fn projects(root: &Path) -> Vec<(String, Vec<Source>)> {
    let mut found = Vec::new();
    for language in entries(root).into_iter().filter(|path| path.is_dir()) {
        for path in entries(&language) {
            let name = |path: &Path| {
                path.strip_prefix(root).expect("a path under the root").display().to_string()
            };
            if path.is_file() {
                found.push((name(&path), vec![(alone(&path), text(&path))]));
                continue;
            }
            for project in entries(&path) {
                let mut files = Vec::new();
                walk(&project, &mut files);
                let inside = |file: &PathBuf| {
                    let inner = file.strip_prefix(&project).expect("a path under the project");
                    (inner.display().to_string(), text(file))
                };
                found.push((name(&project), files.iter().map(inside).collect()));
            }
        }
    }
    found
}

/// Where a file by itself stands: names such as `test_code.rs` say something about the fixture, not about its code.
fn alone(path: &Path) -> String {
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    if path.extension().is_some_and(|extension| extension == "rs") {
        "src/lib.rs".to_owned()
    } else {
        name
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of fixtures");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("a fixture is there");
    String::from_utf8(bytes).expect("a fixture is UTF-8")
}

/// How many claims a project makes, and those that do not hold.
fn differences(name: &str, files: &[Source]) -> (usize, Vec<String>) {
    let scan = scanned(files);
    let mut count = 0;
    let mut found = Vec::new();
    for (path, text) in files {
        let shown = if files.len() == 1 { name.to_owned() } else { format!("{name}/{path}") };
        let claims = claims(text);
        count += claims.values().map(Vec::len).sum::<usize>();
        let mut reads: BTreeMap<u32, Vec<(u32, &Read)>> = BTreeMap::new();
        for read in &scan.inventory.reads {
            let file = scan.files.get(read.span.file);
            if file.path == *path {
                let Position { line, column } = file.position(read.span.range.start);
                reads.entry(line).or_default().push((column, read));
            }
        }
        for (line, claims) in claims {
            let reads = reads.remove(&line).unwrap_or_default();
            let place = format!("{shown}:{line}");
            found.extend(compare(&place, &claims, &reads, &scan.inventory));
        }
    }
    (count, found)
}

fn scanned(files: &[Source]) -> Scan {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
    }
    scan(Options {
        origin: keydrift::scan::Origin::Disk,
        sealer: &keydrift::definitions::Sealer::new(),
        roots: vec![folder.path().to_owned()],
        config: keydrift::config::Config::default(),
        live: Vec::new(),
        history: None,
        today: jiff::civil::date(2026, 1, 15),
        jobs: 1,
        tests: true,
        on_stage: &|_| {},
    })
    .expect("a scan of a fixture")
}

/// One claim: the column, and the words after `^`.
#[derive(Debug)]
struct Claim {
    column: u32,
    words: Vec<String>,
}

/// The claims of a text by the line that they are about.
fn claims(text: &str) -> BTreeMap<u32, Vec<Claim>> {
    let mut found: BTreeMap<u32, Vec<Claim>> = BTreeMap::new();
    let mut about = 0;
    for (line, text) in (1..).zip(text.lines()) {
        let caret = text.trim_start().trim_start_matches(['#', '/']).trim_start();
        let is_comment = text.trim_start().starts_with(['#', '/']);
        match caret.strip_prefix('^') {
            Some(rest) if is_comment => {
                let before = text.chars().take_while(|character| *character != '^').count();
                let column = u32::try_from(before + 1).expect("a short line");
                found.entry(about).or_default().push(Claim { column, words: words(rest) });
            }
            _ => about = line,
        }
    }
    found
}

/// Splits at spaces outside quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        quoted ^= character == '"';
        if character.is_whitespace() && !quoted {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn compare(
    place: &str,
    claims: &[Claim],
    reads: &[(u32, &Read)],
    inventory: &Inventory,
) -> Vec<String> {
    let mut left: Vec<_> = reads.to_vec();
    let mut wrong = Vec::new();
    for claim in claims.iter().filter(|claim| claim.words[0] != "none") {
        assert_eq!(claim.words[0], "read", "{place}: no such claim");
        let (namespace, key) = (&claim.words[1], &claim.words[2]);
        let fits = |(column, read): &(u32, &Read)| {
            let (own_namespace, own_key) = name(read, inventory);
            *column == claim.column && own_namespace == namespace && own_key == *key
        };
        let wanted = format!("{} {}", claim.column, claim.words[1..].join(" "));
        match left.iter().position(fits) {
            None => wrong.push(format!("{place}\n    wanted {wanted}")),
            Some(at) => {
                let (_, read) = left.remove(at);
                let got = described(read, inventory);
                let unsaid = unsaid(&claim.words[3..], &got);
                if !unsaid.is_empty() {
                    let got = got.join(" ");
                    let line = format!("{place}\n    wanted {wanted}\n    got    {key} {got}");
                    wrong.push(format!("{line}\n    differs: {}", unsaid.join(", ")));
                }
            }
        }
    }
    for (column, read) in left {
        let (namespace, key) = name(read, inventory);
        let got = described(read, inventory).join(" ");
        wrong
            .push(format!("{place}\n    got    {column} {namespace} {key} {got} (nobody said so)"));
    }
    wrong
}

fn name<'a>(read: &'a Read, inventory: &'a Inventory) -> (&'static str, &'a str) {
    match &read.key {
        KeyRef::Exact(id) => {
            let key = inventory.key(*id);
            (key.namespace.as_str(), &key.name)
        }
        KeyRef::Pattern { namespace, glob } => (namespace.as_str(), glob),
    }
}

/// A read in the words of the carets.
fn described(read: &Read, inventory: &Inventory) -> Vec<String> {
    let default = read.default.as_ref().and_then(|default| default.text.as_ref());
    let mut words = vec![match default {
        Some(text) => format!("{}=\"{}\"", read.absence.as_str(), text.replace('\t', "\\t")),
        None => read.absence.as_str().to_owned(),
    }];
    words.extend(read.expects.as_str().map(|kind| format!("type={kind}")));
    words.push(format!("via={}", read.via.as_str()));
    words.push(format!("when={}", read.when.as_str()));
    let flag = if read.as_share { "share" } else { "yes" };
    words.push(format!("flag={}", if read.flag { flag } else { "no" }));
    let marks = [
        (read.bad_value_falls_back, "bad_falls_back"),
        (read.empty_is_absent, "empty_is_absent"),
        (read.in_test, "test"),
        (read.at_build, "build"),
    ];
    words.extend(marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| (*mark).to_owned()));
    let mut others: Vec<_> =
        read.alternatives.iter().map(|id| inventory.key(*id).name.as_str()).collect();
    others.sort_unstable();
    if !others.is_empty() {
        words.push(format!("alternatives={}", others.join(",")));
    }
    words
}

/// The words of a claim that do not hold, and the marks that it should have said.
fn unsaid(claimed: &[String], got: &[String]) -> Vec<String> {
    let missing = claimed.iter().filter(|word| !got.contains(word));
    let marks = got.iter().filter(|word| {
        matches!(word.as_str(), "bad_falls_back" | "empty_is_absent" | "test" | "build")
            && !claimed.contains(word)
    });
    missing.chain(marks).cloned().collect()
}

#[test]
fn a_text_made_of_nothing_does_not_fail() {
    let code = "import os\n\nON = str(os.getenv(\"OVEN_ON\")).lower() == \"true\"\nLOW = os.getenv(\"OVEN_LOW\").lower()\n";
    let facts = crate::support::Project::of(&[("oven.py", code)]).run(&["facts"]).stdout;
    let absence = |key: &str| facts.lines().find(|line| line.contains(key)).map(str::to_owned);
    assert!(absence("OVEN_ON").is_some_and(|fact| fact.contains("\"absence\":\"optional\"")));
    assert!(absence("OVEN_LOW").is_some_and(|fact| fact.contains("\"absence\":\"required\"")));
}
