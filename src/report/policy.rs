//! A policy as text: what `keydrift init` writes.
//!
//! What is said stands as YAML, what is only told as a comment, each with the reason for it.

use std::fmt::Write as _;

use super::{clean, count};
use crate::config;
use crate::inquiry::proposal::{Left, Part, Proposal, Proposed};
use crate::model::FlagKind;

/// The most names of one kind of flags that are told.
const MOST_FLAGS: usize = 20;

/// The text of a policy file.
pub fn policy(proposal: &Proposal) -> String {
    let mut text = match config::address() {
        Some(address) => format!("# yaml-language-server: $schema={address}\n"),
        None => SCHEMA_BESIDE.to_owned(),
    };
    text.push_str(HEAD);
    environments(proposal, &mut text);
    templates(proposal, &mut text);
    components(proposal, &mut text);
    flags(proposal, &mut text);
    text.push_str(TAIL);
    text
}

const SCHEMA_BESIDE: &str = "\
# yaml-language-server: $schema=./keydrift.schema.json
# Editors complete this file once that one is there: `keydrift init --schema > keydrift.schema.json`.
";

const HEAD: &str = "\
# What keydrift knows of this project, as `keydrift init` inferred it: with this file it says the same as without.
# What is taken out is inferred again. `keydrift envs` shows what is in force and why.
";

const TAIL: &str = "
# Keys whose values may differ between environments, beside addresses, credentials and names:
# expected_differences: [REPLICAS, \"*_POOL_SIZE\"]

# Keys that something outside this tree reads, and keys that the platform sets in every environment:
# consumed_elsewhere: [BILLING_*]
# provided: [POD_NAME]

# Severities: `off`, `note`, `warning` or `error`, and keys about which a rule is silent (`keydrift rules` lists them):
# rules:
#   dead-key: note
#   value-drift:
#     ignore: [REPLICAS]

# Who answers for keys, and for paths (globs with a `/`), beside CODEOWNERS:
# owners:
#   \"@checkout\": [CHECKOUT_*, services/checkout/]

# Paths that are not scanned:
# exclude: [legacy/]
";

/// Lines that are said, or told behind a `#`.
struct Lines<'a> {
    text: &'a mut String,
    is_said: bool,
}

impl Lines<'_> {
    fn add(&mut self, line: &str) {
        let sign = if self.is_said { "" } else { "# " };
        let _ = writeln!(self.text, "{sign}{line}");
    }

    /// A comment, with the indent of what it is about.
    fn tell(&mut self, indent: usize, line: &str) {
        if self.is_said {
            let _ = writeln!(self.text, "{:indent$}# {}", "", clean(line));
        } else {
            let _ = writeln!(self.text, "# {:indent$}{}", "", clean(line));
        }
    }
}

fn environments(proposal: &Proposal, text: &mut String) {
    text.push_str(
        "\n# The environments in the order in which they are shown. `files` are the layers, lowest first: a later one wins.\n",
    );
    if proposal.environments.is_empty() {
        text.push_str(
            "# None was found.\n# environments:\n#   production:\n#     files: [deploy/base.env, deploy/production.env]\n",
        );
        return;
    }
    let is_said = !proposal.untold.contains(&Part::Environments);
    let mut lines = Lines { text, is_said };
    if !is_said {
        lines.tell(0, "They are left to inference: declared, they come to something else.");
    }
    lines.add("environments:");
    for one in &proposal.environments {
        environment(one, &mut lines);
    }
}

fn environment(one: &Proposed, lines: &mut Lines<'_>) {
    lines.tell(2, &sentence(&one.reason));
    lines.add(&format!("  {}:", quoted(&one.name)));
    if one.is_local {
        lines.add("    local: true  # a key missing here fails no release");
    }
    if let Some(group) = &one.group {
        lines.add(&format!("    group: {}  # these should match", quoted(group)));
    }
    if one.files.is_empty() {
        return;
    }
    match one.left {
        Some(Left::Unsure) => {
            let sure = one.confidence.as_str();
            lines.tell(
                4,
                &format!("Sure: {sure}. Files that are named here would make it certain:"),
            );
        }
        Some(Left::Differs) => {
            lines.tell(
                4,
                "These files, left to inference: a list cannot say which part of each counts.",
            );
        }
        None => {}
    }
    let sign = if one.left.is_some() && lines.is_said { "# " } else { "" };
    lines.add(&format!("    {sign}files:"));
    for file in &one.files {
        let reason = clean(&file.reason);
        let glob = quoted(&anchored(&file.path));
        lines.add(&format!("    {sign}  - {glob}  # {reason}"));
    }
}

