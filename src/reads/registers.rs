//! Files that may declare flags of the project's own: `class Feature`, `FEATURES = {`.
//!
//! Goes by the names at the beginning of lines. Whether something asks for them is the linker's to say.

use super::wanted::{Known, Wanted};
use crate::facts::CodeFacts;
use crate::facts::code::{Expr, ItemKind};
use crate::nature::registry;
use crate::text::{File, FileId};

/// What may stand before a name that is declared.
const BEFORE: &[&str] = &["pub(crate) ", "pub ", "const ", "static "];

/// Whether a line of a text declares what may hold flags.
pub(super) fn declares(text: &str) -> bool {
    text.lines().any(|line| {
        let line = BEFORE.iter().fold(line, |line, word| line.trim_start_matches(word));
        let head = |name: &str| {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            name[..end].to_owned()
        };
        for word in ["class ", "enum ", "struct "] {
            if let Some(name) = line.strip_prefix(word) {
                let name = head(name);
                return registry::keeps_states(&name)
                    || word != "struct " && registry::declares(&name);
            }
        }
        let is_constant = line.starts_with(|first: char| first.is_ascii_uppercase());
        is_constant && declares_by(&head(line), line)
    })
}

/// Whether the line of a constant declares a mapping or list of flags, the name of one, or an object that is one.
fn declares_by(name: &str, line: &str) -> bool {
    let Some((left, value)) = line.split_once('=') else { return false };
    let value = value.trim().trim_start_matches('&');
    if value.is_empty() {
        // Its value stands on the next line: the type says what it is.
        let written = left.rsplit([':', ' ', '<', '&']).find(|word| !word.is_empty());
        return written.is_some_and(|kind| registry::makes(kind.trim_end_matches(['>', ']'])));
    }
    if value.starts_with(['{', '[', '(']) {
        return registry::declares(name);
    }
    if value.starts_with(['"', '\'']) {
        return registry::names_flag(name);
    }
    let end = value.find(|c: char| !c.is_alphanumeric() && !"_:.".contains(c));
    let (class, behind) = value.split_at(end.unwrap_or(value.len()));
    let mut segments = class.rsplit(['.', ':']).filter(|segment| !segment.is_empty());
    let is_class = |name: &&str| name.starts_with(|first: char| first.is_ascii_uppercase());
    let made = segments.by_ref().take(2).find(is_class).filter(|_| behind.starts_with('('));
    made.is_some_and(|class| registry::makes(class) || line.contains("<bool>"))
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
                if registry::keeps_states(last) {
                    let fields = class.fields.iter().map(|field| field.name.clone());
                    wanted.members(last, fields);
                    for field in &class.fields {
                        self.learn(&field.name, &file.path, wanted);
                    }
                }
                if !registry::declares(last) {
                    continue;
                }
                let texts = class.fields.iter().filter(|field| {
                    let value = field.value.as_ref().map(|arg| &arg.value);
                    matches!(value, Some(Expr::Text(_) | Expr::Call(..) | Expr::List(_)))
                });
                let names = texts.map(|field| &field.name);
                let names: Vec<_> =
                    names.chain(class.variants.iter().map(|one| &one.name)).collect();
                if names.len() > 1 {
                    wanted.members(last, names.into_iter().cloned());
                }
            }
            let is_home = registry::is_home(&file.path);
            for item in &facts.items {
                let is_object = match &item.kind {
                    ItemKind::Value(Expr::Text(_)) => is_home || registry::names_flag(&item.name),
                    ItemKind::Value(Expr::Call(path, args, _)) => {
                        is_home
                            || path.rest.split('.').any(registry::makes)
                            || matches!(&args[..], [Expr::Text(_), Expr::Bool(_), ..])
                    }
                    _ => false,
                };
                if is_object && !item.name.contains(|c: char| c.is_ascii_lowercase()) {
                    self.learn(&item.name, &file.path, wanted);
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
