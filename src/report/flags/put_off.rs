//! How often the day on which a flag is to go was put off.

use serde::Serialize;

use super::super::count;
use crate::lifecycle::Flag;

/// A day that was put off.
#[derive(Serialize)]
pub(super) struct PutOffDate {
    times: u32,
    first: String,
}

impl PutOffDate {
    /// What history tells of the day of a flag.
    pub(super) fn of(flag: &Flag<'_>) -> Option<Self> {
        let one = flag.expiry?.put_off?;
        Some(Self { times: one.times, first: one.first.to_string() })
    }

    /// The same for people.
    pub(super) fn phrase(&self) -> String {
        format!(", put off {} from {}", count(self.times as usize, "time"), self.first)
    }
}
