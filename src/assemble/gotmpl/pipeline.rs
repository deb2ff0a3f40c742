//! Runs pipelines: commands, operands, fields.
//!
//! A function or a field with something behind it is called; a field of nothing is told.

use std::rc::Rc;

use super::eval::{Engine, Frame, Trouble};
use super::syntax::{Operand, Pipe, Term};
use super::text::{Mark, Text};
use super::value::{Data, Value};
use super::{calls, functions};
use crate::text::{Span, TextRange};

impl Engine<'_> {
    /// The value of a pipeline; its variables are set.
    pub(super) fn pipe(
        &mut self,
        frame: &mut Frame<'_>,
        pipe: &Pipe,
        dot: &Value,
    ) -> Result<Value, Trouble> {
        let value = self.commands(frame, pipe, dot)?;
        for name in &pipe.variables {
            if pipe.assigns {
                Self::assign(frame, name, value.clone());
            } else {
                frame.variables.push((name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    /// The value of a pipeline, without its variables.
    pub(super) fn commands(
        &mut self,
        frame: &mut Frame<'_>,
        pipe: &Pipe,
        dot: &Value,
    ) -> Result<Value, Trouble> {
        let mut last: Option<(Value, TextRange)> = None;
        for command in &pipe.commands {
            let range = command.iter().map(|operand| operand.range).reduce(TextRange::cover);
            let value = self.command(frame, command, last, dot)?;
            last = Some((value, range.unwrap_or(pipe.range)));
        }
        Ok(last.map_or_else(Value::null, |(value, _)| value))
    }

    fn command(
        &mut self,
        frame: &mut Frame<'_>,
        operands: &[Operand],
        last: Option<(Value, TextRange)>,
        dot: &Value,
    ) -> Result<Value, Trouble> {
        let Some((first, rest)) = operands.split_first() else { return Ok(Value::null()) };
        self.spend(0, None)?;
        if let Term::Name(name) = &first.term {
            let value = self.function(frame, name, (first, rest), last, dot)?;
            return self.fields(frame, value, first, &first.fields, Vec::new());
        }
        let mut arguments = self.arguments(frame, rest, dot)?;
        arguments.extend(last.map(|(value, _)| value));
        self.operand(frame, first, dot, arguments)
    }

    fn arguments(
        &mut self,
        frame: &mut Frame<'_>,
        operands: &[Operand],
        dot: &Value,
    ) -> Result<Vec<Value>, Trouble> {
        operands.iter().map(|operand| self.operand(frame, operand, dot, Vec::new())).collect()
    }

    fn function(
        &mut self,
        frame: &mut Frame<'_>,
        name: &str,
        (first, rest): (&Operand, &[Operand]),
        last: Option<(Value, TextRange)>,
        dot: &Value,
    ) -> Result<Value, Trouble> {
        if matches!(name, "and" | "or") {
            return self.short(frame, name == "or", rest, last, dot);
        }
        let mut arguments = self.arguments(frame, rest, dot)?;
        let asked = last.as_ref().map(|(_, range)| *range).or(rest.last().map(|one| one.range));
        arguments.extend(last.map(|(value, _)| value));
        let range = first.range;
        if let Some(value) = self.special(frame, name, &arguments, (range, asked)) {
            return value;
        }
        let place = frame.place(range);
        if functions::needs_all(name) && arguments.iter().any(Value::is_null) {
            self.note(format!("`{name}` is given nothing: the tool stops here"), place);
        }
        let value = match functions::call(name, &arguments) {
            Some(value) => {
                value.map_err(|message| frame.trouble(format!("`{name}` {message}"), range))?
            }
            None => functions::unseen(name, &arguments),
        };
        if let Data::Text(text) = &value.data {
            self.spend(text.len(), place)?;
        }
        Ok(placed(value, place))
    }

    /// `and`, `or`: the first value that decides; those behind it are not looked at.
    fn short(
        &mut self,
        frame: &mut Frame<'_>,
        wanted: bool,
        rest: &[Operand],
        last: Option<(Value, TextRange)>,
        dot: &Value,
    ) -> Result<Value, Trouble> {
        let mut value = Value::null();
        for operand in rest {
            value = self.operand(frame, operand, dot, Vec::new())?;
            if value.is_true() == wanted {
                return Ok(value);
            }
        }
        Ok(last.map_or(value, |(value, _)| value))
    }

    fn operand(
        &mut self,
        frame: &mut Frame<'_>,
        operand: &Operand,
        dot: &Value,
        arguments: Vec<Value>,
    ) -> Result<Value, Trouble> {
        let base = match &operand.term {
            Term::Dot => dot.clone(),
            Term::Variable(name) if name == "$" => frame.root.clone(),
            Term::Variable(name) => {
                let known = frame.variables.iter().rev().find(|(known, _)| known == name);
                let Some((_, value)) = known else {
                    let message = format!("uses the variable `{name}`, which it does not have");
                    return Err(frame.trouble(message, operand.range));
                };
                value.clone()
            }
            Term::Name(name) => self.function(frame, name, (operand, &[]), None, dot)?,
            Term::Text(text) => constant(frame, text, operand.range),
            Term::Int(value) => Value::int(*value),
            Term::Float(value) => Value::new(Data::Float(*value)),
            Term::Bool(value) => Value::bool(*value),
            Term::Nil => Value::null(),
            Term::Pipe(pipe) => {
                self.enter(frame.place(operand.range))?;
                let value = self.pipe(frame, pipe, dot);
                self.leave();
                value?
            }
        };
        self.fields(frame, base, operand, &operand.fields, arguments)
    }

    /// The field of a field of `value`; the last one is called with the arguments.
    ///
    /// Go has two kinds of nothing: what a pipe or a variable comes to has only fields that are nothing too, what a map
    /// lacks has none at all.
    fn fields(
        &mut self,
        frame: &Frame<'_>,
        value: Value,
        operand: &Operand,
        names: &[String],
        arguments: Vec<Value>,
    ) -> Result<Value, Trouble> {
        let mut value = value;
        let mut arguments = Some(arguments);
        if value.is_null() {
            return Ok(value);
        }
        for (at, name) in names.iter().enumerate() {
            let given = if at + 1 == names.len() { arguments.take() } else { None };
            value = match &value.data {
                Data::Map(_) => value.get(name).unwrap_or_else(Value::null),
                Data::Unknown(_) => value,
                Data::Null => {
                    let asked = operand.range.slice(frame.template.source.as_str());
                    let message =
                        format!("asks nothing for `{name}` in `{asked}`: the tool stops here");
                    self.note(message, frame.place(operand.range));
                    Value::null()
                }
                Data::Object(object) => calls::method(object, name, &given.unwrap_or_default())
                    .map_err(|message| frame.trouble(message, operand.range))?,
                _ => {
                    let message = format!("asks a {} for `{name}`", value.kind());
                    return Err(frame.trouble(message, operand.range));
                }
            };
        }
        Ok(value)
    }
}

/// A value that only a run would tell stands where it is asked for.
fn placed(value: Value, place: Option<Span>) -> Value {
    let mark = place.map(|place| Rc::new(Mark::meant(place)));
    match &value.data {
        Data::Unknown(_) if value.mark.is_none() => Value { mark, ..value },
        _ => value,
    }
}

/// A text that stands in the template itself.
fn constant(frame: &Frame<'_>, text: &str, range: TextRange) -> Value {
    let inner = TextRange { start: range.start + 1, end: range.end.saturating_sub(1) };
    let is_copy = inner.slice(frame.template.source.as_str()) == text;
    let Some(place) = frame.place(if is_copy { inner } else { range }) else {
        return Value::str(text);
    };
    Value::text(Text::marked(text, Mark { is_copy, ..Mark::meant(place) }))
}
