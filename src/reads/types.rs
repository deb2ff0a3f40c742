//! Types as code writes them, parsed from their text: one grammar for `Option<T>`, `Optional[T]`, `T | None`.
//!
//! Knows brackets, commas and bars; what a name stands for is asked of the scopes around it.

use super::names::Names;
use crate::facts::code::Path;
use crate::facts::schema::{Holds, TypeExpr};
use crate::lang::syntax::NodeId;

/// Types that nest deeper than this are not told apart.
const MAX_DEPTH: usize = 12;

/// A type's text, and how far it has been read.
struct Reader<'r> {
    text: &'r str,
    at: usize,
}

impl Names<'_> {
    /// The type that `text` writes at `place`.
    pub(super) fn written_type(&self, text: &str, place: NodeId) -> Option<TypeExpr> {
        let text = text.trim().trim_start_matches("->").trim_start_matches(':').trim();
        let mut reader = Reader { text, at: 0 };
        self.union(&mut reader, place, MAX_DEPTH)
    }

    fn union(&self, reader: &mut Reader<'_>, place: NodeId, depth: usize) -> Option<TypeExpr> {
        let first = self.one_type(reader, place, depth)?;
        let mut all = vec![first];
        while reader.eat('|') {
            all.extend(self.one_type(reader, place, depth));
        }
        if all.len() == 1 {
            return all.pop();
        }
        Some(TypeExpr {
            name: "|".to_owned(),
            path: Path::unknown(""),
            args: all,
            holds: Holds::Either,
            is_literal: false,
        })
    }

    fn one_type(&self, reader: &mut Reader<'_>, place: NodeId, depth: usize) -> Option<TypeExpr> {
        let depth = depth.checked_sub(1)?;
        reader.skip_marks();
        let start = reader.rest().chars().next()?;
        if start == '"' || start == '\'' {
            let text = reader.quoted(start);
            return Some(TypeExpr {
                name: text.to_owned(),
                path: Path::unknown(""),
                args: Vec::new(),
                holds: Holds::Itself,
                is_literal: true,
            });
        }
        if start == '(' || start == '[' {
            // A tuple or an array: its first element stands for it.
            reader.at += 1;
            let args = self.arguments_of_type(reader, place, depth);
            let name = if start == '(' { "()" } else { "[]" };
            return Some(TypeExpr {
                name: name.to_owned(),
                path: Path::unknown(""),
                args,
                holds: Holds::Itself,
                is_literal: false,
            });
        }
        let name = reader.word();
        if name.is_empty() {
            reader.at += start.len_utf8();
            return None;
        }
        let last = name.rsplit(['.', ':']).next().unwrap_or(name).to_owned();
        let path = self.path_of_text(name, place);
        let mut args = Vec::new();
        if reader.eat('<') || reader.eat('[') {
            args = self.arguments_of_type(reader, place, depth);
        } else if reader.eat('(') {
            reader.balanced();
        }
        if last != "Literal" {
            // A quoted name inside is a type that is declared further down.
            for arg in args.iter_mut().filter(|arg| arg.is_literal) {
                if let Some(known) = self.written_type(&arg.name, place) {
                    *arg = known;
                }
            }
        }
        let holds = self.handlers.holds(&last);
        Some(TypeExpr { name: last, path, args, holds, is_literal: false })
    }

    fn arguments_of_type(
        &self,
        reader: &mut Reader<'_>,
        place: NodeId,
        depth: usize,
    ) -> Vec<TypeExpr> {
        let mut args = Vec::new();
        loop {
            let before = reader.at;
            args.extend(self.union(reader, place, depth));
            reader.skip_to_separator();
            if !reader.eat(',') {
                break;
            }
            if reader.at <= before {
                break;
            }
        }
        reader.close();
        args
    }

    /// The path that a dotted text names at `place`.
    pub(super) fn path_of_text(&self, name: &str, place: NodeId) -> Path {
        let dotted = name.replace("::", ".");
        let mut segments = dotted.split('.').filter(|segment| !segment.is_empty());
        let Some(first) = segments.next() else { return Path::unknown("") };
        let is_one = dotted.len() == first.len();
        let path = if is_one { self.named(first, place) } else { self.unhidden(first, place) };
        segments.fold(path, |path, segment| path.join(segment))
    }
}

impl<'r> Reader<'r> {
    fn rest(&self) -> &'r str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// `&'a mut dyn Trait` is `Trait` for us.
    fn skip_marks(&mut self) {
        loop {
            self.skip_space();
            let rest = self.rest();
            if rest.starts_with(['&', '*']) {
                self.at += 1;
                continue;
            }
            let lifetime = rest.strip_prefix('\'').map(|name| {
                name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())
            });
            if let Some(length) = lifetime
                && !rest[1 + length..].starts_with('\'')
            {
                self.at += 1 + length;
                continue;
            }
            let word =
                ["mut ", "dyn ", "impl ", "const "].into_iter().find(|word| rest.starts_with(word));
            match word {
                Some(word) => self.at += word.len(),
                None => break,
            }
        }
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn word(&mut self) -> &'r str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | ':' | '-'))
            .unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches(':');
        self.at += word.len();
        word
    }

    fn quoted(&mut self, quote: char) -> &'r str {
        let rest = &self.rest()[1..];
        let end = rest.find(quote).unwrap_or(rest.len());
        self.at += (end + 2).min(self.rest().len());
        &rest[..end]
    }

    /// Skips to the end of an opened bracket.
    fn balanced(&mut self) {
        let mut open = 1_usize;
        for (at, character) in self.rest().char_indices() {
            match character {
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' => open -= 1,
                _ => {}
            }
            if open == 0 {
                self.at += at + 1;
                return;
            }
        }
        self.at = self.text.len();
    }

    /// Skips what is no type (`; 32` of an array, a default) up to the next comma or closing bracket.
    fn skip_to_separator(&mut self) {
        while let Some(character) = self.rest().chars().next() {
            match character {
                ',' | ']' | '>' | ')' => break,
                '(' | '[' | '{' => {
                    self.at += 1;
                    self.balanced();
                }
                _ => self.at += character.len_utf8(),
            }
        }
    }

    fn close(&mut self) {
        if self.rest().starts_with([']', '>', ')']) {
            self.at += 1;
        }
    }
}
