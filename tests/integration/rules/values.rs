//! Values against types, drift, shadows, defaults that disagree.

use keydrift::model::inventory::SameKey;
use keydrift::model::{Absence, Confidence, Role, ValueType, When};

use super::world::World;

#[test]
fn values_are_held_against_what_the_code_parses() {
    let mut world = World::default();
    let words = |words: &[&str]| ValueType::Bool(words.iter().map(|w| (*w).to_owned()).collect());
    world.read("TIMEOUT", |read| read.expects = ValueType::Int);
    world.read("POOL_SIZE", |read| read.expects = ValueType::Int);
    world.read("CART_ON", |read| read.expects = words(&["true"]));
    world.read("STRICT", |read| read.expects = words(&["true", "false"]));
    world.read("SEARCH", |read| read.expects = words(&["true"]));
    world.read("SITE", |read| read.expects = ValueType::Url);
    world.read("EMPTY", |read| read.expects = ValueType::Int);
    world.read("LATER", |read| read.expects = ValueType::Int);
    world.read("BLANK", |read| {
        read.expects = ValueType::Int;
        read.empty_is_absent = true;
        read.absence = Absence::Optional;
    });
    world.env(
        "production",
        "TIMEOUT=60s POOL_SIZE=1_0 CART_ON=off STRICT=maybe SEARCH=1 SITE=https://a.test EMPTY= LATER=<placeholder> BLANK=",
    );
    world.expect(&[
        "type-mismatch EMPTY production error/high",
        "type-mismatch SEARCH production error/medium",
        "type-mismatch STRICT production error/high",
        "type-mismatch TIMEOUT production error/high",
    ]);
}

#[test]
fn a_value_that_is_dropped_for_another_fails_nothing() {
    let mut world = World::default();
    for name in ["TIMEOUT", "EMPTY", "RETRIES"] {
        world.read(name, |read| {
            read.expects = ValueType::Int;
            read.bad_value_falls_back = true;
        });
    }
    world.read("RETRIES", |read| read.expects = ValueType::Int);
    world.env("production", "TIMEOUT=60s EMPTY= RETRIES=3x");
    world.expect(&[
        "type-mismatch RETRIES production error/high",
        "type-mismatch TIMEOUT production warning/medium",
    ]);
}

#[test]
fn regions_that_grew_apart_drift() {
    let mut world = World::default();
    world.needs(&["DB_URL", "DB_POOL_SIZE", "REPLICAS", "DB_PASSWORD", "LABEL"]);
    let same = |pool, region: &str| {
        format!(
            "DB_URL=postgres://{region} DB_POOL_SIZE={pool} REPLICAS={pool} DB_PASSWORD={region} LABEL=shop-{region}"
        )
    };
    for (name, pool) in [("prod-eu", 5), ("prod-us", 20)] {
        let text = same(pool, name);
        let id = world.env(name, &text);
        world.inventory.environments[id.index()].group = Some("prod".to_owned());
    }
    world.expect(&[
        "value-drift DB_POOL_SIZE prod-eu,prod-us warning/high",
        "value-drift REPLICAS prod-eu,prod-us warning/high",
    ]);
}

#[test]
fn stages_drift_in_operational_keys_only() {
    let mut world = World::default();
    world.needs(&["HTTP_TIMEOUT", "WORKERS", "LOG_LEVEL", "API_HOST", "GREETING"]);
    world.env("production", "HTTP_TIMEOUT=60 WORKERS=8 LOG_LEVEL=info API_HOST=a GREETING=hello");
    world.env("staging", "HTTP_TIMEOUT=10 WORKERS=1 LOG_LEVEL=debug API_HOST=b GREETING=hi");
    world.expect(&["value-drift HTTP_TIMEOUT production,staging warning/medium"]);
    world.env("qa", "HTTP_TIMEOUT=10.0 WORKERS=1 LOG_LEVEL=debug API_HOST=b GREETING=hi");
    world.expect(
        &["value-drift HTTP_TIMEOUT production,qa,staging warning/medium"]
            .map(|line| line.replace("production,qa,staging", "production,staging,qa"))
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
    );
    for glob in ["HTTP_*", "{HTTP,SMTP}_TIMEOUT", "HTTP?TIMEOUT"] {
        world.config.expected_differences = vec![glob.to_owned()];
        world.expect(&[]);
    }
}

#[test]
fn secrets_drift_without_being_shown() {
    let mut world = World::default();
    world.needs(&["MAX_ITEMS"]);
    for (name, value) in [("prod-eu", "<secret>"), ("prod-us", "<other>")] {
        let id = world.env(name, &format!("MAX_ITEMS={value}"));
        world.inventory.environments[id.index()].group = Some("prod".to_owned());
    }
    assert!(
        world.messages()[0].contains("[redacted] A in `prod-eu` but [redacted] B in `prod-us`")
            || world.messages()[0].contains("[redacted] A in `prod-us`"),
        "{:?}",
        world.messages()
    );
}

