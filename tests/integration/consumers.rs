//! Reports as those read them whom they are for: the official schema of SARIF, GitLab's rules, the schema of JUnit that CI
//! servers go by, the workflow commands of GitHub, an XML parser for the HTML page.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesStart, Event};
use serde_json::{Value, json};

use crate::support::{Project, keydrift, repository};

/// Projects that have something of everything: many rules, comments that accept, files that are not understood.
const PROJECTS: [&str; 4] = ["half-a-cleanup", "live-override", "showcase", "types-and-limits"];

/// Reports of one format: those of the projects, and one of texts that would break a format which takes them as they are.
fn reports(format: &str) -> Vec<String> {
    let args =
        ["check", ".", "--min-confidence", "low", "--today", "2026-06-01", "--format", format];
    let mut reports: Vec<String> = PROJECTS
        .iter()
        .map(|name| keydrift(&repository().join("fixtures/projects").join(name), &args).stdout)
        .collect();
    reports.push(hostile().run(&args).exits(1).stdout);
    reports
}

/// Names, values and comments that are markup to somebody.
fn hostile() -> Project {
    Project::of(&[
        (
            "shop/a <b>&amp;'\"%, ::.py",
            "import os\n\nDATABASE = os.environ['DATABASE_URL']\nSIZE = int(os.environ['POOL_SIZE'])\n\
             TOKEN = os.environ['API_TOKEN']  # keydrift: ignore[missing-required] </script><script>alert(1)</script> ]]>\n",
        ),
        ("deploy/production.env", "POOL_SIZE='<img src=x onerror=alert(1)> ]]> %0A::error::x'\n"),
        ("deploy/staging.env", "POOL_SIZE=5\nDATABASE_URL=postgres://staging\nAPI_TOKEN=abc\n"),
        ("deploy/broken.yaml", "a: [1\nb: ]]> <b> :: %\n"),
    ])
}

#[test]
fn sarif_holds_to_its_schema() {
    let path = repository().join("tests/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    // Two of its patterns have a bracket too many, which a strict validator takes for no pattern. We write no languages.
    for of in ["run", "toolComponent"] {
        let language = schema["definitions"][of]["properties"]["language"].as_object_mut().unwrap();
        language.remove("pattern");
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for report in reports("sarif") {
        let mut log: Value = serde_json::from_str(&report).unwrap();
        let broken: Vec<_> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
        let results = log["runs"][0]["results"].as_array_mut().unwrap();
        results[0]["level"] = json!("fatal");
        assert!(!validator.is_valid(&log), "the schema looks at levels");
    }
}

/// What code scanning asks for beyond the schema.
#[test]
fn sarif_is_what_code_scanning_takes() {
    for report in reports("sarif") {
        let log: Value = serde_json::from_str(&report).unwrap();
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(result["ruleId"], rules[at]["id"]);
            assert_eq!(result["partialFingerprints"].as_object().unwrap().len(), 1);
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            let is_plain =
                |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | ':' | '#');
            assert!(!uri.starts_with('/') && uri.chars().all(is_plain), "{uri}");
            let region = &place["region"];
            let at = |line: &str, column: &str| (region[line].as_u64(), region[column].as_u64());
            assert!(at("startLine", "startColumn") <= at("endLine", "endColumn"), "{region}");
            assert!(at("startLine", "startColumn") >= (Some(1), Some(1)), "{region}");
        }
    }
}

/// GitLab stops at the first issue that lacks one of these, and shows one of those that share a fingerprint.
#[test]
fn gitlab_takes_every_issue() {
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^./]"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {
                                "begin": {"type": "integer", "minimum": 1},
                                "end": {"type": "integer", "minimum": 1}
                            }
                        }
                    }
                }
            }
        }
    });
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in reports("gitlab") {
        let issues: Value = serde_json::from_str(&report).unwrap();
        let broken: Vec<_> =
            validator.iter_errors(&issues).map(|error| error.to_string()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
        let issues = issues.as_array().unwrap();
        let marks: BTreeSet<_> = issues.iter().map(|issue| issue["fingerprint"].as_str()).collect();
        assert!(!issues.is_empty() && marks.len() == issues.len());
    }
}

/// An element of JUnit: the attributes that it must have, those that it may have beside them, and what may stand in it.
struct Junit {
    name: &'static str,
    must: &'static [&'static str],
    may: &'static [&'static str],
    inside: &'static [&'static str],
}

