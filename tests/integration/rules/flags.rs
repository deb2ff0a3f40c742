//! Names that mean two things, and keys that go with a flag: what the rules say of small worlds, and of their twins.

use keydrift::lifecycle::Stage;
use keydrift::model::{
    Branch, Chronicle, Confidence, DefinitionId, FlagDates, FlagKind, FlagNote, IdleField, KeyId,
    KeyPast, Moment, Period, Read, ReadId, ValuePast, ValueType,
};
use keydrift::text::{Span, TextRange};

use super::world::World;

impl World {
    /// Code that asks for a switch, which is off without a value.
    pub(super) fn switch(&mut self, name: &str, change: impl FnOnce(&mut Read)) -> &mut Self {
        self.falls(name, "false");
        let read = self.inventory.reads.last_mut().expect("a read");
        read.flag = true;
        read.expects = ValueType::Bool(["true", "false"].map(str::to_owned).to_vec());
        change(read);
        self
    }

    /// A comment that says something of a flag.
    pub(super) fn note(&mut self, key: KeyId, kind: Option<FlagKind>, dates: FlagDates) {
        let file = self.file("app/settings.py");
        let span = self.span(file);
        let (expires_at, is_permanent, owner) = (None, false, None);
        let note = FlagNote { key, span, expires_at, kind, is_permanent, dates, owner };
        self.inventory.flag_notes.push(note);
    }

    /// Gives all values a past that begins and ends on a day, and makes room for that of keys.
    fn kept_since(&mut self, date: jiff::civil::Date) -> &mut Chronicle {
        let (first, last) = (moment(date), moment(date));
        let value = ValuePast { changes: 0, is_older: false, first, last };
        let all = (0..self.inventory.definitions.len()).map(DefinitionId::at);
        let values = all.map(|id| (id, value.clone())).collect();
        self.inventory.chronicle.insert(Chronicle { values, ..Chronicle::default() })
    }

    /// What one rule says.
    pub(super) fn of_rule(&self, rule: &str) -> Vec<String> {
        let all = self.says().into_iter();
        all.filter_map(|line| Some(line.strip_prefix(rule)?.trim().to_owned())).collect()
    }
}

fn moment(date: jiff::civil::Date) -> Moment {
    let time = date.to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp().as_second();
    let (commit, author) = ("0123abc".to_owned(), "Ada".to_owned());
    Moment { time, date, commit, author, merge: None }
}

fn day(year: i16, month: i8, day: i8) -> jiff::civil::Date {
    jiff::civil::date(year, month, day)
}

fn period(from: jiff::civil::Date, until: Option<jiff::civil::Date>, path: &str) -> Period {
    let paths = vec![path.to_owned()];
    Period { from: moment(from), is_older: false, until: until.map(moment), paths }
}

/// What is said of a flag that was given up on a day and is back since June 2025.
fn back_after(gone: jiff::civil::Date) -> Vec<String> {
    let mut world = World::default();
    world.switch("FEATURE_RYE", |_| {});
    world.env("production", "FEATURE_RYE=true");
    let key = world.key("FEATURE_RYE");
    let before = period(day(2023, 1, 1), Some(gone), "app/old.py");
    let in_code = vec![before, period(day(2025, 6, 1), None, "app/settings.py")];
    let past = KeyPast { in_code, ..KeyPast::default() };
    world.kept_since(day(2023, 1, 1)).keys.insert(key, past);
    world.of_rule("reused-name")
}

#[test]
fn a_switch_that_was_gone_for_a_season_means_another_thing_for_certain() {
    assert_eq!(back_after(day(2025, 2, 1)), ["FEATURE_RYE production error/high"]);
    assert_eq!(back_after(day(2025, 4, 1)), ["FEATURE_RYE production error/medium"]);
    assert!(back_after(day(2025, 5, 20)).is_empty());
}

#[test]
fn a_value_that_developers_have_too_is_told_of_the_others() {
    let mut world = World::default();
    world.switch("FEATURE_RYE", |_| {});
    let production = world.env("production", "FEATURE_RYE=true");
    let shared = world.inventory.environment(production).layers[0].source;
    world.env_of("local", &[shared]);
    let key = world.key("FEATURE_RYE");
    let before = period(day(2023, 1, 1), Some(day(2024, 1, 1)), "app/old.py");
    let in_code = vec![before, period(day(2025, 6, 1), None, "app/settings.py")];
    let past = KeyPast { in_code, ..KeyPast::default() };
    world.kept_since(day(2023, 1, 1)).keys.insert(key, past);
    assert_eq!(world.of_rule("reused-name"), ["FEATURE_RYE production error/high"]);
}

/// What is said of a flag that two services ask for, the second two years later.
fn shared(name: &str, change: impl FnOnce(&mut World, KeyId)) -> Vec<String> {
    let mut world = World::default();
    for component in ["kiosk", "tower"] {
        world.switch(name, |read| component.clone_into(&mut read.component));
    }
    world.env("production", &format!("{name}=true"));
    let key = world.key(name);
    let since = |date, path: &str| vec![period(date, None, path)];
    let in_components = [
        ("kiosk".to_owned(), since(day(2023, 1, 1), "kiosk/a.py")),
        ("tower".to_owned(), since(day(2025, 1, 1), "tower/b.py")),
    ];
    let past = KeyPast { in_components: in_components.into(), ..KeyPast::default() };
    world.kept_since(day(2023, 1, 1)).keys.insert(key, past);
    change(&mut world, key);
    world.of_rule("reused-name")
}

