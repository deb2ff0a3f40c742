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
    Accessor {
        body: String,
    },
    Arm {
        #[serde(default)]
        pattern: Option<String>,
        #[serde(default)]
        guard: Option<String>,
        #[serde(default)]
        body: Option<String>,
        #[serde(default)]
        is_last_resort: bool,
        #[serde(default)]
        last_resort: Option<String>,
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
        #[serde(default)]
        operator: Option<String>,
    },
    Attribute,
    Block,
    Bool,
    Call {
        callee: String,
        args: String,
    },
    Choice {
        #[serde(default)]
        condition: Option<String>,
        #[serde(default)]
        then: String,
        #[serde(default)]
        otherwise: String,
    },
    Class {
        name: String,
        #[serde(default)]
        bases: Option<String>,
        #[serde(default)]
        params: Option<String>,
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
    Declarations {
        #[serde(rename = "type")]
        of_type: String,
        each: String,
        name: String,
        #[serde(default)]
        value: Option<String>,
        #[serde(default)]
        constant: Vec<String>,
    },
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
    Gives,
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
    ImportNames {
        #[serde(default)]
        alias: Option<String>,
        #[serde(default)]
        wildcard: Option<String>,
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
    Invocation {
        object: String,
        name: String,
        args: String,
    },
    IsPattern {
        value: String,
        pattern: String,
        #[serde(default)]
        denied: Option<String>,
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
    Made {
        of: String,
        args: String,
        fields: String,
        field: String,
        name: String,
        value: String,
    },
    Map {
        pair: String,
        key: String,
        value: String,
    },
    Mark {
        name: String,
        args: String,
    },
    Marks,
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
        #[serde(default)]
        value: Option<String>,
    },
    Not,
    Null,
    Number,
    Operator,
    Package {
        name: String,
        #[serde(default)]
        body: Option<String>,
    },
    Parameter {
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        last_is_default: bool,
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
    Property {
        name: String,
        #[serde(rename = "type")]
        of_type: String,
        value: String,
        accessors: String,
        computed: String,
    },
    Raise,
    Reach {
        object: String,
    },
    Reached {
        #[serde(default)]
        name: Option<String>,
    },
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
