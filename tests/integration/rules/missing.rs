//! Keys that code requires and fallbacks that hide their absence.

use keydrift::model::{Absence, Attribution, Opaque, Role, SourceId, Whom};

use super::world::World;

#[test]
fn a_required_key_that_one_environment_lacks_is_missing() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL", "QUEUE_URL"]);
    world.env("production", "CACHE_URL=a QUEUE_URL=b");
    world.env("staging", "DB_URL=x CACHE_URL=a QUEUE_URL=b");
    world.expect(&["missing-required DB_URL production error/high"]);
    assert_eq!(
        world.messages(),
        ["missing-required: `DB_URL` is required and `production` does not define it \
          [define `DB_URL` in `production`, as `staging` does]"]
    );
}

#[test]
fn a_key_that_no_environment_has_is_missing_with_less_certainty() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL", "API_TOKEN"]);
    world.env("production", "CACHE_URL=a");
    world.env("staging", "CACHE_URL=b");
    world.expect(&[
        "missing-required API_TOKEN production,staging error/low",
        "missing-required DB_URL production,staging error/medium",
    ]);
}

#[test]
fn what_is_required_under_a_condition_in_a_test_or_at_build_time_is_not_surely_missing() {
    let mut world = World::default();
    world.needs(&["CACHE_URL"]).env("production", "CACHE_URL=a");
    world.env("staging", "CACHE_URL=a SMTP_HOST=a IN_TEST=1 AT_BUILD=1 OLD_NAME=1 NEW_NAME=1");
    world.read("SMTP_HOST", |read| read.conditional = true);
    world.read("IN_TEST", |read| read.in_test = true);
    world.read("AT_BUILD", |read| read.at_build = true);
    world.read("HOME", |_| {});
    assert_eq!(
        world.says().iter().filter(|line| line.starts_with("missing")).collect::<Vec<_>>(),
        ["missing-required SMTP_HOST production error/low"]
    );
}

#[test]
fn an_alternative_name_is_enough() {
    let mut world = World::default();
    world.needs(&["CACHE_URL"]);
    let other = world.key("DATABASE_URL");
    world.read("DB_URL", |read| read.alternatives = vec![other]);
    world.env("production", "CACHE_URL=a DATABASE_URL=x");
    world.env("staging", "CACHE_URL=a DB_URL=x");
    assert!(world.says().iter().all(|line| !line.starts_with("missing")), "{:?}", world.says());
}

#[test]
fn an_environment_that_holds_nothing_of_the_component_is_elsewhere() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "UNRELATED=1");
    world.env("staging", "DB_URL=x CACHE_URL=a");
    assert!(world.says().iter().all(|line| !line.starts_with("missing")), "{:?}", world.says());
}

#[test]
fn a_component_that_no_environment_gives_anything_is_configured_elsewhere() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL", "MAIL_URL"]);
    for name in ["ZONE_ID", "UPSTREAM"] {
        world.read(name, |read| read.component = "resolver".to_owned());
    }
    world.env("production", "DB_URL=x CACHE_URL=a MAIL_URL=m");
    world.expect(&[
        "missing-required UPSTREAM production error/low",
        "missing-required ZONE_ID production error/low",
    ]);
    // The twin: one of its keys is there, so the others should be.
    world.env("staging", "DB_URL=x CACHE_URL=a MAIL_URL=m UPSTREAM=u");
    let said = world.says();
    assert!(
        said.iter().any(|one| one == "missing-required UPSTREAM production error/high"),
        "{said:?}"
    );
}

#[test]
fn an_environment_that_holds_a_small_part_is_a_partial_view() {
    let mut world = World::default();
    world.needs(&["A_HOST", "B_HOST", "C_HOST", "D_HOST"]);
    world.env("production", "A_HOST=1");
    world.env("staging", "A_HOST=1 B_HOST=1 C_HOST=1 D_HOST=1");
    world.expect(&[
        "missing-required B_HOST production error/low",
        "missing-required C_HOST production error/low",
        "missing-required D_HOST production error/low",
    ]);
}

#[test]
fn what_cannot_be_seen_is_not_missing() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "CACHE_URL=a");
    world.env("staging", "CACHE_URL=a DB_URL=<pass>");
    world.env("qa", "CACHE_URL=a DB_URL=x");
    let file = world.file("deploy/production.env");
    let span = world.span(file);
    let what = "envFrom of a Secret".to_owned();
    world.inventory.opaque.push(Opaque {
        source: SourceId(0),
        what,
        whom: Whom::All,
        only: Vec::new(),
        span,
    });
    world.expect(&[]);
}

