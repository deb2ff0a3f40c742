//! Members that are entries of a mapping: `settings.PORT`, where `const settings = process.env`.

use super::names::Names;
use super::scopes::Origin;
use crate::facts::code::{Arg, Base, Expr, Path};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

impl Names<'_> {
    /// The mapping and the key that a member of `object` asks for, where `object` is a name for a mapping.
    pub(super) fn entry_by_name(&self, object: NodeId, name: TextRange) -> Option<(Path, Arg)> {
        if self.handlers.mappings.is_empty() || !matches!(self.tree.shape(object), Shape::Name) {
            return None;
        }
        let (_, origins) = self.scopes.lookup(self.slice(object), object)?;
        let path = match origins.first() {
            Some(Origin::Value(value)) => self.path(*value),
            Some(Origin::Import(node, at)) => self.imported(*node, *at),
            _ => return None,
        };
        let is_known = self.handlers.mappings.contains(&path.rest);
        let key = Expr::Text(name.slice(self.text).to_owned());
        let key = Arg { name: None, value: key, range: name, named: false };
        (is_known && path.base == Base::Absolute).then_some((path, key))
    }
}
