//! The one integration binary.

mod architecture;
mod cli;
mod project;
mod report;
mod support;
