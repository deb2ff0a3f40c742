//! Rules over small inventories that are built by hand: what each must say, and where it must be silent.

mod days;
mod dead;
mod flags;
mod flags_of_providers;
mod missing;
mod names;
mod policy;
mod values;
mod world;
