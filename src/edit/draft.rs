//! A file on its way to another text: one change after the other, each checked before it counts.

use std::sync::Arc;

use super::add::{self, Beside};
use super::check::{self, Change};
use super::reading::{Reading, is, otherwise, same};
use super::unit::Form;
use super::written;
use super::{Edit, New, Refusal, Site, copy, lines, remove};
use crate::definitions::Sealer;
use crate::facts::Entry;
use crate::model::Value;
use crate::text::{File, TextRange};

/// A file that is being changed. Places are those of the text that was scanned, whatever has changed since.
#[derive(Clone)]
pub struct Draft {
    path: String,
    root: u16,
    original: Arc<str>,
    text: Arc<str>,
    batches: Vec<Vec<Edit>>,
    added: Vec<Added>,
}

/// An entry that came, with its name as it is written. Its places are those of the text after so many batches of edits.
#[derive(Clone)]
struct Added {
    site: Site,
    name: String,
    after: usize,
}

impl Draft {
    /// A file as it was scanned.
    pub fn of(file: &File) -> Self {
        Self {
            path: file.path.clone(),
            root: file.root,
            original: Arc::clone(&file.text),
            text: Arc::clone(&file.text),
            batches: Vec::new(),
            added: Vec::new(),
        }
    }

    /// What the file holds so far.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What it held.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Whether anything has changed.
    pub fn is_changed(&self) -> bool {
        self.text != self.original
    }

    /// Takes an entry out, with its own comment. `name` is what the entry is called.
    pub fn remove(&mut self, site: Site, name: &str, sealer: &Sealer) -> Result<(), Refusal> {
        let before = self.reading(sealer)?;
        let site = self.moved(site)?;
        let unit = before.whole(site)?;
        let edits = remove::edits(&self.text, before.syntax, &unit, name)?;
        let after = self.tried(&edits, sealer);
        let range = unit.range;
        let change = check::change(&before.facts, &after.facts);
        let is_own = |(gone, at): &(String, TextRange)| gone == name && range.contains(*at);
        // A section that holds nothing any more may be said to be there.
        let is_section = |(new, _): &(String, Value)| {
            name.strip_prefix(new.as_str()).is_some_and(|rest| rest.starts_with(['.', ':']))
        };
        if !change.new.iter().all(is_section) || !change.gone.iter().all(is_own) {
            return Err(Refusal::new("without it the file would say something else too"));
        }
        if before.knows(site.key) && change.gone.is_empty() {
            return Err(Refusal::new("the file would say it all the same"));
        }
        same(&before, &after, &[range], 0)?;
        self.take(edits);
        Ok(())
    }

    /// Gives an entry another value. Where several take it from there, that is meant or not.
    pub fn set(
        &mut self,
        site: Site,
        name: &str,
        (value, for_all): (&str, bool),
        sealer: &Sealer,
    ) -> Result<(), Refusal> {
        let before = self.reading(sealer)?;
        let site = self.moved(site)?;
        let unit = before.plain(site)?;
        let range = site.value.ok_or_else(|| Refusal::new("no value is written there"))?;
        if !unit.range.contains(range) {
            return Err(Refusal::new("its value is written elsewhere, and others may have it too"));
        }
        let old = range.slice(&self.text);
        let hand = copy::hand(before.syntax, &self.text, &unit, site);
        let with = written::written(hand, value, old)
            .filter(|_| !old.contains('\n') && !old.starts_with(['&', '!', '*']))
            .ok_or_else(|| Refusal::new("the value cannot be written there safely"))?;
        let edits = vec![Edit { range, with }];
        let after = self.tried(&edits, sealer);
        let Change { gone, new } = check::change(&before.facts, &after.facts);
        let is_own = |(gone, at): &(String, TextRange)| gone == name && unit.range.contains(*at);
        if !gone.iter().all(is_own) || gone.len() != new.len() {
            return Err(Refusal::new("with it the file would say something else too"));
        }
        if gone.len() > 1 && !for_all {
            return Err(Refusal::new("several workloads share what is written there"));
        }
        if !new.iter().all(|(key, given)| key == name && is(given, value, sealer)) {
            return Err(Refusal::new("it would be read as something else"));
        }
        if !check::is_rest_alike(&before.facts, &after.facts, &[unit.range]) {
            return Err(otherwise());
        }
        check::replaced(&before.trees, &after.trees)?;
        self.take(edits);
        Ok(())
    }

