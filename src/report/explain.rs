//! One key explained: every definition in precedence order, the effective values, the reads, and who else may read it.

use std::io;

use serde::Serialize;

use super::clean;
use super::text::styles;
use crate::graph::{Effective, Feed, Graph, Liveness, Presence, Reason};
use crate::model::{
    Absence, Definition, Digest, EnvironmentId, Inventory, KeyId, KeyRef, Read, Role, Value,
};
use crate::text::{Files, Span};

/// What is known of one key. Its fields are the wire format of `explain --format json`.
#[derive(Serialize)]
pub struct Explanation {
    key: String,
    namespace: &'static str,
    liveness: &'static str,
    because: Vec<Because>,
    environments: Vec<InEnvironment>,
    declared: Vec<Given>,
    reads: Vec<ReadBy>,
}

#[derive(Serialize)]
struct InEnvironment {
    environment: String,
    presence: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
    values: Vec<Effect>,
}

#[derive(Serialize)]
struct Effect {
    workload: Option<String>,
    effective: Given,
    shadowed: Vec<Given>,
}

#[derive(Serialize)]
struct Given {
    #[serde(flatten)]
    place: Place,
    source: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redacted: Option<String>,
}

#[derive(Serialize)]
struct Place {
    path: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct ReadBy {
    #[serde(flatten)]
    place: Place,
    reader: String,
    absence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    via: &'static str,
    when: &'static str,
    test: bool,
    conditional: bool,
}

/// One thing beside the reads that keeps a key alive, or may.
#[derive(Serialize)]
struct Because {
    reason: String,
    #[serde(flatten)]
    place: Option<Place>,
}

/// Explains keys.
pub struct Explainer<'a> {
    /// The texts.
    pub files: &'a Files,
    /// What to ask.
    pub graph: &'a Graph<'a>,
    /// Only this environment.
    pub only: Option<EnvironmentId>,
}

