//! What one path says of the environment a source is for.
//!
//! Looks at the words of the file's name, then at its folders from the inside out. Sees one path at a time: whether
//! a doubtful word is an environment is decided where all paths are known.

use std::collections::BTreeSet;

use super::cut::{Cut, cut, without_override};
use super::vocabulary::{CONTAINERS, CONTRACTS, LIKELY_CONTAINERS, PLAIN, aside, is_region, word};
use super::words::{Found, find, split};
use crate::model::Class;

/// What a path says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The environment that it names, as far as the path alone tells.
    pub(crate) token: Option<Token>,
    /// The environment that a folder further out names for sure: it is meant where the nearer name turns out to be none's,
    /// `production/cluster-dev-01`.
    pub(crate) beyond: Option<Token>,
    /// What else it is, where it can be no environment's: "a test's own values".
    pub(crate) aside: Option<&'static str>,
    /// Its name makes it a contract.
    pub(crate) is_contract: bool,
    /// Its name makes it an override that only a developer's machine has: `.env.production.local`.
    pub(crate) is_override: bool,
    /// A folder around it is a developer's, though no environment is called so: `.dockerdev/Dockerfile`.
    pub(crate) is_developers: bool,
    /// What compose makes of files and nobody runs, or not as an environment of its own.
    pub(crate) idle: Option<&'static str>,
    /// The environments to which pipelines deploy a run of compose, where those are several.
    pub(crate) deployed_to: BTreeSet<String>,
    /// The words of its name beyond the environment and the plain ones: `api` of `api-values-prod.yaml`.
    pub(crate) rest: String,
}

/// A name for an environment inside a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// As written: `prod-us`, `Production`.
    pub(crate) raw: String,
    /// The word that stands for all spellings: `prod`; the text itself in lower case where no word is known.
    pub(crate) canonical: String,
    /// The word alone, as written: `prod` of `prod-us`.
    pub(crate) stem: String,
    /// The region or number beside it.
    pub(crate) region: Option<String>,
    /// Whether the region stands in a folder of its own.
    pub(crate) region_apart: bool,
    /// How much the path alone proves.
    pub(crate) proof: Proof,
    /// A developer's or a test's own.
    pub(crate) local: bool,
    /// The path with the name put out: what the siblings share.
    pub(crate) family: String,
    /// Where it was found, as a phrase.
    pub(crate) reason: String,
    /// Whether the word is a folder's.
    pub(crate) is_folder: bool,
    /// The path of that folder, where the word is one's.
    pub(crate) folder: String,
}

/// How much a path alone proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proof {
    /// No known word: an environment only beside known ones, in a folder that may hold environments.
    Unknown,
    /// No known word, in a folder that holds environments.
    Contained,
    /// A word that can mean other things: an environment only if siblings are.
    Doubtful,
    /// An environment.
    Sure,
}

impl Token {
    /// A name that no word is known for.
    pub(crate) fn unknown(name: &str) -> Self {
        Self {
            raw: name.to_owned(),
            canonical: name.to_lowercase(),
            stem: name.to_owned(),
            region: None,
            region_apart: false,
            proof: Proof::Unknown,
            local: false,
            family: String::new(),
            reason: String::new(),
            is_folder: false,
            folder: String::new(),
        }
    }

    /// Whether a job that names it deploys to an environment.
    pub(super) fn is_deployed_to(&self) -> bool {
        self.proof == Proof::Sure && (self.canonical == "dev" || !self.local)
    }
}

/// The token of a name that stands by itself (a section, a namespace), if it is an environment's.
pub(crate) fn find_whole(name: &str) -> Option<Token> {
    let found = find(name, &split(name, 0, name.len()));
    let range = found.range.filter(|_| found.sure || found.rest.is_empty())?;
    Some(Token {
        raw: name[range.0..range.1].to_owned(),
        stem: name[found.stem.0..found.stem.1].to_owned(),
        canonical: found.canonical,
        region: found.region,
        local: found.local,
        proof: Proof::Sure,
        ..Token::unknown(name)
    })
}

