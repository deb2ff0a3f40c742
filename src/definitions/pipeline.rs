//! Which jobs of a build pipeline deploy: those whose variables go on to what runs.
//!
//! Most variables of a pipeline are for its own tools. Knows commands and names of jobs, no syntax of a pipeline; a
//! script that deploys under another name is not seen into.

use super::context::Context;
use crate::facts::{Script, SourceFacts};
use crate::text::TextRange;
use crate::text::relative::joined;

/// Commands that deploy wherever they stand.
const SURE: &[&str] = &[
    "aws cloudformation deploy",
    "aws ecs update-service",
    "aws lambda update-function",
    "az containerapp up",
    "az containerapp update",
    "az functionapp config",
    "az webapp config",
    "cap production deploy",
    "cdk deploy",
    "cf push",
    "chalice deploy",
    "doctl apps",
    "docker service update",
    "docker stack deploy",
    "dokku ",
    "eb deploy",
    "fly deploy",
    "fly secrets",
    "flyctl deploy",
    "flyctl secrets",
    "gcloud app deploy",
    "gcloud functions deploy",
    "gcloud run deploy",
    "gcloud run services",
    "helmfile apply",
    "helmfile sync",
    "heroku config:set",
    "heroku container:release",
    "kamal deploy",
    "netlify deploy",
    "nomad job run",
    "pulumi up",
    "railway up",
    "sam deploy",
    "serverless deploy",
    "skaffold run",
    "sls deploy",
    "terraform apply",
    "terragrunt apply",
    "terragrunt run-all apply",
    "tofu apply",
    "vercel deploy",
    "vercel --prod",
    "wrangler deploy",
    "wrangler publish",
    "zappa update",
];
/// Commands that deploy where the job is called so, and otherwise serve tests.
const DOUBTFUL: &[&str] = &[
    "ansible-playbook",
    "deploy",
    "docker compose",
    "docker run",
    "docker-compose",
    "helm install",
    "helm upgrade",
    "kubectl apply",
    "kubectl create",
    "kubectl rollout",
    "kubectl set",
    "kustomize build",
    "serverless ",
    "terraform ",
];
/// Words of a name that say that something is deployed.
const DEPLOYS: &[&str] = &[
    "cd",
    "deliver",
    "delivery",
    "deploy",
    "deployment",
    "deploys",
    "promote",
    "release",
    "rollout",
    "ship",
];
/// Words of a name that say that something is tried out.
const TRIES: &[&str] = &[
    "build",
    "check",
    "ci",
    "docs",
    "e2e",
    "integration",
    "lint",
    "pages",
    "preview",
    "smoke",
    "test",
    "testing",
    "tests",
    "validate",
    "verify",
];

/// What a name says of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It deploys.
    Deploys,
    /// It tries something out.
    Tries,
    /// Nothing.
    Unknown,
}

/// The source of this kind for an environment, among those that were found: each job adds to it.
pub(super) fn section<'a>(
    context: Context<'_>,
    kind: &'static str,
    environment: Option<&str>,
    found: &'a mut Vec<SourceFacts>,
) -> &'a mut SourceFacts {
    let is_it = |facts: &SourceFacts| facts.kind == kind && facts.section.as_deref() == environment;
    let at = found.iter().position(is_it).unwrap_or_else(|| {
        let mut facts = context.source(kind);
        facts.section = environment.map(str::to_owned);
        found.push(facts);
        found.len() - 1
    });
    &mut found[at]
}

/// What the words of a name say: the first that says something. `deploy-test` deploys to a test, `test-deploy` tries it,
/// `test-and-deploy` does both.
pub(super) fn purpose(name: &str) -> Purpose {
    let words = super::paths::words(name);
    let does_both = |pair: &[String]| {
        let (first, second) = (pair[0].as_str(), pair[1].as_str());
        matches!(first, "and" | "then") && DEPLOYS.binary_search(&second).is_ok()
            || first == "build" && second == "deploy"
    };
    if words.windows(2).any(does_both) {
        return Purpose::Deploys;
    }
    let said = words.iter().find_map(|word| {
        let is_in = |table: &[&str]| table.binary_search(&word.as_str()).is_ok();
        match () {
            () if is_in(DEPLOYS) => Some(Purpose::Deploys),
            () if is_in(TRIES) => Some(Purpose::Tries),
            () => None,
        }
    });
    said.unwrap_or(Purpose::Unknown)
}

/// Whether a name says that something is tried out.
pub(crate) fn tries(name: &str) -> bool {
    purpose(name) == Purpose::Tries
}

/// Whether a command deploys, in a job of which names or an environment say `is_named`.
pub(super) fn deploys(command: &str, is_named: bool) -> bool {
    let runs = |table: &[&str]| {
        let lines = command.lines().filter(|line| !line.trim_start().starts_with('#'));
        lines.into_iter().any(|line| table.iter().any(|tool| line.contains(tool)))
    };
    runs(SURE) || is_named && runs(DOUBTFUL)
}

/// Adds commands with which a job deploys in `folder`, where they may name files of services. What goes to another
/// host (`is_own` is false, or by `ssh`) has none of the job's variables.
pub(super) fn note_script(
    (text, range): (&str, TextRange),
    folder: &str,
    is_own: bool,
    facts: &mut SourceFacts,
) {
    let folder = joined("", folder).filter(|folder| !folder.contains('$'));
    let is_worth = (text.contains("compose") || text.contains("docker stack"))
        && [" -f", " --file", " -c", " --compose-file"].iter().any(|option| text.contains(option));
    if let Some(folder) = folder.filter(|_| is_worth) {
        let is_own = is_own && !text.split_whitespace().any(|word| word == "ssh");
        facts.scripts.push(Script { text: text.to_owned(), folder, is_own, range });
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPLOYS, DOUBTFUL, Purpose, SURE, TRIES, deploys, purpose};

    #[test]
    fn tables_are_sorted() {
        for table in [DEPLOYS, DOUBTFUL, TRIES] {
            assert!(table.is_sorted(), "{table:?}");
        }
        assert_eq!(SURE.iter().collect::<std::collections::BTreeSet<_>>().len(), SURE.len());
    }

    #[test]
    fn the_first_word_that_says_something_decides() {
        assert_eq!(purpose("deploy-test"), Purpose::Deploys);
        assert_eq!(purpose("Test deployment"), Purpose::Tries);
        assert_eq!(purpose("Build and Deploy to Cloud Run"), Purpose::Deploys);
        assert_eq!(purpose("build-deploy"), Purpose::Deploys);
        assert_eq!(purpose("build-release"), Purpose::Tries);
        assert_eq!(purpose("nightly"), Purpose::Unknown);
    }

    #[test]
    fn tools_that_tests_use_too_need_a_name() {
        assert!(deploys("flyctl deploy --remote-only", false));
        assert!(deploys("docker compose up -d", true));
        assert!(!deploys("docker compose up -d", false));
        assert!(!deploys("# fly deploy", true));
        assert!(!deploys("cargo test", true));
    }
}
