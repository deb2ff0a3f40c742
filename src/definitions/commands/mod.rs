//! Commands that deploy with variables: `gcloud run deploy --set-env-vars`, `az webapp config appsettings set`, …
//!
//! In scripts and make files here, in pipelines by their own formats. Runs no shell: a value that a shell makes is a
//! reference. A file of variables that a command names (`--env-vars-file`) is taken in.

mod actions;
mod given;
mod tools;
mod var_files;

use super::context::Context;
use super::flags::switched;
use super::{Format, image, paths};
use crate::document::shell::{self, Word};
use crate::document::{Document, Node, Syntax};
use crate::facts::{SourceFacts, Workload};
use crate::model::key::is_env_name;
use crate::model::{Attribution, Scope};
use crate::text::{File, TextRange};

use actions::{FLAGS, INPUTS};
use given::variables;
pub(super) use var_files::var_files;

use tools::{Form, IMAGE, Named, SOURCE, SWITCHES, TOOLS, Tool};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "deploy-command", paths: is_script, needles: &[], claims, extract };

/// The kind of its sources.
pub(super) const KIND: &str = "deploy-command";

/// Longer than anybody writes a command.
const MAX_WORDS: usize = 2_000;

fn is_script(path: &str) -> bool {
    let name = paths::name(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("bash" | "just" | "mk" | "ps1" | "sh" | "zsh"))
        || matches!(name, "GNUmakefile" | "Justfile" | "Makefile" | "justfile" | "makefile")
        || is_build(path)
}

/// Whether a path is called like a configuration of Cloud Build.
fn is_build(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
        && paths::words(paths::name(path)).iter().any(|word| word == "cloudbuild")
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    is_worth(&file.text) || switched::is_worth(&file.text)
}

/// Whether one of the tools stands in a text, as far as its first and last word tell.
pub(super) fn is_worth(text: &str) -> bool {
    TOOLS.iter().any(|tool| {
        let ends = [tool.words.first(), tool.words.last()];
        ends.into_iter().flatten().all(|word| text.contains(*word))
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source(KIND);
    if is_build(&context.file.path) {
        for document in documents {
            build(context, document, &mut facts);
        }
    } else {
        let text = &context.file.text;
        script(context, TextRange::new(0, text.len()), &mut facts);
    }
    let is_silent = facts.entries.is_empty() && facts.includes.is_empty();
    let mut found = if is_silent { Vec::new() } else { vec![facts] };
    let text = &context.file.text;
    if !is_build(&context.file.path) && switched::is_worth(text) {
        let whole = TextRange::new(0, text.len());
        found.extend(switched::extract(context, lines(context, whole).into_iter()));
    }
    found
}

/// The steps of a configuration of Cloud Build: a command in a list of words, or a script in one of them.
fn build(context: Context<'_>, document: &Document, facts: &mut SourceFacts) {
    let steps = document.root().and_then(|root| root.get("steps"));
    for step in steps.map(Node::items).unwrap_or_default() {
        if let Some(script_of) = step.get("script") {
            script(context, script_of.resolved().range(), facts);
        }
        let Some(args) = step.get("args") else { continue };
        let mut words = Vec::new();
        for name in ["name", "entrypoint"] {
            // The image's own program stands before the words.
            let node = step.get(name);
            if let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) {
                let program = text.rsplit('/').next().unwrap_or(text);
                let text = program.split(':').next().unwrap_or(program).to_owned();
                words.push(Word { text, range: node.resolved().range() });
            }
        }
        for item in args.items() {
            let Some(text) = item.text() else { continue };
            let range = item.resolved().range();
            if text.contains(char::is_whitespace) && is_worth(text) {
                script(context, range, facts);
            }
            words.push(Word { text: text.to_owned(), range });
        }
        command(context, &words, facts);
    }
}

/// Adds what the commands under a range of the file give.
pub(super) fn script(context: Context<'_>, range: TextRange, facts: &mut SourceFacts) {
    let text = context.raw(range);
    if !is_worth(text) {
        return;
    }
    for words in lines(context, range) {
        if words.len() < MAX_WORDS {
            command(context, &words, facts);
        }
    }
}

/// Adds what a step of a workflow gives to what it deploys: by its commands, or by the inputs of its action.
pub(super) fn step(context: Context<'_>, step: Node<'_>, facts: &mut SourceFacts) {
    if let Some(run) = step.get("run") {
        script(context, run.resolved().range(), facts);
    }
    let action = step.get("uses").and_then(Node::text).unwrap_or("");
    let action = action.split('@').next().unwrap_or("");
    for input in INPUTS.iter().filter(|input| action.contains(input.action)) {
        let Some(node) = step.at(&["with", input.name]) else { continue };
        let first = facts.entries.len();
        for word in of_input(context, input.form, node.resolved().range()) {
            variables(context, (input.form, &word, 0), facts);
        }
        name_by(context, step, input.named, first, facts);
    }
    for (_, input, command_of, named) in FLAGS.iter().filter(|(name, ..)| action.contains(name)) {
        let Some(node) = step.at(&["with", input]) else { continue };
        let range = node.resolved().range();
        let head = command_of.split(' ').map(|text| Word { text: text.to_owned(), range });
        let options = lines(context, range).into_iter().flatten();
        let first = facts.entries.len();
        command(context, &head.chain(options).collect::<Vec<_>>(), facts);
        name_by(context, step, named, first, facts);
    }
}

/// Says whose the entries from `first` on are, where an input of the action names it.
fn name_by(
    context: Context<'_>,
    step: Node<'_>,
    input: &str,
    first: usize,
    facts: &mut SourceFacts,
) {
    let Some(node) = step.at(&["with", input]) else { return };
    let range = node.resolved().range();
    let Some(name) = node.text().filter(|_| !context.raw(range).contains('$')) else { return };
    let image = step.at(&["with", "image"]).map(|node| context.raw(node.resolved().range()));
    let image = image.map(|image| image.trim_matches(['"', '\'']).to_owned());
    own(facts, first, (name, range), (image, None));
}

/// The words of an input: its lines, which no shell takes apart, unless several variables stand in one.
fn of_input(context: Context<'_>, form: Form, range: TextRange) -> Vec<Word> {
    if form == Form::Each {
        return lines(context, range).into_iter().flatten().collect();
    }
    let (text, mut at) = inside(context, range);
    let mut words = Vec::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        let range = TextRange::new(start, start + bare.len());
        words.push(Word { text: bare.to_owned(), range });
        at += line.len();
    }
    words.retain(|word| !word.text.is_empty() && !word.text.starts_with('#'));
    words
}