#[test]
fn a_deployment_that_cannot_be_seen_shows_no_need() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "CACHE_URL=a");
    world.env("staging", "CACHE_URL=a");
    let file = world.file("deploy/production.env");
    let span = world.span(file);
    let what = "envFrom of a Secret".to_owned();
    let (whom, only) = (Whom::All, Vec::new());
    world.inventory.opaque.push(Opaque { source: SourceId(0), what, whom, only, span });
    world.expect(&["missing-required DB_URL staging error/medium"]);
    world.env("qa", "CACHE_URL=a DB_URL=x");
    world.expect(&["missing-required DB_URL staging error/high"]);
}

#[test]
fn a_local_environment_fails_no_release() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "CACHE_URL=a DB_URL=x");
    world.env("local", "CACHE_URL=a");
    world.expect(&["missing-required DB_URL local warning/medium"]);
    world.template("DB_URL=x CACHE_URL=y");
    world.expect(&["missing-required DB_URL local warning/low"]);
}

#[test]
fn a_source_of_another_unit_gives_nothing() {
    let mut world = World::default();
    for (component, names) in
        [("services/a", ["DB_URL", "A_NAME"]), ("services/b", ["DB_URL", "B_NAME"])]
    {
        for name in names {
            world.read(name, |read| read.component = component.to_owned());
        }
    }
    let a = world.source("services/a/production.env", "dotenv", Role::Values);
    let b = world.source("services/b/production.env", "dotenv", Role::Values);
    world.fill(a, "DB_URL=x A_NAME=1", None).fill(b, "B_NAME=1", None);
    world.inventory.units = ["services/a", "services/b"].map(|unit| Some(unit.to_owned())).to_vec();
    world.env_of("production", &[a, b]);
    world.expect(&["missing-required DB_URL production error/medium"]);
}

#[test]
fn a_branch_hides_a_url_that_staging_has() {
    let mut world = World::default();
    let file = world.file("app/settings.py");
    let span = world.span(file);
    world.needs(&["DB_URL"]);
    world.read("PRICES_URL", |read| {
        read.absence = Absence::Optional;
        read.fallback = Some(span);
    });
    world.env("production", "DB_URL=a");
    world.env("staging", "DB_URL=b PRICES_URL=https://prices.test");
    world.expect(&["hidden-fallback PRICES_URL production warning/high"]);
}

#[test]
fn a_default_hides_a_number_with_less_certainty() {
    let mut world = World::default();
    world.needs(&["DB_URL"]).falls("HTTP_RETRIES", "3").falls("HTTP_TIMEOUT", "30");
    world.env("production", "DB_URL=a");
    world.env("staging", "DB_URL=b HTTP_RETRIES=5 HTTP_TIMEOUT=30.0");
    world.expect(&[
        "hidden-fallback HTTP_RETRIES production warning/medium",
        "hidden-fallback HTTP_TIMEOUT production warning/low",
    ]);
}

#[test]
fn no_fallback_is_hidden_for_debugging_for_presence_or_by_a_local_environment() {
    let mut world = World::default();
    world
        .needs(&["DB_URL"])
        .falls("LOG_LEVEL", "info")
        .falls("APP_DEBUG", "0")
        .falls("LOCAL_ONLY", "x");
    world.read("SWITCH", |read| read.absence = Absence::Presence);
    world.env("production", "DB_URL=a");
    world.env("staging", "DB_URL=b LOG_LEVEL=debug APP_DEBUG=1 SWITCH=1");
    world.env("local", "DB_URL=b LOCAL_ONLY=1");
    world.expect(&[]);
}

#[test]
fn a_key_that_one_of_many_has_is_the_exception() {
    let mut world = World::default();
    world.needs(&["DB_URL"]).falls("HTTP_RETRIES", "3");
    for name in ["prod-eu", "prod-us", "qa"] {
        world.env(name, "DB_URL=a");
    }
    world.env("staging", "DB_URL=b HTTP_RETRIES=5");
    world.expect(&["hidden-fallback HTTP_RETRIES prod-eu,prod-us,qa warning/low"]);
}

#[test]
fn what_an_image_of_others_gets_says_nothing_of_what_code_here_lacks() {
    let mut world = World::default();
    world.needs(&["DB_URL"]).falls("SEARCH_ENDPOINT", "search:9200");
    world.env("production", "DB_URL=a");
    world.env("staging", "DB_URL=b SEARCH_ENDPOINT=search.test:443");
    world.expect(&["hidden-fallback SEARCH_ENDPOINT production warning/high"]);
    let last = world.inventory.definitions.last_mut().expect("what staging gives");
    last.attribution = Attribution::Image("sigv4-proxy".to_owned());
    world.expect(&[]);
}
