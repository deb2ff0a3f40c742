//! Every read and definition as one JSON object a line. Its structs are the wire format and nothing else's.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;

use super::decides::{Decides, decides};
use super::flag_state::FlagSaid;
use crate::model::{
    Absence, Definition, FieldUse, Inventory, KeyId, KeyRef, Namespace, Read, ReadId, Role, Scope,
    SourceId, Value, ValueType, Via, When,
};
use crate::text::{FileId, Files, Position, Span};

#[derive(Serialize)]
#[serde(tag = "fact", rename_all = "lowercase")]
enum Fact<'a> {
    Read(ReadFact<'a>),
    Definition(DefinitionFact<'a>),
}

#[derive(Serialize)]
struct ReadFact<'a> {
    key: &'a str,
    namespace: &'static str,
    path: &'a str,
    line: u32,
    column: u32,
    absence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    redacted: bool,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    via: &'static str,
    component: &'a str,
    flag: bool,
    when: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    empty_is_absent: bool,
    #[serde(skip_serializing_if = "is_false")]
    test: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<Fallback>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<Decided<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    branches: Vec<Decides<'a>>,
}

#[derive(Serialize)]
struct Fallback {
    line: u32,
    column: u32,
}

/// Where absence is decided, when that is not where the key is read.
#[derive(Serialize)]
struct Decided<'a> {
    path: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct DefinitionFact<'a> {
    environment: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    environments: &'a [&'a str],
    key: &'a str,
    namespace: &'static str,
    path: &'a str,
    line: u32,
    column: u32,
    source: &'static str,
    layer: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a str>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    redacted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<FlagSaid>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Which reads are written beside those that are always.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// Those of test code and examples.
    pub tests: bool,
    /// Those of objects that a framework keeps for the project's own modules.
    pub frameworks: bool,
}

impl Shown {
    fn holds(self, in_test: bool, of_framework: bool) -> bool {
        (self.tests || !in_test) && (self.frameworks || !of_framework)
    }
}

