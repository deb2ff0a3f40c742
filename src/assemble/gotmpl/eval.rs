//! Runs templates: nodes to text.
//!
//! A field of nothing, a value that is required and an explicit failure are told and the run goes on, where the tool
//! would stop: what else the template prints is worth knowing. Anything else that is wrong ends the run.

use std::rc::Rc;

use super::functions;
use super::library::{Library, Named};
use super::syntax::{Action, Branch, Node, Template, Word};
use super::text::Text;
use super::value::{Data, Value};
use crate::text::{Span, TextRange};

/// Steps that one template may take.
const MAX_STEPS: usize = 3_000_000;
/// Bytes that one template may make on its way.
const MAX_BYTES: usize = 64_000_000;
/// Blocks and calls that may be open at once.
const MAX_DEPTH: usize = 1000;

/// Something that is wrong with a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::assemble) struct Trouble {
    /// What, as a phrase.
    pub(in crate::assemble) message: String,
    /// Where in the files, where that is known.
    pub(in crate::assemble) place: Option<Span>,
    /// Whether values are missing or were refused: the same chart may run with others.
    pub(in crate::assemble) is_values: bool,
}

/// Runs templates of a library.
pub(in crate::assemble) struct Engine<'l> {
    library: &'l Library,
    /// Templates that a text which is a template defines for itself.
    pub(super) local: Vec<(String, Named)>,
    /// What went wrong on the way.
    pub(in crate::assemble) troubles: Vec<Trouble>,
    steps: usize,
    bytes: usize,
    depth: usize,
}

/// The run of one template.
pub(super) struct Frame<'t> {
    pub(super) template: &'t Template,
    pub(super) root: Value,
    pub(super) variables: Vec<(String, Value)>,
    pub(super) out: Text,
}

impl Frame<'_> {
    /// Where `range` of the template stands in the files.
    pub(super) fn place(&self, range: TextRange) -> Option<Span> {
        self.template.source.place(range)
    }

    /// The end of the run.
    pub(super) fn trouble(&self, message: impl Into<String>, range: TextRange) -> Trouble {
        Trouble { message: message.into(), place: self.place(range), is_values: false }
    }
}

/// How a block ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    On,
    Break,
    Continue,
}

impl<'l> Engine<'l> {
    /// An engine for the templates of `library`.
    pub(in crate::assemble) fn new(library: &'l Library) -> Self {
        let (local, troubles) = (Vec::new(), Vec::new());
        Self { library, local, troubles, steps: 0, bytes: 0, depth: 0 }
    }

    /// What the template `name` prints for `root`.
    pub(in crate::assemble) fn run(&mut self, name: &str, root: &Value) -> Result<Text, Trouble> {
        (self.steps, self.bytes, self.depth) = (0, 0, 0);
        self.local.clear();
        let Some(named) = self.library.named.get(name).cloned() else {
            return Err(Self::unknown(name, None));
        };
        let text = self.expand(&named, root)?;
        Ok(without_no_value(text))
    }

    /// What a template that is called prints.
    pub(super) fn call(
        &mut self,
        name: &str,
        root: &Value,
        place: Option<Span>,
    ) -> Result<Text, Trouble> {
        let local = self.local.iter().rev().find(|(known, _)| known == name);
        let found = local.map(|(_, named)| named).or_else(|| self.library.named.get(name)).cloned();
        let named = found.ok_or_else(|| Self::unknown(name, place))?;
        self.enter(place)?;
        let text = self.expand(&named, root);
        self.depth -= 1;
        text
    }

    /// What a template that is called comes to, if what the tree does not have defines it.
    pub(super) fn foreign(&self, name: &str) -> Option<Value> {
        let is_known = self.library.named.contains_key(name)
            || self.local.iter().any(|(known, _)| known == name);
        (self.library.lacks && !is_known).then(|| functions::unknown(&format!("include {name}")))
    }

    fn unknown(name: &str, place: Option<Span>) -> Trouble {
        let message = format!("calls the template `{name}`, which is not in the tree");
        Trouble { message, place, is_values: false }
    }

    /// What a text that is a template prints.
    pub(super) fn text(&mut self, template: &Rc<Template>, root: &Value) -> Result<Text, Trouble> {
        self.enter(None)?;
        let known = self.local.len();
        for (name, body) in &template.defines {
            let named = Named { template: template.clone(), body: body.clone() };
            self.local.push((name.clone(), named));
        }
        let named = Named { template: template.clone(), body: template.body.clone() };
        let text = self.expand(&named, root);
        self.local.truncate(known);
        self.depth -= 1;
        text.map(without_no_value)
    }

