//! Services of the Serverless Framework: what `environment` of the provider and of each function gives.
//!
//! A value that is chosen by the stage (`${param:x}`, `${self:custom.${sls:stage}.x}`) is followed to the block of each
//! stage, and a file that holds a whole `environment` (`${file(…)}`) is taken in. Other variables are references.

use std::collections::BTreeSet;

use super::cloudformation::variables_by;
use super::context::{Context, note_opaque, note_problems};
use super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax, newer};
use crate::facts::{Handler, SourceFacts, Workload};
use crate::model::{Interpolation, OnUnset, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "serverless",
    paths: is_service,
    needles: &["service", "provider"],
    claims,
    extract,
};

/// How a text names the stage that is deployed: before the end, or before what holds where none is given.
const STAGES: &[&str] = &[
    "${sls:stage",
    "${self:provider.stage",
    "${opt:stage",
    "${self:custom.stage",
    "${self:custom.currentStage",
];

fn is_service(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
}

fn claims(file: &File, documents: &[Document]) -> bool {
    let is_named = paths::words(file.name()).iter().any(|word| word == "serverless");
    documents.iter().filter_map(Document::root).any(|root| {
        let provider = root.get("provider");
        let is_cloud = provider.is_some_and(|it| it.get("name").is_some());
        root.get("service").is_some()
            && (is_named && provider.is_some() || is_cloud && root.get("functions").is_some())
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let mut own = context.source("serverless");
        note_problems(document, &mut own);
        if let Some(root) = document.root() {
            let given = given(root);
            for (map, scope) in &given {
                if map.value.is_map() {
                    variables_by(context, map.value, (scope.as_ref(), newer::scalar), &mut own);
                } else if let Some(path) = map.value.text().and_then(file) {
                    own.take_in(path, true, scope.clone(), map.value.range());
                } else {
                    note_opaque("variables of an included file", map.key_range, &mut own);
                }
            }
            for entry in &mut own.entries {
                if let (Value::Reference { needs, .. }, Some(range)) =
                    (&mut entry.value, entry.value_range)
                {
                    *needs = asked(context.raw(range), range, &mut own.secrets);
                }
            }
            own.workloads = workloads(root);
            let of_stages = stages(root).into_iter().map(|name| stage(context, root, name, &given));
            let of_stages: Vec<_> = of_stages.filter(|facts| !facts.entries.is_empty()).collect();
            sources.push(own);
            sources.extend(of_stages);
        } else {
            sources.push(own);
        }
    }
    sources.retain(|facts| facts.says_something() || !facts.opaque.is_empty());
    sources
}

/// The file that a text takes a whole map from: `${file(./env.yml)}`, `${file(./env.yml):${opt:stage}}`.
fn file(text: &str) -> Option<&str> {
    let (path, rest) = text.strip_prefix("${file(")?.split_once(')')?;
    let is_whole = rest == "}"
        || rest.strip_prefix(':').is_some_and(|rest| STAGES.iter().any(|it| rest.starts_with(it)));
    (is_whole && !path.contains('$')).then_some(path)
}

/// The functions, given as a map or as a list of maps.
fn functions(root: Node<'_>) -> Vec<Pair<'_>> {
    let Some(node) = root.get("functions") else { return Vec::new() };
    let mut found = node.entries();
    found.extend(node.items().into_iter().flat_map(Node::entries));
    found
}

/// The entries `environment`, with the function that each is for.
fn given(root: Node<'_>) -> Vec<(Pair<'_>, Option<Scope>)> {
    let shared = root.get("provider").and_then(|provider| provider.entry("environment"));
    let mut found: Vec<_> = shared.map(|pair| (pair, None)).into_iter().collect();
    for function in functions(root) {
        let scope = Scope::Workload(function.key.to_owned());
        found.extend(function.value.entry("environment").map(|pair| (pair, Some(scope))));
    }
    found
}

fn workloads(root: Node<'_>) -> Vec<Workload> {
    let handler = |pair: Pair<'_>| {
        let name = pair.value.get("handler")?.text()?.trim_start_matches("./");
        Some(Handler { name: name.to_owned(), code: Some(".".to_owned()) })
    };
    let is_aws = root.at(&["provider", "name"]).and_then(Node::text) == Some("aws");
    let workload = |pair: Pair<'_>| Workload {
        platform: is_aws.then_some("lambda"),
        build: Some(".".to_owned()),
        handler: handler(pair),
        ..Workload::of(pair.key.to_owned(), pair.key_range)
    };
    functions(root).into_iter().map(workload).collect()
}

