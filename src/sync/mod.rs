//! Which edits bring environments or the repository in line for what `check` finds.
//!
//! Knows findings and the graph, and changes texts through `edit` alone. Never writes a secret: what is not known, or may
//! not be shown, becomes a placeholder. What needs a person to decide is told, with the choices.

mod chart;
mod dead;
mod drift;
mod live;
mod missing;
mod place;
mod shadow;
mod site;
mod template;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use crate::definitions::Sealer;
use crate::edit::{Draft, New, Refusal, Site};
use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::EnvironmentId;
use crate::text::{FileId, Files};
use place::Target;
use site::Reach;

/// What a new entry holds until somebody knows better: keydrift itself takes it for a placeholder.
pub const PLACEHOLDER: &str = "CHANGE_ME";

/// What was decided beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask {
    /// The environment whose values are right.
    pub from: Option<EnvironmentId>,
    /// Where live values and declared ones differ, the declared ones are right.
    pub keeps_declared: bool,
    /// New entries get the value that the other environments agree on, where it may be shown.
    pub copies_values: bool,
}

/// Edits, and what became of each finding.
#[derive(Default)]
pub struct Plan {
    /// The files that change.
    pub drafts: BTreeMap<FileId, Draft>,
    /// What became of each finding, in their order.
    pub outcomes: Vec<Outcome>,
}

/// What became of one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What is edited.
    pub steps: Vec<Step>,
    /// What is not.
    pub left: Vec<Left>,
}

/// One edit, as a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The file.
    pub file: FileId,
    /// It puts in what was not there.
    pub is_new: bool,
    /// What is done: "adds `X`".
    pub what: String,
}

/// Why something is not edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// A person has to say something first.
    Undecided(String),
    /// No edit would be right, or none is safe.
    Refused(String),
}

impl Outcome {
    /// Whether all that the finding asks for is edited.
    pub fn is_settled(&self) -> bool {
        self.left.is_empty() && !self.steps.is_empty()
    }

    /// Whether a decision is missing.
    pub fn is_undecided(&self) -> bool {
        self.left.iter().any(|left| matches!(left, Left::Undecided(_)))
    }
}

/// One change that a finding asks for.
enum Wanted {
    /// An entry that is to come.
    Add { target: Target, value: String, commented: bool },
    /// An entry that is to go.
    Remove { file: FileId, site: Site, name: String },
    /// A value that is to be another.
    Set { file: FileId, site: Site, name: String, value: String, for_all: bool },
    /// Something that is not edited.
    Leave(Left),
}

impl Wanted {
    fn refuse(words: impl Into<String>) -> Self {
        Self::Leave(Left::Refused(words.into()))
    }

    fn undecided(words: impl Into<String>) -> Self {
        Self::Leave(Left::Undecided(words.into()))
    }

    /// When its turn is among all that is wanted.
    fn turn(&self) -> u8 {
        match self {
            Self::Add { .. } => 0,
            Self::Set { .. } => 1,
            Self::Remove { .. } => 2,
            Self::Leave(_) => 3,
        }
    }
}

/// What the ways to an edit may look at.
struct Scene<'a> {
    graph: &'a Graph<'a>,
    files: &'a Files,
    ask: Ask,
    reach: Reach,
}

/// Plans the edits for `findings`. `is_open` says of a file why it must not be changed.
pub fn plan(
    graph: &Graph<'_>,
    files: &Files,
    findings: &[&Finding],
    ask: Ask,
    sealer: &Sealer,
    is_open: &dyn Fn(FileId) -> Result<(), Refusal>,
) -> Plan {
    let scene = Scene { graph, files, ask, reach: Reach::of(graph) };
    let mut work = Work { files, sealer, is_open, plan: Plan::default(), met: BTreeSet::new() };
    let mut all: Vec<(usize, Wanted)> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        all.extend(ways::wanted(&scene, finding).into_iter().map(|wanted| (at, wanted)));
    }
    // What comes is like its neighbours, and they may be what goes.
    all.sort_by_key(|(_, wanted)| wanted.turn());
    work.plan.outcomes = vec![Outcome::default(); findings.len()];
    for (at, wanted) in all {
        work.act(at, wanted);
    }
    for outcome in &mut work.plan.outcomes {
        outcome.left.sort();
        outcome.left.dedup();
    }
    work.plan.drafts.retain(|_, draft| draft.is_changed());
    work.plan
}

struct Work<'a> {
    files: &'a Files,
    sealer: &'a Sealer,
    is_open: &'a dyn Fn(FileId) -> Result<(), Refusal>,
    plan: Plan,
    /// Entries that are gone or set already: two findings may ask for the same.
    met: BTreeSet<(FileId, Site)>,
}

impl Work<'_> {
    fn act(&mut self, at: usize, wanted: Wanted) {
        let is_new = matches!(wanted, Wanted::Add { .. });
        let (file, done) = match wanted {
            Wanted::Leave(left) => {
                self.plan.outcomes[at].left.push(left);
                return;
            }
            Wanted::Add { target, value, commented } => {
                (target.file, self.add(&target, &value, commented))
            }
            Wanted::Remove { file, site, name } => (file, self.remove(file, site, &name)),
            Wanted::Set { file, site, name, value, for_all } => {
                (file, self.set(file, site, &name, (&value, for_all)))
            }
        };
        let path = &self.files.get(file).path;
        let outcome = &mut self.plan.outcomes[at];
        match done {
            Ok(what) => outcome.steps.push(Step { file, is_new, what }),
            Err(refusal) => outcome.left.push(Left::Refused(format!("{path}: {refusal}"))),
        }
    }

    fn draft(&mut self, file: FileId) -> Result<&mut Draft, Refusal> {
        (self.is_open)(file)?;
        let files = self.files;
        Ok(self.plan.drafts.entry(file).or_insert_with(|| Draft::of(files.get(file))))
    }

    fn add(&mut self, target: &Target, value: &str, commented: bool) -> Result<String, Refusal> {
        let sealer = self.sealer;
        let draft = self.draft(target.file)?;
        let mut done = Err(Refusal::new("it has no room for it"));
        // An entry of a Secret may be written in base64.
        for written in [value.to_owned(), crate::edit::encoded(value)] {
            let new = New {
                name: &target.leaf,
                value: &written,
                means: value,
                commented,
                for_all: target.for_all,
                order: &target.order,
            };
            let tried = draft.add(&target.beside, &target.name, &new, sealer);
            if tried.is_ok() || done.is_err() && written == value {
                done = tried;
            }
            if done.is_ok() {
                break;
            }
        }
        done?;
        let how = if commented { " in a comment" } else { "" };
        Ok(format!("adds `{}`{how}", target.name))
    }

    fn remove(&mut self, file: FileId, site: Site, name: &str) -> Result<String, Refusal> {
        let sealer = self.sealer;
        if !self.met.contains(&(file, site)) {
            self.draft(file)?.remove(site, name, sealer)?;
            self.met.insert((file, site));
        }
        Ok(format!("removes `{name}`"))
    }

    fn set(
        &mut self,
        file: FileId,
        site: Site,
        name: &str,
        (value, for_all): (&str, bool),
    ) -> Result<String, Refusal> {
        let sealer = self.sealer;
        if !self.met.contains(&(file, site)) {
            self.draft(file)?.set(site, name, (value, for_all), sealer)?;
            self.met.insert((file, site));
        }
        Ok(format!("sets `{name}` to `{value}`"))
    }
}
