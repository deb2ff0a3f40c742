//! What is kept from run to run: it changes no answer, it holds no secret, and what is broken in it is as good as nothing.

use std::path::{Path, PathBuf};

use super::{cases_with_expectations, looked, said};
use crate::support::{History, Replayed};

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    paths.flat_map(below).collect()
}

/// Checks out a commit without a branch; the files on disk stay.
fn check_out(replayed: &Replayed, commit: &str) {
    let head = replayed.project.root().join(".git/HEAD");
    std::fs::write(head, format!("{commit}\n")).expect("a file");
}

#[test]
fn commit_by_commit_it_comes_to_the_same_as_all_at_once() {
    for case in cases_with_expectations() {
        let replayed = History::of_case(&case).replay();
        let roots = [replayed.project.root().to_path_buf()];
        let cache = tempfile::tempdir().expect("a folder");
        let last = replayed.commits.last().expect("a commit");
        // On the way it looks at side branches too, and goes back from them.
        for commit in &replayed.commits {
            check_out(&replayed, commit);
            let kept = looked(&roots, Some(cache.path()));
            let fresh = looked(&roots, None);
            let of = |scan| said(scan, &[], &replayed.commits);
            assert_eq!(of(&kept), of(&fresh), "{case} at {commit}");
        }
        check_out(&replayed, last);
        let of = |scan| said(&scan, &[], &replayed.commits);
        let whole = of(looked(&roots, None));
        assert_eq!(of(looked(&roots, Some(cache.path()))), whole, "{case}");
        assert_eq!(files(cache.path()).len(), 1, "one file for one repository");
    }
}

#[test]
fn what_is_broken_is_made_again() {
    let replayed = History::of_case("values").replay();
    let roots = [replayed.project.root().to_path_buf()];
    let cache = tempfile::tempdir().expect("a folder");
    let told = |cache: Option<&Path>| said(&looked(&roots, cache), &[], &replayed.commits);
    let whole = told(None);
    assert_eq!(told(Some(cache.path())), whole);
    let kept = files(cache.path());
    let bytes = std::fs::read(&kept[0]).expect("a file");
    let mut broken = bytes.clone();
    broken[bytes.len() / 2] ^= 1;
    for other in [&broken, &bytes[..40], &b"keydrift history 1\n".to_vec()[..], &[]] {
        std::fs::write(&kept[0], other).expect("a file");
        assert_eq!(told(Some(cache.path())), whole);
        assert_eq!(std::fs::read(&kept[0]).expect("a file"), bytes, "it is mended");
    }
}

#[test]
fn it_holds_no_secret_and_no_value() {
    let replayed = History::of_case("values").replay();
    let cache = tempfile::tempdir().expect("a folder");
    looked(&[replayed.project.root().to_path_buf()], Some(cache.path()));
    let first = std::fs::read(&files(cache.path())[0]).expect("a file");
    for text in ["Sauerteig", "Geheim", "OVEN_MINUTES"] {
        assert!(!first.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
    }
    let again = tempfile::tempdir().expect("a folder");
    looked(&[replayed.project.root().to_path_buf()], Some(again.path()));
    let second = std::fs::read(&files(again.path())[0]).expect("a file");
    assert_eq!(
        first, second,
        "nothing in it comes from the key that secrets are sealed with in a run"
    );
}

#[test]
fn it_is_where_the_user_keeps_such_things_and_nowhere_else() {
    let replayed = History::of_case("values").replay();
    let root = replayed.project.root();
    let count = files(root).len();
    looked(&[root.to_path_buf()], Some(&root.join("cache")));
    looked(&[root.to_path_buf()], Some(Path::new("cache")));
    assert_eq!(files(root).len(), count, "never inside the project");
    let cache = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = crate::support::command(root, arguments);
        let output = command.env("XDG_CACHE_HOME", cache.path()).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    let told = run(&["explain", "OVEN_MINUTES", "--no-cache"]);
    assert!(files(cache.path()).is_empty());
    assert_eq!(run(&["explain", "OVEN_MINUTES"]), told);
    assert_eq!(files(&cache.path().join("keydrift/history")).len(), 1);
    assert_eq!(run(&["explain", "OVEN_MINUTES"]), told);
    let without = String::from_utf8(run(&["explain", "OVEN_MINUTES", "--no-history"]));
    assert!(!without.expect("is text").contains("history"));
}