#[test]
fn what_two_strangers_share_on_purpose_is_told_from_a_name_that_both_took() {
    assert_eq!(shared("FEATURE_LANE", |_, _| {}), ["FEATURE_LANE production error/low"]);
    let stays = |world: &mut World, key| {
        world.note(key, Some(FlagKind::KillSwitch), FlagDates::default());
    };
    assert!(shared("FEATURE_LANE", stays).is_empty(), "a kill switch is for all");
    assert!(shared("FEATURE_DEBUG_LANE", |_, _| {}).is_empty(), "debugging is for all");
    assert!(shared("LANE_OPEN", |_, _| {}).is_empty(), "it is no flag by its name");
    let vague = |world: &mut World, key| {
        let chronicle = world.inventory.chronicle.as_mut().expect("a past");
        chronicle.keys.get_mut(&key).expect("its past").is_vague = true;
    };
    assert!(shared("FEATURE_LANE", vague).is_empty(), "the word is used for other things");
}

/// What is said of a key that is read as a URL and as a number, where the second read is changed.
fn two_types(change: impl FnOnce(&mut Read)) -> Vec<String> {
    let mut world = World::default();
    world.read("SHOP_GATE", |read| read.expects = ValueType::Url);
    world.read("SHOP_GATE", |read| {
        read.expects = ValueType::Int;
        change(read);
    });
    world.env("production", "SHOP_GATE=5");
    world.of_rule("reused-name")
}

#[test]
fn a_read_that_takes_any_text_or_says_another_again_has_no_type_of_its_own() {
    assert_eq!(two_types(|_| {}), ["SHOP_GATE  error/medium"]);
    assert!(two_types(|read| read.bad_value_falls_back = true).is_empty());
    assert!(two_types(|read| read.limits.any_text_parses = true).is_empty());
    assert!(two_types(|read| read.is_echo = true).is_empty());
    assert!(two_types(|read| read.confidence = Confidence::Low).is_empty());
}

/// A settled flag, and a key that only the branch that loses asks for.
fn behind(name: &str) -> Vec<String> {
    let mut world = World::default();
    world.switch(name, |_| {}).needs(&["OLD_OVEN_URL"]);
    let values = format!("{name}=true OLD_OVEN_URL=http://oven");
    world.env("production", &values);
    world.env("staging", &values);
    let (flag, old) = (world.inventory.reads[0].span, world.inventory.reads[1].span);
    let whole = TextRange::new(flag.range.start as usize, old.range.end as usize);
    let (span, off) = (Span::new(flag.file, whole), Some(old));
    let (read, equals, on) = (ReadId::at(0), Vec::new(), None);
    world.inventory.branches.push(Branch {
        read,
        span,
        equals,
        on,
        off,
        is_vain: false,
        through: Vec::new(),
    });
    let key = world.key(name);
    let in_code = vec![period(day(2023, 1, 1), None, "app/settings.py")];
    let past = KeyPast { in_code, ..KeyPast::default() };
    world.kept_since(day(2023, 1, 1)).keys.insert(key, past);
    world.of_rule("dead-branch-read")
}

#[test]
fn what_stands_behind_a_switch_that_nobody_calls_a_flag_goes_with_a_doubt() {
    let surer = ["OLD_OVEN_URL production,staging note/medium"];
    assert_eq!(behind("FEATURE_RYE"), surer);
    assert_eq!(behind("ENABLE_RYE"), ["OLD_OVEN_URL production,staging note/low"]);
}

#[test]
fn a_flag_that_the_code_alone_sets_somewhere_loses_no_branch_that_compares() {
    let mut world = World::default();
    world.switch("FEATURE_RYE", |read| {
        read.default.as_mut().expect("a default").text = Some("no".to_owned());
        read.expects = ValueType::Bool(["yes", "no", "on", "off"].map(str::to_owned).to_vec());
    });
    world.needs(&["OVEN_URL"]);
    world.env("production", "OVEN_URL=a");
    world.env("staging", "OVEN_URL=b FEATURE_RYE=off");
    let span = world.inventory.reads[0].span;
    let (read, equals) = (ReadId::at(0), vec!["no".to_owned()]);
    world.inventory.branches.push(Branch {
        read,
        span,
        equals,
        on: Some(span),
        off: None,
        is_vain: false,
        through: Vec::new(),
    });
    let graph = keydrift::graph::Graph::build(&world.inventory);
    let flags = keydrift::lifecycle::flags(&graph, &world.config, day(2026, 1, 1));
    assert!(flags[0].unity.is_one(), "{:?}", flags[0].unity);
    assert!(flags[0].leaves.branches.is_empty(), "production takes the branch");
}

#[test]
fn a_field_that_nothing_uses_and_nobody_sets_is_no_dead_flag() {
    let stage = |values: &str| {
        let mut world = World::default();
        world.switch("FEATURE_RYE", |_| {}).needs(&["OVEN_URL"]);
        world.env("production", values);
        let declared = world.inventory.reads[0].span;
        let (name, field) = ("Settings.rye".to_owned(), "rye".to_owned());
        let confidence = Confidence::High;
        let idle = IdleField { name, field, declared, tested: None, confidence };
        world.inventory.idle.push(idle);
        let graph = keydrift::graph::Graph::build(&world.inventory);
        keydrift::lifecycle::flags(&graph, &world.config, day(2026, 1, 1))[0].stage
    };
    assert_eq!(stage("OVEN_URL=a FEATURE_RYE=true"), Stage::DeadInCode);
    assert_eq!(stage("OVEN_URL=a"), Stage::Introduced);
}
