//! What a written value is for those outside: withheld where it may be a credential, shown otherwise.
//!
//! The one place that turns texts of configuration into values. Nothing that is withheld here can be had elsewhere.

use crate::document::interpolation::{self, Found};
use crate::document::template;
use crate::facts::SourceFacts;
use crate::model::secrecy::{
    WITHHELD, is_harmless, is_placeholder, looks_secret, looks_secret_name, looks_secret_value,
};
use crate::model::{Digest, Interpolation, OnUnset, Scalar, ScalarKind, Value};
use crate::text::TextRange;

/// How encrypted values begin.
const ENCRYPTED: &[&str] = &["ENC[", "EV[1:", "encrypted:", "$ANSIBLE_VAULT;", "AQICAH"];
/// How values begin that are kept elsewhere.
const ELSEWHERE: &[&str] = &[
    "@Microsoft.KeyVault(",
    "arn:aws:secretsmanager:",
    "arn:aws:ssm:",
    "awssm://",
    "gcp-sm://",
    "gcpsm://",
    "op://",
    "ref+",
    "secretsmanager://",
    "ssm:/",
    "vault:",
    "{{resolve:",
];

/// Draws digests of secrets under a key that exists for this run alone.
#[derive(Clone)]
pub struct Sealer {
    key: [u8; 32],
}

impl Sealer {
    /// A sealer with a key of its own.
    pub fn new() -> Self {
        let mut key = [0; 32];
        // Without a random source all secrets still get digests, under the zero key: nothing of them is ever shown.
        let _ = getrandom::fill(&mut key);
        Self { key }
    }

    /// The digest of a secret text.
    pub fn seal(&self, text: &str) -> Digest {
        self.seal_bytes(text.as_bytes())
    }

    /// The digest of secret bytes.
    pub fn seal_bytes(&self, bytes: &[u8]) -> Digest {
        let hash = blake3::keyed_hash(&self.key, bytes);
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash.as_bytes()[..16]);
        Digest(digest)
    }
}

impl Default for Sealer {
    fn default() -> Self {
        Self::new()
    }
}

/// A value as a file has it.
#[derive(Clone, Debug)]
pub(super) struct Written<'a> {
    /// The key's name.
    pub(super) name: &'a str,
    /// The text after quotes and escapes.
    pub(super) text: &'a str,
    /// As it stands in the file, with quotes.
    pub(super) raw: &'a str,
    /// Where it stands.
    pub(super) range: TextRange,
    /// What the syntax says of it.
    pub(super) kind: ScalarKind,
    /// What it asks for.
    pub(super) asks: Vec<Found>,
}

/// The value of `written`; what is withheld is noted in `facts`, so that it is never shown with its line.
pub(super) fn judge(written: &Written<'_>, sealer: &Sealer, facts: &mut SourceFacts) -> Value {
    let Written { name, text, raw, range, kind, asks } = written;
    if *kind == ScalarKind::Null {
        return Value::Empty;
    }
    if template::is_open(raw) {
        return templated(written, facts);
    }
    if text.is_empty() {
        return Value::Empty;
    }
    if ENCRYPTED.iter().any(|start| text.starts_with(start)) {
        return Value::Encrypted;
    }
    if asks.is_empty() && is_placeholder(text) {
        return Value::Placeholder((*text).to_owned());
    }
    if !asks.is_empty() && !looks_secret_value(text) {
        return asked(written, facts);
    }
    if ELSEWHERE.iter().any(|start| text.starts_with(start)) {
        return Value::Reference { text: (*text).to_owned(), needs: Vec::new() };
    }
    if looks_secret(name, text) {
        facts.secrets.push(*range);
        return Value::Secret(sealer.seal(text));
    }
    Value::Literal(Scalar { text: (*text).to_owned(), kind: *kind })
}

/// A secret whatever it looks like: the value of a Secret object.
pub(super) fn withhold(
    bytes: &[u8],
    range: TextRange,
    sealer: &Sealer,
    facts: &mut SourceFacts,
) -> Value {
    if bytes.is_empty() {
        return Value::Empty;
    }
    facts.secrets.push(range);
    Value::Secret(sealer.seal_bytes(bytes))
}

/// The interpolations of a text, with defaults withheld where they may be credentials of `name`.
pub(super) fn asks(found: Vec<Found>, name: &str, facts: &mut SourceFacts) -> Vec<Interpolation> {
    found.into_iter().map(|found| shown(found, name, &mut facts.secrets)).collect()
}

