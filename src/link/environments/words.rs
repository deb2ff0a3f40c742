//! Finds an environment's word, with the region beside it, in the words of one name.
//!
//! Knows one name at a time: `values-prod-eu-west-1`, `integration_test`.

use super::vocabulary::{PLAIN, is_region, word};

/// The most words of a name that are looked at.
const MOST_WORDS: usize = 12;

/// The byte ranges of the words of `text` between two bytes.
pub(crate) fn split(text: &str, from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = from;
    let separators = text[from..to].match_indices(['.', '_', '-']).map(|(at, _)| from + at);
    for at in separators.chain([to]) {
        if at > start && words.len() < MOST_WORDS {
            words.push((start, at));
        }
        start = at + 1;
    }
    words
}

/// What a run of words holds.
#[derive(Default)]
pub(crate) struct Found {
    /// The bytes of the environment's word with its region.
    pub(crate) range: Option<(usize, usize)>,
    /// The bytes of the word alone.
    pub(crate) stem: (usize, usize),
    /// The word that stands for all spellings.
    pub(crate) canonical: String,
    /// The region or number beside the word.
    pub(crate) region: Option<String>,
    /// Whether the word means an environment wherever it stands.
    pub(crate) sure: bool,
    /// A developer's or a test's own.
    pub(crate) local: bool,
    /// The words that are neither plain nor the environment's.
    pub(crate) rest: String,
}

/// Finds the environment's word among `words` of `text`.
pub(crate) fn find(text: &str, words: &[(usize, usize)]) -> Found {
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((name, taken)) = name_at(text, words, at) else {
            at += 1;
            continue;
        };
        names.push((at, at + taken, name));
        at += taken;
    }
    // A word that is sure wins; of doubtful ones the last, unless they stand together.
    let together = names.windows(2).all(|pair| pair[0].1 == pair[1].0);
    let best = names.iter().find(|(.., name)| name.sure).or(names.last());
    let Some((from, to, name)) = best else {
        return Found { rest: rest(text, words, 0, 0), ..Found::default() };
    };
    let is_compound = names.len() > 1
        && together
        && names.iter().any(|other| other.2.canonical != name.canonical);
    let (mut from, mut to) =
        if is_compound { (names[0].0, names[names.len() - 1].1) } else { (*from, *to) };
    let stem = (words[from].0, words[to - 1].1);
    let mut region = name.number.clone();
    if region.is_none() && !is_compound {
        region = region_beside(text, words, &mut from, &mut to);
    }
    let range = (words[from].0, words[to - 1].1);
    let local = if is_compound { names.iter().all(|it| it.2.local) } else { name.local };
    let canonical = if is_compound { compound(&names) } else { name.canonical.to_owned() };
    let sure = name.sure;
    Found {
        range: Some(range),
        stem,
        canonical,
        region,
        sure,
        local,
        rest: rest(text, words, from, to),
    }
}

/// The word for a name of several: `integration-test` for `integration_tests`. A number beside one of them stays.
fn compound(names: &[(usize, usize, Name)]) -> String {
    let words = names
        .iter()
        .map(|(.., name)| format!("{}{}", name.canonical, name.number.as_deref().unwrap_or("")));
    words.collect::<Vec<_>>().join("-")
}

struct Name {
    canonical: &'static str,
    number: Option<String>,
    sure: bool,
    local: bool,
}

/// The environment's word that begins at word `at`, and how many words it takes.
fn name_at(text: &str, words: &[(usize, usize)], at: usize) -> Option<(Name, usize)> {
    for taken in [2, 1] {
        let Some(last) = words.get(at + taken - 1) else { continue };
        let part = &text[words[at].0..last.1];
        if let Some(word) = word(part) {
            let name = Name {
                canonical: word.canonical,
                number: None,
                sure: word.sure,
                local: word.local,
            };
            return Some((name, taken));
        }
        let bare = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let has_number = (1..=2).contains(&(part.len() - bare.len()));
        if has_number && let Some(word) = word(bare).filter(|word| word.canonical != "ci") {
            let number = Some(part[bare.len()..].to_owned());
            let (sure, local) = (word.sure, word.local);
            return Some((Name { canonical: word.canonical, number, sure, local }, taken));
        }
    }
    None
}

/// Takes in the words of a region just after or just before the name.
fn region_beside(
    text: &str,
    words: &[(usize, usize)],
    from: &mut usize,
    to: &mut usize,
) -> Option<String> {
    for taken in (1..=4).rev() {
        if let Some(last) = words.get(*to + taken - 1) {
            let part = &text[words[*to].0..last.1];
            let is_number = part.len() <= 2 && part.chars().all(|c| c.is_ascii_digit());
            if is_region(part) || is_number {
                *to += taken;
                return Some(part.to_lowercase());
            }
        }
    }
    for taken in (1..=4.min(*from)).rev() {
        let part = &text[words[*from - taken].0..words[*from - 1].1];
        if is_region(part) {
            *from -= taken;
            return Some(part.to_lowercase());
        }
    }
    None
}

fn rest(text: &str, words: &[(usize, usize)], from: usize, to: usize) -> String {
    let outside = words.iter().enumerate().filter(|(at, _)| !(from..to).contains(at));
    let texts = outside.map(|(_, (a, b))| text[*a..*b].to_lowercase());
    texts.filter(|text| !PLAIN.contains(&text.as_str())).collect::<Vec<_>>().join("-")
}
