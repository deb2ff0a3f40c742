//! Commands of Django that give flags a state, in scripts and make files: `manage.py waffle_switch NAME on --create`,
//! `waffle_flag`, `waffle_sample`, `enable_flag`.
//!
//! What a database holds beyond that, and whether anybody runs the script, is not seen. A name that a shell makes is left out.

use super::super::context::Context;
use super::{Flags, Named, Served};
use crate::document::shell::Word;
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};

/// The commands.
const COMMANDS: &[&str] =
    &["disable_flag", "enable_flag", "waffle_flag", "waffle_sample", "waffle_switch"];

/// Whether one of the commands may stand in a text.
pub(in super::super) fn is_worth(text: &str) -> bool {
    COMMANDS.iter().any(|command| text.contains(command))
}

/// What the commands of a script give, as a source of its own.
pub(in super::super) fn extract(
    context: Context<'_>,
    commands: impl Iterator<Item = Vec<Word>>,
) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, super::waffle::FORMAT.name);
    for words in commands {
        let is_django = |word: &Word| {
            let program = word.text.rsplit('/').next().unwrap_or("");
            program == "manage.py" || program == "django-admin"
        };
        let Some(program) = words.iter().position(is_django) else { continue };
        let Some((command, rest)) = words[program + 1..].split_first() else { continue };
        let Some(name) = rest.iter().find(|word| is_name(&word.text)) else { continue };
        let Some(served) = served(&command.text, rest) else { continue };
        let flag = Named { name: &name.text, range: name.range };
        all.add(None, flag, served, FlagState::serving(Serves::Unknown));
    }
    all.finish(&[])
}

/// A word that is a name of a flag, and no option, no number and nothing that the shell fills in.
fn is_name(text: &str) -> bool {
    let is_sign = |c: char| c.is_alphanumeric() || "_-.:".contains(c);
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(is_sign)
        && !matches!(text, "on" | "off")
}

fn served<'a>(command: &str, rest: &[Word]) -> Option<Served<'a>> {
    let has = |wanted: &str| rest.iter().any(|word| word.text == wanted);
    match command {
        "enable_flag" => Some(Served::all(true)),
        "disable_flag" => Some(Served::all(false)),
        "waffle_switch" if has("on") => Some(Served::all(true)),
        "waffle_switch" if has("off") => Some(Served::all(false)),
        "waffle_sample" => {
            let share = rest.iter().find_map(|word| word.text.parse::<u32>().ok());
            share.map(|share| match share {
                0..=100 => Served::yes_to(Percent(share * (Percent::ALL.0 / 100))),
                _ => Served::Unknown,
            })
        }
        "waffle_flag" if has("--everyone") => Some(Served::all(true)),
        "waffle_flag" if has("--deactivate") => Some(Served::all(false)),
        // Made, given to some, or given a share: superusers have it by themselves.
        "waffle_flag" => Some(Served::Targeted),
        _ => None,
    }
}
