//! Where a whole object of settings is handed over, so that any of its fields may be used.
//!
//! Knows calls and the names that objects have, no types: an object under a name of its own, handed over there, is not
//! seen.

use crate::link::regions::Syntax;

/// Words after an object that give all its fields.
const MEMBERS: &[&str] = &[
    "__dict__",
    "__fields__",
    "_asdict",
    "dict",
    "items",
    "json",
    "model_dump",
    "model_dump_json",
    "model_fields",
    "serialize",
    "to_dict",
];

/// Calls that take an object apart.
const CALLS: &[&str] = &[
    "Json",
    "asdict",
    "astuple",
    "config_from_object",
    "dict",
    "fields",
    "from_object",
    "getattr",
    "json",
    "jsonable_encoder",
    "serialize",
    "to_string",
    "to_string_pretty",
    "to_value",
    "to_vec",
    "to_writer",
    "unstructure",
    "vars",
];

/// Operators that do.
const SIGNS: &[&str] = &["**", " in "];

/// All that is worth a look.
pub(super) fn marks() -> impl Iterator<Item = &'static str> {
    MEMBERS.iter().chain(CALLS).chain(SIGNS).copied()
}

/// The name of the object that is handed over by the mark at `start..end`: its last segment.
pub(super) fn handed(syntax: Syntax, text: &str, start: usize, end: usize) -> Option<&str> {
    let (mark, before, after) = (&text[start..end], &text[..start], &text[end..]);
    match mark {
        "**" if syntax == Syntax::Python => {
            let opens = before.trim_end().ends_with(['(', ',', '{']);
            opens.then(|| object_after(after)).flatten().map(|(name, _)| name)
        }
        " in " => {
            let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
            let (name, rest) = object_after(after)?;
            (line.contains("for ") && rest.trim_start().starts_with([':', ']', ')', '}']))
                .then_some(name)
        }
        _ => {
            if MEMBERS.binary_search(&mark).is_ok() && before.ends_with('.') {
                let name = object_before(&before[..before.len() - 1]);
                return name.filter(|name| !name.is_empty());
            }
            let after = after.strip_prefix('!').unwrap_or(after);
            let args = after.strip_prefix('(').filter(|_| CALLS.binary_search(&mark).is_ok())?;
            let (name, rest) = object_after(args)?;
            let asked = rest.trim_start().strip_prefix(',').map(str::trim_start);
            let is_literal =
                mark == "getattr" && asked.is_some_and(|key| key.starts_with(['"', '\'']));
            (!is_literal).then_some(name)
        }
    }
}

/// The name that an object of the class at `start` gets there: `settings: Settings`, `settings = Settings(`.
pub(super) fn bound(text: &str, start: usize) -> Option<&str> {
    let line = &text[text[..start].rfind('\n').map_or(0, |at| at + 1)..start];
    let fits = |c: char| c.is_alphanumeric() || "_<>[&' \".:".contains(c);
    if let Some(at) = line.rfind("->") {
        let head = &line[..at];
        // `pub(crate) fn settings() -> Settings`
        let named = &head[at_word("def ", head).or_else(|| at_word("fn ", head))?..];
        return named[..named.find('(')?].trim().into();
    }
    let at = line.rfind('=').or_else(|| {
        line.char_indices()
            .rev()
            .find(|(at, c)| {
                *c == ':' && !line[at + 1..].starts_with(':') && !line[..*at].ends_with(':')
            })
            .map(|(at, _)| at)
    })?;
    if !line[at + 1..].chars().all(fits) {
        return None;
    }
    let mut before = line[..at].trim_end();
    if line[at..].starts_with('=')
        && let Some((name, of_type)) = before.rsplit_once(':')
        && of_type.trim().chars().all(fits)
    {
        before = name.trim_end();
    }
    last_name(before)
}

fn at_word(word: &str, text: &str) -> Option<usize> {
    text.find(word).map(|at| at + word.len())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name that a text ends with.
fn last_name(text: &str) -> Option<&str> {
    let name = &text[text.trim_end_matches(is_name).len()..];
    (!name.is_empty()).then_some(name)
}

/// The name that stands before a `.`: `settings`, `get_settings()`.
fn object_before(text: &str) -> Option<&str> {
    let mut text = text.trim_end();
    if text.ends_with(')') {
        let mut depth = 0_usize;
        let open = text.char_indices().rev().take(400).find(|(_, c)| {
            match c {
                ')' => depth += 1,
                '(' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        text = &text[..open?.0];
    }
    last_name(text)
}

/// The last name of the object that a text begins with, and what follows the object.
fn object_after(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.trim_start_matches(['&', '*', ' ', '\n', '\t']);
    rest = rest.strip_prefix("mut ").unwrap_or(rest);
    let mut name = None;
    loop {
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        name = Some(&rest[..end]);
        rest = &rest[end..];
        if let Some(behind) = rest.strip_prefix("()") {
            rest = behind;
        }
        match rest.strip_prefix("::").or_else(|| rest.strip_prefix('.')) {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    name.map(|name| (name, rest))
}

#[cfg(test)]
mod tests {
    use super::{CALLS, MEMBERS, bound, handed};
    use crate::link::regions::Syntax;

    fn object<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
        let start = text.find(mark).expect("the mark is there");
        handed(Syntax::Python, text, start, start + mark.len())
    }

    #[test]
    fn tables_are_sorted() {
        assert!(MEMBERS.is_sorted() && CALLS.is_sorted());
    }

    #[test]
    fn whole_objects() {
        assert_eq!(object("settings.model_dump()", "model_dump"), Some("settings"));
        assert_eq!(object("get_settings().dict()", "dict"), Some("get_settings"));
        assert_eq!(object("connect(**self.settings)", "**"), Some("settings"));
        assert_eq!(object("2 ** settings", "**"), None);
        assert_eq!(object("vars(settings)", "vars"), Some("settings"));
        assert_eq!(object("getattr(settings, name)", "getattr"), Some("settings"));
        assert_eq!(object("getattr(settings, 'port')", "getattr"), None);
        assert_eq!(object("for name, value in settings:", " in "), Some("settings"));
        assert_eq!(object("if name in settings:", " in "), None);
        assert_eq!(object("to_value(&config)", "to_value"), Some("config"));
        assert_eq!(object("config.to_string()", "to_string"), None);
    }

    #[test]
    fn names_of_objects() {
        let name = |text: &'static str| bound(text, text.find("Settings").expect("a class"));
        assert_eq!(name("conf = Settings()"), Some("conf"));
        assert_eq!(name("conf: base.Settings = None"), Some("conf"));
        assert_eq!(name("def run(conf: Annotated[Settings, None]):"), Some("conf"));
        assert_eq!(name("fn run(a: u8, conf: &Arc<Settings>)"), Some("conf"));
        assert_eq!(name("let conf = crate::conf::Settings::load();"), Some("conf"));
        assert_eq!(name("def load() -> Settings:"), Some("load"));
        assert_eq!(name("pub(crate) fn load() -> Settings {"), Some("load"));
        assert_eq!(name("|| -> Settings {"), None);
        assert_eq!(name("class Settings(Base):"), None);
    }
}
