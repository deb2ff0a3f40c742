//! What holds for any edit of any document: all but the edited lines stays byte for byte, and what the file says differs
//! by the edit and nothing else.

mod syntaxes;

use keydrift::definitions::{Sealer, extract};
use keydrift::edit::{Draft, New, Site};
use keydrift::text::File;
use proptest::prelude::*;

use self::syntaxes::SYNTAXES;

/// An entry: the number of its name, its value, whether a comment and an empty line stand above it.
type Line = (u8, Option<usize>, bool, bool);

#[derive(Clone, Debug)]
struct Case {
    syntax: usize,
    lines: Vec<Line>,
    at: usize,
    carried: bool,
    cut: bool,
    marked: bool,
}

fn cases() -> impl Strategy<Value = Case> {
    let line = (any::<u8>(), proptest::option::of(0..5_usize), any::<bool>(), any::<bool>());
    let lines = proptest::collection::vec(line, 2..9);
    (0..SYNTAXES.len(), lines, any::<usize>(), any::<[bool; 3]>()).prop_map(
        |(syntax, mut lines, at, [carried, cut, marked])| {
            let mut met = std::collections::BTreeSet::new();
            lines.retain(|line| met.insert(line.0));
            let at = at % lines.len();
            Case { syntax, lines, at, carried, cut, marked }
        },
    )
}

fn name(number: u8) -> String {
    format!("KEY_{number}_X")
}

impl Case {
    fn file(&self) -> File {
        let syntax = &SYNTAXES[self.syntax];
        let mut text = syntax.head.to_owned();
        let last = self.lines.len() - 1;
        for (at, (number, value, comment, blank)) in self.lines.iter().enumerate() {
            let is_quoted =
                syntax.path.ends_with("toml") || syntax.comma == "," || syntax.path.ends_with("tf");
            let word = if is_quoted { format!("\"v{number}\"") } else { format!("v{number}") };
            let value = value
                .and_then(|value| syntax.values.get(value))
                .map_or(word, |it| (*it).to_owned());
            if *blank && at > 0 && syntax.end == "\n" {
                text.push('\n');
            }
            if *comment && !syntax.comment.is_empty() {
                text.extend([syntax.comment, "about ", &number.to_string(), "\n"]);
            }
            text.push_str(&syntax.entry.replace("{k}", &name(*number)).replace("{v}", &value));
            if at < last {
                text.push_str(syntax.comma);
            }
            if at < last || syntax.comma.is_empty() {
                text.push_str(syntax.end);
            }
        }
        text.push_str(syntax.tail);
        if self.cut {
            text.truncate(text.trim_end().len());
        }
        if self.carried {
            text = text.replace('\n', "\r\n");
        }
        // A mark at the beginning is no part of the text; a program of lines has none.
        if self.marked && !syntax.path.contains("Docker") && !syntax.path.contains("service") {
            text.insert(0, '\u{feff}');
        }
        File::new(syntax.path, text)
    }
}

/// What a file says: names and values as far as they are shown, in no order.
fn said(file: &File, sealer: &Sealer) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for source in extract(file, sealer) {
        for entry in source.entries {
            let shown =
                entry.value.shown().map_or_else(|| entry.value.state().to_owned(), str::to_owned);
            // A section that holds nothing any more is nothing that was said.
            if shown != "{}" {
                all.push((entry.name, shown));
            }
        }
    }
    all.sort();
    all
}

/// The entries of a file, by their place: name, the name as written, site.
fn sites(file: &File, sealer: &Sealer) -> Vec<(String, String, Site)> {
    let mut all = Vec::new();
    for source in extract(file, sealer) {
        for entry in source.entries {
            let written = entry.key_range.slice(&file.text).trim_matches('"').to_owned();
            all.push((
                entry.name,
                written,
                Site { key: entry.key_range, value: entry.value_range },
            ));
        }
    }
    all
}

/// The lines that only one of two texts has, without their line ends and commas: those that are gone, those that came.
fn changed(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let lines =
        |text: &str| -> Vec<String> { text.split_inclusive('\n').map(str::to_owned).collect() };
    let (old, new) = (lines(before), lines(after));
    let start = old.iter().zip(&new).take_while(|(one, two)| one == two).count();
    let rest = (old.len() - start).min(new.len() - start);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(one, two)| one == two)
        .count();
    (old[start..old.len() - end].to_vec(), new[start..new.len() - end].to_vec())
}

