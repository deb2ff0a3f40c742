//! One key explained for people: lists of layers in columns, the reads, a verdict.

use std::collections::BTreeSet;
use std::io;

use anstyle::Style;

use super::past::History;
use super::withdrawn::Withdrawn;
use super::{Effect, Explanation, InEnvironment};
use crate::report::clean;
use crate::report::columns::{self, Cell, plain, styled};
use crate::report::given::{Given, ReadBy, UsedBy, Written, shortened, workloads};
use crate::report::text::styles;

/// Writes explanations for people.
pub fn write_text(explanations: &[Explanation], out: &mut dyn io::Write) -> io::Result<()> {
    for (at, one) in explanations.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write_one(one, out)?;
    }
    Ok(())
}

fn write_one(one: &Explanation, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    writeln!(out, "{strong}{}{strong:#} {dim}({}){dim:#}", clean(&one.key), one.namespace)?;
    if let Some(owner) = &one.owner {
        writeln!(
            out,
            "  {dim}owner{dim:#} {} {dim}({}){dim:#}",
            clean(&owner.name),
            owner.told_by
        )?;
    }
    let also = one.spellings.iter().map(|other| {
        vec![
            styled("also", styles::DIM),
            plain(clean(&other.key)),
            styled(format!("({})", other.namespace), styles::DIM),
            styled(clean(&other.reason), styles::DIM),
        ]
    });
    columns::write(&also.collect::<Vec<_>>(), 2, out)?;
    write_given(one, out)?;
    if !one.declared.is_empty() {
        writeln!(out, "\ndeclared in a template")?;
    }
    let declared = one.declared.iter().map(|given| {
        let cells = [given.source.to_owned(), at_place(one, given)];
        let cells = cells.map(|text| styled(text, styles::DIM));
        std::iter::once(plain(given.text())).chain(cells).collect::<Vec<_>>()
    });
    columns::write(&declared.collect::<Vec<_>>(), 2, out)?;
    writeln!(out, "\nreads")?;
    columns::write(&one.reads.iter().map(|read| read_line(one, read)).collect::<Vec<_>>(), 2, out)?;
    if one.reads.is_empty() {
        writeln!(out, "  none")?;
    }
    if !one.uses.is_empty() {
        writeln!(out, "\nuses of the field")?;
        columns::write(&one.uses.iter().map(use_line).collect::<Vec<_>>(), 2, out)?;
    }
    let history = one.history.as_ref().map(History::lines).unwrap_or_default();
    if !history.is_empty() {
        writeln!(out, "\nhistory {dim}(of the branch that is checked out){dim:#}")?;
        columns::write(&history, 2, out)?;
    }
    if !one.because.is_empty() {
        writeln!(out, "\nwho else may read it")?;
    }
    for because in &one.because {
        let at = because.place.as_ref().map(|at| format!("  {dim}at {}{dim:#}", at.text()));
        writeln!(out, "  {}{}", clean(&because.reason), at.unwrap_or_default())?;
    }
    writeln!(out, "\n{}", verdict(one))
}

/// What environments give, what is there for their tools, and what is live.
fn write_given(one: &Explanation, out: &mut dyn io::Write) -> io::Result<()> {
    let dim = styles::DIM;
    if !one.environments.is_empty() {
        writeln!(out, "\nvalues {dim}(of each list the first wins){dim:#}")?;
        columns::write(&layers(one), 2, out)?;
    }
    if !one.removed.is_empty() {
        writeln!(out, "\nremoved {dim}(by patches){dim:#}")?;
        columns::write(&one.removed.iter().map(Withdrawn::line).collect::<Vec<_>>(), 2, out)?;
    }
    let tools = for_tools(one);
    if !tools.is_empty() {
        writeln!(
            out,
            "\nfor tools {dim}(which hand it on or not; of each list the first wins){dim:#}"
        )?;
        columns::write(&tools, 2, out)?;
    }
    let live = live(one);
    if !live.is_empty() {
        writeln!(out, "\nlive {dim}(as snapshots show it){dim:#}")?;
        columns::write(&live, 2, out)?;
    }
    Ok(())
}

/// What is written for the tools of each environment.
fn for_tools(one: &Explanation) -> Vec<Vec<Cell>> {
    let mut lines = Vec::new();
    for environment in &one.environments {
        for (at, given) in environment.tools.iter().enumerate() {
            let style = if at == 0 { Style::new() } else { styles::DIM };
            let name = if at == 0 { clean(&environment.environment) } else { String::new() };
            lines.push(vec![
                plain(name),
                styled(given.text(), style),
                styled(given.source, styles::DIM),
                styled(at_place(one, given), styles::DIM),
            ]);
        }
    }
    lines
}

