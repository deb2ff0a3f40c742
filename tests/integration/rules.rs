//! Rules over small inventories that are built by hand: what each must say, and where it must be silent.

use keydrift::config::{Config, RulePolicy};
use keydrift::finding::Finding;
use keydrift::graph::{Graph, Liveness, Presence};
use keydrift::model::definition::{Attribution, Binding, Definition, Scope};
use keydrift::model::inventory::{Consumer, Mention, SameKey};
use keydrift::model::{
    Absence, Confidence, DefaultValue, Digest, Environment, EnvironmentId, Inventory, Key, KeyId,
    KeyRef, Layer, Namespace, Read, Role, Scalar, ScalarKind, Severity, Source, SourceId, Value,
    ValueType, When,
};
use keydrift::model::{Opaque, Whom};
use keydrift::rules::{Context, run};
use keydrift::text::{File, FileId, Files, Span, TextRange};

/// A project in the making.
#[derive(Default)]
struct World {
    inventory: Inventory,
    files: Files,
    config: Config,
    offset: usize,
}

impl World {
    fn span(&mut self, file: FileId) -> Span {
        self.offset += 10;
        Span::new(file, TextRange::new(self.offset, self.offset + 8))
    }

    fn file(&mut self, path: &str) -> FileId {
        let known = self.files.iter().find(|(_, file)| file.path == path).map(|(id, _)| id);
        known.unwrap_or_else(|| self.files.add(File::new(path, "")))
    }

    fn key(&mut self, name: &str) -> KeyId {
        let namespace = if name.contains('.') { Namespace::Setting } else { Namespace::Env };
        self.inventory.intern(Key { name: name.to_owned(), namespace })
    }

    /// A required read of `name` in the root component, as `change` makes it.
    fn read(&mut self, name: &str, change: impl FnOnce(&mut Read)) -> &mut Self {
        let file = self.file("app/settings.py");
        let (span, key) = (self.span(file), self.key(name));
        let mut read =
            Read { when: When::Start, ..Read::of(KeyRef::Exact(key), span, "os.environ") };
        change(&mut read);
        self.inventory.reads.push(read);
        self
    }

    fn needs(&mut self, names: &[&str]) -> &mut Self {
        for name in names {
            self.read(name, |_| {});
        }
        self
    }

    /// A read with a default.
    fn falls(&mut self, name: &str, default: &str) -> &mut Self {
        let file = self.file("app/settings.py");
        let span = self.span(file);
        self.read(name, |read| {
            read.absence = Absence::Default;
            read.default =
                Some(DefaultValue { text: Some(default.to_owned()), span, redacted: false });
        })
    }

    fn source(&mut self, path: &str, kind: &'static str, role: Role) -> SourceId {
        let file = self.file(path);
        self.inventory.sources.push(Source { file, format: kind, kind, role });
        SourceId::at(self.inventory.sources.len() - 1)
    }

    /// Adds `KEY=value` lines to a source; `# KEY=value` is a commented one.
    fn fill(&mut self, source: SourceId, text: &str, scope: Option<&Scope>) -> &mut Self {
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
                commented,
                note: None,
                flag: None,
                filled: None,
            });
        }
        self
    }

    /// An environment with one file of its own.
    fn env(&mut self, name: &str, text: &str) -> EnvironmentId {
        let source = self.source(&format!("deploy/{name}.env"), "dotenv", Role::Values);
        self.fill(source, text, None);
        self.env_of(name, &[source])
    }

    fn env_of(&mut self, name: &str, sources: &[SourceId]) -> EnvironmentId {
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

    fn template(&mut self, text: &str) -> &mut Self {
        let source = self.source(".env.example", "dotenv", Role::Template);
        self.fill(source, text, None)
    }

    fn findings(&self) -> Vec<Finding> {
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
    fn says(&self) -> Vec<String> {
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

    fn expect(&self, expected: &[&str]) {
        assert_eq!(self.says(), expected, "{:#?}", self.messages());
    }

    fn messages(&self) -> Vec<String> {
        self.findings().iter().map(|f| format!("{}: {} [{}]", f.rule, f.message, f.help)).collect()
    }
}

#[test]
fn a_required_key_that_one_environment_lacks_is_missing() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL", "QUEUE_URL"]);
    world.env("production", "CACHE_URL=a QUEUE_URL=b");
    world.env("staging", "DB_URL=x CACHE_URL=a QUEUE_URL=b");
    world.expect(&["missing-required DB_URL production error/high"]);
    assert_eq!(
        world.messages(),
        ["missing-required: `DB_URL` is required and `production` does not define it \
          [define `DB_URL` in `production`, as `staging` does]"]
    );
}

#[test]
fn a_key_that_no_environment_has_is_missing_with_less_certainty() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL", "API_TOKEN"]);
    world.env("production", "CACHE_URL=a");
    world.env("staging", "CACHE_URL=b");
    world.expect(&[
        "missing-required API_TOKEN production,staging error/low",
        "missing-required DB_URL production,staging error/medium",
    ]);
}