/// What `path` says of a source of `class`.
pub(crate) fn mark(path: &str, class: Class) -> Mark {
    let cut = cut(path, class);
    let texts: Vec<String> =
        cut.words.iter().map(|(a, b)| cut.file[*a..*b].to_lowercase()).collect();
    let has = |wanted: &[&str]| texts.iter().any(|text| wanted.contains(&text.as_str()));
    let is_contract = match class {
        Class::Cluster => has(&["example", "sample", "template", "dist"]),
        // `template.yaml` is what CloudFormation deploys.
        Class::Infrastructure => has(&["example", "sample", "dist"]),
        _ => has(CONTRACTS),
    };
    let mut mark = Mark { is_contract, ..Mark::default() };
    let (words, is_override) = without_override(&cut, class);
    mark.is_override = is_override;
    let found = find(cut.file, words);
    mark.rest.clone_from(&found.rest);
    mark.token = file_token(&cut, found);
    // Most images lie in a folder called `docker`, and many files of compose.
    let is_docker = matches!(class, Class::Compose | Class::Image);
    let counts = |token: &Token| !is_docker || token.canonical != "docker";
    let mut folders = folder_tokens(&cut).filter(counts);
    mark.token = mark.token.or_else(|| folders.next());
    if mark.token.as_ref().is_some_and(|token| token.proof < Proof::Sure) {
        mark.beyond = folders.find(|token| token.proof == Proof::Sure);
    }
    let starts_suites = matches!(class, Class::Compose | Class::Dotenv);
    if let Some(token) = mark.token.as_mut().filter(|_| starts_suites) {
        // `.env.integration-test` is a suite's, and so is what compose starts for one; a deployment may be called so, too.
        token.local |= token.canonical.ends_with("-test");
        // `docker-compose-integration.yml` starts what integration tests need beside them.
        token.local |= class == Class::Compose && token.canonical == "integration";
    }
    let is_test = mark.token.as_ref().is_some_and(|token| token.canonical == "test");
    mark.aside = aside_folder(&cut.folders, is_test).or_else(|| pipeline_file(cut.file));
    mark
}

/// What the folders name that are called after something else as well, from the inside out: `shop-dev`. Proves nothing alone.
pub(super) fn parted(path: &str, class: Class) -> Vec<Token> {
    let cut = cut(path, class);
    let tokens = (0..cut.folders.len()).rev().filter_map(|at| {
        let folder = cut.folders[at].trim_start_matches('.');
        let found = find(folder, &split(folder, 0, folder.len()));
        let is_parted = found.range.is_some() && !found.rest.is_empty();
        is_parted
            .then(|| token_of_folder(&cut.folders, at, cut.file, found, (Proof::Doubtful, false)))
    });
    tokens.collect()
}

/// The environment that the outermost of the folders with a word for one names.
pub(super) fn outermost(path: &str, class: Class) -> Option<Token> {
    folder_tokens(&cut(path, class)).filter(|token| token.proof >= Proof::Doubtful).last()
}

/// What the folders are, if they are no environment's. `overlays/test` is an environment, `test/config` is not.
fn aside_folder(folders: &[&str], is_test: bool) -> Option<&'static str> {
    folders.iter().enumerate().find_map(|(at, folder)| {
        let holder = at.checked_sub(1).map_or(String::new(), |above| folders[above].to_lowercase());
        let is_held =
            [CONTAINERS, LIKELY_CONTAINERS].iter().any(|all| all.contains(&holder.as_str()));
        // What Gradle builds for tests: `src/integrationTest/resources`.
        if holder == "src" && folder.ends_with("Test") {
            return Some("a test's own values");
        }
        aside(folder).filter(|_| !(folder.eq_ignore_ascii_case("test") && (is_test || is_held)))
    })
}

fn pipeline_file(file: &str) -> Option<&'static str> {
    let is_pipeline = matches!(
        file,
        ".travis.yml" | "azure-pipelines.yml" | "bitbucket-pipelines.yml" | "cloudbuild.yaml"
    );
    is_pipeline.then_some("configuration of the build pipeline")
}

