//! Where the parts of a resource stand: along paths of attributes and blocks, written out or `dynamic`.

use crate::document::Node;

/// A part of a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    /// The attribute's value or the block.
    pub(super) node: Node<'a>,
    /// The block is `dynamic`: `for_each`, and the `content` of each.
    pub(super) is_dynamic: bool,
}

/// What stands under `path` of `node`, in the order of the file; blocks may stand there many times.
pub(super) fn find<'a, S: AsRef<str>>(node: Node<'a>, path: &[S]) -> Vec<Found<'a>> {
    let [step, rest @ ..] = path else { return vec![Found { node, is_dynamic: false }] };
    let step = step.as_ref();
    let mut found = Vec::new();
    for pair in node.entries() {
        if pair.key == step {
            // A block may be written as a list of objects.
            if !rest.is_empty() && pair.value.is_list() {
                found.extend(pair.value.items().into_iter().flat_map(|item| find(item, rest)));
            } else {
                found.extend(find(pair.value, rest));
            }
        } else if pair.key == "dynamic" {
            for block in pair.value.entries().iter().filter(|block| block.key == step) {
                if rest.is_empty() {
                    found.push(Found { node: block.value, is_dynamic: true });
                } else if let Some(content) = block.value.get("content") {
                    found.extend(find(content, rest));
                }
            }
        }
    }
    found
}
