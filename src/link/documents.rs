//! Files that code parses and then asks by entry: `config["database"]["pool_size"]`, through names, parameters, returns.
//!
//! Only what is told to be a file of settings counts: an answer of a server and a data file have entries too.

use super::chains::Frame;
use super::evaluate::Bound;
use super::program::{Program, Target};
use super::schemas::{is_settings_file, is_settings_word};
use crate::facts::code::{Base, Expr, ItemKind, Load, Path, Site};
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
    pub(super) fn documents(&self, frame: Frame) -> Vec<String> {
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
        found.dedup();
        found
    }

    fn lead_back(&self, origin: &Origin<'_>, frames: usize, found: &mut Vec<String>) {
        let Some(frames) = frames.checked_sub(1) else { return };
        if let Base::Param(place) = origin.path.base {
            let Some(function) = origin.function else { return };
            let callers = self.callers(origin.file, function).to_vec();
            self.passed_by(&callers, place, &origin.path.rest, frames, found);
            return;
        }
        match self.resolve(origin.file, &origin.path) {
            Target::External(name) if name.contains("()") => {
                let made = self.made(origin.file, &origin.path);
                let by_load = origin.load.is_some_and(|load| {
                    self.speaks_of_settings(&bound(&load.object, origin.file), MAX_DEPTH)
                });
                let by_made = || {
                    made.is_some_and(|made| {
                        made.args
                            .iter()
                            .any(|arg| self.speaks_of_settings(&bound(arg, made.file), MAX_DEPTH))
                    })
                };
                if by_load || by_made() || is_settings_word(&origin.path.rest) {
                    found.push(name);
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

    /// `self.options["mail"]`, where the constructor was handed the options.
    fn lead_through_attribute(&self, origin: &Origin<'_>, frames: usize, found: &mut Vec<String>) {
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
        found: &mut Vec<String>,
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

    /// Whether a value, or something that it is made of, is named like a file of settings.
    fn speaks_of_settings(&self, value: &Bound, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let any = |many: &[Expr]| {
            many.iter().any(|one| self.speaks_of_settings(&bound(one, value.file), depth))
        };
        match &value.expr {
            Expr::Text(text) => is_settings_file(text),
            Expr::Path(path) => {
                is_settings_word(path.last())
                    || match self.resolve(value.file, path) {
                        Target::Value(file, expr) => {
                            self.speaks_of_settings(&bound(&expr, file), depth)
                        }
                        // `file = open("settings.yaml")`
                        Target::External(_) => self.made(value.file, path).is_some_and(|made| {
                            let args = made.args.iter();
                            args.map(|arg| bound(arg, made.file))
                                .any(|arg| self.speaks_of_settings(&arg, depth))
                        }),
                        _ => false,
                    }
            }
            Expr::Call(path, args, object) => {
                is_settings_word(path.last())
                    || any(args)
                    || object.as_deref().is_some_and(|one| any(std::slice::from_ref(one)))
                    || match self.resolve(value.file, path) {
                        Target::Function(file, place) => {
                            let gives = &self.files[file].facts.functions[place].gives;
                            self.speaks_of_settings(&bound(gives, file), depth)
                        }
                        _ => false,
                    }
            }
            Expr::OneOf(many) | Expr::List(many) | Expr::Join(many) => any(many),
            Expr::Method(object, _, args) => any(std::slice::from_ref(object)) || any(args),
            Expr::Keyword(_, inner) | Expr::Element(inner) | Expr::Part(inner, _) => {
                any(std::slice::from_ref(inner))
            }
            Expr::Entry(object, index) => {
                any(std::slice::from_ref(object)) || any(std::slice::from_ref(index))
            }
            _ => false,
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

/// The entries on the way to a reader, and the reader's name without them: `yaml.safe_load().[database].get`.
pub(super) fn split(name: &str) -> (String, Vec<String>) {
    let (mut plain, mut keys) = (Vec::new(), Vec::new());
    for segment in name.split('.') {
        match segment.strip_prefix('[').and_then(|segment| segment.strip_suffix(']')) {
            Some(key) => keys.push(key.replace('\u{3}', ".")),
            None => plain.push(segment),
        }
    }
    (plain.join("."), keys)
}

/// Whether a site asks a name that stands for an entry: `fines = config["fines"]`.
pub(super) fn leads_on(target: &Target) -> bool {
    match target {
        Target::Value(_, expr) => lookup_path(expr).is_some_and(|path| path.rest.ends_with(']')),
        _ => false,
    }
}

/// Whether a site may ask an entry of what a library gave, or of what a caller passed.
pub(super) fn may_ask(site: &Site) -> bool {
    matches!(site.callee.base, Base::Param(_)) || site.callee.rest.contains('[')
}
