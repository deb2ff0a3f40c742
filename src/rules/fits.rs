//! Whether a text is what code needs: its type, its words, its limits.
//!
//! Knows one text and one need, no keys and no environments. What a library takes beyond the ordinary forms is not known:
//! where that matters the answer is unsure, or none.

mod numbers;
mod words;

use std::cmp::Ordering;

use regex::Regex;

use crate::model::{Bound, Confidence, Limits, ScalarKind, ValueType};
use numbers::{compared, is_int, is_number};
use words::{boolean, is_strict, one_of};

/// The largest number of a port.
const LAST_PORT: u32 = 65_535;
/// The most words that are listed, and the most characters of a pattern that are shown.
const SHOWN: (usize, usize) = (12, 60);

/// What code needs instead of what it gets, as a phrase, and how sure that is.
pub(super) type Misfit = (String, Confidence);

/// What code needs a text to be.
#[derive(Clone, Copy)]
pub(super) struct Need<'n> {
    pub(super) expects: &'n ValueType,
    pub(super) limits: &'n Limits,
    /// Its name says that it is a port.
    pub(super) is_port: bool,
}

/// Why a text is not what is needed. `kind` is what a typed file made of it, where that is no text.
pub(super) fn misfit(text: &str, kind: Option<ScalarKind>, need: Need<'_>) -> Option<Misfit> {
    let (limits, trimmed) = (need.limits, text.trim());
    if limits.any_text_parses {
        return None;
    }
    match need.expects {
        ValueType::Int if kind != Some(ScalarKind::Int) && !is_int(trimmed, limits) => {
            // `5.0` is whole: some libraries take it, and files may hold it as it is.
            let is_whole = trimmed.split_once('.').is_some_and(|(whole, rest)| {
                is_int(whole, limits) && rest.bytes().all(|byte| byte == b'0')
            });
            let sure = if is_whole { Confidence::Medium } else { Confidence::High };
            let is_typed = kind == Some(ScalarKind::Float);
            (!is_whole || !is_typed).then(|| ("a whole number".to_owned(), sure))
        }
        ValueType::Int => out_of_range("a whole number", trimmed, need),
        ValueType::Float if !is_number(trimmed, limits) => {
            Some(because("a number", Confidence::High))
        }
        ValueType::Float => out_of_range("a number", trimmed, need),
        ValueType::Bool(_) if kind == Some(ScalarKind::Bool) => None,
        ValueType::Bool(words) => boolean(trimmed, words, limits),
        ValueType::Url => url(trimmed, &limits.schemes),
        ValueType::Json if !is_json(text) => Some(because("JSON", Confidence::High)),
        ValueType::List if limits.lists_are_json && kind.is_none() && !is_json(text) => {
            Some(because("a list written as JSON", Confidence::High))
        }
        ValueType::Enum(words) => one_of(trimmed, words, limits),
        ValueType::Text if kind.is_none() => of_text(text, limits),
        _ => None,
    }
}

/// Why an empty text is not what is needed.
pub(super) fn empty(expects: &ValueType, limits: &Limits) -> Option<String> {
    if limits.any_text_parses {
        return None;
    }
    let wanted = match expects {
        ValueType::Int => "a whole number",
        ValueType::Float => "a number",
        ValueType::Url => "a URL",
        ValueType::Json => "JSON",
        ValueType::List if limits.lists_are_json => "a list written as JSON",
        ValueType::Bool(words) if is_strict(words) && !words.iter().any(String::is_empty) => {
            "a boolean"
        }
        ValueType::Enum(words) => return Some(one_of("", words, limits)?.0),
        ValueType::Text => return Some(of_text("", limits)?.0),
        _ => return None,
    };
    Some(wanted.to_owned())
}

