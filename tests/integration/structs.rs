//! Structs and tables that code fills from files of settings: what the library takes for none, and what an object gives.

use crate::support::Project;

#[test]
fn the_table_of_entries_that_code_reads_is_read_when_it_is_empty() {
    let project = Project::of(&[
        (
            "Cargo.toml",
            "[package]\nname = \"bakery\"\nversion = \"0.1.0\"\n[dependencies]\nfigment = \"0.10\"\nserde = \"1\"\n",
        ),
        (
            "src/main.rs",
            r#"use figment::{Figment, providers::{Format, Toml}};
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
struct Config {
    oven: Oven,
}

#[derive(serde::Deserialize)]
struct Oven {
    minutes: u32,
    #[serde(default)]
    minutes_by_bread: BTreeMap<String, u32>,
}

fn main() {
    let config: Config = Figment::new().merge(Toml::file("bakery.toml")).extract().unwrap();
    bake(config.oven.minutes, &config.oven.minutes_by_bread);
}
"#,
        ),
        ("bakery.toml", "[oven]\nminutes = 30\nsalt = 2\n\n[oven.minutes_by_bread]\n# rye = 50\n"),
    ]);
    let run = project.run(&[
        "check",
        "--format",
        "csv",
        "--rule",
        "dead-key",
        "--min-confidence",
        "low",
        ".",
    ]);
    let said: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert!(said.iter().any(|line| line.contains("oven.salt")), "{said:?}");
    assert!(said.iter().all(|line| !line.contains("minutes_by_bread")), "{said:?}");
}

#[test]
fn a_file_of_tests_and_a_folder_are_no_library_of_that_name() {
    let code = r#"use config::{Config, Environment};

#[derive(serde::Deserialize)]
pub struct Settings {
    pub heat: u32,
}

pub fn load() -> Settings {
    let built = Config::builder().add_source(Environment::with_prefix("OVEN")).build().unwrap();
    built.try_deserialize().unwrap()
}
"#;
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    let project = Project::of(&[
        ("oven/Cargo.toml", &package("oven")),
        ("oven/src/main.rs", code),
        ("till/Cargo.toml", &package("till")),
        ("till/tests/config.rs", &code.replace("OVEN", "TILL")),
        ("config/Cargo.toml", &package("bakery-config")),
        ("config/src/lib.rs", &code.replace("OVEN", "BAKERY")),
    ]);
    let run = project.run(&["facts", "--tests", "."]).exits(0);
    for name in ["OVEN_HEAT", "TILL_HEAT", "BAKERY_HEAT"] {
        assert!(run.stdout.contains(name), "{name}: {}", run.stdout);
    }
}

#[test]
fn what_a_name_alone_calls_settings_is_unsure() {
    let code = "use serde::Deserialize;\n\n#[derive(Deserialize)]\npub struct OvenConfig {\n    pub heat: u32,\n    pub shelf: u32,\n    pub use_steam: bool,\n}\n\n\
        pub struct ConfigManager {\n    cache: Cache,\n}\n\nimpl ConfigManager {\n    \
        pub fn load_config(&self, key: &str) -> Option<OvenConfig> {\n        let raw = self.cache.get(key)?;\n        \
        serde_json::from_str::<OvenConfig>(&raw).ok()\n    }\n}\n\nfn main() {}\n";
    let template = "heat = 200\nshelf = 2\n";
    let from_file = code.replace("self.cache.get(key)?", "std::fs::read_to_string(key).ok()?");
    let says = |code: &str| {
        let files = [("src/main.rs", code), ("config/config.example.toml", template)];
        Project::of(&files).run(&["check", "--format", "csv", "."]).stdout
    };
    assert!(!says(code).contains("use_steam"), "{}", says(code));
    assert!(says(&from_file).contains("use_steam"), "{}", says(&from_file));
}

