//! Facts to inventory: names across files, wrappers, environments, precedence.
//!
//! Facts are linked once. Knows no syntax tree and opens no file.

mod absence;
mod assigned;
mod calls;
mod chains;
pub mod components;
pub mod consumers;
mod documents;
pub mod environments;
mod evaluate;
pub mod idle;
pub mod includes;
mod instances;
mod members;
pub mod mentions;
pub mod objects;
pub mod precedence;
pub mod profiles;
mod program;
mod reads;
mod resolvers;
mod rows;
mod schemas;
pub mod sources;
pub mod spelling;
mod types;
mod unit;

use crate::config::Config;
use crate::facts::{CodeFacts, SourceFacts};
use crate::link::components::Components;
use crate::model::Inventory;
use crate::text::{FileId, Files};

/// Links all facts of a scan.
pub fn link(
    code: &[(FileId, CodeFacts)],
    mut sources: Vec<(FileId, Vec<SourceFacts>)>,
    files: &mut Files,
    components: &Components,
    config: &Config,
) -> Inventory {
    let mut inventory = Inventory::default();
    sources.extend(reads::add(&mut inventory, code, files, components, config));
    sources::add(&mut inventory, sources, files, config);
    consumers::add(&mut inventory, config);
    inventory.spellings = spelling::join(&inventory);
    inventory
}