impl Explainer<'_> {
    fn inventory(&self) -> &Inventory {
        self.graph.inventory
    }

    /// All that is known of `id`.
    pub fn explain(&self, id: KeyId) -> Explanation {
        let inventory = self.inventory();
        let key = inventory.key(id);
        let marks = Marks::of(inventory, id);
        let liveness = match self.graph.liveness(id) {
            Liveness::Read => "read",
            Liveness::MayBeRead(_) => "may be read",
            Liveness::Unread => "unread",
        };
        let environments = (0..inventory.environments.len()).map(EnvironmentId::at);
        let environments = environments.filter(|at| self.only.is_none_or(|only| only == *at));
        let declared = inventory.definitions.iter().filter(|definition| {
            let role = inventory.source(definition.source).role;
            definition.key == id && (role == Role::Template || definition.commented)
        });
        let reasons = self.graph.reasons(id);
        let reasons = reasons.iter().filter(|reason| !matches!(reason, Reason::Read(_)));
        Explanation {
            key: key.name.clone(),
            namespace: key.namespace.as_str(),
            liveness,
            because: reasons.map(|reason| self.because(reason)).collect(),
            environments: environments.map(|at| self.in_environment(id, at, &marks)).collect(),
            declared: declared.map(|definition| self.given(definition, &marks)).collect(),
            reads: inventory.reads.iter().filter_map(|read| self.read(read, id)).collect(),
        }
    }

    fn because(&self, reason: &Reason<'_>) -> Because {
        let inventory = self.inventory();
        let span = match reason {
            Reason::Mention(mention) => Some(mention.span),
            Reason::Asked(ask) => Some(ask.span),
            Reason::Read(id) | Reason::Pattern(id) | Reason::Wild(id) => {
                Some(inventory.read(*id).span)
            }
            Reason::Feeds { by: Feed::Binding(at), .. } => {
                inventory.bindings.get(*at as usize).map(|binding| binding.span)
            }
            Reason::Feeds { by: Feed::Interpolation(id), .. } => {
                Some(inventory.definition(*id).key_span)
            }
            Reason::Feeds { by: Feed::Spelling(_), .. } | Reason::Consumer(_) => None,
        };
        Because { reason: self.graph.phrase(reason), place: span.map(|span| self.place(span)) }
    }

    fn in_environment(&self, key: KeyId, at: EnvironmentId, marks: &Marks) -> InEnvironment {
        let (presence, because, values) = match self.graph.presence(key, at) {
            Presence::Set(values) => ("set", Vec::new(), values),
            Presence::Absent => ("absent", Vec::new(), Vec::new()),
            Presence::Unknown(opaque) => {
                // Many sources may take in the same file.
                let mut because: Vec<String> = Vec::new();
                for one in opaque {
                    if !because.contains(&one.what) {
                        because.push(one.what.clone());
                    }
                }
                ("unknown", because, Vec::new())
            }
        };
        let effect = |value: &Effective<'_>| {
            // A value that arrives by two ways is shown once.
            let mut shown = vec![value.winner.key_span];
            let mut shadowed = value.shadowed.clone();
            shadowed.retain(|one| {
                let is_new = !shown.contains(&one.key_span);
                shown.push(one.key_span);
                is_new
            });
            Effect {
                workload: value.scope.map(|scope| scope.name().to_owned()),
                effective: self.given(value.winner, marks),
                shadowed: shadowed.iter().map(|one| self.given(one, marks)).collect(),
            }
        };
        InEnvironment {
            environment: self.inventory().environment(at).name.clone(),
            presence,
            because,
            values: values.iter().map(effect).collect(),
        }
    }

    fn given(&self, definition: &Definition, marks: &Marks) -> Given {
        Given {
            place: self.place(definition.key_span),
            source: self.inventory().source(definition.source).kind,
            state: definition.value.state(),
            value: definition.value.shown().map(str::to_owned),
            redacted: marks.shown(&definition.value),
        }
    }

    fn read(&self, read: &Read, key: KeyId) -> Option<ReadBy> {
        if read.key != KeyRef::Exact(key) {
            return None;
        }
        let default = read.default.as_ref().filter(|_| read.absence == Absence::Default);
        Some(ReadBy {
            place: self.place(read.span),
            reader: read.reader.clone(),
            absence: read.absence.as_str(),
            default: default.and_then(|default| {
                if default.redacted { Some("[redacted]".to_owned()) } else { default.text.clone() }
            }),
            via: read.via.as_str(),
            when: read.when.as_str(),
            test: read.in_test,
            conditional: read.conditional,
        })
    }

    fn place(&self, span: Span) -> Place {
        let (start, _) = self.files.positions(span);
        let path = self.files.get(span.file).path.clone();
        Place { path, line: start.line, column: start.column }
    }
}

/// Letters for withheld values, where there are several to tell apart.
struct Marks(Vec<Digest>);

impl Marks {
    fn of(inventory: &Inventory, key: KeyId) -> Self {
        let mut digests = Vec::new();
        for definition in inventory.definitions.iter().filter(|definition| definition.key == key) {
            if let Value::Secret(digest) = definition.value
                && !digests.contains(&digest)
            {
                digests.push(digest);
            }
        }
        Self(digests)
    }

