//! How two environments differ: keys that code reads first, what is meant to differ in one line.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::alone::{self, AloneBy};
use super::columns::{self, Cell, plain, styled};
use super::decided::{self, SettingBy};
use super::given::{Given, Marks, ReadBy, workloads};
use super::text::styles;
use super::{clean, count};
use crate::agreement::Meant;
use crate::inquiry::Standing;
use crate::inquiry::diff::{Comparison, Difference, Row, Side};
use crate::model::{EnvironmentId, Inventory, Value};
use crate::text::Files;

/// How many reads of one key are shown.
const READS: usize = 3;

/// The differences. Its fields are the wire format of `diff --format json`.
#[derive(Serialize)]
pub struct Compared {
    schema: &'static str,
    environments: [String; 2],
    summary: Summary,
    differences: Vec<One>,
    settings: Vec<SettingBy>,
    /// Workloads that one of the two has alone: what they get is no difference by itself.
    alone: Vec<AloneBy>,
}

#[derive(Serialize)]
struct Summary {
    read: usize,
    may_be_read: usize,
    unread: usize,
    expected: BTreeMap<&'static str, usize>,
    same: usize,
    settings: usize,
    alone: usize,
}

#[derive(Serialize)]
struct One {
    key: String,
    namespace: &'static str,
    spellings: Vec<String>,
    liveness: &'static str,
    expected: Option<&'static str>,
    #[serde(skip_serializing_if = "is_false")]
    alone: bool,
    values: Vec<Pair>,
    reads: Vec<ReadBy>,
}

#[derive(Serialize)]
struct Pair {
    workloads: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    others: bool,
    expected: Option<&'static str>,
    #[serde(skip_serializing_if = "is_false")]
    alone: bool,
    given: [GivenBy; 2],
}

#[derive(Serialize)]
struct GivenBy {
    environment: String,
    presence: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<Given>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What cannot be told apart, in place of a reason to differ.
const UNKNOWN: &str = "unknown";

/// Everything that differs between two environments.
pub fn differences(
    files: &Files,
    inventory: &Inventory,
    comparison: &Comparison<'_>,
    pair: [EnvironmentId; 2],
) -> Compared {
    let names = pair.map(|at| inventory.environment(at).name.clone());
    let all = &comparison.differences;
    let of = |standing: Standing| {
        all.iter().filter(|one| one.standing == standing && !one.is_meant()).count()
    };
    let mut expected = BTreeMap::new();
    for one in all.iter().filter(|one| one.is_meant()) {
        *expected.entry(one.rows.iter().find_map(why)).or_default() += 1;
    }
    let expected = expected.into_iter().filter_map(|(why, number)| Some((why?, number))).collect();
    let summary = Summary {
        read: of(Standing::Read),
        may_be_read: of(Standing::MayBeRead),
        unread: of(Standing::Unread),
        expected,
        same: comparison.same,
        settings: comparison.settings.iter().filter(|one| !one.is_expected).count(),
        alone: comparison.alone.len(),
    };
    let alone = comparison.alone.iter().map(|one| AloneBy::of(one, &names)).collect();
    let settings = comparison.settings.iter().map(|one| SettingBy::of(files, one, &names));
    let settings = settings.collect();
    let differences = all.iter().map(|one| one_of(files, inventory, one, &names)).collect();
    let schema = "keydrift.diff/1";
    Compared { schema, environments: names, summary, differences, settings, alone }
}

impl Compared {
    /// How many keys differ that are not meant to.
    pub fn count(&self) -> usize {
        self.summary.read + self.summary.may_be_read + self.summary.unread
    }

