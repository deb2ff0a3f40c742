//! The page of each rule: its sections stand in order, and its example gives what the page says.

use keydrift::config::{self, Config};
use keydrift::rules::{RULES, Rule, rule};
use keydrift::scan::{Options, scan};

use crate::support::Project;

const SECTIONS: &[&str] = &[
    "What it finds",
    "Why it matters",
    "Example",
    "How to fix",
    "When to ignore it",
    "What it cannot see",
];

/// The tiny project of a page and what keydrift says of it.
struct Example {
    files: Vec<(String, String)>,
    expected: Vec<Line>,
}

/// `rule  KEY  environments  path:line  severity/confidence`; `-` stands for no environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    rule: String,
    key: String,
    environments: String,
    place: String,
    rated: String,
}

fn line(text: &str) -> Line {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let [rule, key, environments, place, rated] =
        <[String; 5]>::try_from(words).unwrap_or_else(|words| panic!("five words, not {words:?}"));
    Line { rule, key, environments, place, rated }
}

/// The fenced blocks with a title: files, and the one that is called `expected`.
fn example(page: &Rule) -> Example {
    let mut example = Example { files: Vec::new(), expected: Vec::new() };
    let mut lines = page.docs.lines();
    while let Some(fence) = lines.next() {
        let Some(title) = fence.strip_prefix("```").and_then(|rest| rest.split_once("title=\""))
        else {
            continue;
        };
        let title = title.1.trim_end_matches('"');
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if title == "expected" {
            example.expected = body.iter().map(|text| line(text)).collect();
        } else {
            example.files.push((title.to_owned(), body.join("\n") + "\n"));
        }
    }
    example
}

#[test]
fn sections_stand_in_order() {
    for rule in RULES {
        let headings: Vec<&str> =
            rule.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, SECTIONS, "{}", rule.name);
    }
}

#[test]
fn examples_are_whole() {
    for page in RULES {
        let example = example(page);
        assert!(example.expected.iter().any(|line| line.rule == page.name), "{}", page.name);
        for line in &example.expected {
            assert!(rule(&line.rule).is_some(), "{}: no rule `{}`", page.name, line.rule);
            let (path, at) = line.place.rsplit_once(':').expect("path:line");
            let (_, text) = example
                .files
                .iter()
                .find(|(name, _)| name == path)
                .unwrap_or_else(|| panic!("{}: no file {path}", page.name));
            let at: usize = at.parse().expect("a line number");
            let there = text.lines().nth(at - 1);
            assert!(there.is_some_and(|text| !text.is_empty()), "{}: {}", page.name, line.place);
        }
    }
}

#[test]
fn examples_give_what_they_say() {
    for page in RULES {
        let Example { files, mut expected } = example(page);
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let project = Project::of(&files);
        let policy = files.iter().find(|(path, _)| *path == "keydrift.yaml");
        let config = policy.map_or_else(Config::default, |(path, text)| {
            config::load(path, text).expect("the policy of the example is right")
        });
        let mut found = found(&project, config);
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{}", page.name);
    }
}

/// What the rules say of a project, of whatever confidence.
fn found(project: &Project, config: Config) -> Vec<Line> {
    let sealer = keydrift::definitions::Sealer::new();
    let options = Options {
        origin: keydrift::scan::Origin::Disk,
        sealer: &sealer,
        roots: vec![project.root().to_owned()],
        config,
        live: Vec::new(),
        history: None,
        today: jiff::civil::date(2026, 1, 15),
        jobs: 1,
        tests: true,
        on_stage: &|_| {},
    };
    let scanned = scan(options).expect("the example can be read");
    let line = |finding: &keydrift::finding::Finding| {
        let name = |id: &_| scanned.inventory.environment(*id).name.clone();
        let mut environments: Vec<String> = finding.environments.iter().map(name).collect();
        environments.sort();
        let span = finding.primary.span;
        let file = scanned.files.get(span.file);
        let at = file.text[..span.range.start as usize].matches('\n').count() + 1;
        Line {
            rule: finding.rule.to_owned(),
            key: finding.key.map_or("-", |key| &scanned.inventory.key(key).name).to_owned(),
            environments: if environments.is_empty() {
                "-".to_owned()
            } else {
                environments.join(",")
            },
            place: format!("{}:{at}", file.path),
            rated: format!("{}/{}", finding.severity, finding.confidence),
        }
    };
    scanned.findings.iter().map(line).collect()
}

#[test]
fn links_lead_to_pages() {
    for page in RULES {
        for link in page.docs.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let name = link.trim_end_matches(".md");
            assert!(link.starts_with("http") || rule(name).is_some(), "{}: {link}", page.name);
        }
    }
}
