//! `snakecase` and `kebabcase` as Helm's library parts words: a number that letters follow in small is a word of its own.
//!
//! Letters that no case has (CJK) are taken for others.

use std::str::Chars;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Upper,
    Letters,
    Connector,
    Sign,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            c if matches!(c, '-' | '_') || c.is_whitespace() => Self::Connector,
            c if c.is_ascii_punctuation() => Self::Sign,
            c if c.is_uppercase() => Self::Upper,
            c if c.is_numeric() => Self::Number,
            _ => Self::Letters,
        }
    }
}

/// The words of a text, each with what it is.
struct Words<'a> {
    rest: Chars<'a>,
}

impl<'a> Words<'a> {
    fn end(&self, length: usize) -> (&'a str, Chars<'a>) {
        let text = self.rest.as_str();
        let at = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
        (&text[..at], text[at..].chars())
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = (Kind, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = Kind::of(self.rest.clone().next()?);
        let run = |kind: Kind, from: usize| {
            self.rest.clone().skip(from).take_while(|c| Kind::of(*c) == kind).count()
        };
        let length = match (kind, run(kind, 0)) {
            // `Status` is one word, and of `HTTPStatus` the second.
            (Kind::Upper, 1) => 1 + run(Kind::Letters, 1),
            (Kind::Upper, upper) => upper - usize::from(run(Kind::Letters, upper) > 0),
            (_, length) => length,
        };
        let (word, rest) = self.end(length);
        self.rest = rest;
        Some((kind, word))
    }
}

/// A text in words of small letters with `connector` between them.
pub(super) fn connected(text: &str, connector: char) -> String {
    let mut words = Words { rest: text.chars() }.peekable();
    let mut made = String::with_capacity(text.len() + 8);
    let is_bound = |kind: Kind| !matches!(kind, Kind::Connector | Kind::Sign);
    while let Some((kind, word)) = words.next() {
        push(word, connector, &mut made);
        let mut goes_on = match kind {
            Kind::Connector | Kind::Sign => continue,
            Kind::Number => true,
            Kind::Upper | Kind::Letters => false,
        };
        if !goes_on && words.peek().is_some_and(|(kind, _)| *kind == Kind::Number) {
            let number = words.next().map_or("", |(_, word)| word);
            // `Bld4Floor` is `bld4-floor`, `Http2xx` is `http-2xx`.
            goes_on = words.peek().is_some_and(|(kind, _)| *kind == Kind::Letters);
            if goes_on {
                made.push(connector);
            }
            made.push_str(number);
        }
        while let Some((_, word)) =
            words.next_if(|(kind, _)| goes_on && matches!(kind, Kind::Letters | Kind::Number))
        {
            made.push_str(word);
        }
        if words.peek().is_some_and(|(kind, _)| is_bound(*kind)) {
            made.push(connector);
        }
    }
    made
}

fn push(word: &str, connector: char, made: &mut String) {
    for c in word.chars() {
        match Kind::of(c) {
            Kind::Connector => made.push(connector),
            _ => made.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::connected;

    /// What Helm 4.3.1 makes of these.
    #[test]
    fn words_are_parted_as_helm_parts_them() {
        for (text, wanted) in [
            ("runStep1bWorker", "run-step-1b-worker"),
            ("FirstName", "first-name"),
            ("HTTPServer", "http-server"),
            ("NoHTTPS", "no-https"),
            ("GO_PATH", "go-path"),
            ("GO PATH", "go-path"),
            ("go--path", "go--path"),
            ("http2xx", "http-2xx"),
            ("HTTP20xOK", "http-20x-ok"),
            ("Duration2m3s", "duration-2m3s"),
            ("Bld4Floor3rd", "bld4-floor-3rd"),
            ("a1", "a1"),
            ("A1B", "a1-b"),
            ("ovenV2", "oven-v2"),
            ("oven.Heat", "oven.heat"),
            ("1Oven", "1-oven"),
            ("Oven2", "oven2"),
            ("ABc", "a-bc"),
            ("x9Y9z", "x9-y-9z"),
            ("_Lead", "-lead"),
            ("oven2-3Heat", "oven2-3-heat"),
            ("", ""),
            ("run1b2c3D", "run-1b2c3-d"),
            ("Step12", "step12"),
            ("S3Bucket", "s3-bucket"),
            ("S3bucket", "s-3bucket"),
            ("v1.2.3", "v1.2.3"),
        ] {
            assert_eq!(connected(text, '-'), wanted, "{text}");
        }
    }
}
