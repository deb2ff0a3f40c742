//! Files that code parses and then asks by entry: `config["database"]["pool_size"]`, through names, parameters, returns.
//!
//! Only what is told to be a file of settings counts: an answer of a server and a data file have entries too.

mod telling;

use rustc_hash::FxHashSet;

use super::chains::Frame;
use super::program::{MAX_HOPS, Program, Target, is_laid_over};
use super::schemas::is_settings_word;
use crate::facts::code::{Base, Expr, Form, ItemKind, Load, Path, Site};
pub(super) use telling::Telling;
use telling::telling;

/// Entries that are handed on through more functions than this are not followed.
const MAX_FRAMES: usize = 6;

/// More callers than this are not asked what they pass to one site.
const MAX_CALLERS: usize = 2_000;

/// What one site was led back to, and where that was looked for: ways cross again and again.
#[derive(Default)]
struct Led {
    found: Vec<(String, Telling)>,
    seen: FxHashSet<(usize, Option<usize>, Path)>,
    callers: usize,
}

/// Where a value comes from that entries are looked up in.
struct Origin<'o> {
    file: usize,
    path: Path,
    load: Option<&'o Load>,
    function: Option<usize>,
}

impl Program<'_> {
    /// The qualified names that a site asks of a file of settings: more than one where a parameter stands for several.
    pub(super) fn documents(&self, frame: Frame) -> Vec<(String, Telling)> {
        let site = self.site(frame);
        let origin = Origin {
            file: frame.file,
            path: site.callee.clone(),
            load: site.load.as_deref(),
            function: site.function,
        };
        let mut led = Led::default();
        self.lead_back(&origin, MAX_FRAMES, &mut led);
        let mut found = led.found;
        found.sort();
        found.dedup_by(|later, first| {
            let same = later.0 == first.0;
            first.1 = if same { first.1.max(later.1) } else { first.1 };
            same
        });
        found
    }

    /// `self.env.get("X")`: an entry may be looked up in what a constructor was handed.
    pub(super) fn looks_up_in_own(&self, file: usize, site: &Site) -> bool {
        let lookups = self.handlers(file).map_or(&[][..], |handlers| &handlers.lookups);
        site.form == Form::Call
            && site.callee.base == Base::Here
            && site.callee.rest.matches('.').count() > 1
            && lookups.iter().any(|lookup| lookup == site.callee.last())
    }

    fn lead_back(&self, origin: &Origin<'_>, frames: usize, found: &mut Led) {
        let Some(frames) = frames.checked_sub(1) else { return };
        if !found.seen.insert((origin.file, origin.function, origin.path.clone())) {
            return;
        }
        if let Base::Param(place) = origin.path.base {
            let Some(function) = origin.function else { return };
            let callers = self.handers(origin.file, function);
            let params = &self.files[origin.file].facts.functions[function].params;
            let param = params.get(usize::from(place));
            if let Some(path) = param.and_then(|param| lookup_path(param.default.as_ref()?)) {
                let path = under(path, &origin.path.rest);
                let origin = Origin { file: origin.file, path, load: None, function: None };
                self.lead_back(&origin, frames, found);
            }
            let name = param.map_or("", |param| param.name.as_str());
            self.passed_by(&callers, (place, name), &origin.path.rest, frames, found);
            return;
        }
        if self.lead_through_typed(origin, frames, found) {
            return;
        }
        match self.resolve(origin.file, &origin.path) {
            Target::External(name) => {
                let made = self.made(origin.file, &origin.path);
                let by_load = origin.load.map(|load| telling(self, [&load.object], origin.file));
                let by_made = made.map(|made| telling(self, &made.args, made.file));
                let by_name = is_settings_word(&origin.path.rest).then_some(Telling::Name);
                let told = by_load.max(by_made).max(by_name).unwrap_or(Telling::Nothing);
                found.found.push((name, told));
            }
            Target::Value(file, Expr::Map(pairs)) => {
                let path = self.laid_over(file, &pairs, MAX_HOPS);
                if let Some(path) = path.filter(|path| !path.is_layered()) {
                    let origin = Origin { file, path, load: None, function: None };
                    self.lead_back(&origin, frames, found);
                }
            }
            Target::Value(file, expr) if lookup_path(&expr).is_some() => {
                let Some(path) = lookup_path(&expr) else { return };
                let origin = Origin { file, path, load: None, function: None };
                self.lead_back(&origin, frames, found);
            }
            _ => self.lead_through_attribute(origin, frames, found),
        }
    }

    /// The calls of a function; of a constructor, the calls that make objects of its class.
    fn handers(&self, file: usize, function: usize) -> Vec<Frame> {
        let name = self.files[file].facts.functions[function].name.as_str();
        let makes = |last: &str| {
            let handlers = self.handlers(file);
            handlers.is_some_and(|handlers| handlers.constructors.iter().any(|one| one == last))
        };
        let class = name.rsplit_once('.').filter(|(_, last)| makes(last));
        match class.and_then(|(class, _)| self.files[file].classes.get(class)) {
            Some(class) => self.makers((file, *class)),
            None => self.callers(file, function).to_vec(),
        }
    }

    /// `def warm_up(oven: DictConfig)`: what callers pass says more than the type, where there are callers.
    fn lead_through_typed(&self, origin: &Origin<'_>, frames: usize, found: &mut Led) -> bool {
        let Some(function) = origin.function else { return false };
        let params = &self.files[origin.file].facts.functions[function].params;
        let typed = params.iter().enumerate().find_map(|(place, param)| {
            let of_type = param.of_type.as_ref()?.path.called();
            let rest = origin.path.rest.strip_prefix(of_type.rest.as_str())?;
            (of_type.base == origin.path.base).then(|| (place, rest.to_owned()))
        });
        let Some((place, rest)) = typed else { return false };
        let callers = self.callers(origin.file, function).to_vec();
        let before = found.found.len();
        let name = params.get(place).map_or("", |param| param.name.as_str());
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        self.passed_by(&callers, (place, name), &rest, frames, found);
        found.found.len() > before
    }

    /// `self.options["mail"]`, where the constructor was handed the options.
    fn lead_through_attribute(&self, origin: &Origin<'_>, frames: usize, found: &mut Led) {
        let Some(object) = self.object(origin.file, &origin.path) else { return };
        let [attribute, rest @ ..] = &object.members[..] else { return };
        let (file, class) = object.class;
        let unit = &self.files[file];
        let class_name = unit.facts.classes.get(class).map_or("", |class| class.name.as_str());
        let name = format!("{class_name}.{attribute}");
        let Some(item) = unit.items.get(name.as_str()) else { return };
        let ItemKind::Value(Expr::Param(place)) = unit.facts.items[*item].kind else { return };
        let makers = self.makers(object.class);
        self.passed_by(&makers, (place, ""), &rest.join("."), frames, found);
    }

    /// What callers pass, with `rest` asked of it.
    fn passed_by(
        &self,
        callers: &[Frame],
        (place, name): (u16, &str),
        rest: &str,
        frames: usize,
        found: &mut Led,
    ) {
        for caller in callers {
            if found.callers >= MAX_CALLERS {
                return;
            }
            found.callers += 1;
            let site = self.site(*caller);
            let mut positional = site.args.iter().filter(|arg| arg.name.is_none());
            let named = || site.args.iter().find(|arg| arg.name.as_deref() == Some(name));
            let Some(arg) = positional.nth(usize::from(place)).or_else(named) else { continue };
            let Some(path) = lookup_path(&arg.value) else { continue };
            let path = under(path, rest);
            let origin = Origin { file: caller.file, path, load: None, function: site.function };
            self.lead_back(&origin, frames, found);
        }
    }
}

