//! Fields of settings to reads, and their uses.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

use super::Draft;
use super::draft::{collapse, default_value, is_key_like};
use crate::facts::code::Expr;
use crate::link::chains::{Chain, Frame, bound, slot};
use crate::link::evaluate::{Bound, CALLER, HOLE};
use crate::link::program::{Program, Target};
use crate::link::schemas::{self, Aliasing, Found, Leaf, Schema, Tables};
use crate::model::{
    Absence, Confidence, FieldUse, InSection, Key, KeyRef, Namespace, Reach, Read, ValueType, Via,
    When,
};
use crate::text::Span;

/// The reads of a class that is filled from outside: one for each name of each field.
pub(super) fn drafts(program: &Program<'_>, schema: &Schema) -> Vec<Draft> {
    let mut made: Vec<(&Leaf, Vec<Draft>)> =
        schema.leaves.iter().map(|leaf| (leaf, of_leaf(program, schema, leaf))).collect();
    let sections: Vec<usize> = (0..made.len()).filter(|at| made[*at].0.is_section).collect();
    if !sections.is_empty() {
        let by_path = by_path(&made);
        for at in sections {
            let parts = parts(&by_path, &made[at].0.path);
            let is_known = !schema.has_own_source
                && made[at].0.section == InSection::default()
                && parts.iter().all(|part| !part.contains('*'));
            for own in &mut made[at].1 {
                let exact = parts.iter().filter(|part| !part.contains('*'));
                own.alternatives.extend(exact.cloned());
                if is_known && own.read.via != Via::Pattern {
                    own.read.confidence = Confidence::Medium;
                }
            }
        }
    }
    made.into_iter().flat_map(|(_, drafts)| drafts).collect()
}

/// The names of fields, by path.
type ByPath = BTreeMap<Vec<String>, Vec<String>>;

fn by_path(made: &[(&Leaf, Vec<Draft>)]) -> ByPath {
    let mut names = ByPath::new();
    for (leaf, drafts) in made {
        let keys = drafts.iter().map(|draft| draft.key.clone());
        names.entry(leaf.path.clone()).or_default().extend(keys);
    }
    names
}

/// The names of what a section is made of: each of them makes the section be there.
fn parts(by_path: &ByPath, section: &[String]) -> Vec<String> {
    let after = (Excluded(section), Unbounded);
    let within = by_path.range::<[String], _>(after);
    within
        .take_while(|(path, _)| path.starts_with(section))
        .flat_map(|(_, names)| names)
        .cloned()
        .collect()
}

fn of_leaf(program: &Program<'_>, schema: &Schema, leaf: &Leaf) -> Vec<Draft> {
    let plain = |name: &String| collapse(&name.replace([HOLE, CALLER], "*"));
    let mut names: Vec<String> = leaf.names.iter().map(plain).collect();
    let path = plain(&leaf.path.join("."));
    let others = leaf.aliases.iter().map(|(path, name)| (plain(&path.join(".")), name));
    let mut aliases: Vec<Key> = Vec::new();
    let (namespace, keys) = if schema.is_flags {
        (Namespace::Flag, vec![path])
    } else if schema.is_file_first || schema.has_files && names.is_empty() {
        aliases.extend(names.iter().map(Key::env));
        for (path, name) in others {
            aliases.push(Key::setting(path));
            aliases.extend(name.as_ref().map(|name| Key::env(plain(name))));
        }
        (Namespace::Setting, vec![path])
    } else {
        if schema.has_files && !path.is_empty() {
            aliases.push(Key::setting(path));
            aliases.extend(others.map(|(path, _)| Key::setting(path)));
        } else {
            names.extend(others.filter_map(|(_, name)| name.as_ref().map(plain)));
        }
        if names.is_empty() {
            // Nothing fills it, and it is a read all the same: under the name that one would give it.
            let lost = leaf.unbound.iter().filter(|unbound| unbound.reach == Reach::Lost);
            names.extend(lost.map(|unbound| plain(&unbound.name)));
        }
        (Namespace::Env, names)
    };
    let drafts = keys.iter().filter(|key| !key.is_empty() && is_key_like(key));
    drafts
        .map(|key| {
            let read = read(program, schema, leaf, namespace, key, &aliases);
            let others = keys.iter().filter(|other| *other != key).cloned().collect();
            let innermost = read.span;
            Draft {
                key: key.clone(),
                read,
                namespace,
                innermost,
                guarded: Vec::new(),
                instead: None,
                declares: false,
                alternatives: others,
                asked_at: schema.loaded_at.clone(),
                is_sparse: leaf.conditional || program.files[leaf.file].is_mode(),
            }
        })
        .collect()
}

