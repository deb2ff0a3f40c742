//! Which folders a walk enters, decided once for each.

use rustc_hash::FxHashMap;

/// The folders that are known to be entered or not, by their path.
#[derive(Default)]
pub(super) struct Folders<'p>(FxHashMap<&'p str, bool>);

impl<'p> Folders<'p> {
    /// Whether a folder is entered: neither it nor one between `top` and it is left out. `top` is entered whatever it is
    /// called.
    pub(super) fn enters(
        &mut self,
        folder: &'p str,
        top: &str,
        is_out: impl Fn(&str) -> bool,
    ) -> bool {
        let mut open = Vec::new();
        let mut at = folder;
        let mut enters = loop {
            if at == top || under(at, top).is_none() {
                break true;
            }
            if let Some(known) = self.0.get(at) {
                break *known;
            }
            open.push(at);
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
        };
        for at in open.into_iter().rev() {
            enters = enters && !is_out(at);
            self.0.insert(at, enters);
        }
        enters
    }
}

/// What is left of a path inside a folder.
pub(super) fn under<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}