/// What is live in each environment and workload, and how it came to be.
fn live(one: &Explanation) -> Vec<Vec<Cell>> {
    let all = one.environments.iter();
    let all = all.flat_map(|environment| environment.live.iter().map(move |it| (environment, it)));
    all.map(|(environment, live)| {
        vec![
            plain(clean(&environment.environment)),
            plain(clean(live.workload.as_deref().unwrap_or_default())),
            plain(live.given.text()),
            styled(live.given.place.text(), styles::DIM),
            styled(live.trace.clone().unwrap_or_default(), styles::DIM),
        ]
    })
    .collect()
}

/// The layers of every environment and workload, the one that wins first.
fn layers(one: &Explanation) -> Vec<Vec<Cell>> {
    let mut lines = Vec::new();
    for environment in &one.environments {
        let mut name = clean(&environment.environment);
        if environment.values.is_empty() {
            lines.extend(without_value(name, environment, &in_code(one, &environment.foreign)));
            continue;
        }
        let mut stacks = by_stack(&environment.values);
        // What everybody else gets comes last.
        stacks.sort_by_key(|(workloads, ..)| workloads.is_empty());
        let has_workloads = stacks.len() > 1;
        let left = left_over(one, environment, &stacks);
        for (names, effect, foreign) in stacks {
            let mut who = match names.as_slice() {
                [] if has_workloads => "others".to_owned(),
                names => workloads(names),
            };
            let all = std::iter::once(&effect.effective).chain(&effect.shadowed).enumerate();
            for (at, given) in all {
                let style = if at == 0 { Style::new() } else { styles::DIM };
                lines.push(vec![
                    plain(std::mem::take(&mut name)),
                    plain(std::mem::take(&mut who)),
                    styled(given.text(), style),
                    styled(given.source, styles::DIM),
                    styled(at_place(one, given), styles::DIM),
                ]);
                lines.extend(made_of(given));
            }
            for (value, place) in &in_code(one, &foreign) {
                lines.push(default_line(String::new(), styled(value, styles::DIM), place));
            }
        }
        for (at, (value, place)) in left.iter().enumerate() {
            let mut line = default_line(String::new(), plain(value), place);
            line[1] = plain(if at == 0 { "others" } else { "" });
            lines.push(line);
        }
        if !environment.lacking.is_empty() {
            let names: Vec<&str> = environment.lacking.iter().map(String::as_str).collect();
            lines.push(vec![plain(""), plain(workloads(&names)), plain("absent")]);
        }
        lines.extend(environment.because.iter().map(|unseen| {
            let said = styled(format!("and what {} gives", clean(unseen)), styles::DIM);
            vec![plain(""), plain(""), said]
        }));
    }
    lines
}

/// Where a value that a tool puts in is written, and what it was laid over.
fn made_of(given: &Given) -> Vec<Vec<Cell>> {
    let line = |what: &'static str, written: &Written| {
        let text = shortened(written.text.lines().next().unwrap_or(""));
        vec![
            plain(""),
            plain(""),
            styled(text, styles::DIM),
            styled(what, styles::DIM),
            styled(written.place.text(), styles::DIM),
        ]
    };
    let asks = given.asks.as_ref().map(|asks| {
        let text = styled(shortened(asks), styles::DIM);
        vec![plain(""), plain(""), text, styled("as it is written", styles::DIM)]
    });
    let written = given.written.iter().map(|one| line("written in", one));
    let written = asks.into_iter().chain(written);
    written.chain(given.over.iter().map(|one| line("laid over", one))).collect()
}

/// The lines of an environment that gives no value, or none that can be seen.
fn without_value(
    name: String,
    environment: &InEnvironment,
    in_code: &[(String, String)],
) -> Vec<Vec<Cell>> {
    let presence = environment.presence;
    if let Some((value, place)) = in_code.first().filter(|_| presence == "absent") {
        let mut lines = vec![default_line(name, plain(format!("absent, so {value}")), place)];
        let others = in_code.iter().skip(1);
        lines.extend(others.map(|(value, place)| {
            default_line(String::new(), plain(format!("or {value}")), place)
        }));
        return lines;
    }
    let because = clean(&environment.because.join("; "));
    vec![vec![
        plain(name),
        plain(""),
        styled(presence, styles::DIM),
        plain(""),
        styled(because, styles::DIM),
    ]]
}

fn default_line(name: String, value: Cell, place: &str) -> Vec<Cell> {
    let what = styled("default in the code", styles::DIM);
    vec![plain(name), plain(""), value, what, styled(place, styles::DIM)]
}

