//! Fields as serde names them.

use crate::facts::schema::Class;

/// The names of an enum whose variants hold nothing.
pub(super) fn unit_names(_class: &Class) -> Option<Vec<String>> {
    None
}
