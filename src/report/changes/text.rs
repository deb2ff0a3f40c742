//! What changed, for people: each key with what is given, what asks for it, and what that comes to.

use std::io;

use super::{Changes, NeedLine, One, OneSide, ReadLine, Section, ValueChange};
use crate::report::columns::{self, Cell, plain, styled};
use crate::report::given::{ReadBy, quoted, workloads};
use crate::report::text::styles;
use crate::report::{clean, count};

/// How many reads, uses or definitions of one key are shown.
const SHOWN: usize = 4;

/// How many environments are named on one line.
const NAMES: usize = 4;

/// Writes the changes.
pub fn write_text(all: &Changes, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    for root in &all.unchanged_roots {
        let (root, since) = (clean(root), clean(&all.since));
        writeln!(out, "{dim}{root} is taken as it is now: its history has no `{since}`{dim:#}")?;
    }
    for (names, what) in [(&all.environments.added, "new"), (&all.environments.removed, "gone")] {
        if !names.is_empty() {
            writeln!(out, "{dim}{what} and not compared: {}{dim:#}", clean(&names.join(", ")))?;
        }
    }
    let sections = [
        (Section::Code, "code that asks for more"),
        (Section::Values, "configuration that changed"),
        (Section::GivenUp, "no longer read"),
    ];
    for (section, title) in sections {
        let mut shown = all.keys.iter().filter(|one| one.section == section).peekable();
        if shown.peek().is_none() {
            continue;
        }
        writeln!(out, "{strong}{title}{strong:#}\n")?;
        for one in shown {
            write_one(one, out)?;
            writeln!(out)?;
        }
    }
    summary(all, out)
}

fn write_one(one: &One, out: &mut dyn io::Write) -> io::Result<()> {
    let strong = styles::STRONG;
    writeln!(out, "{strong}{}{strong:#}", clean(&one.key))?;
    let is_told = |need: &&NeedLine| {
        let mut changed = one.values.iter();
        !changed.any(|change| change.environment == need.environment)
            || need.missing && need.given.presence == "absent"
    };
    let mut lines = Grouped::default();
    for need in one.needs.iter().filter(is_told) {
        lines.add(clean(&need.environment), need_line(need));
    }
    for change in &one.values {
        let who = match change.workloads.as_slice() {
            [] if change.others => " for others".to_owned(),
            [] => String::new(),
            names => format!(" for {}", workloads(names)),
        };
        lines.add(format!("{}{who}", clean(&change.environment)), value_line(change));
    }
    columns::write(&lines.cells(), 2, out)?;
    let mut lines: Vec<Vec<Cell>> = Vec::new();
    lines.extend(one.read_changes.iter().filter_map(change_line));
    if one.section == Section::Values {
        lines.extend(reached(one));
    }
    if one.section == Section::GivenUp {
        lines.extend(left(one));
    }
    for silent in &one.without_effect {
        let given = &silent.definition;
        let what = format!("{} {} takes no effect", given.source, given.text());
        let wins = &silent.wins;
        let why = format!("{}: {} {} wins", given.place.text(), wins.text(), wins.place.text());
        lines.push(vec![plain(what), styled(why, styles::DIM)]);
    }
    columns::write(&lines, 2, out)
}

/// Lines of which environments with the same one share one.
#[derive(Default)]
struct Grouped(Vec<(Vec<String>, Vec<Cell>)>);

impl Grouped {
    fn add(&mut self, name: String, line: Vec<Cell>) {
        match self.0.iter_mut().find(|(_, known)| *known == line) {
            Some((names, _)) => names.push(name),
            None => self.0.push((vec![name], line)),
        }
    }

    fn cells(self) -> Vec<Vec<Cell>> {
        let cells = self.0.into_iter().map(|(names, line)| {
            let name = match names.as_slice() {
                [first, second, .., last] if names.len() > NAMES => {
                    format!("{first}, {second}, … {last} ({})", names.len())
                }
                names => names.join(", "),
            };
            std::iter::once(plain(name)).chain(line).collect()
        });
        cells.collect()
    }
}

/// What an environment gave and gives.
fn value_line(change: &ValueChange) -> Vec<Cell> {
    let text = |side: &OneSide| match &side.effective {
        Some(given) => given.text(),
        None => side.presence.to_owned(),
    };
    let what = format!("{} -> {}", text(&change.before), text(&change.after));
    let (source, place) = match (&change.before.effective, &change.after.effective) {
        (_, Some(given)) => (given.source, given.place.text()),
        (Some(given), None) => (given.source, format!("was {}", given.place.text())),
        (None, None) => ("", String::new()),
    };
    vec![plain(what), styled(source, styles::DIM), styled(place, styles::DIM)]
}

