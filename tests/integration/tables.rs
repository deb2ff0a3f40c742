//! The tables are sorted, complete and documented.

use keydrift::rules::RULES;

#[test]
fn rules_are_sorted_and_documented() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    for rule in RULES {
        let kebab = rule.name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(kebab && !rule.name.starts_with('-'), "{}", rule.name);
        assert!(rule.docs.starts_with(&format!("# {}\n", rule.name)), "{}", rule.name);
        assert!(rule.summary.starts_with(|c: char| c.is_lowercase()), "{}", rule.summary);
        assert!(!rule.summary.ends_with('.'), "{}", rule.summary);
    }
}

#[test]
fn every_rule_has_a_file_and_every_page_a_rule() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for rule in RULES {
        let file = root.join("src/rules").join(format!("{}.rs", rule.name.replace('-', "_")));
        assert!(file.exists(), "{}", file.display());
    }
    for entry in std::fs::read_dir(root.join("docs/rules")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let rule = name.trim_end_matches(".md");
        assert!(RULES.iter().any(|row| row.name == rule), "{name} is the page of no rule");
    }
}
