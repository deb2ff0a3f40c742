//! Runs the command line and exits.

use std::process::ExitCode;

/// Trees are many small pieces made and dropped by two threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    keydrift::cli::run(std::env::args_os())
}
