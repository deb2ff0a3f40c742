//! Flags that are members of a class or enum: `Feature.NEW_TILL`, `Feature::NewTill`.
//!
//! Whoever hands such a member to a function asks for it, whatever the function does then.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::spot::Spot;
use super::{Asked, Flag, Kind, MAX_FLAGS, Registry, id_of, sites};
use crate::facts::code::{Expr, Form, ItemKind, Path};
use crate::facts::schema::{Class, Variant};
use crate::link::program::{ClassId, Program, Target};
use crate::link::schemas::variant_name;
use crate::model::Via;
use crate::nature::registry;
use crate::text::TextRange;

/// Bases of classes whose members are bits or numbers.
const OF_BITS: &[&str] = &["Flag", "IntEnum", "IntFlag"];

/// Bases of classes that have no members but those that are written.
const ENUMS: &[&str] = &["Enum", "StrEnum", "TextChoices"];

/// What may stand behind a member and is still its name.
const ITS_NAME: &[&str] = &["value", "name", "key", "as_str()"];

/// Values inside values deeper than this are not looked into.
const MAX_DEPTH: usize = 6;

/// The classes whose members may be flags.
pub(super) fn registries(program: &Program<'_>) -> Vec<Registry> {
    let mut found = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        for class in unit.facts.classes.iter().filter(|class| !class.in_test) {
            let last = class.name.rsplit('.').next().unwrap_or(&class.name);
            if !registry::declares(last) || is_of_bits(program, file, class) {
                continue;
            }
            let flags = flags(class);
            if (2..=MAX_FLAGS).contains(&flags.len()) {
                let (id, name) = (id_of(program, file, &class.name), class.name.clone());
                let is_closed = !class.variants.is_empty() || is_enum(program, file, &class.name);
                let is_described = false;
                let kind = Kind::Member;
                found.push(Registry { id, name, file, flags, is_closed, is_described, kind });
            }
        }
    }
    found
}

/// Whether members are bits or numbers of a protocol: `enum MessageFlags { Silent = 1, Urgent = 2 }`.
fn is_of_bits(program: &Program<'_>, file: usize, class: &Class) -> bool {
    has_base(program, file, &class.name, OF_BITS)
        || class.variants.iter().any(|variant| variant.is_numbered)
}

/// Whether the members of a class are all that there are: others may add attributes to a plain one.
fn is_enum(program: &Program<'_>, file: usize, class: &str) -> bool {
    has_base(program, file, class, ENUMS)
}

fn has_base(program: &Program<'_>, file: usize, class: &str, names: &[&str]) -> bool {
    let unit = &program.files[file];
    match unit.items.get(class).map(|at| &unit.facts.items[*at].kind) {
        Some(ItemKind::Class(bases)) => bases.iter().any(|base| names.contains(&base.last())),
        _ => false,
    }
}

fn flags(class: &Class) -> BTreeMap<String, Flag> {
    let of_fields = class.fields.iter().filter_map(|field| {
        let key = match &field.value.as_ref()?.value {
            Expr::Text(text) if is_name(text) => text.clone(),
            Expr::Call(path, ..) if path.last() == "auto" => field.name.clone(),
            // `WALKIN = "walkin", "Walk in"`: the value, and what people see.
            Expr::List(many) => match &many[..] {
                [Expr::Text(text), Expr::Text(_) | Expr::Call(..)] if is_name(text) => text.clone(),
                _ => return None,
            },
            _ => return None,
        };
        Some((field.name.clone(), Flag { key, range: field.range, default: None }))
    });
    let plain = |one: &&Variant| one.fields.is_empty() && one.wraps.is_empty() && !takes_rest(one);
    let rule = rule_of(class);
    let of_variants = class.variants.iter().filter(plain).map(|variant| {
        let by_rule = || match rule {
            Some(rule) => variant_name(rule, &variant.name),
            None => variant.name.clone(),
        };
        let key = renamed(variant).unwrap_or_else(by_rule);
        (variant.name.clone(), Flag { key, range: variant.range, default: None })
    });
    of_fields.chain(of_variants).collect()
}

/// Whether a variant stands for all names that no other has, and is none itself: `#[serde(other)]`.
fn takes_rest(variant: &Variant) -> bool {
    let mut args = variant.marks.iter().flat_map(|mark| &mark.args);
    args.any(|arg| matches!(&arg.value, Expr::Path(path) if arg.name.is_none() && path.last() == "other"))
}

/// The rule by which the names of all variants are made: `#[strum(serialize_all = "kebab-case")]` before that of serde.
fn rule_of(class: &Class) -> Option<&str> {
    let args = class.marks.iter().flat_map(|mark| &mark.args);
    let rule = |wanted: &'static str| {
        let mut named = args.clone().filter(move |arg| arg.name.as_deref() == Some(wanted));
        named.find_map(|arg| match &arg.value {
            Expr::Text(text) => Some(text.as_str()),
            _ => None,
        })
    };
    rule("serialize_all").or_else(|| rule("rename_all"))
}

