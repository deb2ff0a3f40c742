//! Images that environments do not run: those of suites, and those that select another environment's mode.
//!
//! Knows names and what the image sets, not who builds it.

use super::Sourced;
use super::axes;
use super::draft::Draft;
use super::mark::Mark;
use crate::model::Class;

/// Marks the images that are built for tests alone: `Dockerfile.test`, where what is called `test` is deployed. Beside
/// `Dockerfile.prod` it is that of the deployment.
pub(super) fn set_aside(sources: &[Sourced], marks: &mut [Mark]) {
    let is_test = |mark: &Mark| mark.token.as_ref().is_some_and(|it| it.canonical == "test");
    let is_deployed = |(source, mark): (&Sourced, &Mark)| {
        matches!(source.class, Class::Cluster | Class::Infrastructure)
            && mark.aside.is_none()
            && is_test(mark)
    };
    if !sources.iter().zip(marks.iter()).any(is_deployed) {
        return;
    }
    let family = |mark: &Mark| mark.token.as_ref().map(|it| it.family.clone());
    let named: std::collections::BTreeSet<(u16, String)> = sources
        .iter()
        .zip(marks.iter())
        .filter(|(source, mark)| source.class == Class::Image && !is_test(mark))
        .filter_map(|(source, mark)| Some((source.root, family(mark)?)))
        .collect();
    for (source, mark) in sources.iter().zip(marks) {
        let is_file = mark.token.as_ref().is_some_and(|token| !token.is_folder);
        if source.class == Class::Image && is_file && is_test(mark) {
            let siblings = family(mark).map(|family| (source.root, family));
            if siblings.is_none_or(|one| !named.contains(&one)) {
                mark.aside = mark.aside.or(Some("an image for tests"));
            }
        }
    }
}

/// Whether an image selects the mode of another environment, and nothing here starts images: the settings of `local`, beside
/// an image that is production's.
pub(super) fn is_of_another(
    sources: &[Sourced],
    at: usize,
    (draft, all): (&Draft, &[Draft]),
) -> bool {
    let starts_none = |class: Class| matches!(class, Class::Settings | Class::Dotenv);
    let mut classes = draft.members.iter().map(|member| sources[member.source].class);
    draft.local
        && classes.all(starts_none)
        && sources[at].selectors.iter().any(|(_, value)| {
            let mode = axes::mode(value);
            mode != draft.canonical && all.iter().any(|other| other.canonical == mode)
        })
}
