//! Files of `docker buildx bake`, in HCL and JSON: targets with their folder, Dockerfile and tags. In YAML the services of a
//! compose file are the targets.
//!
//! Calls no function: of a tag that one makes, the literal parts of its name are what is known.

use std::collections::BTreeMap;

use super::variables::{Row, Variables};
use super::{Manifest, arguments, name};
use crate::document::{Entry, Node, Syntax, parse};
use crate::facts::BuildFacts;
use crate::facts::build::{BuiltOf, GivenArgument, GivenToBuild, ImageFact};
use crate::model::Value;
use crate::text::File;
use crate::text::relative::joined;

/// Bake's files.
pub(super) static BAKE: Manifest = Manifest { name: "bake", paths: is_bake, extract: bake };

/// More parents than a target has.
const MAX_PARENTS: usize = 16;

fn is_bake(path: &str) -> bool {
    let name = name(path);
    let syntax = Syntax::of(path);
    name.contains("bake") && matches!(syntax, Some(Syntax::Hcl | Syntax::Json | Syntax::Yaml))
}

fn bake(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    let Some(syntax) = Syntax::of(&file.path) else { return facts };
    for document in parse(&file.text, syntax) {
        let Some(root) = document.root() else { continue };
        if syntax == Syntax::Yaml {
            for service in root.get("services").map(Node::entries).unwrap_or_default() {
                of_service(service.value, &file.text, &mut facts);
            }
            continue;
        }
        let mut variables = Variables::default();
        for one in blocks(root, "variable") {
            if let Some(default) = one.value.get("default").and_then(Node::text) {
                variables.set(one.key, default);
            }
        }
        let targets: BTreeMap<&str, Node<'_>> =
            blocks(root, "target").into_iter().map(|pair| (pair.key, pair.value)).collect();
        for target in targets.values() {
            of_target(*target, &targets, (&file.text, variables.clone()), &mut facts);
        }
    }
    facts
}

/// The blocks of a type, each under its label.
fn blocks<'a>(root: Node<'a>, of: &str) -> Vec<Entry<'a>> {
    let all = root.entries().into_iter().filter(|pair| pair.key == of);
    all.flat_map(|pair| pair.value.entries()).collect()
}

