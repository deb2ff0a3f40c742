//! The stories of `fixtures/lifecycle`: flags with a past in git, what `flags` says of each and what `check` finds.
//!
//! `<story>.expected` has one line for each flag (its stage and what to do with it) and one for each finding about flags.
//! `UPDATE_EXPECT=1` rewrites them; the diff is for reading.

mod given;
mod said;

use serde_json::Value;

use said::{DAY, findings, flags, list};

use crate::support::{History, Replayed, repository};

#[test]
fn flags_that_outlived_their_features_are_told_from_their_healthy_twins() {
    tells("outlived");
}

#[test]
fn a_list_of_flags_for_each_environment_is_one_source_each() {
    tells("lists");
}

#[test]
fn a_setting_that_hands_on_a_variable_is_one_flag_with_it() {
    tells("through-settings");
}

#[test]
fn a_copy_of_one_environment_says_nothing_of_the_others() {
    tells("one-copy");
}

#[test]
fn what_goes_with_a_flag_is_told_from_what_stays() {
    tells("losing-branch");
    tells("shared-settings");
    tells("broken-lines");
}

#[test]
fn settings_go_but_those_that_their_module_uses_itself() {
    tells("settings-that-go");
}

#[test]
fn classes_and_private_functions_go_with_the_branch_that_alone_uses_them() {
    tells("classes-that-go");
}

#[test]
fn what_goes_either_way_is_told_where_nobody_sees_what_a_flag_comes_to() {
    tells("either");
}

#[test]
fn what_runs_by_entries_of_a_mapping_of_settings_goes_with_the_flag() {
    tells("mapping");
}

#[test]
fn a_class_of_settings_says_what_its_environment_has() {
    tells("classes");
    tells("class-dictionaries");
    tells("class-strangers");
}

#[test]
fn a_copy_that_developers_start_with_settles_nothing() {
    tells("bootstrapped");
}

#[test]
fn one_flag_of_two_strangers_is_told_from_one_that_they_share() {
    tells("strangers");
}

#[test]
fn one_name_at_two_providers_is_two_flags() {
    tells("two-providers");
}

#[test]
fn half_a_cleanup_leaves_a_dead_flag() {
    tells("half-a-cleanup");
}

#[test]
fn a_name_that_came_back_is_told_from_one_that_moved() {
    tells("came-back");
}

#[test]
fn a_day_that_was_put_off_is_told_from_one_that_stands() {
    tells("put-off");
}

#[test]
fn settings_that_stay_are_told_from_flags() {
    tells("settings-that-stay");
}

#[test]
fn files_in_place_of_a_service_settle_nothing() {
    tells("stand-ins");
}

#[test]
fn flags_of_pages_have_days_like_those_of_code() {
    tells("pages");
}

#[test]
fn a_field_that_nothing_uses_settles_no_flag() {
    tells("loaded");
}

#[test]
fn every_place_is_listed_in_the_order_in_which_a_flag_is_taken_out() {
    let (places, help) = taken_out("loaded");
    let code = ["shop/config.py:7", "shop/bake.py:7", "shop/bake.py:9"];
    let values = ["deploy/production.env:3", "deploy/staging.env:3"];
    assert_eq!(places, [&code[..], &values[..]].concat());
    assert_eq!(
        help,
        "take the check out of the code (2 places) with the branch that never runs, deploy, then take \
         `FEATURE_RYE` out of `production` and `staging` (2 definitions)"
    );
}

#[test]
fn places_that_lose_and_places_that_only_list_a_flag_are_listed_too() {
    tells("every-place");
    let (places, help) = taken_out("every-place");
    let code = ["shop/cart.py:21", "shop/cart.py:23", "shop/cart.py:8", "shop/cart.py:16"];
    let wins = ["deploy/chart/templates/deployment.yaml:11"];
    let environments = ["deploy/production.env:1", "deploy/staging.env:1"];
    let loses = ["Dockerfile:3", "compose.yaml:5"];
    let chart = ["values-production.yaml:2", "values-staging.yaml:2", "values.yaml:2"];
    let chart = chart.map(|name| format!("deploy/chart/{name}"));
    let mut expected: Vec<String> = code.map(str::to_owned).to_vec();
    expected.push("tests/test_cart.py:5".to_owned());
    expected.extend(wins.iter().chain(&environments).chain(&loses).map(|one| (*one).to_owned()));
    expected.extend(chart);
    expected.push(".env.example:1".to_owned());
    assert_eq!(places, expected);
    assert!(help.ends_with(
        "deploy, then take `FEATURE_NEW_CART` out of `local`, `production` and `staging` (5 definitions, and 4 \
         other places where it stands), `LEGACY_PRICE_URL` goes with it"
    ));
}

