//! The code of functions, by what the platform calls in it: `handlers.oven.bake` is in `handlers/oven.py`.
//!
//! Where the folder of the code is not told, the name must lead to one file below the folder of the description, or, with two
//! segments or more, to one of all.

use std::collections::BTreeMap;

use super::Pending;
use crate::facts::Handler;
use crate::lang::for_path;
use crate::reads::is_test_path;
use crate::text::relative::{folder, is_within, joined};
use crate::text::{FileId, Files};

/// The files of code by the end of their paths.
pub(super) struct Code<'f> {
    files: &'f Files,
    /// By root and path without its extension.
    by_path: BTreeMap<(u16, &'f str), FileId>,
    /// By the last segment of that.
    by_name: BTreeMap<&'f str, Vec<FileId>>,
}

impl<'f> Code<'f> {
    /// The code of a scan; nothing where no workload is called so.
    pub(super) fn of(pending: &[Pending], files: &'f Files) -> Self {
        let mut code = Self { files, by_path: BTreeMap::new(), by_name: BTreeMap::new() };
        if pending.iter().all(|one| one.described.handler.is_none()) {
            return code;
        }
        let is_code = |path: &str| for_path(path).is_some() && !is_test_path(path);
        for (id, file) in files.iter().filter(|(_, file)| is_code(&file.path)) {
            let stem = file.path.rsplit_once('.').map_or(&*file.path, |(stem, _)| stem);
            code.by_path.insert((file.root, stem), id);
            code.by_name.entry(super::last(stem)).or_default().push(id);
        }
        code
    }

    /// The file that a function starts in.
    pub(super) fn file(&self, one: &Pending) -> Option<FileId> {
        let Handler { name, code } = one.described.handler.as_ref()?;
        let (module, _) = name.rsplit_once('.')?;
        let module = module.replace('.', "/");
        if module.is_empty() || name.contains(['$', ' ', '(']) {
            return None;
        }
        let file = self.files.get(one.file);
        let here = folder(&file.path);
        let told = code.as_deref().or(one.described.build.as_deref()).into_iter();
        let exact = told.chain([""]).find_map(|code| {
            let path = joined(&joined(here, code)?, &module)?;
            self.by_path.get(&(file.root, path.as_str())).copied()
        });
        exact.or_else(|| self.ending(&module, (file.root, here)))
    }

    /// The only file whose path ends so: below the folder of the description, else of all.
    fn ending(&self, module: &str, (root, here): (u16, &str)) -> Option<FileId> {
        let named = self.by_name.get(super::last(module))?.iter().copied();
        let ends = |id: &FileId| {
            let path = &self.files.get(*id).path;
            let stem = path.rsplit_once('.').map_or(&**path, |(stem, _)| stem);
            let before = stem.strip_suffix(module);
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let all: Vec<FileId> = named.filter(ends).collect();
        // What a build puts together is taken from beside it mostly.
        let is_below = |id: &&FileId| {
            let file = self.files.get(**id);
            !here.is_empty() && file.root == root && is_within(&file.path, here)
        };
        let below: Vec<FileId> = all.iter().filter(is_below).copied().collect();
        let all = if module.contains('/') { all } else { Vec::new() };
        match (below.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Some(*one),
            _ => None,
        }
    }
}
