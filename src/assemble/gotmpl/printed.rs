//! What templates print, as Helm's own library said of each.
//!
//! Tests of the engine as a whole: parsing, pipelines, functions, loops.

use std::rc::Rc;

use super::{Engine, Library, Text, Value};
use super::{Place, parse, read};

const VALUES: &str = r#"
shop: bakery
port: 8080
flour: {kind: rye, grams: 500.5}
breads: [baguette, rye]
env: {LOG_LEVEL: info, DEBUG: "false"}
hello: "{{ .Values.shop }}!"
"#;

/// Templates, and what `helm template` prints of them.
const PRINTED: &[(&str, &str)] = &[
    (
        "{{ .Values.port }} {{ .Values.flour.grams | int }} {{ .Values.port | quote }}",
        r#"8080 500 "8080""#,
    ),
    (
        "{{ range $i, $b := .Values.breads }}{{ if $i }},{{ end }}{{ $i }}={{ $b | upper }}{{ end }}",
        "0=BAGUETTE,1=RYE",
    ),
    (
        "{{ range $k, $v := .Values.env }}{{ $k }}={{ $v }};{{ else }}none{{ end }}",
        "DEBUG=false;LOG_LEVEL=info;",
    ),
    ("{{ with .Values.flour }}{{ .kind }} {{ $.Values.shop }}{{ end }}", "rye bakery"),
    ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ end }}{{ $x }}", "2"),
    (
        r#"{{ range .Values.breads }}{{ if eq . "rye" }}{{ break }}{{ end }}{{ . }}{{ end }}"#,
        "baguette",
    ),
    (
        r#"{{ define "greet" }}Hi {{ .name | default "you" }}{{ end }}{{ include "greet" (dict "name" "Ann") }}, {{ template "greet" (dict) }}"#,
        "Hi Ann, Hi you",
    ),
    ("{{ tpl .Values.hello . }}", "bakery!"),
    (
        r#"{{ and 1 0 "x" }} {{ or 0 "" "y" }} {{ not true }} {{ eq .Values.shop "a" "bakery" }}"#,
        "0 y false true",
    ),
    (
        r#"{{ printf "%s-%d %v %q %5.1f|%-4s|%t" "a" 3 .Values.port "q" 2.25 "ab" true }}"#,
        r#"a-3 8080 "q"   2.2|ab  |true"#,
    ),
    (
        r#"{{ "a,b,c" | splitList "," | join "-" }} {{ trunc 3 "abcdef" }} {{ trunc -2 "abcdef" }} {{ trimSuffix "-" "ab-" }} {{ "ab" | repeat 2 }}"#,
        "a-b-c abc ef ab abab",
    ),
    (
        r#"{{ list 1 2 3 | rest | first }} {{ until 3 | join "," }} {{ has "rye" .Values.breads }} {{ without .Values.breads "rye" }}"#,
        "2 0,1,2 true [baguette]",
    ),
    (
        r#"{{ $m := merge (dict "a" 1) (dict "a" 2 "b" 3) }}{{ $m }} {{ mergeOverwrite (dict "a" 1) (dict "a" 2) }} {{ dig "a" "b" "no" (dict "a" (dict "b" "yes")) }}"#,
        "map[a:1 b:3] map[a:2] yes",
    ),
    (
        r#"{{ merge (.Values.no) (dict "a" 1) }} {{ keys (.Values.no) | len }} {{ hasKey (.Values.no) "a" }} {{ merge (dict "b" 2) (.Values.no) }}"#,
        "map[a:1] 0 false map[b:2]",
    ),
    (
        r#"{{ ternary "yes" "no" (gt (int .Values.port) 80) }} {{ add 1 2 3 }} {{ div 7 2 }} {{ mod 7 4 }} {{ max 3 9 }} {{ round 2.456 2 }}"#,
        "yes 6 3 3 9 2.46",
    ),
    (
        "{{ toJson .Values.flour }} {{ .Values.breads | toYaml | nindent 2 }}",
        r#"{"grams":500.5,"kind":"rye"} 
  - baguette
  - rye"#,
    ),
    (
        r#"{{ snakecase "BreadOven" }} {{ camelcase "bread_oven" }} {{ kebabcase "BreadOven" }} {{ title "fresh bread" }} {{ untitle "Fresh" }}"#,
        "bread_oven BreadOven bread-oven Fresh Bread fresh",
    ),
    (
        r#"{{ regexReplaceAll "([a-z]+)-(\\d+)" "oven-12" "${2}-${1}" }} {{ regexMatch "^b" .Values.shop }} {{ semverCompare "^1.2" "1.9.0" }}"#,
        "12-oven true true",
    ),
    (
        r#"{{ .Values.none | default "d" }} {{ coalesce "" nil "c" }} {{ empty "" }} {{ .Values.none }} {{ quote "it's" nil 2 }} {{ squote "a" }}"#,
        r#"d c true  "it's" "2" 'a'"#,
    ),
    (
        r#"{{ b64enc "dough" }} {{ "ZG91Z2g=" | b64dec }} {{ kindOf .Values.port }} {{ typeOf .Values.breads }} {{ len .Values.breads }} {{ index .Values.breads 1 }}"#,
        "ZG91Z2g= dough float64 []interface {} 2 rye",
    ),
    (
        r#"{{- /* gone */ -}}
 x {{- " y " -}} z"#,
        "x y z",
    ),
    (
        r#"{{ if and .Values.env (hasKey .Values.env "DEBUG") }}{{ get .Values.env "DEBUG" }}{{ else if .Values.none }}n{{ else }}e{{ end }}"#,
        "false",
    ),
    (
        r#"{{ pick .Values.env "DEBUG" | toYaml }} {{ omit .Values.env "DEBUG" | keys }} {{ values .Values.env | sortAlpha }}"#,
        r#"DEBUG: "false" [LOG_LEVEL] [false info]"#,
    ),
    (
        r#"{{ "x: 1\ny: [a]" | fromYaml | toJson }} {{ (fromJson "{\"a\":{\"b\":2}}").a.b }} {{ contains "ake" .Values.shop }} {{ cat "a" 1 "b" }}"#,
        r#"{"true":["a"],"x":1} 2 true a 1 b"#,
    ),
];

