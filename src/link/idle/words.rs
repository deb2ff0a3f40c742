//! Whether an occurrence of a field's name may use the field.
//!
//! Sees words and what stands around them, no types: whatever is not plainly something else counts as a use.

use std::ops::Range;

use crate::link::regions::{Kind, Regions, Syntax};

/// One occurrence of a name in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    pub(super) syntax: Syntax,
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The field is declared in this file: its bare name may mean it.
    pub(super) is_home: bool,
}

/// Words before a name that give it a meaning of its own.
const DECLARING: &[&str] =
    &["class", "const", "def", "enum", "fn", "let", "mod", "static", "struct", "trait", "type"];

/// Words of types that look like names of values.
const PRIMITIVES: &[&str] = &[
    "as", "bool", "char", "crate", "dyn", "f32", "f64", "false", "fn", "i128", "i16", "i32", "i64",
    "i8", "impl", "isize", "mut", "self", "static", "str", "super", "true", "u128", "u16", "u32",
    "u64", "u8", "usize",
];

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Word<'_> {
    fn before(&self) -> &str {
        &self.text[..self.start]
    }

    fn after(&self) -> &str {
        &self.text[self.end..]
    }

    /// Whether it is no part of a longer name.
    pub(super) fn is_whole(&self) -> bool {
        !self.before().ends_with(is_name) && !self.after().starts_with(is_name)
    }

    /// Its line, up to it.
    fn line_before(&self) -> &str {
        let before = self.before();
        &before[before.rfind('\n').map_or(0, |at| at + 1)..]
    }

    /// Whether the field that has this name may be used here.
    pub(super) fn may_use(&self, regions: &Regions) -> bool {
        match regions.at(self.start) {
            None => self.may_use_in_code(),
            Some((Kind::Comment, _)) => false,
            // An attribute renames and describes, unless it goes through an object.
            Some((Kind::Attribute, _)) => self.before().ends_with('.'),
            Some((Kind::Text, range)) => !self.is_validator() && self.is_asked_for(&range),
        }
    }

    /// Whether a literal that holds it is the name itself: `getattr(settings, "port")`.
    pub(super) fn is_asked_for_by_text(&self, regions: &Regions) -> bool {
        match regions.at(self.start) {
            Some((Kind::Text, range)) => !self.is_validator() && self.is_asked_for(&range),
            _ => false,
        }
    }

    /// The decorator of a method that checks a field or writes it out.
    fn is_validator(&self) -> bool {
        let line = self.line_before().trim_start();
        self.syntax == Syntax::Python
            && line.starts_with('@')
            && (line.contains("validator") || line.contains("serializer"))
    }

    fn may_use_in_code(&self) -> bool {
        let before = self.before().trim_end();
        let after = self.after().trim_start_matches([' ', '\t']);
        let is_set = after.starts_with('=') && !after[1..].starts_with(['=', '>', '~']);
        if before.ends_with('.') {
            return !is_set;
        }
        if self.syntax == Syntax::Python {
            return self.may_use_in_python(after, is_set);
        }
        before.ends_with("::") || !is_declared(before) && !is_given_a_value(after)
    }

    fn may_use_in_python(&self, after: &str, is_set: bool) -> bool {
        let line = self.line_before().trim_start();
        if line.starts_with("case ") {
            return true;
        }
        // Only the body of its class knows a field by its bare name.
        let is_first = line.is_empty() && after.starts_with(':');
        self.is_home && !is_set && !is_first && !is_declared(self.before().trim_end())
    }

    /// Whether a literal asks for the name, and does not only speak of it.
    fn is_asked_for(&self, literal: &Range<usize>) -> bool {
        let before = &self.text[literal.start.min(self.start)..self.start];
        let after = &self.text[self.end..literal.end.max(self.end)];
        if before.is_empty() && after.is_empty() {
            return true;
        }
        // `f"{settings.port}"`, `"{port}"`, `"{{ port }}"`.
        if before.rfind('{').is_some_and(|open| before.rfind('}').is_none_or(|close| close < open))
        {
            return true;
        }
        let opens = |c: char| c.is_whitespace() || matches!(c, '`' | '\'' | '"' | '(');
        let mut follows = after.chars();
        let closes = match follows.next() {
            None | Some(',' | ':' | ';' | ')' | '!' | '?' | '=' | '\'' | '`' | '"' | '\\') => true,
            Some('.') => !follows.next().is_some_and(is_name),
            Some(c) => c.is_whitespace(),
        };
        !(closes && before.chars().next_back().is_none_or(opens))
    }
}