#[test]
fn what_is_required_under_a_condition_in_a_test_or_at_build_time_is_not_surely_missing() {
    let mut world = World::default();
    world.needs(&["CACHE_URL"]).env("production", "CACHE_URL=a");
    world.env("staging", "CACHE_URL=a SMTP_HOST=a IN_TEST=1 AT_BUILD=1 OLD_NAME=1 NEW_NAME=1");
    world.read("SMTP_HOST", |read| read.conditional = true);
    world.read("IN_TEST", |read| read.in_test = true);
    world.read("AT_BUILD", |read| read.at_build = true);
    world.read("HOME", |_| {});
    assert_eq!(
        world.says().iter().filter(|line| line.starts_with("missing")).collect::<Vec<_>>(),
        ["missing-required SMTP_HOST production error/low"]
    );
}

#[test]
fn an_alternative_name_is_enough() {
    let mut world = World::default();
    world.needs(&["CACHE_URL"]);
    let other = world.key("DATABASE_URL");
    world.read("DB_URL", |read| read.alternatives = vec![other]);
    world.env("production", "CACHE_URL=a DATABASE_URL=x");
    world.env("staging", "CACHE_URL=a DB_URL=x");
    assert!(world.says().iter().all(|line| !line.starts_with("missing")), "{:?}", world.says());
}

#[test]
fn an_environment_that_holds_nothing_of_the_component_is_elsewhere() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "UNRELATED=1");
    world.env("staging", "DB_URL=x CACHE_URL=a");
    assert!(world.says().iter().all(|line| !line.starts_with("missing")), "{:?}", world.says());
}

#[test]
fn a_component_that_no_environment_gives_anything_is_configured_elsewhere() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL", "MAIL_URL"]);
    for name in ["ZONE_ID", "UPSTREAM"] {
        world.read(name, |read| read.component = "resolver".to_owned());
    }
    world.env("production", "DB_URL=x CACHE_URL=a MAIL_URL=m");
    world.expect(&[
        "missing-required UPSTREAM production error/low",
        "missing-required ZONE_ID production error/low",
    ]);
    // The twin: one of its keys is there, so the others should be.
    world.env("staging", "DB_URL=x CACHE_URL=a MAIL_URL=m UPSTREAM=u");
    let said = world.says();
    assert!(
        said.iter().any(|one| one == "missing-required UPSTREAM production error/high"),
        "{said:?}"
    );
}

#[test]
fn an_environment_that_holds_a_small_part_is_a_partial_view() {
    let mut world = World::default();
    world.needs(&["A_HOST", "B_HOST", "C_HOST", "D_HOST"]);
    world.env("production", "A_HOST=1");
    world.env("staging", "A_HOST=1 B_HOST=1 C_HOST=1 D_HOST=1");
    world.expect(&[
        "missing-required B_HOST production error/low",
        "missing-required C_HOST production error/low",
        "missing-required D_HOST production error/low",
    ]);
}

#[test]
fn what_cannot_be_seen_is_not_missing() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "CACHE_URL=a");
    world.env("staging", "CACHE_URL=a DB_URL=<pass>");
    world.env("qa", "CACHE_URL=a DB_URL=x");
    let file = world.file("deploy/production.env");
    let span = world.span(file);
    let what = "envFrom of a Secret".to_owned();
    world.inventory.opaque.push(Opaque {
        source: SourceId(0),
        what,
        whom: Whom::All,
        only: Vec::new(),
        span,
    });
    world.expect(&[]);
}

