//! The dotenv file that a step of a deployment writes: `echo "A=1" >> .env`, `cat > .env <<EOF`.
//!
//! What it names is there when the code starts, whatever the repository has at that place. A program that writes the file
//! may give anything. Folders that a step changes into are not followed: the path is seen from the top of the project.

use super::commands;
use super::context::{Context, env};
use super::{dotenv, paths};
use crate::document::Node;
use crate::document::shell::Word;
use crate::facts::{OpaqueFact, SourceFacts};
use crate::model::key::is_env_name;
use crate::model::{Role, Value};
use crate::text::TextRange;

/// More commands than these stand in no braces.
const MOST_BACK: usize = 1_000;

/// The kind of its sources.
pub(super) const KIND: &str = "pipeline-dotenv";

/// Whether a step may write such a file.
pub(super) fn is_worth(context: Context<'_>, step: Node<'_>) -> bool {
    scripts(step).any(|script| context.raw(script.resolved().range()).contains("env"))
}

/// The scripts of a step: its own, and the one that its action runs elsewhere.
fn scripts(step: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    step.get("run").into_iter().chain(step.at(&["with", "script"]))
}

/// Adds what the commands of a step write into dotenv files.
pub(super) fn add(context: Context<'_>, step: Node<'_>, facts: &mut SourceFacts) {
    for script in scripts(step) {
        let range = script.resolved().range();
        let all = commands::lines(context, range);
        let mut end = 0;
        for (at, words) in all.iter().enumerate() {
            // The lines of a here document are no commands.
            if words.first().is_some_and(|word| word.range.start < end) {
                continue;
            }
            let Some(target) = Target::of(context, words) else { continue };
            target.note(facts);
            if let Some(inside) = heredoc(context, words, range) {
                lines(context, inside, facts);
                end = inside.end;
            } else {
                commands_of(context, &all[..=at], &target, facts);
            }
        }
    }
}

/// A dotenv file that a command writes.
struct Target {
    path: String,
    /// Nothing is left of what it held.
    is_anew: bool,
    /// How many words of the command come before it.
    before: usize,
    /// Whether the command only takes it away.
    is_gone: bool,
    range: TextRange,
}

impl Target {
    fn of(context: Context<'_>, words: &[Word]) -> Option<Self> {
        let told = |(path, is_anew): (&str, bool), before: usize, is_gone: bool| {
            let name = paths::name(path);
            let is_file = name.contains(".env") && dotenv::is_dotenv(name);
            let is_it = is_file && paths::role(name) == Role::Values;
            let path = path.trim_start_matches("./").to_owned();
            let range = words.first()?.range;
            is_it.then_some(Self { path, is_anew, before, is_gone, range })
        };
        let first = words.first()?.text.as_str();
        let last = || words.last().map_or("", |word| word.text.as_str());
        match first {
            "tee" => {
                let is_anew = !words.iter().any(|word| word.text == "-a");
                return words[1..].iter().find_map(|word| told((&word.text, is_anew), 1, false));
            }
            // `mv .env .env-dev`, but not `mv .env.production .env`.
            "mv" | "rm" if paths::name(last()) != ".env" || first == "rm" => {
                return words[1..].iter().find_map(|word| told((&word.text, true), 1, true));
            }
            "cp" | "mv" => return told((last(), true), 1, false),
            _ => {}
        }
        words.iter().enumerate().find_map(|(at, word)| {
            let sign = word.text.rfind('>')?;
            let behind = &word.text[sign..];
            // A sign in quotes redirects nothing.
            if !context.raw(word.range).ends_with(behind) {
                return None;
            }
            let is_anew = !word.text[..sign].ends_with('>');
            let path = match &behind[1..] {
                "" => words.get(at + 1)?.text.as_str(),
                path => path,
            };
            let is_own = !word.text[..sign].trim_end_matches('>').is_empty();
            told((path, is_anew), at + usize::from(is_own), false)
        })
    }

    fn note(&self, facts: &mut SourceFacts) {
        let is_known = !self.path.starts_with(['/', '~']) && !self.path.contains('$');
        if self.is_anew && is_known && !facts.replaces.contains(&self.path) {
            facts.replaces.push(self.path.clone());
        }
    }
}

