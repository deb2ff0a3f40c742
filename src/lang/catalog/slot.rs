//! Places among the arguments of calls. Knows no call.

/// A place among arguments.
#[derive(Clone, Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// By position.
    #[serde(default)]
    pub position: Option<usize>,
    /// By keyword.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// All arguments without a keyword from that position on.
    #[serde(default)]
    pub rest: bool,
}

impl Slot {
    /// Whether no argument is meant.
    pub fn is_empty(&self) -> bool {
        self.position.is_none() && self.keywords.is_empty()
    }
}
