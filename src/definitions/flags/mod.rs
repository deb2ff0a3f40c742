//! What providers of feature flags know, from their files and exports: one file for each provider.
//!
//! Each form is told by its content. Does not know which code asks, nor what a provider knows beyond the file.

pub(super) mod appconfig;
pub(super) mod configcat;
pub(super) mod embedded;
pub(super) mod eppo;
pub(super) mod feature_management;
pub(super) mod featurevisor;
pub(super) mod flag_file;
pub(super) mod flag_list;
pub(super) mod flagd;
pub(super) mod flagpole;
pub(super) mod flagsmith;
pub(super) mod flask_classes;
pub(super) mod flipper;
pub(super) mod flipt;
pub(super) mod go_feature_flag;
pub(super) mod growthbook;
pub(super) mod launchdarkly;
pub(super) mod manifest;
pub(super) mod posthog;
pub(super) mod powertools;
pub(super) mod sentry_options;
pub(super) mod split;
pub(super) mod statsig;
pub(super) mod switched;
pub(super) mod unleash;
pub(super) mod waffle;

mod served;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::context::{Context, env, note_problems};
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::model::{FlagState, Namespace, Percent};
use crate::text::TextRange;

pub(super) use served::{Answer, Served};

/// Whether a file at this path has a syntax in which providers write: JSON and YAML.
pub(super) fn is_data(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
}

/// Whether a file at this path is JSON.
pub(super) fn is_json(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Json)
}

/// The trees of all documents.
pub(super) fn roots(documents: &[Document]) -> impl Iterator<Item = Node<'_>> {
    documents.iter().filter_map(Document::root)
}

/// The name of a flag, and where it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// Where.
    pub(super) range: TextRange,
}

/// The name under a key of a map.
pub(super) fn named<'a>(node: Node<'a>, key: &str) -> Option<Named<'a>> {
    let value = node.get(key)?;
    let name = value.text().filter(|name| !name.trim().is_empty() && !value.is_null())?;
    Some(Named { name, range: value.resolved().range() })
}

/// A flag as it is written: its name, and what is said of it.
pub(super) type Item<'a> = (Named<'a>, Node<'a>);

/// The entries of a map of flags.
pub(super) fn entries(map: Option<Node<'_>>) -> Vec<Item<'_>> {
    let pairs = map.map(Node::entries).unwrap_or_default().into_iter();
    pairs.map(|pair| (Named { name: pair.key, range: pair.key_range }, pair.value)).collect()
}

/// What one file of a provider says, by the environments that it names itself.
pub(super) struct Flags<'c> {
    context: Context<'c>,
    kind: &'static str,
    sources: Vec<SourceFacts>,
    /// The place of each environment among the sources.
    places: BTreeMap<Option<String>, usize>,
}

impl<'c> Flags<'c> {
    /// A file that says nothing yet.
    pub(super) fn new(context: Context<'c>, kind: &'static str) -> Self {
        Self { context, kind, sources: Vec::new(), places: BTreeMap::new() }
    }

    /// Adds what `environment` gives those who ask for a flag; `None` for what the file says of no environment.
    pub(super) fn add(
        &mut self,
        environment: Option<&str>,
        flag: Named<'_>,
        served: Served<'_>,
        mut state: FlagState,
    ) {
        let context = self.context;
        let facts = self.source(environment);
        // An archived flag is served to nobody, whatever it said.
        let served = if state.is_archived { Served::Default } else { served };
        let (value, range, said) = served.settle(context, flag, facts);
        state.serves = said;
        state.owner = state.owner.filter(|owner| !looks_secret_value(owner));
        let mut entry = env(flag.name, flag.range, value, range);
        entry.namespace = Namespace::Flag;
        entry.flag = Some(Box::new(state));
        facts.entries.push(entry);
    }

    /// The source of one environment.
    pub(super) fn source(&mut self, environment: Option<&str>) -> &mut SourceFacts {
        let section = environment.map(str::to_owned);
        let at = *self.places.entry(section.clone()).or_insert_with(|| {
            let mut facts = self.context.source(self.kind);
            facts.section = section;
            self.sources.push(facts);
            self.sources.len() - 1
        });
        &mut self.sources[at]
    }

    /// The sources, with what could not be understood.
    pub(super) fn finish(mut self, documents: &[Document]) -> Vec<SourceFacts> {
        if let Some(first) = self.sources.first_mut() {
            for document in documents {
                note_credentials(document, &mut first.secrets);
            }
        }
        for document in documents {
            if !document.problems.is_empty() || document.is_exhausted() {
                note_problems(document, self.source(None));
            }
        }
        self.sources
    }
}

