//! The columns of a reader's row. Documented for those who write rows in `grammars/README.md`.

use super::Slot;
pub use super::names::Names;
use crate::facts::code::Form;

/// A reader, as its row is written.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReaderRow {
    /// Its qualified name after imports are resolved: `os.getenv`. `X()` is an instance of `X`; a list gives several.
    pub reader: Names,
    /// How it is asked.
    pub form: Form,
    /// Sets of words: a file that holds no set whole cannot ask, and is not parsed.
    #[serde(default)]
    pub needles: Vec<Vec<String>>,
    /// Where its keys live.
    #[serde(default)]
    pub namespace: RowNamespace,
    /// It asks for settings of the same names as well.
    #[serde(default)]
    pub settings_too: bool,
    /// Which argument is the key.
    #[serde(default)]
    pub key: Slot,
    /// The key when no argument gives one.
    #[serde(default)]
    pub fixed: Option<String>,
    /// The key from the field's name when no argument gives one: `screaming_snake`.
    #[serde(default)]
    pub derive: bool,
    /// Which argument is the default.
    #[serde(default)]
    pub default: Slot,
    /// Which argument converts the value.
    #[serde(default)]
    pub cast: Slot,
    /// An argument that, where it is true, says that the value is a boolean.
    #[serde(default)]
    pub boolean: Slot,
    /// Which argument of the instance's constructor is put before each key.
    #[serde(default)]
    pub prefix: Slot,
    /// Which attribute of the instance is put before each key.
    #[serde(default)]
    pub prefix_attribute: Option<String>,
    /// Contexts of the instance whose argument is put before each key inside: `environs.Env().prefixed`.
    #[serde(default)]
    pub contexts: Vec<String>,
    /// The constructor's keywords are keys, their values a type or a type and a default.
    #[serde(default)]
    pub scheme: bool,
    /// It asks no key: it puts a dotenv file into the environment, which this argument names.
    #[serde(default)]
    pub loads: Option<Slot>,
    /// For what loads a file, the argument that lets its values win over those that are there.
    #[serde(default)]
    pub wins: Slot,
    /// For what loads a file: its values always win.
    #[serde(default)]
    pub always_wins: bool,
    /// An argument that makes it required.
    #[serde(default)]
    pub required: Slot,
    /// An argument that, where it is false, makes it optional.
    #[serde(default)]
    pub optional: Slot,
    /// In the type of a parameter it stands for the parameter: a first position there is no default but a name.
    #[serde(default)]
    pub annotated: bool,
    /// The key is this argument of the call that made the object: `X = Switch("x")`, `X.is_enabled()`.
    #[serde(default)]
    pub of_instance: Slot,
    /// For such an object, the argument that is an entry of what the first names: `FEATURES.SEARCH`.
    #[serde(default)]
    pub instance_entry: Slot,
    /// For such an object, the argument that is the default.
    #[serde(default)]
    pub instance_default: Slot,
    /// The argument of which the call holds the key among its own: `evaluate(Request(flag_key="x"))`.
    #[serde(default)]
    pub inside_of: Slot,
    /// A sign before the key that turns the answer around and is no part of it: `!`.
    #[serde(default)]
    pub negated_by: Option<String>,
    /// The key is a variant of an enum, by the name that serde gives it.
    #[serde(default)]
    pub key_variant: bool,
    /// It says yes where the flag is off.
    #[serde(default)]
    pub inverted: bool,
    /// Which argument stands before the key, with a dot between: the section of an ini file.
    #[serde(default)]
    pub section: Slot,
    /// The argument is a text with keys in `${…}`, each with its default behind the first colon.
    #[serde(default)]
    pub placeholders: bool,
    /// What separates the parts of a key where code writes it: a dot stands in its place.
    #[serde(default)]
    pub separator: Option<String>,
    /// The case of its keys does not count.
    #[serde(default)]
    pub any_case: bool,
    /// What stands there instead of the dot.
    #[serde(default)]
    pub section_joined_by: Option<String>,
    /// It asks an entry of a whole: what leads to the entry is put before the key.
    #[serde(default)]
    pub document: Option<Told>,
    /// Attributes lead to an entry as well: `settings.database.get("host")`.
    #[serde(default)]
    pub members: bool,
    /// Only where something leads to the entry (true), or nothing does (false).
    #[serde(default)]
    pub inside: Option<bool>,
    /// Methods of the object that say that it holds something else.
    #[serde(default)]
    pub unless: Vec<String>,
    /// An argument that, where it is true, makes it optional.
    #[serde(default)]
    pub silent: Slot,
    /// The key stands behind this text.
    #[serde(default)]
    pub before: Option<String>,
    /// Whatever is called: the keyword of its key alone says that it asks, also inside the dictionaries that are given by
    /// these keywords.
    #[serde(default)]
    pub by_keyword: Vec<String>,
    /// The key stands in the address that is asked.
    #[serde(default)]
    pub in_url: Option<super::InUrl>,
    /// All keys that begin with the key and this are read: `_*`.
    #[serde(default)]
    pub behind: Option<String>,
    /// An argument that, where it is true, says that the value is JSON.
    #[serde(default)]
    pub json: Slot,
    /// Its object is a mapping that code hands to functions and keeps in objects: `load(os.environ)`.
    #[serde(default)]
    pub handed: bool,
    /// It asks an object that a framework keeps for the project's own modules.
    #[serde(default)]
    pub framework: bool,
    /// The setting in which a library keeps flags.
    #[serde(default)]
    pub flags_in: Option<super::FlagsIn>,
    /// An argument that says under which condition alone it counts.
    #[serde(default)]
    pub only_where: Slot,
    /// An enum that derives one of these is a choice of commands: what its variants hold is asked for by one of them
    /// alone.
    #[serde(default)]
    pub choice: Vec<String>,
    /// What an attribute says of a field whose own fields stand in its place: `flatten`.
    #[serde(default)]
    pub flattened: Vec<String>,
    /// It is an option of a command line: whoever starts the program may give it there.
    #[serde(default)]
    pub option: bool,
    /// Something that is not seen answers first, where it has the key: a service that the platform binds.
    #[serde(default)]
    pub outranked: bool,
    /// It gives its process the default that it falls back to: whoever asks later gets the same.
    #[serde(default)]
    pub sets: bool,
    /// Each module that `assigned_in` means is a profile: what it gives, the processes that it serves have.
    #[serde(default)]
    pub profiles: bool,
    /// Methods that no row names ask in the same way, but for these.
    #[serde(default)]
    pub other_methods: Vec<String>,
    /// The default goes through the converter, which fails on none: these types do.
    #[serde(default)]
    pub casts_none: bool,
    /// Without a converter the type is that of the default.
    #[serde(default)]
    pub cast_by_default: bool,
    /// Calls of the same builder before it by which it asks something else.
    #[serde(default)]
    pub unless_called: Vec<String>,
    /// Keywords of the constructor that make it ask something else than the environment.
    #[serde(default)]
    pub unless_made_with: Vec<String>,
    /// Another call of the same builder that makes it a boolean, with this word.
    #[serde(default)]
    pub builder_boolean: Option<String>,
    /// It declares the key for all who read it: its default is theirs.
    #[serde(default)]
    pub declares: bool,
    /// Globs of keys that the library itself gives a value.
    #[serde(default)]
    pub shipped: Vec<String>,
    /// The key in upper case.
    #[serde(default)]
    pub upper: bool,
    /// The constructor's argument that is the prefix in the environment: `{prefix}` of `alias`.
    #[serde(default)]
    pub alias_prefix: Slot,
    /// Calls whose argument is that prefix, where it is not the constructor's.
    #[serde(default)]
    pub alias_calls: Vec<String>,
    /// The key in lower case.
    #[serde(default)]
    pub lower: bool,
    /// Its name in the environment, of `{prefix}`, `{section}` (all before the last dot), `{name}` (the rest) and `{key}`
    /// (all, with `__` for dots; `{plain}` with `_` for dots and dashes), in upper case.
    #[serde(default)]
    pub alias: Option<String>,
    /// What it gives without a value is this, whatever the call says.
    #[serde(default)]
    pub given: Option<String>,
    /// Modules and classes whose values the code gives itself: a key that one of them names is asked of nothing outside.
    #[serde(default)]
    pub assigned_in: Vec<String>,
    /// Calls whose keywords do the same.
    #[serde(default)]
    pub assigned_by: Vec<String>,
    /// What it gives when there is no value and no default.
    #[serde(default)]
    pub absent: RowAbsent,
    /// Whether an empty value counts as none.
    #[serde(default)]
    pub empty_is_absent: bool,
    /// The type of its value: `int`, `bool`, …
    #[serde(default, rename = "type")]
    pub of_type: Option<String>,
    /// The words that it takes for a boolean.
    #[serde(default)]
    pub words: Vec<String>,
    /// It makes something of any text: `60s` is 60.
    #[serde(default)]
    pub any_text_parses: bool,
    /// Globs of names that the tool around it sets by itself: facts of the build, not configuration.
    #[serde(default)]
    pub skip: Vec<String>,
    /// An argument that, where it is true, says that the value is a list.
    #[serde(default)]
    pub listed: Slot,
    /// Only whether the key is set matters.
    #[serde(default)]
    pub presence: bool,
    /// Answered when the code is built.
    #[serde(default)]
    pub at_build: bool,
    /// Globs of keys that a bundler puts into what it builds: those are answered when the code is built.
    #[serde(default)]
    pub bundled: Vec<String>,
    /// It gives the flag a state for a test: listed among the tests of the flag, and no read.
    #[serde(default)]
    pub in_tests: bool,
    /// It asks nothing: it writes a row of this kind into the tables of django-waffle, or finds rows that code then deletes.
    #[serde(default)]
    pub writes: Option<Writes>,
    /// Where the object that is asked takes its values from says by which other names the key is given.
    #[serde(default)]
    pub sources: bool,
    /// The type arguments of the call say what the value must be.
    #[serde(default)]
    pub typed: bool,
    /// Intermediate calls between the base and the last segment do not matter: `Arg::new("x").long("x").env("X")`.
    #[serde(default)]
    pub builder: bool,
    /// Another call of the same builder that gives the default: `default_value`.
    #[serde(default)]
    pub builder_default: Option<String>,
    /// Another call of the same builder that makes it required: `required`.
    #[serde(default)]
    pub builder_required: Option<String>,
    /// Another call of the same builder that gives the type: `value_parser`.
    #[serde(default)]
    pub builder_type: Option<String>,
}

