//! Maps and lists of variables that platforms and pipelines have in common, with references in their own syntax.
//!
//! Knows how a value refers to what is elsewhere, not what stands there.

use super::context::note_problems;
use super::context::{Asks, Context, as_read, env};
use crate::document::{Document, Entry as Pair, Node, newer, template};
use crate::facts::SourceFacts;
use crate::model::key::is_env_name;
use crate::model::{Scope, Value};
use crate::text::TextRange;

/// What a platform takes a plain scalar for; `None` where the words stay as they are.
pub(super) type Plain = fn(&str) -> Option<String>;

/// How the values of a platform refer to what is elsewhere, and whose they are.
#[derive(Clone, Copy, Default)]
pub(super) struct Giving<'a> {
    /// What opens and closes a reference: `${{` and `}}`.
    pub(super) references: &'a [(&'a str, &'a str)],
    /// The workload that gets the variables, where one does.
    pub(super) scope: Option<&'a Scope>,
    /// What the platform takes a plain scalar for, where that is another text.
    pub(super) scalar: Option<Plain>,
}

impl Giving<'_> {
    /// Every pair of a map is a variable: `env: { NAME: value }`.
    pub(super) fn map(self, context: Context<'_>, map: Node<'_>, facts: &mut SourceFacts) {
        for pair in map.entries() {
            self.variable(context, &pair, facts);
        }
    }

    /// The key and value of a pair are a variable.
    pub(super) fn variable(self, context: Context<'_>, pair: &Pair<'_>, facts: &mut SourceFacts) {
        // A key that a template names is no key before the template has run.
        if !template::is_open(context.raw(pair.key_range)) {
            let value = self.value(context, pair.key, pair.value, facts);
            let range = (!pair.value.is_null()).then(|| pair.value.resolved().range());
            let mut entry = env(pair.key, pair.key_range, value, range);
            entry.scope = self.scope.cloned();
            facts.entries.push(entry);
        }
    }

    /// A variable whose name and value are nodes.
    pub(super) fn item(
        self,
        context: Context<'_>,
        name: Node<'_>,
        value: Node<'_>,
        facts: &mut SourceFacts,
    ) {
        let Some(text) = name.text() else { return };
        let given = self.value(context, text, value, facts);
        let range = (!value.is_null()).then(|| value.resolved().range());
        self.push(name, given, range, facts);
    }

    /// A variable whose name is a node, with a value that is told in another way.
    pub(super) fn push(
        self,
        name: Node<'_>,
        value: Value,
        range: Option<TextRange>,
        facts: &mut SourceFacts,
    ) {
        let Some(text) = name.text().filter(|text| !text.is_empty()) else { return };
        let mut entry = env(text, name.resolved().range(), value, range);
        entry.scope = self.scope.cloned();
        facts.entries.push(entry);
    }

    /// The value of a node, with the references of the platform told from literals.
    pub(super) fn value(
        self,
        context: Context<'_>,
        name: &str,
        node: Node<'_>,
        facts: &mut SourceFacts,
    ) -> Value {
        let raw = context.raw(node.resolved().range());
        let bare = raw.trim_matches(['"', '\'']);
        let reference = || Value::Reference { text: bare.to_owned(), needs: Vec::new() };
        if node.text().is_some() && self.references.iter().any(|ends| is_whole(bare, *ends)) {
            return reference();
        }
        let value = context.value(name, node, Asks::None, facts);
        if bare.contains("secrets.") && bare.contains(['"', '\'']) {
            // `${{ secrets.TOKEN || 'default' }}`: what stands in for a secret is one too.
            facts.secrets.push(node.resolved().range());
            return Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() };
        }
        let is_partial = self.references.iter().any(|(open, _)| bare.contains(open));
        match value {
            Value::Literal(_) | Value::Placeholder(_) if is_partial => reference(),
            value => match self.scalar {
                Some(by) => as_read(node, value, by),
                None => value,
            },
        }
    }
}

/// The sources of a file of `kind`: what its top gives to all, and a section for each entry of its map `sections`.
pub(super) fn in_sections(
    context: Context<'_>,
    kind: &'static str,
    documents: &[Document],
    sections: &str,
    variables: fn(Context<'_>, Node<'_>, &mut SourceFacts),
) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let mut own = context.source(kind);
        note_problems(document, &mut own);
        if let Some(root) = document.root() {
            variables(context, root, &mut own);
        }
        sources.push(own);
        let sections = document.root().and_then(|root| root.get(sections));
        for pair in sections.map(Node::entries).unwrap_or_default() {
            let mut section = context.source(kind);
            section.section = Some(pair.key.to_owned());
            variables(context, pair.value, &mut section);
            sources.push(section);
        }
    }
    sources.retain(|facts| !facts.entries.is_empty() || !facts.problems.is_empty());
    sources
}

/// Whether documents hold variables alone, in a block for each stage of a service.
pub(super) fn are_blocks(documents: &[Document]) -> bool {
    let is_block = |pair: &Pair<'_>| {
        let inside = pair.value.entries();
        let is_variable = |pair: &Pair<'_>| {
            is_env_name(pair.key)
                && !pair.key.contains(|c: char| c.is_ascii_lowercase())
                && !pair.value.is_map()
        };
        !inside.is_empty() && inside.iter().all(is_variable)
    };
    let mut roots = documents.iter().filter_map(Document::root).peekable();
    roots.peek().is_some() && roots.all(|root| root.is_map() && root.entries().iter().all(is_block))
}

/// The sources of documents with a block of variables for each stage.
pub(super) fn blocks(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let scalar = Some(newer::scalar as Plain);
    let giving = Giving { references: &[("${", "}")], scope: None, scalar };
    let blocks = documents.iter().filter_map(Document::root).flat_map(Node::entries);
    let of = |pair: Pair<'_>| {
        let mut section = context.source("serverless");
        section.section = Some(pair.key.to_owned());
        giving.map(context, pair.value, &mut section);
        section
    };
    blocks.map(of).collect()
}

/// Whether a text is one reference and nothing else. One with a text in quotes inside may hold a default that is secret.
fn is_whole(text: &str, (open, close): (&str, &str)) -> bool {
    let is_name =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let inside = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    inside.is_some_and(|inside| match close {
        // `$NAME` and `@name` end where the name does.
        "" => !inside.is_empty() && is_name(inside),
        "}" => !inside.contains(['"', '\'']) && never_closes(inside),
        close => !inside.contains(['"', '\'']) && !inside.contains(close),
    })
}

/// Whether no brace of a text closes one that was opened before it.
fn never_closes(text: &str) -> bool {
    let mut open = 0_usize;
    text.bytes().all(|byte| match byte {
        b'{' => {
            open += 1;
            true
        }
        b'}' => open.checked_sub(1).map(|left| open = left).is_some(),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_reference_is_told_from_what_holds_one() {
        let whole = |text| is_whole(text, ("${{", "}}"));
        assert!(whole("${{ secrets.TOKEN }}"));
        assert!(!whole("https://${{ vars.HOST }}"));
        assert!(!whole("${{ vars.A }}${{ vars.B }}"));
        assert!(!whole("${{ secrets.TOKEN || 'dough' }}"));
        assert!(is_whole("${ssm:/a/${stage}/b}", ("${", "}")));
        assert!(!is_whole("${a}${b}", ("${", "}")));
        assert!(is_whole("$DB_PASSWORD", ("$", "")) && !is_whole("$DB/x", ("$", "")));
    }
}
