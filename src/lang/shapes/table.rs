//! The table itself: the roles of the nodes of one grammar, each checked to be there.

use std::collections::BTreeMap;

use tree_sitter::Language;

use super::Role;

/// The roles of a language's nodes, by the number of the node's kind.
#[derive(Debug)]
pub struct Shapes {
    roles: Vec<Option<Role>>,
}

/// Why a shape table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// Not what a table looks like.
    #[error("the shape table cannot be read: {0}")]
    Syntax(#[from] serde_yaml::Error),
    /// A kind of node that the grammar does not have.
    #[error("the grammar has no node `{0}`")]
    UnknownKind(String),
}

impl Shapes {
    /// Reads a table and checks that the grammar has each kind of node in it.
    pub fn load(language: &Language, table: &str) -> Result<Self, ShapeError> {
        let rows: BTreeMap<String, Role> = serde_yaml::from_str(table)?;
        let mut roles = vec![None; language.node_kind_count()];
        for (kind, role) in rows {
            let all = (0..u16::try_from(roles.len()).unwrap_or(u16::MAX))
                .filter(|id| language.node_kind_for_id(*id) == Some(&kind));
            let (mut ids, words): (Vec<_>, Vec<_>) =
                all.partition(|id| language.node_kind_is_named(*id));
            // A word of the language, where no node is called like it: `this`.
            if ids.is_empty() {
                ids = words;
            }
            if ids.is_empty() {
                return Err(ShapeError::UnknownKind(kind));
            }
            for id in ids {
                roles[id as usize] = Some(role.clone());
            }
        }
        Ok(Self { roles })
    }

    /// The role of a kind of node, where the table has one.
    pub fn role(&self, kind: u16) -> Option<&Role> {
        self.roles.get(kind as usize)?.as_ref()
    }
}
