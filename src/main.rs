//! Runs the command line and exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    keydrift::cli::run(std::env::args_os())
}
