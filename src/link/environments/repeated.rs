//! Names that the values of many charts repeat: `values-summit.yaml` beside chart after chart is a deployment, whatever the word.
//!
//! Knows what files of values are called, and where they stand. A name of one chart alone can be a feature; it is none here.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::family::counts;
use super::mark::{Mark, Proof, Token, outermost};
use super::vocabulary::{BASES, CONTAINERS, CONTRACTS, PLAIN};
use crate::model::Class;
use crate::text::relative::folder;

/// In how many folders a name must be to say something by itself.
const FEWEST: usize = 3;

/// A root and a name in it.
type Name<'a> = (u16, &'a str);

/// Where the names stand.
#[derive(Default)]
struct Names<'a> {
    /// The folders of each name.
    folders: BTreeMap<Name<'a>, BTreeSet<&'a str>>,
    /// The names of each folder.
    beside: BTreeMap<(u16, &'a str), BTreeSet<&'a str>>,
}

/// Gives the sources of such files the whole name as their environment.
pub(super) fn find(sources: &[Sourced], marks: &mut [Mark]) {
    let mut names = Names::default();
    for (source, _) in sources.iter().zip(marks.iter()).filter(|(source, mark)| fits(source, mark))
    {
        if let Some(name) = name(&source.path) {
            let here = folder(&source.path);
            names.folders.entry((source.root, name)).or_default().insert(here);
            names.beside.entry((source.root, here)).or_default().insert(name);
        }
    }
    let (held, repeated) = (names.held(), names.repeated());
    let placed = by_folders(sources, marks);
    for (source, mark) in sources.iter().zip(marks.iter_mut()) {
        let own = name(&source.path).filter(|_| fits(source, mark));
        let is_other = own.is_none() && source.section.is_none() && counts(source, mark);
        let Some(found) = own.or_else(|| stem(&source.path).filter(|_| is_other)) else { continue };
        let key = (source.root, found);
        let (proof, reason) = match held.get(&key) {
            Some(holder) => (Proof::Sure, format!("the folder `{holder}` has a file of its name")),
            None if repeated.contains(&key) => {
                (Proof::Doubtful, format!("many charts have values for `{found}`"))
            }
            None => continue,
        };
        let is_known = mark.token.as_ref().is_some_and(|token| {
            // `values-api-dev.yaml` beside `values-dev.yaml` is of `dev`.
            let stands_alone = names.folders.contains_key(&(source.root, token.stem.as_str()));
            token.raw.eq_ignore_ascii_case(found) || stands_alone || token.region.is_some()
        });
        let is_placed = placed.contains(&key);
        let around = is_placed.then(|| outermost(&source.path, source.class)).flatten();
        if around.is_some() {
            mark.token = around;
        } else if !is_known {
            let family = source.path.replacen(found, "{env}", 1);
            mark.token = Some(Token { proof, family, reason, ..Token::unknown(found) });
        }
    }
}

/// Names that stand in the folders of several environments: `dev/values-bakery.yaml` and `prod/values-bakery.yaml` say whose values they
/// are, and the folders say where.
fn by_folders<'a>(sources: &'a [Sourced], marks: &[Mark]) -> BTreeSet<Name<'a>> {
    let mut places: BTreeMap<Name<'a>, BTreeSet<String>> = BTreeMap::new();
    for (source, _) in sources.iter().zip(marks).filter(|(source, mark)| fits(source, mark)) {
        if let (Some(token), Some(name)) =
            (outermost(&source.path, source.class), name(&source.path))
        {
            places.entry((source.root, name)).or_default().insert(token.canonical);
        }
    }
    places.retain(|_, all| all.len() >= 2);
    places.into_keys().collect()
}

impl<'a> Names<'a> {
    /// Names of files in a folder that holds environments, with the folder.
    fn held(&self) -> BTreeMap<Name<'a>, &'a str> {
        let holds = |path: &str| CONTAINERS.contains(&path.rsplit('/').next().unwrap_or(path));
        let holders = self.beside.iter().filter(|((_, path), all)| holds(path) && all.len() >= 2);
        let all = holders
            .flat_map(|(&(root, path), all)| all.iter().map(move |name| ((root, *name), path)));
        all.filter(|(name, _)| self.folders.get(name).is_some_and(|all| all.len() >= 2)).collect()
    }

    /// Names in so many of the folders with more than one name that they are no feature of some charts.
    fn repeated(&self) -> BTreeSet<Name<'a>> {
        let mut many: BTreeMap<u16, usize> = BTreeMap::new();
        for ((root, _), _) in self.beside.iter().filter(|(_, all)| all.len() >= 2) {
            *many.entry(*root).or_default() += 1;
        }
        let often = self.folders.iter().filter(|((root, _), all)| {
            let beside = many.get(root).copied().unwrap_or(0);
            all.len() >= FEWEST && all.len() * 3 >= beside
        });
        let found: BTreeSet<_> = often.map(|(name, _)| *name).collect();
        let is_alone = |root: u16| found.iter().filter(|(other, _)| *other == root).count() < 2;
        found.iter().filter(|(root, _)| !is_alone(*root)).copied().collect()
    }
}

fn fits(source: &Sourced, mark: &Mark) -> bool {
    source.class == Class::Cluster && source.section.is_none() && counts(source, mark)
}

/// What a file is called without its ends: `summit` of `summit.env`.
fn stem(path: &str) -> Option<&str> {
    path.rsplit('/').next().unwrap_or(path).split('.').next().filter(|stem| !stem.is_empty())
}

/// The name that a file of values has: `summit` of `values-summit.yaml`.
fn name(path: &str) -> Option<&str> {
    const SIGNS: [char; 3] = ['-', '.', '_'];
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml"))?;
    // `calico-values.yaml` rather says whose values they are.
    let name = stem.strip_prefix("values")?.strip_prefix(SIGNS)?;
    let plain = name.to_lowercase();
    let is_other = [BASES, CONTRACTS, PLAIN].iter().any(|all| all.contains(&plain.as_str()));
    (!name.is_empty() && !is_other).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn files_of_values_have_names() {
        assert_eq!(name("charts/api/values-summit.yaml"), Some("summit"));
        assert_eq!(name("values.tea-room.yml"), Some("tea-room"));
        for path in ["values.yaml", "values-common.yaml", "oven-values.yaml", "values-x.json"] {
            assert_eq!(name(path), None, "{path}");
        }
    }
}