fn of_target(
    target: Node<'_>,
    targets: &BTreeMap<&str, Node<'_>>,
    (text, mut variables): (&str, Variables),
    facts: &mut BuildFacts,
) {
    let chain = parents(target, targets);
    let find = |key: &str| chain.iter().find_map(|node| node.get(key));
    if let Some(matrix) = target.get("matrix") {
        variables.turn(rows(matrix));
    }
    let given = given(&chain, text);
    let tags = find("tags").map(Node::items).unwrap_or_default();
    let context = find("context").and_then(Node::text).unwrap_or(".");
    let dockerfile = find("dockerfile").and_then(Node::text).unwrap_or("Dockerfile");
    for tag in tags.into_iter().filter_map(Node::text) {
        let all = [tag, context, dockerfile].join("\u{0}");
        for filled in variables.expand(&all) {
            let mut parts = filled.split('\u{0}');
            let (Some(image), Some(context), Some(dockerfile)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            // A URL of the repository is the tree itself.
            let context = if context.contains("://") { "." } else { context };
            let Some(context) = joined("", context) else { continue };
            let of = BuiltOf { dockerfile: joined(&context, dockerfile), context };
            let given = given.clone();
            facts.images.push(ImageFact { image: image.to_owned(), of: vec![of], given });
        }
    }
}

/// A service with a `build` is a target; `x-bake` has the tags that it gets beside its image.
fn of_service(service: Node<'_>, text: &str, facts: &mut BuildFacts) {
    let Some(build) = service.get("build") else { return };
    let part = |key: &str| build.get(key).and_then(Node::text);
    let context = build.text().or_else(|| part("context")).unwrap_or(".");
    let Some(context) = joined("", context) else { return };
    let dockerfile = joined(&context, part("dockerfile").unwrap_or("Dockerfile"));
    let tags = build.at(&["x-bake", "tags"]).map(Node::items).unwrap_or_default();
    let given = given(&[build], text);
    for image in service.get("image").into_iter().chain(tags).filter_map(Node::text) {
        let of = vec![BuiltOf { dockerfile: dockerfile.clone(), context: context.clone() }];
        facts.images.push(ImageFact { image: image.to_owned(), of, given: given.clone() });
    }
}

/// What a target gives its build; of an argument that several of its parents give, what the nearest does.
fn given(chain: &[Node<'_>], text: &str) -> GivenToBuild {
    let mut all: BTreeMap<&str, GivenArgument> = BTreeMap::new();
    for pair in chain.iter().rev().filter_map(|node| node.get("args")).flat_map(Node::entries) {
        let range = pair.value.resolved().range();
        // What a variable gives, whoever builds may set; a call and `null` are not known either.
        let raw = range.slice(text);
        let is_plain = raw.starts_with('"') || raw.starts_with(|sign: char| sign.is_ascii_digit());
        let text = pair.value.text().filter(|_| is_plain && !raw.contains("${"));
        let value = text.map_or(Value::PassThrough, |text| arguments::value(pair.key, text));
        let name = pair.key.to_owned();
        all.insert(pair.key, GivenArgument { name, value, range });
    }
    let target = chain.iter().find_map(|node| node.get("target")?.text()).map(str::to_owned);
    GivenToBuild { arguments: Some(all.into_values().collect()), target }
}

/// A target and those that it inherits from, nearest first.
fn parents<'a>(target: Node<'a>, targets: &BTreeMap<&str, Node<'a>>) -> Vec<Node<'a>> {
    let mut chain = vec![target];
    let mut at = 0;
    while let Some(node) = chain.get(at).filter(|_| chain.len() < MAX_PARENTS) {
        // The last parent wins.
        let names = node.get("inherits").map(Node::items).unwrap_or_default();
        let next: Vec<Node<'a>> =
            names.into_iter().rev().filter_map(|name| targets.get(name.text()?).copied()).collect();
        chain.extend(next);
        at += 1;
    }
    chain
}

fn rows(matrix: Node<'_>) -> Vec<Row> {
    let of = |pair: &Entry<'_>| {
        let values = pair.value.items().into_iter();
        let row = |value: Node<'_>| -> Row {
            match value.text() {
                Some(text) => Row::from([(pair.key.to_owned(), text.to_owned())]),
                None => value
                    .entries()
                    .iter()
                    .filter_map(|part| {
                        Some((format!("{}.{}", pair.key, part.key), part.value.text()?.to_owned()))
                    })
                    .collect(),
            }
        };
        values.map(row).collect::<Vec<Row>>()
    };
    // One list is what people write; of several the first tells the parts apart.
    matrix.entries().iter().map(of).find(|rows| rows.len() > 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::BAKE;
    use crate::text::File;

    #[test]
    fn targets_inherit_and_take_variables() {
        let text = "variable \"REGISTRY\" { default = \"registry.example\" }\ntarget \"base\" {\n  context = \"services/oven\"\n}\n\
                    target \"oven\" {\n  inherits = [\"base\"]\n  dockerfile = \"prod.Dockerfile\"\n  tags = [\"${REGISTRY}/oven:latest\"]\n}\n\
                    target \"parts\" {\n  matrix = { part = [\"shop\", \"till\"] }\n  name = part\n  context = \"./services/${part}\"\n  tags = [\"${REGISTRY}/${part}:1\"]\n}\n";
        let facts = (BAKE.extract)(&File::new("docker-bake.hcl", text));
        let all: Vec<(&str, &str, Option<&str>)> = facts
            .images
            .iter()
            .map(|one| {
                (one.image.as_str(), one.of[0].context.as_str(), one.of[0].dockerfile.as_deref())
            })
            .collect();
        assert_eq!(
            all,
            [
                (
                    "registry.example/oven:latest",
                    "services/oven",
                    Some("services/oven/prod.Dockerfile")
                ),
                ("registry.example/shop:1", "services/shop", Some("services/shop/Dockerfile")),
                ("registry.example/till:1", "services/till", Some("services/till/Dockerfile")),
            ]
        );
    }

    #[test]
    fn services_of_a_file_in_yaml_are_targets() {
        let text = "services:\n  oven:\n    image: bakery/oven\n    build:\n      context: ./oven\n      dockerfile: oven.Dockerfile\n      target: slim\n      \
                    args: {HEAT: \"200\"}\n      x-bake:\n        tags: [\"bakery/oven:1\"]\n  till: {image: till}\n";
        let facts = (super::BAKE.extract)(&File::new("docker-bake.yaml", text));
        let images: Vec<&str> = facts.images.iter().map(|one| one.image.as_str()).collect();
        assert_eq!(images, ["bakery/oven", "bakery/oven:1"]);
        let one = &facts.images[0];
        assert_eq!(one.of[0].dockerfile.as_deref(), Some("oven/oven.Dockerfile"));
        assert_eq!(one.of[0].context, "oven");
        assert_eq!(one.given.arguments.as_ref().map(Vec::len), Some(1));
        assert_eq!(one.given.target.as_deref(), Some("slim"));
    }
}
