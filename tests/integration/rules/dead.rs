//! Keys and templates that nothing reads, and what lowers the doubt.

use keydrift::graph::{Graph, Liveness, Presence};
use keydrift::model::definition::{Attribution, Binding, Scope};
use keydrift::model::inventory::{Consumer, Mention};
use keydrift::model::{Key, KeyRef, Namespace, Role, Value};
use keydrift::text::TextRange;

use super::world::World;

#[test]
fn what_nothing_reads_is_dead() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1 FEATURE_OLD_CART=true");
    world.env("staging", "DB_URL=a OLD_CACHE=2 FEATURE_OLD_CART=false");
    world.expect(&[
        "dead-flag FEATURE_OLD_CART production,staging warning/high",
        "dead-key OLD_CACHE production,staging warning/high",
    ]);
}

#[test]
fn what_something_reads_is_not_dead() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a POSTGRES_DB=x RUST_LOG=info FEATURE_X=1 KEPT=1 PART=1");
    let rust_log = world.key("RUST_LOG");
    let (who, reason) = ("Rust".to_owned(), "a crate".to_owned());
    world.inventory.consumers.push(Consumer { key: rust_log, who, reason });
    world.inventory.definitions[1].attribution = Attribution::Image("postgres".to_owned());
    world.read("", |read| {
        read.key = KeyRef::Pattern { namespace: Namespace::Env, glob: "FEATURE_*".to_owned() };
    });
    world.config.consumed_elsewhere = vec!["KEP*".to_owned()];
    let range = TextRange::new(0, 1);
    let on_unset = keydrift::model::OnUnset::Empty;
    let need = keydrift::model::Interpolation { name: "PART".to_owned(), on_unset, range };
    world.inventory.definitions[0].value =
        Value::Reference { text: "x${PART}".to_owned(), needs: vec![need] };
    world.expect(&[]);
}

#[test]
fn a_doubt_lowers_a_dead_key() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1");
    let (key, file) = (world.key("OLD_CACHE"), world.file("bin/start"));
    let span = world.span(file);
    world.inventory.mentions.push(Mention { key, span, what: "a document".to_owned() });
    world.expect(&["dead-key OLD_CACHE production warning/medium"]);
    world.inventory.mentions[0].what = "a shell script".to_owned();
    world.expect(&[]);
    world.inventory.mentions.clear();
    world.read("", |read| {
        read.key = KeyRef::Pattern { namespace: Namespace::Env, glob: "*".to_owned() };
    });
    world.expect(&["dead-key OLD_CACHE production warning/low"]);
}

#[test]
fn what_an_image_sets_may_be_for_what_it_installs() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1");
    world.expect(&["dead-key OLD_CACHE production warning/high"]);
    world.inventory.sources[0].format = "dockerfile";
    world.expect(&["dead-key OLD_CACHE production warning/medium"]);
}

#[test]
fn a_setting_is_dead_only_beside_one_that_is_read() {
    let mut world = World::default();
    world.needs(&["database.host"]);
    world.env("production", "database.host=a database.url=b redis.host=c");
    world.expect(&["dead-key database.url production warning/high"]);
}

#[test]
fn a_project_whose_reads_are_not_seen_has_no_dead_keys() {
    let mut world = World::default();
    world.env("production", "A=1 B=2");
    world.expect(&[]);
}

#[test]
fn a_template_lists_what_no_code_reads() {
    let mut world = World::default();
    world.needs(&["DB_URL"]).template("DB_URL=a OLD_CACHE=1 #OLDER=2");
    world.expect(&["dead-key OLDER  warning/low", "dead-key OLD_CACHE  warning/medium"]);
}

#[test]
fn a_binding_carries_presence_forward_and_liveness_back() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    let map = world.source("deploy/map.yaml", "configmap", Role::Values);
    world.fill(map, "database_url=x unused_entry=1", Some(&Scope::Object("app".to_owned())));
    let pods = world.source("deploy/pods.yaml", "workload-env", Role::Values);
    world.fill(pods, "CACHE_URL=1", Some(&Scope::Workload("web".to_owned())));
    let production = world.env_of("production", &[map, pods]);
    let (to, file) = (world.key("DB_URL"), world.file("deploy/pods.yaml"));
    let span = world.span(file);
    let mut binding = Binding {
        to,
        source: pods,
        object: "app".to_owned(),
        is_secret: false,
        entry: Some("database_url".to_owned()),
        prefix: String::new(),
        optional: false,
        is_doubtful: false,
        scope: Some(Scope::Workload("web".to_owned())),
        span,
    };
    world.inventory.bindings.push(binding.clone());
    world.expect(&["dead-key unused_entry production warning/high"]);
    let graph = Graph::build(&world.inventory);
    let entry = world.inventory.id(&Key::env("database_url")).unwrap();
    assert_eq!(graph.liveness(entry), Liveness::Read);
    assert!(matches!(graph.presence(to, production), Presence::Set(_)));
    drop(graph);
    binding.entry = Some("databse_url".to_owned());
    world.inventory.bindings = vec![binding.clone()];
    let says = world.says();
    assert_eq!(says, ["unresolved-reference DB_URL production error/high"]);
    binding.object = "elsewhere".to_owned();
    world.inventory.bindings = vec![binding];
    assert!(world.says().iter().all(|line| line.starts_with("dead-key")), "{:?}", world.says());
}

#[test]
fn a_file_of_values_that_is_mostly_unread_is_for_another_program() {
    let mut world = World::default();
    world.needs(&["DB_URL", "API_URL"]);
    let foreign: Vec<String> = (0..9).map(|n| format!("LOAN_{n}=1")).collect();
    world.env("production", &format!("DB_URL=a {}", foreign.join(" ")));
    world.env("staging", "DB_URL=a API_URL=b OLD_CACHE=1");
    let says = world.says();
    assert!(says.contains(&"dead-key LOAN_3 production warning/low".to_owned()), "{says:?}");
    assert!(says.contains(&"dead-key OLD_CACHE staging warning/high".to_owned()), "{says:?}");
}