/// `${env:X}` and `${env:X, 'default'}` of a value: asked of the shell that deploys.
fn asked(raw: &str, range: TextRange, secrets: &mut Vec<TextRange>) -> Vec<Interpolation> {
    const MARK: &str = "${env:";
    let mut found = Vec::new();
    for (at, _) in raw.match_indices(MARK) {
        let rest = &raw[at + MARK.len()..];
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let Some(close) = rest.find('}').filter(|_| length > 0) else { continue };
        let has_default = rest[length..close].trim_start().starts_with(',');
        let default = rest[length..close].trim_start_matches([',', ' ']).trim_matches(['"', '\'']);
        let hides = crate::model::secrecy::looks_secret(&rest[..length], default);
        if hides && has_default {
            secrets.push(range);
        }
        let text = if hides { "[redacted]" } else { default }.to_owned();
        let on_unset =
            if has_default { OnUnset::Default { text, also_empty: false } } else { OnUnset::Empty };
        let start = range.start as usize + at;
        found.push(Interpolation {
            name: rest[..length].to_owned(),
            on_unset,
            range: TextRange::new(start, start + MARK.len() + close + 1),
        });
    }
    found
}

/// The stages for which the file has blocks: under `params`, under `custom` and its maps where values choose by stage.
fn stages(root: Node<'_>) -> BTreeSet<&str> {
    let params = root.get("params").or_else(|| root.get("stages"));
    let params = params.map(Node::entries).unwrap_or_default();
    let mut names: BTreeSet<&str> =
        params.iter().map(|pair| pair.key).filter(|key| *key != "default").collect();
    for (map, _) in given(root) {
        for pair in map.value.entries() {
            let Some(text) = pair.value.text() else { continue };
            let Some(path) = staged(text) else { continue };
            let above: Vec<&str> = path.split('.').take_while(|part| *part != "*").collect();
            let holder = root.at(&above);
            let blocks = holder.map(Node::entries).unwrap_or_default();
            let rest = path.split_once("*.").map_or("", |(_, rest)| rest);
            let fits =
                |pair: &Pair<'_>| !is_fallback(text, pair.key) && below(pair.value, rest).is_some();
            names.extend(blocks.iter().filter(|pair| fits(pair)).map(|pair| pair.key));
        }
    }
    names
}

/// Whether a block holds where there is none for the stage: by its name, or by what a value says behind its comma.
fn is_fallback(text: &str, key: &str) -> bool {
    let behind = text.rsplit_once(", self:").map_or("", |(_, path)| path);
    key == "default" || behind.trim_end_matches('}').split('.').any(|part| part == key)
}

/// The path in the file that a value chooses by stage, with `*` for the stage: `custom.*.table`.
fn staged(text: &str) -> Option<String> {
    let inside = text.strip_prefix("${self:")?.strip_suffix('}')?;
    let at = STAGES.iter().filter_map(|stage| inside.find(stage)).min()?;
    let stage = inside.get(at..)?;
    let length = closing(stage)?;
    // What stands behind a comma holds where the file has no block for the stage.
    let behind = stage.get(length..)?.split(',').next().unwrap_or("");
    let path = format!("{}*{behind}", inside.get(..at)?);
    (!path.contains(['$', ',', ' ', '}']) && path.matches('*').count() == 1).then_some(path)
}

/// Where the brace closes that a text opens.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' if open == 1 => return Some(at + 1),
            b'}' => open = open.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

fn below<'a>(node: Node<'a>, path: &str) -> Option<Node<'a>> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(node, Node::get)
}

/// What the blocks of one stage give to the variables that ask for it.
fn stage(
    context: Context<'_>,
    root: Node<'_>,
    name: &str,
    given: &[(Pair<'_>, Option<Scope>)],
) -> SourceFacts {
    let mut facts = context.source("serverless");
    facts.section = Some(name.to_owned());
    let params = root.get("params").and_then(|params| params.get(name)).or_else(|| {
        root.get("stages").and_then(|stages| stages.get(name)).and_then(|it| it.get("params"))
    });
    for (map, scope) in given {
        for pair in map.value.entries() {
            let Some(text) = pair.value.text() else { continue };
            let param = text.strip_prefix("${param:").and_then(|rest| rest.strip_suffix('}'));
            let node = match (param, staged(text)) {
                (Some(param), _) => params.and_then(|params| params.get(param)),
                (None, Some(path)) => below(root, &path.replace('*', name)),
                (None, None) => None,
            };
            let Some(node) = node else { continue };
            let first = facts.entries.len();
            let giving = super::variables::Giving {
                references: &[("${", "}")],
                scope: scope.as_ref(),
                scalar: Some(newer::scalar),
            };
            giving.variable(context, &Pair { value: node, ..pair }, &mut facts);
            facts.entries.truncate(first + 1);
        }
    }
    facts
}
