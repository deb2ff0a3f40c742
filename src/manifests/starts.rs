//! The commands that a Dockerfile starts: `ENTRYPOINT` and `CMD`, as words.

use crate::document::shell;

/// What is said so far.
#[derive(Default)]
pub(super) struct Starts {
    /// Each with whether it is an `ENTRYPOINT`, and a list of words.
    all: Vec<(bool, bool, Vec<Vec<String>>)>,
}

impl Starts {
    /// Adds what follows one of the two words.
    pub(super) fn add(&mut self, word: &str, rest: &str) {
        let is_entry = word.eq_ignore_ascii_case("ENTRYPOINT");
        let listed: Option<Vec<String>> = serde_json::from_str(rest.trim()).ok();
        let (is_list, commands) = match listed {
            Some(words) => (true, vec![words]),
            None => (false, of_shell(rest)),
        };
        self.all.push((is_entry, is_list, commands));
    }

    /// The commands. A lone `CMD` is what a lone `ENTRYPOINT` gets as its arguments.
    pub(super) fn commands(self) -> Vec<Vec<String>> {
        if let [(true, true, entry), (false, true, arguments)] = self.all.as_slice() {
            return vec![entry.iter().chain(arguments).flatten().cloned().collect()];
        }
        self.all.into_iter().flat_map(|(_, _, commands)| commands).collect()
    }
}

fn of_shell(text: &str) -> Vec<Vec<String>> {
    let commands = shell::commands(text, 0).into_iter();
    commands.map(|words| words.into_iter().map(|word| word.text).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::Starts;

    fn commands(lines: &[(&str, &str)]) -> Vec<String> {
        let mut starts = Starts::default();
        for (word, rest) in lines {
            starts.add(word, rest);
        }
        starts.commands().into_iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn an_entrypoint_gets_the_words_of_the_command() {
        let both = [("ENTRYPOINT", "[\"python\"]"), ("CMD", "[\"bake.py\", \"-v\"]")];
        assert_eq!(commands(&both), ["python bake.py -v"]);
        assert_eq!(
            commands(&[("CMD", "migrate && exec python bake.py")]),
            ["migrate", "exec python bake.py"]
        );
        let several = [("CMD", "[\"a\"]"), ("CMD", "[\"b\"]")];
        assert_eq!(commands(&several), ["a", "b"]);
    }
}
