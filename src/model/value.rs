//! What a definition gives a key, and what code needs it to be.

use crate::text::TextRange;

/// The value of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Written out.
    Literal(Scalar),
    /// Set, content withheld. Only equality remains.
    Secret(Digest),
    /// Set to the empty string.
    Empty,
    /// A text that stands for a value: `changeme`, `<your-key>`.
    Placeholder(String),
    /// Handed on from elsewhere: `valueFrom`, `${ssm:/path}`, `${OTHER}`.
    Reference {
        /// The text as written.
        text: String,
        /// The names it needs, in order.
        needs: Vec<Interpolation>,
    },
    /// Set, encrypted in the file.
    Encrypted,
    /// Set by code: what it comes to is not told.
    Computed,
    /// Named without a value: whoever starts the process decides.
    PassThrough,
}

impl Value {
    /// The word of the contract for `state`.
    pub fn state(&self) -> &'static str {
        match self {
            Self::Literal(_) | Self::Secret(_) => "value",
            Self::Empty => "empty",
            Self::Placeholder(_) => "placeholder",
            Self::Reference { .. } | Self::Computed => "reference",
            Self::Encrypted => "encrypted",
            Self::PassThrough => "passthrough",
        }
    }

    /// The text that may be shown; `None` where the content is withheld or there is none.
    pub fn shown(&self) -> Option<&str> {
        match self {
            Self::Literal(scalar) => Some(&scalar.text),
            Self::Empty => Some(""),
            Self::Placeholder(text) | Self::Reference { text, .. } => Some(text),
            Self::Secret(_) | Self::Encrypted | Self::Computed | Self::PassThrough => None,
        }
    }

    /// Whether the content is withheld.
    pub fn is_redacted(&self) -> bool {
        matches!(self, Self::Secret(_) | Self::Encrypted)
    }

    /// Whether two values are the same for all that is known; `None` where that cannot be known.
    pub fn same(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Secret(one), Self::Secret(two)) => Some(one == two),
            (Self::Encrypted | Self::Computed | Self::PassThrough | Self::Reference { .. }, _)
            | (_, Self::Encrypted | Self::Computed | Self::PassThrough | Self::Reference { .. }) => {
                None
            }
            (Self::Literal(one), Self::Literal(two)) => Some(one.text == two.text),
            (one, two) => Some(one == two),
        }
    }
}

/// A literal: its text after quotes and escapes, and what the syntax made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// What the syntax says it is.
    pub kind: ScalarKind,
}

/// What a syntax says of a scalar. The consumer of the file may see it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScalarKind {
    /// Quoted, or a syntax in which all is text.
    Text,
    /// Unquoted text of a syntax that knows types.
    Plain,
    /// A boolean of the syntax.
    Bool,
    /// A whole number of the syntax.
    Int,
    /// A fraction of the syntax.
    Float,
    /// `null`, `~` or nothing after the colon.
    Null,
    /// A list or table, kept as its source text.
    Compound,
}

/// Says "same" or "other" about withheld content. Drawn under a key that exists for this run alone, never shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 16]);

impl std::fmt::Debug for Digest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("[redacted]")
    }
}

/// One `${NAME}` inside a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolation {
    /// The name that is asked for.
    pub name: String,
    /// What happens when it has no value.
    pub on_unset: OnUnset,
    /// Where it stands.
    pub range: TextRange,
}

/// What an interpolation does when its name has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnUnset {
    /// `${X}`: nothing is put in.
    Empty,
    /// `${X:-d}` (also for an empty value) or `${X-d}`.
    Default {
        /// The text that takes over.
        text: String,
        /// Whether an empty value counts as none.
        also_empty: bool,
    },
    /// `${X:?message}`: an error.
    Fail,
    /// `${X:+y}`: only whether it is set matters.
    Presence,
}

/// What code needs a value to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueType {
    /// Nothing is known.
    #[default]
    Unknown,
    /// Any text.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A boolean: the words the reader accepts in lower case, empty where it takes any text.
    Bool(Vec<String>),
    /// A URL.
    Url,
    /// A JSON document.
    Json,
    /// A list of texts.
    List,
    /// A path.
    Path,
    /// A span of time, in the form that the reader takes.
    Duration,
    /// One of these texts.
    Enum(Vec<String>),
}

/// What code needs a value to be beyond its type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limits {
    /// The smallest number.
    pub min: Option<Bound>,
    /// The largest number.
    pub max: Option<Bound>,
    /// The fewest characters.
    pub min_length: Option<usize>,
    /// The most characters.
    pub max_length: Option<usize>,
    /// A pattern that the text must fit somewhere.
    pub pattern: Option<String>,
    /// The schemes that a URL may have; empty where any will do.
    pub schemes: Vec<String>,
    /// Whether the case of its words counts; `None` where that is not known.
    pub exact_words: Option<bool>,
    /// Numbers are a sign and digits: no `1_000`.
    pub plain_numbers: bool,
    /// A list is written as JSON.
    pub lists_are_json: bool,
    /// Every text that is not empty is taken for yes.
    pub any_text_is_yes: bool,
    /// The null of a typed file is none, and that may be.
    pub takes_null: bool,
    /// The reader makes something of any text.
    pub any_text_parses: bool,
}

/// The end of a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    /// The number, as it is written.
    pub number: String,
    /// The number itself is outside.
    pub is_outside: bool,
}

impl Bound {
    /// A bound that is inside its range.
    pub fn at(number: &impl ToString) -> Self {
        Self { number: number.to_string(), is_outside: false }
    }

    /// A bound that is outside its range.
    pub fn beyond(number: &impl ToString) -> Self {
        Self { number: number.to_string(), is_outside: true }
    }
}

impl ValueType {
    /// The word of the contract for `type`, where one is known.
    pub fn as_str(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unknown => return None,
            Self::Text => "str",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool(_) => "bool",
            Self::Url => "url",
            Self::Json => "json",
            Self::List => "list",
            Self::Path => "path",
            Self::Duration => "duration",
            Self::Enum(_) => "enum",
        })
    }
}
