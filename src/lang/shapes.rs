//! The shape table of a language: which node of its grammar means what.
//!
//! Data under `grammars/<language>/shapes.yaml`, checked against the grammar when it is loaded. Knows no language.

use std::collections::BTreeMap;

mod table;

pub use table::{ShapeError, Shapes};

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
        #[serde(default)]
        declares: bool,
        #[serde(default)]
        loads: Vec<String>,
        #[serde(default)]
        exports: Vec<String>,
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
    Claimed {
        #[serde(default)]
        unless: Vec<String>,
        #[serde(default)]
        open: Vec<String>,
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
    Export {
        value: String,
        declaration: String,
        source: String,
        clause: String,
        default: String,
    },
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
    ImportModule {
        source: String,
        clause: String,
        names: String,
        all: String,
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
        #[serde(default)]
        param: Option<String>,
        #[serde(default)]
        takes_name: bool,
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
        #[serde(default)]
        names_keys: bool,
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
        #[serde(default)]
        entries_of: Vec<String>,
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
    Operator {
        #[serde(default)]
        asks_type: Option<String>,
        #[serde(default)]
        nothing: Option<String>,
    },
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
        #[serde(default)]
        kept_by: Option<String>,
        #[serde(default)]
        extends: Option<String>,
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
    TakenApart {
        pair: String,
        key: String,
        value: String,
        default: String,
        short: String,
        entries_of: Vec<String>,
    },
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
