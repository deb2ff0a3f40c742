//! What runs by a flag, as `facts` tells it: the lines of the whole, those that run only where it is on, and only where
//! it is off.

use crate::support::{Project, keydrift};

const CODE: &str = r#"from edx_toggles.toggles import WaffleFlag
from splitio import get_factory
from waffle import switch_is_active
from waffle.decorators import waffle_flag

NEW_TILL = WaffleFlag("bakery.new_till", __name__)


def uses_new_till():
    return NEW_TILL.is_enabled()


def uses_old_till():
    return not uses_new_till()


def sell(order):
    if uses_old_till():
        ring(order)
    else:
        scan(order)
    if not switch_is_active("bakery.bags"):
        return None
    wrap(order)
    tips = switch_is_active("bakery.tips")
    if tips and order.is_large:
        ask_for_tips()
    return 1 if switch_is_active("bakery.receipts") else 2


class Oven:
    def __init__(self):
        self.is_new = switch_is_active("bakery.oven")
        self.client = get_factory("key").client()

    def bake(self):
        if self.is_new:
            return steam()
        colour = self.client.get_treatment("anna", "bakery.colour")
        if colour == "brown":
            stop()
        elif colour in ("black", "burnt"):
            throw_away()


def asks(name):
    return switch_is_active(name)


def close():
    while asks("bakery.night"):
        wait()


@waffle_flag("!bakery.holiday")
def shop(request):
    return render(request)


def knead(user):
    match get_factory("key").client().get_treatment(user, "bakery.flour"):
        case "rye" | "oat":
            return dark()
        case _:
            return light()


def rise(dough):
    match dough.kind:
        case "sour" if switch_is_active("bakery.rise"):
            return slow()
        case _ if switch_is_active("bakery.rise"):
            return fast()
        case _:
            return flat()


import os
import random

SHARE = int(os.environ.get("TASTING_PERCENT", "0"))
LOOKS = os.environ.get("CRUST_VARIANT", "plain")


def taste(user):
    if random.random() * 100 < SHARE:
        return offer()
    if LOOKS == "seeds":
        return sprinkle()
    return None
"#;

const RUST: &str = r#"fn is_new() -> bool {
    std::env::var("FEATURE_NEW_TILL").map(|text| text == "true").unwrap_or(false)
}

fn sell(order: Order) {
    let bell = if is_new() { scan(order) } else { ring(order) };
    match order.size {
        0 => return,
        _ if !is_new() => count_coins(),
        _ => beep(),
    }
    if std::env::var("FEATURE_TIPS").is_ok_and(|text| text == "1") {
        ask(bell);
    }
}
"#;

const EXPECTED: &str = "bakery.new_till shop.py 18-21 on 20-21 off 19-19
bakery.bags shop.py 22-23 on 24-28 off 23-23
bakery.tips shop.py 26-27 on 27-27 off -
bakery.receipts shop.py 28-28 on 28-28 off 28-28
bakery.oven shop.py 37-38 on 38-38 off 39-43
bakery.colour shop.py 40-43 on 41-41 off 42-43 = brown
bakery.colour shop.py 42-43 on 43-43 off - = black, burnt
bakery.night shop.py 51-52 on 52-52 off -
bakery.holiday shop.py 55-57 on - off 56-57
bakery.flour shop.py 61-65 on - off 65-65 = rye, oat
bakery.flour shop.py 61-65 on 63-63 off - = rye, oat
bakery.rise shop.py 69-75 on 71-71 off -
bakery.rise shop.py 69-75 on 73-73 off 74-75
TASTING_PERCENT shop.py 86-87 on 87-87 off 88-90
CRUST_VARIANT shop.py 88-89 on 89-89 off 90-90 = seeds
";

const EXPECTED_RUST: &str = "FEATURE_NEW_TILL src/main.rs 6-6 on 6-6 off 6-6 = true
FEATURE_NEW_TILL src/main.rs 7-11 on 10-10 off 9-9 = true
FEATURE_TIPS src/main.rs 12-14 on 12-14 off - = 1
";

#[test]
fn flags_decide_over_code() {
    assert_eq!(told("shop.py", CODE), EXPECTED);
}

#[test]
fn closures_arms_and_guards_decide_too() {
    assert_eq!(told("src/main.rs", RUST), EXPECTED_RUST);
}

