//! Flags that a provider has and nothing evaluates, or that code evaluates and the provider lacks, and their twins.

use keydrift::model::inventory::{Consumer, Mention};
use keydrift::model::{
    Chronicle, FlagState, Key, KeyId, KeyPast, KeyRef, Moment, Namespace, Period, Problem,
    ProblemKind, Role, Serves, SourceId,
};

use super::world::World;

/// Who asks the provider whose files are in these worlds, by its own package.
const OWN: &str = "UnleashClient.UnleashClient().is_enabled";
/// Who asks whichever provider stands behind an interface.
const ANY: &str = "openfeature.api.get_client().get_boolean_value";

impl World {
    fn flag(&mut self, name: &str) -> KeyId {
        self.inventory.intern(Key { name: name.to_owned(), namespace: Namespace::Flag })
    }

    /// Code that asks for a flag of a provider.
    fn evaluates(&mut self, name: &str, reader: &str) -> &mut Self {
        let key = self.flag(name);
        self.switch("SWITCH", |read| {
            read.key = KeyRef::Exact(key);
            reader.clone_into(&mut read.reader);
        })
    }

    /// A flag of the provider, on for all.
    fn serves(&mut self, source: SourceId, name: &str) -> &mut FlagState {
        self.fill(source, "SWITCH=true", None);
        let key = self.flag(name);
        let state = FlagState::serving(Serves::One("true".to_owned()));
        let definition = self.inventory.definitions.last_mut().expect("a definition");
        definition.key = key;
        definition.flag.insert(Box::new(state))
    }
}

/// A world in which a provider has the flags `crane`, which code evaluates by `reader`, and `winch`, which nothing does.
fn harbour(environment: &str, reader: &str) -> (World, SourceId) {
    let mut world = World::default();
    let source = world.source("flags/crane.json", "unleash", Role::Values);
    world.evaluates("crane", reader);
    world.serves(source, "crane");
    world.serves(source, "winch");
    world.env_of(environment, &[source]);
    (world, source)
}

fn dead(world: &World) -> Vec<String> {
    world.of_rule("dead-flag")
}

const SURE: [&str; 1] = ["winch production warning/high"];
const LESS: [&str; 1] = ["winch production warning/medium"];

#[test]
fn a_flag_that_another_one_needs_is_not_dead() {
    let (mut world, source) = harbour("production", OWN);
    assert_eq!(dead(&world), SURE);
    world.serves(source, "crane").needs.push("winch".to_owned());
    assert!(dead(&world).is_empty(), "{:?}", dead(&world));
}

#[test]
fn a_flag_that_clients_get_may_be_asked_for_there() {
    let (mut world, source) = harbour("production", OWN);
    world.serves(source, "winch").is_for_clients = true;
    assert_eq!(dead(&world), ["winch production warning/low"]);
}

#[test]
fn a_flag_that_tests_name_is_dead_with_less_certainty() {
    let (mut world, _) = harbour("production", OWN);
    let key = world.flag("winch");
    world.inventory.tested.insert(key);
    assert_eq!(dead(&world), LESS);
    let (mut world, _) = harbour("test", OWN);
    assert_eq!(dead(&world), ["winch test warning/medium"]);
    let key = world.flag("winch");
    world.inventory.tested.insert(key);
    assert!(dead(&world).is_empty(), "it is there for the tests");
}

#[test]
fn who_asks_a_provider_by_its_own_package_has_its_flags() {
    let only = |reader: &str| {
        let mut world = World::default();
        let source = world.source("flags/crane.json", "unleash", Role::Values);
        world.evaluates("ladder", reader);
        world.serves(source, "winch");
        world.env_of("production", &[source]);
        dead(&world)
    };
    assert_eq!(only(OWN), LESS);
    assert!(only(ANY).is_empty(), "the file may be for somebody else");
    assert_eq!(dead(&harbour("production", ANY).0), SURE, "code loads the file");
}

#[test]
fn the_policy_says_who_else_has_a_flag() {
    let (mut world, _) = harbour("production", OWN);
    world.config.consumed_elsewhere = vec!["win*".to_owned()];
    assert!(dead(&world).is_empty());
    let (mut world, _) = harbour("production", OWN);
    world.config.provided = vec!["win*".to_owned()];
    assert!(dead(&world).is_empty());
}

#[test]
fn a_flag_is_lacking_where_all_that_its_provider_keeps_is_seen() {
    let lacking = ["ladder  warning/medium"];
    let ground = || {
        let (mut world, source) = harbour("production", OWN);
        world.evaluates("ladder", OWN).evaluates("winch", OWN);
        (world, source)
    };
    assert_eq!(dead(&ground().0), lacking);
    let (mut world, _) = ground();
    world.config.provided = vec!["ladder".to_owned()];
    assert!(dead(&world).is_empty(), "the policy says that it is there");
    let (mut world, source) = ground();
    let file = world.inventory.sources[source.index()].file;
    let span = Some(world.span(file));
    let (path, message) = ("flags/crane.json".to_owned(), "it ends too early".to_owned());
    world.inventory.problems.push(Problem { path, message, span, kind: ProblemKind::Partial });
    assert!(dead(&world).is_empty(), "the part that is broken may have it");
}

