//! Files that code parses and then asks by entry: `config["database"]["pool_size"]`, through names, parameters, returns.
//!
//! Only what is told to be a file of settings counts: an answer of a server and a data file have entries too.

use super::chains::Frame;
use super::components::is_data;
use super::evaluate::Bound;
use super::program::{Program, Target};
use super::schemas::{is_settings_file, is_settings_word};
use crate::facts::code::{Base, Expr, Form, ItemKind, Load, Path, Site};
use crate::lang::catalog::Told;
use crate::text::TextRange;

/// Entries that are handed on through more functions than this are not followed.
const MAX_FRAMES: usize = 6;

/// Values that are put together over more steps than this are not looked into.
const MAX_DEPTH: usize = 16;

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
        let mut found = Vec::new();
        self.lead_back(&origin, MAX_FRAMES, &mut found);
        found.sort();
        found.dedup_by(|later, first| {
            let same = later.0 == first.0;
            first.1 = if same { first.1.max(later.1) } else { first.1 };
            same
        });
        found
    }

    fn lead_back(&self, origin: &Origin<'_>, frames: usize, found: &mut Vec<(String, Telling)>) {
        let Some(frames) = frames.checked_sub(1) else { return };
        if let Base::Param(place) = origin.path.base {
            let Some(function) = origin.function else { return };
            let callers = self.callers(origin.file, function).to_vec();
            self.passed_by(&callers, place, &origin.path.rest, frames, found);
            return;
        }
        if self.lead_through_typed(origin, frames, found) {
            return;
        }
        match self.resolve(origin.file, &origin.path) {
            Target::External(name) => {
                let made = self.made(origin.file, &origin.path);
                let by_load = origin
                    .load
                    .map(|load| self.telling(&bound(&load.object, origin.file), MAX_DEPTH));
                let by_made = made.map(|made| {
                    let args = made.args.iter().map(|arg| bound(arg, made.file));
                    args.map(|arg| self.telling(&arg, MAX_DEPTH)).max().unwrap_or(Telling::Nothing)
                });
                let by_name = is_settings_word(&origin.path.rest).then_some(Telling::Name);
                let told = by_load.max(by_made).max(by_name).unwrap_or(Telling::Nothing);
                found.push((name, told));
            }
            Target::Value(file, expr) if lookup_path(&expr).is_some() => {
                let Some(path) = lookup_path(&expr) else { return };
                let origin = Origin { file, path, load: None, function: None };
                self.lead_back(&origin, frames, found);
            }
            _ => self.lead_through_attribute(origin, frames, found),
        }
    }

    /// `def warm_up(oven: DictConfig)`: what callers pass says more than the type, where there are callers.
    fn lead_through_typed(
        &self,
        origin: &Origin<'_>,
        frames: usize,
        found: &mut Vec<(String, Telling)>,
    ) -> bool {
        let Some(function) = origin.function else { return false };
        let params = &self.files[origin.file].facts.functions[function].params;
        let typed = params.iter().enumerate().find_map(|(place, param)| {
            let of_type = param.of_type.as_ref()?.path.called();
            let rest = origin.path.rest.strip_prefix(of_type.rest.as_str())?;
            (of_type.base == origin.path.base).then(|| (place, rest.to_owned()))
        });
        let Some((place, rest)) = typed else { return false };
        let callers = self.callers(origin.file, function).to_vec();
        let before = found.len();
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        self.passed_by(&callers, place, &rest, frames, found);
        found.len() > before
    }

    /// `self.options["mail"]`, where the constructor was handed the options.
    fn lead_through_attribute(
        &self,
        origin: &Origin<'_>,
        frames: usize,
        found: &mut Vec<(String, Telling)>,
    ) {
        let Some(object) = self.object(origin.file, &origin.path) else { return };
        let [attribute, rest @ ..] = &object.members[..] else { return };
        let (file, class) = object.class;
        let unit = &self.files[file];
        let class_name = unit.facts.classes.get(class).map_or("", |class| class.name.as_str());
        let name = format!("{class_name}.{attribute}");
        let Some(item) = unit.items.get(name.as_str()) else { return };
        let ItemKind::Value(Expr::Param(place)) = unit.facts.items[*item].kind else { return };
        let makers = self.makers(object.class);
        self.passed_by(&makers, place, &rest.join("."), frames, found);
    }

    /// What callers pass, with `rest` asked of it.
    fn passed_by(
        &self,
        callers: &[Frame],
        place: u16,
        rest: &str,
        frames: usize,
        found: &mut Vec<(String, Telling)>,
    ) {
        for caller in callers {
            let site = self.site(*caller);
            let mut positional = site.args.iter().filter(|arg| arg.name.is_none());
            let Some(arg) = positional.nth(usize::from(place)) else { continue };
            let Some(path) = lookup_path(&arg.value) else { continue };
            let path = rest
                .split('.')
                .filter(|segment| !segment.is_empty())
                .fold(path, |path, segment| path.join(segment));
            let origin = Origin { file: caller.file, path, load: None, function: site.function };
            self.lead_back(&origin, frames, found);
        }
    }

    /// A file that may hold any data is told by its name only where the tree has it.
    fn is_told(&self, text: &str) -> bool {
        let name = text.rsplit('/').next().unwrap_or(text);
        !is_data(name) || self.data.contains(name)
    }

    /// What a value, or something that it is made of, tells of settings by its name.
    fn telling(&self, value: &Bound, depth: usize) -> Telling {
        let Some(depth) = depth.checked_sub(1) else { return Telling::Nothing };
        let one = |expr: &Expr| self.telling(&bound(expr, value.file), depth);
        let all = |many: &[Expr]| many.iter().map(one).max().unwrap_or(Telling::Nothing);
        let word = |name: &str| {
            if is_settings_word(name) { Telling::Name } else { Telling::Nothing }
        };
        match &value.expr {
            Expr::Text(text) if is_settings_file(text) && self.is_told(text) => {
                let has_ending = text.rsplit('/').next().is_some_and(|name| name.contains('.'));
                if has_ending { Telling::File } else { Telling::Name }
            }
            Expr::Path(path) => word(path.last()).max(match self.resolve(value.file, path) {
                Target::Value(file, expr) => self.telling(&bound(&expr, file), depth),
                // `file = open("settings.yaml")`
                Target::External(_) => {
                    self.made(value.file, path).map_or(Telling::Nothing, |made| {
                        let args = made.args.iter().map(|arg| bound(arg, made.file));
                        args.map(|arg| self.telling(&arg, depth)).max().unwrap_or(Telling::Nothing)
                    })
                }
                _ => Telling::Nothing,
            }),
            Expr::Call(path, args, object) => {
                let given = match self.resolve(value.file, path) {
                    Target::Function(file, place) => {
                        let gives = &self.files[file].facts.functions[place].gives;
                        self.telling(&bound(gives, file), depth)
                    }
                    _ => Telling::Nothing,
                };
                let object = object.as_deref().map_or(Telling::Nothing, one);
                word(path.last()).max(all(args)).max(object).max(given)
            }
            Expr::OneOf(many) | Expr::List(many) | Expr::Join(many) => all(many),
            Expr::Method(object, _, args) => one(object).max(all(args)),
            Expr::Keyword(_, inner) | Expr::Element(inner) | Expr::Part(inner, _) => one(inner),
            Expr::Entry(object, index) => one(object).max(one(index)),
            _ => Telling::Nothing,
        }
    }
}

