//! Flags that templates of pages ask for: tags of Django (`{% flag "new_till" %}`), calls of Jinja (`waffle.flag("new_till")`).
//!
//! Goes by the words of `grammars/templates.yaml` and by the tags and filters that the project registers itself. A name that a
//! variable holds is not seen.

mod blocks;
mod given;
mod own;

use anyhow::Context as _;
use blocks::Blocks;
pub(super) use given::is_page_name;
pub use given::{asked_name, given, page_name};
pub use own::OWN;
use own::Own;
use serde::Deserialize;

use crate::facts::TemplateAsk;
use crate::text::TextRange;

/// More places of one file are not looked at.
const MOST: usize = 2_000;

/// One row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    reader: String,
    library: String,
    /// The object whose entries are settings of the project; none where the row asks for flags.
    #[serde(default)]
    mapping: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    calls: Vec<String>,
    /// Words behind `is` that ask for the flag whose name stands before it.
    #[serde(default)]
    tests: Vec<String>,
    /// It says yes where the flag is off.
    #[serde(default)]
    inverted: bool,
}

impl Row {
    fn ask(&self, name: String, range: TextRange, name_range: TextRange) -> TemplateAsk {
        let (reader, inverted) = (Some(self.reader.clone()), self.inverted);
        TemplateAsk { reader, name, range, name_range, inverted, branches: Vec::new() }
    }
}

/// What templates of a project may ask, by the libraries that its code names.
#[derive(Debug, Default)]
pub struct Templates {
    rows: Vec<Row>,
    has_own: bool,
    /// What the project registers itself.
    own: Own,
}

/// Whether a file at this path may be a template of a page, or of a mail where a folder says that it holds templates.
pub fn is_template(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    match extension {
        "djhtml" | "htm" | "html" | "j2" | "jinja" | "jinja2" => true,
        "md" | "mjml" | "svg" | "txt" | "xml" => {
            path.split('/').rev().skip(1).any(|folder| matches!(folder, "jinja2" | "templates"))
        }
        _ => false,
    }
}