    /// Whether anything differs that should not: a key, or a workload that one of the two lacks.
    pub fn differs(&self) -> bool {
        self.count() > 0 || !self.alone.is_empty()
    }
}

fn one_of(files: &Files, inventory: &Inventory, one: &Difference<'_>, names: &[String; 2]) -> One {
    let key = inventory.key(one.key);
    let marks = Marks::of(one.rows.iter().flat_map(|row| row.sides.iter().filter_map(value)));
    let mut spellings: Vec<String> = Vec::new();
    let defined = one.rows.iter().flat_map(|row| &row.sides).filter_map(|side| match side {
        Side::Set(definition) => Some(definition.key),
        _ => None,
    });
    for other in defined.chain(one.reads.iter().map(|(key, _)| *key)) {
        let name = &inventory.key(other).name;
        if other != one.key && !spellings.contains(name) {
            spellings.push(name.clone());
        }
    }
    let reads = one.reads.iter().map(|(key, read)| ReadBy::of(files, inventory, read, *key));
    let pairs = one.rows.iter().map(|row| Pair {
        workloads: row.workloads.iter().map(|name| (*name).to_owned()).collect(),
        others: row.is_for_others,
        expected: why(row),
        alone: row.is_alone,
        given: [0, 1].map(|at| given_by(files, inventory, &row.sides[at], &names[at], &marks)),
    });
    One {
        key: key.name.clone(),
        namespace: key.namespace.as_str(),
        spellings,
        liveness: one.standing.as_str(),
        expected: one.rows.iter().filter(|_| one.is_meant()).find_map(why),
        alone: one.rows.iter().all(|row| row.is_alone),
        values: pairs.collect(),
        reads: reads.collect(),
    }
}

fn given_by(
    files: &Files,
    inventory: &Inventory,
    side: &Side<'_>,
    name: &str,
    marks: &Marks,
) -> GivenBy {
    let (presence, because, effective) = match side {
        Side::Set(one) => ("set", Vec::new(), Some(Given::of(files, inventory, one, marks))),
        Side::Absent => ("absent", Vec::new(), None),
        Side::Unknown(opaque) => {
            let mut because: Vec<String> = opaque.iter().map(|one| one.what.clone()).collect();
            because.dedup();
            ("unknown", because, None)
        }
    };
    GivenBy { environment: name.to_owned(), presence, because, effective }
}

fn value<'a>(side: &Side<'a>) -> Option<&'a Value> {
    match side {
        Side::Set(definition) => Some(&definition.value),
        _ => None,
    }
}

fn why(row: &Row<'_>) -> Option<&'static str> {
    row.meant.map(Meant::as_str).or_else(|| row.is_unknown.then_some(UNKNOWN))
}

/// Writes the differences for people: with `all`, those too that are meant.
pub fn write_text(all: &Compared, everything: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    let names = all.environments.each_ref().map(|name| clean(name));
    let sections = [
        (Standing::Read, "code reads"),
        (Standing::MayBeRead, "may be read"),
        (Standing::Unread, "nothing reads"),
    ];
    for (standing, title) in sections {
        let is_shown = |one: &&One| {
            one.liveness == standing.as_str()
                && (everything || one.expected.is_none() && !one.alone)
        };
        let shown: Vec<&One> = all.differences.iter().filter(is_shown).collect();
        if shown.is_empty() {
            continue;
        }
        writeln!(out, "{strong}{title}{strong:#} {dim}({}){dim:#}\n", count(shown.len(), "key"))?;
        for one in shown {
            write_one(one, &names, everything, out)?;
            writeln!(out)?;
        }
    }
    decided::write_text(&all.settings, everything, out)?;
    alone::write_text(&all.alone, everything, out)?;
    write_summary(all, &names, everything, out)
}

fn write_one(
    one: &One,
    names: &[String; 2],
    everything: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    let shown: Vec<&Pair> = one
        .values
        .iter()
        .filter(|pair| everything || pair.expected.is_none() && !pair.alone)
        .collect();
    let only = if let [only] = shown.as_slice() { about(only) } else { None };
    let note = only.map(|about| format!("  {dim}{about}{dim:#}"));
    writeln!(out, "{strong}{}{strong:#}{}", clean(&one.key), note.unwrap_or_default())?;
    let mut lines = Vec::new();
    for pair in &shown {
        if let (Some(about), true) = (about(pair), shown.len() > 1) {
            lines.push(vec![styled(about, styles::DIM)]);
        }
        let sides = names.iter().zip(&pair.given);
        lines.extend(sides.map(|(name, given)| side_line(one, name, given)));
    }
    columns::write(&lines, 2, out)?;
    for read in one.reads.iter().take(READS) {
        writeln!(out, "  {dim}{} at {}{dim:#}", read.absence(), read.place.text())?;
    }
    if one.reads.len() > READS {
        writeln!(out, "  {dim}and {}{dim:#}", count(one.reads.len() - READS, "more read"))?;
    }
    Ok(())
}

/// Whom a pair is for, and why it differs, where that is meant.
fn about(pair: &Pair) -> Option<String> {
    let mut notes = Vec::new();
    if pair.others {
        notes.push("for others".to_owned());
    } else if !pair.workloads.is_empty() {
        notes.push(format!("for {}", workloads(&pair.workloads)));
    }
    notes.extend(pair.expected.map(|why| format!("({})", phrase(why))));
    (!notes.is_empty()).then(|| notes.join(" "))
}

fn side_line(one: &One, name: &str, given: &GivenBy) -> Vec<Cell> {
    let (value, source, place) = match &given.effective {
        Some(given) => {
            let name = match &given.key {
                key if *key == one.key => String::new(),
                key => format!(" as {}", clean(key)),
            };
            (given.text(), given.source, format!("{}{name}", given.place.text()))
        }
        None => (without(one, given), "", clean(&given.because.join("; "))),
    };
    let source = styled(source, styles::DIM);
    vec![plain(name), plain(value), source, styled(place, styles::DIM)]
}

/// What happens where an environment gives no value.
fn without(one: &One, given: &GivenBy) -> String {
    if given.presence != "absent" {
        return given.presence.to_owned();
    }
    match one.reads.iter().find(|read| read.absence == "default").map(ReadBy::absence) {
        Some(default) => match default.strip_prefix("default ") {
            Some(value) => format!("absent, so {value}"),
            None => "absent, so a default".to_owned(),
        },
        None => "absent".to_owned(),
    }
}

fn phrase(why: &str) -> &'static str {
    match why {
        "credential" => "a credential",
        "endpoint" => "an address",
        "name" => "a name",
        "policy" => "the policy expects it",
        _ => "cannot be compared",
    }
}

