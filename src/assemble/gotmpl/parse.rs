//! Tokens to the tree of a template.
//!
//! Follows Go's `text/template`. Looks no function up: a name that nobody knows is found when it is called.

use std::rc::Rc;

use super::lex::{Broken, Kind, Piece, Token, pieces};
use super::syntax::{Action, Branch, Node, Operand, Pipe, Template, Term, Word};
use super::text::Text;
use crate::text::TextRange;

/// Blocks in blocks, or parentheses in parentheses, deeper than anybody writes them.
const MAX_DEPTH: usize = 100;

/// Parses a template.
pub(in crate::assemble) fn parse(source: Text) -> Result<Template, Broken> {
    let all = pieces(source.as_str())?;
    let mut parser =
        Parser { text: source.as_str(), pieces: all.into_iter(), defines: Vec::new(), depth: 0 };
    let (body, end) = parser.block()?;
    if let Some((_, range)) = end {
        let (start, end) = (range.start as usize, range.end as usize);
        return Err(Broken::new("an `end` or `else` without a block", start, end));
    }
    let defines = parser.defines;
    Ok(Template { source, body: Rc::new(body), defines })
}

struct Parser<'t> {
    text: &'t str,
    pieces: std::vec::IntoIter<Piece>,
    defines: Vec<(String, Rc<Vec<Node>>)>,
    depth: usize,
}

/// What closes a block: `end`, or `else` with the words behind it.
enum Closing {
    End,
    Else(Vec<Token>),
}

type Closed = Option<(Closing, TextRange)>;

impl Parser<'_> {
    /// The nodes up to the `end` or `else` that belongs to the block they stand in.
    fn block(&mut self) -> Result<(Vec<Node>, Closed), Broken> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (tokens, range) = match piece {
                Piece::Text(range) => {
                    nodes.push(Node::Text(range));
                    continue;
                }
                Piece::Action(tokens, range) => (tokens, range),
            };
            let word = match tokens.first().map(|token| &token.kind) {
                Some(Kind::Name(name)) => name.as_str(),
                _ => "",
            };
            let rest = || tokens.get(1..).unwrap_or_default().to_vec();
            match word {
                "end" => return Ok((nodes, Some((Closing::End, range)))),
                "else" => return Ok((nodes, Some((Closing::Else(rest()), range)))),
                "if" => nodes.push(self.branch(Word::If, &rest(), range)?),
                "with" => nodes.push(self.branch(Word::With, &rest(), range)?),
                "range" => nodes.push(self.branch(Word::Range, &rest(), range)?),
                "define" => self.define(&rest(), range)?,
                "block" => nodes.push(self.inline(&rest(), range)?),
                "template" => nodes.push(include(&rest(), range)?),
                "break" if tokens.len() == 1 => nodes.push(Node::Break),
                "continue" if tokens.len() == 1 => nodes.push(Node::Continue),
                _ => {
                    let pipe = pipe(&tokens, range)?;
                    let is_alone = is_alone(self.text, range);
                    nodes.push(Node::Action(Action { pipe, range, is_alone }));
                }
            }
        }
        Ok((nodes, None))
    }

    fn branch(&mut self, word: Word, tokens: &[Token], range: TextRange) -> Result<Node, Broken> {
        self.deeper(range)?;
        let pipe = pipe(tokens, range)?;
        let (body, closing) = self.block()?;
        let otherwise = match closing {
            Some((Closing::End, _)) => Vec::new(),
            Some((Closing::Else(rest), at)) => self.otherwise(&rest, at)?,
            None => return Err(open(range)),
        };
        self.depth -= 1;
        Ok(Node::Branch(Box::new(Branch { word, pipe, range, body, otherwise })))
    }

    /// What stands behind an `else`.
    fn otherwise(&mut self, rest: &[Token], range: TextRange) -> Result<Vec<Node>, Broken> {
        let word = match rest.first().map(|token| &token.kind) {
            None => None,
            Some(Kind::Name(name)) if name == "if" => Some(Word::If),
            Some(Kind::Name(name)) if name == "with" => Some(Word::With),
            Some(_) => return Err(at(range, "an `else` with something behind it")),
        };
        if let Some(word) = word {
            // The `end` of the inner block is that of the outer one too.
            return Ok(vec![self.branch(word, rest.get(1..).unwrap_or_default(), range)?]);
        }
        match self.block()? {
            (nodes, Some((Closing::End, _))) => Ok(nodes),
            _ => Err(open(range)),
        }
    }

    fn define(&mut self, tokens: &[Token], range: TextRange) -> Result<(), Broken> {
        let [Token { kind: Kind::Text(name), .. }] = tokens else {
            return Err(at(range, "a `define` without a name"));
        };
        self.deeper(range)?;
        let body = self.closed(range)?;
        self.depth -= 1;
        self.defines.push((name.clone(), Rc::new(body)));
        Ok(())
    }

    /// `block "name" pipe`: a definition that is printed where it stands.
    fn inline(&mut self, tokens: &[Token], range: TextRange) -> Result<Node, Broken> {
        let Some(Token { kind: Kind::Text(name), .. }) = tokens.first() else {
            return Err(at(range, "a `block` without a name"));
        };
        self.deeper(range)?;
        let pipe = pipe(tokens.get(1..).unwrap_or_default(), range)?;
        let body = self.closed(range)?;
        self.depth -= 1;
        self.defines.push((name.clone(), Rc::new(body)));
        Ok(Node::Include(name.clone(), Some(pipe), range))
    }

    fn closed(&mut self, range: TextRange) -> Result<Vec<Node>, Broken> {
        match self.block()? {
            (body, Some((Closing::End, _))) => Ok(body),
            _ => Err(open(range)),
        }
    }

    fn deeper(&mut self, range: TextRange) -> Result<(), Broken> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(at(range, "blocks too deep in blocks")) } else { Ok(()) }
    }
}

