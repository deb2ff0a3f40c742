//! Chains to reads: one for each key at the place where user code names it.

mod fields;

use rustc_hash::{FxHashMap, FxHashSet};

use super::absence::{Verdict, judge};
use super::chains::Chain;
use super::components::Components;
use super::environments::is_mode;
use super::evaluate::{CALLER, HOLE};
use super::program::Program;
use super::resolvers;
use super::schemas::{self, Aliasing, Tables};
use crate::config::Config;
use crate::facts::CodeFacts;
use crate::facts::code::Expr;
use crate::facts::code::Form;
use crate::lang::LANGS;
use crate::lang::handlers::Handlers;
use crate::lang::schemas::Schemas;
use crate::model::{
    Absence, Confidence, DefaultValue, Inventory, Key, KeyId, KeyRef, Namespace, Problem, Read,
    ValueType, Via, When, secrecy,
};
use crate::reads::{catalog, is_example_path};
use crate::text::{FileId, Files, Span};

/// Links code facts into the reads of the inventory.
pub(super) fn add(
    inventory: &mut Inventory,
    code: &[(FileId, CodeFacts)],
    files: &mut Files,
    components: &Components,
    config: &Config,
) {
    let mut catalogs = Vec::new();
    let mut handlers = Vec::new();
    let mut readers = FxHashSet::default();
    let mut tables = Vec::new();
    for lang in LANGS {
        // The engine has loaded the same tables before; a wrong one has ended the run there.
        let (Ok(rows), Ok(table), Ok(schemas)) =
            (catalog(lang, config), Handlers::parse(lang.handlers), Schemas::parse(lang.schemas))
        else {
            continue;
        };
        let names = rows.names().chain(schemas.names());
        readers.extend(names.map(|name| (lang.name, name.to_owned())));
        catalogs.push((lang.name, rows));
        handlers.push((lang.name, table));
        tables.push((lang.name, schemas));
    }
    let tables: Vec<Tables<'_>> = tables
        .iter()
        .zip(&handlers)
        .map(|((lang, schemas), (_, handlers))| Tables { lang, schemas, handlers })
        .collect();
    let mut found = Vec::new();
    let uses;
    {
        let program =
            Program::new(code, |id| files.get(id).path.as_str(), readers, components.data());
        for chain in program.chains(&catalogs) {
            let unit = &program.files[chain.frames[0].file];
            let Some((_, table)) = handlers.iter().find(|(name, _)| *name == unit.lang.name) else {
                continue;
            };
            let verdict = judge(&program, table, &chain);
            let aliases = fields::aliases(&program, &tables, &chain);
            let Some(aliases) = aliases else { continue };
            found.extend(drafts(&program, &chain, &verdict, &aliases));
        }
        for schema in schemas::all(&program, &tables) {
            found.extend(fields::drafts(&program, &schema));
        }
        uses = fields::uses(&program, &tables);
    }
    problems(inventory, code, files);
    settle_guards(&mut found);
    settle_declared(&mut found);
    finish(inventory, found, files, components);
    resolvers::add(inventory, files, components);
    inventory.reads.sort_by_key(|read| read.span);
    inventory.uses = uses;
    for one in &mut inventory.uses {
        one.component = components.of(files.get(one.span.file));
    }
}

/// A read before its key has an id.
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

