//! The policy file: where it is, what it builds on, what it may say.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::config::{self, Config, Error, FILE_NAMES, Known};
use crate::lang::{LANGS, tables};
use crate::rules::RULES;
use crate::text::files::{self, Unreadable};

/// A policy file is written by hand: a larger one is something else.
const LIMIT: u64 = 4_000_000;

/// The policy: the file that was named, or the one at the first root, or none.
pub(super) fn load(named: Option<&Path>, roots: &[PathBuf]) -> anyhow::Result<Config> {
    let Some(path) = named.map(Path::to_owned).or_else(|| found(roots)) else {
        return Ok(Config::default());
    };
    let shown = path.display().to_string();
    let text =
        read(&path).map_err(|reason| anyhow!("cannot read the policy file {shown}: {reason}"))?;
    // The file that is found stands at the root, and so its paths are told from there.
    let (name, folder) = match named {
        Some(_) => (shown, Path::new("")),
        None => (file_name(&path), path.parent().unwrap_or(Path::new(""))),
    };
    let config = config::load_with(&name, &text, &|other| read(&folder.join(other)));
    let config = config.and_then(|config| check(&config).map(|()| config));
    config.map_err(|error| anyhow!("{}", error.told()))
}

/// The policy file at the first root.
pub(super) fn found(roots: &[PathBuf]) -> Option<PathBuf> {
    let root = roots.first()?;
    FILE_NAMES.iter().map(|name| root.join(name)).find(|path| path.exists())
}

/// The JSON Schema of a policy file.
pub(super) fn schema() -> serde_json::Value {
    config::schema(&Known {
        rules: RULES.iter().map(|rule| (rule.name, rule.summary)).collect(),
        languages: LANGS.iter().map(|lang| lang.name).collect(),
        tables: tables::FIELDS,
    })
}

/// Whether it speaks of rules, languages and columns that there are.
fn check(config: &Config) -> Result<(), Error> {
    let rules: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
    config.check_rules(&rules)?;
    let languages: Vec<_> = LANGS.iter().map(|lang| lang.name).collect();
    config.check_languages(&languages)?;
    tables::check(config)
}

fn read(path: &Path) -> Result<String, String> {
    if path.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !path.is_file() {
        return Err("no such file".to_owned());
    }
    match files::read(path, LIMIT) {
        Ok((_, true)) => Err("it is not UTF-8".to_owned()),
        Ok((text, false)) => Ok(text.to_string()),
        Err(Unreadable::Io(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
