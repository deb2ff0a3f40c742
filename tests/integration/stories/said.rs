//! What `flags` and `check` say of a story, a line each.

use serde_json::Value;

use crate::support::Project;

/// The rules that speak of flags.
const RULES: [&str; 5] =
    ["dead-branch-read", "dead-flag", "expired-flag", "reused-name", "settled-flag"];
pub(super) const DAY: [&str; 3] = ["--today", "2026-01-15", "--no-cache"];

pub(super) fn flags(project: &Project) -> Vec<String> {
    let arguments = [&["flags", "--format", "json"], &DAY[..]].concat();
    let json = project.run(&arguments).exits(0).json();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |flag: &Value| {
        let (kind, age) = (&flag["kind"]["name"], &flag["age"]["since"]);
        let words = [&flag["key"], &flag["stage"], &flag["verdict"], kind, age];
        let put_off = &flag["put_off"];
        let put_off = put_off["times"].as_u64().map_or_else(String::new, |times| {
            format!("  put off {times} from {}", text(&put_off["first"]))
        });
        let name = words.map(text).join("  ");
        let name = flag["provider"].as_str().map_or(name.clone(), |of| format!("{name}  of {of}"));
        name + &put_off + &goes(flag)
    };
    list(&json["flags"]).iter().map(line).collect()
}

/// What goes with a flag: lines, functions, keys, places of tests; where nobody sees what it comes to, on and off.
fn goes(flag: &Value) -> String {
    let tests = list(&flag["tests"]).iter().map(|at| at["line"].to_string());
    let tests = tests.collect::<Vec<_>>().join(",");
    let tests = if tests.is_empty() { tests } else { format!("  tests {tests}") };
    let one_way = |word: &str| match leaving(&flag["removal_if"][word]) {
        goes if goes.is_empty() => goes,
        goes => format!("  if {word}:{goes}"),
    };
    [leaving(&flag["removal"]), one_way("on"), one_way("off"), tests].concat()
}

fn leaving(removal: &Value) -> String {
    let names = |all: &Value, name: &str| {
        let names = list(all).iter().map(|one| one[name].as_str().unwrap_or_default());
        names.collect::<Vec<_>>().join(",")
    };
    let parts = [
        ("functions", names(&removal["helpers"], "name")),
        ("keys", names(&removal["keys"], "key")),
    ];
    let told = parts.iter().filter(|(_, all)| !all.is_empty());
    let told = told.map(|(what, all)| format!("  {what} {all}")).collect::<Vec<_>>().concat();
    let lines = removal["lines"].as_u64().unwrap_or_default();
    if lines == 0 { told } else { format!("  lines {lines}{told}") }
}

pub(super) fn findings(project: &Project) -> Vec<String> {
    let arguments = [&["check", "--format", "json", "--min-confidence", "low"], &DAY[..]].concat();
    let json = project.run(&arguments).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |finding: &Value| {
        let environments: Vec<_> = list(&finding["environments"]).iter().map(text).collect();
        let place = &finding["locations"][0];
        let rated = format!("{}/{}", text(&finding["severity"]), text(&finding["confidence"]));
        let message = text(&finding["message"]);
        let put_off = message.split_once("; ").map_or("", |(_, put_off)| put_off);
        let put_off = if put_off.is_empty() { String::new() } else { format!("  {put_off}") };
        format!(
            "{}  {}  {}  {}:{}  {rated}{put_off}",
            text(&finding["rule"]),
            text(&finding["key"]),
            environments.join(","),
            text(&place["path"]),
            place["line"]
        )
    };
    let is_of_flags = |finding: &&Value| RULES.contains(&text(&finding["rule"]).as_str());
    list(&json["findings"]).iter().filter(is_of_flags).map(line).collect()
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
