//! The life of flags: projects with a past that is told by hand, and what `flags` says of them.

mod spelled;
mod told;

use std::collections::BTreeMap;

use keydrift::config::{self, Config};
use keydrift::graph::Graph;
use keydrift::lifecycle::{Flag, Stage, Verdict, flags};
use keydrift::model::{
    Chronicle, DefinitionId, KeyPast, LateStart, Moment, Period, ReadId, ValuePast,
};
use keydrift::scan::{Options, Origin, Scan, scan};

use crate::support::Project;

const CODE: &str = "import os\n\n\ndef total(cart):\n    if os.environ.get(\"FEATURE_NEW_CART\", \
                    \"false\") == \"true\":\n        return cart.new_total()\n    return \
                    cart.total()\n\n\nURL = os.environ[\"CART_URL\"]\n";

/// A shop with one flag, its value in each environment, and a policy.
fn shop(values: &[(&str, &str)], policy: &str) -> Scan {
    let project = Project::of(&[("shop/cart.py", CODE)]);
    for (environment, value) in values {
        let text = format!("CART_URL=http://cart.{environment}.test\n{value}\n");
        project.write(&format!("deploy/{environment}.env"), text.as_bytes());
    }
    scanned(&project, policy)
}

fn scanned(project: &Project, policy: &str) -> Scan {
    let sealer = keydrift::definitions::Sealer::new();
    let config = config::load("keydrift.yaml", policy).expect("the policy is right");
    let options = Options {
        origin: Origin::Disk,
        sealer: &sealer,
        roots: vec![project.root().to_owned()],
        config,
        live: Vec::new(),
        history: None,
        today: jiff::civil::date(2026, 1, 15),
        jobs: 1,
        tests: true,
        on_stage: &|_| {},
    };
    let mut scan = scan(options).expect("the project can be read");
    // The readers of flags are told apart elsewhere: here what matters is what becomes of one.
    for read in &mut scan.inventory.reads {
        read.flag |= read.reader == "os.environ.get";
    }
    scan
}

fn moment(date: jiff::civil::Date) -> Moment {
    let time = date.to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp().as_second();
    let (commit, author) = ("0123abc".to_owned(), "Ada".to_owned());
    Moment { time, date, commit, author, merge: None }
}

/// Gives all keys and values of a scan a past: there since one day, changed on another.
fn aged(scan: &mut Scan, since: jiff::civil::Date, changed: jiff::civil::Date) {
    let period = Period {
        from: moment(since),
        is_older: false,
        until: None,
        paths: vec!["shop/cart.py".to_owned()],
    };
    let past = KeyPast { in_code: vec![period], ..KeyPast::default() };
    let keys = (0..scan.inventory.keys.len()).map(keydrift::model::KeyId::at);
    let first = moment(since);
    let value = ValuePast {
        changes: u32::from(changed != since),
        is_older: false,
        last: moment(changed),
        first,
    };
    let values = (0..scan.inventory.definitions.len()).map(DefinitionId::at);
    scan.inventory.chronicle = Some(Chronicle {
        late: Vec::new(),
        keys: keys.map(|key| (key, past.clone())).collect(),
        values: values.map(|id| (id, value.clone())).collect::<BTreeMap<_, _>>(),
        ..Chronicle::default()
    });
}

const ALL_ON: &[(&str, &str)] =
    &[("production", "FEATURE_NEW_CART=true"), ("staging", "FEATURE_NEW_CART=true")];

