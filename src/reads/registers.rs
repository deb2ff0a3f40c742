//! Files that may declare flags of the project's own: `class Feature`, `FEATURES = {`.
//!
//! Goes by the names at the beginning of lines. Whether something asks for them is the linker's to say.

use super::wanted::{Known, Wanted};
use crate::facts::CodeFacts;
use crate::facts::code::{Expr, ItemKind};
use crate::nature::registry;
use crate::text::{File, FileId};

/// Whether a line of a text declares what may hold flags.
pub(super) fn declares(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        let head = |name: &str| {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            registry::declares(&name[..end])
        };
        if let Some(name) = line.strip_prefix("class ").or_else(|| line.strip_prefix("enum ")) {
            return head(name);
        }
        let is_constant = line.starts_with(|first: char| first.is_ascii_uppercase());
        is_constant && line.trim_end().ends_with(['{', '[', '(']) && head(line)
    })
}

/// Whether a dictionary says in sentences what its entries are: `{"new-till": "The till of 2024"}`.
pub(crate) fn describes(pairs: &[(Expr, Expr)]) -> bool {
    let is_sentence = |value: &Expr| match value {
        Expr::Text(text) => text.trim().contains(' '),
        Expr::Join(_) => true,
        _ => false,
    };
    !pairs.is_empty() && pairs.iter().all(|(_, value)| is_sentence(value))
}

impl Known {
    /// The files that may ask for members of such a class, and the functions that look names up in such a dictionary.
    pub(super) fn registers(&mut self, all: &[(FileId, &File, CodeFacts)], wanted: &mut Wanted) {
        for (_, file, facts) in all {
            for class in &facts.classes {
                let last = class.name.rsplit('.').next().unwrap_or(&class.name);
                if !registry::declares(last) {
                    continue;
                }
                let texts = class.fields.iter().filter(|field| {
                    let value = field.value.as_ref().map(|arg| &arg.value);
                    matches!(value, Some(Expr::Text(_) | Expr::Call(..)))
                });
                let names = texts.map(|field| &field.name);
                let names: Vec<_> =
                    names.chain(class.variants.iter().map(|one| &one.name)).collect();
                if names.len() > 1 {
                    wanted.members(last, names.into_iter().cloned());
                }
            }
            for item in facts.items.iter().filter(|item| registry::declares(&item.name)) {
                if matches!(&item.kind, ItemKind::Value(Expr::Map(_) | Expr::List(_))) {
                    self.learn(&item.name, &file.path, wanted);
                }
                if let ItemKind::Value(Expr::Map(pairs)) = &item.kind
                    && describes(pairs)
                {
                    for (key, _) in pairs {
                        if let Expr::Text(key) = key {
                            self.learn(key, &file.path, wanted);
                        }
                    }
                }
            }
        }
    }
}
