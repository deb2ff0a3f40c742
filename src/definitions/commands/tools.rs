//! The commands that give variables to what they deploy, and how each writes them.

/// A command.
pub(super) struct Tool {
    /// Its words, without `beta` and `alpha`.
    pub(super) words: &'static [&'static str],
    /// How it names what it deploys.
    pub(super) named: Named,
    /// Its options that give variables.
    pub(super) options: &'static [(&'static str, Form)],
    /// How it writes variables that stand behind no option.
    pub(super) bare: Option<Form>,
}

/// How a command names what it deploys.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// The first word that is no option.
    First,
    /// Behind one of these options.
    Option(&'static [&'static str]),
    /// Behind `--name`, else after the image, which is the first word that is no option. Behind it stands what is run.
    Image,
    /// Not at all.
    Not,
}

/// How variables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `A=1,B=2` in one word; `^:^A=1:B=2` with another separator.
    Commas,
    /// The same, with names of secrets for values.
    Secrets,
    /// `A=1 B=2` in words of their own, up to the next option.
    Each,
    /// `A=1` in one word.
    One,
    /// `A:1` in one word.
    Colon,
    /// `Variables={A=1,B=2}`
    Lambda,
    /// The path of a file of variables.
    File,
    /// The same, seen from where the command is run, which may have none.
    EnvFile,
}

/// Options that give the image of what is deployed.
pub(super) const IMAGE: &[&str] = &["--image", "-i"];
/// Options that give the folder that it is built from.
pub(super) const SOURCE: &[&str] = &["--source"];

/// Options of `docker run` without a value, which may stand before the image.
pub(super) const SWITCHES: &[&str] = &[
    "--detach",
    "--init",
    "--interactive",
    "--privileged",
    "--read-only",
    "--rm",
    "--tty",
    "-d",
    "-dit",
    "-i",
    "-it",
    "-itd",
    "-t",
    "-ti",
];
const DOCKER: &[(&str, Form)] =
    &[("--env", Form::One), ("--env-file", Form::EnvFile), ("-e", Form::One)];
const GOOGLE: &[(&str, Form)] = &[
    ("--env-vars-file", Form::File),
    ("--set-env-vars", Form::Commas),
    ("--set-secrets", Form::Secrets),
    ("--update-env-vars", Form::Commas),
    ("--update-secrets", Form::Secrets),
];
const CONTAINER_APP: &[(&str, Form)] = &[
    ("--env-vars", Form::Each),
    ("--replace-env-vars", Form::Each),
    ("--set-env-vars", Form::Each),
];
const APP_SETTINGS: &[(&str, Form)] =
    &[("--settings", Form::Each), ("--slot-settings", Form::Each)];
const AZURE_NAME: Named = Named::Option(&["--name", "-n"]);
const LAMBDA: &[(&str, Form)] = &[("--environment", Form::Lambda)];
const LAMBDA_NAME: Named = Named::Option(&["--function-name"]);
const HEROKU_NAME: Named = Named::Option(&["--app", "-a"]);

const fn google(words: &'static [&'static str]) -> Tool {
    Tool { words, named: Named::First, options: GOOGLE, bare: None }
}

const fn azure(words: &'static [&'static str], options: &'static [(&'static str, Form)]) -> Tool {
    Tool { words, named: AZURE_NAME, options, bare: None }
}

const fn lambda(words: &'static [&'static str]) -> Tool {
    Tool { words, named: LAMBDA_NAME, options: LAMBDA, bare: None }
}

const fn docker(words: &'static [&'static str]) -> Tool {
    Tool { words, named: Named::Image, options: DOCKER, bare: None }
}

const fn bare(words: &'static [&'static str], named: Named, form: Form) -> Tool {
    Tool { words, named, options: &[], bare: Some(form) }
}

/// All of them, sorted.
pub(super) static TOOLS: &[Tool] = &[
    lambda(&["aws", "lambda", "create-function"]),
    lambda(&["aws", "lambda", "update-function-configuration"]),
    azure(&["az", "containerapp", "create"], CONTAINER_APP),
    azure(&["az", "containerapp", "job", "create"], CONTAINER_APP),
    azure(&["az", "containerapp", "job", "update"], CONTAINER_APP),
    azure(&["az", "containerapp", "up"], CONTAINER_APP),
    azure(&["az", "containerapp", "update"], CONTAINER_APP),
    azure(&["az", "functionapp", "config", "appsettings", "set"], APP_SETTINGS),
    azure(&["az", "webapp", "config", "appsettings", "set"], APP_SETTINGS),
    docker(&["docker", "container", "run"]),
    docker(&["docker", "create"]),
    docker(&["docker", "run"]),
    bare(&["dokku", "config:set"], Named::First, Form::Each),
    bare(&["eb", "setenv"], Named::Not, Form::Each),
    Tool {
        words: &["fly", "deploy"],
        named: HEROKU_NAME,
        options: &[("--env", Form::One), ("-e", Form::One)],
        bare: None,
    },
    bare(&["fly", "secrets", "set"], HEROKU_NAME, Form::Each),
    Tool {
        words: &["flyctl", "deploy"],
        named: HEROKU_NAME,
        options: &[("--env", Form::One), ("-e", Form::One)],
        bare: None,
    },
    bare(&["flyctl", "secrets", "set"], HEROKU_NAME, Form::Each),
    google(&["gcloud", "functions", "deploy"]),
    google(&["gcloud", "run", "deploy"]),
    google(&["gcloud", "run", "jobs", "create"]),
    google(&["gcloud", "run", "jobs", "deploy"]),
    google(&["gcloud", "run", "jobs", "update"]),
    google(&["gcloud", "run", "services", "update"]),
    bare(&["heroku", "config:add"], HEROKU_NAME, Form::Each),
    bare(&["heroku", "config:set"], HEROKU_NAME, Form::Each),
    docker(&["podman", "create"]),
    docker(&["podman", "run"]),
    Tool {
        words: &["railway", "variables"],
        named: Named::Option(&["--service", "-s"]),
        options: &[("--set", Form::One)],
        bare: None,
    },
    Tool {
        words: &["wrangler", "deploy"],
        named: Named::Option(&["--name"]),
        options: &[("--var", Form::Colon)],
        bare: None,
    },
];

#[cfg(test)]
mod tests {
    use super::TOOLS;

    #[test]
    fn tools_are_sorted() {
        assert!(TOOLS.is_sorted_by_key(|tool| tool.words.join(" ")));
    }
}
