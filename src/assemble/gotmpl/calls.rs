//! What templates can call that needs the engine, and the methods of objects: `include`, `tpl`, `.Files.Get`.

use std::rc::Rc;

use super::eval::{Engine, Frame, Trouble};
use super::parse::parse;
use super::text::Text;
use super::value::{Data, Object, Value};
use super::{functions, yaml};
use crate::text::TextRange;

impl Engine<'_> {
    /// The value of a function that needs the engine; `None` where `name` is another one.
    pub(super) fn special(
        &mut self,
        frame: &Frame<'_>,
        name: &str,
        arguments: &[Value],
        (range, asked): (TextRange, Option<TextRange>),
    ) -> Option<Result<Value, Trouble>> {
        Some(match name {
            "include" => self.include(frame, arguments, range),
            "tpl" => self.template_text(frame, arguments, range),
            "required" => Ok(self.required(frame, arguments, asked.unwrap_or(range), range)),
            "fail" => {
                let message = arguments.first().map(Value::shown).unwrap_or_default();
                let message = format!("refuses these values: {}", one_line(&message));
                self.note(message, frame.place(range));
                Ok(Value::str(""))
            }
            "index" => {
                let asked = functions::asked_of_nothing(arguments)?;
                let message =
                    format!("asks nothing for `{}`: the tool stops here", one_line(&asked));
                self.note(message, frame.place(range));
                Ok(functions::unknown(&format!("index {asked}")))
            }
            _ => return None,
        })
    }

    fn include(
        &mut self,
        frame: &Frame<'_>,
        arguments: &[Value],
        range: TextRange,
    ) -> Result<Value, Trouble> {
        let Some(name) = arguments.first().and_then(Value::as_str) else {
            return Ok(functions::unknown("include"));
        };
        let root = arguments.get(1).cloned().unwrap_or_else(Value::null);
        let place = frame.place(range);
        if let Some(foreign) = self.foreign(name) {
            return Ok(foreign);
        }
        let text = self.call(name, &root, place)?;
        self.spend(text.len(), place)?;
        Ok(Value::text(text))
    }

    fn template_text(
        &mut self,
        frame: &Frame<'_>,
        arguments: &[Value],
        range: TextRange,
    ) -> Result<Value, Trouble> {
        let Some(source) = arguments.first() else {
            return Err(frame.trouble("`tpl` needs a text", range));
        };
        if matches!(source.data, Data::Unknown(_)) {
            return Ok(source.clone());
        }
        if source.is_null() {
            self.note("`tpl` gets nothing: the tool stops here".to_owned(), frame.place(range));
            return Ok(Value::str(""));
        }
        if source.as_str().is_none() {
            let message = format!("`tpl` needs a text and gets a {}", source.kind());
            return Err(frame.trouble(message, range));
        }
        let text = source.printed();
        if !text.as_str().contains("{{") {
            return Ok(Value::text(text));
        }
        let written = text.place(TextRange::new(0, text.len()));
        self.spend(text.len(), written)?;
        let template = parse(text).map_err(|broken| {
            let message = format!("is no template: {}", broken.message);
            Trouble { message, place: written.or(frame.place(range)), is_values: false }
        })?;
        let root = arguments.get(1).cloned().unwrap_or_else(Value::null);
        self.text(&Rc::new(template), &root).map(Value::text)
    }

    /// A value that must be there; without it the tool stops.
    fn required(
        &mut self,
        frame: &Frame<'_>,
        arguments: &[Value],
        asked: TextRange,
        range: TextRange,
    ) -> Value {
        let value = arguments.get(1).cloned().unwrap_or_else(Value::null);
        let is_missing = match &value.data {
            Data::Null => true,
            Data::Text(text) => text.len() == 0,
            _ => false,
        };
        if !is_missing {
            return value;
        }
        let asked = one_line(asked.slice(frame.template.source.as_str()));
        let reason = arguments.first().map(Value::shown).unwrap_or_default();
        let message = format!("requires `{asked}`, which has no value: {}", one_line(&reason));
        self.note(message, frame.place(range));
        functions::unknown(&format!("required {asked}"))
    }
}

/// A message as one line of bounded length.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(200).collect()
}

/// What a method of an object gives.
pub(super) fn method(object: &Object, name: &str, arguments: &[Value]) -> Result<Value, String> {
    let first = arguments.first().and_then(Value::as_str).unwrap_or("");
    let Object::Files(files) = object else {
        return match name {
            "Has" => Ok(Value::bool(is_served(first))),
            _ => Err(format!("asks the versions of the cluster for `{name}`")),
        };
    };
    let named = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    Ok(match name {
        "Get" | "GetBytes" => files
            .get(first)
            .map_or_else(|| Value::str(""), |text| Value::text(text.as_ref().clone())),
        "Glob" => {
            let glob = globset::GlobBuilder::new(first).literal_separator(true).build();
            let glob = glob.map_err(|_| format!("has a glob that is none: `{first}`"))?;
            let matcher = glob.compile_matcher();
            let found = files.iter().filter(|(path, _)| matcher.is_match(path));
            let found = found.map(|(path, text)| (path.clone(), text.clone())).collect();
            Value::new(Data::Object(Object::Files(Rc::new(found))))
        }
        "Lines" => {
            let text = files.get(first).map(|text| text.as_ref().clone()).unwrap_or_default();
            let lines = text.as_str().lines().map(|line| Value::text(text.piece(line)));
            Value::list(lines.collect())
        }
        "AsConfig" => {
            let all = files.iter();
            let all = all.map(|(path, text)| (named(path), Value::text(text.as_ref().clone())));
            Value::text(yaml_or_nothing(&Value::map(all)))
        }
        "AsSecrets" => {
            let encoded =
                |text: &Rc<Text>| Value::text(text.changed(functions::base64(text.as_str())));
            let all = files.iter().map(|(path, text)| (named(path), encoded(text)));
            Value::text(yaml_or_nothing(&Value::map(all)))
        }
        // A map of files, as `range` and `index` see it.
        _ => files.get(name).map_or_else(Value::null, |text| Value::text(text.as_ref().clone())),
    })
}

fn yaml_or_nothing(value: &Value) -> Text {
    if value.is_true() { yaml::print(value) } else { Text::default() }
}

/// What a loop over an object goes through.
pub(super) fn listed(object: &Object) -> Vec<(Value, Value)> {
    let Object::Files(files) = object else { return Vec::new() };
    let pair = |(path, text): (&String, &Rc<Text>)| {
        (Value::str(path.as_str()), Value::text(text.as_ref().clone()))
    };
    files.iter().map(pair).collect()
}

/// Groups of interfaces that a plain cluster serves.
const GROUPS: &[&str] = &[
    "admissionregistration.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "apiregistration.k8s.io/v1",
    "apps/v1",
    "authentication.k8s.io/v1",
    "authorization.k8s.io/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "certificates.k8s.io/v1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "events.k8s.io/v1",
    "networking.k8s.io/v1",
    "node.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1",
    "v1",
];

/// Whether a plain cluster serves the group.
fn is_served(group: &str) -> bool {
    GROUPS.binary_search(&group).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn groups_are_sorted() {
        assert!(super::GROUPS.is_sorted());
    }
}
