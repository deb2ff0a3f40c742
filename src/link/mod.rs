//! link.

pub mod mentions;

use crate::config::Config;
use crate::facts::{CodeFacts, SourceFacts};
use crate::model::Inventory;
use crate::text::{FileId, Files};

/// Links the facts of all files.
pub fn link(
    _code: Vec<(FileId, CodeFacts)>,
    _sources: Vec<(FileId, Vec<SourceFacts>)>,
    _files: &mut Files,
    _config: &Config,
) -> Inventory {
    Inventory::default()
}
