//! What the comment beside a value says of how long it is meant to stay.
//!
//! Looks at the end of the value's line and at the lines right above the key. Knows `#` comments and English words;
//! keeps the word, never the comment, which may hold what must not be shown.

use crate::facts::{Entry, SourceFacts};
use crate::model::definition::Note;
use crate::text::File;

/// How many lines above a key may belong to it.
const MOST_LINES: usize = 6;
/// The longest comment that is read.
const LONGEST: usize = 2_000;

/// Words that call a value temporary.
const SURE: &[&str] = &[
    "for debugging",
    "hot fix",
    "hotfix",
    "remove after",
    "remove once",
    "remove this",
    "remove when",
    "revert",
    "temporarily",
    "temporary",
    "while debugging",
];
/// Words that may, or may speak of something else.
const DOUBTFUL: &[&str] = &["debugging", "for now", "incident", "temp", "temporary", "until"];
/// What `temporary` says of the value itself: `a temporary workaround`, `temporary until the move`. Another noun is what
/// the value brings about.
const OF_VALUE: &[&str] = &[
    "",
    "and",
    "as",
    "because",
    "bump",
    "change",
    "due",
    "exception",
    "fix",
    "for",
    "hack",
    "increase",
    "measure",
    "mitigation",
    "override",
    "patch",
    "raise",
    "setting",
    "settings",
    "since",
    "solution",
    "switch",
    "to",
    "until",
    "value",
    "values",
    "while",
    "workaround",
];
/// Words before one that tell what may come of a value, not what the value is: `may cause temporary blocking`.
const OF_EFFECT: &[&str] =
    &["can", "cause", "causes", "causing", "could", "may", "might", "will", "would"];
/// What is temporary by nature and says nothing of the value.
const THINGS: &[&str] = &[
    "credential",
    "credentials",
    "dir",
    "directories",
    "directory",
    "file",
    "files",
    "folder",
    "folders",
    "password",
    "passwords",
    "path",
    "redirect",
    "storage",
    "table",
    "tables",
    "token",
    "tokens",
    "upload",
    "uploads",
    "url",
    "urls",
];

/// What `until` waits for where somebody is to change the value: `until we know`, `until it is released`. A machine waits for
/// other things, of which a manual tells.
const AWAITED: &[&str] = &[
    "deployed",
    "done",
    "finished",
    "fix",
    "fixed",
    "fully",
    "implemented",
    "lands",
    "landed",
    "merged",
    "migrated",
    "migration",
    "moved",
    "notice",
    "our",
    "over",
    "ready",
    "release",
    "released",
    "removed",
    "replaced",
    "resolved",
    "rollout",
    "shipped",
    "support",
    "supported",
    "supports",
    "then",
    "upgrade",
    "upgraded",
    "upstream",
    "we",
];

/// Adds the notes to the entries of a file.
pub(super) fn add(file: &File, sources: &mut [SourceFacts]) {
    let is_other = [".json", ".jsonc", ".json5"].iter().any(|end| file.path.ends_with(end));
    if is_other || !file.text.contains('#') {
        return;
    }
    for entry in sources.iter_mut().flat_map(|source| &mut source.entries) {
        entry.note = note(&file.text, entry);
    }
}

fn note(text: &str, entry: &Entry) -> Option<Note> {
    let end = entry.value_range.map_or(entry.key_range.end, |value| value.end);
    let rest = text.get(end as usize..)?.lines().next().unwrap_or("");
    let beside = rest.trim_start_matches(['"', '\'']).trim_start();
    if let Some(note) = comment(beside).and_then(judge) {
        return Some(note);
    }
    let start = text.get(..entry.key_range.start as usize)?.rfind('\n')?;
    let above: Vec<&str> =
        text.get(..start)?.rsplit('\n').take(MOST_LINES).map_while(comment).collect();
    let found = above.iter().copied().find_map(judge)?;
    Some(Note { is_sure: found.is_sure && !is_advice(&above), ..found })
}

/// Whether a comment tells the reader what to do one day, as a manual does: `you can set this temporarily`.
fn is_advice(lines: &[&str]) -> bool {
    lines.iter().any(|line| {
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        words.any(|word| ["you", "your"].iter().any(|one| word.eq_ignore_ascii_case(one)))
    })
}

/// A comment that is not a value set aside.
fn comment(line: &str) -> Option<&str> {
    let body = line.trim().strip_prefix('#')?;
    (body.len() <= LONGEST).then_some(body)
}

fn judge(comment: &str) -> Option<Note> {
    let lower = comment.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let says = |phrase: &str| {
        let length = phrase.split(' ').count();
        words.windows(length).enumerate().any(|(at, window)| {
            let before = at.checked_sub(1).map_or("", |at| words[at]);
            let after = words.get(at + length).copied().unwrap_or("");
            let tells = words[at.saturating_sub(3)..at].iter();
            window.iter().copied().eq(phrase.split(' '))
                && !["never", "no", "not", "t"].contains(&before)
                && !THINGS.contains(&after)
                && !tells.clone().any(|word| OF_EFFECT.contains(word))
        })
    };
    // What follows `temporary` in its sentence.
    let is_of_value = |word: &str| {
        word != "temporary"
            || lower.split(word).skip(1).any(|rest| {
                let next = rest.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
                rest.starts_with(|c: char| !c.is_alphanumeric() && c != ' ')
                    || OF_VALUE.contains(&next.unwrap_or(""))
            })
    };
    // What `until` waits for: a day, a version and a ticket have digits.
    let is_awaited = |word: &str| {
        let behind = words.iter().skip_while(|one| **one != word).skip(1);
        word != "until"
            || behind.clone().any(|one| AWAITED.contains(one))
            || behind.take(3).any(|one| one.contains(|c: char| c.is_ascii_digit()))
    };
    let note = |is_sure| move |word: &&'static str| Note { word, is_sure };
    let sure = SURE.iter().find(|word| says(word) && is_of_value(word)).map(note(true));
    sure.or_else(|| DOUBTFUL.iter().find(|word| says(word) && is_awaited(word)).map(note(false)))
}

#[cfg(test)]
mod tests {
    use super::{is_advice, judge};

    #[test]
    fn advice_calls_no_value_temporary() {
        let advice = [" true and revert back", " To get out, you can temporarily set this"];
        assert!(is_advice(&advice));
        assert!(!is_advice(&[" temporary, until the move is over", " see the young team"]));
    }

    #[test]
    fn what_machines_wait_for_calls_no_value_temporary() {
        for (text, expected) in [
            (" off until the new hall is ready", true),
            (" until 2026-03-01", true),
            (" kept until we know", true),
            (" until ABC-123 is in", true),
            (" until v2", true),
            (" stays open until the next recovery attempt", false),
            (" doubled until the maximum number of retries is met", false),
        ] {
            assert_eq!(judge(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn comments_call_values_temporary() {
        let word = |text: &str| judge(text).filter(|note| note.is_sure).map(|note| note.word);
        for (text, expected) in [
            (" temporary, until we know where the orders go", Some("temporary")),
            (" FIXME remove after the incident review", Some("remove after")),
            (" raised temporarily", Some("temporarily")),
            (" only in the experiment for now", None),
            (" where temporary files go", None),
            (" a temporary workaround for the outage", Some("temporary")),
            (" larger batches may cause temporary blocking", None),
            (" the size of the temporary queue", None),
            (" do not revert", None),
            (" the id of the incident channel", None),
            (" debug, info or warn", None),
        ] {
            assert_eq!(word(text), expected, "{text}");
        }
    }
}
