//! Chains to reads: one for each key at the place where user code names it.

mod alternatives;
mod attributes;
mod choices;
mod draft;
mod fields;
mod guarded;
mod implementations;
mod moded;
mod outward;

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::absence::judge;
use super::around;
use super::branches;
use super::components::Components;
use super::declared;
use super::features::Features;
use super::notes;
use super::profiles;
use super::program::Program;
use super::registries;
use super::resolvers;
use super::schemas::{self, Tables};
use super::selects;
use super::templates;
use crate::config::Config;
use crate::facts::{BuildFacts, CodeFacts, SourceFacts, Templates};
use crate::lang::catalog::Catalog;
use crate::lang::{LANGS, for_path, tables};
use crate::model::{
    Absence, DefaultValue, FieldUse, Inventory, Key, KeyId, KeyRef, Namespace, Problem, Read, Via,
};
use crate::nature::registry;
use crate::reads::is_test_path;
use crate::text::{File, FileId, Files, Span};

/// The code of a scan, and how it is packed.
#[derive(Clone, Copy)]
pub(super) struct Code<'a> {
    pub(super) files: &'a [(FileId, CodeFacts)],
    pub(super) builds: &'a [(FileId, BuildFacts)],
    /// What templates ask for.
    pub(super) templates: &'a Templates,
}

/// Links code facts into the reads of the inventory. Gives the sources that code itself is.
pub(super) fn add(
    inventory: &mut Inventory,
    code: Code<'_>,
    files: &mut Files,
    components: &Components,
    config: &Config,
) -> Vec<(FileId, Vec<SourceFacts>)> {
    let mut catalogs = Vec::new();
    let mut handlers = Vec::new();
    let mut readers = FxHashSet::default();
    let mut tables = Vec::new();
    for lang in LANGS {
        // The engine has loaded the same tables before; a wrong one has ended the run there.
        let Ok((rows, table, schemas)) = tables::all(lang, config) else { continue };
        readers
            .extend(rows.names().chain(schemas.names()).map(|name| (lang.name, name.to_owned())));
        catalogs.push((lang.name, rows));
        handlers.push((lang.name, table));
        tables.push((lang.name, schemas));
    }
    let with_handlers = tables.iter().zip(&handlers);
    let tables: Vec<Tables<'_>> = with_handlers
        .map(|((lang, schemas), (_, handlers))| Tables { lang, schemas, handlers })
        .collect();
    let mut found = Vec::new();
    let modules;
    let mut beside = Beside::default();
    {
        let features = Features::new(code.builds, files);
        let mut program =
            Program::new(features.units(code.files, files), readers, components.data(), &handlers);
        program.name_homes(code.builds, files);
        program.fill_bags();
        let chains = program.chains(&catalogs);
        modules = profiles::sources(&program, &chains, &catalogs, files);
        let deciding = branches::Deciding::new(&program, code.templates);
        let choices = choices::Choices::new(&program, &catalogs);
        beside.look(&program, &catalogs);
        inventory.overriding = program.overriding(&catalogs);
        for chain in chains {
            let Some(table) = program.handlers(chain.frames[0].file) else { continue };
            let verdict = judge(&program, table, &chain);
            let Some(aliases) = fields::aliases(&program, &tables, &chain) else { continue };
            let mut drafts = draft::drafts(&program, &chain, &verdict, &aliases);
            choices.mark(&program, &chain, &mut drafts);
            if let Some(first) = drafts.first() {
                deciding.follow_chain(&chain, &first.read, &mut beside.decided);
            }
            found.extend(drafts);
        }
        let classes = schemas::Found::new(&program, &tables);
        let filled = schemas::all(&program, &tables, &classes, &deployed(files));
        found.extend(filled.iter().flat_map(|schema| fields::drafts(&program, schema)));
        let own = registries::find(&program, &deciding, &known(&found));
        let asked =
            templates::reads(&code.templates.asked, (&own.members, &tags(&program, &found)), files);
        beside.take(own, asked, &mut found);
        beside.follow(&program, &deciding, (&classes, &filled));
        mark(&program, &beside.decided, &mut found);
    }
    problems(inventory, code.files, files);
    settle_guards(&mut found);
    settle_declared(&mut found);
    finish(inventory, found, files, components);
    resolvers::add(inventory, files, components);
    inventory.reads.sort_by_key(|read| read.span);
    beside.tell(inventory, code.files, files, (components, config));
    modules
}

/// The functions that ask for any flag, with the readers that answer them.
fn tags(program: &Program<'_>, found: &[Draft]) -> templates::Tags {
    let any = found.iter().filter(|one| one.namespace == Namespace::Flag && one.key == "*");
    let named = any.filter_map(|one| {
        let place = one.asked_at.first()?;
        let function = &program.files[place.file].facts.functions[place.function?];
        Some((function.name.clone(), one.read.reader.clone()))
    });
    named.collect()
}

