//! The arguments, and the one place where a terminal, a clock and an exit code exist.
//!
//! One file per verb. Standard output is for the report, standard error for everything else.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod arguments;
mod baseline;
mod cache;
mod check;
mod completions;
mod diff;
mod envs;
mod exit;
mod explain;
mod facts;
mod flags;
mod impact;
mod init;
mod man;
mod output;
mod policy;
mod progress;
mod rules;
mod sink;
mod suggest;
mod sync;

use exit::Exit;

/// Finds config keys that code reads and environments do not define, and the other way round.
#[derive(Parser)]
#[command(name = "keydrift", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the run could not do its job."
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// When to color the output
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: output::Color,
}

#[derive(Subcommand)]
enum Verb {
    /// Writes the findings of today into a file that `check --baseline` accepts, or prunes that file
    Baseline(baseline::Args),
    /// Reports what is wrong: the main job
    Check(check::Args),
    /// Prints the completions of a shell
    Completions(completions::Args),
    /// Shows what two environments give each key, where that differs
    ///
    /// For every key that the two effectively give different values: both values, where each comes from, and what code
    /// does with the key. Keys that code reads come first, those that it requires before those with a default. What is
    /// expected to differ (credentials, addresses, names) is counted in one line. `unknown` is not `absent`: something
    /// that cannot be seen from here may give the key.
    Diff(diff::Args),
    /// Lists the environments, their layers in order, and why each source was placed there
    Envs(envs::Args),
    /// Explains one key: its definitions, its effective values, its reads
    Explain(explain::Args),
    /// Lists every read and every definition, one JSON object a line
    Facts(facts::Args),
    /// Tells the life of every flag: its stage, its state in each environment, its age, its owner, and whether it can go
    ///
    /// Flags that can go come first, then those that something must be looked at for, with everything that speaks against
    /// taking them out. No flag is judged by its age alone.
    Flags(flags::Args),
    /// Shows which code a change of configuration reaches, and which configuration a change of code needs
    ///
    /// Of a key: every read, the code that uses it, the keys that are built from it, and where a change of each
    /// definition would take effect. With --since: the keys that changed between a revision and the working tree. A
    /// key that code now requires and an environment does not give comes first.
    Impact(impact::Args),
    /// Writes the policy file keydrift.yaml from what was inferred, with comments
    ///
    /// It is tried before it is written: right after, `keydrift check` says what it says without it. What a policy
    /// cannot say without a change stands in comments.
    Init(init::Args),
    /// Prints the manual page, or writes the pages of all verbs into a folder
    Man(man::Args),
    /// Lists the rules, or shows the page of one
    Rules(rules::Args),
    /// Prints the edits that bring environments or the repository in line, as a diff for `git apply`
    ///
    /// A missing key is added with a placeholder, a dead one removed with its comment, a value that drifted is set to
    /// that of the environment which is said to be right. Everything else of the files stays as it is, and no secret is
    /// ever written. What is not edited is told on standard error, with the reason.
    Sync(sync::Args),
}

/// Runs the command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    // A broken promise of our own is said on one line, like everything else that stops a run.
    std::panic::set_hook(Box::new(|broken| {
        complain(&format!("internal error, please report it: {broken}"));
    }));
    match std::panic::catch_unwind(|| act(&cli)) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(error)) if exit::is_broken_pipe(&error) => Exit::Clean.into(),
        Ok(Err(error)) => {
            complain(&format!("{error:#}"));
            Exit::Failed.into()
        }
        Err(_) => Exit::Failed.into(),
    }
}

fn act(cli: &Cli) -> anyhow::Result<Exit> {
    match &cli.verb {
        Verb::Baseline(args) => baseline::run(args),
        Verb::Check(args) => check::run(args, cli.color),
        Verb::Completions(args) => completions::run(args, cli.color),
        Verb::Diff(args) => diff::run(args, cli.color),
        Verb::Envs(args) => envs::run(args, cli.color),
        Verb::Explain(args) => explain::run(args, cli.color),
        Verb::Facts(args) => facts::run(args, cli.color),
        Verb::Flags(args) => flags::run(args, cli.color),
        Verb::Impact(args) => impact::run(args, cli.color),
        Verb::Init(args) => init::run(args, cli.color),
        Verb::Man(args) => man::run(args, cli.color),
        Verb::Rules(args) => rules::run(args, cli.color),
        Verb::Sync(args) => sync::run(args),
    }
}

/// Says why a run could not do its job, on one line.
fn complain(message: &str) {
    let line = crate::report::clean(&message.split_whitespace().collect::<Vec<_>>().join(" "));
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(anstream::stderr(), "keydrift: {line}");
}

/// Help and version go to standard output; what is wrong with the arguments is one line on standard error.
fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        let _ = error.print();
        return Exit::Clean;
    }
    let text = error.to_string();
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return Exit::Failed;
    }
    let told = text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let is_more = |line: &&str| !line.is_empty() && !line.starts_with("For more information");
    let told: Vec<_> = told.filter(is_more).collect();
    let line = told.join("; ");
    complain(line.strip_prefix("error: ").unwrap_or(&line));
    Exit::Failed
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
