//! Templates of CloudFormation and SAM: what functions and the containers of task definitions get, and what machines write into
//! files of variables.
//!
//! `Globals` are given to every function and lose to its own variables. What an intrinsic function comes to (`!Ref`,
//! `!Sub`) and the parameters of a deployment are not seen.

use super::context::{Context, note_problems};
use super::image::{Unknown, third_party};
use super::variables::{Giving, Plain};
use super::{Format, paths, user_data};
use crate::document::{Document, Node, Syntax, elder};
use crate::facts::Handler;
use crate::facts::{OpaqueFact, SourceFacts, Workload};
use crate::model::{Attribution, Role, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "cloudformation",
    paths: is_structured,
    needles: &["Resources", "Type"],
    claims,
    extract,
};

fn is_structured(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let is_marked =
            ["AWSTemplateFormatVersion", "Transform"].iter().any(|it| root.get(it).is_some());
        let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
        let is_amazon = |node: Node<'_>| {
            node.get("Type").and_then(Node::text).is_some_and(|kind| kind.starts_with("AWS::"))
        };
        !resources.is_empty() && (is_marked || resources.iter().any(|pair| is_amazon(pair.value)))
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = SourceFacts::new("cloudformation");
    let mut of_machines = SourceFacts::new(user_data::KIND);
    // Most of these files are called `template.yaml`.
    let words = paths::words(paths::name(&context.file.path));
    if words.iter().any(|word| matches!(word.as_str(), "example" | "sample")) {
        facts.role = Role::Template;
    }
    let mut written = Vec::new();
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        let shared = root.at(&["Globals", "Function", "Environment", "Variables"]);
        if let Some(map) = shared {
            variables(context, map, None, &mut facts);
        }
        for pair in root.get("Resources").map(Node::entries).unwrap_or_default() {
            resource(context, pair.key, pair.value, &mut facts);
            machine(context, pair.value, &mut written, &mut of_machines);
        }
    }
    user_data::assignments(context, written, &mut of_machines);
    let says = |facts: &SourceFacts| facts.says_something() || !facts.opaque.is_empty();
    [facts, of_machines].into_iter().filter(says).collect()
}

fn resource(context: Context<'_>, name: &str, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(properties) = node.get("Properties") else { return };
    match node.get("Type").and_then(Node::text) {
        Some("AWS::Serverless::Function" | "AWS::Lambda::Function") => {
            function(context, name, properties, facts);
        }
        Some("AWS::ECS::TaskDefinition") => {
            let list = properties.get("ContainerDefinitions").map(Node::items).unwrap_or_default();
            for item in list {
                container(context, name, item, facts);
            }
        }
        _ => {}
    }
}

/// What a machine writes when it starts for the first time.
fn machine(
    context: Context<'_>,
    node: Node<'_>,
    written: &mut Vec<TextRange>,
    facts: &mut SourceFacts,
) {
    let properties = node.get("Properties");
    let data = properties.map(|it| it.get("LaunchTemplateData").unwrap_or(it));
    if let Some(script) = data.and_then(|data| data.get("UserData")) {
        user_data::find(context, script, written, facts);
    }
}

fn function(context: Context<'_>, name: &str, properties: Node<'_>, facts: &mut SourceFacts) {
    if let Some(map) = properties.at(&["Environment", "Variables"]) {
        variables(context, map, Some(&Scope::Workload(name.to_owned())), facts);
    }
    let folder = properties.get("CodeUri").and_then(Node::text);
    facts.workloads.push(Workload {
        image: properties.get("ImageUri").and_then(Node::text).map(str::to_owned),
        build: folder.filter(|folder| !folder.contains("://")).map(str::to_owned),
        handler: properties
            .get("Handler")
            .and_then(Node::text)
            .map(|name| Handler { name: name.to_owned(), code: None }),
        platform: Some("lambda"),
        ..Workload::of(name.to_owned(), properties.range())
    });
}

