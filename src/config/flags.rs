//! How long flags may live: the part `flags` of the policy.
//!
//! Knows kinds and globs of names. What a flag is and how old it is it does not know.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::fits_any;
use super::texts::{Name, Named, Texts};
use crate::model::FlagKind;

/// The policy for flags.
#[derive(Clone, Debug)]
pub struct FlagPolicy {
    /// Days without a change after which a flag with one value is settled.
    pub settled_after: u32,
    /// Days that a flag must be old before anything is said of it.
    pub minimum_age: u32,
    /// The days that a flag may live, by kind; `None` where age says nothing.
    pub ages: BTreeMap<FlagKind, Option<u32>>,
    /// The kinds whose age the project has set itself.
    pub own_ages: Vec<FlagKind>,
    /// Globs of the names of flags, by kind, in the order of the file.
    pub kinds: Vec<(FlagKind, Vec<String>)>,
    /// Globs of the names of flags, by who answers for them, in the order of the file.
    pub owners: Vec<(String, Vec<String>)>,
}

impl Default for FlagPolicy {
    fn default() -> Self {
        let age = |kind: FlagKind| match kind {
            FlagKind::Release | FlagKind::Experiment => Some(40),
            FlagKind::Ops => Some(30),
            FlagKind::Sunset => Some(90),
            FlagKind::KillSwitch | FlagKind::Permission | FlagKind::Permanent => None,
        };
        Self {
            settled_after: 90,
            minimum_age: 40,
            ages: FlagKind::ALL.into_iter().map(|kind| (kind, age(kind))).collect(),
            own_ages: Vec::new(),
            kinds: Vec::new(),
            owners: Vec::new(),
        }
    }
}

impl FlagPolicy {
    /// The days that a flag of this kind may live; `None` where age says nothing.
    pub fn age(&self, kind: FlagKind) -> Option<u32> {
        self.ages.get(&kind).copied().flatten()
    }

    /// The kind that the policy gives a flag.
    pub fn kind_of(&self, name: &str) -> Option<FlagKind> {
        let mut all = self.kinds.iter();
        all.find(|(_, globs)| fits_any(globs, name)).map(|(kind, _)| *kind)
    }

    /// Who answers for a flag by the policy.
    pub fn owner_of(&self, name: &str) -> Option<&str> {
        let mut all = self.owners.iter();
        all.find(|(_, globs)| fits_any(globs, name)).map(|(owner, _)| owner.as_str())
    }
}

/// `flags:` as written.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrittenFlags {
    /// Days without a change after which a flag with one value everywhere is settled. Default: 90.
    settled_after: Option<u32>,
    /// Days that a flag must be old to be settled. Default: 40.
    minimum_age: Option<u32>,
    /// Days that a flag may live, by kind; `never` where age says nothing.
    ages: Ages,
    /// Globs of names of flags, by kind; the first that fits counts. Default: inferred.
    kinds: Kinds,
    /// Globs of names of flags, by who answers for them; the first that fits counts. Default: inferred.
    owners: Named<Texts<Name>>,
}

impl WrittenFlags {
    /// These, and what they do not say from `shared`.
    pub(super) fn over(self, shared: Self) -> Self {
        Self {
            settled_after: self.settled_after.or(shared.settled_after),
            minimum_age: self.minimum_age.or(shared.minimum_age),
            ages: Ages(over(self.ages.0, shared.ages.0)),
            kinds: Kinds(over(self.kinds.0, shared.kinds.0)),
            owners: self.owners.over(shared.owners),
        }
    }

    pub(super) fn policy(self) -> FlagPolicy {
        let mut policy = FlagPolicy::default();
        policy.settled_after = self.settled_after.unwrap_or(policy.settled_after);
        policy.minimum_age = self.minimum_age.unwrap_or(policy.minimum_age);
        for (kind, age) in self.ages.0 {
            policy.own_ages.push(kind);
            policy.ages.insert(kind, age);
        }
        policy.kinds = self.kinds.0;
        policy.owners = self.owners.0.into_iter().map(|(name, all)| (name, all.texts)).collect();
        policy
    }
}

