//! Every reporter over one fixed report: its bytes are a promise.

use keydrift::accept::{Accepted, By};
use keydrift::finding::{Finding, Label, LabelRole, fingerprints};
use keydrift::graph::Graph;
use keydrift::model::inventory::Mention;
use keydrift::model::{
    Attribution, Confidence, Definition, Digest, Environment, EnvironmentId, Inventory, Key, KeyId,
    KeyRef, Layer, Problem, ProblemKind, Read, Role, Scalar, ScalarKind, Severity, Source,
    SourceId, Value, ValueType,
};
use keydrift::report::explain::Explainer;
use keydrift::report::{REPORTERS, Report, Shown, envs, explain, facts, reporter};
use keydrift::rules::RULES;
use keydrift::text::{File, FileId, Files, Span, TextRange};

const CODE: &str = "import os\n\n\ndef connect():\n    return os.environ[\"DATABASE_URL\"]\n";
const STAGING: &str = "DATABASE_URL=postgres://app:hunter2@db/app\nPOOL_SIZE=5\n";
const PRODUCTION: &str = "POOL_SIZE=50\n";

/// A project of three files, two environments and two findings.
struct Fixed {
    files: Files,
    inventory: Inventory,
    findings: Vec<Finding>,
    problems: Vec<Problem>,
}

fn range(text: &str, part: &str) -> TextRange {
    let start = text.find(part).expect("the part is in the text");
    TextRange::new(start, start + part.len())
}

fn label(file: u32, text: &str, part: &str, role: LabelRole, message: &str) -> Label {
    let span = Span::new(FileId(file), range(text, part));
    Label { span, role, message: message.to_owned(), environment: None }
}

fn environment(name: &str, source: u32) -> Environment {
    let layer = Layer { source: SourceId(source), reason: "its name".to_owned(), is_base: false };
    Environment {
        name: name.to_owned(),
        group: None,
        is_local: false,
        layers: vec![layer],
        confidence: Confidence::High,
        reason: "env files by name".to_owned(),
    }
}

fn fixed() -> Fixed {
    let mut files = Files::default();
    files.add(File::new("app/db.py", CODE));
    files.add(File::new("deploy/production.env", PRODUCTION));
    let mut staging = File::new("deploy/staging.env", STAGING);
    staging.blank(range(STAGING, "postgres://app:hunter2@db/app"));
    files.add(staging);
    let mut inventory = Inventory::default();
    let url = inventory.intern(Key::env("DATABASE_URL"));
    let pool = inventory.intern(Key::env("POOL_SIZE"));
    inventory.environments = vec![environment("production", 0), environment("staging", 1)];
    for file in [1, 2] {
        let (format, kind) = ("dotenv", "dotenv");
        inventory.sources.push(Source { file: FileId(file), format, kind, role: Role::Values });
    }
    let literal =
        |text: &str| Value::Literal(Scalar { text: text.to_owned(), kind: ScalarKind::Text });
    let mut define = |key, source: u32, text: &str, part: &str, value| {
        inventory.definitions.push(Definition {
            key,
            source: SourceId(source),
            value,
            key_span: Span::new(FileId(source + 1), range(text, part)),
            value_span: None,
            written: Vec::new(),
            lost: Vec::new(),
            scope: None,
            attribution: Attribution::Project,
            turn: 0,
            commented: false,
            note: None,
            flag: None,
            filled: None,
            used_here: false,
            answer: None,
        });
    };
    define(pool, 0, PRODUCTION, "POOL_SIZE", literal("50"));
    define(url, 1, STAGING, "DATABASE_URL", Value::Secret(Digest([7; 16])));
    define(pool, 1, STAGING, "POOL_SIZE", literal("5"));
    inventory.reads.push(read(url));
    let span = Span::new(FileId(0), range(CODE, "connect"));
    inventory.mentions.push(Mention { key: pool, span, what: "a shell script".to_owned() });
    let findings = findings(url, pool);
    let problems = vec![Problem {
        path: "deploy/broken.yaml".to_owned(),
        message: "is not YAML: a \u{1b}[31mtab".to_owned(),
        span: None,
        kind: ProblemKind::Unread,
    }];
    Fixed { files, inventory, findings, problems }
}

