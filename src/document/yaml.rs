//! YAML to trees, one per document.
//!
//! Gives each scalar its text and what the core schema says of it; which schema the reader of the file follows is not
//! known here. A document that breaks keeps what stood before the break.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StructureStyle, Tag};

use super::Document;
use crate::model::ScalarKind;
use crate::text::TextRange;

/// More nodes than any configuration has.
const MAX_NODES: usize = 4_000_000;
/// More documents than any file of manifests has.
const MAX_DOCUMENTS: usize = 20_000;

/// The documents of `text`, which stands at byte `base` of its file.
pub fn parse(text: &str, base: usize) -> Vec<Document> {
    let mut options = granit_parser::options! {
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: 1_000_000,
    };
    options.set_emit_comments(true);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut documents = Vec::new();
    let mut builder = Builder::new(base, text);
    loop {
        match parser.next() {
            None => break,
            Some(Ok((event, span))) => {
                let ends = matches!(event, Event::DocumentEnd);
                builder.take(event, span);
                if ends {
                    documents.push(builder.finish());
                }
                if builder.document.len() > MAX_NODES || documents.len() > MAX_DOCUMENTS {
                    let end = builder.at(span).end;
                    builder.document.problem(
                        "has more nodes than configuration can have; the rest was not read",
                        TextRange { start: end, end },
                    );
                    break;
                }
            }
            Some(Err(error)) => {
                builder.fail(&error);
                documents.push(builder.finish());
                match parser.proceed_next_document() {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        builder.fail(&error);
                        break;
                    }
                }
            }
        }
    }
    if builder.document.root().is_some() || !builder.document.problems.is_empty() {
        documents.push(builder.finish());
    }
    documents
}

struct Frame {
    node: u32,
    is_map: bool,
    is_flow: bool,
    key: Option<u32>,
}

struct Builder<'t> {
    base: usize,
    text: &'t str,
    document: Document,
    open: Vec<Frame>,
    anchors: HashMap<usize, u32>,
}

impl<'t> Builder<'t> {
    fn new(base: usize, text: &'t str) -> Self {
        Self {
            base,
            text,
            document: Document::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) {
        let range = self.at(span);
        match event {
            Event::Comment(..) => self.document.comments.push(range),
            Event::Scalar(text, style, anchor, tag) => {
                let kind = scalar_kind(&text, style, tag.as_deref(), range);
                let range = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.block(range)
                } else {
                    range
                };
                let text = if range.is_empty() && kind == ScalarKind::Null {
                    String::new()
                } else {
                    text.into_owned()
                };
                let node = self.document.scalar(range, text, kind);
                self.place(node, anchor, tag.as_deref());
            }
            Event::MappingStart(style, anchor, tag) => {
                let node = self.document.map(range);
                self.place(node, anchor, tag.as_deref());
                let is_flow = style == StructureStyle::Flow;
                self.open.push(Frame { node, is_map: true, is_flow, key: None });
            }
            Event::SequenceStart(style, anchor, tag) => {
                let is_flow = style == StructureStyle::Flow;
                let node = self.document.list(if is_flow { range } else { self.dash(range) });
                self.place(node, anchor, tag.as_deref());
                self.open.push(Frame { node, is_map: false, is_flow, key: None });
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(range),
            Event::Alias(id) => {
                let target = self.anchors.get(&id).copied();
                let node = self.document.alias(range, target);
                self.place(node, 0, None);
            }
            Event::UnresolvedAlias(name) => {
                self.document
                    .problem(format!("no anchor `{name}` stands before this alias"), range);
                let node = self.document.alias(range, None);
                self.place(node, 0, None);
            }
            _ => {}
        }
    }

    fn place(&mut self, node: u32, anchor: usize, tag: Option<&Tag>) {
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
        if let Some(tag) = tag {
            self.document.set_tag(node, &tag.original());
        }
        let Some(frame) = self.open.last_mut() else {
            self.document.set_root(node);
            return;
        };
        if !frame.is_map {
            self.document.add_item(frame.node, node);
        } else if let Some(key) = frame.key.take() {
            self.document.add_entry(frame.node, key, node);
        } else {
            frame.key = Some(node);
        }
    }

    fn close(&mut self, range: TextRange) {
        let Some(frame) = self.open.pop() else { return };
        let end = if frame.is_flow { Some(range.end) } else { self.document.last_end(frame.node) };
        if let Some(end) = end {
            self.document.set_end(frame.node, end);
        }
    }

    fn fail(&mut self, error: &ScanError) {
        let at = self.base
            + error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        while let Some(frame) = self.open.pop() {
            if let Some(end) = self.document.last_end(frame.node) {
                self.document.set_end(frame.node, end);
            }
        }
        let message = format!("is not valid YAML: {}", error.info());
        self.document.problem(message, TextRange::new(at, at));
    }

    fn finish(&mut self) -> Document {
        self.open.clear();
        self.anchors.clear();
        std::mem::take(&mut self.document)
    }

    /// A list from its first dash on: one without indentation is said to begin behind it.
    fn dash(&self, range: TextRange) -> TextRange {
        let from = (range.start as usize).saturating_sub(self.base);
        let head = self.text.get(..from).unwrap_or("").trim_end_matches([' ', '\t']);
        let begins_late = head.ends_with('-') && head.len() < from;
        let start = if begins_late { self.base + head.len() - 1 } else { range.start as usize };
        TextRange::new(start, (range.end as usize).max(start))
    }

    /// A block scalar without the empty lines behind it.
    fn block(&self, range: TextRange) -> TextRange {
        let from = (range.start as usize).saturating_sub(self.base);
        let to = (range.end as usize).saturating_sub(self.base);
        let body = self.text.get(from..to).unwrap_or("").trim_end();
        TextRange::new(range.start as usize, range.start as usize + body.len())
    }

    fn at(&self, span: Span) -> TextRange {
        let bytes = span.byte_range().unwrap_or(0..0);
        TextRange::new(self.base + bytes.start, self.base + bytes.end.max(bytes.start))
    }
}

fn scalar_kind(text: &str, style: ScalarStyle, tag: Option<&Tag>, range: TextRange) -> ScalarKind {
    if style != ScalarStyle::Plain {
        return ScalarKind::Text;
    }
    if tag.is_some_and(|tag| tag.core_suffix() == Some("str")) {
        return ScalarKind::Text;
    }
    if range.is_empty() { ScalarKind::Null } else { plain_kind(text) }
}

/// What the core schema of YAML 1.2 says of a plain scalar.
pub fn plain_kind(text: &str) -> ScalarKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarKind::Bool,
        ".inf" | "-.inf" | "+.inf" | ".nan" | ".NaN" | ".Inf" | "-.Inf" => ScalarKind::Float,
        _ if is_int(text) => ScalarKind::Int,
        _ if is_float(text) => ScalarKind::Float,
        _ => ScalarKind::Plain,
    }
}

fn is_int(text: &str) -> bool {
    let all = |digits: &str, test: fn(&char) -> bool| {
        !digits.is_empty() && digits.chars().all(|digit| test(&digit))
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, char::is_ascii_hexdigit);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |digit| ('0'..='7').contains(digit));
    }
    all(text.strip_prefix(['-', '+']).unwrap_or(text), char::is_ascii_digit)
}

fn is_float(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && text.parse::<f64>().is_ok()
}
