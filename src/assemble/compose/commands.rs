//! Runs that somebody wrote down: `docker compose -f a -f b` in make files, scripts, pipelines and pages, `COMPOSE_FILE`, and
//! the lists of dev containers.
//!
//! Runs no shell: a line whose file names are put together says nothing.

use regex::Regex;

use super::super::folders::{self, Folders};
use super::super::tree;
use super::called::Commands;
use super::runs::BASES;
use crate::document::Syntax;
use crate::text::{File, FileId, Files};

/// More files than a run has.
const MAX_FILES: usize = 16;
/// A run: its files, seen from the folder of the file that names them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Written {
    pub(super) root: u16,
    /// The files; none where the command names none.
    pub(super) files: Vec<FileId>,
    /// The folder in which no file is named, or in which this list is what runs then: by `COMPOSE_FILE`.
    pub(super) folder: Option<String>,
}

/// Words in the names of pages that say how something is started.
const PAGES: &[&str] = &[
    "compose",
    "contributing",
    "deploy",
    "develop",
    "docker",
    "install",
    "readme",
    "setup",
    "start",
];

/// Whether commands may stand in a file at `path`.
pub(super) fn may_hold(path: &str) -> bool {
    let lower = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let end = lower.rsplit_once('.').map_or("", |(_, end)| end);
    let is_page = matches!(end, "md" | "mdx")
        && (!path.contains('/') || PAGES.iter().any(|word| lower.contains(word)));
    is_page
        || is_pipeline(path)
        || matches!(end, "mk" | "sh")
        || matches!(
            lower.as_str(),
            "devcontainer.json"
                | "gnumakefile"
                | "justfile"
                | "makefile"
                | "package.json"
                | "procfile"
                | "taskfile.yaml"
                | "taskfile.yml"
        )
}

/// Whether machines run the commands of the file at `path`: what they start without naming a file, nobody has for himself.
fn is_pipeline(path: &str) -> bool {
    let lower = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let end = lower.rsplit_once('.').map_or("", |(_, end)| end);
    let is_workflow = path.contains(".github/workflows/") && matches!(end, "yaml" | "yml");
    is_workflow || lower == ".gitlab-ci.yml"
}

/// The runs that the files of a scan write down, each as often as it is written.
pub(super) fn written(files: &Files, folders: &Folders<'_>) -> Vec<Written> {
    let mut found = Vec::new();
    let Ok(variable) = Regex::new(r#"(?m)\bCOMPOSE_FILE["']?[ \t]*[=:][ \t]*["']?([^\s"'`]+)"#)
    else {
        return found;
    };
    for (_, file) in files.iter() {
        let name = file.name();
        if name == "devcontainer.json" {
            found.extend(dev_container(file, folders));
            continue;
        }
        let is_env = name == ".env";
        let is_list = is_list(name);
        if !is_env && !is_list && !may_hold(&file.path) {
            continue;
        }
        if file.text.contains("COMPOSE_FILE") {
            for one in variable.captures_iter(&file.text) {
                // `COMPOSE_PATH_SEPARATOR` may say that it is a semicolon, as it is on Windows.
                let list: Vec<&str> =
                    one.get(1).map_or("", |list| list.as_str()).split([':', ';']).collect();
                let folder = is_env.then(|| folders::folder(&file.path).to_owned());
                found.extend(resolve(file, folders, &list).map(|run| Written { folder, ..run }));
            }
        }
        if is_env || !(file.text.contains("compose") || file.text.contains("docker stack")) {
            continue;
        }
        let commands =
            if is_list { Commands::of(&comments(&file.text)) } else { Commands::of(&file.text) };
        for one in commands.iter() {
            match one.files.len() {
                0 if one.starts() && !is_list && !is_pipeline(&file.path) => found.push(Written {
                    root: file.root,
                    files: Vec::new(),
                    folder: Some(standing(file, folders, one.folder().as_deref())),
                }),
                0 => {}
                1 if !one.starts() => {}
                _ => found.extend(
                    resolve(file, folders, &one.files)
                        .or_else(|| resolve_gone(file, folders, &one.folder()?, &one.files)),
                ),
            }
        }
    }
    found
}

/// Whether a file of this name is a compose file: its comments may say what it is laid over.
fn is_list(name: &str) -> bool {
    name.contains("compose") && Syntax::of(name) == Some(Syntax::Yaml)
}

/// The comments of a text, each on a line of its own.
fn comments(text: &str) -> String {
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix('#'));
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of a list, seen from the folder of the file that names them or from one above; `None` where one is not there.
fn resolve(file: &File, folders: &Folders<'_>, list: &[&str]) -> Option<Written> {
    if list.is_empty() || list.len() > MAX_FILES {
        return None;
    }
    let mut folder = folders::folder(&file.path);
    loop {
        let find = |path: &&str| folders.file(file.root, &folders::join(folder, path)?);
        let found: Option<Vec<FileId>> = list.iter().map(find).collect();
        if let Some(files) = found {
            return Some(Written { root: file.root, files, folder: None });
        }
        if folder.is_empty() {
            return None;
        }
        folder = folders::folder(folder);
    }
}

/// The files of a list, seen from a folder that the text went to before.
fn resolve_gone(file: &File, folders: &Folders<'_>, gone: &str, list: &[&str]) -> Option<Written> {
    let files = places(file, gone).find_map(|place| {
        let find = |path: &&str| folders.file(file.root, &folders::join(&place, path)?);
        list.iter().map(find).collect::<Option<Vec<FileId>>>()
    });
    let files = files.filter(|_| list.len() <= MAX_FILES)?;
    Some(Written { root: file.root, files, folder: None })
}

/// The folder in which a command stands that names no file: the one that the text went to, where that holds something to run.
fn standing(file: &File, folders: &Folders<'_>, gone: Option<&str>) -> String {
    let holds = |place: &String| {
        let there = |name: &&str| folders.file(file.root, &folders::join(place, name)?);
        BASES.iter().any(|name| there(name).is_some())
    };
    let gone = gone.and_then(|gone| places(file, gone).find(holds));
    gone.unwrap_or_else(|| folders::folder(&file.path).to_owned())
}

/// What a folder that a text goes to may be: beside the text, of the root, or of the clone of the root.
fn places(file: &File, gone: &str) -> impl Iterator<Item = String> {
    let beside = folders::join(folders::folder(&file.path), gone);
    let in_clone = gone.split_once('/').map(|(_, rest)| rest.to_owned());
    [beside, Some(gone.to_owned()), in_clone].into_iter().flatten()
}

fn dev_container(file: &File, folders: &Folders<'_>) -> Option<Written> {
    let (trees, _) = tree::read(&file.text, 0, Syntax::Json, FileId(0));
    let list = trees.first()?.get("dockerComposeFile")?;
    let all = if list.is_list() { list.items() } else { std::slice::from_ref(list) };
    let paths: Vec<&str> = all.iter().filter_map(tree::Tree::text).collect();
    resolve(file, folders, &paths)
}
