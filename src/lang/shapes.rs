//! The shape table of a language: which node of its grammar means what.
//!
//! Data under `grammars/<language>/shapes.yaml`, checked against the grammar when it is loaded. Knows no language.

use std::collections::BTreeMap;

use tree_sitter::Language;

/// What a node of a grammar means. Names are those of the grammar's fields.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(tag = "as", rename_all = "snake_case", deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each role is a shape of `syntax`; `grammars/README.md` says what its fields are"
)]
pub enum Role {
    Arm {
        #[serde(default)]
        pattern: Option<String>,
        #[serde(default)]
        guard: Option<String>,
        #[serde(default)]
        body: Option<String>,
        #[serde(default)]
        is_last_resort: bool,
    },
    As,
    Assert,
    Assign {
        targets: String,
        value: String,
        #[serde(default, rename = "type")]
        of_type: Option<String>,
        #[serde(default)]
        otherwise: Option<String>,
        #[serde(default)]
        constant: bool,
        #[serde(default)]
        second_tells: bool,
    },
    Attribute,
    Block,
    Bool,
    Call {
        callee: String,
        args: String,
    },
    Choice,
    Class {
        name: String,
        #[serde(default)]
        bases: Option<String>,
        body: String,
    },
    Clause,
    Comprehension {
        body: String,
        clause: String,
        target: String,
        over: String,
    },
    Concatenation,
    Conjunction,
    Decorator,
    Delete,
    Effect,
    Field {
        name: String,
        #[serde(rename = "type")]
        of_type: String,
        #[serde(default)]
        tag: Option<String>,
    },
    For {
        target: String,
        over: String,
        body: String,
        #[serde(default)]
        clause: Option<String>,
    },
    Function {
        name: String,
        params: String,
        body: String,
        #[serde(default)]
        returns: Option<String>,
    },
    Generic {
        inner: String,
        types: String,
    },
    Handler {
        types: String,
    },
    If {
        condition: String,
        then: String,
        otherwise: String,
        #[serde(default)]
        before: Option<String>,
    },
    Import {
        names: String,
        alias: String,
    },
    ImportFrom {
        module: String,
        names: String,
        alias: String,
        wildcard: String,
    },
    ImportPackage {
        path: String,
        name: String,
        wildcard: String,
        unnamed: String,
        #[serde(default)]
        called: BTreeMap<String, String>,
    },
    Index {
        #[serde(default)]
        object: Option<String>,
        #[serde(default)]
        index: Option<String>,
    },
    Jump,
    Lambda {
        params: String,
        body: String,
    },
    LetCondition {
        pattern: String,
        value: String,
    },
    List,
    Macro {
        name: String,
        #[serde(default)]
        sets: Vec<String>,
        #[serde(default)]
        items: Vec<String>,
        #[serde(default)]
        without: Vec<String>,
    },
    MacroRules {
        name: String,
        rule: String,
        left: String,
        right: String,
        binding: String,
    },
    Map {
        pair: String,
        key: String,
        value: String,
    },
    Match {
        subject: String,
        #[serde(default)]
        arms: Option<String>,
        #[serde(default)]
        before: Option<String>,
    },
    Member {
        object: String,
        name: String,
    },
    Method {
        receiver: String,
        name: String,
        params: String,
        body: String,
        #[serde(default)]
        returns: Option<String>,
    },
    Module {
        name: String,
        body: String,
    },
    Name,
    Named {
        name: String,
        value: String,
    },
    Not,
    Null,
    Number,
    Operator,
    Parameter {
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        default: Option<String>,
        #[serde(default, rename = "type")]
        of_type: Option<String>,
    },
    Pass,
    Pattern {
        #[serde(default)]
        guard: Option<String>,
    },
    Positional {
        types: String,
    },
    Propagate,
    Raise,
    Record {
        of: String,
        fields: String,
        field: String,
        name: String,
        value: String,
        #[serde(default)]
        lists: Vec<String>,
        #[serde(default)]
        maps: Vec<String>,
        #[serde(default)]
        outside: Option<String>,
    },
    Return,
    Sequence,
    Skip,
    Splat,
    Splice,
    Statement,
    Text {
        parts: Vec<String>,
        holes: Vec<String>,
    },
    Tokens,
    Try {
        body: String,
    },
    Unary,
    Variant {
        name: String,
        body: String,
    },
    Use {
        argument: String,
        list: String,
        scoped: String,
        alias: String,
        wildcard: String,
    },
    While {
        #[serde(default)]
        condition: Option<String>,
        body: String,
    },
    With {
        items: String,
        body: String,
    },
    Wrapped {
        #[serde(default)]
        inner: Option<String>,
    },
}

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
            let ids = (0..u16::try_from(roles.len()).unwrap_or(u16::MAX)).filter(|id| {
                language.node_kind_for_id(*id) == Some(&kind) && language.node_kind_is_named(*id)
            });
            let ids: Vec<_> = ids.collect();
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
