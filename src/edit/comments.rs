//! The comment lines above an entry that are about it and nothing else.
//!
//! A comment above several entries may be about all of them: it stays, unless it names the one that goes.

use super::lines;
use crate::text::TextRange;

/// From where the lines of an entry go: with the comment above them where that is its own. `next` is where the entry
/// behind it begins, `name` its own name.
pub(super) fn start(text: &str, own: TextRange, next: Option<usize>, name: &str) -> usize {
    let from = own.start as usize;
    let (top, said) = above(text, from);
    if top == from {
        return from;
    }
    let follows_directly = next.is_some_and(|next| {
        let between = text.get(own.end as usize..next).unwrap_or("");
        !between.contains('\n')
    });
    let before = text.get(..top).unwrap_or("").trim_end_matches(['\n', '\r']);
    let has_blank = text.get(before.len()..top).unwrap_or("").matches('\n').count() > 1;
    let follows_another = !before.is_empty() && !has_blank && !opens(before);
    let is_own = !follows_directly || follows_another || names(said, name);
    if is_own { top } else { from }
}

/// The comment lines right above byte `from`: where they begin, and their text.
fn above(text: &str, from: usize) -> (usize, &str) {
    let mut top = from;
    while top > 0 {
        let start = lines::start_of(text, top - 1);
        let line = text.get(start..top).unwrap_or("");
        // A comment for the first line of a program is for whoever runs it.
        if !lines::is_comment(line) || line.starts_with("#!") || is_document_sign(line) {
            break;
        }
        top = start;
    }
    (top, text.get(top..from).unwrap_or(""))
}

/// `#---` parts the documents of a file of properties.
fn is_document_sign(line: &str) -> bool {
    matches!(line.trim(), "#---" | "!---")
}

/// Whether the last line of a text opens what the entry stands in.
pub(super) fn opens(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or("").trim_end();
    line.ends_with([':', '{', '[', '('])
        || (line.trim_start().starts_with('[') && line.ends_with(']'))
}

/// Whether a comment names a key as a whole word.
fn names(said: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty()
        && said.match_indices(name).any(|(at, _)| {
            let before = said.get(..at).and_then(|head| head.chars().next_back());
            let after = said.get(at + name.len()..).and_then(|rest| rest.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

#[cfg(test)]
mod tests {
    use super::start;
    use crate::text::TextRange;

    fn taken<'t>(text: &'t str, line: &str, next: Option<&str>) -> &'t str {
        let at = text.find(line).expect("the line");
        let own = TextRange::new(at, at + line.len() + 1);
        let next = next.map(|next| text.find(next).expect("the next line"));
        let name = line.split('=').next().unwrap_or("");
        &text[start(text, own, next, name)..at]
    }

    #[test]
    fn a_comment_goes_with_the_one_entry_it_is_about() {
        let text = "# the oven\nOVEN=1\n# old\nOLD=2\nNEW=3\n\n# doors\nFRONT=4\nBACK=5\n\n# see BELL\nBELL=6\nRING=7\n";
        assert_eq!(taken(text, "OVEN=1", Some("OLD")), "# the oven\n");
        assert_eq!(taken(text, "OLD=2", Some("NEW")), "# old\n");
        assert_eq!(taken(text, "FRONT=4", Some("BACK")), "");
        assert_eq!(taken(text, "BELL=6", Some("RING")), "# see BELL\n");
    }
}
