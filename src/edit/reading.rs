//! A text with all that is read of it, and whether a second reading says the same but for one change.
//!
//! Finds entries and says which of them may go, and beside which another may come.

use std::sync::Arc;

use super::unit::{self, Unit};
use super::{Edit, Refusal, Site, check, lines, template};
use crate::definitions::{self, Sealer};
use crate::document::{Document, Syntax};
use crate::facts::SourceFacts;
use crate::model::Value;
use crate::text::{File, TextRange};

/// A text with all that was read of it.
pub(super) struct Reading {
    pub(super) file: File,
    pub(super) syntax: Option<Syntax>,
    pub(super) trees: Vec<Document>,
    pub(super) facts: Vec<SourceFacts>,
}

impl Reading {
    pub(super) fn of(path: &str, root: u16, text: Arc<str>, sealer: &Sealer) -> Self {
        let file = File::new(path, text).under(root);
        let trees = definitions::trees(&file);
        let named = if file.name() == "Kustomization" { Some(Syntax::Yaml) } else { None };
        let syntax = Syntax::of(path).or(named).filter(|_| !trees.is_empty());
        let mut facts = definitions::extract(&file, sealer);
        if facts.is_empty() && syntax.is_none() {
            // A file whose name tells nothing: another one takes it in, `env_file: env_file_app`.
            facts = definitions::extract_taken(&file, sealer);
        }
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
        found.ok_or_else(unit::lost)
    }

    /// The same for an entry that nothing fills in.
    pub(super) fn plain(&self, site: Site) -> Result<Unit, Refusal> {
        let found = self.unit(site)?;
        let line = found.range.slice(&self.file.text);
        if ["{{", "{%", "<%"].iter().any(|sign| line.contains(sign)) {
            return Err(Refusal::new("a template fills its line in"));
        }
        Ok(found)
    }

    /// The same for an entry that is to go: of a chart's template it may be filled in with a value, and no more.
    pub(super) fn whole(&self, site: Site) -> Result<Unit, Refusal> {
        let found = self.unit(site)?;
        self.is_no_block(&found)?;
        if template::stands_alone(&self.file, found.range) { Ok(found) } else { self.plain(site) }
    }

    /// The same for an entry beside which another may come.
    pub(super) fn model(&self, site: Site) -> Result<Unit, Refusal> {
        let found = self.plain(site)?;
        self.is_no_block(&found)?;
        Ok(found)
    }

    /// Refuses blocks with labels: they are things of their own.
    fn is_no_block(&self, unit: &Unit) -> Result<(), Refusal> {
        let at = unit.range.start as usize;
        let head = self.file.text.get(lines::start_of(&self.file.text, at)..at).unwrap_or("");
        let word = head.trim_start().split(' ').next().unwrap_or("");
        let is_block = self.syntax == Some(Syntax::Hcl) && head.ends_with(' ');
        if is_block
            && !word.is_empty()
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return Err(Refusal::new("it is a block of its own, and others may refer to it"));
        }
        Ok(())
    }

    /// Where the entry of this name is that came with some edits.
    pub(super) fn come(&self, name: &str, edits: &[Edit]) -> Option<Site> {
        let mut entries = self.facts.iter().flat_map(|source| &source.entries);
        let mut shift = 0;
        let mut come = Vec::new();
        for Edit { range, with } in edits {
            let start = range.start as usize + shift;
            come.push(TextRange::new(start, start + with.len()));
            shift = (start + with.len()).saturating_sub(range.end as usize);
        }
        let is_new = |key: TextRange| come.iter().any(|one| one.contains(key));
        let entry = entries.find(|one| one.name == name && is_new(one.key_range))?;
        Some(Site { key: entry.key_range, value: entry.value_range })
    }

    pub(super) fn knows(&self, key: TextRange) -> bool {
        self.facts.iter().flat_map(|source| &source.entries).any(|entry| entry.key_range == key)
    }
}

/// Whether a value is this text, withheld or not.
pub(super) fn is(value: &Value, text: &str, sealer: &Sealer) -> bool {
    match value {
        Value::Secret(digest) => *digest == sealer.seal(text),
        Value::Empty => text.is_empty(),
        other => other.shown() == Some(text),
    }
}

pub(super) fn otherwise() -> Refusal {
    Refusal::new("the file would be understood otherwise")
}

/// Refuses where trees, or what files say beside their entries, differ by more than the entry: `more` scalars may come
/// beside those that stay.
pub(super) fn same(
    before: &Reading,
    after: &Reading,
    gone: &[TextRange],
    more: usize,
) -> Result<(), Refusal> {
    if !check::is_rest_alike(&before.facts, &after.facts, gone) {
        return Err(otherwise());
    }
    if before.syntax.is_none() {
        return Ok(());
    }
    let (old, new) = (check::leaves(&before.trees, gone)?, check::leaves(&after.trees, &[])?);
    if !check::without(&old, &new).is_empty() {
        return Err(Refusal::new("more than the entry would change"));
    }
    let extra = check::without(&new, &old).len();
    // An item that names its key and its value has two scalars.
    if extra > more * 2 || (more > 0 && extra == 0) {
        return Err(Refusal::new("more than the entry would change"));
    }
    Ok(())
}
