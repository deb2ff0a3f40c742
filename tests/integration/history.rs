//! Histories that are replayed: what is told of the past of the keys.

use crate::support::{History, Replayed};

#[test]
fn a_history_is_replayed_with_its_dates_authors_and_files() {
    let history = History::of_case("replay");
    let Replayed { project, commits } = history.replay();
    let git = git2::Repository::open(project.root()).expect("a repository");
    let head = git.head().expect("a head").peel_to_commit().expect("a commit");
    assert_eq!(head.id().to_string(), commits[3]);
    let parents: Vec<_> = head.parent_ids().map(|id| id.to_string()).collect();
    assert_eq!(parents, [commits[2].as_str(), commits[1].as_str()]);
    let side = git.find_commit(head.parent_id(1).expect("two parents")).expect("a commit");
    assert_eq!(
        (history.ask.as_slice(), head.message()),
        (&["OVEN".to_owned()][..], Ok("The oven is here"))
    );
    assert_eq!(side.author().name(), Ok("Bo"));
    assert_eq!(side.time().seconds(), 1_704_528_000);
    let tree = head.tree().expect("a tree");
    for path in ["shop/bread.py", "shop/oven.py", "now.py"] {
        assert!(tree.get_path(path.as_ref()).is_ok() && project.root().join(path).exists());
    }
    for path in ["shop/bake.py", "shop/old.py", "shop/new.py"] {
        assert!(tree.get_path(path.as_ref()).is_err(), "{path}");
    }
    let status = git.statuses(None).expect("a status");
    let changed: Vec<_> =
        status.iter().filter_map(|one| one.path().ok().map(str::to_owned)).collect();
    assert_eq!(changed, ["shop/new.py"], "the working tree is that of main, and one file more");
    assert_eq!(commits, history.replay().commits, "names are the same every time");
}
