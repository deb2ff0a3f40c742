//! Loops: what `range` goes through, and with which names.

use std::rc::Rc;

use super::eval::{Engine, Flow, Frame, Trouble};
use super::syntax::Branch;
use super::value::{Data, Slot, Value, key_text};

impl Engine<'_> {
    /// Runs a loop.
    pub(super) fn range(
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
                let pair = |(key, slot): (&Rc<str>, &Slot)| {
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
}
