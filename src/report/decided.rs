//! What manifests decide beside variables, where two environments differ in it.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::columns::{self, plain, styled};
use super::given::Place;
use super::text::styles;
use super::{clean, count};
use crate::inquiry::settings::Decided;
use crate::model::Setting;
use crate::text::Files;

/// A setting that differs.
#[derive(Serialize)]
pub(super) struct SettingBy {
    key: String,
    workload: String,
    setting: String,
    pub(super) expected: Option<&'static str>,
    given: [SetBy; 2],
}

#[derive(Serialize)]
struct SetBy {
    environment: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(flatten)]
    place: Option<Place>,
}

impl SettingBy {
    /// What is told of a setting.
    pub(super) fn of(files: &Files, one: &Decided<'_>, names: &[String; 2]) -> Self {
        let set = |at: usize| {
            let setting: Option<&Setting> = one.sides[at];
            SetBy {
                environment: names[at].clone(),
                value: setting.map(|setting| setting.value.shown().unwrap_or_default().to_owned()),
                place: setting.map(|setting| Place::of(files, setting.span)),
            }
        };
        Self {
            key: one.name.to_owned(),
            workload: one.workload.to_owned(),
            setting: one.path.to_owned(),
            expected: one.is_expected.then_some("policy"),
            given: [set(0), set(1)],
        }
    }
}

/// Writes the settings for people, those of one workload together.
pub(super) fn write_text(
    all: &[SettingBy],
    everything: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    let mut by_workload: BTreeMap<&str, Vec<&SettingBy>> = BTreeMap::new();
    let shown = all.iter().filter(|one| everything || one.expected.is_none());
    for one in shown {
        by_workload.entry(&one.workload).or_default().push(one);
    }
    let number: usize = by_workload.values().map(Vec::len).sum();
    if number == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "{strong}manifests decide{strong:#} {dim}({}){dim:#}\n",
        count(number, "setting")
    )?;
    for (workload, settings) in by_workload {
        writeln!(out, "{strong}{}{strong:#}", clean(workload))?;
        let mut lines = Vec::new();
        for one in settings {
            for (at, set) in one.given.iter().enumerate() {
                let name = if at == 0 { clean(&one.setting) } else { String::new() };
                let value = set.value.as_ref().map_or("not set".to_owned(), |text| clean(text));
                let place = set.place.as_ref().map_or(String::new(), Place::text);
                let place = styled(place, styles::DIM);
                lines.push(vec![plain(name), plain(clean(&set.environment)), plain(value), place]);
            }
        }
        columns::write(&lines, 2, out)?;
        writeln!(out)?;
    }
    Ok(())
}
