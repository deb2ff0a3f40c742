//! What is told of flags beside their stage: who answers for one, since when it stands, and that `facts` knows the same flags.

use keydrift::model::KeyPast;

use super::{Stage, Verdict, aged, judged, long_ago, moment, of_late, shop, verdict};
use crate::support::{History, Project};

const TOUCHED: &str = r#"
commits:
  - date: 2024-02-01
    author: Ada
    message: The shop
    write:
      shop/cart.py: |
        import os


        def total(cart):
            return cart.new() if os.environ.get("FEATURE_CART", "false") == "true" else cart.old()
      deploy/production.env: |
        FEATURE_CART=false
  - date: 2024-05-01
    author: Bo
    message: The new cart for all
    write:
      deploy/production.env: |
        FEATURE_CART=true
"#;

#[test]
fn who_touched_a_flag_last_answers_for_it_where_nobody_else_does() {
    let replayed = History::of_text(TOUCHED).replay();
    let owner = || {
        let json = replayed.project.run(&["flags", "--format", "json", "--no-cache"]).json();
        json["flags"][0]["owner"].clone()
    };
    assert_eq!(owner()["name"], "Bo");
    assert_eq!(owner()["told_by"], "history");
    replayed.project.write("CODEOWNERS", b"/shop/ @shop\n");
    assert_eq!(owner()["name"], "@shop");
}

const OWNED: &str = r#"
commits:
  - date: 2024-02-01
    author: Ada
    message: The till
    write:
      CODEOWNERS: |
        /shop/ @shop
      shop/till.py: |
        from openfeature import api

        client = api.get_client()


        def total(basket):
            # owner: tills
            return basket.sum() if client.get_boolean_value("new-till", False) else basket.slow()
      deploy/production.flagd.json: |
        {"flags": {"new-till": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on",
          "metadata": {"owner": "ovens"}}}}
"#;

#[test]
fn owners_come_in_order_who_is_nearest_to_the_flag_first() {
    let replayed = History::of_text(OWNED).replay();
    let owner = || {
        let json = replayed.project.run(&["flags", "--format", "json", "--no-cache"]).json();
        let owner = &json["flags"][0]["owner"];
        [&owner["name"], &owner["told_by"]].map(|text| text.as_str().unwrap_or("-").to_owned())
    };
    let without = |path: &str, line: &str| {
        let text = replayed.project.text(path);
        assert!(text.contains(line), "{text}");
        replayed.project.write(path, text.replace(line, "").as_bytes());
    };
    assert_eq!(owner(), ["ovens", "provider"]);
    without("deploy/production.flagd.json", "\"owner\": \"ovens\"");
    assert_eq!(owner(), ["tills", "annotation"]);
    without("shop/till.py", "# owner: tills");
    assert_eq!(owner(), ["@shop", "CODEOWNERS"]);
    without("CODEOWNERS", "/shop/ @shop");
    assert_eq!(owner(), ["Ada", "history"]);
}

#[test]
fn where_the_code_alone_decides_a_flag_stands_since_code_asks() {
    let values = [("production", ""), ("staging", "FEATURE_NEW_CART=false")];
    let mut scan = shop(&values, "");
    aged(&mut scan, long_ago(), long_ago());
    let chronicle = scan.inventory.chronicle.as_mut().expect("a past");
    for past in chronicle.keys.values_mut() {
        let in_config = past.in_code.clone();
        let mut in_code = past.in_code.clone();
        in_code[0].from = moment(of_late());
        *past = KeyPast { in_code, in_config, ..KeyPast::default() };
    }
    assert_eq!(verdict(&scan), (Stage::Introduced, Verdict::Wait));
    assert_eq!(judged(&scan, |flag| flag.since.date()), Some(long_ago()));
    assert_eq!(judged(&scan, |flag| flag.changed.date()), Some(of_late()));
}

