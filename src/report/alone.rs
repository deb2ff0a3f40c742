//! Workloads that one of two environments has alone: a line each, not one for each of their keys.

use std::io;

use serde::Serialize;

use super::columns::{self, plain, styled};
use super::text::styles;
use super::{clean, count};
use crate::inquiry::alone::Alone;

/// A workload that one of the two has.
#[derive(Serialize)]
pub(super) struct AloneBy {
    workload: String,
    environment: String,
    keys: usize,
}

impl AloneBy {
    /// What is told of a workload.
    pub(super) fn of(one: &Alone<'_>, names: &[String; 2]) -> Self {
        Self {
            workload: one.workload.to_owned(),
            environment: names[one.at].clone(),
            keys: one.keys,
        }
    }
}

/// Writes them for people.
pub(super) fn write_text(
    all: &[AloneBy],
    everything: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let strong = styles::STRONG;
    let dim = styles::DIM;
    let number = count(all.len(), "workload");
    writeln!(out, "{strong}one of the two has alone{strong:#} {dim}({number}){dim:#}\n")?;
    let hint = if everything { "" } else { ": --all shows them" };
    let line = |one: &AloneBy| {
        let keys = format!("{}{hint}", count(one.keys, "key"));
        let at = format!("in {}", clean(&one.environment));
        vec![plain(clean(&one.workload)), plain(at), styled(keys, styles::DIM)]
    };
    columns::write(&all.iter().map(line).collect::<Vec<_>>(), 0, out)?;
    writeln!(out)
}