/// Exports hold credentials beside their flags, and may be one line: no line shows them.
fn note_credentials(document: &Document, secrets: &mut Vec<TextRange>) {
    for node in document.nodes() {
        if node.text().is_some_and(looks_secret_value) {
            secrets.push(node.range());
        }
        let named = node.entries().into_iter().filter(|pair| looks_secret_name(pair.key));
        let texts = named.filter(|pair| pair.value.text().is_some_and(|text| !text.is_empty()));
        secrets.extend(texts.map(|pair| pair.value.range()));
    }
}

/// Whether a node is written as true.
pub(super) fn is_true(node: Option<Node<'_>>) -> bool {
    node.and_then(Node::text).is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Whether a node is written as false.
pub(super) fn is_false(node: Option<Node<'_>>) -> bool {
    node.and_then(Node::text).is_some_and(|text| text.eq_ignore_ascii_case("false"))
}

/// Whether a list or map has nothing in it, or is not there.
pub(super) fn is_empty(node: Option<Node<'_>>) -> bool {
    node.is_none_or(|node| {
        node.is_null()
            || node.text().is_none() && node.items().is_empty() && node.entries().is_empty()
    })
}

/// A share that is written as a percentage, also with a fraction.
pub(super) fn percent(node: Node<'_>) -> Option<Percent> {
    share(node, 100.0)
}

/// A share of `whole`.
pub(super) fn share(node: Node<'_>, whole: f64) -> Option<Percent> {
    let number: f64 = node.text()?.trim().trim_end_matches('%').parse().ok()?;
    let thousandths = (number / whole * f64::from(Percent::ALL.0)).round();
    let fits = (0.0..=f64::from(Percent::ALL.0)).contains(&thousandths);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between nothing and all"
    )]
    fits.then_some(Percent(thousandths as u32))
}

/// A day as providers write it: `2024-06-01`, `2024-06-01T10:00:00Z`, seconds or thousandths of a second since 1970.
pub(super) fn day(node: Option<Node<'_>>) -> Option<Date> {
    let node = node.filter(|node| !node.is_null())?;
    let text = node.text()?.trim();
    if let Some(head) = text.get(..10)
        && let Ok(date) = head.parse::<Date>()
    {
        return Some(date);
    }
    let number: i64 = text.parse().ok()?;
    let stamp = match number {
        100_000_000_000.. => jiff::Timestamp::from_millisecond(number).ok()?,
        100_000_000.. => jiff::Timestamp::from_second(number).ok()?,
        _ => return None,
    };
    Some(stamp.to_zoned(TimeZone::UTC).date())
}

/// The items of the list under a key.
pub(super) fn list<'a>(node: Node<'a>, key: &str) -> Vec<Node<'a>> {
    node.get(key).map(Node::items).unwrap_or_default()
}

/// The text of the first of these keys that has one.
pub(super) fn text_of<'a>(node: Node<'a>, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| {
        let value = node.get(key).filter(|value| !value.is_null())?;
        value.text().filter(|text| !text.is_empty())
    })
}

/// What a free map beside a flag says of its owner and its days: `metadata` of several providers.
pub(super) fn note_metadata(metadata: Option<Node<'_>>, state: &mut FlagState) {
    let Some(metadata) = metadata else { return };
    let owner = text_of(metadata, &["owner", "team", "maintainer", "owners"]);
    state.owner = state.owner.take().or_else(|| owner.map(str::to_owned));
    let expires = [
        "expires",
        "expiry",
        "expiryDate",
        "expirationDate",
        "expiration",
        "expires_at",
        "removeBy",
    ];
    let first = |keys: &[&str]| keys.iter().find_map(|key| day(metadata.get(key)));
    state.dates.expires = state.dates.expires.or_else(|| first(&expires));
    state.dates.created =
        state.dates.created.or_else(|| first(&["created", "createdAt", "created_at"]));
    state.is_permanent |= is_true(metadata.get("permanent"));
}

#[cfg(test)]
mod tests {
    use super::{day, percent};
    use crate::document::json;
    use crate::model::Percent;

    #[test]
    fn days_have_several_spellings() {
        for (text, wanted) in [
            ("\"2024-06-01\"", Some("2024-06-01")),
            ("\"2024-06-01T23:59:59.123Z\"", Some("2024-06-01")),
            ("1717200000000", Some("2024-06-01")),
            ("1717200000", Some("2024-06-01")),
            ("7", None),
            ("null", None),
            ("\"soon\"", None),
        ] {
            let document = json::parse(text);
            let found = day(document.root()).map(|date| date.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn shares_are_between_nothing_and_all() {
        for (text, wanted) in [
            ("20", Some(Percent(20_000))),
            ("\"33.33\"", Some(Percent(33_330))),
            ("100", Some(Percent::ALL)),
            ("0", Some(Percent::NONE)),
            ("101", None),
            ("\"many\"", None),
        ] {
            let document = json::parse(text);
            assert_eq!(document.root().and_then(percent), wanted, "{text}");
        }
    }
}
