//! keydrift cross-references every key that source code reads with every key that each environment defines.
//!
//! ```text
//!  root ──discover──▶ candidates ──extract──▶ file facts ──link──▶ inventory ──connect──▶ graph ──rules──▶ findings ──report──▶ bytes
//!         (ignore)                 per file,     (by name,    whole    (by id,                ask only     values
//!                                  parallel       TextRange)   project   Span)
//! ```
//!
//! Files are read one by one and say facts; facts are linked once into an inventory; rules ask a graph; reporters
//! write values. No arrow goes back. The order of the modules below is the law: a module uses only those above it.

pub mod text;
pub mod model;
pub mod nature;
pub mod facts;
pub mod finding;
pub mod config;
pub mod document;
pub mod lang;
pub mod reads;
pub mod definitions;
pub mod assemble;
pub mod manifests;
pub mod discover;
pub mod history;
pub mod link;
pub mod graph;
pub mod agreement;
pub mod lifecycle;
pub mod inquiry;
pub mod rules;
pub mod accept;
pub mod edit;
pub mod sync;
pub mod report;
pub mod scan;
pub mod cli;
