//! Values as JSON, as Go prints it.

use super::text::Text;
use super::value::{Data, MAX_DEPTH, Value};
use super::yaml::{marked, plain_number, push_written};

/// A value as JSON, with line breaks where it `is_pretty`.
pub(super) fn json(value: &Value, is_pretty: bool, escapes_html: bool) -> Text {
    let mut text = Text::default();
    Json { is_pretty, escapes_html }.push(value, 0, &mut text, MAX_DEPTH);
    text
}

struct Json {
    is_pretty: bool,
    escapes_html: bool,
}

impl Json {
    fn push(&self, value: &Value, indent: usize, text: &mut Text, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        match &value.data {
            Data::Map(_) => {
                let keys = value.keys().unwrap_or_default();
                self.all(['{', '}'], keys.len(), indent, text, |at, text| {
                    let Some(key) = keys.get(at) else { return };
                    push_written(key, &self.quoted(key.as_str()), text);
                    text.push_str(if self.is_pretty { ": " } else { ":" });
                    if let Some(value) = value.get(key.as_str()) {
                        self.push(&value.into_item(), indent + 2, text, below);
                    }
                });
            }
            Data::List(_) => {
                let items = value.items().unwrap_or_default();
                self.all(['[', ']'], items.len(), indent, text, |at, text| {
                    if let Some(item) = items.get(at) {
                        self.push(&item.clone().into_item(), indent + 2, text, below);
                    }
                });
            }
            Data::Text(_) | Data::Unknown(_) => {
                let printed = value.printed();
                push_written(&printed, &self.quoted(printed.as_str()), text);
            }
            Data::Float(number) => text.push(&value.printed().changed(plain_number(*number))),
            Data::Null => text.push(&marked(value, "null")),
            Data::Bool(_) | Data::Int(_) => text.push(&value.printed()),
            Data::Object(_) => text.push_str("{}"),
        }
    }

    fn all(
        &self,
        [open, close]: [char; 2],
        count: usize,
        indent: usize,
        text: &mut Text,
        push: impl Fn(usize, &mut Text),
    ) {
        text.push_str(&open.to_string());
        for at in 0..count {
            text.push_str(if at > 0 { "," } else { "" });
            self.line(indent + 2, text);
            push(at, text);
        }
        if count > 0 {
            self.line(indent, text);
        }
        text.push_str(&close.to_string());
    }

    fn line(&self, indent: usize, text: &mut Text) {
        if self.is_pretty {
            text.push_str("\n");
            text.push_str(&" ".repeat(indent));
        }
    }

    fn quoted(&self, text: &str) -> String {
        let quoted = serde_json::to_string(text).unwrap_or_default();
        if !self.escapes_html {
            return quoted;
        }
        quoted.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::{Place, read};
    use super::json;

    #[test]
    fn json_is_printed_as_go_prints_it() {
        let text = "b: [1, a, true]\na: \"<&>\"\n";
        let value = read(Place { text, file: None, source: None }).expect("is YAML");
        assert_eq!(
            json(&value, false, true).as_str(),
            r#"{"a":"\u003c\u0026\u003e","b":[1,"a",true]}"#
        );
        assert_eq!(
            json(&value, true, false).as_str(),
            "{\n  \"a\": \"<&>\",\n  \"b\": [\n    1,\n    \"a\",\n    true\n  ]\n}"
        );
    }
}
