//! Where a report goes, and in which format: `text`, `sarif=out.sarif`, `markdown+=summary.md`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::output::{self, Before, Color};
use super::suggest;
use crate::report::{REPORTERS, Report, Reporter, count};

/// One format and its file; none for standard output.
#[derive(Clone)]
pub(super) struct Sink {
    reporter: &'static Reporter,
    path: Option<PathBuf>,
    before: Before,
}

impl Sink {
    /// `FORMAT`, `FORMAT=FILE`, or `FORMAT+=FILE` to add to what the file has.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, path, before) = match text.split_once('=') {
            Some((name, path)) => match name.strip_suffix('+') {
                Some(name) => (name, Some(path), Before::Kept),
                None => (name, Some(path), Before::Replaced),
            },
            None => (text, None, Before::Replaced),
        };
        if path == Some("") {
            return Err(format!("no file behind `{name}=`"));
        }
        let names = REPORTERS.iter().map(|reporter| reporter.name);
        let at = suggest::find("format", name, names).map_err(|error| error.to_string())?;
        Ok(Self { reporter: REPORTERS[at], path: path.map(PathBuf::from), before })
    }

    /// The help of the argument.
    pub(super) fn help() -> String {
        let names: Vec<_> = REPORTERS.iter().map(|reporter| reporter.name).collect();
        format!(
            "How to write the report, and into which file (may be given several times)\n\nFormats: {}. Without a file \
             the report goes to standard output, where there is room for one; `FORMAT+=FILE` adds to what the file has \
             [default: text]",
            names.join(", ")
        )
    }

    /// Writes the report. Says where whoever takes it has no room for all.
    pub(super) fn write(&self, report: &Report<'_>, color: Color) -> anyhow::Result<()> {
        let lost = match &self.path {
            Some(path) => output::save(path, self.before, |out| (self.reporter.write)(report, out)),
            None => output::print(color, |out| (self.reporter.write)(report, out)),
        }?;
        if lost > 0 {
            let (lost, name) = (count(lost, "finding"), self.reporter.name);
            // The report is written; that nobody can be told changes nothing.
            let _ = writeln!(
                anstream::stderr(),
                "keydrift: {lost} left out of {name}, which has no room for more"
            );
        }
        Ok(())
    }
}

/// What was asked for: `output` is the file of the one format that has none.
pub(super) fn sinks(asked: &[Sink], output: Option<&Path>) -> anyhow::Result<Vec<Sink>> {
    let mut sinks = asked.to_vec();
    if sinks.is_empty() {
        sinks.extend(Sink::parse("text").ok());
    }
    let mut open: Vec<&mut Sink> = sinks.iter_mut().filter(|sink| sink.path.is_none()).collect();
    match (open.as_mut_slice(), output) {
        ([one], Some(path)) => one.path = Some(path.to_owned()),
        ([], Some(_)) => bail!("--output has no format to write: each has a file of its own"),
        ([_, other, ..], _) => bail!(
            "two formats for one place: give `{0}` a file, as in `--format {0}=FILE`",
            other.reporter.name
        ),
        _ => {}
    }
    Ok(sinks)
}