impl Templates {
    /// The rows that count for a project with these source texts.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> anyhow::Result<Self> {
        let rows: Vec<Row> = serde_yaml::from_str(include_str!("../../grammars/templates.yaml"))
            .context("grammars/templates.yaml")?;
        let mut named = vec![false; rows.len()];
        let (mut has_own, mut own) = (false, Own::default());
        for text in texts {
            own.take(text);
            has_own = has_own || super::registers::declares(text);
            for (row, named) in rows.iter().zip(&mut named) {
                *named = *named || names(text, &row.library);
            }
        }
        let rows = rows.into_iter().zip(named).filter(|(_, named)| *named);
        Ok(Self { rows: rows.map(|(row, _)| row).collect(), has_own, own })
    }

    /// Whether no template can ask for anything.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && !self.has_own && self.own.is_empty()
    }

    /// What a template asks for, in the order of the text.
    pub fn asked(&self, text: &str) -> Vec<TemplateAsk> {
        let mut found = Vec::new();
        let tags: Vec<TextRange> = tags(text).take(MOST).collect();
        let blocks = Blocks::new(text, &tags);
        for inside in tags {
            let part = inside.slice(text);
            let first = found.len();
            self.by_tag(part, inside, &mut found);
            self.by_call(part, inside, &mut found);
            self.by_test(part, inside, &mut found);
            self.by_mapping(part, inside, &mut found);
            self.own.asked(part, inside, &mut found);
            for ask in &mut found[first..] {
                blocks.decide(ask, inside);
            }
            if self.has_own {
                members(part, inside, &mut found);
            }
        }
        found
    }

    fn by_tag(&self, part: &str, inside: TextRange, found: &mut Vec<TemplateAsk>) {
        let Some(body) = part.strip_prefix("{%") else { return };
        let body = body.trim_start_matches(['-', '+']).trim_start();
        let end = body.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(body.len());
        let word = &body[..end];
        let Some(row) = self.rows.iter().find(|row| row.tags.iter().any(|tag| tag == word)) else {
            return;
        };
        let at = part.len() - body.len() + end;
        let named = quoted(part, at, inside);
        found.extend(named.map(|(name, name_range)| row.ask(name, inside, name_range)));
    }

    /// Entries of a mapping of settings: `config["NEW_TILL"]`, `config.NEW_TILL`, `config.get("NEW_TILL")`.
    fn by_mapping(&self, part: &str, inside: TextRange, found: &mut Vec<TemplateAsk>) {
        let is_part = |c: char| c.is_alphanumeric() || "_.".contains(c);
        for mapping in self.rows.iter().filter_map(|row| row.mapping.as_deref()) {
            for (at, _) in part.match_indices(mapping) {
                let behind = &part[at + mapping.len()..];
                if part[..at].ends_with(is_part) {
                    continue;
                }
                let Some((name, length)) = entry(behind) else { continue };
                let start = inside.start as usize + at;
                let range = TextRange::new(start, start + mapping.len() + length);
                let (reader, inverted, branches) = (None, false, Vec::new());
                let name = format!("[{name}]");
                found.push(TemplateAsk {
                    reader,
                    name,
                    range,
                    name_range: range,
                    inverted,
                    branches,
                });
            }
        }
    }

    /// `"new_till" is active_feature`, `"new_till" is not active_feature`.
    fn by_test(&self, part: &str, inside: TextRange, found: &mut Vec<TemplateAsk>) {
        let mut at = 0;
        while let Some(start) = part[at..].find(['"', '\'']).map(|next| at + next) {
            let Some((name, name_range)) = quoted(part, start, inside) else {
                at = start + 1;
                continue;
            };
            at = start + name.len() + 2;
            let Some(rest) = part[at..].trim_start().strip_prefix("is ") else { continue };
            let positive = rest.trim_start().strip_prefix("not ");
            let rest = positive.unwrap_or(rest).trim_start();
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
            let row = self.rows.iter().find(|row| row.tests.iter().any(|test| test == word));
            let Some(row) = row else { continue };
            let end = inside.start as usize + part.len() - rest.len() + word.len();
            let range = TextRange::new(name_range.start as usize, end);
            let mut ask = row.ask(name, range, name_range);
            ask.inverted ^= positive.is_some();
            found.push(ask);
        }
    }

    fn by_call(&self, part: &str, inside: TextRange, found: &mut Vec<TemplateAsk>) {
        for row in &self.rows {
            for call in &row.calls {
                for (at, _) in part.match_indices(call.as_str()) {
                    let end = at + call.len();
                    let joins = |c: char| c.is_alphanumeric() || "_.".contains(c);
                    if part[..at].ends_with(joins) || !part[end..].starts_with('(') {
                        continue;
                    }
                    found.extend(quoted(part, end + 1, inside).map(|(name, name_range)| {
                        let range = TextRange { start: inside.start + place(at), ..name_range };
                        row.ask(name, range, name_range)
                    }));
                }
            }
        }
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether a source text takes in a library, or lists it among what a project is made of.
fn names(text: &str, library: &str) -> bool {
    text.match_indices(library).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + library.len()..]);
        let is_listed = before.ends_with(['"', '\'']) && behind.starts_with(['"', '\'', '.']);
        let is_taken = before.ends_with("import ") || before.ends_with("from ");
        is_listed || is_taken && !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}

/// Blocks whose content no engine runs, each with the tag that ends it.
const SILENT: &[(&str, &str)] =
    &[("comment", "endcomment"), ("raw", "endraw"), ("verbatim", "endverbatim")];

/// What stands between the marks of a template, marks included; comments and what is printed as it stands left out.
fn tags(text: &str) -> impl Iterator<Item = TextRange> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find('{')?;
            let close = match text.as_bytes().get(start + 1) {
                Some(b'%') => "%}",
                Some(b'{') => "}}",
                Some(b'#') => "#}",
                _ => {
                    at = start + 1;
                    continue;
                }
            };
            let end = start + text[start..].find(close)? + close.len();
            at = end;
            if let Some(closing) = silent(&text[start..end]) {
                at = end + text[end..].find(&closing).unwrap_or(0);
            } else if close != "#}" {
                return Some(TextRange::new(start, end));
            }
        }
    })
}

