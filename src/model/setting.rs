//! What a manifest decides beside variables: how many run, how large they are, when they count as alive.
//!
//! No code reads it, so it is no definition of a key that code could ask for; it can drift all the same.

use super::{EnvironmentId, KeyId, Value};
use crate::text::Span;

/// One setting of one workload in one manifest, or in what many files come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key under which it is spoken of: `web:resources`, which holds `resources.limits.memory`.
    pub key: KeyId,
    /// The workload.
    pub workload: String,
    /// Its path: `spec.replicas`, `resources.limits.memory`.
    pub path: String,
    /// What it is.
    pub value: Value,
    /// Where it is written.
    pub span: Span,
    /// Where its value is written, where that is elsewhere: the values of a chart.
    pub written: Vec<Span>,
    /// The environments that have it.
    pub environments: Vec<EnvironmentId>,
    /// The folder of its manifest, or the file that names the result that it is a part of.
    pub unit: String,
    /// Whether the tree has all of what it is a part of: a setting that is not there is not set.
    pub is_whole: bool,
}

impl Setting {
    /// A value in the form in which equal ones are equal: `500m` and `0.5`, `1Gi` and `1024Mi` are one quantity each.
    /// Empty where it is set to nothing, `None` where it is not known.
    pub fn normal(value: &Value) -> Option<String> {
        match value {
            Value::Literal(scalar) => Some(quantity(&scalar.text).unwrap_or(scalar.text.clone())),
            Value::Empty => Some(String::new()),
            _ => None,
        }
    }

    /// The part of a path under which its settings are spoken of together: `resources` of `resources.limits.memory`.
    pub fn family(path: &str) -> &str {
        let mut dots = path.match_indices('.').map(|(at, _)| at);
        let first = dots.next();
        let end = if path.starts_with("spec.") { dots.next() } else { first };
        path.get(..end.unwrap_or(path.len())).unwrap_or(path)
    }
}

fn quantity(text: &str) -> Option<String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let factor = match unit {
        "" => 1.0,
        "m" => 0.001,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some(format!("{:.3}", number * factor))
}

#[cfg(test)]
mod tests {
    use super::{Setting, quantity};

    #[test]
    fn quantities_are_compared_by_what_they_mean() {
        assert_eq!(quantity("500m"), quantity("0.5"));
        assert_eq!(quantity("1Gi"), quantity("1024Mi"));
        assert_ne!(quantity("1G"), quantity("1Gi"));
        assert_eq!(quantity("RollingUpdate"), None);
    }

    #[test]
    fn paths_belong_to_families() {
        for (path, family) in [
            ("spec.replicas", "spec.replicas"),
            ("spec.strategy.rollingUpdate.maxSurge", "spec.strategy"),
            ("resources.limits.memory", "resources"),
            ("image", "image"),
        ] {
            assert_eq!(Setting::family(path), family);
        }
    }
}
