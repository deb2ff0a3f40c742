//! What methods, functions and exceptions do with an absent value: the rows of `grammars/<language>/handlers.yaml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::facts::schema::Holds;

/// How the code of a language handles what is not there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Handlers {
    /// Methods of the answer, by name.
    #[serde(default)]
    pub methods: BTreeMap<String, Handling>,
    /// What a method that has no row does with an absent answer.
    #[serde(default)]
    pub other_method: Effect,
    /// Functions that the answer is handed to, by qualified name.
    #[serde(default)]
    pub functions: BTreeMap<String, Handling>,
    /// Functions and macros that never return.
    #[serde(default)]
    pub never: Vec<String>,
    /// Exceptions that tell whoever asks that there is nothing: a request is answered, and the program goes on.
    #[serde(default)]
    pub answers: Vec<String>,
    /// Calls that make an error value: `Err`, `bail`.
    #[serde(default)]
    pub errors: Vec<String>,
    /// What errors are called that a function gives back behind its values: `return nil, err`.
    #[serde(default)]
    pub error_names: Vec<String>,
    /// Calls that wrap a value without changing it: `Some`, `Ok`.
    #[serde(default)]
    pub wrappers: Vec<String>,
    /// Exceptions that a failed look-up is.
    #[serde(default)]
    pub lookup_errors: Vec<String>,
    /// Exceptions that code raises which takes none for a value.
    #[serde(default)]
    pub none_errors: Vec<String>,
    /// Exceptions that code raises which cannot parse a text.
    #[serde(default)]
    pub value_errors: Vec<String>,
    /// Contexts that swallow exceptions: `contextlib.suppress`.
    #[serde(default)]
    pub suppressors: Vec<String>,
    /// Methods and functions that give the same text back.
    #[serde(default)]
    pub same_text: Vec<String>,
    /// Methods and functions that give an answer back in another form, as true or false as it was: `unwrap_or`, `bool`.
    #[serde(default)]
    pub keeps_truth: Vec<String>,
    /// Words of values that are drawn: `random`, `bucket`.
    #[serde(default)]
    pub draws: Vec<String>,
    /// Functions that answer yes so many times of all as their first argument says: `gen_bool`.
    #[serde(default)]
    pub chances: Vec<String>,
    /// Words of values that are worked out of others, which with `%` are drawn too: `crc32`.
    #[serde(default)]
    pub digests: Vec<String>,
    /// Macros and methods that put texts together.
    #[serde(default)]
    pub formatters: Vec<String>,
    /// Types by the name that code writes for them.
    #[serde(default)]
    pub types: BTreeMap<String, String>,
    /// The words that this language's own parsing takes for a boolean; empty where it has none of its own.
    #[serde(default)]
    pub bool_words: Vec<String>,
    /// Functions that make a text of a boolean, each with what no and yes come to: `str(True)` is `True`.
    #[serde(default)]
    pub shown: BTreeMap<String, [String; 2]>,
    /// The case of those words counts.
    #[serde(default)]
    pub exact_words: bool,
    /// Functions that give the first of their arguments that is one: `cmp.Or(os.Getenv("PORT"), "8080")`.
    #[serde(default)]
    pub first_of: Vec<String>,
    /// Nothing is the empty text: what is compared with it asks whether there is a value, and it is used as any other text.
    #[serde(default)]
    pub blank_is_none: bool,
    /// Numbers are a sign and digits: no `1_000`.
    #[serde(default)]
    pub plain_numbers: bool,
    /// Words for the object that a method is called on: `this`.
    #[serde(default)]
    pub own_object: Vec<String>,
    /// Methods name the members of their class without its object.
    #[serde(default)]
    pub sees_members: bool,
    /// An empty text is a value like any other, `answer ?? other` gives it, and nothing can be put to a text.
    #[serde(default)]
    pub empty_is_value: bool,
    /// The schemes that a type of URLs takes: `RedisDsn: [redis, rediss]`.
    #[serde(default)]
    pub schemes: BTreeMap<String, Vec<String>>,
    /// Methods that take the case of a text away.
    #[serde(default)]
    pub case_methods: Vec<String>,
    /// Calls and arguments of a field by which code of the project reads the text first: `BeforeValidator(…)`.
    #[serde(default)]
    pub rewriters: Vec<String>,
    /// Decorators of methods that may do the same for the fields they name: `field_validator("level", mode="before")`.
    #[serde(default)]
    pub validators: Vec<String>,
    /// Names that every file knows without an import, where it gives them no value of its own.
    #[serde(default)]
    pub globals: Vec<String>,
    /// Mappings whose members are their entries: `process.env.PORT`.
    #[serde(default)]
    pub mappings: Vec<String>,
    /// Calls that are handed objects whose entries describe keys.
    #[serde(default)]
    pub described: Vec<Described>,
    /// A parameter that a call leaves out is nothing.
    #[serde(default)]
    pub left_out_is_none: bool,
    /// Functions that are the start of a program.
    #[serde(default)]
    pub entry_points: Vec<String>,
    /// What the parameters of a function are called that a platform calls as a program of its own: `(event, context)`.
    #[serde(default)]
    pub programs: Vec<Vec<String>>,
    /// Macros that fail unless their first argument holds.
    #[serde(default)]
    pub asserts: Vec<String>,
    /// Macros that compare their first argument with the patterns of the second.
    #[serde(default)]
    pub matchers: Vec<String>,
    /// Exceptions that all others are: a handler for them takes any failure.
    #[serde(default)]
    pub all_errors: Vec<String>,
    /// Functions that call a closure at once, where others keep it; empty where a closure runs at once anyway.
    #[serde(default)]
    pub eager: Vec<String>,
    /// Names whose values are made at first use, not at start.
    #[serde(default)]
    pub lazy: Vec<String>,
    /// Attributes that mark test code.
    #[serde(default)]
    pub tests: Vec<String>,
    /// What the names of types say of the value that they hold; `*Result` for all that end so.
    #[serde(default, rename = "holds")]
    pub holders: BTreeMap<String, Holds>,
    /// The smallest and the largest number of a type: `u16: [0, 65535]`.
    #[serde(default)]
    pub ranges: BTreeMap<String, [i128; 2]>,
    /// Converters that take one of the texts that they are given.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Functions that bind a function to its first arguments: `partial(getenv, "X")`.
    #[serde(default)]
    pub partials: Vec<String>,
    /// The functions of a class that make its objects.
    #[serde(default)]
    pub constructors: Vec<String>,
    /// Functions and methods that give a mapping with the entries of another.
    #[serde(default)]
    pub copies: Vec<String>,
    /// Functions that give a mapping of which the first of several that has an entry gives it: `ChainMap(os.environ, …)`.
    #[serde(default)]
    pub chains: Vec<String>,
    /// Functions that name, as the default of a parameter, the function whose answer the parameter gets: `Depends(get_client)`.
    #[serde(default)]
    pub providers: Vec<String>,
    /// Methods that give a class by the name of its package and its own: `apps.get_model("waffle", "Flag")`.
    #[serde(default)]
    pub models: Vec<String>,
    /// Objects of frameworks that any code gives members to: `app.state`.
    #[serde(default)]
    pub bags: Vec<String>,
    /// Methods that give a mapping one entry, at the end of whose block the mapping stands: `entries.insert("new-till", true)`.
    #[serde(default)]
    pub inserts: Vec<String>,
    /// Objects of frameworks whose members are the names of the project's modules of settings: `django.conf.settings`.
    #[serde(default)]
    pub settings_objects: Vec<String>,
    /// Mappings of frameworks whose entries are the names of the project's modules of settings.
    #[serde(default)]
    pub settings_mappings: Vec<String>,
    /// Functions of frameworks that make a page of its name and of the names that it is given.
    #[serde(default)]
    pub pages: Vec<String>,
    /// Members of frameworks' objects in which code registers what others look up by name, whatever leads to them, and what they
    /// are: `app.extensions["flags"]`.
    #[serde(default)]
    pub registries: BTreeMap<String, String>,
    /// Methods that look up an entry: `settings.get("database", {})`.
    #[serde(default)]
    pub lookups: Vec<String>,
    /// Names are followed from objects: `settings.port`.
    #[serde(default)]
    pub follows_members: bool,
    /// Functions by which code gives its module names that the text does not show: `globals`, `exec`.
    #[serde(default)]
    pub defines: Vec<String>,
    /// Names that stand for the module itself: who is handed one may give it names.
    #[serde(default)]
    pub module_names: Vec<String>,
    /// Functions that may be handed one and give it none.
    #[serde(default)]
    pub keeps_module: Vec<String>,
    /// Words that begin a statement by which a function binds names of its module.
    #[serde(default)]
    pub outer_words: Vec<String>,
    /// What writes to a log where it is called, or has methods that do: `logger`, `info!`.
    #[serde(default)]
    pub logs: Vec<String>,
    /// Converters that take other texts with a second argument, then called `<name>.with_base`.
    #[serde(default)]
    pub based: Vec<String>,
    /// What methods and functions of the language give, where their value can be told.
    #[serde(default)]
    pub verbs: BTreeMap<String, Verb>,
    /// Members of an enum that list all its constants: `VARIANTS`, `iter`.
    #[serde(default)]
    pub constants: Vec<String>,
    /// Names of conditions that never hold when code runs: `typing.TYPE_CHECKING`.
    #[serde(default)]
    pub never_true: Vec<String>,
    /// Build conditions that hold wherever services run: code under others is there in some builds only.
    #[serde(default)]
    pub everywhere: Vec<String>,
    /// Decorators and attributes that hand what they stand on to nothing.
    #[serde(default)]
    pub plain_marks: Vec<String>,
    /// What stands before the name of a class whose members are called through it: `impl Trait for`.
    #[serde(default)]
    pub calling_headers: Vec<String>,
    /// Methods that test how a name begins.
    #[serde(default)]
    pub prefix_tests: Vec<String>,
    /// Functions that ask a value for its type.
    #[serde(default)]
    pub type_tests: Vec<String>,
}