fn templates(proposal: &Proposal, text: &mut String) {
    text.push_str(
        "\n# Files that say which keys are expected, and which values no environment has.\n",
    );
    if proposal.templates.is_empty() {
        text.push_str("# templates: [.env.example]\n");
        return;
    }
    let mut lines = Lines { text, is_said: !proposal.untold.contains(&Part::Templates) };
    lines.add("templates:");
    for path in &proposal.templates {
        lines.add(&format!("  - {}", quoted(&anchored(path))));
    }
}

fn components(proposal: &Proposal, text: &mut String) {
    text.push_str(
        "\n# Which workloads run which part of the code: its folder, and globs of their names.\n",
    );
    if proposal.components.is_empty() {
        text.push_str("# components:\n#   services/billing: [billing-web, billing-worker]\n");
        return;
    }
    let mut lines = Lines { text, is_said: !proposal.untold.contains(&Part::Components) };
    lines.add("components:");
    for (folder, workloads) in &proposal.components {
        lines.add(&format!("  {}:", quoted(folder)));
        for (name, reason) in workloads {
            lines.add(&format!("    - {}  # {}", quoted(&escaped(name)), clean(reason)));
        }
    }
}

fn flags(proposal: &Proposal, text: &mut String) {
    text.push_str(
        "\n# How long flags may live, in days, and what they are for where their names do not say it.\n# flags:\n\
         #   settled_after: 90\n#   ages: {release: 40, experiment: 40, ops: 30, sunset: 90}\n",
    );
    if proposal.kinds.is_empty() {
        text.push_str("#   kinds:\n#     kill-switch: [\"*_KILL\"]\n");
        return;
    }
    text.push_str("#   kinds:  # as they were inferred\n");
    for kind in FlagKind::ALL {
        let Some(names) = proposal.kinds.get(&kind) else { continue };
        let shown: Vec<_> =
            names.iter().take(MOST_FLAGS).map(|name| quoted(&escaped(name))).collect();
        let more = names.len() - shown.len();
        let more =
            if more > 0 { format!("  # and {} more", count(more, "flag")) } else { String::new() };
        let _ = writeln!(text, "#     {}: [{}]{more}", kind.as_str(), shown.join(", "));
    }
}

/// A phrase as a sentence of its own.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The glob that fits this path of a root and no other.
fn anchored(path: &str) -> String {
    let path = escaped(path);
    if path.contains('/') { path } else { format!("/{path}") }
}

/// The glob that fits this text.
fn escaped(text: &str) -> String {
    let mut glob = String::new();
    for letter in text.chars() {
        match letter {
            '*' | '?' | '[' | ']' | '{' | '}' => {
                let _ = write!(glob, "[{letter}]");
            }
            '\\' => glob.push_str("\\\\"),
            letter => glob.push(letter),
        }
    }
    glob
}

/// A text as YAML takes it for one: in quotes where it could be anything else.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./@".contains(letter);
    let begins = |letter: char| letter.is_ascii_alphabetic() || "./_".contains(letter);
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    let is_word = words.contains(&text.to_ascii_lowercase().as_str());
    let is_number = text.chars().all(|letter| letter.is_ascii_digit() || ".eE+-_".contains(letter));
    let is_special = text.starts_with(".inf") || text.starts_with(".nan") || text == ".";
    if text.starts_with(begins)
        && text.chars().all(is_plain)
        && !is_word
        && !is_number
        && !is_special
    {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{anchored, quoted};
    use crate::config::{PathGlobs, fits_name};

    #[test]
    fn any_text_comes_back() {
        for text in [
            "a", "no", ".", "1.5", "*x", "a: b", "a #b", "- a", "{a}", "ü", "a\tb", "~", "12e3",
            "@a", "",
        ] {
            let read: String = serde_yaml::from_str(&quoted(text)).expect("a text");
            assert_eq!(read, text);
        }
    }

    #[test]
    fn globs_fit_the_path_that_they_are_made_of() {
        for path in
            ["a.env", "a/b.env", "a/[b].env", "a/{b,c}*?.env", "a/b\\c.env", "pages/[...all]/x"]
        {
            let glob = anchored(path);
            assert!(PathGlobs::new(&[&glob]).fits(path), "{glob}");
            assert!(!PathGlobs::new(&[&glob]).fits(&format!("x/{path}")), "{glob}");
            assert!(fits_name(&super::escaped(path), path));
        }
    }
}
