//! Edits as a unified diff that `git apply` takes, and what became of each finding, for people.

use std::io;

use similar::TextDiff;

use super::{clean, count};
use crate::finding::Finding;
use crate::model::Inventory;
use crate::sync::{Left, Outcome};
use crate::text::Files;

/// Lines around a change that are shown with it.
const AROUND: usize = 3;

/// A file before and after.
pub struct Changed<'a> {
    /// Its path from the top of its repository, with `/`.
    pub path: String,
    /// What it holds.
    pub before: &'a str,
    /// What it is to hold.
    pub after: &'a str,
}

/// A finding with what became of it.
pub struct Told<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// What became of it.
    pub outcome: &'a Outcome,
    /// Why its edits are not kept, where a second look speaks against them.
    pub withdrawn: Option<&'a str>,
}

/// Writes the diff of files, in their order.
pub fn diff(files: &[Changed<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    for file in files {
        let (old, new) = (lines(file.before), lines(file.after));
        let mut config = TextDiff::configure();
        config.newline_terminated(true);
        let diff = config.diff_slices(&old, &new);
        let (from, to) = (name("a/", &file.path), name("b/", &file.path));
        writeln!(out, "diff --git {from} {to}")?;
        // A name with blanks ends at a tab, as git has it.
        let end = if file.path.contains(' ') { "\t" } else { "" };
        writeln!(out, "--- {from}{end}\n+++ {to}{end}")?;
        for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
            hunk.to_writer(&mut *out)?;
        }
    }
    Ok(())
}

/// The lines of a text, each with its line end. A carriage return alone ends none.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// A path as git writes it: in quotes where it holds what would break the line.
fn name(side: &str, path: &str) -> String {
    let is_plain = !path.contains(['"', '\\']) && !path.chars().any(char::is_control);
    if is_plain {
        return format!("{side}{path}");
    }
    let mut quoted = format!("\"{side}");
    for character in path.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            other if other.is_control() => {
                let mut bytes = [0; 4];
                let bytes = other.encode_utf8(&mut bytes).bytes();
                quoted.extend(bytes.map(|byte| format!("\\{byte:03o}")));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Writes what became of each finding: what is edited first, then what waits for a decision, then the rest.
pub fn text(
    all: &[Told<'_>],
    inventory: &Inventory,
    files: &Files,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let rank = |told: &Told<'_>| match () {
        () if told.withdrawn.is_some() => 2,
        () if told.outcome.is_settled() => 0,
        () if told.outcome.is_undecided() => 1,
        () => 2,
    };
    let mut sorted: Vec<&Told<'_>> = all.iter().collect();
    sorted.sort_by_key(|told| rank(told));
    for told in sorted {
        let finding = told.finding;
        writeln!(out, "{}: {}", finding.rule, subject(finding, inventory))?;
        if let Some(why) = told.withdrawn {
            writeln!(out, "  no edit: {}", clean(why))?;
            continue;
        }
        for step in &told.outcome.steps {
            let path = clean(&files.get(step.file).path);
            writeln!(out, "  edit: {} in {path}", clean(&step.what))?;
        }
        for left in &told.outcome.left {
            match left {
                Left::Undecided(what) => writeln!(out, "  needs a decision: {}", clean(what))?,
                Left::Refused(why) => writeln!(out, "  no edit: {}", clean(why))?,
            }
        }
    }
    Ok(())
}

/// What a finding is about: its key and its environments.
fn subject(finding: &Finding, inventory: &Inventory) -> String {
    let key = finding.key.map_or("a comment", |key| inventory.key(key).name.as_str());
    let names = finding.environments.iter().map(|id| inventory.environment(*id).name.as_str());
    let names: Vec<&str> = names.collect();
    let places = if names.is_empty() { String::new() } else { format!(" in {}", names.join(", ")) };
    clean(&format!("{key}{places}"))
}

/// How many findings are settled by edits of how many files, and how many are left.
pub fn summary(all: &[Told<'_>], files: usize) -> String {
    let is_settled = |told: &&Told<'_>| told.withdrawn.is_none() && told.outcome.is_settled();
    let is_undecided = |told: &&Told<'_>| told.withdrawn.is_none() && told.outcome.is_undecided();
    let settled = all.iter().filter(is_settled).count();
    let undecided = all.iter().filter(|told| !is_settled(told)).filter(is_undecided).count();
    let left = all.len() - settled - undecided;
    let needs = if undecided == 1 { "needs" } else { "need" };
    format!(
        "{} settled by edits of {}, {undecided} {needs} a decision, {left} without an edit",
        count(settled, "finding"),
        count(files, "file")
    )
}

#[cfg(test)]
mod tests {
    use super::{Changed, diff};

    fn of(path: &str, before: &str, after: &str) -> String {
        let mut out = Vec::new();
        let files = [Changed { path: path.to_owned(), before, after }];
        diff(&files, &mut out).expect("memory takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_diff_keeps_line_ends_as_they_are() {
        let expected = "diff --git a/my app.env b/my app.env\n--- a/my app.env\t\n+++ b/my app.env\t\n\
                        @@ -1,2 +1,3 @@\n A=1\r\n-B=2\n\\ No newline at end of file\n+B=2\r\n+C=3\n\
                        \\ No newline at end of file\n";
        assert_eq!(of("my app.env", "A=1\r\nB=2", "A=1\r\nB=2\r\nC=3"), expected);
    }

    #[test]
    fn strange_names_are_quoted() {
        let text = of("a\"b\n.env", "A=1\n", "");
        assert!(text.starts_with("diff --git \"a/a\\\"b\\n.env\" \"b/a\\\"b\\n.env\"\n"), "{text}");
    }
}
