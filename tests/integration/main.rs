//! The one integration binary.

mod architecture;
mod cli;
mod project;
mod report;
mod rule_docs;
mod rules;
mod support;
mod tables;
