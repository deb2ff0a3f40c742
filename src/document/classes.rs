//! Classes of constants, as Python's modules of settings write them: which class extends which, and what it gives its names.
//!
//! Goes by lines, brackets and quotes, so that every version of a file in the history can be looked at. What stands in functions
//! is not looked at; what stands under a condition is told without a value.

use crate::text::TextRange;

/// A name that is given a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// The name.
    pub name: &'a str,
    /// Where it is written.
    pub range: TextRange,
    /// The value as written; none where a condition decides.
    pub value: Option<Written<'a>>,
}

/// A value as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where that begins in the file.
    pub start: usize,
}

/// A class at the top of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it extends, as written.
    pub bases: Vec<&'a str>,
    /// What its body gives, in the order of the text.
    pub given: Vec<Given<'a>>,
}

/// What a file gives: at its top, and in its classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module<'a> {
    /// At its top.
    pub given: Vec<Given<'a>>,
    /// Its classes.
    pub classes: Vec<Class<'a>>,
}

/// One statement's first line with what its brackets hold.
struct Line<'a> {
    indent: usize,
    start: usize,
    text: &'a str,
}

/// Reads a file.
pub fn module(text: &str) -> Module<'_> {
    let mut module = Module::default();
    let (mut in_class, mut body, mut skipped) = (false, None, None);
    for line in lines(text) {
        if skipped.is_some_and(|indent| line.indent > indent) {
            continue;
        }
        skipped = None;
        if line.indent == 0 {
            let class = class(line.text);
            in_class = class.is_some();
            body = None;
            module.classes.extend(class);
            if in_class {
                continue;
            }
        }
        let opens = ["def ", "async def ", "class "].iter().any(|word| line.text.starts_with(word));
        if opens {
            skipped = Some(line.indent);
            continue;
        }
        let own = if in_class { *body.get_or_insert(line.indent) } else { 0 };
        let Some(mut given) = given(&line) else { continue };
        if line.indent > own {
            given.value = None;
        }
        match module.classes.last_mut() {
            Some(class) if in_class => class.given.push(given),
            _ => module.given.push(given),
        }
    }
    module
}

/// `class Production(Live):`
fn class(text: &str) -> Option<Class<'_>> {
    let rest = text.strip_prefix("class ")?.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let (name, rest) = rest.split_at(end);
    let inside = rest.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let bases = inside.map_or("", |(inside, _)| inside).split(',').map(str::trim);
    Some(Class { name, bases: bases.filter(|it| !it.is_empty()).collect(), given: Vec::new() })
}

/// `NAME = value`, `NAME: bool = value`.
fn given<'a>(line: &Line<'a>) -> Option<Given<'a>> {
    let end = line.text.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let name = &line.text[..end];
    let rest = &line.text[end..];
    let is_typed = rest.trim_start().starts_with(':');
    let at = if is_typed { rest.find('=')? } else { rest.len() - rest.trim_start().len() };
    let value = rest[at..].strip_prefix('=')?;
    if name.is_empty() || value.starts_with('=') {
        return None;
    }
    let text = value.trim();
    let start = line.start + line.text.len() - value.trim_start().len();
    let range = TextRange::new(line.start, line.start + end);
    Some(Given { name, range, value: Some(Written { text, start }) })
}

/// The statements of a text by their first lines, each to the end of its brackets; comments and lone texts left out.
fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = &text[at..at + text[at..].find('\n').unwrap_or(text.len() - at)];
        let code = line.trim_start();
        let start = at + line.len() - code.len();
        if code.is_empty() || code.starts_with('#') {
            at += line.len() + 1;
            continue;
        }
        let (stop, code_end) = statement(text, start);
        found.push(Line { indent: start - at, start, text: text[start..code_end].trim_end() });
        at = stop + 1;
    }
    found
}

/// Where a statement ends, and where its code does, before a comment behind it.
fn statement(text: &str, start: usize) -> (usize, usize) {
    let end = walk(text, start, |_, byte| matches!(byte, b'#' | b'\n'));
    (end + text[end..].find('\n').unwrap_or(text.len() - end), end)
}

