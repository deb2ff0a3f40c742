//! The whole of an entry as it is written, and what stands beside it: an entry of a map, an item of a list, a line, a
//! word of an instruction.
//!
//! Trees tell where the syntax has one; elsewhere the places of all keys of the file do.

use super::{Refusal, Site};
use crate::document::{Document, Node, Syntax};
use crate::edit::lines;
use crate::text::TextRange;

/// Deeper than configuration goes.
const MAX_DEPTH: usize = 64;

/// An entry with its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// From the first byte of the key, or of its dash, to the end of the value.
    pub(super) range: TextRange,
    /// The entries of what it stands in, in the order of the text, itself among them.
    pub(super) siblings: Vec<TextRange>,
    /// Its place among them.
    pub(super) at: usize,
    /// How they stand beside each other.
    pub(super) form: Form,
    /// Whether it has exactly one value under its name.
    pub(super) is_simple: bool,
    /// The entry whose value is the map or list that it stands in.
    pub(super) holder: Option<Box<Unit>>,
}

/// How entries stand beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// On lines of their own.
    Lines,
    /// On lines of their own, in a list.
    Dashes,
    /// Between brackets.
    Brackets,
    /// Behind each other in one instruction.
    Words,
}

/// The entry of a tree that has its key at `site`.
pub(super) fn in_trees(text: &str, syntax: Syntax, trees: &[Document], site: Site) -> Option<Unit> {
    let search = Search { text, key: site.key, has_merges: syntax == Syntax::Yaml };
    trees.iter().find_map(|tree| match search.node(tree.root()?, None, MAX_DEPTH)? {
        Found::Entry(unit) => Some(unit),
        Found::Named => None,
    })
}

/// The entry of a tree that has its value at `value`, with where its key is.
pub(super) fn of_value(trees: &[Document], value: TextRange) -> Option<Site> {
    let mut all = trees.iter().flat_map(Document::nodes).filter(|node| node.is_map());
    all.find_map(|map| {
        let entries = map.entries();
        let entry = entries.iter().find(|entry| is_of(entry.value, value))?;
        let value = entry.value.range();
        let named = || {
            let names = entries.iter().find(|it| matches!(it.key, "name" | "key" | "Name"))?;
            Some(names.value.range())
        };
        let is_item = entries.len() == 2 && matches!(entry.key, "value" | "Value");
        let key = if is_item { named()? } else { entry.key_range };
        Some(Site { key, value: Some(value) })
    })
}

/// Whether a scalar stands at a range, with its quotes or without.
fn is_of(node: Node<'_>, at: TextRange) -> bool {
    let range = node.range();
    let is_inner = range.start + 1 == at.start && at.end + 1 == range.end;
    range == at
        || is_inner
            && node.text().is_some_and(|text| text.len() as u64 == u64::from(at.end - at.start))
}

struct Search<'t> {
    text: &'t str,
    key: TextRange,
    /// Whether maps may show entries that are written in others.
    has_merges: bool,
}

enum Found {
    /// The entry itself.
    Entry(Unit),
    /// A value of this node gives the name: all of the node is the entry.
    Named,
}

