//! Configuration files to facts: what a ConfigMap or a compose file means.
//!
//! Knows one file at a time, no environment, no code.

mod ansible;
mod app_engine;
mod bicep;
mod cloud_foundry;
mod cloudformation;
mod commands;
mod commented;
mod compose;
mod containers;
mod context;
mod copilot;
mod digital_ocean;
mod dockerfile;
mod dotenv;
mod dotted;
mod dunder;
mod ecs;
mod filled;
mod flags;
mod fly;
mod github_actions;
mod gitlab_ci;
mod hcl_value;
mod helm_parts;
mod helm_values;
mod heroku;
mod image;
mod kamal;
mod kubernetes;
mod launch_settings;
mod live;
mod local_settings;
mod locked;
mod netlify;
mod node_config;
mod nomad;
mod notes;
mod paths;
mod pipeline;
mod procfile;
mod pulumi;
mod radix;
mod render;
mod secret;
mod serverless;
mod settings;
mod settings_file;
mod settings_place;
mod sops;
mod spring;
mod stores;
mod supervisor;
mod symfony;
mod systemd;
mod terraform;
mod user_data;
mod variables;
mod vercel;
mod words;
mod wrangler;
mod written;
mod written_files;
mod yaml_readers;

pub(crate) use compose::is_part as is_part_of_compose;
pub use context::Context;
pub use dockerfile::{Layout, Reach};
pub use flags::flask_classes::{KIND as FLAGS_OF_CLASSES, LIBRARY as LIBRARY_OF_CLASSES};
pub use gitlab_ci::is_pipeline;
pub(crate) use kubernetes::kustomize::is_kustomization;
pub(crate) use kubernetes::workload::scope_name;
pub use live::snapshot;
pub use paths::is_workflow;
pub(crate) use pipeline::tries;
pub use secret::Sealer;
pub(crate) use settings_place::{is_handed, names_environment};

use crate::document::engine::Engine;
use crate::document::{self, Document, Syntax, template};
use crate::facts::{OpaqueFact, SourceFacts};
use crate::model::Role;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{File, TextRange};

/// A configuration format: a row of [`FORMATS`].
pub struct Format {
    /// Its name.
    pub name: &'static str,
    /// Whether a file at this path could be of this format.
    pub paths: fn(&str) -> bool,
    /// Words that all stand in the text of such a file.
    pub needles: &'static [&'static str],
    /// Whether the file, parsed where its syntax gives a tree, is of this format.
    pub claims: fn(&File, &[Document]) -> bool,
    /// What it says.
    pub extract: fn(Context<'_>, &[Document]) -> Vec<SourceFacts>,
}

/// All formats, most specific first: the first that claims a file has it.
pub static FORMATS: &[&Format] = &[
    &dockerfile::FORMAT,
    &dotenv::FORMAT,
    &locked::FORMAT,
    &github_actions::FORMAT,
    &gitlab_ci::FORMAT,
    &flags::appconfig::FORMAT,
    &flags::configcat::FORMAT,
    &flags::eppo::FORMAT,
    &flags::featurevisor::FORMAT,
    &flags::flag_file::FORMAT,
    &flags::flagd::FORMAT,
    &flags::flagpole::FORMAT,
    &flags::flagsmith::FORMAT,
    &flags::flagsmith::EXPORT,
    &flags::flask_classes::FORMAT,
    &flags::flipper::FORMAT,
    &flags::flipt::FORMAT,
    &flags::go_feature_flag::FORMAT,
    &flags::growthbook::FORMAT,
    &flags::launchdarkly::FORMAT,
    &flags::launchdarkly::FILE,
    &flags::manifest::FORMAT,
    &flags::posthog::FORMAT,
    &flags::powertools::FORMAT,
    &flags::sentry_options::FORMAT,
    &flags::split::FORMAT,
    &flags::statsig::FORMAT,
    &flags::unleash::FORMAT,
    &flags::waffle::FORMAT,
    &flags::flag_list::FORMAT,
    &kubernetes::kustomize::FORMAT,
    &compose::FORMAT,
    &compose::STORES,
    &radix::FORMAT,
    &kubernetes::FORMAT,
    &ecs::FORMAT,
    &terraform::FORMAT,
    &nomad::FORMAT,
    &stores::parameters::FORMAT,
    &stores::secrets::FORMAT,
    &stores::vault::FORMAT,
    &stores::consul::FORMAT,
    &stores::azure::FORMAT,
    &stores::google::FORMAT,
    &cloud_foundry::FORMAT,
    &cloudformation::FORMAT,
    &serverless::FORMAT,
    &app_engine::FORMAT,
    &app_engine::INCLUDES,
    &gitlab_ci::PARTS,
    &pulumi::FORMAT,
    &bicep::FORMAT,
    &bicep::parameters::FORMAT,
    &commands::FORMAT,
    &copilot::FORMAT,
    &digital_ocean::FORMAT,
    &fly::FORMAT,
    &heroku::FORMAT,
    &kamal::FORMAT,
    &launch_settings::FORMAT,
    &local_settings::FORMAT,
    &netlify::FORMAT,
    &node_config::FORMAT,
    &procfile::FORMAT,
    &render::FORMAT,
    &supervisor::FORMAT,
    &systemd::FORMAT,
    &vercel::FORMAT,
    &wrangler::FORMAT,
    &ansible::FORMAT,
    &ansible::inventory::FORMAT,
    &ansible::tasks::FORMAT,
    &helm_parts::FORMAT,
    &helm_values::FORMAT,
    &flags::feature_management::FORMAT,
    &containers::FORMAT,
    &symfony::FORMAT,
    &settings_file::FORMAT,
    &sops::FORMAT,
];