/// What an environment gives code that asks in a new way.
fn need_line(need: &NeedLine) -> Vec<Cell> {
    if let Some(given) = &need.given.effective {
        let source = styled(given.source, styles::DIM);
        return vec![plain(given.text()), source, styled(given.place.text(), styles::DIM)];
    }
    if need.missing {
        return vec![styled("absent: it fails", styles::ERROR)];
    }
    let what = match (need.given.presence, need.absence, &need.default) {
        ("absent", "default", Some(default)) if default == "[redacted]" => {
            "absent, so the default".to_owned()
        }
        ("absent", "default", Some(default)) => format!("absent, so {}", quoted(default)),
        ("absent", "default", None) => "absent, so the default".to_owned(),
        ("absent", "optional", _) => "absent, so none".to_owned(),
        (presence, ..) => presence.to_owned(),
    };
    let because = styled(clean(&need.given.because.join("; ")), styles::DIM);
    vec![plain(what), plain(""), because]
}

fn change_line(change: &ReadLine) -> Option<Vec<Cell>> {
    let (word, what, read) = match (&change.before, &change.after) {
        (None, Some(now)) => ("new", now.absence(), now),
        (Some(then), Some(now)) => {
            ("changed", format!("{}, was {}", now.absence(), then.absence()), now)
        }
        (Some(then), None) => ("gone", then.absence(), then),
        (None, None) => return None,
    };
    Some(vec![plain(word), plain(what), styled(at(read), styles::DIM)])
}

fn at(read: &ReadBy) -> String {
    let function = match read.function.as_str() {
        "" => String::new(),
        name => format!(" in {}", clean(name)),
    };
    let condition = if read.conditional { ", under a condition" } else { "" };
    format!("at {}{function}{condition}", read.place.text())
}

/// The code that a value goes to.
fn reached(one: &One) -> Vec<Vec<Cell>> {
    let mut lines: Vec<Vec<Cell>> = Vec::new();
    for read in one.reads.iter().take(SHOWN) {
        let place = styled(at(read), styles::DIM);
        lines.push(vec![plain("reaches"), plain(read.absence()), place]);
    }
    for used in one.uses.iter().take(SHOWN) {
        let function = match used.function.as_str() {
            "" => String::new(),
            name => format!(" in {}", clean(name)),
        };
        let place = format!("at {}{function}", used.place.text());
        lines.push(vec![plain("reaches"), plain("its user"), styled(place, styles::DIM)]);
    }
    let rest = one.reads.len().saturating_sub(SHOWN) + one.uses.len().saturating_sub(SHOWN);
    if rest > 0 {
        lines.push(vec![plain("reaches"), styled(count(rest, "more place"), styles::DIM)]);
    }
    if lines.is_empty() {
        let what = match one.liveness {
            "unread" => "nothing: no code reads it",
            "read" => "no code of its own by this name: see `explain`",
            _ => "no code by name: something else may read it, see `explain`",
        };
        lines.push(vec![plain("reaches"), styled(what, styles::DIM)]);
    }
    lines
}

/// The definitions that nothing reads any more.
fn left(one: &One) -> Vec<Vec<Cell>> {
    let shown = one.definitions.iter().take(SHOWN).map(|given| {
        vec![
            plain("still given"),
            plain(given.text()),
            styled(format!("{} {}", given.source, given.place.text()), styles::DIM),
        ]
    });
    let mut lines: Vec<Vec<Cell>> = shown.collect();
    if one.definitions.len() > SHOWN {
        let more = format!("and {} more", one.definitions.len() - SHOWN);
        lines.push(vec![plain("still given"), styled(more, styles::DIM)]);
    }
    lines
}

fn summary(all: &Changes, out: &mut dyn io::Write) -> io::Result<()> {
    let dim = styles::DIM;
    let since = clean(&all.since);
    if all.keys.is_empty() {
        let files = count(all.files.len(), "file");
        return writeln!(out, "No key is touched by the changes since `{since}` ({files}).");
    }
    let mut parts = Vec::new();
    if all.summary.missing > 0 {
        let mut names: Vec<&str> = Vec::new();
        for name in all.keys.iter().flat_map(|one| &one.missing_in) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        let keys = count(all.summary.missing, "required key");
        parts.push(format!("{keys} missing in {}", clean(&names.join(", "))));
    }
    parts.push(format!("{} that code asks for in a new way", count(all.summary.code, "key")));
    parts.push(format!("{} with another value", count(all.summary.values, "key")));
    parts.push(format!("{} no longer read", count(all.summary.given_up, "key")));
    let files = count(all.files.len(), "file");
    writeln!(out, "{}", parts.join(", "))?;
    writeln!(out, "{dim}since `{since}`, in {files} that say something of keys{dim:#}")
}
