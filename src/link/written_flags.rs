//! Flags that code writes into the tables of a provider: data migrations, and commands that make them.
//!
//! What the running system makes of the tables afterwards is not seen. Of several migrations of a folder the last one, by its name,
//! counts; a flag that a migration takes away is gone, unless the same folder makes it again later.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::chains::{Frame, bound, slot};
use super::evaluate::{CALLER, HOLE};
use super::profiles;
use super::program::{Program, Target};
use crate::definitions;
use crate::facts::code::{Expr, Form, Site, Step};
use crate::facts::{Entry, SourceFacts};
use crate::lang::catalog::{Catalog, ReaderRow, Writes};
use crate::model::{FlagState, Namespace, Percent, Scalar, ScalarKind, Serves, Value};
use crate::text::{FileId, TextRange};

/// The kind of its sources: they say what a fixture says.
const KIND: &str = "waffle";

/// The call by which a migration names its functions: forward, and back.
const MIGRATES: &str = "RunPython";

/// The keyword of a list of names.
const MANY: &str = "name__in";

/// What one call does to a flag.
struct Event {
    key: String,
    file: usize,
    range: TextRange,
    /// Where its migration runs the function, in the text.
    place: u32,
    /// What the flag serves then; none where it is taken away.
    serves: Option<Serves>,
}

/// The flags that code writes, each where the last call that writes it stands.
pub(super) fn sources(
    program: &Program<'_>,
    catalogs: &[(&'static str, Catalog)],
) -> Vec<(FileId, Vec<SourceFacts>)> {
    let mut events = Vec::new();
    for (lang, catalog) in catalogs {
        let writers = writers(catalog);
        let files = 0..program.files.len();
        let own =
            files.filter(|file| !writers.is_empty() && program.files[*file].lang.name == *lang);
        for file in own.filter(|file| !program.files[*file].is_example()) {
            of_file(program, file, &writers, &mut events);
        }
    }
    let mut by_file: BTreeMap<usize, SourceFacts> = BTreeMap::new();
    for event in last(program, events) {
        let facts = by_file.entry(event.file).or_insert_with(|| {
            let mut facts = SourceFacts::new(KIND);
            facts.role = definitions::role(program.files[event.file].path);
            facts
        });
        facts.entries.extend(event.serves.map(|it| flag(&event.key, event.range, it)));
    }
    by_file.into_iter().map(|(file, facts)| (program.files[file].id, vec![facts])).collect()
}

/// The calls that write, by their names.
fn writers(catalog: &Catalog) -> FxHashMap<&str, (&ReaderRow, Writes)> {
    let rows = catalog.rows().filter_map(|row| Some((row, row.writes?)));
    rows.flat_map(|(row, what)| row.reader.all().iter().map(move |name| (&**name, (row, what))))
        .collect()
}

fn of_file(
    program: &Program<'_>,
    file: usize,
    writers: &FxHashMap<&str, (&ReaderRow, Writes)>,
    events: &mut Vec<Event>,
) {
    let sites = &program.files[file].facts.sites;
    let turns = Turns::of(program, file);
    for (at, site) in sites.iter().enumerate() {
        if site.form != Form::Call || site.in_test {
            continue;
        }
        let Target::External(name) = program.asked(Frame { file, site: at }) else { continue };
        let Some((row, what)) = writers.get(name.as_str()) else { continue };
        let Some(place) = turns.place(site) else { continue };
        let is_taken = *what == Writes::Found;
        if is_taken && !deletes(site) {
            continue;
        }
        let Some(arg) = slot(&row.key, &site.args) else { continue };
        let serves = (!is_taken).then(|| serves(*what, site));
        let mut asked = bound(arg, file, None);
        if arg.name.as_deref() == Some(MANY) {
            asked.expr = Expr::Element(Box::new(asked.expr));
        }
        let names = program.texts(&asked).into_iter();
        let names = names.filter(|name| !name.is_empty() && !name.contains([HOLE, CALLER]));
        events.extend(names.map(|key| {
            let serves = serves.clone();
            Event { key, file, range: arg.range, place, serves }
        }));
    }
}

fn deletes(site: &Site) -> bool {
    site.steps.iter().any(|step| matches!(step, Step::Method { name, .. } if name == "delete"))
}

/// In which direction the functions of a migration run, and where that is said.
struct Turns {
    forward: FxHashMap<usize, u32>,
    back: FxHashSet<usize>,
}

impl Turns {
    fn of(program: &Program<'_>, file: usize) -> Self {
        let facts = &program.files[file].facts;
        let mut turns = Self { forward: FxHashMap::default(), back: FxHashSet::default() };
        let function = |value: &Expr| match value {
            Expr::Path(path) => facts.functions.iter().position(|one| one.name == path.rest),
            _ => None,
        };
        for site in facts.sites.iter().filter(|site| site.callee.last() == MIGRATES) {
            for (at, arg) in site.args.iter().enumerate() {
                let is_back = arg.name.as_deref().map_or(at == 1, |name| name == "reverse_code");
                match function(&arg.value) {
                    Some(function) if is_back => drop(turns.back.insert(function)),
                    Some(function) => drop(turns.forward.insert(function, site.range.start)),
                    None => {}
                }
            }
        }
        turns
    }

    /// Where a call counts; none where it only takes a migration back.
    fn place(&self, site: &Site) -> Option<u32> {
        let Some(function) = site.function else { return Some(site.range.start) };
        match self.forward.get(&function) {
            Some(place) => Some(*place),
            None if self.back.contains(&function) => None,
            None => Some(site.range.start),
        }
    }
}

/// The last event of each flag in each folder; none where one of them takes it away.
fn last(program: &Program<'_>, mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| (program.files[event.file].path, event.place, event.range.start));
    let mut found: BTreeMap<String, BTreeMap<&str, Event>> = BTreeMap::new();
    for event in events {
        let path = program.files[event.file].path;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        found.entry(event.key.clone()).or_default().insert(folder, event);
    }
    let is_there = |of: &BTreeMap<&str, Event>| of.values().all(|event| event.serves.is_some());
    found.into_values().filter(is_there).flat_map(BTreeMap::into_values).collect()
}

/// What is given by a keyword, also among what a row is made with where there is none: `defaults={"active": True}`.
fn given<'s>(site: &'s Site, name: &str) -> Option<&'s Expr> {
    let by_keyword = |wanted: &str| {
        let mut args = site.args.iter();
        args.find(|arg| arg.name.as_deref() == Some(wanted)).map(|arg| &arg.value)
    };
    let among = |wanted: &str| match by_keyword(wanted)? {
        Expr::Map(pairs) => {
            let is_it = |key: &Expr| matches!(key, Expr::Text(key) if key == name);
            pairs.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
        }
        _ => None,
    };
    by_keyword(name).or_else(|| among("defaults")).or_else(|| among("create_defaults"))
}

