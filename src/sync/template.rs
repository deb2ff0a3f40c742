//! A key that the template does not list: it is listed, in a comment where code can do without it.

use super::place::Target;
use super::{PLACEHOLDER, Scene, Wanted};
use crate::finding::{Finding, LabelRole};
use crate::model::{Absence, Definition, Role, Value};

/// What a finding about an unlisted key asks for.
pub(super) fn wanted(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    let inventory = scene.graph.inventory;
    let begins = finding.related.iter().rev().find(|label| label.role == LabelRole::Definition);
    let (Some(key), Some(begins)) = (finding.key, begins) else {
        return vec![Wanted::refuse("the template is not known")];
    };
    let file = begins.span.file;
    let listed = inventory.definitions.iter().filter(|one| {
        one.key_span.file == file && inventory.source(one.source).role == Role::Template
    });
    let members: Vec<_> = listed.map(|one| (one, scene.entry(one).1)).collect();
    let name = &inventory.key(key).name;
    let section = scene.section(file, &members, name);
    let Some((section, leaf, beside)) = section else {
        let path = scene.path(file);
        return vec![Wanted::refuse(format!("{path} has no entry of its section"))];
    };
    let reads: Vec<_> = scene.graph.deployed_reads_of(key).collect();
    let is_needed = reads.iter().any(|read| read.absence == Absence::Required);
    let is_dotenv =
        members.first().is_some_and(|(one, _)| inventory.source(one.source).format == "dotenv");
    if !is_dotenv && !is_needed {
        let path = scene.path(file);
        return vec![Wanted::refuse(format!(
            "code can do without it: whether {path} lists it is for a person to say"
        ))];
    }
    let gives_nothing = |(one, _): &&(&Definition, _)| one.value == Value::Empty;
    let empty = members.iter().filter(gives_nothing).count();
    let commented = is_dotenv && !is_needed;
    let value = if commented || empty * 2 > members.len() { "" } else { PLACEHOLDER };
    // Beside what the same code reads next to it.
    let component = reads.first().map_or("", |read| read.component.as_str());
    let mut near: Vec<(u32, u32, String)> = Vec::new();
    for read in inventory.reads.iter().filter(|read| read.component == component) {
        if let crate::model::KeyRef::Exact(other) = read.key {
            let name = &inventory.key(other).name;
            let short = name.strip_prefix(&section).unwrap_or(name).to_owned();
            near.push((read.span.file.0, read.span.range.start, short));
        }
    }
    near.sort();
    let mut order: Vec<String> = Vec::new();
    for (_, _, name) in near {
        if !order.contains(&name) {
            order.push(name);
        }
    }
    let target = Target { file, beside, name: name.clone(), leaf, for_all: false, order };
    vec![Wanted::Add { target, value: value.to_owned(), commented }]
}
