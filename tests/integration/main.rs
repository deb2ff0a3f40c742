//! The one integration binary.

mod format;
mod property;
