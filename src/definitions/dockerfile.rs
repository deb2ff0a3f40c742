//! Dockerfiles: what `ENV` gives to every process of the image, and what `ARG` gives to the build.
//!
//! A build argument gives nothing to the process unless an `ENV` hands it on, and neither does a stage from which others
//! only copy. Which of several targets is deployed is judged where all files are known; here the last one's lines win.

use std::collections::BTreeSet;

use super::context::{Asks, Context, asked, env};
use super::secret::{self, Written};
use super::{Format, paths};
use crate::document::Document;
use crate::facts::SourceFacts;
use crate::model::{ScalarKind, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "dockerfile", paths: is_dockerfile, needles: &["FROM"], claims, extract };

fn is_dockerfile(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let begins = name.strip_prefix("dockerfile").or_else(|| name.strip_prefix("containerfile"));
    begins.is_some_and(|rest| {
        rest.is_empty()
            || (rest.starts_with(['.', '-', '_'])
                && !rest.ends_with("md")
                && !rest.ends_with(".dockerignore"))
    }) || name.ends_with("dockerfile")
}

fn claims(_file: &File, _documents: &[Document]) -> bool {
    true
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let text = &context.file.text;
    let instructions = instructions(text);
    let mut stages = stages(text, &instructions).into_iter().peekable();
    let mut image = SourceFacts::new("dockerfile");
    let mut build = SourceFacts::new("image-build");
    let mut arguments_of_build = SourceFacts::new("dockerfile-arg");
    let mut other_targets = SourceFacts::new("dockerfile");
    let mut ships = Ships::Last;
    for instruction in instructions {
        if let Some(stage) = stages.next_if(|stage| stage.at == instruction.start) {
            ships = stage.ships;
        }
        if let Some(rest) = arguments(text, instruction, "ENV") {
            let facts = match ships {
                Ships::Last => &mut image,
                Ships::Other => &mut other_targets,
                Ships::Nothing => &mut build,
            };
            pairs(context, rest, facts);
        }
        if let Some(rest) = arguments(text, instruction, "ARG") {
            declared(context, rest, &mut arguments_of_build);
        }
    }
    other_targets.entries.append(&mut image.entries);
    image.entries = other_targets.entries;
    [image, build, arguments_of_build]
        .into_iter()
        .filter(|facts| !facts.entries.is_empty())
        .collect()
}

/// What follows the word of an instruction, where it is `word`.
fn arguments(text: &str, instruction: TextRange, word: &str) -> Option<TextRange> {
    let body = instruction.slice(text);
    let is_word = body.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
        && body.as_bytes().get(word.len()).is_some_and(u8::is_ascii_whitespace);
    let from = instruction.start as usize + word.len() + 1;
    is_word.then(|| TextRange::new(from, instruction.end as usize))
}

/// The arguments that an `ARG` declares, each with its default or with none: then who builds decides.
fn declared(context: Context<'_>, range: TextRange, facts: &mut SourceFacts) {
    let text = &context.file.text;
    for word in words(text, range) {
        let end =
            word.slice(text).find('=').map_or(word.end as usize, |at| word.start as usize + at);
        let name = TextRange::new(word.start as usize, end);
        if end < word.end as usize {
            push(context, name, TextRange::new(end + 1, word.end as usize), facts);
        } else {
            facts.entries.push(env(name.slice(text), name, Value::PassThrough, None));
        }
    }
}

/// A stage of a build.
struct Stage {
    /// Where its `FROM` begins.
    at: u32,
    name: String,
    base: String,
    ships: Ships,
}

/// The image that a stage is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ships {
    /// That of the last stage: what a build gives where nobody names a target.
    Last,
    /// That of another target.
    Other,
    /// None: others copy from it.
    Nothing,
}

