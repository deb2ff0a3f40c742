//! What one file says, by name. No ids, no other file, no environment: facts can be made in parallel and kept.

pub mod branch;
pub mod build;
pub mod code;
pub mod decision;
pub mod form;
pub mod item;
pub mod module;
pub mod note;
pub mod path;
pub mod rows;
pub mod schema;
pub mod script;
pub mod snapshot;
pub mod source;
pub mod template;
pub mod withdrawal;
pub mod workload;

pub use build::BuildFacts;
pub use code::CodeFacts;
pub use script::Script;
pub use snapshot::{AppliedFact, AppliedFacts, HandFact, SnapshotFacts};
pub use source::{
    Aim, ArgumentFact, Ask, Assembly, BindingFact, Entry, HeldFact, Include, NameFact, ObjectName,
    OpaqueFact, RemoteFact, SettingFact, SourceFacts, Told, UnreadFact,
};
pub use template::{Lead, Page, PageFacts, TemplateAsk, TemplateBranch, Templates};
pub use withdrawal::WithdrawalFact;
pub use workload::{Handler, Workload};