/// What ends the block that a tag begins, where nothing in it runs: `{% verbatim pies %}` ends at `endverbatim pies`.
fn silent(tag: &str) -> Option<String> {
    let body = tag.strip_prefix("{%")?.trim_start_matches(['-', '+']);
    let mut words = body.trim_end_matches("%}").trim_end_matches(['-', '+']).split_whitespace();
    let word = words.next()?;
    let (_, ending) = SILENT.iter().find(|(begin, _)| *begin == word)?;
    // What stands behind `comment` is a note for people.
    let own = words.next().filter(|_| word == "verbatim");
    Some(own.map_or_else(|| (*ending).to_owned(), |name| format!("{ending} {name}")))
}

/// The text in quotes that stands next in a part of a text.
fn quoted(part: &str, at: usize, inside: TextRange) -> Option<(String, TextRange)> {
    let rest = part.get(at..)?;
    let start = at + rest.len() - rest.trim_start().len();
    let mark = part[start..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let length = part[start + 1..].find(mark)?;
    let name = &part[start + 1..start + 1 + length];
    let is_name = !name.is_empty() && name.len() <= 120 && !name.contains(char::is_whitespace);
    let first = inside.start as usize + start;
    is_name.then(|| (name.to_owned(), TextRange::new(first, first + length + 2)))
}

/// The entry of a mapping that a text begins with, in upper case as settings are, and how long it is.
fn entry(text: &str) -> Option<(&str, usize)> {
    let ends = [("['", "']"), ("[\"", "\"]"), (".get('", "')"), (".get(\"", "\")")];
    let quoted = ends.iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(open)?;
        let end = inside.find(close)?;
        Some((&inside[..end], open.len() + end + close.len()))
    });
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let found = quoted.or_else(|| {
        let name = text.strip_prefix('.')?;
        let end = name.find(|c: char| !is_name(c)).unwrap_or(name.len());
        let is_whole = !name[end..].starts_with(|c: char| c.is_alphanumeric() || "(.".contains(c));
        is_whole.then_some((&name[..end], end + 1))
    });
    found.filter(|(name, _)| name.len() > 1 && name.chars().all(is_name))
}