/// What of a Dockerfile counts at a place of it.
pub struct Reach {
    /// Its stage as far as the instruction there, then those that it is built on, whole.
    pub stages: Vec<TextRange>,
    /// What stands before all stages: `ARG` there counts for `FROM`, and for a stage that declares it again.
    pub before: TextRange,
}

/// Deeper than stages are built on each other.
const DEEPEST: usize = 64;

/// The instructions and stages of a Dockerfile.
pub struct Layout {
    instructions: Vec<TextRange>,
    stages: Vec<Stage>,
}

impl Layout {
    /// Those of a text.
    pub fn of(text: &str) -> Self {
        let instructions = instructions(text);
        let stages = stages(text, &instructions);
        Self { instructions, stages }
    }

    /// A stage, by its name or number, and those that it is built on, whole; all of the file where there is none of that name.
    pub fn stage(&self, target: &str) -> Vec<TextRange> {
        let target = target.to_ascii_lowercase();
        let by_number = target.parse().ok().filter(|place| *place < self.stages.len());
        let mut next = self.stages.iter().rposition(|one| one.name == target).or(by_number);
        let last = self.instructions.last().map_or(0, |one| one.end);
        let mut seen = Vec::new();
        while let Some(place) = next.filter(|_| seen.len() < DEEPEST) {
            let stage = &self.stages[place];
            let end = self.stages.get(place + 1).map_or(last, |next| next.at);
            seen.push(TextRange { start: stage.at, end });
            next = self.stages[..place].iter().rposition(|other| other.name == stage.base);
        }
        if seen.is_empty() { vec![TextRange { start: 0, end: last }] } else { seen }
    }

    /// What counts at the byte `at`. An instruction sees nothing of what it sets itself.
    pub fn reach(&self, at: u32) -> Reach {
        let behind = self.instructions.partition_point(|one| one.start <= at);
        let from = behind.checked_sub(1).map_or(at, |place| self.instructions[place].start);
        let first = self.stages.first().map_or(from, |stage| stage.at.min(from));
        let mut seen = Vec::new();
        let mut end = from;
        let mut next = self.stages.partition_point(|stage| stage.at < from).checked_sub(1);
        while let Some(place) = next.filter(|_| seen.len() < DEEPEST) {
            let stage = &self.stages[place];
            seen.push(TextRange { start: stage.at, end });
            next = self.stages[..place].iter().rposition(|other| other.name == stage.base);
            end = next.and_then(|place| self.stages.get(place + 1)).map_or(0, |stage| stage.at);
        }
        Reach { stages: seen, before: TextRange { start: 0, end: first } }
    }
}

/// The stages. One is shipped if it is the last, if nothing uses it (a target), or if a shipped one is built on it.
fn stages(text: &str, instructions: &[TextRange]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut copied = BTreeSet::new();
    for instruction in instructions {
        if let Some(rest) = arguments(text, *instruction, "FROM") {
            let mut words =
                rest.slice(text).split_whitespace().filter(|word| !word.starts_with("--"));
            let base = words.next().unwrap_or("").to_ascii_lowercase();
            let name = words.nth(1).map_or(stages.len().to_string(), str::to_ascii_lowercase);
            stages.push(Stage { at: instruction.start, name, base, ships: Ships::Nothing });
        }
        for (at, mark) in instruction.slice(text).match_indices("--from=") {
            let from = instruction.slice(text).get(at + mark.len()..).unwrap_or("");
            copied.extend(from.split_whitespace().next().map(str::to_ascii_lowercase));
        }
        for (at, mark) in instruction.slice(text).match_indices(",from=") {
            let from = instruction.slice(text).get(at + mark.len()..).unwrap_or("");
            let end = from.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(from.len());
            copied.insert(from[..end].to_ascii_lowercase());
        }
    }
    let bases: BTreeSet<String> = stages.iter().map(|stage| stage.base.clone()).collect();
    let (mut of_last, mut of_others) = (BTreeSet::new(), BTreeSet::new());
    for at in (0..stages.len()).rev() {
        let is_last = at + 1 == stages.len();
        let number = at.to_string();
        let is_used = copied.contains(&stages[at].name)
            || copied.contains(&number)
            || bases.contains(&stages[at].name);
        let (name, base) = (&stages[at].name, stages[at].base.clone());
        let ships = if is_last || of_last.contains(name) {
            of_last.insert(base);
            Ships::Last
        } else if !is_used || of_others.contains(name) {
            of_others.insert(base);
            Ships::Other
        } else {
            Ships::Nothing
        };
        stages[at].ships = ships;
    }
    stages
}

