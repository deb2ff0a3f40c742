//! Data of ConfigMaps and Secrets that the tree does not show: it reaches those that take the object.
//!
//! Who takes single entries by name gets those and no others. Of an object that nobody takes nothing is known.

use std::collections::BTreeMap;

use super::environments::Sourced;
use super::objects::PendingBinding;
use crate::model::{Inventory, Opaque, Scope, Whom};

/// An object: its root, whether it is a Secret, its name.
type Object<'a> = (u16, bool, &'a str);

/// The workloads that take each object whole; none where single entries are taken alone.
type Takers<'a> = BTreeMap<Object<'a>, Vec<Option<&'a Scope>>>;

/// Says of the data that cannot be seen whom it may reach.
pub(super) fn settle(inventory: &mut Inventory, sources: &[Sourced], pending: &[PendingBinding]) {
    let mut takers = Takers::new();
    for one in pending {
        let fact = &one.fact;
        let object = (sources[one.source].root, fact.object.is_secret, fact.object.name.as_str());
        let whole = takers.entry(object).or_default();
        if fact.entry.is_none() {
            whole.push(fact.scope.as_ref());
        }
    }
    let mut settled = Vec::with_capacity(inventory.opaque.len());
    for opaque in std::mem::take(&mut inventory.opaque) {
        match object(&opaque, sources).and_then(|object| takers.get(&object)) {
            None => settled.push(opaque),
            Some(whole) => settled.extend(told(opaque, whole)),
        }
    }
    inventory.opaque = settled;
}

/// The object that holds something which cannot be seen.
fn object<'a>(opaque: &Opaque, sources: &'a [Sourced]) -> Option<Object<'a>> {
    let source = sources.get(opaque.source.index()).filter(|_| opaque.whom == Whom::All)?;
    let [name] = source.named.as_slice() else { return None };
    Some((source.root, source.is_secret?, name))
}

/// The same for each of those that take the object whole.
fn told(opaque: Opaque, whole: &[Option<&Scope>]) -> Vec<Opaque> {
    if whole.is_empty() {
        return vec![Opaque { whom: Whom::ByEntry, ..opaque }];
    }
    let mut names: Vec<Option<String>> =
        whole.iter().map(|scope| scope.map(|scope| scope.name().to_owned())).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| Opaque { whom: name.into(), ..opaque.clone() }).collect()
}
