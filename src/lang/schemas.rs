//! Which classes are filled from outside, and how their fields are named: the rows of `grammars/<language>/schemas.yaml`.
//!
//! Knows names and columns, not code.

mod described;
mod sources;

pub use described::{FieldCall, FieldPrefix, FileRow, LentRow, PrefixRow};
pub use sources::{SourceKind, SourceRow};

use schemars::JsonSchema;
use serde::Deserialize;

use super::catalog::{Names, Slot, telling};

/// The table of a language.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schemas {
    /// What makes a class one that is filled from outside.
    #[serde(default)]
    pub schemas: Vec<SchemaRow>,
    /// Where a loader takes values from.
    #[serde(default)]
    pub sources: Vec<SourceRow>,
    /// Calls that name a file of settings.
    #[serde(default)]
    pub files: Vec<FileRow>,
    /// Calls of code outside that are handed a prefix.
    #[serde(default)]
    pub prefixed: Vec<PrefixRow>,
    /// Classes of code outside whose attributes are settings.
    #[serde(default)]
    pub lent: Vec<LentRow>,
}

/// One way to declare settings.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaRow {
    /// The qualified name of the base class, the mark or the loader.
    pub schema: Names,
    /// Which of the three it is.
    pub by: FoundBy,
    /// Sets of words: a file that holds no set whole has none of these classes.
    #[serde(default)]
    pub needles: Vec<Vec<String>>,
    /// How the fields of its classes say what they are.
    #[serde(default)]
    pub style: Style,
    /// For a loader: the argument that is the class. Without it, the type that the code wants.
    #[serde(default)]
    pub target: Slot,
    /// For a loader: the argument that holds what is loaded. Without it, the object that it is called on.
    #[serde(default)]
    pub object: Slot,
    /// Only where a source of the table, or a file that is named like one of settings, is what is loaded.
    #[serde(default)]
    pub needs_source: bool,
    /// Or where the class is named like one of settings.
    #[serde(default)]
    pub is_told_by_name: bool,
    /// Calls between the base and the last segment do not matter.
    #[serde(default)]
    pub builder: bool,
    /// Calls that describe a field: `Field(…)`.
    #[serde(default)]
    pub describe: Vec<String>,
    /// The default in such a call.
    #[serde(default)]
    pub default: Slot,
    /// What makes the default, in such a call.
    #[serde(default)]
    pub factory: Slot,
    /// The names in such a call, the first one given counts: they stand for the field's own name and its prefix.
    #[serde(default)]
    pub names: Slot,
    /// What is put before the name of a field, by the call that describes it.
    #[serde(default)]
    pub field_prefix: FieldPrefix,
    /// What such calls say by what they are called.
    #[serde(default)]
    pub calls: Vec<FieldCall>,
    /// In such a call: true says that there must be a value.
    #[serde(default)]
    pub required: Slot,
    /// In such a call: false says that nothing comes from outside.
    #[serde(default)]
    pub from_outside: Slot,
    /// What is put before the names is not seen where they are declared: any prefix may be.
    #[serde(default)]
    pub under_any_prefix: bool,
    /// Which of several classes counts is chosen when the program starts.
    #[serde(default)]
    pub is_chosen: bool,
    /// A field without a default gives none.
    #[serde(default)]
    pub is_optional: bool,
    /// A call that describes a field and gives a name of its own counts anywhere inside the value of a field.
    #[serde(default)]
    pub counts_inside: bool,
    /// Calls that give several names.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The attributes of fields that name a variable.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// The name in such an attribute.
    #[serde(default)]
    pub key: Slot,
    /// What names a field that has no name by its attribute.
    #[serde(default)]
    pub derive: Option<Derived>,
    /// A field without a default has the value of its type.
    #[serde(default)]
    pub defaults_by_type: bool,
    /// A field whose type is a class of the project is a class of the same kind.
    #[serde(default)]
    pub nested_by_type: bool,
    /// The word in such an attribute that says that the field is a class of the same kind.
    #[serde(default)]
    pub nested: Option<String>,
    /// Types whose fields are no keys: `ClassVar`.
    #[serde(default)]
    pub skip_types: Vec<String>,
    /// A type that can be none gives none where there is no default; else it is required all the same.
    #[serde(default)]
    pub nullable_is_optional: bool,
    /// Names of a class that hold its options: a call with keywords, a dictionary, a class.
    #[serde(default)]
    pub options: Vec<String>,
    /// Calls that make such options and by that tell a class whose base class is not known.
    #[serde(default)]
    pub option_calls: Vec<String>,
    /// How names of base classes end that are likely of this kind, where they are not in the tree.
    #[serde(default)]
    pub likely_bases: Vec<String>,
    /// The option that is put before every name, or the loader's argument.
    #[serde(default)]
    pub prefix: Slot,
    /// The prefix is that argument in upper case with `_` behind it.
    #[serde(default)]
    pub prefix_of_name: bool,
    /// The option that stands between the names of nested classes.
    #[serde(default)]
    pub delimiter: Option<String>,
    /// What stands between them where no option says it.
    #[serde(default)]
    pub joined_by: Option<String>,
    /// The option by which an empty value counts as none.
    #[serde(default)]
    pub ignore_empty: Option<String>,
    /// The option by which the case of names counts.
    #[serde(default)]
    pub case_sensitive: Option<String>,
    /// Arguments that name a variable in other versions of the library, and that this one ignores.
    #[serde(default)]
    pub ignored_names: Slot,
    /// The option that gives one field other names: `fields = {"port": {"env": "PORT"}}`.
    #[serde(default)]
    pub names_option: Option<String>,
    /// The case of names counts.
    #[serde(default)]
    pub exact_case: bool,
    /// An empty value counts as none.
    #[serde(default)]
    pub empty_is_absent: bool,
    /// Options by which a field with names of its own is met by its own name as well.
    #[serde(default)]
    pub also_by_name: Vec<String>,
    /// The parameter of that method that stands for the environment: where it is not given back, nothing comes from there.
    #[serde(default)]
    pub env_source: Option<String>,
    /// What separates the parts of a section's name where code writes it.
    #[serde(default)]
    pub separator: Option<String>,
    /// For a loader: what it is called on, or `object`, is a section of an object of settings, of which methods that look up
    /// entries give parts: `config.GetSection("Lamp").Get<Lamp>()`.
    #[serde(default)]
    pub of_section: bool,
    /// For a mark: its argument `prefix` is the section of a file, and stands before the names of variables without dashes.
    #[serde(default)]
    pub of_mark: bool,
    /// Names of a file are written with dashes, `max-heat` for `maxHeat`, or as the field is.
    #[serde(default)]
    pub dashed: bool,
    /// For a loader: the argument that names the section of a file, where it is not that of the prefix.
    #[serde(default)]
    pub section: Slot,
    /// For a loader: the argument that is the prefix, as it stands.
    #[serde(default)]
    pub whole_prefix: Slot,
    /// For a loader: the argument that stands between the names of nested classes.
    #[serde(default)]
    pub delimiter_argument: Slot,
    /// For a loader: the argument that names files.
    #[serde(default)]
    pub files_argument: Slot,
    /// For a loader: the argument that names the variable which names files; by default it is called after the prefix.
    #[serde(default)]
    pub files_variable: Slot,
    /// Names are in upper case, whatever the case of the fields.
    #[serde(default)]
    pub upper_names: bool,
    /// A nested class as a whole has a name, for JSON.
    #[serde(default)]
    pub json_parts: bool,
    /// A method of the class by which it takes values from files as well.
    #[serde(default)]
    pub file_method: Option<String>,
    /// A method of the options by which it takes values from functions of the project's own.
    #[serde(default)]
    pub source_method: Option<String>,
    /// Values come from files as well.
    #[serde(default)]
    pub files: bool,
    /// The words that it takes for a boolean.
    #[serde(default)]
    pub words: Vec<String>,
    /// The case of those words counts.
    #[serde(default)]
    pub exact_words: bool,
    /// The option by which lists are written as JSON unless it is false.
    #[serde(default)]
    pub json_lists: Option<String>,
    /// The option that gives a function of the project's own to read what would be JSON.
    #[serde(default)]
    pub json_by: Option<String>,
    /// Base classes of classes that may be nested.
    #[serde(default)]
    pub parts: Vec<String>,
    /// What is followed from its objects is a setting that is read.
    #[serde(default)]
    pub members: bool,
    /// Fields without a type count too, where one of these calls is their value.
    #[serde(default)]
    pub untyped: Vec<String>,
    /// The environment gives nothing: only files do.
    #[serde(default)]
    pub no_env: bool,
}

