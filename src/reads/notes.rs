//! Comments beside flags: when a flag is to go, who answers for it, what it is for.
//!
//! Knows the annotations of edx-toggles and plain words. A day counts only beside a word that says removal.

use jiff::civil::Date;
use tree_sitter::{Node, Tree};

use crate::facts::note::Note;
use crate::model::FlagKind;
use crate::text::TextRange;

/// Words without one of which no comment of a file says anything.
const TELLING: &[&str] = &[
    "toggle_name",
    "remov",
    "Remov",
    "REMOV",
    "xpir",
    "XPIR",
    "sunset",
    "Sunset",
    "delete",
    "Delete",
    "DELETE",
    "cleanup",
    "clean up",
    "Clean up",
    "retire",
    "owner",
    "Owner",
    "OWNER",
    "ermanent",
    "ill switch",
    "ill-switch",
    "illswitch",
];

/// Words that say that something is to go. What *was* removed is history.
const REMOVAL: &[&str] = &[
    "cleanup",
    "clean up",
    "clean-up",
    "delete",
    "expire",
    "expires",
    "expiry",
    "expiration",
    "remove",
    "removal",
    "retire",
    "sunset",
    "sunsets",
];

/// Words that say that something was made.
const MADE: &[&str] = &["added", "created", "introduced"];

/// The most lines of a comment that are looked at.
const MAX_LINES: usize = 60;

/// More notes than these in one file are not looked at.
const MAX_NOTES: usize = 2_000;

/// The comments of a file that say something of a flag.
pub(super) fn notes(tree: &Tree, text: &str) -> Vec<Note> {
    if !TELLING.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (first, last, is_trailing) in blocks(tree, text) {
        let range = range_of(first).cover(range_of(last));
        let note = read(text, range);
        if note.is_empty() || found.len() >= MAX_NOTES {
            continue;
        }
        let anchor = if is_trailing { before(first) } else { behind(last) };
        found.extend(anchor.map(|anchor| Note { range, anchor, ..note }));
    }
    found
}

fn range_of(node: Node<'_>) -> TextRange {
    TextRange::new(node.start_byte(), node.end_byte())
}

fn is_comment(node: Node<'_>) -> bool {
    node.kind().contains("comment")
}

/// Comments that stand together: the first, the last, and whether code stands before it on its line.
fn blocks<'t>(tree: &'t Tree, text: &str) -> Vec<(Node<'t>, Node<'t>, bool)> {
    let comments = comments(tree);
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < comments.len() {
        let first = comments[at];
        let (mut last, is_trailing) = (first, is_behind_code(first, text));
        while !is_trailing
            && let Some(next) = comments.get(at + 1)
            && next.start_position().row <= last.end_position().row + 1
            && next.start_position().column == first.start_position().column
        {
            last = *next;
            at += 1;
        }
        at += 1;
        blocks.push((first, last, is_trailing));
    }
    blocks
}

/// The comments of a file, in the order of the text.
fn comments(tree: &Tree) -> Vec<Node<'_>> {
    let mut comments = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if is_comment(node) {
            comments.push(node);
        } else if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return comments;
            }
        }
    }
}

/// Whether code stands before a comment on its line.
fn is_behind_code(comment: Node<'_>, text: &str) -> bool {
    let (start, column) = (comment.start_byte(), comment.start_position().column);
    let before = start.checked_sub(column).and_then(|line| text.get(line..start));
    before.is_some_and(|before| !before.trim_start().is_empty())
}

/// What stands before a comment on its line.
fn before(comment: Node<'_>) -> Option<TextRange> {
    let previous = comment.prev_named_sibling()?;
    (previous.end_position().row == comment.start_position().row).then(|| range_of(previous))
}

/// What a comment stands above.
fn behind(comment: Node<'_>) -> Option<TextRange> {
    let mut next = comment.next_named_sibling()?;
    while is_comment(next) {
        next = next.next_named_sibling()?;
    }
    (next.start_position().row <= comment.end_position().row + 2).then(|| range_of(next))
}

/// What the lines of a comment say.
fn read(text: &str, range: TextRange) -> Note {
    let mut note = Note::default();
    let start = range.start as usize;
    let mut offset = start;
    let mut field = "";
    for line in range.slice(text).split_inclusive('\n').take(MAX_LINES) {
        let at = offset;
        offset += line.len();
        let plain =
            line.trim_start_matches(|c: char| c.is_whitespace() || "#/*!".contains(c)).trim_end();
        let plain_at = at
            + (line.len()
                - line.trim_start_matches(|c: char| c.is_whitespace() || "#/*!".contains(c)).len());
        if let Some(rest) = plain.strip_prefix(".. toggle_") {
            let (name, value) = rest.split_once(':').unwrap_or((rest, ""));
            field = name.trim();
            annotation(&mut note, field, value.trim(), line, at);
        } else if plain.starts_with(".. ") {
            field = "other";
        } else if field.is_empty() {
            words(&mut note, plain, plain_at);
        } else if !plain.is_empty() {
            annotation(&mut note, field, plain, line, at);
        }
    }
    // A use case is general; a day on which it is to go is about this flag.
    if note.expires.is_some() && note.is_permanent {
        note.is_permanent = false;
        note.kind = note.kind.filter(|kind| *kind != FlagKind::Permanent);
    }
    note
}

