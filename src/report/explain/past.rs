//! The history of one key: since when code and configuration name it, when its values last changed, and who did that.

use serde::Serialize;

use super::super::given::Place;
use crate::graph::Graph;
use crate::model::past;
use crate::model::{Chronicle, Definition, DefinitionId, EnvironmentId, KeyId, KeyPast};
use crate::report::clean;
use crate::report::columns::{Cell, plain, styled};
use crate::report::text::styles;
use crate::text::Files;

/// What the history tells of a key.
#[derive(Serialize)]
pub(super) struct History {
    /// The repositories whose history is not known to its beginning.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    late: Vec<Late>,
    /// Its name is a word that code has for other things too.
    vague: bool,
    code: Vec<Period>,
    configuration: Vec<Period>,
    values: Vec<Value>,
    last: Option<Moment>,
}

#[derive(Serialize)]
struct Late {
    repository: String,
    until: Option<String>,
    why: String,
}

#[derive(Serialize)]
struct Period {
    since: Moment,
    /// Since then or longer.
    older: bool,
    until: Option<Moment>,
    paths: Vec<String>,
}

#[derive(Serialize)]
struct Value {
    environments: Vec<String>,
    #[serde(flatten)]
    place: Place,
    since: Moment,
    older: bool,
    changed: Moment,
    changes: u32,
}

#[derive(Clone, Serialize)]
struct Moment {
    date: String,
    commit: String,
    author: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    merge: Option<String>,
}

impl Moment {
    fn of(moment: &past::Moment) -> Self {
        Self {
            date: moment.date.to_string(),
            commit: moment.commit.clone(),
            author: moment.author.clone(),
            merge: moment.merge.clone(),
        }
    }

    fn text(&self) -> String {
        format!("{} {}", self.date, clean(&self.author)).trim_end().to_owned()
    }
}

impl Period {
    fn of(period: &past::Period) -> Self {
        Self {
            since: Moment::of(&period.from),
            older: period.is_older,
            until: period.until.as_ref().map(Moment::of),
            paths: period.paths.clone(),
        }
    }
}

impl History {
    /// What is told of the key that has these spellings; `None` where nobody asked or nothing is known.
    pub(super) fn of(
        files: &Files,
        graph: &Graph<'_>,
        family: &[KeyId],
        only: Option<EnvironmentId>,
    ) -> Option<Self> {
        let chronicle = graph.inventory.chronicle.as_ref()?;
        let mut all = KeyPast::default();
        family.iter().filter_map(|key| chronicle.keys.get(key)).for_each(|past| all.join(past));
        let late = chronicle.late.iter().map(|late| Late {
            repository: late.place.clone(),
            until: late.date.map(|date| date.to_string()),
            why: late.why.clone(),
        });
        Some(Self {
            late: late.collect(),
            vague: all.is_vague,
            code: all.in_code.iter().map(Period::of).collect(),
            configuration: all.in_config.iter().map(Period::of).collect(),
            values: values(files, graph, chronicle, (family, only)),
            last: all.touched.as_ref().map(Moment::of),
        })
    }

    /// The lines for people.
    pub(super) fn lines(&self) -> Vec<Vec<Cell>> {
        let mut lines = Vec::new();
        for (what, periods) in [("code", &self.code), ("configuration", &self.configuration)] {
            let mut what = what;
            for period in periods {
                lines.push(period.line(std::mem::take(&mut what)));
            }
        }
        lines.extend(self.values.iter().map(Value::line));
        lines.extend(self.last.iter().map(|last| {
            let by = format!("{} in {}", last.text(), last.commit);
            vec![plain("last touched"), plain(by)]
        }));
        let unknown = self.late.iter().map(|late| {
            let why = match &late.until {
                Some(date) => format!("age unknown before {date}: {}", clean(&late.why)),
                None => clean(&late.why),
            };
            vec![styled(clean(&late.repository), styles::DIM), styled(why, styles::DIM)]
        });
        lines.extend(unknown);
        if self.vague && !lines.is_empty() {
            let why = "code has its name for other things too: only the files that read it now are followed";
            lines.push(vec![plain(""), styled(why, styles::DIM)]);
        }
        lines
    }
}

impl Period {
    fn line(&self, what: &str) -> Vec<Cell> {
        let since = if self.older { "at least since" } else { "since" };
        let mut text = format!("{since} {}", self.since.text());
        if let Some(until) = &self.until {
            text = format!("{text}, until {}", until.text());
        }
        let place = match self.paths.as_slice() {
            [] => String::new(),
            [only] => clean(only),
            [first, rest @ ..] => format!("{} and {} more", clean(first), rest.len()),
        };
        vec![plain(what), plain(text), styled(place, styles::DIM)]
    }
}

impl Value {
    fn line(&self) -> Vec<Cell> {
        let since = if self.older { "at least since" } else { "since" };
        let mut text = format!("{since} {}", self.since.text());
        if self.changes > 0 {
            text = format!("value since {}", self.changed.text());
            let times = if self.changes == 1 { "change" } else { "changes" };
            text = format!("{text}, after {} {times}", self.changes);
        }
        let names: Vec<String> = self.environments.iter().map(|name| clean(name)).collect();
        let who = if names.is_empty() { "a template".to_owned() } else { names.join(", ") };
        vec![plain(who), plain(text), styled(self.place.text(), styles::DIM)]
    }
}

/// The values of a key whose past is known, by place, with the environments in which they are a layer.
fn values(
    files: &Files,
    graph: &Graph<'_>,
    chronicle: &Chronicle,
    (family, only): (&[KeyId], Option<EnvironmentId>),
) -> Vec<Value> {
    let inventory = graph.inventory;
    let all = inventory.definitions.iter().enumerate();
    let of_family = all.filter(|(_, one)| family.contains(&one.key));
    let known =
        of_family.filter_map(|(at, one)| Some((one, chronicle.values.get(&DefinitionId::at(at))?)));
    let environments = |definition: &Definition| {
        let all = inventory.environments.iter().enumerate();
        let all = all.filter(|(at, _)| only.is_none_or(|only| only == EnvironmentId::at(*at)));
        let has = |layers: &[crate::model::Layer]| {
            layers.iter().any(|layer| layer.source == definition.source)
        };
        let named = all.filter(|(_, one)| has(&one.layers)).map(|(_, one)| one.name.clone());
        named.collect::<Vec<_>>()
    };
    let mut values: Vec<Value> = Vec::new();
    for (definition, past) in known {
        let environments = environments(definition);
        if only.is_some() && environments.is_empty() {
            continue;
        }
        let place = Place::of(files, definition.key_span);
        let is_known =
            |one: &&mut Value| one.place == place && one.changed.date == past.last.date.to_string();
        if let Some(known) = values.iter_mut().find(is_known) {
            known.environments.extend(environments);
            known.environments.sort_unstable();
            known.environments.dedup();
            continue;
        }
        values.push(Value {
            environments,
            place,
            since: Moment::of(&past.first),
            older: past.is_older,
            changed: Moment::of(&past.last),
            changes: past.changes,
        });
    }
    values.sort_by(|one, other| one.place.cmp(&other.place));
    values
}