/// What the schema of the xUnit plugin for Jenkins allows, less what we never write.
const JUNIT: [Junit; 4] = [
    Junit {
        name: "testsuites",
        must: &[],
        may: &["name", "tests", "failures", "errors", "time"],
        inside: &["testsuite"],
    },
    Junit {
        name: "testsuite",
        must: &["name", "tests", "failures", "errors"],
        may: &["skipped", "time"],
        inside: &["testcase"],
    },
    Junit { name: "testcase", must: &["name"], may: &["classname", "time"], inside: &["failure"] },
    Junit { name: "failure", must: &[], may: &["type", "message"], inside: &[] },
];

#[test]
fn junit_holds_to_its_schema() {
    for report in reports("junit") {
        let mut open: Vec<String> = Vec::new();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (depth, element) in elements(&report) {
            let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
            open.truncate(depth);
            let find = |name: &str| JUNIT.iter().find(|row| row.name == name);
            let row = find(&name).unwrap_or_else(|| panic!("{name}"));
            let outer = open.last().and_then(|outer| find(outer));
            let fits = outer.map_or(name == "testsuites", |outer| outer.inside.contains(&row.name));
            assert!(fits, "{name} in {open:?}");
            let attributes = attributes(&element);
            for must in row.must {
                assert!(attributes.contains_key(*must), "{name} has no {must}");
            }
            for has in attributes.keys().map(String::as_str) {
                assert!(row.must.contains(&has) || row.may.contains(&has), "{name} has {has}");
            }
            *counts.entry(name.clone()).or_default() += 1;
            open.push(name);
        }
        let (_, root) = elements(&report).remove(0);
        let told = attributes(&root);
        for (attribute, element) in [("tests", "testcase"), ("failures", "failure")] {
            let counted = counts.get(element).copied().unwrap_or_default();
            assert_eq!(told[attribute], counted.to_string(), "{attribute}");
        }
    }
}

/// The elements of an XML document, each with how many it stands in.
fn elements(xml: &str) -> Vec<(usize, BytesStart<'static>)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0;
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
            Event::Start(element) => {
                found.push((depth, element.into_owned()));
                depth += 1;
            }
            Event::Empty(element) => found.push((depth, element.into_owned())),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    found
}

fn attributes(element: &BytesStart<'_>) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let all = element.attributes().map(|attribute| attribute.expect("an attribute"));
    all.map(|attribute| (text(attribute.key.as_ref()), text(&attribute.value))).collect()
}

/// The runner takes a line apart at the first space and at `::`, properties at `,` and `=`, and then undoes the escapes.
#[test]
fn github_reads_every_command() {
    for report in reports("github") {
        for line in report.lines() {
            let (head, data) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            let (command, properties) = head.split_once(' ').unwrap();
            assert!(["error", "warning", "notice"].contains(&command), "{line}");
            let properties: BTreeMap<_, _> =
                properties.split(',').map(|one| one.split_once('=').unwrap()).collect();
            assert!(!properties["file"].is_empty() && !data.is_empty());
            if let Some(begin) = properties.get("line") {
                assert!(begin.parse::<u32>().unwrap() >= 1, "{line}");
            }
        }
    }
    let told = hostile().run(&["check", ".", "--format", "github"]).stdout;
    let odd = "file=shop/a <b>&amp;'\"%25%2C %3A%3A.py,line=3,";
    assert!(told.lines().any(|line| line.contains(odd)), "{told}");
}

/// The elements of our own template.
const ELEMENTS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "body",
    "header",
    "form",
    "input",
    "fieldset",
    "label",
    "select",
    "option",
    "output",
    "main",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "li",
    "figure",
    "figcaption",
    "pre",
    "code",
    "span",
    "i",
    "b",
    "mark",
    "details",
    "summary",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "small",
];

