//! Variables that code gives its own process: what it loads or starts reads them, though no code here does.
//!
//! Who that is stays open. What tests set is for the code that they test.

use std::collections::BTreeSet;

use crate::facts::code::Form;
use crate::lang::catalog::Catalog;
use crate::link::program::{Program, Target};
use crate::model::inventory::Consumer;
use crate::model::{Inventory, Key, Namespace};
use crate::reads::is_test_path;

/// The variables that entries of the process environment are written under.
pub(super) fn find(
    program: &Program<'_>,
    catalogs: &[(&'static str, Catalog)],
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (file, unit) in program.files.iter().enumerate() {
        if unit.facts.stores.is_empty() || is_test_path(unit.path) {
            continue;
        }
        let Some((_, catalog)) = catalogs.iter().find(|(lang, _)| *lang == unit.lang.name) else {
            continue;
        };
        for (path, key) in &unit.facts.stores {
            let Target::External(object) = program.resolve(file, path) else { continue };
            let is_environment = catalog.rows().any(|row| {
                row.form == Form::Index
                    && row.namespace.namespace() == Namespace::Env
                    && row.reader.all().contains(&object)
            });
            if is_environment {
                found.insert(key.clone());
            }
        }
    }
    found
}

/// Notes who reads them.
pub(super) fn tell(inventory: &mut Inventory, names: &BTreeSet<String>) {
    for name in names {
        let key = inventory.intern(Key::env(name));
        let who = "what this code loads or starts".to_owned();
        let reason = "the code sets it in its own process".to_owned();
        inventory.consumers.push(Consumer { key, who, reason });
    }
}
