//! Which source wins: the place of a source among the layers of an environment.
//!
//! Knows kinds and paths. Orders that depend on how code loads its files (`add_source`) are not seen; that code lets a
//! dotenv file win is told from outside.

use crate::model::Source;

/// Kinds of sources that are shared and overridden in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Class {
    /// Values baked into an image.
    Image,
    /// Files that an application loads itself.
    Settings,
    /// What a provider of flags knows.
    Flags,
    /// dotenv files.
    Dotenv,
    /// docker compose.
    Compose,
    /// Kubernetes, kustomize, Helm.
    Cluster,
    /// Terraform and the platforms that take one file for each environment.
    Infrastructure,
    /// Workflows of a build pipeline.
    Pipeline,
}

impl Class {
    /// The class of a kind of source.
    pub(crate) fn of(kind: &str) -> Self {
        match kind {
            kind if Source::is_of_provider(kind) => Self::Flags,
            "dockerfile" | "dockerfile-arg" | "image" | "image-build" => Self::Image,
            "dotenv" | "env-encrypted" | "envrc" | "env-file" | "launch-settings"
            | "local-settings" => Self::Dotenv,
            "compose" => Self::Compose,
            "ansible"
            | "ansible-host"
            | "ansible-template"
            | "app-engine"
            | "azure-app-configuration"
            | "bicep"
            | "cloud-foundry"
            | "cloudformation"
            | "copilot"
            | "consul"
            | "containers"
            | "digital-ocean"
            | "ecs"
            | "erb-template"
            | "fly"
            | "gcp-runtime-config"
            | "gcp-secret-manager"
            | "heroku"
            | "kamal"
            | "netlify"
            | "nomad"
            | "parameter"
            | "procfile"
            | "pulumi"
            | "render"
            | "secrets-manager"
            | "serverless"
            | "sops"
            | "ssm"
            | "supervisor"
            | "systemd"
            | "terraform"
            | "tfvars"
            | "user-data"
            | "vault"
            | "vercel"
            | "wrangler" => Self::Infrastructure,
            "configmap" | "deployment-env" | "external-secret" | "helm-template-env"
            | "helm-values" | "kustomize" | "kustomize-patch" | "manifest" | "sealed-secret"
            | "kubernetes" | "secret" | "workload-env" => Self::Cluster,
            "deploy-command" => Self::Pipeline,
            kind if kind.starts_with("github-actions") || kind.starts_with("gitlab") => {
                Self::Pipeline
            }
            _ => Self::Settings,
        }
    }

    /// Whether sources of this class say where something is deployed, not in which mode it runs.
    pub(crate) fn is_deployment(self) -> bool {
        matches!(self, Self::Compose | Self::Cluster | Self::Infrastructure)
    }
}

/// What decides the place of a layer of an environment in which code lets it win over everything else.
const WINNING: u8 = 10;

/// What decides the place of a layer. The lower stands first and loses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    /// The kind: an image's own values lose to files, files to manifests, objects to what a workload says itself.
    kind: u8,
    /// Shared by all, by a group, or the environment's own.
    breadth: u8,
    /// A developer's override, a section that always wins.
    within: u8,
    /// Deeper folders are nearer to the code.
    depth: usize,
    path: String,
}

impl Rank {
    /// The rank of a source that code lets win over the environment.
    pub(crate) fn winning(self) -> Self {
        Self { kind: WINNING, ..self }
    }
}

/// How many environments share a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Breadth {
    /// Every environment.
    All,
    /// A set of them: all regions of production.
    Group,
    /// One.
    One,
}

/// The rank of a source among the layers of an environment.
pub(crate) fn rank(
    kind: &str,
    path: &str,
    section: Option<&str>,
    breadth: Breadth,
    is_override: bool,
) -> Rank {
    let last = path.rsplit('/').next().unwrap_or(path);
    let within = match section {
        // dynaconf's `[global]` beats every environment's own section.
        Some("global") => 3,
        // Spring lays the file of a profile over documents for the profile in the file that all share.
        section if is_of_spring(last) => u8::from(section.is_none()),
        Some(_) => 1,
        None => 0,
    };
    if matches!(kind, "ansible" | "ansible-host") {
        // Its own order says more than how many environments share a file.
        let (within, is_above) = ansible_rank(kind, path);
        let (kind, depth, path) = (kind_rank(kind), usize::from(is_above), path.to_owned());
        return Rank { kind, breadth: 0, within, depth, path };
    }
    Rank {
        kind: kind_rank(kind),
        breadth: if section == Some("global") { Breadth::One as u8 } else { breadth as u8 },
        within: within + if is_override { 4 } else { file_rank(last) },
        depth: path.matches('/').count(),
        path: path.to_owned(),
    }
}

/// Whether a file is called as Spring Boot calls its settings.
pub(crate) fn is_of_spring(file: &str) -> bool {
    ["application", "bootstrap"].iter().any(|stem| {
        file.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['.', '-']))
            && [".properties", ".yaml", ".yml"].iter().any(|end| file.ends_with(end))
    })
}

