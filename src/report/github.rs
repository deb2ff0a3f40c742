//! Annotations of GitHub Actions: one workflow command a finding, after
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use std::io;

use super::ci::told;
use super::{Report, Reporter, clean};
use crate::model::Severity;

/// Writes `::error file=…::…` lines, the worst first: GitHub shows ten of each kind in a step.
pub(super) static REPORTER: Reporter = Reporter { name: "github", write };

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    for (severity, word) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "notice")]
    {
        let all = report.findings.iter().map(|shown| shown.finding);
        for finding in all.filter(|finding| finding.severity == severity) {
            let place = report.place_from_here(finding.primary.span);
            let (start, end) = (place.start, place.end);
            let path = property(&clean(&place.path));
            // A column counts only where begin and end are in one line.
            let columns = if start.line == end.line {
                format!(",col={},endColumn={}", start.column, end.column)
            } else {
                String::new()
            };
            let title = property(&format!("keydrift {}", finding.rule));
            let lines = format!("line={},endLine={}", start.line, end.line);
            let text = data(&told(finding));
            writeln!(out, "::{word} file={path},{lines}{columns},title={title}::{text}")?;
        }
    }
    for problem in report.problems {
        let place = problem.span.map(|span| report.place_from_here(span));
        let line = place.as_ref().map(|place| format!(",line={}", place.start.line));
        let path = place.map_or_else(|| problem.path.clone(), |place| place.path);
        let path = format!("{}{}", property(&clean(&path)), line.unwrap_or_default());
        let text = data(&format!("not understood: {}", clean(&problem.message)));
        writeln!(out, "::notice file={path},title=keydrift::{text}")?;
    }
    Ok(0)
}

/// A text behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::property;

    #[test]
    fn a_path_ends_no_property() {
        assert_eq!(property("a,b::c%\n"), "a%2Cb%3A%3Ac%25%0A");
    }
}
