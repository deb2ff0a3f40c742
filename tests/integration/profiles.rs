//! Modules of settings as sources: which environment one serves, and when nothing may be said.

use crate::support::Project;

const READ: &str = "from django.conf import settings\n\n\ndef fine():\n    return settings.FINE_PER_DAY * settings.LOAN_DAYS\n";
const BASE: &str = "LOAN_DAYS = 21\n";
const STAGING: &str = "from .base import *\n\nFINE_PER_DAY = 10\n";

/// What `check` says of a library whose production module and reader are these.
fn check(production: &str, read: &str, more: &[(&str, &str)]) -> String {
    let mut files = vec![
        ("library/settings/__init__.py", ""),
        ("library/settings/base.py", BASE),
        ("library/settings/staging.py", STAGING),
        ("library/settings/production.py", production),
        ("loans/fines.py", read),
    ];
    files.extend(more);
    Project::of(&files).run(&["check", "--fail-on", "never", "."]).exits(0).stdout
}

#[test]
fn a_name_that_only_another_module_gives_is_missing() {
    let said = check("from .base import *\n", READ, &[]);
    assert!(
        said.contains("`FINE_PER_DAY` is required and `production` does not define it"),
        "{said}"
    );
    assert!(!said.contains("LOAN_DAYS` is required"), "{said}");
    let given = check("from .base import *\n\nFINE_PER_DAY = compute()\n", READ, &[]);
    assert!(given.starts_with("No findings."), "{given}");
}

#[test]
fn names_that_the_text_does_not_show_may_be_given() {
    for production in [
        "from .base import *\nfrom library_secrets import *\n",
        "import yaml\n\nfrom .base import *\n\nvars().update(yaml.safe_load(open(\"/etc/library.yaml\")))\n",
        "from .base import *\n\nglobals()[\"FINE_PER\" + \"_DAY\"] = 3\n",
        "from split_settings.tools import include\n\nfrom .base import *\n\ninclude(\"parts/*.py\")\n",
    ] {
        let said = check(production, READ, &[]);
        assert!(!said.contains("FINE_PER_DAY"), "{production}: {said}");
    }
}

#[test]
fn code_that_can_do_without_misses_nothing() {
    let read = READ.replace("settings.FINE_PER_DAY", "getattr(settings, \"FINE_PER_DAY\", 5)");
    let said = check("from .base import *\n", &read, &[]);
    assert!(said.starts_with("No findings."), "{said}");
}

#[test]
fn the_selector_of_an_environment_says_which_module_serves_it() {
    let compose = |module: &str| {
        format!(
            "services:\n  web:\n    build: .\n    environment:\n      DJANGO_SETTINGS_MODULE: library.settings.{module}\n"
        )
    };
    let (live, trial) = (compose("production"), compose("staging"));
    let files = [
        ("docker-compose.live.yml", live.as_str()),
        ("docker-compose.sandbox.yml", trial.as_str()),
    ];
    let said = check("from .base import *\n", READ, &files);
    assert!(said.contains("`FINE_PER_DAY` is required and `live` does not define it"), "{said}");
    assert!(said.contains("as `sandbox` does"), "{said}");
}

#[test]
fn what_a_module_gives_is_never_shown() {
    let secret = "sk_live_51H8sK2eZvKYlo2C0aBcDeFgHiJk";
    for given in [
        format!("FINE_PER_DAY = \"{secret}\""),
        format!("FINE_PER_DAY = \"{secret}\" + \"abc\""),
        format!("FINE_PER_DAY = \"%s\" % \"{secret}\""),
        format!("FINE_PER_DAY = 3; OTHER[\"password\"] = \"{secret}\""),
        format!("FINE_PER_DAY = 3  # not {secret}"),
    ] {
        let staging = format!("from .base import *\n\n{given}\n");
        let files = [("library/settings/staging.py", staging.as_str())];
        let said = check("from .base import *\n", READ, &files);
        assert!(said.contains("`staging` defines it"), "{said}");
        assert!(!said.contains(secret), "{given}: {said}");
    }
    let staging =
        "from .base import *\n\nFINE_PER_DAY = {\"password\": \"51H8hunter\"}[\"password\"]\n";
    let said = check("from .base import *\n", READ, &[("library/settings/staging.py", staging)]);
    assert!(said.contains("`staging` defines it") && !said.contains("51H8hunter"), "{said}");
}

#[test]
fn a_name_may_be_given_in_many_ways() {
    for production in [
        "def FINE_PER_DAY():\n    return 3\n",
        "FINE_PER_DAY, OTHER = load()\n",
        "for FINE_PER_DAY in (1, 2):\n    pass\n",
        "def fill():\n    global FINE_PER_DAY\n    FINE_PER_DAY = 3\n",
        "import dynaconf\n\nsettings = dynaconf.DjangoDynaconf(__name__)\n",
        "import sys\n\nsys.modules[__name__].FINE_PER_DAY = 3\n",
    ] {
        let said = check(&format!("from .base import *\n\n{production}"), READ, &[]);
        assert!(!said.contains("FINE_PER_DAY` is required"), "{production}: {said}");
    }
}

