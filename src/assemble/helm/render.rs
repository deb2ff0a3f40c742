//! What `helm template` prints of a chart with given values.
//!
//! A template that fails costs itself: it is told, and stays read as it stands. Tests and notes are not installed and
//! left out.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::super::gotmpl::{
    Broken, Data, Engine, Library, Mark, Object, Slot, Template, Text, Trouble, UNKNOWN, Value,
    parse,
};
use super::instance::Instance;
use super::tree::{Documents, Tree, name};
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{FileId, Span, TextRange};

/// The version of a cluster when nothing is known of it: that of Helm's own library.
const CLUSTER: [&str; 2] = ["1", "36"];

/// Templates of a scan, each parsed once, and what they ask for as it stands.
#[derive(Default)]
pub(super) struct Parsed {
    known: RefCell<HashMap<FileId, Result<Rc<Template>, Broken>>>,
    /// The files beside them.
    others: RefCell<HashMap<FileId, Rc<Text>>>,
}

impl Parsed {
    fn get(&self, tree: &Tree<'_>, id: FileId) -> Result<Rc<Template>, Broken> {
        let mut known = self.known.borrow_mut();
        known.entry(id).or_insert_with(|| parse(whole(tree, id)).map(Rc::new)).clone()
    }

    fn other(&self, tree: &Tree<'_>, id: FileId) -> Rc<Text> {
        let mut others = self.others.borrow_mut();
        others.entry(id).or_insert_with(|| Rc::new(whole(tree, id))).clone()
    }
}

/// The text of a file, marked as a copy.
fn whole(tree: &Tree<'_>, id: FileId) -> Text {
    let text = &tree.file(id).text;
    let range = TextRange::new(0, text.len());
    Text::marked(&**text, Mark::copy(Span::new(id, range)))
}

/// What a release is called.
pub(super) struct Release<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
}

/// What came out.
#[derive(Default)]
pub(super) struct Printed {
    /// The manifests, one text for each template that prints something.
    pub(super) texts: Vec<Text>,
    /// The templates that were run to their end, and the parts that they share.
    pub(super) inputs: Vec<FileId>,
    /// What could not be understood.
    pub(super) problems: Vec<(FileId, FileProblem)>,
    /// What the values lack.
    pub(super) troubles: Vec<Trouble>,
}

/// A template of a chart that is part of a release.
struct Job {
    path: String,
    base: String,
    file: FileId,
    root: Value,
}

/// Prints a chart.
pub(super) fn render(
    tree: &Tree<'_>,
    documents: &Documents,
    parsed: &Parsed,
    (chart, values): (&Instance<'_>, &Value),
    release: &Release<'_>,
) -> Printed {
    let mut jobs = Vec::new();
    let names =
        Names { tree, documents, parsed, release: release_value(release), cluster: cluster() };
    names.collect(chart, values, &chart.name, true, &mut jobs);
    // Helm takes the longest paths first, so that a chart's own parts win over those of the charts in it.
    jobs.sort_by(|one, two| {
        let depth = |job: &Job| job.path.matches('/').count();
        depth(two).cmp(&depth(one)).then_with(|| two.path.cmp(&one.path))
    });
    let mut printed = Printed::default();
    let mut library = Library::lacking(chart.lacks());
    chart.known().iter().for_each(|known| known.add_to(&mut library));
    for job in &jobs {
        match parsed.get(tree, job.file) {
            Ok(template) => library.add(&job.path, &template),
            Err(broken) => {
                let Broken { message, range } = broken;
                let message = format!("is no template that can be run: {message}");
                let problem = FileProblem { message, range, kind: ProblemKind::Partial };
                printed.problems.push((job.file, problem));
            }
        }
    }
    let mut engine = Engine::new(&library);
    for job in &jobs {
        run(&mut engine, job, &mut printed);
    }
    printed.troubles = engine.troubles;
    printed
}

fn run(engine: &mut Engine<'_>, job: &Job, printed: &mut Printed) {
    let name = name(&job.path);
    if printed.problems.iter().any(|(file, _)| *file == job.file) {
        return;
    }
    if name.starts_with('_') {
        printed.inputs.push(job.file);
        return;
    }
    if name == "NOTES.txt" || job.path.contains("/templates/tests/") {
        return;
    }
    if let Some(map) = job.root.as_map() {
        let template = [("Name", &job.path), ("BasePath", &job.base)];
        let template = template.map(|(key, text)| (key, Value::str(text.as_str())));
        let slot = Slot { key: None, value: Value::map(template) };
        map.borrow_mut().insert("Template".into(), slot);
    }
    match engine.run(&job.path, &job.root) {
        Ok(text) => {
            printed.inputs.push(job.file);
            if !text.as_str().trim().is_empty() {
                printed.texts.push(text);
            }
        }
        Err(trouble) => {
            let whole = TextRange { start: 0, end: 0 };
            let place = trouble.place.unwrap_or(Span::new(job.file, whole));
            // The template that is lost is the one that matters: what it calls may lie elsewhere.
            let message = format!("cannot be rendered: {}", trouble.message);
            let range = if place.file == job.file { place.range } else { whole };
            let problem = FileProblem { message, range, kind: ProblemKind::Partial };
            printed.problems.push((job.file, problem));
        }
    }
}

/// What templates of a release can name beside their values.
struct Names<'a> {
    tree: &'a Tree<'a>,
    documents: &'a Documents,
    parsed: &'a Parsed,
    release: Value,
    cluster: Value,
}