/// Tells reads what they stand in: code behind another key, attributes of classes.
fn mark(program: &Program<'_>, decided: &[branches::Found], found: &mut [Draft]) {
    implementations::mark(program, found);
    moded::mark(program, decided, found);
    attributes::mark(program, found);
}

/// What is found beside the reads.
#[derive(Default)]
struct Beside {
    uses: Vec<FieldUse>,
    decided: Vec<branches::Found>,
    declared: Vec<declared::Declared>,
    listing: declared::Listing,
    outward: BTreeSet<String>,
}

impl Beside {
    /// Takes what code declares, and what it gives its own process.
    fn look(&mut self, program: &Program<'_>, catalogs: &[(&'static str, Catalog)]) {
        self.declared = declared::all(program, catalogs);
        self.outward = outward::find(program, catalogs);
    }

    /// Takes the uses of fields, and what they decide.
    fn follow(
        &mut self,
        program: &Program<'_>,
        deciding: &branches::Deciding<'_, '_>,
        (classes, filled): (&schemas::Found<'_>, &[schemas::Schema]),
    ) {
        self.uses = fields::uses(program, classes);
        branches::of_uses(deciding, &self.uses, &mut self.decided);
        branches::of_fields(deciding, filled, &mut self.decided);
    }

    /// Takes what is known of flags that the project keeps itself, and what templates ask. Adds the reads.
    fn take(
        &mut self,
        own: registries::Registries,
        (asked, parts): (Vec<(String, Read)>, Vec<branches::Found>),
        found: &mut Vec<Draft>,
    ) {
        for draft in found.iter_mut().filter(|draft| own.switches.contains(&draft.read.span)) {
            draft.read.flag = true;
        }
        self.declared.extend(own.declared);
        self.listing = own.listing;
        self.decided.extend(own.decided.into_iter().chain(parts));
        let places: FxHashSet<Span> = own.reads.iter().map(|(_, read)| read.span).collect();
        found.retain(|draft| !draft.is_of_flags() || !places.contains(&draft.read.span));
        let reads = own.reads.into_iter().chain(asked);
        found.extend(reads.map(|(key, read)| Draft::of_registry(key, read)));
    }

    /// Puts it into the inventory, whose reads are in the order of their spans.
    fn tell(
        self,
        inventory: &mut Inventory,
        code: &[(FileId, CodeFacts)],
        files: &Files,
        (components, config): (&Components, &Config),
    ) {
        inventory.uses = self.uses;
        selects::mark(inventory, &self.decided, config);
        declared::add(inventory, (&self.declared, &self.listing), &deployed(files));
        notes::add(inventory, code, files);
        branches::add(inventory, self.decided);
        around::tell(inventory, code);
        outward::tell(inventory, &self.outward);
        for one in &mut inventory.uses {
            one.component = components.of(files.get(one.span.file));
        }
    }
}

/// The texts of all code that is no test.
fn deployed(files: &Files) -> Vec<(FileId, &str)> {
    let is_deployed = |file: &File| for_path(&file.path).is_some() && !is_test_path(&file.path);
    let code = files.iter().filter(|(_, file)| is_deployed(file));
    code.map(|(id, file)| (id, &*file.text)).collect()
}

pub(super) use moded::Place;

/// A read before its key has an id.
#[derive(Clone)]
struct Draft {
    key: String,
    read: Read,
    namespace: crate::model::Namespace,
    /// Where the reader itself is asked.
    innermost: Span,
    guarded: Vec<Span>,
    instead: Option<DefaultValue>,
    /// It declares the key for all who read it.
    declares: bool,
    alternatives: Vec<String>,
    /// Where code asks for it, as far as that is known.
    asked_at: Vec<moded::Place>,
    /// It runs under a condition that does not show in the functions around these places.
    is_sparse: bool,
}

impl Draft {
    /// Where it reads what.
    fn place(&self) -> (Span, &str, Namespace) {
        (self.read.span, &self.key, self.namespace)
    }

    /// Whether a function of the project looks it up in a mapping that a framework keeps and that is called like flags:
    /// `current_app.config["FEATURE_FLAGS"][name]`.
    fn is_of_flags(&self) -> bool {
        self.read.of_framework
            && self.read.via == Via::Wrapper
            && self.namespace == Namespace::Setting
            && self.key.split_once('.').is_some_and(|(table, _)| registry::declares(table))
    }

    /// A read of a flag that the project keeps itself.
    fn of_registry(key: String, read: Read) -> Self {
        Self {
            key,
            innermost: read.span,
            read,
            namespace: Namespace::Flag,
            guarded: Vec::new(),
            instead: None,
            declares: false,
            alternatives: Vec::new(),
            asked_at: Vec::new(),
            is_sparse: false,
        }
    }
}

