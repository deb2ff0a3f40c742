//! Which programs of the tree the commands of a step or of a make file start, and which variables they give to them.
//!
//! Knows interpreters, runners and make, no shell. What a script of the shell starts in turn is not followed.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::shell::{self, Word};
use crate::facts::build::{Program, TakenIn};
use crate::text::relative::joined;

/// Words before a command that start it.
const BEFORE: &[&str] = &["env", "exec", "nohup", "sudo", "time", "then", "do", "else", "if", "!"];
/// Tools that start a command in the environment of a project: `uv run x`.
const RUNNERS: &[&str] = &["doppler", "hatch", "pdm", "pipenv", "pixi", "poetry", "rye", "uv"];
/// Options of runners and interpreters that take a word.
const TAKING: &[&str] = &[
    "--directory",
    "--env-file",
    "--extra",
    "--group",
    "--project",
    "--python",
    "--with",
    "-W",
    "-X",
    "-e",
    "-p",
];

/// What commands start, and the names that they give what they start.
#[derive(Debug, Default)]
pub(super) struct Started {
    pub(super) programs: Vec<Program>,
    pub(super) gives: BTreeSet<String>,
    /// The files that it takes in: `. oven.env`.
    pub(super) takes: Vec<TakenIn>,
}

/// What the commands of `text` start in `home`, a folder seen from the root.
pub(super) fn started(text: &str, home: &str) -> Started {
    let mut found = Started::default();
    let mut at = home.to_owned();
    let mut marks = false;
    for words in shell::commands(text, 0) {
        let mut words = words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            let name = assigned(&first.text);
            if !BEFORE.contains(&first.text.as_str()) && first.text != "export" && name.is_none() {
                break;
            }
            found.gives.extend(name.map(str::to_owned));
            words = rest;
        }
        let Some((first, rest)) = words.split_first() else { continue };
        match first.text.as_str() {
            "." | "source" => {
                found.takes.extend(rest.first().and_then(|word| taken(word, &at, marks)));
            }
            "set" => {
                let words = || rest.iter().map(|word| word.text.as_str());
                marks |= words().any(|word| word == "-a" || word == "allexport");
            }
            "cd" => {
                let to = rest.first().map_or("", |word| word.text.as_str());
                at = joined(&at, to).unwrap_or_default();
            }
            _ => found.programs.extend(command(&first.text, rest, &at)),
        }
    }
    found
}

/// A file of the tree that the shell takes in. One of its own surroundings (`venv/bin/activate`) gives no keys.
fn taken(word: &Word, at: &str, marks_all: bool) -> Option<TakenIn> {
    let path = word.text.as_str();
    if path.starts_with(['/', '~', '<']) || path.contains('$') || super::name(path) == "activate" {
        return None;
    }
    Some(TakenIn { path: joined(at, path)?, marks_all })
}

/// The name of `NAME=value`.
fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    crate::model::key::is_env_name(name).then_some(name)
}

/// Runners that start one another beyond this are nobody's.
const MAX_RUNNERS: usize = 4;

fn command<'w>(mut first: &'w str, mut rest: &'w [Word], at: &str) -> Vec<Program> {
    for _ in 0..MAX_RUNNERS {
        if !RUNNERS.contains(&super::name(first)) {
            break;
        }
        let Some(run) = rest.iter().position(|word| word.text == "run") else { return Vec::new() };
        let Some((next, behind)) = plain(&rest[run + 1..]).split_first() else { return Vec::new() };
        (first, rest) = (next.text.as_str(), behind);
    }
    let name = super::name(first);
    match name {
        "make" | "just" => targets(rest, at),
        "cargo" => binary(rest).into_iter().collect(),
        _ if name.starts_with("python") => interpreted(rest, at).into_iter().collect(),
        _ if is_script(name) => file(first, rest, at).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The words behind the options that stand first.
fn plain(mut words: &[Word]) -> &[Word] {
    while let Some((first, rest)) = words.split_first() {
        let text = first.text.as_str();
        if !text.starts_with('-') || text == "-m" || text == "-c" {
            break;
        }
        words = if TAKING.contains(&text) { rest.get(1..).unwrap_or(&[]) } else { rest };
    }
    words
}

fn interpreted(words: &[Word], at: &str) -> Option<Program> {
    let (first, rest) = plain(words).split_first()?;
    if first.text != "-m" {
        return file(&first.text, rest, at);
    }
    let module = rest.first()?.text.replace('.', "/");
    let path = joined(at, &module)?;
    let inside = joined(at, &format!("src/{module}"))?;
    let paths = [&path, &inside].into_iter();
    Some(Program::At(
        paths.flat_map(|path| [format!("{path}.py"), format!("{path}/__main__.py")]).collect(),
    ))
}

fn file(path: &str, rest: &[Word], at: &str) -> Option<Program> {
    if path.contains('$') || !is_script(path) {
        return None;
    }
    if super::name(path) == "manage.py" {
        let command = rest.first().filter(|word| !word.text.contains(['-', '$', '/']))?;
        return Some(Program::Ending(format!("/management/commands/{}.py", command.text)));
    }
    Some(Program::At(vec![joined(at, path)?]))
}

fn is_script(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == "py")
}