fn printed(template: &str) -> Result<(Text, usize), String> {
    let template = parse(Text::plain(template)).map_err(|broken| broken.message)?;
    let mut library = Library::default();
    library.add("bread", &Rc::new(template));
    let values = read(Place { text: VALUES, file: None, source: None })?;
    let mut engine = Engine::new(&library);
    let text = engine.run("bread", &Value::map([("Values", values)]));
    text.map(|text| (text, engine.troubles.len())).map_err(|trouble| trouble.message)
}

#[test]
fn templates_print_what_helm_prints() {
    for (template, expected) in PRINTED {
        let text = printed(template).expect("runs").0;
        assert_eq!(text.as_str(), *expected, "{template}");
    }
}

#[test]
fn what_only_a_run_tells_is_marked() {
    let text = printed("{{ randAlphaNum 8 | quote }}{{ now | date \"2006\" }}").expect("runs").0;
    assert_eq!(text.as_str().replace(super::UNKNOWN, ""), "\"{{ randAlphaNum }}\"{{ now }}");
}

#[test]
fn missing_values_are_told_and_the_run_goes_on() {
    let (text, troubles) =
        printed("{{ .Values.a.b }}{{ required \"say a\" .Values.a }}|{{ fail \"no\" }}x")
            .expect("runs");
    assert_eq!(text.as_str().replace(super::UNKNOWN, ""), "{{ required .Values.a }}|x");
    assert_eq!(troubles, 3);
}

#[test]
fn runs_that_would_never_end_are_given_up() {
    for template in [
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}x{{ end }}{{ end }}{{ end }}",
        "{{ $x := \"ab\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}",
        "{{ repeat 2000000000 \"x\" }}",
    ] {
        let deep = std::thread::Builder::new().stack_size(16 << 20);
        let given_up =
            deep.spawn(move || printed(template).is_err()).map(std::thread::JoinHandle::join);
        assert!(matches!(given_up, Ok(Ok(true))), "{template}");
    }
    let nested =
        "{{ $x := dict }}{{ range until 200000 }}{{ $x = dict \"a\" (list $x) }}{{ end }}x";
    assert_eq!(printed(nested).expect("runs").0.as_str(), "x");
}