fn shown(found: Found, name: &str, secrets: &mut Vec<TextRange>) -> Interpolation {
    let mut interpolation = found.interpolation;
    let (OnUnset::Default { text, .. }, Some(range)) = (&mut interpolation.on_unset, found.default)
    else {
        return interpolation;
    };
    if hides_default(text, name, &interpolation.name) {
        WITHHELD.clone_into(text);
        secrets.push(range);
    }
    interpolation
}

fn hides_default(text: &str, name: &str, asked: &str) -> bool {
    if is_placeholder(text) {
        return false;
    }
    let is_reference = text.starts_with("${") && text.ends_with('}') && !text.contains(":-");
    let is_named = looks_secret_name(name) || looks_secret_name(asked);
    looks_secret_value(text) || (is_named && !is_harmless(text) && !is_reference)
}

/// A value with `${X}` in it.
fn asked(written: &Written<'_>, facts: &mut SourceFacts) -> Value {
    let (says, places) = spoken(written);
    let mut text = String::new();
    let mut needs = Vec::new();
    let hides = looks_secret_name(written.name);
    let mut at = 0_usize;
    for (found, place) in written.asks.iter().zip(places) {
        let hidden = facts.secrets.len();
        let need = shown(found.clone(), written.name, &mut facts.secrets);
        if place.from >= at {
            push_between(&mut text, says.get(at..place.from).unwrap_or(""), hides);
            match place.default.filter(|_| facts.secrets.len() > hidden) {
                Some(default) => {
                    text.push_str(says.get(place.from..default).unwrap_or(""));
                    text.push_str(WITHHELD);
                    text.push('}');
                }
                None => text.push_str(says.get(place.from..place.to).unwrap_or("")),
            }
            at = place.to;
        }
        needs.push(need);
    }
    push_between(&mut text, says.get(at..).unwrap_or(""), hides);
    if hides && text.contains('…') {
        facts.secrets.push(written.range);
    }
    Value::Reference { text, needs }
}

/// Where a text asks: from, to, and where what takes over begins.
struct Place {
    from: usize,
    to: usize,
    default: Option<usize>,
}

/// What a value says, with the places of what it asks for: the text after quotes and escapes where it asks for the same
/// names, else what stands in the file, without the quotes around it.
fn spoken<'a>(written: &Written<'a>) -> (&'a str, Vec<Place>) {
    let place = |found: &Found, base: usize| Place {
        from: (found.interpolation.range.start as usize).saturating_sub(base),
        to: (found.interpolation.range.end as usize).saturating_sub(base),
        default: found.default.map(|range| (range.start as usize).saturating_sub(base)),
    };
    let is_container = |found: &Found| {
        let start = found.interpolation.range.start.saturating_sub(written.range.start) as usize;
        written.raw.get(start..).is_some_and(|rest| rest.starts_with("$("))
    };
    let again = if written.asks.iter().any(is_container) {
        interpolation::find_parenthesis(written.text, 0)
    } else {
        interpolation::find(written.text, 0)
    };
    let name = |found: &Found| found.interpolation.name.clone();
    if again.iter().map(name).eq(written.asks.iter().map(name)) {
        return (written.text, again.iter().map(|found| place(found, 0)).collect());
    }
    let quoted = ['"', '\'', '`'].iter().find_map(|quote| {
        written.raw.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote))
    });
    let base = written.range.start as usize + usize::from(quoted.is_some());
    let places = written.asks.iter().map(|found| place(found, base)).collect();
    (quoted.unwrap_or(written.raw), places)
}

fn push_between(text: &mut String, part: &str, hides: bool) {
    let names_something = part.bytes().any(|byte| byte.is_ascii_alphanumeric());
    if hides && names_something { text.push('…') } else { text.push_str(part) }
}

/// A value that a template engine will fill in.
fn templated(written: &Written<'_>, facts: &mut SourceFacts) -> Value {
    let raw = written.raw.trim_matches(['"', '\'']);
    let outside =
        raw.split("{{").next().unwrap_or("").len() + raw.rsplit("}}").next().unwrap_or("").len();
    let names = looks_secret_name(written.name);
    if looks_secret_value(raw) || (names && (outside > 0 || raw.contains(['"', '\'', '`']))) {
        facts.secrets.push(written.range);
        return Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() };
    }
    Value::Reference { text: raw.to_owned(), needs: Vec::new() }
}