fn because(wanted: &str, sure: Confidence) -> Misfit {
    (wanted.to_owned(), sure)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The end of the range that a number is beyond; a port has one even where the code names none.
fn out_of_range(noun: &str, text: &str, need: Need<'_>) -> Option<Misfit> {
    let beyond = |bound: &Option<Bound>, wrong: Ordering| {
        let bound = bound.as_ref()?;
        let order = compared(text, &bound.number)?;
        let is_out = order == wrong || bound.is_outside && order == Ordering::Equal;
        is_out.then(|| {
            let side = match (wrong, bound.is_outside) {
                (Ordering::Less, false) => "of at least",
                (Ordering::Less, true) => "above",
                (_, false) => "of at most",
                (_, true) => "below",
            };
            format!("{noun} {side} {}", bound.number)
        })
    };
    let limits = need.limits;
    let said =
        beyond(&limits.min, Ordering::Less).or_else(|| beyond(&limits.max, Ordering::Greater));
    if let Some(wanted) = said {
        return Some((wanted, Confidence::High));
    }
    let is_port = need.is_port && *need.expects == ValueType::Int;
    let of_ports = |end: u32, wrong| beyond(&Some(Bound::at(&end)), wrong);
    let guessed = if is_port {
        of_ports(0, Ordering::Less).or_else(|| of_ports(LAST_PORT, Ordering::Greater))
    } else {
        None
    };
    guessed.map(|wanted| (wanted, Confidence::Medium))
}

/// A scheme and something after it, of the schemes that the type takes. Of the rest only what no library takes is wrong.
fn url(text: &str, schemes: &[String]) -> Option<Misfit> {
    let sure = if schemes.is_empty() { Confidence::Medium } else { Confidence::High };
    let split = text.split_once(':').filter(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.trim_matches('/').is_empty()
            && !text.contains(char::is_whitespace)
    });
    let with_scheme = || {
        // `postgresql+asyncpg` is one of many drivers: the plain schemes say enough.
        let plain = schemes.iter().filter(|scheme| !scheme.contains('+'));
        let listed: Vec<String> = plain.map(|scheme| format!("`{scheme}://`")).collect();
        match &listed[..] {
            [] => "a URL".to_owned(),
            [one] => format!("a URL that begins with {one}"),
            [first @ .., last] => {
                format!("a URL that begins with {} or {last}", first.join(", "))
            }
        }
    };
    let Some((scheme, rest)) = split else { return Some((with_scheme(), sure)) };
    if !schemes.is_empty() && !schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        return Some((with_scheme(), sure));
    }
    let is_wrong =
        port_of(rest).is_some_and(|port| port.parse::<u32>().map_or(true, |n| n > LAST_PORT));
    is_wrong.then(|| (format!("a URL with a port of at most {LAST_PORT}"), sure))
}

/// What is written for the port, where one host is written and something follows it.
fn port_of(rest: &str) -> Option<&str> {
    let (_, behind) = rest.split_once("//")?;
    let authority = behind.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    let (_, port) = after.rsplit_once(':')?;
    // Several hosts, or a socket's path.
    let is_one = !host.contains([',', '%', '(']);
    (is_one && !port.is_empty()).then_some(port)
}

/// Characters are counted as Python and the common crates count them.
fn of_text(text: &str, limits: &Limits) -> Option<Misfit> {
    let length = text.chars().count();
    let characters = |most: usize| if most == 1 { "character" } else { "characters" };
    if let Some(least) = limits.min_length.filter(|least| length < *least) {
        return Some(because(
            &format!("a text of at least {least} {}", characters(least)),
            Confidence::High,
        ));
    }
    if let Some(most) = limits.max_length.filter(|most| length > *most) {
        return Some(because(
            &format!("a text of at most {most} {}", characters(most)),
            Confidence::High,
        ));
    }
    let pattern = limits.pattern.as_ref()?;
    // A pattern of another dialect judges nothing.
    let fits = Regex::new(pattern).map_or(true, |regex| regex.is_match(text));
    let shown: String = pattern.chars().take(SHOWN.1).collect();
    (!fits).then(|| (format!("a text that fits `{shown}`"), Confidence::High))
}

#[cfg(test)]
mod tests {
    use super::numbers::{compared, whole};
    use super::{Need, empty, misfit, port_of};
    use crate::model::{Bound, Confidence, Limits, ScalarKind, ValueType};

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn wanted(text: &str, expects: &ValueType, limits: &Limits) -> Option<String> {
        let need = Need { expects, limits, is_port: false };
        misfit(text, None, need).map(|(wanted, _)| wanted)
    }

    #[test]
    fn numbers_are_compared_however_they_are_written() {
        assert_eq!(whole("-1_000"), Some(-1000));
        assert_eq!(whole("0x10"), Some(16));
        assert_eq!(whole("--1"), None);
        assert!(compared("5", "10").is_some_and(std::cmp::Ordering::is_lt));
        assert!(compared("0.5", "0").is_some_and(std::cmp::Ordering::is_gt));
        assert_eq!(compared("ten", "1"), None);
    }

    #[test]
    fn a_range_says_the_end_that_is_passed() {
        let limits = Limits {
            min: Some(Bound::beyond(&0)),
            max: Some(Bound::at(&"1.5")),
            ..Limits::default()
        };
        let float = &ValueType::Float;
        assert_eq!(wanted("0", float, &limits).as_deref(), Some("a number above 0"));
        assert_eq!(wanted("0.1", float, &limits), None);
        assert_eq!(wanted("1.6", float, &limits).as_deref(), Some("a number of at most 1.5"));
    }

    #[test]
    fn a_port_is_guessed_by_its_name_and_less_sure() {
        let (expects, limits) = (ValueType::Int, Limits::default());
        let need = Need { expects: &expects, limits: &limits, is_port: true };
        let found = misfit("70000", None, need);
        let most = "a whole number of at most 65535".to_owned();
        assert_eq!(found, Some((most, Confidence::Medium)));
        assert_eq!(misfit("8080", None, need), None);
        assert_eq!(misfit("70000", None, Need { is_port: false, ..need }), None);
    }

