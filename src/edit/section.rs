//! Maps of a tree by the keys that lead to them: where a value is kept, and what is kept beside it.
//!
//! Knows the first document of a file and what is written in it; entries that a map takes from elsewhere are none of its
//! own.

use super::Site;
use crate::definitions;
use crate::document::{Document, Node};
use crate::text::{File, TextRange};

/// Deeper than configuration goes.
const MAX_DEPTH: usize = 64;

/// The keys that lead to the entry whose value stands at `value`.
pub fn path_of(file: &File, value: TextRange) -> Option<Vec<String>> {
    let trees = definitions::trees(file);
    let mut path = Vec::new();
    find(trees.first()?.root()?, value, &mut path, MAX_DEPTH).then_some(path)
}

fn find(node: Node<'_>, value: TextRange, path: &mut Vec<String>, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1).filter(|_| !node.is_alias()) else { return false };
    for entry in node.entries() {
        let range = entry.value.range();
        if !node.range().contains(entry.key_range) || !range.contains(value) {
            continue;
        }
        path.push(entry.key.to_owned());
        let is_here = entry.value.text().is_some() && range == value;
        if is_here || find(entry.value, value, path, below) {
            return true;
        }
        path.pop();
    }
    false
}

/// The entries of the map to which some keys lead, with their names.
pub fn entries_at(file: &File, path: &[String]) -> Vec<(Site, String)> {
    let trees = definitions::trees(file);
    let Some(root) = trees.first().and_then(Document::root) else { return Vec::new() };
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(map) = root.at(&keys).filter(|map| map.is_map() && !map.is_alias()) else {
        return Vec::new();
    };
    let own = map.entries().into_iter().filter(|it| map.range().contains(it.key_range));
    own.map(|it| {
        let value = it.value.text().is_some().then(|| it.value.range());
        (Site { key: it.key_range, value }, it.key.to_owned())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{entries_at, path_of};
    use crate::text::{File, TextRange};

    #[test]
    fn a_value_is_found_by_the_keys_that_lead_to_it() {
        let text = "shop: &shop\n  door: {width: 3}\n  url: here\ncopy: *shop\n";
        let file = File::new("chart/values.yaml", text);
        let at = text.find("here").expect("the value");
        let path = path_of(&file, TextRange::new(at, at + 4)).expect("a path");
        assert_eq!(path, ["shop", "url"]);
        let beside: Vec<String> =
            entries_at(&file, &path[..1]).into_iter().map(|(_, name)| name).collect();
        assert_eq!(beside, ["door", "url"]);
        assert!(entries_at(&file, &["copy".to_owned()]).is_empty());
    }
}
