//! Runs templates: nodes to text.
//!
//! A field of nothing, a value that is required and an explicit failure are told and the run goes on, where the tool
//! would stop: what else the template prints is worth knowing. Anything else that is wrong ends the run.

use std::collections::HashMap;
use std::rc::Rc;

use super::syntax::{Action, Branch, Node, Template, Word};
use super::text::Text;
use super::value::{Data, Value, key_text};
use crate::text::{Span, TextRange};

/// Steps that one template may take.
const MAX_STEPS: usize = 3_000_000;
/// Bytes that one template may make on its way.
const MAX_BYTES: usize = 64_000_000;
/// Blocks and calls that may be open at once.
const MAX_DEPTH: usize = 1000;

/// The templates that can be called by name, the later ones before the earlier.
#[derive(Debug, Default)]
pub(in crate::assemble) struct Library {
    named: HashMap<String, Named>,
}

/// A template that has a name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    template: Rc<Template>,
    body: Rc<Vec<Node>>,
}

impl Library {
    /// Adds a file's template, under its own name, and those that it defines.
    pub(in crate::assemble) fn add(&mut self, name: &str, template: &Rc<Template>) {
        let named = |body: &Rc<Vec<Node>>| Named { template: template.clone(), body: body.clone() };
        self.named.insert(name.to_owned(), named(&template.body));
        for (name, body) in &template.defines {
            // An empty definition does not replace one that says something.
            if self.named.contains_key(name) && is_empty(template, body) {
                continue;
            }
            self.named.insert(name.clone(), named(body));
        }
    }
}

fn is_empty(template: &Template, body: &[Node]) -> bool {
    body.iter().all(|node| match node {
        Node::Text(range) => range.slice(template.source.as_str()).trim().is_empty(),
        _ => false,
    })
}

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
enum Flow {
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

