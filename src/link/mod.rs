//! Facts to inventory: names across files, wrappers, environments, precedence.
//!
//! Facts are linked once. Knows no syntax tree and opens no file.

mod absence;
mod alone;
mod around;
mod assembled;
mod assigned;
mod audience;
mod branches;
mod calls;
mod chains;
mod releases;
pub mod removal;
pub mod components;
mod composed;
pub mod consumers;
mod declared;
mod documents;
pub mod environments;
mod evaluate;
mod features;
pub mod filled;
mod handed;
pub mod idle;
pub mod includes;
mod instances;
pub mod live;
mod members;
pub mod mentions;
mod modules;
mod namesakes;
pub mod named_files;
pub mod objects;
mod notes;
mod own_libraries;
mod packing;
pub mod precedence;
pub mod profiles;
mod program;
mod programs;
mod reads;
pub mod regions;
mod registries;
mod resolvers;
mod rows;
mod schemas;
mod selects;
mod settings;
pub mod sources;
pub mod spelling;
mod steps;
mod templates;
mod stores;
mod types;
mod unasked;
mod unit;
mod untold;
mod winning;
pub mod workloads;
mod written_flags;

use crate::config::Config;
use crate::facts::{BuildFacts, CodeFacts, SourceFacts, Templates};
use crate::link::components::Components;
use crate::link::packing::Packing;
use crate::model::Inventory;
use crate::text::{FileId, Files};

/// Links all facts of a scan.
pub fn link(
    code: &[(FileId, CodeFacts)],
    mut sources: Vec<(FileId, Vec<SourceFacts>)>,
    builds: &[(FileId, BuildFacts)],
    templates: &Templates,
    files: &mut Files,
    components: &mut Components,
    config: &Config,
) -> Inventory {
    handed::settle(&mut sources, files);
    releases::tell_apart(&mut sources, files);
    profiles::keep_flags_of_libraries(&mut sources, code);
    let mut inventory = Inventory::default();
    let whole = reads::Code { files: code, builds, templates };
    sources.extend(reads::add(&mut inventory, whole, files, components, config));
    programs::mark(&mut inventory, code, builds, files);
    inventory.steps = steps::find(builds, files);
    let packing = Packing::new(builds, files, components);
    let running = sources::add(&mut inventory, sources, builds, files, config);
    workloads::add(&mut inventory, running, packing, (files, components), config);
    inventory.own_libraries = own_libraries::find(&inventory, (code, builds), files, components);
    inventory.units = audience::of_sources(&inventory, files, components);
    inventory.unread_units = audience::unread(&inventory);
    inventory.namesakes = namesakes::find(&inventory, files);
    inventory.unasked = unasked::find(&inventory, builds, files, config);
    consumers::add(&mut inventory, config);
    let relaxed = spelling::relaxed(&inventory, files);
    inventory.mapped.extend(relaxed);
    inventory.spellings = spelling::join(&inventory);
    inventory
}
