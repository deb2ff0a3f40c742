//! Where a report goes, and in which format: `text`, `sarif=out.sarif`.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::output::{self, Color};
use super::suggest;
use crate::report::{REPORTERS, Report, Reporter};

/// One format and its file; none for standard output.
#[derive(Clone)]
pub(super) struct Sink {
    reporter: &'static Reporter,
    path: Option<PathBuf>,
}

impl Sink {
    /// `FORMAT` or `FORMAT=FILE`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (text, None),
        };
        if path == Some("") {
            return Err(format!("no file behind `{name}=`"));
        }
        let names = REPORTERS.iter().map(|reporter| reporter.name);
        let at = suggest::find("format", name, names).map_err(|error| error.to_string())?;
        Ok(Self { reporter: REPORTERS[at], path: path.map(PathBuf::from) })
    }

    /// The help of the argument.
    pub(super) fn help() -> String {
        let names: Vec<_> = REPORTERS.iter().map(|reporter| reporter.name).collect();
        format!(
            "How to write the report, and into which file (may be given several times)\n\nFormats: {}. Without a file \
             the report goes to standard output, where there is room for one [default: text]",
            names.join(", ")
        )
    }

    /// Writes the report.
    pub(super) fn write(&self, report: &Report<'_>, color: Color) -> anyhow::Result<()> {
        match &self.path {
            Some(path) => output::save(path, |out| (self.reporter.write)(report, out)),
            None => output::print(color, |out| (self.reporter.write)(report, out)),
        }
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
