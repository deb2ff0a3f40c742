//! What a file says as a module of settings: the names that it gives at its top, whether it may give others, and what
//! in it must never be shown.

use super::names::Names;
use crate::lang::syntax::{NodeId, Part, Shape};
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::text::TextRange;

impl Names<'_> {
    /// The names in upper case that the file binds at its top, however it does.
    pub(super) fn given(&self, root: NodeId) -> Vec<(String, TextRange)> {
        if !self.handlers.follows_members {
            return Vec::new();
        }
        let constants = self.scopes.declared_in(root).into_iter().filter(|(name, _)| {
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && !name.contains(|c: char| c.is_ascii_lowercase())
        });
        let mut given: Vec<(String, TextRange)> =
            constants.map(|(name, id)| (name.to_owned(), self.tree.range(id))).collect();
        given.sort_by_key(|(_, range)| *range);
        given
    }

    /// Where code may give its module names that the text does not show: `globals()`, `global X`, `fill(__name__)`.
    pub(super) fn hidden_names(&self, root: NodeId) -> Option<TextRange> {
        let handlers = self.handlers;
        if handlers.defines.is_empty() {
            return None;
        }
        let hides = |id: &NodeId| match self.tree.shape(*id) {
            Shape::Call { callee, args, .. } => {
                let path = self.path(*callee);
                let hands_module = || {
                    let keeps = handlers.keeps_module.iter().any(|name| name == path.last());
                    !keeps && args.iter().any(|arg| self.is_module_name(arg.value))
                };
                handlers.defines.contains(&path.rest) || hands_module()
            }
            Shape::Index { index, .. } => self.is_module_name(*index),
            _ => false,
        };
        let found = self.tree.descendants(root).into_iter().find(hides);
        found.map(|id| self.tree.range(id)).or_else(|| self.outer_statement())
    }

    fn is_module_name(&self, id: NodeId) -> bool {
        let is_name = matches!(self.tree.shape(id), Shape::Name);
        is_name && self.handlers.module_names.iter().any(|name| name == self.slice(id))
    }

    /// The first statement by which a function binds names of its module: `global X`.
    fn outer_statement(&self) -> Option<TextRange> {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let code = line.trim_start();
            let begins = |word: &String| {
                code.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with(' '))
            };
            if self.handlers.outer_words.iter().any(begins) {
                return Some(TextRange::new(at, at + line.trim_end().len()));
            }
            at += line.len();
        }
        None
    }

    /// The texts of the file that look like credentials, by themselves or by what they are given to.
    pub(super) fn secrets(&self, root: NodeId) -> Vec<TextRange> {
        let mut found = Vec::new();
        for id in self.tree.descendants(root) {
            match self.tree.shape(id) {
                Shape::Text(_) => {
                    let text = self.literal_text(id);
                    if looks_secret_value(&text) || !text.is_empty() && self.is_for_secret(id) {
                        found.push(self.tree.range(id));
                    }
                }
                Shape::Assign { value: Some(value), .. } => {
                    // A credential in pieces: `"sk_live_" + "…"`.
                    let inside = self.tree.descendants(*value);
                    let texts: Vec<NodeId> = inside
                        .into_iter()
                        .filter(|id| matches!(self.tree.shape(*id), Shape::Text(_)))
                        .take(MOST_PIECES)
                        .collect();
                    let whole: String = texts.iter().map(|id| self.literal_text(*id)).collect();
                    if texts.len() > 1 && looks_secret_value(&whole) {
                        found.extend(texts.iter().map(|id| self.tree.range(*id)));
                    }
                }
                _ => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn literal_text(&self, id: NodeId) -> String {
        let Shape::Text(parts) = self.tree.shape(id) else { return String::new() };
        let texts = parts.iter().filter_map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            Part::Hole(_) => None,
        });
        texts.collect()
    }

    /// Whether a text is given to a name, a key or a keyword that speaks of a credential.
    fn is_for_secret(&self, id: NodeId) -> bool {
        let mut inner = id;
        for around in self.tree.ancestors(id).take(8) {
            match self.tree.shape(around) {
                Shape::Map(pairs) => {
                    let own = pairs.iter().find(|(_, value)| *value == inner);
                    return own.is_some_and(|(key, _)| looks_secret_name(&self.literal_text(*key)));
                }
                // What a call is given by place is mostly the name of a key.
                Shape::Call { args, .. } => {
                    let own = args.iter().find(|arg| arg.value == inner);
                    let name = own.and_then(|arg| arg.name);
                    return name.is_some_and(|name| looks_secret_name(name.slice(self.text)));
                }
                Shape::Assign { targets, value, .. } => {
                    let named = |target: &NodeId| match self.tree.shape(*target) {
                        Shape::Index { index, .. } => looks_secret_name(&self.literal_text(*index)),
                        _ => looks_secret_name(self.slice(*target)),
                    };
                    return *value == Some(inner) && targets.iter().any(named);
                }
                Shape::Index { object, .. } if *object != inner => return false,
                Shape::Block(_) | Shape::Function(_) | Shape::Class { .. } => return false,
                _ => inner = around,
            }
        }
        false
    }
}

/// More texts than this are not put together.
const MOST_PIECES: usize = 24;
