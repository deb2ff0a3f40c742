//! What an assembled text says, led back to the files in which it was written.
//!
//! Every range of the facts is one of the assembled text; here each becomes the place that a person would look at. What
//! one manifest says may be written in many files: each file gets a source of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Assembled, Assembler, Traced, Unseen};
use crate::definitions::{self, Sealer};
use crate::document::{self, Document, Node, Syntax};
use crate::facts::{Assembly, Entry, OpaqueFact, SourceFacts};
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::model::{Scope, Value, Whom};
use crate::text::{File, FileId, Files, Span, TextRange};

/// The sources that `one` holds, by the files in which they were written.
pub(super) fn sources(
    files: &Files,
    sealer: &Sealer,
    tool: &Assembler,
    one: Assembled,
) -> Vec<(FileId, SourceFacts)> {
    let Assembled {
        leaf,
        inputs,
        run,
        told,
        text,
        aim,
        release,
        unseen,
        lacks,
        unread,
        withdrawn,
        problems,
    } = one;
    let is_whole = unseen.is_empty();
    let run = if run.is_empty() { [leaf].into() } else { run.into() };
    let inputs: Arc<[FileId]> = inputs.into();
    let open = opened(files, tool, &inputs, &unseen);
    let assembly =
        Assembly { tool: tool.name, leaf, inputs, run, told, is_whole, open, aim, release };
    let mut all = Vec::new();
    let role = definitions::role(&files.get(leaf).path);
    // Formats look at the path for names that the text does not give: the leaf's folder says what is known.
    let printed = File::new(files.get(leaf).path.as_str(), text.text());
    for mut facts in definitions::extract_printed(&printed, tool.prints, sealer) {
        facts.opaque.extend(given_elsewhere(&facts, &lacks));
        let mut back = Back { text: &text, leaf, parts: BTreeMap::new(), like: empty(&facts) };
        back.lead(last_wins(facts, &text));
        all.extend(back.parts);
    }
    let mut rest =
        Back { text: &text, leaf, parts: BTreeMap::new(), like: SourceFacts::new(tool.prints) };
    for hidden in unseen {
        let opaque = OpaqueFact::new(hidden.what, hidden.whom, hidden.span.range);
        rest.part(hidden.span.file).opaque.push(opaque);
    }
    for (file, value) in unread {
        rest.part(file).unread.push(value);
    }
    for (file, problem) in problems {
        rest.part(file).problems.push(problem);
    }
    all.extend(rest.parts);
    if let Some((_, first)) = all.first_mut() {
        first.withdrawn = withdrawn;
    }
    for (file, facts) in &mut all {
        // The printed text has no comments; those of the files speak of the same entries.
        definitions::note(files.get(*file), std::slice::from_mut(facts));
        facts.role = role;
        facts.assembly = Some(assembly.clone());
    }
    all
}

/// What the workloads of a result are given from files that are not in the tree.
fn given_elsewhere(facts: &SourceFacts, lacks: &[String]) -> Vec<OpaqueFact> {
    let Some((first, rest)) = lacks.split_first() else { return Vec::new() };
    let what = match rest.len() {
        0 => format!("the values `{first}`, which are not in the tree"),
        more => format!("the values `{first}` and {more} more files, which are not in the tree"),
    };
    let names: BTreeSet<(&str, TextRange)> =
        facts.workloads.iter().map(|one| (one.name.as_str(), one.range)).collect();
    let opaque = |(name, range): (&str, TextRange)| {
        OpaqueFact::new(what.clone(), Whom::Workload(name.to_owned()), range)
    };
    names.into_iter().map(opaque).collect()
}

/// Where files may say more than a result shows: what is unseen may take from there. A chart that is not in the tree gets its
/// part of the values of the one that needs it, and none of its templates.
fn opened(files: &Files, tool: &Assembler, inputs: &[FileId], unseen: &[Unseen]) -> Arc<[Span]> {
    if unseen.is_empty() {
        return Arc::new([]);
    }
    let is_beside = tool.name == "helm" && unseen.iter().all(|one| one.whom == Whom::Unseen);
    let is_told = is_beside && unseen.iter().all(|one| !one.takes.is_empty());
    let taken: BTreeSet<&str> =
        unseen.iter().flat_map(|one| one.takes.iter().map(String::as_str)).collect();
    let mut open = Vec::new();
    for id in inputs {
        let file = files.get(*id);
        if is_beside && file.path.split('/').any(|part| part == "templates") {
            continue;
        }
        // Read only where it is told which parts are taken.
        match is_told.then(|| parts(file, &taken)).flatten() {
            Some(parts) => open.extend(parts.into_iter().map(|range| Span::new(*id, range))),
            None => open.push(Span::new(*id, TextRange::new(0, file.text.len()))),
        }
    }
    open.into()
}

/// The parts of a file of values under keys at its top; `None` where it is not understood.
fn parts(file: &File, keys: &BTreeSet<&str>) -> Option<Vec<TextRange>> {
    let syntax = Syntax::of(&file.path).filter(|syntax| *syntax == Syntax::Yaml)?;
    let documents = document::parse(&file.text, syntax);
    if documents.iter().any(|document| !document.problems.is_empty()) {
        return None;
    }
    let tops = documents.iter().filter_map(Document::root).flat_map(Node::entries);
    let taken = tops.filter(|pair| keys.contains(pair.key));
    Some(taken.map(|pair| TextRange { end: pair.value.range().end, ..pair.key_range }).collect())
}

