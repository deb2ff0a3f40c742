//! Values as Go prints them.
//!
//! What `%v` gives, with the places of the parts where they have some.

use crate::document::go;

use super::text::{Mark, Text};
use super::value::{Data, MAX_DEPTH, UNKNOWN, Value};

impl Value {
    /// As a text with its places, printed as `%v` does.
    pub(in crate::assemble) fn printed(&self) -> Text {
        let whole = |text: String| match &self.mark {
            Some(mark) => Text::marked(text, Mark { is_copy: false, ..mark.as_ref().clone() }),
            None => Text::plain(text),
        };
        match &self.data {
            Data::Text(text) => match &self.mark {
                Some(mark) if text.is_plain() => Text::marked(text.as_str(), mark.as_ref().clone()),
                _ => text.as_ref().clone(),
            },
            Data::List(items) => {
                let mut text = Text::plain("[");
                self.print_list(items, &mut text);
                text
            }
            _ => whole(self.shown()),
        }
    }

    fn print_list(&self, items: &[Self], text: &mut Text) {
        let mut separator = "";
        for item in items {
            text.push_str(separator);
            separator = " ";
            text.push(&match &item.data {
                Data::List(_) => Text::plain(item.shown()),
                _ if self.is_item() => item.clone().into_item().printed(),
                _ => item.printed(),
            });
        }
        text.push_str("]");
    }

    /// As `%v` prints it.
    pub(in crate::assemble) fn shown(&self) -> String {
        let mut text = String::new();
        self.show(&mut text, MAX_DEPTH);
        text
    }

    fn show(&self, text: &mut String, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        match &self.data {
            Data::Null => text.push_str("<nil>"),
            Data::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Data::Int(value) => text.push_str(&value.to_string()),
            Data::Float(value) => text.push_str(&go::float(*value)),
            Data::Text(part) => text.push_str(part.as_str()),
            Data::Unknown(asked) => {
                text.push(UNKNOWN);
                text.push_str("{{ ");
                text.push_str(asked);
                text.push_str(" }}");
            }
            Data::Object(_) => text.push_str("map[]"),
            Data::List(items) => {
                text.push('[');
                for (at, item) in items.iter().enumerate() {
                    text.push_str(if at > 0 { " " } else { "" });
                    item.show(text, below);
                }
                text.push(']');
            }
            Data::Map(map) => {
                text.push_str("map[");
                for (at, (key, slot)) in map.borrow().iter().enumerate() {
                    text.push_str(if at > 0 { " " } else { "" });
                    text.push_str(key);
                    text.push(':');
                    slot.value.show(text, below);
                }
                text.push(']');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::{Data, Value};

    #[test]
    fn lists_and_maps_are_printed_as_go_prints_them() {
        let map = Value::map([("b", Value::int(1)), ("a", Value::null())]);
        let list = Value::list(vec![Value::str("x"), map, Value::bool(true)]);
        assert_eq!(list.shown(), "[x map[a:<nil> b:1] true]");
        assert!(!Value::new(Data::Float(0.0)).is_true());
    }
}
