//! The one integration binary.

mod rule_docs;
mod rules;
mod tables;