fn write_summary(
    all: &Compared,
    names: &[String; 2],
    everything: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let dim = styles::DIM;
    let [one, two] = names;
    let number = all.count();
    if number == 0 {
        write!(out, "`{one}` and `{two}` do not differ where they should not")?;
    } else {
        write!(out, "{} between `{one}` and `{two}`", differ(number))?;
    }
    writeln!(out, "; {} the same.", are(all.summary.same))?;
    if all.summary.settings > 0 {
        let settings = count(all.summary.settings, "setting");
        writeln!(
            out,
            "{dim}Beside them {settings} of manifests {}.{dim:#}",
            differs(all.summary.settings)
        )?;
    }
    let hint = if everything { "" } else { ": --all shows them" };
    let expected: Vec<String> = all
        .summary
        .expected
        .iter()
        .filter(|(why, _)| **why != UNKNOWN)
        .map(|(why, number)| noun(why, *number))
        .collect();
    if !expected.is_empty() {
        let expected = expected.join(", ");
        writeln!(out, "{dim}Expected to differ: {expected}{hint}{dim:#}")?;
    }
    if let Some(number) = all.summary.expected.get(UNKNOWN) {
        let unknown = count(*number, "key");
        writeln!(out, "{dim}Cannot be compared: {unknown}{hint}{dim:#}")?;
    }
    Ok(())
}

fn noun(why: &str, number: usize) -> String {
    match why {
        "credential" => count(number, "credential"),
        "endpoint" if number == 1 => "1 address".to_owned(),
        "endpoint" => format!("{number} addresses"),
        "name" => count(number, "name"),
        _ => format!("{number} by policy"),
    }
}

fn differ(number: usize) -> String {
    match number {
        1 => "1 key differs".to_owned(),
        _ => format!("{number} keys differ"),
    }
}

fn differs(number: usize) -> &'static str {
    if number == 1 { "differs" } else { "differ" }
}

fn are(number: usize) -> String {
    match number {
        1 => "1 is".to_owned(),
        _ => format!("{number} are"),
    }
}

/// Writes the differences for programs.
pub fn write_json(all: &Compared, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, all)?;
    out.write_all(b"\n")
}
