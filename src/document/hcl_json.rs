//! Terraform in JSON to the tree that its own syntax gives: `*.tf.json`, as people and CDKTF write it.
//!
//! Blocks are objects there and expressions stand in texts. Only expressions that are names are told from templates.

use super::hcl::{EXPRESSION, TEMPLATE};
use super::{Document, json};

/// The document of `text`.
pub fn parse(text: &str) -> Document {
    let mut document = json::parse(text);
    for at in 0..document.len() {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let Some((range, written)) = document.written(at) else { continue };
        if !written.contains("${") {
            continue;
        }
        let inside = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        match inside.filter(|inside| !inside.contains(['{', '}'])) {
            Some(inside) => {
                let inside = inside.trim().to_owned();
                document.set_scalar(at, range, inside);
                document.set_tag(at, EXPRESSION);
            }
            None => document.set_tag(at, TEMPLATE),
        }
    }
    document
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::document::hcl::{Form, form};

    #[test]
    fn texts_hold_expressions() {
        let document = parse(
            r#"{"resource": {"oven": {"rye": {"heat": "${var.heat}", "name": "rye-${var.stage}", "racks": "4"}}}}"#,
        );
        let oven = document.root().and_then(|root| root.at(&["resource", "oven", "rye"])).unwrap();
        let heat = oven.get("heat").unwrap();
        assert_eq!((form(heat), heat.text()), (Form::Expression, Some("var.heat")));
        assert_eq!(oven.get("name").map(form), Some(Form::Template));
        assert_eq!(oven.get("racks").map(form), Some(Form::Plain));
    }
}