fn file_token(cut: &Cut<'_>, found: Found) -> Option<Token> {
    let range = found.range?;
    let raw = cut.file[range.0..range.1].to_owned();
    let mut folders: Vec<&str> = cut.folders.clone();
    let mut region = found.region;
    let mut region_apart = false;
    if region.is_none()
        && let Some(last) = folders.last_mut().filter(|folder| is_region(folder))
    {
        region = Some(last.to_lowercase());
        region_apart = true;
        *last = "{region}";
    }
    let family =
        format!("{}/{}{{env}}{}", folders.join("/"), &cut.file[..range.0], &cut.file[range.1..]);
    Some(Token {
        proof: if found.sure || found.rest.is_empty() { Proof::Sure } else { Proof::Doubtful },
        canonical: found.canonical,
        stem: cut.file[found.stem.0..found.stem.1].to_owned(),
        region,
        region_apart,
        local: found.local,
        family,
        reason: format!("its name says `{raw}`"),
        is_folder: false,
        folder: String::new(),
        raw,
    })
}

/// What the folders name, from the inside out.
fn folder_tokens(cut: &Cut<'_>) -> impl Iterator<Item = Token> {
    (0..cut.folders.len()).rev().filter_map(|at| folder_token(cut, at))
}

fn folder_token(cut: &Cut<'_>, at: usize) -> Option<Token> {
    let folder = cut.folders[at].trim_start_matches('.');
    let holder = at.checked_sub(1).map(|above| cut.folders[above].to_lowercase());
    let holder = holder.as_deref().unwrap_or("");
    let is_held = CONTAINERS.contains(&holder);
    let may_be_held = LIKELY_CONTAINERS.contains(&holder);
    let found = find(folder, &split(folder, 0, folder.len()));
    let whole = found.rest.is_empty();
    let is_holder = is_held || may_be_held;
    let proof = match found.range {
        Some(_) if is_holder => Proof::Sure,
        Some(_) if found.sure && whole => Proof::Sure,
        Some(_) if found.sure || whole => Proof::Doubtful,
        None if is_held && !is_plain(folder) => Proof::Contained,
        None if may_be_held && !is_plain(folder) && !is_region(folder) => Proof::Unknown,
        _ => return None,
    };
    Some(token_of_folder(&cut.folders, at, cut.file, found, (proof, is_holder)))
}

fn is_plain(folder: &str) -> bool {
    PLAIN.contains(&folder.to_lowercase().as_str())
}

fn token_of_folder(
    folders: &[&str],
    at: usize,
    file: &str,
    found: Found,
    (proof, is_held): (Proof, bool),
) -> Token {
    let folder = folders[at].trim_start_matches('.');
    let mut shared: Vec<String> = folders.iter().map(|&folder| folder.to_owned()).collect();
    let mut region = found.region;
    // In a folder that holds environments a name counts whole: `integration-gpu` is a part of `integration`.
    let range = if is_held { (0, folder.len()) } else { found.range.unwrap_or((0, folder.len())) };
    // A name of two environments is one of its own: `prod-for-stage` is no region of `prod`.
    let is_compound = is_held && found.rest.split('-').any(|part| word(part).is_some());
    if is_held && found.range.is_some() && !found.rest.is_empty() && !is_compound {
        region =
            Some(region.map_or_else(|| found.rest.clone(), |it| format!("{}-{it}", found.rest)));
    }
    shared[at] = format!("{}{{env}}{}", &folder[..range.0], &folder[range.1..]);
    let mut file = file.to_owned();
    let mut region_apart = false;
    if region.is_none() {
        region = region_around(&mut shared, at, &mut file);
        region_apart = region.is_some();
    }
    let is_known = found.range.is_some() && !is_compound;
    Token {
        raw: folder[range.0..range.1].to_owned(),
        canonical: if is_known { found.canonical } else { folder.to_lowercase() },
        stem: if is_known {
            folder[found.stem.0..found.stem.1].to_owned()
        } else {
            folder.to_owned()
        },
        region,
        region_apart,
        proof,
        local: found.local,
        family: format!("{}/{file}", shared.join("/")),
        reason: format!("it is in the folder `{}`", folders[at]),
        is_folder: true,
        folder: folders[..=at].join("/"),
    }
}