fn at(range: TextRange, message: &str) -> Broken {
    Broken { message: message.to_owned(), range }
}

fn open(range: TextRange) -> Broken {
    at(range, "a block that does not end")
}

fn include(tokens: &[Token], range: TextRange) -> Result<Node, Broken> {
    let Some(Token { kind: Kind::Text(name), .. }) = tokens.first() else {
        return Err(at(range, "a `template` without a name"));
    };
    let rest = tokens.get(1..).unwrap_or_default();
    let pipe = if rest.is_empty() { None } else { Some(pipe(rest, range)?) };
    Ok(Node::Include(name.clone(), pipe, range))
}

/// Whether nothing but actions and blanks stands on the lines of the action under `range`.
fn is_alone(text: &str, range: TextRange) -> bool {
    let (start, end) = (range.start as usize, range.end as usize);
    let before = text.get(..start).unwrap_or("").rsplit('\n').next().unwrap_or("");
    let after = text.get(end..).unwrap_or("").split('\n').next().unwrap_or("");
    is_only_actions(before) && is_only_actions(after)
}

fn is_only_actions(mut line: &str) -> bool {
    loop {
        let Some((before, rest)) = line.split_once("{{") else { return line.trim().is_empty() };
        if !before.trim().is_empty() {
            return false;
        }
        let Some((_, after)) = rest.split_once("}}") else { return true };
        line = after;
    }
}

/// The pipeline that `tokens` are.
fn pipe(tokens: &[Token], range: TextRange) -> Result<Pipe, Broken> {
    let mut words = Words { tokens, at: 0, range, depth: 0 };
    let pipe = words.pipe()?;
    if words.at < tokens.len() {
        return Err(at(range, "an action with a word that fits nowhere"));
    }
    Ok(pipe)
}