/// The one read.
fn read(key: KeyId) -> Read {
    let span = Span::new(FileId(0), range(CODE, "os.environ[\"DATABASE_URL\"]"));
    Read {
        key_span: Span::new(FileId(0), range(CODE, "\"DATABASE_URL\"")),
        expects: ValueType::Url,
        component: "app".to_owned(),
        ..Read::of(KeyRef::Exact(key), span, "os.environ[]")
    }
}

/// What two rules say.
fn findings(url: KeyId, pool: KeyId) -> Vec<Finding> {
    let mut drift = label(1, PRODUCTION, "POOL_SIZE=50", LabelRole::Definition, "");
    drift.environment = Some(EnvironmentId(0));
    let mut other = label(2, STAGING, "POOL_SIZE=5", LabelRole::Definition, "");
    other.environment = Some(EnvironmentId(1));
    vec![
        Finding {
            rule: "missing-required",
            severity: Severity::Error,
            confidence: Confidence::High,
            key: Some(url),
            environments: vec![EnvironmentId(0)],
            message: "`DATABASE_URL` is required and production does not define it".to_owned(),
            primary: label(0, CODE, "os.environ[\"DATABASE_URL\"]", LabelRole::Read, "fails here"),
            related: vec![label(
                2,
                STAGING,
                "DATABASE_URL",
                LabelRole::Definition,
                "staging has it",
            )],
            help: "define DATABASE_URL in deploy/production.env".to_owned(),
        },
        Finding {
            rule: "value-drift",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            key: Some(pool),
            environments: vec![EnvironmentId(0), EnvironmentId(1)],
            message: "`POOL_SIZE` is 50 in production and 5 in staging".to_owned(),
            primary: drift,
            related: vec![other],
            help: "give both the same value".to_owned(),
        },
    ]
}

/// The second finding once more, as a comment accepts it.
fn accepted(fixed: &Fixed) -> Vec<Accepted> {
    let span = Span::new(FileId(1), range(PRODUCTION, "POOL_SIZE"));
    let by = By::Comment { span, reason: "<the> pool is shared".to_owned() };
    let finding = fixed.findings[1].clone();
    vec![Accepted { finding, fingerprint: "0123".to_owned(), by }]
}

/// What there is to say of some findings; where there are none there are no problems either.
fn report<'a>(fixed: &'a Fixed, findings: Vec<Shown<'a>>, accepted: &'a [Accepted]) -> Report<'a> {
    Report {
        files: &fixed.files,
        inventory: &fixed.inventory,
        answering: None,
        unsure: usize::from(!findings.is_empty()),
        problems: if findings.is_empty() { &[] } else { &fixed.problems },
        findings,
        accepted: accepted.iter().collect(),
        stale: &[],
        since: None,
        prefixes: vec!["shop".to_owned()],
        code_files: 1,
        min_confidence: Confidence::Medium,
        quiet: false,
    }
}

fn write(name: &str, with_findings: bool) -> String {
    let fixed = fixed();
    let marks = fingerprints(&fixed.findings, &fixed.inventory, &fixed.files);
    let shown = fixed.findings.iter().zip(&marks);
    let shown = shown.map(|(finding, fingerprint)| Shown { finding, fingerprint });
    let accepted = if with_findings { accepted(&fixed) } else { Vec::new() };
    let report = report(&fixed, shown.filter(|_| with_findings).collect(), &accepted);
    let mut bytes = anstream::AutoStream::never(Vec::new());
    let reporter = reporter(name).expect("a reporter of that name");
    (reporter.write)(&report, &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes.into_inner()).expect("reports are UTF-8")
}

