//! What the platforms' own tools would print: charts rendered, overlays built, compose files merged.
//!
//! A file of such a platform says little by itself: what a container gets is the result of many. An assembler makes the
//! text that the tool would print, for each environment that its files name, and keeps where each part of it was
//! written. The text is then read like any other configuration. Runs no tool, and knows no environment and no code.

mod assignment;
mod compose;
mod folders;
mod github;
mod gitlab;
mod going;
mod gotmpl;
mod helm;
mod kustomize;
mod origin;
mod printer;
mod quotes;
mod trace;
mod tree;
mod wants;

pub(crate) use compose::{Command, Commands};
pub use origin::{Origin, Traced};
pub use wants::Wants;

use rayon::prelude::*;

use crate::definitions::Sealer;
use crate::facts::{Aim, SourceFacts, Told, UnreadFact, WithdrawalFact};
use crate::model::inventory::FileProblem;
use crate::model::{Release, Whom};
use crate::text::{FileId, Files, Span, guarded};

/// A tool that makes manifests of many files: a row of [`ASSEMBLERS`].
pub struct Assembler {
    /// Its name.
    pub name: &'static str,
    /// The format of what it prints, by its name.
    pub prints: &'static str,
    /// Files that it needs beyond those of the formats.
    pub paths: fn(&str) -> bool,
    /// Files that it takes in whatever they are called, as the texts of others say.
    pub wants: fn(&Files, &mut Wants),
    /// What it would print, one result for each file that names one, or for each run.
    pub assemble: fn(&Files, &Wants) -> Vec<Assembled>,
}

#[cfg(test)]
impl Assembler {
    /// What it prints of files with these paths and texts.
    fn printed(&self, texts: &[(&str, &str)]) -> Vec<String> {
        let mut files = Files::default();
        for (path, text) in texts {
            files.add(crate::text::File::new(*path, *text));
        }
        (self.assemble)(&files, &Wants::default())
            .iter()
            .map(|one| one.text.text().to_owned())
            .collect()
    }
}

/// All assemblers.
pub static ASSEMBLERS: &[&Assembler] = &[
    &compose::ASSEMBLER,
    &github::ASSEMBLER,
    &gitlab::ASSEMBLER,
    &helm::ASSEMBLER,
    &kustomize::ASSEMBLER,
];

/// What a tool would print.
#[derive(Debug)]
pub struct Assembled {
    /// The file that names the result: the values of an environment, the kustomization of an overlay, the last compose
    /// file of a run. Where it is placed, the result is placed.
    pub leaf: FileId,
    /// The files that it is made of, in the order in which they win, the leaf among them.
    pub inputs: Vec<FileId>,
    /// The files that the tool is given, in their order, where those are more than the leaf.
    pub run: Vec<FileId>,
    /// How it is known that it is given those.
    pub told: Told,
    /// The text, with the origin of its parts.
    pub text: Traced,
    /// What says which environment it is for, beside the leaf.
    pub aim: Aim,
    /// The release that it is, where it is known as one.
    pub release: Option<Release>,
    /// What gives keys and cannot be seen: a chart that is not in the tree.
    pub unseen: Vec<Unseen>,
    /// Files that the tree does not have and that give something to all that it runs, as they are named.
    pub lacks: Vec<String>,
    /// What it is given and does not ask for.
    pub unread: Vec<(FileId, UnreadFact)>,
    /// What its patches take from workloads.
    pub withdrawn: Vec<WithdrawalFact>,
    /// What could not be understood.
    pub problems: Vec<(FileId, FileProblem)>,
}

/// Something that a result lacks, since the tree does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// What it is, as a phrase.
    pub what: String,
    /// Whom it may give keys.
    pub whom: Whom,
    /// The parts of the values that it gets, by the keys at their top; none where it may take all.
    pub takes: Vec<String>,
    /// Where it is asked for.
    pub span: Span,
}

/// Whether an assembler needs the file at `path`.
pub fn may_need(path: &str) -> bool {
    ASSEMBLERS.iter().any(|assembler| (assembler.paths)(path))
}

/// The files that assemblers take in whatever they are called.
pub fn wants(files: &Files) -> Wants {
    let all = ASSEMBLERS.iter().map(|assembler| {
        let mut wants = Wants::default();
        // What keydrift itself fails at here, it fails at and tells when it assembles.
        guarded(|| (assembler.wants)(files, &mut wants)).map(|()| wants)
    });
    all.flatten().fold(Wants::default(), Wants::and)
}

/// The sources that assembled texts hold, each under the file in which it was written; and the tools at which keydrift
/// itself failed, of which nothing is known. What was parsed to say what they want is not parsed again.
pub fn assemble(
    files: &Files,
    wants: &Wants,
    sealer: &Sealer,
) -> (Vec<(FileId, SourceFacts)>, Vec<&'static str>) {
    let print = |tool: &&Assembler| {
        let all = (tool.assemble)(files, wants).into_par_iter();
        all.flat_map_iter(|one| trace::sources(files, sealer, tool, one)).collect::<Vec<_>>()
    };
    let made: Vec<_> =
        ASSEMBLERS.par_iter().map(|tool| (tool.name, guarded(|| print(tool)))).collect();
    let (mut sources, mut failed) = (Vec::new(), Vec::new());
    for (tool, made) in made {
        match made {
            Some(made) => sources.extend(made),
            None => failed.push(tool),
        }
    }
    (sources, failed)
}