struct Words<'a> {
    tokens: &'a [Token],
    at: usize,
    range: TextRange,
    depth: usize,
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn pipe(&mut self) -> Result<Pipe, Broken> {
        let start = self.peek().map_or(self.range, |token| token.range);
        let (variables, assigns) = self.variables();
        let mut commands = Vec::new();
        loop {
            let operands = self.command()?;
            if operands.is_empty() {
                return Err(at(self.range, "a pipeline without a command"));
            }
            commands.push(operands);
            match self.peek().map(|token| &token.kind) {
                Some(Kind::Pipe) => self.at += 1,
                _ => break,
            }
        }
        let last = self.tokens.get(self.at.saturating_sub(1)).map_or(start, |token| token.range);
        Ok(Pipe { variables, assigns, commands, range: start.cover(last) })
    }

    /// `$x :=`, `$x =`, `$k, $v :=`.
    fn variables(&mut self) -> (Vec<String>, bool) {
        let kind = |ahead: usize| self.tokens.get(self.at + ahead).map(|token| &token.kind);
        let (names, sign) = match (kind(0), kind(1), kind(2)) {
            (Some(Kind::Variable(one)), Some(Kind::Comma), Some(Kind::Variable(two))) => {
                (vec![one.clone(), two.clone()], 3)
            }
            (Some(Kind::Variable(one)), _, _) => (vec![one.clone()], 1),
            _ => return (Vec::new(), false),
        };
        match kind(sign) {
            Some(Kind::Declare) => {
                self.at += sign + 1;
                (names, false)
            }
            Some(Kind::Assign) => {
                self.at += sign + 1;
                (names, true)
            }
            _ => (Vec::new(), false),
        }
    }

    fn command(&mut self) -> Result<Vec<Operand>, Broken> {
        let mut operands = Vec::new();
        while let Some(operand) = self.operand()? {
            operands.push(operand);
        }
        Ok(operands)
    }

    fn operand(&mut self) -> Result<Option<Operand>, Broken> {
        let Some(token) = self.peek() else { return Ok(None) };
        let mut range = token.range;
        let mut fields = Vec::new();
        let term = match &token.kind {
            Kind::Dot => Term::Dot,
            Kind::Field(name) => {
                fields.push(name.clone());
                Term::Dot
            }
            Kind::Variable(name) => Term::Variable(name.clone()),
            Kind::Name(name) => match name.as_str() {
                "true" => Term::Bool(true),
                "false" => Term::Bool(false),
                "nil" => Term::Nil,
                _ => Term::Name(name.clone()),
            },
            Kind::Text(text) => Term::Text(text.clone()),
            Kind::Int(value) => Term::Int(*value),
            Kind::Float(value) => Term::Float(*value),
            Kind::Open => return self.parenthesized(token.range).map(Some),
            Kind::Pipe | Kind::Close => return Ok(None),
            Kind::Comma | Kind::Declare | Kind::Assign => {
                return Err(at(token.range, "a sign that fits nowhere"));
            }
        };
        self.at += 1;
        self.fields(&mut fields, &mut range);
        Ok(Some(Operand { term, fields, range }))
    }

    fn parenthesized(&mut self, open: TextRange) -> Result<Operand, Broken> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(at(open, "parentheses too deep in parentheses"));
        }
        let pipe = self.pipe()?;
        self.depth -= 1;
        let Some(Token { kind: Kind::Close, range: close, .. }) = self.peek() else {
            return Err(at(open, "a parenthesis that does not end"));
        };
        self.at += 1;
        let mut range = open.cover(*close);
        let mut fields = Vec::new();
        self.fields(&mut fields, &mut range);
        Ok(Operand { term: Term::Pipe(pipe), fields, range })
    }

    /// The fields that stand right behind an operand.
    fn fields(&mut self, fields: &mut Vec<String>, range: &mut TextRange) {
        while let Some(Token { kind: Kind::Field(name), range: at, is_apart: false }) = self.peek()
        {
            fields.push(name.clone());
            *range = range.cover(*at);
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::{Node, Template, Term};
    use super::parse;
    use crate::assemble::gotmpl::text::Text;

    fn parsed(text: &str) -> Template {
        parse(Text::plain(text)).expect("is a template")
    }

    #[test]
    fn a_chain_of_else_if_ends_once() {
        let template = parsed("{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}4");
        assert_eq!(template.body.len(), 2);
        let Some(Node::Branch(branch)) = template.body.first() else { panic!() };
        let [Node::Branch(inner)] = branch.otherwise.as_slice() else { panic!() };
        assert_eq!((inner.body.len(), inner.otherwise.len()), (1, 1));
    }

    #[test]
    fn fields_belong_to_what_they_touch() {
        let template = parsed("{{ f .a.b (index .c 0).d $x.y | g }}");
        let Some(Node::Action(action)) = template.body.first() else { panic!() };
        let [first, second] = action.pipe.commands.as_slice() else { panic!() };
        let fields: Vec<_> = first.iter().map(|operand| operand.fields.join(".")).collect();
        assert_eq!(fields, ["", "a.b", "d", "y"]);
        assert!(matches!(&second[0].term, Term::Name(name) if name == "g"));
    }

    #[test]
    fn an_action_beside_text_is_not_alone() {
        let alone = |text: &str| match parsed(text).body.last() {
            Some(Node::Action(action)) => action.is_alone,
            _ => panic!(),
        };
        assert!(alone("env:\n  {{- toYaml .env }}"));
        assert!(!alone("value: {{ .x }}"));
        assert!(alone("{{ if .a }}{{ end }}{{ .x }}"));
    }

    #[test]
    fn blocks_must_match() {
        assert!(parse(Text::plain("{{ if .a }}")).is_err());
        assert!(parse(Text::plain("{{ end }}")).is_err());
        assert!(parse(Text::plain("{{ define \"a\" }}{{ else }}{{ end }}")).is_err());
        assert!(parse(Text::plain("{{ if }}{{ end }}")).is_err());
        let deep = "{{ if .a }}".repeat(1000);
        assert!(parse(Text::plain(deep)).is_err());
    }
}
