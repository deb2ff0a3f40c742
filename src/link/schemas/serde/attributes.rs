//! What serde's attributes say: names, defaults, tags. The rules of `rename_all` are those of serde's own derive.

use crate::facts::code::Expr;
use crate::facts::schema::{Class, Mark};

/// What the attributes of a field, a variant or a container say.
#[derive(Clone, Debug, Default)]
pub(in crate::link::schemas) struct Attributes {
    pub(super) rename: Option<String>,
    pub(super) rename_all: Option<String>,
    pub(super) rename_all_fields: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) default: Option<Given>,
    pub(super) flatten: bool,
    pub(super) skip: bool,
    /// A function of its own reads it.
    pub(super) with: bool,
    /// The type that is read in its place, of which it is made: `#[serde(try_from = "String")]`.
    pub(super) made_of: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) content: Option<String>,
    pub(super) untagged: bool,
}

/// Where a default comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// The type.
    Derived,
    /// A function, by its path.
    Function(String),
}

impl Attributes {
    pub(in crate::link::schemas) fn of(marks: &[Mark]) -> Self {
        let mut found = Self::default();
        for arg in
            marks.iter().filter(|mark| mark.path.last() == "serde").flat_map(|mark| &mark.args)
        {
            match (&arg.name, &arg.value) {
                (Some(name), Expr::Text(text)) => found.say(name, Some(text)),
                (Some(name), _) => found.say(name, None),
                (None, Expr::Path(path)) => found.say(path.last(), None),
                _ => {}
            }
        }
        found
    }

    fn say(&mut self, name: &str, text: Option<&String>) {
        match (name, text) {
            ("rename", Some(text)) => self.rename = Some(text.clone()),
            ("rename_all", Some(text)) => self.rename_all = Some(text.clone()),
            ("rename_all_fields", Some(text)) => self.rename_all_fields = Some(text.clone()),
            ("alias", Some(text)) => self.aliases.push(text.clone()),
            ("default", Some(text)) => self.default = Some(Given::Function(text.clone())),
            ("default", None) => self.default = Some(Given::Derived),
            ("flatten", _) => self.flatten = true,
            ("skip" | "skip_deserializing", _) => self.skip = true,
            ("with" | "deserialize_with", _) => self.with = true,
            ("from" | "try_from", Some(text)) => self.made_of = Some(text.clone()),
            ("tag", Some(text)) => self.tag = Some(text.clone()),
            ("content", Some(text)) => self.content = Some(text.clone()),
            ("untagged", _) => self.untagged = true,
            _ => {}
        }
    }

    /// A field's name under `rename_all`.
    pub(super) fn field_name(&self, name: &str) -> String {
        let name = name.strip_prefix("r#").unwrap_or(name);
        let pascal = || name.split('_').map(capitalized).collect::<String>();
        match self.rename_all.as_deref() {
            Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => name.to_uppercase(),
            Some("PascalCase") => pascal(),
            Some("camelCase") => uncapitalized(&pascal()),
            Some("kebab-case") => name.replace('_', "-"),
            Some("SCREAMING-KEBAB-CASE") => name.to_uppercase().replace('_', "-"),
            _ => name.to_owned(),
        }
    }

    /// A variant's name under `rename_all`.
    pub(super) fn variant_name(&self, name: &str) -> String {
        self.rename_all.as_deref().map_or_else(|| name.to_owned(), |rule| variant_name(rule, name))
    }
}

/// A variant's name under a rule such as `kebab-case`, as serde and strum write them.
pub(in crate::link) fn variant_name(rule: &str, name: &str) -> String {
    let snake = || {
        let mut snake = String::new();
        for (at, character) in name.char_indices() {
            if at > 0 && character.is_uppercase() {
                snake.push('_');
            }
            snake.extend(character.to_lowercase());
        }
        snake
    };
    match rule {
        "lowercase" => name.to_lowercase(),
        "UPPERCASE" => name.to_uppercase(),
        "camelCase" | "mixed_case" => uncapitalized(name),
        "snake_case" => snake(),
        "SCREAMING_SNAKE_CASE" | "shouty_snake_case" => snake().to_uppercase(),
        "kebab-case" | "kebab_case" => snake().replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => snake().to_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

/// The names of an enum whose variants hold nothing.
pub(in crate::link::schemas) fn unit_names(class: &Class) -> Option<Vec<String>> {
    let attributes = Attributes::of(&class.marks);
    let names = class.variants.iter().filter(|variant| !Attributes::of(&variant.marks).skip);
    let is_plain = class.variants.iter().all(|one| one.fields.is_empty() && one.wraps.is_empty());
    let names = names.flat_map(|variant| {
        let own = Attributes::of(&variant.marks);
        let name = own.rename.unwrap_or_else(|| attributes.variant_name(&variant.name));
        std::iter::once(name).chain(own.aliases)
    });
    is_plain.then(|| names.collect())
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn uncapitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::Attributes;

    fn all(rule: &str) -> (String, String) {
        let attributes = Attributes { rename_all: Some(rule.to_owned()), ..Attributes::default() };
        (attributes.field_name("body_limit"), attributes.variant_name("SoftKill"))
    }

    #[test]
    fn names_follow_serdes_rules() {
        let rules = [
            ("lowercase", "body_limit", "softkill"),
            ("UPPERCASE", "BODY_LIMIT", "SOFTKILL"),
            ("PascalCase", "BodyLimit", "SoftKill"),
            ("camelCase", "bodyLimit", "softKill"),
            ("snake_case", "body_limit", "soft_kill"),
            ("SCREAMING_SNAKE_CASE", "BODY_LIMIT", "SOFT_KILL"),
            ("kebab-case", "body-limit", "soft-kill"),
            ("SCREAMING-KEBAB-CASE", "BODY-LIMIT", "SOFT-KILL"),
        ];
        for (rule, field, variant) in rules {
            assert_eq!(all(rule), (field.to_owned(), variant.to_owned()), "{rule}");
        }
        assert_eq!(super::variant_name("shouty_snake_case", "SoftKill"), "SOFT_KILL");
    }
}
