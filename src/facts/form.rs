//! How code asks a reader, as rows of the catalog and sites in code both say it.

/// How a site asks.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// `f(key)`.
    Call,
    /// `m[key]`.
    Index,
    /// `key in m`.
    Contains,
    /// `m!(key)`.
    Macro,
    /// An attribute of a field.
    Attribute,
    /// A loop over all entries.
    Iterate,
    /// `object.key`.
    Member,
    /// An attribute of a class that has the reader for a base.
    Base,
}
