//! Terragrunt: what its configurations hand to modules of Terraform, through includes and the files that they read.
//!
//! A unit is a file that runs a module of the tree. Its inputs are those of its own and of all files that it includes; a value
//! that another file gives becomes an argument of the module where it is written, so it is its environment's. What a module of
//! another repository takes for variables, it hands to code. Outputs of other units and environment variables are not seen.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Facts, Module, sources};
use crate::facts::OpaqueFact;
use crate::facts::module::{Content, Given, GruntFacts, Receiver};
use crate::model::Value;
use crate::text::relative::{folder, joined};
use crate::text::{Files, TextRange};

/// Files that include files.
const MAX_INCLUDES: usize = 16;
/// Locals that name locals.
const MAX_HOPS: usize = 12;
/// More arguments than all units of a project have.
const MOST: usize = 100_000;

/// What units hand on, and where they take what only a run shows.
#[derive(Default)]
struct Added {
    given: Vec<(At, Given)>,
    /// The maps of variables that some unit hands to a module of others.
    handed: BTreeSet<(At, TextRange)>,
    unseen: BTreeSet<(At, TextRange)>,
}

/// The configurations by their paths.
struct Grunts<'f> {
    facts: &'f Facts,
    at: BTreeMap<(u16, &'f str), At>,
    paths: BTreeMap<At, (u16, &'f str)>,
    /// Folders of modules that declare variables.
    modules: BTreeSet<Module>,
}

/// Adds what units hand to modules to the facts of the files that it is written in.
pub(super) fn resolve(facts: &mut Facts, files: &Files) {
    let added = {
        let grunts = Grunts::new(facts, files);
        let units: Vec<At> = grunts.paths.keys().copied().collect();
        let mut added = Added::default();
        for unit in units {
            if added.given.len() < MOST {
                grunts.unit(unit, &mut added);
            }
        }
        added
    };
    for (at, range) in added.unseen {
        let what = "variables that an expression of Terragrunt gives";
        facts[at.0].1[at.1].opaque.push(OpaqueFact::new(what, None, range));
    }
    let mut seen = BTreeSet::new();
    for (at, given) in added.given {
        let target = match &given.to {
            Receiver::Module(path) => path.clone(),
            _ => String::new(),
        };
        if seen.insert((at, given.name.clone(), target, given.range)) {
            facts[at.0].1[at.1].module.given.push(given);
        }
    }
}

impl<'f> Grunts<'f> {
    fn new(facts: &'f Facts, files: &'f Files) -> Self {
        let mut grunts =
            Self { facts, at: BTreeMap::new(), paths: BTreeMap::new(), modules: BTreeSet::new() };
        for (at, source) in sources(facts) {
            let file = files.get(facts[at.0].0);
            if source.module.grunt.is_some() {
                grunts.at.insert((file.root, file.path.as_str()), at);
                grunts.paths.insert(at, (file.root, file.path.as_str()));
            }
            if !source.module.declared.is_empty() {
                grunts.modules.insert((file.root, folder(&file.path).to_owned()));
            }
        }
        grunts
    }

    fn grunt(&self, at: At) -> Option<&'f GruntFacts> {
        self.facts[at.0].1[at.1].module.grunt.as_deref()
    }

    /// What one unit hands to its module.
    fn unit(&self, unit: At, added: &mut Added) {
        let chain = self.chain(unit);
        let Some(target) = self.target(unit, &chain) else {
            self.hand_out(&chain, added);
            return;
        };
        for at in &chain {
            for given in &self.facts[at.0].1[at.1].module.given {
                if given.to == Receiver::Unit {
                    self.hand(unit, *at, given, &given.name, &target, added);
                }
            }
            for name in self.grunt(*at).into_iter().flat_map(|grunt| &grunt.merged) {
                self.merge(unit, *at, name, &target, added);
            }
        }
    }

    /// The file of a unit and those that it includes.
    fn chain(&self, unit: At) -> Vec<At> {
        let mut chain = vec![unit];
        let mut next = 0;
        while let Some(at) = chain.get(next).copied().filter(|_| chain.len() < MAX_INCLUDES) {
            let paths = self.grunt(at).into_iter().flat_map(|grunt| &grunt.includes);
            let found: Vec<At> = paths.filter_map(|path| self.file(unit, at, path)).collect();
            chain.extend(
                found.into_iter().filter(|found| !chain.contains(found)).collect::<Vec<At>>(),
            );
            next += 1;
        }
        chain
    }

    /// The module that a unit runs, where it is one of the tree.
    fn target(&self, unit: At, chain: &[At]) -> Option<Module> {
        let all = chain.iter().flat_map(|at| {
            let texts = self.grunt(*at).into_iter().flat_map(|grunt| &grunt.sources);
            texts.map(move |text| (*at, text))
        });
        let mut found = all.filter_map(|(at, text)| self.module(unit, at, text));
        found.next()
    }

    fn module(&self, unit: At, at: At, text: &str) -> Option<Module> {
        let (root, _) = self.paths[&unit];
        let bare = text.trim_matches('"').split("?ref=").next().unwrap_or_default();
        let is_remote = bare.contains("::") || bare.contains("://") || bare.starts_with("git@");
        let path = if is_remote {
            // A module of this repository at a tag: its folder stands behind the second slashes.
            let (_, inside) = bare.rsplit_once("//").filter(|(above, _)| {
                above.contains("//") || above.contains("::") || above.contains('@')
            })?;
            joined("", inside)?
        } else {
            self.path(unit, at, &text.replace("//", "/"))?
        };
        let module = (root, path);
        self.modules.contains(&module).then_some(module)
    }

    /// The configuration that a path means when a unit is run; `at` is the file that names it. A plain path of a file that is
    /// included may start at the unit that includes it.
    fn file(&self, unit: At, at: At, text: &str) -> Option<At> {
        let (root, _) = self.paths[&unit];
        [at, unit].into_iter().find_map(|from| {
            let path = self.path(unit, from, text)?;
            self.at.get(&(root, path.as_str())).copied()
        })
    }

    /// A path as it is written, with the functions that name folders filled in.
    fn path(&self, unit: At, at: At, text: &str) -> Option<String> {
        let (root, own) = self.paths[&unit];
        let here = self.paths[&at].1;
        let mut text = text.trim().to_owned();
        for _ in 0..MAX_HOPS {
            let Some(start) = text.find("find_in_parent_folders(") else { break };
            let open = start + "find_in_parent_folders(".len();
            let end = open + text.get(open..)?.find(')')?;
            let name = text.get(open..end)?.split(',').next()?.trim().trim_matches('"').to_owned();
            let found = self.above(root, own, &name)?;
            text.replace_range(start..=end, &format!("/{found}"));
        }
        for _ in 0..MAX_HOPS {
            let Some(start) = text.find("dirname(") else { break };
            let open = start + "dirname(".len();
            let end = open + text.get(open..)?.find(')')?;
            let inner = text.get(open..end)?.trim().trim_matches('"').to_owned();
            text.replace_range(start..=end, &format!("/{}", folder(inner.trim_start_matches('/'))));
        }
        let words = [
            ("get_terragrunt_dir()", folder(own)),
            ("get_original_terragrunt_dir()", folder(own)),
            ("get_parent_terragrunt_dir()", folder(here)),
            ("get_repo_root()", ""),
            ("get_path_to_repo_root()", ""),
        ];
        for (word, place) in words {
            text = text.replace(word, &format!("/{place}"));
        }
        let text: String = text.replace("${", "").replace(['}', '"', ' '], "");
        if text.contains(['(', ')', '$', '?']) {
            return None;
        }
        match text.strip_prefix('/') {
            Some(inside) => joined("", inside.trim_start_matches('/')),
            None => joined(folder(here), &text),
        }
    }

    /// The nearest configuration of a name in the folders above a unit's.
    fn above(&self, root: u16, own: &str, name: &str) -> Option<String> {
        let names: &[&str] =
            if name.is_empty() { &["terragrunt.hcl", "root.hcl"] } else { &[name] };
        let mut place = folder(own);
        while !place.is_empty() {
            place = folder(place);
            for name in names {
                let path = joined(place, name)?;
                if self.at.contains_key(&(root, path.as_str())) {
                    return Some(path);
                }
            }
        }
        None
    }

    /// Hands one input over, from the place where its value is written.
    fn hand(
        &self,
        unit: At,
        at: At,
        given: &Given,
        name: &str,
        target: &Module,
        added: &mut Added,
    ) {
        let is_environment = given.is_environment;
        let (at, content, range) = self.settled(unit, at, given);
        let place = self.paths[&at].1;
        let depth = folder(place).split('/').filter(|part| !part.is_empty()).count();
        let to = Receiver::Module(format!("{}{}", "../".repeat(depth), target.1));
        let handed = Given {
            name: name.to_owned(),
            to,
            content,
            range,
            scope: None,
            call: None,
            is_environment,
        };
        added.given.push((at, handed));
    }

    /// What a unit hands to a module that is not in the tree: variables that it takes from other files, each where it is written.
    fn hand_out(&self, chain: &[At], added: &mut Added) {
        let unit = chain[0];
        for at in chain {
            let given = self.facts[at.0].1[at.1].module.given.iter();
            for given in given.filter(|one| one.to == Receiver::Unit && one.is_environment) {
                let mut takes: Vec<(At, &str)> = taken(given).map(|name| (*at, name)).collect();
                let mut next = 0;
                while let Some((at, name)) = takes.get(next).copied().filter(|_| next < MAX_HOPS) {
                    next += 1;
                    let Some((other, found)) = self.found(unit, at, name) else { continue };
                    takes.extend(taken(found).map(|name| (other, name)));
                    // Most units take the same file.
                    if let Content::Many(entries, _) = &found.content
                        && added.handed.insert((other, found.range))
                    {
                        let content = Content::Many(entries.clone(), Vec::new());
                        let (to, name) = (Receiver::Unit, given.name.clone());
                        let one =
                            Given { to, name, content, is_environment: true, ..found.clone() };
                        added.given.push((other, one));
                    }
                }
            }
            let unseen = self.grunt(*at).into_iter().flat_map(|grunt| &grunt.unseen);
            added.unseen.extend(unseen.map(|range| (*at, *range)));
        }
    }

    /// What a name leads to, and where that is written.
    fn found(&self, unit: At, at: At, text: &str) -> Option<(At, &'f Given)> {
        let (next, name) = self.named(unit, at, text)?;
        let all = &self.facts[next.0].1[next.1].module.given;
        Some((next, all.iter().find(|one| one.name == name)?))
    }

    /// The place that gives what is only named elsewhere: `local.env_vars.locals.log_level`.
    fn settled(&self, unit: At, at: At, given: &Given) -> (At, Content, TextRange) {
        let (mut at, mut given) = (at, given);
        for _ in 0..MAX_HOPS {
            let Content::One(Value::Reference { text, .. }, _) = &given.content else { break };
            let Some(found) = self.found(unit, at, text) else { break };
            (at, given) = found;
        }
        (at, given.content.clone(), given.range)
    }

    /// The file and the local that an expression names.
    fn named(&self, unit: At, at: At, text: &str) -> Option<(At, String)> {
        // `"${local.env.locals.name}"` is the same as without quotes.
        let whole = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
        let text = whole.unwrap_or(text);
        let rest = text.strip_prefix("local.")?;
        let (first, behind) = rest.split_once('.').unwrap_or((rest, ""));
        let read = self.grunt(at)?.reads.iter().find(|(name, _)| name == first);
        let part = |name: &str| behind.strip_prefix(name);
        let named = part("locals.").map(|name| format!("local.{name}"));
        let named = named.or_else(|| part("inputs.").map(|name| format!("var.{name}")));
        match (read, named) {
            (Some((_, path)), Some(name)) => Some((self.file(unit, at, path)?, name)),
            (None, _) => Some((at, text.to_owned())),
            _ => None,
        }
    }

    /// Hands all locals of another file over: `inputs = merge(local.env_vars.locals, …)`.
    fn merge(&self, unit: At, at: At, text: &str, target: &Module, added: &mut Added) {
        let Some(first) = text.strip_prefix("local.").and_then(|rest| rest.strip_suffix(".locals"))
        else {
            return;
        };
        let read =
            self.grunt(at).and_then(|grunt| grunt.reads.iter().find(|(name, _)| name == first));
        let Some(other) = read.and_then(|(_, path)| self.file(unit, at, path)) else { return };
        for given in &self.facts[other.0].1[other.1].module.given {
            if let Some(name) = given.name.strip_prefix("local.") {
                self.hand(unit, other, given, &format!("var.{name}"), target, added);
            }
        }
    }
}

/// The names that a value takes whole.
fn taken(given: &Given) -> impl Iterator<Item = &str> {
    let (one, many) = match &given.content {
        Content::One(Value::Reference { text, .. }, _) => (Some(text.as_str()), [].as_slice()),
        Content::Many(_, names) => (None, names.as_slice()),
        _ => (None, [].as_slice()),
    };
    one.into_iter().chain(many.iter().map(String::as_str))
}