/// Members of objects: what makes them asks, and who follows them decides, in whatever file.
const MEMBERS: &[(&str, &str)] = &[
    (
        "bakery/config.py",
        "import os\nfrom distutils.util import strtobool\n\n\nclass Base:\n    def __init__(self):\n        self.sells_oat = os.getenv(\"SELLS_OAT\") == \
         \"true\"\n\n\nclass Config(Base):\n    def __init__(self):\n        super().__init__()\n        self.sells_rye = \
         bool(strtobool(os.getenv(\"SELLS_RYE\", \"no\")))\n        self.kind = self.sells_rye\n",
    ),
    (
        "bakery/till.py",
        "from bakery.config import Config\n\nCONFIG = Config()\n\n\ndef loaf(order):\n    return None if CONFIG.sells_rye else order\n\n\ndef \
         oat(order):\n    if CONFIG.sells_oat:\n        return order\n    return order.other.sells_rye and None\n",
    ),
    ("Cargo.toml", "[package]\nname = \"till\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
    (
        "src/config.rs",
        "use std::env;\npub struct Server { pub sells_buns: bool, pub feature_pies: bool }\n\nimpl Server {\n    pub fn from_env() -> Self {\n        \
         Self {\n            sells_buns: env::var(\"SELLS_BUNS\").unwrap_or_default() == \"true\",\n            feature_pies: \
         env::var(\"FEATURE_PIES\").is_ok(),\n        }\n    }\n}\n",
    ),
    (
        "src/main.rs",
        "mod config;\nuse config::Server;\nuse std::sync::Arc;\n\nstruct App { config: Arc<Server> }\n\nfn sell(app: &App) -> u8 {\n    if \
         app.config.sells_buns {\n        return 1;\n    }\n    if app.config.feature_pies {\n        return 2;\n    }\n    3\n}\n\nfn main() {\n    \
         sell(&App { config: Arc::new(Server::from_env()) });\n}\n",
    ),
];

const EXPECTED_MEMBERS: &str = "SELLS_OAT bakery/till.py 11-12 on 12-12 off 13-13 = true
SELLS_RYE bakery/till.py 7-7 on 7-7 off 7-7
SELLS_BUNS src/main.rs 8-10 on 8-10 off 11-14 = true
FEATURE_PIES src/main.rs 11-13 on 11-13 off 14-14
";

#[test]
fn members_of_objects_decide_wherever_they_are_followed() {
    assert_eq!(told_all(MEMBERS), EXPECTED_MEMBERS);
}

/// Tags and filters that the project registers, of which one asks for no flag.
const TAGS: &str = r#"from django import template
from UnleashClient import UnleashClient

client = UnleashClient(url="u", app_name="a")
register = template.Library()


@register.simple_tag
def feature(name):
    return client.is_enabled(name)


@register.simple_tag(takes_context=True, name="feature_for")
def of_user(context, name):
    return client.is_enabled(name, {"userId": context["user"].id})


@register.filter("is_on")
def filtered(name):
    return client.is_enabled(name)


@register.simple_tag
def price(name):
    return name.upper()
"#;

#[test]
fn pages_ask_by_tags_and_filters_of_the_project() {
    let page = "{% load till %}{{ \"buns\"|upper }}{% price \"cakes\" %}{% feature name %}\n{% feature \"rye\" as on %}\n{% if on %}\n<p>Rye</p>\n{% endif \
                %}\n{% if not \"oat\"|is_on %}\n<p>No oat</p>\n{% else %}\n<p>Oat</p>\n{% endif %}\n{% feature_for 'malt' as on %}{% if not on \
                %}\n<p>No malt</p>\n{% endif %}\n";
    let told = told_all(&[("shop/templatetags/till.py", TAGS), ("shop/templates/shop.html", page)]);
    assert_eq!(told, EXPECTED_PAGE);
}

const EXPECTED_PAGE: &str = "rye shop/templates/shop.html 3-5 on 3-5 off -
oat shop/templates/shop.html 6-10 on 8-10 off 6-8
malt shop/templates/shop.html 11-13 on - off 11-13
";

#[test]
fn what_a_caller_hands_over_to_ask_instead_says_nothing_of_the_flag() {
    let code = "from UnleashClient import UnleashClient\n\n\nclass Flags:\n    def __init__(self):\n        self.client = UnleashClient(url=\"u\", \
                app_name=\"a\")\n\n    def is_on(self, name, instead=None):\n        if instead:\n            return instead(name)\n        return \
                self.client.is_enabled(name)\n\n\nFLAGS = Flags()\n\n\ndef loaf(order):\n    return None if FLAGS.is_on(\"rye\") else order\n";
    assert_eq!(told("till.py", code), "rye till.py 18-18 on 18-18 off 18-18\n");
}

#[test]
fn what_is_asked_for_its_type_on_the_way_is_no_second_condition() {
    let code = "import os\nfrom enum import Enum\n\n\nclass Flag(Enum):\n    RYE = \"FEATURE_RYE\"\n\n\ndef is_on(flag):\n    return isinstance(flag, Flag) \
                and os.getenv(flag.value, \"False\") == \"True\"\n\n\ndef loaf(order):\n    if is_on(Flag.RYE):\n        return rye(order)\n    return \
                wheat(order)\n";
    assert_eq!(told("till.py", code), "FEATURE_RYE till.py 14-15 on 15-15 off 16-16 = True\n");
}

#[test]
fn what_parses_a_text_to_a_yes_or_a_no_gives_the_flag() {
    let code = "import os\n\n\ndef get_bool(name, default):\n    value = os.environ.get(name)\n    if value is None:\n        return default\n    \
                parsed = value.lower()\n    if parsed == \"true\":\n        return True\n    elif parsed == \"false\":\n        return False\n    \
                raise ValueError(name)\n\n\nSELLS_RYE = get_bool(name=\"SELLS_RYE\", default=False)\n\n\ndef loaf(order):\n    if SELLS_RYE:\n        \
                return rye(order)\n    return wheat(order)\n";
    assert_eq!(told("till.py", code), "SELLS_RYE till.py 20-21 on 21-21 off 22-22\n");
}

fn told(path: &str, code: &str) -> String {
    told_all(&[(path, code)])
}

fn told_all(files: &[(&str, &str)]) -> String {
    let project = Project::of(files);
    let run = keydrift(project.root(), &["facts", "--quiet", "."]).exits(0);
    let mut told = String::new();
    for line in run.stdout.lines() {
        let fact: serde_json::Value = serde_json::from_str(line).expect("a fact is JSON");
        for branch in fact["branches"].as_array().into_iter().flatten() {
            told += &told_of(&fact, branch);
        }
    }
    told
}

fn told_of(fact: &serde_json::Value, branch: &serde_json::Value) -> String {
    let lines = |of: &serde_json::Value| match of.as_array().map(Vec::as_slice) {
        Some([first, last]) => format!("{first}-{last}"),
        _ => "-".to_owned(),
    };
    let words = |of: &serde_json::Value| of.as_str().unwrap_or_default().to_owned();
    let equals: Vec<String> =
        branch["equals"].as_array().into_iter().flatten().map(words).collect();
    let equals =
        if equals.is_empty() { String::new() } else { format!(" = {}", equals.join(", ")) };
    format!(
        "{} {} {} on {} off {}{equals}\n",
        words(&fact["key"]),
        words(&branch["path"]),
        lines(&branch["lines"]),
        lines(&branch["on"]),
        lines(&branch["off"]),
    )
}

#[test]
fn defaults_on_two_ways_of_one_fork_do_not_conflict() {
    let code = r#"import os

match os.environ["OVEN_FUEL"]:
    case "gas":
        LIMIT = os.getenv("OVEN_LIMIT", "250")
    case "wood":
        LIMIT = os.getenv("OVEN_LIMIT", "400")


def flour():
    if os.getenv("ORGANIC"):
        return os.getenv("FLOUR_SORT", "spelt")
    return os.getenv("FLOUR_SORT", "wheat")


CHECK = os.getenv("UPDATE_CHECK", "auto")
if CHECK != "auto":
    CHECK = os.getenv("UPDATE_CHECK", "no") == "yes"

SALT = os.getenv("SALT_GRAMS", "10")
if os.getenv("ORGANIC"):
    MORE_SALT = os.getenv("SALT_GRAMS", "20")
"#;
    let project = Project::of(&[("oven.py", code)]);
    let run = project.run(&["check", "--format", "csv", "--rule", "conflicting-default", "."]);
    let said: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("SALT_GRAMS"), "{said:?}");
}