impl ReaderRow {
    /// Whether its object is handed to functions and kept in objects: a mapping that says so, or any client of flags.
    pub fn is_handed(&self) -> bool {
        let is_client = || self.reader.all().iter().any(|name| name.contains("()."));
        self.handed
            || self.namespace == RowNamespace::Flag
                && self.form == Form::Call
                && self.writes.is_none()
                && is_client()
    }

    /// The sets of words of `needles`, or, where the row has none, the telling segment of each name.
    pub(super) fn word_sets(&self) -> Vec<Vec<String>> {
        if !self.needles.is_empty() {
            return self.needles.clone();
        }
        self.reader.all().iter().map(|name| vec![telling(name).to_owned()]).collect()
    }
}

/// The segment of a qualified name without which a file cannot ask for it.
pub(in crate::lang) fn telling(name: &str) -> &str {
    // `environ.Env().bool` cannot be asked where nothing says `Env`.
    let base = name.split("()").next().unwrap_or(name);
    // What is not imported cannot be asked: the package tells best.
    if let Some((package, _)) = base.split_once('.')
        && package.len() >= 5
    {
        return package;
    }
    let mut segments = base.rsplit('.').filter(|segment| !segment.is_empty());
    let last = segments.next().unwrap_or(base);
    if last.len() < 5 { segments.next().unwrap_or(last) } else { last }
}