fn over<T>(mut own: Vec<(FlagKind, T)>, shared: Vec<(FlagKind, T)>) -> Vec<(FlagKind, T)> {
    let known: Vec<FlagKind> = own.iter().map(|(kind, _)| *kind).collect();
    own.extend(shared.into_iter().filter(|(kind, _)| !known.contains(kind)));
    own
}

/// Days by kind. Kinds are checked while they are read, so that the reader knows the place of a wrong one.
#[derive(Default)]
pub(super) struct Ages(Vec<(FlagKind, Option<u32>)>);

impl<'de> Deserialize<'de> for Ages {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let named: Named<Days> = Named::deserialize(from)?;
        let known = |(word, days): (String, Days)| Ok((kind::<D::Error>(&word)?, days.0));
        named.0.into_iter().map(known).collect::<Result<_, _>>().map(Self)
    }
}

/// Globs by kind.
#[derive(Default)]
pub(super) struct Kinds(Vec<(FlagKind, Vec<String>)>);

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let named: Named<Texts<Name>> = Named::deserialize(from)?;
        let known = |(word, all): (String, Texts<Name>)| Ok((kind::<D::Error>(&word)?, all.texts));
        named.0.into_iter().map(known).collect::<Result<_, _>>().map(Self)
    }
}

fn kind<E: de::Error>(word: &str) -> Result<FlagKind, E> {
    let known = FlagKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    known.ok_or_else(|| {
        let all: Vec<_> = FlagKind::ALL.iter().map(|kind| kind.as_str()).collect();
        E::custom(format!("there is no kind of flag `{word}`; known are: {}", all.join(", ")))
    })
}

/// A number of days, or `never`.
pub(super) struct Days(Option<u32>);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct DaysVisitor;
        impl Visitor<'_> for DaysVisitor {
            type Value = Days;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a number of days, or `never`")
            }

            fn visit_u64<E: de::Error>(self, days: u64) -> Result<Days, E> {
                let days = u32::try_from(days).ok().filter(|days| *days <= 100_000);
                days.map(|days| Days(Some(days)))
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Other("so many days"), &self))
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Days, E> {
                if word == "never" {
                    return Ok(Days(None));
                }
                Err(E::invalid_value(de::Unexpected::Str(word), &self))
            }
        }
        from.deserialize_any(DaysVisitor)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{FlagPolicy, load};
    use crate::model::FlagKind;

    #[test]
    fn what_is_not_said_stays_as_it_is() {
        let text = "flags:\n  settled_after: 30\n  ages: {release: 60, ops: never}\n  kinds:\n    \
                    kill-switch: [\"*_KILL\"]\n  owners:\n    \"@shop\": CART_*\n";
        let policy = load("keydrift.yaml", text).expect("the policy is right").flags;
        assert_eq!((policy.settled_after, policy.minimum_age), (30, 40));
        assert_eq!(policy.age(FlagKind::Release), Some(60));
        assert_eq!(policy.age(FlagKind::Ops), None);
        assert_eq!(policy.age(FlagKind::Sunset), FlagPolicy::default().age(FlagKind::Sunset));
        assert_eq!(policy.kind_of("CART_KILL"), Some(FlagKind::KillSwitch));
        assert_eq!(policy.owner_of("CART_KILL"), Some("@shop"));
        assert_eq!(policy.own_ages, [FlagKind::Release, FlagKind::Ops]);
    }

    #[test]
    fn wrong_kinds_and_days_are_refused_where_they_stand() {
        for (text, line, said) in [
            ("flags:\n  ages: {relase: 3}\n", 2, "no kind of flag `relase`"),
            ("flags:\n  ages:\n    ops: soon\n", 3, "a number of days, or `never`"),
            ("flags:\n  settled: 3\n", 2, "unknown field `settled`"),
        ] {
            let error = load("keydrift.yaml", text).expect_err("the policy is wrong").to_string();
            assert!(error.contains(said), "{error}");
            assert!(error.contains(&format!(":{line}")), "{error}");
        }
    }
}
