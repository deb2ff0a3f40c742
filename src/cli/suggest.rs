//! Names that were typed: known, or refused with the one that was meant.

use anyhow::bail;

use crate::model::key::fold;
use crate::model::{Inventory, KeyId};

/// The place of `name` in `known`, or an error that names what was meant.
pub(super) fn find<'a>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> anyhow::Result<usize> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(at) = known.iter().position(|other| *other == name) {
        return Ok(at);
    }
    match near(name, &known, 1).first() {
        Some(meant) => bail!("there is no {what} `{name}`; did you mean `{meant}`?"),
        None if known.is_empty() => bail!("there is no {what} `{name}`: none was found"),
        None if known.len() <= 24 => {
            bail!("there is no {what} `{name}`; there are: {}", known.join(", "))
        }
        None => bail!("there is no {what} `{name}`"),
    }
}

/// Up to `most` of `known` that `name` may be a slip of, the closest first.
pub(super) fn near<'a>(name: &str, known: &[&'a str], most: usize) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let limit = (wanted.len() / 3).clamp(1, 4);
    let mut found: Vec<(usize, &str)> = known
        .iter()
        .filter(|other| {
            other.len().abs_diff(name.len()) <= limit || other.to_lowercase().contains(&wanted)
        })
        .filter_map(|other| {
            let lower = other.to_lowercase();
            let distance = strsim::damerau_levenshtein(&wanted, &lower);
            let within = wanted.len() > 3 && lower.contains(&wanted);
            (distance <= limit || within).then_some((distance, *other))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(_, other)| other).take(most).collect()
}

/// The keys that go by `name`: the one of that very name first, then its other spellings.
pub(super) fn keys(inventory: &Inventory, name: &str) -> anyhow::Result<Vec<KeyId>> {
    let folded = fold(name);
    let same =
        inventory.keys_by_name().filter(|(key, _)| !folded.is_empty() && fold(&key.name) == folded);
    let mut found: Vec<(bool, KeyId)> = same.map(|(key, id)| (key.name != name, id)).collect();
    found.sort_by_key(|(other, _)| *other);
    if !found.is_empty() {
        return Ok(found.into_iter().map(|(_, id)| id).collect());
    }
    let known: Vec<&str> = inventory.keys_by_name().map(|(key, _)| key.name.as_str()).collect();
    let near = near(name, &known, 4);
    if near.is_empty() {
        bail!("there is no key `{name}` here: nothing reads it and nothing defines it");
    }
    bail!("there is no key `{name}`; near it: {}", near.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{find, near};

    #[test]
    fn slips_are_found() {
        let known = ["dead-key", "dead-flag", "missing-required"];
        let error = find("rule", "dead-kye", known).expect_err("is a slip").to_string();
        assert_eq!(error, "there is no rule `dead-kye`; did you mean `dead-key`?");
        assert_eq!(near("MISSING-required", &known, 3), ["missing-required"]);
        assert!(near("zebra", &known, 3).is_empty());
    }
}
