//! Rows that a policy adds: SDKs of flags, ways to declare settings, what functions do with nothing.

use serde_json::Value;

use crate::support::Project;

/// The facts about one key of a project with this policy.
fn read_of(policy: &str, path: &str, code: &str, key: &str) -> Option<Value> {
    let project = Project::of(&[("keydrift.yaml", policy), (path, code)]);
    let run = project.run(&["facts"]).exits(0);
    let mut facts = run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    facts.find(|fact| fact["fact"] == "read" && fact["key"] == key)
}

#[test]
fn a_policy_may_add_an_sdk_of_flags() {
    let policy = "\
readers:
  python:
    - reader: depotflags.Client().is_on
      form: call
      namespace: flag
      key: {position: 0, keywords: [name]}
      type: bool
      absent: \"false\"
";
    let code = "import depotflags\n\nclient = depotflags.Client()\n\n\ndef lanes():\n    \
                if client.is_on(\"EXPRESS_LANE\"):\n        return 2\n    return 1\n";
    let read = read_of(policy, "lanes.py", code, "EXPRESS_LANE").expect("the flag is read");
    assert_eq!((&read["namespace"], &read["flag"]), (&"flag".into(), &true.into()));
    assert_eq!(read_of("", "lanes.py", code, "EXPRESS_LANE"), None, "nothing else knows it");
}

#[test]
fn a_policy_may_add_a_way_to_declare_settings() {
    let policy = "\
schemas:
  python:
    schemas:
      - schema: depotconf.Settings
        by: base
        upper_names: true
        options: [Meta]
        prefix: {keywords: [prefix]}
";
    let code = "import depotconf\n\n\nclass Depot(depotconf.Settings):\n    width: int\n    color: str = \"red\"\n\n    \
                class Meta:\n        prefix = \"DEPOT_\"\n";
    let read = read_of(policy, "depot.py", code, "DEPOT_WIDTH").expect("the field is read");
    assert_eq!((&read["absence"], &read["via"]), (&"required".into(), &"schema".into()));
    let read = read_of(policy, "depot.py", code, "DEPOT_COLOR").expect("the field is read");
    assert_eq!(read["default"], "red");
    assert_eq!(read_of("", "depot.py", code, "DEPOT_WIDTH"), None, "nothing else knows it");
}

#[test]
fn a_policy_may_say_what_a_function_does_with_nothing() {
    let policy = "\
handlers:
  python:
    functions:
      depot.checks.must_have: {none: fail}
";
    let code = "import os\nfrom depot.checks import must_have\n\nurl = must_have(os.getenv(\"DEPOT_URL\"))\n";
    let absence =
        |policy: &str| read_of(policy, "a.py", code, "DEPOT_URL").map(|it| it["absence"].clone());
    assert_eq!(absence(policy), Some("required".into()));
    assert_eq!(absence(""), Some("optional".into()));
    // All that the language itself knows still holds.
    let plain = "import os\nport = int(os.environ[\"DEPOT_PORT\"])\n";
    let read = read_of(policy, "a.py", plain, "DEPOT_PORT").expect("a read");
    assert_eq!((&read["absence"], &read["type"]), (&"required".into(), &"int".into()));
}

#[test]
fn a_wrong_row_is_refused_where_it_stands() {
    for (text, said) in [
        (
            "readers:\n  python:\n    - {reader: a.b, form: call}\n    - reader: a.c\n      form: cal\n",
            "keydrift.yaml:5:13: readers.python[1].form: unknown variant `cal`",
        ),
        (
            "readers:\n  python:\n    - reader: a.c\n      form: call\n      kye: {position: 0}\n",
            "keydrift.yaml:5:7: readers.python[0]: unknown field `kye`; did you mean `key`?",
        ),
        (
            "readers:\n  python:\n    - form: call\n",
            "keydrift.yaml:3:7: readers.python[0]: missing field `reader`",
        ),
        (
            "schemas:\n  rust:\n    schemas:\n      - {schema: a::B, by: name}\n",
            "keydrift.yaml:4:28: schemas.rust.schemas[0].by: unknown variant `name`",
        ),
        (
            "handlers:\n  rust:\n    methods:\n      or_else: {none: vanish}\n",
            "keydrift.yaml:4:23: handlers.rust.methods.or_else.none: unknown variant `vanish`",
        ),
    ] {
        let run = Project::of(&[("keydrift.yaml", text)]).run(&["check"]).exits(2);
        assert!(run.stderr.contains(said), "{}\n{said}", run.stderr);
    }
}