impl Names<'_> {
    /// Collects the templates of a chart and of those in it; gives the map that they see.
    fn collect(
        &self,
        chart: &Instance<'_>,
        values: &Value,
        path: &str,
        is_root: bool,
        jobs: &mut Vec<Job>,
    ) -> Value {
        let children: Vec<(String, Value)> = chart
            .children
            .iter()
            .map(|child| {
                let values = values.get(&child.name).unwrap_or_else(|| Value::map::<&str>([]));
                let path = format!("{path}/charts/{}", child.name);
                (child.name.clone(), self.collect(child, &values, &path, false, jobs))
            })
            .collect();
        let root = Value::map([
            ("Capabilities", self.cluster.clone()),
            ("Chart", self.about(chart, is_root)),
            ("Files", self.files(chart)),
            ("Release", self.release.clone()),
            ("Subcharts", Value::map(children)),
            ("Values", values.clone()),
        ]);
        for (rest, file) in &chart.chart.templates {
            if chart.chart.is_library && !name(rest).starts_with('_') {
                continue;
            }
            let (path, base) = (format!("{path}/{rest}"), format!("{path}/templates"));
            jobs.push(Job { path, base, file: *file, root: root.clone() });
        }
        root
    }

    /// What `Chart.yaml` says, under the names that templates use.
    fn about(&self, chart: &Instance<'_>, is_root: bool) -> Value {
        let about = self.documents.values(self.tree, chart.chart.file);
        let about = about.unwrap_or_else(|_| Value::map::<&str>([]));
        let map = about.as_map().map(|map| map.borrow().clone()).unwrap_or_default();
        let mut slots: BTreeMap<Rc<str>, Slot> = BTreeMap::new();
        for (key, slot) in map {
            let mut letters = key.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            let mut title: String = first.into_iter().chain(letters).collect();
            if title == "ApiVersion" {
                "APIVersion".clone_into(&mut title);
            }
            // Versions are texts whatever they look like.
            let is_number = matches!(slot.value.data, Data::Float(_));
            let value = if is_number { Value::str(slot.value.shown()) } else { slot.value };
            slots.insert(title.as_str().into(), Slot { value, ..slot });
        }
        for key in ["AppVersion", "Version", "Description", "KubeVersion", "Type", "Icon", "Home"] {
            slots.entry(key.into()).or_insert_with(|| Slot { key: None, value: Value::str("") });
        }
        let named = [("Name", Value::str(chart.name.as_str())), ("IsRoot", Value::bool(is_root))];
        slots.extend(named.map(|(key, value)| (key.into(), Slot { key: None, value })));
        Value::slots(slots)
    }

    fn files(&self, chart: &Instance<'_>) -> Value {
        let all = chart.chart.others.iter();
        let all = all.map(|(path, id)| (path.clone(), self.parsed.other(self.tree, *id))).collect();
        Value::new(Data::Object(Object::Files(Rc::new(all))))
    }
}