#[test]
fn the_class_that_is_chosen_decides_which_default_of_an_attribute_counts() {
    let common = "import os\n\n\nclass Common:\n    DEBUG = os.getenv(\"OVEN_DEBUG\", \"no\")\n    STEAM = os.getenv(\"STEAM\", \"a\")\n";
    let local = "import os\n\nfrom .common import Common\n\n\nclass Local(Common):\n    DEBUG = os.getenv(\"OVEN_DEBUG\", \"yes\")\n    \
        MORE_STEAM = os.getenv(\"STEAM\", \"b\")\n    HOST = os.getenv(\"OVEN_HOST\", \"l\")\n";
    let live = "import os\n\nfrom .common import Common\n\n\nclass Live(Common):\n    HOST = os.getenv(\"OVEN_HOST\", \"p\")\n";
    let project = Project::of(&[
        ("bakery/__init__.py", ""),
        ("bakery/common.py", common),
        ("bakery/local.py", local),
        ("bakery/live.py", live),
    ]);
    let run = project.run(&[
        "check",
        "--format",
        "csv",
        "--rule",
        "conflicting-default",
        "--min-confidence",
        "low",
    ]);
    let said: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    let of = |key: &str| said.iter().find(|line| line.contains(key)).copied().unwrap_or_default();
    assert!(of("OVEN_HOST").contains("low"), "{said:?}");
    assert!(of("STEAM").contains("high"), "{said:?}");
}