    /// Puts an entry beside others, which have these names as they are written. `name` is what all of it is called.
    pub fn add(
        &mut self,
        beside: &[(Site, String)],
        name: &str,
        new: &New<'_>,
        sealer: &Sealer,
    ) -> Result<(), Refusal> {
        let before = self.reading(sealer)?;
        let all = self.together(&before, beside)?;
        let (edits, model) = add::edits(&self.text, before.syntax, &all, new)?;
        let after = self.tried(&edits, sealer);
        let Change { gone, new: come } = check::change(&before.facts, &after.facts);
        let is_known = before.knows(model.key);
        let is_much = come.len() > 1 && !new.for_all;
        if !gone.is_empty() || is_much || come.is_empty() && is_known {
            return Err(Refusal::new(if is_much {
                "it would reach several workloads"
            } else {
                "with it the file would say something else too"
            }));
        }
        let is_meant = |(key, given): &(String, Value)| {
            key == name && (new.commented || is(given, new.means, sealer))
        };
        if !come.iter().all(is_meant) {
            return Err(Refusal::new("it would be read as something else"));
        }
        let more = if new.for_all { come.len().max(1) } else { 1 };
        same(&before, &after, &[], if new.commented { 0 } else { more })?;
        let site = after.come(name, &edits);
        self.take(edits);
        let come = site.map(|site| (site, new.name.to_owned(), self.batches.len()));
        self.added.extend(come.map(|(site, name, after)| Added { site, name, after }));
        Ok(())
    }

    /// Those entries that stand beside each other, the largest such group, in the order of the text.
    fn together(
        &self,
        before: &Reading,
        beside: &[(Site, String)],
    ) -> Result<Vec<Beside>, Refusal> {
        let mut groups: Vec<Vec<Beside>> = Vec::new();
        let mut why = Refusal::new("it holds no entry to go by");
        for (site, name) in beside {
            let found = self.moved(*site).and_then(|site| Ok((site, before.model(site)?)));
            let (site, unit) = match found {
                Ok(found) => found,
                Err(refusal) => {
                    why = refusal;
                    continue;
                }
            };
            let is_line = matches!(unit.form, Form::Lines | Form::Dashes);
            if is_line && lines::of(&self.text, unit.range).is_none() {
                why = Refusal::new("its neighbours share their lines with something else");
                continue;
            }
            let one = Beside { name: name.clone(), site, unit };
            match groups.iter_mut().find(|group| group[0].unit.is_beside(&one.unit)) {
                Some(group) => group.push(one),
                None => groups.push(vec![one]),
            }
        }
        for one in &self.added {
            let Some(site) = self.since(one.after, one.site) else { continue };
            let Ok(unit) = before.model(site) else { continue };
            if let Some(group) = groups.iter_mut().find(|group| group[0].unit.is_beside(&unit)) {
                group.push(Beside { name: one.name.clone(), site, unit });
            }
        }
        groups.reverse();
        let mut most = groups.into_iter().max_by_key(Vec::len).ok_or(why)?;
        most.sort_by_key(|one| one.unit.at);
        Ok(most)
    }

    fn reading(&self, sealer: &Sealer) -> Result<Reading, Refusal> {
        if self.text.contains('\u{fffd}') {
            return Err(Refusal::new("the file holds bytes that are no text"));
        }
        let reading = Reading::of(&self.path, self.root, Arc::clone(&self.text), sealer);
        // What other tools encrypt, they encrypt entry by entry.
        let is_summed = |entry: &Entry| {
            let text = entry.value_range.map_or("", |range| range.slice(&self.text));
            entry.value == Value::Encrypted && text.contains("ENC[")
        };
        if reading.facts.iter().flat_map(|source| &source.entries).any(is_summed) {
            return Err(Refusal::new("sops keeps a sum over all of the file: edit it with sops"));
        }
        Ok(reading)
    }

    /// The text after some edits, read.
    fn tried(&self, edits: &[Edit], sealer: &Sealer) -> Reading {
        Reading::of(&self.path, self.root, applied(&self.text, edits).into(), sealer)
    }

    fn take(&mut self, edits: Vec<Edit>) {
        self.text = applied(&self.text, &edits).into();
        self.batches.push(edits);
    }

    fn moved(&self, site: Site) -> Result<Site, Refusal> {
        self.since(0, site).ok_or_else(|| Refusal::new("another edit changes the same place"))
    }

    /// Where an entry of the text after so many batches is now; `None` where an edit touched it.
    fn since(&self, batch: usize, site: Site) -> Option<Site> {
        let value = match site.value {
            Some(value) => Some(self.now(batch, value)?),
            None => None,
        };
        Some(Site { key: self.now(batch, site.key)?, value })
    }

    fn now(&self, batch: usize, range: TextRange) -> Option<TextRange> {
        let mut at = (range.start as usize, range.end as usize);
        for batch in self.batches.iter().skip(batch) {
            let (mut more, mut less) = (0, 0);
            for Edit { range, with } in batch {
                let (start, end) = (range.start as usize, range.end as usize);
                if end <= at.0 {
                    more += with.len();
                    less += end - start;
                } else if start < at.1 {
                    return None;
                }
            }
            at = (at.0 + more - less, at.1 + more - less);
        }
        Some(TextRange::new(at.0, at.1))
    }
}

/// A text after some edits, which are sorted and apart.
fn applied(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Edit { range, with } in edits {
        out.push_str(text.get(at..range.start as usize).unwrap_or(""));
        out.push_str(with);
        at = range.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}