impl Search<'_> {
    fn node(&self, node: Node<'_>, holder: Option<&Unit>, depth: usize) -> Option<Found> {
        let below = depth.checked_sub(1)?;
        if node.is_alias() {
            return None;
        }
        if node.is_map() { self.map(node, holder, below) } else { self.list(node, holder, below) }
    }

    fn map(&self, map: Node<'_>, holder: Option<&Unit>, depth: usize) -> Option<Found> {
        let form = self.form(map, '{', Form::Lines);
        let mut own: Vec<_> = map.entries();
        own.retain(|entry| !self.has_merges || map.range().contains(entry.key_range));
        own.sort_by_key(|entry| entry.key_range.start);
        let range = |at: usize| {
            let entry = &own[at];
            let end = entry.value.range().end.max(entry.key_range.end);
            self.trimmed(TextRange { start: entry.key_range.start, end })
        };
        let unit = |at: usize| Unit {
            range: range(at),
            siblings: (0..own.len()).map(range).collect(),
            at,
            form,
            is_simple: own[at].value.text().is_some() && !own[at].value.is_alias(),
            holder: holder.cloned().map(Box::new),
        };
        for (at, entry) in own.iter().enumerate() {
            if entry.key_range == self.key {
                return Some(Found::Entry(unit(at)));
            }
            let value = entry.value;
            if value.is_alias() {
                continue;
            }
            if value.text().is_some() {
                if value.range().contains(self.key) {
                    return Some(Found::Named);
                }
                continue;
            }
            match self.node(value, Some(&unit(at)), depth) {
                Some(Found::Named) => {
                    let is_simple = value.entries().len() == 2;
                    return Some(Found::Entry(Unit { is_simple, ..unit(at) }));
                }
                found @ Some(Found::Entry(_)) => return found,
                None => {}
            }
        }
        None
    }

    fn list(&self, list: Node<'_>, holder: Option<&Unit>, depth: usize) -> Option<Found> {
        let form = self.form(list, '[', Form::Dashes);
        let items = list.items();
        let range = |at: usize| {
            let range = self.trimmed(items[at].range());
            if form == Form::Dashes { self.with_dash(range) } else { range }
        };
        let unit = |at: usize, is_simple: bool| Unit {
            range: range(at),
            siblings: (0..items.len()).map(range).collect(),
            at,
            form,
            is_simple,
            holder: holder.cloned().map(Box::new),
        };
        for (at, item) in items.iter().enumerate() {
            if item.is_alias() {
                continue;
            }
            if item.text().is_some() {
                if item.range().contains(self.key) {
                    return Some(Found::Entry(unit(at, true)));
                }
                continue;
            }
            match self.node(*item, None, depth) {
                Some(Found::Named) => {
                    return Some(Found::Entry(unit(at, item.entries().len() == 2)));
                }
                found @ Some(Found::Entry(_)) => return found,
                None => {}
            }
        }
        None
    }

    fn form(&self, node: Node<'_>, bracket: char, other: Form) -> Form {
        let is_open = node.range().slice(self.text).starts_with(bracket);
        // The header of a table is no list.
        if is_open && !(bracket == '[' && node.is_map()) { Form::Brackets } else { other }
    }

    /// A range without the blanks at its end: where a value is nothing, it is said to be where the next one begins.
    fn trimmed(&self, range: TextRange) -> TextRange {
        let length = range.slice(self.text).trim_end().len();
        TextRange::new(range.start as usize, range.start as usize + length)
    }

    /// An item from its dash on.
    fn with_dash(&self, range: TextRange) -> TextRange {
        let head = self.text.get(..range.start as usize).unwrap_or("");
        let head = head.trim_end_matches([' ', '\t']);
        let start = if head.ends_with('-') { head.len() - 1 } else { range.start as usize };
        TextRange::new(start, range.end as usize)
    }
}

/// The entry of a file of lines that has its key at `site`, given the places of all its entries.
pub(super) fn in_lines(text: &str, all: &[Site], site: Site) -> Option<Unit> {
    let mut sites = all.to_vec();
    sites.sort_unstable();
    sites.dedup_by_key(|site| site.key);
    let own = sites.iter().position(|other| other.key == site.key)?;
    let words: Vec<TextRange> = sites.iter().map(|site| word(text, *site)).collect();
    let joins = |at: usize| {
        let between = TextRange { start: words[at].end, end: words[at + 1].start };
        between.start <= between.end && is_inside(between.slice(text))
    };
    let mut first = own;
    while first > 0 && joins(first - 1) {
        first -= 1;
    }
    let mut last = own;
    while last + 1 < words.len() && joins(last) {
        last += 1;
    }
    if first < last {
        let siblings = words[first..=last].to_vec();
        let (range, at) = (words[own], own - first);
        return Some(Unit {
            range,
            siblings,
            at,
            form: Form::Words,
            is_simple: true,
            holder: None,
        });
    }
    let whole = |word: &TextRange| braced(text, *word).unwrap_or_else(|| instruction(text, *word));
    let siblings: Vec<TextRange> = words.iter().map(whole).collect();
    let (range, is_simple) = (siblings[own], sites[own].value.is_some());
    Some(Unit { range, siblings, at: own, form: Form::Lines, is_simple, holder: None })
}

/// A pair with the quotes around all of it.
fn word(text: &str, site: Site) -> TextRange {
    let end = site.value.map_or(site.key.end, |value| value.end.max(site.key.end)) as usize;
    let start = site.key.start as usize;
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let is_quoted = matches!(before, Some(b'"' | b'\'')) && bytes.get(end).copied() == before;
    if is_quoted { TextRange::new(start - 1, end + 1) } else { TextRange::new(start, end) }
}

/// Whether a text only parts two words of one instruction.
fn is_inside(between: &str) -> bool {
    let mut before = None;
    let mut is_blank = true;
    for character in between.chars() {
        let is_continued = character != '\n' || before == Some('\\');
        is_blank &= is_continued && matches!(character, ' ' | '\t' | '\\' | '\n' | '\r' | ',');
        before = Some(character).filter(|character| *character != '\r').or(before);
    }
    is_blank && !between.is_empty()
}

/// The braces around an entry that is a name, a value and nothing else: `{ name: 'PORT', value: '80' }`.
fn braced(text: &str, word: TextRange) -> Option<TextRange> {
    let (from, to) = (word.start as usize, word.end as usize);
    let head = text.get(..from)?;
    let open = head.rfind('{')?;
    let named = head.get(open + 1..)?.trim().trim_end_matches(['\'', '"']).trim_end();
    let label = named.strip_suffix(':')?.trim().trim_matches(['\'', '"']);
    let behind = text.get(to..)?;
    let rest = behind.trim_start();
    let is_pair = matches!(label, "key" | "name") && rest.starts_with('}');
    is_pair.then(|| TextRange::new(open, to + behind.len() - rest.len() + 1))
}

