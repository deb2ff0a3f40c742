//! Charts that are packed, `charts/db-12.1.0.tgz`, as `helm dependency build` leaves them beside what needs them.
//!
//! Their files are read as if a folder stood there, called as the archive is. Knows which archives lie where charts look for
//! others, not what a chart is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read};
use std::sync::Arc;

use flate2::read::GzDecoder;
use tar::{Archive, Entry as Member};

use super::Origin;
use crate::discover::{Entry, Found, Kept};
use crate::model::{Problem, ProblemKind};
use crate::text::files::{self, Unreadable};
use crate::text::relative::{folder, joined};

/// The most bytes of one packed chart: Helm takes no larger one out of a repository.
const MOST_PACKED: u64 = 20 << 20;

/// The most bytes of one file in it that are kept, as Helm has it.
const MOST_OF_A_FILE: u64 = 5 << 20;

/// The most bytes that all packed charts of a scan may come to.
const ROOM: u64 = 128 << 20;

/// The most files of one of them.
const MOST_FILES: usize = 4_000;

/// Files that no template can ask for, and definitions of kinds: large, and without keys.
const LEFT_OUT: &[&str] = &["crds", "ci"];

/// Adds the files of the packed charts that lie where charts have those that they need.
pub(super) fn unpack(found: &mut Found, origin: Origin<'_>) {
    let mut room = ROOM;
    let mut inside = Vec::new();
    for archive in archives(&found.entries) {
        let bytes = origin.bytes(archive, MOST_PACKED).map_err(|error| error.to_string());
        let taken = bytes.and_then(|bytes| members(&bytes, &mut room));
        match taken {
            Ok(members) => inside.extend(members.into_iter().map(|(path, text)| Entry {
                root: archive.root,
                path: format!("{}/{path}", archive.path),
                kept: Kept::Unpacked(text),
                ignored: archive.ignored,
            })),
            Err(message) => found.problems.push(Problem {
                path: archive.path.clone(),
                message,
                span: None,
                kind: ProblemKind::Unread,
            }),
        }
    }
    if !inside.is_empty() {
        found.entries.append(&mut inside);
        found.entries.sort();
    }
}

/// The archives in a folder `charts` beside a `Chart.yaml`.
fn archives(entries: &[Entry]) -> Vec<&Entry> {
    let is_archive = |entry: &&Entry| {
        let path = entry.path.strip_suffix(".tgz").map(folder);
        path.is_some_and(|path| path == "charts" || path.ends_with("/charts"))
    };
    let all: Vec<&Entry> = entries.iter().filter(is_archive).collect();
    if all.is_empty() {
        return all;
    }
    let charts: BTreeSet<(u16, &str)> = entries
        .iter()
        .filter(|entry| entry.path.rsplit('/').next() == Some("Chart.yaml"))
        .map(|entry| (entry.root, folder(&entry.path)))
        .collect();
    let is_needed = |entry: &&Entry| charts.contains(&(entry.root, folder(folder(&entry.path))));
    all.into_iter().filter(is_needed).collect()
}

type Texts = BTreeMap<String, Arc<str>>;

/// The texts in an archive by their path in the chart. What is skipped is unpacked all the same: all of it takes room.
fn members(bytes: &[u8], room: &mut u64) -> Result<Texts, String> {
    let mut archive = Archive::new(GzDecoder::new(bytes).take(*room));
    let texts = texts(&mut archive);
    *room = archive.into_inner().limit();
    texts.map_err(|error| match error.kind() {
        _ if *room == 0 => "holds more than is unpacked and was not read".to_owned(),
        ErrorKind::UnexpectedEof => "cannot be unpacked: it ends too early".to_owned(),
        _ => "cannot be unpacked: it is no packed chart".to_owned(),
    })
}

fn texts(archive: &mut Archive<impl Read>) -> std::io::Result<Texts> {
    let mut texts = Texts::new();
    for member in archive.entries()?.take(MOST_FILES) {
        if let Some((path, text)) = text(member?)? {
            texts.insert(path, text);
        }
    }
    Ok(texts)
}

/// The path and the text of a regular file, whose first folder is that of the chart; `None` for what is no text, is large, or has no keys.
fn text(mut member: Member<'_, impl Read>) -> std::io::Result<Option<(String, Arc<str>)>> {
    let path = String::from_utf8_lossy(&member.path_bytes()).into_owned();
    let inside = path.split_once('/').and_then(|(_, inside)| joined("", inside));
    let Some(inside) = inside.filter(|inside| !inside.is_empty()) else { return Ok(None) };
    let is_out = folder(&inside).split('/').any(|part| LEFT_OUT.contains(&part));
    if is_out || !member.header().entry_type().is_file() || member.size() > MOST_OF_A_FILE {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    member.read_to_end(&mut bytes)?;
    match files::decode(bytes) {
        Ok((text, _)) => Ok(Some((inside, text))),
        Err(Unreadable::Binary) => Ok(None),
        Err(error) => Err(std::io::Error::other(error)),
    }
}