/// Larger than any configuration that people write.
const MAX_BYTES: usize = 4_000_000;

/// Whether a file at this path could hold definitions: a cheap test before it is read.
pub fn may_define(path: &str) -> bool {
    let could_be = |path: &str| FORMATS.iter().any(|format| (format.paths)(path));
    !paths::is_foreign(path) && (could_be(path) || filled::behind(path).is_some_and(could_be))
}

/// The format of a file, by its name in [`FORMATS`]; `None` where it is no configuration that is known.
pub fn format_of(file: &File) -> Option<&'static str> {
    recognize(file).map(|(format, _)| format.name)
}

/// The sources that a file holds; none where it is no configuration.
pub fn extract(file: &File, sealer: &Sealer) -> Vec<SourceFacts> {
    if !may_define(&file.path) {
        return Vec::new();
    }
    if file.text.len() > MAX_BYTES {
        return too_large(file);
    }
    if file.text.starts_with("$ANSIBLE_VAULT;") {
        return vec![encrypted(file)];
    }
    let engine = filled::engine(file);
    let made = filled::made(file);
    let as_written = recognize(file).map(|found| (file, found));
    let found =
        as_written.or_else(|| made.as_ref().and_then(|made| Some((made, as_made(made, engine)?))));
    match found {
        Some((plain, (format, documents))) => {
            let is_template = template::is_open(&file.text);
            let context = Context { file: plain, sealer, is_template };
            let mut sources = (format.extract)(context, &documents);
            if format.name != commands::FORMAT.name {
                sources.extend(flags::switched::beside(context, &documents));
            }
            notes::add(file, &mut sources);
            if let Some(engine) = engine {
                filled::decide(file, engine, &mut sources);
            }
            sources
        }
        None if dotenv::is_dotenv(&file.path) && !file.text.trim().is_empty() => {
            vec![unread(
                file,
                "is named like a dotenv file, but most of its lines are no assignments".to_owned(),
            )]
        }
        None => Vec::new(),
    }
}

/// Whether sources of this kind take in single files of variables or settings, so that what they name says something
/// whatever it is called.
pub fn names_files(kind: &str) -> bool {
    matches!(kind, commands::KIND | "properties" | "serverless" | "yaml")
}

/// The source of a file that others take keys from, whatever it is called: variables where its lines are assignments,
/// else settings where its syntax has them.
pub fn extract_taken(file: &File, sealer: &Sealer) -> Vec<SourceFacts> {
    if file.text.len() > MAX_BYTES {
        return Vec::new();
    }
    let context = Context { file, sealer, is_template: false };
    let is_structured = Syntax::of(&file.path).is_some() && !dotenv::holds_variables(file);
    let documents = if is_structured { documents(file, None) } else { Vec::new() };
    let mut sources = match () {
        () if variables::are_blocks(&documents) => variables::blocks(context, &documents),
        () if is_structured => (settings_file::FORMAT.extract)(context, &documents),
        () if (dotenv::FORMAT.claims)(file, &[]) => (dotenv::FORMAT.extract)(context, &[]),
        () => Vec::new(),
    };
    notes::add(file, &mut sources);
    for source in &mut sources {
        source.is_named = true;
    }
    sources
}

/// The sources of a text that a tool prints in the format of this name, whatever its path.
pub fn extract_printed(file: &File, format: &str, sealer: &Sealer) -> Vec<SourceFacts> {
    let Some(format) = FORMATS.iter().find(|row| row.name == format) else { return Vec::new() };
    let documents = document::parse(&file.text, Syntax::Yaml);
    let mut sources = (format.extract)(Context { file, sealer, is_template: false }, &documents);
    notes::add(file, &mut sources);
    sources
}

