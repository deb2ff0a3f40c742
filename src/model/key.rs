//! A name whose value comes from outside the code, and how two spellings can be one name.

use std::fmt;

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// The process environment.
    Env,
    /// A dotted path in a configuration file that an application loads.
    Setting,
    /// A flag at a feature-flag provider.
    Flag,
}

impl Namespace {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::Setting => "setting",
            Self::Flag => "flag",
        }
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// What code asks for and sources define.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The name as written: `DATABASE_URL`, `database.pool_size`.
    pub name: String,
    /// Where the name lives.
    pub namespace: Namespace,
}

impl Key {
    /// A key of the process environment.
    pub fn env(name: impl Into<String>) -> Self {
        Self { namespace: Namespace::Env, name: name.into() }
    }

    /// A setting, by dotted path.
    pub fn setting(name: impl Into<String>) -> Self {
        Self { namespace: Namespace::Setting, name: name.into() }
    }

    /// The entry of an object: a variable where it can be one.
    pub fn entry(name: &str) -> Self {
        if is_env_name(name) { Self::env(name) } else { Self::setting(name) }
    }
}

/// Folds the conventions of a name into one: `database.poolSize`, `DATABASE_POOL_SIZE`, `database-pool-size` and
/// `/database/pool_size` all give `database_pool_size`.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len() + 4);
    let mut lower_before = false;
    for character in name.chars() {
        if character.is_alphanumeric() {
            if character.is_uppercase() && lower_before {
                folded.push('_');
            }
            lower_before = character.is_lowercase() || character.is_ascii_digit();
            folded.extend(character.to_lowercase());
        } else {
            lower_before = false;
            if !folded.is_empty() && !folded.ends_with('_') {
                folded.push('_');
            }
        }
    }
    folded.truncate(folded.trim_end_matches('_').len());
    folded
}

/// Whether a name has the shape of an environment variable: letters, digits, underscores, at least one letter.
pub fn is_env_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().any(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_of_one_name_fold_together() {
        for name in [
            "database.pool_size",
            "DATABASE_POOL_SIZE",
            "databasePoolSize",
            "/database/pool-size",
            "Database__PoolSize",
        ] {
            assert_eq!(fold(name), "database_pool_size", "{name}");
        }
    }
}
