//! Featurevisor: one file for each feature, below `features/`.
//!
//! A feature is called by its path: folders are namespaces, joined by dots as is the default. The first rule that fits decides.

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Named, Served, is_empty, is_false, is_true, list, named, percent, roots,
};
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "featurevisor", paths: is_feature, needles: &["bucketBy"], claims, extract };

fn is_feature(path: &str) -> bool {
    let is_data = matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Toml | Syntax::Yaml));
    is_data && name(path).is_some()
}

/// What a feature is called by its path.
fn name(path: &str) -> Option<String> {
    let below =
        path.strip_prefix("features/").or_else(|| Some(path.split_once("/features/")?.1))?;
    let (stem, _) = below.rsplit_once('.')?;
    (!stem.is_empty() && !stem.contains('.')).then(|| stem.replace('/', "."))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| {
        root.get("bucketBy").is_some()
            && ["environments", "rules", "variations"].iter().any(|key| root.get(key).is_some())
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    let (Some(root), Some(name)) = (roots(documents).next(), name(&context.file.path)) else {
        return all.finish(documents);
    };
    // The file is the feature: its first entry stands for it.
    let Some(first) = root.entries().first().copied() else { return all.finish(documents) };
    let name = Named { name: &name, range: first.key_range };
    let mut state = FlagState::serving(Serves::Unknown);
    state.is_archived = is_true(root.get("archived"));
    let needs = list(root, "required").into_iter();
    let needs = needs.filter_map(|one| one.text().or_else(|| one.get("key")?.text()));
    state.needs.extend(needs.map(str::to_owned));
    for (environment, rules) in environments(root) {
        let served = if state.needs.is_empty() {
            serves(root, environment, rules)
        } else {
            Served::Targeted
        };
        all.add(environment, name, served, state.clone());
    }
    all.finish(documents)
}

/// The environments with what holds there: rules for each, or rules for all.
fn environments(root: Node<'_>) -> Vec<(Option<&str>, Option<Node<'_>>)> {
    if let Some(old) = root.get("environments") {
        return old.entries().iter().map(|pair| (Some(pair.key), Some(pair.value))).collect();
    }
    match root.get("rules") {
        Some(rules) if rules.is_map() => {
            rules.entries().iter().map(|pair| (Some(pair.key), Some(pair.value))).collect()
        }
        rules => vec![(None, rules)],
    }
}

fn serves<'a>(root: Node<'a>, environment: Option<&str>, at: Option<Node<'a>>) -> Served<'a> {
    let Some(at) = at else { return Served::all(false) };
    // The older form has all parts below the environment.
    let part = |key: &str| {
        let own = if at.is_map() { at.get(key) } else { root.get(key) };
        own.map(|node| match environment {
            Some(name) if !at.is_map() => node.get(name),
            _ => Some(node),
        })
    };
    if part("expose").flatten().is_some_and(|it| is_false(Some(it))) {
        return Served::Default;
    }
    if !is_empty(part("force").flatten()) {
        return Served::Targeted;
    }
    let rules = if at.is_map() { list(at, "rules") } else { at.items() };
    let share = |rule: &Node<'_>| rule.get("percentage").and_then(percent);
    let gives =
        |rule: &Node<'_>| share(rule) != Some(Percent::NONE) && !is_false(rule.get("enabled"));
    if !rules.iter().any(gives) {
        return Served::all(false);
    }
    let Some(first) = rules.first().filter(|rule| fits_all(**rule)) else {
        return Served::Targeted;
    };
    let Some(share) = share(first) else { return Served::Unknown };
    let variations = list(root, "variations");
    if variations.is_empty() || !gives(first) {
        return if gives(first) { Served::yes_to(share) } else { Served::all(false) };
    }
    with_variations(*first, &variations, share)
}

fn fits_all(rule: Node<'_>) -> bool {
    let segments = rule.get("segments");
    let is_star = |node: Node<'_>| {
        node.text() == Some("*") || matches!(node.items()[..], [only] if only.text() == Some("*"))
    };
    segments.is_none_or(is_star) && is_empty(rule.get("conditions"))
}

fn with_variations<'a>(rule: Node<'a>, variations: &[Node<'a>], share: Percent) -> Served<'a> {
    let mut parts = Vec::new();
    for variation in variations {
        let Some(word) = named(*variation, "value") else { return Served::Unknown };
        let own = rule.get("variationWeights").and_then(|weights| weights.get(word.name));
        let only = rule.get("variation").and_then(Node::text);
        let weight = match only {
            Some(only) => Some(if only == word.name { Percent::ALL } else { Percent::NONE }),
            None => own.or_else(|| variation.get("weight")).map_or(Some(Percent::NONE), percent),
        };
        let Some(weight) = weight else { return Served::Unknown };
        let part = u64::from(weight.0) * u64::from(share.0) / u64::from(Percent::ALL.0);
        let answer = Answer::Word(word.name, word.range);
        parts.push((answer, Percent(u32::try_from(part).unwrap_or(0))));
    }
    parts.push((Answer::Is(false), Percent(Percent::ALL.0 - share.0)));
    Served::Parts(parts)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn features_are_called_by_their_path() {
        assert_eq!(name("features/checkout/page.yml").as_deref(), Some("checkout.page"));
        assert_eq!(name("flags/features/cache.json").as_deref(), Some("cache"));
        assert_eq!(name("tests/features/cache.spec.yml"), None);
        assert_eq!(name("src/cache.yml"), None);
    }
}
