//! Rows of a macro call laid on the rules of the macro: each row is a call of the rule with its pieces for arguments.
//!
//! Nothing is expanded. Where the separators of a row and of the rule differ, the row is left as it is.

use rustc_hash::FxHashMap;

use super::program::{Program, Target};
use crate::facts::code::{Arg, Expr, Form, Path, Site, Step};
use crate::facts::rows::{Metavariable, PieceFacts, RowsCall};
use crate::text::TextRange;

/// The rules of the project's macros, by name: file and place.
pub(super) type Rules<'a> = FxHashMap<&'a str, Vec<(usize, usize)>>;

impl<'a> Program<'a> {
    /// The rules of all macros.
    pub(super) fn rules(&self) -> Rules<'a> {
        let mut rules: Rules<'a> = FxHashMap::default();
        for (file, unit) in self.files.iter().enumerate() {
            for (place, function) in unit.facts.functions.iter().enumerate() {
                if !function.rule.is_empty() {
                    let name = function.name.rsplit('.').next().unwrap_or(&function.name);
                    rules.entry(name).or_default().push((file, place));
                }
            }
        }
        rules
    }

    /// Whether the call at a place is told by its rows.
    pub(super) fn is_laid_out(&self, file: usize, at: TextRange, rules: &[(usize, usize)]) -> bool {
        let call = self.files[file].facts.rows.iter().find(|call| call.range == at);
        call.is_some_and(|call| {
            rules.iter().any(|(of, place)| {
                let rule = &self.files[*of].facts.functions[*place].rule;
                !fitted(rule, &call.pieces).is_empty()
            })
        })
    }

    /// The rows of the macros that a file calls among its items, each as a call of the rule that it fits.
    pub(super) fn rows_of(&self, file: usize, rules: &Rules<'a>) -> Vec<(Site, Target)> {
        let mut found = Vec::new();
        for call in &self.files[file].facts.rows {
            for (of, place) in rules.get(call.name.as_str()).into_iter().flatten() {
                let rule = &self.files[*of].facts.functions[*place].rule;
                let rows = fitted(rule, &call.pieces);
                let target = Target::Function(*of, *place);
                let sites = rows.iter().map(|row| (site(call, row), target.clone()));
                found.extend(sites);
                if !rows.is_empty() {
                    break;
                }
            }
        }
        found
    }
}

type Row<'r> = Vec<(&'r Metavariable, &'r PieceFacts)>;

/// The rows of a call, where all of them fit the rule's repetition.
fn fitted<'r>(rule: &'r [Metavariable], pieces: &'r [PieceFacts]) -> Vec<Row<'r>> {
    let head: Vec<_> = rule.iter().take_while(|one| !one.repeated).collect();
    let row: Vec<_> = rule.iter().filter(|one| one.repeated).collect();
    if row.is_empty() || head.len() + row.len() != rule.len() || pieces.len() < head.len() {
        return Vec::new();
    }
    let (first, rest) = pieces.split_at(head.len());
    let fits = |one: &Metavariable, piece: &PieceFacts, is_last: bool| {
        one.behind == piece.behind || is_last && piece.behind.is_empty()
    };
    if !head.iter().zip(first).all(|(one, piece)| fits(one, piece, false))
        || rest.len() % row.len() != 0
    {
        return Vec::new();
    }
    let rows: Option<Vec<Row<'r>>> =
        rest.chunks(row.len())
            .enumerate()
            .map(|(at, chunk)| {
                let is_last = (at + 1) * row.len() == rest.len();
                let all = row.iter().zip(chunk).enumerate().all(|(place, (one, piece))| {
                    fits(one, piece, is_last && place + 1 == row.len())
                });
                let pairs = head.iter().copied().zip(first).chain(row.iter().copied().zip(chunk));
                all.then(|| pairs.collect())
            })
            .collect();
    rows.unwrap_or_default()
}

fn site(call: &RowsCall, row: &Row<'_>) -> Site {
    let args = row.iter().map(|(one, piece)| Arg {
        name: Some(one.name.clone()),
        value: piece.value.clone(),
        range: piece.range,
        named: matches!(piece.value, Expr::Path(_)),
    });
    let own = row.iter().find(|(one, _)| one.repeated).map(|(_, piece)| piece.range);
    Site {
        callee: Path::here(call.name.clone()),
        form: Form::Macro,
        args: args.collect(),
        range: own.unwrap_or(call.range),
        function: None,
        types: row.iter().find(|(one, _)| one.is_type).map(|(_, piece)| piece.text.clone()),
        load: None,
        contexts: Vec::new(),
        steps: vec![Step::Returned],
        catches: Vec::new(),
        conditional: false,
        forks: Vec::new(),
        at_start: false,
        in_test: call.in_test,
        field: None,
    }
}
