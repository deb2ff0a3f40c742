//! Names of a module of settings that take a flag in: `FEATURE_RYE = env.bool("FEATURE_RYE")`.
//!
//! Only what is called like a flag of a release counts: other settings may be for a framework, or for what is installed beside it.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::Candidate;
use crate::facts::CodeFacts;
use crate::facts::code::ItemKind;
use crate::facts::decision::Giver;
use crate::model::{Confidence, Inventory, Via};
use crate::nature::Nature;
use crate::reads::is_test_path;
use crate::reads::templates::is_template;
use crate::text::{FileId, Files, Span, TextRange};

/// The names that are given what a flag says, by place.
pub(super) fn candidates(
    inventory: &Inventory,
    code: &[(FileId, CodeFacts)],
    files: &Files,
) -> Vec<Candidate> {
    let reads = inventory.reads.iter().filter(|read| {
        read.flag && read.via != Via::Schema && !read.in_test && read.confidence > Confidence::Low
    });
    let asked: BTreeSet<Span> = reads.map(|read| read.span).collect();
    let mut found = Vec::new();
    for (file, facts) in code {
        let path = &files.get(*file).path;
        if facts.lang != "python" || !is_settings(path) || is_test_path(path) {
            continue;
        }
        for answer in &facts.answers {
            let Giver::Constant(name) = &answer.giver else { continue };
            let declared = Span::new(*file, answer.subject.range);
            if !asked.contains(&declared) || !Nature::of(name).is_release() {
                continue;
            }
            let mut given = facts.items.iter().filter(|item| item.name == *name);
            let (Some(item), None) = (given.next(), given.next()) else { continue };
            if matches!(item.kind, ItemKind::Value(_)) && item.range.start < declared.range.start {
                let whole = TextRange { start: item.range.start, end: declared.range.end };
                let (class, field) = (module(path).to_owned(), name.clone());
                found.push(Candidate { declared, whole, class, field, is_constant: true });
            }
        }
    }
    found.sort_by_key(|one| one.declared);
    found.dedup_by_key(|one| one.declared);
    without_pages(found, files)
}

/// Those that no page names: it may be handed all settings.
fn without_pages(found: Vec<Candidate>, files: &Files) -> Vec<Candidate> {
    let names = found.iter().map(|one| &one.field);
    let Ok(finder) = AhoCorasick::new(names) else { return Vec::new() };
    let pages = files.iter().filter(|(_, file)| is_template(&file.path));
    let told: BTreeSet<usize> = pages
        .flat_map(|(_, page)| finder.find_overlapping_iter(&*page.text))
        .map(|hit| hit.pattern().as_usize())
        .collect();
    let of = |(at, one)| (!told.contains(&at)).then_some(one);
    found.into_iter().enumerate().filter_map(of).collect()
}

/// How sure it is that one of these is for nobody else: `FEATURE_RYE` is the project's own, `WAFFLE_FLAG_DEFAULT` may be a library's.
pub(super) fn certainty(name: &str) -> Confidence {
    let first = name.split('_').next().unwrap_or_default();
    match first {
        "FEATURE" | "FEATURES" | "FF" | "FLAG" => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// The module of a path: `base` of `shop/settings/base.py`.
fn module(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

fn is_settings(path: &str) -> bool {
    path.split('/').any(|part| part.contains("settings"))
}