#[test]
fn one_file_that_says_two_things_shadows_itself() {
    let mut world = World::default();
    world.needs(&["A_NAME", "B_NAME"]);
    let base = world.source(".env", "dotenv", Role::Values);
    let own = world.source(".env.production", "dotenv", Role::Values);
    let compose = world.source("compose.production.yml", "compose", Role::Values);
    world.fill(base, "A_NAME=1 B_NAME=1", None).fill(own, "A_NAME=2 A_NAME=3 B_NAME=3", None);
    world.fill(compose, "B_NAME=4", None);
    let id = world.env_of("production", &[base, own, compose]);
    world.inventory.environments[id.index()].layers[0].is_base = true;
    world.expect(&[
        "shadowed-value A_NAME production note/high",
        "shadowed-value B_NAME production note/low",
    ]);
}

#[test]
fn two_spellings_are_one_key() {
    let mut world = World::default();
    world.needs(&["DB_POOL"]);
    let (one, other) = (world.key("DB_POOL"), world.key("db.pool"));
    world.env("production", "DB_POOL=5 db.pool=9");
    let (confidence, reason) = (Confidence::High, "config-rs".to_owned());
    world.inventory.spellings.push(SameKey { one, other, confidence, reason });
    world.expect(&["shadowed-value DB_POOL production note/medium"]);
}

#[test]
fn a_variable_over_a_setting_that_all_share_is_what_it_is_for() {
    let mut world = World::default();
    world.needs(&["DB_POOL"]);
    let (one, other) = (world.key("DB_POOL"), world.key("db.pool"));
    let shared = world.source("config/default.json", "json", Role::Values);
    let own = world.source("chart/values.yaml", "helm-values", Role::Values);
    world.fill(shared, "db.pool=9", None).fill(own, "DB_POOL=5", None);
    let id = world.env_of("default", &[shared, own]);
    for layer in &mut world.inventory.environments[id.index()].layers {
        layer.is_base = true;
    }
    let (confidence, reason) = (Confidence::High, "node-config".to_owned());
    world.inventory.spellings.push(SameKey { one, other, confidence, reason });
    world.expect(&[]);
}

#[test]
fn a_template_of_another_program_says_little() {
    let said = |listed: &str, dead: &[&str]| {
        let mut world = World::default();
        world.needs(&["LDAP_HOST", "LDAP_PORT"]).template(listed);
        world.expect(dead);
    };
    said(
        "LDAP_HOST= LDAP_PORT= LDAP_METHOD=plain LDAP_UID=uid",
        &["dead-key LDAP_METHOD  warning/medium", "dead-key LDAP_UID  warning/medium"],
    );
    said(
        "LDAP_HOST= LDAP_PORT= LDAP_METHOD=plain LDAP_UID=uid LDAP_MAIL=mail",
        &[
            "dead-key LDAP_MAIL  warning/low",
            "dead-key LDAP_METHOD  warning/low",
            "dead-key LDAP_UID  warning/low",
        ],
    );
}

#[test]
fn defaults_conflict_inside_one_component() {
    let mut world = World::default();
    world.falls("TIMEOUT", "30").falls("TIMEOUT", "60").falls("PORT", "80").falls("PORT", "'80'");
    world.falls("ADDR", "a");
    world.falls("ADDR", "b").inventory.reads.last_mut().unwrap().component = "other".to_owned();
    world.expect(&["conflicting-default TIMEOUT  warning/high"]);
    world.env("production", "TIMEOUT=5");
    world.expect(&["conflicting-default TIMEOUT  warning/low"]);
}

#[test]
fn modules_of_modes_never_meet() {
    let mut world = World::default();
    for (file, level) in
        [("config/local_development.py", "debug"), ("config/unit_testing.py", "warning")]
    {
        let file = world.file(file);
        let read = world.falls("LOG_LEVEL", level).inventory.reads.last_mut().unwrap();
        (read.span.file, read.when, read.of_mode) = (file, When::Start, true);
    }
    world.expect(&[]);
    world.inventory.reads[0].of_mode = false;
    world.expect(&["conflicting-default LOG_LEVEL  warning/high"]);
    world.inventory.reads[0].lays_over = true;
    world.expect(&[]);
}

#[test]
fn a_word_in_two_cases_and_a_remark_beside_a_number_are_hardly_a_conflict() {
    let mut world = World::default();
    world.falls("FORMAT", "json").falls("FORMAT", "JSON");
    world.falls("THREADS", "0").falls("THREADS", "left to the library");
    world.falls("WORKERS", "2").falls("WORKERS", "4");
    world.expect(&[
        "conflicting-default FORMAT  warning/low",
        "conflicting-default THREADS  warning/low",
        "conflicting-default WORKERS  warning/high",
    ]);
}

#[test]
fn what_is_named_for_development_is_no_override_in_production() {
    let mut world = World::default();
    world.needs(&["environments.development.log_level", "server.log_level"]);
    world.env("production", "environments.development.log_level=DEBUG server.log_level=DEBUG");
    world.expect(&["lingering-override server.log_level production warning/high"]);
}
