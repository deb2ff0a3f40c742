//! Values that no template asks for: a slip in a name, or what was left when a template went.
//!
//! Goes by the paths behind `.Values` in all texts of the chart and of those in it. A path that is asked for gives what is
//! under it too. Where a chart that is needed is not in the tree, its part of the values is unknown, and of the rest it may
//! take anything: nothing is said. Neither is it of a file of which most is not asked for, or that a chart gets which is not in
//! the tree.

use std::collections::{BTreeMap, BTreeSet};

use super::super::gotmpl::Value;
use super::chart::{Chart, Charts};
use super::runs::Run;
use super::tree::{Documents, Tree};
use crate::facts::UnreadFact;
use crate::text::{FileId, Span, TextRange};

/// Values deeper than anybody nests them.
const MAX_DEPTH: usize = 32;
/// Charts in charts that are looked into.
const MAX_CHARTS: usize = 64;

/// The paths that templates ask for, each in one text with its segments joined by `.`.
#[derive(Debug, Default)]
struct Asked {
    paths: BTreeSet<String>,
    /// Whether somebody takes all values at once.
    is_all: bool,
}

impl Asked {
    /// Adds what a text asks for.
    fn read(&mut self, text: &str) {
        for (at, word) in text.match_indices("Values") {
            let before = text.get(..at).unwrap_or("");
            // `.Values` and `index . "Values"`; `global.imageValues` is a path like any other.
            let is_whole = before.ends_with(['.', '"', '\'', '`']);
            if !is_whole {
                continue;
            }
            let mut rest = text.get(at + word.len()..).unwrap_or("");
            if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let mut path = String::new();
            while let Some(behind) = rest.strip_prefix('.') {
                let end = behind.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                let (name, left) = behind.split_at(end.unwrap_or(behind.len()));
                if name.is_empty() {
                    break;
                }
                path.push_str(name);
                path.push('.');
                rest = left;
            }
            self.is_all |= path.is_empty();
            self.paths.insert(path);
        }
    }

    /// Whether a path, or something that it is a part of, is asked for.
    fn is_whole(&self, path: &str) -> bool {
        let path = format!("{path}.");
        let above = path.match_indices('.').filter_map(|(at, _)| path.get(..=at));
        above.into_iter().any(|above| self.paths.contains(above))
    }

    /// Whether something under a path is asked for.
    fn is_partly(&self, path: &str) -> bool {
        let path = format!("{path}.");
        let next = self.paths.range(path.clone()..).next();
        next.is_some_and(|next| next.starts_with(&path))
    }
}

/// The values of each file that no chart asks for of all that get the file, by file.
pub(super) fn find(
    tree: &Tree<'_>,
    documents: &Documents,
    charts: &Charts,
    runs: &[Run],
) -> BTreeMap<FileId, Vec<(FileId, UnreadFact)>> {
    let mut layers: BTreeMap<usize, BTreeSet<FileId>> = BTreeMap::new();
    for run in runs {
        layers.entry(run.chart).or_default().extend(run.layers.iter().map(|(file, _)| *file));
    }
    let ground = |(at, files): (usize, _)| (at, ground(tree, charts, at, &files));
    let by_chart: BTreeMap<usize, Option<Ground>> = layers.into_iter().map(ground).collect();
    let mut found: BTreeMap<FileId, Option<BTreeSet<UnreadFact>>> = BTreeMap::new();
    for run in runs {
        let ground = by_chart.get(&run.chart).and_then(Option::as_ref);
        let chart = &charts.all[run.chart];
        let own = chart.values.and_then(|id| Some((id, documents.values(tree, id).ok()?)));
        let layers = run.layers.iter().map(|(id, values)| (*id, values.clone())).chain(own);
        for (file, values) in layers {
            let mut unread = BTreeSet::new();
            if let Some(ground) = ground {
                ground.asked.walk(
                    &values,
                    "",
                    (file, &tree.file(file).text, chart),
                    &ground.parts,
                    &mut unread,
                    MAX_DEPTH,
                );
            }
            let ranges: BTreeSet<TextRange> = unread.iter().map(|one| one.range).collect();
            let is_seen = ground.is_some()
                && !run.shared.contains(&file)
                && (chart.values == Some(file) || !is_strange(&values, &unread));
            let known = found.entry(file).or_insert_with(|| Some(unread));
            // What one of the charts that get the file asks for is alive.
            match known {
                Some(known) if is_seen => known.retain(|one| ranges.contains(&one.range)),
                _ => *known = None,
            }
        }
    }
    let known = found.into_iter().filter_map(|(file, all)| Some((file, all?)));
    known
        .filter(|(_, all)| !all.is_empty())
        .map(|(file, all)| (file, all.into_iter().map(|one| (file, one)).collect()))
        .collect()
}

