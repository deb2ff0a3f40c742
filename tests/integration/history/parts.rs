//! Histories of which only a part is here, and roots that are only a part of a repository.

use super::{looked, said};
use crate::support::{History, Project, Replayed};

fn told(replayed: &Replayed, keys: &[&str]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    said(&looked(&[replayed.project.root().to_path_buf()], None), &keys, &replayed.commits)
}

/// Takes an object out of a repository.
fn lose(replayed: &Replayed, name: &str) {
    let path = replayed.project.root().join(".git/objects").join(&name[..2]).join(&name[2..]);
    std::fs::remove_file(path).expect("the object is there");
}

#[test]
fn a_shallow_clone_knows_that_keys_may_be_older() {
    let replayed = History::of_case("came-back").replay();
    let shallow = replayed.project.root().join(".git/shallow");
    std::fs::write(shallow, format!("{}\n", replayed.commits[1])).expect("a file");
    lose(&replayed, &replayed.commits[0]);
    let said = told(&replayed, &["FAST_LANE"]);
    assert!(said.contains("late  2022-06-01  it is a shallow clone"), "{said}");
    assert!(said.contains("code  since 2023-09-01 Cem #3"), "{said}");
    assert!(said.contains("deploy/production.env  at least since 2022-06-01 Bo #2"), "{said}");
}

#[test]
fn objects_that_are_missing_cost_what_they_say_and_no_more() {
    let replayed = History::of_case("came-back").replay();
    let git = git2::Repository::open(replayed.project.root()).expect("a repository");
    let first = git2::Oid::from_str(&replayed.commits[0]).expect("a name");
    let tree = git.find_commit(first).expect("a commit").tree().expect("a tree");
    let blob = tree.get_path("shop/till.py".as_ref()).expect("a file").id().to_string();
    lose(&replayed, &blob);
    let said = told(&replayed, &["FAST_LANE"]);
    assert!(said.contains("late  2022-06-01  objects of it are not here"), "{said}");
    assert!(said.contains("code  since 2023-09-01 Cem #3"), "{said}");
    let whole = "deploy/production.env  since 2022-01-10 Ada #1";
    assert!(said.contains(whole), "a file that is lost says nothing of others: {said}");
    let tree = tree.id().to_string();
    lose(&replayed, &tree);
    let said = told(&replayed, &["FAST_LANE"]);
    assert!(said.contains("deploy/production.env  at least since 2022-06-01 Bo #2"), "{said}");
}

#[test]
fn a_repository_that_cannot_be_opened_is_told_and_costs_its_history_alone() {
    let replayed = History::of_case("came-back").replay();
    let path = replayed.project.root().join(".git/config");
    let marked = "[core]\n\trepositoryformatversion = 1\n[extensions]\n\ttideTables = yes\n";
    std::fs::write(path, marked).expect("a file");
    let scan = looked(&[replayed.project.root().to_path_buf()], None);
    let said = said(&scan, &["FAST_LANE".to_owned()], &replayed.commits);
    assert!(said.contains("FAST_LANE (env)  nothing"), "{said}");
    assert!(said.contains("late    cannot read the git repository"), "{said}");
    assert!(scan.problems.iter().any(|problem| problem.message.contains("tidetables")));
    assert!(!scan.inventory.definitions.is_empty());
}

#[test]
fn a_root_may_be_a_folder_and_roots_may_lie_in_several_repositories() {
    let replayed = History::of_case("came-back").replay();
    let home = replayed.project.root().to_path_buf();
    let keys = ["FAST_LANE".to_owned()];
    let part = said(&looked(&[home.join("shop")], None), &keys, &replayed.commits);
    assert!(part.contains("since 2023-09-01 Cem #3  delivery.py"), "{part}");
    assert!(!part.contains("configuration"), "{part}");
    let roots = [home.join("shop"), home.join("deploy")];
    let both = said(&looked(&roots, None), &keys, &replayed.commits);
    assert!(both.contains("production.env  since 2022-01-10 Ada #1"), "{both}");

    let other = History::of_case("merged").replay();
    let elsewhere = History::of_case("moved-and-rewritten").replay();
    let roots = [other.project.root().to_path_buf(), elsewhere.project.root().to_path_buf()];
    let keys = ["OVEN_MODE".to_owned()];
    let names = [other.commits.clone(), elsewhere.commits.clone()].concat();
    let both = said(&looked(&roots, None), &keys, &names);
    assert!(both.contains("code  since 2023-03-01 Ada #6  shop/bake.py"), "{both}");
    let without = Project::of(&[("shop/bake.py", "import os\nos.environ['OVEN_MODE']\n")]);
    let roots = [without.root().to_path_buf(), roots[0].clone()];
    assert!(said(&looked(&roots, None), &keys, &names).contains("since 2024-02-01 Bo #2 by #5"));
}

#[test]
fn a_folder_without_a_history_says_nothing_of_one() {
    let project = Project::of(&[("shop/bake.py", "import os\nos.environ['OVEN_MODE']\n")]);
    assert!(looked(&[project.root().to_path_buf()], None).inventory.chronicle.is_none());
    git2::Repository::init(project.root()).expect("a repository");
    let scan = looked(&[project.root().to_path_buf()], None);
    assert!(scan.inventory.chronicle.is_none(), "nothing was ever committed");
    std::fs::write(project.root().join(".git/HEAD"), "nonsense").expect("a file");
    let scan = looked(&[project.root().to_path_buf()], None);
    assert!(scan.inventory.chronicle.is_none_or(|chronicle| chronicle.keys.is_empty()));
}

#[test]
fn nothing_of_the_scanned_repository_runs() {
    let replayed = History::of_case("values").replay();
    let project = &replayed.project;
    project.write(".gitattributes", b"*.env filter=dough diff=dough\n*.py diff=dough\n");
    let config = "[filter \"dough\"]\n\tclean = touch ran\n\tsmudge = touch ran\n\trequired = true\n\
                  [diff]\n\texternal = touch ran\n[diff \"dough\"]\n\ttextconv = touch ran\n\tcommand = touch ran\n\
                  [core]\n\tfsmonitor = touch ran\n\tpager = touch ran\n\thooksPath = hooks\n\tsshCommand = touch ran\n\
                  [remote \"origin\"]\n\turl = ext::touch ran\n\tpromisor = true\n[alias]\n\tlog = !touch ran\n";
    let path = project.root().join(".git/config");
    let own = String::from_utf8(std::fs::read(&path).expect("a file")).expect("is text");
    std::fs::write(&path, own + config).expect("a file");
    let run = project.run(&["explain", "OVEN_MINUTES"]).exits(0);
    assert!(run.stdout.contains("after 2 changes"), "{run:?}");
    assert!(!project.root().join("ran").exists() && !project.root().join(".git/ran").exists());
}