/// By what a whole is told to be one of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// It always is.
    Always,
    /// By a name on the way to it: a variable, a function, a file.
    ByName,
    /// By the name of a file.
    ByFile,
}

/// What a call does to the rows of flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Writes {
    /// It writes a flag.
    Flag,
    /// It writes a sample.
    Sample,
    /// It writes a switch.
    Switch,
    /// It finds rows: with `delete()` behind it they are taken away.
    Found,
}

/// `namespace` of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowNamespace {
    /// The process environment.
    #[default]
    Env,
    /// Settings by dotted path.
    Setting,
    /// Flags.
    Flag,
}

impl RowNamespace {
    /// The same in the model.
    pub fn namespace(self) -> crate::model::Namespace {
        match self {
            Self::Env => crate::model::Namespace::Env,
            Self::Setting => crate::model::Namespace::Setting,
            Self::Flag => crate::model::Namespace::Flag,
        }
    }
}

/// `absent` of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowAbsent {
    /// None, null.
    #[default]
    Nothing,
    /// An error value that the caller handles: `Result::Err`.
    Error,
    /// A failed look-up that a handler may catch: `KeyError`.
    Raise,
    /// It fails, and nothing catches that.
    Fail,
    /// False.
    False,
    /// What the type of the field says: an option gives none, a list is empty, a flag false, all else fails.
    Field,
}
