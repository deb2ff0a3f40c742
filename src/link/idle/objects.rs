//! The classes of settings: what their objects are called, and which of them are handed over whole.
//!
//! Classes are told by their last name, so two of one name are one. That hides a field at times and accuses none.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;

use super::Seen;
use crate::facts::CodeFacts;
use crate::facts::code::{Expr, ItemKind};
use crate::facts::schema::TypeExpr;
use crate::text::FileId;

/// What is known of the classes of a scan, by last name.
#[derive(Debug, Default)]
pub(super) struct Objects {
    classes: BTreeMap<String, About>,
    handed: BTreeSet<String>,
    /// Something that is called like settings is handed over, and nobody knows of which class it is.
    is_any_handed: bool,
}

#[derive(Debug, Default)]
struct About {
    files: BTreeSet<FileId>,
    is_rust: bool,
    /// It can be written out whole.
    serializes: bool,
    /// What its objects are called.
    names: BTreeSet<String>,
    /// Classes of its fields and its bases.
    parts: BTreeSet<String>,
}

/// The last segment of a name.
pub(super) fn last(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

impl Objects {
    /// The classes of the parsed files, with the names that annotations give their objects.
    pub(super) fn of(code: &[(FileId, CodeFacts)]) -> Self {
        let mut all = Self::default();
        for (file, facts) in code {
            for class in &facts.classes {
                let about = all.classes.entry(last(&class.name).to_owned()).or_default();
                about.files.insert(*file);
                about.is_rust |= facts.lang == "rust";
                about.serializes |= class.derives("Serialize");
                about.names.insert(last(&class.name).to_owned());
                about.names.insert(last(&class.name).to_snake_case());
                for field in &class.fields {
                    about.parts.extend(field.of_type.iter().flat_map(words));
                }
            }
            for item in &facts.items {
                if let ItemKind::Class(bases) = &item.kind
                    && let Some(about) = all.classes.get_mut(last(&item.name))
                {
                    about.parts.extend(bases.iter().map(|base| base.last().to_owned()));
                }
            }
        }
        for (_, facts) in code {
            all.add_names(facts);
        }
        all
    }

    fn add_names(&mut self, facts: &CodeFacts) {
        for class in &facts.classes {
            for field in &class.fields {
                self.name(field.of_type.as_ref(), &field.name);
            }
        }
        for function in &facts.functions {
            self.name(function.returns.as_ref(), last(&function.name));
            for param in &function.params {
                self.name(param.of_type.as_ref(), &param.name);
            }
        }
        for item in &facts.items {
            if let ItemKind::Value(Expr::Call(path, ..)) = &item.kind {
                self.bind(path.last(), last(&item.name));
            }
        }
    }

    fn name(&mut self, of_type: Option<&TypeExpr>, name: &str) {
        for class in of_type.into_iter().flat_map(words) {
            self.bind(&class, name);
        }
    }

    /// From now on `name` may be an object of `class`.
    fn bind(&mut self, class: &str, name: &str) {
        if let Some(about) = self.classes.get_mut(class) {
            about.names.insert(name.to_owned());
        }
    }

    /// Takes in what the texts say: first all names, then what is handed over under them.
    pub(super) fn add(&mut self, seen: &[(FileId, Seen)]) {
        for (class, name) in seen.iter().flat_map(|(_, seen)| &seen.bound) {
            self.bind(class, name);
        }
        for (file, seen) in seen {
            for object in &seen.handed {
                self.hand_over(*file, object);
            }
        }
        let mut open: Vec<String> = self.handed.iter().cloned().collect();
        while let Some(class) = open.pop() {
            let parts = self.classes.get(&class).map(|about| about.parts.clone());
            for part in parts.unwrap_or_default() {
                if self.classes.contains_key(&part) && self.handed.insert(part.clone()) {
                    open.push(part);
                }
            }
        }
    }

    fn hand_over(&mut self, file: FileId, object: &str) {
        let is_own = matches!(object, "self" | "cls");
        let mut is_known = is_own;
        for (class, about) in &self.classes {
            let is_it = about.names.contains(object) || is_own && about.files.contains(&file);
            if is_it {
                is_known = true;
                // What cannot be written out is not.
                if !about.is_rust || about.serializes {
                    self.handed.insert(class.clone());
                }
            }
        }
        self.is_any_handed |= !is_known && is_settings_like(object);
    }

    /// Whether objects of the class are handed over whole.
    pub(super) fn is_handed(&self, class: &str) -> bool {
        self.handed.contains(class)
    }

    /// Whether some object that may be of the class is handed over whole.
    pub(super) fn may_be_handed(&self, class: &str) -> bool {
        self.is_any_handed
            && self.classes.get(class).is_none_or(|about| !about.is_rust || about.serializes)
    }

    /// Whether code that is not seen here may write the object out.
    pub(super) fn serializes(&self, class: &str) -> bool {
        self.classes.get(class).is_some_and(|about| about.serializes)
    }
}

fn is_settings_like(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["setting", "config", "cfg"].iter().any(|word| lower.contains(word)) || lower == "conf"
}

/// The names in a type.
fn words(of_type: &TypeExpr) -> Vec<String> {
    let mut all = vec![last(&of_type.name).to_owned(), of_type.path.last().to_owned()];
    all.extend(of_type.args.iter().flat_map(words));
    all
}
