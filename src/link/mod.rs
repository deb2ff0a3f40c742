//! link.

pub mod consumers;
pub mod environments;
pub mod includes;
pub mod objects;
pub mod precedence;
pub mod sources;
pub mod spelling;
