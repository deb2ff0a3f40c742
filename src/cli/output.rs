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
pub(super) fn print<T>(
    color: Color,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<T>,
) -> anyhow::Result<T> {
    let stdout = io::stdout().lock();
    let choice = match color {
        Color::Auto => AutoStream::choice(&stdout),
        Color::Always => ColorChoice::AlwaysAnsi,
        Color::Never => ColorChoice::Never,
    };
    // Buffered above the stream that takes colors away: it would cut every write into pieces.
    let mut out = BufWriter::with_capacity(1 << 16, AutoStream::new(stdout, choice));
    let written = write(&mut out).and_then(|told| out.flush().map(|()| told));
    written.context("cannot write to standard output")
}

/// What becomes of what a file already has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// It gives way.
    Replaced,
    /// It stays in front: for files that several steps add to.
    Kept,
}

/// Writes bytes to standard output as they are: what looks like a color may be one of a file.
pub(super) fn print_plain(
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Writes to a file, without colors. What was there stays until all is written.
pub(super) fn save<T>(
    path: &Path,
    before: Before,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<T>,
) -> anyhow::Result<T> {
    let refuse = || format!("cannot write {}", path.display());
    let mut bytes = AutoStream::never(Vec::new());
    let told = write(&mut bytes).with_context(refuse)?;
    let file = match before {
        Before::Replaced => File::create(path),
        Before::Kept => File::options().append(true).create(true).open(path),
    };
    let mut file = file.with_context(refuse)?;
    file.write_all(&bytes.into_inner()).with_context(refuse)?;
    Ok(told)
}
