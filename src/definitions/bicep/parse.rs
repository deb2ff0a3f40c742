//! Bicep as far as it matters here: names and what is bound to them, with objects, lists and texts told from the rest.
//!
//! Evaluates nothing. An expression keeps the objects and lists that stand inside of it.

use crate::text::TextRange;

/// What is bound to a name, or stands in a list.
#[derive(Debug)]
pub(super) struct Value {
    /// As written.
    pub(super) range: TextRange,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Kind {
    /// `{ name: value }`
    Object(Vec<Pair>),
    /// `[ value ]`
    List(Vec<Value>),
    /// `'text'` without anything to fill in.
    Text(String),
    /// Everything else, with the objects and lists inside.
    Expression(Vec<Value>),
}

/// A name and what is bound to it.
#[derive(Debug)]
pub(super) struct Pair {
    /// The name, without quotes.
    pub(super) name: String,
    /// As written.
    pub(super) range: TextRange,
    /// What is bound.
    pub(super) value: Value,
}

/// Deeper than anybody nests.
const MAX_DEPTH: usize = 64;

/// What a file declares at its top: `var x = …`, `param x … = …`, `resource x '…' = { … }`.
pub(super) fn declarations(text: &str) -> Vec<Pair> {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = Reader { text, at: mark, depth: 0 };
    let mut found = Vec::new();
    while reader.at < text.len() {
        reader.blank();
        let start = reader.at;
        if let Some(pair) = reader.declaration() {
            found.push(pair);
        }
        if reader.at == start {
            reader.at = reader.end_of_line();
        }
    }
    found
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn end_of_line(&self) -> usize {
        self.rest().find('\n').map_or(self.text.len(), |length| self.at + length + 1)
    }

    /// Skips spaces, lines and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if !self.comment() {
                return;
            }
        }
    }

    /// Skips a comment, up to the end of its line, which is not skipped.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with("//") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 2)
        } else {
            return false;
        };
        self.at += length.unwrap_or(rest.len());
        true
    }

    fn word(&mut self) -> Option<(String, TextRange)> {
        let start = self.at;
        if self.next() == Some(b'\'') {
            // A key that an expression makes has no name, and something bound to it all the same.
            let value = self.quoted();
            let text = if let Kind::Text(text) = value.kind { text } else { String::new() };
            return Some((text, value.range));
        }
        let length = self.rest().bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_');
        self.at += length.count();
        let text = self.text[start..self.at].to_owned();
        (!text.is_empty()).then(|| (text, TextRange::new(start, self.at)))
    }

    fn declaration(&mut self) -> Option<Pair> {
        let (what, _) = self.word()?;
        if !matches!(what.as_str(), "module" | "param" | "resource" | "var") {
            return None;
        }
        self.blank();
        let (name, range) = self.word()?;
        // A type, the path of a module or the kind of a resource stands before the sign.
        let line = self.rest();
        let end = line.find('\n').unwrap_or(line.len());
        let sign = line[..end].find('=').filter(|at| !line[at + 1..].starts_with('='))?;
        self.at += sign + 1;
        let value = self.value();
        Some(Pair { name, range, value })
    }

    fn value(&mut self) -> Value {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        let start = self.at;
        if self.depth > MAX_DEPTH {
            self.at = self.text.len();
            return Value {
                range: TextRange::new(start, start),
                kind: Kind::Expression(Vec::new()),
            };
        }
        self.depth += 1;
        let first = match self.next() {
            Some(b'{') => Some(self.object()),
            Some(b'[') => Some(self.list()),
            Some(b'\'') => Some(self.quoted()),
            _ => None,
        };
        let mut inside: Vec<Value> = Vec::new();
        let is_whole = first.is_some() && self.is_over();
        if !is_whole {
            inside.extend(first);
            let end = self.expression(&mut inside);
            let end = start + self.text[start..end].trim_end().len();
            self.depth -= 1;
            return Value { range: TextRange::new(start, end), kind: Kind::Expression(inside) };
        }
        self.depth -= 1;
        first.unwrap_or(Value {
            range: TextRange::new(start, start),
            kind: Kind::Expression(inside),
        })
    }

    /// Whether a value ends here.
    fn is_over(&self) -> bool {
        let mut rest = self.rest().trim_start_matches([' ', '\t', '\r']);
        while let Some((_, behind)) = rest.strip_prefix("/*").and_then(|it| it.split_once("*/")) {
            rest = behind.trim_start_matches([' ', '\t', '\r']);
        }
        rest.is_empty() || rest.starts_with(['\n', ',', '}', ']', ')']) || rest.starts_with("//")
    }

    /// The rest of an expression, up to the end of its line or what closes around it; calls may span lines. Gives its end, before
    /// a comment behind it.
    fn expression(&mut self, inside: &mut Vec<Value>) -> usize {
        let mut open = 0_usize;
        let mut end = self.at;
        while let Some(sign) = self.next() {
            match sign {
                b'\'' => {
                    self.quoted();
                }
                b'{' => inside.push(self.object()),
                b'[' => inside.push(self.list()),
                b'(' => {
                    open += 1;
                    self.at += 1;
                }
                b')' if open > 0 => {
                    open -= 1;
                    self.at += 1;
                }
                b',' | b'\n' if open > 0 => self.at += 1,
                b'/' if self.comment() => continue,
                b'\n' if self.goes_on() => {
                    let rest = self.rest();
                    self.at += rest.len() - rest.trim_start().len();
                }
                b',' | b'\n' | b'}' | b']' | b')' => return end,
                _ => self.step(),
            }
            end = self.at;
        }
        end
    }

    /// Whether the next line begins with the other side of a condition.
    fn goes_on(&self) -> bool {
        self.rest().trim_start().starts_with(['?', ':'])
    }

    fn step(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    /// Skips what is not understood; what opens closes.
    fn skip(&mut self) {
        match self.next() {
            Some(b'{') if self.depth < MAX_DEPTH => drop(self.object()),
            Some(b'[') if self.depth < MAX_DEPTH => drop(self.list()),
            Some(b'\'') => drop(self.quoted()),
            _ => self.step(),
        }
    }

    /// Whether an object or list ends here; what stands between its entries is skipped.
    fn ends(&mut self, close: u8) -> bool {
        loop {
            self.blank();
            match self.next() {
                None => return true,
                Some(sign) if sign == close => {
                    self.at += 1;
                    return true;
                }
                Some(b',') => self.at += 1,
                Some(_) => return false,
            }
        }
    }

    fn object(&mut self) -> Value {
        let start = self.at;
        self.at += 1;
        let mut pairs = Vec::new();
        self.depth += 1;
        while !self.ends(b'}') {
            let before = self.at;
            let named = self.word().filter(|_| self.rest().trim_start().starts_with(':'));
            if let Some((name, range)) = named.filter(|_| self.depth <= MAX_DEPTH) {
                self.at += self.rest().find(':').map_or(0, |at| at + 1);
                let value = self.value();
                pairs.push(Pair { name, range, value });
            } else if self.depth <= MAX_DEPTH {
                // A resource may stand inside of another.
                self.at = before;
                pairs.extend(self.declaration());
            }
            if self.at == before || self.depth > MAX_DEPTH {
                self.skip();
            }
        }
        self.depth -= 1;
        Value { range: TextRange::new(start, self.at), kind: Kind::Object(pairs) }
    }

    fn list(&mut self) -> Value {
        let start = self.at;
        self.at += 1;
        let mut items = Vec::new();
        self.depth += 1;
        while !self.ends(b']') {
            let before = self.at;
            if self.depth <= MAX_DEPTH {
                items.push(self.value());
            }
            if self.at == before {
                self.step();
            }
        }
        self.depth -= 1;
        Value { range: TextRange::new(start, self.at), kind: Kind::List(items) }
    }

    /// `'text'`, or `'''text'''` over several lines.
    fn quoted(&mut self) -> Value {
        let start = self.at;
        if self.rest().starts_with("'''") {
            let inside = self.text.get(start + 3..).unwrap_or("");
            let end = inside.find("'''").unwrap_or(inside.len());
            self.at = (start + 3 + end + 3).min(self.text.len());
            let kind = Kind::Text(inside[..end].to_owned());
            return Value { range: TextRange::new(start, self.at), kind };
        }
        self.at += 1;
        let mut text = String::new();
        let mut is_filled = false;
        while let Some(sign) = self.rest().chars().next() {
            match sign {
                '\n' => break,
                '\'' => {
                    self.at += 1;
                    break;
                }
                '\\' => {
                    self.at += 1;
                    text.extend(self.rest().chars().next());
                    self.step();
                }
                '$' if self.rest().starts_with("${") => {
                    is_filled = true;
                    self.filled();
                }
                sign => {
                    text.push(sign);
                    self.step();
                }
            }
        }
        let kind = if is_filled { Kind::Expression(Vec::new()) } else { Kind::Text(text) };
        Value { range: TextRange::new(start, self.at.min(self.text.len())), kind }
    }

    /// `${…}` of a text, with texts of its own.
    fn filled(&mut self) {
        let mut open = 0_usize;
        while let Some(sign) = self.rest().chars().next() {
            match sign {
                '\n' => return,
                '{' => open += 1,
                '}' if open <= 1 => {
                    self.at += 1;
                    return;
                }
                '}' => open -= 1,
                '\'' if self.depth < MAX_DEPTH => {
                    self.depth += 1;
                    self.quoted();
                    self.depth -= 1;
                    continue;
                }
                _ => {}
            }
            self.step();
        }
    }
}
