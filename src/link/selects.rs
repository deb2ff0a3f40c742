//! Which keys of configuration select behavior although they are no booleans: percentages and variants.
//!
//! A number is a percentage where it is compared with a draw, or is called a rollout. A text is a variant where code compares it
//! with texts and its name, or the policy, says that it is one: most texts that code compares are settings.

use super::branches::Found;
use crate::config::Config;
use crate::model::{Inventory, KeyRef, Namespace, Read, ValueType};
use crate::nature::Nature;
use crate::text::Span;
use rustc_hash::FxHashMap;

/// How code decides by a read.
#[derive(Clone, Copy, Default)]
struct Decides {
    /// It is compared with a draw.
    by_share: bool,
    /// It is compared with texts.
    by_text: bool,
}

/// Marks the reads of percentages and variants as flags.
pub(super) fn mark(inventory: &mut Inventory, found: &[Found], config: &Config) {
    let mut decides: FxHashMap<Span, Decides> = FxHashMap::default();
    for one in found {
        let known = decides.entry(one.read).or_default();
        known.by_share |= one.of_share;
        known.by_text |= !one.equals.is_empty();
    }
    let mut reads = std::mem::take(&mut inventory.reads);
    for read in reads.iter_mut().filter(|read| !read.flag && !read.is_echo) {
        let KeyRef::Exact(key) = &read.key else { continue };
        let key = inventory.key(*key);
        if key.namespace == Namespace::Flag {
            continue;
        }
        let of = |span: &Span| decides.get(span).copied().unwrap_or_default();
        let (one, other) = (of(&read.span), of(&read.key_span));
        let by_share = one.by_share || other.by_share;
        let is_named = config.flags.kind_of(&key.name).is_some();
        let nature = Nature::of(&key.name);
        if is_share(read, by_share, &nature) {
            (read.flag, read.as_share) = (true, true);
        } else if one.by_text || other.by_text || matches!(read.expects, ValueType::Enum(_)) {
            read.flag = is_text(read) && (is_named || nature.is_variant());
        }
    }
    inventory.reads = reads;
}

fn is_share(read: &Read, by_share: bool, nature: &Nature) -> bool {
    let is_number = matches!(read.expects, ValueType::Int | ValueType::Float);
    // How much is logged, traced or tried again is drawn too, and is no flag.
    let is_setting = nature.is_development() || nature.is_chance();
    is_number && !is_setting && (by_share || nature.is_rollout())
}

fn is_text(read: &Read) -> bool {
    matches!(read.expects, ValueType::Unknown | ValueType::Text | ValueType::Enum(_))
}
