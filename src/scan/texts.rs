//! The texts of a scan: which are read at once, and what each may say.
//!
//! Knows nothing of what stands in them.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Origin;
use crate::assemble::{self, Wants};
use crate::definitions;
use crate::discover::{Entry, Found};
use crate::facts::{Include, SourceFacts, TemplateAsk};
use crate::link::filled::with_defaults;
use crate::link::named_files::NamedFile;
use crate::manifests;
use crate::model::{Problem, ProblemKind};
use crate::reads::Engine;
use crate::reads::templates::{Templates, is_template};
use crate::text::files::Unreadable;
use crate::text::relative::{folder, folders_around, is_packed, joined};
use crate::text::{File, FileId, Files, guarded};

/// The texts of a scan, sorted by what they may say.
pub(super) struct Texts {
    pub(super) files: Files,
    pub(super) code: BTreeSet<FileId>,
    pub(super) config: Vec<FileId>,
    pub(super) others: Vec<Other>,
    pub(super) problems: Vec<Problem>,
    /// How many bytes of others may still be kept.
    room: AtomicUsize,
}

/// More than this of texts that give no facts is not kept, but read again by whoever looks for something in them.
const ROOM: usize = 64_000_000;

/// What a cluster keeps of one ConfigMap or Secret.
const MOST_OF_A_FILE: u64 = 1 << 20;

/// A file that gives no facts: names are looked for in it, by several stages.
pub(super) struct Other {
    entry: Entry,
    text: OnceLock<Option<Arc<str>>>,
}

impl Other {
    fn new(entry: Entry) -> Self {
        Self { entry, text: OnceLock::new() }
    }
}

impl Deref for Other {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entry
    }
}

impl Texts {
    /// Reads the files that may hold facts; the others stay unread until a name is looked for.
    pub(super) fn read(found: Found, origin: Origin<'_>) -> anyhow::Result<Self> {
        let mut texts = Self {
            files: Files::default(),
            code: BTreeSet::new(),
            config: Vec::new(),
            others: Vec::new(),
            problems: found.problems,
            room: AtomicUsize::new(ROOM),
        };
        for link in found.links {
            texts.files.link(link.root, link.path, link.to);
        }
        let (wanted, others): (Vec<_>, Vec<_>) =
            found.entries.into_iter().partition(|entry| may_matter(&entry.path));
        texts.others = others.into_iter().map(Other::new).collect();
        // Half of what was there would be half an answer; of the others only names would be lost.
        if let Origin::Past(past) = origin {
            past.holds(&wanted)?;
        }
        let read: Vec<_> = wanted.par_iter().map(|entry| origin.read(entry)).collect();
        for (entry, text) in wanted.into_iter().zip(read) {
            texts.add(entry, text);
        }
        Ok(texts)
    }

    /// The text of a file that gives no facts, read once as long as there is room; `None` where it is no text.
    pub(super) fn other(&self, other: &Other, origin: Origin<'_>) -> Option<Arc<str>> {
        if let Some(known) = other.text.get() {
            return known.clone();
        }
        let text = origin.read(other).ok().map(|(text, _)| text);
        let size = text.as_ref().map_or(0, |text| text.len());
        let left = |left: usize| left.checked_sub(size);
        if self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok() {
            // Another thread may have kept the same text.
            let _ = other.text.set(text.clone());
        }
        text
    }

    /// What the templates of pages ask for: those that ask are texts of the scan from here on.
    pub(super) fn templates(
        &mut self,
        origin: Origin<'_>,
    ) -> anyhow::Result<Vec<(FileId, Vec<TemplateAsk>)>> {
        let templates = Templates::of(self.code.iter().map(|id| &*self.files.get(*id).text))?;
        if templates.is_empty() {
            return Ok(Vec::new());
        }
        // A text that may be something else as well was read before: `templates/mail.txt` looks like a list of packages.
        let known = (self.files.iter())
            .filter(|(id, file)| is_template(&file.path) && !self.code.contains(id));
        let of_known = known.filter_map(|(id, file)| {
            let asked =
                guarded(|| templates.asked(&file.text)).filter(|asked| !asked.is_empty())?;
            Some((id, asked))
        });
        let mut asking: Vec<_> = of_known.collect();
        asking.extend(self.take_up(origin, is_template, |_, text| {
            // What cannot be read as a text is no template.
            guarded(|| templates.asked(text)).filter(|asked| !asked.is_empty())
        }));
        Ok(asking)
    }

    /// Makes those of the other files texts of the scan in which something is found, where their path counts.
    pub(super) fn take_up<F: Send>(
        &mut self,
        origin: Origin<'_>,
        counts: impl Fn(&str) -> bool + Sync,
        look: impl Fn(&str, &str) -> Option<F> + Sync,
    ) -> Vec<(FileId, F)> {
        let found: Vec<_> = self
            .others
            .par_iter()
            .map(|entry| {
                let text = counts(&entry.path).then(|| self.other(entry, origin))??;
                let found = look(&entry.path, &text)?;
                Some((text, found))
            })
            .collect();
        let (mut taken, mut others) = (Vec::new(), Vec::new());
        for (entry, found) in std::mem::take(&mut self.others).into_iter().zip(found) {
            let Some((text, found)) = found else {
                others.push(entry);
                continue;
            };
            let file =
                File::new(entry.path.as_str(), text).under(entry.root).left_out(entry.ignored);
            taken.push((self.files.add(file), found));
        }
        self.others = others;
        taken
    }