#[test]
fn a_local_environment_fails_no_release() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "CACHE_URL=a DB_URL=x");
    world.env("local", "CACHE_URL=a");
    world.expect(&["missing-required DB_URL local warning/medium"]);
    world.template("DB_URL=x CACHE_URL=y");
    world.expect(&["missing-required DB_URL local warning/low"]);
}

#[test]
fn a_source_of_another_unit_gives_nothing() {
    let mut world = World::default();
    for (component, names) in
        [("services/a", ["DB_URL", "A_NAME"]), ("services/b", ["DB_URL", "B_NAME"])]
    {
        for name in names {
            world.read(name, |read| read.component = component.to_owned());
        }
    }
    let a = world.source("services/a/production.env", "dotenv", Role::Values);
    let b = world.source("services/b/production.env", "dotenv", Role::Values);
    world.fill(a, "DB_URL=x A_NAME=1", None).fill(b, "B_NAME=1", None);
    world.inventory.units = ["services/a", "services/b"].map(|unit| Some(unit.to_owned())).to_vec();
    world.env_of("production", &[a, b]);
    world.expect(&["missing-required DB_URL production error/medium"]);
}

#[test]
fn a_branch_hides_a_url_that_staging_has() {
    let mut world = World::default();
    let file = world.file("app/settings.py");
    let span = world.span(file);
    world.needs(&["DB_URL"]);
    world.read("PRICES_URL", |read| {
        read.absence = Absence::Optional;
        read.fallback = Some(span);
    });
    world.env("production", "DB_URL=a");
    world.env("staging", "DB_URL=b PRICES_URL=https://prices.test");
    world.expect(&["hidden-fallback PRICES_URL production warning/high"]);
}

#[test]
fn a_default_hides_a_number_with_less_certainty() {
    let mut world = World::default();
    world.needs(&["DB_URL"]).falls("HTTP_RETRIES", "3").falls("HTTP_TIMEOUT", "30");
    world.env("production", "DB_URL=a");
    world.env("staging", "DB_URL=b HTTP_RETRIES=5 HTTP_TIMEOUT=30.0");
    world.expect(&[
        "hidden-fallback HTTP_RETRIES production warning/medium",
        "hidden-fallback HTTP_TIMEOUT production warning/low",
    ]);
}

#[test]
fn no_fallback_is_hidden_for_debugging_for_presence_or_by_a_local_environment() {
    let mut world = World::default();
    world
        .needs(&["DB_URL"])
        .falls("LOG_LEVEL", "info")
        .falls("APP_DEBUG", "0")
        .falls("LOCAL_ONLY", "x");
    world.read("SWITCH", |read| read.absence = Absence::Presence);
    world.env("production", "DB_URL=a");
    world.env("staging", "DB_URL=b LOG_LEVEL=debug APP_DEBUG=1 SWITCH=1");
    world.env("local", "DB_URL=b LOCAL_ONLY=1");
    world.expect(&[]);
}

#[test]
fn a_key_that_one_of_many_has_is_the_exception() {
    let mut world = World::default();
    world.needs(&["DB_URL"]).falls("HTTP_RETRIES", "3");
    for name in ["prod-eu", "prod-us", "qa"] {
        world.env(name, "DB_URL=a");
    }
    world.env("staging", "DB_URL=b HTTP_RETRIES=5");
    world.expect(&["hidden-fallback HTTP_RETRIES prod-eu,prod-us,qa warning/low"]);
}

#[test]
fn what_nothing_reads_is_dead() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1 FEATURE_OLD_CART=true");
    world.env("staging", "DB_URL=a OLD_CACHE=2 FEATURE_OLD_CART=false");
    world.expect(&[
        "dead-flag FEATURE_OLD_CART production,staging warning/high",
        "dead-key OLD_CACHE production,staging warning/high",
    ]);
}

