//! Flags that are entries of a dictionary or list of the code: `FEATURES = {"new-till": False}`.
//!
//! Who looks up an entry asks for it; a function that looks up what it is handed asks for what its callers hand it. One that
//! nobody looks up by a name that is handed over is data. Where the entries are sentences, people choose from them, and code asks
//! for one by its name wherever their choice is kept: `FEATURES = {"new-till": "The till of 2024"}`.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::held::held;
use super::members::is_name;
use super::spot::Spot;
use super::{Asked, Flag, Kind, MAX_FLAGS, Registry, id_of, sites};
use crate::facts::code::{Expr, Form, ItemKind, Path, Site};
use crate::link::chains::{Frame, bound};
use crate::link::evaluate::{CALLER, HOLE};
use crate::link::program::{Program, Target};
use crate::model::{DefaultValue, Via};
use crate::nature::registry;
use crate::reads;
use crate::text::{Span, TextRange};

/// Functions that hand a name on further than this are not followed.
pub(super) const MAX_HOPS: usize = 3;

/// Methods by which code adds entries.
const ADDING: &[&str] = &["add", "append", "extend", "insert", "setdefault", "update"];

/// Methods of a dictionary that look up one entry.
const LOOKUPS: &[&str] = &["get", "contains", "contains_key"];

/// The dictionaries and lists whose entries may be flags.
pub(super) fn registries(program: &Program<'_>) -> Vec<Registry> {
    let mut found = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        // A test has flags of its own; what is inside a class belongs to that.
        for item in unit.facts.items.iter().filter(|item| !item.name.contains('.')) {
            let value = match &item.kind {
                ItemKind::Value(value) if is_constant(&item.name) => value,
                // `fn flags() -> &'static Flags { FLAGS.get_or_init(…) }`
                ItemKind::Function(function) => &unit.facts.functions[*function].gives,
                _ => continue,
            };
            if !registry::declares(&item.name) {
                continue;
            }
            let value = &*held(value);
            let flags = flags(program, file, value, item.range);
            if (2..=MAX_FLAGS).contains(&flags.len()) {
                let (id, name) = (id_of(program, file, &item.name), item.name.clone());
                let is_described = describes(value);
                let is_closed = !is_described && !is_changed(program, &item.name);
                let kind = Kind::Entry;
                found.push(Registry { id, name, file, flags, is_closed, is_described, kind });
            }
        }
    }
    found
}

/// Whether code adds entries to a dictionary of that name, wherever that is.
pub(super) fn is_changed(program: &Program<'_>, name: &str) -> bool {
    let stored = program.files.iter().flat_map(|unit| &unit.facts.stores);
    let mut stored = stored.map(|(path, _)| path.last());
    let adds = |site: &Site| {
        let (object, method) = site.callee.rest.rsplit_once('.').unwrap_or_default();
        ADDING.contains(&method) && object.rsplit('.').next() == Some(name)
    };
    stored.any(|last| last == name) || sites(program).any(|(_, site)| adds(site))
}

pub(super) fn is_constant(name: &str) -> bool {
    !name.contains(|c: char| c.is_ascii_lowercase())
}

fn flags(
    program: &Program<'_>,
    file: usize,
    value: &Expr,
    range: TextRange,
) -> BTreeMap<String, Flag> {
    let id = program.files[file].id;
    let entry = |key: &Expr, value: Option<&Expr>| {
        let Expr::Text(key) = key else { return None };
        let span = Span::new(id, range);
        let default = value.and_then(|value| match value {
            Expr::Bool(on) => Some(DefaultValue::switch(*on, span)),
            Expr::Number(text) => {
                let text = Some(text.clone());
                Some(DefaultValue { text, is_bool: false, span, redacted: false })
            }
            _ => None,
        });
        is_name(key).then(|| (key.clone(), Flag { key: key.clone(), range, default }))
    };
    match value {
        Expr::Map(pairs) => {
            let is_state = |value: &Expr| {
                matches!(value, Expr::Bool(_) | Expr::Number(_) | Expr::Map(_) | Expr::Call(..))
            };
            if !pairs.iter().all(|(_, value)| is_state(value)) && !reads::describes(pairs) {
                return BTreeMap::new();
            }
            pairs.iter().filter_map(|(key, value)| entry(key, Some(value))).collect()
        }
        Expr::List(names) => names.iter().filter_map(|key| entry(key, None)).collect(),
        _ => BTreeMap::new(),
    }
}

/// Whether the entries of a dictionary are told in sentences.
fn describes(value: &Expr) -> bool {
    matches!(value, Expr::Map(pairs) if reads::describes(pairs))
}

/// Who asks for the entries.
pub(super) fn asked(program: &Program<'_>, all: &[Registry]) -> Vec<Asked> {
    let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| one.kind == Kind::Entry) {
        by_name.entry(one.name.as_str()).or_default().push(at);
    }
    let mut found = Vec::new();
    for (frame, site) in sites(program) {
        let Some(object) = looked_up(site) else { continue };
        let Some(registry) = registry_of(program, all, &by_name, frame.file, &object) else {
            continue;
        };
        let mut seen = FxHashSet::default();
        follow(program, all, registry, frame, 0, MAX_HOPS, &mut seen, &mut found);
    }
    by_described(program, all, &mut found);
    found
}