/// The name that an attribute gives a variant: `#[serde(rename = "new-till")]`.
fn renamed(variant: &Variant) -> Option<String> {
    let named = variant.marks.iter().flat_map(|mark| &mark.args).find(|arg| {
        matches!(arg.name.as_deref(), Some("rename" | "serialize" | "to_string" | "name"))
    })?;
    match &named.value {
        Expr::Text(text) if is_name(text) => Some(text.clone()),
        _ => None,
    }
}

/// Whether a text can be the name of a flag.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
    (2..=120).contains(&text.len()) && text.chars().all(fits)
}

/// The functions that are handed members, with the place of the member among their arguments.
type Askers = FxHashMap<(usize, usize), (usize, usize)>;

/// The places of these registries by their classes.
pub(super) fn by_class(program: &Program<'_>, all: &[Registry]) -> FxHashMap<ClassId, usize> {
    let place = |(at, one): (usize, &Registry)| {
        let class = program.files[one.file].classes.get(one.name.as_str())?;
        Some(((one.file, *class), at))
    };
    all.iter().enumerate().filter_map(place).collect()
}

/// Who asks for the flags of these classes.
pub(super) fn asked(program: &Program<'_>, all: &[Registry]) -> Vec<Asked> {
    let by_class = by_class(program, all);
    if by_class.is_empty() {
        return Vec::new();
    }
    let (mut found, mut askers) = (Vec::new(), Askers::default());
    for (frame, site) in sites(program) {
        let last = site.callee.last();
        // What gives a flag a state asks nothing, and nor does a macro that puts a member into a text. Where a test gives it one
        // is told all the same.
        if registry::gives(last) && !site.in_test || site.form == Form::Macro {
            continue;
        }
        let is_question = site.form == Form::Call && registry::asks(last);
        let mut of = |path: &Path, range: TextRange| {
            let (registry, member) = member(program, &by_class, frame.file, path)?;
            let key = all[registry].flags.get(&member)?.key.clone();
            let (via, default) = (Via::Constant, None);
            let spot = Spot::of(program, frame);
            found.push(Asked { registry, spot, key, range, via, is_question, default });
            Some(registry)
        };
        // `Feature.NEW_TILL.is_enabled(shop)`
        if let Some((object, _)) = site.callee.rest.rsplit_once('.') {
            of(&Path { base: site.callee.base, rest: object.to_owned() }, site.range);
        }
        for (at, arg) in site.args.iter().enumerate() {
            let mut paths = Vec::new();
            paths_in(&arg.value, MAX_DEPTH, &mut paths);
            for path in paths {
                if let Some(registry) = of(path, arg.range)
                    && is_question
                    && let Target::Function(file, function) = program.asked(frame)
                {
                    askers.insert((*file, *function), (registry, at));
                }
            }
        }
    }
    by_text(program, all, &askers, &mut found);
    found
}

/// The same functions asked by the text of a name: `has_feature("new-till")`.
fn by_text(program: &Program<'_>, all: &[Registry], askers: &Askers, found: &mut Vec<Asked>) {
    let mut functions: Vec<_> = askers.iter().collect();
    functions.sort_unstable();
    for ((file, function), (registry, at)) in functions {
        for frame in program.callers(*file, *function) {
            let Some(arg) = program.site(*frame).args.get(*at) else { continue };
            let Expr::Text(key) = &arg.value else { continue };
            if !is_name(key) {
                continue;
            }
            let is_known = all[*registry].flags.values().any(|flag| flag.key == *key);
            found.push(Asked {
                registry: *registry,
                spot: Spot::of(program, *frame),
                key: key.clone(),
                range: arg.range,
                via: Via::Direct,
                is_question: is_known,
                default: None,
            });
        }
    }
}

/// The class and member that a path leads to.
pub(super) fn member(
    program: &Program<'_>,
    by_class: &FxHashMap<ClassId, usize>,
    file: usize,
    path: &Path,
) -> Option<(usize, String)> {
    let object = program.object(file, path)?;
    let registry = *by_class.get(&object.class)?;
    let (member, behind) = object.members.split_first()?;
    let is_itself = behind.iter().all(|segment| ITS_NAME.contains(&segment.as_str()));
    is_itself.then(|| (registry, member.clone()))
}

fn paths_in<'e>(value: &'e Expr, depth: usize, found: &mut Vec<&'e Path>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Expr::Path(path) => found.push(path),
        Expr::List(many) | Expr::OneOf(many) => {
            for one in many {
                paths_in(one, depth, found);
            }
        }
        Expr::Keyword(_, inner) | Expr::Element(inner) | Expr::Method(inner, ..) => {
            paths_in(inner, depth, found);
        }
        _ => {}
    }
}
