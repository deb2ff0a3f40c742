//! `keydrift man`: the manual, made of the definition of the arguments.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::Cli;
use super::exit::Exit;
use super::output::{self, Before, Color};

/// Arguments of `man`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keydrift man | man -l -
  keydrift man ~/.local/share/man/man1")]
pub(super) struct Args {
    /// The folder to write `keydrift.1` and a page for each verb into
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints the page of the program, or writes all pages.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let Some(folder) = &args.folder else {
        let page = page(Man::new(program))?;
        output::print(color, |out| out.write_all(&page))?;
        return Ok(Exit::Clean);
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let verbs: Vec<Command> = program.get_subcommands().cloned().collect();
    for command in std::iter::once(program).chain(verbs) {
        let man = Man::new(command);
        let (path, page) = (folder.join(man.get_filename()), page(man)?);
        output::save(&path, Before::Replaced, |out| out.write_all(&page))?;
    }
    Ok(Exit::Clean)
}

/// One page, without a date: it is that of its version.
fn page(man: Man) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    let source = concat!("keydrift ", env!("CARGO_PKG_VERSION"));
    man.manual("keydrift").source(source).date("\"\"").render(&mut page)?;
    Ok(page)
}
