//! What a flag is for, and who says so: the policy, a comment, its provider, its name, how it is used.

use super::state::State;
use super::{Ground, Stand};
use crate::model::{Absence, Definition, FlagKind, FlagNote, KeyId, Namespace, Read, ValueType};
use crate::nature::{Nature, shape};

/// A kind with the one who says it, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Teller {
    /// `keydrift.yaml`.
    Policy,
    /// A comment or a declaration in code.
    Annotation,
    /// The provider.
    Provider,
    /// Words of its name.
    Name,
    /// How it is used: what a provider serves a part of the users is for them.
    Use,
}

impl Teller {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Annotation => "annotation",
            Self::Provider => "provider",
            Self::Name => "name",
            Self::Use => "use",
        }
    }

    /// Whether more than its use tells it.
    pub fn is_named(self) -> bool {
        self != Self::Use
    }

    /// Whether somebody said it of this flag.
    pub fn is_told(self) -> bool {
        self <= Self::Provider
    }
}

/// The kind of a flag; `None` where nothing tells one: most switches of a configuration are no flags of a release.
pub(super) fn kind(
    ground: &Ground<'_>,
    key: KeyId,
    definitions: &[&Definition],
    notes: &[&FlagNote],
    states: &[State<'_>],
    reads: &[&Read],
) -> Option<(FlagKind, Teller)> {
    let key = ground.graph.inventory.key(key);
    if let Some(kind) = ground.config.flags.kind_of(&key.name) {
        return Some((kind, Teller::Policy));
    }
    if notes.iter().any(|note| note.is_permanent) {
        return Some((FlagKind::Permanent, Teller::Annotation));
    }
    if let Some(kind) = notes.iter().find_map(|note| note.kind) {
        return Some((kind, Teller::Annotation));
    }
    let told = || definitions.iter().filter_map(|one| one.flag.as_deref());
    if told().any(|flag| flag.is_permanent) {
        return Some((FlagKind::Permanent, Teller::Provider));
    }
    if let Some(kind) = told().find_map(|flag| flag.kind) {
        return Some((kind, Teller::Provider));
    }
    let nature = Nature::of(&key.name);
    let named = by_name(&nature);
    // What turns a feature off when it is set brings none, whatever else its name says.
    if named.is_none_or(|kind| kind == FlagKind::Release)
        && is_brake(&nature, key.namespace, states, reads)
    {
        return Some((FlagKind::KillSwitch, Teller::Use));
    }
    if let Some(kind) = named {
        return Some((kind, Teller::Name));
    }
    by_use(key.namespace, states, reads).map(|kind| (kind, Teller::Use))
}

fn by_name(nature: &Nature) -> Option<FlagKind> {
    Some(match () {
        () if nature.is_kill_switch() => FlagKind::KillSwitch,
        () if nature.is_permission() => FlagKind::Permission,
        () if nature.is_experiment() => FlagKind::Experiment,
        () if nature.is_sunset() => FlagKind::Sunset,
        // Debugging and the like stays a matter of each stage, whatever it is called.
        () if nature.is_development() => return None,
        () if nature.is_release() => FlagKind::Release,
        () => return None,
    })
}

/// Whether a variable that no deployment sets turns something off where somebody does: it waits for the day on which it is needed.
fn is_brake(nature: &Nature, namespace: Namespace, states: &[State<'_>], reads: &[&Read]) -> bool {
    let is_off_without = |read: &&Read| {
        let default = read.default.as_ref().and_then(|default| default.text.as_deref());
        let is_off = default.is_some_and(|text| shape::switch(text) == Some(false));
        read.flag
            && match read.absence {
                Absence::Presence | Absence::Optional => true,
                Absence::Default => is_off,
                Absence::Required => false,
            }
    };
    namespace == Namespace::Env
        && nature.turns_off()
        && !nature.is_development()
        && !reads.is_empty()
        && reads.iter().all(is_off_without)
        && states.iter().all(|state| state.is_local || state.winners.is_empty())
}

fn by_use(namespace: Namespace, states: &[State<'_>], reads: &[&Read]) -> Option<FlagKind> {
    let is_variant = |stand: &Stand| match stand {
        Stand::Value(_) => true,
        Stand::Share { value, .. } => shape::switch(value).is_none(),
        _ => false,
    };
    let shared = states.iter().any(|state| matches!(state.stand, Stand::Share { .. }));
    match namespace {
        Namespace::Flag if shared && states.iter().any(|state| is_variant(&state.stand)) => {
            Some(FlagKind::Experiment)
        }
        Namespace::Flag => Some(FlagKind::Release),
        Namespace::Env | Namespace::Setting => {
            let is_share = shared || reads.iter().any(|read| read.as_share);
            let is_text = |read: &&Read| !matches!(read.expects, ValueType::Bool(_));
            let is_switch = |state: &State<'_>| matches!(state.stand, Stand::On | Stand::Off);
            let chooses = reads.iter().any(|read| read.flag && is_text(read))
                && !states.iter().all(is_switch);
            match (is_share, chooses) {
                (true, _) => Some(FlagKind::Release),
                (_, true) => Some(FlagKind::Experiment),
                _ => None,
            }
        }
    }
}