/// The instructions of a Dockerfile, with their continuation lines.
fn instructions(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let end = at + line.trim_end().len();
        let is_silent = body.is_empty() || body.starts_with('#');
        if !is_silent {
            let from = *start.get_or_insert(at + (line.len() - line.trim_start().len()));
            if !body.ends_with('\\') {
                found.push(TextRange::new(from, end));
                start = None;
            }
        }
        at += line.len();
    }
    found.extend(start.map(|from| TextRange::new(from, text.len())));
    found
}

fn pairs(context: Context<'_>, range: TextRange, facts: &mut SourceFacts) {
    let text = &context.file.text;
    let mut words = words(text, range);
    let is_old = words.first().is_some_and(|word| !word.slice(text).contains('='));
    if is_old && let (Some(name), Some(value)) = (words.first().copied(), words.get(1)) {
        let rest = TextRange { start: value.start, end: range.end };
        push(context, name, rest, facts);
        words.clear();
    }
    for word in words {
        let Some(sign) = word.slice(text).find('=') else { continue };
        let middle = word.start as usize + sign;
        let name = TextRange::new(word.start as usize, middle);
        push(context, name, TextRange::new(middle + 1, word.end as usize), facts);
    }
}

fn push(context: Context<'_>, name_range: TextRange, range: TextRange, facts: &mut SourceFacts) {
    let raw = context.raw(range).trim_end();
    let range = TextRange::new(range.start as usize, range.start as usize + raw.len());
    let name = context.raw(name_range).trim();
    if name.is_empty() {
        return;
    }
    let text = super::words::unquote(raw);
    let asks = if raw.starts_with('\'') { Vec::new() } else { asked(raw, range, Asks::Dollar) };
    let written = Written { name, text: &text, raw, range, kind: ScalarKind::Text, asks };
    let value = secret::judge(&written, context.sealer, facts);
    facts.entries.push(env(name, name_range, value, Some(range)));
}

/// The words of an instruction, split at blanks outside quotes; a backslash before a line end is a blank.
fn words(text: &str, range: TextRange) -> Vec<TextRange> {
    let bytes = text.as_bytes();
    let end = (range.end as usize).min(bytes.len());
    let mut words = Vec::new();
    let (mut start, mut quote) = (None, None);
    let mut at = range.start as usize;
    while at < end {
        let byte = bytes[at];
        let continues = byte == b'\\'
            && text
                .get(at + 1..end)
                .is_some_and(|rest| rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n'));
        if quote.is_none() && (byte.is_ascii_whitespace() || continues) {
            words.extend(start.take().map(|start| TextRange::new(start, at)));
            at += 1;
            if bytes.get(at - 1) == Some(&b'\n') {
                at = skip_comments(text, at, end);
            }
            continue;
        }
        start.get_or_insert(at);
        match (quote, byte) {
            (_, b'\\') => at += 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        at += 1;
    }
    words.extend(start.map(|start| TextRange::new(start, end)));
    words
}

fn skip_comments(text: &str, from: usize, end: usize) -> usize {
    let mut at = from;
    while let Some(rest) = text.get(at..end).filter(|rest| rest.trim_start().starts_with('#')) {
        match rest.find('\n') {
            Some(length) if !rest.get(..length).unwrap_or("").trim().is_empty() => at += length + 1,
            _ => break,
        }
    }
    at
}
