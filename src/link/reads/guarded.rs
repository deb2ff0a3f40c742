//! A function that asks for a name twice: first whether it is there, then for its value. `if (process.env[name]) return
//! process.env[name]` is one question of whoever calls it, and the first decides what absence does.

use rustc_hash::FxHashMap;

use super::Draft;
use crate::model::Absence;
use crate::text::Span;

/// Questions of one call for one key beyond these are left as they are.
const MAX_ASKED: usize = 8;

/// Leaves one read of those that one call makes of a key, where the others run only by what that one finds.
pub(super) fn join_guarded(found: &mut Vec<Draft>) {
    let mut calls: FxHashMap<(Span, &str), Vec<usize>> = FxHashMap::default();
    for (at, draft) in found.iter().enumerate() {
        calls.entry((draft.read.span, draft.key.as_str())).or_default().push(at);
    }
    let mut joined = Vec::new();
    for all in calls.into_values().filter(|all| (2..=MAX_ASKED).contains(&all.len())) {
        let is_guard = |first: usize, other: usize| {
            let spans = &found[first].guarded;
            let inner = found[other].innermost;
            let holds = |span: &Span| span.file == inner.file && span.range.contains(inner.range);
            first == other || spans.iter().any(holds)
        };
        let first = all.iter().find(|first| all.iter().all(|other| is_guard(**first, *other)));
        if let Some(first) = first {
            let others = all.iter().copied().filter(|other| other != first).collect::<Vec<_>>();
            joined.push((*first, others));
        }
    }
    let mut gone = vec![false; found.len()];
    for (first, others) in joined {
        let value = others.first().map(|other| found[*other].read.clone());
        let draft = &mut found[first];
        if draft.read.absence == Absence::Presence {
            draft.read.default.clone_from(&draft.instead);
            let is_given = draft.instead.is_some();
            draft.read.absence = if is_given { Absence::Default } else { Absence::Optional };
        }
        if let Some(value) = value {
            (draft.read.expects, draft.read.limits) = (value.expects, value.limits);
            draft.read.flag = value.flag;
            draft.read.bad_value_falls_back = value.bad_value_falls_back;
        }
        for other in others {
            gone[other] = true;
        }
    }
    let mut at = 0;
    found.retain(|_| {
        at += 1;
        !gone[at - 1]
    });
}
