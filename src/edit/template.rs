//! Lines of a chart's template that can go: what is filled into them are values, and nothing around them is for them
//! alone.
//!
//! Knows the actions of Go's templates by their first words.

use super::lines;
use crate::text::{File, TextRange};

/// Words that begin, part or end a block, or leave one.
const BLOCKS: &[&str] =
    &["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

/// Whether an entry of a chart's template can go as it stands.
pub(super) fn stands_alone(file: &File, entry: TextRange) -> bool {
    let is_of_chart = file.path.starts_with("templates/") || file.path.contains("/templates/");
    let text = &*file.text;
    let own = entry.slice(text);
    let has_others = ["{%", "<%"].iter().any(|sign| own.contains(sign));
    is_of_chart && !has_others && actions(own).all(|action| !is_block(action)) && {
        let end = lines::end_of(text, entry.end as usize);
        let next = text.get(end..).unwrap_or("").trim_start();
        let before = text.get(..entry.start as usize).unwrap_or("").trim_end();
        // What stands alone between a condition and its end would leave the two with nothing between them.
        !(ends_with_block(before)
            && actions(next).next().is_some_and(|it| next.starts_with("{{") && word(it) == "end"))
    }
}

/// The texts of the actions in a text.
fn actions(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or(rest))
}

fn word(action: &str) -> &str {
    let action = action.trim_start_matches('-').trim_start();
    action.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("")
}

fn is_block(action: &str) -> bool {
    BLOCKS.contains(&word(action)) || action.contains(":=")
}

fn ends_with_block(before: &str) -> bool {
    let last = before.rsplit('\n').next().unwrap_or("").trim_start();
    last.starts_with("{{")
        && last.ends_with("}}")
        && actions(last).any(|it| is_block(it) && word(it) != "end")
}

#[cfg(test)]
mod tests {
    use super::stands_alone;
    use crate::text::{File, TextRange};

    #[test]
    fn a_line_of_a_template_can_go_where_it_only_shows_a_value() {
        let text = "env:\n  - A={{ .Values.a | quote }}\n{{- if .Values.b }}\n  - B={{ .b }}\n{{- end }}\n  - C={{ if .c }}1{{ end }}\n  - D=4\n";
        for (path, entry, expected) in [
            ("chart/templates/a.yaml", "- A={{ .Values.a | quote }}", true),
            ("chart/templates/a.yaml", "- B={{ .b }}", false),
            ("chart/templates/a.yaml", "- C={{ if .c }}1{{ end }}", false),
            ("chart/templates/a.yaml", "- D=4", true),
            ("deploy/compose.yaml", "- A={{ .Values.a | quote }}", false),
        ] {
            let at = text.find(entry).expect("the entry");
            let range = TextRange::new(at, at + entry.len());
            assert_eq!(stands_alone(&File::new(path, text), range), expected, "{entry}");
        }
    }
}
