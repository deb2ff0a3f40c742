//! How many run, how large they are and when they count as alive: what workloads, autoscalers and disruption budgets say.
//!
//! An autoscaler speaks for the workload that it scales. Schedules and images' tags differ on purpose and are only noted.

use super::super::context::{Asks, Context};
use super::super::settings::note;
use super::{object_name, word};
use crate::document::Node;
use crate::facts::{SettingFact, SourceFacts};

/// The kind of sources that give settings and no variables.
pub(super) const MANIFEST: &str = "manifest";

/// What a container decides.
const OF_CONTAINER: &[&str] = &["image", "resources"];
/// When a container counts as alive.
const PROBES: &[&str] = &["livenessProbe", "readinessProbe", "startupProbe"];
/// What a probe decides.
const OF_PROBE: &[&str] = &[
    "failureThreshold",
    "grpc.service",
    "httpGet.path",
    "initialDelaySeconds",
    "periodSeconds",
    "successThreshold",
    "timeoutSeconds",
];
/// What a workload decides.
const OF_WORKLOAD: &[&str] = &[
    "spec.activeDeadlineSeconds",
    "spec.backoffLimit",
    "spec.completions",
    "spec.concurrencyPolicy",
    "spec.minReadySeconds",
    "spec.parallelism",
    "spec.progressDeadlineSeconds",
    "spec.replicas",
    "spec.strategy",
    "spec.suspend",
    "spec.updateStrategy",
];
/// What its Pods decide.
const OF_POD: &[&str] =
    &["activeDeadlineSeconds", "priorityClassName", "terminationGracePeriodSeconds"];
/// Kinds that run Pods: a patch of one need not have its containers.
const WORKLOADS: &[&str] = &[
    "CronJob",
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",
    "Job",
    "ReplicaSet",
    "Rollout",
    "StatefulSet",
];
/// What other objects decide for a workload, by kind.
const OF_OTHERS: &[(&str, &[&str])] = &[
    ("HorizontalPodAutoscaler", &["maxReplicas", "minReplicas", "targetCPUUtilizationPercentage"]),
    ("PodDisruptionBudget", &["maxUnavailable", "minAvailable"]),
    ("ScaledObject", &["cooldownPeriod", "maxReplicaCount", "minReplicaCount", "pollingInterval"]),
];

/// Adds what a container of `scope` decides.
pub(super) fn of_container(
    context: Context<'_>,
    scope: &str,
    node: Node<'_>,
    facts: &mut SourceFacts,
) {
    for path in OF_CONTAINER {
        note(context, scope, (node, path), Asks::None, facts);
    }
    for probe in PROBES {
        for part in OF_PROBE {
            note(context, scope, (node, &format!("{probe}.{part}")), Asks::None, facts);
        }
    }
}

/// Adds what a workload decides beside its containers.
pub(super) fn of_workload(
    context: Context<'_>,
    name: &str,
    root: Node<'_>,
    facts: &mut SourceFacts,
) {
    for path in OF_WORKLOAD {
        note(context, name, (root, path), Asks::None, facts);
    }
    let pods =
        [&["spec", "template", "spec"][..], &["spec", "jobTemplate", "spec", "template", "spec"]];
    for pod in pods.iter().filter_map(|path| root.at(path)) {
        for path in OF_POD {
            note(context, name, (pod, path), Asks::None, facts);
        }
    }
}

/// What an object without containers decides: an autoscaler, a budget, a patch of a workload.
pub(in super::super) fn apart(
    context: Context<'_>,
    root: Node<'_>,
    kind: &str,
) -> Option<SourceFacts> {
    let mut facts = SourceFacts::new(MANIFEST);
    let own = object_name(context, root, false).name;
    match OF_OTHERS.iter().find(|(other, _)| *other == kind) {
        Some((kind, paths)) => {
            let spec = root.get("spec")?;
            let target = spec.at(&["scaleTargetRef", "name"]);
            let workload = target.and_then(|node| word(context, node)).unwrap_or(&own);
            for path in *paths {
                note(context, workload, (spec, path), Asks::None, &mut facts);
            }
            for metric in spec.get("metrics").map(Node::items).unwrap_or_default() {
                of_metric(context, workload, metric, &mut facts);
            }
            for fact in &mut facts.settings {
                fact.path = format!("{kind}.{}", fact.path);
            }
        }
        None if WORKLOADS.contains(&kind) => of_workload(context, &own, root, &mut facts),
        None => {}
    }
    facts.settings.retain(|fact| !fact.workload.is_empty() && !fact.workload.contains("{{"));
    (!facts.settings.is_empty()).then_some(facts)
}

/// `type: Resource, resource: {name: cpu, target: {averageUtilization: 70}}`
fn of_metric(context: Context<'_>, workload: &str, metric: Node<'_>, facts: &mut SourceFacts) {
    let Some(resource) = metric.get("resource").or_else(|| metric.get("containerResource")) else {
        return;
    };
    let Some(name) = resource.get("name").and_then(Node::text) else { return };
    let first = facts.settings.len();
    for path in ["target.averageUtilization", "target.averageValue", "targetAverageUtilization"] {
        note(context, workload, (resource, path), Asks::None, facts);
    }
    let rename = |fact: &mut SettingFact| {
        let last = fact.path.rsplit('.').next().unwrap_or("").to_owned();
        fact.path = format!("{name}.{last}");
    };
    facts.settings.iter_mut().skip(first).for_each(rename);
}
