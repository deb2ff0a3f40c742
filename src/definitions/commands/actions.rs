//! Actions of GitHub that deploy with variables, and how their inputs hold them.

use super::tools::Form;

/// An input of an action.
pub(super) struct Input {
    /// A part of the action's name.
    pub(super) action: &'static str,
    /// The input.
    pub(super) name: &'static str,
    /// How it holds variables: in lines, each of which may hold several.
    pub(super) form: Form,
    /// The input that names what is deployed.
    pub(super) named: &'static str,
}

/// All of them, sorted by action and input.
pub(super) static INPUTS: &[Input] = &[
    Input {
        action: "amazon-ecs-render-task-definition",
        name: "environment-variables",
        form: Form::One,
        named: "container-name",
    },
    Input {
        action: "amazon-ecs-render-task-definition",
        name: "secrets",
        form: Form::Secrets,
        named: "container-name",
    },
    Input {
        action: "container-apps-deploy-action",
        name: "environmentVariables",
        form: Form::Each,
        named: "containerAppName",
    },
    Input {
        action: "deploy-cloud-functions",
        name: "environment_variables",
        form: Form::Commas,
        named: "name",
    },
    Input { action: "deploy-cloud-functions", name: "secrets", form: Form::Secrets, named: "name" },
    Input { action: "deploy-cloudrun", name: "env_vars", form: Form::Commas, named: "service" },
    Input { action: "deploy-cloudrun", name: "secrets", form: Form::Secrets, named: "service" },
];

/// Actions with an input that holds options of a command: the input, the command, and the input that names what is deployed.
pub(super) static FLAGS: &[(&str, &str, &str, &str)] = &[
    ("deploy-cloudrun", "flags", "gcloud run deploy", "service"),
    ("flyctl-actions", "args", "flyctl", ""),
];

#[cfg(test)]
mod tests {
    use super::INPUTS;

    #[test]
    fn inputs_are_sorted() {
        assert!(INPUTS.is_sorted_by_key(|input| (input.action, input.name)));
    }
}
