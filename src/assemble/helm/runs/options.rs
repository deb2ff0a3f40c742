//! The commands of a text that begin with `helm`: their words, the folder they run in, and what their options say.
//!
//! Runs no shell. A folder that a variable names is not known.

use super::shell::Given;
use crate::assemble::going::{folder_of, target_of};

/// Flags with a value behind them that says nothing of keys.
const VALUED: &[&str] = &[
    "--api-versions",
    "--burst-limit",
    "--ca-file",
    "--cert-file",
    "--description",
    "--history-max",
    "--key-file",
    "--keyring",
    "--kube-apiserver",
    "--kube-as-group",
    "--kube-as-user",
    "--kube-ca-file",
    "--kube-context",
    "--kube-tls-server-name",
    "--kube-token",
    "--kube-version",
    "--kubeconfig",
    "--labels",
    "--name-template",
    "--output",
    "--output-dir",
    "--password",
    "--post-renderer",
    "--post-renderer-args",
    "--qps",
    "--registry-config",
    "--repo",
    "--repository-cache",
    "--repository-config",
    "--show-only",
    "--timeout",
    "--username",
    "--version",
    "-a",
    "-l",
    "-o",
    "-s",
];
/// More lines than one command has.
const LINES: usize = 60;
/// Commands of one text that are worth following.
const MOST: usize = 100;

/// A command as it stands in a text.
#[derive(Debug, PartialEq)]
pub(super) struct Command {
    pub(super) words: Vec<String>,
    /// The folder that the text goes to before it; `None` where it goes nowhere, or nobody can tell.
    pub(super) folder: Option<String>,
}

impl Command {
    /// Whether it only prints what it would install.
    pub(super) fn prints(&self) -> bool {
        self.words.iter().any(|word| word == "template")
    }
}

/// The commands of a text that begin with `helm`, with the variables filled in that the text sets itself.
pub(super) fn commands(text: &str, given: &Given) -> Vec<Command> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("helm ") {
        if found.len() >= MOST {
            break;
        }
        let head = text.get(..at).unwrap_or("");
        let before = head.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '#'))
            || head.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with('#'))
        {
            continue;
        }
        let mut line = String::new();
        for part in text.get(at..).unwrap_or("").lines().take(LINES) {
            let goes_on =
                line.is_empty() || line.ends_with('\\') || part.trim_start().starts_with('-');
            if !goes_on || (part.trim_start().starts_with("- ") && !line.is_empty()) {
                break;
            }
            line = format!("{} {}", line.trim_end_matches('\\'), part.trim());
        }
        let ends =
            |word: &&str| !matches!(*word, "&&" | "||" | ";" | "|") && !word.starts_with('#');
        let bare = |word: &str| word.replace(['"', '\''], "").trim_end_matches(';').to_owned();
        let mut words = Vec::new();
        let target = target_of(head);
        let fill = |word: &str| given.fill(target, word);
        for word in line.split_whitespace().take_while(ends) {
            // A variable may hold several options.
            words.extend(fill(&bare(word)).split_whitespace().map(str::to_owned));
        }
        found.push(Command { words, folder: folder_of(text, at, &fill) });
    }
    found
}

/// What a command says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) plain: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) sets: Vec<Set>,
    pub(super) namespace: Option<String>,
}

/// What one option gives, and how it is to be read.
pub(super) type Set = (How, String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Typed,
    Text,
    /// A file or another language: only the names are known.
    Unknown,
}

/// What the words of a command say that installs a chart.
pub(super) fn said(words: &[String]) -> Option<Said> {
    let mut said = given(words.get(1..)?)?;
    let is_verb = |word: &String| matches!(word.as_str(), "upgrade" | "install" | "template");
    let verb = said.plain.iter().position(is_verb)?;
    said.plain.drain(..=verb);
    Some(said)
}

/// What options say, and the words beside them.
pub(super) fn given(words: &[String]) -> Option<Said> {
    let mut said = Said::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (flag, value) = match word.split_once('=') {
            Some((flag, value)) if word.starts_with("--") => (flag, Some(value.to_owned())),
            _ => (word.as_str(), None),
        };
        let mut behind = || value.clone().or_else(|| words.next().cloned());
        match flag {
            "-f" | "--values" => said.files.extend(behind()?.split(',').map(str::to_owned)),
            "--set" => said.sets.extend(behind().map(|set| (How::Typed, set))),
            "--set-string" | "--set-literal" => {
                said.sets.extend(behind().map(|set| (How::Text, set)));
            }
            "--set-file" | "--set-json" => {
                said.sets.extend(behind().map(|set| (How::Unknown, set)));
            }
            "-n" | "--namespace" => said.namespace = behind(),
            flag if VALUED.contains(&flag) => drop(behind()),
            flag if flag.starts_with('-') => {}
            _ => said.plain.push(word.clone()),
        }
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::{Given, How, commands, said};

    fn words(text: &str) -> Vec<Vec<String>> {
        commands(text, &Given::default()).into_iter().map(|one| one.words).collect()
    }

    #[test]
    fn a_command_goes_on_behind_a_backslash() {
        let text = "deploy:\n\thelm upgrade oven ./charts/oven --install \\\n\t  -f values/common.yaml \\\n\t  \
                    --values=values/$(ENV).yaml --set image.tag=$(TAG)\n\techo done\n";
        let all = commands(text, &Given::default());
        assert_eq!(all.len(), 1);
        let said = said(&all[0].words).expect("is a command");
        assert_eq!(said.plain, ["oven", "./charts/oven"]);
        assert_eq!(said.files, ["values/common.yaml", "values/$(ENV).yaml"]);
        assert_eq!(said.sets, [(How::Typed, "image.tag=$(TAG)".to_owned())]);
    }

    #[test]
    fn what_stands_behind_a_flag_is_no_chart() {
        let all = words("helm template . --output-dir out --kube-version 1.30 -f dev.yaml");
        assert_eq!(said(&all[0]).expect("is a command").plain, ["."]);
    }

    #[test]
    fn a_command_runs_where_the_text_goes() {
        let folder = |text: &str| {
            let found = commands(text, &Given::default());
            found.first().expect("is a command").folder.clone()
        };
        assert_eq!(folder("cd deploy/oven\nhelm install oven .\n").as_deref(), Some("deploy/oven"));
        assert_eq!(folder("a:\n\tcd deploy && helm install oven .\n").as_deref(), Some("deploy"));
        assert_eq!(folder("cd a\ncd ../b\nhelm install oven .\n").as_deref(), Some("b"));
        assert_eq!(folder("(cd a && make)\nhelm install oven .\n"), None);
        assert_eq!(folder("cd $HERE\nhelm install oven .\n"), None);
        let step = "    - run: cd lid\n    - name: install\n      run: |\n        helm install oven .\n      working-directory: deploy\n";
        assert_eq!(folder(step).as_deref(), Some("deploy"));
        assert_eq!(
            folder("script:\n  - cd deploy\n  - helm install oven .\n").as_deref(),
            Some("deploy")
        );
    }

    #[test]
    fn a_comment_is_no_command() {
        assert!(words("# helm upgrade oven ./oven\n").is_empty());
    }
}
