//! Names that slip, and templates as contracts.

use super::world::World;

#[test]
fn a_slip_is_one_finding_beside_the_missing_key() {
    let mut world = World::default();
    world.needs(&["DATABASE_URL", "CACHE_HOST", "READ_TIMEOUT"]);
    world.env("production", "DATABSE_URL=a CACHE_HOST=b READ_TIMEOUT=1");
    world.env("staging", "DATABASE_URL=a CACHE_HOST=b READ_TIMEOUT=1");
    world.expect(&[
        "missing-required DATABASE_URL production error/high",
        "near-miss-name DATABASE_URL production warning/high",
    ]);
}

#[test]
fn families_of_names_are_no_slips() {
    let mut world = World::default();
    world.needs(&["CACHE_HOST"]).falls("DB_HOST", "x").falls("S3_KEY1", "x").falls("MIN_AGE", "1");
    world.env("production", "CACHE_HOST=1 DB_PORT=1 S3_KEY2=1 MAX_AGE=2");
    assert!(world.says().iter().all(|line| !line.starts_with("near")), "{:?}", world.says());
}

#[test]
fn case_and_separators_slip_surely() {
    let mut world = World::default();
    world.needs(&["CACHE_HOST"]).falls("LOGLEVEL", "info");
    world.env("production", "CACHE_HOST=1 LOG_LEVEL=info");
    world.expect(&["near-miss-name LOGLEVEL production warning/high"]);
}

#[test]
fn a_contract_is_held_against_the_code() {
    let mut world = World::default();
    world
        .needs(&["A_NAME", "B_NAME", "C_NAME"])
        .falls("D_NAME", "x")
        .template("A_NAME= B_NAME= #D_NAME=");
    world.needs(&["HOME"]);
    world.expect(&["undeclared-key C_NAME  note/high"]);
}

#[test]
fn who_copies_a_template_does_not_deploy() {
    let mut world = World::default();
    world.needs(&["A_NAME", "B_NAME"]).template("A_NAME= B_NAME=");
    world.read("C_NAME", |read| read.of_deployment = true);
    world.expect(&["undeclared-key C_NAME  note/low"]);
}

#[test]
fn a_template_that_lists_a_part_of_a_section_lists_the_section() {
    let mut world = World::default();
    world.needs(&["server.host", "server.port", "store.vault", "store.kms"]);
    world.template("server.host= server.port= store.vault.url=");
    let undeclared = |line: &String| line.starts_with("undeclared");
    let told: Vec<String> = world.says().into_iter().filter(undeclared).collect();
    assert_eq!(told, ["undeclared-key store.kms  note/high"]);
}

#[test]
fn a_template_that_lists_little_is_no_contract() {
    let mut world = World::default();
    world.needs(&["A_NAME", "B_NAME", "C_NAME", "D_NAME"]).template("A_NAME=");
    world.expect(&[]);
}

#[test]
fn a_template_that_knows_one_of_two_names_may_be_that_of_another_program() {
    let mut world = World::default();
    world.needs(&["RUST_LOG", "AGENT_KEY"]).template("RUST_LOG=");
    world.expect(&["undeclared-key AGENT_KEY  note/low"]);
}