/// The region that a folder or file beside the environment's folder names; puts it out of the shared path.
fn region_around(folders: &mut [String], at: usize, file: &mut String) -> Option<String> {
    const OUT: &str = "{region}";
    if let Some(below) = folders.get_mut(at + 1) {
        if is_region(below) {
            return Some(std::mem::replace(below, OUT.to_owned()).to_lowercase());
        }
    } else {
        let stem = file.split('.').next().unwrap_or("").to_owned();
        if is_region(&stem) {
            file.replace_range(..stem.len(), OUT);
            return Some(stem.to_lowercase());
        }
    }
    let above = folders.get_mut(at.checked_sub(1)?).filter(|above| is_region(above))?;
    Some(std::mem::replace(above, OUT.to_owned()).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Proof, mark};
    use crate::model::Class;

    fn token(path: &str, class: Class) -> Option<(String, Option<String>, Proof)> {
        mark(path, class).token.map(|token| (token.raw, token.region, token.proof))
    }

    type Found = Option<(String, Option<String>, Proof)>;

    fn sure(raw: &str) -> Found {
        Some(raw).map(|raw| (raw.to_owned(), None, Proof::Sure))
    }

    #[test]
    fn names_of_files_name_environments() {
        assert_eq!(token(".env.production", Class::Dotenv), sure("production"));
        assert_eq!(token("deploy/staging.env", Class::Dotenv), sure("staging"));
        assert_eq!(token(".env-ci", Class::Dotenv), sure("ci"));
        assert_eq!(token("appsettings.Development.json", Class::Settings), sure("Development"));
        assert_eq!(token("config/docker-configuration.toml", Class::Settings), sure("docker"));
        assert_eq!(
            token("config/integration_test.toml", Class::Settings),
            sure("integration_test")
        );
        assert_eq!(token("docker-compose.prod.yml", Class::Compose), sure("prod"));
        assert_eq!(token("helm_deploy/values-pre-prod.yaml", Class::Cluster), sure("pre-prod"));
        assert_eq!(token("tf/non-prod.tfvars", Class::Infrastructure), sure("non-prod"));
    }

    #[test]
    fn words_of_a_format_name_none() {
        for path in ["docker-compose.yml", "compose.override.yml", "compose.observability.yaml"] {
            assert_eq!(token(path, Class::Compose), None, "{path}");
        }
        assert_eq!(token("env/netbox.env", Class::Dotenv), None);
        assert_eq!(token(".env", Class::Dotenv), None);
        assert_eq!(token("values.yaml", Class::Cluster), None);
    }

    #[test]
    fn folders_name_environments() {
        assert_eq!(token("k8s/overlays/dev/config.yaml", Class::Cluster), sure("dev"));
        assert_eq!(token(".envs/.production/.django", Class::Dotenv), sure("production"));
        let held = token("envs/integration-gpu/kustomization.yaml", Class::Cluster);
        let part = ("integration-gpu".to_owned(), Some("gpu".to_owned()), Proof::Sure);
        assert_eq!(held, Some(part));
        let compound = token("overlays/moc-prod-ocp4-stage/kustomization.yaml", Class::Cluster);
        let whole = ("moc-prod-ocp4-stage".to_owned(), None, Proof::Sure);
        assert_eq!(compound, Some(whole));
        let docker = token("docker/app.env", Class::Dotenv);
        assert_eq!(docker.map(|token| token.2), Some(Proof::Doubtful));
    }

    #[test]
    fn regions_stand_beside_names() {
        let with =
            |raw: &str, region: &str| Some((raw.to_owned(), Some(region.to_owned()), Proof::Sure));
        assert_eq!(token("values-prod-us.yaml", Class::Cluster), with("prod-us", "us"));
        assert_eq!(
            token("values-prod-eu-west-1.yaml", Class::Cluster),
            with("prod-eu-west-1", "eu-west-1")
        );
        assert_eq!(token("env/us-prod.env", Class::Dotenv), with("us-prod", "us"));
        assert_eq!(
            token("overlays/production/us/config.yaml", Class::Cluster),
            with("production", "us")
        );
        assert_eq!(token("overlays/prod-eu/config.yaml", Class::Cluster), with("prod-eu", "eu"));
    }

    #[test]
    fn contracts_and_asides_are_told() {
        assert!(mark(".env.local.example", Class::Dotenv).is_contract);
        assert!(mark("config/config.example.toml", Class::Settings).is_contract);
        let of_suite = mark("docker-compose-integration.yml", Class::Compose);
        assert!(of_suite.token.is_some_and(|token| token.local));
        assert_eq!(mark("tests/.env.production", Class::Dotenv).aside, Some("a test's own values"));
        assert!(mark(".env.production.local", Class::Dotenv).is_override);
        assert!(mark("compose.override.yml", Class::Compose).is_override);
    }
}