/// Whether most of what values begin with is not asked for: they are for another chart.
fn is_strange(values: &Value, unread: &BTreeSet<UnreadFact>) -> bool {
    let all = values.as_map().map_or(0, |map| map.borrow().len());
    let path = |one: &UnreadFact| one.name.split_once(':').map_or("", |it| it.1).to_owned();
    unread.iter().filter(|one| !path(one).contains('.')).count() * 2 > all
}

/// What is known of a chart.
struct Ground {
    asked: Asked,
    /// The names of the charts in it, whose values are judged with them.
    parts: BTreeSet<String>,
}

/// What the texts of a chart ask for; `None` where a chart that it needs is not in the tree.
fn ground(
    tree: &Tree<'_>,
    charts: &Charts,
    at: usize,
    layers: &BTreeSet<FileId>,
) -> Option<Ground> {
    let mut asked = Asked::default();
    let mut parts = BTreeSet::from(["global".to_owned(), "tags".to_owned()]);
    // Values can be templates themselves.
    for id in layers {
        asked.read(&tree.file(*id).text);
    }
    let mut open = vec![at];
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        if !seen.insert(at) || seen.len() > MAX_CHARTS {
            continue;
        }
        let chart = &charts.all[at];
        for need in &chart.needs {
            open.push(charts.needed(chart, need)?);
            parts.insert(need.alias.clone().unwrap_or_else(|| need.name.clone()));
            // Values that are lifted out of it are the chart's own by another name.
            if !need.imports.is_empty() {
                return None;
            }
            let conditions = need.condition.as_deref().unwrap_or("").split(',');
            asked.paths.extend(conditions.map(|path| format!("{}.", path.trim())));
        }
        for inside in &chart.inside {
            parts.insert(charts.all[*inside].name.clone());
            open.push(*inside);
        }
        let files = chart.templates.iter().chain(&chart.others).map(|(_, id)| *id);
        for id in files.chain(chart.values) {
            asked.read(&tree.file(id).text);
        }
    }
    (!asked.is_all).then_some(Ground { asked, parts })
}

impl Asked {
    fn walk(
        &self,
        values: &Value,
        above: &str,
        (file, text, chart): (FileId, &str, &Chart),
        parts: &BTreeSet<String>,
        unread: &mut BTreeSet<UnreadFact>,
        depth: usize,
    ) {
        let (Some(below), Some(map)) = (depth.checked_sub(1), values.as_map()) else { return };
        for (key, slot) in map.borrow().iter() {
            let is_part = above.is_empty() && parts.contains(&**key);
            let is_path = key.chars().all(|c| c.is_alphanumeric() || c == '_');
            // `x-` holds anchors; a name that no path can have is asked for in another way.
            if is_part || !is_path || key.is_empty() {
                continue;
            }
            let path = if above.is_empty() { key.to_string() } else { format!("{above}.{key}") };
            if self.is_whole(&path) {
                continue;
            }
            if self.is_partly(&path) {
                self.walk(&slot.value, &path, (file, text, chart), parts, unread, below);
                continue;
            }
            let span = slot.key.as_ref().map(|mark| mark.place).filter(|place| place.file == file);
            // What has an anchor is taken where its aliases stand: `_shared: &shared`.
            let is_anchor = |place: &Span| {
                let behind = text.get(place.range.end as usize..).unwrap_or_default();
                behind.trim_start_matches(['"', '\'', ' ', ':']).starts_with('&')
            };
            let span = span.filter(|place| !is_anchor(place));
            let name = format!("{}:{path}", chart.name);
            unread.extend(span.map(|span| UnreadFact {
                range: span.range,
                name,
                is_default: chart.values == Some(file),
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn paths_are_found_behind_values() {
        let mut asked = Asked::default();
        asked.read("{{ .Values.image.tag }} {{ $.Values.oven | toYaml }} {{ .Values.myValues.x }} {{ imageValues.y }}");
        assert!(!asked.is_all);
        for path in ["image.tag", "image", "oven", "oven.heat.deep", "myValues.x"] {
            assert!(asked.is_whole(path) || asked.is_partly(path), "{path}");
        }
        for path in ["image.tags", "tag", "y", "ovens", "myValues.y"] {
            assert!(!asked.is_whole(path) || asked.is_partly(path), "{path}");
        }
        assert!(asked.is_whole("oven") && !asked.is_whole("image"));
        asked.read("{{ toYaml .Values }}");
        assert!(asked.is_all);
    }
}