/// Whether a text is another one without one run of its bytes.
fn is_one_cut(longer: &str, shorter: &str) -> bool {
    let (one, two) = (longer.as_bytes(), shorter.as_bytes());
    let start = one.iter().zip(two).take_while(|(a, b)| a == b).count();
    let end = one.iter().rev().zip(two.iter().rev()).take_while(|(a, b)| a == b).count();
    start + end >= two.len() && one.len() > two.len()
}

fn bare(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n']).trim_end_matches(',')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_removal_takes_lines_of_the_entry_and_no_other_byte(case in cases()) {
        let (file, sealer) = (case.file(), Sealer::new());
        let wanted = name(case.lines[case.at].0);
        let found = sites(&file, &sealer);
        let found = found.iter().find(|(_, written, _)| written.ends_with(&wanted));
        let Some((full, _, site)) = found else { panic!("no {wanted} in:\n{}", file.text) };
        let mut draft = Draft::of(&file);
        // What holds a last entry may not be left empty: then all stays as it is.
        if let Err(refusal) = draft.remove(*site, full, &sealer) {
            prop_assert!(case.lines.len() == 1, "{refusal}:\n{}", file.text);
            prop_assert_eq!(&**draft.text(), &*file.text);
            return Ok(());
        }
        let after = File::new(file.path.as_str(), draft.text().clone());
        let mut expected = said(&file, &sealer);
        expected.retain(|(key, _)| key != full);
        prop_assert_eq!(said(&after, &sealer), expected);
        if SYNTAXES[case.syntax].end != "\n" {
            prop_assert!(is_one_cut(&file.text, &after.text), "{}\n{}", file.text, after.text);
            return Ok(());
        }
        let (gone, come) = changed(&file.text, &after.text);
        // Of what came only the line before may be, without its comma or its line end.
        for line in &come {
            let is_old = gone.iter().any(|old| bare(old) == bare(line));
            prop_assert!(is_old, "{line} came:\n{}", after.text);
        }
        // The rest of the entries keeps its lines.
        for (number, ..) in case.lines.iter().filter(|line| name(line.0) != wanted) {
            let own = |text: &str| -> Vec<String> {
                let lines = text.split_inclusive('\n').filter(|line| line.contains(&name(*number)));
                lines.map(|line| bare(line).to_owned()).collect()
            };
            prop_assert_eq!(own(&file.text), own(&after.text));
        }
    }

    #[test]
    fn an_entry_that_comes_adds_its_lines_and_changes_no_other_byte(case in cases()) {
        let (file, sealer) = (case.file(), Sealer::new());
        let all = sites(&file, &sealer);
        let beside: Vec<(Site, String)> = all
            .iter()
            .filter(|(_, written, _)| written.contains("KEY_"))
            .map(|(_, written, site)| (*site, written.clone()))
            .collect();
        let (full, written, _) = all.iter().find(|(_, written, _)| written.contains("KEY_")).expect("one");
        let section = full.strip_suffix(written.as_str()).unwrap_or("");
        let prefix = written.find("KEY_").and_then(|at| written.get(..at)).unwrap_or("");
        let leaf = format!("{prefix}KEY_NEW_X");
        let called = format!("{section}{leaf}");
        let order: Vec<String> = beside.iter().map(|(_, name)| name.clone()).chain([leaf.clone()]).collect();
        let new = New { name: &leaf, value: "CHANGE_ME", means: "CHANGE_ME", commented: false, for_all: false, order: &order };
        let mut draft = Draft::of(&file);
        let added = draft.add(&beside, &called, &new, &sealer);
        let has_model = case.lines.iter().any(|line| line.1.is_none());
        if let Err(refusal) = added {
            prop_assert!(!has_model, "{refusal}:\n{}", file.text);
            prop_assert_eq!(&**draft.text(), &*file.text);
            return Ok(());
        }
        let after = File::new(file.path.as_str(), draft.text().clone());
        let mut expected = said(&file, &sealer);
        expected.push((called, "CHANGE_ME".to_owned()));
        expected.sort();
        prop_assert_eq!(said(&after, &sealer), expected);
        if SYNTAXES[case.syntax].end != "\n" {
            prop_assert!(is_one_cut(&after.text, &file.text), "{}\n{}", file.text, after.text);
            return Ok(());
        }
        let (gone, come) = changed(&file.text, &after.text);
        let old: Vec<&str> = gone.iter().map(|line| bare(line)).collect();
        let kept: Vec<&str> = come.iter().map(|line| bare(line)).filter(|line| old.contains(line)).collect();
        prop_assert_eq!(&kept, &old);
        prop_assert!(come.iter().filter(|line| !old.contains(&bare(line))).count() <= 2);
        prop_assert_eq!(file.text.contains('\r'), after.text.contains('\r'));
        prop_assert_eq!(after.text.replace("\r\n", "").contains('\n'), file.text.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn a_value_that_is_set_changes_its_own_bytes_alone(case in cases(), text in "[a-z0-9/:. '#-]{1,12}") {
        let (file, sealer) = (case.file(), Sealer::new());
        let wanted = name(case.lines[case.at].0);
        let found = sites(&file, &sealer);
        let found = found.iter().find(|(_, written, _)| written.ends_with(&wanted));
        let Some((full, _, site)) = found else { panic!("no {wanted} in:\n{}", file.text) };
        let mut draft = Draft::of(&file);
        if draft.set(*site, full, (&text, false), &sealer).is_err() {
            prop_assert_eq!(&**draft.text(), &*file.text);
            // A word can be written anywhere but in the place of several lines, of a tag, or of nothing.
            let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase());
            let is_plain = case.lines[case.at].1.is_none();
            prop_assert!(!(is_word && is_plain) || ["on", "no", "off", "yes"].contains(&text.as_str()), "{text}:\n{}", file.text);
            return Ok(());
        }
        let after = File::new(file.path.as_str(), draft.text().clone());
        let mut expected = said(&file, &sealer);
        for (key, value) in &mut expected {
            if key == full {
                value.clone_from(&text);
            }
        }
        expected.sort();
        prop_assert_eq!(said(&after, &sealer), expected);
        let value = site.value.expect("it was set");
        let (start, end) = (value.start as usize, value.end as usize);
        prop_assert_eq!(&after.text[..start], &file.text[..start]);
        prop_assert!(after.text.ends_with(&file.text[end..]));
    }

    #[test]
    fn edits_one_after_the_other_are_those_of_all(case in cases()) {
        let (file, sealer) = (case.file(), Sealer::new());
        let mut draft = Draft::of(&file);
        let mut left = said(&file, &sealer);
        for (full, written, site) in sites(&file, &sealer) {
            if written.contains("KEY_") && draft.remove(site, &full, &sealer).is_ok() {
                left.retain(|(key, _)| *key != full);
            }
            let now = File::new(file.path.as_str(), draft.text().clone());
            prop_assert_eq!(said(&now, &sealer), left.clone());
        }
    }
}