/// What a row's names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A base class.
    Base,
    /// A decorator, derive or attribute.
    Mark,
    /// A call that fills a class.
    Loader,
    /// A tag of a field, where code of the project imports the library that reads such tags.
    Tag,
    /// A call that is the value of fields: what puts a prefix before their names is not seen.
    Field,
}

/// How fields say what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// By annotations and values.
    #[default]
    Annotated,
    /// By serde's attributes.
    Serde,
    /// By attributes of the library's own.
    Attributes,
}

/// What names a field that its attribute does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Derived {
    /// Its own name in upper case.
    Field,
    /// The name of its class in upper case, and its own behind it.
    ClassField,
}

impl Schemas {
    /// Reads the table of a language.
    pub fn parse(table: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(table)
    }

    /// The row of that kind for a qualified name.
    pub fn row(&self, by: FoundBy, name: &str) -> Option<&SchemaRow> {
        self.schemas.iter().filter(|row| row.by == by).find(|row| {
            row.schema
                .all()
                .iter()
                .any(|known| known == name || row.builder && is_built(known, name))
        })
    }

    /// The source that a qualified name begins with.
    pub fn source(&self, name: &str) -> Option<&SourceRow> {
        self.sources.iter().find(|row| {
            row.source.all().iter().any(|known| {
                name.strip_prefix(known.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(']))
            })
        })
    }

    /// The last segments of all loaders.
    pub fn loaders(&self) -> impl Iterator<Item = &str> {
        let rows = self.schemas.iter().filter(|row| row.by == FoundBy::Loader);
        rows.flat_map(|row| row.schema.all()).filter_map(|name| name.rsplit('.').next())
    }

    /// The sets of words of which a file needs one whole.
    pub fn needles(&self) -> impl Iterator<Item = Vec<String>> {
        let handed = self.prefixed.iter().flat_map(|row| row.needles.iter().cloned());
        let lent = self.lent.iter().flat_map(|row| row.needles.iter().cloned());
        self.schemas.iter().flat_map(SchemaRow::word_sets).chain(handed).chain(lent)
    }

    /// The qualified names of all rows.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schemas.iter().flat_map(|row| row.schema.all()).map(String::as_str)
    }
}

impl SchemaRow {
    /// The calls that describe a field. What tells a class by its fields describes them.
    pub fn describing(&self) -> &[String] {
        if self.by == FoundBy::Field { self.schema.all() } else { &self.describe }
    }

    /// The calls by which a field without a type counts too.
    pub fn untyped(&self) -> &[String] {
        if self.by == FoundBy::Field { self.schema.all() } else { &self.untyped }
    }

    /// The sets of words of `needles`, or, where the row has none, the telling segment of each name.
    fn word_sets(&self) -> Vec<Vec<String>> {
        if self.needles.is_empty() {
            return self.schema.all().iter().map(|name| vec![telling(name).to_owned()]).collect();
        }
        self.needles.clone()
    }
}

/// Whether `name` is the builder `known` with calls in between: `config.Config.builder().build().try_deserialize`.
fn is_built(known: &str, name: &str) -> bool {
    let Some((base, last)) = known.rsplit_once('.') else { return false };
    name.strip_prefix(base)
        .and_then(|rest| rest.strip_suffix(last))
        .is_some_and(|between| between.starts_with(['.', '(']) && between.ends_with('.'))
}
