//! Templates of Jinja and ERB: what is around their tags can be parsed, every range stays right, and which condition
//! stands around a place is known.
//!
//! Evaluates nothing: both branches of a condition stand in the result.

use std::borrow::Cow;

use crate::text::TextRange;

/// A template engine whose files say so by their ending, or by their tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// `<% … %>`, `<%= … %>`, `<%# … %>`.
    Erb,
    /// `{% … %}`, `{{ … }}`, `{# … #}`.
    Jinja,
}

/// Endings of templates.
const ENDINGS: &[(&str, Engine)] = &[
    (".erb", Engine::Erb),
    (".j2", Engine::Jinja),
    (".jinja", Engine::Jinja),
    (".jinja2", Engine::Jinja),
];

/// Deeper than anybody nests conditions.
const MAX_DEPTH: usize = 64;
/// More tags than anybody writes into one value.
const MAX_CHOICES: usize = 8;

impl Engine {
    /// The engine of a file and its path without the engine's ending; `None` where its name says none.
    pub fn behind(path: &str) -> Option<(Self, &str)> {
        ENDINGS.iter().find_map(|(end, engine)| Some((*engine, path.strip_suffix(end)?)))
    }

    /// What opens and closes a tag that begins at `rest`, and what it does.
    fn opens(self, rest: &str) -> Option<(&'static str, Kind)> {
        let signs: &[(&str, &'static str, Kind)] = match self {
            Self::Erb => &[
                ("<%%", "", Kind::Text),
                ("<%#", "%>", Kind::Comment),
                ("<%=", "%>", Kind::Output),
                ("<%", "%>", Kind::Control),
            ],
            Self::Jinja => &[
                ("{#", "#}", Kind::Comment),
                ("{{", "}}", Kind::Output),
                ("{%", "%}", Kind::Control),
            ],
        };
        let found = signs.iter().find(|(open, ..)| rest.starts_with(open));
        found.map(|(_, close, kind)| (*close, *kind))
    }
}

/// What a tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Comment,
    Control,
    Output,
    /// No tag: an escaped one.
    Text,
}

#[derive(Clone, Copy, Debug)]
struct Tag {
    start: usize,
    end: usize,
    kind: Kind,
}

/// How a condition decides what stands in its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Once for each of something.
    For,
    /// Where it holds.
    If,
    /// Where it does not hold.
    Unless,
}

/// A condition around a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How it decides.
    pub sense: Sense,
    /// Its text.
    pub range: TextRange,
}

/// A template whose tags are blanked out.
#[derive(Clone, Debug)]
pub struct Blanked<'t> {
    /// The text, byte for byte as long as before.
    pub text: Cow<'t, str>,
    /// Tags that put whole lines in.
    pub lines: Vec<TextRange>,
    /// Where the innermost condition changes, and to what.
    changes: Vec<(usize, Option<Condition>)>,
}

impl Blanked<'_> {
    /// The innermost condition around a byte.
    pub fn condition(&self, at: u32) -> Option<Condition> {
        let behind = self.changes.partition_point(|(from, _)| *from <= at as usize);
        self.changes.get(behind.checked_sub(1)?)?.1
    }
}

/// `text` with each tag replaced by as many bytes: `line` where it owns its line, `start` where it gives nothing and
/// stands before something else, `X` where a value stands. Line ends stay.
pub fn blank(text: &str, engine: Engine, line: u8, start: u8) -> Blanked<'_> {
    let tags = tags(text, engine);
    let changes = changes(text, engine, &tags);
    let mut lines = Vec::new();
    if tags.is_empty() {
        return Blanked { text: Cow::Borrowed(text), lines, changes };
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while let Some(tag) = tags.get(at).copied() {
        let (before, behind) = around(text, tag);
        let choice = if before { None } else { choice(text, engine, &tags, at) };
        let last = choice.unwrap_or(at);
        let end = tags.get(last).map_or(tag.end, |tag| tag.end);
        let fill = match (tag.kind, choice.is_some()) {
            (Kind::Output, _) if before && behind => {
                lines.push(TextRange::new(tag.start, tag.end));
                line
            }
            (Kind::Output, _) | (_, true) => b'X',
            _ if before && behind => line,
            _ if before => start,
            _ => b' ',
        };
        let keeps =
            if before && !behind && fill == start { indentation(text, tag.start) } else { 0 };
        for (index, byte) in bytes.iter_mut().enumerate().take(end).skip(tag.start) {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = if index + keeps >= end { b' ' } else { fill };
            }
        }
        at = last + 1;
    }
    let text = String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned);
    Blanked { text, lines, changes }
}