#[test]
fn facts_call_the_same_fields_of_settings_flags_as_flags_does() {
    let project = Project::of(&[
        (
            "shop/config.py",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    \
             database_url: str\n    feature_rye: bool = False\n\n\nsettings = Settings()\n",
        ),
        (
            "shop/bake.py",
            "from shop.config import settings\n\nDATABASE = settings.database_url\n\n\n\
             def bake(bread):\n    return bread.rye() if settings.feature_rye else bread\n",
        ),
        ("deploy/production.env", "DATABASE_URL=a\nFEATURE_RYE=true\n"),
    ]);
    let json = project.run(&["flags", "--format", "json"]).exits(0).json();
    let flags = json["flags"].as_array().expect("a list");
    assert_eq!(flags.len(), 1);
    assert_eq!(flags[0]["key"], "FEATURE_RYE");
    let facts = project.run(&["facts"]).exits(0).stdout;
    let facts = facts
        .lines()
        .map(|line| -> serde_json::Value { serde_json::from_str(line).expect("an object") });
    let reads = facts.filter(|fact| fact["fact"] == "read");
    let told: Vec<String> =
        reads.map(|fact| format!("{}:{} {}", fact["path"], fact["line"], fact["flag"])).collect();
    let expected = [
        "\"shop/bake.py\":3 false",
        "\"shop/bake.py\":7 true",
        "\"shop/config.py\":5 false",
        "\"shop/config.py\":6 true",
    ];
    assert_eq!(told, expected);
}

const SETTINGS: &str = r#"
commits:
  - date: 2024-02-01
    author: Ada
    message: The bakery
    write:
      manage.py: |
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")
      shop/settings/base.py: |
        import os

        ENABLE_RYE = False
        ENABLE_SPELT = False
        ENABLE_OATS = False
        if os.environ.get("REGION") == "north":
            ENABLE_OATS = True
        ENABLE_CORN: bool = True
      shop/settings/production.py: |
        ENABLE_CORN = False
        from shop.settings.base import *
      shop/settings/staging.py: |
        from shop.settings.base import *

        ENABLE_RYE = True
      shop/settings/qa.py: |
        import os

        from shop.settings.base import *

        if os.environ.get("CLOUD"):
            from shop.settings.cloud import *

        ENABLE_SPELT = True
      shop/settings/cloud.py: |
        ENABLE_RYE = True
      shop/settings/demo.py: |
        import yaml

        from shop.settings.base import *

        with open("/etc/shop.yaml") as file:
            vars().update(yaml.safe_load(file))
      shop/bake.py: |
        from django.conf import settings


        def breads():
            if settings.ENABLE_RYE:
                return ["rye"]
            if getattr(settings, "ENABLE_SPELT", None):
                return ["spelt"]
            if settings.ENABLE_OATS:
                return ["oats"]
            if settings.ENABLE_CORN:
                return ["corn"]
            return ["wheat"]
"#;

#[test]
fn a_yes_or_no_of_a_module_of_settings_is_the_state_of_its_environment() {
    let replayed = History::of_text(SETTINGS).replay();
    let json = replayed.project.run(&["flags", "--format", "json", "--no-cache"]).json();
    let states = |key: &str| {
        let flags = json["flags"].as_array().expect("flags");
        let flag = flags.iter().find(|flag| flag["key"] == key).expect("a flag");
        let states = flag["states"].as_array().expect("states").iter();
        let told = states.map(|one| [&one["environment"], &one["state"]].map(word).join(" "));
        told.collect::<Vec<_>>()
    };
    // Of what is taken in under a condition nothing is sure.
    let rye = ["cloud unknown", "demo unknown", "production off", "qa unknown", "staging on"];
    assert_eq!(states("ENABLE_RYE"), rye);
    let spelt = ["cloud off", "demo unknown", "production off", "qa on", "staging off"];
    assert_eq!(states("ENABLE_SPELT"), spelt);
    // A condition of the module decides.
    let oats =
        ["cloud unknown", "demo unknown", "production unknown", "qa unknown", "staging unknown"];
    assert_eq!(states("ENABLE_OATS"), oats);
    // What is taken in afterwards may give it again.
    let corn = ["cloud unknown", "demo unknown", "production unknown", "qa on", "staging on"];
    assert_eq!(states("ENABLE_CORN"), corn);
}

fn word(value: &serde_json::Value) -> String {
    value.as_str().expect("a word").to_owned()
}
