//! The rules themselves: their list, or the page of one. Knows no findings.

use std::io;

use serde::Serialize;

use super::text::styles;
use crate::rules::{RULES, Rule};

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    rule: &'static str,
    severity: &'static str,
    summary: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'static str>,
}

/// Writes the page of `one`, or the list of all, for people.
pub fn write_text(one: Option<&Rule>, out: &mut dyn io::Write) -> io::Result<()> {
    if let Some(rule) = one {
        return writeln!(out, "{}", rule.docs.trim_end());
    }
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let (strong, dim) = (styles::STRONG, styles::DIM);
    for rule in RULES {
        let (name, severity, summary) = (rule.name, rule.severity.as_str(), rule.summary);
        writeln!(out, "{strong}{name:width$}{strong:#}  {dim}{severity:7}{dim:#}  {summary}")?;
    }
    writeln!(out, "\nkeydrift rules RULE shows the page of one.")
}

/// Writes `one` with its page, or all without, for programs.
pub fn write_json(one: Option<&Rule>, out: &mut dyn io::Write) -> io::Result<()> {
    let rules = match one {
        Some(rule) => vec![Row { page: Some(rule.docs), ..row(rule) }],
        None => RULES.iter().map(|rule| row(rule)).collect(),
    };
    let document = Document { schema: "keydrift.rules/1", rules };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn row(rule: &Rule) -> Row {
    let severity = rule.severity.as_str();
    Row { rule: rule.name, severity, summary: rule.summary, page: None }
}