/// Adds the variable of a word, `A=1`.
pub(super) fn pair(context: Context<'_>, word: &Word, facts: &mut SourceFacts) {
    variables(context, (Form::One, word, 0), facts);
}

/// The commands in a text of YAML.
pub(super) fn lines(context: Context<'_>, range: TextRange) -> Vec<Vec<Word>> {
    let (text, at) = inside(context, range);
    // The lines of a folded block are one.
    let before = context.raw(TextRange::new(0, range.start as usize)).trim_end();
    let is_folded = before.trim_end_matches(['+', '-']).ends_with('>');
    if is_folded {
        shell::commands(&text.replace('\n', " "), at)
    } else {
        shell::commands(text, at)
    }
}

/// A text of YAML without what stands around it, and where it begins.
fn inside(context: Context<'_>, range: TextRange) -> (&str, usize) {
    let text = context.raw(range);
    // A block begins with its sign, which is no pipe; a text in quotes is no one word.
    let from = match text.as_bytes().first() {
        Some(b'|' | b'>') => text.find('\n').unwrap_or(text.len()),
        Some(b'"' | b'\'') => 1,
        _ => 0,
    };
    let end = text.len() - usize::from(text.len() > 1 && text.starts_with(['"', '\'']));
    (text.get(from..end).unwrap_or(""), range.start as usize + from)
}

/// Says whose the entries from `first` on are, where the name is known.
fn own(
    facts: &mut SourceFacts,
    first: usize,
    (name, range): (&str, TextRange),
    (image, build): (Option<String>, Option<String>),
) {
    if name.is_empty() || name.contains(['$', '{', '<', '%']) || facts.entries.len() == first {
        return;
    }
    for entry in facts.entries.iter_mut().skip(first) {
        entry.scope = Some(Scope::Workload(name.to_owned()));
    }
    if !facts.workloads.iter().any(|known| known.name == name) {
        let name = name.to_owned();
        facts.workloads.push(Workload { image, build, ..Workload::of(name, range) });
    }
}

/// Adds what one command gives.
fn command(context: Context<'_>, words: &[Word], facts: &mut SourceFacts) {
    let is_shown = |word: &Word| {
        matches!(word.text.as_str(), "Write-Host" | "Write-Output" | "echo" | "printf")
    };
    if words.first().is_some_and(is_shown) {
        return;
    }
    let found = TOOLS.iter().find_map(|tool| Some((tool, behind(tool, words)?)));
    let Some((tool, rest)) = found else { return };
    let first = facts.entries.len();
    let named = given(context, tool, rest, facts);
    let option = |names: &[&str]| value_of(rest, names);
    let name = match tool.named {
        Named::Option(options) => option(options),
        Named::First | Named::Not => named.map(|word| (word.text.clone(), word.range)),
        Named::Image => {
            let Some(image) = named else { return };
            let name = option(&["--name"]).unwrap_or_else(|| (short(&image.text), image.range));
            return of_image(facts, first, (&name.0, name.1), &image.text);
        }
    };
    let Some((name, range)) = name else { return };
    let build = option(SOURCE).map(|(folder, _)| folder).filter(|folder| !folder.contains('$'));
    let image = option(IMAGE).map(|(image, _)| image);
    own(facts, first, (&name, range), (image, build));
}