fn read(
    program: &Program<'_>,
    schema: &Schema,
    leaf: &Leaf,
    namespace: Namespace,
    key: &str,
    aliases: &[Key],
) -> Read {
    let unit = &program.files[leaf.file];
    let span = Span::new(unit.id, leaf.range);
    let is_pattern = key.contains('*');
    let is_unsure = is_pattern || leaf.is_section || schema.has_own_source;
    let is_required = leaf.absence == Absence::Required;
    let default = leaf.default.as_ref().map(|default| default_value(program, default, key));
    Read {
        absence: leaf.absence,
        default,
        empty_is_absent: leaf.empty_is_absent,
        expects: leaf.expects.clone(),
        limits: leaf.limits.clone(),
        via: if is_pattern { Via::Pattern } else { Via::Schema },
        when: leaf.settled.filter(|_| is_required).map_or(When::Start, |settled| settled.when),
        decided_at: leaf.settled.map(|settled| settled.at),
        stand_in: leaf.settled.and_then(|settled| settled.stand_in),
        conditional: leaf.conditional || unit.is_mode(),
        of_mode: unit.is_mode(),
        of_deployment: unit.is_of_deployment(),
        lays_over: unit.lays_over(),
        section: (leaf.section != InSection::default()).then(|| Box::new(leaf.section.clone())),
        aliases: aliases.to_vec(),
        any_case: !leaf.exact_case,
        unbound: leaf.unbound.clone().map(Box::new),
        in_test: leaf.in_test || unit.is_example(),
        as_share: false,
        flag: schema.is_flags || matches!(leaf.expects, ValueType::Bool(_)),
        confidence: match leaf.settled {
            _ if is_unsure => Confidence::Low,
            // Its declaration says that it may be absent.
            Some(_) if is_required => Confidence::Medium,
            _ => Confidence::High,
        },
        ..Read::of(
            KeyRef::Pattern { namespace, glob: key.to_owned() },
            span,
            schema.reader.as_str(),
        )
    }
}

/// The uses of fields of settings, by place.
pub(super) fn uses(program: &Program<'_>, found: &Found<'_>) -> Vec<FieldUse> {
    let mut all: Vec<FieldUse> = schemas::uses(program, found)
        .into_iter()
        .map(|one| FieldUse {
            name: one.name,
            span: Span::new(program.files[one.file].id, one.range),
            declared: Span::new(program.files[one.declared.0].id, one.declared.1),
            component: String::new(),
            function: String::new(),
            in_test: one.in_test || program.files[one.file].is_example(),
        })
        .collect();
    all.sort_by_key(|one| one.span);
    all
}

/// What the object that a chain asks says of other names of the key; `None` where what is asked for is a struct, whose
/// fields are the keys.
pub(super) fn aliases(
    program: &Program<'_>,
    tables: &[Tables<'_>],
    chain: &Chain<'_>,
) -> Option<Aliasing> {
    if !chain.row.sources {
        return Some(Aliasing::default());
    }
    let frame = chain.frames[0];
    let lang = program.files[frame.file].lang.name;
    let table = tables.iter().find(|table| table.lang == lang)?;
    Aliasing::of(program, table, frame.file, program.site(frame))
}

/// The name that the row of a chain gives a key in the environment.
pub(super) fn row_alias(program: &Program<'_>, chain: &Chain<'_>, key: &str) -> Option<Key> {
    let form = chain.row.alias.as_ref()?;
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let plain = |text: &str| text.to_uppercase().replace(['.', '-'], "_");
    let mut alias = form
        .replace("{section}", &plain(section))
        .replace("{name}", &plain(name))
        .replace("{exact}", key)
        .replace("{plain}", &plain(key))
        .replace("{key}", &key.to_uppercase().replace('.', "__"));
    if alias.contains("{prefix}") {
        let frame = chain.frames[0];
        let made = program.made(frame.file, &program.site(frame).callee);
        let given = made.as_ref().and_then(|made| {
            made.args.iter().find_map(|arg| match arg {
                Expr::Keyword(name, value)
                    if chain.row.alias_prefix.keywords.iter().any(|known| known == name) =>
                {
                    Some(Bound {
                        expr: (**value).clone(),
                        file: made.file,
                        range: program.site(frame).range,
                        given: None,
                    })
                }
                _ => None,
            })
        });
        let given = given.or_else(|| program.prefix_by_call(chain));
        let prefix = given.map(|value| program.texts(&value));
        let prefix = match prefix.as_deref() {
            Some([one]) if !one.contains([HOLE, CALLER]) => one.clone(),
            _ => return None,
        };
        alias = alias.replace("{prefix}", &prefix.to_uppercase());
    }
    Some(Key::env(alias))
}

impl Program<'_> {
    /// The prefix that a call in the project gives, the one that stands nearest: `app.config.from_prefixed_env("SHOP")`.
    fn prefix_by_call(&self, chain: &Chain<'_>) -> Option<Bound> {
        let calls = &chain.row.alias_calls;
        let own = &self.files[chain.frames[0].file];
        let mut nearest: Option<(usize, Bound)> = None;
        for (file, unit) in self.files.iter().enumerate() {
            if calls.is_empty() || unit.lang.name != own.lang.name {
                continue;
            }
            for (at, site) in unit.facts.sites.iter().enumerate() {
                let frame = Frame { file, site: at };
                if let Target::External(name) = self.asked(frame)
                    && calls.contains(name)
                    && let Some(arg) =
                        slot(&chain.row.alias_prefix, &site.args).or(site.args.first())
                {
                    let shared = shared_folders(own.path, unit.path);
                    if nearest.as_ref().is_none_or(|(most, _)| shared > *most) {
                        nearest = Some((shared, bound(arg, file, None)));
                    }
                }
            }
        }
        nearest.map(|(_, prefix)| prefix)
    }
}

/// How many parts two paths begin with alike; most for a path and itself.
fn shared_folders(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
}
