//! Lowering: the nodes of a grammar to the shapes that are the same for every language.
//!
//! Walks by the roles of the shape table. Knows no language: what only one language has (token trees) is a role too.

mod branches;
mod expressions;
mod imports;
mod members;
mod pairs;
mod rows;
mod sets;
mod statements;
mod structs;
mod taken_apart;
mod tokens;

pub(crate) use imports::is_version;
use tree_sitter::{Node, Parser};

use super::shapes::{Role, Shapes};
use super::syntax::{NodeId, Shape};
use super::tree::Tree;
use crate::text::TextRange;

/// Nesting beyond this is not followed: hostile input must not end the stack.
const MAX_DEPTH: usize = 400;

/// A file in the middle of being lowered.
pub(super) struct Lowering<'a> {
    pub(super) tree: Tree,
    pub(super) text: &'a str,
    shapes: &'a Shapes,
    parser: &'a mut Parser,
    /// The text of a macro's rule, where a metavariable is a name like any other.
    masked: Option<std::rc::Rc<str>>,
    /// How many token trees are being taken apart: what is inside one stands among no items.
    token_trees: usize,
    depth: usize,
    /// What is called by the call that is being lowered.
    callee: Option<usize>,
    too_deep: Option<TextRange>,
    /// What the file says at its head that its module is called.
    package: Option<String>,
    /// The objects that are asked for something only where they are there.
    reached: Vec<NodeId>,
}

/// A lowered file: the tree, its root, and where it was cut because it nests too deeply.
#[derive(Debug)]
pub struct Lowered {
    /// The tree.
    pub tree: Tree,
    /// Its root.
    pub root: NodeId,
    /// The first place that was left out.
    pub too_deep: Option<TextRange>,
    /// What the file says at its head that its module is called.
    pub package: Option<String>,
}

/// Lowers a parsed file. The parser is needed again for token trees; its ranges are reset.
pub fn lower(
    parser: &mut Parser,
    shapes: &Shapes,
    text: &str,
    parsed: &tree_sitter::Tree,
) -> Lowered {
    let mut lowering = Lowering {
        tree: Tree::default(),
        text,
        shapes,
        parser,
        masked: None,
        token_trees: 0,
        depth: 0,
        callee: None,
        too_deep: None,
        package: None,
        reached: Vec::new(),
    };
    let root = lowering
        .lower(parsed.root_node())
        .unwrap_or_else(|| lowering.tree.add(Shape::Pass, TextRange::new(0, 0)));
    let Lowering { tree, too_deep, package, .. } = lowering;
    Lowered { tree, root, too_deep, package }
}

impl<'a> Lowering<'a> {
    fn role(&self, node: Node<'_>) -> Option<&'a Role> {
        self.shapes.role(node.kind_id())
    }

    /// The shape of a node; `None` for what says nothing.
    pub(super) fn lower(&mut self, node: Node<'_>) -> Option<NodeId> {
        if self.depth >= MAX_DEPTH {
            self.too_deep.get_or_insert(range(node));
            return None;
        }
        self.depth += 1;
        let lowered = match self.role(node) {
            None => Some(self.other(node)),
            Some(Role::Skip | Role::Marks) => None,
            Some(role) => self.expression(node, role),
        };
        self.depth -= 1;
        lowered
    }

    fn other(&mut self, node: Node<'_>) -> NodeId {
        let children = self.children(node);
        self.tree.add(Shape::Other(children), range(node))
    }

    /// The named children, lowered. What only groups others gives its own, and marks of fields stand before them.
    fn children(&mut self, node: Node<'_>) -> Vec<NodeId> {
        let mut found = Vec::new();
        for child in named(node) {
            match self.role(child) {
                Some(Role::Splice) => found.extend(self.children(child)),
                Some(role @ Role::Field { .. }) => self.fields(child, role, &mut found),
                Some(role @ Role::Declarations { .. }) => {
                    self.marks_inside(node, &mut found);
                    self.marks_inside(child, &mut found);
                    found.extend(self.declarations(child, role));
                }
                Some(
                    role @ (Role::Function { .. } | Role::Class { .. } | Role::Property { .. }),
                ) => {
                    self.marks_inside(child, &mut found);
                    self.kept_params(child, role, &mut found);
                    found.extend(self.lower(child));
                }
                _ => found.extend(self.lower(child)),
            }
        }
        found
    }

    fn field(&mut self, node: Node<'_>, field: &str) -> Option<NodeId> {
        part(node, field).and_then(|child| self.lower(child))
    }

    fn field_or_first(&mut self, node: Node<'_>, field: Option<&str>) -> Option<NodeId> {
        match field {
            Some(field) => self.field(node, field),
            None => named(node).into_iter().find_map(|child| self.lower(child)),
        }
    }

    fn slice(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or("")
    }
}

/// The range of a node.
pub(super) fn range(node: Node<'_>) -> TextRange {
    TextRange::new(node.start_byte(), node.end_byte())
}

/// What stands in a field of a node, or else the first child of a kind that is called so: some grammars name few fields.
pub(super) fn part<'n>(node: Node<'n>, name: &str) -> Option<Node<'n>> {
    node.child_by_field_name(name).or_else(|| {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).find(|child| child.kind() == name)
    })
}

/// The named children of a node, comments and the like included.
pub(super) fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// All children of a node.
pub(super) fn all(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).collect()
}
