//! What the platforms that a project is deployed on hand from the top of their files to the environments in them, and
//! from one file to another.

use std::collections::BTreeSet;

use super::Sourced;
use super::draft::{Draft, Member};
use super::mark::Mark;
use crate::link::precedence::Breadth;
use crate::model::Kind;
use crate::model::kind::Sibling;
use crate::text::relative::{folder, is_within};

/// Whether an environment is on the platform of a source that all environments of the platform share.
pub(super) fn is_on_platform(sources: &[Sourced], at: usize, draft: &Draft) -> bool {
    let platform = |at: usize| Kind::of(sources[at].kind).platform.as_deref();
    let own = platform(at);
    is_of_module(sources, at)
        || own.is_none()
        || draft.members.iter().any(|member| platform(member.source) == own)
}

/// Ends of the names of files that are filled in.
const FILLED: &[&str] = &[".tftpl", ".tpl"];

/// Whether containers are described beside a module of Terraform, which fills them in: they are where the module is. Files to
/// fill in may lie in folders below it.
fn is_of_module(sources: &[Sourced], at: usize) -> bool {
    let own = &sources[at];
    let is_template = FILLED.iter().any(|end| own.path.ends_with(end));
    let is_beside = |other: &Sourced| {
        let (module, here) = (folder(&other.path), folder(&own.path));
        other.kind == "terraform"
            && other.root == own.root
            && (module == here || is_template && is_within(here, module))
    };
    matches!(own.kind, "containers" | "ecs") && sources.iter().any(is_beside)
}

/// Whether the top of a file is an environment of its own beside one that a section of it is.
pub(super) fn is_apart(sources: &[Sourced], at: usize, draft: &Draft) -> bool {
    let top = &sources[at];
    !Kind::of(top.kind).inherits
        && top.section.is_none()
        && draft.members.iter().any(|member| {
            let other = &sources[member.source];
            other.file == top.file && other.section.is_some()
        })
}

/// Of the sources that name no environment: the files that a platform takes alone and that have a sibling for one.
pub(super) fn alone(sources: &[Sourced], marks: &[Mark], unnamed: &[usize]) -> BTreeSet<usize> {
    beside(Sibling::Instead, sources, marks, unnamed)
}

/// Of the sources that name no environment: those that are laid under a sibling, where no production is a sibling.
pub(super) fn also_alone(
    sources: &[Sourced],
    marks: &[Mark],
    unnamed: &[usize],
    found: &[Draft],
) -> BTreeSet<usize> {
    let is_production = |draft: &Draft| {
        let is_so = |member: &Member| is_beside(sources[member.source].kind, Sibling::Over);
        draft.canonical == "prod" && draft.members.iter().any(is_so)
    };
    if found.iter().any(is_production) {
        return BTreeSet::new();
    }
    beside(Sibling::Over, sources, marks, unnamed)
}

fn is_beside(kind: &str, sibling: Sibling) -> bool {
    Kind::of(kind).sibling == Some(sibling)
}

fn beside(
    sibling: Sibling,
    sources: &[Sourced],
    marks: &[Mark],
    unnamed: &[usize],
) -> BTreeSet<usize> {
    let of_one = |at: &usize| is_beside(sources[*at].kind, sibling);
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
    let can_take: Vec<bool> = found.iter().map(|draft| draft.canonical == "prod").collect();
    let kinds = |draft: &Draft| draft.members.iter().map(|it| sources[it.source].kind).collect();
    let taken: Vec<BTreeSet<&str>> = found.iter().map(kinds).collect();
    for &at in alone {
        let kind = sources[at].kind;
        let place = (0..found.len()).find(|&it| can_take[it] && !taken[it].contains(kind));
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

/// Whether a dotenv file stands among what deploys: `devops/vaults.gcp.env` is filled in for whichever environment is meant.
pub(super) fn is_of_deployments(path: &str) -> bool {
    const FOLDERS: &[&str] = &["deploy", "deployment", "deployments", "devops"];
    let (folders, name) = path.rsplit_once('/').unwrap_or_default();
    !name.starts_with('.') && folders.split('/').any(|folder| FOLDERS.contains(&folder))
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
