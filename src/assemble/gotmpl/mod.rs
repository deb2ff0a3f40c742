//! Go templates, as charts use them: what a template prints, with the place of each of its parts.
//!
//! Follows `text/template` and the functions that Helm adds. Every run is bounded in steps, depth and size. What only a
//! real run would tell, a random word or the time, is printed as `{{ randAlphaNum }}`. Knows no charts and no files.

mod calls;
mod eval;
mod functions;
mod held;
mod json;
mod lex;
mod library;
mod loops;
mod order;
mod parse;
mod pipeline;
#[cfg(test)]
mod printed;
mod read;
mod scalar;
mod show;
mod syntax;
mod text;
mod toml;
mod value;
mod yaml;

pub(super) use eval::{Engine, Trouble};
pub(super) use lex::Broken;
pub(super) use library::Library;
pub(super) use parse::parse;
pub(super) use read::{Place, read, value};
pub(super) use syntax::Template;
pub(super) use text::{Mark, Text};
pub(super) use value::{Data, Object, Slot, UNKNOWN, Value};
