//! Flags as a table of Markdown, to go into an issue.

use std::io;

use super::super::markdown::{code, escaped};
use super::{Flags, removal};

/// Writes the flags as a table.
pub fn write_markdown(all: &Flags, out: &mut dyn io::Write) -> io::Result<()> {
    let heads = [
        "Flag",
        "Stage",
        "Verdict",
        "Kind",
        "State",
        "Age",
        "Unchanged",
        "Owner",
        "With it",
        "Why",
    ];
    writeln!(out, "| {} |", heads.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(heads.len()))?;
    for one in &all.all {
        let days = |days: Option<u32>| days.map_or_else(|| "?".to_owned(), |days| days.to_string());
        let stands = one.stands().into_iter();
        let stands = stands.map(|(phrase, names)| format!("{phrase} in {}", names.join(", ")));
        let why = one.reasons.iter().chain(one.blockers.iter().map(|one| &one.what));
        let cells = [
            code(&one.key),
            one.stage.to_owned(),
            one.advice().to_owned(),
            one.kind.as_ref().map_or_else(String::new, |kind| escaped(&kind.name)),
            escaped(&stands.collect::<Vec<_>>().join("; ")),
            days(one.age.days),
            days(one.unchanged.days),
            one.owner.as_ref().map_or_else(String::new, |owner| code(&owner.name)),
            escaped(&removal::phrases(one).join("; ")),
            escaped(&why.cloned().collect::<Vec<_>>().join("; ")),
        ];
        // A cell ends at a bar that nothing stands before, in code too.
        let cells = cells.map(|cell| cell.replace("\\|", "|").replace('|', "\\|"));
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}