/// The first entry of this name.
fn site(file: &File, sealer: &Sealer, name: &str) -> Site {
    let all = sites(file, sealer);
    all.into_iter().find(|(full, ..)| full == name).map(|(.., site)| site).expect("the entry")
}

#[test]
fn of_two_entries_of_one_name_the_one_that_is_meant_goes() {
    let sealer = Sealer::new();
    let text = "OVEN=1\nDOOR=2\nOVEN=3\n";
    let file = File::new("deploy/production.env", text);
    let mut draft = Draft::of(&file);
    draft.remove(site(&file, &sealer, "OVEN"), "OVEN", &sealer).expect("an edit");
    assert_eq!(&**draft.text(), "DOOR=2\nOVEN=3\n");
}

#[test]
fn what_several_take_from_one_place_is_changed_for_all_or_not_at_all() {
    let sealer = Sealer::new();
    let text = "x-all: &all\n  OVEN: \"1\"\nservices:\n  shop:\n    image: shop\n    environment: {<<: *all}\n  \
                night:\n    image: shop\n    environment: *all\n";
    let file = File::new("compose.production.yaml", text);
    let oven = site(&file, &sealer, "OVEN");
    let mut draft = Draft::of(&file);
    let refusal = draft.set(oven, "OVEN", ("2", false), &sealer).expect_err("two have it");
    assert_eq!(refusal.to_string(), "several workloads share what is written there");
    draft.set(oven, "OVEN", ("2", true), &sealer).expect("all are meant");
    assert_eq!(&**draft.text(), text.replace("\"1\"", "\"2\""));
    let beside = [(oven, "OVEN".to_owned())];
    let order = ["OVEN".to_owned(), "DOOR".to_owned()];
    let new = |for_all| New {
        name: "DOOR",
        value: "3",
        means: "3",
        commented: false,
        for_all,
        order: &order,
    };
    let mut draft = Draft::of(&file);
    let refusal = draft.add(&beside, "DOOR", &new(false), &sealer).expect_err("two would get it");
    assert_eq!(refusal.to_string(), "it would reach several workloads");
    draft.add(&beside, "DOOR", &new(true), &sealer).expect("all are meant");
    assert!(draft.text().contains("  OVEN: \"1\"\n  DOOR: \"3\"\nservices"), "{}", draft.text());
}

