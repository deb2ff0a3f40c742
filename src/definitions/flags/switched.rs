//! Commands of Django that give flags a state: `manage.py waffle_switch NAME on --create`, `waffle_flag`, `waffle_sample`,
//! `enable_flag`. In scripts and make files, and in what else runs commands: images, pipelines, compose files, manifests.
//!
//! What a database holds beyond that, and whether anybody runs the script, is not seen. A name that a shell makes is left out.

use super::super::context::Context;
use super::{Flags, Named, Served};
use crate::document::shell::{self, Word};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::TextRange;

/// The commands.
const COMMANDS: &[&str] =
    &["disable_flag", "enable_flag", "waffle_flag", "waffle_sample", "waffle_switch"];

/// The programs that run them.
const PROGRAMS: &[&str] = &["manage.py", "django-admin"];

/// More words than a command has.
const MAX_WORDS: usize = 200;

/// Longer than a command is.
const MAX_BYTES: usize = 10_000;

/// Whether a word is one of the programs, wherever it lies.
fn is_program(word: &Word) -> bool {
    PROGRAMS.contains(&word.text.rsplit('/').next().unwrap_or(""))
}

/// Whether a line may run one of the programs.
fn is_worth_program(line: &str) -> bool {
    PROGRAMS.iter().any(|program| line.contains(program))
}

/// Whether one of the commands may stand in a text.
pub(in super::super) fn is_worth(text: &str) -> bool {
    COMMANDS.iter().any(|command| text.contains(command))
}

/// What the commands give that a file of another format runs: in its lines, and in lists of words over several lines.
pub(in super::super) fn beside(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let text = &context.file.text;
    if !is_worth(text) {
        return Vec::new();
    }
    let mut commands = Vec::new();
    let mut taken = Vec::new();
    for node in documents.iter().flat_map(Document::nodes).filter(|node| node.is_list()) {
        if let Some(words) = listed(node).filter(|words| words.iter().any(is_program)) {
            taken.push(node.range());
            commands.push(words);
        }
    }
    let (mut at, mut done) = (0, 0);
    for line in text.split_inclusive('\n') {
        let range = TextRange::new(at, at + line.len());
        let is_comment = line.trim_start().starts_with('#');
        let is_taken = taken.iter().any(|list| list.start < range.end && range.start < list.end);
        if !is_comment && !is_taken && at >= done && is_worth_program(line) {
            let (found, end) = in_line(text, range);
            commands.extend(found);
            done = end;
        }
        at += line.len();
    }
    extract(context, commands.into_iter())
}

/// The words of a list of texts.
fn listed(node: Node<'_>) -> Option<Vec<Word>> {
    let items = node.items().into_iter().take(MAX_WORDS);
    items.map(|item| Some(Word { text: item.text()?.to_owned(), range: item.range() })).collect()
}

/// The commands of a line from where the program of Django stands in it, and where they end: a line that ends in a backslash
/// goes on.
fn in_line(text: &str, line: TextRange) -> (Vec<Vec<Word>>, usize) {
    let first = PROGRAMS.iter().filter_map(|program| line.slice(text).find(program)).min();
    let start = line.start as usize + first.unwrap_or(0);
    let mut end = line.end as usize;
    while text[start..end].trim_end().ends_with('\\') && end < text.len() && end - start < MAX_BYTES
    {
        end += text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
    }
    // The words of `["python", "manage.py", "waffle_switch"]` stand between signs of their own.
    let bare = |sign: char| if "\"',[]".contains(sign) { ' ' } else { sign };
    (shell::commands(&text[start..end].chars().map(bare).collect::<String>(), start), end)
}

/// What the commands of a script give, as a source of its own.
pub(in super::super) fn extract(
    context: Context<'_>,
    commands: impl Iterator<Item = Vec<Word>>,
) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, super::waffle::FORMAT.name);
    for words in commands {
        let Some(program) = words.iter().position(is_program) else { continue };
        let Some((command, rest)) = words[program + 1..].split_first() else { continue };
        let Some(name) = rest.iter().find(|word| is_name(&word.text)) else { continue };
        let Some(served) = served(&command.text, rest) else { continue };
        let flag = Named { name: &name.text, range: name.range };
        all.add(None, flag, served, FlagState::serving(Serves::Unknown));
    }
    all.finish(&[])
}

/// A word that is a name of a flag, and no option, no number and nothing that the shell fills in.
fn is_name(text: &str) -> bool {
    let is_sign = |c: char| c.is_alphanumeric() || "_-.:".contains(c);
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(is_sign)
        && !matches!(text, "on" | "off")
}

fn served<'a>(command: &str, rest: &[Word]) -> Option<Served<'a>> {
    let has = |wanted: &str| rest.iter().any(|word| word.text == wanted);
    match command {
        "enable_flag" => Some(Served::all(true)),
        "disable_flag" => Some(Served::all(false)),
        "waffle_switch" if has("on") => Some(Served::all(true)),
        "waffle_switch" if has("off") => Some(Served::all(false)),
        "waffle_sample" => {
            let share = rest.iter().find_map(|word| word.text.parse::<u32>().ok());
            share.map(|share| match share {
                0..=100 => Served::yes_to(Percent(share * (Percent::ALL.0 / 100))),
                _ => Served::Unknown,
            })
        }
        "waffle_flag" if has("--everyone") => Some(Served::all(true)),
        "waffle_flag" if has("--deactivate") => Some(Served::all(false)),
        // Made, given to some, or given a share: superusers have it by themselves.
        "waffle_flag" => Some(Served::Targeted),
        _ => None,
    }
}
