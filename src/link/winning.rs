//! Dotenv files that code lets win over the environment: `load_dotenv(override=True)`.
//!
//! A file without a path is looked for beside the code and above it, as its loaders do. Whether the call runs in every
//! environment is not known: where the file is a layer, it is taken to.

use super::environments::Sourced;
use crate::config::fits_name;
use crate::model::Class;
use crate::model::{Inventory, Overriding, Role};
use crate::text::relative::folder;
use crate::text::{File, Files};

/// Notes which sources win so, and by what.
pub(super) fn settle(inventory: &mut Inventory, sources: &mut [Sourced], files: &Files) {
    for source in sources.iter_mut() {
        if source.class != Class::Dotenv || source.role != Role::Values {
            continue;
        }
        let call = inventory.overriding.iter().find(|call| names(call, source, files));
        let Some(call) = call else { continue };
        let at = files.positions(call.span).0.line;
        let path = &files.get(call.span.file).path;
        source.wins =
            Some(format!("`{}` at {path}:{at} lets it win over the environment", call.by));
        inventory.winning.insert(source.id);
    }
}

fn names(call: &Overriding, source: &Sourced, files: &Files) -> bool {
    let code: &File = files.get(call.span.file);
    let wanted = call.file.trim_start_matches("./");
    let (above, name) = wanted.rsplit_once('/').unwrap_or(("", wanted));
    let (home, own) = source.path.rsplit_once('/').unwrap_or(("", source.path.as_str()));
    let is_above = home.is_empty()
        || folder(&code.path) == home
        || folder(&code.path).starts_with(&format!("{home}/"));
    let is_there = match above.rsplit(['/', '*']).next().unwrap_or("") {
        "" | "." | ".." => is_above,
        last => home == last || home.ends_with(&format!("/{last}")),
    };
    code.root == source.root && fits_name(name, own) && is_there
}
