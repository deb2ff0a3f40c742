//! Debugging in production, the policy, and references that nothing answers.

use keydrift::config::RulePolicy;
use keydrift::model::{Severity, Value};
use keydrift::text::TextRange;

use super::world::World;

#[test]
fn debugging_stayed_in_production() {
    let mut world = World::default();
    world.needs(&["LOG_LEVEL", "DEBUG", "LOG_REQUEST_BODIES", "DISABLE_DEBUG"]);
    for name in ["production", "staging", "preprod"] {
        world.env(name, "LOG_LEVEL=DEBUG DEBUG=True LOG_REQUEST_BODIES=1 DISABLE_DEBUG=1");
    }
    world.expect(&[
        "lingering-override DEBUG production warning/high",
        "lingering-override LOG_LEVEL production warning/high",
        "lingering-override LOG_REQUEST_BODIES production warning/high",
    ]);
}

#[test]
fn the_policy_has_the_last_word() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1 OLD_NAME=1");
    let severity = Some(Severity::Error);
    let ignore = vec!["*_NAME".to_owned()];
    world.config.rules.insert("dead-key".to_owned(), RulePolicy { off: false, severity, ignore });
    world.expect(&["dead-key OLD_CACHE production error/high"]);
    world.config.rules.get_mut("dead-key").unwrap().off = true;
    world.expect(&[]);
}

#[test]
fn a_dotenv_file_may_hand_on_what_a_builder_has() {
    let mut world = World::default();
    world.needs(&["VITE_API_URL"]);
    world.env("production", "VITE_API_URL=x");
    world.key("API_URL");
    let range = TextRange::new(500, 508);
    let on_unset = keydrift::model::OnUnset::Empty;
    let need = keydrift::model::Interpolation { name: "API_URL".to_owned(), on_unset, range };
    let text = "x".to_owned();
    world.inventory.definitions[0].value = Value::Reference { text, needs: vec![need] };
    world.expect(&["unresolved-reference API_URL production warning/low"]);
}

#[test]
fn a_name_in_braces_that_nothing_gives_is_unresolved() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "DB_URL=x CACHE_URL=y");
    world.env("staging", "DB_URL=x CACHE_URL=y DB_HOST=z");
    for name in ["NOWHERE_NAME", "LISTED_NAME", "HOME", "DB_HOST"] {
        world.key(name);
    }
    world.template("LISTED_NAME=");
    let range = TextRange::new(500, 508);
    let need = |name: &str| keydrift::model::Interpolation {
        name: name.to_owned(),
        on_unset: keydrift::model::OnUnset::Fail,
        range,
    };
    let needs = ["NOWHERE_NAME", "LISTED_NAME", "HOME", "DB_HOST"].map(need).to_vec();
    world.inventory.definitions[0].value = Value::Reference { text: "x".to_owned(), needs };
    let says = world.says();
    let unresolved: Vec<_> = says.iter().filter(|line| line.starts_with("unresolved")).collect();
    assert_eq!(
        unresolved,
        [
            "unresolved-reference DB_HOST production warning/medium",
            "unresolved-reference NOWHERE_NAME production warning/medium",
        ]
    );
}