/// Leaves of the variables that a container gets twice the last one: a cluster takes no other. What stood before gave way.
fn last_wins(mut facts: SourceFacts, text: &Traced) -> SourceFacts {
    let mut last: BTreeMap<(String, Option<Scope>), TextRange> = BTreeMap::new();
    for entry in &facts.entries {
        last.insert((entry.name.clone(), entry.scope.clone()), entry.key_range);
    }
    let written = |entry: &Entry| text.place(entry.value_range.unwrap_or(entry.key_range));
    let mut before: BTreeMap<TextRange, Vec<Span>> = BTreeMap::new();
    facts.entries.retain(|entry| {
        let winner = last.get(&(entry.name.clone(), entry.scope.clone())).copied();
        let winner = winner.filter(|winner| *winner != entry.key_range);
        if let Some(winner) = winner {
            before.entry(winner).or_default().extend(written(entry));
        }
        winner.is_none()
    });
    for entry in &mut facts.entries {
        // A template that puts one list in twice loses nothing of it.
        let own = written(entry);
        entry.lost = before.remove(&entry.key_range).unwrap_or_default();
        entry.lost.retain(|span| Some(*span) != own);
    }
    facts.bindings.retain(|binding| {
        let name = binding.to.as_ref().map(|name| (name.clone(), binding.scope.clone()));
        let winner = name.and_then(|name| last.get(&name));
        winner.is_none_or(|winner| winner.start <= binding.range.start)
    });
    facts
}

/// A source like `facts` that says nothing.
fn empty(facts: &SourceFacts) -> SourceFacts {
    SourceFacts {
        role: facts.role,
        is_named: facts.is_named,
        section: facts.section.clone(),
        object: facts.object.clone(),
        ..SourceFacts::new(facts.kind)
    }
}

/// The facts of one printed object on their way back.
struct Back<'a> {
    text: &'a Traced,
    leaf: FileId,
    parts: BTreeMap<FileId, SourceFacts>,
    like: SourceFacts,
}

impl Back<'_> {
    fn part(&mut self, file: FileId) -> &mut SourceFacts {
        let like = &self.like;
        self.parts.entry(file).or_insert_with(|| empty(like))
    }

    /// Where `range` was written; the start of the leaf where nobody wrote it.
    fn place(&self, range: TextRange) -> Span {
        self.text.place(range).unwrap_or_else(|| Span::new(self.leaf, TextRange::new(0, 0)))
    }

    /// The range of `range` in `file`; `otherwise` where it was written elsewhere.
    fn within(&self, file: FileId, range: TextRange, otherwise: TextRange) -> TextRange {
        self.text.place(range).filter(|span| span.file == file).map_or(otherwise, |span| span.range)
    }

    fn lead(&mut self, facts: SourceFacts) {
        for entry in facts.entries {
            self.entry(entry);
        }
        for mut binding in facts.bindings {
            let at = self.place(binding.range);
            binding.range = at.range;
            self.part(at.file).bindings.push(binding);
        }
        for mut ask in facts.asks {
            let at = self.place(ask.interpolation.range);
            ask.interpolation.range = at.range;
            self.part(at.file).asks.push(ask);
        }
        for mut include in facts.includes {
            let at = self.place(include.range);
            include.range = at.range;
            self.part(at.file).includes.push(include);
        }
        for mut opaque in facts.opaque {
            let at = self.place(opaque.range);
            opaque.range = at.range;
            self.part(at.file).opaque.push(opaque);
        }
        for mut workload in facts.workloads {
            let at = self.place(workload.range);
            workload.range = at.range;
            self.part(at.file).workloads.push(workload);
        }
        for mut setting in facts.settings {
            let at = self.place(setting.range);
            setting.written = self.text.written(setting.range);
            setting.range = at.range;
            self.part(at.file).settings.push(setting);
        }
        for mut argument in facts.arguments {
            let at = self.place(argument.range);
            argument.range = at.range;
            self.part(at.file).arguments.push(argument);
        }
        for mut script in facts.scripts {
            let at = self.place(script.range);
            script.range = at.range;
            self.part(at.file).scripts.push(script);
        }
        for range in facts.secrets {
            self.withhold(range);
        }
        for problem in facts.problems {
            let at = self.place(problem.range);
            let problem = FileProblem { range: at.range, kind: ProblemKind::Partial, ..problem };
            self.part(at.file).problems.push(problem);
        }
    }

    fn entry(&mut self, mut entry: Entry) {
        let at = self.place(entry.key_range);
        let printed = entry.value_range;
        entry.key_range = at.range;
        entry.written = Vec::new();
        entry.value_range = None;
        if let Some(range) = printed {
            let value = self.place(range);
            if value.file == at.file {
                entry.value_range = Some(value.range);
            } else {
                entry.written.push(value);
            }
            entry.written.extend(self.text.written(range));
            entry.written.dedup();
            let mut lost = self.text.lost(range);
            lost.append(&mut entry.lost);
            entry.lost = lost;
            if entry.value.is_redacted() {
                self.withhold(range);
            }
        }
        if let Value::Reference { needs, .. } = &mut entry.value {
            for need in needs {
                need.range = self.within(at.file, need.range, at.range);
            }
        }
        self.part(at.file).entries.push(entry);
    }

    /// Notes every place in which a secret of the printed text is written.
    fn withhold(&mut self, range: TextRange) {
        let mut all = self.text.written(range);
        all.extend(self.text.lost(range));
        all.extend(self.text.place(range));
        for span in all {
            self.part(span.file).secrets.push(span.range);
        }
    }
}