#[test]
fn what_something_reads_is_not_dead() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a POSTGRES_DB=x RUST_LOG=info FEATURE_X=1 KEPT=1 PART=1");
    let rust_log = world.key("RUST_LOG");
    let (who, reason) = ("Rust".to_owned(), "a crate".to_owned());
    world.inventory.consumers.push(Consumer { key: rust_log, who, reason });
    world.inventory.definitions[1].attribution = Attribution::Image("postgres".to_owned());
    world.read("", |read| {
        read.key = KeyRef::Pattern { namespace: Namespace::Env, glob: "FEATURE_*".to_owned() };
    });
    world.config.consumed_elsewhere = vec!["KEP*".to_owned()];
    let range = TextRange::new(0, 1);
    let on_unset = keydrift::model::OnUnset::Empty;
    let need = keydrift::model::Interpolation { name: "PART".to_owned(), on_unset, range };
    world.inventory.definitions[0].value =
        Value::Reference { text: "x${PART}".to_owned(), needs: vec![need] };
    world.expect(&[]);
}

#[test]
fn a_doubt_lowers_a_dead_key() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1");
    let (key, file) = (world.key("OLD_CACHE"), world.file("bin/start"));
    let span = world.span(file);
    world.inventory.mentions.push(Mention { key, span, what: "a document".to_owned() });
    world.expect(&["dead-key OLD_CACHE production warning/medium"]);
    world.inventory.mentions[0].what = "a shell script".to_owned();
    world.expect(&[]);
    world.inventory.mentions.clear();
    world.read("", |read| {
        read.key = KeyRef::Pattern { namespace: Namespace::Env, glob: "*".to_owned() };
    });
    world.expect(&["dead-key OLD_CACHE production warning/low"]);
}

#[test]
fn what_an_image_sets_may_be_for_what_it_installs() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1");
    world.expect(&["dead-key OLD_CACHE production warning/high"]);
    world.inventory.sources[0].format = "dockerfile";
    world.expect(&["dead-key OLD_CACHE production warning/medium"]);
}

#[test]
fn a_setting_is_dead_only_beside_one_that_is_read() {
    let mut world = World::default();
    world.needs(&["database.host"]);
    world.env("production", "database.host=a database.url=b redis.host=c");
    world.expect(&["dead-key database.url production warning/high"]);
}

#[test]
fn a_project_whose_reads_are_not_seen_has_no_dead_keys() {
    let mut world = World::default();
    world.env("production", "A=1 B=2");
    world.expect(&[]);
}

#[test]
fn a_template_lists_what_no_code_reads() {
    let mut world = World::default();
    world.needs(&["DB_URL"]).template("DB_URL=a OLD_CACHE=1 #OLDER=2");
    world.expect(&["dead-key OLDER  warning/low", "dead-key OLD_CACHE  warning/medium"]);
}

#[test]
fn a_binding_carries_presence_forward_and_liveness_back() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    let map = world.source("deploy/map.yaml", "configmap", Role::Values);
    world.fill(map, "database_url=x unused_entry=1", Some(&Scope::Object("app".to_owned())));
    let pods = world.source("deploy/pods.yaml", "workload-env", Role::Values);
    world.fill(pods, "CACHE_URL=1", Some(&Scope::Workload("web".to_owned())));
    let production = world.env_of("production", &[map, pods]);
    let (to, file) = (world.key("DB_URL"), world.file("deploy/pods.yaml"));
    let span = world.span(file);
    let mut binding = Binding {
        to,
        source: pods,
        object: "app".to_owned(),
        is_secret: false,
        entry: Some("database_url".to_owned()),
        prefix: String::new(),
        optional: false,
        scope: Some(Scope::Workload("web".to_owned())),
        span,
    };
    world.inventory.bindings.push(binding.clone());
    world.expect(&["dead-key unused_entry production warning/high"]);
    let graph = Graph::build(&world.inventory);
    let entry = world.inventory.id(&Key::env("database_url")).unwrap();
    assert_eq!(graph.liveness(entry), Liveness::Read);
    assert!(matches!(graph.presence(to, production), Presence::Set(_)));
    drop(graph);
    binding.entry = Some("databse_url".to_owned());
    world.inventory.bindings = vec![binding.clone()];
    let says = world.says();
    assert_eq!(says, ["unresolved-reference DB_URL production error/high"]);
    binding.object = "elsewhere".to_owned();
    world.inventory.bindings = vec![binding];
    assert!(world.says().iter().all(|line| line.starts_with("dead-key")), "{:?}", world.says());
}

