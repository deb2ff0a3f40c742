//! The nouns: keys, values, sources, definitions, reads, environments.
//!
//! No parsing, no files, no rules. Everything refers to everything else by id.

pub mod fork;
pub mod removal;
pub mod definition;
pub mod environment;
pub mod flag;
pub mod glob;
pub mod inventory;
pub mod key;
pub mod kind;
pub mod tool_result;
pub mod opaque;
pub mod past;
pub mod platform;
pub mod problem;
pub mod rating;
pub mod read;
pub mod secrecy;
pub mod setting;
pub mod snapshot;
pub mod source;
pub mod value;
pub mod way;
pub mod withdrawal;
pub mod workload;

pub use definition::{Attribution, Binding, Definition, Filled, Scope};
pub use environment::{Environment, Layer, PlacedFile, Placement};
pub use flag::{
    Branch, FlagDates, FlagDeclaration, FlagKind, FlagNote, FlagState, Passage, Percent, Serves,
};
pub use fork::Fork;
pub use inventory::{Inventory, Problem, ProblemKind};
pub use key::{Key, Namespace};
pub use kind::{Class, Kind, Standing, Taker};
pub use opaque::{Opaque, Whom};
pub use past::{Chronicle, KeyPast, LateStart, Moment, Period, PutOff, Stood, ValuePast};
pub use platform::Platform;
pub use rating::{Confidence, Severity};
pub use read::{
    Absence, Attribute, DefaultValue, FieldUse, IdleField, InSection, InVariant, KeyRef, Reach,
    Read, StandIn, Unbound, Via, When,
};
pub use removal::{FlagTest, Helper};
pub use setting::Setting;
pub use snapshot::{Applied, Hand, LiveSetting, Snapshot, Trace};
pub use source::{Overriding, Role, Source};
pub use tool_result::{Release, ToolResult};
pub use value::{
    Bound, Digest, Interpolation, Limits, OnUnset, Scalar, ScalarKind, Value, ValueType,
};
pub use way::{Condition, Way};
pub use withdrawal::Withdrawal;
pub use workload::{BuildArgument, Building, Runs, Workload};

macro_rules! id {
    ($(#[$doc:meta] $name:ident),* $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of the entry at `index`.
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// The place of the entry in its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

id! {
    /// A key of the inventory.
    KeyId,
    /// A read of the inventory.
    ReadId,
    /// A definition of the inventory.
    DefinitionId,
    /// A source of the inventory.
    SourceId,
    /// An environment of the inventory.
    EnvironmentId,
}
