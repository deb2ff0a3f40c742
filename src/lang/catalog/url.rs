//! Keys that stand in the address that code asks: `http://localhost:2772/…/configurations/shop?flag=new-till`.

use crate::facts::code::Expr;

/// Where in an address a key stands.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InUrl {
    /// A part of the address that only those of this reader have.
    pub path: String,
    /// The parameter that names the key.
    pub parameter: String,
    /// The last names of the calls that ask an address, whatever library they are of.
    pub calls: Vec<String>,
}

impl InUrl {
    /// Whether a value, or a text that it is put together from, is such an address.
    pub fn is_in(&self, value: &Expr) -> bool {
        match value {
            Expr::Text(text) => text.contains(&self.path),
            Expr::Join(parts) => parts.iter().any(|part| self.is_in(part)),
            Expr::Method(object, ..) => self.is_in(object),
            Expr::Call(_, args, object) => {
                object.as_deref().is_some_and(|one| self.is_in(one))
                    || args
                        .first()
                        .is_some_and(|first| matches!(first, Expr::Text(_)) && self.is_in(first))
            }
            _ => false,
        }
    }

    /// The keys that an address names.
    pub fn keys(&self, url: &str) -> Vec<String> {
        let Some((_, behind)) = url.split_once(&self.path) else { return Vec::new() };
        let Some((_, query)) = behind.split_once('?') else { return Vec::new() };
        let named = query.split('&').filter_map(|pair| pair.split_once('='));
        let named = named.filter(|(name, key)| *name == self.parameter && !key.is_empty());
        named.map(|(_, key)| key.split('#').next().unwrap_or(key).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::InUrl;

    #[test]
    fn an_address_names_flags() {
        let calls = Vec::new();
        let row = InUrl { path: "/configurations/".into(), parameter: "flag".into(), calls };
        let url = "http://localhost:2772/applications/a/environments/b/configurations/c";
        assert!(row.keys(url).is_empty() && row.keys(&format!("{url}?x=1")).is_empty());
        assert_eq!(row.keys(&format!("{url}?flag=rye&flag=spelt#top")), ["rye", "spelt"]);
    }
}
