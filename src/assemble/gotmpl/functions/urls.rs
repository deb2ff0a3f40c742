//! Addresses: `urlParse`, `urlJoin`.
//!
//! Splits as Go's `net/url` does; escapes are left as they are written.

use std::fmt::Write as _;

use super::{Row, argument, word};
use crate::assemble::gotmpl::value::Value;

pub(super) static ROWS: &[Row] = &[
    ("urlJoin", |all| {
        let value = argument(all, 0)?;
        let part = |key: &str| value.get(key).map(|part| part.shown()).unwrap_or_default();
        Ok(Value::str(joined(part)))
    }),
    ("urlParse", |all| Ok(parsed(&word(all, 0)?))),
];

fn parsed(text: &str) -> Value {
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let scheme = rest.split_once(':').filter(|(scheme, _)| is_scheme(scheme));
    let (scheme, rest) = scheme.unwrap_or(("", rest));
    let (authority, path, opaque) = match rest.strip_prefix("//") {
        Some(rest) => {
            let at = rest.find('/').unwrap_or(rest.len());
            (&rest[..at], &rest[at..], "")
        }
        None if scheme.is_empty() || rest.starts_with('/') => ("", rest, ""),
        None => ("", "", rest),
    };
    let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let hostname = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    Value::map([
        ("fragment", Value::str(fragment)),
        ("host", Value::str(host)),
        ("hostname", Value::str(hostname.trim_matches(['[', ']']))),
        ("opaque", Value::str(opaque)),
        ("path", Value::str(path)),
        ("query", Value::str(query)),
        ("scheme", Value::str(scheme.to_lowercase())),
        ("userinfo", Value::str(userinfo)),
    ])
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn joined(part: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    let (scheme, opaque, host, userinfo) =
        (part("scheme"), part("opaque"), part("host"), part("userinfo"));
    if !scheme.is_empty() {
        text.push_str(&scheme);
        text.push(':');
    }
    if !opaque.is_empty() {
        text.push_str(&opaque);
    } else if !host.is_empty() {
        text.push_str("//");
        if !userinfo.is_empty() {
            text.push_str(&userinfo);
            text.push('@');
        }
        text.push_str(&host);
    }
    let path = part("path");
    if !host.is_empty() && !path.is_empty() && !path.starts_with('/') {
        text.push('/');
    }
    text.push_str(&path);
    for (sign, key) in [('?', "query"), ('#', "fragment")] {
        let rest = part(key);
        if !rest.is_empty() && write!(text, "{sign}{rest}").is_err() {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{joined, parsed};

    #[test]
    fn addresses_are_taken_apart_and_put_together() {
        let whole = "https://baker:rye@shop.example:8443/menu/bread?sort=price#top";
        let value = parsed(whole);
        let part = |key: &str| value.get(key).map(|part| part.shown()).unwrap_or_default();
        assert_eq!((part("scheme"), part("host")), ("https".into(), "shop.example:8443".into()));
        assert_eq!((part("hostname"), part("path")), ("shop.example".into(), "/menu/bread".into()));
        assert_eq!((part("query"), part("fragment")), ("sort=price".into(), "top".into()));
        assert_eq!(joined(part), whole);
        let path = parsed("/health").get("path").map(|part| part.shown());
        assert_eq!(path.as_deref(), Some("/health"));
    }
}
