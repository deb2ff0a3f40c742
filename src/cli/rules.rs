//! `keydrift rules`: what each rule means.

use serde::Serialize;

use super::exit::Exit;
use super::output::{self, Color, Format};
use super::suggest;
use crate::report::styles;
use crate::rules::{RULES, Rule};

/// Arguments of `rules`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The rule whose page to show
    rule: Option<String>,
    /// How to write them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    rule: &'static str,
    severity: &'static str,
    summary: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'static str>,
}

/// Lists the rules, or shows one page.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let one = match &args.rule {
        Some(name) => {
            let at = suggest::find("rule", name, RULES.iter().map(|rule| rule.name))?;
            RULES.get(at)
        }
        None => None,
    };
    let shown = one.map_or(RULES, std::slice::from_ref);
    output::print(color, |out| match (args.format, one) {
        (Format::Text, Some(rule)) => writeln!(out, "{}", rule.docs.trim_end()),
        (Format::Text, None) => list(out),
        (Format::Json, _) => {
            let rows: Vec<_> = shown.iter().map(|rule| row(rule, one.is_some())).collect();
            serde_json::to_writer_pretty(&mut *out, &rows)?;
            out.write_all(b"\n")
        }
    })?;
    Ok(Exit::Clean)
}

fn list(out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let (strong, dim) = (styles::STRONG, styles::DIM);
    for rule in RULES {
        let (name, severity) = (rule.name, rule.severity.as_str());
        writeln!(
            out,
            "{strong}{name:width$}{strong:#}  {dim}{severity:7}{dim:#}  {}",
            rule.summary
        )?;
    }
    writeln!(out, "\nkeydrift rules RULE shows the page of one.")
}

fn row(rule: &Rule, with_page: bool) -> Row {
    Row {
        rule: rule.name,
        severity: rule.severity.as_str(),
        summary: rule.summary,
        page: with_page.then_some(rule.docs),
    }
}