/// `cargo run --bin x`
fn binary(words: &[Word]) -> Option<Program> {
    words.iter().find(|word| word.text == "run")?;
    let own = words.split(|word| word.text == "--").next()?;
    let named =
        own.iter().position(|word| word.text == "--bin").and_then(|place| own.get(place + 1));
    let name = match named {
        Some(word) => word.text.as_str(),
        None => own.iter().find_map(|word| word.text.strip_prefix("--bin="))?,
    };
    Some(Program::Ending(format!("src/bin/{name}.rs")))
}

fn targets(words: &[Word], at: &str) -> Vec<Program> {
    let mut folder = at.to_owned();
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-C" => {
                let to = words.next().map_or("", |word| word.text.as_str());
                folder = joined(at, to).unwrap_or_default();
            }
            "-f" => return Vec::new(),
            text if text.starts_with('-') || text.contains(['=', '$']) => {}
            text => found.push(text.to_owned()),
        }
    }
    found.into_iter().map(|name| Program::Target { folder: folder.clone(), name }).collect()
}

/// More targets of one rule are not told apart.
const MAX_NAMES: usize = 16;

/// What each target of a make file or justfile in `home` starts, those it builds on first.
pub(super) fn of_targets(text: &str, home: &str) -> BTreeMap<String, Vec<Program>> {
    let mut found: BTreeMap<String, Vec<Program>> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with(['\t', ' ']) {
            let programs = started(line.trim().trim_start_matches(['@', '-', '+']), home).programs;
            for name in &names {
                found.entry(name.clone()).or_default().extend(programs.clone());
            }
            continue;
        }
        let Some((left, right)) = line.split_once(':').filter(|_| !line.starts_with(['#', '.']))
        else {
            continue;
        };
        if right.starts_with('=') || left.contains(['=', '$', '%']) {
            continue;
        }
        names = left.split_whitespace().take(MAX_NAMES).map(str::to_owned).collect();
        for name in &names {
            let before = right.split_whitespace().filter(|word| !word.contains(['$', '=', '%']));
            let before =
                before.map(|one| Program::Target { folder: home.to_owned(), name: one.to_owned() });
            found.entry(name.clone()).or_default().extend(before);
        }
    }
    found.retain(|_, programs| !programs.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::{of_targets, started};
    use crate::facts::build::Program;

    fn at(paths: &[&str]) -> Program {
        Program::At(paths.iter().map(|path| (*path).to_owned()).collect())
    }

    #[test]
    fn interpreters_and_runners_start_files_and_modules() {
        let programs = |text: &str| started(text, "").programs;
        assert_eq!(
            programs("./venv/bin/python3 -u scripts/sweep.py --all"),
            [at(&["scripts/sweep.py"])]
        );
        assert_eq!(programs("cd tools && uv run --with httpx sweep.py"), [at(&["tools/sweep.py"])]);
        assert_eq!(
            programs("poetry run python -m oven.sweep"),
            [at(&[
                "oven/sweep.py",
                "oven/sweep/__main__.py",
                "src/oven/sweep.py",
                "src/oven/sweep/__main__.py"
            ])]
        );
        let ending = |end: &str| Program::Ending(end.to_owned());
        assert_eq!(programs("python manage.py sweep"), [ending("/management/commands/sweep.py")]);
        assert_eq!(programs("cargo run --release --bin sweep -- -v"), [ending("src/bin/sweep.rs")]);
        assert_eq!(programs("python -c 'print(1)'\npytest tests/sweep.py"), []);
    }

    #[test]
    fn commands_give_what_stands_before_them() {
        let found = started("export HEAT=1\nLAMP=on python bake.py", "oven");
        assert_eq!(found.programs, [at(&["oven/bake.py"])]);
        assert_eq!(found.gives.into_iter().collect::<Vec<_>>(), ["HEAT", "LAMP"]);
    }

    #[test]
    fn targets_start_what_their_lines_and_those_before_them_start() {
        let found = of_targets("OVEN := 1\nall: sweep\nsweep: ## sweeps\n\t@python sweep.py\n", "");
        let target = |name: &str| Program::Target { folder: String::new(), name: name.to_owned() };
        assert_eq!(found["all"], [target("sweep")]);
        assert!(found["sweep"].contains(&at(&["sweep.py"])));
    }
}