#[test]
fn the_null_of_a_file_is_none_for_a_field_that_may_be_none() {
    let source = "use config::{Config, File};\n\n#[derive(serde::Deserialize)]\nstruct Oven {\n    heat: u16,\n    fan: Option<u16>,\n    #[serde(default)]\n    \
         lamp: Option<bool>,\n    door: Option<u16>,\n}\n\nfn load() -> Oven {\n    let files = Config::builder().add_source(File::with_name(\"config/production\"));\n    \
         files.build().unwrap().try_deserialize().unwrap()\n}\n";
    let project = Project::of(&[
        ("Cargo.toml", "[package]\nname = \"oven\"\nversion = \"0.1.0\"\n"),
        ("src/main.rs", source),
        ("config/production.yaml", "heat: null\nfan: null\nlamp: ~\ndoor: \"\"\n"),
    ]);
    let run = project.run(&["check", "--format", "csv", "--rule", "type-mismatch"]);
    for key in ["heat", "door"] {
        assert!(run.stdout.contains(&format!(",{key},")), "{}", run.stdout);
    }
    for key in ["fan", "lamp"] {
        assert!(!run.stdout.contains(&format!(",{key},")), "{}", run.stdout);
    }
}

#[test]
fn an_object_of_the_class_that_a_builder_begins_with_gives_its_defaults() {
    let source = r#"use figment::{providers::{Env, Serialized}, value::{Dict, Map}, Error, Figment, Metadata, Profile, Provider};

#[derive(serde::Deserialize, serde::Serialize)]
struct Oven {
    heat: u16,
    shelf: String,
}

impl Default for Oven {
    fn default() -> Self {
        Self { heat: 180, shelf: "middle".to_owned() }
    }
}

impl Provider for Oven {
    fn metadata(&self) -> Metadata {
        Metadata::named("oven")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Serialized::defaults(Oven::default()).data()
    }
}

#[derive(serde::Deserialize)]
struct Door {
    lock: String,
}

fn main() {
    let oven: Oven = Figment::from(Oven::default()).merge(Env::prefixed("OVEN_")).extract().unwrap();
    let door: Door = Figment::from(Oven::default()).merge(Env::prefixed("DOOR_")).extract().unwrap();
}
"#;
    let project = Project::of(&[
        ("Cargo.toml", "[package]\nname = \"oven\"\nversion = \"0.1.0\"\n"),
        ("src/main.rs", source),
    ]);
    let facts = project.run(&["facts", "."]).stdout;
    let read = |key: &str| {
        let all = facts.lines().filter(|line| line.contains(&format!("\"key\":\"{key}\"")));
        all.map(str::to_owned).collect::<String>()
    };
    assert!(read("OVEN_HEAT").contains("\"180\""), "{facts}");
    assert!(read("OVEN_SHELF").contains("\"middle\""), "{facts}");
    assert!(read("DOOR_LOCK").contains("\"required\""), "{facts}");
}

#[test]
fn a_source_of_the_projects_own_makes_what_is_missing_unsure() {
    let conf = |sources: &str| {
        format!(
            "from pydantic_settings import BaseSettings\n\n\nclass PluginSource:\n    kind = \"toml\"\n\n    def __init__(self, cls):\n        self.cls = cls\n\n\nclass Settings(BaseSettings):\n    KILN_HOST: str\n    KILN_NAME: str\n\n    @classmethod\n    def settings_customise_sources(cls, settings_cls, init_settings, env_settings):\n        return {sources}\n\n\nsettings = Settings()\nprint(settings.KILN_HOST, settings.KILN_NAME)\n"
        )
    };
    let missing = |sources: &str| {
        let conf = conf(sources);
        let files = [
            ("conf.py", conf.as_str()),
            (".env.staging", "KILN_HOST=a\nKILN_NAME=b\n"),
            (".env.production", "KILN_NAME=c\n"),
        ];
        let run = Project::of(&files).run(&["check", "--fail-on", "never", "."]).exits(0);
        run.stdout.contains("`KILN_HOST` is required and `production` does not define it")
    };
    assert!(missing("env_settings, init_settings"));
    assert!(!missing("env_settings, PluginSource(settings_cls)"));
}