/// What `flags` makes of the one flag of a scan.
fn judged<T>(scan: &Scan, tell: impl FnOnce(&Flag<'_>) -> T) -> T {
    let graph = Graph::build(&scan.inventory);
    let flags = flags(&graph, &scan.config, jiff::civil::date(2026, 1, 15));
    assert_eq!(flags.len(), 1, "{flags:#?}");
    tell(&flags[0])
}

fn verdict(scan: &Scan) -> (Stage, Verdict) {
    judged(scan, |flag| (flag.stage, flag.verdict))
}

/// A day long ago, and one of late.
fn long_ago() -> jiff::civil::Date {
    jiff::civil::date(2024, 3, 1)
}

fn of_late() -> jiff::civil::Date {
    jiff::civil::date(2026, 1, 2)
}

#[test]
fn one_value_everywhere_for_long_is_settled() {
    let mut scan = shop(ALL_ON, "");
    aged(&mut scan, long_ago(), long_ago());
    assert_eq!(verdict(&scan), (Stage::Settled, Verdict::Remove));
    let reasons = judged(&scan, |flag| flag.reasons.clone());
    let by_age = "its time ended 2024-04-10 by the 40 days of the kind `release`";
    assert_eq!(reasons, ["on everywhere, unchanged since 2024-03-01 (685 days)", by_age]);
}

#[test]
fn a_change_of_late_or_a_young_flag_is_not_settled() {
    let mut scan = shop(ALL_ON, "");
    aged(&mut scan, long_ago(), of_late());
    assert_eq!(verdict(&scan), (Stage::RollingOut, Verdict::Wait));
    aged(&mut scan, of_late(), of_late());
    assert_eq!(verdict(&scan), (Stage::RollingOut, Verdict::Wait));
}

#[test]
fn the_window_is_the_policys() {
    let mut scan = shop(ALL_ON, "flags: {settled_after: 10, minimum_age: 10}\n");
    aged(&mut scan, of_late(), of_late());
    assert_eq!(verdict(&scan).0, Stage::Settled);
}

#[test]
fn without_history_nothing_is_settled() {
    let scan = shop(ALL_ON, "");
    assert_eq!(verdict(&scan), (Stage::Unknown, Verdict::Wait));
}

#[test]
fn what_is_older_than_the_known_history_has_no_age() {
    let mut scan = shop(ALL_ON, "");
    aged(&mut scan, long_ago(), long_ago());
    let chronicle = scan.inventory.chronicle.as_mut().expect("it was given");
    let (place, why) = (".".to_owned(), "it is a shallow clone".to_owned());
    chronicle.late.push(LateStart { place, date: Some(long_ago()), why });
    for past in chronicle.keys.values_mut() {
        past.in_code[0].is_older = true;
    }
    for past in chronicle.values.values_mut() {
        past.is_older = true;
    }
    assert_eq!(verdict(&scan).0, Stage::Unknown);
    let reasons = judged(&scan, |flag| flag.reasons.join("; "));
    assert!(reasons.contains("history starts 2024-03-01: it is a shallow clone"), "{reasons}");
}

#[test]
fn environments_that_differ_are_a_rollout_however_old() {
    for other in ["FEATURE_NEW_CART=false", "FEATURE_NEW_CART=0", ""] {
        let values = [("production", other), ("staging", "FEATURE_NEW_CART=true")];
        let mut scan = shop(&values, "");
        aged(&mut scan, long_ago(), long_ago());
        assert_eq!(verdict(&scan), (Stage::RollingOut, Verdict::Wait), "{other}");
    }
}

#[test]
fn an_environment_without_the_flag_has_what_the_code_says() {
    let values = [("production", ""), ("staging", "FEATURE_NEW_CART=false")];
    let mut scan = shop(&values, "");
    aged(&mut scan, long_ago(), long_ago());
    assert_eq!(verdict(&scan).0, Stage::Settled);
}

#[test]
fn a_value_that_stands_in_the_code_alone_is_settled_by_no_environment() {
    let mut scan = shop(&[("production", ""), ("staging", "")], "");
    aged(&mut scan, long_ago(), long_ago());
    assert_eq!(verdict(&scan), (Stage::Introduced, Verdict::Wait));
    let reasons = judged(&scan, |flag| flag.reasons.clone());
    assert_eq!(reasons[0], "no environment sets it: off by the code alone");
}

#[test]
fn a_developers_own_value_settles_nothing_and_hinders_nothing() {
    let values = [("production", "FEATURE_NEW_CART=true"), ("local", "FEATURE_NEW_CART=off")];
    let mut scan = shop(&values, "");
    aged(&mut scan, long_ago(), long_ago());
    assert_eq!(verdict(&scan), (Stage::Settled, Verdict::Remove));
    let mut scan = shop(&[("local", "FEATURE_NEW_CART=off")], "");
    aged(&mut scan, long_ago(), long_ago());
    assert_eq!(verdict(&scan).0, Stage::Unknown);
}

#[test]
fn what_the_policy_calls_permanent_stays() {
    let policy = "flags: {kinds: {kill-switch: FEATURE_*}, owners: {\"@shop\": \"*CART\"}}\n";
    let mut scan = shop(ALL_ON, policy);
    aged(&mut scan, long_ago(), long_ago());
    assert_eq!(verdict(&scan), (Stage::Permanent, Verdict::Keep));
    let owner = judged(&scan, |flag| flag.owner.clone());
    assert_eq!(owner, Some(("@shop".to_owned(), "policy")));
}

#[test]
fn a_read_that_is_known_in_part_is_looked_at_first() {
    let project = Project::of(&[
        ("shop/cart.py", CODE),
        (
            "shop/any.py",
            "import os\n\n\ndef on(name):\n    return os.environ[f\"FEATURE_{name}\"]\n\n\n\
             def show(request):\n    return on(request.name)\n",
        ),
        ("deploy/production.env", "CART_URL=x\nFEATURE_NEW_CART=true\n"),
        ("deploy/staging.env", "CART_URL=x\nFEATURE_NEW_CART=true\n"),
    ]);
    let mut scan = scanned(&project, "");
    aged(&mut scan, long_ago(), long_ago());
    assert_eq!(verdict(&scan), (Stage::Settled, Verdict::Check));
    let blockers = judged(&scan, |flag| flag.blockers.clone());
    assert_eq!(blockers[0].what, "a read of `FEATURE_*` may reach it");
}

#[test]
fn a_flag_that_no_code_asks_for_is_dead() {
    let project = Project::of(&[
        ("shop/cart.py", "import os\n\nURL = os.environ[\"CART_URL\"]\n"),
        ("deploy/production.env", "CART_URL=x\nFEATURE_NEW_CART=true\n"),
    ]);
    let scan = scanned(&project, "");
    assert_eq!(verdict(&scan), (Stage::DeadInCode, Verdict::Remove));
}

#[test]
fn a_test_is_no_reader() {
    let project = Project::of(&[
        ("shop/cart.py", CODE),
        ("tests/test_cart.py", CODE),
        ("deploy/production.env", "CART_URL=x\nFEATURE_NEW_CART=true\n"),
    ]);
    let scan = scanned(&project, "");
    let is_test = |id: &ReadId| scan.inventory.read(*id).in_test;
    judged(&scan, |flag| {
        assert!(flag.reads.iter().all(|(id, _)| !is_test(id)) && flag.reads.len() == 1);
        assert_eq!(flag.tests.len(), 1);
    });
}

#[test]
fn no_flag_is_no_work() {
    let project = Project::of(&[("shop/cart.py", "print(1)\n")]);
    let scan = scanned(&project, "");
    let graph = Graph::build(&scan.inventory);
    assert!(flags(&graph, &Config::default(), long_ago()).is_empty());
}

/// The shop on disk, for the binary.
fn on_disk() -> Project {
    let code = CODE.replace("os.environ.get", "os.getenv");
    let project = Project::of(&[
        ("shop/cart.py", &code),
        (".github/CODEOWNERS", "* @all\n/shop/ @shop\n"),
        ("deploy/production.env", "CART_URL=x\nFEATURE_NEW_CART=true\nFEATURE_OLD=1\n"),
        ("deploy/staging.env", "CART_URL=x\nFEATURE_NEW_CART=true\n"),
    ]);
    project.write("keydrift.yaml", b"flags: {owners: {\"=evil\": FEATURE_OLD}}\n");
    project
}

#[test]
fn each_format_tells_of_each_flag() {
    let project = on_disk();
    let text = project.run(&["flags", "--today", "2026-01-15"]).exits(0).stdout;
    assert!(text.starts_with("Can go\n\nFEATURE_OLD  dead-in-code, release\n"), "{text}");
    let csv = project.run(&["flags", "--format", "csv"]).exits(0).stdout;
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows[0].ends_with("reasons,blockers,state_production,state_staging"), "{csv}");
    assert!(rows[1].starts_with("FEATURE_OLD,env,dead-in-code,remove,release,'=evil,"), "{csv}");
    let markdown = project.run(&["flags", "--format", "markdown"]).exits(0).stdout;
    assert!(markdown.contains("| `FEATURE_OLD` | dead-in-code | can go | release |"), "{markdown}");
    let json = project.run(&["flags", "--format", "json"]).exits(0).json();
    assert_eq!(json["schema"], "keydrift.flags/1");
    assert_eq!(json["flags"][0]["states"][0]["state"], "on");
    assert_eq!(json["flags"][0]["owner"]["told_by"], "policy");
}

