//! `keydrift rules`: what each rule means.

use super::exit::Exit;
use super::output::{self, Color, Format};
use super::suggest;
use crate::report::rules::{write_json, write_text};
use crate::rules::RULES;

/// Arguments of `rules`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The rule whose page to show
    rule: Option<String>,
    /// How to write them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Lists the rules, or shows one page.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let one = match &args.rule {
        Some(name) => {
            let at = suggest::find("rule", name, RULES.iter().map(|rule| rule.name))?;
            Some(RULES[at])
        }
        None => None,
    };
    output::print(color, |out| match args.format {
        Format::Text => write_text(one, out),
        Format::Json => write_json(one, out),
    })?;
    Ok(Exit::Clean)
}
