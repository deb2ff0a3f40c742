//! Where bytes go: standard output or a file, with colors or without.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;
use clap::ValueEnum;

/// When to color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What a verb prints for people or for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Writes to standard output.
pub(super) fn print(
    color: Color,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let stdout = io::stdout().lock();
    let choice = match color {
        Color::Auto => AutoStream::choice(&stdout),
        Color::Always => ColorChoice::AlwaysAnsi,
        Color::Never => ColorChoice::Never,
    };
    // Buffered above the stream that takes colors away: it would cut every write into pieces.
    let mut out = BufWriter::with_capacity(1 << 16, AutoStream::new(stdout, choice));
    write(&mut out).and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Writes to a file, without colors. What was there stays until all is written.
pub(super) fn save(
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let refuse = || format!("cannot write {}", path.display());
    let mut bytes = AutoStream::never(Vec::new());
    write(&mut bytes).with_context(refuse)?;
    let mut file = File::create(path).with_context(refuse)?;
    file.write_all(&bytes.into_inner()).with_context(refuse)
}