/// What is asked further on of what a path leads to.
fn under(path: Path, rest: &str) -> Path {
    let segments = rest.split('.').filter(|segment| !segment.is_empty());
    segments.fold(path, |path, segment| path.join(segment))
}

/// A value as a path, with the entries that are looked up on the way.
pub(super) fn lookup_path(value: &Expr) -> Option<Path> {
    match value {
        Expr::Path(path) => Some(path.clone()),
        Expr::Param(place) => Some(Path { base: Base::Param(*place), rest: String::new() }),
        Expr::Entry(object, key) => match &**key {
            Expr::Text(key) => Some(lookup_path(object)?.entry(key)),
            _ => None,
        },
        Expr::Call(path, args, _) => match (path.rest.rsplit_once('.'), args.first()) {
            (Some((object, "get" | "pop")), Some(Expr::Text(key))) => {
                let object = Path { base: path.base, rest: object.to_owned() };
                let is_other = path.base == Base::Absolute && object.is_no_mapping();
                Some(if is_other { path.called() } else { object.entry(key) })
            }
            _ => Some(path.called()),
        },
        _ => None,
    }
}

/// Whether a site may ask an entry of what a library gave, of what a caller passed, or of a name that stands for one.
pub(super) fn may_ask(site: &Site, target: &Target) -> bool {
    match target {
        Target::External(_) => true,
        Target::Value(_, Expr::Map(pairs)) => is_laid_over(pairs),
        Target::Value(_, expr) => lookup_path(expr).is_some_and(|path| path.rest.ends_with(']')),
        _ => {
            let entry = site.callee.rest.contains('[');
            matches!(site.callee.base, Base::Param(_)) || entry || site.form != Form::Call
        }
    }
}
