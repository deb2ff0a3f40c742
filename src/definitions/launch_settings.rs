//! `launchSettings.json` of .NET: what each profile of a developer's own run gets.
//!
//! A profile is a run of its own, in the environment that `ASPNETCORE_ENVIRONMENT` names. Nothing deployed reads the file.

use super::context::{Context, note_problems};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node};
use crate::facts::SourceFacts;
use crate::model::Scope;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "launch-settings",
    paths: is_launch_settings,
    needles: &["\"profiles\"", "\"environmentVariables\""],
    claims,
    extract,
};

/// The variables that name the environment of a run.
const SELECTORS: &[&str] = &["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

fn is_launch_settings(path: &str) -> bool {
    paths::name(path).eq_ignore_ascii_case("launchSettings.json")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| root.get("profiles").is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let profiles = document.root().and_then(|root| root.get("profiles"));
        let profiles = profiles.map(Node::entries).unwrap_or_default();
        sources.extend(profiles.iter().map(|pair| profile(context, pair)));
        let mut own = context.source("launch-settings");
        note_problems(document, &mut own);
        sources.push(own);
    }
    sources.retain(|facts| !facts.entries.is_empty() || !facts.problems.is_empty());
    sources
}

fn profile(context: Context<'_>, pair: &Pair<'_>) -> SourceFacts {
    let mut facts = context.source("launch-settings");
    let Some(variables) = pair.value.get("environmentVariables") else { return facts };
    let selected = SELECTORS.iter().find_map(|name| variables.get(name).and_then(Node::text));
    facts.section = selected.map(str::to_owned);
    let scope = Scope::Workload(pair.key.to_owned());
    Giving { scope: Some(&scope), ..Giving::default() }.map(context, variables, &mut facts);
    facts
}