/// Writes all reads and definitions, by path and place.
pub fn write(
    files: &Files,
    inventory: &Inventory,
    shown: Shown,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let places = Places::new(inventory);
    let reads = inventory.reads.iter().enumerate().map(|(at, read)| (ReadId::at(at), read));
    // What no name can fill asks for nothing.
    let reads = reads.filter(|(_, read)| !read.is_echo && !read.is_lost());
    let reads = reads.filter(|(_, read)| shown.holds(read.in_test, read.of_framework));
    let mut facts: Vec<(Span, usize, Source<'_>)> =
        reads.enumerate().map(|(at, read)| (read.1.span, at, Source::Read(read))).collect();
    let uses = inventory.uses.iter().filter(|one| shown.holds(one.in_test, false)).enumerate();
    facts.extend(uses.map(|(at, one)| (one.span, at, Source::Use(one))));
    let flags = Flags::of(inventory);
    let definitions = inventory.definitions.iter().enumerate();
    facts.extend(definitions.map(|(at, one)| (one.key_span, at, Source::Definition(one))));
    let live = inventory.snapshots.iter().flat_map(|snapshot| {
        let environment = inventory.environment(snapshot.environment).name.as_str();
        snapshot.values.iter().map(move |one| (environment, one))
    });
    facts.extend(
        live.enumerate()
            .map(|(at, (environment, one))| (one.key_span, at, Source::Live(environment, one))),
    );
    let place = |span: Span| {
        let file = files.get(span.file);
        (&file.path, file.root, span.file, span.range.start)
    };
    facts.sort_by(|one, two| (place(one.0), one.1).cmp(&(place(two.0), two.1)));
    let mut cursor = Cursor::default();
    for (span, _, source) in &facts {
        let start = cursor.position(files, *span);
        let path = files.get(span.file).path.as_str();
        let fact = match source {
            Source::Read(read) => {
                Fact::Read(read_fact(files, inventory, &flags, *read, path, start))
            }
            Source::Use(one) => Fact::Read(use_fact(one, flags.has_field(one), path, start)),
            Source::Definition(one) => {
                let place = places.of(inventory, one.source);
                Fact::Definition(definition_fact(inventory, place, one, path, start))
            }
            Source::Live(environment, one) => {
                let place = Place { environment, environments: &[], layer: 0 };
                Fact::Definition(definition_fact(inventory, place, one, path, start))
            }
        };
        serde_json::to_writer(&mut *out, &fact)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The keys that are flags, as `flags` lists them: one that some read makes a flag is one wherever it is asked for.
struct Flags {
    keys: BTreeSet<KeyId>,
    /// Where fields of settings that are flags are declared.
    fields: BTreeSet<Span>,
}

impl Flags {
    fn of(inventory: &Inventory) -> Self {
        let noted = inventory.flag_notes.iter().map(|note| note.key);
        let reads = inventory.reads.iter().filter(|read| read.flag && !read.in_test);
        let read = reads.filter_map(|read| match read.key {
            KeyRef::Exact(key) => Some(key),
            KeyRef::Pattern { .. } => None,
        });
        let keys: BTreeSet<KeyId> = noted.chain(read).collect();
        let is_flag = |read: &&Read| matches!(read.key, KeyRef::Exact(key) if keys.contains(&key));
        let declared = inventory.reads.iter().filter(is_flag);
        let fields = declared.flat_map(|read| [read.span, read.key_span]).collect();
        Self { keys, fields }
    }

    fn has(&self, read: &Read) -> bool {
        match read.key {
            KeyRef::Exact(key) => read.flag || self.keys.contains(&key),
            KeyRef::Pattern { .. } => read.flag,
        }
    }

    fn has_field(&self, one: &FieldUse) -> bool {
        self.fields.contains(&one.declared)
    }
}

enum Source<'a> {
    Read((ReadId, &'a Read)),
    Use(&'a FieldUse),
    Definition(&'a Definition),
    /// What a snapshot of the environment shows: no layer of it.
    Live(&'a str, &'a Definition),
}

/// Positions in rising order, each found from the one before: a file of one huge line costs no more than any other.
#[derive(Default)]
struct Cursor {
    file: Option<FileId>,
    offset: u32,
    at: Option<Position>,
}

impl Cursor {
    fn position(&mut self, files: &Files, span: Span) -> Position {
        let file = files.get(span.file);
        let offset = span.range.start;
        let line = u32::try_from(file.lines().line(offset) + 1).unwrap_or(u32::MAX);
        let position = match self.at {
            Some(at)
                if self.file == Some(span.file) && at.line == line && self.offset <= offset =>
            {
                let between = file.text.get(self.offset as usize..offset as usize).unwrap_or("");
                let more = u32::try_from(between.chars().count()).unwrap_or(u32::MAX);
                Position { line, column: at.column.saturating_add(more) }
            }
            _ => file.position(offset),
        };
        (self.file, self.offset, self.at) = (Some(span.file), offset, Some(position));
        position
    }
}

/// The environments of each source, and its layer in the first.
struct Places<'a> {
    by_source: BTreeMap<SourceId, (Vec<&'a str>, usize)>,
}

/// Where a definition counts: what is said of the environment, which those are where they are several, and the layer.
struct Place<'p> {
    environment: &'p str,
    environments: &'p [&'p str],
    layer: usize,
}

impl<'a> Places<'a> {
    fn new(inventory: &'a Inventory) -> Self {
        let mut by_source: BTreeMap<SourceId, (Vec<&str>, usize)> = BTreeMap::new();
        let giving: BTreeSet<SourceId> =
            inventory.definitions.iter().map(|definition| definition.source).collect();
        for environment in &inventory.environments {
            // Layers without keys have no number, as in `envs`.
            let layers = environment.layers.iter().filter(|layer| giving.contains(&layer.source));
            for (layer, entry) in layers.enumerate() {
                let (names, _) =
                    by_source.entry(entry.source).or_insert_with(|| (Vec::new(), layer));
                if !names.contains(&environment.name.as_str()) {
                    names.push(&environment.name);
                }
            }
        }
        Self { by_source }
    }

    /// `*` is a layer that several environments share, `template` a contract, `-` a source that no environment has.
    fn of(&self, inventory: &Inventory, source: SourceId) -> Place<'_> {
        let one = |environment| Place { environment, environments: &[], layer: 0 };
        match (inventory.source(source).role, self.by_source.get(&source)) {
            (Role::Template, _) if !inventory.loaded.contains(&source) => one("template"),
            (_, Some((names, layer))) => match names.as_slice() {
                [only] => Place { layer: *layer, ..one(only) },
                _ => Place { environment: "*", environments: names, layer: *layer },
            },
            (_, None) => one("-"),
        }
    }
}

fn read_fact<'a>(
    files: &'a Files,
    inventory: &'a Inventory,
    flags: &Flags,
    (id, read): (ReadId, &'a Read),
    path: &'a str,
    start: Position,
) -> ReadFact<'a> {
    let (key, namespace) = match &read.key {
        KeyRef::Exact(id) => {
            let key = inventory.key(*id);
            (key.name.as_str(), key.namespace)
        }
        KeyRef::Pattern { namespace, glob } => (glob.as_str(), *namespace),
    };
    let is_pattern = matches!(read.key, KeyRef::Pattern { .. });
    let default = read.default.as_ref().filter(|_| read.absence == Absence::Default);
    let redacted = default.is_some_and(|default| default.redacted);
    ReadFact {
        key,
        namespace: namespace.as_str(),
        path,
        line: start.line,
        column: start.column,
        absence: read.absence.as_str(),
        default: default.filter(|_| !redacted).and_then(|default| default.text.as_deref()),
        redacted,
        kind: ValueType::as_str(&read.expects),
        via: if is_pattern { Via::Pattern } else { read.via }.as_str(),
        component: &read.component,
        flag: flags.has(read),
        when: read.when.as_str(),
        empty_is_absent: read.empty_is_absent,
        test: read.in_test,
        aliases: read.aliases.iter().map(|alias| alias.name.as_str()).collect(),
        fallback: read.fallback.map(|span| {
            let (start, _) = files.positions(span);
            Fallback { line: start.line, column: start.column }
        }),
        decided: read.decided_at.map(|span| {
            let (start, _) = files.positions(span);
            let path = files.get(span.file).path.as_str();
            Decided { path, line: start.line, column: start.column }
        }),
        branches: decides(files, inventory, id),
    }
}

/// The use of a field: the name is looked up on the object, and fails where the class does not declare it.
fn use_fact<'a>(one: &'a FieldUse, flag: bool, path: &'a str, start: Position) -> ReadFact<'a> {
    ReadFact {
        key: &one.name,
        namespace: Namespace::Setting.as_str(),
        path,
        line: start.line,
        column: start.column,
        absence: Absence::Required.as_str(),
        default: None,
        redacted: false,
        kind: None,
        via: Via::Direct.as_str(),
        component: &one.component,
        flag,
        when: When::Use.as_str(),
        empty_is_absent: false,
        test: one.in_test,
        aliases: Vec::new(),
        fallback: None,
        decided: None,
        branches: Vec::new(),
    }
}

fn definition_fact<'a>(
    inventory: &'a Inventory,
    Place { environment, environments, layer }: Place<'a>,
    definition: &'a Definition,
    path: &'a str,
    start: Position,
) -> DefinitionFact<'a> {
    let key = inventory.key(definition.key);
    let value = &definition.value;
    let run = inventory.runs.get(&definition.source);
    let made = inventory.results.get(&definition.source);
    DefinitionFact {
        environment,
        environments,
        key: &key.name,
        namespace: key.namespace.as_str(),
        path,
        line: start.line,
        column: start.column,
        source: inventory.source(definition.source).kind,
        layer,
        workload: match &definition.scope {
            Some(Scope::Workload(name)) => Some(name),
            Some(Scope::Object(_)) | None => None,
        },
        result: run.map(|it| &*it.1).or_else(|| made.map(|it| &*it.path)),
        state: Value::state(value),
        value: value.shown(),
        redacted: value.is_redacted(),
        flag: definition.flag.as_deref().map(FlagSaid::of),
    }
}