#[test]
fn a_word_for_many_things_tells_no_day_on_which_it_was_given_up() {
    let says = |is_vague| {
        let (mut world, _) = harbour("production", OWN);
        let key = world.flag("winch");
        let at = |date: jiff::civil::Date| {
            let (commit, author) = ("0123abc".to_owned(), "Ada".to_owned());
            Moment { time: 0, date, commit, author, merge: None }
        };
        let (from, until) =
            (at(jiff::civil::date(2023, 1, 1)), Some(at(jiff::civil::date(2024, 1, 1))));
        let paths = vec!["app/old.py".to_owned()];
        let in_code = vec![Period { from, is_older: false, until, paths }];
        let mut chronicle = Chronicle::default();
        chronicle.keys.insert(key, KeyPast { in_code, is_vague, ..KeyPast::default() });
        world.inventory.chronicle = Some(chronicle);
        let findings = world.findings();
        let one = findings.iter().find(|one| one.rule == "dead-flag").expect("a finding");
        one.primary.message.clone()
    };
    assert_eq!(says(false), "no code reads it since 2024-01-01 (0123abc)");
    assert_eq!(says(true), "no code reads it");
}

/// What speaks against taking out the flag `winch`.
fn against(world: &World) -> Vec<(bool, String)> {
    let graph = keydrift::graph::Graph::build(&world.inventory);
    let today = jiff::civil::date(2026, 1, 1);
    let flags = keydrift::lifecycle::flags(&graph, &world.config, today);
    let of_it =
        |flag: &&keydrift::lifecycle::Flag<'_>| world.inventory.key(flag.key).name == "winch";
    let flag = flags.iter().find(of_it).expect("the flag");
    flag.blockers.iter().map(|one| (one.is_doubt, one.what.clone())).collect()
}

#[test]
fn others_that_have_to_do_with_a_flag_speak_against_its_removal() {
    let stops = |what: &str| vec![(false, what.to_owned())];
    let (mut world, source) = harbour("production", OWN);
    assert_eq!(against(&world), []);
    world.config.consumed_elsewhere = vec!["winch".to_owned()];
    assert_eq!(against(&world), stops("the policy says that something elsewhere reads it"));
    world.config.consumed_elsewhere.clear();
    world.serves(source, "crane").needs.push("winch".to_owned());
    assert_eq!(against(&world), stops("the flag `crane` needs it"));
    let (mut world, _) = harbour("production", OWN);
    let (key, who, reason) = (world.flag("winch"), "the gate".to_owned(), "it asks".to_owned());
    world.inventory.consumers.push(Consumer { key, who, reason });
    assert_eq!(against(&world), stops("the gate reads it: it asks"));
    let (mut world, source) = harbour("production", OWN);
    world.serves(source, "winch").needs.push("crane".to_owned());
    assert_eq!(against(&world), stops("the flag `crane` decides over it"));
    let (mut world, source) = harbour("production", OWN);
    world.serves(source, "winch").is_for_clients = true;
    let doubt = "its provider hands it to browsers or phones too, which may ask for it";
    assert_eq!(against(&world), [(true, doubt.to_owned())]);
}

#[test]
fn a_text_that_names_a_flag_keeps_it_alive() {
    let named_by = |what: &str| {
        let (mut world, _) = harbour("production", OWN);
        let (key, file) = (world.flag("winch"), world.file("bin/lift"));
        let (span, what) = (world.span(file), what.to_owned());
        world.inventory.mentions.push(Mention { key, span, what });
        (world, key)
    };
    assert_eq!(dead(&named_by(Mention::DOCUMENT).0), LESS);
    let (world, key) = named_by("a shell script");
    assert!(dead(&world).is_empty());
    let graph = keydrift::graph::Graph::build(&world.inventory);
    let flags = keydrift::lifecycle::flags(&graph, &world.config, jiff::civil::date(2026, 1, 1));
    let flag = flags.iter().find(|flag| flag.key == key).expect("the flag");
    assert_eq!(flag.stage, keydrift::lifecycle::Stage::Unknown);
}

#[test]
fn what_another_read_says_again_keeps_a_flag_alive() {
    let (mut world, _) = harbour("production", OWN);
    world.evaluates("winch", OWN);
    world.inventory.reads.last_mut().expect("a read").is_echo = true;
    let key = world.flag("winch");
    let graph = keydrift::graph::Graph::build(&world.inventory);
    let flags = keydrift::lifecycle::flags(&graph, &world.config, jiff::civil::date(2026, 1, 1));
    let flag = flags.iter().find(|flag| flag.key == key).expect("the flag");
    assert_eq!((flag.reads.len(), flag.stage), (0, keydrift::lifecycle::Stage::Unknown));
}

#[test]
fn what_only_its_use_tells_of_a_flag_gives_it_no_day() {
    let (mut world, source) = harbour("production", OWN);
    let created = Some(jiff::civil::date(2020, 1, 1));
    for name in ["winch", "new-crane"] {
        world.serves(source, name).dates.created = created;
    }
    let graph = keydrift::graph::Graph::build(&world.inventory);
    let flags = keydrift::lifecycle::flags(&graph, &world.config, jiff::civil::date(2026, 1, 1));
    let is_expired = |name: &str| {
        let of_it = |flag: &&keydrift::lifecycle::Flag<'_>| {
            world.inventory.key(flag.key).name == name && flag.kind.is_some()
        };
        flags.iter().find(of_it).expect("a flag with a kind").expired.is_some()
    };
    assert!(is_expired("new-crane"), "its name says that it is of a release");
    assert!(!is_expired("winch"));
}
