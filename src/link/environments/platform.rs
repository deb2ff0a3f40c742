//! What the platforms that a project is deployed on hand from the top of their files to the environments in them.

use super::Sourced;
use super::draft::Draft;

/// Platforms on which a project is deployed whole: a file for one of them says nothing of what runs on another.
const PLATFORMS: &[&str] = &[
    "ansible",
    "app-engine",
    "cloudformation",
    "digital-ocean",
    "erb-template",
    "fly",
    "heroku",
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
    let platform = |kind: &'static str| if kind == "ansible-template" { "ansible" } else { kind };
    let own = platform(sources[at].kind);
    !PLATFORMS.contains(&own)
        || draft.members.iter().any(|member| platform(sources[member.source].kind) == own)
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