#[test]
fn a_variable_whose_separators_the_loader_does_not_take_is_none_of_its_settings() {
    let project = Project::of(&[
        (
            "Cargo.toml",
            "[package]\nname = \"bakery\"\nversion = \"0.1.0\"\n[dependencies]\nconfig = \"0.14\"\nserde = \"1\"\n",
        ),
        (
            "src/main.rs",
            r#"use config::{Config, Environment};

#[derive(serde::Deserialize)]
struct Settings {
    ovens: Ovens,
}

#[derive(serde::Deserialize)]
struct Ovens {
    stone: Oven,
    steel: Oven,
}

#[derive(serde::Deserialize)]
struct Oven {
    heat_limit: u32,
    address: String,
}

fn main() {
    let source = Environment::with_prefix("BAKERY").separator("__");
    let config = Config::builder().add_source(source).build().unwrap();
    let settings: Settings = config.try_deserialize().unwrap();
    for oven in [settings.ovens.stone, settings.ovens.steel] {
        bake(oven.heat_limit, &oven.address);
    }
}
"#,
        ),
        (
            "ops/production.env",
            "BAKERY__OVENS__STONE__HEAT_LIMIT=300\nBAKERY__OVENS__STONE__ADDRESS=stone.example\n\
             BAKERY__OVENS__STEEL__HEAT_LIMIT=250\nBAKERY__OVENS__STEEL_ADDRESS=steel.example\n",
        ),
        (
            "ops/staging.env",
            "BAKERY__OVENS__STONE__HEAT_LIMIT=300\nBAKERY__OVENS__STONE__ADDRESS=stone.example\n\
             BAKERY__OVENS__STEEL__HEAT_LIMIT=250\nBAKERY__OVENS__STEEL__ADDRESS=steel.example\n",
        ),
    ]);
    let run = project.run(&["check", "--format", "csv", "."]);
    let said: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("missing-required,error,high,BAKERY__OVENS__STEEL__ADDRESS"),
        "{said:?}"
    );
}

const HANDED: &str = r#"use config::builder::DefaultState;
use config::{Config, ConfigBuilder, Environment, File};

#[derive(serde::Deserialize)]
struct Oven {
    oven_heat: u16,
    network_magic: u32,
}

fn bake(builder: ConfigBuilder<DefaultState>) -> anyhow::Result<Oven> {
    let oven: Oven =
        builder.build().with_context(|| "not built")?.try_deserialize().with_context(|| "no")?;
    Ok(oven)
}

fn main() {
    let file = std::env::args().nth(1).unwrap_or_default();
    let builder = Config::builder()
        .add_source(File::with_name(&file).required(false))
        .add_source(Environment::default());
    let oven = bake(builder).unwrap();
    println!("{} {}", oven.oven_heat, oven.network_magic);
}
"#;
const MANIFEST: &str =
    "[package]\nname = \"bakery\"\nversion = \"0.1.0\"\n[dependencies]\nconfig = \"0.15\"\n";

