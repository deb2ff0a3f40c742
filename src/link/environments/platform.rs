//! What the platforms that a project is deployed on hand from the top of their files to the environments in them, and
//! from one file to another.

use std::collections::BTreeSet;

use super::Sourced;
use super::draft::{Draft, Member};
use super::mark::Mark;
use crate::link::precedence::Breadth;
use crate::text::relative::folder;

/// Platforms on which a project is deployed whole: a file for one of them says nothing of what runs on another.
const PLATFORMS: &[&str] = &[
    "ansible",
    "app-engine",
    "cloudformation",
    "containers",
    "copilot",
    "digital-ocean",
    "erb-template",
    "fly",
    "heroku",
    "kamal",
    "netlify",
    "procfile",
    "render",
    "serverless",
    "supervisor",
    "systemd",
    "vercel",
    "wrangler",
];

/// Whether an environment is on the platform of a source that all environments of the platform share.
pub(super) fn is_on_platform(sources: &[Sourced], at: usize, draft: &Draft) -> bool {
    let platform = |kind: &'static str| {
        if matches!(kind, "ansible-host" | "ansible-template") { "ansible" } else { kind }
    };
    let own = platform(sources[at].kind);
    is_of_module(sources, at)
        || !PLATFORMS.contains(&own)
        || draft.members.iter().any(|member| platform(sources[member.source].kind) == own)
}

/// Whether containers are described beside a module of Terraform, which fills them in: they are where the module is.
fn is_of_module(sources: &[Sourced], at: usize) -> bool {
    let own = &sources[at];
    let is_beside = |other: &Sourced| {
        other.kind == "terraform"
            && other.root == own.root
            && folder(&other.path) == folder(&own.path)
    };
    matches!(own.kind, "containers" | "ecs") && sources.iter().any(is_beside)
}

/// Platforms whose environments do not inherit what the top of their file gives.
const NOT_INHERITED: &[&str] = &["wrangler"];

/// Whether the top of a file is an environment of its own beside one that a section of it is.
pub(super) fn is_apart(sources: &[Sourced], at: usize, draft: &Draft) -> bool {
    let top = &sources[at];
    NOT_INHERITED.contains(&top.kind)
        && top.section.is_none()
        && draft.members.iter().any(|member| {
            let other = &sources[member.source];
            other.file == top.file && other.section.is_some()
        })
}

/// Platforms that take one file and no other: `app.staging.yaml` is deployed in place of `app.yaml`, not over it.
const ONE_FILE: &[&str] = &[
    "app-engine",
    "cloud-foundry",
    "cloudformation",
    "containers",
    "digital-ocean",
    "ecs",
    "fly",
    "procfile",
    "render",
    "serverless",
    "supervisor",
    "wrangler",
];

/// Platforms that lay the file for an environment over the one that names none, which they are given alone as well.
const ALSO_ALONE: &[&str] = &["kamal"];

/// Of the sources that name no environment: the files that a platform takes alone and that have a sibling for one.
pub(super) fn alone(sources: &[Sourced], marks: &[Mark], unnamed: &[usize]) -> BTreeSet<usize> {
    beside(ONE_FILE, sources, marks, unnamed)
}

/// Of the sources that name no environment: those that are laid under a sibling, where no production is a sibling.
pub(super) fn also_alone(
    sources: &[Sourced],
    marks: &[Mark],
    unnamed: &[usize],
    found: &[Draft],
) -> BTreeSet<usize> {
    let is_production = |draft: &Draft| {
        let is_so = |member: &Member| ALSO_ALONE.contains(&sources[member.source].kind);
        draft.canonical == "prod" && draft.members.iter().any(is_so)
    };
    if found.iter().any(is_production) {
        return BTreeSet::new();
    }
    beside(ALSO_ALONE, sources, marks, unnamed)
}

fn beside(
    kinds: &[&str],
    sources: &[Sourced],
    marks: &[Mark],
    unnamed: &[usize],
) -> BTreeSet<usize> {
    let of_one = |at: &usize| kinds.contains(&sources[*at].kind);
    let named = (0..sources.len()).filter(of_one).filter_map(|at| {
        let token = marks[at].token.as_ref().filter(|token| !token.is_folder)?;
        Some((sources[at].root, sources[at].kind, without_name(&token.family)?))
    });
    let named: BTreeSet<(u16, &str, String)> = named.collect();
    let is_beside = |at: &usize| {
        let source = &sources[*at];
        let place = (source.root, source.kind, source.path.clone());
        source.section.is_none() && named.contains(&place)
    };
    unnamed.iter().copied().filter(of_one).filter(is_beside).collect()
}

/// The path of the sibling that names nothing: `app.yaml` of `app.{env}.yaml`.
fn without_name(family: &str) -> Option<String> {
    let family = family.trim_start_matches('/');
    let (before, after) = family.split_once("{env}")?;
    let separators = ['.', '-', '_'];
    let shorter = before.strip_suffix(separators);
    Some(match (shorter, after.strip_prefix(separators)) {
        (Some(before), _) => format!("{before}{after}"),
        (None, Some(after)) => format!("{before}{after}"),
        (None, None) => return None,
    })
}

/// Gives files that are deployed alone to production, where other files show one that has none of that platform. Those
/// that are left are an environment of their own.
pub(super) fn settle_alone(
    sources: &[Sourced],
    alone: &BTreeSet<usize>,
    found: &mut [Draft],
) -> Vec<usize> {
    let mut left = Vec::new();
    let kinds = |draft: &Draft, kind: &str| {
        draft.members.iter().any(|member| sources[member.source].kind == kind)
    };
    let can_take: Vec<bool> = found.iter().map(|draft| draft.canonical == "prod").collect();
    let known = || ONE_FILE.iter().chain(ALSO_ALONE).copied();
    let taken: Vec<Vec<&str>> =
        found.iter().map(|draft| known().filter(|kind| kinds(draft, kind)).collect()).collect();
    for &at in alone {
        let kind = sources[at].kind;
        let place = (0..found.len()).find(|&it| can_take[it] && !taken[it].contains(&kind));
        match place {
            Some(place) => found[place].members.push(Member {
                source: at,
                breadth: Breadth::One,
                reason: "it names no environment and is deployed alone, so it is production's"
                    .to_owned(),
                written: String::new(),
            }),
            None => left.push(at),
        }
    }
    left.retain(|&at| sources[at].founds);
    left
}

#[cfg(test)]
mod tests {
    use super::without_name;

    #[test]
    fn the_sibling_of_a_family_has_no_name() {
        let of = |family| without_name(family).unwrap_or_default();
        assert_eq!(of("/app.{env}.yaml"), "app.yaml");
        assert_eq!(of("deploy/app-{env}.yaml"), "deploy/app.yaml");
        assert_eq!(of("deploy/{env}-app.yaml"), "deploy/app.yaml");
        assert_eq!(of("deploy/{env}/app.yaml"), "");
    }
}
