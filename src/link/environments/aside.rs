//! Sources that give no environment anything, whatever their paths name.

use super::Sourced;
use super::mark::find_whole;
use crate::model::Role;
use crate::text::relative::folder;

/// Why a source is in no environment, whatever its path names.
pub(super) fn for_none(source: &Sourced) -> Option<&'static str> {
    Some(match source.kind {
        "image-build" => "a stage of a build that is not part of the image",
        "dockerfile-arg" => "arguments of a build give nothing to what runs",
        "node-config" => "a mapping of names: it gives no value",
        "launch-settings" if !is_own_run(source) => {
            "a developer's own run, in the mode of no environment that is a developer's"
        }
        "procfile" if !is_of_platform(&source.path) => {
            "processes that a developer starts: a platform takes `Procfile`"
        }
        _ if source.role == Role::Snapshot => "a snapshot of a running system",
        _ if is_chart_test(&source.path) => "a chart's test case",
        _ => return None,
    })
}

/// Whether the mode of a launch profile is a developer's: what runs there in another is no deployment.
fn is_own_run(source: &Sourced) -> bool {
    let mode = source.section.as_deref().and_then(find_whole);
    mode.is_some_and(|mode| mode.local)
}

/// Whether a platform may run a Procfile: `Procfile`, `Procfile.staging`; not `Procfile.dev` or `Procfile.tunnel`.
fn is_of_platform(path: &str) -> bool {
    let suffix = path.rsplit('/').next().and_then(|name| name.strip_prefix("Procfile."));
    suffix.is_none_or(|suffix| find_whole(suffix).is_some_and(|mode| !mode.local))
}

/// `ci/default-values.yaml` of a chart is what its tests install.
fn is_chart_test(path: &str) -> bool {
    folder(path).rsplit('/').next() == Some("ci") && path.ends_with("values.yaml")
}