#[test]
fn the_html_page_is_well_formed_and_needs_nothing() {
    for page in reports("html") {
        let (before, rest) = page.split_once("<style>").unwrap();
        let (_, rest) = rest.split_once("</style>").unwrap();
        let (body, rest) = rest.split_once("<script>").unwrap();
        let (script, after) = rest.split_once("</script>").unwrap();
        let ours = repository().join("src/report/html/page.js");
        assert_eq!(script.trim().as_bytes(), std::fs::read(ours).unwrap().trim_ascii());
        let markup = format!("{before}{body}{after}");
        let mut articles = 0;
        for (_, element) in elements(&markup) {
            let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
            assert!(ELEMENTS.contains(&name.as_str()), "{name} comes from a scanned file");
            for attribute in attributes(&element).keys() {
                let leads_out = ["src", "href", "action", "style"].contains(&attribute.as_str());
                assert!(!leads_out && !attribute.starts_with("on"), "{name} has {attribute}");
            }
            articles += usize::from(name == "article");
        }
        assert!(articles > 0);
    }
}

/// What a reader of Markdown makes of a report: headings, points of the first level and all texts; nothing else may stand in it.
fn points(markdown: &str) -> (Vec<String>, Vec<String>, String) {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let (mut headings, mut points, mut all) = (Vec::new(), Vec::new(), String::new());
    let (mut depth, mut into) = (0, None);
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(Tag::Heading { .. }) => into = Some(&mut headings),
            Event::Start(Tag::Item) if depth == 1 => into = Some(&mut points),
            Event::Start(Tag::List(_)) => (depth, into) = (depth + 1, None),
            Event::End(TagEnd::List(_)) => depth -= 1,
            Event::End(TagEnd::Heading(_)) => into = None,
            Event::Text(text) | Event::Code(text) => {
                all.push_str(&text);
                if let Some(into) = &mut into {
                    into.push(text.into_string());
                }
            }
            Event::InlineHtml(html) => assert_eq!(&*html, "<!-- -->"),
            Event::Start(Tag::Paragraph | Tag::Item | Tag::Strong)
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Strong)
            | Event::SoftBreak => {}
            other => panic!("{other:?} comes from a scanned file"),
        }
    }
    (headings, points, all)
}

/// An issue takes 65,536 characters, and has a mark before the report.
const ISSUE: usize = 65_000;

#[test]
fn markdown_is_points_and_code_and_nothing_else() {
    for report in reports("markdown") {
        let (headings, points, _) = points(&report);
        assert_eq!(headings[0], "keydrift");
        assert!(headings.len() > 1 && !points.is_empty());
        assert!(report.len() < ISSUE);
    }
}

#[test]
fn markdown_shows_texts_of_a_tree_as_they_are() {
    let long = "A".repeat(150);
    let many: Vec<String> = (0..200).map(|at| format!("os.environ['{long}{at}']")).collect();
    let code = format!(
        "import os\n\nHOST = os.environ['HOST']\nA = os.environ['ORDERS_`|`_URL']\nALL = [{}]\n",
        many.join(", ")
    );
    let project = Project::of(&[
        ("shop/orders.py", code.as_str()),
        ("deploy/production.env", "HOST=a\n"),
        ("deploy/staging.env", "HOST=b\n"),
        ("keydrift.yaml", "owners:\n  \"@bakery/shop\": [\"*\"]\n"),
    ]);
    for at in 0..30 {
        let folder = format!("deploy/{} @{at} #1 `x`", "<b>".repeat(50));
        project.write(&format!("{folder}/compose.yml"), b"services:\n  web: [1\n");
    }
    let run = project.run(&["check", ".", "--min-confidence", "low", "--format", "markdown"]);
    assert!(run.stdout.len() < ISSUE, "{} {}", run.stdout.len(), run.stderr);
    let (_, _, all) = points(&run.stdout);
    assert!(all.contains("ORDERS_") && all.contains("`x`/compose.yml"), "{all}");
    assert!(all.contains("more finding") && all.contains("more file"), "{all}");
    assert!(run.stderr.contains("left out"), "{}", run.stderr);
}

#[test]
fn a_summary_is_added_to_what_a_step_has_said() {
    let project = hostile();
    project.write("summary.md", b"# Before\n");
    for format in ["markdown+=summary.md", "markdown=other.md", "markdown=other.md"] {
        project.run(&["check", ".", "--format", format]).exits(1);
    }
    let read =
        |name: &str| String::from_utf8(std::fs::read(project.root().join(name)).unwrap()).unwrap();
    let other = read("other.md");
    assert!(other.starts_with("# keydrift\n") && other.matches("# keydrift\n").count() == 1);
    let summary = read("summary.md");
    assert!(summary.starts_with("# Before\n# keydrift\n"), "{summary}");
}
