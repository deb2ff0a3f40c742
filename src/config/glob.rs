//! Globs of the policy: of file paths and of key names.
//!
//! A path glob is anchored at the root; one without `/` fits a file of that name anywhere, one that fits a folder
//! fits everything below it. A key glob fits the whole name, and `*` crosses every separator.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Path globs, compiled, in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub struct PathGlobs {
    set: GlobSet,
    /// For each compiled glob, the place of the pattern it comes from.
    origin: Vec<usize>,
}

impl PathGlobs {
    /// Compiles `patterns`. One that does not compile fits nothing: the policy file refuses such a pattern.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Self {
        let mut builder = GlobSetBuilder::new();
        let mut origin = Vec::new();
        for (at, pattern) in patterns.iter().enumerate() {
            for form in path_forms(pattern.as_ref()) {
                if let Ok(glob) = GlobBuilder::new(&form).literal_separator(true).build() {
                    builder.add(glob);
                    origin.push(at);
                }
            }
        }
        Self { set: builder.build().unwrap_or_default(), origin }
    }

    /// Whether any pattern fits `path`.
    pub fn fits(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The place of the last pattern that fits `path`: in a list of layers the later one counts.
    pub fn last_fit(&self, path: &str) -> Option<usize> {
        self.set.matches(path).into_iter().map(|at| self.origin[at]).max()
    }
}

/// Why `pattern` is no path glob.
pub(super) fn check_path(pattern: &str) -> Result<(), String> {
    for form in path_forms(pattern) {
        GlobBuilder::new(&form).literal_separator(true).build().map_err(|error| explain(&error))?;
    }
    Ok(())
}

/// Why `pattern` is no key glob.
pub(super) fn check_name(pattern: &str) -> Result<(), String> {
    GlobBuilder::new(pattern).build().map(drop).map_err(|error| explain(&error))
}

fn explain(error: &globset::Error) -> String {
    format!("invalid glob `{}`: {}", error.glob().unwrap_or(""), error.kind())
}

fn path_forms(pattern: &str) -> Vec<String> {
    let trimmed = pattern.trim_start_matches("./");
    let anchored = trimmed.starts_with('/');
    let bare = trimmed.trim_matches('/');
    if bare.is_empty() {
        return vec!["**".to_owned()];
    }
    let is_anywhere = !anchored && !bare.contains('/');
    let full = if is_anywhere { format!("**/{bare}") } else { bare.to_owned() };
    if full.ends_with("**") {
        return vec![full];
    }
    let below = format!("{full}/**");
    if trimmed.ends_with('/') { vec![below] } else { vec![full, below] }
}

/// Whether the key glob `pattern` fits the whole of `name`.
pub fn fits_name(pattern: &str, name: &str) -> bool {
    if pattern.bytes().any(|byte| matches!(byte, b'[' | b'{' | b'\\')) {
        let glob = GlobBuilder::new(pattern).build();
        return glob.is_ok_and(|glob| glob.compile_matcher().is_match(name));
    }
    wildcard(pattern.as_bytes(), name.as_bytes())
}

/// Matches `*` and `?` in one pass with one point to come back to.
fn wildcard(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut on) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while on < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                back = Some((at + 1, on));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[on] => {
                at += 1;
                on += 1;
            }
            _ => {
                let Some((resume, from)) = back else { return false };
                back = Some((resume, from + 1));
                at = resume;
                on = from + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::{PathGlobs, fits_name};

    #[test]
    fn key_globs_fit_whole_names() {
        assert!(fits_name("AWS_*", "AWS_REGION"));
        assert!(fits_name("*_PROXY", "HTTPS_PROXY"));
        assert!(fits_name("*a*b*", "xxaxxbxx"));
        assert!(fits_name("database.*", "database.pool.size"));
        assert!(fits_name("{HOME,PATH}", "PATH"));
        assert!(!fits_name("AWS_*", "MY_AWS_REGION"));
        assert!(!fits_name("PORT", "PORTS"));
        assert!(!fits_name("A?", "A"));
    }

    #[test]
    fn path_globs_fit_files_and_folders() {
        let globs = PathGlobs::new(&["deploy/prod", "*.env", "/root.toml", "conf/*/app.yaml"]);
        for path in ["deploy/prod/a/b.yaml", "x/y/web.env", "root.toml", "conf/dev/app.yaml"] {
            assert!(globs.fits(path), "{path}");
        }
        for path in ["deploy/production/a.yaml", "x/root.toml", "conf/a/b/app.yaml"] {
            assert!(!globs.fits(path), "{path}");
        }
    }

    #[test]
    fn the_later_pattern_counts() {
        let globs = PathGlobs::new(&["deploy/**", "deploy/prod.env"]);
        assert_eq!(globs.last_fit("deploy/prod.env"), Some(1));
        assert_eq!(globs.last_fit("deploy/base.env"), Some(0));
    }
}
