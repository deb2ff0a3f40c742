//! What is said of a flag beside its name: by its provider, by a comment beside its declaration, by the code that asks.

use jiff::civil::Date;

use super::{KeyId, ReadId, ValueType};
use crate::text::Span;

/// What a provider says of a flag, in one environment or in all that its source is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagState {
    /// What it serves.
    pub serves: Serves,
    /// What it is for, in the provider's word.
    pub kind: Option<FlagKind>,
    /// Whether the provider says that it stays.
    pub is_permanent: bool,
    /// Whether it is archived: kept for the record, served to nobody.
    pub is_archived: bool,
    /// The days that the provider knows.
    pub dates: FlagDates,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Other flags that decide over it.
    pub needs: Vec<String>,
    /// Whether programs on the machines of users ask for it too: browsers, phones.
    pub is_for_clients: bool,
    /// What its values are, where the provider says so.
    pub gives: ValueType,
}

impl FlagState {
    /// A flag of which only what it serves is known.
    pub fn serving(serves: Serves) -> Self {
        Self {
            serves,
            kind: None,
            is_permanent: false,
            is_archived: false,
            dates: FlagDates::default(),
            owner: None,
            needs: Vec::new(),
            is_for_clients: false,
            gives: ValueType::Unknown,
        }
    }
}

/// What a provider gives who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// No value: the default at the call holds. What "disabled" means at flagd, GO Feature Flag and others.
    Default,
    /// One value for all, as code compares it: `true`, `control`.
    One(String),
    /// A value for a part of those who ask.
    Share {
        /// The value.
        value: String,
        /// How many get it.
        share: Percent,
    },
    /// It depends on who asks.
    Targeted,
    /// That cannot be told from the file.
    Unknown,
}

/// A share of all, in thousandths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(pub u32);

impl Percent {
    /// None.
    pub const NONE: Self = Self(0);
    /// All.
    pub const ALL: Self = Self(100_000);
}

/// What a flag is for: how long it may live depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlagKind {
    /// Brings a feature to users step by step.
    Release,
    /// Compares variants.
    Experiment,
    /// Lets operators turn something for a while.
    Ops,
    /// Takes a feature away step by step.
    Sunset,
    /// Turns something off in an emergency.
    KillSwitch,
    /// Says who may do something.
    Permission,
    /// Stays.
    Permanent,
}

impl FlagKind {
    /// Every kind, those that go by age first.
    pub const ALL: [Self; 7] = [
        Self::Release,
        Self::Experiment,
        Self::Ops,
        Self::Sunset,
        Self::KillSwitch,
        Self::Permission,
        Self::Permanent,
    ];

    /// The kind of a word; spaces and underscores stand for hyphens, and case does not count.
    pub fn of(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it stays for as long as it is wanted, whatever its age.
    pub fn stays(self) -> bool {
        matches!(self, Self::KillSwitch | Self::Permission | Self::Permanent)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Experiment => "experiment",
            Self::Ops => "ops",
            Self::Sunset => "sunset",
            Self::KillSwitch => "kill-switch",
            Self::Permission => "permission",
            Self::Permanent => "permanent",
        }
    }
}

/// Days in the life of a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlagDates {
    /// It was made.
    pub created: Option<Date>,
    /// It was last changed.
    pub changed: Option<Date>,
    /// It is to go.
    pub expires: Option<Date>,
    /// Somebody last asked for it.
    pub evaluated: Option<Date>,
}

/// A place where code makes a flag known, without asking for it: `NEW_TILL = WaffleFlag("bakery.new_till")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagDeclaration {
    /// The flag.
    pub key: KeyId,
    /// The whole declaration.
    pub span: Span,
    /// The name that code has for it, where it has one.
    pub name: Option<String>,
    /// What the project keeps its own flags in, with its module: an enum, a class, a dictionary. None for an object that is made
    /// for one flag of a library.
    pub registry: Option<String>,
    /// Whether that names all flags that there are: nothing is added while the program runs.
    pub is_closed: bool,
    /// Whether deployed code uses that name, whatever for.
    pub is_used: bool,
    /// Where code takes it together with all others, whichever they are: a loop that asks for each, a list of all.
    pub together: Option<Span>,
}

/// What a comment or a declaration in code says of a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagNote {
    /// The flag.
    pub key: KeyId,
    /// Where it is said.
    pub span: Span,
    /// Where the day is written on which it is to go.
    pub expires_at: Option<Span>,
    /// What it is for.
    pub kind: Option<FlagKind>,
    /// Whether it stays.
    pub is_permanent: bool,
    /// The days that are written.
    pub dates: FlagDates,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// Code that runs or does not run by the answer to a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The read that decides.
    pub read: ReadId,
    /// The whole statement or expression.
    pub span: Span,
    /// The flag is on here where its value is one of these texts; none where it is on as such.
    pub equals: Vec<String>,
    /// What runs only where the flag is on: dead where it is off for good.
    pub on: Option<Span>,
    /// What runs only where it is off.
    pub off: Option<Span>,
    /// Both ways do the same, but for a fixed text that they log.
    pub is_vain: bool,
    /// The functions on the way that are handed the flag: nothing else may call them.
    pub through: Vec<Passage>,
}

/// A function, or a class that is put together, that is handed a flag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Passage {
    /// The whole of it.
    pub whole: Span,
    /// A class, which its type names without making one of it.
    pub is_class: bool,
    /// The parameter or the field, and how it stands to the flag.
    pub param: String,
    /// The call that hands it over.
    pub call: Span,
}
