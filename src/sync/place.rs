//! Where a key comes that an environment lacks: in the file and beside the entries where others have it, or where the
//! environment keeps the other keys of the same code.
//!
//! Never in a file that another environment shares and that has the key already, and no credential among what is open.

use std::collections::BTreeMap;

use super::{Left, Scene};
use crate::edit::Site;
use crate::model::{
    Attribution, Definition, EnvironmentId, KeyId, Namespace, Role, Scope, Source, SourceId, Value,
};
use crate::nature::Nature;
use crate::text::FileId;

/// A place for a new entry.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The file.
    pub(super) file: FileId,
    /// The entries beside which it comes, with their names as they are written.
    pub(super) beside: Vec<(Site, String)>,
    /// What it is called.
    pub(super) name: String,
    /// Its name as it is written.
    pub(super) leaf: String,
    /// It may reach several workloads, as it does elsewhere.
    pub(super) for_all: bool,
    /// The names beside which others have it, in their order.
    pub(super) order: Vec<String>,
}

/// A section of settings with its dot, the last part of a name in it, and the entries of it with theirs.
type Section = (String, String, Vec<(Site, String)>);

/// Entries of one file that go to the same place.
struct Group<'a> {
    file: FileId,
    /// The part of the file that they are in, where it has several.
    part: Option<SourceId>,
    kind: &'static str,
    scope: Option<&'a Scope>,
    namespace: Namespace,
    members: Vec<(&'a Definition, Site)>,
}

impl<'a> Scene<'a> {
    /// The environments that give a key a value, with the definition that wins there.
    pub(super) fn givers(
        &self,
        key: KeyId,
        component: &str,
    ) -> Vec<(EnvironmentId, &'a Definition)> {
        let mut givers = Vec::new();
        for (id, _) in self.graph.environments() {
            let presence = self.graph.presence_for(key, id, component);
            if let crate::graph::Presence::Set(values) = presence {
                let given = values.iter().map(|value| value.winner);
                let given = given.filter(|winner| winner.value != Value::Empty);
                givers.extend(given.take(1).map(|winner| (id, winner)));
            }
        }
        givers
    }

    /// Where `key` comes in `environment`, for the code of `component`.
    pub(super) fn target(
        &self,
        key: KeyId,
        environment: EnvironmentId,
        component: &str,
    ) -> Result<Target, Left> {
        let place = self.environment(environment);
        let inventory = self.graph.inventory;
        if inventory.key(key).namespace == Namespace::Flag {
            return Err(Left::Refused("a flag is made at its provider".to_owned()));
        }
        let givers = self.givers(key, component);
        let groups = self.groups(environment, component);
        let is_credential = Nature::of(&inventory.key(key).name).is_credential();
        let mut why = format!("no file of {place} holds other keys of this code");
        let mut best: Option<(Rank<'_>, Target)> = None;
        for group in groups {
            let Some((name, name_of)) = self.spelled(key, &givers, group.namespace) else {
                continue;
            };
            let rank = self.rank(&group, (name_of, &givers), environment, component);
            if rank.twin < 2 && rank.kin == 0 {
                continue;
            }
            let reason = self.unfit(&group, key, (environment, component), is_credential);
            let reason = reason.or_else(|| self.opens(&group, &givers));
            if let Some(reason) = reason {
                why = reason;
                continue;
            }
            let Some(target) = self.beside(&group, name, &givers) else {
                why = format!("{} has no entry of its section", self.path(group.file));
                continue;
            };
            if best.as_ref().is_none_or(|(other, _)| *other < rank) {
                best = Some((rank, target));
            }
        }
        let best = best.map(|(_, target)| target);
        best.or_else(|| self.value_target(&givers, environment)).ok_or(Left::Refused(why))
    }

    /// The entries that an environment gets from files of the project, by file and receiver.
    fn groups(&self, environment: EnvironmentId, component: &str) -> Vec<Group<'a>> {
        let inventory = self.graph.inventory;
        let mut groups: BTreeMap<_, Group<'a>> = BTreeMap::new();
        for definition in &inventory.definitions {
            let source = inventory.source(definition.source);
            let serves =
                || self.graph.served_by(definition.source).any(|(id, _)| id == environment);
            if definition.commented
                || definition.attribution != Attribution::Project
                || !takes(source)
                || !self.graph.is_open_to(definition.source, component)
                || !serves()
            {
                continue;
            }
            let (file, site) = self.entry(definition);
            let namespace = inventory.key(definition.key).namespace;
            let scope = definition.scope.as_ref();
            let part = self.reach.part(file, definition.source);
            let at = (file, part, source.kind, scope, namespace);
            let empty =
                || Group { file, part, kind: source.kind, scope, namespace, members: Vec::new() };
            groups.entry(at).or_insert_with(empty).members.push((definition, site));
        }
        groups.into_values().collect()
    }

