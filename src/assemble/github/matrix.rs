//! The turns of a matrix that calls a workflow: what `matrix.name` stands for in each.
//!
//! Knows lists that are written out. `exclude` leaves out what it names.

use super::super::tree::Tree;
use super::inputs::Given;

/// More turns than anybody writes out.
const MOST: usize = 64;

/// The turns of `matrix`; one without anything where it is not written out.
pub(super) fn turns(matrix: Option<&Tree>) -> Vec<Given> {
    let Some(matrix) = matrix.filter(|matrix| matrix.is_map()) else {
        return vec![Given::new()];
    };
    let mut rows: Vec<Vec<(&str, &Tree)>> = vec![Vec::new()];
    for pair in matrix.pairs().iter().filter(|pair| !is_special(&pair.key)) {
        let values = pair.value.items();
        if values.is_empty() || rows.len() * values.len() > MOST {
            continue;
        }
        let mut wider = Vec::new();
        for row in &rows {
            for value in values {
                let mut row = row.clone();
                row.push((pair.key.as_str(), value));
                wider.push(row);
            }
        }
        rows = wider;
    }
    let excluded = matrix.get("exclude").map(Tree::items).unwrap_or_default();
    rows.retain(|row| !excluded.iter().any(|one| is_of(row, one)));
    let own = rows.len();
    let has_axes = rows.iter().any(|row| !row.is_empty());
    for more in matrix.get("include").map(Tree::items).unwrap_or_default() {
        let mut is_taken = false;
        for row in rows.iter_mut().take(own).filter(|_| has_axes) {
            let differs = |pair: &super::super::tree::Pair| {
                row.iter().any(|(key, value)| *key == pair.key && value.text() != pair.value.text())
            };
            if !more.pairs().iter().any(differs) {
                let new = more.pairs().iter().map(|pair| (pair.key.as_str(), &pair.value));
                row.extend(new);
                is_taken = true;
            }
        }
        if !is_taken && rows.len() < MOST {
            rows.push(more.pairs().iter().map(|pair| (pair.key.as_str(), &pair.value)).collect());
        }
    }
    rows.retain(|row| has_axes || !row.is_empty());
    let given: Vec<Given> = rows.iter().map(|row| given(row)).collect();
    if given.is_empty() { vec![Given::new()] } else { given }
}

fn is_special(key: &str) -> bool {
    matches!(key, "exclude" | "include")
}

/// Whether a row has all that `wanted` names.
fn is_of(row: &[(&str, &Tree)], wanted: &Tree) -> bool {
    let has = |pair: &super::super::tree::Pair| {
        row.iter().any(|(key, value)| *key == pair.key && value.text() == pair.value.text())
    };
    !wanted.pairs().is_empty() && wanted.pairs().iter().all(has)
}

/// `matrix.where`, and `matrix.shop.name` of maps.
fn given(row: &[(&str, &Tree)]) -> Given {
    let mut all = Given::new();
    for (key, value) in row {
        for pair in value.pairs() {
            all.insert(format!("matrix.{key}.{}", pair.key), pair.value.clone());
        }
        all.insert(format!("matrix.{key}"), (*value).clone());
    }
    all
}
