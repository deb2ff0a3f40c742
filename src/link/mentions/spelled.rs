//! Under which names a key may be mentioned, and what has to stand beside a name that every program has.

use heck::{ToKebabCase as _, ToLowerCamelCase as _, ToShoutySnakeCase as _, ToSnakeCase as _};

use crate::model::{Key, Namespace};

/// The spellings under which a key may be mentioned, and whether only a field of that name counts.
pub(super) fn spellings(key: &Key) -> Vec<(String, bool)> {
    let mut spellings = vec![(key.name.clone(), false)];
    if key.namespace == Namespace::Env {
        let snake = key.name.to_lowercase();
        if snake != key.name {
            spellings.push((snake, true));
        }
        return spellings;
    }
    let mut segments = key.name.split(['.', '/', ':']);
    let leaf = segments.rfind(|part| part.chars().any(char::is_alphabetic)).unwrap_or(&key.name);
    spellings.push((leaf.to_owned(), false));
    spellings.push((leaf.to_snake_case(), false));
    spellings.push((leaf.to_lower_camel_case(), false));
    spellings.push((leaf.to_kebab_case(), false));
    spellings.push((key.name.to_shouty_snake_case(), false));
    spellings.retain(|(spelling, _)| spelling.len() > 1);
    spellings
}

/// The segment before the last one of a setting whose last segment is a word that every program has: `url`, `port`.
pub(super) fn parent(key: &Key) -> Option<String> {
    let segments: Vec<&str> =
        key.name.split(['.', '/', ':']).filter(|part| !part.is_empty()).collect();
    let [.., parent, leaf] = segments.as_slice() else { return None };
    let is_common =
        leaf.len() < 12 && !leaf.contains(['_', '-']) && !leaf.contains(char::is_uppercase);
    is_common.then(|| parent.to_lowercase())
}

/// Whether a source file has settings classes or structs that a library fills by the names of their fields.
pub(super) fn declares_settings(text: &str) -> bool {
    ["BaseSettings", "pydantic", "Deserialize", "dataclass", "envy::"]
        .iter()
        .any(|mark| text.contains(mark))
}