/// Members of classes: `BakeryFlag.GIFT_CARDS`.
fn members(part: &str, inside: TextRange, found: &mut Vec<TemplateAsk>) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
    let mut at = 0;
    for word in part.split(|c: char| !is_word(c)) {
        let start = at;
        at += word.len() + part[at + word.len()..].chars().next().map_or(0, char::len_utf8);
        let begins = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
        let mut parts = word.split('.');
        if let (Some(class), Some(member)) = (parts.next(), parts.next())
            && begins(class)
            && begins(member)
        {
            let first = inside.start as usize + start;
            let range = TextRange::new(first, first + class.len() + 1 + member.len());
            let name = format!("{class}.{member}");
            let (reader, inverted, branches) = (None, false, Vec::new());
            found.push(TemplateAsk { reader, name, range, name_range: range, inverted, branches });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Templates;

    #[test]
    fn templates_ask_by_tags_and_calls() {
        let code = "import waffle\nINSTALLED_APPS = ['flags']\nclass Feature:\n    A = 'a'\n";
        let templates = Templates::of(std::iter::once(code)).expect("the table is right");
        let text = "{% load waffle_tags %}{% flag \"new-till\" %}<p>{% endflag %}{# {% flag 'no' %} #}\
                    {% comment %}{% switch 'no' %}{% endcomment %}{%- switch 'oven' -%}{% endswitch %}\
                    {% flag name %}{% if waffle.sample('rye') and flag_enabled('PIES') %}é{% endif %}\
                    {{ 'x' if ask(Feature.A) }} {% ifswitch 'gone' %}";
        let asked = templates.asked(text);
        let names: Vec<&str> = asked.iter().map(|ask| ask.name.as_str()).collect();
        assert_eq!(names, ["new-till", "oven", "rye", "PIES", "Feature.A"]);
        assert_eq!(asked[0].name_range.slice(text), "\"new-till\"");
        assert_eq!(asked[2].range.slice(text), "waffle.sample('rye'");
    }

    #[test]
    fn what_is_printed_as_it_stands_asks_nothing() {
        let templates =
            Templates::of(std::iter::once("import waffle")).expect("the table is right");
        let text = "{% verbatim %}{% flag 'no' %}{% endverbatim %}{%- raw -%}{{ waffle.flag('no') }}{%- endraw -%}\
                    {% verbatim pies %}{% endverbatim %}{% flag 'no' %}{% endverbatim pies %}{% comment 'a note' %}\
                    {% flag 'no' %}{% endcomment %}{%+ flag 'one' %}{% flag\n  'two' %}{% elif waffle.switch('three') %}";
        let asked = templates.asked(text);
        let names: Vec<&str> = asked.iter().map(|ask| ask.name.as_str()).collect();
        assert_eq!(names, ["one", "two", "three"]);
    }

    #[test]
    fn parts_run_by_an_answer() {
        let templates =
            Templates::of(std::iter::once("import waffle\nfrom flags import x")).expect("right");
        let sides = |text: &str| -> Vec<(Option<String>, Option<String>)> {
            let asked = templates.asked(text);
            let all = asked.iter().flat_map(|ask| &ask.branches);
            let part = |range: Option<crate::text::TextRange>| {
                range.map(|range| range.slice(text).to_owned())
            };
            all.map(|one| (part(one.on), part(one.off))).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        let text = "{% flag 'a' %}new{% if x %}1{% else %}2{% endif %}{% else %}old{% endflag %}";
        assert_eq!(sides(text), [(some("new{% if x %}1{% else %}2{% endif %}"), some("old"))]);
        let text = "{%- if not waffle.switch('b') -%}old{% else %}new{% endif %}";
        assert_eq!(sides(text), [(some("new"), some("old"))]);
        let text = "{% flag_disabled 'c' as off %}{% if off %}old{% endif %}";
        assert_eq!(sides(text), [(None, some("old"))]);
        let text = "{% if waffle.flag('d') %}1{% elif x %}2{% else %}3{% endif %}";
        assert_eq!(sides(text), [(some("1"), some("{% elif x %}2{% else %}3"))]);
        assert!(sides("{% if waffle.flag('e') and x %}1{% endif %}").is_empty());
    }

    #[test]
    fn tests_ask_for_the_name_before_them() {
        let templates = Templates::of(std::iter::once("import flask_featureflags as feature"));
        let templates = templates.expect("the table is right");
        let asked = |text: &str| -> Vec<(String, bool, bool)> {
            let all = templates.asked(text).into_iter();
            all.map(|ask| (ask.name, ask.inverted, !ask.branches.is_empty())).collect()
        };
        let one = |inverted, decides| vec![("RYE".to_owned(), inverted, decides)];
        assert_eq!(asked("{% if 'RYE' is active_feature %}1{% endif %}"), one(false, true));
        assert_eq!(asked("{% if \"RYE\" is not active_feature %}1{% endif %}"), one(true, true));
        assert_eq!(asked("{% if x and 'RYE' is active_feature %}1{% endif %}"), one(false, false));
        assert!(
            asked("{% if 'RYE' is active_feature_of_ours or 'RYE' is odd %}1{% endif %}")
                .is_empty()
        );
    }

    #[test]
    fn mails_are_templates_where_a_folder_says_so() {
        assert!(super::is_template("shop/templates/mail/order.txt"));
        assert!(!super::is_template("shop/data/order.txt"));
    }

    #[test]
    fn without_a_library_nothing_is_asked() {
        let templates = Templates::of(std::iter::once("waffle = 1")).expect("the table is right");
        assert!(templates.is_empty() && templates.asked("{% flag 'x' %}").is_empty());
    }
}
