//! What holds for any input.

use keydrift::definitions::{Sealer, extract};
use keydrift::document::{Document, Node, Syntax, dotenv, interpolation, parse, template, yaml};
use keydrift::model::ScalarKind;
use keydrift::text::{File, TextRange};
use proptest::prelude::*;

/// What configuration is made of.
const PIECES: &[&str] = &[
    "A",
    "b",
    "é",
    "漢",
    "\u{1f980}",
    "key",
    "services",
    "image",
    "apiVersion",
    "kind",
    "data",
    "env",
    "name",
    "value",
    ": ",
    ":",
    "=",
    " = ",
    "\n",
    "\r\n",
    "\n  ",
    "\n    ",
    "- ",
    "#",
    " # ",
    "\"",
    "'",
    "`",
    "\\",
    "${",
    "$A",
    "}",
    "{",
    "[",
    "]",
    ", ",
    "|\n  ",
    ">-\n ",
    "&a ",
    "*a",
    "<<: ",
    "!tag ",
    "---\n",
    "...\n",
    "1",
    "0x1f",
    "true",
    "null",
    "~",
    "{{ .x }}",
    "{{- if }}",
    "}}",
    "export ",
    "\t",
    "\u{feff}",
    "ENV ",
    "FROM x\n",
    "%",
    "@",
    "? ",
    "resource \"aws_ecs_task_definition\" \"b\" {\n",
    "resource \"aws_ssm_parameter\" \"b\" {\n",
    "container_definitions = ",
    "variables = {\n",
    "<<EOF\n",
    "\nEOF\n",
    "jsonencode(",
    "merge(",
    ")",
    "var.x",
    "local.",
    "$${",
    " ? ",
    "[for x in ",
    "value = ",
    "job \"a\" {\n group \"b\" {\n task \"c\" {\n",
];

/// Texts that look enough like configuration to get past the first token.
fn configuration() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

const PATHS: &[&str] = &[
    ".env",
    ".env.example",
    "compose.yaml",
    "k8s/a.yaml",
    "a/kustomization.yaml",
    "chart/values.yaml",
    "config/production.yaml",
    "config/production.toml",
    "config/production.json",
    "Dockerfile",
    "a/main.tf",
    "prod.tfvars",
    "web.nomad",
    "export.json",
];

fn check_ranges(text: &str, documents: &[Document]) -> Result<(), TestCaseError> {
    // Where a parser recovers from an error, it may say more than stands there.
    let sound = documents.iter().filter(|document| document.problems.is_empty());
    for node in sound.flat_map(Document::nodes) {
        let range = node.range();
        prop_assert!(text.get(range.bytes()).is_some(), "{:?} does not fit", range);
        let raw = range.slice(text);
        let is_verbatim =
            matches!(node.kind(), ScalarKind::Plain | ScalarKind::Int | ScalarKind::Bool)
                && !node.is_alias();
        if let Some(said) =
            node.text().filter(|said| is_verbatim && !raw.contains('\n') && said.is_ascii())
        {
            prop_assert!(
                raw == said || raw.contains('_') || raw.starts_with('+') || raw.starts_with('0'),
                "{:?} is not {:?}",
                raw,
                said
            );
        }
    }
    for document in documents {
        for range in
            document.comments.iter().chain(document.problems.iter().map(|problem| &problem.range))
        {
            prop_assert!(text.get(range.bytes()).is_some(), "{:?} does not fit", range);
        }
    }
    Ok(())
}