fn tags(text: &str, engine: Engine) -> Vec<Tag> {
    let first = if engine == Engine::Erb { '<' } else { '{' };
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(first)) {
        let start = at + found;
        let Some((close, kind)) = text.get(start..).and_then(|rest| engine.opens(rest)) else {
            at = start + 1;
            continue;
        };
        if kind == Kind::Text {
            at = start + 3;
            continue;
        }
        let Some(length) = text.get(start + 2..).and_then(|rest| rest.find(close)) else { break };
        at = start + 2 + length + close.len();
        tags.push(Tag { start, end: at, kind });
    }
    tags
}

/// Whether nothing stands before a tag on its line, and nothing behind it.
fn around(text: &str, tag: Tag) -> (bool, bool) {
    let is_blank = |byte: &&u8| !matches!(byte, b' ' | b'\t' | b'\r');
    let bytes = text.as_bytes();
    let before = bytes.iter().take(tag.start).rev().find(is_blank);
    let behind = bytes.iter().skip(tag.end).find(is_blank);
    let ends = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b'\n');
    (ends(before), ends(behind))
}

/// How many blanks stand before `at` on its line.
fn indentation(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at).rev();
    before.take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The last tag of a condition that begins and ends inside one value: `{% if a %}x{% else %}y{% endif %}`.
fn choice(text: &str, engine: Engine, tags: &[Tag], first: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in first..tags.len().min(first + MAX_CHOICES) {
        if at > first {
            let between = text.get(tags[at - 1].end..tags[at].start)?;
            if between.contains('\n') {
                return None;
            }
        }
        match step(text, engine, tags[at]) {
            Step::Opens(..) => depth += 1,
            Step::Closes => depth = depth.checked_sub(1)?,
            Step::Turns(_) | Step::None => {}
        }
        if depth == 0 {
            return (at > first).then_some(at);
        }
    }
    None
}

/// What a tag does to the conditions around what follows.
enum Step {
    None,
    Opens(Sense, TextRange),
    Turns(Option<TextRange>),
    Closes,
}

fn step(text: &str, engine: Engine, tag: Tag) -> Step {
    if tag.kind != Kind::Control {
        return Step::None;
    }
    let signs = |c: char| c == '-' || c == '+' || c.is_whitespace();
    let inside = text.get(tag.start + 2..tag.end - 2).unwrap_or("");
    let body = inside.trim_matches(signs);
    let from = tag.start + 2 + (inside.len() - inside.trim_start_matches(signs).len());
    let word = body.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let rest = body.get(word.len()..).unwrap_or("");
    let at = from + word.len() + (rest.len() - rest.trim_start().len());
    let range = TextRange::new(at, at + rest.trim().len());
    let opens_loop = engine == Engine::Erb
        && body.split('|').next().is_some_and(|head| head.trim_end().ends_with(" do"));
    match (engine, word) {
        (_, "if") => Step::Opens(Sense::If, range),
        (Engine::Erb, "unless") => Step::Opens(Sense::Unless, range),
        (_, "for") | (Engine::Erb, "begin" | "case" | "until" | "while") => {
            Step::Opens(Sense::For, range)
        }
        (Engine::Jinja, "elif") | (Engine::Erb, "elsif" | "when") => Step::Turns(Some(range)),
        (_, "else") => Step::Turns(None),
        (Engine::Jinja, "endif" | "endfor") | (Engine::Erb, "end" | "}") => Step::Closes,
        _ if opens_loop => Step::Opens(Sense::For, TextRange::new(from, from + body.len())),
        _ => Step::None,
    }
}

