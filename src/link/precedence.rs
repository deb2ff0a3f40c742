//! Which source wins: the place of a source among the layers of an environment.
//!
//! Knows kinds and paths. Orders that depend on how code loads its files (`add_source`) are not seen; that code lets a
//! dotenv file win is told from outside.

use crate::model::{Kind, Standing};

/// What decides the place of a layer. The lower stands first and loses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    /// The kind: an image's own values lose to files, files to manifests, objects to what a workload says itself.
    kind: Standing,
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
        Self { kind: Standing::Winning, ..self }
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
        let (kind, depth, path) = (Kind::of(kind).stands, usize::from(is_above), path.to_owned());
        return Rank { kind, breadth: 0, within, depth, path };
    }
    Rank {
        kind: Kind::of(kind).stands,
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