fn release_value(release: &Release<'_>) -> Value {
    // A namespace that a variable of the command names is another one than that which Helm takes where none is named.
    let is_open = release.namespace.contains('$') || release.namespace.contains("{{");
    let namespace = if is_open {
        Value::new(Data::Unknown(".Release.Namespace".into()))
    } else {
        Value::str(release.namespace)
    };
    Value::map([
        ("IsInstall", Value::bool(true)),
        ("IsUpgrade", Value::bool(false)),
        ("Name", Value::str(release.name)),
        ("Namespace", namespace),
        ("Revision", Value::int(1)),
        ("Service", Value::str("Helm")),
    ])
}

fn cluster() -> Value {
    let [major, minor] = CLUSTER;
    let version = format!("v{major}.{minor}.0");
    let word = |text: &str| Value::str(text);
    let kube = Value::map([
        ("GitVersion", word(&version)),
        ("Major", word(major)),
        ("Minor", word(minor)),
        ("Version", word(&version)),
    ]);
    let helm = Value::map([("Version", word("v4.2"))]);
    Value::map([
        ("APIVersions", Value::new(Data::Object(Object::Versions))),
        ("HelmVersion", helm),
        ("KubeVersion", kube),
    ])
}

/// Adds quotes around scalars that begin with what only a run would tell: `{{ … }}` would be a map in YAML.
pub(super) fn guarded(text: &Text) -> Text {
    if !text.as_str().contains(UNKNOWN) {
        return text.clone();
    }
    let mut made = Text::default();
    let mut at = 0;
    for line in text.as_str().split_inclusive('\n') {
        let (end, body) = (at + line.len(), at + line.trim_end().len());
        let found = line.find(UNKNOWN).filter(|_| !line.contains('\''));
        match found.filter(|found| begins_value(line.get(..*found).unwrap_or(""))) {
            // Lines of a template that nobody sees are no YAML; what reads them finds them by this sign.
            _ if is_unseen(line) => {
                let start = at + line.len() - line.trim_start().len();
                push_shown(&mut made, text, at, start);
                made.push_str("# ");
                push_shown(&mut made, text, start, end);
            }
            Some(found) => {
                push_shown(&mut made, text, at, at + found);
                made.push_str("'");
                push_shown(&mut made, text, at + found, body);
                made.push_str("'");
                push_shown(&mut made, text, body, end);
            }
            None => push_shown(&mut made, text, at, end),
        }
        at = end;
    }
    made
}

/// Adds the bytes of `text` between two places without the signs of unknown values.
fn push_shown(made: &mut Text, text: &Text, start: usize, end: usize) {
    let mut at = start;
    for (found, sign) in text.as_str().get(start..end).unwrap_or("").match_indices(UNKNOWN) {
        made.push(&text.slice(at, start + found));
        at = start + found + sign.len();
    }
    made.push(&text.slice(at, end));
}

/// Whether a line is nothing but what a template prints that is not in the tree.
fn is_unseen(line: &str) -> bool {
    let inside = line.trim().strip_prefix(UNKNOWN);
    inside.and_then(|it| it.strip_prefix("{{ include ")?.strip_suffix("}}")).is_some()
}

/// Whether a scalar begins behind a part of a line, which is no place inside of quotes or of a word (`"bakery/oven:`).
fn begins_value(before: &str) -> bool {
    let held = before.trim_end_matches(' ');
    let is_quoted = before.matches('"').count() % 2 == 1;
    let is_key = held.ends_with(':') && held.len() < before.len();
    !is_quoted && (is_key || held.trim_start() == "-" || held.ends_with(" -"))
}
