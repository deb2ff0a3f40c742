//! The tables of a language as they hold for a project: the built-in rows, then those of its policy.
//!
//! Rows of the policy have the columns of ours. A later row for the same name wins, so they can correct built-in ones.

use schemars::SchemaGenerator;

use super::catalog::{Catalog, ReaderRow};
use super::handlers::Handlers;
use super::schemas::Schemas;
use super::{LANGS, Lang};
use crate::config::{Config, Error, Table};

/// The fields of a policy that hold rows, and the schema of what stands there under a language.
pub static FIELDS: [Table<'_>; 3] = [
    ("readers", SchemaGenerator::subschema_for::<Vec<ReaderRow>>),
    ("schemas", SchemaGenerator::subschema_for::<Schemas>),
    ("handlers", SchemaGenerator::subschema_for::<Handlers>),
];

/// Which qualified names read keys.
pub fn readers(lang: &Lang, config: &Config) -> anyhow::Result<Catalog> {
    let mut rows = Catalog::parse(lang.readers)?;
    rows.extend(own_readers(lang, config)?);
    Ok(Catalog::new(rows))
}

/// Which classes are filled from outside.
pub fn schemas(lang: &Lang, config: &Config) -> anyhow::Result<Schemas> {
    let mut table = Schemas::parse(lang.schemas)?;
    // The first row that fits counts.
    for own in own_schemas(lang, config)? {
        table.schemas.splice(0..0, own.schemas);
        table.sources.splice(0..0, own.sources);
        table.files.splice(0..0, own.files);
    }
    Ok(table)
}

/// What code does with an answer that is not there.
pub fn handlers(lang: &Lang, config: &Config) -> anyhow::Result<Handlers> {
    let mut table = Handlers::parse(lang.handlers)?;
    for own in own_handlers(lang, config)? {
        table.extend(own);
    }
    Ok(table)
}

/// All three.
pub fn all(lang: &Lang, config: &Config) -> anyhow::Result<(Catalog, Handlers, Schemas)> {
    Ok((readers(lang, config)?, handlers(lang, config)?, schemas(lang, config)?))
}

/// Whether the rows of the policy have the columns that there are.
pub fn check(config: &Config) -> Result<(), Error> {
    for lang in LANGS {
        own_readers(lang, config)?;
        own_schemas(lang, config)?;
        own_handlers(lang, config)?;
    }
    Ok(())
}

fn own_readers(lang: &Lang, config: &Config) -> Result<Vec<ReaderRow>, Error> {
    let all = config.rows::<Vec<ReaderRow>>("readers", lang.name)?;
    Ok(all.into_iter().flatten().collect())
}

fn own_schemas(lang: &Lang, config: &Config) -> Result<Vec<Schemas>, Error> {
    config.rows("schemas", lang.name)
}

fn own_handlers(lang: &Lang, config: &Config) -> Result<Vec<Handlers>, Error> {
    config.rows("handlers", lang.name)
}