fn changes(text: &str, engine: Engine, tags: &[Tag]) -> Vec<(usize, Option<Condition>)> {
    let mut open: Vec<Condition> = Vec::new();
    let mut deeper = 0_usize;
    let mut changes = Vec::new();
    for tag in tags {
        match step(text, engine, *tag) {
            Step::Opens(sense, range) if open.len() < MAX_DEPTH => {
                open.push(Condition { sense, range });
            }
            Step::Opens(..) => deeper += 1,
            Step::Turns(_) if deeper > 0 => {}
            Step::Turns(other) => {
                if let Some(last) = open.last_mut() {
                    *last = turned(*last, other);
                }
            }
            Step::Closes if deeper > 0 => deeper -= 1,
            Step::Closes => {
                open.pop();
            }
            Step::None => continue,
        }
        changes.push((tag.end, open.last().copied()));
    }
    changes
}

/// The other branch of a condition.
fn turned(one: Condition, other: Option<TextRange>) -> Condition {
    match (other, one.sense) {
        (Some(range), _) => Condition { sense: Sense::If, range },
        (None, Sense::If) => Condition { sense: Sense::Unless, ..one },
        (None, Sense::Unless) => Condition { sense: Sense::If, ..one },
        (None, Sense::For) => one,
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, Sense, blank};

    fn blanked(text: &str, engine: Engine) -> String {
        blank(text, engine, b' ', b' ').text.into_owned()
    }

    #[test]
    fn tags_of_jinja_leave_blanks() {
        let spaces = |length: usize| " ".repeat(length);
        let text = "{% if a %}\nA={{ b }}c\n{# no #}é{% endif %}\n";
        let wanted = format!("{}\nA=XXXXXXXc\n{}é{}\n", spaces(10), spaces(8), spaces(11));
        assert_eq!(blanked(text, Engine::Jinja), wanted);
    }

    #[test]
    fn a_choice_inside_a_value_is_a_value() {
        let text = "a: {% if b %}1{% else %}2{% endif %}\n";
        assert_eq!(blanked(text, Engine::Jinja), format!("a: {}\n", "X".repeat(33)));
        let text = "a: <% if b -%>1<% end %> c\n";
        assert_eq!(blanked(text, Engine::Erb), format!("a: {} c\n", "X".repeat(21)));
    }

    #[test]
    fn what_follows_a_tag_keeps_its_indentation() {
        let made = blank("  {% if b %}c: 1{% endif %}\n", Engine::Jinja, b'#', b'\r');
        assert_eq!(made.text, "  \r\r\r\r\r\r\r\r  c: 1           \n");
    }

    #[test]
    fn the_innermost_condition_is_known() {
        let text = "A\n{% if x == 1 %}\nB\n{% elif y %}\nC\n{%- else -%}\nD\n{% endif %}\nE\n";
        let made = blank(text, Engine::Jinja, b' ', b' ');
        let at = |letter: char| {
            let place = u32::try_from(text.find(letter).expect("it stands there")).expect("small");
            made.condition(place).map(|it| (it.sense, it.range.slice(text)))
        };
        assert_eq!(at('A'), None);
        assert_eq!(at('B'), Some((Sense::If, "x == 1")));
        assert_eq!(at('C'), Some((Sense::If, "y")));
        assert_eq!(at('D'), Some((Sense::Unless, "y")));
        assert_eq!(at('E'), None);
        let text = "<% hosts.each do |host| %>\nA\n<% end %>\nB <%% c %>\n";
        let made = blank(text, Engine::Erb, b' ', b' ');
        assert_eq!(made.condition(27).map(|it| it.sense), Some(Sense::For));
        assert_eq!(made.condition(40), None);
        assert!(made.text.ends_with("B <%% c %>\n"));
    }
}
