//! Code that puts a dotenv file into the environment and lets it win over what is there.
//!
//! Knows the call and the file that it names; whether that runs everywhere is not known.

use super::{Frame, bound, row_of, slot};
use crate::facts::code::{Arg, Expr, Form, Site};
use crate::lang::catalog::{Catalog, ReaderRow};
use crate::link::evaluate::HOLE;
use crate::link::program::{Program, Target};
use crate::model::Overriding;
use crate::text::Span;

impl Program<'_> {
    /// The calls by which a dotenv file wins over the environment, in the order of the code.
    pub(in crate::link) fn overriding(
        &self,
        catalogs: &[(&'static str, Catalog)],
    ) -> Vec<Overriding> {
        let mut found = Vec::new();
        for (file, unit) in self.files.iter().enumerate() {
            let catalog = catalogs.iter().find(|(name, _)| *name == unit.lang.name);
            let Some((_, catalog)) = catalog else { continue };
            for at in 0..unit.facts.sites.len() {
                let frame = Frame { file, site: at };
                let site = self.site(frame);
                let Target::External(name) = self.asked(frame) else { continue };
                if site.in_test || site.form != Form::Call {
                    continue;
                }
                let row = row_of(catalog, name, site).filter(|row| wins(row, site));
                let Some(slot_of_file) = row.and_then(|row| row.loads.as_ref()) else { continue };
                let files = slot(slot_of_file, &site.args).filter(|arg| !is_default(arg));
                let files = files.map(|arg| self.texts(&bound(arg, file, None)));
                let span = Span::new(unit.id, site.range);
                // A name of which nothing is known may be that of any file.
                let known = |text: &String| text.chars().any(|c| c != HOLE);
                let files = files.unwrap_or_else(|| vec![".env".to_owned()]);
                found.extend(files.into_iter().filter(known).map(|text| Overriding {
                    file: text.replace(HOLE, "*"),
                    by: name.clone(),
                    span,
                }));
            }
        }
        found
    }
}

fn is_default(arg: &Arg) -> bool {
    matches!(arg.value, Expr::Null)
        || matches!(&arg.value, Expr::Call(path, ..) if path.rest.ends_with("find_dotenv"))
}

fn wins(row: &ReaderRow, site: &Site) -> bool {
    let said = slot(&row.wins, &site.args);
    row.always_wins || said.is_some_and(|arg| arg.value == Expr::Bool(true))
}