/// Whether the word that a text ends with gives the next one a meaning of its own.
fn is_declared(before: &str) -> bool {
    let last = |text: &str| text.trim_end_matches(is_name).len();
    let at = last(before);
    match &before[at..] {
        "mut" => {
            let earlier = before[..at].trim_end();
            &earlier[last(earlier)..] == "let"
        }
        word => DECLARING.binary_search(&word).is_ok(),
    }
}

/// `port: 8080`, `port: u16`; not `port: p`, which may be a pattern that takes the field apart.
fn is_given_a_value(after: &str) -> bool {
    let Some(value) = after.strip_prefix(':').filter(|rest| !rest.starts_with(':')) else {
        return false;
    };
    let mut depth = 0_usize;
    let end = value.find(|c: char| {
        match c {
            '(' | '{' | '[' | '<' => depth += 1,
            ')' | '}' | ']' | '>' if depth > 0 => depth -= 1,
            ',' | ')' | '}' if depth == 0 => return true,
            _ => {}
        }
        matches!(c, '\n' | ';' | '"')
    });
    !names_a_value(&value[..end.unwrap_or(value.len())])
}

/// Whether a stretch of Rust holds a name in lower case that could be bound there.
fn names_a_value(text: &str) -> bool {
    let mut at = 0;
    while let Some(step) = text[at..].find(|c: char| is_name(c)) {
        let start = at + step;
        let end = text[start..].find(|c: char| !is_name(c)).map_or(text.len(), |end| start + end);
        let (word, rest) = (&text[start..end], text[end..].trim_start());
        let is_lower =
            word.starts_with(|c: char| c.is_lowercase()) || word.len() > 1 && word.starts_with('_');
        let leads_on = rest.starts_with(['(', '.', '!', '<']) || rest.starts_with("::");
        let is_part = text[..start].ends_with(['.', '\'']) || text[..start].ends_with("::");
        if is_lower && !leads_on && !is_part && PRIMITIVES.binary_search(&word).is_err() {
            return true;
        }
        at = end;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{DECLARING, PRIMITIVES, Word};
    use crate::link::regions::{Regions, Syntax};

    /// Whether the first whole `port` of a text may use a field of that name.
    fn used(syntax: Syntax, text: &str, is_home: bool) -> bool {
        let regions = Regions::of(syntax, text);
        let mut words = text.match_indices("port").map(|(start, found)| Word {
            syntax,
            text,
            start,
            end: start + found.len(),
            is_home,
        });
        let word = words.find(Word::is_whole).expect("a whole word");
        word.may_use(&regions)
    }

    #[test]
    fn tables_are_sorted() {
        assert!(DECLARING.is_sorted() && PRIMITIVES.is_sorted());
    }

    #[test]
    fn python_uses() {
        for text in [
            "bind(settings.port)",
            "x = settings.port\n",
            "settings.port == 1",
            "getattr(settings, 'port')",
            "f'{settings.port}'",
            "'{{ port }}'",
            "'db.port'",
            "match s:\n    case Settings(port=p): pass",
        ] {
            assert!(used(Syntax::Python, text, false), "{text}");
        }
        assert!(used(Syntax::Python, "class S:\n    url = f(port)", true));
    }

    #[test]
    fn python_asides() {
        for text in [
            "settings.port = 1",
            "Settings(port=1)",
            "    port: int = 1",
            "# port",
            "log('the port is taken')",
            "'port: %s'",
            "def port(self): pass",
            "@field_validator('port', mode='before')",
            "for port in ports: bind(port)",
        ] {
            assert!(!used(Syntax::Python, text, false), "{text}");
        }
    }

    #[test]
    fn rust_uses() {
        for text in [
            "bind(config.port)",
            "let Config { port, .. } = config;",
            "let Config { port: p, .. } = config;",
            "Config { port: Some(p), .. } => p,",
            "Config { ref port, .. } => 1,",
            "if config.port == 1 {}",
            "format!(\"{port}\")",
            "config\n    .port\n    .max(1)",
            "Field::port()",
            "#[instrument(fields(p = config.port))]",
        ] {
            assert!(used(Syntax::Rust, text, false), "{text}");
        }
    }

    #[test]
    fn rust_asides() {
        // The field is declared in the same file, as it often is.
        for text in [
            "    pub port: u16,",
            "    port: Option<std::num::NonZeroU16>,",
            "    port: &'static str,",
            "Self { port: 8080 }",
            "Self { port: default_port(), host }",
            "Self { port: args.number }",
            "config.port = 8080;",
            "/// The port.",
            "#[serde(rename = \"port\")]",
            "fn port(&self) -> u16 {",
            "let mut port = 1;",
        ] {
            assert!(!used(Syntax::Rust, text, true), "{text}");
        }
    }
}
