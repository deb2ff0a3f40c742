//! Who asks a dictionary of the project for an entry that hands on what a flag says: `if FEATURES["new-till"]:`.

use super::{Deciding, is_settings_module};
use crate::facts::code::Path;
use crate::text::TextRange;

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
}