fn kind_rank(kind: &str) -> u8 {
    match kind {
        "helm-values" => 5,
        "external-secret" | "sealed-secret" | "configmap" | "secret" => 6,
        "deployment-env" | "helm-template-env" | "workload-env" => 7,
        "kustomize" | "kustomize-patch" => 8,
        // The platform gets it as it stands.
        "deploy-command" => 9,
        _ => match Class::of(kind) {
            Class::Image => 0,
            Class::Settings | Class::Flags => 1,
            Class::Dotenv => 2,
            // The runner's shell fills compose files in: it wins over `.env` and loses to what they say themselves.
            Class::Pipeline => 3,
            Class::Compose => 4,
            Class::Cluster => 7,
            Class::Infrastructure => 9,
        },
    }
}

/// Ansible's order: defaults of roles, groups in inventories, files of groups, hosts in inventories, files of hosts, plays and
/// tasks, variables of roles; of groups that of all is first. With it, whether the file stands beside the plays, which wins
/// over one beside the inventory.
fn ansible_rank(kind: &str, path: &str) -> (u8, bool) {
    let has = |name: &str| path.split('/').any(|part| part == name);
    let stem = |part: &str| part.split('.').next() == Some("all");
    let is_of_all =
        path.split_once("group_vars/").is_some_and(|(_, rest)| rest.split('/').any(stem));
    let inventories = ["environments", "inventories", "inventory"];
    let last = path.rsplit('/').next().unwrap_or(path);
    let is_inventory = inventories.iter().any(|folder| has(folder))
        || matches!(last.split('.').next(), Some("hosts" | "inventory"));
    let place = match () {
        () if has("defaults") => 0,
        () if has("group_vars") && is_of_all => 2,
        () if has("group_vars") => 3,
        () if has("host_vars") => 5,
        () if has("roles") && has("vars") => 7,
        () if kind == "ansible-host" => 4,
        () if is_inventory => 1,
        // Plays, wherever they stand.
        () => 6,
    };
    (place, !inventories.iter().any(|folder| has(folder)))
}

/// Among files that are shared: `default` before `settings`, secrets last; compose's own name before its overlays.
fn file_rank(file: &str) -> u8 {
    let lower = file.to_lowercase();
    if lower.starts_with(".secrets") || lower.starts_with("secrets") {
        return 2;
    }
    // A developer's own file, where a framework lays it over those of a mode.
    if lower == ".env.local" || lower.starts_with("local.") {
        return 2;
    }
    if lower.starts_with("local-") {
        return 3;
    }
    let is_first = ["default", "base", "common", "shared", ".env.default"]
        .iter()
        .any(|name| lower.starts_with(name))
        || is_usual(&lower);
    u8::from(!is_first)
}

/// Whether compose takes a file of this name where none is named.
pub(crate) fn is_usual(name: &str) -> bool {
    matches!(name, "compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml")
}

/// Why a layer of this kind stands where it does, as a phrase.
pub(crate) fn standing(kind: &str) -> &'static str {
    match kind_rank(kind) {
        0 => "values of an image lose to everything set at run time",
        1 => "a file that the application loads loses to the process environment",
        2 => "a dotenv file loses to what the deployment sets",
        3 => "variables of a pipeline feed what it deploys with",
        4 => "compose's `environment` wins over its `env_file`",
        5 => "values of a chart feed its manifests",
        6 => "objects lose to what a workload sets itself",
        7 | 8 => "a workload's own `env` wins over the objects it binds",
        _ => "the platform's own values win",
    }
}

#[cfg(test)]
mod tests {
    use super::{Breadth, rank};

    #[test]
    fn later_layers_win() {
        let order = [
            ("dockerfile", "Dockerfile", Breadth::All, false),
            ("toml", "config/default.toml", Breadth::All, false),
            ("toml", "config/production.toml", Breadth::One, false),
            ("dotenv", ".env", Breadth::All, false),
            ("dotenv", ".env.production", Breadth::One, false),
            ("dotenv", ".env.production.local", Breadth::One, true),
            ("configmap", "k8s/base/config.yaml", Breadth::All, false),
            ("configmap", "k8s/prod/config.yaml", Breadth::Group, false),
            ("configmap", "k8s/prod/us/config.yaml", Breadth::One, false),
            ("workload-env", "k8s/base/web.yaml", Breadth::All, false),
        ];
        let ansible = [
            "roles/oven/defaults/main.yml",
            "inventories/production/hosts.ini",
            "inventories/production/group_vars/all.yml",
            "group_vars/all/oven.yml",
            "inventories/production/group_vars/web.yml",
            "group_vars/web.yml",
            "group_vars/web/10-heat.yml",
            "group_vars/web/20-heat.yml",
            "inventories/production/host_vars/web1.yml",
            "site.yml",
            "roles/oven/vars/main.yml",
        ];
        let of = |path: &&str| rank("ansible", path, None, Breadth::All, false);
        assert!(ansible.iter().map(of).collect::<Vec<_>>().is_sorted());
        let of_hosts = rank("ansible-host", ansible[1], None, Breadth::All, false);
        assert!(of(&ansible[7]) < of_hosts && of_hosts < of(&ansible[8]));
        let of = |path, section| rank("yaml", path, section, Breadth::One, false);
        let document = of("application.yml", Some("production"));
        assert!(document < of("application-production.yml", None));
        let ranks: Vec<_> =
            order.iter().map(|row| rank(row.0, row.1, None, row.2, row.3)).collect();
        assert!(ranks.is_sorted());
    }
}
