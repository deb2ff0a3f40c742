//! One name at several providers: flags of their own, each judged by who asks it and by what its provider says.
//!
//! Whom a read asks, the package of its reader tells. What asks through a common interface may ask any provider that no other
//! read of the name asks by its own package.

use std::collections::BTreeSet;

use crate::model::{Definition, Inventory, Read, ReadId};
use crate::nature::sdk::{Asked, asked, family};

/// What belongs to one of the flags of a name.
pub(super) struct Part<'a> {
    /// The provider, where it is known.
    pub(super) provider: Option<&'a str>,
    /// What asks.
    pub(super) reads: Vec<(ReadId, &'a Read)>,
    /// The tests that ask.
    pub(super) tests: Vec<(ReadId, &'a Read)>,
    /// What it says.
    pub(super) definitions: Vec<&'a Definition>,
}

/// The flags of one name: one, unless its reads ask several providers by their own packages.
pub(super) fn parts<'a>(inventory: &'a Inventory, whole: Part<'a>) -> Vec<Part<'a>> {
    let whom = |read: &Read| asked(&read.reader);
    let named: BTreeSet<&'static str> = whole
        .reads
        .iter()
        .filter_map(|(_, read)| match whom(read) {
            Asked::One(provider) => Some(provider),
            Asked::Any | Asked::Other => None,
        })
        .collect();
    let of = |one: &Definition| family(inventory.source(one.source).kind);
    let given: BTreeSet<&str> = whole.definitions.iter().map(|one| of(one)).collect();
    let is_apart =
        named.len() > 1 || named.len() == 1 && given.iter().any(|kind| !named.contains(kind));
    if !is_apart {
        let provider = match given.len() {
            1 => given.first().copied(),
            _ => None,
        };
        return vec![Part { provider, ..whole }];
    }
    let mut parts: Vec<Part<'a>> = Vec::new();
    let Part { reads, tests, definitions, .. } = whole;
    for provider in named.iter().copied().map(Some).chain([None]) {
        let is_own = |read: &Read| match (whom(read), provider) {
            (Asked::One(asked), Some(provider)) => asked == provider,
            (Asked::One(_), None) | (_, Some(_)) => false,
            (_, None) => true,
        };
        let of_part = |one: &&Definition| match provider {
            Some(provider) => of(one) == provider,
            None => !named.contains(of(one)),
        };
        let own = |all: &[(ReadId, &'a Read)]| {
            all.iter().filter(|(_, read)| is_own(read)).copied().collect::<Vec<_>>()
        };
        let definitions: Vec<_> = definitions.iter().filter(|one| of_part(one)).copied().collect();
        let part = Part { provider, reads: own(&reads), tests: own(&tests), definitions };
        if !part.reads.is_empty() || !part.definitions.is_empty() {
            parts.push(part);
        }
    }
    parts
}
