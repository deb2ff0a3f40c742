//! Flags for people: a line each, and below it why.

use std::collections::BTreeMap;
use std::io;

use super::super::columns::{self, Cell, plain, styled};
use super::super::text::styles;
use super::super::{clean, count};
use super::{Age, Flags, One, removal};

/// How many blockers of one flag are shown.
const BLOCKERS: usize = 4;

/// Writes the flags for people.
pub fn write_text(all: &Flags, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    let mut before = "";
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &all.all {
        *names.entry(&one.key).or_default() += 1;
    }
    for one in &all.all {
        if one.verdict != before {
            let title = title(one.verdict);
            let gap = if before.is_empty() { "" } else { "\n" };
            writeln!(out, "{gap}{strong}{title}{strong:#}\n")?;
            before = one.verdict;
        }
        let is_one = names.get(one.key.as_str()) == Some(&1);
        write_one(one, is_one, out)?;
    }
    if all.all.is_empty() {
        writeln!(out, "No flag was found.")?;
        return Ok(());
    }
    let stages: Vec<_> =
        all.summary.iter().map(|(stage, number)| format!("{number} {stage}")).collect();
    writeln!(out, "\n{}: {}.", count(all.all.len(), "flag"), stages.join(", "))?;
    match (&all.history.starts, &all.history.because) {
        (Some(date), Some(why)) => {
            writeln!(out, "{dim}History starts {date}: {}.{dim:#}", clean(why))
        }
        (None, Some(why)) => writeln!(out, "{dim}No history: {}.{dim:#}", clean(why)),
        _ => Ok(()),
    }
}

fn title(verdict: &str) -> &'static str {
    match verdict {
        "remove" => "Can go",
        "check" => "To look at",
        "keep" => "Stays",
        _ => "Not yet",
    }
}

fn write_one(one: &One, is_one: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    let kind = one.kind.as_ref().map_or_else(String::new, |kind| format!(", {}", kind.name));
    // Where two providers have the name, it says which is meant.
    let provider = one.provider.as_deref().filter(|_| !is_one);
    let kind = provider.map_or_else(|| kind.clone(), |name| format!("{kind}, of {name}"));
    let gives = match one.gives {
        None | Some("boolean") => String::new(),
        Some(word) if one.variants.is_empty() => format!(", {word}"),
        Some(word) => format!(", {word} of {}", clean(&one.variants.join(", "))),
    };
    writeln!(out, "{strong}{}{strong:#}  {}{kind}{gives}", clean(&one.key), one.stage)?;
    let mut lines: Vec<Vec<Cell>> = Vec::new();
    let mut say = |what: &str, said: String| lines.push(vec![styled(what, dim), plain(said)]);
    let stands: Vec<String> = one
        .stands()
        .into_iter()
        .map(|(phrase, names)| format!("{} in {}", clean(&phrase), clean(&names.join(", "))))
        .collect();
    if !stands.is_empty() {
        say("state", stands.join("; "));
    }
    say("age", ages(one));
    if let Some(owner) = &one.owner {
        say("owner", format!("{} ({})", clean(&owner.name), owner.told_by));
    }
    let parts = [count(one.reads.len(), "read"), count(one.definitions.len(), "definition")];
    let first = one.reads.first().map(|read| &read.place).or(one.definitions.first());
    let first = first.map_or_else(String::new, |place| format!(", first {}", place.text()));
    say("places", format!("{}{first}", parts.join(", ")));
    for (at, goes) in removal::phrases(one).into_iter().enumerate() {
        say(if at == 0 { "with it" } else { "" }, goes);
    }
    for (at, reason) in one.reasons.iter().enumerate() {
        say(if at == 0 { "because" } else { "" }, clean(reason));
    }
    for (at, blocker) in one.blockers.iter().take(BLOCKERS).enumerate() {
        let place = blocker.place.as_ref();
        let place = place.map_or_else(String::new, |place| format!(" ({})", place.text()));
        say(if at == 0 { "but" } else { "" }, format!("{}{place}", clean(&blocker.what)));
    }
    if one.blockers.len() > BLOCKERS {
        let rest = one.blockers.len() - BLOCKERS;
        say("", format!("and {rest} more: --format json has all"));
    }
    columns::write(&lines, 2, out)
}

fn ages(one: &One) -> String {
    let told = |age: &Age, what: &str| match (age.days, &age.since, &age.unknown) {
        (Some(days), Some(since), _) => format!("{what}{} (since {since})", count_days(days)),
        (_, _, Some(why)) => format!("{what}unknown: {}", clean(why)),
        _ => String::new(),
    };
    let mut parts = vec![told(&one.age, "")];
    if one.unchanged.days.is_some() {
        parts.push(told(&one.unchanged, "unchanged for "));
    }
    if let Some(date) = &one.expires {
        let put_off =
            one.put_off.as_ref().map_or_else(String::new, super::put_off::PutOffDate::phrase);
        parts.push(format!("to go by {date}{put_off}"));
    }
    parts.join(", ")
}

fn count_days(days: u32) -> String {
    count(days as usize, "day")
}