fn container(context: Context<'_>, resource: &str, node: Node<'_>, facts: &mut SourceFacts) {
    let name = node.get("Name").and_then(Node::text).unwrap_or(resource).to_owned();
    let scope = Scope::Workload(name.clone());
    let image = node.get("Image").filter(|image| intrinsic(context, *image).is_none());
    let image = image.and_then(Node::text);
    let theirs = image.and_then(|image| third_party(image, Unknown::Ours));
    let first = facts.entries.len();
    let scalar = Some(elder::scalar as Plain);
    let giving = Giving { scope: Some(&scope), scalar, ..Giving::default() };
    for item in node.get("Environment").map(Node::items).unwrap_or_default() {
        let (Some(key), Some(value)) = (item.get("Name"), item.get("Value")) else { continue };
        match intrinsic(context, value) {
            Some(text) => {
                let value_range = Some(value.resolved().range());
                giving.push(key, reference(text), value_range, facts);
            }
            None => giving.item(context, key, value, facts),
        }
    }
    for item in node.get("Secrets").map(Node::items).unwrap_or_default() {
        let (Some(key), Some(from)) = (item.get("Name"), item.get("ValueFrom")) else { continue };
        let text = intrinsic(context, from).or_else(|| from.text().map(str::to_owned));
        giving.push(key, reference(text.unwrap_or_default()), None, facts);
    }
    for pair in node.entries().iter().filter(|pair| pair.key == "EnvironmentFiles") {
        facts.opaque.push(OpaqueFact::new(
            "files of variables that ECS fetches",
            Some(name.clone()),
            pair.key_range,
        ));
    }
    if let Some(theirs) = theirs {
        for entry in facts.entries.iter_mut().skip(first) {
            entry.attribution = Attribution::Image(theirs.to_owned());
        }
    }
    facts.workloads.push(Workload {
        image: image.map(str::to_owned),
        platform: Some("ecs"),
        ..Workload::of(name, node.get("Name").map_or(node.range(), Node::range))
    });
}

/// How values refer to what is elsewhere.
const REFERENCES: &[(&str, &str)] = &[("{{resolve:", "}}"), ("${", "}")];

fn variables(context: Context<'_>, map: Node<'_>, scope: Option<&Scope>, facts: &mut SourceFacts) {
    let giving = Giving { scope, references: REFERENCES, scalar: Some(elder::scalar) };
    given(context, map, giving, facts);
}

/// A map of variables as `scalar` reads its plain words.
pub(super) fn variables_by(
    context: Context<'_>,
    map: Node<'_>,
    (scope, scalar): (Option<&Scope>, Plain),
    facts: &mut SourceFacts,
) {
    let giving = Giving { scope, references: REFERENCES, scalar: Some(scalar) };
    given(context, map, giving, facts);
}

/// A map of variables; one that an intrinsic function gives is a reference.
fn given(context: Context<'_>, map: Node<'_>, giving: Giving<'_>, facts: &mut SourceFacts) {
    for pair in map.entries() {
        let first = facts.entries.len();
        giving.variable(context, &pair, facts);
        if let (Some(entry), Some(text)) =
            (facts.entries.get_mut(first), intrinsic(context, pair.value))
        {
            entry.value = reference(text);
        }
    }
}

fn reference(text: String) -> Value {
    Value::Reference { text, needs: Vec::new() }
}

/// A call of an intrinsic function as written: `!Ref Table`, `{ "Fn::GetAtt": [Table, Arn] }`.
fn intrinsic(context: Context<'_>, node: Node<'_>) -> Option<String> {
    /// More of a call than anybody wants to read.
    const MOST: usize = 200;
    let raw = context.raw(node.resolved().range());
    let shown = |text: &str| {
        let line: Vec<&str> = text.split_whitespace().collect();
        line.join(" ").chars().take(MOST).collect::<String>()
    };
    if let Some(tag) = node.tag().filter(|tag| tag.starts_with('!')) {
        let inside = raw.strip_prefix(tag).unwrap_or(raw);
        return Some(shown(&format!("{tag} {inside}")));
    }
    let entries = node.entries();
    match entries.as_slice() {
        [only] if only.key == "Ref" || only.key.starts_with("Fn::") => {
            Some(shown(&format!("{} {}", only.key, context.raw(only.value.resolved().range()))))
        }
        _ => None,
    }
}