#[test]
fn stages_and_owners_choose() {
    let project = on_disk();
    let of = |arguments: &[&str]| {
        let all = [&["flags", "--format", "json"], arguments].concat();
        let json = project.run(&all).exits(0).json();
        let flags = json["flags"].as_array().expect("a list").clone();
        flags.iter().map(|flag| flag["key"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of(&["--stage", "dead-in-code"]), ["\"FEATURE_OLD\""]);
    assert_eq!(of(&["--owner", "EVIL"]), ["\"FEATURE_OLD\""]);
    assert!(of(&["--stage", "settled"]).is_empty());
    project.run(&["flags", "--stage", "dead"]).exits(2);
}

#[test]
fn a_place_that_asks_by_two_spellings_is_one_place() {
    let mut scan = shop(&[("production", "FEATURE_NEW_CART=true")], "");
    let read = scan.inventory.reads.iter().find(|read| read.flag).expect("a read").clone();
    scan.inventory.reads.push(read);
    assert_eq!(judged(&scan, |flag| (flag.reads.len(), flag.asking().len())), (2, 1));
}

#[test]
fn a_test_that_gives_a_flag_a_state_is_told() {
    let project = Project::of(&[
        (
            "shop/features.py",
            "class Feature:\n    NEW_TILL = \"new_till\"\n    OLD_TILL = \"old_till\"\n\n\n\
             def has_feature(feature):\n    return feature in ROWS\n\n\nROWS = set()\n",
        ),
        (
            "shop/till.py",
            "from shop.features import Feature, has_feature\n\n\ndef till(shop):\n    \
             return shop.new() if has_feature(Feature.NEW_TILL) else shop.old()\n",
        ),
        (
            "tests/test_till.py",
            "from shop.features import Feature\nfrom shop.rows import rows\n\n\ndef test_till():\n    \
             rows.get_or_create(feature_id=Feature.NEW_TILL)\n",
        ),
    ]);
    let json = project.run(&["flags", "--format", "json"]).exits(0).json();
    let flags = json["flags"].as_array().expect("a list");
    let new = flags.iter().find(|flag| flag["key"] == "new_till").expect("the flag");
    assert_eq!(new["tests"][0]["path"], "tests/test_till.py", "{new}");
}
