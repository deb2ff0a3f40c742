//! The one integration binary.

mod architecture;
mod cli;
mod config;
mod environments;
mod format;
mod gates;
mod history;
mod hostile;
mod impact;
mod language;
mod library;
mod lifecycle;
mod live;
mod profiles;
mod project;
mod promises;
mod property;
mod report;
mod rule_docs;
mod rules;
mod settings;
mod sprawl;
mod support;
mod tables;
mod trees;
mod workloads;