#[test]
fn programs_that_set_a_default_for_themselves_are_in_no_conflict() {
    let sets = |module: &str| {
        format!("import os\n\nos.environ.setdefault(\"BAKERY_SETTINGS\", \"bakery.{module}\")\n")
    };
    let (manage, wsgi) = (sets("local"), sets("production"));
    let asks =
        "import os\n\n\ndef bake():\n    return os.getenv(\"BAKERY_SETTINGS\", \"bakery.test\")\n";
    let run = |files: &[(&str, &str)]| {
        let project = Project::of(files);
        project.run(&["check", "--format", "csv", "--rule", "conflicting-default", "."]).stdout
    };
    let both = [("manage.py", manage.as_str()), ("bakery/wsgi.py", wsgi.as_str())];
    assert!(!run(&both).contains("BAKERY_SETTINGS"));
    let three = [both[0], both[1], ("bakery/oven.py", asks)];
    assert!(run(&three).contains("BAKERY_SETTINGS"));
}

#[test]
fn values_of_flags_come_with_their_types() {
    let code = "import ldclient\nfrom ldclient import Context\n\n\ndef is_on(flag, default=False):\n    \
        client = ldclient.get()\n    return bool(client.variation(flag, Context.create(\"anna\"), default))\n\n\n\
        def bake():\n    if is_on(\"no-steam\"):\n        return None\n";
    let flags = "{\"flagValues\": {\"no-steam\": false, \"steam-colour\": \"white\"}}\n";
    let project = Project::of(&[("oven.py", code), ("flags.json", flags)]);
    let run = project.run(&["check", "--format", "csv", "--min-confidence", "low", "."]);
    assert!(!run.stdout.contains("type-mismatch"), "{}", run.stdout);
    assert!(run.stdout.contains("steam-colour"), "{}", run.stdout);
}

/// Defaults of code that runs by different answers of one key are no conflict.
#[test]
fn defaults_behind_different_answers_of_one_key_do_not_conflict() {
    let run = |other: &str| {
        let code = format!(
            "import os\n\nif os.getenv(\"DB\") == \"postgres\":\n    USER = os.getenv(\"DB_USER\", \"postgres\")\n\n\
             if {other}:\n    USER = os.getenv(\"DB_USER\", \"root\")\n"
        );
        let project = Project::of(&[("settings.py", code.as_str())]);
        project.run(&["check", "--format", "csv", "--rule", "conflicting-default", "."]).stdout
    };
    assert!(!run("os.getenv(\"DB\") in [\"mysql\", \"mariadb\"]").contains("DB_USER"));
    assert!(run("os.getenv(\"DB_KIND\") == \"mysql\"").contains("DB_USER"));
}
