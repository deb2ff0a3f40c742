//! The words of a shell's commands, with their places: enough to know what options of a command say.
//!
//! Runs nothing. A word keeps its `$X`, `$(…)` and `${{ … }}` as they stand; what they come to is not known.

use crate::text::TextRange;

/// A word without its quotes, and where it stands with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What the command gets.
    pub text: String,
    /// As written.
    pub range: TextRange,
}

/// Deeper than anybody nests `$(…)`.
const MAX_DEPTH: usize = 32;

/// The commands of `text`, which begins at `offset` of its file. Empty ones are left out.
pub fn commands(text: &str, offset: usize) -> Vec<Vec<Word>> {
    let mut reader = Reader { text, offset, at: 0, found: Vec::new(), words: Vec::new() };
    while reader.at < text.len() {
        reader.step();
    }
    reader.close();
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    offset: usize,
    at: usize,
    found: Vec<Vec<Word>>,
    words: Vec<Word>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn close(&mut self) {
        if !self.words.is_empty() {
            self.found.push(std::mem::take(&mut self.words));
        }
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(sign) = rest.chars().next() else { return };
        if let Some(length) = continued(rest) {
            self.at += length;
            return;
        }
        match sign {
            '\n' | ';' | '|' | '&' | '(' | ')' => {
                self.close();
                self.at += 1;
            }
            '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
            sign if sign.is_whitespace() => self.at += sign.len_utf8(),
            _ => self.word(),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let mut text = String::new();
        while let Some(sign) = self.rest().chars().next() {
            if sign.is_whitespace()
                || matches!(sign, ';' | '|' | '&' | '(' | ')')
                || continued(self.rest()).is_some()
            {
                break;
            }
            match sign {
                '\'' => self.quoted(&mut text),
                '"' => self.double(&mut text),
                '$' => self.dollar(&mut text),
                '\\' => {
                    self.at += 1;
                    self.take(&mut text);
                }
                _ => self.take(&mut text),
            }
        }
        let range = TextRange::new(self.offset + start, self.offset + self.at);
        self.words.push(Word { text, range });
    }

    /// Takes one sign as it is.
    fn take(&mut self, text: &mut String) {
        if let Some(sign) = self.rest().chars().next() {
            text.push(sign);
            self.at += sign.len_utf8();
        }
    }

    fn quoted(&mut self, text: &mut String) {
        let inside = self.text.get(self.at + 1..).unwrap_or("");
        let end = inside.find('\'').unwrap_or(inside.len());
        text.push_str(&inside[..end]);
        self.at = (self.at + end + 2).min(self.text.len());
    }

    fn double(&mut self, text: &mut String) {
        self.at += 1;
        while let Some(sign) = self.rest().chars().next() {
            match sign {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' if self.rest()[1..].starts_with(['"', '\\', '$', '`', '\n']) => {
                    self.at += 1;
                    if self.rest().starts_with('\n') {
                        self.at += 1;
                    } else {
                        self.take(text);
                    }
                }
                '$' => self.dollar(text),
                _ => self.take(text),
            }
        }
    }

    /// `$(…)`, `${…}`, `${{ … }}` whole, also with spaces inside.
    fn dollar(&mut self, text: &mut String) {
        self.take(text);
        let close = match self.rest().chars().next() {
            Some('(') => ')',
            Some('{') => '}',
            _ => return,
        };
        let open = if close == ')' { '(' } else { '{' };
        let mut depth = 0;
        while let Some(sign) = self.rest().chars().next() {
            // One that never closes ends with its line.
            if sign == '\n' {
                return;
            }
            if sign == open {
                depth += 1;
            } else if sign == close {
                depth -= 1;
            }
            self.take(text);
            if depth == 0 || depth > MAX_DEPTH {
                return;
            }
        }
    }
}

/// How long the end of a line is that goes on in the next: a backslash, or PowerShell's backtick.
fn continued(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix(['\\', '`'])?;
    let bare = after.trim_start_matches([' ', '\t', '\r']);
    bare.starts_with('\n').then(|| rest.len() - bare.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::commands;

    fn texts(text: &str) -> Vec<Vec<String>> {
        let found = commands(text, 0).into_iter();
        found.map(|words| words.into_iter().map(|word| word.text).collect()).collect()
    }

    #[test]
    fn words_lose_their_quotes_and_keep_what_a_shell_fills_in() {
        let text = "set -e # strict\ngcloud run deploy oven \\\n  --set-env-vars \"A=1,B=$(date +%s)\" && echo 'a b'\n";
        assert_eq!(
            texts(text),
            [
                vec!["set", "-e"],
                vec!["gcloud", "run", "deploy", "oven", "--set-env-vars", "A=1,B=$(date +%s)"],
                vec!["echo", "a b"],
            ]
        );
        assert_eq!(
            texts("x -e A=${{ secrets.A }} y"),
            [vec!["x", "-e", "A=${{ secrets.A }}", "y"]]
        );
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "  az x --settings 'A=1'";
        let words = &commands(text, 7)[0];
        let last = words.last().unwrap();
        assert_eq!((last.range.start, last.range.end), (25, 30));
        assert_eq!(last.text, "A=1");
    }

    #[test]
    fn what_never_closes_ends() {
        for text in ["a \"b", "a 'b", "a $(b", "a ${b", "a \\", "a `", "$", "\"\\"] {
            assert!(commands(text, 0).len() <= 1, "{text}");
        }
    }
}