#[test]
fn text() {
    insta::assert_snapshot!(write("text", true), @r#"
error[missing-required]: `DATABASE_URL` is required and production does not define it
 --> app/db.py:5:12
  |
5 |     return os.environ["DATABASE_URL"]
  |            ^^^^^^^^^^^^^^^^^^^^^^^^^^ fails here
  |
 ::: deploy/staging.env:1:1
  |
1 | DATABASE_URL=*****************************
  | ------------ staging has it
  |
  = help: define DATABASE_URL in deploy/production.env

warning[value-drift]: `POOL_SIZE` is 50 in production and 5 in staging (medium confidence)
 --> deploy/production.env:1:1
  |
1 | POOL_SIZE=50
  | ^^^^^^^^^^^^ in production
  |
 ::: deploy/staging.env:2:1
  |
2 | POOL_SIZE=5
  | ----------- in staging
  |
  = help: give both the same value

not understood: deploy/broken.yaml: is not YAML: a �[31mtab

1 error, 1 warning in 1 source file, 1 read, 2 keys, 3 definitions, 2 environments (production, staging).
1 finding is accepted: 1 by a comment.
1 finding below medium confidence is not shown: --min-confidence low
"#);
}

#[test]
fn text_of_a_clean_project() {
    insta::assert_snapshot!(write("text", false), @r#"
No findings. Looked at 1 source file, 1 read, 2 keys, 3 definitions, 2 environments (production, staging).
"#);
}

#[test]
fn formats_of_other_programs() {
    for name in ["csv", "github", "gitlab", "json", "markdown"] {
        insta::assert_snapshot!(name, write(name, true));
    }
}

#[test]
fn sarif() {
    let text = write("sarif", true);
    let mut log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    // Types that were made of the official schema take all of it and lose nothing.
    let read: serde_sarif::sarif::Sarif = serde_json::from_str(&text).expect("SARIF");
    assert_eq!(serde_json::to_value(&read).expect("JSON"), log);
    let driver = &mut log["runs"][0]["tool"]["driver"];
    let rules = driver["rules"].take();
    let ids = rules.as_array().into_iter().flatten().map(|rule| rule["id"].as_str());
    assert!(ids.eq(RULES.iter().map(|rule| Some(rule.name))), "{rules}");
    for result in log["runs"][0]["results"].as_array_mut().into_iter().flatten() {
        let at = usize::try_from(result["ruleIndex"].take().as_u64().expect("a number"));
        assert_eq!(result["ruleId"], RULES[at.expect("small")].name);
    }
    log["runs"][0]["tool"]["driver"]["semanticVersion"].take();
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).expect("JSON"));
}

#[test]
fn junit() {
    let text = write("junit", true);
    let read = quick_junit::Report::deserialize_from_str(&text).expect("JUnit");
    assert_eq!((read.test_suites.len(), read.failures), (RULES.len(), 2));
    let failed = read.test_suites.iter().filter(|suite| suite.failures > 0);
    let cases: Vec<_> = failed.flat_map(|suite| &suite.test_cases).collect();
    let names: Vec<_> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(
        names,
        ["DATABASE_URL shop/app/db.py:5:12", "POOL_SIZE shop/deploy/production.env:1:1"]
    );
    let first = text.lines().skip_while(|line| !line.contains("<failure")).take(3);
    insta::assert_snapshot!(first.collect::<Vec<_>>().join("\n"));
}

#[test]
fn html() {
    let page = write("html", true);
    let (_, main) = page.split_once("<main>").expect("a main part");
    let (main, _) = main.split_once("<script>").expect("the script comes last");
    insta::assert_snapshot!(main);
    let clean = write("html", false);
    assert!(clean.contains("<title>keydrift: No findings.</title>"));
    assert!(!clean.contains("<article"));
}

#[test]
fn sarif_says_what_it_has_no_room_for() {
    let fixed = fixed();
    let marks = fingerprints(&fixed.findings, &fixed.inventory, &fixed.files);
    let (note, error) = (&fixed.findings[1], &fixed.findings[0]);
    let mut findings = vec![Shown { finding: note, fingerprint: &marks[1] }; 25_001];
    findings.push(Shown { finding: error, fingerprint: &marks[0] });
    let report = report(&fixed, findings, &[]);
    let mut bytes = Vec::new();
    let reporter = reporter("sarif").expect("a reporter of that name");
    let lost = (reporter.write)(&report, &mut bytes).expect("memory takes everything");
    assert_eq!(lost, 2);
    let text = String::from_utf8(bytes).expect("reports are UTF-8");
    assert!(text.contains("2 findings left out: code scanning takes no more"));
    let first = text.find("\"ruleId\"").expect("a result");
    assert!(text[first..].starts_with("\"ruleId\": \"missing-required\""), "the worst come first");
}

/// What `write` writes, without colors.
fn plain(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = anstream::AutoStream::never(Vec::new());
    write(&mut bytes).expect("memory takes everything");
    String::from_utf8(bytes.into_inner()).expect("output is UTF-8")
}

#[test]
fn fact_lines() {
    let Fixed { files, inventory, .. } = fixed();
    insta::assert_snapshot!(plain(|out| facts::write(&files, &inventory, facts::Shown { tests: true, frameworks: true }, out)), @r#"
{"fact":"read","key":"DATABASE_URL","namespace":"env","path":"app/db.py","line":5,"column":12,"absence":"required","type":"url","via":"direct","component":"app","flag":false,"when":"use"}
{"fact":"definition","environment":"production","key":"POOL_SIZE","namespace":"env","path":"deploy/production.env","line":1,"column":1,"source":"dotenv","layer":0,"state":"value","value":"50"}
{"fact":"definition","environment":"staging","key":"DATABASE_URL","namespace":"env","path":"deploy/staging.env","line":1,"column":1,"source":"dotenv","layer":0,"state":"value","redacted":true}
{"fact":"definition","environment":"staging","key":"POOL_SIZE","namespace":"env","path":"deploy/staging.env","line":2,"column":1,"source":"dotenv","layer":0,"state":"value","value":"5"}
"#);
}

#[test]
fn environment_list() {
    let Fixed { files, inventory, .. } = fixed();
    let all = envs::environments(&files, &inventory, None);
    insta::assert_snapshot!(plain(|out| envs::write_text(&all, out)), @r#"
production  env files by name
  0  deploy/production.env:1  dotenv, 1 key: its name

staging  env files by name
  0  deploy/staging.env:1  dotenv, 2 keys: its name

components
  app  1 read
"#);
}

#[test]
fn explanations() {
    let Fixed { files, inventory, .. } = fixed();
    let graph = Graph::build(&inventory);
    let explainer = Explainer {
        files: &files,
        graph: &graph,
        only: None,
        answering: None,
        coverage: std::cell::OnceCell::new(),
    };
    let both = [explainer.explain(KeyId(0)), explainer.explain(KeyId(1))];
    insta::assert_snapshot!(plain(|out| explain::write_text(&both, out)), @r#"
DATABASE_URL (env)

values (of each list the first wins)
  production  absent
  staging     [redacted]  dotenv  deploy/staging.env:1:1

reads
  required, at use  os.environ[] at app/db.py:5:12

It is alive: code reads it.

POOL_SIZE (env)

values (of each list the first wins)
  production  "50"  dotenv  deploy/production.env:1:1
  staging     "5"   dotenv  deploy/staging.env:2:1

reads
  none

who else may read it
  a shell script names it  at app/db.py:4:5

It may be alive: no code reads it by name, but something else may.
"#);
}

#[test]
fn no_reporter_shows_a_secret_or_a_control_character() {
    for reporter in REPORTERS {
        let bytes = write(reporter.name, true);
        assert!(!bytes.contains("hunter2"), "{}", reporter.name);
        assert!(!bytes.contains('\u{1b}'), "{}", reporter.name);
    }
}