fn drafts(
    program: &Program<'_>,
    chain: &Chain<'_>,
    verdict: &Verdict,
    naming: &Aliasing,
) -> Vec<Draft> {
    let outermost = chain.frames[chain.frames.len() - 1];
    let unit = &program.files[outermost.file];
    let site = program.site(outermost);
    let usable: Vec<String> =
        chain.keys.iter().map(|key| key.replace([HOLE, CALLER], "*")).collect();
    let several =
        site.args.iter().any(|arg| matches!(arg.value, Expr::List(_))) && usable.len() > 1;
    let first = chain.frames[0];
    let innermost = Span::new(program.files[first.file].id, program.site(first).range);
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    for key in &usable {
        let key = collapse(key);
        if key.is_empty() || !seen.insert(key.clone()) || !is_key_like(&key) {
            continue;
        }
        let namespace = chain.row.namespace.namespace();
        let (own, mut aliases) = naming.of_key(Key { name: key, namespace });
        let Key { name: key, namespace } = own;
        aliases.extend(fields::row_alias(program, chain, &key));
        let preset = naming.preset(&key).filter(|_| verdict.absence == Absence::Required);
        let is_shipped =
            chain.row.shipped.iter().any(|glob| crate::model::glob::matches(glob, &key));
        let absence = match verdict.absence {
            Absence::Required if preset.is_some() || is_shipped => Absence::Default,
            absence => absence,
        };
        let default = preset.or(verdict.default.as_ref());
        let pattern = key.contains('*');
        let key_range = written_range(chain, outermost.file).unwrap_or(site.range);
        let default = default.map(|default| default_value(program, default, &key));
        let read = Read {
            key: KeyRef::Pattern { namespace, glob: key.clone() },
            span: Span::new(unit.id, site.range),
            key_span: Span::new(unit.id, key_range),
            reader: chain.reader.clone(),
            absence,
            default,
            fallback: verdict.fallback,
            empty_is_absent: verdict.empty_is_absent,
            expects: verdict.expects.clone(),
            bad_value_falls_back: verdict.bad_value_falls_back,
            via: via(chain, pattern),
            chain: wrappers(program, chain),
            when: if site.at_start { When::Start } else { When::Use },
            conditional: is_conditional(program, chain) || is_mode(unit.path),
            alternatives: Vec::new(),
            aliases,
            any_case: false,
            limits: verdict.limits.clone(),
            of_framework: chain.row.framework,
            is_echo: false,
            in_test: site.in_test || is_example_path(unit.path),
            at_build: chain.row.at_build || is_build_script(unit),
            component: String::new(),
            flag: matches!(verdict.expects, ValueType::Bool(_)),
            confidence: if pattern { Confidence::Low } else { Confidence::High },
        };
        let others = usable.iter().filter(|other| several && **other != key);
        let alternatives = others.cloned().collect();
        let instead = verdict.instead.as_ref().map(|instead| default_value(program, instead, &key));
        found.push(Draft {
            key,
            read,
            namespace,
            innermost,
            guarded: verdict.guarded.clone(),
            instead,
            declares: chain.row.declares,
            alternatives,
        });
    }
    found
}

fn is_conditional(program: &Program<'_>, chain: &Chain) -> bool {
    chain.frames.iter().any(|frame| program.site(*frame).conditional)
}

/// The wrappers between the name and the reader, outermost first.
fn wrappers(program: &Program<'_>, chain: &Chain<'_>) -> Vec<Span> {
    let inner = chain.frames.iter().rev().skip(1);
    inner.map(|frame| Span::new(program.files[frame.file].id, program.site(*frame).range)).collect()
}

fn via(chain: &Chain<'_>, pattern: bool) -> Via {
    match (pattern, chain.frames.len(), chain.named) {
        _ if chain.row.form == Form::Attribute => Via::Schema,
        (true, ..) => Via::Pattern,
        (_, 1, false) => Via::Direct,
        (_, 1, true) => Via::Constant,
        _ => Via::Wrapper,
    }
}

/// Where the name of the key stands in the outermost call.
fn written_range(chain: &Chain<'_>, file: usize) -> Option<crate::text::TextRange> {
    let settled = chain.written.as_ref()?.settled();
    (settled.file == file).then_some(settled.range)
}

