//! Arguments of modules under which variables stand, by how they are called, whatever module it is.
//!
//! A name says little: whoever reads what it holds has to see whether that looks like variables.

/// Names that say it as they are.
const NAMES: &[&str] = &[
    "app_settings",
    "config_vars",
    "container_environment",
    "container_secrets",
    "env",
    "environment",
    "environments",
    "extra_env",
    "extra_environment",
    "lambda_environment",
    "map_environment",
    "map_secrets",
    "secrets",
    "sensitive_config_vars",
    "variables",
];
/// Words for an environment of a process. One for a stage is written alike.
const ENVIRONMENT: &[&str] = &["env", "environment"];
/// Words for what stands in one.
const HELD: &[&str] = &["map", "secrets", "variables", "vars"];
/// Words for both.
const BOTH: &[&str] = &["envs", "envvars"];
/// Words that say whose they are, or of which kind.
const WHOSE: &[&str] = &[
    "additional",
    "app",
    "application",
    "common",
    "container",
    "custom",
    "default",
    "extra",
    "function",
    "job",
    "lambda",
    "plain",
    "runtime",
    "secret",
    "sensitive",
    "service",
    "shared",
    "static",
    "task",
];

/// Whether variables may stand under an argument: `environment`, `container_envvars`, `extra_env_vars`.
pub(super) fn holds_variables(name: &str) -> bool {
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    let is_known =
        |word: &str| [ENVIRONMENT, HELD, BOTH, WHOSE].iter().any(|words| words.contains(&word));
    let is_spelled = has(BOTH) || has(ENVIRONMENT) && has(HELD);
    NAMES.contains(&name) || is_spelled && name.split('_').all(is_known)
}

#[cfg(test)]
mod tests {
    use super::holds_variables;

    #[test]
    fn names_of_variables_are_told_from_names_of_stages() {
        for name in ["env_secret_vars", "container_envvars", "task_environment_variables", "envs"] {
            assert!(holds_variables(name), "{name}");
        }
        for name in ["deployment_environment", "env_name", "task_environment", "environment_vpc"] {
            assert!(!holds_variables(name), "{name}");
        }
    }
}
