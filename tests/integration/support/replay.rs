//! Replays a history of `fixtures/history`: commits with dates and authors become a git repository on disk.
//!
//! Nothing in a commit depends on the machine, so their names are the same in every run.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{FileMode, Index, IndexEntry, IndexTime, Oid, Repository, Signature, Time};
use serde::Deserialize;

use super::{Project, repository};

/// The branch that is checked out in the end.
const MAIN: &str = "main";

/// A history as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct History {
    /// The commits, oldest first.
    commits: Vec<Commit>,
    /// What is on disk and in no commit.
    #[serde(default)]
    tree: BTreeMap<String, String>,
    /// The keys that the case is about; all where none is named.
    #[serde(default)]
    pub(crate) ask: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    date: String,
    author: Option<String>,
    message: Option<String>,
    on: Option<String>,
    merge: Option<String>,
    #[serde(default)]
    r#move: BTreeMap<String, String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    write: BTreeMap<String, String>,
    #[serde(default)]
    link: BTreeMap<String, String>,
}

/// A repository that was made of a history.
pub(crate) struct Replayed {
    /// Where it is.
    pub(crate) project: Project,
    /// The names of its commits, in the order in which they are written down.
    pub(crate) commits: Vec<String>,
}

/// The files of a state, by path, with their modes.
type Tree = BTreeMap<String, (FileMode, String)>;

/// A branch: its tip, its files, and the files with which it began.
#[derive(Clone, Default)]
struct Branch {
    tip: Option<Oid>,
    now: Tree,
    base: Tree,
}

impl History {
    /// The history of a case: `moved-file` is `fixtures/history/moved-file.yaml`.
    pub(crate) fn of_case(case: &str) -> Self {
        let path = repository().join("fixtures/history").join(format!("{case}.yaml"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{case}: {error}"));
        Self::of_text(&String::from_utf8(bytes).expect("a case is text"))
    }

    /// A history that is written in a test.
    pub(crate) fn of_text(text: &str) -> Self {
        serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"))
    }

    /// Makes the repository in a folder of its own.
    pub(crate) fn replay(&self) -> Replayed {
        let project = Project::of(&[]);
        let commits = self.replay_into(project.root());
        Replayed { project, commits }
    }

    /// Makes the repository in an empty folder and gives the names of its commits.
    fn replay_into(&self, root: &Path) -> Vec<String> {
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head(MAIN).external_template(false);
        let git = Repository::init_opts(root, &options).expect("a repository");
        let mut branches: BTreeMap<String, Branch> = BTreeMap::new();
        let mut author = "Ada".to_owned();
        let mut names = Vec::new();
        for commit in &self.commits {
            author = commit.author.clone().unwrap_or(author);
            let id = commit.make(&git, &mut branches, &author);
            names.push(id.to_string());
        }
        let main = branches.remove(MAIN).expect("some commit is on main");
        for (path, (mode, text)) in &main.now {
            place(root, path, *mode, text);
        }
        for (path, text) in &self.tree {
            place(root, path, FileMode::Blob, text);
        }
        let mut index = git.index().expect("an index");
        fill(&git, &mut index, &main.now);
        index.write().expect("the index is written");
        names
    }
}

impl Commit {
    fn make(&self, git: &Repository, branches: &mut BTreeMap<String, Branch>, author: &str) -> Oid {
        let name = self.on.as_deref().unwrap_or(MAIN);
        if !branches.contains_key(name) {
            let main = branches.get(MAIN).cloned().unwrap_or_default();
            branches.insert(name.to_owned(), Branch { base: main.now.clone(), ..main });
        }
        let other = self.merge.as_ref().map(|other| branches[other].clone());
        let branch = branches.get_mut(name).expect("it was added");
        if let Some(other) = &other {
            let paths = other.base.keys().chain(other.now.keys());
            for path in paths.filter(|path| other.base.get(*path) != other.now.get(*path)) {
                match other.now.get(path) {
                    Some(file) => branch.now.insert(path.clone(), file.clone()),
                    None => branch.now.remove(path),
                };
            }
        }
        self.change(&mut branch.now);
        let mut index = git.index().expect("an index");
        fill(git, &mut index, &branch.now);
        let tree = git.find_tree(index.write_tree().expect("a tree")).expect("the tree");
        let mail = format!("{}@bakery.example", author.to_lowercase());
        let who = Signature::new(author, &mail, &Time::new(self.seconds(), 0)).expect("a name");
        let tips = branch.tip.into_iter().chain(other.and_then(|other| other.tip));
        let parents: Vec<_> = tips.map(|tip| git.find_commit(tip).expect("a parent")).collect();
        let message = self.message.as_deref().unwrap_or("Work");
        let id = git
            .commit(None, &who, &who, message, &tree, &parents.iter().collect::<Vec<_>>())
            .expect("a commit");
        git.reference(&format!("refs/heads/{name}"), id, true, "replay").expect("a branch");
        branch.tip = Some(id);
        id
    }

    fn change(&self, tree: &mut Tree) {
        for (from, to) in &self.r#move {
            let file = tree.remove(from).unwrap_or_else(|| panic!("there is no {from} to move"));
            tree.insert(to.clone(), file);
        }
        for path in &self.remove {
            assert!(tree.remove(path).is_some(), "there is no {path} to remove");
        }
        for (path, text) in &self.write {
            tree.insert(path.clone(), (FileMode::Blob, text.clone()));
        }
        for (path, to) in &self.link {
            tree.insert(path.clone(), (FileMode::Link, to.clone()));
        }
    }

    fn seconds(&self) -> i64 {
        let time = if self.date.contains('T') {
            self.date.clone()
        } else {
            format!("{}T12:00:00Z", self.date)
        };
        let time: jiff::Timestamp =
            time.parse().unwrap_or_else(|error| panic!("{}: {error}", self.date));
        time.as_second()
    }
}

/// Makes an index that holds these files and no other.
fn fill(git: &Repository, index: &mut Index, tree: &Tree) {
    index.clear().expect("an index");
    for (path, (mode, text)) in tree {
        let entry = IndexEntry {
            ctime: IndexTime::new(0, 0),
            mtime: IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode: u32::from(*mode),
            uid: 0,
            gid: 0,
            file_size: 0,
            id: git.blob(text.as_bytes()).expect("a blob"),
            flags: 0,
            flags_extended: 0,
            path: path.as_bytes().to_vec(),
        };
        index.add(&entry).expect("an entry");
    }
}

fn place(root: &Path, path: &str, mode: FileMode, text: &str) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder");
    if mode == FileMode::Link {
        #[cfg(unix)]
        std::os::unix::fs::symlink(text, file).expect("a link");
    } else {
        std::fs::write(file, text).expect("a file");
    }
}