/// Goes over what stands in no brackets, no quotes and no comment, until `stops` says so of a byte and where it is; to the end of
/// the text where it never does. It is asked of the sign of a comment as well.
fn walk(text: &str, start: usize, mut stops: impl FnMut(usize, u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'"' | b'\'' => {
                at = behind_quotes(text, at);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\\' => at += 1,
            byte if depth == 0 && stops(at, byte) => return at,
            b'#' => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The byte behind a text in quotes that begins at a byte; behind its line where it does not end there.
fn behind_quotes(text: &str, at: usize) -> usize {
    let mark = &text[at..=at];
    let threefold = mark.repeat(3);
    if let Some(rest) = text[at..].strip_prefix(threefold.as_str()) {
        return rest.find(threefold.as_str()).map_or(text.len(), |end| at + 3 + end + 3);
    }
    let bytes = text.as_bytes();
    let mut next = at + 1;
    while next < bytes.len() {
        match bytes[next] {
            b'\\' => next += 1,
            b'\n' => return next,
            byte if byte == mark.as_bytes()[0] => return next + 1,
            _ => {}
        }
        next += 1;
    }
    text.len()
}

impl<'a> Written<'a> {
    /// The text in quotes that it is.
    pub fn quoted(&self) -> Option<&'a str> {
        let mark = self.text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inside = self.text.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inside.contains(mark)).then_some(inside)
    }

    /// The entries of the dictionary that it is: what stands before the colon and behind it. What is spread has nothing before.
    pub fn entries(&self) -> Option<Vec<(Option<Self>, Self)>> {
        let inside = self.text.strip_prefix('{')?.strip_suffix('}')?;
        let parts = pieces(Written { text: inside, start: self.start + 1 }, b',').into_iter();
        let pair = |part: Self| match part.text.strip_prefix("**") {
            Some(rest) => (None, Written { text: rest, start: part.start + 2 }.trimmed()),
            None => match pieces(part, b':').as_slice() {
                [key, value] => (Some(*key), *value),
                _ => (None, part),
            },
        };
        Some(parts.filter(|part| !part.text.is_empty()).map(pair).collect())
    }

    fn trimmed(self) -> Self {
        let mut text = self.text.trim_start();
        // A comment before it.
        while text.starts_with('#') {
            text = text.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
        }
        let start = self.start + self.text.len() - text.len();
        let (_, end) = statement_in(text);
        Written { text: text[..end].trim_end(), start }
    }
}

/// As [`statement`], of a text in which lines do not end anything.
fn statement_in(text: &str) -> (usize, usize) {
    let mut at = 0;
    while let Some(next) = text[at..].find(['"', '\'', '#']).map(|found| at + found) {
        if text.as_bytes()[next] == b'#' {
            return (text.len(), next);
        }
        at = behind_quotes(text, next);
    }
    (text.len(), text.len())
}

/// The pieces of a text between separators that stand in no brackets and no quotes.
fn pieces(whole: Written<'_>, separator: u8) -> Vec<Written<'_>> {
    let piece = |from: usize, to: usize| {
        Written { text: &whole.text[from..to], start: whole.start + from }.trimmed()
    };
    let (mut found, mut from) = (Vec::new(), 0);
    let end = walk(whole.text, 0, |at, byte| {
        if byte == separator {
            found.push(piece(from, at));
            from = at + 1;
        }
        false
    });
    found.push(piece(from, end));
    found
}

#[cfg(test)]
mod tests {
    use super::module;

    #[test]
    fn classes_say_what_they_extend_and_what_they_give() {
        let text = concat!(
            "\"\"\"Settings\n\nclass Not(Real):\n    OVEN = 1\n\"\"\"\n",
            "import os\n\nSIZE = 3  # loaves\n\n\n",
            "class Base(object):\n    \"\"\"All.\"\"\"\n    OVEN = False\n    TINS = {\n        'rye': True,  # dark\n",
            "        # 'oat': True,\n        \"bun\": max(1, 2), **MORE,\n    }\n\n    def heat(self):\n        OVEN = 5\n\n",
            "class Live(Base, Mixin):\n    if os.environ:\n        OVEN = True\n    LID: bool = 'a#b'\n\n",
            "PLACES = {'live': Live}\n",
        );
        let found = module(text);
        let names: Vec<&str> = found.given.iter().map(|one| one.name).collect();
        assert_eq!(names, ["SIZE", "PLACES"]);
        assert_eq!(found.given[0].value.expect("it has one").text, "3");
        let [base, live] = found.classes.as_slice() else { panic!("two classes: {found:?}") };
        assert_eq!((base.name, base.bases.as_slice()), ("Base", ["object"].as_slice()));
        assert_eq!((live.name, live.bases.as_slice()), ("Live", ["Base", "Mixin"].as_slice()));
        assert_eq!(base.given.len(), 2);
        let entries = base.given[1].value.expect("it has one").entries().expect("a dictionary");
        let entries: Vec<(Option<&str>, &str)> = entries
            .iter()
            .map(|(key, value)| (key.and_then(|key| key.quoted()), value.text))
            .collect();
        assert_eq!(entries, [(Some("rye"), "True"), (Some("bun"), "max(1, 2)"), (None, "MORE")]);
        assert_eq!(live.given[0].value, None, "a condition decides");
        assert_eq!(live.given[1].value.and_then(|value| value.quoted()), Some("a#b"));
        assert_eq!(live.given[1].range.slice(text), "LID");
    }

    #[test]
    fn what_is_cut_short_ends() {
        for text in [
            "class",
            "class A(",
            "X = {'a",
            "X = \"\"\"open",
            "class A:\n  X = {1: '\\",
            "\\",
            "X =",
        ] {
            module(text);
        }
    }
}