/// The places and the help of what `settled-flag` finds first in a story.
fn taken_out(story: &str) -> (Vec<String>, String) {
    let replayed = replayed(story);
    let arguments = [&["check", "--format", "json", "--rule", "settled-flag"], &DAY[..]].concat();
    let json = replayed.project.run(&arguments).json();
    let finding = &list(&json["findings"])[0];
    let place = |at: &Value| format!("{}:{}", at["path"].as_str().unwrap_or_default(), at["line"]);
    let places = list(&finding["locations"]).iter().map(place).collect();
    (places, finding["help"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn what_fills_a_new_database_tells_little() {
    tells("seeds");
}

#[test]
fn what_turns_something_off_and_nobody_sets_stays() {
    tells("brakes");
}

#[test]
fn what_is_handed_a_flag_decides_where_nothing_else_calls_it() {
    tells("handed-on");
}

#[test]
fn flags_that_stay_are_told_from_settled_ones() {
    tells("twins");
}

#[test]
fn names_that_are_back_and_harm_nobody_are_told_from_one_that_does() {
    tells("names");
}

#[test]
fn one_environment_is_not_everywhere() {
    tells("one-environment");
}

#[test]
fn what_others_say_of_a_flag_counts() {
    tells("told");
}

#[test]
fn what_a_provider_was_asked_for_lately_is_asked_for_by_something() {
    tells("telemetry");
}

#[test]
fn a_secret_that_is_not_seen_gives_no_flag() {
    tells("unseen");
}

#[test]
fn what_a_database_may_hold_is_not_lacking() {
    tells("kept-elsewhere");
}

#[test]
fn what_takes_all_flags_together_keeps_none_alive() {
    tells("together");
}

#[test]
fn flags_beside_code_that_asks_for_none_are_for_others() {
    tells("unasked");
}

#[test]
fn annotations_tell_the_day_in_the_words_of_today_and_of_old() {
    tells("annotated");
}

#[test]
fn what_pages_run_by_names_that_views_give_them_goes_with_the_flag() {
    tells("contexts");
}

#[test]
fn a_name_of_settings_has_the_value_that_it_is_given_last() {
    tells("given-again");
}

#[test]
fn objects_that_settings_keep_are_asked_for_their_flags() {
    tells("kept-objects");
}

#[test]
fn what_runs_by_an_entry_of_a_dictionary_goes_with_its_variable() {
    tells("entries");
}

#[test]
fn a_value_left_where_the_code_asked_before_is_told_of() {
    tells("left-behind");
}

#[test]
fn a_switch_by_which_nothing_is_done_can_go() {
    tells("vain");
}

#[test]
fn every_story_is_told() {
    let folder = repository().join("fixtures/lifecycle");
    let mut stories: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .filter_map(|one| one.expect("an entry").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    stories.sort();
    assert_eq!(
        stories,
        [
            "annotated",
            "bootstrapped",
            "brakes",
            "broken-lines",
            "came-back",
            "class-dictionaries",
            "class-strangers",
            "classes",
            "classes-that-go",
            "contexts",
            "either",
            "entries",
            "every-place",
            "given-again",
            "half-a-cleanup",
            "handed-on",
            "kept-elsewhere",
            "kept-objects",
            "left-behind",
            "lists",
            "loaded",
            "losing-branch",
            "mapping",
            "names",
            "one-copy",
            "one-environment",
            "outlived",
            "pages",
            "processes",
            "put-off",
            "seeds",
            "set-by-tests",
            "settings-that-go",
            "settings-that-stay",
            "shared-settings",
            "stand-ins",
            "strangers",
            "telemetry",
            "through-settings",
            "together",
            "told",
            "twins",
            "two-providers",
            "unasked",
            "unseen",
            "vain",
            "workloads"
        ]
    );
}

fn replayed(story: &str) -> Replayed {
    let path = repository().join(format!("fixtures/lifecycle/{story}.yaml"));
    let bytes = std::fs::read(path).expect("a file");
    History::of_text(&String::from_utf8(bytes).expect("it is text")).replay()
}

fn tells(story: &str) {
    let folder = repository().join("fixtures/lifecycle");
    let read = |name: String| {
        let bytes = std::fs::read(folder.join(&name)).unwrap_or_default();
        String::from_utf8(bytes).expect("it is text")
    };
    let replayed = replayed(story);
    let mut found = flags(&replayed.project);
    let findings = findings(&replayed.project);
    agree(&found, &findings);
    found.extend(findings);
    let found = found.join("\n") + "\n";
    let update = std::env::vars_os().any(|(name, value)| name == "UPDATE_EXPECT" && value == "1");
    if update {
        std::fs::write(folder.join(format!("{story}.expected")), found).expect("a file");
        return;
    }
    assert_eq!(found, read(format!("{story}.expected")), "{story}");
}

/// What `flags` says can go, `check` finds; what is settled or dead to one is so to the other.
fn agree(flags: &[String], findings: &[String]) {
    let words = |line: &str| line.split("  ").take(3).map(str::to_owned).collect::<Vec<_>>();
    let found: Vec<_> = findings.iter().map(|line| words(line)).collect();
    for line in flags {
        let [key, stage, verdict] = &words(line)[..] else { panic!("{line}") };
        let is_found = found.iter().any(|one| one[1] == *key && one[0] != "dead-branch-read");
        let stages = ["dead-in-code", "dead-in-config", "settled"];
        let tells = verdict == "remove" || stages.contains(&stage.as_str());
        assert!(is_found || !tells, "only `flags` says it: {line}");
    }
}
