//! Fields and parameters with the attributes before them: an attribute may ask for a key.

use super::names::Names;
use super::sites::Around;
use crate::facts::code::{Field, Form, Path, Site};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

impl Names<'_> {
    /// Fields of a struct, each with the attributes before it.
    pub(super) fn fields(&self, items: &[NodeId], around: &Around<'_>, sites: &mut Vec<Site>) {
        let mut pending: Vec<NodeId> = Vec::new();
        for item in items {
            let field = match self.tree.shape(*item) {
                Shape::Attribute { .. } => {
                    pending.push(*item);
                    continue;
                }
                Shape::Field { name, of_type } => Some((*name, *of_type)),
                Shape::Assign { targets, of_type: Some(of_type), .. } => {
                    let target = targets.first().filter(|_| targets.len() == 1);
                    target.map(|target| (self.tree.range(*target), self.tree.range(*of_type)))
                }
                _ => None,
            };
            let Some((name, of_type)) = field else {
                let marks = std::mem::take(&mut pending);
                let is_item = matches!(
                    self.tree.shape(*item),
                    Shape::Class { .. } | Shape::Function(_) | Shape::Block(_)
                );
                if is_item && self.handlers.sees_members {
                    sites.extend(marks.into_iter().filter_map(|mark| self.said_of(mark, around)));
                }
                continue;
            };
            for attribute in pending.drain(..) {
                sites.extend(self.described_field(*item, attribute, (name, of_type), around));
            }
        }
    }

    /// What an attribute asks of the class or function behind it: whether there is one at all.
    fn said_of(&self, attribute: NodeId, around: &Around<'_>) -> Option<Site> {
        let mut site = self.asked_by(attribute, around)?;
        site.at_start = true;
        site.conditional = false;
        Some(site)
    }

    fn asked_by(&self, attribute: NodeId, around: &Around<'_>) -> Option<Site> {
        let Shape::Attribute { name: said, args, .. } = self.tree.shape(attribute) else {
            return None;
        };
        let said = said.slice(self.text);
        let callee = if self.handlers.sees_members {
            self.path_of_text(said, attribute)
        } else {
            Path::absolute(said.replace("::", "."))
        };
        let args = self.args(args);
        Some(self.described(attribute, callee, Form::Attribute, args, around))
    }

    /// What an attribute says of the field behind it.
    fn described_field(
        &self,
        item: NodeId,
        attribute: NodeId,
        (name, of_type): (TextRange, TextRange),
        around: &Around<'_>,
    ) -> Option<Site> {
        let mut site = self.asked_by(attribute, around)?;
        let compact: String = of_type.slice(self.text).split_whitespace().collect();
        let own = name.slice(self.text).to_owned();
        site.field = Some(Field { name: own, of_type: compact, default: None, in_type: false });
        site.range = TextRange { start: name.start, ..self.tree.range(item) };
        site.at_start = true;
        site.conditional = false;
        Some(site)
    }
}
