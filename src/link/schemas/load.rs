//! Calls that fill a struct.

use super::find::Found;
use super::{Schema, Tables};
use crate::link::program::Program;

pub(super) fn schemas<'t>(
    _program: &Program<'_>,
    _table: &'t Tables<'t>,
    _found: &Found<'t>,
) -> Vec<Schema<'t>> {
    Vec::new()
}
