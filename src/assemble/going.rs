//! Where a script, a make file, a pipeline or a page stands when it gives a command: which folder it has gone to, and in which
//! target it is. Runs nothing.

use crate::text::relative::joined as join;

/// How far before a command the folder is looked for that it runs in.
const LINES: usize = 60;
/// How many bytes that is at most.
const REACH: usize = 8_000;

/// The target of a make file that a text goes on with.
pub(super) fn target_of(head: &str) -> Option<&str> {
    let line = head.split('\n').rev().take(LINES).find(|line| is_target(line))?;
    line.split_once(':').map(|(target, _)| target)
}

/// Whether a target of a make file begins with a line.
fn is_target(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or("");
    first.ends_with(':') && !line.starts_with([' ', '\t'])
}

/// The folder that a text goes to before what stands at `at`: by `cd`, or by the `working-directory` of its step.
pub(super) fn folder_of(text: &str, at: usize, fill: &dyn Fn(&str) -> String) -> Option<String> {
    let (head, tail) = near(text, at)?;
    let mut before: Vec<&str> = Vec::new();
    for line in head.split('\n').rev().take(LINES) {
        before.push(line);
        if begins(line) {
            break;
        }
    }
    let behind = tail.lines().skip(1).take(LINES).take_while(|line| !begins(line));
    let mut here = before.iter().copied().chain(behind).find_map(working_directory);
    for (back, line) in before.iter().enumerate().rev() {
        // What goes to a folder in brackets is back behind them.
        if back > 0 && line.contains('(') {
            continue;
        }
        for part in line.split(['&', ';', '|', '(']) {
            let part = part.trim_start_matches([' ', '\t', '@', '-']);
            let part = part.strip_prefix("run:").map_or(part, str::trim_start);
            let mut words = part.split_whitespace();
            if !matches!(words.next(), Some("cd" | "pushd")) {
                continue;
            }
            let there = fill(&words.next()?.replace(['"', '\''], ""));
            if there.contains(['$', '~']) || there == "-" {
                return None;
            }
            here = Some(join(here.as_deref().unwrap_or(""), &there)?);
        }
    }
    here
}

/// What stands close before and behind a place of a text: no command costs more than this, however long its text is.
fn near(text: &str, at: usize) -> Option<(&str, &str)> {
    let from = (at.saturating_sub(REACH)..=at).find(|from| text.is_char_boundary(*from))?;
    let most = text.len().min(at.saturating_add(REACH));
    let to = (at..=most).rev().find(|to| text.is_char_boundary(*to))?;
    Some((text.get(from..at)?, text.get(at..to)?))
}

/// Whether a job or step of a pipeline, a target of a make file, or a listing of a page begins with a line.
fn begins(line: &str) -> bool {
    const STEP: &[&str] = &["id:", "if:", "name:", "run:", "task:", "uses:"];
    let is_step = |rest: &str| STEP.iter().any(|word| rest.trim_start().starts_with(word));
    line.trim_start().strip_prefix("- ").is_some_and(is_step)
        || line.trim_start().starts_with("```")
        || is_target(line)
}

fn working_directory(line: &str) -> Option<String> {
    let line = line.trim_start().trim_start_matches("- ");
    let path = line.strip_prefix("working-directory:")?.trim().trim_matches(['"', '\'']);
    (!path.contains('$')).then(|| join("", path))?
}
