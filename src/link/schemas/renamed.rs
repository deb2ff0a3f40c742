//! What code makes of the names of variables before they are keys: `map(|name| name.as_str().replace("__", ".").into())`.

use crate::facts::code::Expr;
use crate::link::program::{Program, Target};

/// More steps are not followed.
const MAX_STEPS: usize = 24;

/// What becomes of a name.
#[derive(Default)]
pub(super) struct Renamed {
    /// What a dot is made of: it stands between nested names.
    pub(super) separator: Option<String>,
    /// Underscores become dashes.
    pub(super) dashes: bool,
}

impl Renamed {
    /// What a closure or function makes of a name by replacing parts of it, where it does nothing else.
    pub(super) fn of(program: &Program<'_>, file: usize, args: &[Expr]) -> Option<Self> {
        let [by] = args else { return None };
        let mut by = match by {
            Expr::Path(path) => match program.resolve(file, path) {
                Target::Function(file, place) => &program.files[file].facts.functions[place].gives,
                _ => return None,
            },
            by => by,
        };
        let mut renamed = Self::default();
        let mut is_known = false;
        // From the last step to the first: a dot that another step makes of something else is none of the name's.
        for _ in 0..MAX_STEPS {
            let (name, given, object) = match by {
                Expr::Method(object, name, given) => (name.as_str(), given, Some(&**object)),
                Expr::Call(path, given, object) => (path.last(), given, object.as_deref()),
                _ => break,
            };
            if name == "replace" {
                renamed.step(given)?;
                is_known = true;
            }
            match (object, &given[..]) {
                (Some(object), _) => by = object,
                // `Uncased::new(…)`
                (None, [one]) => by = one,
                _ => break,
            }
        }
        is_known.then_some(renamed)
    }

    fn step(&mut self, given: &[Expr]) -> Option<()> {
        match given {
            [Expr::Text(from), Expr::Text(to)] if to == "." && !from.is_empty() => {
                self.separator = Some(from.clone());
            }
            [Expr::Text(from), Expr::Text(to)] if from == "_" && to == "-" => self.dashes = true,
            _ => return None,
        }
        Some(())
    }
}
