//! Which keys of configuration select behavior although they are no booleans: percentages and variants.
//!
//! A number is a percentage where it is compared with a draw, or is called a rollout. A text is a variant where code compares it
//! with texts, and its name, the policy, or one of these texts (`new`, `control`) says that it is one: most texts that code compares
//! are settings. A text that a yes or a no of the language stands in for is a switch where its truth decides: `getenv("X", False)`.

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
    /// Some of these say that one of two versions is chosen.
    by_version: bool,
    /// Its truth decides.
    by_truth: bool,
}

/// Texts that name a version of a behavior, whatever chooses among them.
const VERSIONS: &[&str] = &["control", "legacy", "new", "old", "treatment"];

/// Marks the reads of percentages and variants as flags.
pub(super) fn mark(inventory: &mut Inventory, found: &[Found], config: &Config) {
    let mut decides: FxHashMap<Span, Decides> = FxHashMap::default();
    for one in found.iter().filter(|one| one.through.is_empty()) {
        let known = decides.entry(one.read).or_default();
        known.by_share |= one.of_share;
        known.by_text |= !one.equals.is_empty();
        known.by_version |= one.equals.iter().any(|text| is_version(text));
        known.by_truth |= one.equals.is_empty() && !one.of_share;
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
            continue;
        }
        let by_truth = one.by_truth || other.by_truth;
        // `if settings.ENABLE_PIES:` asks for a yes or a no, whatever gives it.
        if key.namespace == Namespace::Setting
            && read.of_framework
            && by_truth
            && nature.is_flag()
            && is_text(read)
            && !nature.names_text()
        {
            read.flag = true;
            read.expects = ValueType::Bool(Vec::new());
            continue;
        }
        if is_truth(read, by_truth, &nature) {
            read.flag = true;
            if by_truth {
                read.expects = ValueType::Bool(Vec::new());
                read.limits.any_text_is_yes = key.namespace == Namespace::Env;
            }
            continue;
        }
        let (is_choice, is_version) = match &read.expects {
            ValueType::Enum(words) => (true, words.iter().any(|word| is_version(word))),
            _ => (one.by_text || other.by_text, one.by_version || other.by_version),
        };
        if is_choice {
            read.flag = is_text(read)
                && (is_named || is_version && !nature.is_place() || nature.is_variant());
        }
    }
    inventory.reads = reads;
}

fn is_share(read: &Read, by_share: bool, nature: &Nature) -> bool {
    let is_number = match read.expects {
        ValueType::Int | ValueType::Float => true,
        // A text that becomes a number where it is compared.
        ValueType::Unknown | ValueType::Text => by_share && (nature.is_share() || is_counted(read)),
        _ => false,
    };
    // How much is logged, traced or tried again is drawn too, and is no flag; nor is what a size or a time is compared with.
    let is_setting = nature.is_development() || nature.is_chance() || nature.is_amount();
    // `AB_TEST_PERCENT` tests nothing of the code.
    let is_setting = is_setting && !nature.is_experiment();
    is_number && (nature.is_rollout() && !nature.is_development() || by_share && !is_setting)
}

/// Whether code takes the truth of a text for an answer, and says so by what stands in for it. `False` alone may stand in for a text
/// that code looks for: a path, a credential.
fn is_truth(read: &Read, by_truth: bool, nature: &Nature) -> bool {
    let Some(default) = read.default.as_ref().filter(|default| default.is_bool) else {
        return false;
    };
    let is_on = default.text.as_deref() == Some("true");
    is_text(read) && (is_on || (by_truth || nature.is_flag()) && !nature.names_text())
}

/// Whether the default of a read is a number.
fn is_counted(read: &Read) -> bool {
    let text = read.default.as_ref().and_then(|default| default.text.as_deref());
    text.is_some_and(|text| text.parse::<f64>().is_ok())
}

fn is_version(text: &str) -> bool {
    VERSIONS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_text(read: &Read) -> bool {
    matches!(read.expects, ValueType::Unknown | ValueType::Text | ValueType::Enum(_))
}