/// Calls that are handed objects whose entries describe keys: `cleanEnv(process.env, { PORT: port() })`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// The calls, by qualified name.
    pub calls: Vec<String>,
    /// The entries of the object that they are handed below which the keys stand; empty where they are its own entries.
    #[serde(default)]
    pub under: Vec<String>,
    /// Methods by which what they give is filled from the environment, and names of options that it is handed as; empty where
    /// they fill it themselves.
    #[serde(default)]
    pub filled_by: Vec<String>,
    /// Objects at any depth each describe one key, and say its name themselves.
    #[serde(default)]
    pub leaves: bool,
}

/// What a method or function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// The text in upper case.
    Upper,
    /// The text in lower case.
    Lower,
    /// The text with another in the place of a part.
    Replace,
    /// The texts of a list, with another between them.
    Join,
    /// The text with values in its holes.
    Format,
    /// The entries of a dictionary, each with its key.
    Pairs,
    /// The values of a dictionary.
    Values,
    /// The elements of a list, each behind its place.
    Counted,
    /// What it is asked of.
    Same,
    /// The name that it is given.
    Name,
}

/// What one method or function does.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// With none.
    #[serde(default)]
    pub none: Effect,
    /// With an error.
    #[serde(default)]
    pub error: Effect,
    /// The type that it makes.
    #[serde(default, rename = "type")]
    pub of_type: Option<String>,
    /// The words that it takes for a boolean.
    #[serde(default)]
    pub words: Vec<String>,
    /// It takes every text that is not empty for yes.
    #[serde(default)]
    pub any_text_is_yes: bool,
    /// It makes a value of a type that is written elsewhere, or nowhere.
    #[serde(default)]
    pub parses: bool,
    /// What its closure gives takes the place of the value: `and_then`, `map`.
    #[serde(default)]
    pub maps: bool,
}

