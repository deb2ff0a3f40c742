//! `keydrift completions`: what a shell needs to complete the arguments, made of their definition.

use std::io;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Cli;
use super::exit::Exit;
use super::output::{self, Color};

/// Arguments of `completions`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keydrift completions bash > ~/.local/share/bash-completion/completions/keydrift
  keydrift completions zsh > \"${fpath[1]}/_keydrift\"
  keydrift completions fish > ~/.config/fish/completions/keydrift.fish")]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints them.
pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<Exit> {
    // Made in memory: the generator breaks down where a pipe does.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "keydrift", &mut script);
    output::print(color, |out: &mut dyn io::Write| out.write_all(&script))?;
    Ok(Exit::Clean)
}
