//! Builds that a tool's file lists: Skaffold's artifacts, the steps of Cloud Build.
//!
//! Runs no step. What a trigger puts into a variable is not known.

use super::variables::Variables;
use super::{Manifest, arguments, commands, name};
use crate::document::{Entry, Node, Syntax, parse};
use crate::facts::BuildFacts;
use crate::facts::build::{BuiltOf, GivenArgument, GivenToBuild, ImageFact};
use crate::model::Value;
use crate::text::File;
use crate::text::relative::joined;

/// Cloud Build.
pub(super) static CLOUD_BUILD: Manifest =
    Manifest { name: "cloud-build", paths: is_cloud_build, extract: cloud_build };
/// Skaffold's artifacts.
pub(super) static SKAFFOLD: Manifest =
    Manifest { name: "skaffold", paths: is_skaffold, extract: skaffold };

fn is_skaffold(path: &str) -> bool {
    name(path).starts_with("skaffold") && Syntax::of(path) == Some(Syntax::Yaml)
}

fn is_cloud_build(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    (name.contains("cloudbuild") || name.contains("cloud-build") || name.contains("cloud_build"))
        && matches!(Syntax::of(path), Some(Syntax::Yaml | Syntax::Json))
}

fn skaffold(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    for document in parse(&file.text, Syntax::Yaml) {
        let Some(root) = document.root() else { continue };
        let artifacts = root.at(&["build", "artifacts"]).map(Node::items).unwrap_or_default();
        for artifact in artifacts {
            let Some(image) = artifact.get("image").and_then(Node::text) else { continue };
            let text = |path: &[&str]| artifact.at(path).and_then(Node::text);
            let context = text(&["context"]).unwrap_or(".");
            let whole = BuiltOf {
                dockerfile: text(&["docker", "dockerfile"]).and_then(|path| joined(context, path)),
                context: context.to_owned(),
            };
            // A builder without a Dockerfile is told which part of the context it builds.
            let part = text(&["jib", "project"]).or_else(|| text(&["ko", "dir"]));
            let part = part.map(|part| BuiltOf {
                context: format!("{}/{part}", context.trim_end_matches('/')),
                dockerfile: None,
            });
            let of = vec![part.unwrap_or(whole)];
            let docker = artifact.get("docker").or_else(|| artifact.get("kaniko"));
            let given = docker.map(|docker| given(docker, &file.text)).unwrap_or_default();
            facts.images.push(ImageFact { image: image.to_owned(), of, given });
        }
    }
    facts
}

/// What an artifact gives its build. Those of its `buildArgs` that are templates of Go are not known.
fn given(docker: Node<'_>, text: &str) -> GivenToBuild {
    let one = |pair: &Entry<'_>| {
        let range = pair.value.resolved().range();
        let plain = pair.value.text().filter(|_| !range.slice(text).contains("{{"));
        let value = plain.map_or(Value::PassThrough, |text| arguments::value(pair.key, text));
        GivenArgument { name: pair.key.to_owned(), value, range }
    };
    let all = docker.get("buildArgs").map(Node::entries).unwrap_or_default();
    GivenToBuild {
        arguments: Some(all.iter().map(one).collect()),
        target: docker.get("target").and_then(Node::text).map(str::to_owned),
    }
}

/// A step is a command of the image that it names; its folder is seen from the root of the repository.
fn cloud_build(file: &File) -> BuildFacts {
    let mut facts = BuildFacts::default();
    let Some(syntax) = Syntax::of(&file.path) else { return facts };
    for document in parse(&file.text, syntax) {
        let Some(root) = document.root() else { continue };
        let mut variables = Variables::default();
        for pair in root.get("substitutions").map(Node::entries).unwrap_or_default() {
            variables.set(pair.key, pair.value.text().unwrap_or_default());
        }
        for step in root.get("steps").map(Node::items).unwrap_or_default() {
            let text = |key: &str| step.get(key).and_then(Node::text).unwrap_or_default();
            let builder = name(text("name")).split(':').next().unwrap_or_default();
            let args = step.get("args").map(Node::items).unwrap_or_default();
            let args: Vec<&str> = args.into_iter().filter_map(Node::text).collect();
            let folder = match text("dir") {
                "" => ".",
                folder => folder,
            };
            let is_shell = !text("entrypoint").is_empty() || !text("script").is_empty();
            let command = match builder {
                _ if is_shell => format!("{}\n{}", args.join("\n"), text("script")),
                "docker" | "executor" => format!("{builder} {}", args.join(" ")),
                _ => continue,
            };
            let script = format!("cd {folder} && {command}");
            facts.images.extend(commands::built(&script, &variables, &["/"]));
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::{CLOUD_BUILD, SKAFFOLD};
    use crate::text::File;

    #[test]
    fn steps_of_cloud_build_run_in_their_folder() {
        let text = "steps:\n  - name: gcr.io/cloud-builders/docker\n    dir: services/oven\n    args: ['build', '-t', '$_REPO/oven:$SHORT_SHA', '.']\n\
                    substitutions:\n  _REPO: europe-docker.pkg.dev/bakery/images\n";
        let facts = (CLOUD_BUILD.extract)(&File::new("cloudbuild.yaml", text));
        assert_eq!(facts.images[0].image, "europe-docker.pkg.dev/bakery/images/oven:$SHORT_SHA");
        assert_eq!(facts.images[0].of[0].context, "/services/oven");
    }
    #[test]
    fn builders_without_a_dockerfile_are_told_the_part() {
        let text = "build:\n  artifacts:\n    - image: oven\n      context: ../../\n      jib: {project: src/oven}\n    - image: till\n      context: till\n";
        let facts = (SKAFFOLD.extract)(&File::new("src/oven/skaffold.yaml", text));
        let contexts: Vec<&str> =
            facts.images.iter().map(|image| image.of[0].context.as_str()).collect();
        assert_eq!(contexts, ["../../src/oven", "till"]);
    }

    #[test]
    fn arguments_of_a_build_are_told_but_those_of_templates() {
        let text = "build:\n  artifacts:\n    - image: oven\n      docker:\n        target: slim\n        buildArgs:\n          HEAT: \"200\"\n          TAG: '{{.TAG}}'\n    - image: till\n      jib: {}\n";
        let facts = (SKAFFOLD.extract)(&File::new("skaffold.yaml", text));
        let given = &facts.images[0].given;
        let told: Vec<(&str, Option<&str>)> = given
            .arguments
            .iter()
            .flatten()
            .map(|one| (one.name.as_str(), one.value.shown()))
            .collect();
        assert_eq!(told, [("HEAT", Some("200")), ("TAG", None)]);
        assert_eq!(given.target.as_deref(), Some("slim"));
        assert_eq!(facts.images[1].given.arguments, None);
    }
}
