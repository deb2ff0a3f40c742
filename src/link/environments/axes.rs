//! Deployments and the modes they run in are two axes.
//!
//! Where a project has both, a mode (`config/production.toml`, `.env.test`) is a layer of the environments that select
//! it (`NODE_ENV=production`), by the selector's value, else by the same name, else by assumption.

use super::Sourced;
use super::draft::{Draft, Member};
use super::mark::find_whole;
use crate::link::precedence::Breadth;
use crate::model::Class;

/// Keys whose value selects a mode. Sorted.
const SELECTORS: &[&str] = &[
    "APP_ENV",
    "APP_ENVIRONMENT",
    "APP_PROFILE",
    "ASPNETCORE_ENVIRONMENT",
    "CONFIG_ENV",
    "DJANGO_CONFIGURATION",
    "DJANGO_ENV",
    "DJANGO_ENVIRONMENT",
    "DJANGO_SETTINGS_MODULE",
    "DOTNET_ENVIRONMENT",
    "ENV",
    "ENVIRONMENT",
    "ENV_FOR_DYNACONF",
    "FLASK_ENV",
    "MIX_ENV",
    "NODE_CONFIG_ENV",
    "NODE_ENV",
    "RACK_ENV",
    "RAILS_ENV",
    "ROCKET_PROFILE",
    "RUN_ENV",
    "RUN_MODE",
    "SPRING_PROFILES_ACTIVE",
];

/// Whether the value of `key` selects a mode.
pub(crate) fn is_selector(key: &str) -> bool {
    SELECTORS.binary_search(&key).is_ok()
        || key.ends_with("_RUN_MODE")
        || key.ends_with("_ENV_FOR_DYNACONF")
}

/// The mode that a selector's value names: `production` of `config.settings.production`.
pub(super) fn mode(value: &str) -> String {
    let last = value.rsplit(['.', '/']).next().unwrap_or(value).trim().to_lowercase();
    let whole = find_whole(&last).filter(|token| token.raw == last && token.region.is_none());
    whole.map_or(last, |token| token.canonical)
}

/// Lays modes under the environments that select them; modes that none selects stay environments of their own.
pub(crate) fn join(sources: &[Sourced], bases: &[usize], drafts: &mut Vec<Draft>) {
    let is_deployed = |draft: &Draft| draft.is_deployment(sources) && !draft.local;
    if !drafts.iter().any(is_deployed) {
        return;
    }
    let is_mode =
        |member: &Member| matches!(sources[member.source].class, Class::Dotenv | Class::Settings);
    let modes: Vec<(String, Vec<Member>)> = drafts
        .iter()
        .map(|draft| {
            (
                draft.canonical.clone(),
                draft.members.iter().filter(|it| is_mode(it)).cloned().collect(),
            )
        })
        .filter(|(_, members): &(String, Vec<Member>)| !members.is_empty())
        .collect();
    let mut used = vec![false; modes.len()];
    let mut left: Vec<Draft> = Vec::new();
    for draft in drafts.iter_mut().filter(|draft| draft.is_deployment(sources)) {
        let selected = selected(sources, bases, draft);
        let own = modes.iter().position(|(name, _)| *name == draft.canonical);
        let chosen =
            selected.as_ref().and_then(|(_, mode)| modes.iter().position(|(name, _)| name == mode));
        let production = modes.iter().position(|(name, _)| name == "prod");
        match (chosen, own) {
            (Some(chosen), own) if Some(chosen) != own => {
                let key = selected.as_ref().map_or("", |(key, _)| key.as_str());
                let moved: Vec<Member> = extract(&mut draft.members, is_mode);
                if let Some(first) = moved.first() {
                    left.push(Draft {
                        name: first.written.clone(),
                        members: moved,
                        ..draft.clone()
                    });
                }
                lay(draft, &modes[chosen], &format!("the mode that `{key}` selects"));
                used[chosen] = true;
            }
            (Some(chosen), _) => used[chosen] = true,
            (None, Some(own)) => used[own] = true,
            (None, None) => {
                if let Some(production) = production.filter(|_| !draft.local && selected.is_none())
                {
                    lay(
                        draft,
                        &modes[production],
                        "nothing selects another mode than `production`",
                    );
                    used[production] = true;
                }
            }
        }
    }
    retain_unused(sources, drafts, &modes, &used, left);
}

/// The selector that the environment's own sources set, else its shared ones.
fn selected(sources: &[Sourced], bases: &[usize], draft: &Draft) -> Option<(String, String)> {
    let own = draft.members.iter().map(|member| member.source);
    let class = |at: usize| sources[at].class;
    let shared = bases.iter().copied().filter(|&at| draft.has(sources, &[class(at)]));
    let deploying = own.chain(shared).filter(|&at| class(at).is_deployment());
    let mut pairs = deploying.flat_map(|at| &sources[at].selectors);
    pairs.next().map(|(key, value)| (key.clone(), mode(value)))
}

/// The selector that a developer's run sets: of what starts it, else of the variables file beside it.
pub(super) fn selected_here(sources: &[Sourced], draft: &Draft) -> Option<(String, String)> {
    let of_file = || {
        let own = draft.members.iter().map(|member| &sources[member.source]);
        let mut pairs =
            own.filter(|source| source.class == Class::Dotenv).flat_map(|source| &source.selectors);
        pairs.next().map(|(key, value)| (key.clone(), mode(value)))
    };
    selected(sources, &[], draft).or_else(of_file)
}

fn extract(members: &mut Vec<Member>, is_mode: impl Fn(&Member) -> bool) -> Vec<Member> {
    let (moved, kept) = std::mem::take(members).into_iter().partition(is_mode);
    *members = kept;
    moved
}

fn lay(draft: &mut Draft, mode: &(String, Vec<Member>), why: &str) {
    let layers = mode.1.iter().map(|member| Member {
        source: member.source,
        breadth: Breadth::Group,
        reason: format!("{}; {why}", member.reason),
        written: member.written.clone(),
    });
    draft.members.extend(layers);
}

fn retain_unused(
    sources: &[Sourced],
    drafts: &mut Vec<Draft>,
    modes: &[(String, Vec<Member>)],
    used: &[bool],
    left: Vec<Draft>,
) {
    let is_used = |canonical: &str| {
        modes.iter().zip(used).any(|((name, _), used)| *used && name == canonical)
    };
    drafts.retain(|draft| draft.is_deployment(sources) || !is_used(&draft.canonical));
    for mut draft in left.into_iter().filter(|draft| !is_used(&draft.canonical)) {
        // A mode of the name of an environment that runs in another mode stays aside.
        if drafts.iter().all(|other| other.name != draft.name) {
            draft.group = None;
            drafts.push(draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SELECTORS, mode};

    #[test]
    fn selectors_are_sorted_and_name_modes() {
        assert!(SELECTORS.is_sorted());
        assert_eq!(mode("config.settings.production"), "prod");
        assert_eq!(mode("Development"), "dev");
        assert_eq!(mode("mainnet"), "mainnet");
        assert_eq!(mode("integration_tests"), "integration-test");
    }
}
