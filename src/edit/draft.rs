//! A file on its way to another text: one change after the other, each checked before it counts.

use std::sync::Arc;

use super::add::{self, Beside};
use super::check::{self, Change};
use super::unit::{self, Form, Unit};
use super::written;
use super::{Edit, New, Refusal, Site, copy, lines, remove};
use crate::definitions::{self, Sealer};
use crate::document::{Document, Syntax};
use crate::facts::SourceFacts;
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
}

/// A text with all that was read of it.
struct Reading {
    file: File,
    syntax: Option<Syntax>,
    trees: Vec<Document>,
    facts: Vec<SourceFacts>,
}

impl Reading {
    fn of(path: &str, root: u16, text: Arc<str>, sealer: &Sealer) -> Self {
        let file = File::new(path, text).under(root);
        let trees = definitions::trees(&file);
        let named = if file.name() == "Kustomization" { Some(Syntax::Yaml) } else { None };
        let syntax = Syntax::of(path).or(named).filter(|_| !trees.is_empty());
        let facts = definitions::extract(&file, sealer);
        Self { file, syntax, trees, facts }
    }

    fn unit(&self, site: Site) -> Result<Unit, Refusal> {
        let found = if let Some(syntax) = self.syntax {
            unit::in_trees(&self.file.text, syntax, &self.trees, site)
        } else {
            let entries = self.facts.iter().flat_map(|source| &source.entries);
            let sites = entries.map(|one| Site { key: one.key_range, value: one.value_range });
            unit::in_lines(&self.file.text, &sites.collect::<Vec<_>>(), site)
        };
        let found = found.ok_or_else(unit::lost)?;
        let line = found.range.slice(&self.file.text);
        if ["{{", "{%", "<%"].iter().any(|sign| line.contains(sign)) {
            return Err(Refusal::new("a template fills its line in"));
        }
        Ok(found)
    }

    fn knows(&self, key: TextRange) -> bool {
        self.facts.iter().flat_map(|source| &source.entries).any(|entry| entry.key_range == key)
    }
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
        let unit = before.unit(site)?;
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

    /// Gives an entry another value.
    pub fn set(
        &mut self,
        site: Site,
        name: &str,
        value: &str,
        sealer: &Sealer,
    ) -> Result<(), Refusal> {
        let before = self.reading(sealer)?;
        let site = self.moved(site)?;
        let unit = before.unit(site)?;
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
        if gone.len() > 1 {
            return Err(Refusal::new("several workloads share what is written there"));
        }
        if !new.iter().all(|(key, given)| key == name && is(given, value, sealer)) {
            return Err(Refusal::new("it would be read as something else"));
        }
        same(&before, &after, &[unit.range], 1)?;
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
        if !gone.is_empty() || come.len() > 1 || come.is_empty() && is_known {
            return Err(Refusal::new(if come.len() > 1 {
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
        same(&before, &after, &[], usize::from(!new.commented))?;
        self.take(edits);
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
            let found = self.moved(*site).and_then(|site| Ok((site, before.unit(site)?)));
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
        let is_encrypted = |source: &SourceFacts| {
            source.entries.iter().any(|entry| entry.value == Value::Encrypted)
        };
        if reading.facts.iter().any(is_encrypted) {
            return Err(Refusal::new(
                "the file is encrypted in part, and carries a sum over all of it",
            ));
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
        let lost = || Refusal::new("another edit changes the same place");
        let key = self.now(site.key).ok_or_else(lost)?;
        let value = match site.value {
            Some(value) => Some(self.now(value).ok_or_else(lost)?),
            None => None,
        };
        Ok(Site { key, value })
    }

    /// Where a range of the scanned text is now; `None` where an edit touched it.
    fn now(&self, range: TextRange) -> Option<TextRange> {
        let mut at = (range.start as usize, range.end as usize);
        for batch in &self.batches {
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

/// Whether a value is this text, withheld or not.
fn is(value: &Value, text: &str, sealer: &Sealer) -> bool {
    match value {
        Value::Secret(digest) => *digest == sealer.seal(text),
        Value::Empty => text.is_empty(),
        other => other.shown() == Some(text),
    }
}

/// Refuses where trees, or what files say beside their entries, differ by more than the entry: `more` scalars may come
/// beside those that stay.
fn same(before: &Reading, after: &Reading, gone: &[TextRange], more: usize) -> Result<(), Refusal> {
    if !check::is_rest_alike(&before.facts, &after.facts, gone) {
        return Err(Refusal::new("the file would be understood otherwise"));
    }
    if before.syntax.is_none() {
        return Ok(());
    }
    let (old, new) = (check::leaves(&before.trees, gone)?, check::leaves(&after.trees, &[])?);
    let mut rest = new.iter().peekable();
    let mut extra = 0;
    for leaf in &old {
        while rest.next_if(|other| *other < leaf).is_some() {
            extra += 1;
        }
        if rest.next_if(|other| *other == leaf).is_none() {
            return Err(Refusal::new("more than the entry would change"));
        }
    }
    extra += rest.count();
    // An item that names its key and its value has two scalars.
    if extra > more * 2 || (more > 0 && extra == 0) {
        return Err(Refusal::new("more than the entry would change"));
    }
    Ok(())
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
