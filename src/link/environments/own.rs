//! What one source says of the environment it is for: its section, its path, what makes it, its namespace.
//!
//! Whether that makes an environment is decided where all sources are known.

use super::Sourced;
use super::loaders;
use super::mark::{Mark, Proof, Token, find_whole, mark};
use super::vocabulary::BASES;
use crate::config::PathGlobs;
use crate::model::Class;

/// Kinds of sources with a file for each flag.
const PER_FLAG: &[&str] = &["featurevisor", "flag-file"];

/// The mark of one source: its section's where it has one, else its path's, else its namespace's.
pub(super) fn own_mark(source: &Sourced, shared: &PathGlobs) -> Mark {
    let mut mark = mark(&source.path, source.class);
    // Folders of single flags are called by what the flags are for.
    if PER_FLAG.contains(&source.kind) {
        mark.token = None;
    }
    if let Some(token) = loaders::own_mode(source).and_then(find_whole) {
        let reason = format!("its name says `{}`", token.raw);
        let family = format!("{}#{{env}}", crate::text::relative::folder(&source.path));
        mark.token = Some(Token { family, reason, ..token });
        mark.is_override = true;
    }
    if shared.fits(&source.path) {
        return Mark { token: None, aside: None, is_contract: false, ..mark };
    }
    if let Some(section) = source.section.as_deref() {
        let plain = section.to_lowercase();
        let is_shared = BASES.contains(&plain.as_str());
        let own = (!is_shared).then(|| section_token(source, section));
        // `production.toml` with the block of production alone is one of its siblings still.
        let is_named_alike =
            |token: &Token| own.as_ref().is_some_and(|own| own.canonical == token.canonical);
        // What a job says proves more than the name of its workflow: `deploy-dev-from-branch.yml`.
        let is_sibling = source.class != Class::Pipeline;
        if !(is_sibling && mark.token.as_ref().is_some_and(is_named_alike)) {
            mark.token = own;
        }
        // A workflow lies among what is for the pipeline alone; a job that names where it deploys does not.
        mark.aside = mark.aside.filter(|_| source.class != Class::Pipeline);
        return mark;
    }
    if super::replaced::is_written(source) {
        mark.aside = None;
    }
    let is_open =
        mark.beyond.is_none() && mark.token.as_ref().is_none_or(|token| token.proof < Proof::Sure);
    if is_open
        && let Some(by) = &source.made_by
        && let Some(token) = super::mark::mark(by, source.class).token
        && mark.token.as_ref().is_none_or(|own| own.proof < token.proof)
        && token.proof > Proof::Unknown
    {
        let reason = format!("`{by}` applies it, and {}", token.reason);
        mark.token = Some(Token { reason, ..token });
    } else if is_open
        && let Some(namespace) = &source.namespace
        && let Some(token) = find_whole(namespace)
    {
        let reason = format!("its namespace is `{namespace}`");
        mark.token =
            Some(Token { family: format!("namespace of {}", source.path), reason, ..token });
    }
    mark
}

fn section_token(source: &Sourced, section: &str) -> Token {
    let known = find_whole(section);
    // What a provider calls an environment is one.
    let is_sure = known.is_some() || source.class == Class::Flags;
    let proof = if is_sure { Proof::Sure } else { Proof::Contained };
    // What Terraform chooses from a map is called like its element: `infra-staging` stands beside `staging`.
    let is_exact = source.made_by.is_some() && source.kind == "terraform";
    let known = known.filter(|token| !is_exact || token.raw == section);
    let token = known.unwrap_or_else(|| Token::unknown(section));
    if let Some(by) = &source.made_by {
        let reason = format!("`{by}` has an environment `{section}`");
        return Token { proof: Proof::Sure, family: format!("{by}#{{env}}"), reason, ..token };
    }
    let reason = format!("the section `{section}`");
    Token { proof, family: format!("{}#{{env}}", source.path), reason, ..token }
}
