//! Classes that a loader's call names, with what its arguments say of the names: `ts.load(Settings, "my-app")`.

use super::annotated::{filled, naming};
use super::naming::{Naming, upper};
use super::options::bound_at;
use super::{Leaf, Schema, Tables};
use crate::facts::code::{Arg, Expr, Form, Site};
use crate::lang::catalog::Slot;
use crate::lang::schemas::{FoundBy, SchemaRow, Style};
use crate::link::chains::slot;
use crate::link::program::{Program, Target};

/// The classes that calls of loaders name.
pub(super) fn schemas(program: &Program<'_>, table: &Tables<'_>) -> Vec<Schema> {
    let mut all = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        if unit.lang.name != table.lang {
            continue;
        }
        let calls = unit.facts.sites.iter().filter(|site| site.form == Form::Call);
        for site in calls.filter(|site| site.load.is_some()) {
            let Target::External(name) = program.resolve(file, &site.callee) else { continue };
            let row = table.schemas.row(FoundBy::Loader, &name);
            let Some(row) = row.filter(|row| row.style == Style::Annotated && !row.of_section)
            else {
                continue;
            };
            let class = match slot(&row.target, &site.args).map(|arg| &arg.value) {
                Some(Expr::Path(path)) => program.class(file, path),
                _ => None,
            };
            let Some(class) = class else { continue };
            let (naming, variable) = told(program, row, file, site, naming(program, row, class));
            let mut schema = filled(program, table, row, &name, class, naming);
            schema.leaves.extend(variable);
            all.push(schema);
        }
    }
    all
}

/// The names as the arguments of the call make them, and the variable that names files.
fn told(
    program: &Program<'_>,
    row: &SchemaRow,
    file: usize,
    site: &Site,
    mut naming: Naming,
) -> (Naming, Option<Leaf>) {
    let text = |arg: &Arg| program.option_text(&bound_at(&arg.value, file, arg.range));
    let given = |wanted: &Slot| given(wanted, site);
    let app = given(&row.prefix).map(|arg| text(&arg));
    if let Some(app) = &app {
        naming.prefix = format!("{}_", upper(app).replace('-', "_"));
        naming.section = vec![app.clone()];
    }
    if let Some(arg) = given(&row.whole_prefix) {
        naming.is_off = arg.value == Expr::Null;
        naming.prefix = text(&arg);
    }
    if let Some(arg) = given(&row.delimiter_argument) {
        naming.separator = Some(text(&arg));
    }
    if let Some(arg) = given(&row.section) {
        naming.section = if arg.value == Expr::Null { Vec::new() } else { vec![text(&arg)] };
    }
    naming.has_files = given(&row.files_argument).is_some() || inner_call(site).is_some();
    let variable = match given(&row.files_variable) {
        Some(arg) if arg.value == Expr::Null => None,
        Some(arg) => Some(text(&arg)),
        None => app.map(|app| format!("{}_SETTINGS", upper(&app).replace('-', "_"))),
    };
    let variable = variable.filter(|_| !row.files_variable.keywords.is_empty());
    (naming, variable.map(|name| Leaf::variable(file, site, name)))
}

/// An argument of the call, or of the call that it is given: `load_settings(Settings, default_loaders("app", …))`.
fn given(wanted: &Slot, site: &Site) -> Option<Arg> {
    if let Some(arg) = slot(wanted, &site.args).filter(|arg| !matches!(arg.value, Expr::Call(..))) {
        return Some(arg.clone());
    }
    let (args, range) = inner_call(site)?;
    let args: Vec<Arg> = args
        .iter()
        .map(|arg| match arg {
            Expr::Keyword(name, value) => {
                Arg { name: Some(name.clone()), value: (**value).clone(), range, named: false }
            }
            value => Arg { name: None, value: value.clone(), range, named: false },
        })
        .collect();
    let inside =
        Slot { position: wanted.position.map(|at| at.saturating_sub(1)), ..wanted.clone() };
    slot(&inside, &args).cloned()
}

fn inner_call(site: &Site) -> Option<(&[Expr], crate::text::TextRange)> {
    site.args.iter().find_map(|arg| match &arg.value {
        Expr::Call(path, args, _) if path.last().contains("loaders") => {
            Some((args.as_slice(), arg.range))
        }
        _ => None,
    })
}