/// What is asked where a read is known. Whoever hands a name to a function of the project that looks it up in a mapping of flags
/// asks for a flag, if somebody declares it.
fn known(found: &[Draft]) -> FxHashMap<Span, Namespace> {
    let sure = found.iter().filter(|draft| !draft.is_of_flags());
    sure.map(|draft| (draft.read.span, draft.namespace)).collect()
}

fn problems(inventory: &mut Inventory, code: &[(FileId, CodeFacts)], files: &Files) {
    for (id, facts) in code {
        let all = facts.problems.iter().map(|problem| Problem {
            path: files.get(*id).path.clone(),
            message: problem.message.clone(),
            span: Some(Span::new(*id, problem.range)),
            kind: problem.kind,
        });
        inventory.problems.extend(all);
    }
}

/// A piece of code that runs only where a key is there, the value that stands in for it elsewhere, and whether it runs
/// only where the value is not empty as well.
type Guard = (Span, Option<DefaultValue>, bool);

/// Code that runs only where another read has found the key requires nothing.
fn settle_guards(found: &mut Vec<Draft>) {
    let mut guards: FxHashMap<(String, FileId), Vec<Guard>> = FxHashMap::default();
    for draft in found.iter() {
        for span in &draft.guarded {
            let guard = (*span, draft.instead.clone(), draft.read.empty_is_absent);
            guards.entry((draft.key.clone(), span.file)).or_default().push(guard);
        }
    }
    for draft in found.iter_mut() {
        let at = draft.innermost;
        let Some(spans) = guards.get(&(draft.key.clone(), at.file)) else { continue };
        let guard = spans.iter().find(|(span, ..)| span.range.contains(at.range));
        draft.read.empty_is_absent |= guard.is_some_and(|(.., not_empty)| *not_empty);
        if let Some((_, instead, _)) = guard
            && draft.read.absence == Absence::Required
        {
            draft.read.absence =
                if instead.is_some() { Absence::Default } else { Absence::Optional };
            draft.read.default.clone_from(instead);
        }
    }
    guarded::join_guarded(found);
}

/// A default that a declaration gives a key is that of every read of it.
fn settle_declared(found: &mut [Draft]) {
    let declared: FxHashMap<String, DefaultValue> = found
        .iter()
        .filter(|draft| draft.declares)
        .filter_map(|draft| Some((draft.key.clone(), draft.read.default.clone()?)))
        .collect();
    for draft in found.iter_mut().filter(|draft| draft.namespace == Namespace::Setting) {
        if draft.read.absence == Absence::Required
            && let Some(default) = declared.get(&draft.key)
        {
            draft.read.absence = Absence::Default;
            draft.read.default = Some(default.clone());
        }
    }
}

fn finish(
    inventory: &mut Inventory,
    mut found: Vec<Draft>,
    files: &mut Files,
    components: &Components,
) {
    found.sort_by(|one, two| {
        (one.read.span, &one.key, &one.read.reader).cmp(&(
            two.read.span,
            &two.key,
            &two.read.reader,
        ))
    });
    found.dedup_by(|one, two| one.place() == two.place());
    let first = inventory.reads.len();
    for draft in found {
        let mut read = draft.read;
        read.component = components.of(files.get(read.span.file));
        if !draft.key.contains('*') {
            read.key = KeyRef::Exact(
                inventory.intern(Key { name: draft.key, namespace: draft.namespace }),
            );
        }
        let others = draft
            .alternatives
            .into_iter()
            .map(|name| inventory.intern(Key { name, namespace: draft.namespace }));
        read.alternatives = others.collect();
        if let Some(default) = read.default.as_ref().filter(|default| default.redacted) {
            files.blank(default.span);
        }
        inventory.reads.extend(echoes(&read));
        inventory.reads.push(read);
    }
    alternatives::join(inventory, first);
}

/// What a pattern reaches under its other names, and the table of its entries.
fn echoes(read: &Read) -> Vec<Read> {
    if exact(read).is_some() {
        return Vec::new();
    }
    let echo = |alias: &Key| Read {
        key: KeyRef::Pattern { namespace: alias.namespace, glob: alias.name.clone() },
        aliases: Vec::new(),
        is_echo: true,
        absence: Absence::Optional,
        ..read.clone()
    };
    read.aliases.iter().chain(table_of(read).as_ref()).map(echo).collect()
}

/// The table whose entries a pattern reaches: written without an entry, it is read too.
fn table_of(read: &Read) -> Option<Key> {
    let KeyRef::Pattern { namespace: Namespace::Setting, glob } = &read.key else { return None };
    let table = glob.strip_suffix(".*").filter(|table| !table.is_empty())?;
    Some(Key { name: table.to_owned(), namespace: Namespace::Setting })
}

fn exact(read: &Read) -> Option<KeyId> {
    match read.key {
        KeyRef::Exact(key) => Some(key),
        KeyRef::Pattern { .. } => None,
    }
}
