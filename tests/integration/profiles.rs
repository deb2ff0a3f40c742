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
    let staging = format!("from .base import *\n\nFINE_PER_DAY = \"{secret}\"\n");
    let files = [("library/settings/staging.py", staging.as_str())];
    let said = check("from .base import *\n", READ, &files);
    assert!(said.contains("`staging` defines it"), "{said}");
    assert!(!said.contains(secret), "{said}");
}
