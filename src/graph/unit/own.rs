//! What a definition is for: the component whose code gets it, and whether that code reads it.

use crate::graph::{Feed, Graph, Reason};
use crate::model::{Definition, DefinitionId, KeyId, Scope};
use crate::text::relative::is_within;

impl Graph<'_> {
    /// The component that a definition is for.
    fn unit_of(&self, definition: &Definition) -> Option<&str> {
        let workload = match &definition.scope {
            Some(Scope::Workload(name)) => self.units.of_workload(definition.source, name),
            Some(Scope::Object(_)) => return None,
            None => None,
        };
        workload.or_else(|| self.units.of_source(definition.source))
    }

    /// Whether the code of a component reads any key where it runs.
    fn reads_any(&self, unit: &str) -> bool {
        self.inventory
            .reads
            .iter()
            .any(|read| !read.in_test && !read.at_build && self.units.covers(unit, &read.component))
    }

    /// Whether a definition is for a component of its own, of which the code is in the tree and reads keys.
    pub fn knows_code_of(&self, id: DefinitionId) -> bool {
        let unit = self.unit_of(self.inventory.definition(id));
        unit.is_some_and(|unit| unit != "." && self.units.known.contains(unit))
    }

    /// The component that a definition is for, where its code does not read the key and only code that runs apart from it
    /// does; of a key that nothing in an image asks for, also where no code does.
    pub fn unread_by_own(&self, id: DefinitionId) -> Option<&str> {
        let definition = self.inventory.definition(id);
        let key = definition.key;
        let unit = self.unit_of(definition)?;
        let is_alone = |component: &str| {
            !self.units.covers(unit, component)
                && !is_within(unit, component)
                && self.units.is_packed(component)
        };
        let is_unasked = self.inventory.unasked.contains_key(&definition.key_span);
        let reasons = self.reasons(key);
        let is_elsewhere = |reason: &Reason<'_>| match reason {
            Reason::Read(read) | Reason::Pattern(read) => {
                is_alone(&self.inventory.read(*read).component)
            }
            Reason::Feeds { to, by: Feed::Spelling(_) } => {
                self.deployed_reads_of(*to).all(|read| is_alone(&read.component))
            }
            // Who else reads it has no part in this image.
            Reason::Consumer(_) => is_unasked,
            // Where the name stands in a text is known by component.
            Reason::Mention(_) => true,
            _ => false,
        };
        let named: Vec<&str> = self.named_near(key).collect();
        let is_read = reasons.iter().any(|reason| matches!(reason, Reason::Read(_)));
        let is_unread = unit != "."
            && (is_read || is_unasked || !named.is_empty())
            && named.iter().all(|component| *component != "." && is_alone(component))
            && reasons.iter().all(is_elsewhere)
            && self.reads_any(unit);
        is_unread.then_some(unit)
    }

    /// The components in whose folders a text names a key that some component gets and does not read.
    fn named_near(&self, key: KeyId) -> impl Iterator<Item = &str> {
        let from = (key, String::new());
        let found = self.inventory.named_near.range(from..);
        found.take_while(move |(other, _)| *other == key).map(|(_, component)| component.as_str())
    }
}