    fn expand(&mut self, named: &Named, root: &Value) -> Result<Text, Trouble> {
        let mut frame = Frame {
            template: &named.template,
            root: root.clone(),
            variables: Vec::new(),
            out: Text::default(),
        };
        self.nodes(&mut frame, &named.body, root)?;
        Ok(frame.out)
    }

    pub(super) fn enter(&mut self, place: Option<Span>) -> Result<(), Trouble> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = "calls itself without end".to_owned();
            return Err(Trouble { message, place, is_values: false });
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Counts a step and the bytes that it made.
    pub(super) fn spend(&mut self, bytes: usize, place: Option<Span>) -> Result<(), Trouble> {
        self.steps += 1;
        self.bytes += bytes;
        if self.steps > MAX_STEPS || self.bytes > MAX_BYTES {
            let message = "makes more than any template has to; it was given up".to_owned();
            return Err(Trouble { message, place, is_values: false });
        }
        Ok(())
    }

    /// Notes what the tool would stop at.
    pub(super) fn note(&mut self, message: String, place: Option<Span>) {
        let trouble = Trouble { message, place, is_values: true };
        if !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
    }

    pub(super) fn nodes(
        &mut self,
        frame: &mut Frame<'_>,
        nodes: &[Node],
        dot: &Value,
    ) -> Result<Flow, Trouble> {
        for node in nodes {
            match node {
                Node::Text(range) => {
                    self.spend(range.end.saturating_sub(range.start) as usize, None)?;
                    let template = frame.template;
                    frame.out.push_slice(
                        &template.source,
                        range.start as usize,
                        range.end as usize,
                    );
                }
                Node::Action(action) => self.action(frame, action, dot)?,
                Node::Branch(branch) => {
                    self.enter(frame.place(branch.range))?;
                    let known = frame.variables.len();
                    let flow = self.branch(frame, branch, dot);
                    frame.variables.truncate(known);
                    self.depth -= 1;
                    let flow = flow?;
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
                Node::Include(name, pipe, range) => {
                    let root = match pipe {
                        Some(pipe) => self.pipe(frame, pipe, dot)?,
                        None => Value::null(),
                    };
                    let place = frame.place(*range);
                    let text = match self.foreign(name) {
                        Some(foreign) => foreign.printed(),
                        None => self.call(name, &root, place)?,
                    };
                    self.spend(text.len(), place)?;
                    frame.out.push(&text);
                }
                Node::Break => return Ok(Flow::Break),
                Node::Continue => return Ok(Flow::Continue),
            }
        }
        Ok(Flow::On)
    }

    fn action(
        &mut self,
        frame: &mut Frame<'_>,
        action: &Action,
        dot: &Value,
    ) -> Result<(), Trouble> {
        let value = self.pipe(frame, &action.pipe, dot)?;
        if !action.pipe.variables.is_empty() {
            return Ok(());
        }
        let place = frame.place(action.range);
        let text = match value.data {
            Data::Null => Text::plain(NO_VALUE),
            _ => value.printed(),
        };
        self.spend(text.len(), place)?;
        let Some(place) = place else {
            frame.out.push(&text);
            return Ok(());
        };
        // Lines that an action prints stand where they are written, a value within a line where it is put in.
        let is_block = action.is_alone || text.as_str().contains('\n');
        frame.out.push(&if is_block { text.or_placed(place) } else { text.put_in(place) });
        Ok(())
    }

    fn branch(
        &mut self,
        frame: &mut Frame<'_>,
        branch: &Branch,
        dot: &Value,
    ) -> Result<Flow, Trouble> {
        if branch.word == Word::Range {
            return self.range(frame, branch, dot);
        }
        let value = self.pipe(frame, &branch.pipe, dot)?;
        if !value.is_true() {
            return self.nodes(frame, &branch.otherwise, dot);
        }
        let inner = if branch.word == Word::With { &value } else { dot };
        self.nodes(frame, &branch.body, inner)
    }

    pub(super) fn assign(frame: &mut Frame<'_>, name: &str, value: Value) {
        if let Some((_, old)) = frame.variables.iter_mut().rev().find(|(known, _)| known == name) {
            *old = value;
        }
    }
}

/// What Go prints for nothing.
const NO_VALUE: &str = "<no value>";

/// The text without what Go prints for nothing, as Helm cuts it.
fn without_no_value(text: Text) -> Text {
    if !text.as_str().contains(NO_VALUE) {
        return text;
    }
    let mut made = Text::default();
    let mut at = 0;
    for (found, _) in text.as_str().match_indices(NO_VALUE) {
        made.push_slice(&text, at, found);
        at = found + NO_VALUE.len();
    }
    made.push_slice(&text, at, text.len());
    made
}
