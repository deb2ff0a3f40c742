//! A chart with the charts that it is made of, under the names and with the values that they have there.
//!
//! Conditions and tags switch charts off, an alias renames them, `import-values` lifts their values.

use super::super::Unseen;
use super::super::gotmpl::Value;
use super::chart::{Chart, Charts, Need};
use super::coalesce::{at, coalesced, nested, on_defaults, truth};
use super::known::Known;
use super::tree::{Documents, Tree};
use crate::model::Whom;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{FileId, TextRange};

/// Charts in charts deeper than anybody nests them.
const MAX_DEPTH: usize = 8;

/// A chart as part of a release.
pub(super) struct Instance<'a> {
    pub(super) chart: &'a Chart,
    /// Its name there: an alias, where it has one.
    pub(super) name: String,
    /// Its own values, with those that it imports.
    pub(super) values: Value,
    pub(super) children: Vec<Instance<'a>>,
    /// What asks for each child, where something does.
    pub(super) needs: Vec<Option<Need>>,
}

impl Instance<'_> {
    /// Whether a chart that it is made of is not in the tree: what that defines can be called and not be seen.
    pub(super) fn lacks(&self) -> bool {
        let is_here = |need: &Need| {
            let name = need.alias.as_ref().unwrap_or(&need.name);
            self.children.iter().any(|child| child.name == *name)
        };
        !self.chart.needs.iter().all(is_here) || self.children.iter().any(Instance::lacks)
    }

    /// The charts that it and those in it are made of, and that are known without being in the tree.
    pub(super) fn known(&self) -> Vec<&'static Known> {
        let own = self.chart.needs.iter().filter_map(Known::of);
        let mut all: Vec<_> = own.chain(self.children.iter().flat_map(Instance::known)).collect();
        all.dedup_by(|one, two| std::ptr::eq(*one, *two));
        all
    }
}

/// Puts charts together.
pub(super) struct Builder<'a> {
    pub(super) charts: &'a Charts,
    pub(super) tree: &'a Tree<'a>,
    pub(super) documents: &'a Documents,
    pub(super) unseen: Vec<Unseen>,
    pub(super) problems: Vec<(FileId, FileProblem)>,
}

impl<'a> Builder<'a> {
    /// The chart at place `at` of the list with all that it is made of under the values `given`, and those values laid
    /// on its own.
    pub(super) fn build(&mut self, at: usize, given: &Value) -> Option<(Instance<'a>, Value)> {
        let chart = self.charts.all.get(at)?;
        let mut instance = self.instance(chart, chart.name.clone(), MAX_DEPTH);
        let values = coalesced(&instance, given);
        self.switch(&mut instance, &values, "");
        import(&mut instance);
        let values = coalesced(&instance, given);
        Some((instance, values))
    }

    fn instance(&mut self, chart: &'a Chart, name: String, depth: usize) -> Instance<'a> {
        let values = self.own_values(chart);
        let mut made = Instance { chart, name, values, children: Vec::new(), needs: Vec::new() };
        let Some(below) = depth.checked_sub(1) else { return made };
        let mut used = Vec::new();
        for need in &chart.needs {
            let found = self.charts.needed(chart, need);
            let Some(found) = found.filter(|at| self.charts.all[*at].file != chart.file) else {
                made.needs.push(Some(need.clone()));
                made.children.push(absent(chart, need));
                continue;
            };
            used.push(found);
            let name = need.alias.clone().unwrap_or_else(|| need.name.clone());
            made.children.push(self.instance(&self.charts.all[found], name, below));
            made.needs.push(Some(need.clone()));
        }
        for at in chart.inside.iter().filter(|at| !used.contains(at)) {
            let inside = &self.charts.all[*at];
            made.children.push(self.instance(inside, inside.name.clone(), below));
            made.needs.push(None);
        }
        made
    }

    fn own_values(&mut self, chart: &Chart) -> Value {
        let Some(id) = chart.values else { return Value::map::<&str>([]) };
        match self.documents.values(self.tree, id) {
            Ok(values) => values,
            Err(message) => {
                self.problems.push((id, unread(message)));
                Value::map::<&str>([])
            }
        }
    }

    /// Takes away the charts that are switched off, and notes those that are not in the tree.
    fn switch(&mut self, chart: &mut Instance<'a>, values: &Value, path: &str) {
        let children = std::mem::take(&mut chart.children);
        let needs = std::mem::take(&mut chart.needs);
        for (mut child, need) in children.into_iter().zip(needs) {
            if need.as_ref().is_some_and(|need| !is_on(need, values, path)) {
                continue;
            }
            if need
                .as_ref()
                .is_some_and(|need| is_absent(&child, chart) && Known::of(need).is_some())
            {
                continue;
            }
            if let Some(need) = need.as_ref().filter(|_| is_absent(&child, chart)) {
                self.unseen.extend(need.span.map(|span| Unseen {
                    what: format!("the chart `{}`, which is not in the tree", need.name),
                    whom: Whom::Unseen,
                    takes: taken(need, path),
                    span,
                }));
                continue;
            }
            let inner = format!("{path}{}.", child.name);
            self.switch(&mut child, values, &inner);
            chart.children.push(child);
            chart.needs.push(need);
        }
    }
}

/// The parts of the values of the whole run that a chart gets which is needed at `path`.
fn taken(need: &Need, path: &str) -> Vec<String> {
    if !need.imports.is_empty() {
        return Vec::new();
    }
    let own = need.alias.as_ref().unwrap_or(&need.name);
    let first = path.split('.').next().filter(|part| !part.is_empty()).unwrap_or(own);
    vec!["global".to_owned(), first.to_owned()]
}

/// What stands for a chart that is not in the tree: the parent's own chart, which no chart has inside itself.
fn absent<'a>(parent: &'a Chart, need: &Need) -> Instance<'a> {
    Instance {
        chart: parent,
        name: need.alias.clone().unwrap_or_else(|| need.name.clone()),
        values: Value::map::<&str>([]),
        children: Vec::new(),
        needs: Vec::new(),
    }
}

fn is_absent(child: &Instance<'_>, parent: &Instance<'_>) -> bool {
    std::ptr::eq(child.chart, parent.chart)
}

fn is_on(need: &Need, values: &Value, path: &str) -> bool {
    let conditions = need.condition.as_deref().unwrap_or("").split(',').map(str::trim);
    let condition = conditions
        .filter(|condition| !condition.is_empty())
        .find_map(|condition| truth(values, &format!("{path}{condition}")));
    if let Some(is_on) = condition {
        return is_on;
    }
    let tags: Vec<bool> =
        need.tags.iter().filter_map(|tag| truth(values, &format!("tags.{tag}"))).collect();
    tags.contains(&true) || !tags.contains(&false)
}

/// Lifts values of children, innermost first; the chart's own win over them.
fn import(chart: &mut Instance<'_>) {
    chart.children.iter_mut().for_each(import);
    if chart.needs.iter().flatten().all(|need| need.imports.is_empty()) {
        return;
    }
    let all = coalesced(chart, &Value::map::<&str>([]));
    let mut lifted = Value::map::<&str>([]);
    for (child, need) in chart.children.iter().zip(&chart.needs) {
        for (from, to) in need.iter().flat_map(|need| &need.imports) {
            if let Some(value) = at(&all, &format!("{}.{from}", child.name)) {
                lifted = on_defaults(&nested(to, value), &lifted);
            }
        }
    }
    chart.values = on_defaults(&lifted, &chart.values);
}

pub(super) fn unread(message: String) -> FileProblem {
    FileProblem { message, range: TextRange { start: 0, end: 0 }, kind: ProblemKind::Partial }
}
