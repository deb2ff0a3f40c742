//! The report as JUnit XML: one suite a rule, one failed case a finding; a rule without findings is one case that passed.

use std::io;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::ci::told;
use super::{Report, Reporter, Shown, clean};
use crate::rules::RULES;

/// Writes one XML document, without times.
pub(super) static REPORTER: Reporter = Reporter { name: "junit", write };

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    let mut document = quick_junit::Report::new("keydrift");
    for rule in RULES {
        let mut suite = TestSuite::new(rule.name);
        let found = report.findings.iter().filter(|shown| shown.finding.rule == rule.name);
        for shown in found {
            suite.add_test_case(case(report, shown));
        }
        if suite.test_cases.is_empty() {
            suite.add_test_case(TestCase::new(rule.summary, TestCaseStatus::success()));
        }
        document.add_test_suite(suite);
    }
    let text = document.to_string().map_err(io::Error::other)?;
    // The schema that CI servers go by knows no such attribute at the root, and nothing is ever skipped.
    let text = text.replacen(" skipped=\"0\"", "", 1);
    out.write_all(text.as_bytes())?;
    Ok(0)
}

fn case(report: &Report<'_>, shown: &Shown<'_>) -> TestCase {
    let finding = shown.finding;
    let place = report.place_from_here(finding.primary.span);
    let at = format!("{}:{}:{}", clean(&place.path), place.start.line, place.start.column);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(finding.severity.as_str())
        .set_message(clean(&finding.message))
        .set_description(format!("{at}\n{}", told(finding)));
    let mut case = TestCase::new(format!("{} {at}", clean(report.key_of(finding))), status);
    case.set_classname(finding.rule);
    case
}
