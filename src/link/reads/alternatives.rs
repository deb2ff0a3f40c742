//! Reads that stand in for others: those inside the default of a call, in the order of the text.
//!
//! Knows no code: what a default is, the reads say by their spans.

use super::exact;
use crate::model::{Absence, Inventory, Namespace, Read};

/// A read inside the default of another answers in its place: `os.getenv("A") or os.environ["B"]`. That it needs its key is no lack of
/// a flag, for which it stands in.
pub(super) fn join(inventory: &mut Inventory, first: usize) {
    let of_flag = |read: &Read| {
        exact(read).is_some_and(|key| inventory.key(key).namespace == Namespace::Flag)
    };
    let of_flags: Vec<bool> = inventory.reads[first..].iter().map(of_flag).collect();
    let reads = &mut inventory.reads[first..];
    for at in 0..reads.len() {
        let Some(default) = reads[at].default.as_ref().map(|default| default.span) else {
            continue;
        };
        let own = reads[at].span;
        // Reads are in the order of their spans: those inside stand right after.
        let inside = (at + 1..reads.len()).take_while(|other| {
            reads[*other].span.file == own.file
                && reads[*other].span.range.start < default.range.end.max(own.range.end)
        });
        let inside: Vec<usize> = inside
            // One that fails whatever the outer read finds is asked for anyway, and not in its place.
            .filter(|other| reads[*other].conditional || reads[*other].absence != Absence::Required)
            .filter(|other| {
                default.file == own.file && default.range.contains(reads[*other].span.range)
            })
            .collect();
        let Some(last) = inside.last().copied() else { continue };
        let (absence, value) = (reads[last].absence, reads[last].default.clone());
        let own_key = exact(&reads[at]);
        for other in &inside {
            if let Some(key) = exact(&reads[*other]) {
                reads[at].alternatives.push(key);
            }
            reads[*other].alternatives.extend(own_key);
            reads[*other].conditional = true;
            reads[*other].ways.clear();
        }
        if !of_flags[at] {
            reads[at].absence = absence;
            reads[at].default = value;
        }
    }
}
