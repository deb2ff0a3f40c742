//! What a file gives as a whole: `export default`, `module.exports`.

use super::{Program, Target, bare};

impl Program<'_> {
    /// What a module is, where code asks for no name of it.
    pub(super) fn whole(&self, file: usize, hops: usize) -> Target {
        let mut names = self.files[file].lang.modules.whole.iter();
        names.find_map(|name| self.inside(file, name, hops)).unwrap_or(Target::Other)
    }

    /// A name of what a module is as a whole, where it is imported as such.
    pub(super) fn inside_whole(&self, file: usize, rest: &str, hops: usize) -> Option<Target> {
        let mut names = self.files[file].lang.modules.whole.iter();
        names.find_map(|name| {
            let call = if rest.starts_with(['(', '[']) { "" } else { "." };
            self.inside(file, &format!("{name}{call}{rest}"), hops)
        })
    }

    /// What stands for the whole goes by one name in the file, and by another where it is asked for.
    pub(super) fn by_other_name(
        &self,
        at: usize,
        segments: &[&str],
        hops: usize,
    ) -> Option<Target> {
        let unit = &self.files[at];
        let [asked, other] = unit.lang.modules.whole else { return None };
        let (first, more) = segments.split_first()?;
        let known = |name: &str| unit.items.contains_key(name);
        if bare(first) != *asked || known(asked) || !known(other) {
            return None;
        }
        let called = first.strip_prefix(asked).unwrap_or_default();
        let first = format!("{other}{called}");
        let all: Vec<&str> = std::iter::once(first.as_str()).chain(more.iter().copied()).collect();
        self.inside(at, &all.join("."), hops)
    }
}
