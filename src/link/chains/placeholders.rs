//! Texts that hold keys: `${oven.heat:200}/${oven.name}`.
//!
//! What stands for a key inside the default of another is not told.

use super::{Chain, bound, slot};
use crate::facts::code::Expr;
use crate::link::evaluate::{Bound, CALLER, HOLE};
use crate::link::instances::Instance;
use crate::link::program::Program;
use crate::link::resolvers::closing;

/// More keys of one text are not looked at.
const MAX_KEYS: usize = 16;

/// A key in a text, with its default.
#[derive(Debug, PartialEq)]
struct Placeholder<'t> {
    key: &'t str,
    default: Option<&'t str>,
}

impl Program<'_> {
    /// Names the keys that a text holds. Where some have a default and others none, those without decide.
    pub(super) fn name_by_placeholders(&self, chain: &mut Chain<'_>) {
        let frame = chain.frames[0];
        let site = self.site(frame);
        let Some(arg) = slot(&chain.row.key, &site.args) else { return };
        let value = bound(arg, frame.file, chain.given[0].clone());
        let texts = self.texts(&value);
        let [text] = &texts[..] else { return };
        let mut found = placeholders(text);
        found.retain(|one| !one.key.is_empty() && !one.key.contains([HOLE, CALLER, '$', '{']));
        if found.iter().any(|one| one.default.is_none()) {
            found.retain(|one| one.default.is_none());
        }
        let default = match &found[..] {
            [Placeholder { default: Some(default), .. }] if !default.contains("${") => {
                Some(Expr::Text((*default).to_owned()))
            }
            [Placeholder { default: Some(_), .. }, ..] => Some(Expr::Unknown),
            _ => None,
        };
        chain.keys = found.iter().map(|one| one.key.to_owned()).collect();
        self.dress(chain, frame.file, &site.args);
        chain.named = arg.named;
        if let Some(expr) = default {
            let default = Some(Bound { expr, ..value.clone() });
            chain.instance = Some(Instance { default, ..Instance::default() });
        }
        chain.written = Some(value);
    }
}

/// The outermost placeholders of a text.
fn placeholders(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < MAX_KEYS
        && let Some(start) = rest.find("${")
    {
        let inside = &rest[start + 2..];
        let Some(end) = closing(inside) else { break };
        let whole = &inside[..end];
        let (key, default) = match whole.split_once(':') {
            Some((key, default)) => (key, Some(default)),
            None => (whole, None),
        };
        found.push(Placeholder { key: key.trim(), default });
        rest = &inside[end + 1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, placeholders};

    #[test]
    fn defaults_stand_behind_the_first_colon() {
        let found = placeholders("${oven.url:http://oven:80}/${name}${a:${b:c}}${open");
        let one = |key, default| Placeholder { key, default };
        assert_eq!(
            found,
            [one("oven.url", Some("http://oven:80")), one("name", None), one("a", Some("${b:c}"))]
        );
    }
}
