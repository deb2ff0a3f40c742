//! Pairs of names that look like one name written wrong: a key that code reads and nothing gives, and a key that is
//! given and nothing reads.
//!
//! Knows shapes of names, not what they mean: `READ_TIMEOUT` and `WRITE_TIMEOUT` are two keys, `DB_PASWORD` and
//! `DB_PASSWORD` are likely one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Presence, Reason};
use crate::model::key::fold;
use crate::model::{Confidence, Definition, EnvironmentId, KeyId, Namespace};

/// Two names that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The name that code reads.
    pub read: KeyId,
    /// The name that is defined.
    pub defined: KeyId,
    /// The environments that define it; none where only a template does.
    pub environments: Vec<EnvironmentId>,
    /// What is different, as a phrase.
    pub what: &'static str,
    /// How sure.
    pub confidence: Confidence,
}

/// A way in which two names can be alike: names with one mark may be slips of each other.
type Mark = (u8, Namespace, String);

impl Graph<'_> {
    /// The slips, each name in one pair at most: a name with two candidates is in none.
    pub fn slips(&self) -> Vec<Slip> {
        let reads: Vec<KeyId> = self.keys().filter(|key| self.is_wanting(*key)).collect();
        let mut marks: BTreeMap<Mark, Vec<KeyId>> = BTreeMap::new();
        for key in self.keys().filter(|key| self.is_idle(*key)) {
            for mark in self.marks(key) {
                marks.entry(mark).or_default().push(key);
            }
        }
        let mut found: BTreeMap<(KeyId, KeyId), (Confidence, &'static str)> = BTreeMap::new();
        for read in reads {
            for mark in self.marks(read) {
                // A mark that many names share is a family (`FEATURE_*`), not a slip.
                let Some(others) = marks.get(&mark).filter(|others| others.len() <= 8) else {
                    continue;
                };
                for defined in others {
                    if let Some(likeness) = self.likeness(read, *defined) {
                        found.insert((read, *defined), likeness);
                    }
                }
            }
        }
        self.drop_prefixes(&mut found);
        self.unique(found)
    }

    /// A prefix that several names lack is one that something puts before all of them.
    fn drop_prefixes(&self, found: &mut BTreeMap<(KeyId, KeyId), (Confidence, &'static str)>) {
        let extra = |read: KeyId, defined: KeyId| {
            let names =
                (fold(&self.inventory.key(read).name), fold(&self.inventory.key(defined).name));
            let on_read = names.0.len() > names.1.len();
            let longer = if on_read { names.0 } else { names.1 };
            (on_read, longer.split('_').next().unwrap_or("").to_owned())
        };
        let mut count: BTreeMap<(bool, String), usize> = BTreeMap::new();
        for ((read, defined), _) in found.iter().filter(|(_, (sure, _))| *sure == Confidence::Low) {
            *count.entry(extra(*read, *defined)).or_default() += 1;
        }
        found.retain(|(read, defined), (sure, _)| {
            *sure != Confidence::Low || count[&extra(*read, *defined)] == 1
        });
    }

    /// Read by deployed code for its value; some environment does not give it.
    fn is_wanting(&self, key: KeyId) -> bool {
        // That a tool knows the name as well gives it no value.
        self.deployed_reads_of(key).next().is_some()
    }

    /// Defined, and nothing but a read of an unknown name could reach it.
    fn is_idle(&self, key: KeyId) -> bool {
        let is_given = |definition: &Definition| {
            !definition.commented && !self.inventory.source(definition.source).is_for_tools()
        };
        self.definitions_of(key).any(|(_, definition)| is_given(definition))
            && self.reasons(key).iter().all(|reason| match reason {
                Reason::Mention(mention) => mention.is_prose(),
                reason => matches!(reason, Reason::Wild(_)),
            })
    }

    fn marks(&self, key: KeyId) -> Vec<Mark> {
        let key = self.inventory.key(key);
        let folded = fold(&key.name);
        let words: Vec<&str> = folded.split('_').collect();
        let mut marks = vec![(0, key.namespace, words.concat())];
        if words.len() > 32 {
            return marks;
        }
        if words.len() > 2 {
            marks.push((1, key.namespace, words[1..].join("_")));
        }
        if words.len() > 1 {
            marks.push((1, key.namespace, folded.clone()));
        }
        for at in 0..words.len() {
            let mut open = words.clone();
            open[at] = "*";
            marks.push((2, key.namespace, open.join("_")));
        }
        let stems: Vec<&str> = words.iter().map(|word| stem(word)).collect();
        marks.push((3, key.namespace, stems.join("_")));
        marks
    }

    fn likeness(&self, read: KeyId, defined: KeyId) -> Option<(Confidence, &'static str)> {
        let names = (&self.inventory.key(read).name, &self.inventory.key(defined).name);
        let folded = (fold(names.0), fold(names.1));
        if folded.0.replace('_', "") == folded.1.replace('_', "") {
            return Some((Confidence::High, "the case or the separators"));
        }
        let words: (Vec<&str>, Vec<&str>) =
            (folded.0.split('_').collect(), folded.1.split('_').collect());
        if words.0.len() == words.1.len() {
            let is_form = |(one, two): (&&str, &&str)| one == two || stem(one) == stem(two);
            if words.0.len() > 1 && words.0.iter().zip(&words.1).all(is_form) {
                return Some((Confidence::Medium, "the form of a word"));
            }
            let mut differ = words.0.iter().zip(&words.1).filter(|(one, two)| one != two);
            let (one, two) = differ.next()?;
            return (differ.next().is_none() && is_slip(one, two))
                .then_some((Confidence::Medium, "a letter or two"));
        }
        let has_prefix = words.0[1..] == words.1[..] || words.1[1..] == words.0[..];
        has_prefix.then_some((Confidence::Low, "a prefix"))
    }

    fn unique(&self, found: BTreeMap<(KeyId, KeyId), (Confidence, &'static str)>) -> Vec<Slip> {
        let mut best: BTreeMap<KeyId, Confidence> = BTreeMap::new();
        let mut kept = Vec::new();
        for ((read, defined), (confidence, what)) in found {
            let Some(environments) = self.apart(read, defined) else { continue };
            // Here the one name, elsewhere the other: that is hardly two keys.
            let is_given =
                |(id, _): (EnvironmentId, _)| matches!(self.presence(read, id), Presence::Set(_));
            let is_split = !environments.is_empty() && self.environments().any(is_given);
            let confidence = match confidence {
                Confidence::Medium if is_split => Confidence::High,
                other => other,
            };
            for key in [read, defined] {
                let known = best.entry(key).or_insert(confidence);
                *known = (*known).max(confidence);
            }
            kept.push(Slip { read, defined, environments, what, confidence });
        }
        kept.retain(|slip| {
            best[&slip.read] == slip.confidence && best[&slip.defined] == slip.confidence
        });
        let mut count: BTreeMap<KeyId, usize> = BTreeMap::new();
        for slip in &kept {
            *count.entry(slip.read).or_default() += 1;
            *count.entry(slip.defined).or_default() += 1;
        }
        kept.retain(|slip| count[&slip.read] == 1 && count[&slip.defined] == 1);
        kept
    }

    /// The environments that define `defined`, where none of them, and no template that lists it, knows `read`.
    fn apart(&self, read: KeyId, defined: KeyId) -> Option<Vec<EnvironmentId>> {
        let sources: BTreeSet<_> = self.definitions_of(read).map(|(_, d)| d.source).collect();
        let mut environments = BTreeSet::new();
        for (_, definition) in self.definitions_of(defined) {
            if sources.contains(&definition.source) {
                return None;
            }
            if !definition.commented && self.gives_values(definition.source) {
                environments.extend(self.served_by(definition.source).map(|(id, _)| id));
            }
        }
        let given = |id: &EnvironmentId| !matches!(self.presence(read, *id), Presence::Absent);
        if environments.is_empty() && !sources.is_empty() || environments.iter().any(given) {
            return None;
        }
        Some(environments.into_iter().collect())
    }
}

/// A word without the ending of its form: `allow` of `allowed`, `allows` and `allowing`. Short words have none to lose.
fn stem(word: &str) -> &str {
    let endings = ["ing", "ed", "es", "s", "e"];
    let cut = endings.iter().find_map(|end| word.strip_suffix(end));
    cut.filter(|cut| cut.len() >= 4 && cut.is_ascii()).unwrap_or(word)
}

/// Whether one word may be the other one mistyped. Short words differ by chance; numbers differ on purpose.
fn is_slip(one: &str, two: &str) -> bool {
    let length = one.chars().count().min(two.chars().count());
    let has_digit = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    if length < 3 || one.len().max(two.len()) > 64 || has_digit(one) || has_digit(two) {
        return false;
    }
    let allowed = if length >= 7 { 2 } else { 1 };
    one.chars().next() == two.chars().next() && strsim::osa_distance(one, two) <= allowed
}