#[test]
fn values_are_held_against_what_the_code_parses() {
    let mut world = World::default();
    let words = |words: &[&str]| ValueType::Bool(words.iter().map(|w| (*w).to_owned()).collect());
    world.read("TIMEOUT", |read| read.expects = ValueType::Int);
    world.read("POOL_SIZE", |read| read.expects = ValueType::Int);
    world.read("CART_ON", |read| read.expects = words(&["true"]));
    world.read("STRICT", |read| read.expects = words(&["true", "false"]));
    world.read("SEARCH", |read| read.expects = words(&["true"]));
    world.read("SITE", |read| read.expects = ValueType::Url);
    world.read("EMPTY", |read| read.expects = ValueType::Int);
    world.read("LATER", |read| read.expects = ValueType::Int);
    world.read("BLANK", |read| {
        read.expects = ValueType::Int;
        read.empty_is_absent = true;
        read.absence = Absence::Optional;
    });
    world.env(
        "production",
        "TIMEOUT=60s POOL_SIZE=1_0 CART_ON=off STRICT=maybe SEARCH=1 SITE=https://a.test EMPTY= LATER=<placeholder> BLANK=",
    );
    world.expect(&[
        "type-mismatch EMPTY production error/high",
        "type-mismatch SEARCH production error/medium",
        "type-mismatch STRICT production error/high",
        "type-mismatch TIMEOUT production error/high",
    ]);
}

#[test]
fn a_value_that_is_dropped_for_another_fails_nothing() {
    let mut world = World::default();
    for name in ["TIMEOUT", "EMPTY", "RETRIES"] {
        world.read(name, |read| {
            read.expects = ValueType::Int;
            read.bad_value_falls_back = true;
        });
    }
    world.read("RETRIES", |read| read.expects = ValueType::Int);
    world.env("production", "TIMEOUT=60s EMPTY= RETRIES=3x");
    world.expect(&[
        "type-mismatch RETRIES production error/high",
        "type-mismatch TIMEOUT production warning/medium",
    ]);
}

#[test]
fn regions_that_grew_apart_drift() {
    let mut world = World::default();
    world.needs(&["DB_URL", "DB_POOL_SIZE", "REPLICAS", "DB_PASSWORD", "LABEL"]);
    let same = |pool, region: &str| {
        format!(
            "DB_URL=postgres://{region} DB_POOL_SIZE={pool} REPLICAS={pool} DB_PASSWORD={region} LABEL=shop-{region}"
        )
    };
    for (name, pool) in [("prod-eu", 5), ("prod-us", 20)] {
        let text = same(pool, name);
        let id = world.env(name, &text);
        world.inventory.environments[id.index()].group = Some("prod".to_owned());
    }
    world.expect(&[
        "value-drift DB_POOL_SIZE prod-eu,prod-us warning/high",
        "value-drift REPLICAS prod-eu,prod-us warning/high",
    ]);
}

#[test]
fn stages_drift_in_operational_keys_only() {
    let mut world = World::default();
    world.needs(&["HTTP_TIMEOUT", "WORKERS", "LOG_LEVEL", "API_HOST", "GREETING"]);
    world.env("production", "HTTP_TIMEOUT=60 WORKERS=8 LOG_LEVEL=info API_HOST=a GREETING=hello");
    world.env("staging", "HTTP_TIMEOUT=10 WORKERS=1 LOG_LEVEL=debug API_HOST=b GREETING=hi");
    world.expect(&["value-drift HTTP_TIMEOUT production,staging warning/medium"]);
    world.env("qa", "HTTP_TIMEOUT=10.0 WORKERS=1 LOG_LEVEL=debug API_HOST=b GREETING=hi");
    world.expect(
        &["value-drift HTTP_TIMEOUT production,qa,staging warning/medium"]
            .map(|line| line.replace("production,qa,staging", "production,staging,qa"))
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
    );
    for glob in ["HTTP_*", "{HTTP,SMTP}_TIMEOUT", "HTTP?TIMEOUT"] {
        world.config.expected_differences = vec![glob.to_owned()];
        world.expect(&[]);
    }
}

#[test]
fn secrets_drift_without_being_shown() {
    let mut world = World::default();
    world.needs(&["MAX_ITEMS"]);
    for (name, value) in [("prod-eu", "<secret>"), ("prod-us", "<other>")] {
        let id = world.env(name, &format!("MAX_ITEMS={value}"));
        world.inventory.environments[id.index()].group = Some("prod".to_owned());
    }
    assert!(
        world.messages()[0].contains("[redacted] A in `prod-eu` but [redacted] B in `prod-us`")
            || world.messages()[0].contains("[redacted] A in `prod-us`"),
        "{:?}",
        world.messages()
    );
}