/// Workloads, what they get, and the components that none of them runs.
type Stack<'a> = (Vec<&'a str>, &'a Effect, BTreeSet<String>);

/// Workloads that get the same value from the same places stand together; none where all get it.
fn by_stack(values: &[Effect]) -> Vec<Stack<'_>> {
    let mut stacks: Vec<Stack<'_>> = Vec::new();
    let places = |effect: &Effect| {
        let all = std::iter::once(&effect.effective).chain(&effect.shadowed);
        // One line comes to what each workload's own build, file or overlay gives it.
        let filled = |given: &Given| {
            let from = given.written.iter().map(|one| one.place.clone()).collect::<Vec<_>>();
            (given.asks.is_some() || !from.is_empty()).then(|| (given.text(), from))
        };
        all.map(|given| (given.place.clone(), filled(given))).collect::<Vec<_>>()
    };
    for value in values {
        let known = stacks.iter_mut().find(|(_, known, _)| places(known) == places(value));
        let Some((workloads, _, foreign)) = known else {
            let names = value.workload.iter().map(String::as_str).collect();
            stacks.push((names, value, value.foreign.clone()));
            continue;
        };
        foreign.retain(|component| value.foreign.contains(component));
        workloads.extend(value.workload.as_deref().filter(|_| !workloads.is_empty()));
    }
    stacks
}

/// What the code says of itself in workloads that get no value, where others do.
fn left_over(
    one: &Explanation,
    environment: &InEnvironment,
    stacks: &[Stack<'_>],
) -> Vec<(String, String)> {
    if stacks.iter().any(|(workloads, ..)| workloads.is_empty()) {
        return Vec::new();
    }
    let is_shown = |component: &String| stacks.iter().any(|(.., it)| !it.contains(component));
    let all = one.reads.iter().map(|read| &read.component).filter(|it| is_shown(it)).cloned();
    in_code(one, &all.chain(environment.foreign.iter().cloned()).collect())
}

/// The lowest layer: what the code itself says, each value once.
fn in_code(one: &Explanation, foreign: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let defaults = one.reads.iter().filter(|read| {
        !read.test && read.absence == "default" && !foreign.contains(&read.component)
    });
    for read in defaults {
        let value = read.absence();
        let value = value.strip_prefix("default ").unwrap_or("a value").to_owned();
        if found.iter().all(|(known, _)| *known != value) {
            found.push((value, read.place.text()));
        }
    }
    found
}

fn read_line(one: &Explanation, read: &ReadBy) -> Vec<Cell> {
    let mut notes = vec![format!("at {}", read.when)];
    if read.via != "direct" {
        notes.push(format!("via {}", read.via));
    }
    if read.conditional {
        notes.push("under a condition".to_owned());
    }
    if read.test {
        notes.push("in a test".to_owned());
    }
    if read.key != one.key {
        notes.push(format!("as {}", clean(&read.key)));
    }
    let what = format!("{}, {}", read.absence(), notes.join(", "));
    let place = read.place.text();
    let function = match read.function.as_str() {
        "" => String::new(),
        name => format!(" in {}", clean(name)),
    };
    let by = format!("{} at {place}{function}", clean(&read.reader));
    vec![plain(what), styled(by, styles::DIM)]
}

fn use_line(one: &UsedBy) -> Vec<Cell> {
    let function = match one.function.as_str() {
        "" => String::new(),
        name => format!(" in {}", clean(name)),
    };
    let place = format!("at {}{function}", one.place.text());
    vec![plain(clean(&one.field)), styled(place, styles::DIM)]
}

fn verdict(one: &Explanation) -> String {
    let in_tests = one.reads.iter().any(|read| read.test);
    if one.liveness == "unread" && !one.unknown_code.is_empty() {
        let who = workloads(&one.unknown_code);
        return format!("No code here reads it; which code runs in {who} is not known.");
    }
    let said = match one.liveness {
        "read" if one.reads.iter().any(|read| !read.test) => "It is alive: code reads it.",
        "read" => "It is alive: code reads what it goes on as.",
        "unread" if in_tests => "It is dead: only tests read it.",
        "unread" => "It is dead: nothing reads it.",
        _ => "It may be alive: no code reads it by name, but something else may.",
    };
    said.to_owned()
}

/// Where a definition stands, and what it calls the key where that is another name.
fn at_place(one: &Explanation, given: &Given) -> String {
    let place = given.place.text();
    if given.key == one.key { place } else { format!("{place} as {}", clean(&given.key)) }
}
