//! Days on which flags were to go: how sure it is that they should have gone.

use keydrift::model::{FlagDates, FlagKind, Key, Namespace};

use super::world::World;

fn past() -> FlagDates {
    FlagDates { expires: Some(jiff::civil::date(2025, 6, 1)), ..FlagDates::default() }
}

#[test]
fn a_day_of_a_flag_that_stays_is_less_sure() {
    let said = |kind| {
        let mut world = World::default();
        world.switch("FEATURE_RYE", |_| {});
        world.env("production", "FEATURE_RYE=true");
        let key = world.key("FEATURE_RYE");
        world.note(key, kind, past());
        world.of_rule("expired-flag")
    };
    assert_eq!(said(None), ["FEATURE_RYE production warning/high"]);
    assert_eq!(said(Some(FlagKind::Release)), ["FEATURE_RYE production warning/high"]);
    assert_eq!(said(Some(FlagKind::KillSwitch)), ["FEATURE_RYE production warning/medium"]);
}

#[test]
fn a_day_of_which_only_the_comment_is_left_is_less_sure() {
    let mut world = World::default();
    let (name, namespace) = ("new-till".to_owned(), Namespace::Flag);
    let key = world.inventory.intern(Key { name, namespace });
    world.note(key, Some(FlagKind::Release), past());
    assert_eq!(world.of_rule("expired-flag"), ["new-till  warning/medium"]);
}
