//! Which files of a history count: those that a scan of the same roots would read for what code asks and what configuration
//! gives.
//!
//! Goes by paths alone. What `.gitignore` names and somebody committed in spite of that counts, as in a scan.

use crate::config::PathGlobs;
use crate::definitions;
use crate::discover;
use crate::reads::templates::is_template;
use crate::reads::{Engine, is_test_path};

/// The roots of a scan that lie in one repository.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// Where each root is, from the top of the repository, with its number; empty for the top itself.
    roots: Vec<(u16, String)>,
    exclude: PathGlobs,
    /// What tells this scope from others.
    pub(super) mark: String,
}

impl Scope {
    /// The scope of these roots without what the globs match.
    pub(super) fn new(roots: Vec<(u16, String)>, exclude: &[String]) -> Self {
        let mut mark = String::new();
        for part in roots.iter().map(|(_, prefix)| prefix).chain(exclude) {
            mark.push_str(part);
            mark.push('\n');
        }
        Self { roots, exclude: PathGlobs::new(exclude), mark }
    }

    /// The root that a path belongs to, the first where there are more, and where it is in it.
    pub(super) fn inside<'p>(&self, path: &'p str) -> Option<(u16, &'p str)> {
        self.roots.iter().find_map(|(number, prefix)| Some((*number, under(path, prefix)?)))
    }

    /// The path from the top of the repository of a file that a root holds.
    pub(super) fn outside(&self, root: u16, inside: &str) -> Option<String> {
        let (_, prefix) = self.roots.iter().find(|(number, _)| *number == root)?;
        Some(if prefix.is_empty() { inside.to_owned() } else { format!("{prefix}/{inside}") })
    }

    /// Whether a folder may hold what counts. `holds` and `beside` tell whether a name is in it and next to it.
    pub(super) fn enters(
        &self,
        folder: &str,
        holds: &dyn Fn(&str) -> bool,
        beside: &dyn Fn(&str) -> bool,
    ) -> bool {
        let leads_to_root = self.roots.iter().any(|(_, prefix)| under(prefix, folder).is_some());
        if folder.is_empty() || leads_to_root {
            return true;
        }
        let Some((_, inside)) = self.inside(folder) else { return false };
        let mut names = folder.rsplit('/');
        let name = names.next().unwrap_or(folder);
        let above = names.next().unwrap_or_default();
        !discover::is_foreign((above, name), holds, beside) && !self.exclude.fits(inside)
    }

    /// Whether a file counts.
    pub(super) fn takes(&self, path: &str) -> bool {
        self.inside(path).is_some_and(|(_, inside)| {
            (is_code(inside) || definitions::may_define(inside)) && !self.exclude.fits(inside)
        })
    }
}

/// Whether what a file names is named by code: tests keep no key alive.
pub(super) fn is_code(inside: &str) -> bool {
    (Engine::is_source(inside) || is_template(inside)) && !is_test_path(inside)
}

/// The path from a folder on; empty for the folder itself.
fn under<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn roots_and_what_they_leave_out() {
        let roots = vec![(0, "services/shop".to_owned()), (1, "deploy".to_owned())];
        let scope = Scope::new(roots, &["generated".to_owned()]);
        assert!(scope.takes("services/shop/bake.py") && scope.takes("deploy/production.env"));
        assert!(!scope.takes("services/mill/bake.py") && !scope.takes("services/shop/README.md"));
        assert!(!scope.takes("services/shop/tests/bake.py"), "tests keep no key alive");
        assert!(scope.takes("services/shop/pages/bake.html"), "templates of pages ask for flags");
        assert!(!scope.takes("services/shop/generated/bake.py"));
        let enters = |folder: &str| scope.enters(folder, &|_| false, &|_| false);
        assert!(enters("") && enters("services") && enters("services/shop/oven"));
        assert!(!enters("services/mill") && !enters("services/shop/node_modules"));
        assert_eq!(scope.inside("deploy/production.env"), Some((1, "production.env")));
        assert_eq!(scope.outside(0, "bake.py").as_deref(), Some("services/shop/bake.py"));
    }
}