#[test]
fn code_that_asks_first_or_fills_in_misses_nothing() {
    for read in [
        "from django.conf import settings\n\n\ndef fine():\n    if not hasattr(settings, \"FINE_PER_DAY\"):\n        return 0\n    return settings.FINE_PER_DAY\n",
        "from django.conf import settings\n\n\ndef ready():\n    if not hasattr(settings, \"FINE_PER_DAY\"):\n        settings.FINE_PER_DAY = 5\n\n\ndef fine():\n    return settings.FINE_PER_DAY\n",
        "from django.conf import settings\n\nsetattr(settings, \"FINE_PER_DAY\", 3)\n\n\ndef fine():\n    return settings.FINE_PER_DAY\n",
    ] {
        let said = check("from .base import *\n", read, &[]);
        assert!(!said.contains("FINE_PER_DAY` is required"), "{read}: {said}");
    }
}

#[test]
fn modules_of_one_component_say_nothing_of_another() {
    let ask = |name: &str| format!("from django.conf import settings\n\nprint(settings.{name})\n");
    let (title, limit) = (ask("TITLE"), ask("LIMIT"));
    let files = [
        ("shop/pyproject.toml", "[project]\nname = \"shop\"\n"),
        ("shop/settings/production.py", "LIMIT = 5\n"),
        ("shop/cart.py", limit.as_str()),
        ("blog/pyproject.toml", "[project]\nname = \"blog\"\n"),
        ("blog/settings/base.py", "TITLE = \"Blog\"\n"),
        ("blog/settings/staging.py", "from .base import *\n"),
        ("blog/pages.py", title.as_str()),
    ];
    let said = Project::of(&files).run(&["check", "--fail-on", "never", "."]).exits(0).stdout;
    assert!(said.starts_with("No findings."), "{said}");
}

#[test]
fn modules_that_stand_side_by_side_are_told_by_their_names() {
    let files = [
        ("proj/settings_base.py", "LOAN_DAYS = 21\n"),
        ("proj/settings_staging.py", "from proj.settings_base import *\n\nFINE_PER_DAY = 10\n"),
        ("proj/settings_production.py", "from proj.settings_base import *\n"),
        ("loans/fines.py", READ),
    ];
    let said = Project::of(&files).run(&["check", "--fail-on", "never", "."]).exits(0).stdout;
    assert!(
        said.contains("`FINE_PER_DAY` is required and `production` does not define it"),
        "{said}"
    );
}

#[test]
fn what_processes_are_given_is_known_where_more_than_a_module_is() {
    let map =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  LIBRARY_HOST: \"a\"\n";
    let asks =
        "import os\n\nHOST = os.environ[\"LIBRARY_HOST\"]\nPORT = os.environ[\"LIBRARY_PORT\"]\n";
    let files = [("k8s/config.yaml", map), ("library/web.py", asks)];
    let said = check(STAGING, READ, &files);
    assert!(said.contains("`LIBRARY_PORT` is required"), "{said}");
}

/// The settings that tests take over are those of what is deployed, where no module of settings is for that.
#[test]
fn settings_that_tests_take_in_are_those_of_what_is_deployed() {
    let project = Project::of(&[
        (
            "manage.py",
            "import os\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n",
        ),
        ("shop/__init__.py", ""),
        (
            "shop/settings.py",
            "import os\n\nSHELVES = os.environ.get(\"SHELVES\", \"3\")\nLAMPS = 4\n",
        ),
        ("shop/test_settings.py", "from shop.settings import *\n\nDEBUG = True\n"),
        ("shop/shelf.py", "from django.conf import settings\n\nCOUNT = settings.LAMPS\n"),
        ("deploy/production.env", "SHELVES=7\n"),
    ]);
    let told = project.run(&["explain", "LAMPS", "--env", "production"]).exits(0).stdout;
    assert!(told.contains("shop/settings.py:4:1") && !told.contains("unknown"), "{told}");
}

/// What a developer's own module gives is nobody else's, where the code takes it in under a condition.
#[test]
fn a_module_of_developers_that_a_branch_takes_in_serves_no_deployment() {
    let init = "import os\n\nfrom .default import *\n\nmatch os.environ.get(\"SHOP_MODE\"):\n    case \"LOCAL\":\n        from .local import *\n    case \"TILL\":\n        \
                from .till import *\n";
    let project = Project::of(&[
        ("shop/settings/__init__.py", init),
        ("shop/settings/default.py", "LAMPS = 4\nSHELVES = 2\n"),
        ("shop/settings/local.py", "LAMPS = 1\n"),
        ("shop/settings/till.py", "SHELVES = 0\n"),
        (
            "shop/shelf.py",
            "from django.conf import settings\n\nCOUNT = settings.LAMPS + settings.SHELVES\n",
        ),
        ("deploy/production.env", "SHOP_MODE=PROD\n"),
        ("deploy/staging.env", "SHOP_MODE=PROD\n"),
    ]);
    let told = |key: &str, place: &str| {
        project
            .run(&["explain", key, "--env", place])
            .exits(0)
            .stdout
            .split("reads")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let lamps = told("LAMPS", "production");
    assert!(lamps.contains("shop/settings/default.py:1:1"), "{lamps}");
    assert!(!lamps.contains("shop/settings/local.py"), "{lamps}");
    assert!(told("LAMPS", "local").contains("shop/settings/local.py:1:1"));
    let shelves = told("SHELVES", "production");
    assert!(
        shelves.contains("shop/settings/till.py:1:1"),
        "no word says for whom it is: {shelves}"
    );
}
