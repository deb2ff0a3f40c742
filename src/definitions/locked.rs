//! Files of settings that only a key opens, and files that say where such settings are: credentials of Rails, Laravel's
//! encrypted dotenv files, the vault of Symfony, user secrets of .NET.
//!
//! Only Symfony's vault shows names. What the others hold is unknown: what an environment lacks may be there.

use super::context::{Context, env, note_opaque};
use super::{Format, paths};
use crate::document::Document;
use crate::facts::SourceFacts;
use crate::model::Value;
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "locked", paths: is_locked, needles: &[], claims, extract };

/// What user secrets stand behind in a project of .NET.
const USER_SECRETS: &str = "<UserSecretsId>";
/// The environment in which .NET loads them.
const DEVELOPMENT: &str = "Development";

/// What kind of file a path is.
#[derive(Clone, Copy)]
enum Form<'a> {
    /// `config/credentials/production.yml.enc`
    Rails,
    /// `.env.production.encrypted`
    Laravel,
    /// `config/secrets/prod/prod.MILL_TOKEN.a1b2c3.php`: the environment and the name.
    Symfony(&'a str, &'a str),
    /// `Bakery.csproj`
    DotNet,
}

fn form(path: &str) -> Option<Form<'_>> {
    let name = paths::name(path);
    if name.ends_with(".yml.enc") || name.ends_with(".yaml.enc") {
        let holder = path.rsplit('/').nth(1).unwrap_or("");
        return (holder == "credentials" || name.starts_with("credentials."))
            .then_some(Form::Rails);
    }
    if name.starts_with(".env") && name.ends_with(".encrypted") {
        return Some(Form::Laravel);
    }
    let is_project = [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end));
    is_project.then_some(Form::DotNet).or_else(|| vault(path))
}

/// One secret of Symfony's vault, which keeps each in a file of its own.
fn vault(path: &str) -> Option<Form<'_>> {
    let mut folders = path.rsplit('/');
    let (file, environment, holder) = (folders.next()?, folders.next()?, folders.next()?);
    let rest = file.strip_prefix(environment)?.strip_prefix('.')?.strip_suffix(".php")?;
    let (name, digest) = rest.rsplit_once('.')?;
    let is_digest = digest.len() == 6 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    (holder == "secrets" && is_digest && !name.is_empty())
        .then_some(Form::Symfony(environment, name))
}

fn is_locked(path: &str) -> bool {
    form(path).is_some()
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    match form(&file.path) {
        Some(Form::DotNet) => file.text.contains(USER_SECRETS),
        found => found.is_some(),
    }
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let whole = TextRange::new(0, context.file.text.lines().next().map_or(0, str::len));
    let (kind, section, what) = match form(&context.file.path) {
        Some(Form::Rails) => ("credentials", None, "encrypted credentials"),
        Some(Form::Laravel) => ("env-encrypted", None, "an encrypted dotenv file"),
        Some(Form::DotNet) => ("user-secrets", Some(DEVELOPMENT), "user secrets of .NET"),
        Some(Form::Symfony(environment, name)) => {
            let mut facts = context.source("secrets-vault");
            facts.section = Some(environment.to_owned());
            facts.entries.push(env(name, whole, Value::Encrypted, Some(whole)));
            facts.secrets.push(whole);
            return vec![facts];
        }
        None => return Vec::new(),
    };
    let at = context.file.text.find(USER_SECRETS);
    let range = at.map_or(whole, |at| TextRange::new(at, at + USER_SECRETS.len()));
    let mut facts = context.source(kind);
    facts.section = section.map(str::to_owned);
    note_opaque(what, range, &mut facts);
    vec![facts]
}
