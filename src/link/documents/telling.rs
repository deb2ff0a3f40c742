//! What tells that a whole is one of settings: the names and files that it is made of.

use rustc_hash::FxHashSet;

use crate::facts::code::{Expr, Path};
use crate::lang::catalog::Told;
use crate::link::components::{is_data, is_manifest};
use crate::link::program::{Program, Target};
use crate::link::schemas::{is_settings_file, is_settings_word};

/// Values that are put together over more steps than this are not looked into.
const MAX_DEPTH: usize = 16;

/// What tells that a whole is one of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::link) enum Telling {
    /// Nothing does.
    Nothing,
    /// A name on the way to it.
    Name,
    /// The name of a file.
    File,
    /// The name of a file of another program: what `kubectl` reads is nobody's settings.
    Foreign,
}

impl Telling {
    /// Whether that is enough.
    pub(in crate::link) fn by(self, wanted: Told) -> bool {
        match wanted {
            _ if self == Self::Foreign => false,
            Told::Always => true,
            Told::ByName => self >= Self::Name,
            Told::ByFile => self == Self::File,
        }
    }
}

/// What the values, or something that they are made of, tell of settings by their names.
pub(super) fn telling<'e>(
    program: &Program<'_>,
    values: impl IntoIterator<Item = &'e Expr>,
    file: usize,
) -> Telling {
    let mut walk = Walk { program, seen: FxHashSet::default() };
    walk.all(values, file, MAX_DEPTH)
}

/// What a path was followed as.
#[derive(PartialEq, Eq, Hash)]
enum Followed {
    Name,
    Function,
}

struct Walk<'w, 'p> {
    program: &'w Program<'p>,
    /// The names that were followed: a second look tells nothing new, and `a = f(a, a)` leads on for ever.
    seen: FxHashSet<(usize, Path, Followed)>,
}

impl Walk<'_, '_> {
    fn all<'e>(
        &mut self,
        values: impl IntoIterator<Item = &'e Expr>,
        file: usize,
        depth: usize,
    ) -> Telling {
        let told = values.into_iter().map(|value| self.one(value, file, depth));
        told.max().unwrap_or(Telling::Nothing)
    }

    fn one(&mut self, value: &Expr, file: usize, depth: usize) -> Telling {
        let Some(depth) = depth.checked_sub(1) else { return Telling::Nothing };
        match value {
            Expr::Text(text) if is_foreign(text) => Telling::Foreign,
            Expr::Text(text) if is_settings_file(text) && self.is_told(text) => {
                let has_ending = text.rsplit('/').next().is_some_and(|name| name.contains('.'));
                if has_ending { Telling::File } else { Telling::Name }
            }
            Expr::Path(path) if is_foreign(path.last()) => Telling::Foreign,
            Expr::Path(path) => word(path.last()).max(self.name(path, file, depth)),
            Expr::Call(path, args, object) => {
                let by_parts = self.all(args.iter().chain(object.as_deref()), file, depth);
                word(path.last()).max(by_parts).max(self.function(path, file, depth))
            }
            Expr::OneOf(many) | Expr::List(many) | Expr::Join(many) => self.all(many, file, depth),
            Expr::Method(object, _, args) => {
                self.all(std::iter::once(&**object).chain(args), file, depth)
            }
            Expr::Keyword(_, inner) | Expr::Element(inner) | Expr::Part(inner, _) => {
                self.one(inner, file, depth)
            }
            Expr::Entry(object, index) => self.all([&**object, &**index], file, depth),
            _ => Telling::Nothing,
        }
    }

    fn name(&mut self, path: &Path, file: usize, depth: usize) -> Telling {
        if !self.seen.insert((file, path.clone(), Followed::Name)) {
            return Telling::Nothing;
        }
        match self.program.resolve(file, path) {
            Target::Value(file, expr) => self.one(&expr, file, depth),
            // `file = open("settings.yaml")`
            Target::External(_) => match self.program.made(file, path) {
                Some(made) => self.all(&made.args, made.file, depth),
                None => Telling::Nothing,
            },
            _ => Telling::Nothing,
        }
    }

    /// What a function of the project gives.
    fn function(&mut self, path: &Path, file: usize, depth: usize) -> Telling {
        if !self.seen.insert((file, path.clone(), Followed::Function)) {
            return Telling::Nothing;
        }
        match self.program.resolve(file, path) {
            Target::Function(file, place) => {
                let program = self.program;
                self.one(&program.files[file].facts.functions[place].gives, file, depth)
            }
            _ => Telling::Nothing,
        }
    }

    /// A file that may hold any data is told by its name only where the tree has it; the manifest of a package says what
    /// the package is, the same wherever it runs.
    fn is_told(&self, text: &str) -> bool {
        let name = text.rsplit('/').next().unwrap_or(text);
        !is_manifest(name) && (!is_data(name) || self.program.data.contains(name))
    }
}

/// Whether a file or what stands for it is called after what tells clients of a cluster where it is.
fn is_foreign(text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text).to_ascii_lowercase();
    name.contains("kubeconfig") || name.contains("kube_config")
}

fn word(name: &str) -> Telling {
    if is_settings_word(name) { Telling::Name } else { Telling::Nothing }
}
