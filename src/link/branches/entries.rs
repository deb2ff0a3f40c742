//! Who asks a dictionary of the project, or a mapping of a framework, for an entry that hands on what a flag says:
//! `if FEATURES["new-till"]:`.

use super::{Deciding, Found};
use crate::facts::code::Path;
use crate::facts::decision::{Answer, Giver, Holding, Subject};
use crate::link::program::{Target, is_settings_module};
use crate::text::{Span, TextRange};

impl Deciding<'_, '_> {
    /// The places that let an entry of a dictionary at the top of a file decide.
    pub(super) fn of_entry(&self, file: usize, of: &str, key: &str) -> Vec<(usize, TextRange)> {
        let whole = Path::here(of).entry(key);
        let end = &whole.rest[of.len()..];
        let asking = self.by_name.get(whole.last()).into_iter().flatten();
        let is_settings = is_settings_module(self.program.files[file].path);
        let found = asking.filter_map(|(at, subject)| {
            let path = subject.path.as_ref()?;
            let holder = Path { rest: path.rest.strip_suffix(end)?.to_owned(), ..path.clone() };
            let asked = self.program.value_at_top(*at, &holder);
            let is_it = asked.is_some_and(|(home, name)| home == file && name == of);
            let is_framework =
                is_settings && holder.last() == of && self.is_of_settings(*at, &holder);
            (is_it || is_framework).then_some((*at, subject.range))
        });
        found.collect()
    }

    /// What templates run by a setting that an answer is given.
    pub(super) fn in_templates(
        &self,
        read: Span,
        file: usize,
        answer: &Answer,
        given: &Holding,
        out: &mut Vec<Found>,
    ) {
        let (Giver::Constant(name) | Giver::Setting(name)) = &answer.giver else { return };
        let is_whole = given.on.is_some() && given.off.is_some() && !given.of_share;
        if !is_whole || answer.is_number || !is_settings_module(self.program.files[file].path) {
            return;
        }
        for (whole, on, off) in self.entries.named(&format!("[{name}]")) {
            let (on, off) = if given.on == Some(true) { (*on, *off) } else { (*off, *on) };
            let equals = given.equals.clone();
            out.push(Found { equals, ..Found::of_template(read, *whole, (on, off)) });
        }
    }

    /// The places that ask the mapping of a framework for a name of a module of settings: `current_app.config["NEW_TILL"]`.
    pub(super) fn of_mapping(&self, file: usize, name: &str) -> Vec<(usize, TextRange)> {
        if !is_settings_module(self.program.files[file].path) {
            return Vec::new();
        }
        let entry = format!("[{name}]");
        let asking = self.by_name.get(entry.as_str()).into_iter().flatten();
        let asks = |(at, subject): &&(usize, &Subject)| {
            let handlers = self.program.handlers(*at);
            let (Some(path), Some(handlers)) = (&subject.path, handlers) else { return false };
            let Target::External(asked) = self.program.resolve(*at, path) else { return false };
            let of = asked.strip_suffix(entry.as_str()).unwrap_or_default();
            handlers.settings_mappings.iter().any(|one| of.trim_end_matches('.') == one)
        };
        asking.filter(asks).map(|(at, subject)| (*at, subject.range)).collect()
    }

    /// Whether a path is a name of the project's modules of settings, asked of the object of a framework.
    pub(super) fn is_of_settings(&self, file: usize, path: &Path) -> bool {
        let objects = self.program.handlers(file).map(|handlers| &handlers.settings_objects);
        let Some(objects) = objects.filter(|objects| !objects.is_empty()) else { return false };
        let Target::External(name) = self.program.resolve(file, path) else { return false };
        name.rsplit_once('.').is_some_and(|(of, _)| objects.iter().any(|object| object == of))
    }
}