#[test]
fn one_file_that_says_two_things_shadows_itself() {
    let mut world = World::default();
    world.needs(&["A_NAME", "B_NAME"]);
    let base = world.source(".env", "dotenv", Role::Values);
    let own = world.source(".env.production", "dotenv", Role::Values);
    let compose = world.source("compose.production.yml", "compose", Role::Values);
    world.fill(base, "A_NAME=1 B_NAME=1", None).fill(own, "A_NAME=2 A_NAME=3 B_NAME=3", None);
    world.fill(compose, "B_NAME=4", None);
    let id = world.env_of("production", &[base, own, compose]);
    world.inventory.environments[id.index()].layers[0].is_base = true;
    world.expect(&[
        "shadowed-value A_NAME production note/high",
        "shadowed-value B_NAME production note/low",
    ]);
}

#[test]
fn two_spellings_are_one_key() {
    let mut world = World::default();
    world.needs(&["DB_POOL"]);
    let (one, other) = (world.key("DB_POOL"), world.key("db.pool"));
    world.env("production", "DB_POOL=5 db.pool=9");
    let (confidence, reason) = (Confidence::High, "config-rs".to_owned());
    world.inventory.spellings.push(SameKey { one, other, confidence, reason });
    world.expect(&["shadowed-value DB_POOL production note/medium"]);
}

#[test]
fn a_template_of_another_program_says_little() {
    let said = |listed: &str, dead: &[&str]| {
        let mut world = World::default();
        world.needs(&["LDAP_HOST", "LDAP_PORT"]).template(listed);
        world.expect(dead);
    };
    said(
        "LDAP_HOST= LDAP_PORT= LDAP_METHOD=plain LDAP_UID=uid",
        &["dead-key LDAP_METHOD  warning/medium", "dead-key LDAP_UID  warning/medium"],
    );
    said(
        "LDAP_HOST= LDAP_PORT= LDAP_METHOD=plain LDAP_UID=uid LDAP_MAIL=mail",
        &[
            "dead-key LDAP_MAIL  warning/low",
            "dead-key LDAP_METHOD  warning/low",
            "dead-key LDAP_UID  warning/low",
        ],
    );
}

#[test]
fn defaults_conflict_inside_one_component() {
    let mut world = World::default();
    world.falls("TIMEOUT", "30").falls("TIMEOUT", "60").falls("PORT", "80").falls("PORT", "'80'");
    world.falls("ADDR", "a");
    world.falls("ADDR", "b").inventory.reads.last_mut().unwrap().component = "other".to_owned();
    world.expect(&["conflicting-default TIMEOUT  warning/high"]);
    world.env("production", "TIMEOUT=5");
    world.expect(&["conflicting-default TIMEOUT  warning/low"]);
}

#[test]
fn modules_of_modes_never_meet() {
    let mut world = World::default();
    for (file, level) in
        [("config/local_development.py", "debug"), ("config/unit_testing.py", "warning")]
    {
        let file = world.file(file);
        let read = world.falls("LOG_LEVEL", level).inventory.reads.last_mut().unwrap();
        (read.span.file, read.when, read.of_mode) = (file, When::Start, true);
    }
    world.expect(&[]);
    world.inventory.reads[0].of_mode = false;
    world.expect(&["conflicting-default LOG_LEVEL  warning/high"]);
    world.inventory.reads[0].lays_over = true;
    world.expect(&[]);
}

#[test]
fn a_slip_is_one_finding_beside_the_missing_key() {
    let mut world = World::default();
    world.needs(&["DATABASE_URL", "CACHE_HOST", "READ_TIMEOUT"]);
    world.env("production", "DATABSE_URL=a CACHE_HOST=b READ_TIMEOUT=1");
    world.env("staging", "DATABASE_URL=a CACHE_HOST=b READ_TIMEOUT=1");
    world.expect(&[
        "missing-required DATABASE_URL production error/high",
        "near-miss-name DATABASE_URL production warning/high",
    ]);
}

