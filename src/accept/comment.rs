//! Findings that a comment accepts, and comments that accept none.
//!
//! A comment counts where it names a rule and says why. It accepts the findings of that rule of which a place stands on
//! its line: the place to go to, or any other that is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{Comment, comments};
use super::{Accepted, By};
use crate::config::Config;
use crate::finding::Finding;
use crate::rules::{self, unused_suppression};
use crate::text::{FileId, Files, Span};

/// The findings of a scan, sorted by whether a comment accepts them.
pub struct Judged {
    /// Those that no comment accepts, each with its fingerprint.
    pub open: Vec<(Finding, String)>,
    /// Those that a comment accepts.
    pub accepted: Vec<Accepted>,
    /// The comments that are of no use.
    pub unused: Vec<Finding>,
}

/// Sorts findings by the comments of the files.
pub fn by_comments(findings: Vec<(Finding, String)>, files: &Files, config: &Config) -> Judged {
    let found = Found::in_files(files);
    let mut judged = Judged { open: Vec::new(), accepted: Vec::new(), unused: Vec::new() };
    if found.comments.is_empty() {
        judged.open = findings;
        return judged;
    }
    let mut used = BTreeSet::new();
    for (finding, fingerprint) in findings {
        let about = found.about(&finding, files);
        used.extend(about.iter().map(|at| (*at, finding.rule)));
        match about.first() {
            None => judged.open.push((finding, fingerprint)),
            Some(at) => {
                let (file, comment) = &found.comments[*at];
                let span = Span::new(*file, comment.range);
                let by = By::Comment { span, reason: comment.reason.clone() };
                judged.accepted.push(Accepted { finding, fingerprint, by });
            }
        }
    }
    judged.unused = found.unused(&used, config);
    judged
}

struct Found {
    comments: Vec<(FileId, Comment)>,
    by_line: BTreeMap<(FileId, Option<usize>), Vec<usize>>,
}

impl Found {
    fn in_files(files: &Files) -> Self {
        let all = files.iter();
        let found = all.flat_map(|(id, file)| comments(file).into_iter().map(move |one| (id, one)));
        let comments: Vec<_> = found.collect();
        let mut by_line: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, (file, comment)) in comments.iter().enumerate() {
            if !comment.reason.is_empty() {
                by_line.entry((*file, comment.line)).or_default().push(at);
            }
        }
        Self { comments, by_line }
    }

    /// The comments that accept a finding.
    fn about(&self, finding: &Finding, files: &Files) -> Vec<usize> {
        let names =
            |at: &&usize| self.comments[**at].1.rules.iter().any(|rule| rule == finding.rule);
        let mut about = Vec::new();
        for label in std::iter::once(&finding.primary).chain(&finding.related) {
            let file = label.span.file;
            let line = files.get(file).lines().line(label.span.range.start);
            for place in [Some(line), None] {
                let here = self.by_line.get(&(file, place)).into_iter().flatten();
                about.extend(here.filter(names).copied());
            }
        }
        about
    }

    /// What is to say of comments, by place.
    fn unused(&self, used: &BTreeSet<(usize, &'static str)>, config: &Config) -> Vec<Finding> {
        let mut unused = Vec::new();
        if config.is_off(unused_suppression::RULE.name) {
            return unused;
        }
        for (at, (file, comment)) in self.comments.iter().enumerate() {
            let span = Span::new(*file, comment.range);
            let mut say = |why| unused.push(unused_suppression::finding(span, why, config));
            if comment.rules.is_empty() {
                say(unused_suppression::Why::NoRule);
            } else if comment.reason.is_empty() {
                say(unused_suppression::Why::NoReason);
            }
            for name in &comment.rules {
                match rules::rule(name) {
                    None => say(unused_suppression::Why::Unknown(name)),
                    Some(rule) => {
                        let is_idle = !used.contains(&(at, rule.name)) && !config.is_off(rule.name);
                        if is_idle && !comment.reason.is_empty() {
                            say(unused_suppression::Why::Idle(rule.name));
                        }
                    }
                }
            }
        }
        unused
    }
}