fn same(node: Node<'_>, value: &serde_yaml::Value) -> bool {
    match value {
        serde_yaml::Value::Null => node.is_null(),
        serde_yaml::Value::Bool(value) => {
            node.text().is_some_and(|text| text.eq_ignore_ascii_case(&value.to_string()))
        }
        serde_yaml::Value::Number(_) => {
            matches!(node.kind(), ScalarKind::Int | ScalarKind::Float | ScalarKind::Plain)
        }
        serde_yaml::Value::String(value) => node.text() == Some(value),
        serde_yaml::Value::Sequence(values) => {
            let items = node.items();
            items.len() == values.len()
                && items.iter().zip(values).all(|(item, value)| same(*item, value))
        }
        serde_yaml::Value::Mapping(values) => {
            node.is_map()
                && values.iter().all(|(key, value)| {
                    let Some(key) = key.as_str() else { return true };
                    // A key without a text names nothing, and parsers differ about empty block scalars.
                    key.trim().is_empty()
                        || key == "<<"
                        || node.get(key).is_some_and(|node| same(node, value))
                })
        }
        serde_yaml::Value::Tagged(tagged) => same(node, &tagged.value),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ranges_of_trees_fit_their_text(text in configuration()) {
        for syntax in [Syntax::Hcl, Syntax::Json, Syntax::Toml, Syntax::Yaml] {
            check_ranges(&text, &parse(&text, syntax))?;
        }
    }

    #[test]
    fn arbitrary_text_breaks_no_parser(text in any::<String>()) {
        for syntax in [Syntax::Hcl, Syntax::Json, Syntax::Toml, Syntax::Yaml] {
            check_ranges(&text, &parse(&text, syntax))?;
        }
        for assignment in dotenv::parse(&text).assignments {
            prop_assert_eq!(assignment.name_range.slice(&text), assignment.name);
        }
    }

    #[test]
    fn dotenv_ranges_slice_to_their_text(text in configuration()) {
        for assignment in dotenv::parse(&text).assignments {
            prop_assert_eq!(assignment.name_range.slice(&text), &assignment.name);
            if let Some(value) = assignment.value {
                let raw = text.get(value.range.bytes());
                prop_assert!(raw.is_some());
                match value.quote {
                    None => prop_assert_eq!(raw, Some(value.text.as_str())),
                    Some(quote) => prop_assert!(raw.is_some_and(|raw| raw.starts_with(quote) && raw.ends_with(quote))),
                }
            }
        }
    }

    #[test]
    fn interpolations_slice_to_their_text(text in configuration()) {
        for found in interpolation::find(&text, 0) {
            let raw = found.interpolation.range.slice(&text);
            prop_assert!(raw.starts_with('$') && raw.contains(&found.interpolation.name));
            if let Some(default) = found.default {
                prop_assert!(found.interpolation.range.contains(default));
            }
        }
    }

    #[test]
    fn masking_keeps_length_and_lines(text in configuration()) {
        for fill in [b' ', b'#'] {
            let masked = template::mask(&text, fill);
            prop_assert_eq!(masked.len(), text.len());
            let lines = |text: &str| -> Vec<usize> { text.match_indices('\n').map(|(at, _)| at).collect() };
            prop_assert_eq!(lines(&masked), lines(&text));
        }
    }

    #[test]
    fn extraction_is_repeatable_and_its_ranges_fit(text in configuration()) {
        let sealer = Sealer::new();
        for path in PATHS {
            let file = File::new(*path, text.as_str());
            let facts = extract(&file, &sealer);
            prop_assert_eq!(&facts, &extract(&file, &sealer));
            let fits = |range: TextRange| text.get(range.bytes()).is_some();
            for source in &facts {
                for entry in &source.entries {
                    prop_assert!(fits(entry.key_range) && !entry.key_range.is_empty(), "{} in {}", entry.name, path);
                    prop_assert!(entry.value_range.is_none_or(fits));
                    prop_assert!(!entry.name.is_empty());
                }
                prop_assert!(source.secrets.iter().all(|range| fits(*range)));
                prop_assert!(source.asks.iter().all(|ask| fits(ask.interpolation.range)));
                prop_assert!(source.problems.iter().all(|problem| fits(problem.range)));
            }
        }
    }

    #[test]
    fn yaml_trees_are_what_serde_yaml_sees(text in configuration()) {
        let documents = yaml::parse(&text, 0);
        let Ok(value) = serde_yaml::from_str::<serde_yaml::Value>(&text) else { return Ok(()) };
        let [document] = documents.as_slice() else { return Ok(()) };
        if document.problems.is_empty() && !text.contains('\u{feff}') {
            let root = document.root();
            prop_assert!(root.is_some_and(|root| same(root, &value)), "{:?} differs for {:?}", value, text);
        }
    }
}
