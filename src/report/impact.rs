//! What a change of one key reaches, for people and for programs.

use std::collections::BTreeSet;
use std::io;

use serde::Serialize;

use super::columns::{self, Cell, plain, styled};
use super::given::{Given, Marks, Place, ReadBy, UsedBy, listed, workloads};
use super::text::styles;
use super::{clean, count};
use crate::graph::{Feed, Graph, Reason};
use crate::inquiry::impact::{Impact, Onward, Source};
use crate::model::{EnvironmentId, Inventory};
use crate::text::{Files, Span};

/// What one key reaches. Its fields are the wire format of `impact KEY --format json`.
#[derive(Serialize)]
pub struct Reach {
    key: String,
    namespace: &'static str,
    spellings: Vec<String>,
    liveness: &'static str,
    reads: Vec<ReadBy>,
    uses: Vec<UsedBy>,
    onward: Vec<OnwardLine>,
    others: Vec<Other>,
    sources: Vec<SourceLine>,
    without: Vec<Without>,
}

#[derive(Serialize)]
struct OnwardLine {
    key: String,
    from: String,
    by: &'static str,
    #[serde(flatten)]
    place: Option<Place>,
    reads: Vec<ReadBy>,
    uses: Vec<UsedBy>,
}

#[derive(Serialize)]
struct Other {
    reason: String,
    #[serde(flatten)]
    place: Option<Place>,
}

#[derive(Serialize)]
struct SourceLine {
    #[serde(flatten)]
    given: Given,
    effective: Vec<InEnvironment>,
    shadowed: Vec<InEnvironment>,
}

#[derive(Serialize)]
struct InEnvironment {
    environment: String,
    workloads: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Place>,
}

#[derive(Serialize)]
struct Without {
    environment: String,
    presence: &'static str,
}

/// Tells what keys reach.
pub struct Reacher<'a> {
    /// The texts.
    pub files: &'a Files,
    /// What was asked.
    pub graph: &'a Graph<'a>,
}

impl Reacher<'_> {
    fn inventory(&self) -> &Inventory {
        self.graph.inventory
    }

    /// What is to be shown of an impact.
    pub fn reach(&self, impact: &Impact<'_>) -> Reach {
        let inventory = self.inventory();
        let key = inventory.key(impact.key);
        let marks = Marks::of(impact.sources.iter().map(|one| &one.definition.value));
        let spellings = self.graph.spellings_of(impact.key);
        let spellings = spellings.into_iter().filter(|other| *other != impact.key);
        let read = |(key, read): &(_, &_)| ReadBy::of(self.files, inventory, read, *key);
        let reads: Vec<ReadBy> = impact.reads.iter().map(read).collect();
        let uses = UsedBy::of(self.files, inventory, impact.reads.iter().map(|(_, read)| *read));
        let listed = listed(&reads, &uses);
        let others = impact.reasons.iter().map(|reason| Other {
            reason: self.graph.phrase(reason),
            place: place_of(inventory, reason).map(|span| Place::of(self.files, span)),
        });
        let is_new = |one: &Other| !one.place.as_ref().is_some_and(|place| listed.holds(place));
        let others = others.filter(is_new);
        Reach {
            key: key.name.clone(),
            namespace: key.namespace.as_str(),
            spellings: spellings.map(|other| inventory.key(other).name.clone()).collect(),
            liveness: impact.standing.as_str(),
            reads,
            uses,
            onward: impact.onward.iter().map(|one| self.onward(one)).collect(),
            others: others.collect(),
            sources: impact.sources.iter().map(|one| self.source(one, &marks)).collect(),
            without: impact
                .without
                .iter()
                .map(|(id, is_unknown)| Without {
                    environment: self.name(*id),
                    presence: if *is_unknown { "unknown" } else { "absent" },
                })
                .collect(),
        }
    }

    fn name(&self, id: EnvironmentId) -> String {
        self.inventory().environment(id).name.clone()
    }

    fn onward(&self, one: &Onward<'_>) -> OnwardLine {
        let inventory = self.inventory();
        let (by, span) = match one.by {
            Feed::Binding(at) => {
                ("binding", inventory.bindings.get(at as usize).map(|binding| binding.span))
            }
            Feed::Interpolation(id) => ("interpolation", Some(inventory.definition(id).key_span)),
            Feed::Spelling(_) => ("spelling", None),
        };
        let reads = one.reads.iter();
        OnwardLine {
            key: inventory.key(one.key).name.clone(),
            from: inventory.key(one.from).name.clone(),
            by,
            place: span.map(|span| Place::of(self.files, span)),
            reads: reads.map(|(key, read)| ReadBy::of(self.files, inventory, read, *key)).collect(),
            uses: UsedBy::of(self.files, inventory, one.reads.iter().map(|(_, read)| *read)),
        }
    }

    fn source(&self, one: &Source<'_>, marks: &Marks) -> SourceLine {
        let inside = |id: EnvironmentId, names: &[&str], by| InEnvironment {
            environment: self.name(id),
            workloads: names.iter().map(|name| (*name).to_owned()).collect(),
            by,
        };
        let effective = one.effective.iter().map(|(id, workloads)| inside(*id, workloads, None));
        let shadowed = one.shadowed.iter().map(|(id, workloads, wins)| {
            inside(*id, workloads, Some(Place::of(self.files, wins.key_span)))
        });
        SourceLine {
            given: Given::of(self.files, self.inventory(), one.definition, marks),
            effective: effective.collect(),
            shadowed: shadowed.collect(),
        }
    }
}

