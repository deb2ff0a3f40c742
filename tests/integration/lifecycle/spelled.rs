//! A flag that has two spellings: what is known of either counts, and a name that is a word for other things tells nothing.

use keydrift::model::{
    Confidence, FlagTest, Key, KeyId, KeyPast, Moment, Namespace, Period, Read,
    inventory::{Mention, SameKey},
};
use keydrift::scan::Scan;

use super::{ALL_ON, CODE, Stage, aged, judged, long_ago, moment, scanned, shop};
use crate::support::Project;

/// The flag, and another spelling of it.
fn spelled(scan: &mut Scan) -> (KeyId, KeyId) {
    let inventory = &mut scan.inventory;
    let mut key =
        |name: &str, namespace| inventory.intern(Key { name: name.to_owned(), namespace });
    let one = key("FEATURE_NEW_CART", Namespace::Env);
    let other = key("feature.new.cart", Namespace::Setting);
    let (confidence, reason) = (Confidence::High, "they are one".to_owned());
    let (first, second) = (one.min(other), one.max(other));
    inventory.spellings.push(SameKey { one: first, other: second, confidence, reason });
    (one, other)
}

fn period(from: Moment, until: Option<Moment>, path: &str) -> Period {
    Period { from, is_older: false, until, paths: vec![path.to_owned()] }
}

fn past(in_code: Vec<Period>) -> KeyPast {
    KeyPast { in_code, ..KeyPast::default() }
}

fn day(year: i16, month: i8) -> Moment {
    moment(jiff::civil::date(year, month, 1))
}

/// Gives a key a past.
fn give(scan: &mut Scan, key: KeyId, past: KeyPast) {
    let chronicle = scan.inventory.chronicle.as_mut().expect("a past");
    chronicle.keys.insert(key, past);
}

/// A shop whose flag was gone for a year and is back elsewhere, while its values are from before.
fn back() -> (Scan, KeyId, KeyId) {
    let mut scan = shop(ALL_ON, "");
    let (one, other) = spelled(&mut scan);
    aged(&mut scan, long_ago(), long_ago());
    let before = period(day(2024, 1), Some(day(2024, 6)), "shop/old.py");
    give(&mut scan, one, past(vec![before, period(day(2025, 6), None, "shop/cart.py")]));
    give(&mut scan, other, past(Vec::new()));
    (scan, one, other)
}

#[test]
fn a_name_that_is_back_is_told() {
    let (scan, ..) = back();
    assert!(judged(&scan, |flag| flag.returned.is_some()));
}

#[test]
fn a_name_that_another_spelling_kept_is_not_back() {
    let (mut scan, _, other) = back();
    give(&mut scan, other, past(vec![period(day(2024, 1), Some(day(2025, 6)), "shop/rows.py")]));
    assert!(judged(&scan, |flag| flag.returned.is_none()));
}

#[test]
fn a_name_that_is_a_word_for_other_things_is_not_back() {
    let (mut scan, one, _) = back();
    let chronicle = scan.inventory.chronicle.as_mut().expect("a past");
    chronicle.keys.get_mut(&one).expect("its past").is_vague = true;
    assert!(judged(&scan, |flag| flag.returned.is_none()));
}

#[test]
fn the_older_spelling_tells_the_age() {
    let mut scan = shop(ALL_ON, "");
    let (_, other) = spelled(&mut scan);
    aged(&mut scan, long_ago(), long_ago());
    give(&mut scan, other, past(vec![period(day(2020, 5), None, "shop/cart.py")]));
    let since = judged(&scan, |flag| flag.since.date());
    assert_eq!(since, Some(jiff::civil::date(2020, 5, 1)));
}

#[test]
fn a_text_that_names_the_other_spelling_leaves_a_doubt() {
    let mut scan = shop(ALL_ON, "");
    let (_, other) = spelled(&mut scan);
    let place = scan.inventory.reads[0].span;
    let what = "a shell script".to_owned();
    scan.inventory.mentions.push(Mention { key: other, span: place, what });
    let blockers = judged(&scan, |flag| flag.blockers.clone());
    assert!(blockers.iter().any(|one| one.is_doubt && one.what == "a shell script names it"));
}

/// A flag that nothing asks for, with another spelling.
fn unread() -> (Scan, KeyId) {
    let mut scan = scanned(
        &Project::of(&[
            ("shop/cart.py", "import os\n\nURL = os.environ[\"CART_URL\"]\n"),
            ("deploy/production.env", "CART_URL=x\nFEATURE_NEW_CART=true\n"),
        ]),
        "",
    );
    let (_, other) = spelled(&mut scan);
    (scan, other)
}

#[test]
fn a_text_that_names_the_other_spelling_keeps_a_flag_alive() {
    let (mut scan, other) = unread();
    assert_eq!(judged(&scan, |flag| flag.stage), Stage::DeadInCode);
    let place = scan.inventory.reads[0].span;
    let what = "a shell script".to_owned();
    scan.inventory.mentions.push(Mention { key: other, span: place, what });
    let graph = keydrift::graph::Graph::build(&scan.inventory);
    let today = jiff::civil::date(2026, 1, 15);
    let flags = keydrift::lifecycle::flags(&graph, &scan.config, today);
    assert!(flags.iter().all(|flag| flag.stage != Stage::DeadInCode));
}

#[test]
fn a_test_that_sets_the_other_spelling_is_told() {
    let mut scan = scanned(&Project::of(&[("shop/cart.py", CODE)]), "");
    let (_, other) = spelled(&mut scan);
    let url = scan.inventory.reads.iter().find(|read: &&Read| !read.flag).expect("a read").span;
    scan.inventory.flag_tests.push(FlagTest { key: other, span: url });
    assert_eq!(judged(&scan, |flag| flag.set_by_tests.len()), 1);
}
