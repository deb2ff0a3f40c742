//! Histories that are replayed: what is told of the past of the keys.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keydrift::definitions::Sealer;
use keydrift::history::{About, Ask};
use keydrift::model::{DefinitionId, Moment, Period};
use keydrift::scan::{Options, Origin, Scan, scan};

use crate::support::{History, Replayed, repository};

mod cache;
mod parts;

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

#[test]
fn what_is_told_of_each_case_is_what_is_written_beside_it() {
    let mut cases = 0;
    for case in cases_with_expectations() {
        let history = History::of_case(&case);
        let Replayed { project, commits } = history.replay();
        let scan = looked(&[project.root().to_path_buf()], None);
        let said = said(&scan, &history.ask, &commits);
        let path = repository().join("fixtures/history").join(format!("{case}.expected"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &said).expect("a file");
        }
        let expected =
            std::fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(said, expected.unwrap_or_default(), "{case}");
        cases += 1;
    }
    assert!(cases > 6, "{cases} cases");
}

/// The cases that say what is to be told: all but the one that is about the replay itself.
fn cases_with_expectations() -> Vec<String> {
    let folder = std::fs::read_dir(repository().join("fixtures/history")).expect("a folder");
    let names = folder.map(|entry| entry.expect("an entry").file_name());
    let names: BTreeSet<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    let cases = names.iter().filter_map(|name| name.strip_suffix(".yaml"));
    cases.filter(|case| *case != "replay").map(str::to_owned).collect()
}

/// A scan that asks the history for all keys.
fn looked(roots: &[PathBuf], cache: Option<&Path>) -> Scan {
    let ask =
        Ask { about: About::All, cache: cache.map(Path::to_path_buf), memory: Arc::default() };
    let scan = scan(Options {
        roots: roots.to_vec(),
        origin: Origin::Disk,
        sealer: &Sealer::new(),
        config: keydrift::config::Config::default(),
        live: Vec::new(),
        history: Some(ask),
        today: jiff::civil::date(2026, 1, 15),
        tests: false,
        jobs: 2,
        on_stage: &|_| {},
    });
    scan.expect("it scans")
}

/// What a scan knows of the past of these keys, or of all: one line for each time and each value.
fn said(scan: &Scan, keys: &[String], commits: &[String]) -> String {
    let mut out = String::new();
    let chronicle = scan.inventory.chronicle.as_ref().expect("there is a history");
    let shown = |moment: &Moment| {
        let name = |short: &String| {
            let at = commits.iter().position(|name| name.starts_with(short.as_str()));
            at.map_or_else(|| short.clone(), |at| format!("#{}", at + 1))
        };
        let merge = moment.merge.as_ref().map(|merge| format!(" by {}", name(merge)));
        let merge = merge.unwrap_or_default();
        format!("{} {} {}{merge}", moment.date, moment.author, name(&moment.commit))
    };
    for (key, id) in scan.inventory.keys_by_name() {
        if !keys.is_empty() && !keys.contains(&key.name) {
            continue;
        }
        let mut tell = |what: &str, text: &str| {
            writeln!(out, "{} ({})  {what}  {text}", key.name, key.namespace).expect("a text");
        };
        let Some(past) = chronicle.keys.get(&id) else {
            tell("nothing", "no commit has it");
            continue;
        };
        let period = |one: &Period| {
            let since = if one.is_older { "at least since" } else { "since" };
            let until = one.until.as_ref().map(|until| format!(", until {}", shown(until)));
            let (from, until) = (shown(&one.from), until.unwrap_or_default());
            format!("{since} {from}{until}  {}", one.paths.join(" "))
        };
        past.in_code.iter().for_each(|one| tell("code", &period(one)));
        past.in_config.iter().for_each(|one| tell("configuration", &period(one)));
        for (component, periods) in past.in_components.iter().filter(|(name, _)| *name != ".") {
            for one in periods {
                tell(component, &period(one));
            }
        }
        for (number, definition) in scan.inventory.definitions.iter().enumerate() {
            let Some(value) = chronicle.values.get(&DefinitionId::at(number)) else { continue };
            if definition.key == id {
                let at = definition.written.last().copied().unwrap_or(definition.key_span);
                let place = &scan.files.get(at.file).path;
                let since = if value.is_older { "at least since" } else { "since" };
                let (first, last) = (shown(&value.first), shown(&value.last));
                tell(
                    place,
                    &format!("{since} {first}, last changed {last}, {} changes", value.changes),
                );
            }
        }
        past.touched.iter().for_each(|moment| tell("touched", &shown(moment)));
        if past.is_vague {
            tell("vague", "code has the word for other things too");
        }
    }
    for late in &chronicle.late {
        let date = late.date.map(|date| date.to_string()).unwrap_or_default();
        writeln!(out, "late  {date}  {}", late.why).expect("a text");
    }
    out
}
