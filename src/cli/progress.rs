//! A line on standard error that says what a long run is doing, where somebody can see it.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::count;
use crate::scan::Stage;

/// Shows the stages of a run. Silent where standard error is no terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A progress line, or none.
    pub(super) fn new(quiet: bool) -> Self {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar }
    }

    /// A stage begins.
    pub(super) fn show(&self, stage: Stage) {
        self.bar.set_message(match stage {
            Stage::Walk => "looking for files".to_owned(),
            Stage::Read(files) => format!("reading {}", count(files, "file")),
            Stage::Code(files) => format!("looking for reads in {}", count(files, "source file")),
            Stage::Link => "linking".to_owned(),
            Stage::Mentions(files) => format!("looking for names in {}", count(files, "file")),
            Stage::History(keys) => {
                format!("following {} through the history", count(keys, "key"))
            }
            Stage::Rules => "asking the rules".to_owned(),
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
