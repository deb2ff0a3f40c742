//! Files of variables that the first start of a machine writes: `write_files` of cloud-init, here documents of shells.
//!
//! Which program takes such a file is not seen: code of the project may, and so may images of others. What a template fills in is a
//! reference.

use super::context::{Context, note_opaque};
use super::dotenv;
use super::paths;
use crate::document::{Node, Syntax, parse};
use crate::facts::SourceFacts;
use crate::model::Value;
use crate::text::TextRange;

/// The kind of a source with such variables.
pub(super) const KIND: &str = "user-data";

/// Finds the lines that the script of a machine, which is the text of `node`, writes into files of variables.
pub(super) fn find(
    context: Context<'_>,
    node: Node<'_>,
    written: &mut Vec<TextRange>,
    facts: &mut SourceFacts,
) {
    let node = node.resolved();
    if node.text().is_none() {
        // `Fn::Base64`, `Fn::Sub` and their like hold the text.
        for inside in node.entries().iter().map(|pair| pair.value).chain(node.items()) {
            find(context, inside, written, facts);
        }
        return;
    }
    let range = node.range();
    let raw = context.raw(range);
    let Some(range) = body(context, range) else { return };
    if raw.contains("write_files") {
        cloud_init(context, range, written, facts);
    }
    if raw.contains("<<") {
        shell(context, range, written);
    }
}

/// `write_files: [{ path, content }]`
fn cloud_init(
    context: Context<'_>,
    range: TextRange,
    written: &mut Vec<TextRange>,
    facts: &mut SourceFacts,
) {
    let before = context.file.text.get(..range.start as usize).unwrap_or_default();
    let begins = before.rfind('\n').map_or(0, |at| at + 1);
    let text = format!("{}{}", " ".repeat(before.len() - begins), context.raw(range));
    let place =
        |it: TextRange| TextRange::new(it.start as usize + begins, it.end as usize + begins);
    let documents = parse(&text, Syntax::Yaml);
    let files = documents.iter().filter_map(|it| it.root()?.get("write_files"));
    for file in files.flat_map(Node::items) {
        let path = file.get("path").and_then(Node::text).unwrap_or("");
        let Some(lines) = file.entry("content") else { continue };
        if !holds_variables(path) {
            continue;
        }
        let is_plain = file.get("encoding").is_none() && lines.value.text().is_some();
        match body(context, place(lines.value.resolved().range())).filter(|_| is_plain) {
            Some(lines) => written.push(lines),
            None => note_opaque(&format!("`{path}` of the host"), place(lines.key_range), facts),
        }
    }
}

/// The lines of a block of YAML, behind its tag and its sign.
fn body(context: Context<'_>, range: TextRange) -> Option<TextRange> {
    let raw = context.raw(range);
    let (first, _) = raw.split_once('\n')?;
    let sign = first.split_whitespace().last().unwrap_or("");
    let skipped = if sign.starts_with(['|', '>']) { first.len() + 1 } else { 0 };
    Some(TextRange::new(range.start as usize + skipped, range.end as usize))
}

/// `cat > /etc/bakery.env <<EOF` with the lines behind it.
fn shell(context: Context<'_>, range: TextRange, written: &mut Vec<TextRange>) {
    let mut open: Option<(String, usize)> = None;
    let mut at = range.start as usize;
    for line in context.raw(range).split_inclusive('\n') {
        let behind = at + line.len();
        let words = line.trim();
        match &open {
            Some((mark, from)) if words == mark => {
                written.push(TextRange::new(*from, at));
                open = None;
            }
            Some(_) => {}
            None => open = opened(words).map(|mark| (mark, behind)),
        }
        at = behind;
    }
}

/// The mark that ends the here document which a line begins, where it goes into a file of variables.
fn opened(line: &str) -> Option<String> {
    let (_, behind) = line.split_once("<<")?;
    let mark: String = behind
        .trim_start_matches(['-', ' ', '"', '\'', '\\'])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    let mut words = line.split(['>', ' ', '"', '\'']);
    (!mark.is_empty() && words.any(holds_variables)).then_some(mark)
}

/// Whether a file at this path of a machine holds variables.
fn holds_variables(path: &str) -> bool {
    let is_kept = ["/etc/default/", "/etc/sysconfig/"].iter().any(|it| path.starts_with(it));
    let name = paths::name(path);
    is_kept
        || name == "environment"
        || name.starts_with(".env")
        || name.rsplit('.').next() == Some("env")
}

/// The text of the file with blanks for all that stands outside of some ranges, so that every place stays.
fn alone(context: Context<'_>, ranges: &[TextRange]) -> String {
    let mut alone = String::with_capacity(context.file.text.len());
    let blank = |byte: u8| if byte == b'\n' { '\n' } else { ' ' };
    for range in ranges {
        let Some(between) = context.file.text.as_bytes().get(alone.len()..range.start as usize)
        else {
            continue;
        };
        alone.extend(between.iter().map(|byte| blank(*byte)));
        alone.push_str(context.raw(*range));
    }
    alone
}

/// Adds the variables that stand in such lines.
pub(super) fn assignments(
    context: Context<'_>,
    mut written: Vec<TextRange>,
    facts: &mut SourceFacts,
) {
    written.sort_by_key(|range| range.start);
    let first = facts.entries.len();
    dotenv::add(context, &alone(context, &written), facts);
    for entry in facts.entries.iter_mut().skip(first) {
        // `${X}` is filled in by the template before the machine sees it.
        if let Value::Reference { needs, .. } = &mut entry.value {
            needs.clear();
        }
    }
}
