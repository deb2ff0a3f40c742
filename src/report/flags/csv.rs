//! Flags for spreadsheets: one row each, with a column for each environment.

use std::io;

use super::Flags;

/// The columns that every table has.
const COLUMNS: &[&str] = &[
    "key",
    "namespace",
    "stage",
    "verdict",
    "kind",
    "owner",
    "age_days",
    "unchanged_days",
    "expires",
    "reads",
    "definitions",
    "tests",
    "first_read",
    "removal_branches",
    "removal_lines",
    "removal_functions",
    "removal_keys",
    "reasons",
    "blockers",
];

/// Writes the flags as comma-separated values, with a head line.
pub fn write_csv(all: &Flags, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let mut head = COLUMNS.to_vec();
    let is_for_all = all.all.iter().flat_map(|one| &one.states);
    let has_all = is_for_all.into_iter().any(|state| state.environment.is_none());
    head.extend(has_all.then_some("state"));
    let environments: Vec<String> =
        all.environments.iter().map(|name| format!("state_{name}")).collect();
    head.extend(environments.iter().map(String::as_str));
    writer.write_record(&head)?;
    for one in &all.all {
        let days = |days: Option<u32>| days.map_or_else(String::new, |days| days.to_string());
        let state = |environment: Option<&str>| {
            let mut states = one.states.iter();
            let state = states.find(|state| state.environment.as_deref() == environment);
            state.map_or_else(String::new, super::cell)
        };
        let mut row = vec![
            one.key.clone(),
            one.namespace.to_owned(),
            one.stage.to_owned(),
            one.verdict.to_owned(),
            one.kind.as_ref().map_or_else(String::new, |kind| kind.name.clone()),
            one.owner.as_ref().map_or_else(String::new, |owner| owner.name.clone()),
            days(one.age.days),
            days(one.unchanged.days),
            one.expires.clone().unwrap_or_default(),
            one.reads.len().to_string(),
            one.definitions.len().to_string(),
            one.tests.len().to_string(),
            one.reads.first().map_or_else(String::new, |read| read.place.text()),
            one.removal.branches().to_string(),
            one.removal.lines().to_string(),
            one.removal.helpers().join("; "),
            one.removal.keys().join("; "),
            one.reasons.join("; "),
            one.blockers.iter().map(|one| one.what.as_str()).collect::<Vec<_>>().join("; "),
        ];
        if has_all {
            row.push(state(None));
        }
        row.extend(all.environments.iter().map(|name| state(Some(name))));
        writer.write_record(row.iter().map(|cell| harmless(cell)))?;
    }
    writer.flush()
}

/// A cell that no spreadsheet takes for a formula: names come from the scanned tree.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=cmd()"), "'=cmd()");
        assert_eq!(harmless("FEATURE_X"), "FEATURE_X");
    }
}