    /// The name that a key has in a namespace: as others define it, or as code asks for it.
    fn spelled(
        &self,
        key: KeyId,
        givers: &[(EnvironmentId, &'a Definition)],
        namespace: Namespace,
    ) -> Option<(&'a str, KeyId)> {
        let inventory = self.graph.inventory;
        let given = givers.iter().map(|(_, definition)| definition.key);
        let all = given.chain([key]).chain(self.graph.spellings_of(key));
        let mut fit = all.filter(|id| inventory.key(*id).namespace == namespace);
        fit.next().map(|id| (inventory.key(id).name.as_str(), id))
    }

    /// Whether several workloads get what one line gives.
    fn is_for_several(&self, giver: &Definition) -> bool {
        let place = self.entry(giver);
        let mut all = self.graph.inventory.definitions.iter();
        all.any(|it| it.key == giver.key && it.scope != giver.scope && self.entry(it) == place)
    }

    /// Why a key must not come into a group, as a phrase.
    fn unfit(
        &self,
        group: &Group<'_>,
        key: KeyId,
        (environment, component): (EnvironmentId, &str),
        is_credential: bool,
    ) -> Option<String> {
        let path = self.path(group.file);
        if group.members.iter().any(|(definition, _)| self.is_export(definition)) {
            return Some(format!("{path} is an export: the key comes where it was taken from"));
        }
        let mut values = group.members.iter().map(|(definition, _)| &definition.value);
        if values.clone().any(|value| *value == Value::Encrypted) {
            return Some(format!("{path} holds encrypted values: only their tool can add one"));
        }
        if group.kind == "secret" && values.all(|it| matches!(it, Value::Reference { .. })) {
            return Some(format!("{path} takes its values from a store: which one is not known"));
        }
        if is_credential && group.kind == "configmap" {
            return Some(format!("{path} is no place for a credential"));
        }
        let reached = self.reach.environments(group.file, group.part);
        let others: Vec<EnvironmentId> = reached
            .filter(|id| *id != environment)
            .filter(|id| !self.graph.presence_for(key, *id, component).is_absent())
            .collect();
        (!others.is_empty())
            .then(|| format!("{path} is shared with {}, which has it", self.environments(others)))
    }

    /// The same where a place is open to all, and others keep the key where secrets are kept.
    fn opens(
        &self,
        group: &Group<'_>,
        givers: &[(EnvironmentId, &'a Definition)],
    ) -> Option<String> {
        let is_kept = |giver: &Definition| {
            let kind = self.graph.inventory.source(giver.source).kind;
            kind == "secret" || giver.value == Value::Encrypted
        };
        let are_kept = !givers.is_empty() && givers.iter().all(|(_, giver)| is_kept(giver));
        (are_kept && group.kind != "secret").then(|| {
            format!("{} is open to all, and elsewhere it is kept secret", self.path(group.file))
        })
    }

    fn rank(
        &self,
        group: &Group<'a>,
        (_, givers): (KeyId, &[(EnvironmentId, &'a Definition)]),
        environment: EnvironmentId,
        component: &str,
    ) -> Rank<'a> {
        let inventory = self.graph.inventory;
        let own = self.path(group.file);
        let twin = givers.iter().map(|(id, giver)| {
            let file = self.entry(giver).0;
            let there = self.path(file);
            let kind = inventory.source(giver.source).kind;
            let renamed = self.renamed(file, *id, environment);
            let name = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
            2 * usize::from(kind == group.kind)
                + 2 * usize::from(kind == group.kind && giver.scope.as_ref() == group.scope)
                + usize::from(name(there) == name(own))
                + 3 * usize::from(renamed == own)
        });
        let is_kin = |definition: &Definition| {
            let mut reads = self.graph.deployed_reads_of(definition.key);
            reads.any(|read| read.component == component)
        };
        let reached = self.reach.environments(group.file, group.part).count();
        Rank {
            is_own: reached <= 1,
            twin: twin.max().unwrap_or(0),
            kin: group.members.iter().filter(|(definition, _)| is_kin(definition)).count(),
            is_open: group.kind != "secret",
            path: std::cmp::Reverse(own),
        }
    }

    /// The entries of a group beside which a key of this name can stand.
    fn beside(
        &self,
        group: &Group<'a>,
        name: &str,
        givers: &[(EnvironmentId, &'a Definition)],
    ) -> Option<Target> {
        let (section, leaf, beside) = self.section(group.file, &group.members, name)?;
        let mut order = Vec::new();
        if let Some((_, giver)) = givers.first() {
            let (file, _) = self.entry(giver);
            let same = |other: &&Definition| {
                other.source == giver.source && other.scope == giver.scope && !other.commented
            };
            let all = self.graph.inventory.definitions.iter().filter(same);
            let mut members: Vec<_> = all.map(|one| (one, self.entry(one))).collect();
            members.retain(|(_, (other, _))| *other == file);
            members.sort_by_key(|(_, (_, site))| site.key);
            let short = |one: &Definition| {
                let name = self.name(one);
                name.strip_prefix(&section).unwrap_or(name).to_owned()
            };
            order.extend(members.into_iter().map(|(one, _)| short(one)));
        }
        let for_all = givers.first().is_some_and(|(_, giver)| self.is_for_several(giver));
        Some(Target { file: group.file, beside, name: name.to_owned(), leaf, for_all, order })
    }

    /// The section of a name with its last part, and the entries of that section with theirs.
    pub(super) fn section(
        &self,
        file: FileId,
        members: &[(&Definition, Site)],
        name: &str,
    ) -> Option<Section> {
        let text = &self.files.get(file).text;
        let mut sections: BTreeMap<String, Vec<(Site, String)>> = BTreeMap::new();
        for (definition, site) in members {
            let written = site.key.slice(text).trim_matches(['"', '\'']);
            let Some(section) = self.name(definition).strip_suffix(written) else { continue };
            let is_whole = section.is_empty() || section.ends_with(['.', ':', '/']);
            if is_whole && name.starts_with(section) {
                let place = sections.entry(section.to_owned()).or_default();
                place.push((*site, written.to_owned()));
            }
        }
        let (section, beside) = sections.into_iter().max_by_key(|(section, _)| section.len())?;
        let leaf = name.strip_prefix(&section)?.to_owned();
        // A dot in the last part is no section where the others have one too, or where names are variables.
        let is_nested = leaf.contains('.') && !beside.iter().any(|(_, name)| name.contains('.'));
        (!leaf.is_empty() && !is_nested).then_some((section, leaf, beside))
    }
}

/// How well a place fits; the greatest fits best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank<'a> {
    /// Only the environment itself has it.
    is_own: bool,
    /// How much it is like the place where others have the key.
    twin: usize,
    /// How many keys of the same code it holds.
    kin: usize,
    /// Its values may be seen.
    is_open: bool,
    path: std::cmp::Reverse<&'a str>,
}

/// Whether entries can be added to a source: a file of values that somebody writes by hand.
fn takes(source: &Source) -> bool {
    source.role == Role::Values
        && !source.is_module()
        && !source.is_for_tools()
        && !source.is_provider()
        && !source.is_image()
}
