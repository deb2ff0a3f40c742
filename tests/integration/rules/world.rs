//! A project in the making: an inventory that is built by hand.

use keydrift::config::Config;
use keydrift::finding::Finding;
use keydrift::graph::Graph;
use keydrift::model::definition::{Attribution, Definition, Scope};
use keydrift::model::{
    Absence, Confidence, DefaultValue, Digest, Environment, EnvironmentId, Inventory, Key, KeyId,
    KeyRef, Layer, Namespace, Read, Role, Scalar, ScalarKind, Source, SourceId, Value, When,
};
use keydrift::rules::{Context, run};
use keydrift::text::{File, FileId, Files, Span, TextRange};

/// A project in the making.
#[derive(Default)]
pub(super) struct World {
    pub(super) inventory: Inventory,
    pub(super) files: Files,
    pub(super) config: Config,
    offset: usize,
}

impl World {
    pub(super) fn span(&mut self, file: FileId) -> Span {
        self.offset += 10;
        Span::new(file, TextRange::new(self.offset, self.offset + 8))
    }

    pub(super) fn file(&mut self, path: &str) -> FileId {
        let known = self.files.iter().find(|(_, file)| file.path == path).map(|(id, _)| id);
        known.unwrap_or_else(|| self.files.add(File::new(path, "")))
    }

    pub(super) fn key(&mut self, name: &str) -> KeyId {
        let namespace = if name.contains('.') { Namespace::Setting } else { Namespace::Env };
        self.inventory.intern(Key { name: name.to_owned(), namespace })
    }

    /// A required read of `name` in the root component, as `change` makes it.
    pub(super) fn read(&mut self, name: &str, change: impl FnOnce(&mut Read)) -> &mut Self {
        let file = self.file("app/settings.py");
        let (span, key) = (self.span(file), self.key(name));
        let mut read =
            Read { when: When::Start, ..Read::of(KeyRef::Exact(key), span, "os.environ") };
        change(&mut read);
        self.inventory.reads.push(read);
        self
    }

    pub(super) fn needs(&mut self, names: &[&str]) -> &mut Self {
        for name in names {
            self.read(name, |_| {});
        }
        self
    }

    /// A read with a default.
    pub(super) fn falls(&mut self, name: &str, default: &str) -> &mut Self {
        let file = self.file("app/settings.py");
        let span = self.span(file);
        self.read(name, |read| {
            read.absence = Absence::Default;
            let text = Some(default.to_owned());
            read.default = Some(DefaultValue { text, is_bool: false, span, redacted: false });
        })
    }

    pub(super) fn source(&mut self, path: &str, kind: &'static str, role: Role) -> SourceId {
        let file = self.file(path);
        self.inventory.sources.push(Source { file, format: kind, kind, role });
        SourceId::at(self.inventory.sources.len() - 1)
    }

    /// Adds `KEY=value` lines to a source; `# KEY=value` is a commented one.
    pub(super) fn fill(
        &mut self,
        source: SourceId,
        text: &str,
        scope: Option<&Scope>,
    ) -> &mut Self {
        for line in text.split_whitespace() {
            let commented = line.starts_with('#');
            let (name, value) = line.trim_start_matches('#').split_once('=').expect("KEY=value");
            let value = match value {
                "" => Value::Empty,
                "<secret>" => Value::Secret(Digest([1; 16])),
                "<other>" => Value::Secret(Digest([2; 16])),
                "<pass>" => Value::PassThrough,
                "<placeholder>" => Value::Placeholder("changeme".to_owned()),
                text => Value::Literal(Scalar { text: text.to_owned(), kind: ScalarKind::Text }),
            };
            let key = self.key(name);
            let file = self.inventory.sources[source.index()].file;
            let span = self.span(file);
            self.inventory.definitions.push(Definition {
                key,
                source,
                value,
                key_span: span,
                value_span: None,
                written: Vec::new(),
                lost: Vec::new(),
                scope: scope.cloned(),
                attribution: Attribution::Project,
                turn: 0,
                commented,
                note: None,
                flag: None,
                filled: None,
                used_here: false,
                answer: None,
            });
        }
        self
    }

    /// An environment with one file of its own.
    pub(super) fn env(&mut self, name: &str, text: &str) -> EnvironmentId {
        let source = self.source(&format!("deploy/{name}.env"), "dotenv", Role::Values);
        self.fill(source, text, None);
        self.env_of(name, &[source])
    }

    pub(super) fn env_of(&mut self, name: &str, sources: &[SourceId]) -> EnvironmentId {
        let layer =
            |source: &SourceId| Layer { source: *source, reason: String::new(), is_base: false };
        self.inventory.environments.push(Environment {
            name: name.to_owned(),
            group: None,
            is_local: ["local", "test", "ci"].contains(&name),
            layers: sources.iter().map(layer).collect(),
            confidence: Confidence::High,
            reason: String::new(),
        });
        EnvironmentId::at(self.inventory.environments.len() - 1)
    }

    pub(super) fn template(&mut self, text: &str) -> &mut Self {
        let source = self.source(".env.example", "dotenv", Role::Template);
        self.fill(source, text, None)
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let graph = Graph::build(&self.inventory);
        let today = jiff::civil::date(2026, 1, 1);
        run(&Context {
            flags: &keydrift::lifecycle::flags(&graph, &self.config, today),
            graph: &graph,
            config: &self.config,
            provided: |name| name == "HOME",
            today,
        })
    }

    /// `rule KEY environments severity/confidence`, one line each, in order of the rule.
    pub(super) fn says(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .findings()
            .iter()
            .map(|finding| {
                let names: Vec<&str> = finding
                    .environments
                    .iter()
                    .map(|id| self.inventory.environment(*id).name.as_str())
                    .collect();
                let key = finding.key.map_or("-", |key| &self.inventory.key(key).name);
                let rated = (finding.severity, finding.confidence);
                assert!(finding.message.contains(&format!("`{key}`")), "{}", finding.message);
                assert!(!finding.message.ends_with('.') && !finding.help.ends_with('.'));
                format!("{} {key} {} {}/{}", finding.rule, names.join(","), rated.0, rated.1)
            })
            .collect();
        lines.sort();
        lines
    }

    pub(super) fn expect(&self, expected: &[&str]) {
        assert_eq!(self.says(), expected, "{:#?}", self.messages());
    }

    pub(super) fn messages(&self) -> Vec<String> {
        self.findings().iter().map(|f| format!("{}: {} [{}]", f.rule, f.message, f.help)).collect()
    }
}