/// What becomes of an absent value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It stays what it is.
    #[default]
    Keep,
    /// It fails.
    Fail,
    /// It becomes none.
    None,
    /// It becomes an error.
    Error,
    /// It becomes the first argument.
    Default,
    /// It becomes what the closure in the first argument gives.
    Closure,
    /// It becomes the empty value of its type.
    Empty,
    /// Only whether it is there goes on.
    Presence,
    /// Nothing is known of what comes out.
    Unknown,
    /// It becomes false.
    False,
    /// It becomes false, and so may what is there: more is asked than whether it is.
    No,
    /// It becomes true: whether it is absent, or empty, goes on.
    Absence,
}

impl Handlers {
    /// Reads the table of a language.
    pub fn parse(table: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(table)
    }

    /// Adds a table: to lists, and to maps, where the later entry of one name wins.
    pub fn extend(&mut self, more: Self) {
        macro_rules! extend {
            ($($column:ident)*) => { $(self.$column.extend(more.$column);)* };
        }
        extend!(own_object never answers first_of errors error_names wrappers lookup_errors none_errors value_errors suppressors same_text keeps_truth draws chances digests formatters bool_words case_methods rewriters validators globals mappings described entry_points programs asserts matchers all_errors eager lazy tests choices partials constructors copies chains providers bags inserts settings_objects settings_mappings pages lookups defines module_names keeps_module outer_words based constants never_true everywhere plain_marks calling_headers logs prefix_tests type_tests);
        extend!(methods functions types schemes holders ranges verbs shown);
        self.exact_words |= more.exact_words;
        self.plain_numbers |= more.plain_numbers;
        self.blank_is_none |= more.blank_is_none;
        self.sees_members |= more.sees_members;
        self.empty_is_value |= more.empty_is_value;
        self.left_out_is_none |= more.left_out_is_none;
        self.follows_members |= more.follows_members;
        if more.other_method != Effect::Keep {
            self.other_method = more.other_method;
        }
    }

    /// What the name of a type says of the value that it holds.
    pub fn holds(&self, name: &str) -> Holds {
        let ends = |(pattern, _): &(&String, &Holds)| {
            pattern.strip_prefix('*').is_some_and(|end| name.ends_with(end))
        };
        let known = self.holders.get(name).copied();
        let known = known.or_else(|| self.holders.iter().find(ends).map(|(_, holds)| *holds));
        known.unwrap_or_default()
    }
}