    fn nodes(
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
                    let text = self.call(name, &root, place)?;
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

    fn range(
        &mut self,
        frame: &mut Frame<'_>,
        branch: &Branch,
        dot: &Value,
    ) -> Result<Flow, Trouble> {
        let names = &branch.pipe.variables;
        let value = self.commands(frame, &branch.pipe, dot)?;
        let pairs = self.pairs(frame, branch, &value)?;
        if pairs.is_empty() {
            return self.nodes(frame, &branch.otherwise, dot);
        }
        let known = frame.variables.len();
        for (key, item) in pairs {
            self.spend(0, None)?;
            frame.variables.truncate(known);
            let given = match names.as_slice() {
                [one] => vec![(one, item.clone())],
                [one, two] => vec![(one, key), (two, item.clone())],
                _ => Vec::new(),
            };
            for (name, value) in given {
                if branch.pipe.assigns {
                    Self::assign(frame, name, value);
                } else {
                    frame.variables.push((name.clone(), value));
                }
            }
            if self.nodes(frame, &branch.body, &item)? == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    /// What a loop goes through: keys or places, and items.
    fn pairs(
        &mut self,
        frame: &Frame<'_>,
        branch: &Branch,
        value: &Value,
    ) -> Result<Vec<(Value, Value)>, Trouble> {
        let numbered = |items: Vec<Value>| {
            let numbers = (0_i64..).map(Value::int);
            numbers.zip(items).collect::<Vec<_>>()
        };
        Ok(match &value.data {
            Data::Map(map) => {
                let map = map.borrow();
                let pair = |(key, slot): (&Rc<str>, &super::value::Slot)| {
                    let key = Value::text(key_text(key, slot.key.as_deref()));
                    (key, slot.value.clone().into_item())
                };
                map.iter().map(pair).collect()
            }
            Data::List(_) => {
                let items = value.items().unwrap_or_default();
                numbered(items.into_iter().map(Value::into_item).collect())
            }
            Data::Int(count) => {
                self.spend(usize::try_from(*count).unwrap_or(0), frame.place(branch.range))?;
                numbered((0..*count).map(Value::int).collect())
            }
            Data::Float(count) => {
                let count = super::functions::whole(*count);
                self.spend(usize::try_from(count).unwrap_or(0), frame.place(branch.range))?;
                numbered((0..count).map(Value::int).collect())
            }
            Data::Object(object) => super::calls::listed(object),
            Data::Null | Data::Unknown(_) => Vec::new(),
            Data::Bool(_) | Data::Text(_) => {
                let message = format!("goes through a {}, which has no items", value.kind());
                return Err(frame.trouble(message, branch.pipe.range));
            }
        })
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

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::super::{Place, parse, read};
    use super::{Engine, Library, Text, Value};

    const VALUES: &str = r#"
shop: bakery
port: 8080
flour: {kind: rye, grams: 500.5}
breads: [baguette, rye]
env: {LOG_LEVEL: info, DEBUG: "false"}
hello: "{{ .Values.shop }}!"
"#;

    /// Templates, and what `helm template` prints of them.
    const PRINTED: &[(&str, &str)] = &[
        (
            "{{ .Values.port }} {{ .Values.flour.grams | int }} {{ .Values.port | quote }}",
            r#"8080 500 "8080""#,
        ),
        (
            "{{ range $i, $b := .Values.breads }}{{ if $i }},{{ end }}{{ $i }}={{ $b | upper }}{{ end }}",
            "0=BAGUETTE,1=RYE",
        ),
        (
            "{{ range $k, $v := .Values.env }}{{ $k }}={{ $v }};{{ else }}none{{ end }}",
            "DEBUG=false;LOG_LEVEL=info;",
        ),
        ("{{ with .Values.flour }}{{ .kind }} {{ $.Values.shop }}{{ end }}", "rye bakery"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ end }}{{ $x }}", "2"),
        (
            r#"{{ range .Values.breads }}{{ if eq . "rye" }}{{ break }}{{ end }}{{ . }}{{ end }}"#,
            "baguette",
        ),
        (
            r#"{{ define "greet" }}Hi {{ .name | default "you" }}{{ end }}{{ include "greet" (dict "name" "Ann") }}, {{ template "greet" (dict) }}"#,
            "Hi Ann, Hi you",
        ),
        ("{{ tpl .Values.hello . }}", "bakery!"),
        (
            r#"{{ and 1 0 "x" }} {{ or 0 "" "y" }} {{ not true }} {{ eq .Values.shop "a" "bakery" }}"#,
            "0 y false true",
        ),
        (
            r#"{{ printf "%s-%d %v %q %5.1f|%-4s|%t" "a" 3 .Values.port "q" 2.25 "ab" true }}"#,
            r#"a-3 8080 "q"   2.2|ab  |true"#,
        ),
        (
            r#"{{ "a,b,c" | splitList "," | join "-" }} {{ trunc 3 "abcdef" }} {{ trunc -2 "abcdef" }} {{ trimSuffix "-" "ab-" }} {{ "ab" | repeat 2 }}"#,
            "a-b-c abc ef ab abab",
        ),
        (
            r#"{{ list 1 2 3 | rest | first }} {{ until 3 | join "," }} {{ has "rye" .Values.breads }} {{ without .Values.breads "rye" }}"#,
            "2 0,1,2 true [baguette]",
        ),
        (
            r#"{{ $m := merge (dict "a" 1) (dict "a" 2 "b" 3) }}{{ $m }} {{ mergeOverwrite (dict "a" 1) (dict "a" 2) }} {{ dig "a" "b" "no" (dict "a" (dict "b" "yes")) }}"#,
            "map[a:1 b:3] map[a:2] yes",
        ),
        (
            r#"{{ ternary "yes" "no" (gt (int .Values.port) 80) }} {{ add 1 2 3 }} {{ div 7 2 }} {{ mod 7 4 }} {{ max 3 9 }} {{ round 2.456 2 }}"#,
            "yes 6 3 3 9 2.46",
        ),
        (
            "{{ toJson .Values.flour }} {{ .Values.breads | toYaml | nindent 2 }}",
            r#"{"grams":500.5,"kind":"rye"} 
  - baguette
  - rye"#,
        ),
        (
            r#"{{ snakecase "BreadOven" }} {{ camelcase "bread_oven" }} {{ kebabcase "BreadOven" }} {{ title "fresh bread" }} {{ untitle "Fresh" }}"#,
            "bread_oven BreadOven bread-oven Fresh Bread fresh",
        ),
        (
            r#"{{ regexReplaceAll "([a-z]+)-(\\d+)" "oven-12" "${2}-${1}" }} {{ regexMatch "^b" .Values.shop }} {{ semverCompare "^1.2" "1.9.0" }}"#,
            "12-oven true true",
        ),
        (
            r#"{{ .Values.none | default "d" }} {{ coalesce "" nil "c" }} {{ empty "" }} {{ .Values.none }} {{ quote "it's" nil 2 }} {{ squote "a" }}"#,
            r#"d c true  "it's" "2" 'a'"#,
        ),
        (
            r#"{{ b64enc "dough" }} {{ "ZG91Z2g=" | b64dec }} {{ kindOf .Values.port }} {{ typeOf .Values.breads }} {{ len .Values.breads }} {{ index .Values.breads 1 }}"#,
            "ZG91Z2g= dough float64 []interface {} 2 rye",
        ),
        (
            r#"{{- /* gone */ -}}
 x {{- " y " -}} z"#,
            "x y z",
        ),
        (
            r#"{{ if and .Values.env (hasKey .Values.env "DEBUG") }}{{ get .Values.env "DEBUG" }}{{ else if .Values.none }}n{{ else }}e{{ end }}"#,
            "false",
        ),
        (
            r#"{{ pick .Values.env "DEBUG" | toYaml }} {{ omit .Values.env "DEBUG" | keys }} {{ values .Values.env | sortAlpha }}"#,
            r#"DEBUG: "false" [LOG_LEVEL] [false info]"#,
        ),
        (
            r#"{{ "x: 1\ny: [a]" | fromYaml | toJson }} {{ (fromJson "{\"a\":{\"b\":2}}").a.b }} {{ contains "ake" .Values.shop }} {{ cat "a" 1 "b" }}"#,
            r#"{"true":["a"],"x":1} 2 true a 1 b"#,
        ),
    ];

    fn printed(template: &str) -> Result<(Text, usize), String> {
        let template = parse(Text::plain(template)).map_err(|broken| broken.message)?;
        let mut library = Library::default();
        library.add("bread", &Rc::new(template));
        let values = read(Place { text: VALUES, file: None, source: None })?;
        let mut engine = Engine::new(&library);
        let text = engine.run("bread", &Value::map([("Values", values)]));
        text.map(|text| (text, engine.troubles.len())).map_err(|trouble| trouble.message)
    }

    #[test]
    fn templates_print_what_helm_prints() {
        for (template, expected) in PRINTED {
            let text = printed(template).expect("runs").0;
            assert_eq!(text.as_str(), *expected, "{template}");
        }
    }

    #[test]
    fn what_only_a_run_tells_is_marked() {
        let text =
            printed("{{ randAlphaNum 8 | quote }}{{ now | date \"2006\" }}").expect("runs").0;
        assert_eq!(
            text.as_str().replace(super::super::UNKNOWN, ""),
            "\"{{ randAlphaNum }}\"{{ now }}"
        );
    }

    #[test]
    fn missing_values_are_told_and_the_run_goes_on() {
        let (text, troubles) =
            printed("{{ .Values.a.b }}{{ required \"say a\" .Values.a }}|{{ fail \"no\" }}x")
                .expect("runs");
        assert_eq!(text.as_str().replace(super::super::UNKNOWN, ""), "{{ required .Values.a }}|x");
        assert_eq!(troubles, 3);
    }

    #[test]
    fn runs_that_would_never_end_are_given_up() {
        for template in [
            "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
            "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}x{{ end }}{{ end }}{{ end }}",
            "{{ $x := \"ab\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}",
            "{{ repeat 2000000000 \"x\" }}",
        ] {
            let deep = std::thread::Builder::new().stack_size(16 << 20);
            let given_up =
                deep.spawn(move || printed(template).is_err()).map(std::thread::JoinHandle::join);
            assert!(matches!(given_up, Ok(Ok(true))), "{template}");
        }
        let nested =
            "{{ $x := dict }}{{ range until 200000 }}{{ $x = dict \"a\" (list $x) }}{{ end }}x";
        assert_eq!(printed(nested).expect("runs").0.as_str(), "x");
    }
}
