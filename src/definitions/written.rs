//! What a step of a workflow writes into the environment of the steps behind it: `echo "A=1" >> "$GITHUB_ENV"`.
//!
//! Reads `echo`, `printf`, groups in braces, `tee -a` and here documents. Of a value over several lines only the name is
//! known. What a program writes into that file is not seen.

use super::commands;
use super::context::{Context, env};
use super::written_files::heredoc;
use crate::document::Node;
use crate::document::shell::Word;
use crate::facts::SourceFacts;
use crate::model::Value;
use crate::model::key::is_env_name;
use crate::text::TextRange;

/// The file that the runner reads between two steps.
const FILE: &str = "GITHUB_ENV";

/// Adds the variables that the commands of a step write.
pub(super) fn add(context: Context<'_>, step: Node<'_>, facts: &mut SourceFacts) {
    let Some(run) = step.get("run") else { return };
    let range = run.resolved().range();
    if !context.raw(range).contains(FILE) {
        return;
    }
    let all = commands::lines(context, range);
    let mut at = 0;
    while let Some(words) = all.get(at) {
        at += 1;
        if !words.iter().any(|word| word.text.contains(FILE)) {
            continue;
        }
        let first = words.first().map_or("", |word| word.text.as_str());
        match first {
            "}" => group(context, &all[..at - 1], facts),
            "tee" | "Out-File" | "Add-Content" => {
                let before = at.checked_sub(2).and_then(|before| all.get(before));
                shown(context, before.map_or(&[], Vec::as_slice), facts);
            }
            "cat" if let Some(inside) = heredoc(context, words, range) => {
                document(context, inside, facts);
                let is_inside = |words: &&Vec<Word>| {
                    words.first().is_some_and(|word| word.range.start < inside.end)
                };
                at += all[at..].iter().take_while(is_inside).count();
            }
            _ => shown(context, words, facts),
        }
    }
}

/// The commands since the brace that opens.
fn group(context: Context<'_>, before: &[Vec<Word>], facts: &mut SourceFacts) {
    let opens = |words: &Vec<Word>| words.first().is_some_and(|word| word.text == "{");
    let from = before.iter().rposition(opens).unwrap_or(before.len());
    for words in &before[from..] {
        let rest = if opens(words) { &words[1..] } else { words };
        shown(context, rest, facts);
    }
}

/// The lines of a here document: nothing in them parts words or ends a command. Of a value over several lines, those behind
/// the first are no variables.
fn document(context: Context<'_>, inside: TextRange, facts: &mut SourceFacts) {
    let mut at = inside.start as usize;
    let mut until: Option<&str> = None;
    for line in context.raw(inside).split_inclusive('\n') {
        let bare = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if let Some(mark) = until {
            until = Some(mark).filter(|mark| bare != *mark);
            continue;
        }
        until = bare.split_once("<<").filter(|(name, _)| is_env_name(name)).map(|it| it.1);
        let range = TextRange::new(start, start + bare.len());
        one(context, Some(&Word { text: bare.to_owned(), range }), facts);
    }
}

/// What `echo` shows, or what PowerShell hands on.
fn shown(context: Context<'_>, words: &[Word], facts: &mut SourceFacts) {
    let rest = match words.first().map(|word| word.text.as_str()) {
        Some("echo" | "printf" | "Write-Output") => &words[1..],
        Some(_) => words,
        None => return,
    };
    let told = rest.iter().find(|word| !word.text.starts_with('-'));
    one(context, told.filter(|word| !word.text.contains(FILE)), facts);
}

fn one(context: Context<'_>, word: Option<&Word>, facts: &mut SourceFacts) {
    let Some(word) = word else { return };
    if let Some((name, _)) = word.text.split_once("<<").filter(|(name, _)| is_env_name(name)) {
        let start = word.range.start as usize;
        let raw = context.raw(word.range);
        let at = start + raw.find(name).unwrap_or(0);
        let value = Value::Reference { text: "…".to_owned(), needs: Vec::new() };
        facts.entries.push(env(name, TextRange::new(at, at + name.len()), value, None));
        return;
    }
    let is_pair = word.text.split_once('=').is_some_and(|(name, _)| is_env_name(name));
    if is_pair {
        let end = word.text.trim_end_matches("\\n").len();
        let word = Word { text: word.text[..end].to_owned(), range: word.range };
        commands::pair(context, &word, facts);
    }
}