fn bound(expr: &Expr, file: usize) -> Bound {
    Bound { expr: expr.clone(), file, range: TextRange::new(0, 0), given: None }
}

/// A value as a path, with the entries that are looked up on the way.
pub(super) fn lookup_path(value: &Expr) -> Option<Path> {
    match value {
        Expr::Path(path) => Some(path.clone()),
        Expr::Param(place) => Some(Path { base: Base::Param(*place), rest: String::new() }),
        Expr::Entry(object, key) => match &**key {
            Expr::Text(key) => Some(lookup_path(object)?.join(&entry(key))),
            _ => None,
        },
        Expr::Call(path, args, _) => match (path.rest.rsplit_once('.'), args.first()) {
            (Some((object, "get" | "pop")), Some(Expr::Text(key))) => {
                let object = Path { base: path.base, rest: object.to_owned() };
                Some(object.join(&entry(key)))
            }
            _ => Some(path.called()),
        },
        _ => None,
    }
}

fn entry(key: &str) -> String {
    format!("[{}]", key.replace('.', "\u{3}"))
}

/// Whether a site may ask an entry of what a library gave, of what a caller passed, or of a name that stands for one.
pub(super) fn may_ask(site: &Site, target: &Target) -> bool {
    match target {
        Target::External(_) => true,
        Target::Value(_, expr) => lookup_path(expr).is_some_and(|path| path.rest.ends_with(']')),
        _ => {
            let entry = site.callee.rest.contains('[');
            matches!(site.callee.base, Base::Param(_)) || entry || site.form != Form::Call
        }
    }
}

/// What tells that a whole is one of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Telling {
    /// Nothing does.
    Nothing,
    /// A name on the way to it.
    Name,
    /// The name of a file.
    File,
}

impl Telling {
    /// Whether that is enough.
    pub(super) fn by(self, wanted: Told) -> bool {
        match wanted {
            Told::Always => true,
            Told::ByName => self >= Self::Name,
            Told::ByFile => self == Self::File,
        }
    }
}