/// Where a reason stands.
fn place_of(inventory: &Inventory, reason: &Reason<'_>) -> Option<Span> {
    match reason {
        Reason::Mention(mention) => Some(mention.span),
        Reason::Asked(ask) => Some(ask.span),
        Reason::Read(id) | Reason::Pattern(id) | Reason::Wild(id) => Some(inventory.read(*id).span),
        Reason::Feeds { .. } | Reason::Consumer(_) => None,
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    keys: &'a [Reach],
}

/// Writes what keys reach for programs.
pub fn write_json(all: &[Reach], out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document { schema: "keydrift.impact/1", keys: all };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// Writes what keys reach for people.
pub fn write_text(all: &[Reach], out: &mut dyn io::Write) -> io::Result<()> {
    for (at, one) in all.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write_one(one, out)?;
    }
    Ok(())
}

fn write_one(one: &Reach, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    writeln!(out, "{strong}{}{strong:#} {dim}({}){dim:#}", clean(&one.key), one.namespace)?;
    if !one.spellings.is_empty() {
        writeln!(out, "  {dim}also{dim:#} {}", clean(&one.spellings.join(", ")))?;
    }
    writeln!(out, "\ncode that it reaches")?;
    let mut lines = code_lines(&one.reads, &one.uses);
    if lines.is_empty() {
        lines.push(vec![plain("none by name")]);
    }
    columns::write(&lines, 2, out)?;
    if !one.onward.is_empty() {
        writeln!(out, "\nkeys that are built from it")?;
    }
    for onward in &one.onward {
        let at = onward.place.as_ref().map(|place| format!(" at {}", place.text()));
        let from = if onward.from == one.key {
            String::new()
        } else {
            format!(", from {}", clean(&onward.from))
        };
        let (key, at) = (clean(&onward.key), at.unwrap_or_default());
        writeln!(out, "  {key}  {dim}by {}{at}{from}{dim:#}", onward.by)?;
        columns::write(&code_lines(&onward.reads, &onward.uses), 4, out)?;
    }
    if !one.others.is_empty() {
        writeln!(out, "\nwho else may read it")?;
    }
    for other in &one.others {
        let at = other.place.as_ref().map(|at| format!("  {dim}at {}{dim:#}", at.text()));
        writeln!(out, "  {}{}", clean(&other.reason), at.unwrap_or_default())?;
    }
    writeln!(out, "\nwhere it is given, and what a change there touches")?;
    let inside =
        one.sources.iter().flat_map(|source| source.effective.iter().chain(&source.shadowed));
    let split: BTreeSet<&str> =
        inside.filter(|at| !at.workloads.is_empty()).map(|at| at.environment.as_str()).collect();
    let lines = one.sources.iter().flat_map(|source| source_lines(source, &split));
    let mut lines: Vec<Vec<Cell>> = lines.collect();
    lines.extend(one.without.iter().map(|without| {
        vec![
            styled("nowhere in the tree", styles::DIM),
            plain(without.presence),
            plain(clean(&without.environment)),
        ]
    }));
    if lines.is_empty() {
        lines.push(vec![plain("nowhere")]);
    }
    columns::write(&lines, 2, out)?;
    writeln!(out, "\n{}", summary(one))
}

fn code_lines(reads: &[ReadBy], uses: &[UsedBy]) -> Vec<Vec<Cell>> {
    let inside = |function: &str, component: &str| {
        let function =
            if function.is_empty() { "the top of the file".to_owned() } else { clean(function) };
        match component {
            "" | "." => format!("in {function}"),
            component => format!("in {function} ({})", clean(component)),
        }
    };
    let read = |read: &ReadBy| {
        let condition = if read.conditional { ", under a condition" } else { "" };
        let what = format!("{}, at {}{condition}", read.absence(), read.when);
        let place = styled(read.place.text(), styles::DIM);
        vec![plain(what), place, styled(inside(&read.function, &read.component), styles::DIM)]
    };
    let of_use = |one: &UsedBy| {
        let place = styled(one.place.text(), styles::DIM);
        let inside = styled(inside(&one.function, &one.component), styles::DIM);
        vec![plain(format!("uses {}", clean(&one.field))), place, inside]
    };
    reads.iter().map(read).chain(uses.iter().map(of_use)).collect()
}

fn source_lines(one: &SourceLine, split: &BTreeSet<&str>) -> Vec<Vec<Cell>> {
    let place = |at: &Place| at.text();
    let mut value = format!("{} {}", one.given.source, place(&one.given.place));
    let mut text = one.given.text();
    let mut lines = Vec::new();
    let mut add = |what: String| {
        lines.push(vec![
            styled(std::mem::take(&mut value), styles::DIM),
            plain(std::mem::take(&mut text)),
            plain(what),
        ]);
    };
    if !one.effective.is_empty() {
        add(format!("takes effect in {}", environments(&one.effective, split)));
    }
    let mut winners: Vec<&Place> = one.shadowed.iter().filter_map(|at| at.by.as_ref()).collect();
    winners.sort();
    winners.dedup();
    for wins in winners {
        let here: Vec<&InEnvironment> =
            one.shadowed.iter().filter(|at| at.by.as_ref() == Some(wins)).collect();
        add(format!("is shadowed in {} by {}", environments(here, split), place(wins)));
    }
    if one.effective.is_empty() && one.shadowed.is_empty() {
        add("is in no environment".to_owned());
    }
    lines
}

/// Environments with their workloads; in those of `split` some workloads get values of their own.
fn environments<'e>(
    all: impl IntoIterator<Item = &'e InEnvironment>,
    split: &BTreeSet<&str>,
) -> String {
    let name = |one: &InEnvironment| match one.workloads.as_slice() {
        [] if split.contains(one.environment.as_str()) => {
            format!("{} (for others)", clean(&one.environment))
        }
        [] => clean(&one.environment),
        names => format!("{} (for {})", clean(&one.environment), workloads(names)),
    };
    all.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

fn summary(one: &Reach) -> String {
    let reads = one.reads.len() + one.onward.iter().map(|onward| onward.reads.len()).sum::<usize>();
    let all = one.reads.iter().chain(one.onward.iter().flat_map(|onward| &onward.reads));
    let mut components: Vec<&str> = all.map(|read| read.component.as_str()).collect();
    components.sort_unstable();
    components.dedup();
    let mut names: Vec<&str> = one
        .sources
        .iter()
        .flat_map(|source| &source.effective)
        .map(|at| at.environment.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    format!(
        "{} in {}; given in {}.",
        count(reads, "read"),
        count(components.len(), "component"),
        count(names.len(), "environment")
    )
}
