//! The other names of a setting that is asked for by its path: `config.get_int("server.port")`.

use super::Tables;
use super::naming::Naming;
use super::options::bound_at;
use super::sources::Sources;
use crate::facts::code::Site;
use crate::facts::schema::TypeExpr;
use crate::link::evaluate::Bound;
use crate::link::program::Program;
use crate::model::Key;

/// How else the keys of one object are named.
#[derive(Clone, Debug, Default)]
pub(in crate::link) struct Aliasing {
    naming: Option<Naming>,
    /// The environment alone gives values: its names are the keys.
    is_env_only: bool,
    preset: Vec<(String, Bound)>,
}

impl Aliasing {
    /// What the object that `site` asks says; `None` where the site asks for a struct of the project.
    pub(in crate::link) fn of(
        program: &Program<'_>,
        table: &Tables<'_>,
        file: usize,
        site: &Site,
    ) -> Option<Self> {
        let Some(load) = &site.load else { return Some(Self::default()) };
        let wanted = load.written().map(TypeExpr::present);
        if wanted.is_some_and(|of_type| program.class(file, &of_type.path).is_some()) {
            return None;
        }
        let mut sources = Sources::within(site.function, false);
        sources.look(program, table, &bound_at(&load.object, file, site.range));
        let is_env_only = sources.naming.is_some() && !sources.files;
        Some(Self { naming: sources.naming, is_env_only, preset: sources.preset })
    }

    /// The key of the setting at a dotted path, and its other names.
    pub(in crate::link) fn of_key(&self, key: Key) -> (Key, Vec<Key>) {
        let path: Vec<String> = key.name.split('.').map(str::to_owned).collect();
        let name = self.naming.as_ref().and_then(|naming| naming.name(&path)).map(Key::env);
        match name {
            Some(name) if self.is_env_only => (name, Vec::new()),
            name => (key, name.into_iter().collect()),
        }
    }

    /// The value that the builder itself gives the setting.
    pub(in crate::link) fn preset(&self, key: &str) -> Option<&Bound> {
        self.preset.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}