#[test]
fn what_comes_stands_in_its_order_whatever_came_first() {
    let sealer = Sealer::new();
    let file = File::new("deploy/production.env", "APPLE=1\nZEBRA=2\nMOUSE=3\n");
    let beside: Vec<(Site, String)> =
        sites(&file, &sealer).into_iter().map(|(_, written, site)| (site, written)).collect();
    let order = ["APPLE", "BREAD", "CHEESE", "ZEBRA"].map(str::to_owned);
    for names in [["BREAD", "CHEESE"], ["CHEESE", "BREAD"]] {
        let mut draft = Draft::of(&file);
        for name in names {
            let (value, for_all) = ("4", false);
            let new = New { name, value, means: value, commented: false, for_all, order: &order };
            draft.add(&beside, name, &new, &sealer).expect("an edit");
        }
        assert_eq!(&**draft.text(), "APPLE=1\nBREAD=4\nCHEESE=4\nZEBRA=2\nMOUSE=3\n");
    }
}

#[test]
fn columns_and_quotes_of_the_neighbours_are_kept() {
    let sealer = Sealer::new();
    for (path, text, name, expected) in [
        (
            "infra/production/main.tf",
            "resource \"aws_lambda_function\" \"shop\" {\n environment {\n variables = {\n  OVEN   = \"a\"\n  WINDOW = \"b\"\n}\n}\n}\n",
            "DOOR",
            "  DOOR   = \"x\"\n",
        ),
        (
            "infra/production/main.tf",
            "resource \"aws_lambda_function\" \"shop\" {\n environment {\n variables = {\n  OVEN   = \"a\"\n  WINDOW = \"b\"\n}\n}\n}\n",
            "CHIMNEY",
            "  CHIMNEY = \"x\"\n",
        ),
        ("config/production.yaml", "OVEN:   a\nWINDOW: b\n", "DOOR", "DOOR:   x\n"),
        ("config/production.yaml", "OVEN: \"1\"\nWINDOW: b\n", "DOOR", "DOOR: x\n"),
        ("config/production.yaml", "OVEN: 'a'\nWINDOW: 'b'\nWALL: 1\n", "DOOR", "DOOR: 'x'\n"),
    ] {
        let file = File::new(path, text);
        let all = sites(&file, &sealer);
        let beside: Vec<(Site, String)> =
            all.iter().map(|(_, written, site)| (*site, written.clone())).collect();
        let (full, written, _) = all.first().expect("an entry");
        let called = format!("{}{name}", full.strip_suffix(written.as_str()).unwrap_or(""));
        let (value, for_all) = ("x", false);
        let new = New { name, value, means: value, commented: false, for_all, order: &[] };
        let mut draft = Draft::of(&file);
        draft.add(&beside, &called, &new, &sealer).expect("an edit");
        assert!(draft.text().contains(expected), "{}", draft.text());
    }
}
