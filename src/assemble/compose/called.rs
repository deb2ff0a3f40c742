//! Commands of compose in a text: which files they name and what they do.
//!
//! Runs no shell: a line whose file names are put together says nothing.

use std::sync::OnceLock;

use regex::Regex;

use super::super::going::folder_of;
use super::variables;

/// Options of the command that take a word.
const TAKING: &[&str] = &[
    "--ansi",
    "--env-file",
    "--parallel",
    "--profile",
    "--progress",
    "--project-directory",
    "--project-name",
    "-p",
];

/// Commands that start something: a file alone that is only built or pulled is no run.
const STARTING: &[&str] = &["create", "deploy", "restart", "run", "start", "up", "watch"];

/// A text as a shell reads it: lines that go on are one, and variables that it sets itself are filled in.
pub(crate) struct Commands(String);

/// A command of compose.
pub(crate) struct Command<'t> {
    /// The files that it names.
    pub(crate) files: Vec<&'t str>,
    verb: &'t str,
    text: &'t str,
    at: usize,
}

impl Commands {
    /// The commands of a text.
    pub(crate) fn of(text: &str) -> Self {
        // A line that ends in a backslash goes on.
        Self(variables::filled(&text.replace("\\\n", " ")))
    }

    /// Each command, in the order of the text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Command<'_>> {
        let found = pattern().into_iter().flat_map(|pattern| pattern.captures_iter(&self.0));
        found.map(|one| {
            let (files, verb) = named(one.get(1).map_or("", |rest| rest.as_str()));
            let at = one.get(0).map_or(0, |whole| whole.start());
            Command { files, verb, text: &self.0, at }
        })
    }
}

impl Command<'_> {
    /// Whether it starts something.
    pub(crate) fn starts(&self) -> bool {
        STARTING.contains(&self.verb)
    }

    /// Whether what it starts goes on behind it: no single task in a container.
    pub(crate) fn stays(&self) -> bool {
        self.starts() && self.verb != "run"
    }

    /// The folder to which the text goes before it.
    pub(crate) fn folder(&self) -> Option<String> {
        folder_of(self.text, self.at, &str::to_owned)
    }
}

fn pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = || Regex::new(r"docker(?:[ -]compose|[ ]stack)[ \t]+([^\n;|&`]*)").ok();
    PATTERN.get_or_init(pattern).as_ref()
}

/// The files that the options of a command name, and what the command does.
fn named(rest: &str) -> (Vec<&str>, &str) {
    let (mut list, mut verb) = (Vec::new(), "");
    let mut words =
        rest.split_whitespace().map(|word| word.trim_matches(['"', '\'', ',', '(', ')']));
    while let Some(word) = words.next() {
        match word {
            "-f" | "--file" => list.extend(words.next()),
            // `docker stack deploy -c file`.
            "-c" | "--compose-file" if verb == "deploy" => list.extend(words.next()),
            _ if TAKING.contains(&word) => {
                words.next();
            }
            _ => match word.strip_prefix("--file=").or_else(|| word.strip_prefix("-f=")) {
                Some(file) => list.push(file),
                None if word.starts_with('-') => {}
                None if verb.is_empty() => {
                    verb = word;
                    if verb != "deploy" {
                        break;
                    }
                }
                None => break,
            },
        }
    }
    (list, verb)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn files_are_named_by_options() {
        assert_eq!(
            named("-f a.yml --file=b.yml -p oven --file \"c.yml\" up -f d"),
            (vec!["a.yml", "b.yml", "c.yml"], "up")
        );
        assert_eq!(named("up -d"), (Vec::new(), "up"));
        assert_eq!(named("--env-file x.env -f a.yml config"), (vec!["a.yml"], "config"));
        assert_eq!(named("deploy -c a.yml -c b.yml shop"), (vec!["a.yml", "b.yml"], "deploy"));
    }
}
