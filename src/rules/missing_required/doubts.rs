//! What leaves a doubt whether a key that is required and not there is missing: somebody may give it, or nobody asks.

use super::sections::Need;
use super::{Scene, is_in_template};
use crate::graph::Presence;
use crate::model::{EnvironmentId, KeyId, Namespace, Read, When};
use crate::nature::Nature;
use crate::rules::Context;

/// A read that gets no value in an environment, and the environments that give it one.
pub(super) struct Case<'c, 'a> {
    pub(super) context: &'c Context<'a>,
    pub(super) scene: &'c Scene<'a>,
    pub(super) key: KeyId,
    pub(super) read: &'a Read,
    pub(super) environment: EnvironmentId,
    pub(super) elsewhere: &'c [EnvironmentId],
    /// Whether code comes to it at all is not known.
    pub(super) is_conditional: bool,
}

impl Case<'_, '_> {
    /// Whether there is a doubt. `is_decent`: the environment gives a decent share of what the component asks for.
    pub(super) fn is_unsure(&self, need: Need, by_deployments: bool, is_decent: bool) -> bool {
        let graph = self.context.graph;
        let is_local = graph.inventory.environment(self.environment).is_local;
        let namespace = graph.inventory.key(self.key).namespace;
        // What others are given says little of a component that no environment gives anything.
        let coverage = &self.scene.coverage;
        let is_bare = coverage.is_bare(&self.read.component, namespace, self.key)
            && !self.is_given_elsewhere();
        let is_partial = (!is_decent || is_bare) && !self.was_given();
        let is_credential = || Nature::of(self.context.name(self.key)).is_credential();
        let is_set_outside = !by_deployments && !is_local && is_credential();
        // A field that may be absent by its declaration: that a deployment has it says that deployments need it.
        let is_doubtful = self.read.decided_at.is_some() && (is_local || !by_deployments);
        let is_conditional = self.is_conditional && need != Need::Yes;
        is_partial
            || is_set_outside
            || is_doubtful
            || is_conditional
            || self.is_spare(is_local, namespace)
            || self.is_handed()
            || self.is_of_another_program()
    }

    /// Nothing shows that the program or the component runs there.
    fn is_of_another_program(&self) -> bool {
        let case = (self.key, self.read, self.environment);
        let programs = &self.scene.programs;
        programs.is_one_of_many(self.context, case)
            || programs.is_left_out(self.read, self.environment)
    }

    /// What one use asks for, that nothing anywhere names, a developer does without.
    fn is_spare(&self, is_local: bool, namespace: Namespace) -> bool {
        is_local
            && namespace == Namespace::Env
            && self.read.when == When::Use
            && self.is_named_nowhere()
    }

    /// A setting that no file gives, in none of which its section stands: of a document that is not of an environment, for all
    /// that is seen.
    pub(super) fn is_of_another_document(&self) -> bool {
        let namespace = self.context.graph.inventory.key(self.key).namespace;
        let case = (self.key, self.read, self.environment);
        namespace == Namespace::Setting
            && !self.scene.wholes.is_shown(self.context, case)
            && self.is_named_nowhere()
    }

    /// Whoever runs a script, or starts the program that asks, gives it the value.
    fn is_handed(&self) -> bool {
        self.read.by_hand
            || self.context.graph.inventory.given.contains_key(&self.key)
            || self.read.by_option && !self.is_given_elsewhere()
    }

    fn is_named_nowhere(&self) -> bool {
        !self.is_given_elsewhere() && !is_in_template(self.context, self.key) && !self.was_given()
    }

    fn is_given_elsewhere(&self) -> bool {
        self.elsewhere.iter().any(|id| self.is_given_in(*id))
    }

    /// Whether a deployment is seen to give it: one of which that is not known shows nothing.
    pub(super) fn is_given_by_a_deployment(&self) -> bool {
        let mut deployed = self.elsewhere.iter().filter(|id| !self.context.is_local(**id));
        deployed.any(|id| self.is_given_in(*id))
    }

    fn is_given_in(&self, environment: EnvironmentId) -> bool {
        let presence = self.context.graph.presence_for(self.key, environment, &self.read.component);
        matches!(presence, Presence::Set(_))
    }

    fn was_given(&self) -> bool {
        let case = (self.key, self.read, self.environment);
        self.scene.once.gave(self.context, case).is_some()
    }
}