fn serves(what: Writes, site: &Site) -> Serves {
    match what {
        Writes::Switch => match given(site, "active") {
            Some(Expr::Bool(on)) => all(*on),
            Some(_) => Serves::Unknown,
            None => all(false),
        },
        Writes::Sample => match given(site, "percent") {
            Some(Expr::Number(text)) => share(text),
            _ => Serves::Unknown,
        },
        Writes::Flag => of_flag(site),
        Writes::Found => Serves::Unknown,
    }
}

fn of_flag(site: &Site) -> Serves {
    match given(site, "everyone") {
        Some(Expr::Bool(on)) => return all(*on),
        Some(Expr::Null) | None => {}
        Some(_) => return Serves::Unknown,
    }
    let is = |name: &str, wanted: bool| matches!(given(site, name), Some(Expr::Bool(on)) if *on == wanted);
    let some = ["authenticated", "staff", "testing"].iter().any(|name| is(name, true));
    // Superusers have it unless the row says no.
    if some || !is("superusers", false) {
        return Serves::Targeted;
    }
    match given(site, "percent") {
        Some(Expr::Number(text)) => share(text),
        Some(Expr::Null) | None => all(false),
        Some(_) => Serves::Unknown,
    }
}

fn all(on: bool) -> Serves {
    Serves::One(on.to_string())
}

/// `25`, `12.5`: of a hundred.
fn share(text: &str) -> Serves {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let rest = format!("{rest:0<3}");
    let thousandths =
        whole.parse::<u32>().ok().zip(rest.get(..3).and_then(|it| it.parse::<u32>().ok()));
    let share = thousandths.and_then(|(whole, rest)| whole.checked_mul(1000)?.checked_add(rest));
    match share.map(Percent) {
        Some(Percent::NONE) => all(false),
        Some(Percent::ALL) => all(true),
        Some(share) if share < Percent::ALL => Serves::Share { value: "true".to_owned(), share },
        _ => Serves::Unknown,
    }
}

/// The entry of a flag that serves this.
pub(super) fn flag(name: &str, range: TextRange, serves: Serves) -> Entry {
    let value = match &serves {
        Serves::One(text) => Value::Literal(Scalar { text: text.clone(), kind: ScalarKind::Bool }),
        _ => Value::Computed,
    };
    Entry {
        namespace: Namespace::Flag,
        value,
        flag: Some(Box::new(FlagState::serving(serves))),
        ..profiles::entry(name, range)
    }
}

#[cfg(test)]
mod tests {
    use super::share;
    use crate::model::{Percent, Serves};

    #[test]
    fn shares_are_of_a_hundred() {
        let part = |share: u32| Serves::Share { value: "true".to_owned(), share: Percent(share) };
        for (text, wanted) in [
            ("25", part(25_000)),
            ("12.5", part(12_500)),
            ("0.0", Serves::One("false".to_owned())),
            ("100", Serves::One("true".to_owned())),
            ("250", Serves::Unknown),
            ("many", Serves::Unknown),
        ] {
            assert_eq!(share(text), wanted, "{text}");
        }
    }
}
