//! Whether a command starts code of the project itself, and by which manifests that is installed.

use crate::model::Confidence;

/// Words before a command that start it as it is.
const BEFORE: &[&str] = &["--", "-g", "-s", "dumb-init", "env", "exec", "tini"];

/// What a command starts.
pub(super) struct Start {
    /// The kinds of manifests that would list its packages.
    pub(super) kinds: &'static [&'static str],
    /// How sure it is that nothing else is started.
    pub(super) confidence: Confidence,
}

/// What a command of a Dockerfile starts, where that is code of the project; `is_own` tells whether a file of it ends so.
pub(super) fn of(words: &[String], text: &str, is_own: &dyn Fn(&str) -> bool) -> Option<Start> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_before = |word: &&str| BEFORE.contains(&last(word)) || is_given(word);
    let behind = words.iter().position(|word| !is_before(word))?;
    let (first, rest) = words[behind..].split_first()?;
    let name = last(first);
    let start = |kinds, confidence| Some(Start { kinds, confidence });
    if is_versioned(name, "python") {
        let is_own = script(rest).is_some_and(|ends| ends.iter().any(|end| is_own(end)));
        return start(&["python", "requirements"], Confidence::Medium).filter(|_| is_own);
    }
    match name {
        "node" => {
            let program = rest.iter().find(|word| !word.starts_with('-'))?;
            let is_ours = !program.contains("node_modules") && !program.contains('$');
            start(&["node"], Confidence::Medium).filter(|_| is_ours)
        }
        "npm" | "pnpm" | "yarn" => start(&["node"], Confidence::Low),
        _ if first.starts_with(['/', '.']) && !name.contains('.') && !first.contains('$') => {
            built(text).and_then(|kinds| start(kinds, Confidence::Low))
        }
        _ => None,
    }
}

/// The ends of paths that may be the file which an interpreter of Python is told to run.
fn script(words: &[&str]) -> Option<Vec<String>> {
    let at = words.iter().position(|word| !word.starts_with('-') || *word == "-m")?;
    match words[at] {
        "-m" => {
            let module = words.get(at + 1)?.replace('.', "/");
            Some(vec![format!("{module}.py"), format!("{module}/__main__.py")])
        }
        path => {
            let is_script = path.rsplit_once('.').is_some_and(|(_, end)| end == "py");
            is_script.then(|| vec![last(path).to_owned()])
        }
    }
}

/// The manifests of what a Dockerfile compiles.
fn built(text: &str) -> Option<&'static [&'static str]> {
    let has = |words: [&str; 2]| words.iter().any(|word| text.contains(word));
    match () {
        () if has(["go build", "go install"]) => Some(&["go"]),
        () if has(["cargo build", "cargo install --path"]) => Some(&["cargo"]),
        () => None,
    }
}

/// `NAME=value` before a command.
fn is_given(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| crate::model::key::is_env_name(name))
}

fn is_versioned(name: &str, program: &str) -> bool {
    name.strip_prefix(program)
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// The last segment of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