#[test]
fn families_of_names_are_no_slips() {
    let mut world = World::default();
    world.needs(&["CACHE_HOST"]).falls("DB_HOST", "x").falls("S3_KEY1", "x").falls("MIN_AGE", "1");
    world.env("production", "CACHE_HOST=1 DB_PORT=1 S3_KEY2=1 MAX_AGE=2");
    assert!(world.says().iter().all(|line| !line.starts_with("near")), "{:?}", world.says());
}

#[test]
fn case_and_separators_slip_surely() {
    let mut world = World::default();
    world.needs(&["CACHE_HOST"]).falls("LOGLEVEL", "info");
    world.env("production", "CACHE_HOST=1 LOG_LEVEL=info");
    world.expect(&["near-miss-name LOGLEVEL production warning/high"]);
}

#[test]
fn a_contract_is_held_against_the_code() {
    let mut world = World::default();
    world
        .needs(&["A_NAME", "B_NAME", "C_NAME"])
        .falls("D_NAME", "x")
        .template("A_NAME= B_NAME= #D_NAME=");
    world.needs(&["HOME"]);
    world.expect(&["undeclared-key C_NAME  note/high"]);
}

#[test]
fn a_template_that_lists_a_part_of_a_section_lists_the_section() {
    let mut world = World::default();
    world.needs(&["server.host", "server.port", "store.vault", "store.kms"]);
    world.template("server.host= server.port= store.vault.url=");
    let undeclared = |line: &String| line.starts_with("undeclared");
    let told: Vec<String> = world.says().into_iter().filter(undeclared).collect();
    assert_eq!(told, ["undeclared-key store.kms  note/high"]);
}

#[test]
fn a_template_that_lists_little_is_no_contract() {
    let mut world = World::default();
    world.needs(&["A_NAME", "B_NAME", "C_NAME", "D_NAME"]).template("A_NAME=");
    world.expect(&[]);
}

#[test]
fn debugging_stayed_in_production() {
    let mut world = World::default();
    world.needs(&["LOG_LEVEL", "DEBUG", "LOG_REQUEST_BODIES", "DISABLE_DEBUG"]);
    for name in ["production", "staging", "preprod"] {
        world.env(name, "LOG_LEVEL=DEBUG DEBUG=True LOG_REQUEST_BODIES=1 DISABLE_DEBUG=1");
    }
    world.expect(&[
        "lingering-override DEBUG production warning/high",
        "lingering-override LOG_LEVEL production warning/high",
        "lingering-override LOG_REQUEST_BODIES production warning/high",
    ]);
}

#[test]
fn the_policy_has_the_last_word() {
    let mut world = World::default();
    world.needs(&["DB_URL"]);
    world.env("production", "DB_URL=a OLD_CACHE=1 OLD_NAME=1");
    let severity = Some(Severity::Error);
    let ignore = vec!["*_NAME".to_owned()];
    world.config.rules.insert("dead-key".to_owned(), RulePolicy { off: false, severity, ignore });
    world.expect(&["dead-key OLD_CACHE production error/high"]);
    world.config.rules.get_mut("dead-key").unwrap().off = true;
    world.expect(&[]);
}

#[test]
fn a_name_in_braces_that_nothing_gives_is_unresolved() {
    let mut world = World::default();
    world.needs(&["DB_URL", "CACHE_URL"]);
    world.env("production", "DB_URL=x CACHE_URL=y");
    world.env("staging", "DB_URL=x CACHE_URL=y DB_HOST=z");
    for name in ["NOWHERE_NAME", "LISTED_NAME", "HOME", "DB_HOST"] {
        world.key(name);
    }
    world.template("LISTED_NAME=");
    let range = TextRange::new(500, 508);
    let need = |name: &str| keydrift::model::Interpolation {
        name: name.to_owned(),
        on_unset: keydrift::model::OnUnset::Fail,
        range,
    };
    let needs = ["NOWHERE_NAME", "LISTED_NAME", "HOME", "DB_HOST"].map(need).to_vec();
    world.inventory.definitions[0].value = Value::Reference { text: "x".to_owned(), needs };
    let says = world.says();
    let unresolved: Vec<_> = says.iter().filter(|line| line.starts_with("unresolved")).collect();
    assert_eq!(
        unresolved,
        [
            "unresolved-reference DB_HOST production warning/medium",
            "unresolved-reference NOWHERE_NAME production warning/medium",
        ]
    );
}