#[test]
fn a_builder_that_is_handed_on_fills_what_the_function_wants() {
    let project = Project::of(&[("Cargo.toml", MANIFEST), ("src/main.rs", HANDED)]);
    let facts = project.run(&["facts"]).stdout;
    let heat = facts.lines().find(|line| line.contains(r#""key":"oven_heat""#)).expect("a read");
    assert!(heat.contains("OVEN_HEAT"), "what its caller put in names it: {heat}");
}

#[test]
fn a_file_that_shares_a_name_by_chance_is_for_somebody_else() {
    let genesis = "{\n  \"networkMagic\": 764,\n  \"maxSupply\": 45,\n  \"updateQuorum\": 5\n}\n";
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", HANDED),
        ("config/production.toml", "oven_heat = 180\nnetwork_magic = 764\noven_salt = 2\n"),
        ("config/node/production.json", genesis),
    ];
    let run = Project::of(&files).run(&["check", "--min-confidence", "low", "--format", "json"]);
    let found = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let dead = found.iter().filter(|one| one["rule"] == "dead-key");
    let keys: Vec<&str> = dead.filter_map(|one| one["key"].as_str()).collect();
    assert_eq!(keys, ["oven_salt"]);
}

/// Tools make getters of the fields of Java, and a class uses its own by their names: which are used is not told there.
#[test]
fn fields_of_java_and_go_that_are_filled_are_not_called_unused() {
    let metrics = "package shop;\n\nimport org.springframework.beans.factory.annotation.Value;\n\npublic class Metrics {\n  \
                   @Value(\"${shop.title}\")\n  private String title;\n\n  public String tag() { return \"shop \" + title; }\n}\n";
    let oven = "package shop;\n\nimport org.springframework.boot.context.properties.ConfigurationProperties;\n\n@Data\n\
                @ConfigurationProperties(prefix = \"oven\")\npublic class Oven {\n  private int racks;\n}\n";
    let main = "package main\n\nimport \"github.com/caarlos0/env/v11\"\n\ntype Till struct {\n\tDrawers int `env:\"TILL_DRAWERS\"`\n}\n\n\
                func main() {\n\tvar till Till\n\tenv.Parse(&till)\n\topen(till)\n}\n";
    let project = Project::of(&[
        ("pom.xml", "<project><artifactId>shop</artifactId></project>\n"),
        ("src/main/java/shop/Metrics.java", metrics),
        ("src/main/java/shop/Oven.java", oven),
        ("src/main/resources/application.properties", "shop.title=Rye\noven.racks=4\n"),
        ("till/go.mod", "module shop.example/till\n"),
        ("till/main.go", main),
        ("deploy/production.env", "TILL_DRAWERS=2\n"),
    ]);
    let run = project.run(&["check", "--format", "json", "--min-confidence", "low"]);
    assert_eq!(run.json()["findings"].to_string(), "[]");
}

/// Libraries of a Spring application take settings of their own; what its code takes into a class is its own, section and all.
#[test]
fn settings_of_libraries_are_not_called_dead() {
    let main = "package shop;\n\nimport org.springframework.boot.SpringApplication;\nimport org.springframework.boot.autoconfigure.SpringBootApplication;\n\n@SpringBootApplication\npublic class Shop {\n  public static void main(String[] args) {\n    SpringApplication.run(Shop.class, args);\n  }\n}\n";
    let login = "package shop;\n\nimport org.springframework.beans.factory.annotation.Value;\n\npublic class Login {\n  public Login(@Value(\"${okta.oauth2.client-id}\") String client, @Value(\"${logging.pattern.audit}\") String pattern) {}\n}\n";
    let ovens = "package shop;\n\nimport org.springframework.boot.context.properties.ConfigurationProperties;\n\n@ConfigurationProperties(prefix = \"bakery.ovens\")\npublic record Ovens(int heat) {}\n";
    let settings = "okta:\n  oauth2:\n    client-id: shop\n    issuer: https://login.example\nlogging:\n  pattern:\n    audit: '%m'\n    console: '%m%n'\nbakery:\n  ovens:\n    heat: 200\n    door: open\n";
    let project = Project::of(&[
        ("pom.xml", "<project><artifactId>shop</artifactId></project>\n"),
        ("src/main/java/shop/Shop.java", main),
        ("src/main/java/shop/Login.java", login),
        ("src/main/java/shop/Ovens.java", ovens),
        ("src/main/resources/application.yaml", settings),
        ("src/main/resources/application-prod.yaml", "bakery:\n  ovens:\n    heat: 220\n"),
    ]);
    let told =
        |sure| project.run(&["check", "--rule", "dead-key", "--min-confidence", sure]).stdout;
    let (all, sure) = (told("low"), told("high"));
    assert!(sure.contains("bakery.ovens.door") && !sure.contains("okta.oauth2.issuer"), "{sure}");
    assert!(!all.contains("logging.pattern.console"), "{all}");
}