    /// The files that sources take variables from and whose names do not say so: texts of the scan from here on.
    pub(super) fn taken(
        &mut self,
        sources: &[(FileId, Vec<SourceFacts>)],
        by_code: &[NamedFile],
        origin: Origin<'_>,
    ) -> Vec<FileId> {
        let mut wanted: BTreeSet<(u16, String)> = BTreeSet::new();
        let mut named: BTreeSet<(u16, String)> = BTreeSet::new();
        for (id, all) in sources {
            let file = self.files.get(*id);
            for facts in all {
                let paths = facts.includes.iter();
                let written = |include: &Include| with_defaults(&include.path);
                let paths = paths.filter_map(|one| joined(folder(&file.path), &written(one)));
                let paths = paths.map(|path| (file.root, path));
                if definitions::names_files(facts.kind) {
                    named.extend(paths.clone());
                }
                wanted.extend(paths);
            }
        }
        for NamedFile { by, name } in by_code {
            let file = self.files.get(*by);
            // Which folder the program is started in is not known: any around its code.
            for folder in folders_around(&file.path) {
                let path = joined(folder, name).filter(|path| !manifests::may_pack(path));
                named.extend(path.map(|path| (file.root, path)));
            }
        }
        wanted.extend(named.iter().cloned());
        if wanted.is_empty() {
            return Vec::new();
        }
        // What no format claims says something where its reader is known.
        let is_silent = |(id, all): &&(FileId, Vec<SourceFacts>)| {
            let file = self.files.get(*id);
            all.is_empty() && named.contains(&(file.root, file.path.clone()))
        };
        let silent: BTreeSet<FileId> = sources.iter().filter(is_silent).map(|one| one.0).collect();
        let known = self.config.iter().copied().filter(|id| !silent.contains(id));
        let known: BTreeSet<FileId> = known.collect();
        let is_wanted = |root: u16, path: &str| wanted.contains(&(root, path.to_owned()));
        let read = self.files.iter().filter(|(id, _)| !known.contains(id));
        let mut taken: Vec<FileId> =
            read.filter(|(_, file)| is_wanted(file.root, &file.path)).map(|(id, _)| id).collect();
        let (found, others) = std::mem::take(&mut self.others)
            .into_iter()
            .partition(|entry: &Other| is_wanted(entry.root, &entry.path));
        self.others = others;
        for Other { entry, .. } in found {
            let text = origin.read(&entry);
            taken.extend(self.add(entry, text));
        }
        taken
    }

    /// Files that tools of the platforms take in whatever they are called: texts of the scan from here on. What is no text, or more
    /// than a cluster keeps of one file, says nothing to a tool that could be told.
    pub(super) fn wanted(&mut self, wants: &Wants, origin: Origin<'_>) {
        if wants.is_empty() {
            return;
        }
        for other in std::mem::take(&mut self.others) {
            let is_wanted = wants.holds(other.root, &other.path);
            let read = || origin.read_up_to(&other, MOST_OF_A_FILE).ok();
            match is_wanted.then(read).flatten() {
                Some((text, false)) => {
                    let file = File::new(other.path.as_str(), text).under(other.root);
                    self.files.add(file.left_out(other.ignored));
                }
                _ => self.others.push(other),
            }
        }
    }

    fn add(
        &mut self,
        entry: Entry,
        text: Result<(std::sync::Arc<str>, bool), Unreadable>,
    ) -> Option<FileId> {
        let (text, replaced) = match text {
            Ok(read) => read,
            Err(error) => {
                let (path, message) = (entry.path, error.to_string());
                let kind = ProblemKind::Unread;
                self.problems.push(Problem { path, message, span: None, kind });
                return None;
            }
        };
        let file = File::new(entry.path.as_str(), text).under(entry.root).left_out(entry.ignored);
        let id = self.files.add(file);
        if replaced {
            self.problems.push(Problem {
                path: entry.path.clone(),
                message: "holds bytes that are not UTF-8; they were replaced".to_owned(),
                span: None,
                kind: ProblemKind::Partial,
            });
        }
        // What a packed chart gives, the rendered chart says.
        if is_packed(&entry.path) {
            return Some(id);
        }
        if Engine::is_source(&entry.path) {
            self.code.insert(id);
        }
        if definitions::may_define(&entry.path) {
            self.config.push(id);
        }
        Some(id)
    }
}

/// Whether a file at this path is read before any name is looked for.
fn may_matter(path: &str) -> bool {
    Engine::is_source(path)
        || definitions::may_define(path)
        || assemble::may_need(path)
        || manifests::may_pack(path)
}
