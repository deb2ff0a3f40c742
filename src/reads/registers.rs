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

/// Calls inside calls deeper than this are not looked into.
const MAX_KEPT: usize = 6;

/// Whether a line of a text declares what may hold flags.
pub(super) fn declares(text: &str) -> bool {
    text.lines().any(|line| {
        let plain =
            |line| BEFORE.iter().fold(line, |line: &str, word| line.trim_start_matches(word));
        // Only a macro puts a colon behind the name of a struct: `struct Features: u32 {`.
        let set =
            plain(line.trim_start()).strip_prefix("struct ").and_then(|it| it.split_once(':'));
        if set.is_some_and(|(name, _)| registry::declares(name)) || is_late(line.trim_start()) {
            return true;
        }
        let line = plain(line);
        let head = |name: &str| {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            name[..end].to_owned()
        };
        let called = line.trim_start_matches("macro_rules! ");
        let is_call = called.len() < line.len() || called.contains("! {") || called.contains("!(");
        if is_call && registry::declares(&head(called)) {
            return true;
        }
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

/// Whether a line declares flags that are there when they are first asked: `static ref FEATURES: …` inside of a macro, a function
/// that gives all: `fn oven_flags() -> &'static HashMap<…>`.
fn is_late(line: &str) -> bool {
    let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
    let name = |rest: &str| rest.split(is_end).next().is_some_and(registry::declares);
    if let Some(rest) = line.strip_prefix("static ref ") {
        return name(rest);
    }
    let function = line.strip_prefix("fn ").filter(|rest| rest.contains("Map<"));
    let function = function.or_else(|| line.strip_prefix("def "));
    function.is_some_and(|rest| rest.contains("()") && name(rest))
}

/// Whether the line of a constant declares a mapping or list of flags, the name of one, or an object that is one.
fn declares_by(name: &str, line: &str) -> bool {
    if registry::declares(name) {
        return true;
    }
    let Some((left, value)) = line.split_once('=') else { return false };
    let value = value.trim().trim_start_matches('&');
    if value.is_empty() {
        // Its value stands on the next line: the type says what it is.
        let written = left.rsplit([':', ' ', '<', '&']).find(|word| !word.is_empty());
        return written.is_some_and(|kind| registry::makes(kind.trim_end_matches(['>', ']'])));
    }
    if value.starts_with(['[', '{', '(']) {
        return left.rsplit([':', ' ', '<', '&', '[', ']', '>']).any(registry::makes);
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
            self.rows(file, facts, wanted);
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
                    self.learn_constant(&item.name, &file.path, wanted);
                }
            }
            self.lists(file, facts, wanted);
            for item in facts.items.iter().filter(|item| registry::declares(&item.name)) {
                let gives =
                    |at: usize| matches!(&facts.functions[at].gives, Expr::Map(_) | Expr::Call(..));
                if matches!(&item.kind, ItemKind::Value(_))
                    || matches!(&item.kind, ItemKind::Function(at) if gives(*at))
                {
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

    /// The names of the rows of which a macro makes flags.
    fn rows(&mut self, file: &File, facts: &CodeFacts, wanted: &mut Wanted) {
        for call in facts.rows.iter().filter(|call| registry::declares(&call.name)) {
            for piece in &call.pieces {
                if let Expr::Path(path) = &piece.value {
                    self.learn_constant(&path.rest, &file.path, wanted);
                }
            }
        }
    }

    /// The functions beside a list or mapping of flags that ask by their names, and the names of the flags.
    fn lists(&mut self, file: &File, facts: &CodeFacts, wanted: &mut Wanted) {
        let mut has_some = false;
        for item in &facts.items {
            let ItemKind::Value(value @ (Expr::List(_) | Expr::Call(..))) = &item.kind else {
                continue;
            };
            let mut keys = Vec::new();
            objects_in(value, MAX_KEPT, &mut keys);
            let declares = registry::declares(&item.name) || keys.iter().any(|one| one.0);
            for (_, key) in keys.iter().filter(|_| declares) {
                self.learn(key, &file.path, wanted);
                has_some = true;
            }
        }
        for function in facts.functions.iter().filter(|one| has_some && !one.params.is_empty()) {
            let last = function.name.rsplit('.').next().unwrap_or(&function.name);
            if registry::asks(last) {
                self.learn(&function.name, &file.path, wanted);
            }
        }
    }
}

/// The texts that objects in a list are made with, each with whether their class makes flags.
fn objects_in<'e>(value: &'e Expr, depth: usize, found: &mut Vec<(bool, &'e str)>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Expr::List(many) => {
            for one in many {
                objects_in(one, depth, found);
            }
        }
        Expr::Call(path, args, _) => {
            let makes = path.rest.split('.').any(registry::makes);
            for arg in args {
                match given(arg) {
                    Expr::Text(text) if !text.contains(char::is_whitespace) => {
                        found.push((makes, text));
                    }
                    other => objects_in(other, depth, found),
                }
            }
        }
        _ => {}
    }
}

fn given(arg: &Expr) -> &Expr {
    match arg {
        Expr::Keyword(_, inner) => inner,
        other => other,
    }
}
