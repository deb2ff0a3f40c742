//! The JSON Schema of the policy file, for editors and for those who check it without keydrift.
//!
//! Structs say it of themselves; what is read by hand says it here, in the same words as its reader. Rules and
//! languages are known above this layer: whoever asks brings them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::file::{Environments, Rows, Written, WrittenEnvironment};
use super::flags::{Ages, Days, Kinds};
use super::rules::{Level, RuleFields, WrittenRule};
use super::texts::{Check, Named, One, Texts};
use crate::model::FlagKind;

/// The name of the file with the schema, at the top of the repository.
const FILE: &str = "keydrift.schema.json";

/// Where the schema is published: in the project's repository, as `repository` of `Cargo.toml` names it. `None` where it names none, or
/// one of which nobody says how a single file is asked for.
pub fn address() -> Option<String> {
    published(env!("CARGO_PKG_REPOSITORY"))
}

fn published(repository: &str) -> Option<String> {
    let inside = repository.trim_end_matches('/').trim_end_matches(".git");
    let inside = inside.strip_prefix("https://")?;
    let (host, path) = inside.split_once('/')?;
    match host {
        "github.com" => Some(format!("https://raw.githubusercontent.com/{path}/main/{FILE}")),
        _ if host.split('.').any(|part| part == "gitlab") => {
            Some(format!("https://{host}/{path}/-/raw/main/{FILE}"))
        }
        _ => None,
    }
}

/// A field of the policy that holds rows by language, and the schema of what stands there under one.
pub type Table<'a> = (&'a str, fn(&mut SchemaGenerator) -> Schema);

/// What only those above this layer know.
pub struct Known<'a> {
    /// The rules: name and summary.
    pub rules: Vec<(&'a str, &'a str)>,
    /// The languages.
    pub languages: Vec<&'a str>,
    /// The tables that languages have.
    pub tables: [Table<'a>; 3],
}

/// The schema of a policy file.
pub fn schema(known: &Known<'_>) -> Value {
    let mut generator = SchemaGenerator::default();
    let root = generator.root_schema_for::<Written>();
    let tables = known.tables.map(|(field, table)| (field, table(&mut generator)));
    let mut root = root.to_value();
    let definitions = generator.take_definitions(true);
    let own = root.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    root["$defs"] = own.into_iter().chain(definitions).collect::<Map<_, _>>().into();
    if let Some(address) = address() {
        root["$id"] = address.into();
    }
    let rule = known.rules.iter().map(|(name, summary)| {
        let one = json!({"description": format!("{}.", capital(summary)), "$ref": "#/$defs/Rule"});
        ((*name).to_owned(), one)
    });
    close(&mut root, "rules", &rule.collect());
    for (field, table) in tables {
        let language = |name: &&str| ((*name).to_owned(), table.clone().to_value());
        close(&mut root, field, &known.languages.iter().map(language).collect());
    }
    root
}

/// Lets a field hold these names and no others.
fn close(root: &mut Value, field: &str, names: &Map<String, Value>) {
    let description = root["properties"][field]["description"].take();
    root["properties"][field] = json!({
        "description": description,
        "type": ["object", "null"],
        "properties": names,
        "additionalProperties": false,
    });
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// What is no definition of its own stands where it is used, so that a field's description stands beside it.
macro_rules! inline {
    ($type:ty $(, $argument:ident: $bound:path)*; $generator:ident => $schema:expr) => {
        impl$(<$argument: $bound>)* JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

inline!(One<C>, C: Check; _generator => json_schema!({"type": "string"}));

inline!(Texts<C>, C: Check; _generator => json_schema!({
    "type": ["string", "array", "null"],
    "items": {"type": "string"},
}));

inline!(Named<T>, T: JsonSchema; generator => json_schema!({
    "type": ["object", "null"],
    "additionalProperties": generator.subschema_for::<T>(),
}));

inline!(Rows; _generator => json_schema!(true));

inline!(Days; _generator => json_schema!({
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": 100_000}, {"const": "never"}],
}));

inline!(Ages; generator => by_kind(&generator.subschema_for::<Days>()));

inline!(Kinds; generator => by_kind(&generator.subschema_for::<Texts<super::texts::Name>>()));

/// A map by kinds of flags.
fn by_kind(one: &Schema) -> Schema {
    let kinds = FlagKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), one.clone().to_value()));
    json_schema!({
        "type": ["object", "null"],
        "properties": kinds.collect::<Map<_, _>>(),
        "additionalProperties": false,
    })
}

inline!(Level; _generator => json_schema!({"enum": ["off", "note", "warning", "error", false]}));

inline!(Environments; generator => {
    let fields = generator.subschema_for::<WrittenEnvironment>();
    json_schema!({
        "anyOf": [
            {"type": ["object", "null"], "additionalProperties": {"anyOf": [&fields, {"type": "null"}]}},
            {"type": "array", "items": {"anyOf": [
                {"type": "string"},
                {"allOf": [&fields], "required": ["name"]},
            ]}},
        ],
    })
});

impl JsonSchema for WrittenRule {
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (level, fields) =
            (generator.subschema_for::<Level>(), generator.subschema_for::<RuleFields>());
        json_schema!({"anyOf": [level, fields]})
    }
}

#[cfg(test)]
mod tests {
    use super::published;

    #[test]
    fn the_address_of_the_schema_follows_from_the_repository() {
        let told = |repository| published(repository).unwrap_or_default();
        let of_github = "https://raw.githubusercontent.com/bakery/tins/main/keydrift.schema.json";
        assert_eq!(told("https://github.com/bakery/tins"), of_github);
        assert_eq!(told("https://github.com/bakery/tins.git"), of_github);
        let of_gitlab = "https://gitlab.bakery.example/a/tins/-/raw/main/keydrift.schema.json";
        assert_eq!(told("https://gitlab.bakery.example/a/tins/"), of_gitlab);
        assert_eq!((told(""), told("https://bakery.example/tins")), (String::new(), String::new()));
    }
}