    fn shown(&self, value: &Value) -> Option<String> {
        let Value::Secret(digest) = value else {
            return value.is_redacted().then(|| "[redacted]".to_owned());
        };
        let at =
            self.0.iter().position(|known| known == digest).and_then(|at| u8::try_from(at).ok());
        Some(match at {
            Some(at) if self.0.len() > 1 && at < 26 => {
                format!("[redacted] {}", char::from(b'A' + at))
            }
            _ => "[redacted]".to_owned(),
        })
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    keys: &'a [Explanation],
}

/// Writes explanations for programs.
pub fn write_json(explanations: &[Explanation], out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document { schema: "keydrift.explain/1", keys: explanations };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// Writes explanations for people.
pub fn write_text(explanations: &[Explanation], out: &mut dyn io::Write) -> io::Result<()> {
    for (at, one) in explanations.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write_one(one, out)?;
    }
    Ok(())
}

fn write_one(one: &Explanation, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    writeln!(out, "{strong}{}{strong:#} {dim}({}){dim:#}", clean(&one.key), one.namespace)?;
    if !one.environments.is_empty() {
        writeln!(out, "\nvalues")?;
    }
    let width =
        one.environments.iter().map(|env| env.environment.chars().count()).max().unwrap_or(0);
    for environment in &one.environments {
        write_environment(environment, width, out)?;
    }
    if !one.declared.is_empty() {
        writeln!(out, "\ndeclared in a template")?;
    }
    for given in &one.declared {
        writeln!(out, "  {}  {dim}{}{dim:#}", value(given), place(&given.place))?;
    }
    writeln!(out, "\nreads")?;
    for read in &one.reads {
        write_read(read, out)?;
    }
    if one.reads.is_empty() {
        writeln!(out, "  none")?;
    }
    if !one.because.is_empty() {
        writeln!(out, "\nwho else may read it")?;
    }
    for because in &one.because {
        let at = because.place.as_ref().map(|at| format!("  {dim}at {}{dim:#}", place(at)));
        writeln!(out, "  {}{}", clean(&because.reason), at.unwrap_or_default())?;
    }
    writeln!(out, "\n{}", verdict(one))
}

fn write_environment(one: &InEnvironment, width: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let dim = styles::DIM;
    let name = format!("{:width$}", clean(&one.environment));
    if one.values.is_empty() {
        let because = if one.because.is_empty() {
            String::new()
        } else {
            format!(": {}", clean(&one.because.join("; ")))
        };
        return writeln!(out, "  {name}  {dim}{}{because}{dim:#}", one.presence);
    }
    for (at, effect) in one.values.iter().enumerate() {
        let name = if at == 0 { name.clone() } else { " ".repeat(width) };
        let workload = effect.workload.as_ref().map(|name| format!(" for {}", clean(name)));
        let workload = workload.unwrap_or_default();
        let given = &effect.effective;
        let shown = value(given);
        writeln!(out, "  {name}  {shown}{workload}  {dim}{}{dim:#}", source(given))?;
        for shadowed in &effect.shadowed {
            let (pad, shown) = (" ".repeat(width), value(shadowed));
            writeln!(out, "  {pad}  {dim}shadows {shown}  {}{dim:#}", source(shadowed))?;
        }
    }
    Ok(())
}

fn write_read(read: &ReadBy, out: &mut dyn io::Write) -> io::Result<()> {
    let dim = styles::DIM;
    let absence = match (read.absence, &read.default) {
        ("default", Some(default)) => format!("default {}", quoted(default)),
        (absence, _) => absence.to_owned(),
    };
    let mut notes = vec![format!("at {}", read.when)];
    if read.via != "direct" {
        notes.push(format!("via {}", read.via));
    }
    if read.conditional {
        notes.push("under a condition".to_owned());
    }
    if read.test {
        notes.push("in a test".to_owned());
    }
    let (reader, notes) = (clean(&read.reader), notes.join(", "));
    writeln!(out, "  {absence}, {notes}  {dim}{reader} at {}{dim:#}", place(&read.place))
}

fn verdict(one: &Explanation) -> &'static str {
    let in_tests = one.reads.iter().any(|read| read.test);
    match one.liveness {
        "read" if one.reads.iter().any(|read| !read.test) => "It is alive: code reads it.",
        "read" => "It is alive: code reads what it goes on as.",
        "unread" if in_tests => "It is dead: only tests read it.",
        "unread" => "It is dead: nothing reads it.",
        _ => "It may be alive: no code reads it by name, but something else may.",
    }
}

fn source(given: &Given) -> String {
    format!("{} {}", given.source, place(&given.place))
}

fn place(place: &Place) -> String {
    format!("{}:{}:{}", clean(&place.path), place.line, place.column)
}

fn value(given: &Given) -> String {
    match (&given.redacted, &given.value) {
        (Some(mark), _) => mark.clone(),
        (None, Some(text)) if given.state == "value" => quoted(text),
        (None, Some(text)) if given.state != "empty" => {
            format!("{} ({})", quoted(text), given.state)
        }
        _ => given.state.to_owned(),
    }
}

/// A value on one line, cut where it is long.
fn quoted(text: &str) -> String {
    const LONG: usize = 60;
    let cut: String = text.chars().take(LONG).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("\"{}{more}\"", clean(&cut))
}