/// An entry from what begins its line on: `export `, `ENV `, `Environment=`, `# `.
fn instruction(text: &str, word: TextRange) -> TextRange {
    let start = lines::start_of(text, word.start as usize);
    let before = text.get(start..word.start as usize).unwrap_or("");
    let begins = before.trim_start_matches(['\u{feff}', ' ', '\t']);
    let known = begins.trim_start_matches(['#', ';', ' ', '\t']);
    let known = known.trim_end_matches([' ', '\t', '=', '"', '\'']);
    let is_known = matches!(
        known.to_ascii_lowercase().as_str(),
        "" | "export" | "env" | "arg" | "environment" | "passenvironment"
    );
    let start = if is_known { word.start as usize - begins.len() } else { word.start as usize };
    TextRange::new(start, word.end as usize)
}

impl Unit {
    /// Where the entry behind it begins.
    pub(super) fn next(&self) -> Option<usize> {
        self.siblings.get(self.at + 1).map(|next| next.start as usize)
    }

    /// Where the entry before it is.
    pub(super) fn previous(&self) -> Option<TextRange> {
        self.at.checked_sub(1).and_then(|at| self.siblings.get(at)).copied()
    }

    /// The same for another of the entries beside it.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.siblings == other.siblings && self.form == other.form
    }
}

/// The reason that an entry was not found.
pub(super) fn lost() -> Refusal {
    Refusal::new("its place in the file is not one that can be edited")
}

#[cfg(test)]
mod tests {
    use super::{Form, Unit, in_lines, in_trees};
    use crate::document::{Syntax, parse};
    use crate::edit::Site;
    use crate::text::TextRange;

    fn site(text: &str, key: &str) -> Site {
        let at = text.find(key).expect("the key");
        Site { key: TextRange::new(at, at + key.len()), value: None }
    }

    fn found(text: &str, syntax: Syntax, key: &str) -> (String, Form, usize) {
        let trees = parse(text, syntax);
        let Unit { range, form, siblings, .. } =
            in_trees(text, syntax, &trees, site(text, key)).expect("a unit");
        (range.slice(text).to_owned(), form, siblings.len())
    }

    #[test]
    fn an_entry_is_found_by_its_key() {
        let yaml =
            "data:\n  A: 1\n  B: 2\nenv:\n  - name: C\n    value: x\n  - D=4\nflow: {E: 5, F: 6}\n";
        assert_eq!(found(yaml, Syntax::Yaml, "A"), ("A: 1".to_owned(), Form::Lines, 2));
        let item = "- name: C\n    value: x".to_owned();
        assert_eq!(found(yaml, Syntax::Yaml, "C"), (item, Form::Dashes, 2));
        assert_eq!(found(yaml, Syntax::Yaml, "D"), ("- D=4".to_owned(), Form::Dashes, 2));
        assert_eq!(found(yaml, Syntax::Yaml, "E"), ("E: 5".to_owned(), Form::Brackets, 2));
        let toml = "[env]\nA = 1\nB.c = \"x\"\n";
        assert_eq!(found(toml, Syntax::Toml, "A"), ("A = 1".to_owned(), Form::Lines, 2));
        let json = "{\"a\": {\"b\": 1}, \"c\": [{\"name\": \"D\", \"value\": \"e\"}]}";
        assert_eq!(found(json, Syntax::Json, "\"b\""), ("\"b\": 1".to_owned(), Form::Brackets, 1));
        let item = "{\"name\": \"D\", \"value\": \"e\"}".to_owned();
        assert_eq!(found(json, Syntax::Json, "\"D\""), (item, Form::Brackets, 1));
        let hcl = "environment = {\n  A = \"1\"\n  B = \"2\"\n}\n";
        assert_eq!(found(hcl, Syntax::Hcl, "A"), ("A = \"1\"".to_owned(), Form::Brackets, 2));
    }

    #[test]
    fn words_of_one_instruction_are_told_from_lines() {
        let text = "ENV A=1 \\\n    B=2\nENV C=3\n";
        let at = |word: &str| {
            let start = text.find(word).expect("the word");
            let key = TextRange::new(start, start + 1);
            Site { key, value: Some(TextRange::new(start + 2, start + 3)) }
        };
        let all = [at("A=1"), at("B=2"), at("C=3")];
        let of = |site: Site| {
            let unit = in_lines(text, &all, site).expect("a unit");
            (unit.range.slice(text), unit.form, unit.siblings.len())
        };
        assert_eq!(of(at("B=2")), ("B=2", Form::Words, 2));
        assert_eq!(of(at("C=3")), ("ENV C=3", Form::Lines, 3));
    }
}
