//! How near a source is to a component.

use super::Graph;
use crate::model::{Definition, Scope, SourceId};
use crate::text::relative::is_within;

/// How near a source is to a component that it speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Near {
    /// It is of no unit: it speaks to all.
    Shared,
    /// Its unit holds the component, or a part of it.
    Kin,
    /// It is the component's own.
    Own,
}

impl Graph<'_> {
    /// How near a source is to `component`; `None` where it speaks to others alone.
    pub fn nearness(&self, source: SourceId, component: &str) -> Option<Near> {
        let Some(unit) = self.units.of_source(source) else { return Some(Near::Shared) };
        if unit == component {
            return Some(Near::Own);
        }
        (is_within(unit, component) || is_within(component, unit)).then_some(Near::Kin)
    }

    /// Whether a source speaks to `component`: it is shared, or of its unit.
    pub fn is_open_to(&self, source: SourceId, component: &str) -> bool {
        self.nearness(source, component).is_some()
    }

    /// Whether what a definition gives may come to the code of `component`.
    pub fn may_come_to(&self, definition: &Definition, component: &str) -> bool {
        let workload = match &definition.scope {
            Some(Scope::Workload(name)) => self.units.of_workload(definition.source, name),
            _ => None,
        };
        let unit = workload.or_else(|| self.units.of_source(definition.source));
        unit.is_none_or(|unit| self.units.shares(unit, component))
    }
}
