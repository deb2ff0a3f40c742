//! Documents of settings that code has as a text: `Toml::string(include_str!("default.toml"))`.

use super::Tables;
use super::sources::calls;
use crate::facts::code::{Base, Expr, ItemKind};
use crate::lang::schemas::SourceRow;
use crate::link::evaluate::Bound;
use crate::link::named_files::included;
use crate::link::program::Program;

/// Whether the text is that of a file that the code names, itself or by a constant: the file is a source then like any other.
pub(super) fn names_its_file(
    program: &Program<'_>,
    table: &Tables<'_>,
    row: &SourceRow,
    value: &Bound,
) -> bool {
    let ends: Vec<&str> =
        row.source.all().iter().filter_map(|name| name.rsplit('.').next()).collect();
    let calls = calls(&value.expr);
    let asked = calls.iter().find(|(name, _)| ends.contains(name));
    let Some(text) = asked.and_then(|(_, args)| args.first()) else { return false };
    let unit = &program.files[value.file];
    let text = match text {
        Expr::Path(path) if path.base == Base::Here => {
            match unit.items.get(&*path.rest).map(|item| &unit.facts.items[*item].kind) {
                Some(ItemKind::Value(value)) => value,
                _ => text,
            }
        }
        text => text,
    };
    let mut macros = table.schemas.files.iter().map(|row| &row.inside);
    macros.any(|macros| included(macros, text).is_some())
}