/// One field of an annotation of edx-toggles, or a line that goes on with it.
fn annotation(note: &mut Note, field: &str, value: &str, line: &str, at: usize) {
    match field {
        "name" if note.name.is_none() && !value.is_empty() => note.name = Some(entry_name(value)),
        "creation_date" if note.created.is_none() => note.created = day(value).map(|(day, _)| day),
        // What it is called, and what it was called until 2020.
        "target_removal_date" | "expiration_date" if note.expires.is_none() => {
            note.expires =
                day(line).map(|(day, place)| (day, TextRange::new(at + place, at + place + 10)));
        }
        "use_cases" => {
            for case in value.split([',', ' ']).map(str::trim) {
                match case {
                    "temporary" if note.kind.is_none() => note.kind = Some(FlagKind::Release),
                    "circuit_breaker" => note.kind = Some(FlagKind::KillSwitch),
                    "vip" | "opt_in" | "opt_out" => note.kind = Some(FlagKind::Permission),
                    "open_edx" => {
                        note.is_permanent = true;
                        note.kind = Some(FlagKind::Permanent);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// `FEATURES['ENABLE_X']` is the entry `FEATURES.ENABLE_X`.
fn entry_name(name: &str) -> String {
    let plain: String =
        name.replace("['", ".").replace("[\"", ".").replace("']", "").replace("\"]", "");
    plain.trim_matches(['`', '\'', '"']).to_owned()
}

/// What a line says in plain words.
fn words(note: &mut Note, line: &str, at: usize) {
    let lower = line.to_ascii_lowercase();
    let says = |many: &[&str]| many.iter().any(|word| has_word(&lower, word));
    if let Some((date, place)) = day(line) {
        if says(REMOVAL) && note.expires.is_none() {
            note.expires = Some((date, TextRange::new(at + place, at + place + 10)));
        } else if says(MADE) && note.created.is_none() {
            note.created = Some(date);
        }
    }
    if ["kill switch", "kill-switch", "killswitch"].iter().any(|word| has_word(&lower, word)) {
        note.kind = note.kind.or(Some(FlagKind::KillSwitch));
    }
    let lasting = [
        "permanent flag",
        "permanent toggle",
        "permanent switch",
        "permanent: true",
        "permanent=true",
    ];
    if lasting.iter().any(|word| has_word(&lower, word)) && !lower.contains("not a permanent") {
        note.is_permanent = true;
    }
    if note.owner.is_none() {
        note.owner = owner(line, &lower);
    }
}

/// `owner: payments`, `owned by @acme/payments`, `TODO(@anna)`.
fn owner(line: &str, lower: &str) -> Option<String> {
    let behind = |word: &str| lower.find(word).map(|at| &line[at + word.len()..]);
    let given = behind("owner:").or_else(|| behind("owner =")).or_else(|| behind("owned by "));
    let given = given.or_else(|| behind("todo(@"));
    let name = given?.trim().trim_start_matches('@').split([' ', ',', ';', ')', '.']).next()?;
    (!name.is_empty()).then(|| name.trim_matches(['`', '"', '\'']).to_owned())
}

fn has_word(text: &str, word: &str) -> bool {
    let joins =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    text.match_indices(word).any(|(at, _)| {
        let before = at.checked_sub(1).map(|at| text.as_bytes()[at]);
        !joins(before) && !joins(text.as_bytes().get(at + word.len()).copied())
    })
}

/// The first day of a text, `2024-06-01`, and where it stands.
fn day(text: &str) -> Option<(Date, usize)> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let fits = |at: usize| {
        [0, 1, 2, 3, 5, 6, 8, 9].iter().all(|place| digit(at + place))
            && bytes.get(at + 4) == Some(&b'-')
            && bytes.get(at + 7) == Some(&b'-')
            && !digit(at + 10)
            && !at.checked_sub(1).is_some_and(digit)
    };
    let at = (0..bytes.len().saturating_sub(9)).find(|at| fits(*at))?;
    Some((text.get(at..at + 10)?.parse().ok()?, at))
}

#[cfg(test)]
mod tests {
    use super::{day, entry_name, read};
    use crate::model::FlagKind;
    use crate::text::TextRange;

    fn note(text: &str) -> crate::facts::note::Note {
        read(text, TextRange::new(0, text.len()))
    }

    #[test]
    fn a_day_counts_beside_a_word_that_says_removal() {
        let text = "# TODO(2024-06-01): remove once all shops have it";
        let (date, range) = note(text).expires.expect("a day");
        assert_eq!((date.to_string().as_str(), range.slice(text)), ("2024-06-01", "2024-06-01"));
        assert!(note("# removed the old one on 2024-06-01").expires.is_none());
        assert!(note("# see the incident of 2024-06-01").is_empty());
        assert!(note("# expires: 2024-13-41").is_empty());
    }

    #[test]
    fn annotations_may_go_on_for_lines() {
        let text = "# .. toggle_name: FEATURES['ENABLE_OVEN']\n# .. toggle_description: Until 2019-01-01 we\n#   remove 2018-01-01\n# .. toggle_use_cases: opt_in,\n#   open_edx\n# .. toggle_creation_date: 2021-03-04\n# .. toggle_target_removal_date: None\n";
        let note = note(text);
        assert_eq!(note.name.as_deref(), Some("FEATURES.ENABLE_OVEN"));
        assert_eq!(note.kind, Some(FlagKind::Permanent));
        assert!(note.expires.is_none() && note.is_permanent);
        assert_eq!(note.created.map(|day| day.to_string()).as_deref(), Some("2021-03-04"));
    }

    #[test]
    fn owners_are_named() {
        assert_eq!(note("# owner: payments").owner.as_deref(), Some("payments"));
        assert_eq!(note("// TODO(@anna): remove after 2030-01-01").owner.as_deref(), Some("anna"));
        assert!(note("# the owner of the shop").owner.is_none());
    }

    #[test]
    fn names_and_days() {
        assert_eq!(entry_name("`bakery.new_till`"), "bakery.new_till");
        assert!(day("12024-06-01").is_none());
        assert_eq!(day("é 2024-06-01").map(|(_, at)| at), Some(3));
    }
}