/// Adds what the last of these commands writes, which may show it itself or get it from those before.
fn commands_of(context: Context<'_>, all: &[Vec<Word>], target: &Target, facts: &mut SourceFacts) {
    let Some((words, before)) = all.split_last() else { return };
    match words[0].text.as_str() {
        _ if target.is_gone => {}
        "}" => {
            let opens = |words: &Vec<Word>| words[0].text == "{";
            let before = &before[before.len().saturating_sub(MOST_BACK)..];
            let from = before.iter().rposition(opens).unwrap_or(before.len());
            for words in &before[from..] {
                let rest = if opens(words) { &words[1..] } else { words };
                shown(context, rest, target.range, facts);
            }
        }
        "tee" => shown(context, before.last().map_or(&[], Vec::as_slice), target.range, facts),
        _ => shown(context, &words[..target.before.min(words.len())], target.range, facts),
    }
}

/// What `echo` or `printf` shows; of other programs nobody knows.
fn shown(context: Context<'_>, words: &[Word], range: TextRange, facts: &mut SourceFacts) {
    let Some(first) = words.first() else { return };
    match first.text.as_str() {
        "echo" | "printf" => {}
        ":" | "touch" | "true" => return,
        _ => return hide(range, facts),
    }
    let told = words[1..].iter().find(|word| !word.text.starts_with('-'));
    let Some(word) = told else { return };
    let start = word.range.start as usize;
    let raw = context.raw(word.range);
    let inside = inside(raw);
    let from = start + raw.find(inside).unwrap_or(0);
    lines(context, TextRange::new(from, from + inside.len()), facts);
}

/// A word without the quotes around it, and without the sign that leads it into a file: `"A=1">>`.
fn inside(raw: &str) -> &str {
    match raw.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let rest = &raw[1..];
            rest.rfind(quote).map_or(rest, |end| &rest[..end])
        }
        _ if raw.ends_with(['"', '\'']) => raw,
        _ => raw.split('>').next().unwrap_or(raw),
    }
}

/// The text of a here document of a command, without the line that ends it.
pub(super) fn heredoc(
    context: Context<'_>,
    words: &[Word],
    script: TextRange,
) -> Option<TextRange> {
    let at = words.iter().position(|word| word.text.starts_with("<<"))?;
    let mark = words[at].text.trim_start_matches("<<").trim_start_matches('-');
    let mark = if mark.is_empty() { words.get(at + 1)?.text.as_str() } else { mark };
    let behind = TextRange::new(words[at].range.end as usize, script.end as usize);
    let text = context.raw(behind);
    let from = text.find('\n')? + 1;
    let mut length = 0;
    for line in text[from..].split_inclusive('\n') {
        if line.trim() == mark {
            break;
        }
        length += line.len();
    }
    let start = behind.start as usize + from;
    Some(TextRange::new(start, start + length))
}

/// Adds the lines of a dotenv file.
fn lines(context: Context<'_>, range: TextRange, facts: &mut SourceFacts) {
    let mut at = range.start as usize;
    for line in context.raw(range).split_inclusive('\n') {
        let bare = line.trim().trim_end_matches("\\n");
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let bare = bare.strip_prefix("export ").map_or(bare, str::trim_start);
        let start = start + line.trim_start().find(bare).unwrap_or(0);
        let whole = TextRange::new(start, start + bare.len());
        match bare.split_once('=').filter(|(name, _)| is_env_name(name)) {
            Some((name, value)) => one(context, (name, value), whole, facts),
            None => hide(whole, facts),
        }
    }
}

fn one(
    context: Context<'_>,
    (name, value): (&str, &str),
    range: TextRange,
    facts: &mut SourceFacts,
) {
    // What else stands in the line, `printf` fills in: `A=%s`, `A=1\nB=2`.
    if value.contains(['%', '\\']) {
        let start = range.start as usize;
        let key = TextRange::new(start, start + name.len());
        let given = Value::Reference { text: "…".to_owned(), needs: Vec::new() };
        facts.entries.push(env(name, key, given, None));
        if value.contains("\\n") {
            hide(range, facts);
        }
        return;
    }
    let value = value.trim_matches(['"', '\'']);
    commands::pair(context, &Word { text: format!("{name}={value}"), range }, facts);
}

/// Says that anything may be in the file.
fn hide(range: TextRange, facts: &mut SourceFacts) {
    facts.opaque.push(OpaqueFact::new("what a step writes into a dotenv file", None, range));
}
