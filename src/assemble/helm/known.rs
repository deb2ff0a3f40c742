//! Charts of templates alone that are kept elsewhere and that many charts are made of, as rows of `grammars/charts.yaml`.
//!
//! Knows what the templates print that a row has. What such a chart defines beside them is not seen.

use std::rc::Rc;
use std::sync::OnceLock;

use serde::Deserialize;

use super::super::gotmpl::{Library, Template, Text, parse};
use super::chart::Need;

const ROWS: &str = include_str!("../../../grammars/charts.yaml");

/// A chart that need not be in the tree to be known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    chart: String,
    /// Ends of the addresses it is handed out at.
    repositories: Vec<String>,
    /// Templates that it defines.
    templates: String,
    /// Where that is told.
    #[expect(dead_code, reason = "for those who check the row")]
    told: String,
}

impl Known {
    fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Known>> = OnceLock::new();
        ALL.get_or_init(|| serde_yaml::from_str(ROWS).expect("a test parses the table"))
    }

    /// The row of the chart that `need` means.
    pub(super) fn of(need: &Need) -> Option<&'static Self> {
        let address = need.repository.trim_end_matches('/');
        let is_it = |end: &String| {
            let before = address.strip_suffix(end.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        Self::all().iter().find(|one| one.chart == need.name && one.repositories.iter().any(is_it))
    }

    /// Adds what it defines.
    pub(super) fn add_to(&self, library: &mut Library) {
        library.add(&self.chart, &Rc::new(self.template()));
    }

    fn template(&self) -> Template {
        parse(Text::plain(self.templates.as_str())).expect("a test parses every row")
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::gotmpl::{Engine, Library, Value};
    use super::Known;

    #[test]
    fn rows_are_sorted_and_templates_of_all_can_be_run() {
        let all = Known::all();
        assert!(all.is_sorted_by(|one, two| one.chart < two.chart));
        for row in all {
            let mut library = Library::default();
            row.add_to(&mut library);
            let printed = Engine::new(&library).run(&row.chart, &Value::str(""));
            assert!(printed.is_ok() && !row.repositories.is_empty());
        }
    }
}
