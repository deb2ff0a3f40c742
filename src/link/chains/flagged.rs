//! Settings that a library of flags keeps its flags in: who asks a framework for one asks for the flag.

use super::Chain;
use crate::facts::CodeFacts;
use crate::facts::code::ItemKind;
use crate::lang::catalog::Catalog;
use crate::link::program::Program;

/// Whether a file takes in a name of this library.
pub(in crate::link) fn imports(facts: &CodeFacts, library: &str) -> bool {
    facts.items.iter().any(|item| match &item.kind {
        ItemKind::Import(path) | ItemKind::Glob(path) => path.rest.contains(library),
        _ => false,
    })
}

impl Program<'_> {
    /// `current_app.config["FEATURE_FLAGS_RYE"]` asks for the flag `RYE`, where the project has the library.
    pub(super) fn flagged<'c>(
        &self,
        mut chains: Vec<Chain<'c>>,
        catalogs: &'c [(&'static str, Catalog)],
    ) -> Vec<Chain<'c>> {
        let mut known: Option<(&str, bool)> = None;
        for chain in &mut chains {
            let Some(kept) = &chain.row.flags_in else { continue };
            let flags: Option<Vec<String>> =
                chain.keys.iter().map(|key| kept.flag(key).map(str::to_owned)).collect();
            let Some(flags) = flags.filter(|flags| !flags.is_empty()) else { continue };
            let has = match known {
                Some((library, has)) if library == kept.library => has,
                _ => self.files.iter().any(|unit| imports(unit.facts, &kept.library)),
            };
            known = Some((&kept.library, has));
            let lang = self.files[chain.frames[0].file].lang.name;
            let catalog = catalogs.iter().find(|(name, _)| *name == lang);
            let row = catalog.and_then(|(_, own)| own.get(&kept.reader, chain.row.form));
            if let Some(row) = row.filter(|_| has) {
                chain.keys = flags;
                chain.reader.clone_from(&kept.reader);
                chain.row = row;
            }
        }
        chains
    }
}