    #[test]
    fn numbers_of_rust_are_plain() {
        let plain = Limits { plain_numbers: true, ..Limits::default() };
        for text in ["1_000", "0x10", "60s", ""] {
            assert!(wanted(text, &ValueType::Int, &plain).is_some(), "{text}");
        }
        assert_eq!(wanted("1_000", &ValueType::Int, &Limits::default()), None);
        assert_eq!(wanted("-5", &ValueType::Int, &plain), None);
        let need = Need { expects: &ValueType::Int, limits: &plain, is_port: false };
        assert_eq!(misfit("1_000", Some(ScalarKind::Int), need), None);
    }

    #[test]
    fn words_may_be_exact() {
        let exact = Limits { exact_words: Some(true), ..Limits::default() };
        let level = ValueType::Enum(words(&["debug", "info"]));
        assert_eq!(wanted("INFO", &level, &exact).as_deref(), Some("`info`, letter for letter"));
        assert_eq!(wanted("INFO", &level, &Limits::default()), None);
        assert_eq!(wanted("loud", &level, &exact).as_deref(), Some("one of `debug`, `info`"));
        let switch = ValueType::Bool(words(&["false", "true"]));
        assert!(wanted("True", &switch, &exact).is_some());
        assert_eq!(wanted("True", &switch, &Limits::default()), None);
        assert_eq!(empty(&level, &exact).as_deref(), Some("one of `debug`, `info`"));
    }

    #[test]
    fn a_comparison_knows_one_side() {
        let limits = Limits { exact_words: Some(true), ..Limits::default() };
        let yes = ValueType::Bool(words(&["True"]));
        assert!(wanted("true", &yes, &limits).is_some());
        assert!(wanted("1", &yes, &limits).is_some());
        assert_eq!(wanted("0", &yes, &limits), None);
        // One of several numbers.
        assert_eq!(wanted("4", &ValueType::Bool(words(&["1"])), &limits), None);
        let truthy = Limits { any_text_is_yes: true, ..Limits::default() };
        assert!(wanted("false", &ValueType::Bool(Vec::new()), &truthy).is_some());
        assert_eq!(wanted("yes", &ValueType::Bool(Vec::new()), &truthy), None);
    }

    #[test]
    fn urls_have_schemes_and_ports() {
        let redis = Limits { schemes: words(&["redis", "rediss"]), ..Limits::default() };
        let found = wanted("http://cache:6379", &ValueType::Url, &redis);
        assert_eq!(found.as_deref(), Some("a URL that begins with `redis://` or `rediss://`"));
        assert_eq!(wanted("redis://cache:6379/0", &ValueType::Url, &redis), None);
        let any = &Limits::default();
        for text in
            ["", "shop.example", "http://", "https://a b", "http://a.test:80800", "http://a:x/"]
        {
            assert!(wanted(text, &ValueType::Url, any).is_some(), "{text}");
        }
        for text in
            ["postgres://u:p@a:1,b:2/x", "http://[::1]:80/", "sqlite:///shop.db", "http://[::1]"]
        {
            assert_eq!(wanted(text, &ValueType::Url, any), None, "{text}");
        }
        assert_eq!(port_of("//u:p@host:5432/shop"), Some("5432"));
    }

    #[test]
    fn texts_have_lengths_and_patterns() {
        let limits = Limits {
            min_length: Some(2),
            max_length: Some(4),
            pattern: Some("^[a-zé]+$".to_owned()),
            ..Limits::default()
        };
        assert_eq!(wanted("née", &ValueType::Text, &limits), None);
        for text in ["a", "abcde", "AB"] {
            assert!(wanted(text, &ValueType::Text, &limits).is_some(), "{text}");
        }
        assert_eq!(
            empty(&ValueType::Text, &limits).as_deref(),
            Some("a text of at least 2 characters")
        );
        let other = Limits { pattern: Some("(?<!a)b".to_owned()), ..Limits::default() };
        assert_eq!(wanted("ab", &ValueType::Text, &other), None);
        assert_eq!(empty(&ValueType::Text, &Limits::default()), None);
    }

    #[test]
    fn lists_may_be_json_and_anything_may_parse() {
        let json = Limits { lists_are_json: true, ..Limits::default() };
        assert!(wanted("a,b", &ValueType::List, &json).is_some());
        assert_eq!(wanted("[\"a\"]", &ValueType::List, &json), None);
        assert_eq!(wanted("a,b", &ValueType::List, &Limits::default()), None);
        let any = Limits { any_text_parses: true, ..Limits::default() };
        assert_eq!(wanted("60s", &ValueType::Float, &any), None);
    }
}