fn default_value(
    program: &Program<'_>,
    default: &super::evaluate::Bound,
    key: &str,
) -> DefaultValue {
    let settled = default.settled();
    let texts = match settled.expr {
        Expr::Unknown | Expr::List(_) | Expr::Map(_) => Vec::new(),
        _ => program.texts(&settled),
    };
    let text = match &texts[..] {
        [one] if !one.contains([HOLE, CALLER]) => Some(one.clone()),
        _ => None,
    };
    let redacted = text.as_ref().is_some_and(|text| {
        !text.is_empty() && (secrecy::looks_secret_value(text) || secrecy::looks_secret_name(key))
    });
    DefaultValue { text, span: settled.span(program), redacted }
}

/// A piece of code that runs only where a key is there, and the value that stands in for it elsewhere.
type Guard = (Span, Option<DefaultValue>);

/// Code that runs only where another read has found the key requires nothing.
fn settle_guards(found: &mut [Draft]) {
    let mut guards: FxHashMap<(String, FileId), Vec<Guard>> = FxHashMap::default();
    for draft in found.iter() {
        for span in &draft.guarded {
            let guard = (*span, draft.instead.clone());
            guards.entry((draft.key.clone(), span.file)).or_default().push(guard);
        }
    }
    for draft in found.iter_mut() {
        let at = draft.innermost;
        let Some(spans) = guards.get(&(draft.key.clone(), at.file)) else { continue };
        let guard = spans.iter().find(|(span, _)| span.range.contains(at.range));
        if let Some((_, instead)) = guard
            && draft.read.absence == Absence::Required
        {
            draft.read.absence =
                if instead.is_some() { Absence::Default } else { Absence::Optional };
            draft.read.default.clone_from(instead);
        }
    }
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
    found.dedup_by(|one, two| one.read.span == two.read.span && one.key == two.key);
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
    join_alternatives(&mut inventory.reads[first..]);
}

/// A read inside the default of another answers in its place: `os.getenv("A") or os.environ["B"]`.
fn join_alternatives(reads: &mut [Read]) {
    for at in 0..reads.len() {
        let Some(default) = reads[at].default.as_ref().map(|default| default.span) else {
            continue;
        };
        let own = reads[at].span;
        // Reads are in the order of their spans: those inside stand right after.
        let inside = (at + 1..reads.len()).take_while(|other| {
            reads[*other].span.file == own.file
                && reads[*other].span.range.start < default.range.end.max(own.range.end)
        });
        let inside: Vec<usize> = inside
            // One that fails whatever the outer read finds is asked for anyway, and not in its place.
            .filter(|other| reads[*other].conditional || reads[*other].absence != Absence::Required)
            .filter(|other| {
                default.file == own.file && default.range.contains(reads[*other].span.range)
            })
            .collect();
        let Some(last) = inside.last().copied() else { continue };
        let (absence, value) = (reads[last].absence, reads[last].default.clone());
        let own_key = exact(&reads[at]);
        for other in &inside {
            if let Some(key) = exact(&reads[*other]) {
                reads[at].alternatives.push(key);
            }
            reads[*other].alternatives.extend(own_key);
            reads[*other].conditional = true;
        }
        reads[at].absence = absence;
        reads[at].default = value;
    }
}

/// What a pattern reaches under its other names.
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
    read.aliases.iter().map(echo).collect()
}

fn exact(read: &Read) -> Option<KeyId> {
    match read.key {
        KeyRef::Exact(key) => Some(key),
        KeyRef::Pattern { .. } => None,
    }
}

/// Several holes in a row are one.
fn collapse(key: &str) -> String {
    let mut plain = String::with_capacity(key.len());
    for character in key.chars() {
        if character != '*' || !plain.ends_with('*') {
            plain.push(character);
        }
    }
    plain
}

/// Whether a text can be the name of a key at all.
fn is_key_like(key: &str) -> bool {
    key.len() <= 200 && !key.contains(|c: char| c.is_whitespace() || c.is_control() || c == '=')
}

/// Whether a file runs when the code is built.
fn is_build_script(unit: &super::unit::Unit<'_>) -> bool {
    let name = unit.path.rsplit('/').next().unwrap_or(unit.path);
    unit.lang.build_scripts.contains(&name)
}
