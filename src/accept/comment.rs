//! Findings that a comment accepts, and comments that accept none.
//!
//! A comment counts where it names a rule and says why. It accepts the findings of that rule of which a place begins or ends
//! on its line: the place to go to, or any other that is shown.

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
    let found = Found::in_files(files, &findings);
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

/// A line of a file, or all of it, and a rule.
type Place = (FileId, Option<usize>, &'static str);

struct Found {
    comments: Vec<(FileId, Comment)>,
    by_place: BTreeMap<Place, Vec<usize>>,
}

impl Found {
    fn in_files(files: &Files, findings: &[(Finding, String)]) -> Self {
        let all = files.iter();
        let found = all.flat_map(|(id, file)| comments(file).into_iter().map(move |one| (id, one)));
        let comments: Vec<_> = found.collect();
        let mut by_place: BTreeMap<_, Vec<_>> = BTreeMap::new();
        if comments.is_empty() {
            return Self { comments, by_place };
        }
        let places: BTreeSet<_> =
            findings.iter().flat_map(|(finding, _)| places(finding, files)).collect();
        for (at, (file, comment)) in comments.iter().enumerate() {
            for rule in comment.rules.iter().filter_map(|name| rules::rule(name)) {
                let here = match comment.lines {
                    _ if comment.reason.is_empty() => None,
                    None => Some((*file, None, rule.name)),
                    Some((first, last)) => (first..=last)
                        .map(|line| (*file, Some(line), rule.name))
                        .find(|place| places.contains(place)),
                };
                if let Some(place) = here {
                    by_place.entry(place).or_default().push(at);
                }
            }
        }
        Self { comments, by_place }
    }

    /// The comments that accept a finding.
    fn about(&self, finding: &Finding, files: &Files) -> Vec<usize> {
        let all = places(finding, files);
        all.filter_map(|place| self.by_place.get(&place)).flatten().copied().collect()
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

/// Where a comment accepts a finding: the lines on which its places begin and end, and their files.
fn places(finding: &Finding, files: &Files) -> impl Iterator<Item = Place> {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    labels.flat_map(|label| {
        let Span { file, range } = label.span;
        let lines = files.get(file).lines();
        let ends = [Some(lines.line(range.start)), Some(lines.line(range.end)), None];
        ends.map(|line| (file, line, finding.rule))
    })
}