/// The trees of a file, with what a template engine has yet to fill in blanked out; none where its syntax gives no tree.
pub fn trees(file: &File) -> Vec<Document> {
    documents(file, filled::engine(file))
}

/// The name of an image that is somebody else's, as far as it tells. A compose file builds what is its own.
pub fn image_of_others(image: &str, is_composed: bool) -> Option<&str> {
    let unknown =
        if is_composed { image::Unknown::TheirsUnlessBuilt } else { image::Unknown::Ours };
    image::third_party(image, unknown)
}

/// The name of an image without its tag and digest.
pub fn untagged(image: &str) -> &str {
    image::untagged(image)
}

/// Whether the name of an image says in which registry it lies, and nothing of it is a variable.
pub fn is_in_a_registry(image: &str) -> bool {
    image::is_in_a_registry(image)
}

/// Whether an image is one of a name without an owner that everybody knows: `alpine:3`, `golang`.
pub fn is_bare_system(image: &str) -> bool {
    image::is_bare_system(image)
}

/// Whether an image is a language or a system that runs what is put into it, and reads nothing for that.
pub fn is_runtime(image: &str) -> bool {
    image::is_runtime(image)
}

/// Adds what the comments of a file say of entries that are written in it.
pub fn note(file: &File, sources: &mut [SourceFacts]) {
    notes::add(file, sources);
}

/// What a file at this path is for, as far as its name tells.
pub fn role(path: &str) -> Role {
    paths::role(path)
}

/// A format and the trees of a file of it.
type Recognized = (&'static Format, Vec<Document>);

fn recognize(file: &File) -> Option<Recognized> {
    as_made(file, filled::engine(file))
}

/// The format of a file that an engine fills in.
fn as_made(file: &File, engine: Option<Engine>) -> Option<Recognized> {
    if paths::is_foreign(&file.path) {
        return None;
    }
    let could_be = |format: &&&'static Format| {
        (format.paths)(&file.path) && format.needles.iter().all(|needle| file.text.contains(needle))
    };
    let candidates: Vec<&'static Format> = FORMATS.iter().filter(could_be).copied().collect();
    if candidates.is_empty() {
        return None;
    }
    let documents = documents(file, engine);
    candidates
        .into_iter()
        .find(|format| (format.claims)(file, &documents))
        .map(|format| (format, documents))
}

/// The trees of a file, parsed with its templates masked; none where it has no syntax that gives a tree.
fn documents(file: &File, engine: Option<Engine>) -> Vec<Document> {
    let syntax =
        if file.name() == "Kustomization" { Some(Syntax::Yaml) } else { Syntax::of(&file.path) };
    let Some(syntax) = syntax else { return Vec::new() };
    if syntax == Syntax::Hcl {
        return document::parse(&file.text, syntax);
    }
    if let Some(engine) = engine {
        return filled::documents(&file.text, engine, syntax);
    }
    let broken =
        |documents: &[Document]| documents.iter().any(|document| !document.problems.is_empty());
    let masked = template::mask(&file.text, b'\r');
    let spaced = document::parse(&masked, syntax);
    if broken(&spaced) && syntax == Syntax::Json && masked.contains("${") {
        let quoted = document::parse(&template::quoted(&masked), syntax);
        return if broken(&quoted) { spaced } else { quoted };
    }
    if !broken(&spaced) || !file.text.contains("{{") {
        return spaced;
    }
    let hashed = document::parse(&template::mask(&file.text, b'#'), syntax);
    if broken(&hashed) { spaced } else { hashed }
}

fn too_large(file: &File) -> Vec<SourceFacts> {
    // Data files are large and no configuration; whoever names a file as one gets to know that it was not read.
    if !dotenv::is_dotenv(&file.path) && !settings_place::is_settings(&file.path) {
        return Vec::new();
    }
    vec![unread(file, format!("is larger than {} MB and was not read", MAX_BYTES / 1_000_000))]
}

fn unread(file: &File, message: String) -> SourceFacts {
    let mut facts = SourceFacts::new(if dotenv::is_dotenv(&file.path) { "dotenv" } else { "yaml" });
    facts.role = paths::role(&file.path);
    let range = TextRange { start: 0, end: 0 };
    facts.problems.push(FileProblem { message, range, kind: ProblemKind::Unread });
    facts
}

fn encrypted(file: &File) -> SourceFacts {
    let kind = match () {
        () if dotenv::is_dotenv(&file.path) => "dotenv",
        () if (ansible::FORMAT.paths)(&file.path) => "ansible",
        () => "yaml",
    };
    let mut facts = SourceFacts::new(kind);
    let range = TextRange::new(0, file.text.len());
    facts.opaque.push(OpaqueFact::new("a file that is encrypted whole", None, range));
    facts
}