/// Calls that are handed the name of a flag which is told in a sentence, and that say by theirs that they ask for one:
/// `request.feature("new-till")`. Where the object comes from only the framework knows.
fn by_described(program: &Program<'_>, all: &[Registry], found: &mut Vec<Asked>) {
    let mut described: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| is_told(one)) {
        for key in one.flags.keys() {
            described.entry(key).or_default().push(at);
        }
    }
    if described.is_empty() {
        return;
    }
    for (frame, site) in sites(program).filter(|(_, site)| site.form == Form::Call) {
        let last = site.callee.last();
        let Some(arg) = site.args.first().filter(|_| registry::asks(last)) else { continue };
        let texts = program.texts(&bound(arg, frame.file, None));
        let [key] = &texts[..] else { continue };
        if let Some((registry, glob)) = in_part(key, &described) {
            let (spot, key) = (Spot::of(program, frame), glob);
            let (range, via, default) = (arg.range, Via::Pattern, None);
            let is_question = true;
            found.push(Asked { registry, spot, key, range, via, is_question, default });
            continue;
        }
        let Some([registry]) = described.get(key.as_str()).map(Vec::as_slice) else { continue };
        found.push(Asked {
            registry: *registry,
            spot: Spot::of(program, frame),
            key: key.clone(),
            range: arg.range,
            via: Via::Direct,
            is_question: true,
            default: None,
        });
    }
}

/// Whether a call that asks by its name, and is handed the name of one of the flags, asks for it.
fn is_told(registry: &Registry) -> bool {
    registry.is_described || registry.kind == Kind::Listed
}

/// Where a name is known in part, what it may be as a glob, and what declares one that it may be.
fn in_part(key: &str, described: &FxHashMap<&str, Vec<usize>>) -> Option<(usize, String)> {
    let is_told = key.chars().filter(char::is_ascii_alphanumeric).count() > 2;
    let glob = key.replace([HOLE, CALLER], "*");
    if glob == key || !is_told {
        return None;
    }
    let mut fitting = described.iter().filter(|(name, _)| crate::model::glob::matches(&glob, name));
    let first = fitting.next()?.1.first().copied()?;
    let is_one = fitting.all(|(_, all)| all.first() == Some(&first));
    is_one.then_some((first, glob))
}

/// The dictionary that a site looks an entry up in, as it is written.
pub(super) fn looked_up(site: &Site) -> Option<Path> {
    match site.form {
        Form::Index | Form::Contains => Some(site.callee.clone()),
        Form::Call if LOOKUPS.contains(&site.callee.last()) => {
            let (object, _) = site.callee.rest.rsplit_once('.')?;
            Some(Path { base: site.callee.base, rest: object.to_owned() })
        }
        _ => None,
    }
}

fn registry_of(
    program: &Program<'_>,
    all: &[Registry],
    by_name: &FxHashMap<&str, Vec<usize>>,
    file: usize,
    object: &Path,
) -> Option<usize> {
    // `flags().get("new-till")`: what a function gives.
    let named = object.rest.strip_suffix("()").unwrap_or(&object.rest);
    let object = &Path { base: object.base, rest: named.to_owned() };
    let same = by_name.get(object.last())?;
    let home = match program.resolve(file, object) {
        Target::Value(home, _) | Target::Function(home, _) => home,
        // What keeps it comes from elsewhere: `LazyLock::new(|| HashMap::from(…))`.
        _ => program.value_at_top(file, object)?.0,
    };
    same.iter().find(|at| all[**at].file == home).copied()
}

/// What a site asks for by the argument at `place`: what it names, or what the callers of the function around it hand over.
#[expect(clippy::too_many_arguments, reason = "one step of a walk with its memory")]
pub(super) fn follow(
    program: &Program<'_>,
    all: &[Registry],
    registry: usize,
    frame: Frame,
    place: usize,
    hops: usize,
    seen: &mut FxHashSet<(usize, usize)>,
    found: &mut Vec<Asked>,
) {
    let site = program.site(frame);
    let Some(arg) = site.args.get(place) else { return };
    if let Expr::Param(param) = arg.value {
        let (Some(function), Some(hops)) = (site.function, hops.checked_sub(1)) else { return };
        let callers = program.callers(frame.file, function).to_vec();
        let name =
            program.files[frame.file].facts.functions[function].params.get(usize::from(param));
        let Some(name) = name.map(|param| param.name.as_str()) else { return };
        for caller in callers {
            let args = &program.site(caller).args;
            let keyword = args.iter().position(|arg| arg.name.as_deref() == Some(name));
            let plain = (0..args.len()).filter(|at| args[*at].name.is_none());
            let at = keyword.or_else(|| plain.into_iter().nth(usize::from(param)));
            if let Some(at) = at.filter(|_| seen.insert((caller.file, caller.site))) {
                follow(program, all, registry, caller, at, hops, seen, found);
            }
        }
        return;
    }
    let texts = program.texts(&bound(arg, frame.file, None));
    let [key] = &texts[..] else { return };
    if key.contains([HOLE, CALLER]) || !is_name(key) {
        return;
    }
    let flag = all[registry].flags.get(key);
    found.push(Asked {
        registry,
        spot: Spot::of(program, frame),
        key: key.clone(),
        range: arg.range,
        via: if hops == MAX_HOPS { Via::Direct } else { Via::Wrapper },
        // A function that is handed the name says by its own that it asks; an entry of a dictionary may be anything.
        is_question: flag.is_some() && hops < MAX_HOPS && registry::asks(site.callee.last()),
        default: flag.and_then(|flag| flag.default.clone()),
    });
}