/// What an image is called without its registry and tag.
fn short(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split([':', '@']).next().unwrap_or(last).to_owned()
}

/// Says that the entries from `first` on are a container's, and whose image it runs.
fn of_image(facts: &mut SourceFacts, first: usize, name: (&str, TextRange), image: &str) {
    let theirs = image::third_party(image, image::Unknown::Ours).map(str::to_owned);
    own(facts, first, name, (Some(image.to_owned()), None));
    if let Some(theirs) = theirs {
        for entry in facts.entries.iter_mut().skip(first) {
            entry.attribution = Attribution::Image(theirs.clone());
        }
    }
}

/// Adds the variables of a command's words, and gives the first word that is no option.
fn given<'a>(
    context: Context<'_>,
    tool: &Tool,
    rest: &'a [Word],
    facts: &mut SourceFacts,
) -> Option<&'a Word> {
    let mut named = None;
    let mut at = 0;
    while let Some(word) = rest.get(at) {
        let (option, inside) = match word.text.split_once('=') {
            Some((option, _)) if option.starts_with("--") => (option, Some(option.len() + 1)),
            _ => (word.text.as_str(), None),
        };
        let form = tool.options.iter().find(|(name, _)| *name == option).map(|(_, form)| *form);
        if named.is_some() && matches!(tool.named, Named::Image) {
            break;
        }
        if let Some(form) = form {
            at += 1;
            for (word, from) in take(form, rest, &mut at, inside.map(|from| (word, from))) {
                variables(context, (form, word, from), facts);
            }
        } else if option.starts_with('-') {
            // An option whose value is a word of its own; a switch before a variable takes nothing.
            let next = rest.get(at + 1).filter(|next| !next.text.starts_with('-'));
            let is_switch = matches!(tool.named, Named::Image) && SWITCHES.contains(&option);
            let takes = inside.is_none() && !is_switch && next.is_some_and(|next| !is_pair(next));
            at += 1 + usize::from(takes);
        } else if matches!(tool.named, Named::First | Named::Image) && named.is_none() {
            named = Some(word);
            at += 1;
        } else if let Some(form) = tool.bare {
            for (word, from) in take(form, rest, &mut at, None) {
                variables(context, (form, word, from), facts);
            }
        } else {
            at += 1;
        }
    }
    named
}

/// The words behind those of a tool, which may stand behind others: `sudo`, `then`, `@`.
fn behind<'a>(tool: &Tool, words: &'a [Word]) -> Option<&'a [Word]> {
    let first = words.iter().take(12).position(|word| {
        let text = word.text.trim_start_matches('@');
        text == tool.words[0]
    })?;
    let mut rest = words.get(first + 1..)?;
    for wanted in &tool.words[1..] {
        let is_stage = |word: &Word| matches!(word.text.as_str(), "alpha" | "beta");
        while rest.first().is_some_and(is_stage) {
            rest = &rest[1..];
        }
        if rest.first()?.text != *wanted {
            return None;
        }
        rest = &rest[1..];
    }
    Some(rest)
}

/// The words of one option that hold variables, each with the byte at which they begin in its text.
fn take<'a>(
    form: Form,
    rest: &'a [Word],
    at: &mut usize,
    inside: Option<(&'a Word, usize)>,
) -> Vec<(&'a Word, usize)> {
    if let Some(inside) = inside {
        return vec![inside];
    }
    let mut given = Vec::new();
    while let Some(word) = rest.get(*at) {
        let is_more = given.is_empty() || form == Form::Each;
        if word.text.starts_with('-') || !is_more {
            break;
        }
        given.push((word, 0));
        *at += 1;
    }
    given
}

fn is_pair(word: &Word) -> bool {
    word.text.split_once('=').is_some_and(|(name, _)| is_env_name(name))
}

/// The value of the first of these options.
fn value_of(rest: &[Word], names: &[&str]) -> Option<(String, TextRange)> {
    rest.iter().enumerate().find_map(|(at, word)| {
        if names.contains(&word.text.as_str()) {
            return rest.get(at + 1).map(|next| (next.text.clone(), next.range));
        }
        let (option, value) = word.text.split_once('=')?;
        names.contains(&option).then(|| (value.to_owned(), word.range))
    })
}
